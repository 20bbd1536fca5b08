// SPDX-License-Identifier: Apache-2.0
// generated from runtime/schema/ops by runtime/schema/generate.py; do not edit
// The op table: descriptions, inference and cost of every op.
#include <legato/op.h>
#include <stddef.h>
#include <string.h>

#include "op/infer.h"

// ---- names, attributes, defaults --------------------------------------------------------------------

static const char *const abs_ins[] = {"x"};

static const char *const neg_ins[] = {"x"};

static const char *const sqrt_ins[] = {"x"};

static const char *const exp_ins[] = {"x"};

static const char *const log_ins[] = {"x"};

static const char *const tanh_ins[] = {"x"};

static const char *const erf_ins[] = {"x"};

static const char *const sigmoid_ins[] = {"x"};

static const char *const relu_ins[] = {"x"};

static const char *const leaky_relu_ins[] = {"x"};
static const lg_attr_info_t leaky_relu_attrs[] = {
    {"negative_slope", LG_ATTR_FLOAT, offsetof(lg_leaky_relu_attrs_t, negative_slope), NULL},
};
static const lg_leaky_relu_attrs_t leaky_relu_default = {
    .negative_slope = 0.01,
};

static const char *const gelu_ins[] = {"x"};
static const char *const gelu_approximate_choices[] = {"none", "tanh", NULL};
static const lg_attr_info_t gelu_attrs[] = {
    {"approximate", LG_ATTR_ENUM, offsetof(lg_gelu_attrs_t, approximate), gelu_approximate_choices},
};
static const lg_gelu_attrs_t gelu_default = {
    .approximate = 0,
};

static const char *const silu_ins[] = {"x"};

static const char *const clip_ins[] = {"x", "min", "max"};

static const char *const cast_ins[] = {"x"};
static const lg_attr_info_t cast_attrs[] = {
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_cast_attrs_t, dtype), NULL},
};
static const lg_cast_attrs_t cast_default = {
    .dtype = 0,
};

static const char *const is_nan_ins[] = {"x"};

static const char *const logical_not_ins[] = {"x"};

static const char *const add_ins[] = {"a", "b"};

static const char *const sub_ins[] = {"a", "b"};

static const char *const mul_ins[] = {"a", "b"};

static const char *const div_ins[] = {"a", "b"};
static const char *const div_rounding_mode_choices[] = {"none", "trunc", "floor", NULL};
static const lg_attr_info_t div_attrs[] = {
    {"rounding_mode", LG_ATTR_ENUM, offsetof(lg_div_attrs_t, rounding_mode), div_rounding_mode_choices},
};
static const lg_div_attrs_t div_default = {
    .rounding_mode = 0,
};

static const char *const pow_ins[] = {"a", "b"};

static const char *const maximum_ins[] = {"a", "b"};

static const char *const minimum_ins[] = {"a", "b"};

static const char *const equal_ins[] = {"a", "b"};

static const char *const less_ins[] = {"a", "b"};

static const char *const greater_ins[] = {"a", "b"};

static const char *const logical_and_ins[] = {"a", "b"};

static const char *const where_ins[] = {"cond", "x", "y"};

static const char *const sum_ins[] = {"x"};
static const lg_attr_info_t sum_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_sum_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_sum_attrs_t, keepdims), NULL},
};
static const lg_sum_attrs_t sum_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const mean_ins[] = {"x"};
static const lg_attr_info_t mean_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_mean_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_mean_attrs_t, keepdims), NULL},
};
static const lg_mean_attrs_t mean_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const max_ins[] = {"x"};
static const lg_attr_info_t max_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_max_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_max_attrs_t, keepdims), NULL},
};
static const lg_max_attrs_t max_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const argmax_ins[] = {"x"};
static const lg_attr_info_t argmax_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_argmax_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_argmax_attrs_t, keepdims), NULL},
};
static const lg_argmax_attrs_t argmax_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const softmax_ins[] = {"x"};
static const lg_attr_info_t softmax_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_softmax_attrs_t, axis), NULL},
};
static const lg_softmax_attrs_t softmax_default = {
    .axis = -1,
};

static const char *const layer_norm_ins[] = {"x", "weight", "bias"};
static const lg_attr_info_t layer_norm_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_layer_norm_attrs_t, axis), NULL},
    {"eps", LG_ATTR_FLOAT, offsetof(lg_layer_norm_attrs_t, eps), NULL},
};
static const lg_layer_norm_attrs_t layer_norm_default = {
    .axis = -1,
    .eps = 1e-05,
};

static const char *const matmul_ins[] = {"a", "b"};

static const char *const linear_ins[] = {"x", "w", "bias"};

static const char *const conv_ins[] = {"x", "w", "bias"};
static const char *const conv_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const lg_attr_info_t conv_attrs[] = {
    {"stride", LG_ATTR_INTS, offsetof(lg_conv_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_conv_attrs_t, padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_conv_attrs_t, dilation), NULL},
    {"groups", LG_ATTR_INT, offsetof(lg_conv_attrs_t, groups), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_conv_attrs_t, auto_pad), conv_auto_pad_choices},
};
static const lg_conv_attrs_t conv_default = {
    .stride = {1, {1}},
    .padding = {1, {0}},
    .dilation = {1, {1}},
    .groups = 1,
    .auto_pad = 0,
};

static const char *const max_pool_ins[] = {"x"};
static const char *const max_pool_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const lg_attr_info_t max_pool_attrs[] = {
    {"kernel_size", LG_ATTR_INTS, offsetof(lg_max_pool_attrs_t, kernel_size), NULL},
    {"stride", LG_ATTR_INTS, offsetof(lg_max_pool_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_max_pool_attrs_t, padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_max_pool_attrs_t, dilation), NULL},
    {"ceil_mode", LG_ATTR_BOOL, offsetof(lg_max_pool_attrs_t, ceil_mode), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_max_pool_attrs_t, auto_pad), max_pool_auto_pad_choices},
};
static const lg_max_pool_attrs_t max_pool_default = {
    .kernel_size = {-1, {0}},
    .stride = {-1, {0}},
    .padding = {1, {0}},
    .dilation = {1, {1}},
    .ceil_mode = 0,
    .auto_pad = 0,
};

static const char *const avg_pool_ins[] = {"x"};
static const char *const avg_pool_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const lg_attr_info_t avg_pool_attrs[] = {
    {"kernel_size", LG_ATTR_INTS, offsetof(lg_avg_pool_attrs_t, kernel_size), NULL},
    {"stride", LG_ATTR_INTS, offsetof(lg_avg_pool_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_avg_pool_attrs_t, padding), NULL},
    {"ceil_mode", LG_ATTR_BOOL, offsetof(lg_avg_pool_attrs_t, ceil_mode), NULL},
    {"count_include_pad", LG_ATTR_BOOL, offsetof(lg_avg_pool_attrs_t, count_include_pad), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_avg_pool_attrs_t, dilation), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_avg_pool_attrs_t, auto_pad), avg_pool_auto_pad_choices},
};
static const lg_avg_pool_attrs_t avg_pool_default = {
    .kernel_size = {-1, {0}},
    .stride = {-1, {0}},
    .padding = {1, {0}},
    .ceil_mode = 0,
    .count_include_pad = 1,
    .dilation = {1, {1}},
    .auto_pad = 0,
};

static const char *const reshape_ins[] = {"x"};
static const lg_attr_info_t reshape_attrs[] = {
    {"shape", LG_ATTR_INTS, offsetof(lg_reshape_attrs_t, shape), NULL},
};
static const lg_reshape_attrs_t reshape_default = {
    .shape = {-1, {0}},
};

static const char *const transpose_ins[] = {"x"};
static const lg_attr_info_t transpose_attrs[] = {
    {"axes", LG_ATTR_INTS, offsetof(lg_transpose_attrs_t, axes), NULL},
};
static const lg_transpose_attrs_t transpose_default = {
    .axes = {-1, {0}},
};

static const char *const expand_ins[] = {"x"};
static const lg_attr_info_t expand_attrs[] = {
    {"shape", LG_ATTR_INTS, offsetof(lg_expand_attrs_t, shape), NULL},
};
static const lg_expand_attrs_t expand_default = {
    .shape = {-1, {0}},
};

static const char *const concat_ins[] = {"xs"};
static const lg_attr_info_t concat_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_concat_attrs_t, axis), NULL},
};
static const lg_concat_attrs_t concat_default = {
    .axis = 0,
};

static const char *const slice_ins[] = {"x"};
static const lg_attr_info_t slice_attrs[] = {
    {"starts", LG_ATTR_INTS, offsetof(lg_slice_attrs_t, starts), NULL},
    {"ends", LG_ATTR_INTS, offsetof(lg_slice_attrs_t, ends), NULL},
    {"axes", LG_ATTR_INTS, offsetof(lg_slice_attrs_t, axes), NULL},
    {"steps", LG_ATTR_INTS, offsetof(lg_slice_attrs_t, steps), NULL},
};
static const lg_slice_attrs_t slice_default = {
    .starts = {-1, {0}},
    .ends = {-1, {0}},
    .axes = {-1, {0}},
    .steps = {-1, {0}},
};

static const char *const pad_ins[] = {"x"};
static const char *const pad_mode_choices[] = {"constant", "reflect", "edge", "wrap", NULL};
static const lg_attr_info_t pad_attrs[] = {
    {"pads", LG_ATTR_INTS, offsetof(lg_pad_attrs_t, pads), NULL},
    {"mode", LG_ATTR_ENUM, offsetof(lg_pad_attrs_t, mode), pad_mode_choices},
    {"value", LG_ATTR_SCALAR, offsetof(lg_pad_attrs_t, value), NULL},
};
static const lg_pad_attrs_t pad_default = {
    .pads = {-1, {0}},
    .mode = 0,
    .value = {LG_SCALAR_INT, {.i = 0}},
};

static const char *const gather_ins[] = {"x", "index"};
static const lg_attr_info_t gather_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_gather_attrs_t, axis), NULL},
};
static const lg_gather_attrs_t gather_default = {
    .axis = 0,
};

static const char *const squeeze_ins[] = {"x"};
static const lg_attr_info_t squeeze_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_squeeze_attrs_t, axis), NULL},
};
static const lg_squeeze_attrs_t squeeze_default = {
    .axis = {-1, {0}},
};

static const char *const unsqueeze_ins[] = {"x"};
static const lg_attr_info_t unsqueeze_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_unsqueeze_attrs_t, axis), NULL},
};
static const lg_unsqueeze_attrs_t unsqueeze_default = {
    .axis = {-1, {0}},
};

static const char *const flatten_ins[] = {"x"};
static const lg_attr_info_t flatten_attrs[] = {
    {"start_axis", LG_ATTR_INT, offsetof(lg_flatten_attrs_t, start_axis), NULL},
    {"end_axis", LG_ATTR_INT, offsetof(lg_flatten_attrs_t, end_axis), NULL},
};
static const lg_flatten_attrs_t flatten_default = {
    .start_axis = 0,
    .end_axis = -1,
};

static const lg_attr_info_t full_attrs[] = {
    {"shape", LG_ATTR_INTS, offsetof(lg_full_attrs_t, shape), NULL},
    {"value", LG_ATTR_SCALAR, offsetof(lg_full_attrs_t, value), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_full_attrs_t, dtype), NULL},
};
static const lg_full_attrs_t full_default = {
    .shape = {-1, {0}},
    .value = {LG_SCALAR_INT, {.i = 0}},
    .dtype = 0,
};

static const lg_attr_info_t arange_attrs[] = {
    {"start", LG_ATTR_SCALAR, offsetof(lg_arange_attrs_t, start), NULL},
    {"stop", LG_ATTR_SCALAR, offsetof(lg_arange_attrs_t, stop), NULL},
    {"step", LG_ATTR_SCALAR, offsetof(lg_arange_attrs_t, step), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_arange_attrs_t, dtype), NULL},
};
static const lg_arange_attrs_t arange_default = {
    .start = {LG_SCALAR_INT, {.i = 0}},
    .stop = {LG_SCALAR_INT, {.i = 0}},
    .step = {LG_SCALAR_INT, {.i = 1}},
    .dtype = 0,
};

static const char *const sign_ins[] = {"x"};

static const char *const floor_ins[] = {"x"};

static const char *const ceil_ins[] = {"x"};

static const char *const round_ins[] = {"x"};

static const char *const trunc_ins[] = {"x"};

static const char *const rsqrt_ins[] = {"x"};

static const char *const reciprocal_ins[] = {"x"};

static const char *const not_equal_ins[] = {"a", "b"};

static const char *const less_equal_ins[] = {"a", "b"};

static const char *const greater_equal_ins[] = {"a", "b"};

static const char *const logical_or_ins[] = {"a", "b"};

static const char *const logical_xor_ins[] = {"a", "b"};

static const char *const bitwise_not_ins[] = {"x"};

static const char *const bitwise_and_ins[] = {"a", "b"};

static const char *const bitwise_or_ins[] = {"a", "b"};

static const char *const bitwise_xor_ins[] = {"a", "b"};

static const char *const bit_shift_ins[] = {"a", "b"};
static const char *const bit_shift_direction_choices[] = {"left", "right", NULL};
static const lg_attr_info_t bit_shift_attrs[] = {
    {"direction", LG_ATTR_ENUM, offsetof(lg_bit_shift_attrs_t, direction), bit_shift_direction_choices},
};
static const lg_bit_shift_attrs_t bit_shift_default = {
    .direction = 0,
};

static const char *const is_inf_ins[] = {"x"};
static const lg_attr_info_t is_inf_attrs[] = {
    {"detect_negative", LG_ATTR_BOOL, offsetof(lg_is_inf_attrs_t, detect_negative), NULL},
    {"detect_positive", LG_ATTR_BOOL, offsetof(lg_is_inf_attrs_t, detect_positive), NULL},
};
static const lg_is_inf_attrs_t is_inf_default = {
    .detect_negative = 1,
    .detect_positive = 1,
};

static const char *const mod_ins[] = {"a", "b"};

static const char *const fmod_ins[] = {"a", "b"};

static const char *const prelu_ins[] = {"x", "slope"};

static const char *const elu_ins[] = {"x"};
static const lg_attr_info_t elu_attrs[] = {
    {"alpha", LG_ATTR_FLOAT, offsetof(lg_elu_attrs_t, alpha), NULL},
};
static const lg_elu_attrs_t elu_default = {
    .alpha = 1.0,
};

static const char *const selu_ins[] = {"x"};

static const char *const celu_ins[] = {"x"};
static const lg_attr_info_t celu_attrs[] = {
    {"alpha", LG_ATTR_FLOAT, offsetof(lg_celu_attrs_t, alpha), NULL},
};
static const lg_celu_attrs_t celu_default = {
    .alpha = 1.0,
};

static const char *const hard_sigmoid_ins[] = {"x"};
static const lg_attr_info_t hard_sigmoid_attrs[] = {
    {"alpha", LG_ATTR_FLOAT, offsetof(lg_hard_sigmoid_attrs_t, alpha), NULL},
    {"beta", LG_ATTR_FLOAT, offsetof(lg_hard_sigmoid_attrs_t, beta), NULL},
};
static const lg_hard_sigmoid_attrs_t hard_sigmoid_default = {
    .alpha = 0.16666666666666666,
    .beta = 0.5,
};

static const char *const hard_swish_ins[] = {"x"};

static const char *const mish_ins[] = {"x"};

static const char *const softplus_ins[] = {"x"};

static const char *const softsign_ins[] = {"x"};

static const char *const expm1_ins[] = {"x"};

static const char *const log1p_ins[] = {"x"};

static const char *const sin_ins[] = {"x"};

static const char *const cos_ins[] = {"x"};

static const char *const tan_ins[] = {"x"};

static const char *const asin_ins[] = {"x"};

static const char *const acos_ins[] = {"x"};

static const char *const atan_ins[] = {"x"};

static const char *const sinh_ins[] = {"x"};

static const char *const cosh_ins[] = {"x"};

static const char *const asinh_ins[] = {"x"};

static const char *const acosh_ins[] = {"x"};

static const char *const atanh_ins[] = {"x"};

static const char *const threshold_relu_ins[] = {"x"};
static const lg_attr_info_t threshold_relu_attrs[] = {
    {"alpha", LG_ATTR_FLOAT, offsetof(lg_threshold_relu_attrs_t, alpha), NULL},
};
static const lg_threshold_relu_attrs_t threshold_relu_default = {
    .alpha = 1.0,
};

static const char *const prod_ins[] = {"x"};
static const lg_attr_info_t prod_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_prod_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_prod_attrs_t, keepdims), NULL},
};
static const lg_prod_attrs_t prod_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const min_ins[] = {"x"};
static const lg_attr_info_t min_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_min_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_min_attrs_t, keepdims), NULL},
};
static const lg_min_attrs_t min_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const argmin_ins[] = {"x"};
static const lg_attr_info_t argmin_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_argmin_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_argmin_attrs_t, keepdims), NULL},
};
static const lg_argmin_attrs_t argmin_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const l1_ins[] = {"x"};
static const lg_attr_info_t l1_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_l1_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_l1_attrs_t, keepdims), NULL},
};
static const lg_l1_attrs_t l1_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const l2_ins[] = {"x"};
static const lg_attr_info_t l2_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_l2_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_l2_attrs_t, keepdims), NULL},
};
static const lg_l2_attrs_t l2_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const sum_square_ins[] = {"x"};
static const lg_attr_info_t sum_square_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_sum_square_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_sum_square_attrs_t, keepdims), NULL},
};
static const lg_sum_square_attrs_t sum_square_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const log_sum_ins[] = {"x"};
static const lg_attr_info_t log_sum_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_log_sum_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_log_sum_attrs_t, keepdims), NULL},
};
static const lg_log_sum_attrs_t log_sum_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const log_sum_exp_ins[] = {"x"};
static const lg_attr_info_t log_sum_exp_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_log_sum_exp_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_log_sum_exp_attrs_t, keepdims), NULL},
};
static const lg_log_sum_exp_attrs_t log_sum_exp_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const any_ins[] = {"x"};
static const lg_attr_info_t any_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_any_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_any_attrs_t, keepdims), NULL},
};
static const lg_any_attrs_t any_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const all_ins[] = {"x"};
static const lg_attr_info_t all_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_all_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_all_attrs_t, keepdims), NULL},
};
static const lg_all_attrs_t all_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
};

static const char *const var_ins[] = {"x"};
static const lg_attr_info_t var_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_var_attrs_t, axis), NULL},
    {"keepdims", LG_ATTR_BOOL, offsetof(lg_var_attrs_t, keepdims), NULL},
    {"correction", LG_ATTR_INT, offsetof(lg_var_attrs_t, correction), NULL},
};
static const lg_var_attrs_t var_default = {
    .axis = {-1, {0}},
    .keepdims = 0,
    .correction = 1,
};

static const char *const cumsum_ins[] = {"x"};
static const lg_attr_info_t cumsum_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_cumsum_attrs_t, axis), NULL},
    {"exclusive", LG_ATTR_BOOL, offsetof(lg_cumsum_attrs_t, exclusive), NULL},
    {"reverse", LG_ATTR_BOOL, offsetof(lg_cumsum_attrs_t, reverse), NULL},
};
static const lg_cumsum_attrs_t cumsum_default = {
    .axis = 0,
    .exclusive = 0,
    .reverse = 0,
};

static const char *const log_softmax_ins[] = {"x"};
static const lg_attr_info_t log_softmax_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_log_softmax_attrs_t, axis), NULL},
};
static const lg_log_softmax_attrs_t log_softmax_default = {
    .axis = -1,
};

static const char *const tile_ins[] = {"x"};
static const lg_attr_info_t tile_attrs[] = {
    {"repeats", LG_ATTR_INTS, offsetof(lg_tile_attrs_t, repeats), NULL},
};
static const lg_tile_attrs_t tile_default = {
    .repeats = {-1, {0}},
};

static const char *const flip_ins[] = {"x"};
static const lg_attr_info_t flip_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_flip_attrs_t, axis), NULL},
};
static const lg_flip_attrs_t flip_default = {
    .axis = {-1, {0}},
};

static const char *const roll_ins[] = {"x"};
static const lg_attr_info_t roll_attrs[] = {
    {"shift", LG_ATTR_INTS, offsetof(lg_roll_attrs_t, shift), NULL},
    {"axis", LG_ATTR_INTS, offsetof(lg_roll_attrs_t, axis), NULL},
};
static const lg_roll_attrs_t roll_default = {
    .shift = {-1, {0}},
    .axis = {-1, {0}},
};

static const char *const trilu_ins[] = {"x"};
static const lg_attr_info_t trilu_attrs[] = {
    {"upper", LG_ATTR_BOOL, offsetof(lg_trilu_attrs_t, upper), NULL},
    {"k", LG_ATTR_INT, offsetof(lg_trilu_attrs_t, k), NULL},
};
static const lg_trilu_attrs_t trilu_default = {
    .upper = 1,
    .k = 0,
};

static const char *const one_hot_ins[] = {"indices"};
static const lg_attr_info_t one_hot_attrs[] = {
    {"depth", LG_ATTR_INT, offsetof(lg_one_hot_attrs_t, depth), NULL},
    {"axis", LG_ATTR_INT, offsetof(lg_one_hot_attrs_t, axis), NULL},
    {"on_value", LG_ATTR_SCALAR, offsetof(lg_one_hot_attrs_t, on_value), NULL},
    {"off_value", LG_ATTR_SCALAR, offsetof(lg_one_hot_attrs_t, off_value), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_one_hot_attrs_t, dtype), NULL},
};
static const lg_one_hot_attrs_t one_hot_default = {
    .depth = 0,
    .axis = -1,
    .on_value = {LG_SCALAR_INT, {.i = 1}},
    .off_value = {LG_SCALAR_INT, {.i = 0}},
    .dtype = 0,
};

static const char *const depth_to_space_ins[] = {"x"};
static const char *const depth_to_space_mode_choices[] = {"dcr", "crd", NULL};
static const lg_attr_info_t depth_to_space_attrs[] = {
    {"block", LG_ATTR_INT, offsetof(lg_depth_to_space_attrs_t, block), NULL},
    {"mode", LG_ATTR_ENUM, offsetof(lg_depth_to_space_attrs_t, mode), depth_to_space_mode_choices},
};
static const lg_depth_to_space_attrs_t depth_to_space_default = {
    .block = 0,
    .mode = 0,
};

static const char *const space_to_depth_ins[] = {"x"};
static const lg_attr_info_t space_to_depth_attrs[] = {
    {"block", LG_ATTR_INT, offsetof(lg_space_to_depth_attrs_t, block), NULL},
};
static const lg_space_to_depth_attrs_t space_to_depth_default = {
    .block = 0,
};

static const lg_attr_info_t eye_attrs[] = {
    {"rows", LG_ATTR_INT, offsetof(lg_eye_attrs_t, rows), NULL},
    {"columns", LG_ATTR_INT, offsetof(lg_eye_attrs_t, columns), NULL},
    {"k", LG_ATTR_INT, offsetof(lg_eye_attrs_t, k), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_eye_attrs_t, dtype), NULL},
};
static const lg_eye_attrs_t eye_default = {
    .rows = 0,
    .columns = -1,
    .k = 0,
    .dtype = 0,
};

static const char *const identity_ins[] = {"x"};

static const char *const gather_elements_ins[] = {"x", "index"};
static const lg_attr_info_t gather_elements_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_gather_elements_attrs_t, axis), NULL},
};
static const lg_gather_elements_attrs_t gather_elements_default = {
    .axis = 0,
};

static const char *const global_avg_pool_ins[] = {"x"};

static const char *const global_max_pool_ins[] = {"x"};

