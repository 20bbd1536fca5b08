// SPDX-License-Identifier: Apache-2.0
// Inference and views from the C side: what only a program from a file can ask, and the invariants of every
// answer under random questions. Values and messages of valid use are tested in tests/ops.
#include <legato/op.h>
#include <legato/window.h>
#include <stdbool.h>
#include <string.h>

#include "testing.h"

static lg_view_t view_of(lg_dtype_t dtype, uint32_t rank, const int64_t *shape) {
    lg_view_t view;
    CHECK_OK(lg_view_init(&view, dtype, rank, shape, test_err));
    return view;
}

#define VIEW(dtype, ...) \
    view_of(dtype, (uint32_t)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})
#define INTS(...)                                                        \
    {                                                                    \
        (int64_t)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), { \
            __VA_ARGS__                                                  \
        }                                                                \
    }

static lg_status_t infer(uint32_t op, const lg_view_t *a, const lg_view_t *b, uint32_t count,
                         const void *attrs, lg_view_t *out) {
    const lg_view_t *ins[2] = {a, b};
    return lg_op_infer(op, ins, count, attrs, out, 1, test_err);
}

// ---- the table --------------------------------------------------------------------------------------

TEST(op_table_is_consistent) {
    for (uint32_t op = 0; op < LG_OP_COUNT + 3; op++) {
        const lg_op_info_t *info = lg_op_info(op);
        if (info == NULL) {
            // No op, or an id that is not taken: nothing can be asked of it.
            lg_view_t a = VIEW(LG_DTYPE_F32, 2, 3), out;
            CHECK_FAILS(infer(op, &a, NULL, 1, NULL, &out), LG_STATUS_NOT_FOUND);
            continue;
        }
        CHECK_EQ(info->id, op);
        CHECK(lg_op_find(info->name) == info);
        CHECK(info->in_min <= info->in_max && info->out_count >= 1);
        CHECK((info->attr_count == 0) == (info->attrs_default == NULL));
        for (uint32_t i = 0; i < info->attr_count; i++) {
            CHECK(info->attrs[i].offset < info->attrs_bytes);
            CHECK((info->attrs[i].kind == LG_ATTR_ENUM) == (info->attrs[i].choices != NULL));
        }
    }
    CHECK(lg_op_find("conv2d") == lg_op_info(LG_OP_CONV));
    CHECK(lg_op_find("") == NULL);
    CHECK(lg_op_find("zzz") == NULL);
}

// ---- hostile calls ----------------------------------------------------------------------------------

