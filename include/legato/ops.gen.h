/* SPDX-License-Identifier: Apache-2.0
 *
 * generated from runtime/schema/ops by runtime/schema/generate.py; do not edit
 *
 * Op ids, frozen for ever, and the attribute struct of each op that has attributes. What the
 * fields mean stands in docs/reference/ops.
 */
#ifndef LEGATO_OPS_GEN_H_
#define LEGATO_OPS_GEN_H_

#include <legato/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    LG_OP_ABS = 1,
    LG_OP_NEG = 2,
    LG_OP_SQRT = 3,
    LG_OP_EXP = 4,
    LG_OP_LOG = 5,
    LG_OP_TANH = 6,
    LG_OP_ERF = 7,
    LG_OP_SIGMOID = 8,
    LG_OP_RELU = 9,
    LG_OP_LEAKY_RELU = 10,
    LG_OP_GELU = 11,
    LG_OP_SILU = 12,
    LG_OP_CLIP = 13,
    LG_OP_CAST = 14,
    LG_OP_IS_NAN = 15,
    LG_OP_LOGICAL_NOT = 16,
    LG_OP_ADD = 17,
    LG_OP_SUB = 18,
    LG_OP_MUL = 19,
    LG_OP_DIV = 20,
    LG_OP_POW = 21,
    LG_OP_MAXIMUM = 22,
    LG_OP_MINIMUM = 23,
    LG_OP_EQUAL = 24,
    LG_OP_LESS = 25,
    LG_OP_GREATER = 26,
    LG_OP_LOGICAL_AND = 27,
    LG_OP_WHERE = 28,
    LG_OP_SUM = 29,
    LG_OP_MEAN = 30,
    LG_OP_MAX = 31,
    LG_OP_ARGMAX = 32,
    LG_OP_SOFTMAX = 33,
    LG_OP_LAYER_NORM = 34,
    LG_OP_MATMUL = 35,
    LG_OP_LINEAR = 36,
    LG_OP_CONV = 37,
    LG_OP_MAX_POOL = 38,
    LG_OP_AVG_POOL = 39,
    LG_OP_RESHAPE = 40,
    LG_OP_TRANSPOSE = 41,
    LG_OP_EXPAND = 42,
    LG_OP_CONCAT = 43,
    LG_OP_SLICE = 44,
    LG_OP_PAD = 45,
    LG_OP_GATHER = 46,
    LG_OP_SQUEEZE = 47,
    LG_OP_UNSQUEEZE = 48,
    LG_OP_FLATTEN = 49,
    LG_OP_FULL = 50,
    LG_OP_ARANGE = 51,
    LG_OP_SIGN = 52,
    LG_OP_FLOOR = 53,
    LG_OP_CEIL = 54,
    LG_OP_ROUND = 55,
    LG_OP_TRUNC = 56,
    LG_OP_RSQRT = 57,
    LG_OP_RECIPROCAL = 58,
    LG_OP_NOT_EQUAL = 59,
    LG_OP_LESS_EQUAL = 60,
    LG_OP_GREATER_EQUAL = 61,
    LG_OP_LOGICAL_OR = 62,
    LG_OP_LOGICAL_XOR = 63,
    LG_OP_BITWISE_NOT = 64,
    LG_OP_BITWISE_AND = 65,
    LG_OP_BITWISE_OR = 66,
    LG_OP_BITWISE_XOR = 67,
    LG_OP_BIT_SHIFT = 68,
    LG_OP_IS_INF = 69,
    LG_OP_MOD = 70,
    LG_OP_FMOD = 71,
    LG_OP_PRELU = 72,
    LG_OP_ELU = 73,
    LG_OP_SELU = 74,
    LG_OP_CELU = 75,
    LG_OP_HARD_SIGMOID = 76,
    LG_OP_HARD_SWISH = 77,
    LG_OP_MISH = 78,
    LG_OP_SOFTPLUS = 79,
    LG_OP_SOFTSIGN = 80,
    LG_OP_EXPM1 = 81,
    LG_OP_LOG1P = 82,
    LG_OP_SIN = 83,
    LG_OP_COS = 84,
    LG_OP_TAN = 85,
    LG_OP_ASIN = 86,
    LG_OP_ACOS = 87,
    LG_OP_ATAN = 88,
    LG_OP_SINH = 89,
    LG_OP_COSH = 90,
    LG_OP_ASINH = 91,
    LG_OP_ACOSH = 92,
    LG_OP_ATANH = 93,
    LG_OP_THRESHOLD_RELU = 94,
    LG_OP_PROD = 120,
    LG_OP_MIN = 121,
    LG_OP_ARGMIN = 122,
    LG_OP_L1 = 123,
    LG_OP_L2 = 124,
    LG_OP_SUM_SQUARE = 125,
    LG_OP_LOG_SUM = 126,
    LG_OP_LOG_SUM_EXP = 127,
    LG_OP_ANY = 128,
    LG_OP_ALL = 129,
    LG_OP_VAR = 130,
    LG_OP_CUMSUM = 131,
    LG_OP_LOG_SOFTMAX = 132,
    LG_OP_TILE = 139,
    LG_OP_FLIP = 140,
    LG_OP_ROLL = 141,
    LG_OP_TRILU = 142,
    LG_OP_ONE_HOT = 143,
    LG_OP_DEPTH_TO_SPACE = 144,
    LG_OP_SPACE_TO_DEPTH = 145,
    LG_OP_EYE = 146,
    LG_OP_IDENTITY = 147,
    LG_OP_GATHER_ELEMENTS = 148,
    LG_OP_GLOBAL_AVG_POOL = 149,
    LG_OP_GLOBAL_MAX_POOL = 150,
    LG_OP_SPLIT = 160,
    LG_OP_TOP_K = 161,
    LG_OP_SORT = 162,
    LG_OP_ARGSORT = 163,
    LG_OP_GATHER_ND = 164,
    LG_OP_SCATTER_ELEMENTS = 165,
    LG_OP_SCATTER_ND = 166,
    LG_OP_REVERSE_SEQUENCE = 167,
    LG_OP_NON_ZERO = 168,
    LG_OP_COMPRESS = 169,
    LG_OP_UNIQUE = 170,
    LG_OP_SHAPE = 171,
    LG_OP_SIZE = 172,
    LG_OP_STACK = 173,
    LG_OP_BATCH_NORM = 190,
    LG_OP_INSTANCE_NORM = 191,
    LG_OP_GROUP_NORM = 192,
    LG_OP_RMS_NORM = 193,
    LG_OP_LP_NORM = 194,
    LG_OP_LRN = 195,
    LG_OP_SCALED_DOT_PRODUCT_ATTENTION = 196,
    LG_OP_LSTM = 197,
    LG_OP_GRU = 198,
    LG_OP_RNN = 199,
    LG_OP_CONV_TRANSPOSE = 220,
    LG_OP_LP_POOL = 221,
    LG_OP_GLOBAL_LP_POOL = 222,
    LG_OP_RESIZE = 223,
    LG_OP_GRID_SAMPLE = 224,
    LG_OP_AFFINE_GRID = 225,
    LG_OP_ROI_ALIGN = 226,
    LG_OP_CROP_AND_RESIZE = 227,
    LG_OP_IMAGE_NORMALIZE = 228,
    LG_OP_COL2IM = 229,
    LG_OP_MAX_POOL_WITH_INDICES = 230,
    LG_OP_MAX_UNPOOL = 231,
    LG_OP_ADAPTIVE_AVG_POOL = 232,
    LG_OP_ADAPTIVE_MAX_POOL = 233,
    LG_OP_NON_MAX_SUPPRESSION = 234,
    LG_OP_NON_MAX_SUPPRESSION_PADDED = 235,
    LG_OP_QUANTIZE = 260,
    LG_OP_DEQUANTIZE = 261,
    LG_OP_MATMUL_INTEGER = 262,
    LG_OP_DYNAMIC_QUANTIZE = 263,
    LG_OP_CONV_INTEGER = 264,
    LG_OP_QLINEAR_MATMUL = 265,
    LG_OP_QLINEAR_CONV = 266,
    LG_OP_DFT = 270,
    LG_OP_STFT = 271,
    LG_OP_HANN_WINDOW = 272,
    LG_OP_HAMMING_WINDOW = 273,
    LG_OP_BLACKMAN_WINDOW = 274,
    LG_OP_MEL_WEIGHT_MATRIX = 275,
    LG_OP_FUSED_CONV = 300,
    LG_OP_FUSED_LINEAR = 301,
    LG_OP_FUSED_MATMUL = 302,
    LG_OP_CHAIN = 303,
    LG_OP_BITCAST = 330,
    LG_OP_COUNT = 331  // one past the largest id
};