static const char *const split_ins[] = {"x"};
static const lg_attr_info_t split_attrs[] = {
    {"sizes", LG_ATTR_INTS, offsetof(lg_split_attrs_t, sizes), NULL},
    {"num_outputs", LG_ATTR_INT, offsetof(lg_split_attrs_t, num_outputs), NULL},
    {"axis", LG_ATTR_INT, offsetof(lg_split_attrs_t, axis), NULL},
};
static const lg_split_attrs_t split_default = {
    .sizes = {-1, {0}},
    .num_outputs = 0,
    .axis = 0,
};

static const char *const top_k_ins[] = {"x"};
static const lg_attr_info_t top_k_attrs[] = {
    {"k", LG_ATTR_INT, offsetof(lg_top_k_attrs_t, k), NULL},
    {"axis", LG_ATTR_INT, offsetof(lg_top_k_attrs_t, axis), NULL},
    {"largest", LG_ATTR_BOOL, offsetof(lg_top_k_attrs_t, largest), NULL},
    {"sorted", LG_ATTR_BOOL, offsetof(lg_top_k_attrs_t, sorted), NULL},
};
static const lg_top_k_attrs_t top_k_default = {
    .k = 0,
    .axis = -1,
    .largest = 1,
    .sorted = 1,
};

static const char *const sort_ins[] = {"x"};
static const lg_attr_info_t sort_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_sort_attrs_t, axis), NULL},
    {"descending", LG_ATTR_BOOL, offsetof(lg_sort_attrs_t, descending), NULL},
};
static const lg_sort_attrs_t sort_default = {
    .axis = -1,
    .descending = 0,
};

static const char *const argsort_ins[] = {"x"};
static const lg_attr_info_t argsort_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_argsort_attrs_t, axis), NULL},
    {"descending", LG_ATTR_BOOL, offsetof(lg_argsort_attrs_t, descending), NULL},
};
static const lg_argsort_attrs_t argsort_default = {
    .axis = -1,
    .descending = 0,
};

static const char *const gather_nd_ins[] = {"x", "index"};
static const lg_attr_info_t gather_nd_attrs[] = {
    {"batch_dims", LG_ATTR_INT, offsetof(lg_gather_nd_attrs_t, batch_dims), NULL},
};
static const lg_gather_nd_attrs_t gather_nd_default = {
    .batch_dims = 0,
};

static const char *const scatter_elements_ins[] = {"x", "index", "updates"};
static const char *const scatter_elements_reduction_choices[] = {"none", "add", "mul", "min", "max", NULL};
static const lg_attr_info_t scatter_elements_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_scatter_elements_attrs_t, axis), NULL},
    {"reduction", LG_ATTR_ENUM, offsetof(lg_scatter_elements_attrs_t, reduction), scatter_elements_reduction_choices},
};
static const lg_scatter_elements_attrs_t scatter_elements_default = {
    .axis = 0,
    .reduction = 0,
};

static const char *const scatter_nd_ins[] = {"x", "index", "updates"};
static const char *const scatter_nd_reduction_choices[] = {"none", "add", "mul", "min", "max", NULL};
static const lg_attr_info_t scatter_nd_attrs[] = {
    {"reduction", LG_ATTR_ENUM, offsetof(lg_scatter_nd_attrs_t, reduction), scatter_nd_reduction_choices},
};
static const lg_scatter_nd_attrs_t scatter_nd_default = {
    .reduction = 0,
};

static const char *const reverse_sequence_ins[] = {"x", "lengths"};
static const lg_attr_info_t reverse_sequence_attrs[] = {
    {"time_axis", LG_ATTR_INT, offsetof(lg_reverse_sequence_attrs_t, time_axis), NULL},
    {"batch_axis", LG_ATTR_INT, offsetof(lg_reverse_sequence_attrs_t, batch_axis), NULL},
};
static const lg_reverse_sequence_attrs_t reverse_sequence_default = {
    .time_axis = 0,
    .batch_axis = 1,
};

static const char *const non_zero_ins[] = {"x"};

static const char *const compress_ins[] = {"x", "condition"};
static const lg_attr_info_t compress_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_compress_attrs_t, axis), NULL},
};
static const lg_compress_attrs_t compress_default = {
    .axis = {-1, {0}},
};

static const char *const unique_ins[] = {"x"};
static const lg_attr_info_t unique_attrs[] = {
    {"axis", LG_ATTR_INTS, offsetof(lg_unique_attrs_t, axis), NULL},
    {"sorted", LG_ATTR_BOOL, offsetof(lg_unique_attrs_t, sorted), NULL},
};
static const lg_unique_attrs_t unique_default = {
    .axis = {-1, {0}},
    .sorted = 1,
};

static const char *const shape_ins[] = {"x"};
static const lg_attr_info_t shape_attrs[] = {
    {"start", LG_ATTR_INT, offsetof(lg_shape_attrs_t, start), NULL},
    {"end", LG_ATTR_INT, offsetof(lg_shape_attrs_t, end), NULL},
};
static const lg_shape_attrs_t shape_default = {
    .start = 0,
    .end = 2147483647,
};

static const char *const size_ins[] = {"x"};

static const char *const stack_ins[] = {"xs"};
static const lg_attr_info_t stack_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_stack_attrs_t, axis), NULL},
};
static const lg_stack_attrs_t stack_default = {
    .axis = 0,
};

static const char *const batch_norm_ins[] = {"x", "mean", "var", "weight", "bias"};
static const lg_attr_info_t batch_norm_attrs[] = {
    {"eps", LG_ATTR_FLOAT, offsetof(lg_batch_norm_attrs_t, eps), NULL},
};
static const lg_batch_norm_attrs_t batch_norm_default = {
    .eps = 1e-05,
};

static const char *const instance_norm_ins[] = {"x", "weight", "bias"};
static const lg_attr_info_t instance_norm_attrs[] = {
    {"eps", LG_ATTR_FLOAT, offsetof(lg_instance_norm_attrs_t, eps), NULL},
};
static const lg_instance_norm_attrs_t instance_norm_default = {
    .eps = 1e-05,
};

static const char *const group_norm_ins[] = {"x", "weight", "bias"};
static const lg_attr_info_t group_norm_attrs[] = {
    {"num_groups", LG_ATTR_INT, offsetof(lg_group_norm_attrs_t, num_groups), NULL},
    {"eps", LG_ATTR_FLOAT, offsetof(lg_group_norm_attrs_t, eps), NULL},
};
static const lg_group_norm_attrs_t group_norm_default = {
    .num_groups = 0,
    .eps = 1e-05,
};

static const char *const rms_norm_ins[] = {"x", "weight"};
static const lg_attr_info_t rms_norm_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_rms_norm_attrs_t, axis), NULL},
    {"eps", LG_ATTR_FLOAT, offsetof(lg_rms_norm_attrs_t, eps), NULL},
};
static const lg_rms_norm_attrs_t rms_norm_default = {
    .axis = -1,
    .eps = 1e-05,
};

static const char *const lp_norm_ins[] = {"x"};
static const lg_attr_info_t lp_norm_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_lp_norm_attrs_t, axis), NULL},
    {"p", LG_ATTR_INT, offsetof(lg_lp_norm_attrs_t, p), NULL},
};
static const lg_lp_norm_attrs_t lp_norm_default = {
    .axis = -1,
    .p = 2,
};

static const char *const lrn_ins[] = {"x"};
static const lg_attr_info_t lrn_attrs[] = {
    {"size", LG_ATTR_INT, offsetof(lg_lrn_attrs_t, size), NULL},
    {"alpha", LG_ATTR_FLOAT, offsetof(lg_lrn_attrs_t, alpha), NULL},
    {"beta", LG_ATTR_FLOAT, offsetof(lg_lrn_attrs_t, beta), NULL},
    {"k", LG_ATTR_FLOAT, offsetof(lg_lrn_attrs_t, k), NULL},
};
static const lg_lrn_attrs_t lrn_default = {
    .size = 0,
    .alpha = 0.0001,
    .beta = 0.75,
    .k = 1.0,
};

static const char *const scaled_dot_product_attention_ins[] = {"q", "k", "v", "mask"};
static const char *const scaled_dot_product_attention_causal_align_choices[] = {"upper_left", "lower_right", NULL};
static const lg_attr_info_t scaled_dot_product_attention_attrs[] = {
    {"is_causal", LG_ATTR_BOOL, offsetof(lg_scaled_dot_product_attention_attrs_t, is_causal), NULL},
    {"causal_align", LG_ATTR_ENUM, offsetof(lg_scaled_dot_product_attention_attrs_t, causal_align), scaled_dot_product_attention_causal_align_choices},
    {"scale", LG_ATTR_FLOAT, offsetof(lg_scaled_dot_product_attention_attrs_t, scale), NULL},
    {"softcap", LG_ATTR_FLOAT, offsetof(lg_scaled_dot_product_attention_attrs_t, softcap), NULL},
};
static const lg_scaled_dot_product_attention_attrs_t scaled_dot_product_attention_default = {
    .is_causal = 0,
    .causal_align = 0,
    .scale = 0.0,
    .softcap = 0.0,
};

static const char *const lstm_ins[] = {"x", "w", "r", "bias", "sequence_lens", "initial_h", "initial_c", "peephole"};
static const char *const lstm_direction_choices[] = {"forward", "reverse", "bidirectional", NULL};
static const char *const lstm_activation_f_choices[] = {"sigmoid", "tanh", "relu", "hard_sigmoid", "softsign", "softplus", "elu", "leaky_relu", "thresholded_relu", NULL};
static const char *const lstm_activation_g_choices[] = {"sigmoid", "tanh", "relu", "hard_sigmoid", "softsign", "softplus", "elu", "leaky_relu", "thresholded_relu", NULL};
static const char *const lstm_activation_h_choices[] = {"sigmoid", "tanh", "relu", "hard_sigmoid", "softsign", "softplus", "elu", "leaky_relu", "thresholded_relu", NULL};
static const lg_attr_info_t lstm_attrs[] = {
    {"direction", LG_ATTR_ENUM, offsetof(lg_lstm_attrs_t, direction), lstm_direction_choices},
    {"layout", LG_ATTR_INT, offsetof(lg_lstm_attrs_t, layout), NULL},
    {"clip", LG_ATTR_FLOAT, offsetof(lg_lstm_attrs_t, clip), NULL},
    {"activation_f", LG_ATTR_ENUM, offsetof(lg_lstm_attrs_t, activation_f), lstm_activation_f_choices},
    {"activation_g", LG_ATTR_ENUM, offsetof(lg_lstm_attrs_t, activation_g), lstm_activation_g_choices},
    {"activation_h", LG_ATTR_ENUM, offsetof(lg_lstm_attrs_t, activation_h), lstm_activation_h_choices},
    {"input_forget", LG_ATTR_BOOL, offsetof(lg_lstm_attrs_t, input_forget), NULL},
};
static const lg_lstm_attrs_t lstm_default = {
    .direction = 0,
    .layout = 0,
    .clip = 0.0,
    .activation_f = 0,
    .activation_g = 1,
    .activation_h = 1,
    .input_forget = 0,
};

static const char *const gru_ins[] = {"x", "w", "r", "bias", "sequence_lens", "initial_h"};
static const char *const gru_direction_choices[] = {"forward", "reverse", "bidirectional", NULL};
static const char *const gru_activation_f_choices[] = {"sigmoid", "tanh", "relu", "hard_sigmoid", "softsign", "softplus", "elu", "leaky_relu", "thresholded_relu", NULL};
static const char *const gru_activation_g_choices[] = {"sigmoid", "tanh", "relu", "hard_sigmoid", "softsign", "softplus", "elu", "leaky_relu", "thresholded_relu", NULL};
static const lg_attr_info_t gru_attrs[] = {
    {"direction", LG_ATTR_ENUM, offsetof(lg_gru_attrs_t, direction), gru_direction_choices},
    {"layout", LG_ATTR_INT, offsetof(lg_gru_attrs_t, layout), NULL},
    {"clip", LG_ATTR_FLOAT, offsetof(lg_gru_attrs_t, clip), NULL},
    {"activation_f", LG_ATTR_ENUM, offsetof(lg_gru_attrs_t, activation_f), gru_activation_f_choices},
    {"activation_g", LG_ATTR_ENUM, offsetof(lg_gru_attrs_t, activation_g), gru_activation_g_choices},
    {"linear_before_reset", LG_ATTR_BOOL, offsetof(lg_gru_attrs_t, linear_before_reset), NULL},
};
static const lg_gru_attrs_t gru_default = {
    .direction = 0,
    .layout = 0,
    .clip = 0.0,
    .activation_f = 0,
    .activation_g = 1,
    .linear_before_reset = 0,
};

static const char *const rnn_ins[] = {"x", "w", "r", "bias", "sequence_lens", "initial_h"};
static const char *const rnn_direction_choices[] = {"forward", "reverse", "bidirectional", NULL};
static const char *const rnn_nonlinearity_choices[] = {"sigmoid", "tanh", "relu", "hard_sigmoid", "softsign", "softplus", "elu", "leaky_relu", "thresholded_relu", NULL};
static const lg_attr_info_t rnn_attrs[] = {
    {"direction", LG_ATTR_ENUM, offsetof(lg_rnn_attrs_t, direction), rnn_direction_choices},
    {"layout", LG_ATTR_INT, offsetof(lg_rnn_attrs_t, layout), NULL},
    {"clip", LG_ATTR_FLOAT, offsetof(lg_rnn_attrs_t, clip), NULL},
    {"nonlinearity", LG_ATTR_ENUM, offsetof(lg_rnn_attrs_t, nonlinearity), rnn_nonlinearity_choices},
};
static const lg_rnn_attrs_t rnn_default = {
    .direction = 0,
    .layout = 0,
    .clip = 0.0,
    .nonlinearity = 1,
};

static const char *const conv_transpose_ins[] = {"x", "w", "bias"};
static const char *const conv_transpose_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const lg_attr_info_t conv_transpose_attrs[] = {
    {"stride", LG_ATTR_INTS, offsetof(lg_conv_transpose_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_conv_transpose_attrs_t, padding), NULL},
    {"output_padding", LG_ATTR_INTS, offsetof(lg_conv_transpose_attrs_t, output_padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_conv_transpose_attrs_t, dilation), NULL},
    {"groups", LG_ATTR_INT, offsetof(lg_conv_transpose_attrs_t, groups), NULL},
    {"output_shape", LG_ATTR_INTS, offsetof(lg_conv_transpose_attrs_t, output_shape), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_conv_transpose_attrs_t, auto_pad), conv_transpose_auto_pad_choices},
};
static const lg_conv_transpose_attrs_t conv_transpose_default = {
    .stride = {1, {1}},
    .padding = {1, {0}},
    .output_padding = {1, {0}},
    .dilation = {1, {1}},
    .groups = 1,
    .output_shape = {-1, {0}},
    .auto_pad = 0,
};

static const char *const lp_pool_ins[] = {"x"};
static const char *const lp_pool_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const lg_attr_info_t lp_pool_attrs[] = {
    {"norm_type", LG_ATTR_FLOAT, offsetof(lg_lp_pool_attrs_t, norm_type), NULL},
    {"kernel_size", LG_ATTR_INTS, offsetof(lg_lp_pool_attrs_t, kernel_size), NULL},
    {"stride", LG_ATTR_INTS, offsetof(lg_lp_pool_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_lp_pool_attrs_t, padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_lp_pool_attrs_t, dilation), NULL},
    {"ceil_mode", LG_ATTR_BOOL, offsetof(lg_lp_pool_attrs_t, ceil_mode), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_lp_pool_attrs_t, auto_pad), lp_pool_auto_pad_choices},
};
static const lg_lp_pool_attrs_t lp_pool_default = {
    .norm_type = 0,
    .kernel_size = {-1, {0}},
    .stride = {-1, {0}},
    .padding = {1, {0}},
    .dilation = {1, {1}},
    .ceil_mode = 0,
    .auto_pad = 0,
};

static const char *const global_lp_pool_ins[] = {"x"};
static const lg_attr_info_t global_lp_pool_attrs[] = {
    {"norm_type", LG_ATTR_FLOAT, offsetof(lg_global_lp_pool_attrs_t, norm_type), NULL},
};
static const lg_global_lp_pool_attrs_t global_lp_pool_default = {
    .norm_type = 2.0,
};

static const char *const resize_ins[] = {"x"};
static const char *const resize_mode_choices[] = {"nearest", "linear", "cubic", NULL};
static const char *const resize_coordinate_transformation_mode_choices[] = {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize", NULL};
static const char *const resize_nearest_mode_choices[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil", NULL};
static const char *const resize_keep_aspect_ratio_policy_choices[] = {"stretch", "not_larger", "not_smaller", NULL};
static const lg_attr_info_t resize_attrs[] = {
    {"size", LG_ATTR_INTS, offsetof(lg_resize_attrs_t, size), NULL},
    {"scale_factor", LG_ATTR_FLOATS, offsetof(lg_resize_attrs_t, scale_factor), NULL},
    {"mode", LG_ATTR_ENUM, offsetof(lg_resize_attrs_t, mode), resize_mode_choices},
    {"coordinate_transformation_mode", LG_ATTR_ENUM, offsetof(lg_resize_attrs_t, coordinate_transformation_mode), resize_coordinate_transformation_mode_choices},
    {"nearest_mode", LG_ATTR_ENUM, offsetof(lg_resize_attrs_t, nearest_mode), resize_nearest_mode_choices},
    {"cubic_coeff_a", LG_ATTR_FLOAT, offsetof(lg_resize_attrs_t, cubic_coeff_a), NULL},
    {"exclude_outside", LG_ATTR_BOOL, offsetof(lg_resize_attrs_t, exclude_outside), NULL},
    {"extrapolation_value", LG_ATTR_FLOAT, offsetof(lg_resize_attrs_t, extrapolation_value), NULL},
    {"antialias", LG_ATTR_BOOL, offsetof(lg_resize_attrs_t, antialias), NULL},
    {"axes", LG_ATTR_INTS, offsetof(lg_resize_attrs_t, axes), NULL},
    {"keep_aspect_ratio_policy", LG_ATTR_ENUM, offsetof(lg_resize_attrs_t, keep_aspect_ratio_policy), resize_keep_aspect_ratio_policy_choices},
    {"roi", LG_ATTR_FLOATS, offsetof(lg_resize_attrs_t, roi), NULL},
};
static const lg_resize_attrs_t resize_default = {
    .size = {-1, {0}},
    .scale_factor = {-1, {0}},
    .mode = 0,
    .coordinate_transformation_mode = 0,
    .nearest_mode = 0,
    .cubic_coeff_a = -0.75,
    .exclude_outside = 0,
    .extrapolation_value = 0.0,
    .antialias = 0,
    .axes = {-1, {0}},
    .keep_aspect_ratio_policy = 0,
    .roi = {-1, {0}},
};

static const char *const grid_sample_ins[] = {"x", "grid"};
static const char *const grid_sample_mode_choices[] = {"linear", "nearest", "cubic", NULL};
static const char *const grid_sample_padding_mode_choices[] = {"zeros", "border", "reflection", NULL};
static const lg_attr_info_t grid_sample_attrs[] = {
    {"mode", LG_ATTR_ENUM, offsetof(lg_grid_sample_attrs_t, mode), grid_sample_mode_choices},
    {"padding_mode", LG_ATTR_ENUM, offsetof(lg_grid_sample_attrs_t, padding_mode), grid_sample_padding_mode_choices},
    {"align_corners", LG_ATTR_BOOL, offsetof(lg_grid_sample_attrs_t, align_corners), NULL},
};
static const lg_grid_sample_attrs_t grid_sample_default = {
    .mode = 0,
    .padding_mode = 0,
    .align_corners = 0,
};

static const char *const affine_grid_ins[] = {"theta"};
static const lg_attr_info_t affine_grid_attrs[] = {
    {"size", LG_ATTR_INTS, offsetof(lg_affine_grid_attrs_t, size), NULL},
    {"align_corners", LG_ATTR_BOOL, offsetof(lg_affine_grid_attrs_t, align_corners), NULL},
};
static const lg_affine_grid_attrs_t affine_grid_default = {
    .size = {-1, {0}},
    .align_corners = 0,
};

static const char *const roi_align_ins[] = {"x", "rois", "batch_indices"};
static const char *const roi_align_mode_choices[] = {"avg", "max", NULL};
static const char *const roi_align_coordinate_transformation_mode_choices[] = {"half_pixel", "output_half_pixel", NULL};
static const lg_attr_info_t roi_align_attrs[] = {
    {"output_height", LG_ATTR_INT, offsetof(lg_roi_align_attrs_t, output_height), NULL},
    {"output_width", LG_ATTR_INT, offsetof(lg_roi_align_attrs_t, output_width), NULL},
    {"sampling_ratio", LG_ATTR_INT, offsetof(lg_roi_align_attrs_t, sampling_ratio), NULL},
    {"spatial_scale", LG_ATTR_FLOAT, offsetof(lg_roi_align_attrs_t, spatial_scale), NULL},
    {"mode", LG_ATTR_ENUM, offsetof(lg_roi_align_attrs_t, mode), roi_align_mode_choices},
    {"coordinate_transformation_mode", LG_ATTR_ENUM, offsetof(lg_roi_align_attrs_t, coordinate_transformation_mode), roi_align_coordinate_transformation_mode_choices},
};
static const lg_roi_align_attrs_t roi_align_default = {
    .output_height = 1,
    .output_width = 1,
    .sampling_ratio = 0,
    .spatial_scale = 1.0,
    .mode = 0,
    .coordinate_transformation_mode = 0,
};

static const char *const crop_and_resize_ins[] = {"x", "boxes", "box_indices"};
static const char *const crop_and_resize_mode_choices[] = {"linear", "nearest", NULL};
static const lg_attr_info_t crop_and_resize_attrs[] = {
    {"crop_size", LG_ATTR_INTS, offsetof(lg_crop_and_resize_attrs_t, crop_size), NULL},
    {"mode", LG_ATTR_ENUM, offsetof(lg_crop_and_resize_attrs_t, mode), crop_and_resize_mode_choices},
    {"extrapolation_value", LG_ATTR_FLOAT, offsetof(lg_crop_and_resize_attrs_t, extrapolation_value), NULL},
};
static const lg_crop_and_resize_attrs_t crop_and_resize_default = {
    .crop_size = {-1, {0}},
    .mode = 0,
    .extrapolation_value = 0.0,
};

static const char *const image_normalize_ins[] = {"x"};
static const char *const image_normalize_layout_choices[] = {"nhwc", "nchw", NULL};
static const lg_attr_info_t image_normalize_attrs[] = {
    {"mean", LG_ATTR_FLOATS, offsetof(lg_image_normalize_attrs_t, mean), NULL},
    {"std", LG_ATTR_FLOATS, offsetof(lg_image_normalize_attrs_t, std), NULL},
    {"scale", LG_ATTR_FLOAT, offsetof(lg_image_normalize_attrs_t, scale), NULL},
    {"layout", LG_ATTR_ENUM, offsetof(lg_image_normalize_attrs_t, layout), image_normalize_layout_choices},
};
static const lg_image_normalize_attrs_t image_normalize_default = {
    .mean = {-1, {0}},
    .std = {-1, {0}},
    .scale = 0.00392156862745098,
    .layout = 0,
};

static const char *const col2im_ins[] = {"x"};
static const lg_attr_info_t col2im_attrs[] = {
    {"output_size", LG_ATTR_INTS, offsetof(lg_col2im_attrs_t, output_size), NULL},
    {"kernel_size", LG_ATTR_INTS, offsetof(lg_col2im_attrs_t, kernel_size), NULL},
    {"stride", LG_ATTR_INTS, offsetof(lg_col2im_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_col2im_attrs_t, padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_col2im_attrs_t, dilation), NULL},
};
static const lg_col2im_attrs_t col2im_default = {
    .output_size = {-1, {0}},
    .kernel_size = {-1, {0}},
    .stride = {1, {1}},
    .padding = {1, {0}},
    .dilation = {1, {1}},
};

static const char *const max_pool_with_indices_ins[] = {"x"};
static const char *const max_pool_with_indices_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const char *const max_pool_with_indices_storage_order_choices[] = {"row_major", "column_major", NULL};
static const lg_attr_info_t max_pool_with_indices_attrs[] = {
    {"kernel_size", LG_ATTR_INTS, offsetof(lg_max_pool_with_indices_attrs_t, kernel_size), NULL},
    {"stride", LG_ATTR_INTS, offsetof(lg_max_pool_with_indices_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_max_pool_with_indices_attrs_t, padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_max_pool_with_indices_attrs_t, dilation), NULL},
    {"ceil_mode", LG_ATTR_BOOL, offsetof(lg_max_pool_with_indices_attrs_t, ceil_mode), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_max_pool_with_indices_attrs_t, auto_pad), max_pool_with_indices_auto_pad_choices},
    {"storage_order", LG_ATTR_ENUM, offsetof(lg_max_pool_with_indices_attrs_t, storage_order), max_pool_with_indices_storage_order_choices},
};
static const lg_max_pool_with_indices_attrs_t max_pool_with_indices_default = {
    .kernel_size = {-1, {0}},
    .stride = {-1, {0}},
    .padding = {1, {0}},
    .dilation = {1, {1}},
    .ceil_mode = 0,
    .auto_pad = 0,
    .storage_order = 0,
};

static const char *const max_unpool_ins[] = {"x", "indices"};
static const lg_attr_info_t max_unpool_attrs[] = {
    {"kernel_size", LG_ATTR_INTS, offsetof(lg_max_unpool_attrs_t, kernel_size), NULL},
    {"stride", LG_ATTR_INTS, offsetof(lg_max_unpool_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_max_unpool_attrs_t, padding), NULL},
    {"output_size", LG_ATTR_INTS, offsetof(lg_max_unpool_attrs_t, output_size), NULL},
};
static const lg_max_unpool_attrs_t max_unpool_default = {
    .kernel_size = {-1, {0}},
    .stride = {-1, {0}},
    .padding = {1, {0}},
    .output_size = {-1, {0}},
};

static const char *const adaptive_avg_pool_ins[] = {"x"};
static const lg_attr_info_t adaptive_avg_pool_attrs[] = {
    {"output_size", LG_ATTR_INTS, offsetof(lg_adaptive_avg_pool_attrs_t, output_size), NULL},
};
static const lg_adaptive_avg_pool_attrs_t adaptive_avg_pool_default = {
    .output_size = {-1, {0}},
};

static const char *const adaptive_max_pool_ins[] = {"x"};
static const lg_attr_info_t adaptive_max_pool_attrs[] = {
    {"output_size", LG_ATTR_INTS, offsetof(lg_adaptive_max_pool_attrs_t, output_size), NULL},
};
static const lg_adaptive_max_pool_attrs_t adaptive_max_pool_default = {
    .output_size = {-1, {0}},
};

static const char *const non_max_suppression_ins[] = {"boxes", "scores"};
static const lg_attr_info_t non_max_suppression_attrs[] = {
    {"max_output_boxes_per_class", LG_ATTR_INT, offsetof(lg_non_max_suppression_attrs_t, max_output_boxes_per_class), NULL},
    {"iou_threshold", LG_ATTR_FLOAT, offsetof(lg_non_max_suppression_attrs_t, iou_threshold), NULL},
    {"score_threshold", LG_ATTR_FLOAT, offsetof(lg_non_max_suppression_attrs_t, score_threshold), NULL},
    {"center_point_box", LG_ATTR_BOOL, offsetof(lg_non_max_suppression_attrs_t, center_point_box), NULL},
};
static const lg_non_max_suppression_attrs_t non_max_suppression_default = {
    .max_output_boxes_per_class = 0,
    .iou_threshold = 0.0,
    .score_threshold = -1.7976931348623157e+308,
    .center_point_box = 0,
};

static const char *const non_max_suppression_padded_ins[] = {"boxes", "scores"};
static const lg_attr_info_t non_max_suppression_padded_attrs[] = {
    {"max_output_boxes_per_class", LG_ATTR_INT, offsetof(lg_non_max_suppression_padded_attrs_t, max_output_boxes_per_class), NULL},
    {"iou_threshold", LG_ATTR_FLOAT, offsetof(lg_non_max_suppression_padded_attrs_t, iou_threshold), NULL},
    {"score_threshold", LG_ATTR_FLOAT, offsetof(lg_non_max_suppression_padded_attrs_t, score_threshold), NULL},
    {"center_point_box", LG_ATTR_BOOL, offsetof(lg_non_max_suppression_padded_attrs_t, center_point_box), NULL},
};
static const lg_non_max_suppression_padded_attrs_t non_max_suppression_padded_default = {
    .max_output_boxes_per_class = 0,
    .iou_threshold = 0.0,
    .score_threshold = -1.7976931348623157e+308,
    .center_point_box = 0,
};

static const char *const quantize_ins[] = {"x", "scale", "zero_point"};
static const lg_attr_info_t quantize_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_quantize_attrs_t, axis), NULL},
    {"block_size", LG_ATTR_INT, offsetof(lg_quantize_attrs_t, block_size), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_quantize_attrs_t, dtype), NULL},
};
static const lg_quantize_attrs_t quantize_default = {
    .axis = 1,
    .block_size = 0,
    .dtype = 0,
};

