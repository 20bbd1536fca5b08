# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/vision.py by runtime/schema/generate.py; do not edit
"""Typed entries of the vision ops."""

from collections import namedtuple

from legato.core.dispatch cimport (
    attr_bool,
    attr_enum,
    attr_float,
    attr_floats,
    attr_int,
    attr_ints,
    call1,
    call2,
    call3,
    call_several,
)
from legato.core.engine cimport (
    LG_OP_AFFINE_GRID,
    LG_OP_COL2IM,
    LG_OP_CROP_AND_RESIZE,
    LG_OP_GRID_SAMPLE,
    LG_OP_IMAGE_NORMALIZE,
    LG_OP_NON_MAX_SUPPRESSION,
    LG_OP_NON_MAX_SUPPRESSION_PADDED,
    LG_OP_RESIZE,
    LG_OP_ROI_ALIGN,
    lg_affine_grid_attrs_t,
    lg_col2im_attrs_t,
    lg_crop_and_resize_attrs_t,
    lg_grid_sample_attrs_t,
    lg_image_normalize_attrs_t,
    lg_non_max_suppression_attrs_t,
    lg_non_max_suppression_padded_attrs_t,
    lg_resize_attrs_t,
    lg_roi_align_attrs_t,
)

cdef tuple RESIZE_MODE = ('nearest', 'linear', 'cubic')
cdef tuple RESIZE_COORDINATE_TRANSFORMATION_MODE = (
    'half_pixel', 'half_pixel_symmetric', 'pytorch_half_pixel', 'align_corners', 'asymmetric',
    'tf_half_pixel_for_nn', 'tf_crop_and_resize'
)
cdef tuple RESIZE_NEAREST_MODE = ('round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil')
cdef tuple RESIZE_KEEP_ASPECT_RATIO_POLICY = ('stretch', 'not_larger', 'not_smaller')
cdef tuple GRID_SAMPLE_MODE = ('linear', 'nearest', 'cubic')
cdef tuple GRID_SAMPLE_PADDING_MODE = ('zeros', 'border', 'reflection')
cdef tuple ROI_ALIGN_MODE = ('avg', 'max')
cdef tuple ROI_ALIGN_COORDINATE_TRANSFORMATION_MODE = ('half_pixel', 'output_half_pixel')
cdef tuple CROP_AND_RESIZE_MODE = ('linear', 'nearest')
cdef tuple IMAGE_NORMALIZE_LAYOUT = ('nhwc', 'nchw')

NonMaxSuppressionPaddedResult = namedtuple(
    'NonMaxSuppressionPaddedResult', ('selected', 'count'), module=__name__
)


