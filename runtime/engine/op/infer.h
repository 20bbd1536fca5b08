/* SPDX-License-Identifier: Apache-2.0
 *
 * The named shape and dtype rules that op rows refer to (runtime/schema/ops). engine/gen/ops.c calls them
 * with the attributes of each op; one rule serves several ops, and no other shape rule exists.
 */
#ifndef LEGATO_ENGINE_INFER_H_
#define LEGATO_ENGINE_INFER_H_

#include <legato/op.h>
#include <string.h>

#include "base/check.h"

#define LG_RULE_INS 10  // operands that a row describes one by one; a variadic op describes one

// What an op row says about operands. Generated, static.
typedef struct lg_op_rule {
    const lg_op_info_t *info;
    uint16_t in_types[LG_RULE_INS];  // dtypes of input i as bits 1 << lg_dtype_t; VARIADIC: entry 0 for all
    uint32_t attrs_required;         // bit i: attribute i has no default
    // The common case of pointwise ops: `plain_ins` inputs (1 or 2) of one shape and one of `plain_types`,
    // default attributes. The result is of plain_dtype, or like the inputs where that is 0. No types: no
    // such case.
    uint16_t plain_types;
    uint8_t plain_ins;
    uint8_t plain_dtype;
} lg_op_rule_t;

// One inference under way.
typedef struct lg_infer {
    const lg_op_rule_t *rule;
    const char *name;  // of the op, for messages
    const lg_view_t *const *ins;
    uint32_t in_count;
    // Of the output being inferred, set by the dtype rule: output 0, until lg_infer_select takes another. The
    // dtype rules of an op with several outputs have already written that of each to outs[i].dtype.
    lg_dtype_t dtype;
    lg_view_t *out;
    lg_view_t *outs;
    uint32_t out_count;
    lg_error_t *err;
} lg_infer_t;

// ---- before the rules -------------------------------------------------------------------------------

// Infers the common case of pointwise ops and returns true, or returns false and leaves it to the rules.
static inline bool lg_infer_plain(const lg_op_rule_t *rule, const lg_view_t *const *ins, uint32_t in_count,
                                  lg_view_t *out) {
    if (rule->plain_types == 0 || in_count != rule->plain_ins || ins == NULL) {
        return false;
    }
    const lg_view_t *a = ins[0];
    const lg_view_t *b = ins[in_count - 1];
    if (a == NULL || b == NULL || a->dtype != b->dtype || a->rank != b->rank || a->dtype >= LG_DTYPE_COUNT ||
        a->rank > LG_MAX_RANK || (rule->plain_types >> a->dtype & 1) == 0) {
        return false;
    }
    uint64_t stride = 1;
    for (uint32_t i = a->rank; i-- > 0;) {
        int64_t extent = a->shape[i];
        if (extent != b->shape[i]) {
            return false;
        }
        out->shape[i] = extent;
        out->strides[i] = (int64_t)stride;
        stride *=
            extent > 1 ? (uint64_t)extent : 1;  // cannot overflow: the input passed the check in 64 bits
    }
    static const uint8_t zero[sizeof out->reserved] = {0};
    out->data = NULL;
    out->elem_count = a->elem_count;
    out->dtype = rule->plain_dtype != 0 ? rule->plain_dtype : a->dtype;
    out->rank = a->rank;
    out->flags = LG_VIEW_CONTIGUOUS;
    memcpy(out->reserved, zero, sizeof zero);
    return true;
}

// Checks counts, absent inputs, ranks and dtypes of the operands against the row.
lg_status_t lg_infer_operands(const lg_op_rule_t *rule, const lg_view_t *const *ins, uint32_t in_count,
                              const lg_view_t *outs, uint32_t out_count, lg_error_t *err);

// Whether a view has a rank and one of `types`.
static inline bool lg_infer_accepts(const lg_view_t *view, uint32_t types) {
    return view != NULL && view->rank <= LG_MAX_RANK && view->dtype < LG_DTYPE_COUNT &&
           (types >> view->dtype & 1) != 0;
}

// Checks what can be said of an attribute by its kind: given at all, list length, enum value, flag, dtype.
// Slow; called where one of the quick tests below said no, to say which and why.
lg_status_t lg_infer_attrs(const lg_op_rule_t *rule, const void *attrs, lg_error_t *err);