static const char *const dequantize_ins[] = {"x", "scale", "zero_point"};
static const lg_attr_info_t dequantize_attrs[] = {
    {"axis", LG_ATTR_INT, offsetof(lg_dequantize_attrs_t, axis), NULL},
    {"block_size", LG_ATTR_INT, offsetof(lg_dequantize_attrs_t, block_size), NULL},
};
static const lg_dequantize_attrs_t dequantize_default = {
    .axis = 1,
    .block_size = 0,
};

static const char *const matmul_integer_ins[] = {"a", "b", "a_zero_point", "b_zero_point"};

static const char *const dynamic_quantize_ins[] = {"x"};

static const char *const conv_integer_ins[] = {"x", "w", "x_zero_point", "w_zero_point"};
static const char *const conv_integer_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const lg_attr_info_t conv_integer_attrs[] = {
    {"stride", LG_ATTR_INTS, offsetof(lg_conv_integer_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_conv_integer_attrs_t, padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_conv_integer_attrs_t, dilation), NULL},
    {"groups", LG_ATTR_INT, offsetof(lg_conv_integer_attrs_t, groups), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_conv_integer_attrs_t, auto_pad), conv_integer_auto_pad_choices},
};
static const lg_conv_integer_attrs_t conv_integer_default = {
    .stride = {1, {1}},
    .padding = {1, {0}},
    .dilation = {1, {1}},
    .groups = 1,
    .auto_pad = 0,
};

static const char *const qlinear_matmul_ins[] = {"a", "a_scale", "a_zero_point", "b", "b_scale", "b_zero_point", "y_scale", "y_zero_point"};

static const char *const qlinear_conv_ins[] = {"x", "x_scale", "x_zero_point", "w", "w_scale", "w_zero_point", "y_scale", "y_zero_point", "bias"};
static const char *const qlinear_conv_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const lg_attr_info_t qlinear_conv_attrs[] = {
    {"stride", LG_ATTR_INTS, offsetof(lg_qlinear_conv_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_qlinear_conv_attrs_t, padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_qlinear_conv_attrs_t, dilation), NULL},
    {"groups", LG_ATTR_INT, offsetof(lg_qlinear_conv_attrs_t, groups), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_qlinear_conv_attrs_t, auto_pad), qlinear_conv_auto_pad_choices},
};
static const lg_qlinear_conv_attrs_t qlinear_conv_default = {
    .stride = {1, {1}},
    .padding = {1, {0}},
    .dilation = {1, {1}},
    .groups = 1,
    .auto_pad = 0,
};

static const char *const dft_ins[] = {"x"};
static const lg_attr_info_t dft_attrs[] = {
    {"dft_length", LG_ATTR_INT, offsetof(lg_dft_attrs_t, dft_length), NULL},
    {"axis", LG_ATTR_INT, offsetof(lg_dft_attrs_t, axis), NULL},
    {"inverse", LG_ATTR_BOOL, offsetof(lg_dft_attrs_t, inverse), NULL},
    {"onesided", LG_ATTR_BOOL, offsetof(lg_dft_attrs_t, onesided), NULL},
};
static const lg_dft_attrs_t dft_default = {
    .dft_length = 0,
    .axis = -2,
    .inverse = 0,
    .onesided = 0,
};

static const char *const stft_ins[] = {"signal", "window"};
static const lg_attr_info_t stft_attrs[] = {
    {"frame_step", LG_ATTR_INT, offsetof(lg_stft_attrs_t, frame_step), NULL},
    {"frame_length", LG_ATTR_INT, offsetof(lg_stft_attrs_t, frame_length), NULL},
    {"onesided", LG_ATTR_BOOL, offsetof(lg_stft_attrs_t, onesided), NULL},
};
static const lg_stft_attrs_t stft_default = {
    .frame_step = 0,
    .frame_length = 0,
    .onesided = 1,
};

static const lg_attr_info_t hann_window_attrs[] = {
    {"size", LG_ATTR_INT, offsetof(lg_hann_window_attrs_t, size), NULL},
    {"periodic", LG_ATTR_BOOL, offsetof(lg_hann_window_attrs_t, periodic), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_hann_window_attrs_t, dtype), NULL},
};
static const lg_hann_window_attrs_t hann_window_default = {
    .size = 0,
    .periodic = 1,
    .dtype = 0,
};

static const lg_attr_info_t hamming_window_attrs[] = {
    {"size", LG_ATTR_INT, offsetof(lg_hamming_window_attrs_t, size), NULL},
    {"periodic", LG_ATTR_BOOL, offsetof(lg_hamming_window_attrs_t, periodic), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_hamming_window_attrs_t, dtype), NULL},
};
static const lg_hamming_window_attrs_t hamming_window_default = {
    .size = 0,
    .periodic = 1,
    .dtype = 0,
};

static const lg_attr_info_t blackman_window_attrs[] = {
    {"size", LG_ATTR_INT, offsetof(lg_blackman_window_attrs_t, size), NULL},
    {"periodic", LG_ATTR_BOOL, offsetof(lg_blackman_window_attrs_t, periodic), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_blackman_window_attrs_t, dtype), NULL},
};
static const lg_blackman_window_attrs_t blackman_window_default = {
    .size = 0,
    .periodic = 1,
    .dtype = 0,
};

static const lg_attr_info_t mel_weight_matrix_attrs[] = {
    {"num_mel_bins", LG_ATTR_INT, offsetof(lg_mel_weight_matrix_attrs_t, num_mel_bins), NULL},
    {"dft_length", LG_ATTR_INT, offsetof(lg_mel_weight_matrix_attrs_t, dft_length), NULL},
    {"sample_rate", LG_ATTR_INT, offsetof(lg_mel_weight_matrix_attrs_t, sample_rate), NULL},
    {"lower_edge_hertz", LG_ATTR_FLOAT, offsetof(lg_mel_weight_matrix_attrs_t, lower_edge_hertz), NULL},
    {"upper_edge_hertz", LG_ATTR_FLOAT, offsetof(lg_mel_weight_matrix_attrs_t, upper_edge_hertz), NULL},
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_mel_weight_matrix_attrs_t, dtype), NULL},
};
static const lg_mel_weight_matrix_attrs_t mel_weight_matrix_default = {
    .num_mel_bins = 0,
    .dft_length = 0,
    .sample_rate = 0,
    .lower_edge_hertz = 0,
    .upper_edge_hertz = 0,
    .dtype = 0,
};

static const char *const fused_conv_ins[] = {"x", "w", "bias", "addend"};
static const char *const fused_conv_auto_pad_choices[] = {"notset", "same_upper", "same_lower", "valid", NULL};
static const char *const fused_conv_activation_choices[] = {"none", "relu", "clip", "leaky_relu", "sigmoid", "tanh", "silu", "gelu", "gelu_tanh", "hard_sigmoid", "hard_swish", NULL};
static const lg_attr_info_t fused_conv_attrs[] = {
    {"stride", LG_ATTR_INTS, offsetof(lg_fused_conv_attrs_t, stride), NULL},
    {"padding", LG_ATTR_INTS, offsetof(lg_fused_conv_attrs_t, padding), NULL},
    {"dilation", LG_ATTR_INTS, offsetof(lg_fused_conv_attrs_t, dilation), NULL},
    {"groups", LG_ATTR_INT, offsetof(lg_fused_conv_attrs_t, groups), NULL},
    {"auto_pad", LG_ATTR_ENUM, offsetof(lg_fused_conv_attrs_t, auto_pad), fused_conv_auto_pad_choices},
    {"activation", LG_ATTR_ENUM, offsetof(lg_fused_conv_attrs_t, activation), fused_conv_activation_choices},
    {"alpha", LG_ATTR_FLOAT, offsetof(lg_fused_conv_attrs_t, alpha), NULL},
    {"beta", LG_ATTR_FLOAT, offsetof(lg_fused_conv_attrs_t, beta), NULL},
    {"add_after", LG_ATTR_BOOL, offsetof(lg_fused_conv_attrs_t, add_after), NULL},
};
static const lg_fused_conv_attrs_t fused_conv_default = {
    .stride = {1, {1}},
    .padding = {1, {0}},
    .dilation = {1, {1}},
    .groups = 1,
    .auto_pad = 0,
    .activation = 0,
    .alpha = 0.0,
    .beta = 0.0,
    .add_after = 0,
};

static const char *const fused_linear_ins[] = {"x", "w", "bias", "addend"};
static const char *const fused_linear_activation_choices[] = {"none", "relu", "clip", "leaky_relu", "sigmoid", "tanh", "silu", "gelu", "gelu_tanh", "hard_sigmoid", "hard_swish", NULL};
static const lg_attr_info_t fused_linear_attrs[] = {
    {"activation", LG_ATTR_ENUM, offsetof(lg_fused_linear_attrs_t, activation), fused_linear_activation_choices},
    {"alpha", LG_ATTR_FLOAT, offsetof(lg_fused_linear_attrs_t, alpha), NULL},
    {"beta", LG_ATTR_FLOAT, offsetof(lg_fused_linear_attrs_t, beta), NULL},
    {"add_after", LG_ATTR_BOOL, offsetof(lg_fused_linear_attrs_t, add_after), NULL},
};
static const lg_fused_linear_attrs_t fused_linear_default = {
    .activation = 0,
    .alpha = 0.0,
    .beta = 0.0,
    .add_after = 0,
};

static const char *const fused_matmul_ins[] = {"a", "b", "bias", "addend"};
static const char *const fused_matmul_activation_choices[] = {"none", "relu", "clip", "leaky_relu", "sigmoid", "tanh", "silu", "gelu", "gelu_tanh", "hard_sigmoid", "hard_swish", NULL};
static const lg_attr_info_t fused_matmul_attrs[] = {
    {"activation", LG_ATTR_ENUM, offsetof(lg_fused_matmul_attrs_t, activation), fused_matmul_activation_choices},
    {"alpha", LG_ATTR_FLOAT, offsetof(lg_fused_matmul_attrs_t, alpha), NULL},
    {"beta", LG_ATTR_FLOAT, offsetof(lg_fused_matmul_attrs_t, beta), NULL},
    {"add_after", LG_ATTR_BOOL, offsetof(lg_fused_matmul_attrs_t, add_after), NULL},
};
static const lg_fused_matmul_attrs_t fused_matmul_default = {
    .activation = 0,
    .alpha = 0.0,
    .beta = 0.0,
    .add_after = 0,
};

static const char *const chain_ins[] = {"xs"};
static const lg_attr_info_t chain_attrs[] = {
    {"ops", LG_ATTR_INTS, offsetof(lg_chain_attrs_t, ops), NULL},
    {"a", LG_ATTR_INTS, offsetof(lg_chain_attrs_t, a), NULL},
    {"b", LG_ATTR_INTS, offsetof(lg_chain_attrs_t, b), NULL},
    {"c", LG_ATTR_INTS, offsetof(lg_chain_attrs_t, c), NULL},
    {"alpha", LG_ATTR_FLOATS, offsetof(lg_chain_attrs_t, alpha), NULL},
    {"beta", LG_ATTR_FLOATS, offsetof(lg_chain_attrs_t, beta), NULL},
};
static const lg_chain_attrs_t chain_default = {
    .ops = {-1, {0}},
    .a = {-1, {0}},
    .b = {-1, {0}},
    .c = {-1, {0}},
    .alpha = {0, {0}},
    .beta = {0, {0}},
};

static const char *const bitcast_ins[] = {"x"};
static const lg_attr_info_t bitcast_attrs[] = {
    {"dtype", LG_ATTR_DTYPE, offsetof(lg_bitcast_attrs_t, dtype), NULL},
};
static const lg_bitcast_attrs_t bitcast_default = {
    .dtype = 0,
};

// ---- descriptions -----------------------------------------------------------------------------------

