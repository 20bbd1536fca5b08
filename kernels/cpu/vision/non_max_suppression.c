// SPDX-License-Identifier: Apache-2.0
// non_max_suppression: for each class of each image the boxes in descending order of score (ties: the lower index first),
// without those whose intersection over union with a box chosen before exceeds the threshold. Boxes of no area suppress
// nothing and are not suppressed; scores that are NaN are dropped. Computed in f64. One unit: rows follow each other
// without gaps. Scratch:
//
//     | order: int64[boxes] | chosen: double[limit][5], corners and area |
//
// Source: ONNX NonMaxSuppression-11.
#include <stddef.h>

#include "vision.h"

typedef struct nms_args {
    int64_t images, classes, boxes, limit;  // limit: boxes per class
    int64_t box_image, box_step, box_bound, score_image, score_class, score_step;
    double iou, least;
    int32_t centers, is_double;
} nms_args_t;

static double nms_at(const nms_args_t *args, const void *memory, int64_t offset) {
    return args->is_double ? ((const double *)memory)[offset] : (double)((const float *)memory)[offset];
}

typedef struct nms_scores {
    const nms_args_t *args;
    const void *memory;
    int64_t base;
} nms_scores_t;

// Whether box a comes after box b.
static int32_t nms_after(const nms_scores_t *s, int64_t a, int64_t b) {
    const double x = nms_at(s->args, s->memory, s->base + a * s->args->score_step);
    const double y = nms_at(s->args, s->memory, s->base + b * s->args->score_step);
    return x < y || (x == y && a > b);
}

