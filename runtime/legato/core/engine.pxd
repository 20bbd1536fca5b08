# SPDX-License-Identifier: Apache-2.0
# The C API as Cython sees it: the only `cdef extern` of the package. One block per public header; a header
# stands after those it includes.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef extern from "legato/plugin.h" nogil:
    enum:
        LG_ABI

    ctypedef int32_t lg_status_t
    enum:
        LG_OK
        LG_STATUS_INVALID_ARGUMENT
        LG_STATUS_SHAPE
        LG_STATUS_DTYPE
        LG_STATUS_INDEX
        LG_STATUS_DIVISION_BY_ZERO
        LG_STATUS_OUT_OF_MEMORY
        LG_STATUS_OVERFLOW
        LG_STATUS_UNSUPPORTED
        LG_STATUS_NOT_FOUND
        LG_STATUS_ALREADY_EXISTS
        LG_STATUS_DEVICE
        LG_STATUS_DEVICE_LOST
        LG_STATUS_BUSY
        LG_STATUS_CANCELLED
        LG_STATUS_DEADLINE
        LG_STATUS_FORMAT
        LG_STATUS_IO
        LG_STATUS_ABI
        LG_STATUS_CLOSED
        LG_STATUS_INTERNAL
        LG_STATUS_COUNT

    ctypedef struct lg_error_t:
        int32_t code
        int32_t op_index
        char op[64]
        char message[440]

    ctypedef enum lg_dtype_t:
        LG_DTYPE_INVALID
        LG_DTYPE_F32
        LG_DTYPE_F64
        LG_DTYPE_F16
        LG_DTYPE_BF16
        LG_DTYPE_I8
        LG_DTYPE_U8
        LG_DTYPE_I16
        LG_DTYPE_U16
        LG_DTYPE_I32
        LG_DTYPE_U32
        LG_DTYPE_I64
        LG_DTYPE_U64
        LG_DTYPE_BOOL
        LG_DTYPE_COUNT

    enum:
        LG_MAX_RANK
        LG_MAX_INTS
        LG_VIEW_CONTIGUOUS
        LG_VIEW_READONLY

    ctypedef struct lg_view_t:
        void *data
        int64_t elem_count
        int64_t shape[8]
        int64_t strides[8]
        uint8_t dtype
        uint8_t rank
        uint8_t flags
        uint8_t reserved[5]

    ctypedef struct lg_ints_t:
        int64_t count
        int64_t values[16]

    ctypedef struct lg_floats_t:
        int64_t count
        double values[16]

    enum:
        LG_SCALAR_INT
        LG_SCALAR_FLOAT
        LG_SCALAR_BOOL

    ctypedef union lg_scalar_value_t "union { int64_t i; double f; }":
        int64_t i
        double f

    ctypedef struct lg_scalar_t:
        int64_t kind
        lg_scalar_value_t value

    ctypedef struct lg_op_view_t:
        uint32_t op
        uint16_t in_count
        uint16_t out_count
        const lg_view_t *const *ins
        const lg_view_t *const *outs
        const void *attrs
        const char *name
        const char *path

    ctypedef struct lg_lane_t:
        pass

    ctypedef int32_t (*lg_range_fn_t)(void *user, int64_t begin, int64_t end, uint32_t worker) noexcept nogil

    ctypedef struct lg_host_t:
        void *self

    ctypedef int32_t (*lg_device_kernel_fn_t)(void *state, const lg_op_view_t *op, lg_lane_t *lane,
                                              const lg_host_t *host) noexcept nogil


cdef extern from "legato/base.h" nogil:
    const char *lg_version()
    const char *lg_status_name(lg_status_t status)
    lg_status_t lg_error_set(lg_error_t *err, lg_status_t code, const char *op, const char *format, ...)
    size_t lg_dtype_size(lg_dtype_t dtype)
    const char *lg_dtype_name(lg_dtype_t dtype)
    lg_dtype_t lg_dtype_parse(const char *name)

    ctypedef struct lg_allocator_t:
        void *self
        void *(*alloc)(void *self, size_t bytes, size_t alignment) noexcept nogil
        void (*free)(void *self, void *memory, size_t bytes) noexcept nogil

    ctypedef struct lg_context_t:
        pass

    ctypedef struct lg_context_desc_t:
        uint32_t size
        uint32_t abi
        const lg_allocator_t *allocator
        const char *cpu_mask

    lg_status_t lg_context_create(const lg_context_desc_t *desc, lg_context_t **out_context, lg_error_t *err)
    void lg_context_close(lg_context_t *context)
    const char *lg_context_isa(const lg_context_t *context)
    void lg_context_stats(lg_context_t *context, int64_t *out_blocks_held, int64_t *out_blocks_used)


cdef extern from "legato/tensor.h" nogil:
    lg_status_t lg_view_init(lg_view_t *view, lg_dtype_t dtype, uint32_t rank, const int64_t *shape,
                             lg_error_t *err)
    void lg_view_update(lg_view_t *view)
    char *lg_view_format(const lg_view_t *view, char *text, size_t capacity)

    ctypedef struct lg_buffer_t:
        pass

    lg_status_t lg_buffer_create(lg_context_t *context, size_t bytes, lg_buffer_t **out_buffer,
                                 lg_error_t *err)
    lg_status_t lg_buffer_wrap(lg_context_t *context, void *data, size_t bytes,
                               void (*release)(void *user) noexcept nogil, void *user,
                               lg_buffer_t **out_buffer, lg_error_t *err)
    void lg_buffer_retain(lg_buffer_t *buffer)
    void lg_buffer_release(lg_buffer_t *buffer)
    void *lg_buffer_data(const lg_buffer_t *buffer)
    size_t lg_buffer_bytes(const lg_buffer_t *buffer)

    ctypedef struct lg_tensor_t:
        lg_view_t view
        lg_buffer_t *buffer

    lg_status_t lg_tensor_init(lg_context_t *context, lg_dtype_t dtype, uint32_t rank, const int64_t *shape,
                               lg_tensor_t *out_tensor, lg_error_t *err)
    void lg_tensor_deinit(lg_tensor_t *tensor)