static const lg_op_info_t infos[LG_OP_COUNT] = {
    [LG_OP_ABS] = {
        .id = LG_OP_ABS,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "abs",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = abs_ins, .in_letters = "T",
    },
    [LG_OP_NEG] = {
        .id = LG_OP_NEG,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "neg",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = neg_ins, .in_letters = "T",
    },
    [LG_OP_SQRT] = {
        .id = LG_OP_SQRT,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "sqrt",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = sqrt_ins, .in_letters = "T",
    },
    [LG_OP_EXP] = {
        .id = LG_OP_EXP,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "exp",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = exp_ins, .in_letters = "T",
    },
    [LG_OP_LOG] = {
        .id = LG_OP_LOG,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "log",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = log_ins, .in_letters = "T",
    },
    [LG_OP_TANH] = {
        .id = LG_OP_TANH,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "tanh",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = tanh_ins, .in_letters = "T",
    },
    [LG_OP_ERF] = {
        .id = LG_OP_ERF,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "erf",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = erf_ins, .in_letters = "T",
    },
    [LG_OP_SIGMOID] = {
        .id = LG_OP_SIGMOID,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "sigmoid",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = sigmoid_ins, .in_letters = "T",
    },
    [LG_OP_RELU] = {
        .id = LG_OP_RELU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "relu",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = relu_ins, .in_letters = "T",
    },
    [LG_OP_LEAKY_RELU] = {
        .id = LG_OP_LEAKY_RELU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "leaky_relu",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = leaky_relu_ins, .in_letters = "T",
        .attrs = leaky_relu_attrs,
        .attrs_bytes = sizeof(lg_leaky_relu_attrs_t),
        .attrs_default = &leaky_relu_default,
    },
    [LG_OP_GELU] = {
        .id = LG_OP_GELU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "gelu",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = gelu_ins, .in_letters = "T",
        .attrs = gelu_attrs,
        .attrs_bytes = sizeof(lg_gelu_attrs_t),
        .attrs_default = &gelu_default,
    },
    [LG_OP_SILU] = {
        .id = LG_OP_SILU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "silu",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = silu_ins, .in_letters = "T",
    },
    [LG_OP_CLIP] = {
        .id = LG_OP_CLIP,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "clip",
        .family = "pointwise",
        .in_min = 1, .in_max = 3, .out_count = 1,
        .attr_count = 0,
        .in_names = clip_ins, .in_letters = "TTT",
    },
    [LG_OP_CAST] = {
        .id = LG_OP_CAST,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "cast",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = cast_ins, .in_letters = "T",
        .attrs = cast_attrs,
        .attrs_bytes = sizeof(lg_cast_attrs_t),
        .attrs_default = &cast_default,
    },
    [LG_OP_IS_NAN] = {
        .id = LG_OP_IS_NAN,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "is_nan",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = is_nan_ins, .in_letters = "T",
    },
    [LG_OP_LOGICAL_NOT] = {
        .id = LG_OP_LOGICAL_NOT,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "logical_not",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = logical_not_ins, .in_letters = "T",
    },
    [LG_OP_ADD] = {
        .id = LG_OP_ADD,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "add",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = add_ins, .in_letters = "TT",
    },
    [LG_OP_SUB] = {
        .id = LG_OP_SUB,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "sub",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = sub_ins, .in_letters = "TT",
    },
    [LG_OP_MUL] = {
        .id = LG_OP_MUL,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "mul",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = mul_ins, .in_letters = "TT",
    },
    [LG_OP_DIV] = {
        .id = LG_OP_DIV,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "div",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 1,
        .in_names = div_ins, .in_letters = "TT",
        .attrs = div_attrs,
        .attrs_bytes = sizeof(lg_div_attrs_t),
        .attrs_default = &div_default,
    },
    [LG_OP_POW] = {
        .id = LG_OP_POW,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "pow",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = pow_ins, .in_letters = "TT",
    },
    [LG_OP_MAXIMUM] = {
        .id = LG_OP_MAXIMUM,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "maximum",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = maximum_ins, .in_letters = "TT",
    },
    [LG_OP_MINIMUM] = {
        .id = LG_OP_MINIMUM,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "minimum",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = minimum_ins, .in_letters = "TT",
    },
    [LG_OP_EQUAL] = {
        .id = LG_OP_EQUAL,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "equal",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = equal_ins, .in_letters = "TT",
    },
    [LG_OP_LESS] = {
        .id = LG_OP_LESS,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "less",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = less_ins, .in_letters = "TT",
    },
    [LG_OP_GREATER] = {
        .id = LG_OP_GREATER,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "greater",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = greater_ins, .in_letters = "TT",
    },
    [LG_OP_LOGICAL_AND] = {
        .id = LG_OP_LOGICAL_AND,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "logical_and",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = logical_and_ins, .in_letters = "TT",
    },
    [LG_OP_WHERE] = {
        .id = LG_OP_WHERE,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "where",
        .family = "pointwise",
        .in_min = 3, .in_max = 3, .out_count = 1,
        .attr_count = 0,
        .in_names = where_ins, .in_letters = ".TT",
    },
    [LG_OP_SUM] = {
        .id = LG_OP_SUM,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_SUM,
        .name = "sum",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = sum_ins, .in_letters = "T",
        .attrs = sum_attrs,
        .attrs_bytes = sizeof(lg_sum_attrs_t),
        .attrs_default = &sum_default,
    },
    [LG_OP_MEAN] = {
        .id = LG_OP_MEAN,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "mean",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = mean_ins, .in_letters = "T",
        .attrs = mean_attrs,
        .attrs_bytes = sizeof(lg_mean_attrs_t),
        .attrs_default = &mean_default,
    },
    [LG_OP_MAX] = {
        .id = LG_OP_MAX,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "max",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = max_ins, .in_letters = "T",
        .attrs = max_attrs,
        .attrs_bytes = sizeof(lg_max_attrs_t),
        .attrs_default = &max_default,
    },
    [LG_OP_ARGMAX] = {
        .id = LG_OP_ARGMAX,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "argmax",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = argmax_ins, .in_letters = "T",
        .attrs = argmax_attrs,
        .attrs_bytes = sizeof(lg_argmax_attrs_t),
        .attrs_default = &argmax_default,
    },
    [LG_OP_SOFTMAX] = {
        .id = LG_OP_SOFTMAX,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "softmax",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = softmax_ins, .in_letters = "T",
        .attrs = softmax_attrs,
        .attrs_bytes = sizeof(lg_softmax_attrs_t),
        .attrs_default = &softmax_default,
    },
    [LG_OP_LAYER_NORM] = {
        .id = LG_OP_LAYER_NORM,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "layer_norm",
        .family = "reduce",
        .in_min = 1, .in_max = 3, .out_count = 1,
        .attr_count = 2,
        .in_names = layer_norm_ins, .in_letters = "TTT",
        .attrs = layer_norm_attrs,
        .attrs_bytes = sizeof(lg_layer_norm_attrs_t),
        .attrs_default = &layer_norm_default,
    },
    [LG_OP_MATMUL] = {
        .id = LG_OP_MATMUL,
        .flags = 0,
        .name = "matmul",
        .family = "matmul",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = matmul_ins, .in_letters = "TT",
    },
    [LG_OP_LINEAR] = {
        .id = LG_OP_LINEAR,
        .flags = 0,
        .name = "linear",
        .family = "matmul",
        .in_min = 2, .in_max = 3, .out_count = 1,
        .attr_count = 0,
        .in_names = linear_ins, .in_letters = "TTT",
    },
    [LG_OP_CONV] = {
        .id = LG_OP_CONV,
        .flags = 0,
        .name = "conv",
        .family = "conv",
        .in_min = 2, .in_max = 3, .out_count = 1,
        .attr_count = 5,
        .in_names = conv_ins, .in_letters = "TTT",
        .attrs = conv_attrs,
        .attrs_bytes = sizeof(lg_conv_attrs_t),
        .attrs_default = &conv_default,
    },
    [LG_OP_MAX_POOL] = {
        .id = LG_OP_MAX_POOL,
        .flags = 0,
        .name = "max_pool",
        .family = "pool",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 6,
        .in_names = max_pool_ins, .in_letters = "T",
        .attrs = max_pool_attrs,
        .attrs_bytes = sizeof(lg_max_pool_attrs_t),
        .attrs_default = &max_pool_default,
    },
    [LG_OP_AVG_POOL] = {
        .id = LG_OP_AVG_POOL,
        .flags = 0,
        .name = "avg_pool",
        .family = "pool",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 7,
        .in_names = avg_pool_ins, .in_letters = "T",
        .attrs = avg_pool_attrs,
        .attrs_bytes = sizeof(lg_avg_pool_attrs_t),
        .attrs_default = &avg_pool_default,
    },
    [LG_OP_RESHAPE] = {
        .id = LG_OP_RESHAPE,
        .flags = LG_OP_FLAG_VIEW,
        .name = "reshape",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = reshape_ins, .in_letters = "T",
        .attrs = reshape_attrs,
        .attrs_bytes = sizeof(lg_reshape_attrs_t),
        .attrs_default = &reshape_default,
    },
    [LG_OP_TRANSPOSE] = {
        .id = LG_OP_TRANSPOSE,
        .flags = LG_OP_FLAG_VIEW,
        .name = "transpose",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = transpose_ins, .in_letters = "T",
        .attrs = transpose_attrs,
        .attrs_bytes = sizeof(lg_transpose_attrs_t),
        .attrs_default = &transpose_default,
    },
    [LG_OP_EXPAND] = {
        .id = LG_OP_EXPAND,
        .flags = LG_OP_FLAG_VIEW,
        .name = "expand",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = expand_ins, .in_letters = "T",
        .attrs = expand_attrs,
        .attrs_bytes = sizeof(lg_expand_attrs_t),
        .attrs_default = &expand_default,
    },
    [LG_OP_CONCAT] = {
        .id = LG_OP_CONCAT,
        .flags = LG_OP_FLAG_VARIADIC,
        .name = "concat",
        .family = "move",
        .in_min = 1, .in_max = LG_MAX_INS, .out_count = 1,
        .attr_count = 1,
        .in_names = concat_ins, .in_letters = "T",
        .attrs = concat_attrs,
        .attrs_bytes = sizeof(lg_concat_attrs_t),
        .attrs_default = &concat_default,
    },
    [LG_OP_SLICE] = {
        .id = LG_OP_SLICE,
        .flags = LG_OP_FLAG_VIEW,
        .name = "slice",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 4,
        .in_names = slice_ins, .in_letters = "T",
        .attrs = slice_attrs,
        .attrs_bytes = sizeof(lg_slice_attrs_t),
        .attrs_default = &slice_default,
    },
    [LG_OP_PAD] = {
        .id = LG_OP_PAD,
        .flags = 0,
        .name = "pad",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 3,
        .in_names = pad_ins, .in_letters = "T",
        .attrs = pad_attrs,
        .attrs_bytes = sizeof(lg_pad_attrs_t),
        .attrs_default = &pad_default,
    },
    [LG_OP_GATHER] = {
        .id = LG_OP_GATHER,
        .flags = 0,
        .name = "gather",
        .family = "move",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 1,
        .in_names = gather_ins, .in_letters = "TI",
        .attrs = gather_attrs,
        .attrs_bytes = sizeof(lg_gather_attrs_t),
        .attrs_default = &gather_default,
    },
    [LG_OP_SQUEEZE] = {
        .id = LG_OP_SQUEEZE,
        .flags = LG_OP_FLAG_VIEW,
        .name = "squeeze",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = squeeze_ins, .in_letters = "T",
        .attrs = squeeze_attrs,
        .attrs_bytes = sizeof(lg_squeeze_attrs_t),
        .attrs_default = &squeeze_default,
    },
    [LG_OP_UNSQUEEZE] = {
        .id = LG_OP_UNSQUEEZE,
        .flags = LG_OP_FLAG_VIEW,
        .name = "unsqueeze",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = unsqueeze_ins, .in_letters = "T",
        .attrs = unsqueeze_attrs,
        .attrs_bytes = sizeof(lg_unsqueeze_attrs_t),
        .attrs_default = &unsqueeze_default,
    },
    [LG_OP_FLATTEN] = {
        .id = LG_OP_FLATTEN,
        .flags = LG_OP_FLAG_VIEW,
        .name = "flatten",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = flatten_ins, .in_letters = "T",
        .attrs = flatten_attrs,
        .attrs_bytes = sizeof(lg_flatten_attrs_t),
        .attrs_default = &flatten_default,
    },
    [LG_OP_FULL] = {
        .id = LG_OP_FULL,
        .flags = 0,
        .name = "full",
        .family = "move",
        .in_min = 0, .in_max = 0, .out_count = 1,
        .attr_count = 3,
        .attrs = full_attrs,
        .attrs_bytes = sizeof(lg_full_attrs_t),
        .attrs_default = &full_default,
    },
    [LG_OP_ARANGE] = {
        .id = LG_OP_ARANGE,
        .flags = 0,
        .name = "arange",
        .family = "move",
        .in_min = 0, .in_max = 0, .out_count = 1,
        .attr_count = 4,
        .attrs = arange_attrs,
        .attrs_bytes = sizeof(lg_arange_attrs_t),
        .attrs_default = &arange_default,
    },
    [LG_OP_SIGN] = {
        .id = LG_OP_SIGN,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "sign",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = sign_ins, .in_letters = "T",
    },
    [LG_OP_FLOOR] = {
        .id = LG_OP_FLOOR,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "floor",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = floor_ins, .in_letters = "T",
    },
    [LG_OP_CEIL] = {
        .id = LG_OP_CEIL,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "ceil",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = ceil_ins, .in_letters = "T",
    },
    [LG_OP_ROUND] = {
        .id = LG_OP_ROUND,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "round",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = round_ins, .in_letters = "T",
    },
    [LG_OP_TRUNC] = {
        .id = LG_OP_TRUNC,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "trunc",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = trunc_ins, .in_letters = "T",
    },
    [LG_OP_RSQRT] = {
        .id = LG_OP_RSQRT,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "rsqrt",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = rsqrt_ins, .in_letters = "T",
    },
    [LG_OP_RECIPROCAL] = {
        .id = LG_OP_RECIPROCAL,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "reciprocal",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = reciprocal_ins, .in_letters = "T",
    },
    [LG_OP_NOT_EQUAL] = {
        .id = LG_OP_NOT_EQUAL,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "not_equal",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = not_equal_ins, .in_letters = "TT",
    },
    [LG_OP_LESS_EQUAL] = {
        .id = LG_OP_LESS_EQUAL,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "less_equal",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = less_equal_ins, .in_letters = "TT",
    },
    [LG_OP_GREATER_EQUAL] = {
        .id = LG_OP_GREATER_EQUAL,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "greater_equal",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = greater_equal_ins, .in_letters = "TT",
    },
    [LG_OP_LOGICAL_OR] = {
        .id = LG_OP_LOGICAL_OR,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "logical_or",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = logical_or_ins, .in_letters = "TT",
    },
    [LG_OP_LOGICAL_XOR] = {
        .id = LG_OP_LOGICAL_XOR,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "logical_xor",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = logical_xor_ins, .in_letters = "TT",
    },
    [LG_OP_BITWISE_NOT] = {
        .id = LG_OP_BITWISE_NOT,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "bitwise_not",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = bitwise_not_ins, .in_letters = "T",
    },
    [LG_OP_BITWISE_AND] = {
        .id = LG_OP_BITWISE_AND,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "bitwise_and",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = bitwise_and_ins, .in_letters = "TT",
    },
    [LG_OP_BITWISE_OR] = {
        .id = LG_OP_BITWISE_OR,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "bitwise_or",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = bitwise_or_ins, .in_letters = "TT",
    },
    [LG_OP_BITWISE_XOR] = {
        .id = LG_OP_BITWISE_XOR,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "bitwise_xor",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = bitwise_xor_ins, .in_letters = "TT",
    },
    [LG_OP_BIT_SHIFT] = {
        .id = LG_OP_BIT_SHIFT,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "bit_shift",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 1,
        .in_names = bit_shift_ins, .in_letters = "TT",
        .attrs = bit_shift_attrs,
        .attrs_bytes = sizeof(lg_bit_shift_attrs_t),
        .attrs_default = &bit_shift_default,
    },
    [LG_OP_IS_INF] = {
        .id = LG_OP_IS_INF,
        .flags = LG_OP_FLAG_POINTWISE,
        .name = "is_inf",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = is_inf_ins, .in_letters = "T",
        .attrs = is_inf_attrs,
        .attrs_bytes = sizeof(lg_is_inf_attrs_t),
        .attrs_default = &is_inf_default,
    },
    [LG_OP_MOD] = {
        .id = LG_OP_MOD,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "mod",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = mod_ins, .in_letters = "TT",
    },
    [LG_OP_FMOD] = {
        .id = LG_OP_FMOD,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE,
        .name = "fmod",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = fmod_ins, .in_letters = "TT",
    },
    [LG_OP_PRELU] = {
        .id = LG_OP_PRELU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "prelu",
        .family = "pointwise",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 0,
        .in_names = prelu_ins, .in_letters = "TT",
    },
    [LG_OP_ELU] = {
        .id = LG_OP_ELU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "elu",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = elu_ins, .in_letters = "T",
        .attrs = elu_attrs,
        .attrs_bytes = sizeof(lg_elu_attrs_t),
        .attrs_default = &elu_default,
    },
    [LG_OP_SELU] = {
        .id = LG_OP_SELU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "selu",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = selu_ins, .in_letters = "T",
    },
    [LG_OP_CELU] = {
        .id = LG_OP_CELU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "celu",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = celu_ins, .in_letters = "T",
        .attrs = celu_attrs,
        .attrs_bytes = sizeof(lg_celu_attrs_t),
        .attrs_default = &celu_default,
    },
    [LG_OP_HARD_SIGMOID] = {
        .id = LG_OP_HARD_SIGMOID,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "hard_sigmoid",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = hard_sigmoid_ins, .in_letters = "T",
        .attrs = hard_sigmoid_attrs,
        .attrs_bytes = sizeof(lg_hard_sigmoid_attrs_t),
        .attrs_default = &hard_sigmoid_default,
    },
    [LG_OP_HARD_SWISH] = {
        .id = LG_OP_HARD_SWISH,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "hard_swish",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = hard_swish_ins, .in_letters = "T",
    },
    [LG_OP_MISH] = {
        .id = LG_OP_MISH,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "mish",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = mish_ins, .in_letters = "T",
    },
    [LG_OP_SOFTPLUS] = {
        .id = LG_OP_SOFTPLUS,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "softplus",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = softplus_ins, .in_letters = "T",
    },
    [LG_OP_SOFTSIGN] = {
        .id = LG_OP_SOFTSIGN,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "softsign",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = softsign_ins, .in_letters = "T",
    },
    [LG_OP_EXPM1] = {
        .id = LG_OP_EXPM1,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "expm1",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = expm1_ins, .in_letters = "T",
    },
    [LG_OP_LOG1P] = {
        .id = LG_OP_LOG1P,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "log1p",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = log1p_ins, .in_letters = "T",
    },
    [LG_OP_SIN] = {
        .id = LG_OP_SIN,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "sin",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = sin_ins, .in_letters = "T",
    },
    [LG_OP_COS] = {
        .id = LG_OP_COS,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "cos",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = cos_ins, .in_letters = "T",
    },
    [LG_OP_TAN] = {
        .id = LG_OP_TAN,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "tan",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = tan_ins, .in_letters = "T",
    },
    [LG_OP_ASIN] = {
        .id = LG_OP_ASIN,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "asin",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = asin_ins, .in_letters = "T",
    },
    [LG_OP_ACOS] = {
        .id = LG_OP_ACOS,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "acos",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = acos_ins, .in_letters = "T",
    },
    [LG_OP_ATAN] = {
        .id = LG_OP_ATAN,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "atan",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = atan_ins, .in_letters = "T",
    },
    [LG_OP_SINH] = {
        .id = LG_OP_SINH,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "sinh",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = sinh_ins, .in_letters = "T",
    },
    [LG_OP_COSH] = {
        .id = LG_OP_COSH,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "cosh",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = cosh_ins, .in_letters = "T",
    },
    [LG_OP_ASINH] = {
        .id = LG_OP_ASINH,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "asinh",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = asinh_ins, .in_letters = "T",
    },
    [LG_OP_ACOSH] = {
        .id = LG_OP_ACOSH,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "acosh",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = acosh_ins, .in_letters = "T",
    },
    [LG_OP_ATANH] = {
        .id = LG_OP_ATANH,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "atanh",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = atanh_ins, .in_letters = "T",
    },
    [LG_OP_THRESHOLD_RELU] = {
        .id = LG_OP_THRESHOLD_RELU,
        .flags = LG_OP_FLAG_POINTWISE | LG_OP_FLAG_INPLACE | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "threshold_relu",
        .family = "pointwise",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = threshold_relu_ins, .in_letters = "T",
        .attrs = threshold_relu_attrs,
        .attrs_bytes = sizeof(lg_threshold_relu_attrs_t),
        .attrs_default = &threshold_relu_default,
    },
    [LG_OP_PROD] = {
        .id = LG_OP_PROD,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_SUM,
        .name = "prod",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = prod_ins, .in_letters = "T",
        .attrs = prod_attrs,
        .attrs_bytes = sizeof(lg_prod_attrs_t),
        .attrs_default = &prod_default,
    },
    [LG_OP_MIN] = {
        .id = LG_OP_MIN,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "min",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = min_ins, .in_letters = "T",
        .attrs = min_attrs,
        .attrs_bytes = sizeof(lg_min_attrs_t),
        .attrs_default = &min_default,
    },
    [LG_OP_ARGMIN] = {
        .id = LG_OP_ARGMIN,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "argmin",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = argmin_ins, .in_letters = "T",
        .attrs = argmin_attrs,
        .attrs_bytes = sizeof(lg_argmin_attrs_t),
        .attrs_default = &argmin_default,
    },
    [LG_OP_L1] = {
        .id = LG_OP_L1,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_SUM,
        .name = "l1",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = l1_ins, .in_letters = "T",
        .attrs = l1_attrs,
        .attrs_bytes = sizeof(lg_l1_attrs_t),
        .attrs_default = &l1_default,
    },
    [LG_OP_L2] = {
        .id = LG_OP_L2,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "l2",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = l2_ins, .in_letters = "T",
        .attrs = l2_attrs,
        .attrs_bytes = sizeof(lg_l2_attrs_t),
        .attrs_default = &l2_default,
    },
    [LG_OP_SUM_SQUARE] = {
        .id = LG_OP_SUM_SQUARE,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_SUM,
        .name = "sum_square",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = sum_square_ins, .in_letters = "T",
        .attrs = sum_square_attrs,
        .attrs_bytes = sizeof(lg_sum_square_attrs_t),
        .attrs_default = &sum_square_default,
    },
    [LG_OP_LOG_SUM] = {
        .id = LG_OP_LOG_SUM,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "log_sum",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = log_sum_ins, .in_letters = "T",
        .attrs = log_sum_attrs,
        .attrs_bytes = sizeof(lg_log_sum_attrs_t),
        .attrs_default = &log_sum_default,
    },
    [LG_OP_LOG_SUM_EXP] = {
        .id = LG_OP_LOG_SUM_EXP,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "log_sum_exp",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = log_sum_exp_ins, .in_letters = "T",
        .attrs = log_sum_exp_attrs,
        .attrs_bytes = sizeof(lg_log_sum_exp_attrs_t),
        .attrs_default = &log_sum_exp_default,
    },
    [LG_OP_ANY] = {
        .id = LG_OP_ANY,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "any",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = any_ins, .in_letters = "T",
        .attrs = any_attrs,
        .attrs_bytes = sizeof(lg_any_attrs_t),
        .attrs_default = &any_default,
    },
    [LG_OP_ALL] = {
        .id = LG_OP_ALL,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "all",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = all_ins, .in_letters = "T",
        .attrs = all_attrs,
        .attrs_bytes = sizeof(lg_all_attrs_t),
        .attrs_default = &all_default,
    },
    [LG_OP_VAR] = {
        .id = LG_OP_VAR,
        .flags = LG_OP_FLAG_REDUCTION | LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "var",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 3,
        .in_names = var_ins, .in_letters = "T",
        .attrs = var_attrs,
        .attrs_bytes = sizeof(lg_var_attrs_t),
        .attrs_default = &var_default,
    },
    [LG_OP_CUMSUM] = {
        .id = LG_OP_CUMSUM,
        .flags = LG_OP_FLAG_PROMOTE_SUM,
        .name = "cumsum",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 3,
        .in_names = cumsum_ins, .in_letters = "T",
        .attrs = cumsum_attrs,
        .attrs_bytes = sizeof(lg_cumsum_attrs_t),
        .attrs_default = &cumsum_default,
    },
    [LG_OP_LOG_SOFTMAX] = {
        .id = LG_OP_LOG_SOFTMAX,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "log_softmax",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = log_softmax_ins, .in_letters = "T",
        .attrs = log_softmax_attrs,
        .attrs_bytes = sizeof(lg_log_softmax_attrs_t),
        .attrs_default = &log_softmax_default,
    },
    [LG_OP_TILE] = {
        .id = LG_OP_TILE,
        .flags = 0,
        .name = "tile",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = tile_ins, .in_letters = "T",
        .attrs = tile_attrs,
        .attrs_bytes = sizeof(lg_tile_attrs_t),
        .attrs_default = &tile_default,
    },
    [LG_OP_FLIP] = {
        .id = LG_OP_FLIP,
        .flags = LG_OP_FLAG_VIEW,
        .name = "flip",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = flip_ins, .in_letters = "T",
        .attrs = flip_attrs,
        .attrs_bytes = sizeof(lg_flip_attrs_t),
        .attrs_default = &flip_default,
    },
    [LG_OP_ROLL] = {
        .id = LG_OP_ROLL,
        .flags = 0,
        .name = "roll",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = roll_ins, .in_letters = "T",
        .attrs = roll_attrs,
        .attrs_bytes = sizeof(lg_roll_attrs_t),
        .attrs_default = &roll_default,
    },
    [LG_OP_TRILU] = {
        .id = LG_OP_TRILU,
        .flags = 0,
        .name = "trilu",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = trilu_ins, .in_letters = "T",
        .attrs = trilu_attrs,
        .attrs_bytes = sizeof(lg_trilu_attrs_t),
        .attrs_default = &trilu_default,
    },
    [LG_OP_ONE_HOT] = {
        .id = LG_OP_ONE_HOT,
        .flags = 0,
        .name = "one_hot",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 5,
        .in_names = one_hot_ins, .in_letters = "I",
        .attrs = one_hot_attrs,
        .attrs_bytes = sizeof(lg_one_hot_attrs_t),
        .attrs_default = &one_hot_default,
    },
    [LG_OP_DEPTH_TO_SPACE] = {
        .id = LG_OP_DEPTH_TO_SPACE,
        .flags = 0,
        .name = "depth_to_space",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = depth_to_space_ins, .in_letters = "T",
        .attrs = depth_to_space_attrs,
        .attrs_bytes = sizeof(lg_depth_to_space_attrs_t),
        .attrs_default = &depth_to_space_default,
    },
    [LG_OP_SPACE_TO_DEPTH] = {
        .id = LG_OP_SPACE_TO_DEPTH,
        .flags = 0,
        .name = "space_to_depth",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = space_to_depth_ins, .in_letters = "T",
        .attrs = space_to_depth_attrs,
        .attrs_bytes = sizeof(lg_space_to_depth_attrs_t),
        .attrs_default = &space_to_depth_default,
    },
    [LG_OP_EYE] = {
        .id = LG_OP_EYE,
        .flags = 0,
        .name = "eye",
        .family = "move",
        .in_min = 0, .in_max = 0, .out_count = 1,
        .attr_count = 4,
        .attrs = eye_attrs,
        .attrs_bytes = sizeof(lg_eye_attrs_t),
        .attrs_default = &eye_default,
    },
    [LG_OP_IDENTITY] = {
        .id = LG_OP_IDENTITY,
        .flags = LG_OP_FLAG_VIEW,
        .name = "identity",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = identity_ins, .in_letters = "T",
    },
    [LG_OP_GATHER_ELEMENTS] = {
        .id = LG_OP_GATHER_ELEMENTS,
        .flags = 0,
        .name = "gather_elements",
        .family = "move",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 1,
        .in_names = gather_elements_ins, .in_letters = "TI",
        .attrs = gather_elements_attrs,
        .attrs_bytes = sizeof(lg_gather_elements_attrs_t),
        .attrs_default = &gather_elements_default,
    },
    [LG_OP_GLOBAL_AVG_POOL] = {
        .id = LG_OP_GLOBAL_AVG_POOL,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "global_avg_pool",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = global_avg_pool_ins, .in_letters = "T",
    },
    [LG_OP_GLOBAL_MAX_POOL] = {
        .id = LG_OP_GLOBAL_MAX_POOL,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "global_max_pool",
        .family = "reduce",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = global_max_pool_ins, .in_letters = "T",
    },
    [LG_OP_SPLIT] = {
        .id = LG_OP_SPLIT,
        .flags = LG_OP_FLAG_VARIADIC_OUT,
        .name = "split",
        .family = "indexing",
        .in_min = 1, .in_max = 1, .out_count = LG_MAX_OUTS,
        .attr_count = 3,
        .in_names = split_ins, .in_letters = "T",
        .attrs = split_attrs,
        .attrs_bytes = sizeof(lg_split_attrs_t),
        .attrs_default = &split_default,
    },
    [LG_OP_TOP_K] = {
        .id = LG_OP_TOP_K,
        .flags = 0,
        .name = "top_k",
        .family = "indexing",
        .in_min = 1, .in_max = 1, .out_count = 2,
        .attr_count = 4,
        .in_names = top_k_ins, .in_letters = "T",
        .attrs = top_k_attrs,
        .attrs_bytes = sizeof(lg_top_k_attrs_t),
        .attrs_default = &top_k_default,
    },
    [LG_OP_SORT] = {
        .id = LG_OP_SORT,
        .flags = 0,
        .name = "sort",
        .family = "indexing",
        .in_min = 1, .in_max = 1, .out_count = 2,
        .attr_count = 2,
        .in_names = sort_ins, .in_letters = "T",
        .attrs = sort_attrs,
        .attrs_bytes = sizeof(lg_sort_attrs_t),
        .attrs_default = &sort_default,
    },
    [LG_OP_ARGSORT] = {
        .id = LG_OP_ARGSORT,
        .flags = 0,
        .name = "argsort",
        .family = "indexing",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = argsort_ins, .in_letters = "T",
        .attrs = argsort_attrs,
        .attrs_bytes = sizeof(lg_argsort_attrs_t),
        .attrs_default = &argsort_default,
    },
    [LG_OP_GATHER_ND] = {
        .id = LG_OP_GATHER_ND,
        .flags = 0,
        .name = "gather_nd",
        .family = "indexing",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 1,
        .in_names = gather_nd_ins, .in_letters = "TI",
        .attrs = gather_nd_attrs,
        .attrs_bytes = sizeof(lg_gather_nd_attrs_t),
        .attrs_default = &gather_nd_default,
    },
    [LG_OP_SCATTER_ELEMENTS] = {
        .id = LG_OP_SCATTER_ELEMENTS,
        .flags = 0,
        .name = "scatter_elements",
        .family = "indexing",
        .in_min = 3, .in_max = 3, .out_count = 1,
        .attr_count = 2,
        .in_names = scatter_elements_ins, .in_letters = "TIT",
        .attrs = scatter_elements_attrs,
        .attrs_bytes = sizeof(lg_scatter_elements_attrs_t),
        .attrs_default = &scatter_elements_default,
    },
    [LG_OP_SCATTER_ND] = {
        .id = LG_OP_SCATTER_ND,
        .flags = 0,
        .name = "scatter_nd",
        .family = "indexing",
        .in_min = 3, .in_max = 3, .out_count = 1,
        .attr_count = 1,
        .in_names = scatter_nd_ins, .in_letters = "TIT",
        .attrs = scatter_nd_attrs,
        .attrs_bytes = sizeof(lg_scatter_nd_attrs_t),
        .attrs_default = &scatter_nd_default,
    },
    [LG_OP_REVERSE_SEQUENCE] = {
        .id = LG_OP_REVERSE_SEQUENCE,
        .flags = 0,
        .name = "reverse_sequence",
        .family = "indexing",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 2,
        .in_names = reverse_sequence_ins, .in_letters = "T.",
        .attrs = reverse_sequence_attrs,
        .attrs_bytes = sizeof(lg_reverse_sequence_attrs_t),
        .attrs_default = &reverse_sequence_default,
    },
    [LG_OP_NON_ZERO] = {
        .id = LG_OP_NON_ZERO,
        .flags = LG_OP_FLAG_DATA_SHAPE,
        .name = "non_zero",
        .family = "indexing",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = non_zero_ins, .in_letters = "T",
    },
    [LG_OP_COMPRESS] = {
        .id = LG_OP_COMPRESS,
        .flags = LG_OP_FLAG_DATA_SHAPE,
        .name = "compress",
        .family = "indexing",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 1,
        .in_names = compress_ins, .in_letters = "T.",
        .attrs = compress_attrs,
        .attrs_bytes = sizeof(lg_compress_attrs_t),
        .attrs_default = &compress_default,
    },
    [LG_OP_UNIQUE] = {
        .id = LG_OP_UNIQUE,
        .flags = LG_OP_FLAG_DATA_SHAPE,
        .name = "unique",
        .family = "indexing",
        .in_min = 1, .in_max = 1, .out_count = 4,
        .attr_count = 2,
        .in_names = unique_ins, .in_letters = "T",
        .attrs = unique_attrs,
        .attrs_bytes = sizeof(lg_unique_attrs_t),
        .attrs_default = &unique_default,
    },
    [LG_OP_SHAPE] = {
        .id = LG_OP_SHAPE,
        .flags = 0,
        .name = "shape",
        .family = "indexing",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = shape_ins, .in_letters = "T",
        .attrs = shape_attrs,
        .attrs_bytes = sizeof(lg_shape_attrs_t),
        .attrs_default = &shape_default,
    },
    [LG_OP_SIZE] = {
        .id = LG_OP_SIZE,
        .flags = 0,
        .name = "size",
        .family = "indexing",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 0,
        .in_names = size_ins, .in_letters = "T",
    },
    [LG_OP_STACK] = {
        .id = LG_OP_STACK,
        .flags = LG_OP_FLAG_VARIADIC,
        .name = "stack",
        .family = "indexing",
        .in_min = 1, .in_max = LG_MAX_INS, .out_count = 1,
        .attr_count = 1,
        .in_names = stack_ins, .in_letters = "T",
        .attrs = stack_attrs,
        .attrs_bytes = sizeof(lg_stack_attrs_t),
        .attrs_default = &stack_default,
    },
    [LG_OP_BATCH_NORM] = {
        .id = LG_OP_BATCH_NORM,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "batch_norm",
        .family = "norm",
        .in_min = 3, .in_max = 5, .out_count = 1,
        .attr_count = 1,
        .in_names = batch_norm_ins, .in_letters = "TTTTT",
        .attrs = batch_norm_attrs,
        .attrs_bytes = sizeof(lg_batch_norm_attrs_t),
        .attrs_default = &batch_norm_default,
    },
    [LG_OP_INSTANCE_NORM] = {
        .id = LG_OP_INSTANCE_NORM,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "instance_norm",
        .family = "norm",
        .in_min = 1, .in_max = 3, .out_count = 1,
        .attr_count = 1,
        .in_names = instance_norm_ins, .in_letters = "TTT",
        .attrs = instance_norm_attrs,
        .attrs_bytes = sizeof(lg_instance_norm_attrs_t),
        .attrs_default = &instance_norm_default,
    },
    [LG_OP_GROUP_NORM] = {
        .id = LG_OP_GROUP_NORM,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "group_norm",
        .family = "norm",
        .in_min = 1, .in_max = 3, .out_count = 1,
        .attr_count = 2,
        .in_names = group_norm_ins, .in_letters = "TTT",
        .attrs = group_norm_attrs,
        .attrs_bytes = sizeof(lg_group_norm_attrs_t),
        .attrs_default = &group_norm_default,
    },
    [LG_OP_RMS_NORM] = {
        .id = LG_OP_RMS_NORM,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "rms_norm",
        .family = "norm",
        .in_min = 1, .in_max = 2, .out_count = 1,
        .attr_count = 2,
        .in_names = rms_norm_ins, .in_letters = "TT",
        .attrs = rms_norm_attrs,
        .attrs_bytes = sizeof(lg_rms_norm_attrs_t),
        .attrs_default = &rms_norm_default,
    },
    [LG_OP_LP_NORM] = {
        .id = LG_OP_LP_NORM,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "lp_norm",
        .family = "norm",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = lp_norm_ins, .in_letters = "T",
        .attrs = lp_norm_attrs,
        .attrs_bytes = sizeof(lg_lp_norm_attrs_t),
        .attrs_default = &lp_norm_default,
    },
    [LG_OP_LRN] = {
        .id = LG_OP_LRN,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "lrn",
        .family = "norm",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 4,
        .in_names = lrn_ins, .in_letters = "T",
        .attrs = lrn_attrs,
        .attrs_bytes = sizeof(lg_lrn_attrs_t),
        .attrs_default = &lrn_default,
    },
    [LG_OP_SCALED_DOT_PRODUCT_ATTENTION] = {
        .id = LG_OP_SCALED_DOT_PRODUCT_ATTENTION,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "scaled_dot_product_attention",
        .family = "attention",
        .in_min = 3, .in_max = 4, .out_count = 1,
        .attr_count = 4,
        .in_names = scaled_dot_product_attention_ins, .in_letters = "TTTM",
        .attrs = scaled_dot_product_attention_attrs,
        .attrs_bytes = sizeof(lg_scaled_dot_product_attention_attrs_t),
        .attrs_default = &scaled_dot_product_attention_default,
    },
    [LG_OP_LSTM] = {
        .id = LG_OP_LSTM,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "lstm",
        .family = "recurrent",
        .in_min = 3, .in_max = 8, .out_count = 3,
        .attr_count = 7,
        .in_names = lstm_ins, .in_letters = "TTTT.TTT",
        .attrs = lstm_attrs,
        .attrs_bytes = sizeof(lg_lstm_attrs_t),
        .attrs_default = &lstm_default,
    },
    [LG_OP_GRU] = {
        .id = LG_OP_GRU,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "gru",
        .family = "recurrent",
        .in_min = 3, .in_max = 6, .out_count = 2,
        .attr_count = 6,
        .in_names = gru_ins, .in_letters = "TTTT.T",
        .attrs = gru_attrs,
        .attrs_bytes = sizeof(lg_gru_attrs_t),
        .attrs_default = &gru_default,
    },
    [LG_OP_RNN] = {
        .id = LG_OP_RNN,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "rnn",
        .family = "recurrent",
        .in_min = 3, .in_max = 6, .out_count = 2,
        .attr_count = 4,
        .in_names = rnn_ins, .in_letters = "TTTT.T",
        .attrs = rnn_attrs,
        .attrs_bytes = sizeof(lg_rnn_attrs_t),
        .attrs_default = &rnn_default,
    },
    [LG_OP_CONV_TRANSPOSE] = {
        .id = LG_OP_CONV_TRANSPOSE,
        .flags = 0,
        .name = "conv_transpose",
        .family = "conv",
        .in_min = 2, .in_max = 3, .out_count = 1,
        .attr_count = 7,
        .in_names = conv_transpose_ins, .in_letters = "TTT",
        .attrs = conv_transpose_attrs,
        .attrs_bytes = sizeof(lg_conv_transpose_attrs_t),
        .attrs_default = &conv_transpose_default,
    },
    [LG_OP_LP_POOL] = {
        .id = LG_OP_LP_POOL,
        .flags = 0,
        .name = "lp_pool",
        .family = "pool",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 7,
        .in_names = lp_pool_ins, .in_letters = "T",
        .attrs = lp_pool_attrs,
        .attrs_bytes = sizeof(lg_lp_pool_attrs_t),
        .attrs_default = &lp_pool_default,
    },
    [LG_OP_GLOBAL_LP_POOL] = {
        .id = LG_OP_GLOBAL_LP_POOL,
        .flags = LG_OP_FLAG_REDUCTION,
        .name = "global_lp_pool",
        .family = "pool",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = global_lp_pool_ins, .in_letters = "T",
        .attrs = global_lp_pool_attrs,
        .attrs_bytes = sizeof(lg_global_lp_pool_attrs_t),
        .attrs_default = &global_lp_pool_default,
    },
    [LG_OP_RESIZE] = {
        .id = LG_OP_RESIZE,
        .flags = 0,
        .name = "resize",
        .family = "vision",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 12,
        .in_names = resize_ins, .in_letters = "T",
        .attrs = resize_attrs,
        .attrs_bytes = sizeof(lg_resize_attrs_t),
        .attrs_default = &resize_default,
    },
    [LG_OP_GRID_SAMPLE] = {
        .id = LG_OP_GRID_SAMPLE,
        .flags = 0,
        .name = "grid_sample",
        .family = "vision",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 3,
        .in_names = grid_sample_ins, .in_letters = "TT",
        .attrs = grid_sample_attrs,
        .attrs_bytes = sizeof(lg_grid_sample_attrs_t),
        .attrs_default = &grid_sample_default,
    },
    [LG_OP_AFFINE_GRID] = {
        .id = LG_OP_AFFINE_GRID,
        .flags = 0,
        .name = "affine_grid",
        .family = "vision",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 2,
        .in_names = affine_grid_ins, .in_letters = "T",
        .attrs = affine_grid_attrs,
        .attrs_bytes = sizeof(lg_affine_grid_attrs_t),
        .attrs_default = &affine_grid_default,
    },
    [LG_OP_ROI_ALIGN] = {
        .id = LG_OP_ROI_ALIGN,
        .flags = 0,
        .name = "roi_align",
        .family = "vision",
        .in_min = 3, .in_max = 3, .out_count = 1,
        .attr_count = 6,
        .in_names = roi_align_ins, .in_letters = "TT.",
        .attrs = roi_align_attrs,
        .attrs_bytes = sizeof(lg_roi_align_attrs_t),
        .attrs_default = &roi_align_default,
    },
    [LG_OP_CROP_AND_RESIZE] = {
        .id = LG_OP_CROP_AND_RESIZE,
        .flags = 0,
        .name = "crop_and_resize",
        .family = "vision",
        .in_min = 3, .in_max = 3, .out_count = 1,
        .attr_count = 3,
        .in_names = crop_and_resize_ins, .in_letters = "TT.",
        .attrs = crop_and_resize_attrs,
        .attrs_bytes = sizeof(lg_crop_and_resize_attrs_t),
        .attrs_default = &crop_and_resize_default,
    },
    [LG_OP_IMAGE_NORMALIZE] = {
        .id = LG_OP_IMAGE_NORMALIZE,
        .flags = 0,
        .name = "image_normalize",
        .family = "vision",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 4,
        .in_names = image_normalize_ins, .in_letters = "T",
        .attrs = image_normalize_attrs,
        .attrs_bytes = sizeof(lg_image_normalize_attrs_t),
        .attrs_default = &image_normalize_default,
    },
    [LG_OP_COL2IM] = {
        .id = LG_OP_COL2IM,
        .flags = 0,
        .name = "col2im",
        .family = "vision",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 5,
        .in_names = col2im_ins, .in_letters = "T",
        .attrs = col2im_attrs,
        .attrs_bytes = sizeof(lg_col2im_attrs_t),
        .attrs_default = &col2im_default,
    },
    [LG_OP_MAX_POOL_WITH_INDICES] = {
        .id = LG_OP_MAX_POOL_WITH_INDICES,
        .flags = 0,
        .name = "max_pool_with_indices",
        .family = "pool",
        .in_min = 1, .in_max = 1, .out_count = 2,
        .attr_count = 7,
        .in_names = max_pool_with_indices_ins, .in_letters = "T",
        .attrs = max_pool_with_indices_attrs,
        .attrs_bytes = sizeof(lg_max_pool_with_indices_attrs_t),
        .attrs_default = &max_pool_with_indices_default,
    },
    [LG_OP_MAX_UNPOOL] = {
        .id = LG_OP_MAX_UNPOOL,
        .flags = 0,
        .name = "max_unpool",
        .family = "pool",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 4,
        .in_names = max_unpool_ins, .in_letters = "T.",
        .attrs = max_unpool_attrs,
        .attrs_bytes = sizeof(lg_max_unpool_attrs_t),
        .attrs_default = &max_unpool_default,
    },
    [LG_OP_ADAPTIVE_AVG_POOL] = {
        .id = LG_OP_ADAPTIVE_AVG_POOL,
        .flags = 0,
        .name = "adaptive_avg_pool",
        .family = "pool",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = adaptive_avg_pool_ins, .in_letters = "T",
        .attrs = adaptive_avg_pool_attrs,
        .attrs_bytes = sizeof(lg_adaptive_avg_pool_attrs_t),
        .attrs_default = &adaptive_avg_pool_default,
    },
    [LG_OP_ADAPTIVE_MAX_POOL] = {
        .id = LG_OP_ADAPTIVE_MAX_POOL,
        .flags = 0,
        .name = "adaptive_max_pool",
        .family = "pool",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = adaptive_max_pool_ins, .in_letters = "T",
        .attrs = adaptive_max_pool_attrs,
        .attrs_bytes = sizeof(lg_adaptive_max_pool_attrs_t),
        .attrs_default = &adaptive_max_pool_default,
    },
    [LG_OP_NON_MAX_SUPPRESSION] = {
        .id = LG_OP_NON_MAX_SUPPRESSION,
        .flags = LG_OP_FLAG_DATA_SHAPE,
        .name = "non_max_suppression",
        .family = "vision",
        .in_min = 2, .in_max = 2, .out_count = 1,
        .attr_count = 4,
        .in_names = non_max_suppression_ins, .in_letters = "TT",
        .attrs = non_max_suppression_attrs,
        .attrs_bytes = sizeof(lg_non_max_suppression_attrs_t),
        .attrs_default = &non_max_suppression_default,
    },
    [LG_OP_NON_MAX_SUPPRESSION_PADDED] = {
        .id = LG_OP_NON_MAX_SUPPRESSION_PADDED,
        .flags = 0,
        .name = "non_max_suppression_padded",
        .family = "vision",
        .in_min = 2, .in_max = 2, .out_count = 2,
        .attr_count = 4,
        .in_names = non_max_suppression_padded_ins, .in_letters = "TT",
        .attrs = non_max_suppression_padded_attrs,
        .attrs_bytes = sizeof(lg_non_max_suppression_padded_attrs_t),
        .attrs_default = &non_max_suppression_padded_default,
    },
    [LG_OP_QUANTIZE] = {
        .id = LG_OP_QUANTIZE,
        .flags = 0,
        .name = "quantize",
        .family = "quant",
        .in_min = 2, .in_max = 3, .out_count = 1,
        .attr_count = 3,
        .in_names = quantize_ins, .in_letters = "TTQ",
        .attrs = quantize_attrs,
        .attrs_bytes = sizeof(lg_quantize_attrs_t),
        .attrs_default = &quantize_default,
    },
    [LG_OP_DEQUANTIZE] = {
        .id = LG_OP_DEQUANTIZE,
        .flags = 0,
        .name = "dequantize",
        .family = "quant",
        .in_min = 2, .in_max = 3, .out_count = 1,
        .attr_count = 2,
        .in_names = dequantize_ins, .in_letters = "QTQ",
        .attrs = dequantize_attrs,
        .attrs_bytes = sizeof(lg_dequantize_attrs_t),
        .attrs_default = &dequantize_default,
    },
    [LG_OP_MATMUL_INTEGER] = {
        .id = LG_OP_MATMUL_INTEGER,
        .flags = 0,
        .name = "matmul_integer",
        .family = "quant",
        .in_min = 2, .in_max = 4, .out_count = 1,
        .attr_count = 0,
        .in_names = matmul_integer_ins, .in_letters = "ABAB",
    },
    [LG_OP_DYNAMIC_QUANTIZE] = {
        .id = LG_OP_DYNAMIC_QUANTIZE,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "dynamic_quantize",
        .family = "quant",
        .in_min = 1, .in_max = 1, .out_count = 3,
        .attr_count = 0,
        .in_names = dynamic_quantize_ins, .in_letters = "T",
    },
    [LG_OP_CONV_INTEGER] = {
        .id = LG_OP_CONV_INTEGER,
        .flags = 0,
        .name = "conv_integer",
        .family = "quant",
        .in_min = 2, .in_max = 4, .out_count = 1,
        .attr_count = 5,
        .in_names = conv_integer_ins, .in_letters = "XWXW",
        .attrs = conv_integer_attrs,
        .attrs_bytes = sizeof(lg_conv_integer_attrs_t),
        .attrs_default = &conv_integer_default,
    },
    [LG_OP_QLINEAR_MATMUL] = {
        .id = LG_OP_QLINEAR_MATMUL,
        .flags = 0,
        .name = "qlinear_matmul",
        .family = "quant",
        .in_min = 8, .in_max = 8, .out_count = 1,
        .attr_count = 0,
        .in_names = qlinear_matmul_ins, .in_letters = "A.AB.B.Y",
    },
    [LG_OP_QLINEAR_CONV] = {
        .id = LG_OP_QLINEAR_CONV,
        .flags = 0,
        .name = "qlinear_conv",
        .family = "quant",
        .in_min = 8, .in_max = 9, .out_count = 1,
        .attr_count = 5,
        .in_names = qlinear_conv_ins, .in_letters = "X.XW.W.Y.",
        .attrs = qlinear_conv_attrs,
        .attrs_bytes = sizeof(lg_qlinear_conv_attrs_t),
        .attrs_default = &qlinear_conv_default,
    },
    [LG_OP_DFT] = {
        .id = LG_OP_DFT,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "dft",
        .family = "signal",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 4,
        .in_names = dft_ins, .in_letters = "T",
        .attrs = dft_attrs,
        .attrs_bytes = sizeof(lg_dft_attrs_t),
        .attrs_default = &dft_default,
    },
    [LG_OP_STFT] = {
        .id = LG_OP_STFT,
        .flags = LG_OP_FLAG_PROMOTE_FLOAT,
        .name = "stft",
        .family = "signal",
        .in_min = 1, .in_max = 2, .out_count = 1,
        .attr_count = 3,
        .in_names = stft_ins, .in_letters = "TT",
        .attrs = stft_attrs,
        .attrs_bytes = sizeof(lg_stft_attrs_t),
        .attrs_default = &stft_default,
    },
    [LG_OP_HANN_WINDOW] = {
        .id = LG_OP_HANN_WINDOW,
        .flags = 0,
        .name = "hann_window",
        .family = "signal",
        .in_min = 0, .in_max = 0, .out_count = 1,
        .attr_count = 3,
        .attrs = hann_window_attrs,
        .attrs_bytes = sizeof(lg_hann_window_attrs_t),
        .attrs_default = &hann_window_default,
    },
    [LG_OP_HAMMING_WINDOW] = {
        .id = LG_OP_HAMMING_WINDOW,
        .flags = 0,
        .name = "hamming_window",
        .family = "signal",
        .in_min = 0, .in_max = 0, .out_count = 1,
        .attr_count = 3,
        .attrs = hamming_window_attrs,
        .attrs_bytes = sizeof(lg_hamming_window_attrs_t),
        .attrs_default = &hamming_window_default,
    },
    [LG_OP_BLACKMAN_WINDOW] = {
        .id = LG_OP_BLACKMAN_WINDOW,
        .flags = 0,
        .name = "blackman_window",
        .family = "signal",
        .in_min = 0, .in_max = 0, .out_count = 1,
        .attr_count = 3,
        .attrs = blackman_window_attrs,
        .attrs_bytes = sizeof(lg_blackman_window_attrs_t),
        .attrs_default = &blackman_window_default,
    },
    [LG_OP_MEL_WEIGHT_MATRIX] = {
        .id = LG_OP_MEL_WEIGHT_MATRIX,
        .flags = 0,
        .name = "mel_weight_matrix",
        .family = "signal",
        .in_min = 0, .in_max = 0, .out_count = 1,
        .attr_count = 6,
        .attrs = mel_weight_matrix_attrs,
        .attrs_bytes = sizeof(lg_mel_weight_matrix_attrs_t),
        .attrs_default = &mel_weight_matrix_default,
    },
    [LG_OP_FUSED_CONV] = {
        .id = LG_OP_FUSED_CONV,
        .flags = 0,
        .name = "fused_conv",
        .family = "fused",
        .in_min = 2, .in_max = 4, .out_count = 1,
        .attr_count = 9,
        .in_names = fused_conv_ins, .in_letters = "TTTT",
        .attrs = fused_conv_attrs,
        .attrs_bytes = sizeof(lg_fused_conv_attrs_t),
        .attrs_default = &fused_conv_default,
    },
    [LG_OP_FUSED_LINEAR] = {
        .id = LG_OP_FUSED_LINEAR,
        .flags = 0,
        .name = "fused_linear",
        .family = "fused",
        .in_min = 2, .in_max = 4, .out_count = 1,
        .attr_count = 4,
        .in_names = fused_linear_ins, .in_letters = "TTTT",
        .attrs = fused_linear_attrs,
        .attrs_bytes = sizeof(lg_fused_linear_attrs_t),
        .attrs_default = &fused_linear_default,
    },
    [LG_OP_FUSED_MATMUL] = {
        .id = LG_OP_FUSED_MATMUL,
        .flags = 0,
        .name = "fused_matmul",
        .family = "fused",
        .in_min = 2, .in_max = 4, .out_count = 1,
        .attr_count = 4,
        .in_names = fused_matmul_ins, .in_letters = "TTTT",
        .attrs = fused_matmul_attrs,
        .attrs_bytes = sizeof(lg_fused_matmul_attrs_t),
        .attrs_default = &fused_matmul_default,
    },
    [LG_OP_CHAIN] = {
        .id = LG_OP_CHAIN,
        .flags = LG_OP_FLAG_INPLACE | LG_OP_FLAG_VARIADIC,
        .name = "chain",
        .family = "fused",
        .in_min = 1, .in_max = LG_MAX_INS, .out_count = 1,
        .attr_count = 6,
        .in_names = chain_ins, .in_letters = "T",
        .attrs = chain_attrs,
        .attrs_bytes = sizeof(lg_chain_attrs_t),
        .attrs_default = &chain_default,
    },
    [LG_OP_BITCAST] = {
        .id = LG_OP_BITCAST,
        .flags = 0,
        .name = "bitcast",
        .family = "move",
        .in_min = 1, .in_max = 1, .out_count = 1,
        .attr_count = 1,
        .in_names = bitcast_ins, .in_letters = "T",
        .attrs = bitcast_attrs,
        .attrs_bytes = sizeof(lg_bitcast_attrs_t),
        .attrs_default = &bitcast_default,
    },
};

