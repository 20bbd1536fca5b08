// SPDX-License-Identifier: Apache-2.0
// Shape and dtype rules. Programs from files come through here as well as calls by hand, so nothing is
// assumed of counts, attributes or extents: every check is made here and kernels make none.
#include "op/infer.h"

#include <legato/window.h>
#include <stdio.h>
#include <string.h>

#define LG_TEXT_BYTES 128  // a view with eight large extents is cut, which a message survives

typedef struct infer_text {
    char chars[LG_TEXT_BYTES];
} infer_text_t;

static const char *infer_format(const lg_view_t *view, infer_text_t *text) {
    return lg_view_format(view, text->chars, sizeof text->chars);
}

static const char *infer_format_dims(const int64_t *dims, int64_t count, infer_text_t *text) {
    size_t used = (size_t)snprintf(text->chars, sizeof text->chars, "[");
    for (int64_t i = 0; i < count && used < sizeof text->chars; i++) {
        int written = snprintf(text->chars + used, sizeof text->chars - used, i == 0 ? "%lld" : ",%lld",
                               (long long)dims[i]);
        used += written > 0 ? (size_t)written : 0;
    }
    if (used < sizeof text->chars) {
        snprintf(text->chars + used, sizeof text->chars - used, "]");
    }
    return text->chars;
}

static const char *infer_format_types(uint32_t types, infer_text_t *text) {
    size_t used = 0;
    text->chars[0] = '\0';
    for (uint32_t i = 1; i < LG_DTYPE_COUNT && used < sizeof text->chars; i++) {
        if (types >> i & 1) {
            int written = snprintf(text->chars + used, sizeof text->chars - used, used == 0 ? "%s" : " %s",
                                   lg_dtype_name((lg_dtype_t)i));
            used += written > 0 ? (size_t)written : 0;
        }
    }
    return text->chars;
}

// The name of input `index`; operands of a variadic op share one name.
static const char *infer_input(const lg_op_rule_t *rule, uint32_t index) {
    return rule->info->in_names[rule->info->flags & LG_OP_FLAG_VARIADIC ? 0 : index];
}

// ---- operands and attributes ------------------------------------------------------------------------

lg_status_t lg_infer_operands(const lg_op_rule_t *rule, const lg_view_t *const *ins, uint32_t in_count,
                              const lg_view_t *outs, uint32_t out_count, lg_error_t *err) {
    const lg_op_info_t *info = rule->info;
    const char *name = info->name;
    bool count_fits = info->flags & LG_OP_FLAG_VARIADIC_OUT ? out_count >= 1 && out_count <= LG_MAX_OUTS
                                                            : out_count == info->out_count;
    LG_CHECK(err, count_fits && outs != NULL, LG_STATUS_INVALID_ARGUMENT, name,
             "%s: %u outputs given, expected %u", name, out_count, info->out_count);
    if (in_count < info->in_min || in_count > info->in_max || (in_count > 0 && ins == NULL)) {
        const char *bound = info->in_min == info->in_max ? "exactly"
                            : in_count < info->in_min    ? "at least"
                                                         : "at most";
        uint32_t wanted = in_count < info->in_min ? info->in_min : info->in_max;
        return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, name, "%s: %u inputs given, expected %s %u",
                            name, in_count, bound, wanted);
    }
    bool variadic = info->flags & LG_OP_FLAG_VARIADIC;
    for (uint32_t i = 0; i < in_count; i++) {
        const lg_view_t *view = ins[i];
        uint32_t row = variadic ? 0 : i;
        if (view == NULL) {
            LG_CHECK(err, !variadic && i >= info->in_min, LG_STATUS_INVALID_ARGUMENT, name,
                     "%s: input %s (number %u) is missing", name, infer_input(rule, i), i);
            continue;
        }
        LG_CHECK(err, view->rank <= LG_MAX_RANK, LG_STATUS_SHAPE, name,
                 "%s: %s has rank %u, at most %d is possible", name, infer_input(rule, i), view->rank,
                 LG_MAX_RANK);
        if (view->dtype >= LG_DTYPE_COUNT || (rule->in_types[row] >> view->dtype & 1) == 0) {
            infer_text_t text;
            return lg_error_set(err, LG_STATUS_DTYPE, name, "%s: %s is %s, expected one of: %s", name,
                                infer_input(rule, i), lg_dtype_name((lg_dtype_t)view->dtype),
                                infer_format_types(rule->in_types[row], &text));
        }
        // Inputs with the same letter: compare with the first that is there. Fixed dtypes are compared above.
        char letter = info->in_letters[row];
        for (uint32_t j = 0; j < i && letter != '.'; j++) {
            if (ins[j] != NULL && info->in_letters[variadic ? 0 : j] == letter) {
                LG_CHECK(err, ins[j]->dtype == view->dtype, LG_STATUS_DTYPE, name,
                         "%s: %s (number %u) is %s, expected %s as %s (number %u); cast one of them", name,
                         infer_input(rule, i), i, lg_dtype_name((lg_dtype_t)view->dtype),
                         lg_dtype_name((lg_dtype_t)ins[j]->dtype), infer_input(rule, j), j);
                break;
            }
        }
    }
    return LG_OK;
}

lg_status_t lg_infer_attrs(const lg_op_rule_t *rule, const void *attrs, lg_error_t *err) {
    const lg_op_info_t *info = rule->info;
    const char *name = info->name;
    for (uint32_t i = 0; i < info->attr_count; i++) {
        const lg_attr_info_t *attr = &info->attrs[i];
        const void *field = (const char *)attrs + attr->offset;
        bool required = rule->attrs_required >> i & 1;
        int64_t value;
        switch (attr->kind) {
            case LG_ATTR_BOOL:
                value = *(const int64_t *)field;
                LG_CHECK(err, value == 0 || value == 1, LG_STATUS_INVALID_ARGUMENT, name,
                         "%s: %s is %lld, expected 0 or 1", name, attr->name, (long long)value);
                break;
            case LG_ATTR_DTYPE:
                value = *(const int64_t *)field;
                LG_CHECK(err, !required || value != LG_DTYPE_INVALID, LG_STATUS_INVALID_ARGUMENT, name,
                         "%s: %s is missing", name, attr->name);
                LG_CHECK(err, value >= 0 && value < LG_DTYPE_COUNT, LG_STATUS_DTYPE, name,
                         "%s: %s is %lld, which is no dtype", name, attr->name, (long long)value);
                break;
            case LG_ATTR_ENUM: {
                int64_t count = 0;
                while (attr->choices[count] != NULL) {
                    count++;
                }
                value = *(const int64_t *)field;
                LG_CHECK(err, value >= 0 && value < count, LG_STATUS_INVALID_ARGUMENT, name,
                         "%s: %s is choice %lld, there are %lld", name, attr->name, (long long)value,
                         (long long)count);
                break;
            }
            case LG_ATTR_INTS:
            case LG_ATTR_FLOATS:  // both begin with their count
                value = *(const int64_t *)field;
                LG_CHECK(err, !required || value != -1, LG_STATUS_INVALID_ARGUMENT, name, "%s: %s is missing",
                         name, attr->name);
                LG_CHECK(err, value >= -1 && value <= LG_MAX_INTS, LG_STATUS_INVALID_ARGUMENT, name,
                         "%s: %s has %lld values, at most %d are possible", name, attr->name,
                         (long long)value, LG_MAX_INTS);
                break;
            case LG_ATTR_SCALAR: {
                const lg_scalar_t *scalar = field;
                LG_CHECK(err, scalar->kind >= LG_SCALAR_INT && scalar->kind <= LG_SCALAR_BOOL,
                         LG_STATUS_INVALID_ARGUMENT, name,
                         "%s: %s has kind %lld, expected int, float or bool", name, attr->name,
                         (long long)scalar->kind);
                LG_CHECK(err, scalar->kind != LG_SCALAR_BOOL || scalar->value.i == 0 || scalar->value.i == 1,
                         LG_STATUS_INVALID_ARGUMENT, name, "%s: %s is the bool %lld, expected 0 or 1", name,
                         attr->name, (long long)scalar->value.i);
                break;
            }
            default:  // INT and FLOAT: every value is possible, the rules know which are right
                break;
        }
    }
    return LG_OK;
}

