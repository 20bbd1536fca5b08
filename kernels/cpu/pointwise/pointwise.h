/* SPDX-License-Identifier: Apache-2.0
 *
 * Pointwise kernels: y[i] = op(x0[i], x1[i], x2[i]) for up to three broadcast inputs.
 *
 * A kernel is one *dense* function over flat arrays; it is an lg_kernel_fn_t and runs with nothing in
 * between when all operands are row-major of the same shape. Every other layout goes through one driver
 * (pointwise.c) that cuts the work into tiles that stay in L1, copies operands that are not dense into such
 * a tile, and calls the dense function there. So each op exists once, and its result is the same bits for
 * every layout and every cut by construction.
 */
#ifndef LEGATO_KERNELS_POINTWISE_H_
#define LEGATO_KERNELS_POINTWISE_H_

#include "../cpu.h"

enum { LG_POINTWISE_MAX_INS = 3 };

// The head of an lg_kernel_fn_t called `name`.
#define LG_DENSE_FN(name) int32_t name(const void *args, void *const *data, int64_t begin, int64_t end)

// What prepare reads of a pointwise kernel.
typedef struct lg_pointwise_impl {
    lg_kernel_fn_t dense;  // NULL: this combination does not exist
    lg_kernel_fn_t
        stream;      // the same bits stored around the caches, for outputs that outgrow them; may be NULL
    double cost_ns;  // per element in L1 on one core, roughly
} lg_pointwise_impl_t;

// An implementation for each value of the op's one attribute (an int64_t: enum, dtype), or, for `where`,
// for each log2 of the item size. Values outside the table or without a function are UNSUPPORTED.
typedef struct lg_pointwise_choice_impl {
    uint32_t count;
    const lg_pointwise_impl_t *choices;
} lg_pointwise_choice_impl_t;

// Defines the implementation object lg_<symbol>.
#define LG_POINTWISE_CHOICES(symbol, ...) LG_POINTWISE_CHOICES_(symbol, __VA_ARGS__)
#define LG_POINTWISE_CHOICES_(symbol, ...)                                                                \
    static const lg_pointwise_impl_t symbol##_choices[] = {__VA_ARGS__};                                  \
    const lg_pointwise_choice_impl_t lg_##symbol = {sizeof symbol##_choices / sizeof symbol##_choices[0], \
                                                    symbol##_choices};

// An implementation with parameters: the op's attribute struct is that many doubles.
typedef struct lg_pointwise_param_impl {
    lg_pointwise_impl_t impl;
    uint32_t count;
    double defaults[2];
} lg_pointwise_param_impl_t;

// One type name per family of kernels.inc.
typedef lg_pointwise_impl_t lg_leaky_relu_impl_t;
typedef lg_pointwise_choice_impl_t lg_is_inf_impl_t;
typedef lg_pointwise_choice_impl_t lg_where_impl_t;

// The start of every pointwise args struct: the numbers that a dense function may need.
typedef struct lg_pointwise_param {
    double value;   // the first attribute; leaky_relu: the negative slope
    double second;  // hard_sigmoid: beta
} lg_pointwise_param_t;

// The dense functions of y = x, by item size.
LG_DENSE_FN(lg_pointwise_same_8);
LG_DENSE_FN(lg_pointwise_same_16);
LG_DENSE_FN(lg_pointwise_same_32);
LG_DENSE_FN(lg_pointwise_same_64);

lg_status_t lg_pointwise_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                 lg_error_t *err);
lg_status_t lg_pointwise_choice_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                        lg_kernel_call_t *call, lg_error_t *err);
lg_status_t lg_leaky_relu_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err);
lg_status_t lg_pointwise_param_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                       lg_kernel_call_t *call, lg_error_t *err);
lg_status_t lg_is_inf_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);
lg_status_t lg_where_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                             lg_error_t *err);

#endif  // LEGATO_KERNELS_POINTWISE_H_