// Sorted by name.
static const struct {
    const char *name;
    uint32_t op;
} names[] = {
    {"abs", LG_OP_ABS},
    {"acos", LG_OP_ACOS},
    {"acosh", LG_OP_ACOSH},
    {"adaptive_avg_pool", LG_OP_ADAPTIVE_AVG_POOL},
    {"adaptive_max_pool", LG_OP_ADAPTIVE_MAX_POOL},
    {"add", LG_OP_ADD},
    {"affine_grid", LG_OP_AFFINE_GRID},
    {"all", LG_OP_ALL},
    {"any", LG_OP_ANY},
    {"arange", LG_OP_ARANGE},
    {"argmax", LG_OP_ARGMAX},
    {"argmin", LG_OP_ARGMIN},
    {"argsort", LG_OP_ARGSORT},
    {"asin", LG_OP_ASIN},
    {"asinh", LG_OP_ASINH},
    {"atan", LG_OP_ATAN},
    {"atanh", LG_OP_ATANH},
    {"avg_pool", LG_OP_AVG_POOL},
    {"batch_norm", LG_OP_BATCH_NORM},
    {"bit_shift", LG_OP_BIT_SHIFT},
    {"bitcast", LG_OP_BITCAST},
    {"bitwise_and", LG_OP_BITWISE_AND},
    {"bitwise_not", LG_OP_BITWISE_NOT},
    {"bitwise_or", LG_OP_BITWISE_OR},
    {"bitwise_xor", LG_OP_BITWISE_XOR},
    {"blackman_window", LG_OP_BLACKMAN_WINDOW},
    {"cast", LG_OP_CAST},
    {"ceil", LG_OP_CEIL},
    {"celu", LG_OP_CELU},
    {"chain", LG_OP_CHAIN},
    {"clip", LG_OP_CLIP},
    {"col2im", LG_OP_COL2IM},
    {"compress", LG_OP_COMPRESS},
    {"concat", LG_OP_CONCAT},
    {"conv", LG_OP_CONV},
    {"conv1d", LG_OP_CONV},
    {"conv2d", LG_OP_CONV},
    {"conv3d", LG_OP_CONV},
    {"conv_integer", LG_OP_CONV_INTEGER},
    {"conv_transpose", LG_OP_CONV_TRANSPOSE},
    {"conv_transpose1d", LG_OP_CONV_TRANSPOSE},
    {"conv_transpose2d", LG_OP_CONV_TRANSPOSE},
    {"conv_transpose3d", LG_OP_CONV_TRANSPOSE},
    {"cos", LG_OP_COS},
    {"cosh", LG_OP_COSH},
    {"crop_and_resize", LG_OP_CROP_AND_RESIZE},
    {"cumsum", LG_OP_CUMSUM},
    {"depth_to_space", LG_OP_DEPTH_TO_SPACE},
    {"dequantize", LG_OP_DEQUANTIZE},
    {"dft", LG_OP_DFT},
    {"div", LG_OP_DIV},
    {"dynamic_quantize", LG_OP_DYNAMIC_QUANTIZE},
    {"elu", LG_OP_ELU},
    {"equal", LG_OP_EQUAL},
    {"erf", LG_OP_ERF},
    {"exp", LG_OP_EXP},
    {"expand", LG_OP_EXPAND},
    {"expm1", LG_OP_EXPM1},
    {"eye", LG_OP_EYE},
    {"flatten", LG_OP_FLATTEN},
    {"flip", LG_OP_FLIP},
    {"floor", LG_OP_FLOOR},
    {"fmod", LG_OP_FMOD},
    {"full", LG_OP_FULL},
    {"fused_conv", LG_OP_FUSED_CONV},
    {"fused_linear", LG_OP_FUSED_LINEAR},
    {"fused_matmul", LG_OP_FUSED_MATMUL},
    {"gather", LG_OP_GATHER},
    {"gather_elements", LG_OP_GATHER_ELEMENTS},
    {"gather_nd", LG_OP_GATHER_ND},
    {"gelu", LG_OP_GELU},
    {"global_avg_pool", LG_OP_GLOBAL_AVG_POOL},
    {"global_lp_pool", LG_OP_GLOBAL_LP_POOL},
    {"global_max_pool", LG_OP_GLOBAL_MAX_POOL},
    {"greater", LG_OP_GREATER},
    {"greater_equal", LG_OP_GREATER_EQUAL},
    {"grid_sample", LG_OP_GRID_SAMPLE},
    {"group_norm", LG_OP_GROUP_NORM},
    {"gru", LG_OP_GRU},
    {"hamming_window", LG_OP_HAMMING_WINDOW},
    {"hann_window", LG_OP_HANN_WINDOW},
    {"hard_sigmoid", LG_OP_HARD_SIGMOID},
    {"hard_swish", LG_OP_HARD_SWISH},
    {"identity", LG_OP_IDENTITY},
    {"image_normalize", LG_OP_IMAGE_NORMALIZE},
    {"instance_norm", LG_OP_INSTANCE_NORM},
    {"is_inf", LG_OP_IS_INF},
    {"is_nan", LG_OP_IS_NAN},
    {"l1", LG_OP_L1},
    {"l2", LG_OP_L2},
    {"layer_norm", LG_OP_LAYER_NORM},
    {"leaky_relu", LG_OP_LEAKY_RELU},
    {"less", LG_OP_LESS},
    {"less_equal", LG_OP_LESS_EQUAL},
    {"linear", LG_OP_LINEAR},
    {"log", LG_OP_LOG},
    {"log1p", LG_OP_LOG1P},
    {"log_softmax", LG_OP_LOG_SOFTMAX},
    {"log_sum", LG_OP_LOG_SUM},
    {"log_sum_exp", LG_OP_LOG_SUM_EXP},
    {"logical_and", LG_OP_LOGICAL_AND},
    {"logical_not", LG_OP_LOGICAL_NOT},
    {"logical_or", LG_OP_LOGICAL_OR},
    {"logical_xor", LG_OP_LOGICAL_XOR},
    {"lp_norm", LG_OP_LP_NORM},
    {"lp_pool", LG_OP_LP_POOL},
    {"lrn", LG_OP_LRN},
    {"lstm", LG_OP_LSTM},
    {"matmul", LG_OP_MATMUL},
    {"matmul_integer", LG_OP_MATMUL_INTEGER},
    {"max", LG_OP_MAX},
    {"max_pool", LG_OP_MAX_POOL},
    {"max_pool_with_indices", LG_OP_MAX_POOL_WITH_INDICES},
    {"max_unpool", LG_OP_MAX_UNPOOL},
    {"maximum", LG_OP_MAXIMUM},
    {"mean", LG_OP_MEAN},
    {"mel_weight_matrix", LG_OP_MEL_WEIGHT_MATRIX},
    {"min", LG_OP_MIN},
    {"minimum", LG_OP_MINIMUM},
    {"mish", LG_OP_MISH},
    {"mod", LG_OP_MOD},
    {"mul", LG_OP_MUL},
    {"neg", LG_OP_NEG},
    {"non_max_suppression", LG_OP_NON_MAX_SUPPRESSION},
    {"non_max_suppression_padded", LG_OP_NON_MAX_SUPPRESSION_PADDED},
    {"non_zero", LG_OP_NON_ZERO},
    {"not_equal", LG_OP_NOT_EQUAL},
    {"one_hot", LG_OP_ONE_HOT},
    {"pad", LG_OP_PAD},
    {"permute", LG_OP_TRANSPOSE},
    {"pow", LG_OP_POW},
    {"prelu", LG_OP_PRELU},
    {"prod", LG_OP_PROD},
    {"qlinear_conv", LG_OP_QLINEAR_CONV},
    {"qlinear_matmul", LG_OP_QLINEAR_MATMUL},
    {"quantize", LG_OP_QUANTIZE},
    {"reciprocal", LG_OP_RECIPROCAL},
    {"relu", LG_OP_RELU},
    {"reshape", LG_OP_RESHAPE},
    {"resize", LG_OP_RESIZE},
    {"reverse_sequence", LG_OP_REVERSE_SEQUENCE},
    {"rms_norm", LG_OP_RMS_NORM},
    {"rnn", LG_OP_RNN},
    {"roi_align", LG_OP_ROI_ALIGN},
    {"roll", LG_OP_ROLL},
    {"round", LG_OP_ROUND},
    {"rsqrt", LG_OP_RSQRT},
    {"scaled_dot_product_attention", LG_OP_SCALED_DOT_PRODUCT_ATTENTION},
    {"scatter_elements", LG_OP_SCATTER_ELEMENTS},
    {"scatter_nd", LG_OP_SCATTER_ND},
    {"selu", LG_OP_SELU},
    {"shape", LG_OP_SHAPE},
    {"sigmoid", LG_OP_SIGMOID},
    {"sign", LG_OP_SIGN},
    {"silu", LG_OP_SILU},
    {"sin", LG_OP_SIN},
    {"sinh", LG_OP_SINH},
    {"size", LG_OP_SIZE},
    {"slice", LG_OP_SLICE},
    {"softmax", LG_OP_SOFTMAX},
    {"softplus", LG_OP_SOFTPLUS},
    {"softsign", LG_OP_SOFTSIGN},
    {"sort", LG_OP_SORT},
    {"space_to_depth", LG_OP_SPACE_TO_DEPTH},
    {"split", LG_OP_SPLIT},
    {"sqrt", LG_OP_SQRT},
    {"squeeze", LG_OP_SQUEEZE},
    {"stack", LG_OP_STACK},
    {"stft", LG_OP_STFT},
    {"sub", LG_OP_SUB},
    {"sum", LG_OP_SUM},
    {"sum_square", LG_OP_SUM_SQUARE},
    {"tan", LG_OP_TAN},
    {"tanh", LG_OP_TANH},
    {"threshold_relu", LG_OP_THRESHOLD_RELU},
    {"tile", LG_OP_TILE},
    {"top_k", LG_OP_TOP_K},
    {"transpose", LG_OP_TRANSPOSE},
    {"trilu", LG_OP_TRILU},
    {"trunc", LG_OP_TRUNC},
    {"unique", LG_OP_UNIQUE},
    {"unsqueeze", LG_OP_UNSQUEEZE},
    {"var", LG_OP_VAR},
    {"where", LG_OP_WHERE},
};