cdef extern from "legato/ops.gen.h" nogil:
    # written by runtime/schema/generate.py
    enum:
        LG_OP_ABS
        LG_OP_NEG
        LG_OP_SQRT
        LG_OP_EXP
        LG_OP_LOG
        LG_OP_TANH
        LG_OP_ERF
        LG_OP_SIGMOID
        LG_OP_RELU
        LG_OP_LEAKY_RELU
        LG_OP_GELU
        LG_OP_SILU
        LG_OP_CLIP
        LG_OP_CAST
        LG_OP_IS_NAN
        LG_OP_LOGICAL_NOT
        LG_OP_ADD
        LG_OP_SUB
        LG_OP_MUL
        LG_OP_DIV
        LG_OP_POW
        LG_OP_MAXIMUM
        LG_OP_MINIMUM
        LG_OP_EQUAL
        LG_OP_LESS
        LG_OP_GREATER
        LG_OP_LOGICAL_AND
        LG_OP_WHERE
        LG_OP_SUM
        LG_OP_MEAN
        LG_OP_MAX
        LG_OP_ARGMAX
        LG_OP_SOFTMAX
        LG_OP_LAYER_NORM
        LG_OP_MATMUL
        LG_OP_LINEAR
        LG_OP_CONV
        LG_OP_MAX_POOL
        LG_OP_AVG_POOL
        LG_OP_RESHAPE
        LG_OP_TRANSPOSE
        LG_OP_EXPAND
        LG_OP_CONCAT
        LG_OP_SLICE
        LG_OP_PAD
        LG_OP_GATHER
        LG_OP_SQUEEZE
        LG_OP_UNSQUEEZE
        LG_OP_FLATTEN
        LG_OP_FULL
        LG_OP_ARANGE
        LG_OP_SIGN
        LG_OP_FLOOR
        LG_OP_CEIL
        LG_OP_ROUND
        LG_OP_TRUNC
        LG_OP_RSQRT
        LG_OP_RECIPROCAL
        LG_OP_NOT_EQUAL
        LG_OP_LESS_EQUAL
        LG_OP_GREATER_EQUAL
        LG_OP_LOGICAL_OR
        LG_OP_LOGICAL_XOR
        LG_OP_BITWISE_NOT
        LG_OP_BITWISE_AND
        LG_OP_BITWISE_OR
        LG_OP_BITWISE_XOR
        LG_OP_BIT_SHIFT
        LG_OP_IS_INF
        LG_OP_MOD
        LG_OP_FMOD
        LG_OP_PRELU
        LG_OP_ELU
        LG_OP_SELU
        LG_OP_CELU
        LG_OP_HARD_SIGMOID
        LG_OP_HARD_SWISH
        LG_OP_MISH
        LG_OP_SOFTPLUS
        LG_OP_SOFTSIGN
        LG_OP_EXPM1
        LG_OP_LOG1P
        LG_OP_SIN
        LG_OP_COS
        LG_OP_TAN
        LG_OP_ASIN
        LG_OP_ACOS
        LG_OP_ATAN
        LG_OP_SINH
        LG_OP_COSH
        LG_OP_ASINH
        LG_OP_ACOSH
        LG_OP_ATANH
        LG_OP_THRESHOLD_RELU
        LG_OP_PROD
        LG_OP_MIN
        LG_OP_ARGMIN
        LG_OP_L1
        LG_OP_L2
        LG_OP_SUM_SQUARE
        LG_OP_LOG_SUM
        LG_OP_LOG_SUM_EXP
        LG_OP_ANY
        LG_OP_ALL
        LG_OP_VAR
        LG_OP_CUMSUM
        LG_OP_LOG_SOFTMAX
        LG_OP_TILE
        LG_OP_FLIP
        LG_OP_ROLL
        LG_OP_TRILU
        LG_OP_ONE_HOT
        LG_OP_DEPTH_TO_SPACE
        LG_OP_SPACE_TO_DEPTH
        LG_OP_EYE
        LG_OP_IDENTITY
        LG_OP_GATHER_ELEMENTS
        LG_OP_GLOBAL_AVG_POOL
        LG_OP_GLOBAL_MAX_POOL
        LG_OP_SPLIT
        LG_OP_TOP_K
        LG_OP_SORT
        LG_OP_ARGSORT
        LG_OP_GATHER_ND
        LG_OP_SCATTER_ELEMENTS
        LG_OP_SCATTER_ND
        LG_OP_REVERSE_SEQUENCE
        LG_OP_NON_ZERO
        LG_OP_COMPRESS
        LG_OP_UNIQUE
        LG_OP_SHAPE
        LG_OP_SIZE
        LG_OP_STACK
        LG_OP_BATCH_NORM
        LG_OP_INSTANCE_NORM
        LG_OP_GROUP_NORM
        LG_OP_RMS_NORM
        LG_OP_LP_NORM
        LG_OP_LRN
        LG_OP_SCALED_DOT_PRODUCT_ATTENTION
        LG_OP_LSTM
        LG_OP_GRU
        LG_OP_RNN
        LG_OP_CONV_TRANSPOSE
        LG_OP_LP_POOL
        LG_OP_GLOBAL_LP_POOL
        LG_OP_RESIZE
        LG_OP_GRID_SAMPLE
        LG_OP_AFFINE_GRID
        LG_OP_ROI_ALIGN
        LG_OP_CROP_AND_RESIZE
        LG_OP_IMAGE_NORMALIZE
        LG_OP_COL2IM
        LG_OP_MAX_POOL_WITH_INDICES
        LG_OP_MAX_UNPOOL
        LG_OP_ADAPTIVE_AVG_POOL
        LG_OP_ADAPTIVE_MAX_POOL
        LG_OP_NON_MAX_SUPPRESSION
        LG_OP_NON_MAX_SUPPRESSION_PADDED
        LG_OP_QUANTIZE
        LG_OP_DEQUANTIZE
        LG_OP_MATMUL_INTEGER
        LG_OP_DYNAMIC_QUANTIZE
        LG_OP_CONV_INTEGER
        LG_OP_QLINEAR_MATMUL
        LG_OP_QLINEAR_CONV
        LG_OP_DFT
        LG_OP_STFT
        LG_OP_HANN_WINDOW
        LG_OP_HAMMING_WINDOW
        LG_OP_BLACKMAN_WINDOW
        LG_OP_MEL_WEIGHT_MATRIX
        LG_OP_FUSED_CONV
        LG_OP_FUSED_LINEAR
        LG_OP_FUSED_MATMUL
        LG_OP_CHAIN
        LG_OP_BITCAST
        LG_OP_COUNT

    ctypedef struct lg_leaky_relu_attrs_t:
        double negative_slope

    ctypedef struct lg_gelu_attrs_t:
        int64_t approximate

    ctypedef struct lg_cast_attrs_t:
        int64_t dtype

    ctypedef struct lg_div_attrs_t:
        int64_t rounding_mode

    ctypedef struct lg_sum_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_mean_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_max_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_argmax_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_softmax_attrs_t:
        int64_t axis

    ctypedef struct lg_layer_norm_attrs_t:
        int64_t axis
        double eps

    ctypedef struct lg_conv_attrs_t:
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t dilation
        int64_t groups
        int64_t auto_pad

    ctypedef struct lg_max_pool_attrs_t:
        lg_ints_t kernel_size
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t dilation
        int64_t ceil_mode
        int64_t auto_pad

    ctypedef struct lg_avg_pool_attrs_t:
        lg_ints_t kernel_size
        lg_ints_t stride
        lg_ints_t padding
        int64_t ceil_mode
        int64_t count_include_pad
        lg_ints_t dilation
        int64_t auto_pad

    ctypedef struct lg_reshape_attrs_t:
        lg_ints_t shape

    ctypedef struct lg_transpose_attrs_t:
        lg_ints_t axes

    ctypedef struct lg_expand_attrs_t:
        lg_ints_t shape

    ctypedef struct lg_concat_attrs_t:
        int64_t axis

    ctypedef struct lg_slice_attrs_t:
        lg_ints_t starts
        lg_ints_t ends
        lg_ints_t axes
        lg_ints_t steps

    ctypedef struct lg_pad_attrs_t:
        lg_ints_t pads
        int64_t mode
        lg_scalar_t value

    ctypedef struct lg_gather_attrs_t:
        int64_t axis

    ctypedef struct lg_squeeze_attrs_t:
        lg_ints_t axis

    ctypedef struct lg_unsqueeze_attrs_t:
        lg_ints_t axis

    ctypedef struct lg_flatten_attrs_t:
        int64_t start_axis
        int64_t end_axis

    ctypedef struct lg_full_attrs_t:
        lg_ints_t shape
        lg_scalar_t value
        int64_t dtype

    ctypedef struct lg_arange_attrs_t:
        lg_scalar_t start
        lg_scalar_t stop
        lg_scalar_t step
        int64_t dtype

    ctypedef struct lg_bit_shift_attrs_t:
        int64_t direction

    ctypedef struct lg_is_inf_attrs_t:
        int64_t detect_negative
        int64_t detect_positive

    ctypedef struct lg_elu_attrs_t:
        double alpha

    ctypedef struct lg_celu_attrs_t:
        double alpha

    ctypedef struct lg_hard_sigmoid_attrs_t:
        double alpha
        double beta

    ctypedef struct lg_threshold_relu_attrs_t:
        double alpha

    ctypedef struct lg_prod_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_min_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_argmin_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_l1_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_l2_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_sum_square_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_log_sum_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_log_sum_exp_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_any_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_all_attrs_t:
        lg_ints_t axis
        int64_t keepdims

    ctypedef struct lg_var_attrs_t:
        lg_ints_t axis
        int64_t keepdims
        int64_t correction

    ctypedef struct lg_cumsum_attrs_t:
        int64_t axis
        int64_t exclusive
        int64_t reverse

    ctypedef struct lg_log_softmax_attrs_t:
        int64_t axis

    ctypedef struct lg_tile_attrs_t:
        lg_ints_t repeats

    ctypedef struct lg_flip_attrs_t:
        lg_ints_t axis

    ctypedef struct lg_roll_attrs_t:
        lg_ints_t shift
        lg_ints_t axis

    ctypedef struct lg_trilu_attrs_t:
        int64_t upper
        int64_t k

    ctypedef struct lg_one_hot_attrs_t:
        int64_t depth
        int64_t axis
        lg_scalar_t on_value
        lg_scalar_t off_value
        int64_t dtype

    ctypedef struct lg_depth_to_space_attrs_t:
        int64_t block
        int64_t mode

    ctypedef struct lg_space_to_depth_attrs_t:
        int64_t block

    ctypedef struct lg_eye_attrs_t:
        int64_t rows
        int64_t columns
        int64_t k
        int64_t dtype

    ctypedef struct lg_gather_elements_attrs_t:
        int64_t axis

    ctypedef struct lg_split_attrs_t:
        lg_ints_t sizes
        int64_t num_outputs
        int64_t axis

    ctypedef struct lg_top_k_attrs_t:
        int64_t k
        int64_t axis
        int64_t largest
        int64_t sorted

    ctypedef struct lg_sort_attrs_t:
        int64_t axis
        int64_t descending

    ctypedef struct lg_argsort_attrs_t:
        int64_t axis
        int64_t descending

    ctypedef struct lg_gather_nd_attrs_t:
        int64_t batch_dims

    ctypedef struct lg_scatter_elements_attrs_t:
        int64_t axis
        int64_t reduction

    ctypedef struct lg_scatter_nd_attrs_t:
        int64_t reduction

    ctypedef struct lg_reverse_sequence_attrs_t:
        int64_t time_axis
        int64_t batch_axis

    ctypedef struct lg_compress_attrs_t:
        lg_ints_t axis

    ctypedef struct lg_unique_attrs_t:
        lg_ints_t axis
        int64_t sorted

    ctypedef struct lg_shape_attrs_t:
        int64_t start
        int64_t end

    ctypedef struct lg_stack_attrs_t:
        int64_t axis

    ctypedef struct lg_batch_norm_attrs_t:
        double eps

    ctypedef struct lg_instance_norm_attrs_t:
        double eps

    ctypedef struct lg_group_norm_attrs_t:
        int64_t num_groups
        double eps

    ctypedef struct lg_rms_norm_attrs_t:
        int64_t axis
        double eps

    ctypedef struct lg_lp_norm_attrs_t:
        int64_t axis
        int64_t p

    ctypedef struct lg_lrn_attrs_t:
        int64_t size
        double alpha
        double beta
        double k

    ctypedef struct lg_scaled_dot_product_attention_attrs_t:
        int64_t is_causal
        int64_t causal_align
        double scale
        double softcap

    ctypedef struct lg_lstm_attrs_t:
        int64_t direction
        int64_t layout
        double clip
        int64_t activation_f
        int64_t activation_g
        int64_t activation_h
        int64_t input_forget

    ctypedef struct lg_gru_attrs_t:
        int64_t direction
        int64_t layout
        double clip
        int64_t activation_f
        int64_t activation_g
        int64_t linear_before_reset

    ctypedef struct lg_rnn_attrs_t:
        int64_t direction
        int64_t layout
        double clip
        int64_t nonlinearity

    ctypedef struct lg_conv_transpose_attrs_t:
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t output_padding
        lg_ints_t dilation
        int64_t groups
        lg_ints_t output_shape
        int64_t auto_pad

    ctypedef struct lg_lp_pool_attrs_t:
        double norm_type
        lg_ints_t kernel_size
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t dilation
        int64_t ceil_mode
        int64_t auto_pad

    ctypedef struct lg_global_lp_pool_attrs_t:
        double norm_type

    ctypedef struct lg_resize_attrs_t:
        lg_ints_t size
        lg_floats_t scale_factor
        int64_t mode
        int64_t coordinate_transformation_mode
        int64_t nearest_mode
        double cubic_coeff_a
        int64_t exclude_outside
        double extrapolation_value
        int64_t antialias
        lg_ints_t axes
        int64_t keep_aspect_ratio_policy
        lg_floats_t roi

    ctypedef struct lg_grid_sample_attrs_t:
        int64_t mode
        int64_t padding_mode
        int64_t align_corners

    ctypedef struct lg_affine_grid_attrs_t:
        lg_ints_t size
        int64_t align_corners

    ctypedef struct lg_roi_align_attrs_t:
        int64_t output_height
        int64_t output_width
        int64_t sampling_ratio
        double spatial_scale
        int64_t mode
        int64_t coordinate_transformation_mode

    ctypedef struct lg_crop_and_resize_attrs_t:
        lg_ints_t crop_size
        int64_t mode
        double extrapolation_value

    ctypedef struct lg_image_normalize_attrs_t:
        lg_floats_t mean
        lg_floats_t std
        double scale
        int64_t layout

    ctypedef struct lg_col2im_attrs_t:
        lg_ints_t output_size
        lg_ints_t kernel_size
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t dilation

    ctypedef struct lg_max_pool_with_indices_attrs_t:
        lg_ints_t kernel_size
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t dilation
        int64_t ceil_mode
        int64_t auto_pad
        int64_t storage_order

    ctypedef struct lg_max_unpool_attrs_t:
        lg_ints_t kernel_size
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t output_size

    ctypedef struct lg_adaptive_avg_pool_attrs_t:
        lg_ints_t output_size

    ctypedef struct lg_adaptive_max_pool_attrs_t:
        lg_ints_t output_size

    ctypedef struct lg_non_max_suppression_attrs_t:
        int64_t max_output_boxes_per_class
        double iou_threshold
        double score_threshold
        int64_t center_point_box

    ctypedef struct lg_non_max_suppression_padded_attrs_t:
        int64_t max_output_boxes_per_class
        double iou_threshold
        double score_threshold
        int64_t center_point_box

    ctypedef struct lg_quantize_attrs_t:
        int64_t axis
        int64_t block_size
        int64_t dtype

    ctypedef struct lg_dequantize_attrs_t:
        int64_t axis
        int64_t block_size

    ctypedef struct lg_conv_integer_attrs_t:
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t dilation
        int64_t groups
        int64_t auto_pad

    ctypedef struct lg_qlinear_conv_attrs_t:
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t dilation
        int64_t groups
        int64_t auto_pad

    ctypedef struct lg_dft_attrs_t:
        int64_t dft_length
        int64_t axis
        int64_t inverse
        int64_t onesided

    ctypedef struct lg_stft_attrs_t:
        int64_t frame_step
        int64_t frame_length
        int64_t onesided

    ctypedef struct lg_hann_window_attrs_t:
        int64_t size
        int64_t periodic
        int64_t dtype

    ctypedef struct lg_hamming_window_attrs_t:
        int64_t size
        int64_t periodic
        int64_t dtype

    ctypedef struct lg_blackman_window_attrs_t:
        int64_t size
        int64_t periodic
        int64_t dtype

    ctypedef struct lg_mel_weight_matrix_attrs_t:
        int64_t num_mel_bins
        int64_t dft_length
        int64_t sample_rate
        double lower_edge_hertz
        double upper_edge_hertz
        int64_t dtype

    ctypedef struct lg_fused_conv_attrs_t:
        lg_ints_t stride
        lg_ints_t padding
        lg_ints_t dilation
        int64_t groups
        int64_t auto_pad
        int64_t activation
        double alpha
        double beta
        int64_t add_after

    ctypedef struct lg_fused_linear_attrs_t:
        int64_t activation
        double alpha
        double beta
        int64_t add_after

    ctypedef struct lg_fused_matmul_attrs_t:
        int64_t activation
        double alpha
        double beta
        int64_t add_after

    ctypedef struct lg_chain_attrs_t:
        lg_ints_t ops
        lg_ints_t a
        lg_ints_t b
        lg_ints_t c
        lg_floats_t alpha
        lg_floats_t beta

    ctypedef struct lg_bitcast_attrs_t:
        int64_t dtype


