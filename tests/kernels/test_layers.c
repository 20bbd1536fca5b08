// SPDX-License-Identifier: Apache-2.0
// Norms, attention and recurrent layers: however the range is cut, the bits are the same; instruction sets agree
// within rounding. Operands stand against pages that cannot be touched, scratch starts as NaN. The values
// themselves are tested from Python.
#include "nn_kernels.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

enum { LAYER_INS = 8, LAYER_OUTS = 3 };

typedef struct layer_case {
    uint32_t op;
    const void *attrs;
    int outs;
    int ranks[LAYER_INS + LAYER_OUTS];  // -1 ends the inputs, 0 is an input that is absent
    int64_t shapes[LAYER_INS + LAYER_OUTS][4];
} layer_case_t;

static const lg_group_norm_attrs_t four_groups = {4, 1e-5};
static const lg_lp_norm_attrs_t middle = {1, 2};
static const lg_lrn_attrs_t window = {3, 1e-2, 0.75, 1.0};
static const lg_scaled_dot_product_attention_attrs_t causal = {1, 1, 0.0, 0.0};
static const lg_lstm_attrs_t both_lstm = {2, 0, 0.0, 0, 1, 1, 0};
static const lg_gru_attrs_t both_gru = {2, 0, 0.0, 0, 1, 0};
static const lg_gru_attrs_t linear_gru = {2, 0, 0.0, 0, 1, 1};

static const layer_case_t layer_cases[] = {
    {LG_OP_BATCH_NORM, NULL, 1, {3, 1, 1, -1, 3}, {{3, 5, 37}, {5}, {5}, {0}, {3, 5, 37}}},
    {LG_OP_BATCH_NORM, NULL, 1, {2, 1, 1, 1, 1, -1, 2}, {{9, 35}, {35}, {35}, {35}, {35}, {0}, {9, 35}}},
    {LG_OP_INSTANCE_NORM, NULL, 1, {3, 1, -1, 3}, {{3, 5, 37}, {5}, {0}, {3, 5, 37}}},
    {LG_OP_GROUP_NORM, &four_groups, 1, {3, 1, 1, -1, 3}, {{3, 8, 65}, {8}, {8}, {0}, {3, 8, 65}}},
    {LG_OP_RMS_NORM, NULL, 1, {2, 1, -1, 2}, {{7, 133}, {133}, {0}, {7, 133}}},
    {LG_OP_LP_NORM, &middle, 1, {3, -1, 3}, {{3, 6, 150}, {0}, {3, 6, 150}}},
    {LG_OP_LP_NORM, NULL, 1, {2, -1, 2}, {{7, 133}, {0}, {7, 133}}},
    {LG_OP_LRN, &window, 1, {3, -1, 3}, {{2, 5, 150}, {0}, {2, 5, 150}}},
    {LG_OP_SCALED_DOT_PRODUCT_ATTENTION,
     NULL,
     1,
     {3, 3, 3, -1, 3},
     {{4, 150, 20}, {2, 300, 20}, {2, 300, 9}, {0}, {4, 150, 9}}},
    {LG_OP_SCALED_DOT_PRODUCT_ATTENTION,
     &causal,
     1,
     {3, 3, 3, 2, -1, 3},
     {{2, 1200, 8}, {1, 1300, 8}, {1, 1300, 8}, {1200, 1300}, {0}, {2, 1200, 8}}},
    {LG_OP_SCALED_DOT_PRODUCT_ATTENTION,
     NULL,
     1,
     {3, 3, 3, -1, 3},
     {{4, 3, 20}, {4, 300, 20}, {4, 300, 9}, {0}, {4, 3, 9}}},
    {LG_OP_LSTM,
     &both_lstm,
     3,
     {3, 3, 3, 2, 0, 3, 3, 2, -1, 4, 3},
     {{5, 70, 9}, {2, 80, 9}, {2, 80, 20}, {2, 160}, {0}, {2, 70, 20}, {2, 70, 20}, {2, 60}, {0}, {0}, {0}}},
    {LG_OP_GRU, &both_gru, 2, {3, 3, 3, 2, -1}, {{3, 70, 9}, {2, 60, 9}, {2, 60, 20}, {2, 120}}},
    {LG_OP_GRU, &linear_gru, 2, {3, 3, 3, 2, -1}, {{3, 70, 9}, {2, 60, 9}, {2, 60, 20}, {2, 120}}},
    {LG_OP_RNN, NULL, 2, {3, 3, 3, -1}, {{3, 70, 9}, {1, 20, 9}, {1, 20, 20}}},
};

// The shapes of outputs follow from the engine's own rule.
static void layer_outputs(const layer_case_t *t, const lg_view_t *const *ins, int in_count, lg_view_t *outs) {
    CHECK_OK(lg_op_infer(t->op, ins, (uint32_t)in_count, t->attrs, outs, (uint32_t)t->outs, test_err));
}