const lg_op_info_t *lg_op_info(uint32_t op) {
    return op < LG_OP_COUNT && infos[op].name != NULL ? &infos[op] : NULL;
}

const lg_op_info_t *lg_op_find(const char *name) {
    size_t begin = 0;
    size_t end = sizeof names / sizeof names[0];
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        int order = strcmp(name, names[middle].name);
        if (order == 0) {
            return &infos[names[middle].op];
        }
        if (order < 0) {
            end = middle;
        } else {
            begin = middle + 1;
        }
    }
    return NULL;
}

// ---- inference --------------------------------------------------------------------------------------

// Operand dtypes as bits 1 << lg_dtype_t, required attributes, and the plain case.
static const lg_op_rule_t rules[LG_OP_COUNT] = {
    [LG_OP_ABS] = {&infos[LG_OP_ABS], {0x1ffe}, 0, 0x1ffe, 1, 0},
    [LG_OP_NEG] = {&infos[LG_OP_NEG], {0x1ffe}, 0, 0x1ffe, 1, 0},
    [LG_OP_SQRT] = {&infos[LG_OP_SQRT], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_EXP] = {&infos[LG_OP_EXP], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_LOG] = {&infos[LG_OP_LOG], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_TANH] = {&infos[LG_OP_TANH], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_ERF] = {&infos[LG_OP_ERF], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_SIGMOID] = {&infos[LG_OP_SIGMOID], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_RELU] = {&infos[LG_OP_RELU], {0x1ffe}, 0, 0x1ffe, 1, 0},
    [LG_OP_LEAKY_RELU] = {&infos[LG_OP_LEAKY_RELU], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_GELU] = {&infos[LG_OP_GELU], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_SILU] = {&infos[LG_OP_SILU], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_CLIP] = {&infos[LG_OP_CLIP], {0x1ffe, 0x1ffe, 0x1ffe}, 0, 0, 0, 0},
    [LG_OP_CAST] = {&infos[LG_OP_CAST], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_IS_NAN] = {&infos[LG_OP_IS_NAN], {0x001e}, 0, 0x001e, 1, LG_DTYPE_BOOL},
    [LG_OP_LOGICAL_NOT] = {&infos[LG_OP_LOGICAL_NOT], {0x2000}, 0, 0x2000, 1, 0},
    [LG_OP_ADD] = {&infos[LG_OP_ADD], {0x1ffe, 0x1ffe}, 0, 0x1ffe, 2, 0},
    [LG_OP_SUB] = {&infos[LG_OP_SUB], {0x1ffe, 0x1ffe}, 0, 0x1ffe, 2, 0},
    [LG_OP_MUL] = {&infos[LG_OP_MUL], {0x1ffe, 0x1ffe}, 0, 0x1ffe, 2, 0},
    [LG_OP_DIV] = {&infos[LG_OP_DIV], {0x1ffe, 0x1ffe}, 0, 0x001e, 2, 0},
    [LG_OP_POW] = {&infos[LG_OP_POW], {0x1ffe, 0x1ffe}, 0, 0x1ffe, 2, 0},
    [LG_OP_MAXIMUM] = {&infos[LG_OP_MAXIMUM], {0x1ffe, 0x1ffe}, 0, 0x1ffe, 2, 0},
    [LG_OP_MINIMUM] = {&infos[LG_OP_MINIMUM], {0x1ffe, 0x1ffe}, 0, 0x1ffe, 2, 0},
    [LG_OP_EQUAL] = {&infos[LG_OP_EQUAL], {0x3ffe, 0x3ffe}, 0, 0x3ffe, 2, LG_DTYPE_BOOL},
    [LG_OP_LESS] = {&infos[LG_OP_LESS], {0x3ffe, 0x3ffe}, 0, 0x3ffe, 2, LG_DTYPE_BOOL},
    [LG_OP_GREATER] = {&infos[LG_OP_GREATER], {0x3ffe, 0x3ffe}, 0, 0x3ffe, 2, LG_DTYPE_BOOL},
    [LG_OP_LOGICAL_AND] = {&infos[LG_OP_LOGICAL_AND], {0x2000, 0x2000}, 0, 0x2000, 2, 0},
    [LG_OP_WHERE] = {&infos[LG_OP_WHERE], {0x2000, 0x3ffe, 0x3ffe}, 0, 0, 0, 0},
    [LG_OP_SUM] = {&infos[LG_OP_SUM], {0x0a06}, 0, 0, 0, 0},
    [LG_OP_MEAN] = {&infos[LG_OP_MEAN], {0x0006}, 0, 0, 0, 0},
    [LG_OP_MAX] = {&infos[LG_OP_MAX], {0x0a06}, 0, 0, 0, 0},
    [LG_OP_ARGMAX] = {&infos[LG_OP_ARGMAX], {0x0a06}, 0, 0, 0, 0},
    [LG_OP_SOFTMAX] = {&infos[LG_OP_SOFTMAX], {0x0006}, 0, 0, 0, 0},
    [LG_OP_LAYER_NORM] = {&infos[LG_OP_LAYER_NORM], {0x0006, 0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_MATMUL] = {&infos[LG_OP_MATMUL], {0x0a06, 0x0a06}, 0, 0, 0, 0},
    [LG_OP_LINEAR] = {&infos[LG_OP_LINEAR], {0x0006, 0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_CONV] = {&infos[LG_OP_CONV], {0x0006, 0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_MAX_POOL] = {&infos[LG_OP_MAX_POOL], {0x0006}, 1, 0, 0, 0},
    [LG_OP_AVG_POOL] = {&infos[LG_OP_AVG_POOL], {0x0006}, 1, 0, 0, 0},
    [LG_OP_RESHAPE] = {&infos[LG_OP_RESHAPE], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_TRANSPOSE] = {&infos[LG_OP_TRANSPOSE], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_EXPAND] = {&infos[LG_OP_EXPAND], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_CONCAT] = {&infos[LG_OP_CONCAT], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_SLICE] = {&infos[LG_OP_SLICE], {0x3ffe}, 3, 0, 0, 0},
    [LG_OP_PAD] = {&infos[LG_OP_PAD], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_GATHER] = {&infos[LG_OP_GATHER], {0x3ffe, 0x0a00}, 0, 0, 0, 0},
    [LG_OP_SQUEEZE] = {&infos[LG_OP_SQUEEZE], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_UNSQUEEZE] = {&infos[LG_OP_UNSQUEEZE], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_FLATTEN] = {&infos[LG_OP_FLATTEN], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_FULL] = {&infos[LG_OP_FULL], {0}, 3, 0, 0, 0},
    [LG_OP_ARANGE] = {&infos[LG_OP_ARANGE], {0}, 1, 0, 0, 0},
    [LG_OP_SIGN] = {&infos[LG_OP_SIGN], {0x1ffe}, 0, 0x1ffe, 1, 0},
    [LG_OP_FLOOR] = {&infos[LG_OP_FLOOR], {0x1ffe}, 0, 0x1ffe, 1, 0},
    [LG_OP_CEIL] = {&infos[LG_OP_CEIL], {0x1ffe}, 0, 0x1ffe, 1, 0},
    [LG_OP_ROUND] = {&infos[LG_OP_ROUND], {0x1ffe}, 0, 0x1ffe, 1, 0},
    [LG_OP_TRUNC] = {&infos[LG_OP_TRUNC], {0x1ffe}, 0, 0x1ffe, 1, 0},
    [LG_OP_RSQRT] = {&infos[LG_OP_RSQRT], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_RECIPROCAL] = {&infos[LG_OP_RECIPROCAL], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_NOT_EQUAL] = {&infos[LG_OP_NOT_EQUAL], {0x3ffe, 0x3ffe}, 0, 0x3ffe, 2, LG_DTYPE_BOOL},
    [LG_OP_LESS_EQUAL] = {&infos[LG_OP_LESS_EQUAL], {0x3ffe, 0x3ffe}, 0, 0x3ffe, 2, LG_DTYPE_BOOL},
    [LG_OP_GREATER_EQUAL] = {&infos[LG_OP_GREATER_EQUAL], {0x3ffe, 0x3ffe}, 0, 0x3ffe, 2, LG_DTYPE_BOOL},
    [LG_OP_LOGICAL_OR] = {&infos[LG_OP_LOGICAL_OR], {0x2000, 0x2000}, 0, 0x2000, 2, 0},
    [LG_OP_LOGICAL_XOR] = {&infos[LG_OP_LOGICAL_XOR], {0x2000, 0x2000}, 0, 0x2000, 2, 0},
    [LG_OP_BITWISE_NOT] = {&infos[LG_OP_BITWISE_NOT], {0x3fe0}, 0, 0x3fe0, 1, 0},
    [LG_OP_BITWISE_AND] = {&infos[LG_OP_BITWISE_AND], {0x3fe0, 0x3fe0}, 0, 0x3fe0, 2, 0},
    [LG_OP_BITWISE_OR] = {&infos[LG_OP_BITWISE_OR], {0x3fe0, 0x3fe0}, 0, 0x3fe0, 2, 0},
    [LG_OP_BITWISE_XOR] = {&infos[LG_OP_BITWISE_XOR], {0x3fe0, 0x3fe0}, 0, 0x3fe0, 2, 0},
    [LG_OP_BIT_SHIFT] = {&infos[LG_OP_BIT_SHIFT], {0x1fe0, 0x1fe0}, 0, 0x1fe0, 2, 0},
    [LG_OP_IS_INF] = {&infos[LG_OP_IS_INF], {0x001e}, 0, 0x001e, 1, LG_DTYPE_BOOL},
    [LG_OP_MOD] = {&infos[LG_OP_MOD], {0x1ffe, 0x1ffe}, 0, 0x1ffe, 2, 0},
    [LG_OP_FMOD] = {&infos[LG_OP_FMOD], {0x1ffe, 0x1ffe}, 0, 0x1ffe, 2, 0},
    [LG_OP_PRELU] = {&infos[LG_OP_PRELU], {0x001e, 0x001e}, 0, 0x001e, 2, 0},
    [LG_OP_ELU] = {&infos[LG_OP_ELU], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_SELU] = {&infos[LG_OP_SELU], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_CELU] = {&infos[LG_OP_CELU], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_HARD_SIGMOID] = {&infos[LG_OP_HARD_SIGMOID], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_HARD_SWISH] = {&infos[LG_OP_HARD_SWISH], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_MISH] = {&infos[LG_OP_MISH], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_SOFTPLUS] = {&infos[LG_OP_SOFTPLUS], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_SOFTSIGN] = {&infos[LG_OP_SOFTSIGN], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_EXPM1] = {&infos[LG_OP_EXPM1], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_LOG1P] = {&infos[LG_OP_LOG1P], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_SIN] = {&infos[LG_OP_SIN], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_COS] = {&infos[LG_OP_COS], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_TAN] = {&infos[LG_OP_TAN], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_ASIN] = {&infos[LG_OP_ASIN], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_ACOS] = {&infos[LG_OP_ACOS], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_ATAN] = {&infos[LG_OP_ATAN], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_SINH] = {&infos[LG_OP_SINH], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_COSH] = {&infos[LG_OP_COSH], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_ASINH] = {&infos[LG_OP_ASINH], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_ACOSH] = {&infos[LG_OP_ACOSH], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_ATANH] = {&infos[LG_OP_ATANH], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_THRESHOLD_RELU] = {&infos[LG_OP_THRESHOLD_RELU], {0x001e}, 0, 0x001e, 1, 0},
    [LG_OP_PROD] = {&infos[LG_OP_PROD], {0x0a06}, 0, 0, 0, 0},
    [LG_OP_MIN] = {&infos[LG_OP_MIN], {0x0a06}, 0, 0, 0, 0},
    [LG_OP_ARGMIN] = {&infos[LG_OP_ARGMIN], {0x0a06}, 0, 0, 0, 0},
    [LG_OP_L1] = {&infos[LG_OP_L1], {0x0a06}, 0, 0, 0, 0},
    [LG_OP_L2] = {&infos[LG_OP_L2], {0x0006}, 0, 0, 0, 0},
    [LG_OP_SUM_SQUARE] = {&infos[LG_OP_SUM_SQUARE], {0x0a06}, 0, 0, 0, 0},
    [LG_OP_LOG_SUM] = {&infos[LG_OP_LOG_SUM], {0x0006}, 0, 0, 0, 0},
    [LG_OP_LOG_SUM_EXP] = {&infos[LG_OP_LOG_SUM_EXP], {0x0006}, 0, 0, 0, 0},
    [LG_OP_ANY] = {&infos[LG_OP_ANY], {0x2000}, 0, 0, 0, 0},
    [LG_OP_ALL] = {&infos[LG_OP_ALL], {0x2000}, 0, 0, 0, 0},
    [LG_OP_VAR] = {&infos[LG_OP_VAR], {0x0006}, 0, 0, 0, 0},
    [LG_OP_CUMSUM] = {&infos[LG_OP_CUMSUM], {0x0a06}, 1, 0, 0, 0},
    [LG_OP_LOG_SOFTMAX] = {&infos[LG_OP_LOG_SOFTMAX], {0x0006}, 0, 0, 0, 0},
    [LG_OP_TILE] = {&infos[LG_OP_TILE], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_FLIP] = {&infos[LG_OP_FLIP], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_ROLL] = {&infos[LG_OP_ROLL], {0x3ffe}, 3, 0, 0, 0},
    [LG_OP_TRILU] = {&infos[LG_OP_TRILU], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_ONE_HOT] = {&infos[LG_OP_ONE_HOT], {0x0a00}, 1, 0, 0, 0},
    [LG_OP_DEPTH_TO_SPACE] = {&infos[LG_OP_DEPTH_TO_SPACE], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_SPACE_TO_DEPTH] = {&infos[LG_OP_SPACE_TO_DEPTH], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_EYE] = {&infos[LG_OP_EYE], {0}, 1, 0, 0, 0},
    [LG_OP_IDENTITY] = {&infos[LG_OP_IDENTITY], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_GATHER_ELEMENTS] = {&infos[LG_OP_GATHER_ELEMENTS], {0x3ffe, 0x0a00}, 0, 0, 0, 0},
    [LG_OP_GLOBAL_AVG_POOL] = {&infos[LG_OP_GLOBAL_AVG_POOL], {0x0006}, 0, 0, 0, 0},
    [LG_OP_GLOBAL_MAX_POOL] = {&infos[LG_OP_GLOBAL_MAX_POOL], {0x0006}, 0, 0, 0, 0},
    [LG_OP_SPLIT] = {&infos[LG_OP_SPLIT], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_TOP_K] = {&infos[LG_OP_TOP_K], {0x3ffe}, 1, 0, 0, 0},
    [LG_OP_SORT] = {&infos[LG_OP_SORT], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_ARGSORT] = {&infos[LG_OP_ARGSORT], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_GATHER_ND] = {&infos[LG_OP_GATHER_ND], {0x3ffe, 0x0a00}, 0, 0, 0, 0},
    [LG_OP_SCATTER_ELEMENTS] = {&infos[LG_OP_SCATTER_ELEMENTS], {0x3ffe, 0x0a00, 0x3ffe}, 0, 0, 0, 0},
    [LG_OP_SCATTER_ND] = {&infos[LG_OP_SCATTER_ND], {0x3ffe, 0x0a00, 0x3ffe}, 0, 0, 0, 0},
    [LG_OP_REVERSE_SEQUENCE] = {&infos[LG_OP_REVERSE_SEQUENCE], {0x3ffe, 0x0800}, 0, 0, 0, 0},
    [LG_OP_NON_ZERO] = {&infos[LG_OP_NON_ZERO], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_COMPRESS] = {&infos[LG_OP_COMPRESS], {0x3ffe, 0x2000}, 0, 0, 0, 0},
    [LG_OP_UNIQUE] = {&infos[LG_OP_UNIQUE], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_SHAPE] = {&infos[LG_OP_SHAPE], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_SIZE] = {&infos[LG_OP_SIZE], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_STACK] = {&infos[LG_OP_STACK], {0x3ffe}, 0, 0, 0, 0},
    [LG_OP_BATCH_NORM] = {&infos[LG_OP_BATCH_NORM], {0x0006, 0x0006, 0x0006, 0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_INSTANCE_NORM] = {&infos[LG_OP_INSTANCE_NORM], {0x0006, 0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_GROUP_NORM] = {&infos[LG_OP_GROUP_NORM], {0x0006, 0x0006, 0x0006}, 1, 0, 0, 0},
    [LG_OP_RMS_NORM] = {&infos[LG_OP_RMS_NORM], {0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_LP_NORM] = {&infos[LG_OP_LP_NORM], {0x0006}, 0, 0, 0, 0},
    [LG_OP_LRN] = {&infos[LG_OP_LRN], {0x0006}, 1, 0, 0, 0},
    [LG_OP_SCALED_DOT_PRODUCT_ATTENTION] = {&infos[LG_OP_SCALED_DOT_PRODUCT_ATTENTION], {0x0006, 0x0006, 0x0006, 0x2006}, 0, 0, 0, 0},
    [LG_OP_LSTM] = {&infos[LG_OP_LSTM], {0x0006, 0x0006, 0x0006, 0x0006, 0x0200, 0x0006, 0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_GRU] = {&infos[LG_OP_GRU], {0x0006, 0x0006, 0x0006, 0x0006, 0x0200, 0x0006}, 0, 0, 0, 0},
    [LG_OP_RNN] = {&infos[LG_OP_RNN], {0x0006, 0x0006, 0x0006, 0x0006, 0x0200, 0x0006}, 0, 0, 0, 0},
    [LG_OP_CONV_TRANSPOSE] = {&infos[LG_OP_CONV_TRANSPOSE], {0x0006, 0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_LP_POOL] = {&infos[LG_OP_LP_POOL], {0x0006}, 3, 0, 0, 0},
    [LG_OP_GLOBAL_LP_POOL] = {&infos[LG_OP_GLOBAL_LP_POOL], {0x0006}, 0, 0, 0, 0},
    [LG_OP_RESIZE] = {&infos[LG_OP_RESIZE], {0x0046}, 0, 0, 0, 0},
    [LG_OP_GRID_SAMPLE] = {&infos[LG_OP_GRID_SAMPLE], {0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_AFFINE_GRID] = {&infos[LG_OP_AFFINE_GRID], {0x0006}, 1, 0, 0, 0},
    [LG_OP_ROI_ALIGN] = {&infos[LG_OP_ROI_ALIGN], {0x0006, 0x0006, 0x0800}, 0, 0, 0, 0},
    [LG_OP_CROP_AND_RESIZE] = {&infos[LG_OP_CROP_AND_RESIZE], {0x0006, 0x0006, 0x0800}, 1, 0, 0, 0},
    [LG_OP_IMAGE_NORMALIZE] = {&infos[LG_OP_IMAGE_NORMALIZE], {0x0042}, 0, 0, 0, 0},
    [LG_OP_COL2IM] = {&infos[LG_OP_COL2IM], {0x0006}, 3, 0, 0, 0},
    [LG_OP_MAX_POOL_WITH_INDICES] = {&infos[LG_OP_MAX_POOL_WITH_INDICES], {0x0006}, 1, 0, 0, 0},
    [LG_OP_MAX_UNPOOL] = {&infos[LG_OP_MAX_UNPOOL], {0x0006, 0x0800}, 1, 0, 0, 0},
    [LG_OP_ADAPTIVE_AVG_POOL] = {&infos[LG_OP_ADAPTIVE_AVG_POOL], {0x0006}, 1, 0, 0, 0},
    [LG_OP_ADAPTIVE_MAX_POOL] = {&infos[LG_OP_ADAPTIVE_MAX_POOL], {0x0006}, 1, 0, 0, 0},
    [LG_OP_NON_MAX_SUPPRESSION] = {&infos[LG_OP_NON_MAX_SUPPRESSION], {0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_NON_MAX_SUPPRESSION_PADDED] = {&infos[LG_OP_NON_MAX_SUPPRESSION_PADDED], {0x0006, 0x0006}, 0, 0, 0, 0},
    [LG_OP_QUANTIZE] = {&infos[LG_OP_QUANTIZE], {0x0002, 0x0002, 0x01e0}, 0, 0, 0, 0},
    [LG_OP_DEQUANTIZE] = {&infos[LG_OP_DEQUANTIZE], {0x03e0, 0x0002, 0x03e0}, 0, 0, 0, 0},
    [LG_OP_MATMUL_INTEGER] = {&infos[LG_OP_MATMUL_INTEGER], {0x0060, 0x0060, 0x0060, 0x0060}, 0, 0, 0, 0},
    [LG_OP_DYNAMIC_QUANTIZE] = {&infos[LG_OP_DYNAMIC_QUANTIZE], {0x0002}, 0, 0, 0, 0},
    [LG_OP_CONV_INTEGER] = {&infos[LG_OP_CONV_INTEGER], {0x0060, 0x0060, 0x0060, 0x0060}, 0, 0, 0, 0},
    [LG_OP_QLINEAR_MATMUL] = {&infos[LG_OP_QLINEAR_MATMUL], {0x0060, 0x0002, 0x0060, 0x0060, 0x0002, 0x0060, 0x0002, 0x0060}, 0, 0, 0, 0},
    [LG_OP_QLINEAR_CONV] = {&infos[LG_OP_QLINEAR_CONV], {0x0060, 0x0002, 0x0060, 0x0060, 0x0002, 0x0060, 0x0002, 0x0060, 0x0200}, 0, 0, 0, 0},
    [LG_OP_DFT] = {&infos[LG_OP_DFT], {0x0006}, 0, 0, 0, 0},
    [LG_OP_STFT] = {&infos[LG_OP_STFT], {0x0006, 0x0006}, 1, 0, 0, 0},
    [LG_OP_HANN_WINDOW] = {&infos[LG_OP_HANN_WINDOW], {0}, 1, 0, 0, 0},
    [LG_OP_HAMMING_WINDOW] = {&infos[LG_OP_HAMMING_WINDOW], {0}, 1, 0, 0, 0},
    [LG_OP_BLACKMAN_WINDOW] = {&infos[LG_OP_BLACKMAN_WINDOW], {0}, 1, 0, 0, 0},
    [LG_OP_MEL_WEIGHT_MATRIX] = {&infos[LG_OP_MEL_WEIGHT_MATRIX], {0}, 31, 0, 0, 0},
    [LG_OP_FUSED_CONV] = {&infos[LG_OP_FUSED_CONV], {0x0002, 0x0002, 0x0002, 0x0002}, 0, 0, 0, 0},
    [LG_OP_FUSED_LINEAR] = {&infos[LG_OP_FUSED_LINEAR], {0x0002, 0x0002, 0x0002, 0x0002}, 0, 0, 0, 0},
    [LG_OP_FUSED_MATMUL] = {&infos[LG_OP_FUSED_MATMUL], {0x0002, 0x0002, 0x0002, 0x0002}, 0, 0, 0, 0},
    [LG_OP_CHAIN] = {&infos[LG_OP_CHAIN], {0x0002}, 15, 0, 0, 0},
    [LG_OP_BITCAST] = {&infos[LG_OP_BITCAST], {0x3ffe}, 1, 0, 0, 0},
};

// All but the plain case; apart, so that the plain case saves no registers.
static __attribute__((noinline)) lg_status_t infer_by_rules(uint32_t op, const lg_view_t *const *ins,
                                                            uint32_t in_count, const void *attrs,
                                                            lg_view_t *outs, uint32_t out_count,
                                                            lg_error_t *err) {
    LG_CHECK(err, op < LG_OP_COUNT && infos[op].name != NULL, LG_STATUS_NOT_FOUND, NULL,
             "there is no op with id %u", op);
    const lg_op_rule_t *rule = &rules[op];
    // One input is checked here, any other number by the loop.
    if (!(in_count == 1 && infos[op].in_min == 1 && out_count == 1 && infos[op].out_count == 1 &&
          ins != NULL &&
          !(infos[op].flags & LG_OP_FLAG_VARIADIC) && lg_infer_accepts(ins[0], rule->in_types[0]))) {
        LG_TRY(lg_infer_operands(rule, ins, in_count, outs, out_count, err));
    }
    attrs = attrs != NULL ? attrs : infos[op].attrs_default;
    lg_infer_t c = {rule, infos[op].name, ins, in_count, LG_DTYPE_INVALID, outs, outs, out_count, err};
    switch (op) {
        case LG_OP_ABS:
        case LG_OP_NEG:
        case LG_OP_SQRT:
        case LG_OP_EXP:
        case LG_OP_LOG:
        case LG_OP_TANH:
        case LG_OP_ERF:
        case LG_OP_SIGMOID:
        case LG_OP_RELU:
        case LG_OP_LEAKY_RELU:
        case LG_OP_SILU:
        case LG_OP_CLIP:
        case LG_OP_LOGICAL_NOT:
        case LG_OP_ADD:
        case LG_OP_SUB:
        case LG_OP_MUL:
        case LG_OP_POW:
        case LG_OP_MAXIMUM:
        case LG_OP_MINIMUM:
        case LG_OP_LOGICAL_AND:
        case LG_OP_SIGN:
        case LG_OP_FLOOR:
        case LG_OP_CEIL:
        case LG_OP_ROUND:
        case LG_OP_TRUNC:
        case LG_OP_RSQRT:
        case LG_OP_RECIPROCAL:
        case LG_OP_LOGICAL_OR:
        case LG_OP_LOGICAL_XOR:
        case LG_OP_BITWISE_NOT:
        case LG_OP_BITWISE_AND:
        case LG_OP_BITWISE_OR:
        case LG_OP_BITWISE_XOR:
        case LG_OP_MOD:
        case LG_OP_FMOD:
        case LG_OP_PRELU:
        case LG_OP_ELU:
        case LG_OP_SELU:
        case LG_OP_CELU:
        case LG_OP_HARD_SIGMOID:
        case LG_OP_HARD_SWISH:
        case LG_OP_MISH:
        case LG_OP_SOFTPLUS:
        case LG_OP_SOFTSIGN:
        case LG_OP_EXPM1:
        case LG_OP_LOG1P:
        case LG_OP_SIN:
        case LG_OP_COS:
        case LG_OP_TAN:
        case LG_OP_ASIN:
        case LG_OP_ACOS:
        case LG_OP_ATAN:
        case LG_OP_SINH:
        case LG_OP_COSH:
        case LG_OP_ASINH:
        case LG_OP_ACOSH:
        case LG_OP_ATANH:
        case LG_OP_THRESHOLD_RELU:
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_broadcast(&c);
        case LG_OP_GELU: {
            const lg_gelu_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->approximate, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_broadcast(&c);
        }
        case LG_OP_CAST: {
            const lg_cast_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->dtype, 1, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_attr(&c, a->dtype));
            return lg_shape_broadcast(&c);
        }
        case LG_OP_IS_NAN:
        case LG_OP_EQUAL:
        case LG_OP_LESS:
        case LG_OP_GREATER:
        case LG_OP_NOT_EQUAL:
        case LG_OP_LESS_EQUAL:
        case LG_OP_GREATER_EQUAL:
            LG_TRY(lg_dtype_bool(&c));
            return lg_shape_broadcast(&c);
        case LG_OP_DIV: {
            const lg_div_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->rounding_mode, 0, 2))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_div(&c, a->rounding_mode));
            return lg_shape_broadcast(&c);
        }
        case LG_OP_WHERE:
            LG_TRY(lg_dtype_same(&c, 1));
            return lg_shape_broadcast(&c);
        case LG_OP_SUM: {
            const lg_sum_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_MEAN: {
            const lg_mean_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_MAX: {
            const lg_max_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce_nonempty(&c, &a->axis, a->keepdims);
        }
        case LG_OP_ARGMAX: {
            const lg_argmax_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_i64(&c));
            return lg_shape_arg_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_SOFTMAX: {
            const lg_softmax_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_softmax(&c, a->axis);
        }
        case LG_OP_LAYER_NORM: {
            const lg_layer_norm_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_layer_norm(&c, a->axis, a->eps);
        }
        case LG_OP_MATMUL:
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_matmul(&c);
        case LG_OP_LINEAR:
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_linear(&c);
        case LG_OP_CONV: {
            const lg_conv_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_conv(&c, &a->stride, &a->padding, &a->dilation, a->groups, a->auto_pad);
        }
        case LG_OP_MAX_POOL: {
            const lg_max_pool_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->kernel_size, 0) &&
                  lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_choice_ok(a->ceil_mode, 0, 1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_pool(&c, &a->kernel_size, &a->stride, &a->padding, &a->dilation, a->ceil_mode, a->auto_pad);
        }
        case LG_OP_AVG_POOL: {
            const lg_avg_pool_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->kernel_size, 0) &&
                  lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_choice_ok(a->ceil_mode, 0, 1) &&
                  lg_attr_choice_ok(a->count_include_pad, 0, 1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_pool(&c, &a->kernel_size, &a->stride, &a->padding, &a->dilation, a->ceil_mode, a->auto_pad);
        }
        case LG_OP_RESHAPE: {
            const lg_reshape_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->shape, 0))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reshape(&c, &a->shape);
        }
        case LG_OP_TRANSPOSE: {
            const lg_transpose_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axes, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_transpose(&c, &a->axes);
        }
        case LG_OP_EXPAND: {
            const lg_expand_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->shape, 0))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_expand(&c, &a->shape);
        }
        case LG_OP_CONCAT: {
            const lg_concat_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_concat(&c, a->axis);
        }
        case LG_OP_SLICE: {
            const lg_slice_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->starts, 0) &&
                  lg_attr_ints_ok(&a->ends, 0) &&
                  lg_attr_ints_ok(&a->axes, -1) &&
                  lg_attr_ints_ok(&a->steps, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_slice(&c, &a->starts, &a->ends, &a->axes, &a->steps);
        }
        case LG_OP_PAD: {
            const lg_pad_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->pads, 0) &&
                  lg_attr_choice_ok(a->mode, 0, 3) &&
                  lg_attr_scalar_ok(&a->value))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_pad(&c, &a->pads, a->mode, &a->value);
        }
        case LG_OP_GATHER: {
            const lg_gather_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_gather(&c, a->axis);
        }
        case LG_OP_SQUEEZE: {
            const lg_squeeze_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_squeeze(&c, &a->axis);
        }
        case LG_OP_UNSQUEEZE: {
            const lg_unsqueeze_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, 0))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_unsqueeze(&c, &a->axis);
        }
        case LG_OP_FLATTEN: {
            const lg_flatten_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_flatten(&c, a->start_axis, a->end_axis);
        }
        case LG_OP_FULL: {
            const lg_full_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->shape, 0) &&
                  lg_attr_scalar_ok(&a->value) &&
                  lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_scalar(&c, a->dtype, &a->value));
            return lg_shape_full(&c, &a->shape, &a->value);
        }
        case LG_OP_ARANGE: {
            const lg_arange_attrs_t *a = attrs;
            if (!(lg_attr_scalar_ok(&a->start) &&
                  lg_attr_scalar_ok(&a->stop) &&
                  lg_attr_scalar_ok(&a->step) &&
                  lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_arange(&c, a->dtype, &a->start, &a->stop, &a->step));
            return lg_shape_arange(&c, &a->start, &a->stop, &a->step);
        }
        case LG_OP_BIT_SHIFT: {
            const lg_bit_shift_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->direction, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_broadcast(&c);
        }
        case LG_OP_IS_INF: {
            const lg_is_inf_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->detect_negative, 0, 1) &&
                  lg_attr_choice_ok(a->detect_positive, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_bool(&c));
            return lg_shape_broadcast(&c);
        }
        case LG_OP_PROD: {
            const lg_prod_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_MIN: {
            const lg_min_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce_nonempty(&c, &a->axis, a->keepdims);
        }
        case LG_OP_ARGMIN: {
            const lg_argmin_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_i64(&c));
            return lg_shape_arg_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_L1: {
            const lg_l1_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_L2: {
            const lg_l2_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_SUM_SQUARE: {
            const lg_sum_square_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_LOG_SUM: {
            const lg_log_sum_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_LOG_SUM_EXP: {
            const lg_log_sum_exp_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_ANY: {
            const lg_any_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_ALL: {
            const lg_all_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_VAR: {
            const lg_var_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->keepdims, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reduce(&c, &a->axis, a->keepdims);
        }
        case LG_OP_CUMSUM: {
            const lg_cumsum_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->exclusive, 0, 1) &&
                  lg_attr_choice_ok(a->reverse, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_softmax(&c, a->axis);
        }
        case LG_OP_LOG_SOFTMAX: {
            const lg_log_softmax_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_softmax(&c, a->axis);
        }
        case LG_OP_TILE: {
            const lg_tile_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->repeats, 0))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_tile(&c, &a->repeats);
        }
        case LG_OP_FLIP: {
            const lg_flip_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_flip(&c, &a->axis);
        }
        case LG_OP_ROLL: {
            const lg_roll_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->shift, 0) &&
                  lg_attr_ints_ok(&a->axis, 0))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_roll(&c, &a->shift, &a->axis);
        }
        case LG_OP_TRILU: {
            const lg_trilu_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->upper, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_matrix(&c);
        }
        case LG_OP_ONE_HOT: {
            const lg_one_hot_attrs_t *a = attrs;
            if (!(lg_attr_scalar_ok(&a->on_value) &&
                  lg_attr_scalar_ok(&a->off_value) &&
                  lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_scalar(&c, a->dtype, &a->on_value));
            return lg_shape_one_hot(&c, a->depth, a->axis, &a->on_value, &a->off_value);
        }
        case LG_OP_DEPTH_TO_SPACE: {
            const lg_depth_to_space_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->mode, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_depth_to_space(&c, a->block);
        }
        case LG_OP_SPACE_TO_DEPTH: {
            const lg_space_to_depth_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_space_to_depth(&c, a->block);
        }
        case LG_OP_EYE: {
            const lg_eye_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_or_f32(&c, a->dtype));
            return lg_shape_eye(&c, a->rows, a->columns);
        }
        case LG_OP_IDENTITY:
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_identity(&c);
        case LG_OP_GATHER_ELEMENTS: {
            const lg_gather_elements_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_gather_elements(&c, a->axis);
        }
        case LG_OP_GLOBAL_AVG_POOL:
        case LG_OP_GLOBAL_MAX_POOL:
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_global_pool(&c);
        case LG_OP_SPLIT: {
            const lg_split_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->sizes, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            for (uint32_t i = 0; i < out_count; i++) {
                outs[i].dtype = (uint8_t)c.dtype;
            }
            return lg_shape_split(&c, &a->sizes, a->num_outputs, a->axis);
        }
        case LG_OP_TOP_K: {
            const lg_top_k_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->largest, 0, 1) &&
                  lg_attr_choice_ok(a->sorted, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_same(&c, 0));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_top_k(&c, a->k, a->axis);
        }
        case LG_OP_SORT: {
            const lg_sort_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->descending, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_same(&c, 0));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_sort(&c, a->axis);
        }
        case LG_OP_ARGSORT: {
            const lg_argsort_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->descending, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_i64(&c));
            return lg_shape_sort(&c, a->axis);
        }
        case LG_OP_GATHER_ND: {
            const lg_gather_nd_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_gather_nd(&c, a->batch_dims);
        }
        case LG_OP_SCATTER_ELEMENTS: {
            const lg_scatter_elements_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->reduction, 0, 4))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_scatter_elements(&c, a->axis);
        }
        case LG_OP_SCATTER_ND: {
            const lg_scatter_nd_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->reduction, 0, 4))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_scatter_nd(&c);
        }
        case LG_OP_REVERSE_SEQUENCE: {
            const lg_reverse_sequence_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_reverse_sequence(&c, a->time_axis, a->batch_axis);
        }
        case LG_OP_NON_ZERO:
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            return lg_shape_non_zero(&c);
        case LG_OP_COMPRESS: {
            const lg_compress_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_compress(&c, &a->axis);
        }
        case LG_OP_UNIQUE: {
            const lg_unique_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->axis, -1) &&
                  lg_attr_choice_ok(a->sorted, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            outs[3].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            outs[2].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_same(&c, 0));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_unique(&c, &a->axis);
        }
        case LG_OP_SHAPE: {
            const lg_shape_attrs_t *a = attrs;
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            return lg_shape_shape(&c, a->start, a->end);
        }
        case LG_OP_SIZE:
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            return lg_shape_size(&c);
        case LG_OP_STACK: {
            const lg_stack_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_stack(&c, a->axis);
        }
        case LG_OP_BATCH_NORM: {
            const lg_batch_norm_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_batch_norm(&c, a->eps);
        }
        case LG_OP_INSTANCE_NORM: {
            const lg_instance_norm_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_instance_norm(&c, a->eps);
        }
        case LG_OP_GROUP_NORM: {
            const lg_group_norm_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_group_norm(&c, a->num_groups, a->eps);
        }
        case LG_OP_RMS_NORM: {
            const lg_rms_norm_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_layer_norm(&c, a->axis, a->eps);
        }
        case LG_OP_LP_NORM: {
            const lg_lp_norm_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_lp_norm(&c, a->axis, a->p);
        }
        case LG_OP_LRN: {
            const lg_lrn_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_lrn(&c, a->size, a->alpha, a->beta, a->k);
        }
        case LG_OP_SCALED_DOT_PRODUCT_ATTENTION: {
            const lg_scaled_dot_product_attention_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->is_causal, 0, 1) &&
                  lg_attr_choice_ok(a->causal_align, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_attention(&c, a->scale, a->softcap);
        }
        case LG_OP_LSTM: {
            const lg_lstm_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->direction, 0, 2) &&
                  lg_attr_choice_ok(a->activation_f, 0, 8) &&
                  lg_attr_choice_ok(a->activation_g, 0, 8) &&
                  lg_attr_choice_ok(a->activation_h, 0, 8) &&
                  lg_attr_choice_ok(a->input_forget, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            outs[2].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_same(&c, 0));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_same(&c, 0));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_lstm(&c, a->direction, a->layout, a->clip);
        }
        case LG_OP_GRU: {
            const lg_gru_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->direction, 0, 2) &&
                  lg_attr_choice_ok(a->activation_f, 0, 8) &&
                  lg_attr_choice_ok(a->activation_g, 0, 8) &&
                  lg_attr_choice_ok(a->linear_before_reset, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_same(&c, 0));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_gru(&c, a->direction, a->layout, a->clip);
        }
        case LG_OP_RNN: {
            const lg_rnn_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->direction, 0, 2) &&
                  lg_attr_choice_ok(a->nonlinearity, 0, 8))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_same(&c, 0));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_rnn(&c, a->direction, a->layout, a->clip);
        }
        case LG_OP_CONV_TRANSPOSE: {
            const lg_conv_transpose_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->output_padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_ints_ok(&a->output_shape, -1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_conv_transpose(&c, &a->stride, &a->padding, &a->output_padding, &a->dilation, a->groups, &a->output_shape, a->auto_pad);
        }
        case LG_OP_LP_POOL: {
            const lg_lp_pool_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->kernel_size, 0) &&
                  lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_choice_ok(a->ceil_mode, 0, 1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_lp_pool(&c, a->norm_type, &a->kernel_size, &a->stride, &a->padding, &a->dilation, a->ceil_mode, a->auto_pad);
        }
        case LG_OP_GLOBAL_LP_POOL: {
            const lg_global_lp_pool_attrs_t *a = attrs;
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_global_lp_pool(&c, a->norm_type);
        }
        case LG_OP_RESIZE: {
            const lg_resize_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->size, -1) &&
                  lg_attr_floats_ok(&a->scale_factor, -1) &&
                  lg_attr_choice_ok(a->mode, 0, 2) &&
                  lg_attr_choice_ok(a->coordinate_transformation_mode, 0, 6) &&
                  lg_attr_choice_ok(a->nearest_mode, 0, 3) &&
                  lg_attr_choice_ok(a->exclude_outside, 0, 1) &&
                  lg_attr_choice_ok(a->antialias, 0, 1) &&
                  lg_attr_ints_ok(&a->axes, -1) &&
                  lg_attr_choice_ok(a->keep_aspect_ratio_policy, 0, 2) &&
                  lg_attr_floats_ok(&a->roi, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_resize(&c, &a->size, &a->scale_factor, a->mode, a->coordinate_transformation_mode, a->nearest_mode, a->cubic_coeff_a, a->exclude_outside, a->extrapolation_value, a->antialias, &a->axes, a->keep_aspect_ratio_policy, &a->roi);
        }
        case LG_OP_GRID_SAMPLE: {
            const lg_grid_sample_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->mode, 0, 2) &&
                  lg_attr_choice_ok(a->padding_mode, 0, 2) &&
                  lg_attr_choice_ok(a->align_corners, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_grid_sample(&c);
        }
        case LG_OP_AFFINE_GRID: {
            const lg_affine_grid_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->size, 0) &&
                  lg_attr_choice_ok(a->align_corners, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_affine_grid(&c, &a->size);
        }
        case LG_OP_ROI_ALIGN: {
            const lg_roi_align_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->mode, 0, 1) &&
                  lg_attr_choice_ok(a->coordinate_transformation_mode, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_roi_align(&c, a->output_height, a->output_width, a->sampling_ratio, a->spatial_scale);
        }
        case LG_OP_CROP_AND_RESIZE: {
            const lg_crop_and_resize_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->crop_size, 0) &&
                  lg_attr_choice_ok(a->mode, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_crop_and_resize(&c, &a->crop_size);
        }
        case LG_OP_IMAGE_NORMALIZE: {
            const lg_image_normalize_attrs_t *a = attrs;
            if (!(lg_attr_floats_ok(&a->mean, -1) &&
                  lg_attr_floats_ok(&a->std, -1) &&
                  lg_attr_choice_ok(a->layout, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_F32));
            return lg_shape_image_normalize(&c, &a->mean, &a->std, a->scale, a->layout);
        }
        case LG_OP_COL2IM: {
            const lg_col2im_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->output_size, 0) &&
                  lg_attr_ints_ok(&a->kernel_size, 0) &&
                  lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_col2im(&c, &a->output_size, &a->kernel_size, &a->stride, &a->padding, &a->dilation);
        }
        case LG_OP_MAX_POOL_WITH_INDICES: {
            const lg_max_pool_with_indices_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->kernel_size, 0) &&
                  lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_choice_ok(a->ceil_mode, 0, 1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3) &&
                  lg_attr_choice_ok(a->storage_order, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_same(&c, 0));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_pool_with_indices(&c, &a->kernel_size, &a->stride, &a->padding, &a->dilation, a->ceil_mode, a->auto_pad);
        }
        case LG_OP_MAX_UNPOOL: {
            const lg_max_unpool_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->kernel_size, 0) &&
                  lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->output_size, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_max_unpool(&c, &a->kernel_size, &a->stride, &a->padding, &a->output_size);
        }
        case LG_OP_ADAPTIVE_AVG_POOL: {
            const lg_adaptive_avg_pool_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->output_size, 0))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_adaptive_pool(&c, &a->output_size);
        }
        case LG_OP_ADAPTIVE_MAX_POOL: {
            const lg_adaptive_max_pool_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->output_size, 0))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_adaptive_pool(&c, &a->output_size);
        }
        case LG_OP_NON_MAX_SUPPRESSION: {
            const lg_non_max_suppression_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->center_point_box, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            return lg_shape_non_max_suppression(&c, a->max_output_boxes_per_class, a->iou_threshold);
        }
        case LG_OP_NON_MAX_SUPPRESSION_PADDED: {
            const lg_non_max_suppression_padded_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->center_point_box, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I64));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_non_max_suppression(&c, a->max_output_boxes_per_class, a->iou_threshold);
        }
        case LG_OP_QUANTIZE: {
            const lg_quantize_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_quantize(&c, a->dtype));
            return lg_shape_quantize(&c, a->axis, a->block_size);
        }
        case LG_OP_DEQUANTIZE: {
            const lg_dequantize_attrs_t *a = attrs;
            LG_TRY(lg_dtype_scale(&c));
            return lg_shape_quantize(&c, a->axis, a->block_size);
        }
        case LG_OP_MATMUL_INTEGER:
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I32));
            return lg_shape_matmul_integer(&c);
        case LG_OP_DYNAMIC_QUANTIZE:
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_U8));
            outs[2].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_F32));
            outs[1].dtype = (uint8_t)c.dtype;
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_U8));
            outs[0].dtype = (uint8_t)c.dtype;
            return lg_shape_dynamic_quantize(&c);
        case LG_OP_CONV_INTEGER: {
            const lg_conv_integer_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_fixed(&c, LG_DTYPE_I32));
            return lg_shape_conv_integer(&c, &a->stride, &a->padding, &a->dilation, a->groups, a->auto_pad);
        }
        case LG_OP_QLINEAR_MATMUL:
            LG_TRY(lg_dtype_y_zero_point(&c));
            return lg_shape_qlinear_matmul(&c);
        case LG_OP_QLINEAR_CONV: {
            const lg_qlinear_conv_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_y_zero_point(&c));
            return lg_shape_qlinear_conv(&c, &a->stride, &a->padding, &a->dilation, a->groups, a->auto_pad);
        }
        case LG_OP_DFT: {
            const lg_dft_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->inverse, 0, 1) &&
                  lg_attr_choice_ok(a->onesided, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_dft(&c, a->dft_length, a->axis, a->inverse, a->onesided);
        }
        case LG_OP_STFT: {
            const lg_stft_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->onesided, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_stft(&c, a->frame_step, a->frame_length, a->onesided);
        }
        case LG_OP_HANN_WINDOW: {
            const lg_hann_window_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->periodic, 0, 1) &&
                  lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_float_attr(&c, a->dtype));
            return lg_shape_vector(&c, a->size);
        }
        case LG_OP_HAMMING_WINDOW: {
            const lg_hamming_window_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->periodic, 0, 1) &&
                  lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_float_attr(&c, a->dtype));
            return lg_shape_vector(&c, a->size);
        }
        case LG_OP_BLACKMAN_WINDOW: {
            const lg_blackman_window_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->periodic, 0, 1) &&
                  lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_float_attr(&c, a->dtype));
            return lg_shape_vector(&c, a->size);
        }
        case LG_OP_MEL_WEIGHT_MATRIX: {
            const lg_mel_weight_matrix_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->dtype, 0, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_float_attr(&c, a->dtype));
            return lg_shape_mel(&c, a->num_mel_bins, a->dft_length, a->sample_rate, a->lower_edge_hertz, a->upper_edge_hertz);
        }
        case LG_OP_FUSED_CONV: {
            const lg_fused_conv_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->stride, -1) &&
                  lg_attr_ints_ok(&a->padding, -1) &&
                  lg_attr_ints_ok(&a->dilation, -1) &&
                  lg_attr_choice_ok(a->auto_pad, 0, 3) &&
                  lg_attr_choice_ok(a->activation, 0, 10) &&
                  lg_attr_choice_ok(a->add_after, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_fused_conv(&c, &a->stride, &a->padding, &a->dilation, a->groups, a->auto_pad);
        }
        case LG_OP_FUSED_LINEAR: {
            const lg_fused_linear_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->activation, 0, 10) &&
                  lg_attr_choice_ok(a->add_after, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_fused_linear(&c);
        }
        case LG_OP_FUSED_MATMUL: {
            const lg_fused_matmul_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->activation, 0, 10) &&
                  lg_attr_choice_ok(a->add_after, 0, 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_fused_matmul(&c);
        }
        case LG_OP_CHAIN: {
            const lg_chain_attrs_t *a = attrs;
            if (!(lg_attr_ints_ok(&a->ops, 0) &&
                  lg_attr_ints_ok(&a->a, 0) &&
                  lg_attr_ints_ok(&a->b, 0) &&
                  lg_attr_ints_ok(&a->c, 0) &&
                  lg_attr_floats_ok(&a->alpha, -1) &&
                  lg_attr_floats_ok(&a->beta, -1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_same(&c, 0));
            return lg_shape_chain(&c, &a->ops, &a->a, &a->b, &a->c, &a->alpha, &a->beta);
        }
        case LG_OP_BITCAST: {
            const lg_bitcast_attrs_t *a = attrs;
            if (!(lg_attr_choice_ok(a->dtype, 1, LG_DTYPE_COUNT - 1))) {
                LG_TRY(lg_infer_attrs(rule, a, err));
            }
            LG_TRY(lg_dtype_attr(&c, a->dtype));
            return lg_shape_bitcast(&c, a->dtype);
        }
        default:
            return lg_error_set(err, LG_STATUS_INTERNAL, c.name, "%s: there is no shape rule", c.name);
    }
}