// ---- helpers of the rules ---------------------------------------------------------------------------

lg_status_t lg_infer_finish(lg_infer_t *c, uint32_t rank) {
    lg_view_t *out = c->out;
    out->data = NULL;
    out->dtype = (uint8_t)c->dtype;
    out->rank = (uint8_t)rank;
    out->flags = LG_VIEW_CONTIGUOUS;
    memset(out->reserved, 0, sizeof out->reserved);
    // The product of the non-zero extents must fit even where the tensor is empty: strides are made of it.
    int64_t stride = 1;
    bool empty = false;
    bool fits = true;
    for (uint32_t i = rank; i-- > 0;) {
        out->strides[i] = stride;
        empty |= out->shape[i] == 0;
        fits &= lg_mul_i64(stride, out->shape[i] > 1 ? out->shape[i] : 1, &stride);
    }
    int64_t bytes;
    if (!fits || !lg_mul_i64(stride, (int64_t)lg_dtype_bytes((uint8_t)c->dtype), &bytes)) {
        infer_text_t text;
        return LG_FAIL(c, LG_STATUS_OVERFLOW, "the bytes of a result %s%s do not fit in 64 bits",
                       lg_dtype_name(c->dtype), infer_format_dims(out->shape, rank, &text));
    }
    out->elem_count = empty ? 0 : stride;
    return LG_OK;
}

lg_status_t lg_infer_axis(lg_infer_t *c, const char *attr, int64_t axis, uint32_t rank, uint32_t *out_axis) {
    if (axis < -(int64_t)rank || axis >= (int64_t)rank) {
        LG_NEED(c, rank > 0, LG_STATUS_INDEX, "%s is %lld, but the operand has rank 0", attr,
                (long long)axis);
        return LG_FAIL(c, LG_STATUS_INDEX, "%s is %lld, expected %d to %d for rank %u", attr, (long long)axis,
                       -(int)rank, (int)rank - 1, rank);
    }
    *out_axis = (uint32_t)(axis < 0 ? axis + rank : axis);
    return LG_OK;
}

lg_status_t lg_infer_axes(lg_infer_t *c, const char *attr, const lg_ints_t *axes, uint32_t rank,
                          uint32_t *out_mask) {
    if (axes->count == -1) {
        *out_mask = (1u << rank) - 1;
        return LG_OK;
    }
    *out_mask = 0;
    for (int64_t i = 0; i < axes->count; i++) {
        uint32_t axis = 0;
        LG_TRY(lg_infer_axis(c, attr, axes->values[i], rank, &axis));
        LG_NEED(c, (*out_mask >> axis & 1) == 0, LG_STATUS_INVALID_ARGUMENT, "%s names axis %u twice", attr,
                axis);
        *out_mask |= 1u << axis;
    }
    return LG_OK;
}

lg_status_t lg_infer_copy_shape(lg_infer_t *c, const lg_view_t *in) {
    memcpy(c->out->shape, in->shape, in->rank * sizeof in->shape[0]);
    return lg_infer_finish(c, in->rank);
}

lg_status_t lg_infer_rank(lg_infer_t *c, uint32_t rank) {
    LG_NEED(c, rank <= LG_MAX_RANK, LG_STATUS_SHAPE, "the result would have rank %u, at most %d is possible",
            rank, LG_MAX_RANK);
    return LG_OK;
}

lg_status_t lg_infer_product(lg_infer_t *c, const int64_t *dims, uint32_t count, int64_t *out_product) {
    *out_product = 1;
    bool empty = false;
    bool fits = true;
    for (uint32_t i = 0; i < count; i++) {
        empty |= dims[i] == 0;
        fits &= dims[i] == 0 || lg_mul_i64(*out_product, dims[i], out_product);
    }
    if (empty) {
        *out_product = 0;
    } else if (!fits) {
        infer_text_t text;
        return LG_FAIL(c, LG_STATUS_OVERFLOW, "the element count of %s does not fit in 64 bits",
                       infer_format_dims(dims, count, &text));
    }
    return LG_OK;
}

// Whether an integer scalar is a value of `dtype`; floats and bools are converted as by cast.
static lg_status_t infer_scalar_fits(lg_infer_t *c, const char *attr, const lg_scalar_t *scalar) {
    if (scalar->kind != LG_SCALAR_INT) {
        return LG_OK;
    }
    int64_t low = INT64_MIN;
    int64_t high = INT64_MAX;
    switch (c->dtype) {
        case LG_DTYPE_I8:
            low = INT8_MIN, high = INT8_MAX;
            break;
        case LG_DTYPE_U8:
            low = 0, high = UINT8_MAX;
            break;
        case LG_DTYPE_I16:
            low = INT16_MIN, high = INT16_MAX;
            break;
        case LG_DTYPE_U16:
            low = 0, high = UINT16_MAX;
            break;
        case LG_DTYPE_I32:
            low = INT32_MIN, high = INT32_MAX;
            break;
        case LG_DTYPE_U32:
            low = 0, high = UINT32_MAX;
            break;
        case LG_DTYPE_U64:
            low = 0;
            break;
        default:
            break;
    }
    LG_NEED(c, scalar->value.i >= low && scalar->value.i <= high, LG_STATUS_INVALID_ARGUMENT,
            "%s is %lld, which is no value of %s", attr, (long long)scalar->value.i, lg_dtype_name(c->dtype));
    return LG_OK;
}

// ---- dtype rules ------------------------------------------------------------------------------------