cdef extern from "legato/op.h" nogil:
    enum:
        LG_MAX_INS
        LG_MAX_OUTS
        LG_ATTR_INT
        LG_ATTR_FLOAT
        LG_ATTR_BOOL
        LG_ATTR_DTYPE
        LG_ATTR_ENUM
        LG_ATTR_INTS
        LG_ATTR_SCALAR
        LG_ATTR_FLOATS
        LG_OP_FLAG_POINTWISE
        LG_OP_FLAG_VIEW
        LG_OP_FLAG_REDUCTION
        LG_OP_FLAG_INPLACE
        LG_OP_FLAG_VARIADIC
        LG_OP_FLAG_VARIADIC_OUT
        LG_OP_FLAG_PROMOTE_FLOAT
        LG_OP_FLAG_PROMOTE_SUM

    ctypedef struct lg_attr_info_t:
        const char *name
        uint32_t kind
        uint32_t offset
        const char *const *choices

    ctypedef struct lg_op_info_t:
        uint32_t id
        uint32_t flags
        const char *name
        const char *family
        uint16_t in_min
        uint16_t in_max
        uint16_t out_count
        uint16_t attr_count
        const char *const *in_names
        const char *in_letters
        const lg_attr_info_t *attrs
        uint32_t attrs_bytes
        const void *attrs_default

    const lg_op_info_t *lg_op_info(uint32_t op)
    const lg_op_info_t *lg_op_find(const char *name)
    lg_status_t lg_op_infer(uint32_t op, const lg_view_t *const *ins, uint32_t in_count, const void *attrs,
                            lg_view_t *outs, uint32_t out_count, lg_error_t *err)
    lg_status_t lg_op_out_count(uint32_t op, const lg_view_t *const *ins, uint32_t in_count,
                                const void *attrs, uint32_t *out_count, lg_error_t *err)
    int32_t lg_op_alias(uint32_t op, const lg_view_t *input, const void *attrs, lg_view_t *out)
    void lg_op_cost(const lg_op_view_t *view, double *out_flops, double *out_bytes)

    enum:
        LG_OP_REGISTERED

    ctypedef lg_status_t (*lg_op_infer_fn_t)(void *state, const lg_op_view_t *op, lg_view_t *outs,
                                             lg_error_t *err) noexcept nogil

    ctypedef struct lg_op_desc_t:
        uint32_t size
        uint32_t abi
        const char *name
        uint64_t flags
        uint32_t in_min
        uint32_t in_max
        uint32_t out_count
        uint32_t attr_count
        const char *const *in_names
        const uint16_t *in_types
        const char *in_letters
        const lg_attr_info_t *attrs
        uint32_t attrs_bytes
        uint32_t attrs_required
        const void *attrs_default
        const char *rule
        lg_op_infer_fn_t infer
        void *state
        void (*destroy)(void *state) noexcept nogil

    lg_status_t lg_op_register(lg_context_t *context, const lg_op_desc_t *desc, uint32_t *out_op,
                               lg_error_t *err)
    const lg_op_info_t *lg_context_op_info(const lg_context_t *context, uint32_t op)
    const lg_op_info_t *lg_context_op_find(const lg_context_t *context, const char *name)
    lg_status_t lg_context_op_infer(const lg_context_t *context, uint32_t op, const lg_view_t *const *ins,
                                    uint32_t in_count, const void *attrs, lg_view_t *outs, uint32_t out_count,
                                    lg_error_t *err)

    ctypedef struct lg_kernel_desc_t:
        uint32_t size
        uint32_t abi
        const char *name
        uint64_t dtypes
        int64_t cost_ns
        const char *needs
        lg_device_kernel_fn_t fn
        void *state
        void (*destroy)(void *state) noexcept nogil

    lg_status_t lg_kernel_register(lg_context_t *context, const char *op, const lg_kernel_desc_t *desc,
                                   lg_error_t *err)
    lg_status_t lg_kernel_load(lg_context_t *context, const char *op, const char *path, const char *symbol,
                               const lg_kernel_desc_t *desc, lg_error_t *err)

    ctypedef struct lg_kernel_call_t:
        int64_t extent
        int64_t grain
        double work_ns

    lg_status_t lg_op_call(lg_context_t *context, uint32_t op, const lg_tensor_t *const *ins,
                           uint32_t in_count, const void *attrs, lg_tensor_t *outs, uint32_t out_count,
                           lg_error_t *err)