// `least` is 0 for a list that must be given, else -1.
static inline bool lg_attr_ints_ok(const lg_ints_t *ints, int64_t least) {
    return ints->count >= least && ints->count <= LG_MAX_INTS;
}
static inline bool lg_attr_floats_ok(const lg_floats_t *floats, int64_t least) {
    return floats->count >= least && floats->count <= LG_MAX_INTS;
}
static inline bool lg_attr_scalar_ok(const lg_scalar_t *scalar) {
    return scalar->kind == LG_SCALAR_INT || scalar->kind == LG_SCALAR_FLOAT ||
           (scalar->kind == LG_SCALAR_BOOL && (uint64_t)scalar->value.i <= 1);
}
// Enums, flags and dtypes: a number from `least` to `most`.
static inline bool lg_attr_choice_ok(int64_t value, int64_t least, int64_t most) {
    return value >= least && value <= most;
}

// In the shape rule of an op with several outputs: `dtype` and `out` become those of output `index`.
static inline void lg_infer_select(lg_infer_t *c, uint32_t index) {
    c->out = &c->outs[index];
    c->dtype = (lg_dtype_t)c->out->dtype;
}

// ---- for shape rules ---------------------------------------------------------------------------------

// Sets the error of inference `c`, with the op's name in front, and returns its code.
#define LG_FAIL(c, CODE, format, ...) \
    lg_error_set((c)->err, (CODE), (c)->name, "%s: " format, (c)->name, __VA_ARGS__)
#define LG_NEED(c, condition, CODE, ...)          \
    do {                                          \
        if (!(condition)) {                       \
            return LG_FAIL(c, CODE, __VA_ARGS__); \
        }                                         \
    } while (0)

// Completes `c->out` from `c->dtype` and its shape, which the rule has written to out->shape.
lg_status_t lg_infer_finish(lg_infer_t *c, uint32_t rank);
// The output has the shape of `in`.
lg_status_t lg_infer_copy_shape(lg_infer_t *c, const lg_view_t *in);
// Resolves a possibly negative axis of a rank.
lg_status_t lg_infer_axis(lg_infer_t *c, const char *attr, int64_t axis, uint32_t rank, uint32_t *out_axis);
// Resolves a list of axes to a bit mask; a list that is absent yields all axes. Duplicates are errors.
lg_status_t lg_infer_axes(lg_infer_t *c, const char *attr, const lg_ints_t *axes, uint32_t rank,
                          uint32_t *out_mask);
// Refuses a result of more than LG_MAX_RANK axes.
lg_status_t lg_infer_rank(lg_infer_t *c, uint32_t rank);
// Whether a number can be one of the result's dtype.
lg_status_t lg_infer_scalar_fits(lg_infer_t *c, const char *attr, const lg_scalar_t *scalar);
// The product of `count` extents, each >= 0, or an OVERFLOW error.
lg_status_t lg_infer_product(lg_infer_t *c, const int64_t *dims, uint32_t count, int64_t *out_product);

// Room for what messages say of operands: a view with eight large extents is cut, which a message survives.
typedef struct lg_infer_text {
    char chars[128];
} lg_infer_text_t;

static inline const char *lg_infer_format(const lg_view_t *view, lg_infer_text_t *text) {
    return lg_view_format(view, text->chars, sizeof text->chars);
}
const char *lg_infer_format_dims(const int64_t *dims, int64_t count, lg_infer_text_t *text);

// ---- dtype rules: set c->dtype ----------------------------------------------------------------------

// That of input `index`.
lg_status_t lg_dtype_same(lg_infer_t *c, uint32_t index);
static inline lg_status_t lg_dtype_fixed(lg_infer_t *c, lg_dtype_t dtype) {
    c->dtype = dtype;
    return LG_OK;
}
lg_status_t lg_dtype_bool(lg_infer_t *c);
lg_status_t lg_dtype_i64(lg_infer_t *c);
// The dtype that an attribute names.
lg_status_t lg_dtype_attr(lg_infer_t *c, int64_t dtype);
// Same as input 0; integers need a rounding mode.
lg_status_t lg_dtype_div(lg_infer_t *c, int64_t rounding_mode);
// `dtype` if given, else from the kind of `value`: f32, i64 or bool.
lg_status_t lg_dtype_scalar(lg_infer_t *c, int64_t dtype, const lg_scalar_t *value);
// `dtype` if given, else f32 when one of the scalars is a float, else i64.
lg_status_t lg_dtype_arange(lg_infer_t *c, int64_t dtype, const lg_scalar_t *start, const lg_scalar_t *stop,
                            const lg_scalar_t *step);

// `dtype` if given, else f32.
lg_status_t lg_dtype_or_f32(lg_infer_t *c, int64_t dtype);

