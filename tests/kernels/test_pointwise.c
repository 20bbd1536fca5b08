// SPDX-License-Identifier: Apache-2.0
// Every pointwise kernel that runs here: against the scalar reference on adversarial values, and against
// itself on every layout and cut, where it must give the same bits.
#include <legato/op.h>

#include <math.h>
#include <stdlib.h>

#include "operands.h"

enum { MAX_INS = 3 };

// What a call of a pointwise op looks like; `in_count` with absent clip bounds counted.
typedef struct signature {
    uint32_t in_count;
    lg_dtype_t ins[MAX_INS], out;
    int32_t absent[MAX_INS];
    const void *attrs;
    int64_t attr[2];  // storage for attrs
    double slope[2];
} signature_t;

static int32_t is_pointwise(uint32_t op) {
    return (op >= LG_OP_ABS && op <= LG_OP_WHERE) || (op >= LG_OP_SIGN && op <= LG_OP_THRESHOLD_RELU);
}

static int32_t is_float(uint32_t dtype) {
    return dtype == LG_DTYPE_F32 || dtype == LG_DTYPE_F64 || dtype == LG_DTYPE_F16 || dtype == LG_DTYPE_BF16;
}

static int32_t is_binary(uint32_t op) {
    return (op >= LG_OP_ADD && op <= LG_OP_LOGICAL_AND) ||
           (op >= LG_OP_NOT_EQUAL && op <= LG_OP_LOGICAL_XOR) ||
           (op >= LG_OP_BITWISE_AND && op <= LG_OP_BIT_SHIFT) || (op >= LG_OP_MOD && op <= LG_OP_PRELU);
}

static int32_t divides(uint32_t op) {
    return op == LG_OP_DIV || op == LG_OP_MOD || op == LG_OP_FMOD;
}

// Describes variant `variant` of the calls of `op` for `dtype`; returns 0 when there are no more.
static int32_t signature_of(uint32_t op, uint32_t dtype, uint32_t variant, signature_t *s) {
    memset(s, 0, sizeof *s);
    s->in_count = is_binary(op) ? 2 : op == LG_OP_WHERE || op == LG_OP_CLIP ? 3 : 1;
    for (uint32_t i = 0; i < MAX_INS; i++) {
        s->ins[i] = (lg_dtype_t)dtype;
    }
    s->out = (lg_dtype_t)dtype;
    switch (op) {
        case LG_OP_IS_NAN:
        case LG_OP_EQUAL:
        case LG_OP_LESS:
        case LG_OP_GREATER:
        case LG_OP_NOT_EQUAL:
        case LG_OP_LESS_EQUAL:
        case LG_OP_GREATER_EQUAL:
            s->out = LG_DTYPE_BOOL;
            return variant < 1;
        case LG_OP_IS_INF:
            s->out = LG_DTYPE_BOOL;
            s->attr[0] = variant & 1;
            s->attr[1] = variant >> 1 & 1;
            s->attrs = variant == 3 ? NULL : s->attr;
            return variant < 4;
        case LG_OP_BIT_SHIFT:
        case LG_OP_GELU:
            s->attr[0] = (int64_t)variant;
            s->attrs = s->attr;
            return variant < 2;
        case LG_OP_DIV:
            s->attr[0] = (int64_t)variant + (is_float(dtype) ? 0 : 1);
            s->attrs = s->attr;
            return s->attr[0] < 3;
        case LG_OP_LEAKY_RELU:
        case LG_OP_ELU:
        case LG_OP_CELU:
        case LG_OP_THRESHOLD_RELU:
        case LG_OP_HARD_SIGMOID:
            s->slope[0] = 0.3;
            s->slope[1] = 0.6;
            s->attrs = variant == 0 ? NULL : s->slope;
            return variant < 2;
        case LG_OP_CLIP:
            s->absent[1] = variant & 1;
            s->absent[2] = variant >> 1 & 1;
            return variant < 4;
        case LG_OP_CAST:
            s->attr[0] = (int64_t)variant + 1;
            s->attrs = s->attr;
            s->out = (lg_dtype_t)s->attr[0];
            return s->attr[0] < LG_DTYPE_COUNT;
        case LG_OP_WHERE: {
            static const lg_dtype_t by_size[] = {LG_DTYPE_U8, LG_DTYPE_BF16, LG_DTYPE_F32, LG_DTYPE_I64};
            if (variant < 4) {
                s->ins[1] = s->ins[2] = s->out = by_size[variant];
            }
            return variant < 4;
        }
        default:
            return variant < 1;
    }
}