cdef extern from "legato/machine.h" nogil:
    ctypedef struct lg_machine_t:
        pass

    ctypedef struct lg_machine_info_t:
        uint32_t size
        uint32_t abi
        uint32_t core_count
        uint32_t allowed_count
        uint32_t usable
        uint32_t class_count
        uint32_t node_count
        uint32_t cache_count
        double quota

    ctypedef struct lg_machine_core_t:
        uint32_t number
        uint32_t allowed
        uint32_t class_index
        uint32_t node
        uint32_t package
        uint32_t first_sibling

    ctypedef struct lg_machine_cache_t:
        uint32_t level
        uint32_t kind
        uint64_t bytes
        uint32_t line_bytes
        uint32_t core_count
        const uint32_t *cores

    lg_status_t lg_machine_create(lg_context_t *context, const char *root, lg_machine_t **out_machine,
                                  lg_error_t *err)
    void lg_machine_destroy(lg_machine_t *machine)
    void lg_machine_info(const lg_machine_t *machine, lg_machine_info_t *out_info)
    const lg_machine_core_t *lg_machine_core(const lg_machine_t *machine, uint32_t index)
    const lg_machine_cache_t *lg_machine_cache(const lg_machine_t *machine, uint32_t index)
    const char *lg_machine_class(const lg_machine_t *machine, uint32_t index)