// ---- shape rules: fill *c->out ----------------------------------------------------------------------

lg_status_t lg_shape_broadcast(lg_infer_t *c);  // NumPy broadcasting over the inputs that are there
lg_status_t lg_shape_reduce(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims);
// As reduce, but a reduced axis must not be empty: there is no largest element of nothing.
lg_status_t lg_shape_reduce_nonempty(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims);
// As reduce_nonempty over one axis, or over all elements when none is given.
lg_status_t lg_shape_arg_reduce(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims);
// Over all axes behind the first two, which stay; none of them may be empty.
lg_status_t lg_shape_global_pool(lg_infer_t *c);
lg_status_t lg_shape_global_lp_pool(lg_infer_t *c, double norm_type);
lg_status_t lg_shape_softmax(lg_infer_t *c, int64_t axis);
lg_status_t lg_shape_layer_norm(lg_infer_t *c, int64_t axis, double eps);
lg_status_t lg_shape_matmul(lg_infer_t *c);
lg_status_t lg_shape_linear(lg_infer_t *c);
lg_status_t lg_shape_conv(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                          const lg_ints_t *dilation, int64_t groups, int64_t auto_pad);
lg_status_t lg_shape_conv_transpose(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                    const lg_ints_t *output_padding, const lg_ints_t *dilation,
                                    int64_t groups, const lg_ints_t *output_shape, int64_t auto_pad);
// As their op without "fused_", with an addend of the result's shape.
lg_status_t lg_shape_fused_conv(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                const lg_ints_t *dilation, int64_t groups, int64_t auto_pad);
lg_status_t lg_shape_fused_linear(lg_infer_t *c);
lg_status_t lg_shape_fused_matmul(lg_infer_t *c);
// Broadcasts, and checks the steps: pointwise ops of f32 with the operands that they take.
lg_status_t lg_shape_chain(lg_infer_t *c, const lg_ints_t *ops, const lg_ints_t *a, const lg_ints_t *b,
                           const lg_ints_t *third, const lg_floats_t *alpha, const lg_floats_t *beta);
// `dilation` may be NULL.
lg_status_t lg_shape_pool(lg_infer_t *c, const lg_ints_t *kernel_size, const lg_ints_t *stride,
                          const lg_ints_t *padding, const lg_ints_t *dilation, int64_t ceil_mode,
                          int64_t auto_pad);
lg_status_t lg_shape_lp_pool(lg_infer_t *c, double norm_type, const lg_ints_t *kernel_size,
                             const lg_ints_t *stride, const lg_ints_t *padding, const lg_ints_t *dilation,
                             int64_t ceil_mode, int64_t auto_pad);
lg_status_t lg_shape_reshape(lg_infer_t *c, const lg_ints_t *shape);
lg_status_t lg_shape_transpose(lg_infer_t *c, const lg_ints_t *axes);
lg_status_t lg_shape_expand(lg_infer_t *c, const lg_ints_t *shape);
lg_status_t lg_shape_concat(lg_infer_t *c, int64_t axis);
lg_status_t lg_shape_slice(lg_infer_t *c, const lg_ints_t *starts, const lg_ints_t *ends,
                           const lg_ints_t *axes, const lg_ints_t *steps);
lg_status_t lg_shape_pad(lg_infer_t *c, const lg_ints_t *pads, int64_t mode, const lg_scalar_t *value);
lg_status_t lg_shape_gather(lg_infer_t *c, int64_t axis);
lg_status_t lg_shape_squeeze(lg_infer_t *c, const lg_ints_t *axis);
lg_status_t lg_shape_unsqueeze(lg_infer_t *c, const lg_ints_t *axis);
lg_status_t lg_shape_flatten(lg_infer_t *c, int64_t start_axis, int64_t end_axis);
lg_status_t lg_shape_full(lg_infer_t *c, const lg_ints_t *shape, const lg_scalar_t *value);
lg_status_t lg_shape_arange(lg_infer_t *c, const lg_scalar_t *start, const lg_scalar_t *stop,
                            const lg_scalar_t *step);

// infer_layout.c
lg_status_t lg_shape_identity(lg_infer_t *c);
lg_status_t lg_shape_bitcast(lg_infer_t *c, int64_t dtype);
lg_status_t lg_shape_flip(lg_infer_t *c, const lg_ints_t *axis);
lg_status_t lg_shape_roll(lg_infer_t *c, const lg_ints_t *shift, const lg_ints_t *axis);
lg_status_t lg_shape_matrix(lg_infer_t *c);  // as identity, of rank 2 or more
lg_status_t lg_shape_tile(lg_infer_t *c, const lg_ints_t *repeats);
lg_status_t lg_shape_one_hot(lg_infer_t *c, int64_t depth, int64_t axis, const lg_scalar_t *on_value,
                             const lg_scalar_t *off_value);