// ---- values -----------------------------------------------------------------------------------------

// Any bit pattern, and every fourth time one of the awkward ones.
static void fill(lg_operand_t *operand, uint64_t seed) {
    static const double awkward[] = {0.0,   -0.0,    1.0,    -1.0,    0.5,    -0.5,     2.0,       -2.0,
                                     1.5,   88.8,    -88.8,  -103.5,  1e-40,  -1e-40,   6e-8,      1e-45,
                                     65504, 65520.0, 3.4e38, -3.4e38, 1e300,  INFINITY, -INFINITY, NAN,
                                     127.5, 255.9,   2e9,    -2.2e9,  9.3e18, 0.1};
    unsigned char *data = operand->memory + LG_TEST_GUARD_BYTES;
    size_t item = lg_dtype_size((lg_dtype_t)operand->view.dtype);
    for (size_t i = 0; i + item <= operand->bytes; i += item) {
        uint64_t bits = lg_test_random(&seed), choice = lg_test_random(&seed);
        double value = awkward[(choice >> 8) % (sizeof awkward / sizeof awkward[0])];
        if (choice % 4 == 1) {
            value = (double)(int64_t)(bits >> 40) * 0x1p-20 - 8.0;  // moderate
        }
        float narrow = (float)value;
        uint32_t narrow_bits;
        memcpy(&narrow_bits, &narrow, sizeof narrow_bits);
        switch (operand->view.dtype) {
            case LG_DTYPE_F32:
                bits = choice % 4 < 2 ? narrow_bits : bits;
                break;
            case LG_DTYPE_F64:
                if (choice % 4 < 2) {
                    memcpy(&bits, &value, sizeof bits);
                }
                break;
            case LG_DTYPE_BF16:
                bits = choice % 4 < 2 ? narrow_bits >> 16 : bits;
                break;
            case LG_DTYPE_BOOL:
                bits &= 1;
                break;
            default:  // f16: any pattern is awkward enough. Integers: often small or extreme.
                bits = choice % 8 == 0   ? (choice >> 8) % 7 - 3
                       : choice % 8 == 1 ? (uint64_t)1 << (8 * item - 1)
                                         : bits;
        }
        memcpy(data + i, &bits, item);  // little-endian
    }
}

// Integer division by zero has a test of its own.
static void replace_zeros(lg_operand_t *operand) {
    unsigned char *data = operand->memory + LG_TEST_GUARD_BYTES;
    size_t item = lg_dtype_size((lg_dtype_t)operand->view.dtype);
    for (size_t i = 0; i + item <= operand->bytes; i += item) {
        uint64_t bits = 0;
        memcpy(&bits, data + i, item);
        data[i] = bits == 0 ? 1 : data[i];
    }
}

// An element as a double; integers of 64 bits lose digits, which comparisons by value do not need.
static double value_of(const void *address, uint32_t dtype) {
    uint16_t half;
    float f32;
    double f64;
    uint32_t bits;
    memcpy(&half, address, sizeof half);
    switch (dtype) {
        case LG_DTYPE_F32:
            memcpy(&f32, address, sizeof f32);
            return (double)f32;
        case LG_DTYPE_F64:
            memcpy(&f64, address, sizeof f64);
            return f64;
        case LG_DTYPE_BF16:
            bits = (uint32_t)half << 16;
            memcpy(&f32, &bits, sizeof f32);
            return (double)f32;
        default: {  // f16
            int32_t exponent = half >> 10 & 31, fraction = half & 1023;
            double magnitude = exponent == 31 ? (fraction ? NAN : INFINITY)
                               : exponent     ? ldexp(1024 + fraction, exponent - 25)
                                              : ldexp(fraction, -24);
            return half & 0x8000 ? -magnitude : magnitude;
        }
    }
}