static void nms_sift(const nms_scores_t *s, int64_t *heap, int64_t at, int64_t count) {
    const int64_t value = heap[at];
    for (int64_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && nms_after(s, heap[child + 1], heap[child]);
        if (!nms_after(s, heap[child], value)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = value;
}

// Heap sort: the heap's top is what comes last.
static void nms_sort(const nms_scores_t *s, int64_t *order, int64_t count) {
    for (int64_t i = count / 2; i-- > 0;) {
        nms_sift(s, order, i, count);
    }
    for (int64_t i = count; i-- > 1;) {
        const int64_t top = order[0];
        order[0] = order[i];
        order[i] = top;
        nms_sift(s, order, 0, i);
    }
}

// Corners in ascending order, and the area.
static void nms_corners(const nms_args_t *args, const void *boxes, int64_t base, double *corners) {
    double v[4];
    for (int i = 0; i < 4; i++) {
        v[i] = nms_at(args, boxes, base + i * args->box_bound);
    }
    if (args->centers) {  // x, y, width, height
        const double x = v[0], y = v[1], half_width = v[2] / 2, half_height = v[3] / 2;
        v[0] = y - half_height;
        v[1] = x - half_width;
        v[2] = y + half_height;
        v[3] = x + half_width;
    }
    corners[0] = v[0] < v[2] ? v[0] : v[2];
    corners[1] = v[1] < v[3] ? v[1] : v[3];
    corners[2] = v[0] < v[2] ? v[2] : v[0];
    corners[3] = v[1] < v[3] ? v[3] : v[1];
    corners[4] = (corners[2] - corners[0]) * (corners[3] - corners[1]);
}

static int32_t nms_overlap(const double *a, const double *b, double most) {
    if (!(a[4] > 0 && b[4] > 0)) {
        return 0;
    }
    const double top = a[0] > b[0] ? a[0] : b[0], left = a[1] > b[1] ? a[1] : b[1];
    const double bottom = a[2] < b[2] ? a[2] : b[2], right = a[3] < b[3] ? a[3] : b[3];
    if (bottom <= top || right <= left) {
        return 0;
    }
    const double common = (bottom - top) * (right - left);
    return common / (a[4] + b[4] - common) > most;
}

// Writes rows (image, class, box) and returns how many.
static int64_t nms_select(const nms_args_t *args, const void *boxes, const void *scores, char *scratch,
                          int64_t *rows) {
    int64_t *order = (int64_t *)(void *)scratch;
    double *chosen = (double *)(void *)(order + args->boxes);
    int64_t total = 0;
    for (int64_t part = 0; part < args->images * args->classes && args->limit > 0; part++) {
        const int64_t image = part / args->classes, class = part % args->classes;
        const nms_scores_t s = {args, scores, image * args->score_image + class * args->score_class};
        int64_t count = 0, used = 0;
        for (int64_t i = 0; i < args->boxes; i++) {
            if (nms_at(args, scores, s.base + i * args->score_step) > args->least) {
                order[count++] = i;
            }
        }
        nms_sort(&s, order, count);
        for (int64_t i = 0; i < count && used < args->limit; i++) {
            double *box = chosen + 5 * used;
            nms_corners(args, boxes, image * args->box_image + order[i] * args->box_step, box);
            int32_t free = 1;
            for (int64_t k = 0; free && k < used; k++) {
                free = !nms_overlap(chosen + 5 * k, box, args->iou);
            }
            if (free) {
                used++;
                rows[0] = image;
                rows[1] = class;
                rows[2] = order[i];
                rows += 3;
            }
        }
        total += used;
    }
    return total;
}

// Rows that are left over are -1; then how many are not.
static int32_t nms_padded(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const nms_args_t *args = memory;
    if (begin >= end) {
        return 0;
    }
    int64_t *rows = data[2];
    const int64_t count = nms_select(args, data[0], data[1], data[4], rows);
    for (int64_t i = 3 * count; i < 3 * args->images * args->classes * args->limit; i++) {
        rows[i] = -1;
    }
    *(int64_t *)data[3] = count;
    return 0;
}

// See Note [Data shapes]: the extents stand in front of the scratch.
static int32_t nms_exact(const void *memory, void *const *data, int64_t begin, int64_t end) {
    if (begin >= end) {
        return 0;
    }
    int64_t *extents = data[3];
    extents[0] =
        nms_select(memory, data[0], data[1], (char *)data[3] + LG_MAX_RANK * sizeof(int64_t), data[2]);
    extents[1] = 3;
    return 0;
}

LG_VISION_PREPARE(non_max_suppression) {
    const lg_non_max_suppression_padded_attrs_t *attrs = op->attrs;
    const lg_view_t *boxes = op->ins[0], *scores = op->ins[1];
    for (uint32_t i = 0; i < op->out_count; i++) {
        LG_VISION_NEED_DENSE(op->outs[i], "output")
    }
    static const lg_non_max_suppression_padded_attrs_t standard = {0, 0.0, -1.7976931348623157e308, 0};
    attrs = attrs != NULL ? attrs : &standard;
    nms_args_t *args = call->args;
    const int64_t most = attrs->max_output_boxes_per_class;
    *args = (nms_args_t){
        .images = scores->shape[0],
        .classes = scores->shape[1],
        .boxes = scores->shape[2],
        .limit = most < scores->shape[2] ? most : scores->shape[2],
        .box_image = boxes->strides[0],
        .box_step = boxes->strides[1],
        .box_bound = boxes->strides[2],
        .score_image = scores->strides[0],
        .score_class = scores->strides[1],
        .score_step = scores->strides[2],
        .iou = attrs->iou_threshold,
        .least = attrs->score_threshold,
        .centers = attrs->center_point_box != 0,
        .is_double = kernel->dtypes >> LG_DTYPE_F64 & 1,
    };
    call->fn = ((const lg_vision_impl_t *)kernel->impl)->fn;
    call->extent = 1;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes =
        64 + (size_t)args->boxes * sizeof(int64_t) + (size_t)args->limit * 5 * sizeof(double);
    const double n = (double)scores->elem_count;
    call->work_ns = 50.0 + 40.0 * n + 2.0 * n * (double)args->limit;
    return LG_OK;
}

const lg_non_max_suppression_impl_t lg_non_max_suppression_padded_f32__scalar = {nms_padded, 0};
const lg_non_max_suppression_impl_t lg_non_max_suppression_padded_f64__scalar = {nms_padded, 0};
const lg_non_max_suppression_impl_t lg_non_max_suppression_f32__scalar = {nms_exact, 0};
const lg_non_max_suppression_impl_t lg_non_max_suppression_f64__scalar = {nms_exact, 0};