cdef extern from "legato/lane.h" nogil:
    enum:
        LG_LANE_MAX_CORES
        LG_LANE_MAX_WORKERS

    ctypedef struct lg_worker_t:
        pass

    ctypedef struct lg_pool_t:
        uint32_t size
        uint32_t abi
        void *self
        uint32_t (*num_threads)(void *self) noexcept nogil
        int32_t (*schedule)(void *self, void (*fn)(void *arg) noexcept nogil, void *arg) noexcept nogil

    ctypedef struct lg_lane_desc_t:
        uint32_t size
        uint32_t abi
        const char *name
        uint32_t workers
        uint32_t core_count
        const uint32_t *cores
        int64_t spin_ns
        const char *core_class
        const lg_pool_t *pool
        int32_t nice
        uint32_t reserved

    enum:
        LG_PRIORITY_LOW
        LG_PRIORITY_NORMAL
        LG_PRIORITY_HIGH

    lg_lane_t *lg_context_lane(lg_context_t *context)
    lg_status_t lg_lane_create(lg_context_t *context, const lg_lane_desc_t *desc, lg_lane_t **out_lane,
                               lg_error_t *err)
    lg_status_t lg_lane_close(lg_lane_t *lane, lg_error_t *err)
    void lg_lane_retain(lg_lane_t *lane)
    void lg_lane_release(lg_lane_t *lane)
    bint lg_lane_is_closed(const lg_lane_t *lane)
    const char *lg_lane_name(const lg_lane_t *lane)
    lg_status_t lg_lane_start(lg_lane_t *lane, lg_error_t *err)
    uint32_t lg_lane_worker_count(const lg_lane_t *lane)
    lg_status_t lg_lane_resize(lg_lane_t *lane, uint32_t workers, lg_error_t *err)
    lg_status_t lg_lane_move(lg_lane_t *lane, const uint32_t *cores, uint32_t core_count, lg_error_t *err)

    ctypedef struct lg_worker_info_t:
        uint32_t size
        uint32_t abi
        int64_t thread
        uint32_t core_count
        uint32_t asleep
        uint32_t cores[1024]
        int32_t nice
        uint32_t reserved

    lg_status_t lg_lane_worker_info(lg_lane_t *lane, uint32_t index, lg_worker_info_t *out_info,
                                    lg_error_t *err)

    ctypedef struct lg_lane_stats_t:
        uint32_t size
        uint32_t abi
        uint64_t loops
        uint64_t shares
        uint64_t tasks
        uint64_t steals
        uint64_t wakes
        uint64_t threads

    void lg_lane_stats(lg_lane_t *lane, lg_lane_stats_t *out_stats)
    uint32_t lg_lane_queued(const lg_lane_t *lane)
    int32_t lg_lane_parallel_for(lg_lane_t *lane, int64_t count, int64_t grain, lg_range_fn_t fn, void *user)
    void lg_lane_begin(lg_lane_t *lane)
    void lg_lane_end(lg_lane_t *lane)

    ctypedef struct lg_visit_t:
        lg_lane_t *lane

    lg_status_t lg_lane_visit(lg_lane_t *lane, lg_visit_t *out_visit, lg_error_t *err)
    void lg_lane_leave(lg_visit_t *visit)

    ctypedef struct lg_task_t:
        void (*run)(lg_worker_t *worker, lg_task_t *task) noexcept nogil

    lg_status_t lg_lane_submit(lg_lane_t *lane, lg_task_t *task, lg_error_t *err)
    lg_status_t lg_lane_run(lg_lane_t *lane, lg_worker_t *self,
                            void (*fn)(lg_worker_t *worker, void *user) noexcept nogil, void *user,
                            lg_error_t *err)
    void lg_worker_spawn(lg_worker_t *worker, lg_task_t *task)
    void lg_worker_join(lg_worker_t *worker, lg_task_t *task)
    lg_lane_t *lg_worker_lane(lg_worker_t *worker)


cdef extern from "legato/device.h" nogil:
    ctypedef struct lg_device_t:
        pass

    lg_status_t lg_plugin_load(lg_context_t *context, const char *path, const lg_device_t **out_first,
                               lg_error_t *err)
    lg_status_t lg_device_find(lg_context_t *context, const char *name, const lg_device_t **out_device,
                               lg_error_t *err)
    const lg_device_t *lg_device_at(lg_context_t *context, uint32_t index)
    const char *lg_device_name(const lg_device_t *device)
    lg_status_t lg_device_call(const lg_device_t *device, uint32_t op, const lg_tensor_t *const *ins,
                               uint32_t in_count, const void *attrs, lg_tensor_t *outs, uint32_t out_count,
                               lg_error_t *err)


cdef extern from "legato/program.h" nogil:
    ctypedef struct lg_program_t:
        pass

    ctypedef uint32_t lg_value_t
    const lg_value_t LG_VALUE_NONE

    lg_status_t lg_program_create(lg_context_t *context, lg_program_t **out_program, lg_error_t *err)
    void lg_program_retain(lg_program_t *program)
    void lg_program_release(lg_program_t *program)
    lg_status_t lg_program_add_input(lg_program_t *program, const char *name, const lg_view_t *type,
                                     lg_value_t *out_value, lg_error_t *err)
    lg_status_t lg_program_add_input_spec(lg_program_t *program, const char *name, const char *spec,
                                          lg_value_t *out_value, lg_error_t *err)
    lg_status_t lg_program_add_weight(lg_program_t *program, const char *name, const lg_tensor_t *tensor,
                                      lg_value_t *out_value, lg_error_t *err)
    lg_status_t lg_program_add_op(lg_program_t *program, uint32_t op, const lg_value_t *ins,
                                  uint32_t in_count, const void *attrs, const char *path,
                                  lg_value_t *out_values, uint32_t out_count, lg_error_t *err)
    lg_status_t lg_program_add_output(lg_program_t *program, const char *name, lg_value_t value,
                                      lg_error_t *err)
    lg_status_t lg_program_freeze(lg_program_t *program, lg_error_t *err)
    uint32_t lg_program_op_count(const lg_program_t *program)
    uint32_t lg_program_input_count(const lg_program_t *program)
    uint32_t lg_program_output_count(const lg_program_t *program)
    uint32_t lg_program_weight_count(const lg_program_t *program)
    const char *lg_program_input_name(const lg_program_t *program, uint32_t index)
    const lg_view_t *lg_program_input_type(const lg_program_t *program, uint32_t index)
    const char *lg_program_output_name(const lg_program_t *program, uint32_t index)
    const lg_view_t *lg_program_output_type(const lg_program_t *program, uint32_t index)
    const char *lg_program_weight_name(const lg_program_t *program, uint32_t index)
    const lg_view_t *lg_program_weight_type(const lg_program_t *program, uint32_t index)
    const lg_view_t *lg_program_value_type(const lg_program_t *program, lg_value_t value)

    ctypedef struct lg_attr_source_t:
        const char *attr
        lg_value_t value

    enum:
        LG_MAX_BOUND

    lg_status_t lg_program_add_op_from(lg_program_t *program, uint32_t op, const lg_value_t *ins,
                                       uint32_t in_count, const void *attrs, const lg_attr_source_t *sources,
                                       uint32_t source_count, const char *path, lg_value_t *out_values,
                                       uint32_t out_count, lg_error_t *err)
    lg_status_t lg_program_add_guard(lg_program_t *program, lg_value_t value, bint expected, const char *text,
                                     lg_error_t *err)
    lg_status_t lg_program_add_cond(lg_program_t *program, lg_value_t condition, lg_program_t *then_program,
                                    lg_program_t *else_program, const lg_value_t *ins, uint32_t in_count,
                                    const char *path, lg_value_t *out_values, uint32_t out_count,
                                    lg_error_t *err)
    lg_status_t lg_program_add_while(lg_program_t *program, lg_program_t *test, lg_program_t *body,
                                     const lg_value_t *ins, uint32_t in_count, uint32_t carried,
                                     const char *path, lg_value_t *out_values, uint32_t out_count,
                                     lg_error_t *err)
    lg_status_t lg_program_verify(const lg_program_t *program, lg_error_t *err)
    bint lg_program_splits(const lg_program_t *program)
    lg_status_t lg_program_add_state(lg_program_t *program, uint32_t input, uint32_t output, lg_error_t *err)
    uint32_t lg_program_state_count(const lg_program_t *program)
    lg_status_t lg_program_state(const lg_program_t *program, uint32_t index, uint32_t *out_input,
                                 uint32_t *out_output, lg_error_t *err)
    uint32_t lg_program_symbol_count(const lg_program_t *program)
    const char *lg_program_symbol_name(const lg_program_t *program, uint32_t index)
    const char *lg_program_extent(const lg_program_t *program, lg_value_t value, uint32_t axis)
    char *lg_program_format_type(const lg_program_t *program, lg_value_t value, char *text, size_t capacity)
    lg_value_t lg_program_input(const lg_program_t *program, uint32_t index)
    lg_value_t lg_program_output(const lg_program_t *program, uint32_t index)
    lg_status_t lg_program_specialize(lg_program_t *program, const lg_view_t *types, uint32_t count,
                                      lg_program_t **out_program, lg_error_t *err)
    lg_value_t lg_program_find_weight(const lg_program_t *program, const char *name)
    lg_status_t lg_program_add_program(lg_program_t *program, const lg_program_t *source,
                                       const lg_value_t *ins, uint32_t in_count, const char *path,
                                       lg_value_t *out_values, uint32_t out_count, lg_error_t *err)

    ctypedef struct lg_program_op_t:
        uint32_t size
        uint32_t abi
        uint32_t op
        uint32_t number
        uint32_t in_count
        uint32_t out_count
        const lg_value_t *ins
        const lg_value_t *outs
        const void *attrs
        const char *path

    lg_status_t lg_program_op(const lg_program_t *program, uint32_t index, lg_program_op_t *out_op,
                              lg_error_t *err)

    ctypedef struct lg_text_t:
        pass

    const char *lg_text_chars(const lg_text_t *text)
    size_t lg_text_bytes(const lg_text_t *text)
    void lg_text_release(lg_text_t *text)
    lg_status_t lg_program_format(const lg_program_t *program, lg_text_t **out_text, lg_error_t *err)

    ctypedef lg_status_t (*lg_weight_fn_t)(void *user, const char *name, const lg_view_t *type,
                                           lg_tensor_t *out_tensor, lg_error_t *err) noexcept nogil

    lg_status_t lg_program_parse(lg_context_t *context, const char *text, size_t text_bytes,
                                 lg_weight_fn_t weights, void *user, lg_program_t **out_program,
                                 lg_error_t *err)
    const char *lg_pass_name(uint32_t index)
    lg_status_t lg_program_rewrite(lg_program_t *program, const char *name, lg_program_t **out_program,
                                   lg_error_t *err)