// The same bits, or both NaN.
static int32_t is_same(const void *a, const void *b, uint32_t dtype) {
    if (memcmp(a, b, lg_dtype_size((lg_dtype_t)dtype)) == 0) {
        return 1;
    }
    return is_float(dtype) && isnan(value_of(a, dtype)) && isnan(value_of(b, dtype));
}

// Within the accuracy that test_ulp.c states, loosely: only the shape of a mistake matters here.
static int32_t is_near(const void *a, const void *b, uint32_t dtype) {
    double x = value_of(a, dtype), y = value_of(b, dtype);
    if (isnan(x) || isnan(y) || isinf(x) || isinf(y)) {
        return (isnan(x) && isnan(y)) || x == y;
    }
    double relative = dtype == LG_DTYPE_F16 ? 1.1e-3 : dtype == LG_DTYPE_BF16 ? 8e-3 : 3e-5;
    double absolute = dtype == LG_DTYPE_F16 ? 6e-8 : 2e-40;
    return fabs(x - y) <= relative * fabs(y) + absolute;
}

// ---- runs -------------------------------------------------------------------------------------------

static const lg_kernel_t *scalar_kernel(const lg_kernel_t *kernel, uint32_t dtype) {
    size_t count;
    const lg_kernel_t *kernels = lg_cpu_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        if (kernels[i].op == kernel->op && (kernels[i].dtypes >> dtype & 1) &&
            kernels[i].isa == LG_ISA_SCALAR) {
            return &kernels[i];
        }
    }
    lg_test_fail(__FILE__, __LINE__, "%s has no scalar reference", kernel->name);
}

// Broadcasts `view` to `shape` by zero strides.
static lg_view_t broadcast(const lg_view_t *view, const lg_view_t *out) {
    lg_view_t wide = *out;
    wide.dtype = view->dtype;
    wide.data = view->data;
    for (uint32_t d = 0; d < out->rank; d++) {
        int64_t axis = (int64_t)d - (out->rank - view->rank);
        wide.strides[d] = axis < 0 || view->shape[axis] == 1 ? 0 : view->strides[axis];
    }
    return wide;
}

