# SPDX-License-Identifier: Apache-2.0
"""Ops that sample images."""

from dsl import enum, f64, flag, floats, i64, ints, onnx, op

op(
    "resize",
    id=223,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types={"T": "f32 f64 u8"},
    attrs={
        "size": ints(None, "Extents of the result, one per axis or one for all.", positional=True),
        "scale_factor": floats(None, "Extents of the result over those of `x`, instead of `size`."),
        "mode": enum(
            "nearest",
            "linear",
            "cubic",
            default="nearest",
            doc="How many neighbours make an element: 1, 2 or 4.",
        ),
        "coordinate_transformation_mode": enum(
            "half_pixel",
            "half_pixel_symmetric",
            "pytorch_half_pixel",
            "align_corners",
            "asymmetric",
            "tf_half_pixel_for_nn",
            "tf_crop_and_resize",
            default="half_pixel",
            doc="Which place in `x` belongs to an element of the result.",
        ),
        "nearest_mode": enum(
            "round_prefer_floor",
            "round_prefer_ceil",
            "floor",
            "ceil",
            default="round_prefer_floor",
            doc="Which neighbour is the nearest.",
        ),
        "cubic_coeff_a": f64(-0.75, "The coefficient a of cubic weights."),
        "exclude_outside": flag(
            False, "Whether neighbours outside `x` get the weight 0, instead of being its border."
        ),
        "extrapolation_value": f64(0.0, "What lies outside `x` for ``tf_crop_and_resize``."),
        "antialias": flag(False, "Whether shrinking widens the neighbourhood, so that all elements count."),
        "axes": ints(
            None,
            "The axes to resize; None for all when there are as many values, for all behind the first "
            "two when there is one, else for the last ones.",
        ),
        "keep_aspect_ratio_policy": enum(
            "stretch",
            "not_larger",
            "not_smaller",
            default="stretch",
            doc="Whether all axes take the smallest or the largest of the scales that `size` makes.",
        ),
        "roi": floats(
            None, "Region for ``tf_crop_and_resize``: begins, then ends of all axes, parts of the extent."
        ),
    },
    shape="resize(size, scale_factor, mode, coordinate_transformation_mode, nearest_mode, cubic_coeff_a, "
    "exclude_outside, extrapolation_value, antialias, axes, keep_aspect_ratio_policy, roi)",
    dtype="same",
    cost={"flops": "6*|y|", "bytes": "io"},
    tol={"f32": (1e-5, 1e-37), "f64": (1e-12, 1e-300)},
    onnx=onnx("Resize", (10, 11, 13, 18, 19), {"sizes": "size", "scales": "scale_factor"}),
    source="ONNX Resize-19",
    args={"x": "Input, of any rank"},
    doc="""
Resizes axes by interpolation: nearest, linear or cubic, each axis for itself.

Extents are `size`, or ``extent * scale_factor`` rounded down. Results of u8 are rounded to the nearest,
ties to even, and clamped. PyTorch's ``interpolate`` is ``mode="linear"`` (or ``"cubic"``), with
``coordinate_transformation_mode="align_corners"`` where it has ``align_corners=True``; its ``nearest`` is
``coordinate_transformation_mode="asymmetric", nearest_mode="floor"``. Coordinates and weights are computed
in f64.
""",
    example=">>> lg.resize(lg.tensor([[[1.0, 3.0]]]), scale_factor=2.0, mode='linear').tolist()\n"
    "[[[1.0, 1.5, 2.5, 3.0]]]",
)
op(
    "grid_sample",
    id=224,
    since="0.1",
    ins="x:T[N,C,...] grid:T[N,...]",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "mode": enum(
            "linear", "nearest", "cubic", default="linear", doc="How many neighbours count along each axis."
        ),
        "padding_mode": enum(
            "zeros",
            "border",
            "reflection",
            default="zeros",
            doc="What lies outside `x`: 0, its border, or its mirror.",
        ),
        "align_corners": flag(
            False, "Whether -1 and 1 are the centres of the outermost elements, not their edges."
        ),
    },
    shape="grid_sample()",
    dtype="same",
    cost={"flops": "16*|y|", "bytes": "io"},
    tol={"f32": (1e-5, 1e-5), "f64": (1e-10, 1e-12)},
    onnx=onnx("GridSample", (16, 20, 22)),
    source="ONNX GridSample-22; PyTorch grid_sample",
    args={
        "x": "Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W)",
        "grid": "Where to sample: the last axis holds a place, last axis of `x` first, -1 to 1 over it",
    },
    doc="""
Samples images at given places.

``y[n,c,p]`` is ``x[n,c]`` at ``grid[n,p]``. Places outside are clamped (but for cubic) or mirrored before
neighbours are looked for, as PyTorch and ONNX Runtime have it. NaN lies outside.
""",
    example=">>> lg.grid_sample(lg.tensor([[[1.0, 3.0]]]), lg.tensor([[[0.0], [0.5]]])).tolist()\n"
    "[[[2.0, 3.0]]]",
)
op(
    "affine_grid",
    id=225,
    since="0.1",
    ins="theta:T[N,...]",
    outs="grid:T[N,...]",
    types={"T": "f32 f64"},
    attrs={
        "size": ints(doc="Shape of the image that will be sampled: batch, channels, 2 or 3 spatial axes."),
        "align_corners": flag(
            False,
            "Whether -1 and 1 are the centres of the outermost elements, not their edges.",
            positional=True,
        ),
    },
    shape="affine_grid(size)",
    dtype="same",
    cost={"flops": "6*|grid|", "bytes": "io"},
    tol={"f32": (1e-5, 1e-6), "f64": (1e-12, 1e-14)},
    onnx=onnx("AffineGrid", 20),
    source="ONNX AffineGrid-20; PyTorch affine_grid",
    args={"theta": "Affine maps, shape (N, 2, 3) or (N, 3, 4)"},
    doc="The places that `grid_sample` needs to sample an image through an affine map.",
    example=">>> lg.affine_grid(lg.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]), (1, 1, 1, 2)).tolist()\n"
    "[[[[-0.5, 0.0], [0.5, 0.0]]]]",
)
op(
    "roi_align",
    id=226,
    since="0.1",
    ins="x:T[N,C,H,W] rois:T[R,...] batch_indices:i64[R]",
    outs="y:T[R,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "output_height": i64(1, "Bins along the height of a region."),
        "output_width": i64(1, "Bins along the width of a region."),
        "sampling_ratio": i64(0, "Points per axis of a bin; 0 for as many as elements, rounded up."),
        "spatial_scale": f64(1.0, "Factor from coordinates of `rois` to those of `x`."),
        "mode": enum("avg", "max", default="avg", doc="What becomes of the points of a bin."),
        "coordinate_transformation_mode": enum(
            "half_pixel",
            "output_half_pixel",
            default="half_pixel",
            doc="Whether coordinates are shifted by half an element; else regions have at least one element.",
        ),
    },
    shape="roi_align(output_height, output_width, sampling_ratio, spatial_scale)",
    dtype="same",
    cost={"flops": "32*|y|", "bytes": "io"},
    tol={"f32": (1e-5, 1e-5), "f64": (1e-10, 1e-12)},
    onnx=onnx("RoiAlign", (10, 16, 22)),
    source="ONNX RoiAlign-22; torchvision roi_align",
    args={
        "x": "Feature maps",
        "rois": "Regions, shape (R, 4): x1, y1, x2, y2",
        "batch_indices": "The image of each region",
    },
    doc="""
Cuts regions into bins and takes the mean of points in each, interpolated linearly.

Points more than one element outside `x` count as 0. With ``mode="max"`` a bin is the largest product of an
element and its weight, which is how ONNX defines it. ``torchvision.ops.roi_align(aligned=True)`` is
``half_pixel``, ``aligned=False`` is ``output_half_pixel``.
""",
    example=">>> x = lg.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])\n"
    ">>> lg.roi_align(x, lg.tensor([[0.0, 0.0, 2.0, 2.0]]), lg.tensor([0])).tolist()\n[[[[2.5]]]]",
)
op(
    "crop_and_resize",
    id=227,
    since="0.1",
    ins="x:T[N,C,H,W] boxes:T[R,...] box_indices:i64[R]",
    outs="y:T[R,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "crop_size": ints(doc="Height and width of the results."),
        "mode": enum("linear", "nearest", default="linear", doc="How many neighbours count along each axis."),
        "extrapolation_value": f64(0.0, "What lies outside `x`."),
    },
    shape="crop_and_resize(crop_size)",
    dtype="same",
    cost={"flops": "10*|y|", "bytes": "io"},
    tol={"f32": (1e-5, 1e-5), "f64": (1e-10, 1e-12)},
    onnx=None,
    source="TensorFlow image.crop_and_resize",
    args={
        "x": "Images",
        "boxes": "Regions, shape (R, 4): y1, x1, y2, x2 as parts of the height and width less one",
        "box_indices": "The image of each region",
    },
    doc="""
Crops regions of images and resizes each to the same size.

Corners are the centres of the outermost elements. A box whose second corner comes first is flipped.
""",
    example=">>> x = lg.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])\n"
    ">>> lg.crop_and_resize(x, lg.tensor([[0.0, 0.0, 1.0, 0.0]]), lg.tensor([0]), (3, 1)).tolist()\n"
    "[[[[1.0], [2.0], [3.0]]]]",
)
op(
    "image_normalize",
    id=228,
    since="0.1",
    ins="x:T[...]",
    outs="y:f32[...]",
    types={"T": "u8 f32"},
    attrs={
        "mean": floats(None, "Subtracted after scaling, one per channel or one for all; None for 0."),
        "std": floats(None, "Divisor after that, one per channel or one for all; None for 1."),
        "scale": f64(1.0 / 255.0, "Factor of the pixels."),
        "layout": enum(
            "nhwc", "nchw", default="nhwc", doc="Where `x` has its channels; the result has them first."
        ),
    },
    shape="image_normalize(mean, std, scale, layout)",
    dtype="same",
    cost={"flops": "2*|y|", "bytes": "io"},
    tol={"f32": (2e-6, 1e-6)},
    onnx=None,
    source="torchvision ToTensor and Normalize",
    args={"x": "Images, shape (N, H, W, C) or (N, C, H, W), or one without N; up to 16 channels"},
    doc="""
Pixels to what a model expects, in one pass: ``(x * scale - mean) / std`` in f32, channels first.

The factor ``scale / std`` and the summand ``-mean / std`` are rounded to f32 first.
""",
    example=">>> lg.image_normalize(lg.tensor([[[0, 255, 255]]], dtype=lg.u8), mean=0.5, std=0.5).tolist()\n"
    "[[[-1.0]], [[1.0]], [[1.0]]]",
)
op(
    "col2im",
    id=229,
    since="0.1",
    ins="x:T[N,...]",
    outs="y:T[N,...]",
    types={"T": "f32 f64"},
    attrs={
        "output_size": ints(doc="Spatial extents of the result, one for each axis."),
        "kernel_size": ints(doc="Extents of the window, one for all spatial axes or one each."),
        "stride": ints(1, "Step of the window, one for all spatial axes or one each."),
        "padding": ints(0, "Elements around the result: one, one per axis, or begins then ends of all axes."),
        "dilation": ints(1, "Distance of window elements, one for all or one each."),
    },
    shape="col2im(output_size, kernel_size, stride, padding, dilation)",
    dtype="same",
    cost={"flops": "|x|", "bytes": "io"},
    tol={"f32": (1e-5, 1e-6), "f64": (1e-12, 1e-14)},
    onnx=onnx(
        "Col2Im",
        18,
        {
            "image_shape": "output_size",
            "block_shape": "kernel_size",
            "strides": "stride",
            "pads": "padding",
            "dilations": "dilation",
        },
    ),
    source="ONNX Col2Im-18; PyTorch fold",
    args={"x": "Windows as columns, shape (N, C * window elements, windows)"},
    doc="Adds up the windows of images: the reverse of cutting them out. PyTorch's ``fold``.",
    example=">>> lg.col2im(lg.tensor([[[1.0, 2.0], [3.0, 4.0]]]), 3, 2).tolist()\n[[[1.0, 5.0, 4.0]]]",
)