cdef extern from "legato/signal.h" nogil:
    ctypedef struct lg_signal_t:
        pass

    lg_status_t lg_signal_open(lg_context_t *context, const char *name, double initial,
                               lg_signal_t **out_signal, lg_error_t *err)
    lg_status_t lg_signal_at(lg_context_t *context, uint32_t index, lg_signal_t **out_signal, lg_error_t *err)
    void lg_signal_release(lg_signal_t *signal)
    const char *lg_signal_name(const lg_signal_t *signal)
    void lg_signal_set(lg_signal_t *signal, double value)
    double lg_signal_value(const lg_signal_t *signal)
    double lg_signal_initial(const lg_signal_t *signal)

    ctypedef struct lg_choice_t:
        uint32_t size
        uint32_t abi
        const char *text
        lg_lane_t **lanes
        uint64_t lane_count
cdef extern from "legato/unit.h" nogil:
    ctypedef struct lg_unit_t:
        pass

    ctypedef struct lg_unit_desc_t:
        uint32_t size
        uint32_t abi
        const char *name
        uint32_t capacity
        uint32_t scope
        int64_t max_wait_ns

    enum: LG_SCOPE_PROCESS
    enum: LG_SCOPE_SYSTEM

    lg_status_t lg_unit_create(lg_context_t *context, const lg_unit_desc_t *desc, lg_unit_t **out_unit,
                               lg_error_t *err)
    lg_status_t lg_unit_find(lg_context_t *context, const char *name, lg_unit_t **out_unit, lg_error_t *err)
    void lg_unit_release(lg_unit_t *unit)
    const char *lg_unit_name(const lg_unit_t *unit)
    uint32_t lg_unit_capacity(const lg_unit_t *unit)
    uint32_t lg_unit_scope(const lg_unit_t *unit)
    uint64_t lg_unit_order(const lg_unit_t *unit)

    ctypedef struct lg_hold_t:
        lg_unit_t *unit
        uint32_t slot
        uint32_t reserved

    ctypedef struct lg_take_desc_t:
        uint32_t size
        uint32_t abi
        const char *what
        int64_t deadline_ns
        int32_t priority
        uint32_t reserved

    lg_status_t lg_unit_take(lg_unit_t *unit, const lg_take_desc_t *desc, lg_hold_t *out_hold,
                             lg_error_t *err)
    int32_t lg_unit_try(lg_unit_t *unit, const char *what, lg_hold_t *out_hold)
    void lg_unit_give(lg_hold_t *hold)
    const char *lg_unit_label(lg_unit_t *unit, const char *text)

    ctypedef struct lg_unit_stats_t:
        uint32_t size
        uint32_t abi
        uint64_t taken
        uint64_t waits
        int64_t longest_wait_ns
        uint32_t holders
        uint32_t queued
        const char *holder
        uint64_t recoveries

    void lg_unit_stats(lg_unit_t *unit, lg_unit_stats_t *out_stats)


cdef extern from "legato/executor.h" nogil:
    ctypedef struct lg_placement_t:
        uint32_t size
        uint32_t abi
        const char *device
        const char *why
        lg_lane_t *lane
        const lg_choice_t *choice

    ctypedef int32_t (*lg_hook_fn_t)(void *self, const lg_op_view_t *op, void *const *data) noexcept

    ctypedef struct lg_hook_t:
        uint32_t size
        uint32_t abi
        lg_hook_fn_t fn
        void *self
        void (*release)(void *self) noexcept
        const char *what
        const char *needs
        const char *symbol

    lg_status_t lg_hook_register(lg_context_t *context, const char *name, const lg_hook_t *hook,
                                 lg_error_t *err)
    lg_status_t lg_hook_find(lg_context_t *context, const char *name, lg_hook_t *out_hook, lg_error_t *err)

    ctypedef struct lg_holding_t:
        uint32_t size
        uint32_t abi
        uint32_t unit_count
        lg_unit_t *units[8]

    enum: LG_MAX_HELD

    ctypedef struct lg_executor_t:
        uint32_t size
        uint32_t abi
        void *self
        void (*retain)(void *self) noexcept
        void (*release)(void *self) noexcept
        const char *name
        lg_status_t (*place)(void *self, const lg_op_view_t *op, lg_placement_t *out,
                             lg_error_t *err) noexcept
        lg_status_t (*replace)(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) noexcept
        lg_status_t (*before)(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) noexcept
        lg_status_t (*after)(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) noexcept
        lg_status_t (*hold)(void *self, const lg_op_view_t *op, const lg_placement_t *where,
                            lg_holding_t *out, lg_error_t *err) noexcept
        lg_status_t (*block)(void *self, const lg_op_view_t *ops, uint32_t count, const char **out_names,
                             lg_error_t *err) noexcept