def resize(
    object x,
    object size=None,
    *,
    object scale_factor=None,
    object mode='nearest',
    object coordinate_transformation_mode='half_pixel',
    object nearest_mode='round_prefer_floor',
    object cubic_coeff_a=-0.75,
    object exclude_outside=False,
    object extrapolation_value=0.0,
    object antialias=False,
    object axes=None,
    object keep_aspect_ratio_policy='stretch',
    object roi=None,
    object out=None,
):
    """Resizes axes by interpolation: nearest, linear or cubic, each axis for itself.

    Parameters
    ----------
    x : Tensor
        Input, of any rank. f32, f64 or u8.
    size : int or tuple of int, default None
        Extents of the result, one per axis or one for all.
    scale_factor : float or tuple of float, default None
        Extents of the result over those of `x`, instead of `size`.
    mode : {'nearest', 'linear', 'cubic'}, default 'nearest'
        How many neighbours make an element: 1, 2 or 4.
    coordinate_transformation_mode : {'half_pixel', 'half_pixel_symmetric', 'pytorch_half_pixel',
        'align_corners', 'asymmetric', 'tf_half_pixel_for_nn', 'tf_crop_and_resize'}, default
        'half_pixel'
        Which place in `x` belongs to an element of the result.
    nearest_mode : {'round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'}, default 'round_prefer_floor'
        Which neighbour is the nearest.
    cubic_coeff_a : float, default -0.75
        The coefficient a of cubic weights.
    exclude_outside : bool, default False
        Whether neighbours outside `x` get the weight 0, instead of being its border.
    extrapolation_value : float, default 0.0
        What lies outside `x` for ``tf_crop_and_resize``.
    antialias : bool, default False
        Whether shrinking widens the neighbourhood, so that all elements count.
    axes : int or tuple of int, default None
        The axes to resize; None for all when there are as many values, for all behind the first two
        when there is one, else for the last ones.
    keep_aspect_ratio_policy : {'stretch', 'not_larger', 'not_smaller'}, default 'stretch'
        Whether all axes take the smallest or the largest of the scales that `size` makes.
    roi : float or tuple of float, default None
        Region for ``tf_crop_and_resize``: begins, then ends of all axes, parts of the extent.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The sizes do not fit the axes.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An axis is out of range or named twice.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Extents are `size`, or ``extent * scale_factor`` rounded down. Results of u8 are rounded to the
    nearest, ties to even, and clamped. PyTorch's ``interpolate`` is ``mode="linear"`` (or
    ``"cubic"``), with ``coordinate_transformation_mode="align_corners"`` where it has
    ``align_corners=True``; its ``nearest`` is ``coordinate_transformation_mode="asymmetric",
    nearest_mode="floor"``. Coordinates and weights are computed in f64.

    Source: ONNX Resize-19.

    Examples
    --------
    >>> import legato as lg
    >>> lg.resize(lg.tensor([[[1.0, 3.0]]]), scale_factor=2.0, mode='linear').tolist()
    [[[1.0, 1.5, 2.5, 3.0]]]
    """
    cdef lg_resize_attrs_t attrs
    if (
        size is None
        and scale_factor is None
        and mode is 'nearest'
        and coordinate_transformation_mode is 'half_pixel'
        and nearest_mode is 'round_prefer_floor'
        and cubic_coeff_a is -0.75
        and exclude_outside is False
        and extrapolation_value is 0.0
        and antialias is False
        and axes is None
        and keep_aspect_ratio_policy is 'stretch'
        and roi is None
    ):
        return call1(LG_OP_RESIZE, x, NULL, out)
    attr_ints(&attrs.size, size, "resize", "size")
    attr_floats(&attrs.scale_factor, scale_factor, "resize", "scale_factor")
    attr_enum(&attrs.mode, mode, RESIZE_MODE, "resize", "mode")
    attr_enum(
        &attrs.coordinate_transformation_mode, coordinate_transformation_mode,
        RESIZE_COORDINATE_TRANSFORMATION_MODE, "resize", "coordinate_transformation_mode"
    )
    attr_enum(&attrs.nearest_mode, nearest_mode, RESIZE_NEAREST_MODE, "resize", "nearest_mode")
    attr_float(&attrs.cubic_coeff_a, cubic_coeff_a, "resize", "cubic_coeff_a")
    attr_bool(&attrs.exclude_outside, exclude_outside, "resize", "exclude_outside")
    attr_float(&attrs.extrapolation_value, extrapolation_value, "resize", "extrapolation_value")
    attr_bool(&attrs.antialias, antialias, "resize", "antialias")
    attr_ints(&attrs.axes, axes, "resize", "axes")
    attr_enum(
        &attrs.keep_aspect_ratio_policy, keep_aspect_ratio_policy, RESIZE_KEEP_ASPECT_RATIO_POLICY,
        "resize", "keep_aspect_ratio_policy"
    )
    attr_floats(&attrs.roi, roi, "resize", "roi")
    return call1(LG_OP_RESIZE, x, &attrs, out)


