// SPDX-License-Identifier: Apache-2.0
// Shape and dtype rules. Programs from files come through here as well as calls by hand, so nothing is
// assumed of counts, attributes or extents: every check is made here and kernels make none.
#include "op/infer.h"

#include <stdio.h>
#include <string.h>

const char *lg_infer_format_dims(const int64_t *dims, int64_t count, lg_infer_text_t *text) {
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

static const char *infer_format_types(uint32_t types, lg_infer_text_t *text) {
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
            lg_infer_text_t text;
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
        lg_infer_text_t text;
        return LG_FAIL(c, LG_STATUS_OVERFLOW, "the bytes of a result %s%s do not fit in 64 bits",
                       lg_dtype_name(c->dtype), lg_infer_format_dims(out->shape, rank, &text));
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
        lg_infer_text_t text;
        return LG_FAIL(c, LG_STATUS_OVERFLOW, "the element count of %s does not fit in 64 bits",
                       lg_infer_format_dims(dims, count, &text));
    }
    return LG_OK;
}

// Whether an integer scalar is a value of `dtype`; floats and bools are converted as by cast.
lg_status_t lg_infer_scalar_fits(lg_infer_t *c, const char *attr, const lg_scalar_t *scalar) {
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
                lg_infer_text_t text[3];
                const lg_view_t *last = c->in_count > 2 ? c->ins[2] : NULL;
                return LG_FAIL(
                    c, LG_STATUS_SHAPE,
                    "shapes %s and %s%s%s do not broadcast: axis %d has both %lld and %lld, expected equal or 1",
                    lg_infer_format(c->ins[0], &text[0]),
                    c->ins[1] != NULL ? lg_infer_format(c->ins[1], &text[1]) : lg_infer_format(in, &text[1]),
                    last != NULL && c->ins[1] != NULL ? " and " : "",
                    last != NULL && c->ins[1] != NULL ? lg_infer_format(last, &text[2]) : "",
                    (int)k - (int)in->rank, (long long)*extent, (long long)in->shape[k]);
            }
            *extent = in->shape[k];
        }
    }
    return lg_infer_finish(c, rank);
}