cdef extern from "legato/plan.h" nogil:
    ctypedef struct lg_plan_t:
        pass

    ctypedef struct lg_rule_t:
        const char *op
        const char *path
        const char *device
        const char *lane
        const char *const *holds
        uint64_t hold_count
        const char *choice
        const char *replace
        const char *before
        const char *after

    ctypedef struct lg_role_t:
        pass

    ctypedef struct lg_bind_t:
        const char *name
        lg_lane_t *lane
        const lg_role_t *role

    ctypedef struct lg_plan_desc_t:
        uint32_t size
        uint32_t abi
        const lg_rule_t *rules
        uint64_t rule_count
        const char **passes_off
        uint64_t passes_off_count
        const lg_executor_t *executor
        lg_lane_t *lane
        const lg_bind_t *lanes
        uint64_t lane_count
        const char *name

    lg_unit_t *lg_plan_unit(const lg_plan_t *plan, uint32_t index)
    lg_status_t lg_plan_create(lg_program_t *program, const lg_plan_desc_t *desc, lg_plan_t **out_plan,
                               lg_error_t *err)
    void lg_plan_retain(lg_plan_t *plan)
    void lg_plan_release(lg_plan_t *plan)
    size_t lg_plan_arena_bytes(const lg_plan_t *plan)
    size_t lg_plan_arena_bound_bytes(const lg_plan_t *plan)
    size_t lg_plan_packed_bytes(const lg_plan_t *plan)
    size_t lg_plan_ready_bytes(const lg_plan_t *plan)
    uint32_t lg_plan_record_count(const lg_plan_t *plan)
    double lg_plan_expected_ns(const lg_plan_t *plan)

    ctypedef struct lg_plan_row_t:
        uint32_t size
        uint32_t abi
        const char *op
        const char *path
        const char *device
        const char *kernel
        const char *why
        double cost_ns
        uint64_t packed_bytes
        uint32_t source_count
        uint32_t choice
        lg_view_t type
        char place[96]
        char why_not[192]
        char hooks[192]
        const char *lane
        uint32_t strand
        uint32_t fork
        char units[192]
        const char *block

    uint32_t lg_plan_row_count(const lg_plan_t *plan)
    lg_status_t lg_plan_row(const lg_plan_t *plan, uint32_t index, lg_plan_row_t *out_row, lg_error_t *err)
    ctypedef struct lg_price_t:
        uint64_t key
        double value

    enum:
        LG_PRICE_ALL

    lg_status_t lg_context_set_prices(lg_context_t *context, const lg_price_t *prices, size_t count,
                                      lg_error_t *err)

    ctypedef struct lg_row_price_t:
        uint64_t call
        uint64_t band
        double work_ns

    void lg_plan_row_price(const lg_plan_t *plan, uint32_t index, lg_row_price_t *out_price)
    uint32_t lg_plan_row_input(const lg_plan_t *plan, uint32_t index, uint32_t input)
    uint32_t lg_plan_row_source(const lg_plan_t *plan, uint32_t index, uint32_t source)
    const char *lg_plan_choice(const lg_plan_t *plan, uint32_t index)
    lg_plan_t *lg_plan_alternative(const lg_plan_t *plan, uint32_t index, uint32_t alternative)
    const char *lg_plan_pass_off(const lg_plan_t *plan, uint32_t index)
    lg_status_t lg_plan_format(const lg_plan_t *plan, lg_text_t **out_text, lg_error_t *err)


cdef extern from "legato/trace.h" nogil:
    ctypedef struct lg_trace_t:
        pass

    enum:
        LG_TRACE_RUN
        LG_TRACE_RECORD
        LG_TRACE_SHARE
        LG_TRACE_OP
        LG_TRACE_MOVE
        LG_TRACE_WAIT
        LG_TRACE_HOLD
        LG_TRACE_CHOICE

    ctypedef struct lg_trace_row_t:
        uint32_t size
        uint32_t abi
        const void *plan
        uint32_t kind
        uint32_t run
        uint32_t record
        uint32_t plan_row
        int32_t worker
        int32_t status
        int64_t thread
        int64_t begin_ns
        int64_t end_ns
        double expected_ns
        const char *op
        const char *path
        const char *kernel
        const char *device
        const char *what
        char lane[16]

    lg_status_t lg_trace_create(lg_context_t *context, uint64_t capacity, lg_trace_t **out_trace,
                                lg_error_t *err)
    void lg_trace_retain(lg_trace_t *trace)
    void lg_trace_release(lg_trace_t *trace)
    uint64_t lg_trace_count(const lg_trace_t *trace)
    uint64_t lg_trace_lost(const lg_trace_t *trace)
    lg_status_t lg_trace_row(const lg_trace_t *trace, uint64_t index, lg_trace_row_t *out_row,
                             lg_error_t *err)
    lg_status_t lg_trace_format(const lg_trace_t *trace, lg_text_t **out_text, lg_error_t *err)


