// SPDX-License-Identifier: Apache-2.0
// y = cond ? a : b, for every dtype: moves items of 1, 2, 4 or 8 bytes and never looks inside.
#include "loops.h"

// Both sides are read before the choice, so that the loop has no branch.
#define WHERE(target, name, T)                  \
    target static LG_DENSE_FN(name) {           \
        (void)args;                             \
        const uint8_t *conds = data[0];         \
        const T *as = data[1], *bs = data[2];   \
        T *ys = data[3];                        \
        LG_IVDEP                                \
        for (int64_t i = begin; i < end; i++) { \
            T a = as[i], b = bs[i];             \
            ys[i] = conds[i] ? a : b;           \
        }                                       \
        return 0;                               \
    }

#define WHERE_SIZES(isa, TARGET)                                                                       \
    WHERE(TARGET, where_1__##isa, uint8_t)                                                             \
    WHERE(TARGET, where_2__##isa, uint16_t)                                                            \
    WHERE(TARGET, where_4__##isa, uint32_t)                                                            \
    WHERE(TARGET, where_8__##isa, uint64_t)                                                            \
    LG_POINTWISE_CHOICES(where_bool__##isa, {where_1__##isa, NULL, 0.05}, {where_2__##isa, NULL, 0.1}, \
                         {where_4__##isa, NULL, 0.15}, {where_8__##isa, NULL, 0.3})

WHERE_SIZES(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
WHERE_SIZES(avx2, LG_TARGET_AVX2)
#endif