lg_status_t lg_shape_depth_to_space(lg_infer_t *c, int64_t block);
lg_status_t lg_shape_space_to_depth(lg_infer_t *c, int64_t block);
lg_status_t lg_shape_eye(lg_infer_t *c, int64_t rows, int64_t columns);
lg_status_t lg_shape_gather_elements(lg_infer_t *c, int64_t axis);

// infer_indexing.c
lg_status_t lg_count_split(lg_infer_t *c, const lg_ints_t *sizes, int64_t num_outputs, uint32_t *out_count);
lg_status_t lg_shape_split(lg_infer_t *c, const lg_ints_t *sizes, int64_t num_outputs, int64_t axis);
lg_status_t lg_shape_stack(lg_infer_t *c, int64_t axis);
lg_status_t lg_shape_top_k(lg_infer_t *c, int64_t k, int64_t axis);
lg_status_t lg_shape_sort(lg_infer_t *c, int64_t axis);
lg_status_t lg_shape_gather_nd(lg_infer_t *c, int64_t batch_dims);
lg_status_t lg_shape_scatter_nd(lg_infer_t *c);
lg_status_t lg_shape_scatter_elements(lg_infer_t *c, int64_t axis);
lg_status_t lg_shape_reverse_sequence(lg_infer_t *c, int64_t time_axis, int64_t batch_axis);
lg_status_t lg_shape_non_zero(lg_infer_t *c);
lg_status_t lg_shape_compress(lg_infer_t *c, const lg_ints_t *axis);
lg_status_t lg_shape_unique(lg_infer_t *c, const lg_ints_t *axis);
lg_status_t lg_shape_shape(lg_infer_t *c, int64_t start, int64_t end);
lg_status_t lg_shape_size(lg_infer_t *c);
// As pool, for two outputs of the same shape.
lg_status_t lg_shape_pool_with_indices(lg_infer_t *c, const lg_ints_t *kernel_size, const lg_ints_t *stride,
                                       const lg_ints_t *padding, const lg_ints_t *dilation, int64_t ceil_mode,
                                       int64_t auto_pad);

// infer_vision.c
lg_status_t lg_shape_non_max_suppression(lg_infer_t *c, int64_t max_output_boxes_per_class,
                                         double iou_threshold);
lg_status_t lg_shape_adaptive_pool(lg_infer_t *c, const lg_ints_t *output_size);
lg_status_t lg_shape_max_unpool(lg_infer_t *c, const lg_ints_t *kernel_size, const lg_ints_t *stride,
                                const lg_ints_t *padding, const lg_ints_t *output_size);
lg_status_t lg_shape_resize(lg_infer_t *c, const lg_ints_t *size, const lg_floats_t *scale_factor,
                            int64_t mode, int64_t transform, int64_t nearest_mode, double cubic_coeff_a,
                            int64_t exclude_outside, double extrapolation_value, int64_t antialias,
                            const lg_ints_t *axes, int64_t policy, const lg_floats_t *roi);
lg_status_t lg_shape_grid_sample(lg_infer_t *c);
lg_status_t lg_shape_affine_grid(lg_infer_t *c, const lg_ints_t *size);
lg_status_t lg_shape_roi_align(lg_infer_t *c, int64_t output_height, int64_t output_width,
                               int64_t sampling_ratio, double spatial_scale);
lg_status_t lg_shape_crop_and_resize(lg_infer_t *c, const lg_ints_t *crop_size);
lg_status_t lg_shape_image_normalize(lg_infer_t *c, const lg_floats_t *mean, const lg_floats_t *std,
                                     double scale, int64_t layout);
lg_status_t lg_shape_col2im(lg_infer_t *c, const lg_ints_t *output_size, const lg_ints_t *kernel_size,
                            const lg_ints_t *stride, const lg_ints_t *padding, const lg_ints_t *dilation);