typedef struct lg_leaky_relu_attrs {
    double negative_slope;  // default 0.01
} lg_leaky_relu_attrs_t;

typedef struct lg_gelu_attrs {
    int64_t approximate;  // 0 none, 1 tanh
} lg_gelu_attrs_t;

typedef struct lg_cast_attrs {
    int64_t dtype;  // lg_dtype_t
} lg_cast_attrs_t;

typedef struct lg_div_attrs {
    int64_t rounding_mode;  // 0 none, 1 trunc, 2 floor
} lg_div_attrs_t;

typedef struct lg_sum_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_sum_attrs_t;

typedef struct lg_mean_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_mean_attrs_t;

typedef struct lg_max_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_max_attrs_t;

typedef struct lg_argmax_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_argmax_attrs_t;

typedef struct lg_softmax_attrs {
    int64_t axis;  // default -1
} lg_softmax_attrs_t;

typedef struct lg_layer_norm_attrs {
    int64_t axis;  // default -1
    double eps;  // default 1e-05
} lg_layer_norm_attrs_t;

typedef struct lg_conv_attrs {
    lg_ints_t stride;  // default 1
    lg_ints_t padding;  // default 0
    lg_ints_t dilation;  // default 1
    int64_t groups;  // default 1
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
} lg_conv_attrs_t;