// Runs `kernel` on `ins` and `out` in several cuts and checks each result: equal to its own on dense copies,
// and those equal (BITWISE) or near to the scalar reference. Frees the operands.
static void check_layout(const lg_kernel_t *kernel, const signature_t *s, lg_operand_t *ins,
                         lg_operand_t *out) {
    const lg_view_t *views[MAX_INS] = {NULL, NULL, NULL}, *dense_views[MAX_INS] = {NULL, NULL, NULL};
    lg_operand_t dense[MAX_INS];
    memset(dense, 0, sizeof dense);
    const lg_view_t *y = &out->view;
    for (uint32_t k = 0; k < s->in_count; k++) {
        if (s->absent[k]) {
            continue;
        }
        views[k] = &ins[k].view;
        dense[k] = lg_operand(s->ins[k], y->rank, y->shape, NULL, 1, 0);
        lg_view_t wide = broadcast(&ins[k].view, y);
        size_t item = lg_dtype_size(s->ins[k]);
        for (int64_t i = 0; i < y->elem_count; i++) {
            memcpy((unsigned char *)dense[k].view.data + (size_t)i * item, lg_test_at(&wide, i), item);
        }
        dense_views[k] = &dense[k].view;
    }
    lg_operand_t own = lg_operand(s->out, y->rank, y->shape, NULL, 1, 0);
    lg_operand_t reference = lg_operand(s->out, y->rank, y->shape, NULL, 1, 0);
    const lg_kernel_t *scalar = scalar_kernel(kernel, s->ins[0]);
    CHECK_EQ(lg_test_run(kernel, dense_views, s->in_count, &own.view, s->attrs, 1), 0);
    CHECK_EQ(lg_test_run(scalar, dense_views, s->in_count, &reference.view, s->attrs, 1), 0);
    for (int64_t i = 0; i < y->elem_count; i++) {
        const void *a = lg_test_at(&own.view, i), *b = lg_test_at(&reference.view, i);
        if (!(kernel->flags & LG_KERNEL_BITWISE ? is_same(a, b, s->out) : is_near(a, b, s->out))) {
            lg_test_fail(__FILE__, __LINE__, "%s, variant %lld: element %lld of %lld differs from %s",
                         kernel->name, (long long)s->attr[0], (long long)i, (long long)y->elem_count,
                         scalar->name);
        }
    }
    for (int64_t cuts = 1; cuts <= 5; cuts += 2) {
        CHECK_EQ(lg_test_run(kernel, views, s->in_count, y, s->attrs, cuts), 0);
        for (int64_t i = 0; i < y->elem_count; i++) {
            if (!is_same(lg_test_at(y, i), lg_test_at(&own.view, i), s->out)) {
                lg_test_fail(__FILE__, __LINE__,
                             "%s, variant %lld: element %lld of %lld depends on the layout", kernel->name,
                             (long long)s->attr[0], (long long)i, (long long)y->elem_count);
            }
        }
    }
    // In place: the output is exactly input 0.
    if (s->out == s->ins[0] && !s->absent[0] && ins[0].view.elem_count == y->elem_count &&
        ins[0].view.rank == y->rank) {
        CHECK_EQ(lg_test_run(kernel, views, s->in_count, &ins[0].view, s->attrs, 3), 0);
        for (int64_t i = 0; i < y->elem_count; i++) {
            if (!is_same(lg_test_at(&ins[0].view, i), lg_test_at(&own.view, i), s->out)) {
                lg_test_fail(__FILE__, __LINE__, "%s, variant %lld: element %lld of %lld is wrong in place",
                             kernel->name, (long long)s->attr[0], (long long)i, (long long)y->elem_count);
            }
        }
    }
    for (uint32_t k = 0; k < s->in_count; k++) {
        lg_operand_free(&ins[k]);
        lg_operand_free(&dense[k]);
    }
    lg_operand_free(&own);
    lg_operand_free(&reference);
    lg_operand_free(out);
}

// One layout: the output's shape, and for each operand (output last) which axes are 1, the order of the axes
// in memory (a permutation by its index below, 0: row-major) and the step of the innermost axis.
typedef struct layout {
    uint32_t rank;
    int64_t shape[4];
    struct {
        uint32_t ones;  // bit d: extent 1 on axis d
        uint32_t rank;  // 0: that of the output; 9: rank 0
        int32_t order;
        int32_t spread;
    } operands[MAX_INS + 1];
} layout_t;

