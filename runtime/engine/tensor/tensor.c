// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/context.h"
#include "tensor/buffer.h"
#include "tensor/view.h"

lg_status_t lg_tensor_init(lg_context_t *context, lg_dtype_t dtype, uint32_t rank, const int64_t *shape,
                           lg_tensor_t *out_tensor, lg_error_t *err) {
    out_tensor->buffer = NULL;
    LG_TRY(lg_context_check(context, err));
    LG_TRY(lg_view_init(&out_tensor->view, dtype, rank, shape, err));
    return lg_tensor_allocate(context, out_tensor, err);
}

void lg_tensor_deinit(lg_tensor_t *tensor) {
    if (tensor != NULL) {
        lg_buffer_release(tensor->buffer);
        memset(tensor, 0, sizeof *tensor);
    }
}