static void layer_run(const lg_kernel_t *kernel, const layer_case_t *t, const nn_operand_t *ins, int in_count,
                      nn_operand_t *outs, int64_t pieces) {
    lg_view_t views[LAYER_INS + LAYER_OUTS];
    const lg_view_t *in_views[LAYER_INS], *out_views[LAYER_OUTS];
    void *data[LAYER_INS + LAYER_OUTS + 1];
    for (int i = 0; i < in_count; ++i) {
        views[i] = ins[i].view;
        in_views[i] = t->ranks[i] > 0 ? &views[i] : NULL;
        data[i] = ins[i].view.data;
    }
    for (int i = 0; i < t->outs; ++i) {
        views[LAYER_INS + i] = outs[i].view;
        out_views[i] = &views[LAYER_INS + i];
        data[in_count + i] = outs[i].view.data;
    }
    const lg_op_view_t op = {t->op,     (uint16_t)in_count, (uint16_t)t->outs, in_views,
                             out_views, t->attrs,           kernel->name,      ""};
    _Alignas(16) unsigned char args[LG_KERNEL_ARGS_BYTES];
    lg_kernel_call_t call;
    memset(&call, 0, sizeof call);
    call.args = args;
    call.args_capacity = sizeof args;
    CHECK_OK(kernel->prepare(kernel, &op, &call, test_err));
    const size_t scratch_bytes = (call.scratch_bytes + 63) / 64 * 64;
    void *scratch = aligned_alloc(64, scratch_bytes + 64);
    CHECK(scratch != NULL);
    memset(scratch, 0xff, scratch_bytes + 64);  // NaN
    data[in_count + t->outs] = scratch;
    const int64_t step = call.extent / pieces > 0 ? call.extent / pieces : 1;
    for (int64_t end = call.extent; end > 0;
         end -= step) {  // from the end: nothing may rest on what was before
        const int64_t begin = end > step ? end - step : 0;
        CHECK(call.fn(args, data, begin, end) == 0);
    }
    for (size_t i = 0; i < 64; ++i) {
        CHECK(((unsigned char *)scratch)[scratch_bytes + i] == 0xff);
    }
    free(scratch);
}

static void layer_check(const layer_case_t *t, int dtype, int layout) {
    nn_operand_t ins[LAYER_INS], first[LAYER_OUTS], other[LAYER_OUTS];
    const lg_view_t *views[LAYER_INS];
    lg_view_t outs[LAYER_OUTS];
    int in_count = 0;
    memset(ins, 0, sizeof ins);
    memset(outs, 0, sizeof outs);
    for (; in_count < LAYER_INS && t->ranks[in_count] >= 0; ++in_count) {
        int64_t strides[4];
        nn_operand_t *in = &ins[in_count];
        views[in_count] = NULL;
        if (t->ranks[in_count] > 0) {
            nn_strides(layout, t->ranks[in_count], t->shapes[in_count], strides);
            *in = nn_make(dtype, t->ranks[in_count], t->shapes[in_count], strides);
            for (int64_t i = 0; i < in->view.elem_count; ++i) {  // positive: one of them is a variance
                nn_set(in, i, (double)nn_random(1, 1000) / 2000);
            }
            views[in_count] = &in->view;
        }
    }
    layer_outputs(t, views, in_count, outs);
    for (int i = 0; i < t->outs; ++i) {
        first[i] = nn_make(dtype, outs[i].rank, outs[i].shape, NULL);
        other[i] = nn_make(dtype, outs[i].rank, outs[i].shape, NULL);
    }
    static const int isas[] = {LG_ISA_SCALAR, LG_ISA_AVX2, LG_ISA_AVX512, LG_ISA_NEON};
    static const int64_t pieces[] = {1, 2, 3, 7, 1000000};
    double *reference[LAYER_OUTS] = {NULL};
    for (int s = 0; s < COUNT(isas); ++s) {
        const lg_kernel_t *kernel = nn_kernel(t->op, dtype, isas[s]);
        if (kernel == NULL) {
            continue;
        }
        for (int cut = 0; cut < COUNT(pieces); ++cut) {
            layer_run(kernel, t, ins, in_count, cut == 0 ? first : other, pieces[cut]);
            for (int i = 0; i < t->outs && cut > 0; ++i) {
                CHECK(memcmp(first[i].low, other[i].low, first[i].bytes) == 0);
                nn_check_guard(&other[i]);
            }
        }
        for (int i = 0; i < t->outs; ++i) {
            if (reference[i] == NULL) {
                reference[i] = nn_values(&first[i]);
            }
            for (int64_t k = 0; k < first[i].view.elem_count; ++k) {
                const double want = reference[i][k], got = nn_at(&first[i], k);
                if (!(fabs(got - want) <= 1e-5 * (1 + fabs(want)))) {
                    lg_test_fail(__FILE__, __LINE__, "%s, output %d, element %lld: %g, wanted %g",
                                 kernel->name, i, (long long)k, got, want);
                }
            }
        }
    }
    for (int i = 0; i < in_count; ++i) {
        nn_free(&ins[i]);
    }
    for (int i = 0; i < t->outs; ++i) {
        nn_free(&first[i]);
        nn_free(&other[i]);
        free(reference[i]);
    }
}

TEST(layers_in_pieces) {
    for (int i = 0; i < COUNT(layer_cases); ++i) {
        for (int layout = 0; layout < 4; ++layout) {
            nn_seed = (uint64_t)(i * 4 + layout + 1);
            layer_check(&layer_cases[i], LG_DTYPE_F32, layout);
        }
        layer_check(&layer_cases[i], LG_DTYPE_F64, 1);
    }
}