cdef extern from "legato/app.h" nogil:
    ctypedef struct lg_app_t:
        pass

    ctypedef struct lg_model_t:
        pass

    ctypedef struct lg_call_t:
        pass

    ctypedef struct lg_open_desc_t:
        uint32_t size
        uint32_t abi
        lg_context_t *context
        const char *const *plugins
        uint64_t plugin_count
        uint64_t strict
        const lg_bind_t *binds
        uint64_t bind_count

    lg_status_t lg_app_open(const char *path, const lg_open_desc_t *desc, lg_app_t **out_app, lg_error_t *err)
    lg_status_t lg_app_open_bytes(const void *data, size_t bytes, const char *name,
                                  const lg_open_desc_t *desc,
                                  lg_app_t **out_app, lg_error_t *err)
    void lg_app_close(lg_app_t *app)
    uint32_t lg_app_model_count(const lg_app_t *app)
    const char *lg_app_model_name(const lg_app_t *app, uint32_t index)
    lg_status_t lg_app_model(lg_app_t *app, const char *name, lg_model_t **out_model, lg_error_t *err)
    const char *lg_app_lane_name(const lg_app_t *app, uint32_t index)
    const char *lg_app_unit_name(const lg_app_t *app, uint32_t index)
    lg_status_t lg_app_lane(lg_app_t *app, const char *name, lg_lane_t **out_lane, lg_error_t *err)
    void lg_model_retain(lg_model_t *model)
    void lg_model_release(lg_model_t *model)
    lg_program_t *lg_model_program(const lg_model_t *model)
    lg_plan_t *lg_model_plan(const lg_model_t *model)
    lg_lane_t *lg_model_lane(const lg_model_t *model)
    const lg_bind_t *lg_model_bind(const lg_model_t *model, uint32_t index)
    uint32_t lg_model_rule_count(const lg_model_t *model)
    lg_rule_t lg_model_rule(const lg_model_t *model, uint32_t index)
    const char *lg_model_pass_off(const lg_model_t *model, uint32_t index)
    lg_status_t lg_model_create(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count,
                                lg_model_t **out_model, lg_error_t *err)
    lg_status_t lg_model_create_program(lg_program_t *program, const lg_plan_desc_t *desc,
                                        lg_model_t **out_model, lg_error_t *err)
    lg_status_t lg_model_create_choice(const lg_choice_t *choice, lg_model_t *const *models,
                                       size_t model_count, lg_model_t **out_model, lg_error_t *err)
    const char *lg_model_choice(const lg_model_t *model)
    lg_model_t *lg_model_alternative(const lg_model_t *model, uint32_t index)
    lg_status_t lg_model_specialize(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                    lg_model_t **out_model, lg_error_t *err)
    lg_status_t lg_model_install(lg_model_t *model, lg_model_t *fixed, lg_error_t *err)
    void lg_model_set_capacity(lg_model_t *model, uint32_t capacity)
    lg_status_t lg_model_add_signature(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                       lg_error_t *err)
    lg_status_t lg_model_signature(lg_model_t *model, uint32_t index, lg_view_t *out_types, uint32_t count,
                                   lg_error_t *err)
    lg_model_t *lg_model_planned_at(lg_model_t *model, uint32_t index)
    lg_status_t lg_model_format(lg_model_t *model, lg_text_t **out_text, lg_error_t *err)

    ctypedef struct lg_model_part_t:
        uint32_t size
        uint32_t abi
        const char *name
        const char *path
        lg_model_t *models[2]
        const char *names[2]
        uint32_t op
        char why[128]

    uint32_t lg_model_part_count(const lg_model_t *model)
    lg_status_t lg_model_part(const lg_model_t *model, uint32_t index, lg_model_part_t *out_part,
                              lg_error_t *err)
    lg_status_t lg_model_plan_parts(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                    uint32_t *out_open, lg_error_t *err)

    ctypedef struct lg_save_desc_t:
        uint32_t size
        uint32_t abi
        uint64_t portable
        uint64_t prepack

    lg_status_t lg_app_save(const char *path, const char *const *names, lg_model_t *const *models,
                            size_t model_count, const lg_save_desc_t *desc, lg_error_t *err)

    lg_status_t lg_app_roles(lg_model_t *const *models, size_t model_count, lg_text_t **out_text,
                             lg_error_t *err)

    lg_status_t lg_call_create(lg_model_t *model, lg_call_t **out_call, lg_error_t *err)
    void lg_call_release(lg_call_t *call)
    lg_status_t lg_call_bind(lg_call_t *call, const char *name, const lg_view_t *view, lg_error_t *err)
    lg_status_t lg_call_bind_at(lg_call_t *call, uint32_t index, void *data, lg_error_t *err)
    lg_status_t lg_call_state(lg_call_t *call, const char *name, lg_view_t *out_view, lg_error_t *err)
    void lg_call_set_lane(lg_call_t *call, lg_lane_t *lane)
    lg_status_t lg_call_reset_states(lg_call_t *call, lg_error_t *err)
    lg_status_t lg_call_run(lg_call_t *call, int64_t timeout_ns, lg_error_t *err)
    lg_status_t lg_call_install(lg_call_t *call, lg_model_t *model, lg_error_t *err)
    lg_status_t lg_call_input(lg_call_t *call, const char *name, uint32_t index, lg_view_t *out_view,
                              lg_error_t *err)
    int64_t lg_clock_ns()

    ctypedef struct lg_run_desc_t:
        uint32_t size
        uint32_t abi
        int64_t deadline_ns
        int32_t priority
        uint32_t reserved
        lg_lane_t *lane

    lg_status_t lg_call_run_as(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err)
    lg_status_t lg_call_start(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err)
    lg_status_t lg_call_wait(lg_call_t *call, int64_t timeout_ns, lg_error_t *err)
    int32_t lg_call_notify(lg_call_t *call,
                           void (*fn)(void *user, lg_status_t status, const lg_error_t *error) noexcept nogil,
                           void *user)
    int32_t lg_call_done(lg_call_t *call)
    void lg_call_cancel(lg_call_t *call)
    lg_status_t lg_call_trace(lg_call_t *call, lg_trace_t *trace, lg_error_t *err)
    void lg_call_watch(lg_call_t *call, int32_t (*fn)(void *user) noexcept nogil, void *user)
    lg_plan_t *lg_call_plan(const lg_call_t *call)
    lg_status_t lg_call_output(lg_call_t *call, const char *name, uint32_t index, lg_view_t *out_view,
                               lg_error_t *err)


# What the core alone uses. Modules of other packages that cimport the core see this file too, and the
# engine's own headers are not installed; they get a stand-in, since they cannot use it.
cdef extern from * nogil:
    """
    #if defined(__has_include)
    #if __has_include("op/eager.h")
    #include "op/eager.h"
    #include "op/registry.h"
    #include "run/call.h"
    #include "run/spread.h"
    #include "signal/selector.h"
    #include "tensor/buffer.h"
    #define LG_HAS_EAGER 1
    #endif
    #endif
    #ifndef LG_HAS_EAGER
    typedef struct lg_eager { lg_kernel_call_t call; } lg_eager_t;
    #endif

    // Where the thread keeps its current handler (see dispatch.pyx, the only user).
    static inline void **lg_handler_slot(void) {
        static _Thread_local void *slot;
        return &slot;
    }
    // The thread's lane (dispatch.pyx), its visits, and the worker that it is (lane.pyx).
    static inline void **lg_lane_slot(void) {
        static _Thread_local void *slot;
        return &slot;
    }
    static inline void **lg_visit_slot(void) {
        static _Thread_local void *slot;
        return &slot;
    }
    static inline void **lg_worker_slot(void) {
        static _Thread_local void *slot;
        return &slot;
    }
    // Counts that several threads change; read plainly where a stale value does no harm.
    static inline int lg_count_add(int *count, int amount) {
        return __atomic_add_fetch(count, amount, __ATOMIC_SEQ_CST);
    }
    // Products and sums of sizes that strangers chose: non-zero when they do not fit.
    static inline int lg_mul_overflows(int64_t a, int64_t b, int64_t *out) {
        return __builtin_mul_overflow(a, b, out);
    }
    static inline int lg_add_overflows(int64_t a, int64_t b, int64_t *out) {
        return __builtin_add_overflow(a, b, out);
    }
    """
    ctypedef struct lg_eager_t:
        lg_kernel_call_t call

    lg_status_t lg_eager_prepare(lg_context_t *context, uint32_t op, const lg_tensor_t *const *ins,
                                 uint32_t in_count, const void *attrs, lg_tensor_t *outs, uint32_t out_count,
                                 lg_eager_t *eager, lg_error_t *err)
    bint lg_plan_matches(const char *pattern, const char *text)
    lg_status_t lg_eager_copy(lg_context_t *context, const lg_view_t *input, const lg_view_t *out,
                              lg_error_t *err)
    lg_status_t lg_eager_check_out(const char *name, const lg_view_t *wanted, const lg_view_t *given,
                                   lg_error_t *err)
    lg_status_t lg_tensor_recycle(lg_context_t *context, lg_buffer_t **slots, uint32_t slot_count,
                                  lg_tensor_t *tensor, lg_error_t *err)
    lg_status_t lg_eager_run(lg_eager_t *eager, lg_tensor_t *outs, uint32_t out_count, lg_error_t *err)
    lg_status_t lg_spread_eager(lg_lane_t *lane, lg_eager_t *eager, lg_tensor_t *outs, uint32_t out_count,
                                lg_error_t *err)
    void **lg_handler_slot()
    void **lg_lane_slot()
    void **lg_visit_slot()
    void **lg_worker_slot()
    int lg_count_add(int *count, int amount)
    bint lg_mul_overflows(int64_t a, int64_t b, int64_t *out)
    bint lg_add_overflows(int64_t a, int64_t b, int64_t *out)
    lg_status_t lg_call_take_output(lg_call_t *call, uint32_t index, lg_tensor_t *out_tensor, lg_error_t *err)
    lg_status_t lg_trace_eager(lg_trace_t *trace, lg_lane_t *lane, uint32_t dtype, lg_eager_t *eager,
                               lg_tensor_t *outs, uint32_t out_count, lg_error_t *err)

    ctypedef struct lg_selector_t:
        pass

    ctypedef struct lg_selector_scope_t:
        pass

    lg_status_t lg_selector_create(lg_context_t *context, const lg_choice_t *choice,
                                   const lg_selector_scope_t *inputs, lg_selector_t **out_selector,
                                   lg_error_t *err)
    void lg_selector_release(lg_selector_t *selector)
    lg_status_t lg_selector_pick(const lg_selector_t *selector, int32_t priority, int64_t deadline_ns,
                                 uint32_t *out_index, lg_error_t *err)