typedef struct lg_max_pool_attrs {
    lg_ints_t kernel_size;
    lg_ints_t stride;  // count -1: not given
    lg_ints_t padding;  // default 0
    lg_ints_t dilation;  // default 1
    int64_t ceil_mode;  // 0 or 1
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
} lg_max_pool_attrs_t;

typedef struct lg_avg_pool_attrs {
    lg_ints_t kernel_size;
    lg_ints_t stride;  // count -1: not given
    lg_ints_t padding;  // default 0
    int64_t ceil_mode;  // 0 or 1
    int64_t count_include_pad;  // 0 or 1
    lg_ints_t dilation;  // default 1
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
} lg_avg_pool_attrs_t;

typedef struct lg_reshape_attrs {
    lg_ints_t shape;
} lg_reshape_attrs_t;

typedef struct lg_transpose_attrs {
    lg_ints_t axes;  // count -1: not given
} lg_transpose_attrs_t;

typedef struct lg_expand_attrs {
    lg_ints_t shape;
} lg_expand_attrs_t;

typedef struct lg_concat_attrs {
    int64_t axis;  // default 0
} lg_concat_attrs_t;

typedef struct lg_slice_attrs {
    lg_ints_t starts;
    lg_ints_t ends;
    lg_ints_t axes;  // count -1: not given
    lg_ints_t steps;  // count -1: not given
} lg_slice_attrs_t;

typedef struct lg_pad_attrs {
    lg_ints_t pads;
    int64_t mode;  // 0 constant, 1 reflect, 2 edge, 3 wrap
    lg_scalar_t value;  // default 0
} lg_pad_attrs_t;

typedef struct lg_gather_attrs {
    int64_t axis;  // default 0
} lg_gather_attrs_t;

typedef struct lg_squeeze_attrs {
    lg_ints_t axis;  // count -1: not given
} lg_squeeze_attrs_t;

typedef struct lg_unsqueeze_attrs {
    lg_ints_t axis;
} lg_unsqueeze_attrs_t;

typedef struct lg_flatten_attrs {
    int64_t start_axis;  // default 0
    int64_t end_axis;  // default -1
} lg_flatten_attrs_t;

