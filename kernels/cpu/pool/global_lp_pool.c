// SPDX-License-Identifier: Apache-2.0
// y[n, c] = (sum over the plane of |x|^p)^(1/p), summed in f64 in row-major order: a unit is one channel.
// Source: ONNX GlobalLpPool-22.
#include <math.h>

#include "../move/walk.h"
#include "pool.h"

typedef struct global_lp_args {
    int64_t channels, x_image, x_channel;
    int64_t count;  // elements of a plane
    lg_stepper_dim_t dims[LG_MAX_RANK];
    int32_t rank;
    int32_t is_double;
    double norm_type;
} global_lp_args_t;

static int32_t global_lp_pool(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const global_lp_args_t *args = memory;
    const double p = args->norm_type;
    for (int64_t i = begin; i < end; ++i) {
        const int64_t base = i / args->channels * args->x_image + i % args->channels * args->x_channel;
        double sum = 0;
        lg_stepper_t walk;
        lg_stepper_start(&walk, args->dims, args->rank, 0);
        for (int64_t k = 0; k < args->count; ++k, lg_stepper_next(&walk)) {
            const int64_t at = base + walk.offset;
            const double v =
                fabs(args->is_double ? ((const double *)data[0])[at] : (double)((const float *)data[0])[at]);
            sum += p == 1.0 ? v : p == 2.0 ? v * v : pow(v, p);
        }
        const double root = p == 1.0 ? sum : p == 2.0 ? sqrt(sum) : pow(sum, 1.0 / p);
        if (args->is_double) {
            ((double *)data[1])[i] = root;
        } else {
            ((float *)data[1])[i] = (float)root;
        }
    }
    return 0;
}

lg_status_t lg_global_lp_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                      lg_kernel_call_t *call, lg_error_t *err) {
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    const lg_global_lp_pool_attrs_t *attrs = op->attrs;
    if (!(y->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    global_lp_args_t *args = call->args;
    args->channels = x->shape[1];
    args->x_image = x->strides[0];
    args->x_channel = x->strides[1];
    args->is_double = kernel->dtypes >> LG_DTYPE_F64 & 1;
    args->norm_type = attrs != NULL ? attrs->norm_type : 2.0;
    args->count = 1;
    args->rank = 0;
    for (uint32_t i = 2; i < x->rank; ++i) {
        args->count *= x->shape[i];
        args->rank = lg_stepper_append(args->dims, args->rank, x->shape[i], x->strides[i]);
    }
    call->fn = global_lp_pool;
    call->extent = y->elem_count;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    call->work_ns = 10.0 + (double)x->elem_count * (args->norm_type <= 2.0 ? 1.5 : 20.0);
    return LG_OK;
}

const lg_global_lp_pool_impl_t lg_global_lp_pool_f32__scalar = {.plain = NULL};
const lg_global_lp_pool_impl_t lg_global_lp_pool_f64__scalar = {.plain = NULL};
