// SPDX-License-Identifier: Apache-2.0
// A C program as a user writes it: adds two tensors and prints the sum of the result.
#include <legato/legato.h>
#include <stdio.h>

static lg_status_t add_and_print(lg_context_t *context, lg_error_t *err) {
    const int64_t shape[] = {2, 3};
    lg_tensor_t a = {0}, b = {0}, sum = {0};
    lg_status_t status = lg_tensor_init(context, LG_DTYPE_F32, 2, shape, &a, err);
    if (status == LG_OK) {
        status = lg_tensor_init(context, LG_DTYPE_F32, 1, shape + 1, &b, err);
    }
    if (status == LG_OK) {
        float *values = a.view.data, *row = b.view.data;
        for (int i = 0; i < 6; i++) {
            values[i] = (float)i;
        }
        for (int i = 0; i < 3; i++) {
            row[i] = 10.0f;
        }
        const lg_tensor_t *ins[] = {&a, &b};
        status = lg_op_call(context, LG_OP_ADD, ins, 2, NULL, &sum, 1, err);
    }
    if (status == LG_OK) {
        char text[64];
        float total = 0.0f;
        for (int64_t i = 0; i < sum.view.elem_count; i++) {
            total += ((const float *)sum.view.data)[i];
        }
        printf("%s %s %g\n", lg_version(), lg_view_format(&sum.view, text, sizeof text), (double)total);
    }
    lg_tensor_deinit(&sum);
    lg_tensor_deinit(&b);
    lg_tensor_deinit(&a);
    return status;
}

int main(void) {
    lg_error_t err = {0};
    lg_context_t *context = NULL;
    lg_status_t status = lg_context_create(NULL, &context, &err);
    if (status == LG_OK) {
        status = add_and_print(context, &err);
        lg_context_close(context);
    }
    if (status != LG_OK) {
        fprintf(stderr, "%s: %s\n", lg_status_name(status), err.message);
        return 1;
    }
    return 0;
}
