/* SPDX-License-Identifier: Apache-2.0
 *
 * Ops that sample images: an implementation is the range function of one op, dtype and instruction set.
 */
#ifndef LEGATO_KERNELS_VISION_VISION_H_
#define LEGATO_KERNELS_VISION_VISION_H_

#include "../cpu.h"

typedef struct lg_vision_impl {
    lg_kernel_fn_t fn;
    double elem_ns;  // rough cost of an element of the output
} lg_vision_impl_t;

typedef lg_vision_impl_t lg_resize_impl_t;
typedef lg_vision_impl_t lg_grid_sample_impl_t;
typedef lg_vision_impl_t lg_affine_grid_impl_t;
typedef lg_vision_impl_t lg_roi_align_impl_t;
typedef lg_vision_impl_t lg_crop_and_resize_impl_t;
typedef lg_vision_impl_t lg_image_normalize_impl_t;
typedef lg_vision_impl_t lg_col2im_impl_t;
typedef lg_vision_impl_t lg_non_max_suppression_impl_t;

#define LG_VISION_PREPARE(family)                                                        \
    lg_status_t lg_##family##_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, \
                                      lg_kernel_call_t *call, lg_error_t *err)
LG_VISION_PREPARE(resize);
LG_VISION_PREPARE(grid_sample);
LG_VISION_PREPARE(affine_grid);
LG_VISION_PREPARE(roi_align);
LG_VISION_PREPARE(crop_and_resize);
LG_VISION_PREPARE(image_normalize);
LG_VISION_PREPARE(col2im);
LG_VISION_PREPARE(non_max_suppression);

#define LG_VISION_IMPL(op, dtype, isa, cost) \
    const lg_##op##_impl_t lg_##op##_##dtype##__##isa = {op##_##dtype##__##isa, cost};

// The first lines of a prepare function.
#define LG_VISION_NEED_DENSE(view, what)                                                                 \
    if (!((view)->flags & LG_VIEW_CONTIGUOUS)) {                                                         \
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous %s", op->name, \
                            what);                                                                       \
    }

#endif  // LEGATO_KERNELS_VISION_VISION_H_
