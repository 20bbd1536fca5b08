// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/check.h"

static const struct {
    const char *name;
    uint8_t bytes;
} dtypes[LG_DTYPE_COUNT] = {
    {"invalid", 0}, {"f32", 4}, {"f64", 8}, {"f16", 2}, {"bf16", 2}, {"i8", 1},  {"u8", 1},
    {"i16", 2},     {"u16", 2}, {"i32", 4}, {"u32", 4}, {"i64", 8},  {"u64", 8}, {"bool", 1},
};

size_t lg_dtype_size(lg_dtype_t dtype) {
    return (uint32_t)dtype < LG_DTYPE_COUNT ? dtypes[dtype].bytes : 0;
}

const char *lg_dtype_name(lg_dtype_t dtype) {
    return (uint32_t)dtype < LG_DTYPE_COUNT ? dtypes[dtype].name : "invalid";
}

lg_dtype_t lg_dtype_parse(const char *name) {
    for (uint32_t i = 1; i < LG_DTYPE_COUNT; i++) {
        if (strcmp(name, dtypes[i].name) == 0) {
            return (lg_dtype_t)i;
        }
    }
    return LG_DTYPE_INVALID;
}