typedef struct lg_full_attrs {
    lg_ints_t shape;
    lg_scalar_t value;
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_full_attrs_t;

typedef struct lg_arange_attrs {
    lg_scalar_t start;
    lg_scalar_t stop;
    lg_scalar_t step;  // default 1
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_arange_attrs_t;

typedef struct lg_bit_shift_attrs {
    int64_t direction;  // 0 left, 1 right
} lg_bit_shift_attrs_t;

typedef struct lg_is_inf_attrs {
    int64_t detect_negative;  // 0 or 1
    int64_t detect_positive;  // 0 or 1
} lg_is_inf_attrs_t;

typedef struct lg_elu_attrs {
    double alpha;  // default 1.0
} lg_elu_attrs_t;

typedef struct lg_celu_attrs {
    double alpha;  // default 1.0
} lg_celu_attrs_t;

typedef struct lg_hard_sigmoid_attrs {
    double alpha;  // default 0.16666666666666666
    double beta;  // default 0.5
} lg_hard_sigmoid_attrs_t;

typedef struct lg_threshold_relu_attrs {
    double alpha;  // default 1.0
} lg_threshold_relu_attrs_t;

typedef struct lg_prod_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_prod_attrs_t;

typedef struct lg_min_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_min_attrs_t;

typedef struct lg_argmin_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_argmin_attrs_t;

typedef struct lg_l1_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_l1_attrs_t;

typedef struct lg_l2_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_l2_attrs_t;

typedef struct lg_sum_square_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_sum_square_attrs_t;

typedef struct lg_log_sum_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_log_sum_attrs_t;

typedef struct lg_log_sum_exp_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_log_sum_exp_attrs_t;

typedef struct lg_any_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_any_attrs_t;

typedef struct lg_all_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
} lg_all_attrs_t;

typedef struct lg_var_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t keepdims;  // 0 or 1
    int64_t correction;  // default 1
} lg_var_attrs_t;

typedef struct lg_cumsum_attrs {
    int64_t axis;
    int64_t exclusive;  // 0 or 1
    int64_t reverse;  // 0 or 1
} lg_cumsum_attrs_t;

typedef struct lg_log_softmax_attrs {
    int64_t axis;  // default -1
} lg_log_softmax_attrs_t;

typedef struct lg_tile_attrs {
    lg_ints_t repeats;
} lg_tile_attrs_t;

typedef struct lg_flip_attrs {
    lg_ints_t axis;  // count -1: not given
} lg_flip_attrs_t;

typedef struct lg_roll_attrs {
    lg_ints_t shift;
    lg_ints_t axis;
} lg_roll_attrs_t;

typedef struct lg_trilu_attrs {
    int64_t upper;  // 0 or 1
    int64_t k;  // default 0
} lg_trilu_attrs_t;