NMS = {
    "max_output_boxes_per_class": i64(
        0, "At most so many boxes of a class of an image; 0, as ONNX has it, for none."
    ),
    "iou_threshold": f64(
        0.0, "A box is dropped when it overlaps a better one by more, as a part of their union."
    ),
    "score_threshold": f64(-1.7976931348623157e308, "A box is dropped when its score is not above this."),
    "center_point_box": flag(
        False, "Whether boxes are x, y of the centre, width, height; else y, x of two corners."
    ),
}
NMS_ARGS = {
    "boxes": "Boxes, shape (N, B, 4)",
    "scores": "Score of each box for each class",
    "selected": "One row for each box that is left: image, class, box",
}
NMS_DOC = """
Rows are in the order of images, then classes, then descending scores (of equal ones the lower box first).
Boxes without area overlap nothing; scores that are NaN are dropped."""

op(
    "non_max_suppression_padded",
    id=235,
    since="0.1",
    ins="boxes:T[N,B,...] scores:T[N,C,B]",
    outs="selected:i64[...] count:i64[]",
    types={"T": "f32 f64"},
    attrs=NMS,
    shape="non_max_suppression(max_output_boxes_per_class, iou_threshold)",
    dtype="same",
    cost={"flops": "20*|scores|", "bytes": "io"},
    onnx=None,
    source="ONNX NonMaxSuppression-11; TensorFlow non_max_suppression_padded",
    args={**NMS_ARGS, "count": "How many rows of `selected` are boxes"},
    doc="""
Chooses boxes by score, without those that overlap a better one; as many rows as there may be, the rest are
-1.

For programs, which have to know all shapes beforehand."""
    + NMS_DOC,
    example=">>> boxes = lg.tensor([[[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.1], [2.0, 2.0, 3.0, 3.0]]])\n"
    ">>> scores = lg.tensor([[[0.9, 0.8, 0.7]]])\n"
    ">>> lg.non_max_suppression_padded(\n"
    "...     boxes, scores, max_output_boxes_per_class=3, iou_threshold=0.5\n... )[0].tolist()\n"
    "[[0, 0, 0], [0, 0, 2], [-1, -1, -1]]",
)
op(
    "non_max_suppression",
    id=234,
    since="0.1",
    ins="boxes:T[N,B,...] scores:T[N,C,B]",
    outs="selected:i64[...]",
    types={"T": "f32 f64"},
    attrs=NMS,
    shape="non_max_suppression(max_output_boxes_per_class, iou_threshold)",
    dtype="same",
    cost={"flops": "20*|scores|", "bytes": "io"},
    flags="DATA_SHAPE",
    onnx=onnx("NonMaxSuppression", (10, 11)),
    source="ONNX NonMaxSuppression-11",
    args=NMS_ARGS,
    doc="""
Chooses boxes by score, without those that overlap a better one.

The number of rows depends on the data: a program with this op is planned in parts while it runs. Programs
whose shapes are known beforehand take `non_max_suppression_padded`."""
    + NMS_DOC.replace("\nRows", " Rows", 1),
    example=">>> boxes = lg.tensor([[[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.1], [2.0, 2.0, 3.0, 3.0]]])\n"
    ">>> scores = lg.tensor([[[0.9, 0.8, 0.7]]])\n"
    ">>> lg.non_max_suppression(boxes, scores, max_output_boxes_per_class=3, iou_threshold=0.5).tolist()\n"
    "[[0, 0, 0], [0, 0, 2]]",
)