#define PLAIN {0, 0, 0, 1}
static const layout_t layouts[] = {
    {0, {0}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {0}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {1}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {7}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {8}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {9}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {15}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {16}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {17}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {1000}, {PLAIN, PLAIN, PLAIN, PLAIN}},
    {1, {5000}, {PLAIN, {0, 9, 0, 1}, {0, 9, 0, 1}, PLAIN}},                  // scalars on the right
    {1, {1100}, {{0, 9, 0, 1}, PLAIN, PLAIN, PLAIN}},                         // a scalar on the left
    {2, {3, 5}, {{3, 0, 0, 1}, {3, 0, 0, 1}, {3, 0, 0, 1}, PLAIN}},           // single elements of rank 2
    {1, {700}, {{0, 0, 0, 3}, {0, 0, 0, -2}, {0, 0, 0, 2}, PLAIN}},           // strided inputs
    {1, {700}, {PLAIN, PLAIN, PLAIN, {0, 0, 0, 2}}},                          // strided output
    {1, {300}, {{0, 0, 0, -1}, PLAIN, PLAIN, {0, 0, 0, -1}}},                 // backwards
    {2, {40, 130}, {PLAIN, {0, 1, 0, 1}, {1, 0, 0, 1}, PLAIN}},               // rows added to a matrix
    {2, {40, 130}, {PLAIN, {2, 0, 0, 1}, {2, 0, 0, 1}, PLAIN}},               // columns
    {2, {40, 130}, {{2, 0, 0, 1}, {1, 0, 0, 1}, PLAIN, PLAIN}},               // outer product
    {2, {500, 3}, {PLAIN, {0, 1, 0, 1}, {2, 0, 0, 1}, PLAIN}},                // short rows
    {2, {70, 90}, {{0, 0, 1, 1}, PLAIN, {0, 0, 1, 1}, PLAIN}},                // transposed inputs
    {2, {70, 90}, {PLAIN, PLAIN, {0, 0, 1, 1}, {0, 0, 1, 1}}},                // transposed output
    {2, {70, 90}, {{0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}}},  // all transposed: dense again
    {4, {3, 4, 5, 70}, {PLAIN, {13, 0, 0, 1}, {7, 0, 0, 1}, PLAIN}},          // per channel, per pixel
    {4, {3, 4, 5, 6}, {{0, 0, 2, 2}, {5, 0, 0, -1}, {0, 2, 0, 3}, {0, 0, 3, -3}}},
    {3, {2, 0, 5}, {PLAIN, {1, 0, 0, 1}, PLAIN, PLAIN}},
};

static lg_operand_t make_operand(const layout_t *layout, uint32_t k, lg_dtype_t dtype) {
    static const int32_t orders[4][4] = {{0, 1, 2, 3}, {1, 0, 2, 3}, {2, 0, 3, 1}, {3, 1, 0, 2}};
    int64_t shape[4] = {0};
    uint32_t rank = layout->operands[k].rank == 9 ? 0 : layout->operands[k].rank;
    rank = layout->operands[k].rank == 0 ? layout->rank : rank;
    for (uint32_t d = 0; d < rank; d++) {
        shape[d] = layout->operands[k].ones >> d & 1 ? 1 : layout->shape[d + layout->rank - rank];
    }
    return lg_operand(dtype, rank, shape,
                      layout->operands[k].order ? orders[layout->operands[k].order] : NULL,
                      layout->operands[k].spread, 0);
}

static void check_kernel(const lg_kernel_t *kernel, uint32_t dtype) {
    signature_t s;
    for (uint32_t variant = 0; signature_of(kernel->op, dtype, variant, &s); variant++) {
        for (size_t l = 0; l < sizeof layouts / sizeof layouts[0]; l++) {
            lg_operand_t ins[MAX_INS], out = make_operand(&layouts[l], MAX_INS, s.out);
            memset(ins, 0, sizeof ins);
            for (uint32_t k = 0; k < s.in_count; k++) {
                if (!s.absent[k]) {
                    ins[k] = make_operand(&layouts[l], k, s.ins[k]);
                    fill(&ins[k], 1 + l * 31 + k * 7 + variant);
                }
            }
            if (divides(kernel->op) && !is_float(dtype)) {
                replace_zeros(&ins[1]);
            }
            check_layout(kernel, &s, ins, &out);
        }
    }
}