def grid_sample(
    object x,
    object grid,
    *,
    object mode='linear',
    object padding_mode='zeros',
    object align_corners=False,
    object out=None,
):
    """Samples images at given places.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    grid : Tensor
        Where to sample: the last axis holds a place, last axis of `x` first, -1 to 1 over it. f32
        or f64, shape (N, ...).
    mode : {'linear', 'nearest', 'cubic'}, default 'linear'
        How many neighbours count along each axis.
    padding_mode : {'zeros', 'border', 'reflection'}, default 'zeros'
        What lies outside `x`: 0, its border, or its mirror.
    align_corners : bool, default False
        Whether -1 and 1 are the centres of the outermost elements, not their edges.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        `x` and `grid` do not fit together, or a spatial axis of `x` is empty.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``y[n,c,p]`` is ``x[n,c]`` at ``grid[n,p]``. Places outside are clamped (but for cubic) or
    mirrored before neighbours are looked for, as PyTorch and ONNX Runtime have it. NaN lies
    outside.

    Source: ONNX GridSample-22; PyTorch grid_sample.

    Examples
    --------
    >>> import legato as lg
    >>> lg.grid_sample(lg.tensor([[[1.0, 3.0]]]), lg.tensor([[[0.0], [0.5]]])).tolist()
    [[[2.0, 3.0]]]
    """
    cdef lg_grid_sample_attrs_t attrs
    if mode is 'linear' and padding_mode is 'zeros' and align_corners is False:
        return call2(LG_OP_GRID_SAMPLE, x, grid, NULL, out)
    attr_enum(&attrs.mode, mode, GRID_SAMPLE_MODE, "grid_sample", "mode")
    attr_enum(&attrs.padding_mode, padding_mode, GRID_SAMPLE_PADDING_MODE, "grid_sample", "padding_mode")
    attr_bool(&attrs.align_corners, align_corners, "grid_sample", "align_corners")
    return call2(LG_OP_GRID_SAMPLE, x, grid, &attrs, out)


def affine_grid(object theta, object size, object align_corners=False, *, object out=None):
    """The places that `grid_sample` needs to sample an image through an affine map.

    Parameters
    ----------
    theta : Tensor
        Affine maps, shape (N, 2, 3) or (N, 3, 4). f32 or f64, shape (N, ...).
    size : int or tuple of int
        Shape of the image that will be sampled: batch, channels, 2 or 3 spatial axes.
    align_corners : bool, default False
        Whether -1 and 1 are the centres of the outermost elements, not their edges.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `theta`, shape (N, ...).

    Raises
    ------
    ShapeError
        `theta` and `size` do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX AffineGrid-20; PyTorch affine_grid.

    Examples
    --------
    >>> import legato as lg
    >>> lg.affine_grid(lg.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]), (1, 1, 1, 2)).tolist()
    [[[[-0.5, 0.0], [0.5, 0.0]]]]
    """
    cdef lg_affine_grid_attrs_t attrs
    attr_ints(&attrs.size, size, "affine_grid", "size")
    attr_bool(&attrs.align_corners, align_corners, "affine_grid", "align_corners")
    return call1(LG_OP_AFFINE_GRID, theta, &attrs, out)


def roi_align(
    object x,
    object rois,
    object batch_indices,
    *,
    object output_height=1,
    object output_width=1,
    object sampling_ratio=0,
    object spatial_scale=1.0,
    object mode='avg',
    object coordinate_transformation_mode='half_pixel',
    object out=None,
):
    """Cuts regions into bins and takes the mean of points in each, interpolated linearly.

    Parameters
    ----------
    x : Tensor
        Feature maps. f32 or f64, shape (N, C, H, W).
    rois : Tensor
        Regions, shape (R, 4): x1, y1, x2, y2. f32 or f64, shape (R, ...).
    batch_indices : Tensor
        The image of each region. i64, shape (R,).
    output_height : int, default 1
        Bins along the height of a region.
    output_width : int, default 1
        Bins along the width of a region.
    sampling_ratio : int, default 0
        Points per axis of a bin; 0 for as many as elements, rounded up.
    spatial_scale : float, default 1.0
        Factor from coordinates of `rois` to those of `x`.
    mode : {'avg', 'max'}, default 'avg'
        What becomes of the points of a bin.
    coordinate_transformation_mode : {'half_pixel', 'output_half_pixel'}, default 'half_pixel'
        Whether coordinates are shifted by half an element; else regions have at least one element.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (R, C, ...).

    Raises
    ------
    ShapeError
        The operands do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An index names no image.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Points more than one element outside `x` count as 0. With ``mode="max"`` a bin is the largest
    product of an element and its weight, which is how ONNX defines it.
    ``torchvision.ops.roi_align(aligned=True)`` is ``half_pixel``, ``aligned=False`` is
    ``output_half_pixel``.

    Source: ONNX RoiAlign-22; torchvision roi_align.

    Examples
    --------
    >>> import legato as lg
    >>> x = lg.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> lg.roi_align(x, lg.tensor([[0.0, 0.0, 2.0, 2.0]]), lg.tensor([0])).tolist()
    [[[[2.5]]]]
    """
    cdef lg_roi_align_attrs_t attrs
    if (
        output_height is 1
        and output_width is 1
        and sampling_ratio is 0
        and spatial_scale is 1.0
        and mode is 'avg'
        and coordinate_transformation_mode is 'half_pixel'
    ):
        return call3(LG_OP_ROI_ALIGN, x, rois, batch_indices, NULL, out)
    attr_int(&attrs.output_height, output_height, "roi_align", "output_height")
    attr_int(&attrs.output_width, output_width, "roi_align", "output_width")
    attr_int(&attrs.sampling_ratio, sampling_ratio, "roi_align", "sampling_ratio")
    attr_float(&attrs.spatial_scale, spatial_scale, "roi_align", "spatial_scale")
    attr_enum(&attrs.mode, mode, ROI_ALIGN_MODE, "roi_align", "mode")
    attr_enum(
        &attrs.coordinate_transformation_mode, coordinate_transformation_mode,
        ROI_ALIGN_COORDINATE_TRANSFORMATION_MODE, "roi_align", "coordinate_transformation_mode"
    )
    return call3(LG_OP_ROI_ALIGN, x, rois, batch_indices, &attrs, out)