lg_status_t lg_dtype_same(lg_infer_t *c, uint32_t index) {
    c->dtype = (lg_dtype_t)c->ins[index]->dtype;
    return LG_OK;
}

lg_status_t lg_dtype_bool(lg_infer_t *c) {
    c->dtype = LG_DTYPE_BOOL;
    return LG_OK;
}

lg_status_t lg_dtype_i64(lg_infer_t *c) {
    c->dtype = LG_DTYPE_I64;
    return LG_OK;
}

lg_status_t lg_dtype_attr(lg_infer_t *c, int64_t dtype) {
    c->dtype = (lg_dtype_t)dtype;
    return LG_OK;
}

lg_status_t lg_dtype_div(lg_infer_t *c, int64_t rounding_mode) {
    c->dtype = (lg_dtype_t)c->ins[0]->dtype;
    bool is_float = c->dtype >= LG_DTYPE_F32 && c->dtype <= LG_DTYPE_BF16;
    LG_NEED(c, is_float || rounding_mode != 0, LG_STATUS_DTYPE,
            "true division of %s is not defined; cast to f32, or set rounding_mode to trunc or floor",
            lg_dtype_name(c->dtype));
    return LG_OK;
}

lg_status_t lg_dtype_scalar(lg_infer_t *c, int64_t dtype, const lg_scalar_t *value) {
    static const uint8_t natural[] = {LG_DTYPE_I64, LG_DTYPE_F32, LG_DTYPE_BOOL};  // by LG_SCALAR_*
    c->dtype = (lg_dtype_t)(dtype != LG_DTYPE_INVALID ? dtype : natural[value->kind]);
    return LG_OK;
}

lg_status_t lg_dtype_arange(lg_infer_t *c, int64_t dtype, const lg_scalar_t *start, const lg_scalar_t *stop,
                            const lg_scalar_t *step) {
    bool is_float =
        start->kind == LG_SCALAR_FLOAT || stop->kind == LG_SCALAR_FLOAT || step->kind == LG_SCALAR_FLOAT;
    c->dtype = (lg_dtype_t)(dtype != LG_DTYPE_INVALID ? dtype : is_float ? LG_DTYPE_F32 : LG_DTYPE_I64);
    LG_NEED(c, c->dtype != LG_DTYPE_BOOL, LG_STATUS_DTYPE, "dtype is %s, expected a number type",
            lg_dtype_name(c->dtype));
    return LG_OK;
}

// ---- pointwise --------------------------------------------------------------------------------------

lg_status_t lg_shape_broadcast(lg_infer_t *c) {
    lg_view_t *out = c->out;
    uint32_t rank = 0;
    for (uint32_t i = 0; i < c->in_count; i++) {
        rank = c->ins[i] != NULL && c->ins[i]->rank > rank ? c->ins[i]->rank : rank;
    }
    for (uint32_t axis = 0; axis < rank; axis++) {
        out->shape[axis] = 1;
    }
    for (uint32_t i = 0; i < c->in_count; i++) {
        const lg_view_t *in = c->ins[i];
        for (uint32_t k = 0; in != NULL && k < in->rank; k++) {
            int64_t *extent = &out->shape[rank - in->rank + k];
            if (in->shape[k] == *extent || in->shape[k] == 1) {
                continue;
            }
            if (*extent != 1) {
                infer_text_t text[3];
                const lg_view_t *last = c->in_count > 2 ? c->ins[2] : NULL;
                return LG_FAIL(
                    c, LG_STATUS_SHAPE,
                    "shapes %s and %s%s%s do not broadcast: axis %d has both %lld and %lld, expected equal or 1",
                    infer_format(c->ins[0], &text[0]),
                    c->ins[1] != NULL ? infer_format(c->ins[1], &text[1]) : infer_format(in, &text[1]),
                    last != NULL && c->ins[1] != NULL ? " and " : "",
                    last != NULL && c->ins[1] != NULL ? infer_format(last, &text[2]) : "",
                    (int)k - (int)in->rank, (long long)*extent, (long long)in->shape[k]);
            }
            *extent = in->shape[k];
        }
    }
    return lg_infer_finish(c, rank);
}

// ---- reductions -------------------------------------------------------------------------------------