typedef struct lg_one_hot_attrs {
    int64_t depth;
    int64_t axis;  // default -1
    lg_scalar_t on_value;  // default 1
    lg_scalar_t off_value;  // default 0
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_one_hot_attrs_t;

typedef struct lg_depth_to_space_attrs {
    int64_t block;
    int64_t mode;  // 0 dcr, 1 crd
} lg_depth_to_space_attrs_t;

typedef struct lg_space_to_depth_attrs {
    int64_t block;
} lg_space_to_depth_attrs_t;

typedef struct lg_eye_attrs {
    int64_t rows;
    int64_t columns;  // default -1
    int64_t k;  // default 0
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_eye_attrs_t;

typedef struct lg_gather_elements_attrs {
    int64_t axis;  // default 0
} lg_gather_elements_attrs_t;

typedef struct lg_split_attrs {
    lg_ints_t sizes;  // count -1: not given
    int64_t num_outputs;  // default 0
    int64_t axis;  // default 0
} lg_split_attrs_t;

typedef struct lg_top_k_attrs {
    int64_t k;
    int64_t axis;  // default -1
    int64_t largest;  // 0 or 1
    int64_t sorted;  // 0 or 1
} lg_top_k_attrs_t;

typedef struct lg_sort_attrs {
    int64_t axis;  // default -1
    int64_t descending;  // 0 or 1
} lg_sort_attrs_t;

typedef struct lg_argsort_attrs {
    int64_t axis;  // default -1
    int64_t descending;  // 0 or 1
} lg_argsort_attrs_t;

typedef struct lg_gather_nd_attrs {
    int64_t batch_dims;  // default 0
} lg_gather_nd_attrs_t;

typedef struct lg_scatter_elements_attrs {
    int64_t axis;  // default 0
    int64_t reduction;  // 0 none, 1 add, 2 mul, 3 min, 4 max
} lg_scatter_elements_attrs_t;

typedef struct lg_scatter_nd_attrs {
    int64_t reduction;  // 0 none, 1 add, 2 mul, 3 min, 4 max
} lg_scatter_nd_attrs_t;

typedef struct lg_reverse_sequence_attrs {
    int64_t time_axis;  // default 0
    int64_t batch_axis;  // default 1
} lg_reverse_sequence_attrs_t;

typedef struct lg_compress_attrs {
    lg_ints_t axis;  // count -1: not given
} lg_compress_attrs_t;

typedef struct lg_unique_attrs {
    lg_ints_t axis;  // count -1: not given
    int64_t sorted;  // 0 or 1
} lg_unique_attrs_t;

typedef struct lg_shape_attrs {
    int64_t start;  // default 0
    int64_t end;  // default 2147483647
} lg_shape_attrs_t;

typedef struct lg_stack_attrs {
    int64_t axis;  // default 0
} lg_stack_attrs_t;

typedef struct lg_batch_norm_attrs {
    double eps;  // default 1e-05
} lg_batch_norm_attrs_t;

typedef struct lg_instance_norm_attrs {
    double eps;  // default 1e-05
} lg_instance_norm_attrs_t;

typedef struct lg_group_norm_attrs {
    int64_t num_groups;
    double eps;  // default 1e-05
} lg_group_norm_attrs_t;

typedef struct lg_rms_norm_attrs {
    int64_t axis;  // default -1
    double eps;  // default 1e-05
} lg_rms_norm_attrs_t;

typedef struct lg_lp_norm_attrs {
    int64_t axis;  // default -1
    int64_t p;  // default 2
} lg_lp_norm_attrs_t;

typedef struct lg_lrn_attrs {
    int64_t size;
    double alpha;  // default 0.0001
    double beta;  // default 0.75
    double k;  // default 1.0
} lg_lrn_attrs_t;

typedef struct lg_scaled_dot_product_attention_attrs {
    int64_t is_causal;  // 0 or 1
    int64_t causal_align;  // 0 upper_left, 1 lower_right
    double scale;  // default 0.0
    double softcap;  // default 0.0
} lg_scaled_dot_product_attention_attrs_t;

typedef struct lg_lstm_attrs {
    int64_t direction;  // 0 forward, 1 reverse, 2 bidirectional
    int64_t layout;  // default 0
    double clip;  // default 0.0
    int64_t activation_f;  // 0 sigmoid, 1 tanh, 2 relu, 3 hard_sigmoid, 4 softsign, 5 softplus, 6 elu, 7 leaky_relu, 8 thresholded_relu
    int64_t activation_g;  // 0 sigmoid, 1 tanh, 2 relu, 3 hard_sigmoid, 4 softsign, 5 softplus, 6 elu, 7 leaky_relu, 8 thresholded_relu
    int64_t activation_h;  // 0 sigmoid, 1 tanh, 2 relu, 3 hard_sigmoid, 4 softsign, 5 softplus, 6 elu, 7 leaky_relu, 8 thresholded_relu
    int64_t input_forget;  // 0 or 1
} lg_lstm_attrs_t;

typedef struct lg_gru_attrs {
    int64_t direction;  // 0 forward, 1 reverse, 2 bidirectional
    int64_t layout;  // default 0
    double clip;  // default 0.0
    int64_t activation_f;  // 0 sigmoid, 1 tanh, 2 relu, 3 hard_sigmoid, 4 softsign, 5 softplus, 6 elu, 7 leaky_relu, 8 thresholded_relu
    int64_t activation_g;  // 0 sigmoid, 1 tanh, 2 relu, 3 hard_sigmoid, 4 softsign, 5 softplus, 6 elu, 7 leaky_relu, 8 thresholded_relu
    int64_t linear_before_reset;  // 0 or 1
} lg_gru_attrs_t;

typedef struct lg_rnn_attrs {
    int64_t direction;  // 0 forward, 1 reverse, 2 bidirectional
    int64_t layout;  // default 0
    double clip;  // default 0.0
    int64_t nonlinearity;  // 0 sigmoid, 1 tanh, 2 relu, 3 hard_sigmoid, 4 softsign, 5 softplus, 6 elu, 7 leaky_relu, 8 thresholded_relu
} lg_rnn_attrs_t;

typedef struct lg_conv_transpose_attrs {
    lg_ints_t stride;  // default 1
    lg_ints_t padding;  // default 0
    lg_ints_t output_padding;  // default 0
    lg_ints_t dilation;  // default 1
    int64_t groups;  // default 1
    lg_ints_t output_shape;  // count -1: not given
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
} lg_conv_transpose_attrs_t;

typedef struct lg_lp_pool_attrs {
    double norm_type;
    lg_ints_t kernel_size;
    lg_ints_t stride;  // count -1: not given
    lg_ints_t padding;  // default 0
    lg_ints_t dilation;  // default 1
    int64_t ceil_mode;  // 0 or 1
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
} lg_lp_pool_attrs_t;

typedef struct lg_global_lp_pool_attrs {
    double norm_type;  // default 2.0
} lg_global_lp_pool_attrs_t;

typedef struct lg_resize_attrs {
    lg_ints_t size;  // count -1: not given
    lg_floats_t scale_factor;  // count -1: not given
    int64_t mode;  // 0 nearest, 1 linear, 2 cubic
    int64_t coordinate_transformation_mode;  // 0 half_pixel, 1 half_pixel_symmetric, 2 pytorch_half_pixel, 3 align_corners, 4 asymmetric, 5 tf_half_pixel_for_nn, 6 tf_crop_and_resize
    int64_t nearest_mode;  // 0 round_prefer_floor, 1 round_prefer_ceil, 2 floor, 3 ceil
    double cubic_coeff_a;  // default -0.75
    int64_t exclude_outside;  // 0 or 1
    double extrapolation_value;  // default 0.0
    int64_t antialias;  // 0 or 1
    lg_ints_t axes;  // count -1: not given
    int64_t keep_aspect_ratio_policy;  // 0 stretch, 1 not_larger, 2 not_smaller
    lg_floats_t roi;  // count -1: not given
} lg_resize_attrs_t;

typedef struct lg_grid_sample_attrs {
    int64_t mode;  // 0 linear, 1 nearest, 2 cubic
    int64_t padding_mode;  // 0 zeros, 1 border, 2 reflection
    int64_t align_corners;  // 0 or 1
} lg_grid_sample_attrs_t;

typedef struct lg_affine_grid_attrs {
    lg_ints_t size;
    int64_t align_corners;  // 0 or 1
} lg_affine_grid_attrs_t;

typedef struct lg_roi_align_attrs {
    int64_t output_height;  // default 1
    int64_t output_width;  // default 1
    int64_t sampling_ratio;  // default 0
    double spatial_scale;  // default 1.0
    int64_t mode;  // 0 avg, 1 max
    int64_t coordinate_transformation_mode;  // 0 half_pixel, 1 output_half_pixel
} lg_roi_align_attrs_t;

typedef struct lg_crop_and_resize_attrs {
    lg_ints_t crop_size;
    int64_t mode;  // 0 linear, 1 nearest
    double extrapolation_value;  // default 0.0
} lg_crop_and_resize_attrs_t;

typedef struct lg_image_normalize_attrs {
    lg_floats_t mean;  // count -1: not given
    lg_floats_t std;  // count -1: not given
    double scale;  // default 0.00392156862745098
    int64_t layout;  // 0 nhwc, 1 nchw
} lg_image_normalize_attrs_t;

typedef struct lg_col2im_attrs {
    lg_ints_t output_size;
    lg_ints_t kernel_size;
    lg_ints_t stride;  // default 1
    lg_ints_t padding;  // default 0
    lg_ints_t dilation;  // default 1
} lg_col2im_attrs_t;

typedef struct lg_max_pool_with_indices_attrs {
    lg_ints_t kernel_size;
    lg_ints_t stride;  // count -1: not given
    lg_ints_t padding;  // default 0
    lg_ints_t dilation;  // default 1
    int64_t ceil_mode;  // 0 or 1
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
    int64_t storage_order;  // 0 row_major, 1 column_major
} lg_max_pool_with_indices_attrs_t;

typedef struct lg_max_unpool_attrs {
    lg_ints_t kernel_size;
    lg_ints_t stride;  // count -1: not given
    lg_ints_t padding;  // default 0
    lg_ints_t output_size;  // count -1: not given
} lg_max_unpool_attrs_t;

typedef struct lg_adaptive_avg_pool_attrs {
    lg_ints_t output_size;
} lg_adaptive_avg_pool_attrs_t;

typedef struct lg_adaptive_max_pool_attrs {
    lg_ints_t output_size;
} lg_adaptive_max_pool_attrs_t;

typedef struct lg_non_max_suppression_attrs {
    int64_t max_output_boxes_per_class;  // default 0
    double iou_threshold;  // default 0.0
    double score_threshold;  // default -1.7976931348623157e+308
    int64_t center_point_box;  // 0 or 1
} lg_non_max_suppression_attrs_t;

typedef struct lg_non_max_suppression_padded_attrs {
    int64_t max_output_boxes_per_class;  // default 0
    double iou_threshold;  // default 0.0
    double score_threshold;  // default -1.7976931348623157e+308
    int64_t center_point_box;  // 0 or 1
} lg_non_max_suppression_padded_attrs_t;

typedef struct lg_quantize_attrs {
    int64_t axis;  // default 1
    int64_t block_size;  // default 0
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_quantize_attrs_t;

typedef struct lg_dequantize_attrs {
    int64_t axis;  // default 1
    int64_t block_size;  // default 0
} lg_dequantize_attrs_t;

typedef struct lg_conv_integer_attrs {
    lg_ints_t stride;  // default 1
    lg_ints_t padding;  // default 0
    lg_ints_t dilation;  // default 1
    int64_t groups;  // default 1
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
} lg_conv_integer_attrs_t;

typedef struct lg_qlinear_conv_attrs {
    lg_ints_t stride;  // default 1
    lg_ints_t padding;  // default 0
    lg_ints_t dilation;  // default 1
    int64_t groups;  // default 1
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
} lg_qlinear_conv_attrs_t;

typedef struct lg_dft_attrs {
    int64_t dft_length;  // default 0
    int64_t axis;  // default -2
    int64_t inverse;  // 0 or 1
    int64_t onesided;  // 0 or 1
} lg_dft_attrs_t;

typedef struct lg_stft_attrs {
    int64_t frame_step;
    int64_t frame_length;  // default 0
    int64_t onesided;  // 0 or 1
} lg_stft_attrs_t;

typedef struct lg_hann_window_attrs {
    int64_t size;
    int64_t periodic;  // 0 or 1
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_hann_window_attrs_t;

typedef struct lg_hamming_window_attrs {
    int64_t size;
    int64_t periodic;  // 0 or 1
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_hamming_window_attrs_t;

typedef struct lg_blackman_window_attrs {
    int64_t size;
    int64_t periodic;  // 0 or 1
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_blackman_window_attrs_t;

typedef struct lg_mel_weight_matrix_attrs {
    int64_t num_mel_bins;
    int64_t dft_length;
    int64_t sample_rate;
    double lower_edge_hertz;
    double upper_edge_hertz;
    int64_t dtype;  // lg_dtype_t, 0 when not given
} lg_mel_weight_matrix_attrs_t;

typedef struct lg_fused_conv_attrs {
    lg_ints_t stride;  // default 1
    lg_ints_t padding;  // default 0
    lg_ints_t dilation;  // default 1
    int64_t groups;  // default 1
    int64_t auto_pad;  // 0 notset, 1 same_upper, 2 same_lower, 3 valid
    int64_t activation;  // 0 none, 1 relu, 2 clip, 3 leaky_relu, 4 sigmoid, 5 tanh, 6 silu, 7 gelu, 8 gelu_tanh, 9 hard_sigmoid, 10 hard_swish
    double alpha;  // default 0.0
    double beta;  // default 0.0
    int64_t add_after;  // 0 or 1
} lg_fused_conv_attrs_t;

typedef struct lg_fused_linear_attrs {
    int64_t activation;  // 0 none, 1 relu, 2 clip, 3 leaky_relu, 4 sigmoid, 5 tanh, 6 silu, 7 gelu, 8 gelu_tanh, 9 hard_sigmoid, 10 hard_swish
    double alpha;  // default 0.0
    double beta;  // default 0.0
    int64_t add_after;  // 0 or 1
} lg_fused_linear_attrs_t;

typedef struct lg_fused_matmul_attrs {
    int64_t activation;  // 0 none, 1 relu, 2 clip, 3 leaky_relu, 4 sigmoid, 5 tanh, 6 silu, 7 gelu, 8 gelu_tanh, 9 hard_sigmoid, 10 hard_swish
    double alpha;  // default 0.0
    double beta;  // default 0.0
    int64_t add_after;  // 0 or 1
} lg_fused_matmul_attrs_t;

typedef struct lg_chain_attrs {
    lg_ints_t ops;
    lg_ints_t a;
    lg_ints_t b;
    lg_ints_t c;
    lg_floats_t alpha;  // default ()
    lg_floats_t beta;  // default ()
} lg_chain_attrs_t;

typedef struct lg_bitcast_attrs {
    int64_t dtype;  // lg_dtype_t
} lg_bitcast_attrs_t;

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_OPS_GEN_H_