def crop_and_resize(
    object x,
    object boxes,
    object box_indices,
    object crop_size,
    *,
    object mode='linear',
    object extrapolation_value=0.0,
    object out=None,
):
    """Crops regions of images and resizes each to the same size.

    Parameters
    ----------
    x : Tensor
        Images. f32 or f64, shape (N, C, H, W).
    boxes : Tensor
        Regions, shape (R, 4): y1, x1, y2, x2 as parts of the height and width less one. f32 or f64,
        shape (R, ...).
    box_indices : Tensor
        The image of each region. i64, shape (R,).
    crop_size : int or tuple of int
        Height and width of the results.
    mode : {'linear', 'nearest'}, default 'linear'
        How many neighbours count along each axis.
    extrapolation_value : float, default 0.0
        What lies outside `x`.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (R, C, ...).

    Raises
    ------
    ShapeError
        The operands do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An index names no image.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Corners are the centres of the outermost elements. A box whose second corner comes first is
    flipped.

    Source: TensorFlow image.crop_and_resize.

    Examples
    --------
    >>> import legato as lg
    >>> x = lg.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> lg.crop_and_resize(x, lg.tensor([[0.0, 0.0, 1.0, 0.0]]), lg.tensor([0]), (3, 1)).tolist()
    [[[[1.0], [2.0], [3.0]]]]
    """
    cdef lg_crop_and_resize_attrs_t attrs
    attr_ints(&attrs.crop_size, crop_size, "crop_and_resize", "crop_size")
    attr_enum(&attrs.mode, mode, CROP_AND_RESIZE_MODE, "crop_and_resize", "mode")
    attr_float(&attrs.extrapolation_value, extrapolation_value, "crop_and_resize", "extrapolation_value")
    return call3(LG_OP_CROP_AND_RESIZE, x, boxes, box_indices, &attrs, out)


def image_normalize(
    object x,
    *,
    object mean=None,
    object std=None,
    object scale=0.00392156862745098,
    object layout='nhwc',
    object out=None,
):
    """Pixels to what a model expects, in one pass: ``(x * scale - mean) / std`` in f32, channels
    first.

    Parameters
    ----------
    x : Tensor
        Images, shape (N, H, W, C) or (N, C, H, W), or one without N; up to 16 channels. u8 or f32.
    mean : float or tuple of float, default None
        Subtracted after scaling, one per channel or one for all; None for 0.
    std : float or tuple of float, default None
        Divisor after that, one per channel or one for all; None for 1.
    scale : float, default 0.00392156862745098
        Factor of the pixels.
    layout : {'nhwc', 'nchw'}, default 'nhwc'
        Where `x` has its channels; the result has them first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype f32.

    Raises
    ------
    ShapeError
        The rank is not 3 or 4, or `mean` or `std` do not fit the channels.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The factor ``scale / std`` and the summand ``-mean / std`` are rounded to f32 first.

    Source: torchvision ToTensor and Normalize.

    Examples
    --------
    >>> import legato as lg
    >>> lg.image_normalize(lg.tensor([[[0, 255, 255]]], dtype=lg.u8), mean=0.5, std=0.5).tolist()
    [[[-1.0]], [[1.0]], [[1.0]]]
    """
    cdef lg_image_normalize_attrs_t attrs
    if mean is None and std is None and scale is 0.00392156862745098 and layout is 'nhwc':
        return call1(LG_OP_IMAGE_NORMALIZE, x, NULL, out)
    attr_floats(&attrs.mean, mean, "image_normalize", "mean")
    attr_floats(&attrs.std, std, "image_normalize", "std")
    attr_float(&attrs.scale, scale, "image_normalize", "scale")
    attr_enum(&attrs.layout, layout, IMAGE_NORMALIZE_LAYOUT, "image_normalize", "layout")
    return call1(LG_OP_IMAGE_NORMALIZE, x, &attrs, out)