lg_status_t lg_op_infer(uint32_t op, const lg_view_t *const *ins, uint32_t in_count, const void *attrs,
                        lg_view_t *outs, uint32_t out_count, lg_error_t *err) {
    if (attrs == NULL && out_count == 1 && op < LG_OP_COUNT &&
        lg_infer_plain(&rules[op], ins, in_count, outs)) {
        return LG_OK;
    }
    return infer_by_rules(op, ins, in_count, attrs, outs, out_count, err);
}

lg_status_t lg_op_out_count(uint32_t op, const lg_view_t *const *ins, uint32_t in_count, const void *attrs,
                            uint32_t *out_count, lg_error_t *err) {
    *out_count = 0;
    LG_CHECK(err, op < LG_OP_COUNT && infos[op].name != NULL, LG_STATUS_NOT_FOUND, NULL,
             "there is no op with id %u", op);
    *out_count = infos[op].out_count;
    if (!(infos[op].flags & LG_OP_FLAG_VARIADIC_OUT)) {
        return LG_OK;
    }
    attrs = attrs != NULL ? attrs : infos[op].attrs_default;
    LG_TRY(lg_infer_attrs(&rules[op], attrs, err));
    lg_infer_t c = {&rules[op], infos[op].name, ins, in_count, LG_DTYPE_INVALID, NULL, NULL, 0, err};
    switch (op) {
        case LG_OP_SPLIT: {
            const lg_split_attrs_t *a = attrs;
            return lg_count_split(&c, &a->sizes, a->num_outputs, out_count);
        }
        default:
            return lg_error_set(err, LG_STATUS_INTERNAL, c.name, "%s: nothing counts its outputs", c.name);
    }
}

