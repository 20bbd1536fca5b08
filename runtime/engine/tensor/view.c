// SPDX-License-Identifier: Apache-2.0
#include "tensor/view.h"

#include <stdio.h>
#include <string.h>

lg_status_t lg_view_init(lg_view_t *view, lg_dtype_t dtype, uint32_t rank, const int64_t *shape,
                         lg_error_t *err) {
    LG_CHECK(err, rank <= LG_MAX_RANK, LG_STATUS_SHAPE, NULL, "rank %u is above the maximum of %d", rank,
             LG_MAX_RANK);
    size_t item_bytes = lg_dtype_size(dtype);
    LG_CHECK(err, item_bytes != 0, LG_STATUS_DTYPE, NULL, "%d is not a dtype", (int)dtype);
    view->data = NULL;
    view->dtype = (uint8_t)dtype;
    view->rank = (uint8_t)rank;
    view->flags = LG_VIEW_CONTIGUOUS;
    memset(view->reserved, 0, sizeof view->reserved);
    // Zero extents do not excuse the others: the product of the non-zero ones must fit, so strides do too.
    int64_t stride = 1;
    int64_t count = 1;
    for (uint32_t i = rank; i-- > 0;) {
        LG_CHECK(err, shape[i] >= 0, LG_STATUS_SHAPE, NULL, "extent %lld of axis %u is negative",
                 (long long)shape[i], i);
        view->shape[i] = shape[i];
        view->strides[i] = stride;
        count = shape[i] == 0 ? 0 : count;
        LG_CHECK(err, lg_mul_i64(stride, shape[i] > 0 ? shape[i] : 1, &stride), LG_STATUS_OVERFLOW, NULL,
                 "the element count of this shape does not fit in 64 bits");
    }
    int64_t bytes;
    LG_CHECK(err, lg_mul_i64(stride, (int64_t)item_bytes, &bytes), LG_STATUS_OVERFLOW, NULL,
             "%lld elements of %s do not fit in 64 bits of bytes", (long long)stride, lg_dtype_name(dtype));
    view->elem_count = count == 0 ? 0 : stride;
    return LG_OK;
}

void lg_view_update(lg_view_t *view) {
    int64_t count = 1;
    bool contiguous = true;
    for (uint32_t i = view->rank; i-- > 0;) {
        contiguous = contiguous && (view->shape[i] == 1 || view->strides[i] == count);
        count *= view->shape[i];
    }
    view->elem_count = count;
    // An empty view has no gaps whatever its strides say.
    view->flags =
        (uint8_t)((view->flags & ~LG_VIEW_CONTIGUOUS) | (contiguous || count == 0 ? LG_VIEW_CONTIGUOUS : 0));
}

char *lg_view_format(const lg_view_t *view, char *text, size_t capacity) {
    size_t used = 0;
    for (uint32_t i = 0; i <= view->rank && used < capacity; i++) {
        int written = i == 0 ? snprintf(text, capacity, "%s[", lg_dtype_name((lg_dtype_t)view->dtype))
                             : snprintf(text + used, capacity - used, i == 1 ? "%lld" : ",%lld",
                                        (long long)view->shape[i - 1]);
        used += written > 0 ? (size_t)written : 0;
    }
    if (used < capacity) {
        snprintf(text + used, capacity - used, "]");
    }
    return text;
}

void lg_view_extent(const lg_view_t *view, int64_t *out_low, int64_t *out_high) {
    int64_t low = 0;
    int64_t high = 0;
    for (uint32_t i = 0; i < view->rank; i++) {
        int64_t reach = (view->shape[i] - 1) * view->strides[i];
        low += reach < 0 ? reach : 0;
        high += reach > 0 ? reach : 0;
    }
    *out_low = low;
    *out_high = view->elem_count == 0 ? low : high + 1;
}

bool lg_view_overlaps(const lg_view_t *a, const lg_view_t *b) {
    if (a->elem_count == 0 || b->elem_count == 0) {
        return false;
    }
    int64_t low[2], high[2];
    lg_view_extent(a, &low[0], &high[0]);
    lg_view_extent(b, &low[1], &high[1]);
    int64_t a_bytes = (int64_t)lg_dtype_size((lg_dtype_t)a->dtype);
    int64_t b_bytes = (int64_t)lg_dtype_size((lg_dtype_t)b->dtype);
    intptr_t a_data = (intptr_t)a->data;
    intptr_t b_data = (intptr_t)b->data;
    return a_data + low[0] * a_bytes < b_data + high[1] * b_bytes &&
           b_data + low[1] * b_bytes < a_data + high[0] * a_bytes;
}

bool lg_view_same(const lg_view_t *a, const lg_view_t *b) {
    if (a->data != b->data || a->dtype != b->dtype || a->rank != b->rank) {
        return false;
    }
    for (uint32_t i = 0; i < a->rank; i++) {
        if (a->shape[i] != b->shape[i] || (a->shape[i] > 1 && a->strides[i] != b->strides[i])) {
            return false;
        }
    }
    return true;
}