static lg_status_t infer_reduce(lg_infer_t *c, uint32_t mask, int64_t keepdims) {
    const lg_view_t *in = c->ins[0];
    uint32_t rank = 0;
    for (uint32_t i = 0; i < in->rank; i++) {
        if ((mask >> i & 1) == 0) {
            c->out->shape[rank++] = in->shape[i];
        } else if (keepdims) {
            c->out->shape[rank++] = 1;
        }
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_reduce(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims) {
    uint32_t mask = 0;
    LG_TRY(lg_infer_axes(c, "axis", axis, c->ins[0]->rank, &mask));
    return infer_reduce(c, mask, keepdims);
}

lg_status_t lg_shape_reduce_nonempty(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims) {
    const lg_view_t *in = c->ins[0];
    uint32_t mask = 0;
    LG_TRY(lg_infer_axes(c, "axis", axis, in->rank, &mask));
    LG_TRY(infer_reduce(c, mask, keepdims));
    // With no result element nothing is asked of the empty axis.
    for (uint32_t i = 0; i < in->rank && c->out->elem_count > 0; i++) {
        if ((mask >> i & 1) && in->shape[i] == 0) {
            infer_text_t text;
            return LG_FAIL(c, LG_STATUS_SHAPE,
                           "axis %u of %s is empty, expected at least one element to choose from", i,
                           infer_format(in, &text));
        }
    }
    return LG_OK;
}

lg_status_t lg_shape_arg_reduce(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims) {
    LG_NEED(c, axis->count == -1 || axis->count == 1, LG_STATUS_INVALID_ARGUMENT,
            "axis has %lld values, expected one or none", (long long)axis->count);
    return lg_shape_reduce_nonempty(c, axis, keepdims);
}

lg_status_t lg_shape_softmax(lg_infer_t *c, int64_t axis) {
    uint32_t resolved = 0;
    LG_TRY(lg_infer_axis(c, "axis", axis, c->ins[0]->rank, &resolved));
    return lg_infer_copy_shape(c, c->ins[0]);
}

lg_status_t lg_shape_layer_norm(lg_infer_t *c, int64_t axis, double eps) {
    const lg_view_t *in = c->ins[0];
    uint32_t first = 0;
    LG_TRY(lg_infer_axis(c, "axis", axis, in->rank, &first));
    LG_NEED(c, eps >= 0, LG_STATUS_INVALID_ARGUMENT, "eps is %g, expected a number >= 0", eps);
    for (uint32_t i = 1; i < c->in_count; i++) {
        const lg_view_t *scale = c->ins[i];
        if (scale == NULL) {
            continue;
        }
        uint32_t count = in->rank - first;
        if (scale->rank != count ||
            memcmp(scale->shape, in->shape + first, count * sizeof in->shape[0]) != 0) {
            infer_text_t text[3];
            return LG_FAIL(c, LG_STATUS_SHAPE, "%s is %s, expected shape %s: the axes %u to %u of x %s",
                           c->rule->info->in_names[i], infer_format(scale, &text[0]),
                           infer_format_dims(in->shape + first, count, &text[1]), first, in->rank - 1,
                           infer_format(in, &text[2]));
        }
    }
    return lg_infer_copy_shape(c, in);
}

// ---- matmul -----------------------------------------------------------------------------------------

lg_status_t lg_shape_matmul(lg_infer_t *c) {
    const lg_view_t *a = c->ins[0];
    const lg_view_t *b = c->ins[1];
    infer_text_t text[2];
    LG_NEED(c, a->rank >= 1 && b->rank >= 1, LG_STATUS_SHAPE,
            "a is %s and b is %s, expected rank 1 or more; use mul", infer_format(a, &text[0]),
            infer_format(b, &text[1]));
    int64_t a_k = a->shape[a->rank - 1];
    int64_t b_k = b->rank == 1 ? b->shape[0] : b->shape[b->rank - 2];
    LG_NEED(c, a_k == b_k, LG_STATUS_SHAPE,
            "a is %s and b is %s: the last axis of a has %lld, %s axis of b has %lld",
            infer_format(a, &text[0]), infer_format(b, &text[1]), (long long)a_k,
            b->rank == 1 ? "the only" : "the last but one", (long long)b_k);
    uint32_t a_batch = a->rank > 2 ? a->rank - 2u : 0;
    uint32_t b_batch = b->rank > 2 ? b->rank - 2u : 0;
    uint32_t rank = a_batch > b_batch ? a_batch : b_batch;
    int64_t *shape = c->out->shape;
    for (uint32_t i = 0; i < rank; i++) {
        int64_t p = i + a_batch >= rank ? a->shape[i + a_batch - rank] : 1;
        int64_t q = i + b_batch >= rank ? b->shape[i + b_batch - rank] : 1;
        LG_NEED(c, p == q || p == 1 || q == 1, LG_STATUS_SHAPE,
                "the batch axes of a %s and b %s do not broadcast: %lld and %lld, expected equal or 1",
                infer_format(a, &text[0]), infer_format(b, &text[1]), (long long)p, (long long)q);
        shape[i] = p == 1 ? q : p;
    }
    if (a->rank > 1) {
        shape[rank++] = a->shape[a->rank - 2];
    }
    if (b->rank > 1) {
        shape[rank++] = b->shape[b->rank - 1];
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_linear(lg_infer_t *c) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *weight = c->ins[1];
    const lg_view_t *bias = c->in_count > 2 ? c->ins[2] : NULL;
    infer_text_t text[2];
    LG_NEED(c, x->rank >= 1, LG_STATUS_SHAPE, "x is %s, expected rank 1 or more", infer_format(x, &text[0]));
    LG_NEED(c, weight->rank == 2, LG_STATUS_SHAPE, "w is %s, expected rank 2: [out features, in features]",
            infer_format(weight, &text[0]));
    LG_NEED(c, weight->shape[1] == x->shape[x->rank - 1], LG_STATUS_SHAPE,
            "w is %s, expected %lld in features as the last axis of x %s", infer_format(weight, &text[0]),
            (long long)x->shape[x->rank - 1], infer_format(x, &text[1]));
    LG_NEED(c, bias == NULL || (bias->rank == 1 && bias->shape[0] == weight->shape[0]), LG_STATUS_SHAPE,
            "bias is %s, expected shape [%lld]: the out features of w", infer_format(bias, &text[0]),
            (long long)weight->shape[0]);
    memcpy(c->out->shape, x->shape, (x->rank - 1u) * sizeof x->shape[0]);
    c->out->shape[x->rank - 1] = weight->shape[0];
    return lg_infer_finish(c, x->rank);
}

// ---- windows ----------------------------------------------------------------------------------------

static lg_status_t infer_window_attr(lg_infer_t *c, const char *attr, const lg_ints_t *given, uint32_t rank,
                                     int64_t least, bool may_be_double) {
    int64_t spread[LG_MAX_SPATIAL];
    infer_text_t text;
    bool is_double = may_be_double && given->count == 2 * (int64_t)rank;
    LG_NEED(c, given->count == -1 || given->count == 1 || given->count == (int64_t)rank || is_double,
            LG_STATUS_INVALID_ARGUMENT, "%s has %lld values, expected 1 or %u%s for %u spatial axes", attr,
            (long long)given->count, rank, may_be_double ? " or two per axis" : "", rank);
    lg_ints_t ends = {.count = rank};
    memcpy(ends.values, given->values + (is_double ? rank : 0), rank * sizeof ends.values[0]);
    lg_ints_t begins = *given;
    begins.count = is_double ? rank : given->count;
    LG_NEED(c,
            lg_window_spread(&begins, rank, least, least, spread) &&
                (!is_double || lg_window_spread(&ends, rank, 0, least, spread)),
            LG_STATUS_INVALID_ARGUMENT, "%s is %s, expected values from %lld to %lld", attr,
            infer_format_dims(given->values, given->count, &text), (long long)least,
            (long long)LG_WINDOW_LIMIT);
    return LG_OK;
}

// Checks the attributes, resolves them and writes the spatial extents of the output behind its first two.
static lg_status_t infer_window(lg_infer_t *c, const int64_t *kernel, const lg_ints_t *kernel_size,
                                const lg_ints_t *stride, const lg_ints_t *padding, const lg_ints_t *dilation,
                                int64_t ceil_mode, int64_t auto_pad) {
    const lg_view_t *x = c->ins[0];
    uint32_t rank = x->rank - 2u;
    lg_window_t window;
    if (kernel_size != NULL) {
        LG_TRY(infer_window_attr(c, "kernel_size", kernel_size, rank, 1, false));
    }
    LG_TRY(infer_window_attr(c, "stride", stride, rank, 1, false));
    LG_TRY(infer_window_attr(c, "padding", padding, rank, 0, true));
    if (dilation != NULL) {
        LG_TRY(infer_window_attr(c, "dilation", dilation, rank, 1, false));
    }
    LG_NEED(c, lg_window_resolve(rank, kernel_size, stride, padding, dilation, &window) == LG_OK,
            LG_STATUS_INVALID_ARGUMENT, "the window attributes do not fit %u spatial axes", rank);
    for (uint32_t i = 0; i < rank; i++) {
        LG_NEED(c, auto_pad == LG_AUTO_PAD_NOTSET || (window.pad_begin[i] == 0 && window.pad_end[i] == 0),
                LG_STATUS_INVALID_ARGUMENT,
                "padding is %lld and %lld on spatial axis %u beside auto_pad; "
                "leave out one of them",
                (long long)window.pad_begin[i], (long long)window.pad_end[i], i);
        if (kernel != NULL) {
            window.kernel[i] = kernel[i];
            LG_NEED(c, kernel[i] >= 1 && kernel[i] <= LG_WINDOW_LIMIT, LG_STATUS_SHAPE,
                    "the window has %lld elements on spatial axis %u, expected 1 to %lld",
                    (long long)kernel[i], i, (long long)LG_WINDOW_LIMIT);
        }
    }
    lg_window_auto_pad(&window, rank, x->shape + 2, auto_pad);
    for (uint32_t i = 0; i < rank; i++) {
        infer_text_t text;
        int64_t span = lg_window_span(&window, i);
        // Only pools choose among what lies in the window: one that sees padding alone has no answer.
        LG_NEED(c, kernel_size == NULL || (window.pad_begin[i] < span && window.pad_end[i] < span),
                LG_STATUS_INVALID_ARGUMENT,
                "padding %lld and %lld on spatial axis %u reach past the window, which spans %lld",
                (long long)window.pad_begin[i], (long long)window.pad_end[i], i, (long long)span);
        int64_t count =
            lg_window_count(&window, i, x->shape[2 + i], ceil_mode && auto_pad == LG_AUTO_PAD_NOTSET);
        LG_NEED(c, count >= 0, LG_STATUS_SHAPE,
                "the window spans %lld on spatial axis %u, but x %s has %lld there, padding %lld and %lld",
                (long long)span, i, infer_format(x, &text), (long long)x->shape[2 + i],
                (long long)window.pad_begin[i], (long long)window.pad_end[i]);
        c->out->shape[2 + i] = count;
    }
    return LG_OK;
}

static lg_status_t infer_spatial_rank(lg_infer_t *c) {
    infer_text_t text;
    uint32_t rank = c->ins[0]->rank;
    LG_NEED(c, rank >= 3 && rank <= 2 + LG_MAX_SPATIAL, LG_STATUS_SHAPE,
            "x is %s, expected rank 3 to 5: [batch, channels, 1 to 3 spatial axes]",
            infer_format(c->ins[0], &text));
    return LG_OK;
}

lg_status_t lg_shape_conv(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                          const lg_ints_t *dilation, int64_t groups, int64_t auto_pad) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *weight = c->ins[1];
    const lg_view_t *bias = c->in_count > 2 ? c->ins[2] : NULL;
    infer_text_t text[2];
    LG_TRY(infer_spatial_rank(c));
    LG_NEED(c, weight->rank == x->rank, LG_STATUS_SHAPE, "w is %s, expected rank %u as x %s",
            infer_format(weight, &text[0]), x->rank, infer_format(x, &text[1]));
    LG_NEED(c, groups >= 1, LG_STATUS_INVALID_ARGUMENT, "groups is %lld, expected at least 1",
            (long long)groups);
    LG_NEED(c, x->shape[1] % groups == 0 && weight->shape[0] % groups == 0, LG_STATUS_SHAPE,
            "groups is %lld, expected a divisor of the %lld in channels and the %lld out channels",
            (long long)groups, (long long)x->shape[1], (long long)weight->shape[0]);
    LG_NEED(c, weight->shape[1] == x->shape[1] / groups, LG_STATUS_SHAPE,
            "axis 1 of w %s is %lld, expected %lld/%lld=%lld (x is %s, groups=%lld)",
            infer_format(weight, &text[0]), (long long)weight->shape[1], (long long)x->shape[1],
            (long long)groups, (long long)(x->shape[1] / groups), infer_format(x, &text[1]),
            (long long)groups);
    LG_NEED(c, bias == NULL || (bias->rank == 1 && bias->shape[0] == weight->shape[0]), LG_STATUS_SHAPE,
            "bias is %s, expected shape [%lld]: the out channels of w", infer_format(bias, &text[0]),
            (long long)weight->shape[0]);
    LG_TRY(infer_window(c, weight->shape + 2, NULL, stride, padding, dilation, 0, auto_pad));
    c->out->shape[0] = x->shape[0];
    c->out->shape[1] = weight->shape[0];
    return lg_infer_finish(c, x->rank);
}

lg_status_t lg_shape_pool(lg_infer_t *c, const lg_ints_t *kernel_size, const lg_ints_t *stride,
                          const lg_ints_t *padding, const lg_ints_t *dilation, int64_t ceil_mode,
                          int64_t auto_pad) {
    LG_TRY(infer_spatial_rank(c));
    LG_TRY(infer_window(c, NULL, kernel_size, stride, padding, dilation, ceil_mode, auto_pad));
    c->out->shape[0] = c->ins[0]->shape[0];
    c->out->shape[1] = c->ins[0]->shape[1];
    return lg_infer_finish(c, c->ins[0]->rank);
}

lg_status_t lg_shape_pool_with_indices(lg_infer_t *c, const lg_ints_t *kernel_size, const lg_ints_t *stride,
                                       const lg_ints_t *padding, const lg_ints_t *dilation, int64_t ceil_mode,
                                       int64_t auto_pad) {
    LG_TRY(lg_shape_pool(c, kernel_size, stride, padding, dilation, ceil_mode, auto_pad));
    const lg_view_t *pooled = c->out;
    lg_infer_select(c, 1);
    return lg_infer_copy_shape(c, pooled);
}

lg_status_t lg_shape_lp_pool(lg_infer_t *c, double norm_type, const lg_ints_t *kernel_size,
                             const lg_ints_t *stride, const lg_ints_t *padding, const lg_ints_t *dilation,
                             int64_t ceil_mode, int64_t auto_pad) {
    LG_NEED(c, norm_type > 0 && norm_type - norm_type == 0, LG_STATUS_INVALID_ARGUMENT,
            "norm_type is %g, expected a number above 0", norm_type);
    return lg_shape_pool(c, kernel_size, stride, padding, dilation, ceil_mode, auto_pad);
}

lg_status_t lg_shape_conv_transpose(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                    const lg_ints_t *output_padding, const lg_ints_t *dilation,
                                    int64_t groups, const lg_ints_t *output_shape, int64_t auto_pad) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *weight = c->ins[1];
    const lg_view_t *bias = c->in_count > 2 ? c->ins[2] : NULL;
    infer_text_t text[2];
    LG_TRY(infer_spatial_rank(c));
    uint32_t rank = x->rank - 2u;
    LG_NEED(c, weight->rank == x->rank, LG_STATUS_SHAPE, "w is %s, expected rank %u as x %s",
            infer_format(weight, &text[0]), x->rank, infer_format(x, &text[1]));
    LG_NEED(c, groups >= 1, LG_STATUS_INVALID_ARGUMENT, "groups is %lld, expected at least 1",
            (long long)groups);
    LG_NEED(c, weight->shape[0] == x->shape[1], LG_STATUS_SHAPE,
            "axis 0 of w %s is %lld, expected %lld: the in channels of x %s", infer_format(weight, &text[0]),
            (long long)weight->shape[0], (long long)x->shape[1], infer_format(x, &text[1]));
    LG_NEED(c, x->shape[1] % groups == 0, LG_STATUS_SHAPE,
            "groups is %lld, expected a divisor of the %lld in channels", (long long)groups,
            (long long)x->shape[1]);
    int64_t outs = 0;
    LG_NEED(c, lg_mul_i64(weight->shape[1], groups, &outs), LG_STATUS_OVERFLOW,
            "%lld groups of %lld out channels do not fit in 64 bits", (long long)groups,
            (long long)weight->shape[1]);
    LG_NEED(c, bias == NULL || (bias->rank == 1 && bias->shape[0] == outs), LG_STATUS_SHAPE,
            "bias is %s, expected shape [%lld]: the out channels of w times groups",
            infer_format(bias, &text[0]), (long long)outs);
    LG_TRY(infer_window_attr(c, "stride", stride, rank, 1, false));
    LG_TRY(infer_window_attr(c, "padding", padding, rank, 0, true));
    LG_TRY(infer_window_attr(c, "output_padding", output_padding, rank, 0, false));
    LG_TRY(infer_window_attr(c, "dilation", dilation, rank, 1, false));
    LG_NEED(c, output_shape->count == -1 || output_shape->count == (int64_t)rank, LG_STATUS_INVALID_ARGUMENT,
            "output_shape has %lld values, expected %u: one per spatial axis", (long long)output_shape->count,
            rank);
    lg_window_t window;
    LG_NEED(c, lg_window_resolve(rank, NULL, stride, padding, dilation, &window) == LG_OK,
            LG_STATUS_INVALID_ARGUMENT, "the window attributes do not fit %u spatial axes", rank);
    for (uint32_t i = 0; i < rank; i++) {
        window.kernel[i] = weight->shape[2 + i];
        LG_NEED(c, window.kernel[i] >= 1 && window.kernel[i] <= LG_WINDOW_LIMIT, LG_STATUS_SHAPE,
                "the window has %lld elements on spatial axis %u, expected 1 to %lld",
                (long long)window.kernel[i], i, (long long)LG_WINDOW_LIMIT);
        LG_NEED(c,
                (auto_pad == LG_AUTO_PAD_NOTSET && output_shape->count == -1) ||
                    (window.pad_begin[i] == 0 && window.pad_end[i] == 0),
                LG_STATUS_INVALID_ARGUMENT,
                "padding is %lld and %lld on spatial axis %u beside auto_pad or output_shape; leave it out",
                (long long)window.pad_begin[i], (long long)window.pad_end[i], i);
    }
    LG_NEED(c,
            lg_window_transpose(&window, rank, x->shape + 2, output_padding, output_shape, auto_pad,
                                c->out->shape + 2) == LG_OK,
            LG_STATUS_SHAPE,
            "the spatial extents of the result do not lie between 0 and 2^61 (x is %s, w is %s); check "
            "padding, output_shape and empty axes of x",
            infer_format(x, &text[0]), infer_format(weight, &text[1]));
    c->out->shape[0] = x->shape[0];
    c->out->shape[1] = outs;
    return lg_infer_finish(c, x->rank);
}

// ---- movement ---------------------------------------------------------------------------------------

// Checks a list of extents that is about to become a shape; `least` is -1 where that value has a meaning.
static lg_status_t infer_extents(lg_infer_t *c, const lg_ints_t *shape, int64_t least) {
    infer_text_t text;
    LG_NEED(c, shape->count <= LG_MAX_RANK, LG_STATUS_SHAPE, "shape has %lld axes, at most %d are possible",
            (long long)shape->count, LG_MAX_RANK);
    for (int64_t i = 0; i < shape->count; i++) {
        LG_NEED(c, shape->values[i] >= least, LG_STATUS_SHAPE, "shape is %s, expected extents >= %lld",
                infer_format_dims(shape->values, shape->count, &text), (long long)least);
    }
    return LG_OK;
}

lg_status_t lg_shape_reshape(lg_infer_t *c, const lg_ints_t *shape) {
    const lg_view_t *in = c->ins[0];
    lg_view_t *out = c->out;
    infer_text_t text[2];
    LG_TRY(infer_extents(c, shape, -1));
    uint32_t rank = (uint32_t)shape->count;
    int32_t open = -1;
    for (uint32_t i = 0; i < rank; i++) {
        out->shape[i] = shape->values[i];
        if (__builtin_expect(out->shape[i] == -1, 0)) {
            LG_NEED(c, open < 0, LG_STATUS_SHAPE, "shape is %s, expected at most one -1",
                    infer_format_dims(shape->values, rank, &text[0]));
            open = (int32_t)i;
            out->shape[i] = 1;
        }
    }
    LG_TRY(lg_infer_finish(c, rank));
    if (open >= 0) {
        int64_t count = out->elem_count;  // of the other axes
        LG_NEED(c, count > 0, LG_STATUS_SHAPE,
                "shape is %s: the -1 could be anything beside a 0; write the extent",
                infer_format_dims(shape->values, rank, &text[0]));
        LG_NEED(c, in->elem_count % count == 0, LG_STATUS_SHAPE,
                "%s with %lld elements does not divide into shape %s", infer_format(in, &text[0]),
                (long long)in->elem_count, infer_format_dims(shape->values, rank, &text[1]));
        out->shape[open] = in->elem_count / count;
        LG_TRY(lg_infer_finish(c, rank));
    }
    LG_NEED(c, out->elem_count == in->elem_count, LG_STATUS_SHAPE, "%s has %lld elements, shape %s has %lld",
            infer_format(in, &text[0]), (long long)in->elem_count,
            infer_format_dims(shape->values, rank, &text[1]), (long long)out->elem_count);
    return LG_OK;
}

lg_status_t lg_shape_transpose(lg_infer_t *c, const lg_ints_t *axes) {
    const lg_view_t *in = c->ins[0];
    uint32_t rank = in->rank;
    uint32_t seen = 0;
    LG_NEED(c, axes->count == -1 || axes->count == (int64_t)rank, LG_STATUS_INVALID_ARGUMENT,
            "axes has %lld values, expected %u: one for each axis of x", (long long)axes->count, rank);
    for (uint32_t i = 0; i < rank; i++) {
        uint32_t axis = rank - 1 - i;
        if (axes->count >= 0) {
            LG_TRY(lg_infer_axis(c, "axes", axes->values[i], rank, &axis));
            LG_NEED(c, (seen >> axis & 1) == 0, LG_STATUS_INVALID_ARGUMENT, "axes names axis %u twice", axis);
            seen |= 1u << axis;
        }
        c->out->shape[i] = in->shape[axis];
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_expand(lg_infer_t *c, const lg_ints_t *shape) {
    const lg_view_t *in = c->ins[0];
    infer_text_t text[2];
    LG_TRY(infer_extents(c, shape, -1));
    uint32_t rank = (uint32_t)shape->count;
    LG_NEED(c, rank >= in->rank, LG_STATUS_SHAPE, "shape is %s, expected at least the %u axes of x %s",
            infer_format_dims(shape->values, rank, &text[0]), in->rank, infer_format(in, &text[1]));
    uint32_t added = rank - in->rank;
    for (uint32_t i = 0; i < rank; i++) {
        int64_t wanted = shape->values[i];
        int64_t have = i < added ? 1 : in->shape[i - added];
        LG_NEED(c, wanted != -1 || i >= added, LG_STATUS_SHAPE,
                "shape is %s: axis %u is new and cannot keep its extent by -1",
                infer_format_dims(shape->values, rank, &text[0]), i);
        LG_NEED(c, wanted == -1 || wanted == have || have == 1, LG_STATUS_SHAPE,
                "x %s does not expand to %s: axis %u has %lld, expected 1 or %lld",
                infer_format(in, &text[0]), infer_format_dims(shape->values, rank, &text[1]), i,
                (long long)have, (long long)wanted);
        c->out->shape[i] = wanted == -1 ? have : wanted;
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_concat(lg_infer_t *c, int64_t axis) {
    const lg_view_t *first = c->ins[0];
    infer_text_t text[2];
    uint32_t resolved = 0;
    LG_TRY(lg_infer_axis(c, "axis", axis, first->rank, &resolved));
    memcpy(c->out->shape, first->shape, first->rank * sizeof first->shape[0]);
    int64_t *extent = &c->out->shape[resolved];
    for (uint32_t i = 1; i < c->in_count; i++) {
        const lg_view_t *in = c->ins[i];
        bool fits = in->rank == first->rank;
        for (uint32_t k = 0; fits && k < in->rank; k++) {
            fits = k == resolved || in->shape[k] == first->shape[k];
        }
        LG_NEED(c, fits, LG_STATUS_SHAPE, "input %u is %s, expected the shape of input 0 %s but for axis %u",
                i, infer_format(in, &text[0]), infer_format(first, &text[1]), resolved);
        LG_NEED(c, !__builtin_add_overflow(*extent, in->shape[resolved], extent), LG_STATUS_OVERFLOW,
                "the extents of axis %u do not add up in 64 bits", resolved);
    }
    return lg_infer_finish(c, first->rank);
}

lg_status_t lg_shape_slice(lg_infer_t *c, const lg_ints_t *starts, const lg_ints_t *ends,
                           const lg_ints_t *axes, const lg_ints_t *steps) {
    const lg_view_t *in = c->ins[0];
    int64_t count = starts->count;
    LG_NEED(c,
            ends->count == count && (axes->count == -1 || axes->count == count) &&
                (steps->count == -1 || steps->count == count) && count <= (int64_t)in->rank,
            LG_STATUS_INVALID_ARGUMENT,
            "%lld starts, %lld ends, %lld axes and %lld steps, expected equally many, at most %u",
            (long long)count, (long long)ends->count, (long long)axes->count, (long long)steps->count,
            in->rank);
    memcpy(c->out->shape, in->shape, in->rank * sizeof in->shape[0]);
    uint32_t seen = 0;
    for (int64_t i = 0; i < count; i++) {
        uint32_t axis = (uint32_t)i;
        if (axes->count >= 0) {
            LG_TRY(lg_infer_axis(c, "axes", axes->values[i], in->rank, &axis));
        }
        LG_NEED(c, (seen >> axis & 1) == 0, LG_STATUS_INVALID_ARGUMENT, "axes names axis %u twice", axis);
        seen |= 1u << axis;
        int64_t step = steps->count >= 0 ? steps->values[i] : 1;
        LG_NEED(c, step != 0, LG_STATUS_INVALID_ARGUMENT, "the step of axis %u is 0", axis);
        lg_slice_clamp(in->shape[axis], starts->values[i], ends->values[i], step, &c->out->shape[axis]);
    }
    return lg_infer_finish(c, in->rank);
}

lg_status_t lg_shape_pad(lg_infer_t *c, const lg_ints_t *pads, int64_t mode, const lg_scalar_t *value) {
    enum { MODE_CONSTANT, MODE_REFLECT, MODE_EDGE, MODE_WRAP };
    static const char *const names[] = {"constant", "reflect", "edge", "wrap"};
    const lg_view_t *in = c->ins[0];
    infer_text_t text[2];
    LG_NEED(c, pads->count == 2 * (int64_t)in->rank, LG_STATUS_INVALID_ARGUMENT,
            "pads has %lld values, expected %u: the begins of all axes of x %s, then the ends",
            (long long)pads->count, 2u * in->rank, infer_format(in, &text[0]));
    if (mode == MODE_CONSTANT) {
        LG_TRY(infer_scalar_fits(c, "value", value));
    }
    for (uint32_t i = 0; i < in->rank; i++) {
        int64_t begin = pads->values[i];
        int64_t end = pads->values[in->rank + i];
        int64_t extent = in->shape[i];
        LG_NEED(c, begin >= 0 && end >= 0, LG_STATUS_INVALID_ARGUMENT,
                "pads is %s, expected values >= 0; use slice to cut",
                infer_format_dims(pads->values, pads->count, &text[0]));
        // How far each mode can look into the input for one output element.
        int64_t most = mode == MODE_REFLECT ? (extent > 0 ? extent - 1 : 0)
                       : mode == MODE_WRAP  ? extent
                       : mode == MODE_EDGE  ? (extent > 0 ? INT64_MAX : 0)
                                            : INT64_MAX;
        LG_NEED(c, begin <= most && end <= most, LG_STATUS_INVALID_ARGUMENT,
                "pads %lld and %lld on axis %u of x %s, expected at most %lld in mode %s", (long long)begin,
                (long long)end, i, infer_format(in, &text[0]), (long long)most, names[mode]);
        LG_NEED(
            c,
            !__builtin_add_overflow(extent, begin, &extent) && !__builtin_add_overflow(extent, end, &extent),
            LG_STATUS_OVERFLOW, "the padded extent of axis %u does not fit in 64 bits", i);
        c->out->shape[i] = extent;
    }
    return lg_infer_finish(c, in->rank);
}

lg_status_t lg_shape_gather(lg_infer_t *c, int64_t axis) {
    const lg_view_t *in = c->ins[0];
    const lg_view_t *index = c->ins[1];
    uint32_t resolved = 0;
    LG_TRY(lg_infer_axis(c, "axis", axis, in->rank, &resolved));
    LG_TRY(lg_infer_rank(c, in->rank + index->rank - 1u));
    LG_NEED(c, in->shape[resolved] > 0 || index->elem_count == 0, LG_STATUS_INDEX,
            "axis %u is empty, but %lld elements are asked for", resolved, (long long)index->elem_count);
    int64_t *shape = c->out->shape;
    memcpy(shape, in->shape, resolved * sizeof shape[0]);
    memcpy(shape + resolved, index->shape, index->rank * sizeof shape[0]);
    memcpy(shape + resolved + index->rank, in->shape + resolved + 1,
           (in->rank - resolved - 1) * sizeof shape[0]);
    return lg_infer_finish(c, in->rank + index->rank - 1u);
}

lg_status_t lg_shape_squeeze(lg_infer_t *c, const lg_ints_t *axis) {
    const lg_view_t *in = c->ins[0];
    uint32_t mask = 0;
    LG_TRY(lg_infer_axes(c, "axis", axis, in->rank, &mask));
    uint32_t rank = 0;
    for (uint32_t i = 0; i < in->rank; i++) {
        if ((mask >> i & 1) && in->shape[i] == 1) {
            continue;
        }
        // Without a list only the axes of extent 1 are meant.
        if ((mask >> i & 1) && axis->count >= 0) {
            infer_text_t text;
            return LG_FAIL(c, LG_STATUS_SHAPE, "axis %u of %s has %lld elements, expected 1", i,
                           infer_format(in, &text), (long long)in->shape[i]);
        }
        c->out->shape[rank++] = in->shape[i];
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_unsqueeze(lg_infer_t *c, const lg_ints_t *axis) {
    const lg_view_t *in = c->ins[0];
    uint32_t mask = 0;
    uint32_t rank = in->rank + (uint32_t)axis->count;
    LG_TRY(lg_infer_rank(c, rank));
    LG_TRY(lg_infer_axes(c, "axis", axis, rank, &mask));
    for (uint32_t i = 0, k = 0; i < rank; i++) {
        c->out->shape[i] = mask >> i & 1 ? 1 : in->shape[k++];
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_flatten(lg_infer_t *c, int64_t start_axis, int64_t end_axis) {
    const lg_view_t *in = c->ins[0];
    uint32_t start = 0;
    uint32_t end = 0;
    int64_t *shape = c->out->shape;
    // A single element flattens to a vector of one; it counts as having one axis.
    uint32_t rank = in->rank > 0 ? in->rank : 1;
    LG_TRY(lg_infer_axis(c, "start_axis", start_axis, rank, &start));
    LG_TRY(lg_infer_axis(c, "end_axis", end_axis, rank, &end));
    LG_NEED(c, start <= end, LG_STATUS_INVALID_ARGUMENT, "start_axis %u lies behind end_axis %u", start, end);
    if (in->rank == 0) {
        shape[0] = 1;
        return lg_infer_finish(c, 1);
    }
    memcpy(shape, in->shape, start * sizeof shape[0]);
    LG_TRY(lg_infer_product(c, in->shape + start, end - start + 1, &shape[start]));
    memcpy(shape + start + 1, in->shape + end + 1, (rank - end - 1) * sizeof shape[0]);
    return lg_infer_finish(c, rank - (end - start));
}

// ---- creation ---------------------------------------------------------------------------------------

lg_status_t lg_shape_full(lg_infer_t *c, const lg_ints_t *shape, const lg_scalar_t *value) {
    LG_TRY(infer_extents(c, shape, 0));
    LG_TRY(infer_scalar_fits(c, "value", value));
    memcpy(c->out->shape, shape->values, (size_t)shape->count * sizeof shape->values[0]);
    return lg_infer_finish(c, (uint32_t)shape->count);
}

static double infer_scalar_float(const lg_scalar_t *scalar) {
    return scalar->kind == LG_SCALAR_FLOAT ? scalar->value.f : (double)scalar->value.i;
}

lg_status_t lg_shape_arange(lg_infer_t *c, const lg_scalar_t *start, const lg_scalar_t *stop,
                            const lg_scalar_t *step) {
    int64_t *count = &c->out->shape[0];
    bool is_float =
        start->kind == LG_SCALAR_FLOAT || stop->kind == LG_SCALAR_FLOAT || step->kind == LG_SCALAR_FLOAT;
    if (is_float) {
        double from = infer_scalar_float(start);
        double to = infer_scalar_float(stop);
        double by = infer_scalar_float(step);
        LG_NEED(c, by != 0, LG_STATUS_INVALID_ARGUMENT, "step is %g, expected another number", by);
        double length = (to - from) / by;
        double whole = length > 0 ? length : 0;
        LG_NEED(c, length == length, LG_STATUS_INVALID_ARGUMENT,
                "start %g, stop %g and step %g make no sequence", from, to, by);
        LG_NEED(c, whole < 0x1p62, LG_STATUS_OVERFLOW, "from %g to %g by %g are too many elements", from, to,
                by);
        *count = (int64_t)whole + ((double)(int64_t)whole < whole);
        return lg_infer_finish(c, 1);
    }
    int64_t from = start->value.i;
    int64_t to = stop->value.i;
    int64_t by = step->value.i;
    LG_NEED(c, by != 0, LG_STATUS_INVALID_ARGUMENT, "step is %d, expected another number", 0);
    // Unsigned: the distance may be up to 2^64 - 1.
    uint64_t distance = by > 0 ? (to > from ? (uint64_t)to - (uint64_t)from : 0)
                               : (from > to ? (uint64_t)from - (uint64_t)to : 0);
    uint64_t stride = by > 0 ? (uint64_t)by : 0 - (uint64_t)by;
    uint64_t length = distance == 0 ? 0 : (distance - 1) / stride + 1;
    LG_NEED(c, length <= (uint64_t)INT64_MAX, LG_STATUS_OVERFLOW,
            "from %lld to %lld by %lld are too many elements", (long long)from, (long long)to, (long long)by);
    *count = (int64_t)length;
    if (length > 0) {
        lg_scalar_t last = {.kind = LG_SCALAR_INT};
        last.value.i = (int64_t)((uint64_t)from + (length - 1) * (uint64_t)by);
        LG_TRY(infer_scalar_fits(c, "start", start));
        LG_TRY(infer_scalar_fits(c, "the last element", &last));
    }
    return lg_infer_finish(c, 1);
}

// ---- cost -------------------------------------------------------------------------------------------

double lg_cost_spatial(const lg_view_t *view) {
    double elems = 1;
    for (uint32_t i = 2; i < view->rank; i++) {
        elems *= (double)view->shape[i];
    }
    return elems;
}

double lg_cost_window(const lg_ints_t *kernel_size, uint32_t rank) {
    double elems = 1;
    for (uint32_t i = 0; i < rank && i < LG_MAX_SPATIAL; i++) {
        elems *= (double)kernel_size->values[kernel_size->count == 1 ? 0 : i];
    }
    return elems;
}
