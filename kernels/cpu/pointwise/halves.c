// SPDX-License-Identifier: Apache-2.0
// Conversions of f16 and bf16, scalar and on vectors.
#include "halves.h"

#include "../simd/simd.h"

#if !LG_CPU_ARM64
#define CONVERT(name, To, From, convert)                                \
    static void name##__scalar(void *to, const void *from, int64_t n) { \
        To *LG_RESTRICT y = to;                                         \
        const From *LG_RESTRICT x = from;                               \
        for (int64_t i = 0; i < n; i++) {                               \
            y[i] = convert(x[i]);                                       \
        }                                                               \
    }
CONVERT(widen_f16, float, lg_f16_t, f32_from_f16)
CONVERT(widen_bf16, float, lg_bf16_t, f32_from_bf16)
CONVERT(narrow_f16, lg_f16_t, float, f16_from_f32)
CONVERT(narrow_bf16, lg_bf16_t, float, bf16_from_f32)
#endif

#define LG_SIMD_BODY "../pointwise/halves_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

#define CHOOSE(isa)                                                        \
    (dtype == LG_DTYPE_F16 ? widens ? widen_f16__##isa : narrow_f16__##isa \
     : widens              ? widen_bf16__##isa                             \
                           : narrow_bf16__##isa)

lg_convert_fn_t lg_half_convert(uint32_t dtype, int32_t widens, uint32_t isa) {
#if LG_CPU_X86
    if (isa != LG_ISA_SCALAR) {
        return CHOOSE(avx2);
    }
    return CHOOSE(scalar);
#elif LG_CPU_ARM64
    (void)isa;
    return CHOOSE(neon);
#else
    (void)isa;
    return CHOOSE(scalar);
#endif
}