// ---- cost -------------------------------------------------------------------------------------------

void lg_op_cost(const lg_op_view_t *view, double *out_flops, double *out_bytes) {
    double flops = 0;
    double bytes = 0;
    for (uint32_t i = 0; i < view->in_count; i++) {
        bytes += lg_cost_bytes(view->ins[i]);
    }
    for (uint32_t i = 0; i < view->out_count; i++) {
        bytes += lg_cost_bytes(view->outs[i]);
    }
    switch (view->op) {
        case LG_OP_ABS:
        case LG_OP_NEG:
        case LG_OP_RELU:
        case LG_OP_CAST:
        case LG_OP_IS_NAN:
        case LG_OP_LOGICAL_NOT:
        case LG_OP_ADD:
        case LG_OP_SUB:
        case LG_OP_MUL:
        case LG_OP_MAXIMUM:
        case LG_OP_MINIMUM:
        case LG_OP_EQUAL:
        case LG_OP_LESS:
        case LG_OP_GREATER:
        case LG_OP_LOGICAL_AND:
        case LG_OP_WHERE:
        case LG_OP_FLOOR:
        case LG_OP_CEIL:
        case LG_OP_ROUND:
        case LG_OP_TRUNC:
        case LG_OP_NOT_EQUAL:
        case LG_OP_LESS_EQUAL:
        case LG_OP_GREATER_EQUAL:
        case LG_OP_LOGICAL_OR:
        case LG_OP_LOGICAL_XOR:
        case LG_OP_BITWISE_NOT:
        case LG_OP_BITWISE_AND:
        case LG_OP_BITWISE_OR:
        case LG_OP_BITWISE_XOR:
        case LG_OP_BIT_SHIFT:
        case LG_OP_THRESHOLD_RELU:
            flops = lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_SQRT:
        case LG_OP_DIV:
        case LG_OP_RECIPROCAL:
        case LG_OP_HARD_SIGMOID:
        case LG_OP_RMS_NORM:
        case LG_OP_MEL_WEIGHT_MATRIX:
        case LG_OP_CHAIN:
            flops = 4 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_EXP:
        case LG_OP_LRN:
        case LG_OP_GRID_SAMPLE:
            flops = 16 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_LOG:
        case LG_OP_SIGMOID:
        case LG_OP_ELU:
        case LG_OP_SELU:
            flops = 20 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_TANH:
        case LG_OP_CELU:
            flops = 24 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_ERF:
        case LG_OP_STFT:
            flops = 30 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_LEAKY_RELU:
        case LG_OP_CLIP:
        case LG_OP_ARANGE:
        case LG_OP_SIGN:
        case LG_OP_IS_INF:
        case LG_OP_PRELU:
        case LG_OP_IMAGE_NORMALIZE:
            flops = 2 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_GELU:
            flops = 36 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_SILU:
        case LG_OP_SOFTMAX:
        case LG_OP_LOG_SOFTMAX:
            flops = 22 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_POW:
        case LG_OP_SOFTPLUS:
        case LG_OP_SIN:
        case LG_OP_COS:
        case LG_OP_TAN:
        case LG_OP_ASIN:
        case LG_OP_ACOS:
        case LG_OP_ATAN:
        case LG_OP_SINH:
        case LG_OP_COSH:
        case LG_OP_ASINH:
        case LG_OP_ACOSH:
        case LG_OP_ATANH:
            flops = 40 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_SUM:
        case LG_OP_MEAN:
        case LG_OP_MAX:
        case LG_OP_ARGMAX:
        case LG_OP_PROD:
        case LG_OP_MIN:
        case LG_OP_ARGMIN:
        case LG_OP_L1:
        case LG_OP_L2:
        case LG_OP_SUM_SQUARE:
        case LG_OP_LOG_SUM:
        case LG_OP_LOG_SUM_EXP:
        case LG_OP_ANY:
        case LG_OP_ALL:
        case LG_OP_CUMSUM:
        case LG_OP_GLOBAL_AVG_POOL:
        case LG_OP_GLOBAL_MAX_POOL:
        case LG_OP_NON_ZERO:
        case LG_OP_COL2IM:
        case LG_OP_ADAPTIVE_AVG_POOL:
        case LG_OP_ADAPTIVE_MAX_POOL:
            flops = lg_cost_elems(view->ins[0]);
            break;
        case LG_OP_LAYER_NORM:
        case LG_OP_RSQRT:
        case LG_OP_MOD:
        case LG_OP_FMOD:
        case LG_OP_INSTANCE_NORM:
        case LG_OP_GROUP_NORM:
            flops = 8 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_MATMUL:
        case LG_OP_LINEAR:
        case LG_OP_MATMUL_INTEGER:
        case LG_OP_QLINEAR_MATMUL:
        case LG_OP_FUSED_LINEAR:
        case LG_OP_FUSED_MATMUL:
            flops = 2 * lg_cost_elems(view->outs[0]) * lg_cost_dim(view->ins[0], -1);
            break;
        case LG_OP_CONV:
        case LG_OP_CONV_INTEGER:
        case LG_OP_FUSED_CONV:
            flops = 2 * lg_cost_elems(view->outs[0]) * lg_cost_dim(view->ins[1], 1) * lg_cost_spatial(view->ins[1]);
            break;
        case LG_OP_MAX_POOL: {
            const lg_max_pool_attrs_t *a = view->attrs;
            flops = lg_cost_elems(view->outs[0]) * lg_cost_window(&a->kernel_size, view->ins[0]->rank - 2u);
            break;
        }
        case LG_OP_AVG_POOL: {
            const lg_avg_pool_attrs_t *a = view->attrs;
            flops = lg_cost_elems(view->outs[0]) * lg_cost_window(&a->kernel_size, view->ins[0]->rank - 2u);
            break;
        }
        case LG_OP_RESHAPE:
        case LG_OP_TRANSPOSE:
        case LG_OP_EXPAND:
        case LG_OP_SLICE:
        case LG_OP_SQUEEZE:
        case LG_OP_UNSQUEEZE:
        case LG_OP_FLATTEN:
        case LG_OP_FLIP:
        case LG_OP_IDENTITY:
            bytes = lg_cost_view_bytes(view);
            break;
        case LG_OP_GATHER:
        case LG_OP_GATHER_ELEMENTS:
        case LG_OP_GATHER_ND:
            bytes = 2 * lg_cost_bytes(view->outs[0]) + lg_cost_bytes(view->ins[1]);
            break;
        case LG_OP_HARD_SWISH:
            flops = 5 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_MISH:
            flops = 28 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_SOFTSIGN:
        case LG_OP_BATCH_NORM:
        case LG_OP_LP_NORM:
            flops = 3 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_EXPM1:
            flops = 18 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_LOG1P:
            flops = 26 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_VAR:
            flops = 4 * lg_cost_elems(view->ins[0]);
            bytes = 2 * lg_cost_bytes(view->ins[0]) + lg_cost_bytes(view->outs[0]);
            break;
        case LG_OP_SPLIT:
            bytes = 2 * lg_cost_bytes(view->ins[0]);
            break;
        case LG_OP_TOP_K:
        case LG_OP_QUANTIZE:
            flops = 4 * lg_cost_elems(view->ins[0]);
            break;
        case LG_OP_SORT:
        case LG_OP_ARGSORT:
        case LG_OP_UNIQUE:
            flops = 20 * lg_cost_elems(view->ins[0]);
            break;
        case LG_OP_SCATTER_ELEMENTS:
        case LG_OP_SCATTER_ND:
            flops = lg_cost_elems(view->ins[2]);
            bytes = 2 * lg_cost_bytes(view->outs[0]) + 2 * lg_cost_bytes(view->ins[2]) + lg_cost_bytes(view->ins[1]);
            break;
        case LG_OP_SHAPE:
        case LG_OP_SIZE:
            bytes = lg_cost_bytes(view->outs[0]);
            break;
        case LG_OP_SCALED_DOT_PRODUCT_ATTENTION:
            flops = 2 * lg_cost_elems(view->ins[0]) * lg_cost_dim(view->ins[1], -2)  +  2 * lg_cost_elems(view->outs[0]) * lg_cost_dim(view->ins[1], -2);
            break;
        case LG_OP_LSTM:
        case LG_OP_GRU:
        case LG_OP_RNN:
            flops = 2 * lg_cost_dim(view->ins[0], 0) * lg_cost_dim(view->ins[0], 1) * lg_cost_dim(view->ins[1], 0) * lg_cost_dim(view->ins[1], 1) * (lg_cost_dim(view->ins[0], 2) + lg_cost_dim(view->ins[2], 2));
            break;
        case LG_OP_CONV_TRANSPOSE:
            flops = 2 * lg_cost_elems(view->ins[0]) * lg_cost_dim(view->ins[1], 1) * lg_cost_spatial(view->ins[1]);
            break;
        case LG_OP_LP_POOL: {
            const lg_lp_pool_attrs_t *a = view->attrs;
            flops = 2 * lg_cost_elems(view->outs[0]) * lg_cost_window(&a->kernel_size, view->ins[0]->rank - 2u);
            break;
        }
        case LG_OP_GLOBAL_LP_POOL:
        case LG_OP_DEQUANTIZE:
            flops = 2 * lg_cost_elems(view->ins[0]);
            break;
        case LG_OP_RESIZE:
        case LG_OP_AFFINE_GRID:
            flops = 6 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_ROI_ALIGN:
            flops = 32 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_CROP_AND_RESIZE:
            flops = 10 * lg_cost_elems(view->outs[0]);
            break;
        case LG_OP_MAX_POOL_WITH_INDICES: {
            const lg_max_pool_with_indices_attrs_t *a = view->attrs;
            flops = lg_cost_elems(view->outs[0]) * lg_cost_window(&a->kernel_size, view->ins[0]->rank - 2u);
            break;
        }
        case LG_OP_NON_MAX_SUPPRESSION:
        case LG_OP_NON_MAX_SUPPRESSION_PADDED:
            flops = 20 * lg_cost_elems(view->ins[1]);
            break;
        case LG_OP_DYNAMIC_QUANTIZE:
            flops = 6 * lg_cost_elems(view->ins[0]);
            break;
        case LG_OP_QLINEAR_CONV:
            flops = 2 * lg_cost_elems(view->outs[0]) * lg_cost_dim(view->ins[3], 1) * lg_cost_spatial(view->ins[3]);
            break;
        case LG_OP_DFT:
        case LG_OP_HANN_WINDOW:
        case LG_OP_HAMMING_WINDOW:
        case LG_OP_BLACKMAN_WINDOW:
            flops = 60 * lg_cost_elems(view->outs[0]);
            break;
        default:  // moves bytes and computes nothing
            break;
    }
    *out_flops = flops;
    *out_bytes = bytes;
}
