// SPDX-License-Identifier: Apache-2.0
// Shape rules of ops that move elements or make them from nothing.
#include "op/infer.h"

#include <string.h>

// ---- movement ---------------------------------------------------------------------------------------

// Checks a list of extents that is about to become a shape; `least` is -1 where that value has a meaning.
static lg_status_t infer_extents(lg_infer_t *c, const lg_ints_t *shape, int64_t least) {
    lg_infer_text_t text;
    LG_NEED(c, shape->count <= LG_MAX_RANK, LG_STATUS_SHAPE, "shape has %lld axes, at most %d are possible",
            (long long)shape->count, LG_MAX_RANK);
    for (int64_t i = 0; i < shape->count; i++) {
        LG_NEED(c, shape->values[i] >= least, LG_STATUS_SHAPE, "shape is %s, expected extents >= %lld",
                lg_infer_format_dims(shape->values, shape->count, &text), (long long)least);
    }
    return LG_OK;
}

lg_status_t lg_shape_reshape(lg_infer_t *c, const lg_ints_t *shape) {
    const lg_view_t *in = c->ins[0];
    lg_view_t *out = c->out;
    lg_infer_text_t text[2];
    LG_TRY(infer_extents(c, shape, -1));
    uint32_t rank = (uint32_t)shape->count;
    int32_t open = -1;
    for (uint32_t i = 0; i < rank; i++) {
        out->shape[i] = shape->values[i];
        if (__builtin_expect(out->shape[i] == -1, 0)) {
            LG_NEED(c, open < 0, LG_STATUS_SHAPE, "shape is %s, expected at most one -1",
                    lg_infer_format_dims(shape->values, rank, &text[0]));
            open = (int32_t)i;
            out->shape[i] = 1;
        }
    }
    LG_TRY(lg_infer_finish(c, rank));
    if (open >= 0) {
        int64_t count = out->elem_count;  // of the other axes
        LG_NEED(c, count > 0, LG_STATUS_SHAPE,
                "shape is %s: the -1 could be anything beside a 0; write the extent",
                lg_infer_format_dims(shape->values, rank, &text[0]));
        LG_NEED(c, in->elem_count % count == 0, LG_STATUS_SHAPE,
                "%s with %lld elements does not divide into shape %s", lg_infer_format(in, &text[0]),
                (long long)in->elem_count, lg_infer_format_dims(shape->values, rank, &text[1]));
        out->shape[open] = in->elem_count / count;
        LG_TRY(lg_infer_finish(c, rank));
    }
    LG_NEED(c, out->elem_count == in->elem_count, LG_STATUS_SHAPE, "%s has %lld elements, shape %s has %lld",
            lg_infer_format(in, &text[0]), (long long)in->elem_count,
            lg_infer_format_dims(shape->values, rank, &text[1]), (long long)out->elem_count);
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
    lg_infer_text_t text[2];
    LG_TRY(infer_extents(c, shape, -1));
    uint32_t rank = (uint32_t)shape->count;
    LG_NEED(c, rank >= in->rank, LG_STATUS_SHAPE, "shape is %s, expected at least the %u axes of x %s",
            lg_infer_format_dims(shape->values, rank, &text[0]), in->rank, lg_infer_format(in, &text[1]));
    uint32_t added = rank - in->rank;
    for (uint32_t i = 0; i < rank; i++) {
        int64_t wanted = shape->values[i];
        int64_t have = i < added ? 1 : in->shape[i - added];
        LG_NEED(c, wanted != -1 || i >= added, LG_STATUS_SHAPE,
                "shape is %s: axis %u is new and cannot keep its extent by -1",
                lg_infer_format_dims(shape->values, rank, &text[0]), i);
        LG_NEED(c, wanted == -1 || wanted == have || have == 1, LG_STATUS_SHAPE,
                "x %s does not expand to %s: axis %u has %lld, expected 1 or %lld",
                lg_infer_format(in, &text[0]), lg_infer_format_dims(shape->values, rank, &text[1]), i,
                (long long)have, (long long)wanted);
        c->out->shape[i] = wanted == -1 ? have : wanted;
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_concat(lg_infer_t *c, int64_t axis) {
    const lg_view_t *first = c->ins[0];
    lg_infer_text_t text[2];
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
                i, lg_infer_format(in, &text[0]), lg_infer_format(first, &text[1]), resolved);
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
    lg_infer_text_t text[2];
    LG_NEED(c, pads->count == 2 * (int64_t)in->rank, LG_STATUS_INVALID_ARGUMENT,
            "pads has %lld values, expected %u: the begins of all axes of x %s, then the ends",
            (long long)pads->count, 2u * in->rank, lg_infer_format(in, &text[0]));
    if (mode == MODE_CONSTANT) {
        LG_TRY(lg_infer_scalar_fits(c, "value", value));
    }
    for (uint32_t i = 0; i < in->rank; i++) {
        int64_t begin = pads->values[i];
        int64_t end = pads->values[in->rank + i];
        int64_t extent = in->shape[i];
        LG_NEED(c, begin >= 0 && end >= 0, LG_STATUS_INVALID_ARGUMENT,
                "pads is %s, expected values >= 0; use slice to cut",
                lg_infer_format_dims(pads->values, pads->count, &text[0]));
        // How far each mode can look into the input for one output element.
        int64_t most = mode == MODE_REFLECT ? (extent > 0 ? extent - 1 : 0)
                       : mode == MODE_WRAP  ? extent
                       : mode == MODE_EDGE  ? (extent > 0 ? INT64_MAX : 0)
                                            : INT64_MAX;
        LG_NEED(c, begin <= most && end <= most, LG_STATUS_INVALID_ARGUMENT,
                "pads %lld and %lld on axis %u of x %s, expected at most %lld in mode %s", (long long)begin,
                (long long)end, i, lg_infer_format(in, &text[0]), (long long)most, names[mode]);
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
            lg_infer_text_t text;
            return LG_FAIL(c, LG_STATUS_SHAPE, "axis %u of %s has %lld elements, expected 1", i,
                           lg_infer_format(in, &text), (long long)in->shape[i]);
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
    LG_TRY(lg_infer_scalar_fits(c, "value", value));
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
        LG_TRY(lg_infer_scalar_fits(c, "start", start));
        LG_TRY(lg_infer_scalar_fits(c, "the last element", &last));
    }
    return lg_infer_finish(c, 1);
}
