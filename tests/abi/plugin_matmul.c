// SPDX-License-Identifier: Apache-2.0
// A whole tier-0 plugin: device "acme.mm:0" multiplies f32 matrices on host memory. Needs only plugin.h:
//   cc -std=c11 -shared -fPIC -I"$(python -m legato --include)" plugin_matmul.c -o acme_mm.so
#include <legato/plugin.h>

#define MATMUL 35u  // LG_OP_MATMUL; op ids are frozen

static const char *refuse(const lg_op_view_t *op) {
    if (op->op != MATMUL) {
        return "only matmul";
    }
    if (op->ins[0]->dtype != LG_DTYPE_F32) {
        return "only f32";
    }
    if (op->ins[0]->rank != 2 || op->ins[1]->rank != 2) {
        return "only two matrices";
    }
    return NULL;
}

// y[m,n] = sum over k of a[m,k] * b[k,n]; operands are row-major.
static int32_t matmul(void *state, const lg_op_view_t *op, lg_lane_t *lane, const lg_host_t *host) {
    (void)state, (void)lane, (void)host;
    const float *a = op->ins[0]->data, *b = op->ins[1]->data;
    float *y = op->outs[0]->data;
    int64_t rows = op->ins[0]->shape[0], inner = op->ins[0]->shape[1], columns = op->ins[1]->shape[1];
    for (int64_t m = 0; m < rows; m++) {
        for (int64_t n = 0; n < columns; n++) {
            float sum = 0;
            for (int64_t k = 0; k < inner; k++) {
                sum += a[m * inner + k] * b[k * columns + n];
            }
            y[m * columns + n] = sum;
        }
    }
    return LG_OK;
}

static lg_status_t info(void *self, lg_device_info_t *out) {
    (void)self;
    *out = (lg_device_info_t){LG_STRUCT(lg_device_info_t), "acme.mm", "Acme", 0};
    return LG_OK;
}

static lg_status_t supports(void *self, const lg_op_view_t *op, lg_support_t *out) {
    (void)self;
    out->reason = refuse(op);
    out->supported = out->reason == NULL;
    out->cost_ns = out->supported ? 200 + op->outs[0]->elem_count * op->ins[0]->shape[1] / 2 : 0;
    return LG_OK;
}

static lg_status_t kernel(void *self, const lg_op_view_t *op, lg_device_kernel_fn_t *fn, void **state,
                          lg_error_t *err) {
    (void)self, (void)op, (void)state, (void)err;
    *fn = matmul;
    return LG_OK;
}

static uint32_t count(const lg_host_t *host) {
    return (void)host, 1;
}
static lg_status_t open_device(const lg_host_t *host, uint32_t index, lg_device_table_t *out,
                               lg_error_t *err) {
    (void)host, (void)index, (void)err;
    *out = (lg_device_table_t){LG_STRUCT(lg_device_table_t), NULL, info, supports, kernel};
    return LG_OK;
}
static void close_device(lg_device_table_t *device) {
    (void)device;
}

LG_PLUGIN_EXPORT const lg_plugin_table_t *lg_plugin_query(uint32_t host_abi) {
    static const lg_plugin_table_t table = {
        LG_STRUCT(lg_plugin_table_t), "com.acme.mm", "1.0", "1", count, open_device, close_device};
    return host_abi >> 16 == LG_ABI_MAJOR ? &table : NULL;
}