def col2im(
    object x,
    object output_size,
    object kernel_size,
    *,
    object stride=1,
    object padding=0,
    object dilation=1,
    object out=None,
):
    """Adds up the windows of images: the reverse of cutting them out. PyTorch's ``fold``.

    Parameters
    ----------
    x : Tensor
        Windows as columns, shape (N, C * window elements, windows). f32 or f64, shape (N, ...).
    output_size : int or tuple of int
        Spatial extents of the result, one for each axis.
    kernel_size : int or tuple of int
        Extents of the window, one for all spatial axes or one each.
    stride : int or tuple of int, default 1
        Step of the window, one for all spatial axes or one each.
    padding : int or tuple of int, default 0
        Elements around the result: one, one per axis, or begins then ends of all axes.
    dilation : int or tuple of int, default 1
        Distance of window elements, one for all or one each.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, ...).

    Raises
    ------
    ShapeError
        `x` has not the windows or window elements that the attributes make.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX Col2Im-18; PyTorch fold.

    Examples
    --------
    >>> import legato as lg
    >>> lg.col2im(lg.tensor([[[1.0, 2.0], [3.0, 4.0]]]), 3, 2).tolist()
    [[[1.0, 5.0, 4.0]]]
    """
    cdef lg_col2im_attrs_t attrs
    attr_ints(&attrs.output_size, output_size, "col2im", "output_size")
    attr_ints(&attrs.kernel_size, kernel_size, "col2im", "kernel_size")
    attr_ints(&attrs.stride, stride, "col2im", "stride")
    attr_ints(&attrs.padding, padding, "col2im", "padding")
    attr_ints(&attrs.dilation, dilation, "col2im", "dilation")
    return call1(LG_OP_COL2IM, x, &attrs, out)


def non_max_suppression(
    object boxes,
    object scores,
    *,
    object max_output_boxes_per_class=0,
    object iou_threshold=0.0,
    object score_threshold=-1.7976931348623157e+308,
    object center_point_box=False,
    object out=None,
):
    """Chooses boxes by score, without those that overlap a better one.

    Parameters
    ----------
    boxes : Tensor
        Boxes, shape (N, B, 4). f32 or f64, shape (N, B, ...).
    scores : Tensor
        Score of each box for each class. f32 or f64, shape (N, C, B).
    max_output_boxes_per_class : int, default 0
        At most so many boxes of a class of an image; 0, as ONNX has it, for none.
    iou_threshold : float, default 0.0
        A box is dropped when it overlaps a better one by more, as a part of their union.
    score_threshold : float, default -1.7976931348623157e+308
        A box is dropped when its score is not above this.
    center_point_box : bool, default False
        Whether boxes are x, y of the centre, width, height; else y, x of two corners.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        One row for each box that is left: image, class, box. Of dtype i64.

    Raises
    ------
    ShapeError
        `boxes` and `scores` do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The number of rows depends on the data: a program with this op is planned in parts while it
    runs. Programs whose shapes are known beforehand take `non_max_suppression_padded`. Rows are in
    the order of images, then classes, then descending scores (of equal ones the lower box first).
    Boxes without area overlap nothing; scores that are NaN are dropped.

    Source: ONNX NonMaxSuppression-11.

    Examples
    --------
    >>> import legato as lg
    >>> boxes = lg.tensor([[[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.1], [2.0, 2.0, 3.0, 3.0]]])
    >>> scores = lg.tensor([[[0.9, 0.8, 0.7]]])
    >>> lg.non_max_suppression(boxes, scores, max_output_boxes_per_class=3, iou_threshold=0.5).tolist()
    [[0, 0, 0], [0, 0, 2]]
    """
    cdef lg_non_max_suppression_attrs_t attrs
    if (
        max_output_boxes_per_class is 0
        and iou_threshold is 0.0
        and score_threshold is -1.7976931348623157e+308
        and center_point_box is False
    ):
        return call2(LG_OP_NON_MAX_SUPPRESSION, boxes, scores, NULL, out)
    attr_int(
        &attrs.max_output_boxes_per_class, max_output_boxes_per_class, "non_max_suppression",
        "max_output_boxes_per_class"
    )
    attr_float(&attrs.iou_threshold, iou_threshold, "non_max_suppression", "iou_threshold")
    attr_float(&attrs.score_threshold, score_threshold, "non_max_suppression", "score_threshold")
    attr_bool(&attrs.center_point_box, center_point_box, "non_max_suppression", "center_point_box")
    return call2(LG_OP_NON_MAX_SUPPRESSION, boxes, scores, &attrs, out)