#define TEST_ISA(name, ISA)                                                       \
    TEST(name) {                                                                  \
        size_t count;                                                             \
        const lg_kernel_t *kernels = lg_cpu_kernels(&count);                      \
        if (!lg_test_runs(LG_ISA_##ISA)) {                                        \
            lg_test_skip("no " #ISA " here");                                     \
        }                                                                         \
        for (size_t i = 0; i < count; i++) {                                      \
            if (!is_pointwise(kernels[i].op) || kernels[i].isa != LG_ISA_##ISA) { \
                continue;                                                         \
            }                                                                     \
            for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {           \
                if (kernels[i].dtypes >> dtype & 1) {                             \
                    check_kernel(&kernels[i], dtype);                             \
                }                                                                 \
            }                                                                     \
        }                                                                         \
    }
TEST_ISA(pointwise_scalar, SCALAR)
TEST_ISA(pointwise_avx2, AVX2)
TEST_ISA(pointwise_avx512, AVX512)
TEST_ISA(pointwise_neon, NEON)

// A large output takes the streaming stores: the same bits as the ordinary ones, at every alignment.
TEST(pointwise_stream) {
    int64_t n = ((int64_t)13 << 20) / 4;
    size_t count;
    const lg_kernel_t *kernels = lg_cpu_kernels(&count);
    lg_operand_t x = lg_operand(LG_DTYPE_F32, 1, &n, NULL, 1, 3),
                 y = lg_operand(LG_DTYPE_F32, 1, &n, NULL, 1, 0);
    lg_operand_t z = lg_operand(LG_DTYPE_F32, 1, &n, NULL, 1, 0);
    for (size_t i = 0; i < count; i++) {
        uint32_t op = kernels[i].op;
        if ((op != LG_OP_ADD && op != LG_OP_RELU) || !(kernels[i].dtypes >> LG_DTYPE_F32 & 1) ||
            !lg_test_runs(kernels[i].isa)) {
            continue;
        }
        for (int64_t shift = 0; shift < 3; shift++) {
            int64_t length = n - 5;
            lg_view_t part[4];
            CHECK_OK(lg_view_init(&part[0], LG_DTYPE_F32, 1, &length, test_err));
            part[1] = part[2] = part[3] = part[0];
            part[0].data = (float *)x.view.data + shift;
            part[1].data = (float *)x.view.data + 3;
            part[2].data = (float *)y.view.data + shift;
            part[3].data = (float *)z.view.data + shift;
            const lg_view_t *ins[2] = {&part[0], &part[1]};
            CHECK_EQ(lg_test_run(&kernels[i], ins, op == LG_OP_ADD ? 2 : 1, &part[2], NULL, 1), 0);
            CHECK_EQ(lg_test_run(scalar_kernel(&kernels[i], LG_DTYPE_F32), ins, op == LG_OP_ADD ? 2 : 1,
                                 &part[3], NULL, 3),
                     0);
            CHECK(memcmp(part[2].data, part[3].data, (size_t)length * sizeof(float)) == 0);
        }
    }
    lg_operand_free(&x);
    lg_operand_free(&y);
    lg_operand_free(&z);
}

TEST(pointwise_division_by_zero) {
    int64_t n = 300;
    size_t count;
    const lg_kernel_t *kernels = lg_cpu_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        lg_dtype_t dtype = (lg_dtype_t)__builtin_ctz(kernels[i].dtypes);
        if (!divides(kernels[i].op) || is_float(dtype)) {
            continue;
        }
        lg_operand_t a = lg_operand(dtype, 1, &n, NULL, 2, 5), b = lg_operand(dtype, 1, &n, NULL, 1, 6);
        lg_operand_t y = lg_operand(dtype, 1, &n, NULL, 1, 0);
        replace_zeros(&b);
        const lg_view_t *ins[2] = {&a.view, &b.view};
        int64_t modes[3] = {0, 1, 2};  // of div; the others look at no attribute
        if (kernels[i].op == LG_OP_DIV) {
            CHECK_EQ(lg_test_run(&kernels[i], ins, 2, &y.view, &modes[0], 1), LG_STATUS_UNSUPPORTED);
        }
        for (int32_t mode = 1; mode < 3; mode++) {
            CHECK_EQ(lg_test_run(&kernels[i], ins, 2, &y.view, &modes[mode], 1), 0);
        }
        memset(lg_test_at(&b.view, n - 1), 0, lg_dtype_size(dtype));
        for (int32_t mode = 1; mode < 3; mode++) {
            CHECK_EQ(lg_test_run(&kernels[i], ins, 2, &y.view, &modes[mode], 1), LG_STATUS_DIVISION_BY_ZERO);
        }
        lg_operand_free(&a);
        lg_operand_free(&b);
        lg_operand_free(&y);
    }
}
