// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

const char *lg_version(void) {
    return LG_VERSION_STRING;
}

const char *lg_status_name(lg_status_t status) {
    static const char *const names[LG_STATUS_COUNT] = {
        "OK",
        "INVALID_ARGUMENT",
        "SHAPE",
        "DTYPE",
        "INDEX",
        "DIVISION_BY_ZERO",
        "OUT_OF_MEMORY",
        "OVERFLOW",
        "UNSUPPORTED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "DEVICE",
        "DEVICE_LOST",
        "BUSY",
        "CANCELLED",
        "DEADLINE",
        "FORMAT",
        "IO",
        "ABI",
        "CLOSED",
        "INTERNAL",
    };
    return status >= 0 && status < LG_STATUS_COUNT ? names[status] : "UNKNOWN";
}

lg_status_t lg_error_set(lg_error_t *err, lg_status_t code, const char *op, const char *format, ...) {
    if (err != NULL) {
        va_list arguments;
        err->code = code;
        err->op_index = -1;
        snprintf(err->op, sizeof err->op, "%s", op != NULL ? op : "");
        va_start(arguments, format);
        vsnprintf(err->message, sizeof err->message, format, arguments);
        va_end(arguments);
    }
    return code;
}

const char *lg_isa_name(uint32_t isa) {
    static const char *const names[LG_ISA_COUNT] = {"scalar", "avx2", "avx512", "neon", "vnni"};
    return names[isa];
}