def non_max_suppression_padded(
    object boxes,
    object scores,
    *,
    object max_output_boxes_per_class=0,
    object iou_threshold=0.0,
    object score_threshold=-1.7976931348623157e+308,
    object center_point_box=False,
    object out=None,
):
    """Chooses boxes by score, without those that overlap a better one; as many rows as there may
    be, the rest are -1.

    Parameters
    ----------
    boxes : Tensor
        Boxes, shape (N, B, 4). f32 or f64, shape (N, B, ...).
    scores : Tensor
        Score of each box for each class. f32 or f64, shape (N, C, B).
    max_output_boxes_per_class : int, default 0
        At most so many boxes of a class of an image; 0, as ONNX has it, for none.
    iou_threshold : float, default 0.0
        A box is dropped when it overlaps a better one by more, as a part of their union.
    score_threshold : float, default -1.7976931348623157e+308
        A box is dropped when its score is not above this.
    center_point_box : bool, default False
        Whether boxes are x, y of the centre, width, height; else y, x of two corners.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    selected : Tensor
        One row for each box that is left: image, class, box. Of dtype i64.
    count : Tensor
        How many rows of `selected` are boxes. Of dtype i64.

    Raises
    ------
    ShapeError
        `boxes` and `scores` do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    For programs, which have to know all shapes beforehand. Rows are in the order of images, then
    classes, then descending scores (of equal ones the lower box first). Boxes without area overlap
    nothing; scores that are NaN are dropped.

    Source: ONNX NonMaxSuppression-11; TensorFlow non_max_suppression_padded.

    Examples
    --------
    >>> import legato as lg
    >>> boxes = lg.tensor([[[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.1], [2.0, 2.0, 3.0, 3.0]]])
    >>> scores = lg.tensor([[[0.9, 0.8, 0.7]]])
    >>> lg.non_max_suppression_padded(
    ...     boxes, scores, max_output_boxes_per_class=3, iou_threshold=0.5
    ... )[0].tolist()
    [[0, 0, 0], [0, 0, 2], [-1, -1, -1]]
    """
    cdef lg_non_max_suppression_padded_attrs_t attrs
    if (
        max_output_boxes_per_class is 0
        and iou_threshold is 0.0
        and score_threshold is -1.7976931348623157e+308
        and center_point_box is False
    ):
        return call_several(
            LG_OP_NON_MAX_SUPPRESSION_PADDED, [boxes, scores], NULL, out,
            NonMaxSuppressionPaddedResult
        )
    attr_int(
        &attrs.max_output_boxes_per_class, max_output_boxes_per_class, "non_max_suppression_padded",
        "max_output_boxes_per_class"
    )
    attr_float(&attrs.iou_threshold, iou_threshold, "non_max_suppression_padded", "iou_threshold")
    attr_float(&attrs.score_threshold, score_threshold, "non_max_suppression_padded", "score_threshold")
    attr_bool(&attrs.center_point_box, center_point_box, "non_max_suppression_padded", "center_point_box")
    return call_several(
        LG_OP_NON_MAX_SUPPRESSION_PADDED, [boxes, scores], &attrs, out,
        NonMaxSuppressionPaddedResult
    )