// infer_quant.c
// That of zero_point (input 2) if given, else `dtype` if given, else u8.
lg_status_t lg_dtype_quantize(lg_infer_t *c, int64_t dtype);
lg_status_t lg_shape_quantize(lg_infer_t *c, int64_t axis, int64_t block_size);
lg_status_t lg_shape_matmul_integer(lg_infer_t *c);
lg_status_t lg_dtype_scale(lg_infer_t *c);         // that of input 1
lg_status_t lg_dtype_y_zero_point(lg_infer_t *c);  // that of input 7
lg_status_t lg_shape_qlinear_matmul(lg_infer_t *c);
lg_status_t lg_shape_conv_integer(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                  const lg_ints_t *dilation, int64_t groups, int64_t auto_pad);
lg_status_t lg_shape_qlinear_conv(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                  const lg_ints_t *dilation, int64_t groups, int64_t auto_pad);
lg_status_t lg_shape_dynamic_quantize(lg_infer_t *c);

// infer_signal.c
// `dtype` if given, else f32; no other than f32 and f64.
lg_status_t lg_dtype_float_attr(lg_infer_t *c, int64_t dtype);
lg_status_t lg_shape_dft(lg_infer_t *c, int64_t dft_length, int64_t axis, int64_t inverse, int64_t onesided);
lg_status_t lg_shape_stft(lg_infer_t *c, int64_t frame_step, int64_t frame_length, int64_t onesided);
lg_status_t lg_shape_vector(lg_infer_t *c, int64_t size);
lg_status_t lg_shape_mel(lg_infer_t *c, int64_t num_mel_bins, int64_t dft_length, int64_t sample_rate,
                         double lower_edge_hertz, double upper_edge_hertz);

// infer_norm.c
lg_status_t lg_shape_batch_norm(lg_infer_t *c, double eps);
lg_status_t lg_shape_instance_norm(lg_infer_t *c, double eps);
lg_status_t lg_shape_group_norm(lg_infer_t *c, int64_t num_groups, double eps);
lg_status_t lg_shape_lp_norm(lg_infer_t *c, int64_t axis, int64_t p);
lg_status_t lg_shape_lrn(lg_infer_t *c, int64_t size, double alpha, double beta, double k);

// infer_recurrent.c
lg_status_t lg_shape_lstm(lg_infer_t *c, int64_t direction, int64_t layout, double clip);
lg_status_t lg_shape_gru(lg_infer_t *c, int64_t direction, int64_t layout, double clip);
lg_status_t lg_shape_rnn(lg_infer_t *c, int64_t direction, int64_t layout, double clip);

// infer_attention.c
lg_status_t lg_shape_attention(lg_infer_t *c, double scale, double softcap);

// ---- shared with aliasing and cost ------------------------------------------------------------------

// Where a slice of one axis starts, and how many elements it takes, after NumPy's clamping. `step` is not 0.
static inline int64_t lg_slice_clamp(int64_t extent, int64_t start, int64_t end, int64_t step,
                                     int64_t *out_count) {
    int64_t low = step < 0 ? -1 : 0;
    int64_t high = step < 0 ? extent - 1 : extent;
    start = start < 0 ? (start < -extent ? low : start + extent) : start;
    end = end < 0 ? (end < -extent ? low : end + extent) : end;
    start = start > high ? high : start;
    end = end > high ? high : end;
    uint64_t distance =
        step < 0 ? (start > end ? (uint64_t)(start - end) : 0) : (end > start ? (uint64_t)(end - start) : 0);
    uint64_t stride = step < 0 ? 0 - (uint64_t)step : (uint64_t)step;
    *out_count = (int64_t)(stride == 1 || distance == 0 ? distance : (distance - 1) / stride + 1);
    return start;
}

// Bytes that an op with LG_OP_FLAG_VIEW moves: none where it aliases its input, all where it must copy.
double lg_cost_view_bytes(const lg_op_view_t *view);
// Elements of the spatial axes (those behind the first two) of an operand.
double lg_cost_spatial(const lg_view_t *view);
// Elements of a pooling window over `rank` spatial axes.
double lg_cost_window(const lg_ints_t *kernel_size, uint32_t rank);

static inline double lg_cost_bytes(const lg_view_t *view) {
    return view != NULL ? (double)view->elem_count * (double)lg_dtype_size((lg_dtype_t)view->dtype) : 0;
}
static inline double lg_cost_elems(const lg_view_t *view) {
    return view != NULL ? (double)view->elem_count : 0;
}
// The extent of one axis, counted from the end when negative; 1 where the axis does not exist.
static inline double lg_cost_dim(const lg_view_t *view, int32_t axis) {
    int32_t i = view == NULL ? -1 : axis < 0 ? axis + view->rank : axis;
    return view != NULL && i >= 0 && i < view->rank ? (double)view->shape[i] : 1;
}

#endif  // LEGATO_ENGINE_INFER_H_