TEST(infer_refuses_wrong_operands) {
    lg_view_t out;
    lg_view_t a = VIEW(LG_DTYPE_F32, 2, 3);
    lg_view_t bad = a;
    CHECK_FAILS(infer(0, &a, &a, 2, NULL, &out), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(infer(LG_OP_COUNT, &a, &a, 2, NULL, &out), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(infer(UINT32_MAX, &a, &a, 2, NULL, &out), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(infer(LG_OP_ADD, &a, &a, 0, NULL, &out), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(infer(LG_OP_ADD, &a, &a, 3, NULL, &out), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(infer(LG_OP_ADD, &a, NULL, 2, NULL, &out), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "add: input b");
    CHECK_STR(test_err->op, "add");
    CHECK_FAILS(lg_op_infer(LG_OP_ADD, NULL, 2, NULL, &out, 1, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_op_infer(LG_OP_FULL, NULL, 0, NULL, NULL, 0, test_err), LG_STATUS_INVALID_ARGUMENT);
    bad.rank = LG_MAX_RANK + 1;
    CHECK_FAILS(infer(LG_OP_ADD, &bad, &bad, 2, NULL, &out), LG_STATUS_SHAPE);
    CHECK_FAILS(infer(LG_OP_RELU, &bad, NULL, 1, NULL, &out), LG_STATUS_SHAPE);
    bad.rank = 2;
    for (int dtype = 0; dtype < 256; dtype++) {
        bad.dtype = (uint8_t)dtype;
        lg_status_t status = infer(LG_OP_ADD, &bad, &bad, 2, NULL, &out);
        CHECK_EQ(status, dtype > LG_DTYPE_INVALID && dtype < LG_DTYPE_BOOL ? LG_OK : LG_STATUS_DTYPE);
    }
    // An error need not be wanted.
    const lg_view_t *ins[2] = {&a, NULL};
    CHECK_EQ(lg_op_infer(LG_OP_ADD, ins, 2, NULL, &out, 1, NULL), LG_STATUS_INVALID_ARGUMENT);
}

TEST(infer_refuses_wrong_attributes) {
    lg_view_t out;
    lg_view_t a = VIEW(LG_DTYPE_F32, 2, 3);
    CHECK_FAILS(infer(LG_OP_RESHAPE, &a, NULL, 1, NULL, &out), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "reshape: shape is missing");
    CHECK_FAILS(infer(LG_OP_CAST, &a, NULL, 1, NULL, &out), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(infer(LG_OP_CAST, &a, NULL, 1, &(lg_cast_attrs_t){LG_DTYPE_COUNT}, &out), LG_STATUS_DTYPE);
    CHECK_FAILS(infer(LG_OP_GELU, &a, NULL, 1, &(lg_gelu_attrs_t){2}, &out), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(infer(LG_OP_GELU, &a, NULL, 1, &(lg_gelu_attrs_t){-1}, &out), LG_STATUS_INVALID_ARGUMENT);
    lg_sum_attrs_t sum = {INTS(0), 2};
    CHECK_FAILS(infer(LG_OP_SUM, &a, NULL, 1, &sum, &out), LG_STATUS_INVALID_ARGUMENT);
    int64_t counts[] = {-2, LG_MAX_INTS + 1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        sum = (lg_sum_attrs_t){{counts[i], {0}}, 0};
        CHECK_FAILS(infer(LG_OP_SUM, &a, NULL, 1, &sum, &out), LG_STATUS_INVALID_ARGUMENT);
    }
    lg_full_attrs_t full = {INTS(2), {3, {0}}, LG_DTYPE_F32};
    CHECK_FAILS(lg_op_infer(LG_OP_FULL, NULL, 0, &full, &out, 1, test_err), LG_STATUS_INVALID_ARGUMENT);
    full.value = (lg_scalar_t){LG_SCALAR_BOOL, {7}};
    CHECK_FAILS(lg_op_infer(LG_OP_FULL, NULL, 0, &full, &out, 1, test_err), LG_STATUS_INVALID_ARGUMENT);
    lg_view_t ints = VIEW(LG_DTYPE_I32, 2);
    CHECK_FAILS(infer(LG_OP_DIV, &ints, &ints, 2, NULL, &out), LG_STATUS_DTYPE);
    CHECK_OK(infer(LG_OP_DIV, &ints, &ints, 2, &(lg_div_attrs_t){1}, &out));
}

TEST(infer_checks_every_sum_and_product) {
    lg_view_t out;
    lg_view_t one = VIEW(LG_DTYPE_F32, 1, 1);
    lg_expand_attrs_t expand = {INTS(INT64_MAX, 2)};
    CHECK_FAILS(infer(LG_OP_EXPAND, &one, NULL, 1, &expand, &out), LG_STATUS_OVERFLOW);
    expand = (lg_expand_attrs_t){INTS(INT64_MAX / 4 + 1, 1)};
    CHECK_FAILS(infer(LG_OP_EXPAND, &one, NULL, 1, &expand, &out), LG_STATUS_OVERFLOW);
    // Legal as a view of bytes, too large as one of doubles.
    lg_view_t byte = VIEW(LG_DTYPE_I8, 1);
    lg_view_t wide;
    expand = (lg_expand_attrs_t){INTS(INT64_MAX / 2)};
    CHECK_OK(infer(LG_OP_EXPAND, &byte, NULL, 1, &expand, &wide));
    CHECK_FAILS(infer(LG_OP_CAST, &wide, NULL, 1, &(lg_cast_attrs_t){LG_DTYPE_F64}, &out),
                LG_STATUS_OVERFLOW);
    const lg_view_t *three[3] = {&wide, &wide, &wide};
    CHECK_FAILS(lg_op_infer(LG_OP_CONCAT, three, 3, NULL, &out, 1, test_err), LG_STATUS_OVERFLOW);
    lg_pad_attrs_t pad = {INTS(INT64_MAX, 1), 0, {0, {0}}};
    CHECK_FAILS(infer(LG_OP_PAD, &byte, NULL, 1, &pad, &out), LG_STATUS_OVERFLOW);
    // A zero extent does not excuse the others.
    lg_full_attrs_t full = {INTS(0, INT64_MAX, INT64_MAX), {0, {0}}, LG_DTYPE_F32};
    CHECK_FAILS(lg_op_infer(LG_OP_FULL, NULL, 0, &full, &out, 1, test_err), LG_STATUS_OVERFLOW);
    lg_view_t x = VIEW(LG_DTYPE_F32, 1, 1, 5);
    lg_conv_attrs_t conv = {INTS(1), INTS(INT64_MAX), INTS(1), 1, 0};
    CHECK_FAILS(infer(LG_OP_CONV, &x, &x, 2, &conv, &out), LG_STATUS_INVALID_ARGUMENT);
    conv = (lg_conv_attrs_t){INTS(1), INTS(0), INTS(LG_WINDOW_LIMIT), 1, 0};
    CHECK_FAILS(infer(LG_OP_CONV, &x, &x, 2, &conv, &out), LG_STATUS_SHAPE);
}

// ---- windows ----------------------------------------------------------------------------------------

TEST(window_takes_all_spellings) {
    lg_window_t w;
    lg_ints_t kernel = INTS(3), two = INTS(3, 2), pads = INTS(1, 2, 3, 4), none = {-1, {0}};
    CHECK_EQ(lg_window_resolve(2, &kernel, NULL, &pads, NULL, &w), LG_OK);
    CHECK_EQ(w.kernel[0], 3);
    CHECK_EQ(w.kernel[1], 3);
    CHECK_EQ(w.kernel[2], 1);
    CHECK_EQ(w.stride[1], 3);  // of a pool: the kernel's extent
    CHECK_EQ(w.pad_begin[1], 2);
    CHECK_EQ(w.pad_end[0], 3);
    CHECK_EQ(w.pad_end[2], 0);
    CHECK_EQ(lg_window_resolve(2, NULL, &none, &two, &two, &w), LG_OK);
    CHECK_EQ(w.stride[0], 1);  // of a conv
    CHECK_EQ(w.pad_end[1], 2);
    CHECK_EQ(w.dilation[0], 3);
    CHECK_EQ(lg_window_resolve(2, &none, NULL, NULL, NULL, &w), LG_STATUS_INVALID_ARGUMENT);
    CHECK_EQ(lg_window_resolve(3, &two, NULL, NULL, NULL, &w), LG_STATUS_INVALID_ARGUMENT);
    CHECK_EQ(lg_window_resolve(0, &kernel, NULL, NULL, NULL, &w), LG_STATUS_INVALID_ARGUMENT);
    CHECK_EQ(lg_window_resolve(4, &kernel, NULL, NULL, NULL, &w), LG_STATUS_INVALID_ARGUMENT);
}

TEST(window_counts_as_a_loop_does) {
    for (int64_t code = 0; code < 8 * 4 * 3 * 3 * 3 * 3 * 2; code++) {
        int64_t rest = code;
        int64_t digits[7];
        int64_t bases[] = {8, 4, 3, 3, 3, 3, 2};
        for (int i = 0; i < 7; i++) {
            digits[i] = rest % bases[i];
            rest /= bases[i];
        }
        lg_window_t w = {.kernel = {digits[1] + 1}, .stride = {digits[2] + 1}, .dilation = {digits[3] + 1}};
        w.pad_begin[0] = digits[4];
        w.pad_end[0] = digits[5];
        int64_t extent = digits[0], ceil_mode = digits[6], count = 0;
        int64_t span = (w.kernel[0] - 1) * w.dilation[0] + 1;
        for (int64_t at = -w.pad_begin[0];; at += w.stride[0]) {
            bool whole = at + span <= extent + w.pad_end[0];
            bool hangs =
                ceil_mode && count > 0 && at < extent && at - w.stride[0] + span < extent + w.pad_end[0];
            if (!whole && !hangs) {
                break;
            }
            count++;
        }
        int64_t answer = lg_window_count(&w, 0, extent, ceil_mode);
        CHECK_EQ(answer, count > 0 ? count : -1);
    }
}

// ---- random questions -------------------------------------------------------------------------------

static uint64_t random_state;

static int64_t draw(int64_t low, int64_t high) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return low + (int64_t)(random_state % (uint64_t)(high - low + 1));
}

// Mostly small numbers, some where arithmetic ends; when `tame`, such as an honest caller has.
static int64_t draw_value(bool tame) {
    static const int64_t edges[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1, 1LL << 32,
                                    -1,        1LL << 30,     1LL << 62};
    return tame ? draw(0, 2) : draw(0, 19) == 0 ? edges[draw(0, 7)] : draw(-3, 4);
}

static void draw_attrs(const lg_op_info_t *info, bool tame, void *attrs) {
    for (uint32_t i = 0; i < info->attr_count; i++) {
        void *field = (char *)attrs + info->attrs[i].offset;
        lg_ints_t *ints = field;
        lg_floats_t *floats = field;
        lg_scalar_t *scalar = field;
        switch (info->attrs[i].kind) {
            case LG_ATTR_INTS:
                ints->count = tame ? draw(0, 2) - 1 : draw(0, 15) == 0 ? draw_value(tame) : draw(-1, 4);
                for (int k = 0; k < LG_MAX_INTS; k++) {
                    ints->values[k] = draw_value(tame);
                }
                break;
            case LG_ATTR_SCALAR:
                scalar->kind = draw(0, 3);
                scalar->value.i = draw_value(tame);
                break;
            case LG_ATTR_FLOAT:
                *(double *)field = (double)(tame ? draw(1, 2) : draw(-2, 2));
                break;
            case LG_ATTR_FLOATS:
                floats->count = tame ? draw(0, 2) - 1 : draw(0, 15) == 0 ? draw_value(tame) : draw(-1, 4);
                for (int k = 0; k < LG_MAX_INTS; k++) {
                    floats->values[k] = (double)draw_value(tame) / (double)draw(1, 2);
                }
                break;
            default:
                *(int64_t *)field = draw_value(tame);
        }
    }
}

static void check_view(const lg_view_t *view) {
    CHECK(view->rank <= LG_MAX_RANK);
    CHECK(lg_dtype_size((lg_dtype_t)view->dtype) > 0);
    CHECK(view->data == NULL && view->flags == LG_VIEW_CONTIGUOUS);
    for (size_t i = 0; i < sizeof view->reserved; i++) {
        CHECK_EQ(view->reserved[i], 0);
    }
    // lg_view_init makes the same of the shape, or refuses it.
    lg_view_t again;
    CHECK_OK(lg_view_init(&again, (lg_dtype_t)view->dtype, view->rank, view->shape, test_err));
    CHECK_EQ(again.elem_count, view->elem_count);
    for (uint32_t i = 0; i < view->rank; i++) {
        CHECK_EQ(again.strides[i], view->strides[i]);
    }
}

TEST(infer_answers_any_question) {
    union {
        char bytes[1024];
        int64_t aligned;
    } attrs;
    enum { MOST_INS = 12 };
    lg_view_t views[MOST_INS];
    int64_t answers[LG_OP_COUNT] = {0};
    random_state = 0x9e3779b97f4a7c15u;
    uint32_t taken[LG_OP_COUNT];
    int64_t taken_count = 0;
    for (uint32_t op = 1; op < LG_OP_COUNT; op++) {
        taken[taken_count] = op;
        taken_count += lg_op_info(op) != NULL;
    }
    for (int64_t round = 0; round < 3000 * taken_count; round++) {
        uint32_t op = taken[draw(0, taken_count - 1)];
        const lg_op_info_t *info = lg_op_info(op);
        uint32_t count = (uint32_t)draw(0, 9) == 0
                             ? (uint32_t)draw(0, 4)
                             : (uint32_t)draw(info->in_min, info->in_max > MOST_INS ? 3 : info->in_max);
        const lg_view_t *ins[MOST_INS];
        lg_dtype_t dtype = (lg_dtype_t)draw(1, 2);
        bool alike = draw(0, 1);
        for (uint32_t i = 0; i < MOST_INS; i++) {
            int64_t shape[LG_MAX_RANK];
            uint32_t rank = (uint32_t)draw(0, 5);
            for (uint32_t k = 0; k < rank; k++) {
                shape[k] = draw(0, 4);
            }
            views[i] = view_of(draw(0, 9) == 0 ? (lg_dtype_t)draw(1, LG_DTYPE_BOOL) : dtype, rank, shape);
            ins[i] = draw(0, 29) == 0 ? NULL : alike ? &views[0] : &views[i];
        }
        CHECK(info->attrs_bytes <= sizeof attrs.bytes);
        bool defaults = info->attr_count == 0 || draw(0, 9) == 0;
        if (!defaults) {
            draw_attrs(info, draw(0, 1), attrs.bytes);
        }
        const void *given = defaults ? NULL : attrs.bytes;
        lg_view_t answer[LG_MAX_OUTS];
        const lg_view_t *outs[LG_MAX_OUTS];
        memset(test_err, 0, sizeof *test_err);
        uint32_t out_count = 0;
        lg_status_t status = lg_op_out_count(op, ins, count, given, &out_count, test_err);
        CHECK(status != LG_OK || (out_count >= 1 && out_count <= LG_MAX_OUTS));
        if (draw(0, 19) == 0) {
            out_count = (uint32_t)draw(0, LG_MAX_OUTS);
        }
        if (status == LG_OK) {
            status = lg_op_infer(op, ins, count, given, answer, out_count, test_err);
        }
        if (status != LG_OK) {
            CHECK_EQ(test_err->code, status);
            CHECK_STR(test_err->op, info->name);
            CHECK(strncmp(test_err->message, info->name, strlen(info->name)) == 0);
            continue;
        }
        answers[op]++;
        for (uint32_t i = 0; i < out_count; i++) {
            check_view(&answer[i]);
            outs[i] = &answer[i];
        }
        lg_op_view_t view = {op,
                             (uint16_t)count,
                             (uint16_t)out_count,
                             ins,
                             outs,
                             defaults ? info->attrs_default : given,
                             info->name,
                             ""};
        double flops, bytes;
        lg_op_cost(&view, &flops, &bytes);
        CHECK(flops >= 0 && bytes >= 0);
        lg_view_t window = answer[0];
        CHECK(lg_op_alias(op, count > 0 ? ins[0] : &views[0], given, &window) == 0 ||
              (info->flags & LG_OP_FLAG_VIEW));
    }
    // The questions were not all nonsense; operands and lists of numbers that fit together are too
    // much to ask of chance, but for pointwise ops.
    for (uint32_t op = 1; op < LG_OP_COUNT; op++) {
        const lg_op_info_t *info = lg_op_info(op);
        bool much = info != NULL && (strcmp(info->family, "vision") == 0 || info->id == LG_OP_CHAIN ||
                                     (info->in_min > 1 && strcmp(info->family, "pointwise") != 0));
        if (answers[op] == 0 && info != NULL && !much) {
            lg_test_fail(__FILE__, __LINE__, "%s: no valid question among the random ones",
                         lg_op_info(op)->name);
        }
    }
}

// ---- aliasing ---------------------------------------------------------------------------------------

// Row-major position `index` of a view as an offset from its start.
static int64_t offset_of(const lg_view_t *view, int64_t index) {
    int64_t offset = 0;
    for (uint32_t i = view->rank; i-- > 0;) {
        offset += index % view->shape[i] * view->strides[i];
        index /= view->shape[i];
    }
    return offset;
}

// A random view on `memory`: axes in any order, reversed, spaced or repeated.
static lg_view_t draw_view(int32_t *memory) {
    lg_view_t view = {.data = memory, .dtype = LG_DTYPE_I32, .rank = (uint8_t)draw(0, 4)};
    uint32_t order[4] = {0, 1, 2, 3};
    int64_t stride = 1;
    for (uint32_t i = 0; i < view.rank; i++) {
        uint32_t swap = (uint32_t)draw(i, view.rank - 1);
        uint32_t axis = order[swap];
        order[swap] = order[i];
        order[i] = axis;
    }
    bool dense = draw(0, 1);
    for (uint32_t i = 0; i < view.rank; i++) {
        uint32_t axis = dense ? view.rank - 1 - i : order[i];
        view.shape[axis] = draw(1, 4);
        int64_t step = dense ? 1 : draw(1, 2);
        view.strides[axis] = !dense && draw(0, 5) == 0 ? 0 : stride * step;
        stride *= view.shape[axis] * step;
        if (!dense && draw(0, 3) == 0) {
            view.data = (int32_t *)view.data + (view.shape[axis] - 1) * view.strides[axis];
            view.strides[axis] = -view.strides[axis];
        }
    }
    lg_view_update(&view);
    return view;
}

TEST(reshape_views_are_the_same_elements) {
    static int32_t memory[8 * 8 * 8 * 8];
    for (int32_t i = 0; i < (int32_t)(sizeof memory / sizeof memory[0]); i++) {
        memory[i] = i;
    }
    random_state = 0x2545f4914f6cdd1du;
    int64_t views = 0, copies = 0;
    for (int round = 0; round < 20000; round++) {
        lg_view_t in = draw_view(memory);
        lg_reshape_attrs_t attrs = {.shape = {.count = 0}};
        // Split the count into random factors, with ones in between.
        for (int64_t rest = in.elem_count; attrs.shape.count < 6 && (rest > 1 || draw(0, 2) > 0);) {
            int64_t factor = draw(1, 4);
            factor = rest % factor == 0 ? factor : 1;
            attrs.shape.values[attrs.shape.count] = attrs.shape.count == 5 ? rest : factor;
            attrs.shape.count++;
            rest /= factor;
        }
        lg_view_t out;
        if (infer(LG_OP_RESHAPE, &in, NULL, 1, &attrs, &out) != LG_OK) {
            continue;
        }
        lg_view_t before = out;
        if (!lg_op_alias(LG_OP_RESHAPE, &in, &attrs, &out)) {
            copies++;
            CHECK(memcmp(&before, &out, sizeof out) == 0);  // still what was inferred
            continue;
        }
        views++;
        CHECK(out.data == in.data);
        for (int64_t i = 0; i < in.elem_count; i++) {
            CHECK_EQ(offset_of(&out, i), offset_of(&in, i));
        }
        lg_view_t again = out;
        lg_view_update(&again);
        CHECK_EQ(again.flags, out.flags);
    }
    CHECK(views > 1000 && copies > 1000);
}

TEST(alias_keeps_read_only) {
    float data[6];
    lg_view_t in = VIEW(LG_DTYPE_F32, 2, 3);
    in.data = data;
    in.flags |= LG_VIEW_READONLY;
    lg_slice_attrs_t attrs = {INTS(-1), INTS(INT64_MIN), INTS(1), INTS(-1)};
    lg_view_t out;
    CHECK_OK(infer(LG_OP_SLICE, &in, NULL, 1, &attrs, &out));
    CHECK(lg_op_alias(LG_OP_SLICE, &in, &attrs, &out));
    CHECK(out.data == data + 2 && out.strides[1] == -1 && out.strides[0] == 3);
    CHECK_EQ(out.flags, LG_VIEW_READONLY);
    // Nothing bound: strides are known all the same.
    in.data = NULL;
    CHECK_OK(infer(LG_OP_SLICE, &in, NULL, 1, &attrs, &out));
    CHECK(lg_op_alias(LG_OP_SLICE, &in, &attrs, &out));
    CHECK(out.data == NULL && out.strides[1] == -1);
}
