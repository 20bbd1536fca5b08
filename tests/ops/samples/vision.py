# SPDX-License-Identifier: Apache-2.0
"""Samples of the vision ops."""

import itertools
import math

import numpy as np

from ops.sampling import Bad, Case, Sample

X = np.ones((1, 2, 4, 5), np.float32)
ROIS = np.array([[0, 0, 2, 2], [1, 0, 3, 4]], np.float32)
FIRST = np.zeros(2, np.int64)

# ---- resize -----------------------------------------------------------------------------------------


def place(q, n, out, scale, transform, begin, end):
    """Return the coordinate in x of element q of the result, as the standard writes it."""
    length = n * scale
    if transform == "align_corners":
        return 0.0 if length == 1 else q * (n - 1) / (length - 1)
    if transform == "asymmetric":
        return q / scale
    if transform == "tf_half_pixel_for_nn":
        return (q + 0.5) / scale
    if transform == "tf_crop_and_resize":
        inner = (end - begin) * (n - 1) / 2 if length == 1 else q * (end - begin) * (n - 1) / (length - 1)
        return inner + begin * (n - 1)
    if transform == "pytorch_half_pixel" and length == 1:
        return -0.5
    shift = n / 2 * (1 - out / length) if transform == "half_pixel_symmetric" else 0.0
    return shift + (q + 0.5) / scale - 0.5


def kernel(mode, a):
    """Return the weight of a neighbour by its distance."""

    def cubic(t):
        t = abs(t)
        if t <= 1:
            return (a + 2) * t**3 - (a + 3) * t**2 + 1
        return a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a if t < 2 else 0.0

    return (lambda t: max(0.0, 1 - abs(t)), 1) if mode == "linear" else (cubic, 2)


def axis_matrix(n, out, scale, begin, end, mode, transform, nearest, a, exclude, antialias):
    """Return (matrix from x to the result, rows that lie outside)."""
    rows, outside = np.zeros((out, n)), np.zeros(out, bool)
    for q in range(out):
        at = place(q, n, out, scale, transform, begin, end)
        if transform == "tf_crop_and_resize" and not 0 <= at <= n - 1:
            outside[q] = True
            continue
        if mode == "nearest":
            down = math.floor(at)
            half = at - down
            up = {
                "floor": 0,
                "ceil": half > 0,
                "round_prefer_floor": half > 0.5,
                "round_prefer_ceil": half >= 0.5,
            }[nearest]
            rows[q, min(max(down + up, 0), n - 1)] = 1
            continue
        weight, reach = kernel(mode, a)
        shrink = min(scale, 1.0) if antialias else 1.0
        total = 0.0
        for i in range(math.floor(at - reach / shrink), math.ceil(at + reach / shrink) + 1):
            w = weight((i - at) * shrink)
            if exclude and not 0 <= i < n:
                continue
            rows[q, min(max(i, 0), n - 1)] += w
            total += w
        if antialias or exclude:
            rows[q] /= total
    return rows, outside


def resize(
    x,
    size=None,
    scale_factor=None,
    mode="nearest",
    coordinate_transformation_mode="half_pixel",
    nearest_mode="round_prefer_floor",
    cubic_coeff_a=-0.75,
    exclude_outside=False,
    extrapolation_value=0.0,
    antialias=False,
    axes=None,
    keep_aspect_ratio_policy="stretch",
    roi=None,
):
    given = np.atleast_1d(size if size is not None else scale_factor)
    if axes is None:
        first = 0 if len(given) == x.ndim else x.ndim - len(given)
        axes = range(2, x.ndim) if len(given) == 1 and x.ndim > 2 else range(first, x.ndim)
    axes = [axis % x.ndim for axis in axes]
    given = np.repeat(given, len(axes)) if len(given) == 1 else given
    crop = coordinate_transformation_mode == "tf_crop_and_resize"
    bounds = [(roi[i], roi[len(axes) + i]) if crop else (0.0, 1.0) for i in range(len(axes))]
    extents = [x.shape[axis] for axis in axes]
    if size is not None:
        outs = [int(v) for v in given]
        scales = [o / n if n else 1.0 for o, n in zip(outs, extents, strict=True)]
        if keep_aspect_ratio_policy != "stretch":
            one = min(scales) if keep_aspect_ratio_policy == "not_larger" else max(scales)
            scales = [one] * len(axes)
            outs = [math.floor(n * one + 0.5) for n in extents]
    else:
        scales = [float(v) for v in given]
        outs = [
            int(np.float32(n * (e - b) * s)) for n, s, (b, e) in zip(extents, scales, bounds, strict=True)
        ]
    y = x.astype(np.float64)
    outside = np.zeros((1,) * x.ndim, bool)
    for axis, out, scale, (begin, end) in zip(axes, outs, scales, bounds, strict=True):
        matrix, off = axis_matrix(
            x.shape[axis],
            out,
            scale,
            begin,
            end,
            mode,
            coordinate_transformation_mode,
            nearest_mode,
            cubic_coeff_a,
            exclude_outside,
            antialias,
        )
        if mode == "nearest":
            at = np.argmax(matrix, axis=1) if x.shape[axis] else np.zeros(0, int)
            y = np.take(y, at, axis=axis)
        else:
            y = np.moveaxis(np.tensordot(matrix, y, (1, axis)), 0, axis)
        outside = outside | off.reshape([-1 if i == axis else 1 for i in range(x.ndim)])
    y = np.where(outside, extrapolation_value, y)
    return np.clip(np.rint(y), 0, 255).astype(np.uint8) if x.dtype == np.uint8 else y


def resize_cases(draw, dtype):
    def case(shape, special=False, **attrs):
        return Case([draw.array(shape, dtype, 0, 255, special)], attrs)

    yield case((1, 1, 2, 2), scale_factor=2.0)
    yield case((1, 3, 9, 17), special=dtype != "u8", scale_factor=2.0)
    yield case((2, 2, 7, 16), scale_factor=2.0, mode="linear")
    yield case((1, 2, 33, 1), scale_factor=(2.0, 2.0), mode="linear")
    yield case(
        (2, 3, 5), scale_factor=2.0, mode="linear", coordinate_transformation_mode="pytorch_half_pixel"
    )
    yield case((5,), size=10, mode="linear")
    yield case((), scale_factor=())
    yield case((4, 6, 3), scale_factor=(2.0, 2.0), axes=(0, 1), mode="linear")
    yield case((2, 4, 6, 3), scale_factor=(2.0, 2.0), axes=(1, 2))
    yield case((2, 4, 6, 20), scale_factor=(2.0, 0.5), axes=(1, -2), mode="cubic")
    yield case((2, 4, 6, 3), scale_factor=(0.5, 0.5), axes=(1, 2), mode="linear", antialias=True)
    yield case((1, 1, 4, 8), scale_factor=(1.0, 1.0, 0.5, 0.5), mode="linear", antialias=True)
    yield case((1, 2, 4, 4, 4), scale_factor=2.0, mode="linear")
    yield case((0, 2, 4, 4), scale_factor=2.0, mode="linear")
    yield case((1, 2, 4, 0), size=(3, 0))
    yield case((1, 2, 4, 4), scale_factor=(0.1, 2.0))
    yield case((1, 2, 8, 8), size=(4, 16), keep_aspect_ratio_policy="not_larger", mode="linear")
    yield case((1, 2, 8, 4), size=(4, 4), keep_aspect_ratio_policy="not_smaller")
    if dtype == "u8":  # ties are rounded one way by f32 and another by f64, unless all weights are exact
        yield case(
            (1, 3, 6, 40), scale_factor=0.5, mode="linear", coordinate_transformation_mode="asymmetric"
        )
        return
    transforms = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"]
    for transform in [*transforms, "tf_half_pixel_for_nn"]:
        for mode in ("nearest", "linear", "cubic"):
            for scale in ((0.6, 1.7), (2.3, 0.35)):
                attrs = {"mode": mode, "coordinate_transformation_mode": transform, "scale_factor": scale}
                if mode == "nearest":
                    for nearest in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
                        yield case((1, 2, 7, 9), special=True, **attrs, nearest_mode=nearest)
                    continue
                yield case((1, 2, 7, 9), **attrs)
                yield case((1, 2, 7, 9), **attrs, exclude_outside=True)
                if transform == "half_pixel":
                    yield case((1, 2, 7, 9), **attrs, antialias=True)
                    yield case((1, 2, 19, 23), **{**attrs, "scale_factor": (0.21, 0.31)}, antialias=True)
    for mode in ("nearest", "linear", "cubic"):
        for roi in ((0.2, 0.1, 0.8, 0.7), (-0.3, 0.4, 0.9, 1.5)):
            attrs = {"mode": mode, "roi": roi, "coordinate_transformation_mode": "tf_crop_and_resize"}
            yield case((1, 2, 7, 9), size=(5, 6), **attrs, extrapolation_value=3.0)
            yield case((1, 7, 9, 2), scale_factor=(1.5, 2.0), axes=(1, 2), **attrs)
            yield case((1, 2, 7, 9), size=(1, 6), **attrs)
    yield case((1, 2, 4, 5), size=(1, 1), mode="linear", coordinate_transformation_mode="align_corners")
    yield case((1, 2, 5, 5), size=(8, 8), mode="cubic", cubic_coeff_a=-0.5)
    yield case((1, 2, 3, 4, 5), size=(5, 3, 7), mode="linear", coordinate_transformation_mode="align_corners")
    yield case((3, 4, 5), scale_factor=(1.5, 1.0, 2.0), mode="linear")


# ---- grid_sample ------------------------------------------------------------------------------------


def mirrored(v, low, high):
    if high <= low:
        return 0.0
    while not low <= v <= high:
        v = 2 * low - v if v < low else 2 * high - v
    return v


def grid_sample(x, grid, mode="linear", padding_mode="zeros", align_corners=False):
    rank = x.ndim - 2
    y = np.zeros((*x.shape[:2], *grid.shape[1:-1]))
    weigh, reach = (None, 0) if mode == "nearest" else kernel(mode, -0.75)
    for n, *p in np.ndindex(grid.shape[:-1]):
        taps = []
        for d in range(rank):
            extent, g = x.shape[2 + d], float(grid[(n, *p, rank - 1 - d)])
            low, high = (0.0, extent - 1.0) if align_corners else (-0.5, extent - 0.5)
            at = (g + 1) / 2 * (extent - 1) if align_corners else ((g + 1) * extent - 1) / 2
            at = np.rint(at) if mode == "nearest" else float(np.clip(at, -1e15, 1e15))
            if not low <= at <= high:
                at = min(max(at, 0), extent - 1) if padding_mode == "border" and mode != "cubic" else at
                at = mirrored(at, low, high) if padding_mode == "reflection" else at
            base, line = math.floor(at), []
            for i in [base] if mode == "nearest" else range(base - reach + 1, base + reach + 1):
                w, j = 1.0 if mode == "nearest" else weigh(i - at), i
                if not 0 <= i < extent:
                    if padding_mode == "zeros":
                        continue
                    j = (
                        min(max(i, 0), extent - 1)
                        if padding_mode == "border"
                        else int(mirrored(i, low, high))
                    )
                line.append((j, w))
            taps.append(line)
        for combination in itertools.product(*taps):
            index = tuple(j for j, _ in combination)
            y[(n, slice(None), *p)] += math.prod(w for _, w in combination) * x[(n, slice(None), *index)]
    return y


def grid_cases(draw, dtype):
    def case(shape, places, **attrs):
        grid = draw.array((shape[0], *places, len(shape) - 2), dtype, -1.6, 1.6, special=False)
        return Case([draw.array(shape, dtype, -9, 9, special=False), grid], attrs)

    for mode, padding, align in itertools.product(
        ("linear", "nearest", "cubic"), ("zeros", "border", "reflection"), (False, True)
    ):
        attrs = {"mode": mode, "padding_mode": padding, "align_corners": align}
        yield case((2, 3, 5, 7), (4, 6), **attrs)
        yield case((1, 2, 3, 4, 3), (2, 3, 3), **attrs)
        yield case((1, 2, 6), (19,), **attrs)
        yield case((1, 1, 1, 1), (2, 2), **attrs)
    yield case((0, 2, 3, 3), (2, 2))
    yield case((1, 0, 3, 3), (2, 2))
    yield case((1, 2, 3, 3), (0, 2))
    # Beyond all numbers, and none.
    x = draw.array((1, 1, 3, 3), dtype, special=False)
    grid = np.array([[[[1e30, 0], [np.inf, 0], [-np.inf, -np.inf]]]]).astype(x.dtype)
    yield Case([x, grid], {"padding_mode": "zeros"})


def affine_grid(theta, size, align_corners=False):
    lines = []
    for n in size[2:]:
        centers = np.linspace(-1, 1, n) if n > 1 else np.zeros(n)
        lines.append(centers if align_corners else (2 * np.arange(n) + 1) / n - 1)
    places = np.stack([*np.meshgrid(*lines, indexing="ij")[::-1], np.ones(size[2:])], axis=-1)
    return np.einsum("...k,nrk->n...r", places, theta)


def affine_cases(draw, dtype):
    for align in (False, True):
        for size in [(2, 3, 4, 5), (1, 1, 1, 1), (1, 2, 3, 1, 4), (0, 1, 2, 2), (1, 1, 0, 3), (1, 0, 33, 2)]:
            rank = len(size) - 2
            theta = draw.array((size[0], rank, rank + 1), dtype, special=False)
            yield Case([theta], {"size": size, "align_corners": align})


# ---- regions ----------------------------------------------------------------------------------------


def bilinear(image, v, u):
    """Return the four products of elements and weights around a point."""
    top, left = min(int(v), image.shape[1] - 1), min(int(u), image.shape[2] - 1)
    bottom, right = min(top + 1, image.shape[1] - 1), min(left + 1, image.shape[2] - 1)
    v, u = min(v - top, 1.0) if bottom > top else 0.0, min(u - left, 1.0) if right > left else 0.0
    return [
        (1 - v) * (1 - u) * image[:, top, left],
        (1 - v) * u * image[:, top, right],
        v * (1 - u) * image[:, bottom, left],
        v * u * image[:, bottom, right],
    ]


def roi_align(
    x,
    rois,
    batch_indices,
    output_height=1,
    output_width=1,
    sampling_ratio=0,
    spatial_scale=1.0,
    mode="avg",
    coordinate_transformation_mode="half_pixel",
):
    y = np.zeros((len(rois), x.shape[1], output_height, output_width))
    half = coordinate_transformation_mode == "half_pixel"
    for r, ph, pw in np.ndindex(len(rois), output_height, output_width):
        x1, y1, x2, y2 = rois[r] * spatial_scale - (0.5 if half else 0.0)
        height, width = (y2 - y1, x2 - x1) if half else (max(y2 - y1, 1.0), max(x2 - x1, 1.0))
        bin_h, bin_w = height / output_height, width / output_width
        rows = sampling_ratio or max(math.ceil(bin_h), 0)
        columns = sampling_ratio or max(math.ceil(bin_w), 0)
        points = []
        for i, j in np.ndindex(rows, columns):
            v = y1 + ph * bin_h + (i + 0.5) * bin_h / rows
            u = x1 + pw * bin_w + (j + 0.5) * bin_w / columns
            inside = -1 <= v <= x.shape[2] and -1 <= u <= x.shape[3]
            zero = [np.zeros(x.shape[1])] * 4
            points.append(bilinear(x[batch_indices[r]], max(v, 0), max(u, 0)) if inside else zero)
        if points:
            sums = [np.sum(p, axis=0) if mode == "avg" else np.max(p, axis=0) for p in points]
            y[r, :, ph, pw] = np.mean(sums, axis=0) if mode == "avg" else np.max(sums, axis=0)
    return y


def region_cases(make):
    def cases(draw, dtype):
        def regions(count, most):
            return draw.array((count, 4), dtype, -0.2 * most, 1.2 * most, special=False)

        yield from make(draw, dtype, regions)

    return cases


def roi_cases(draw, dtype, regions):
    def case(shape, count, **attrs):
        x = draw.array(shape, dtype, special=False)
        indices = np.array([draw.int(0, shape[0] - 1) for _ in range(count)], np.int64)
        return Case([x, regions(count, 8), indices], attrs)

    for mode in ("avg", "max"):
        for transform in ("half_pixel", "output_half_pixel"):
            attrs = {"mode": mode, "coordinate_transformation_mode": transform}
            yield case((2, 3, 9, 7), 5, output_height=3, output_width=2, **attrs)
            yield case((1, 2, 9, 7), 4, output_height=2, output_width=2, sampling_ratio=3, **attrs)
            yield case((1, 1, 40, 40), 2, spatial_scale=4.0, **attrs)
            yield case((1, 1, 1, 1), 3, **attrs)
    yield case((1, 3, 4, 4), 0, output_height=2)
    yield case((1, 0, 4, 4), 2)
    wide = np.array([[-40, -30, 50, 60]]).astype(regions(1, 1).dtype)
    yield Case([draw.array((1, 2, 4, 4), dtype, special=False), wide, FIRST[:1]], {})


def crop_and_resize(x, boxes, box_indices, crop_size, mode="linear", extrapolation_value=0.0):
    y = np.full((len(boxes), x.shape[1], *crop_size), float(extrapolation_value))
    height, width = x.shape[2] - 1, x.shape[3] - 1
    for b, i, j in np.ndindex(len(boxes), *crop_size):
        y1, x1, y2, x2 = boxes[b]
        rows, columns = crop_size
        v = y1 * height + i * (y2 - y1) * height / (rows - 1) if rows > 1 else (y1 + y2) / 2 * height
        u = x1 * width + j * (x2 - x1) * width / (columns - 1) if columns > 1 else (x1 + x2) / 2 * width
        if 0 <= v <= height and 0 <= u <= width:
            image = x[box_indices[b]]
            near = image[:, math.floor(v + 0.5), math.floor(u + 0.5)]
            y[b, :, i, j] = near if mode == "nearest" else np.sum(bilinear(image, v, u), axis=0)
    return y


def crop_cases(draw, dtype, regions):
    for mode in ("linear", "nearest"):
        for shape, count, size in [
            ((2, 3, 9, 7), 5, (3, 4)),
            ((1, 2, 1, 6), 3, (2, 1)),
            ((1, 0, 3, 3), 2, (2, 2)),
        ]:
            x = draw.array(shape, dtype, special=False)
            indices = np.array([draw.int(0, shape[0] - 1) for _ in range(count)], np.int64)
            yield Case(
                [x, regions(count, 1), indices], {"crop_size": size, "mode": mode, "extrapolation_value": 7.0}
            )
    yield Case([draw.array((1, 2, 3, 3), dtype), regions(0, 1), FIRST[:0]], {"crop_size": (2, 2)})


# ---- images -----------------------------------------------------------------------------------------


def image_normalize(x, mean=None, std=None, scale=1 / 255, layout="nhwc"):
    y = np.moveaxis(x, -1, -3) if layout == "nhwc" else x
    channels = y.shape[-3]
    mean = np.broadcast_to(np.zeros(1) if mean is None else np.atleast_1d(mean), channels)
    std = np.broadcast_to(np.ones(1) if std is None else np.atleast_1d(std), channels)
    factor = (scale / std).astype(np.float32).reshape(-1, 1, 1)
    return y.astype(np.float32) * factor + (-mean / std).astype(np.float32).reshape(-1, 1, 1)


def image_cases(draw, dtype):
    def case(shape, **attrs):
        return Case([draw.array(shape, dtype, 0, 255, special=False)], attrs)

    yield case((1, 2, 3, 3), mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    yield case((2, 31, 37, 3), mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    yield case((2, 3, 31, 37), mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), layout="nchw")
    yield case((70, 80, 3))
    yield case((1, 67, 65, 4), mean=0.5, std=0.25, scale=1.0)
    yield case((1, 67, 65, 1), mean=0.5)
    yield case((3, 9, 17), std=2.0, layout="nchw")
    yield case((0, 4, 4, 3))
    yield case((1, 0, 4, 3))
    yield case((1, 4, 4, 0))


def col2im(x, output_size, kernel_size, stride=1, padding=0, dilation=1):
    rank = len(np.atleast_1d(output_size))

    def spread(values):
        values = np.atleast_1d(values)
        return np.repeat(values, rank) if len(values) == 1 else values

    size, kernel_size, stride, dilation = map(spread, (output_size, kernel_size, stride, dilation))
    pads = np.atleast_1d(padding)
    begin, end = (pads[:rank], pads[rank:]) if len(pads) == 2 * rank else [spread(padding)] * 2
    counts = (size + begin + end - dilation * (kernel_size - 1) - 1) // stride + 1
    cells = x.reshape(x.shape[0], x.shape[1] // np.prod(kernel_size), *kernel_size, *counts)
    y = np.zeros((x.shape[0], cells.shape[1], *(size + begin + end)))
    for tap in np.ndindex(*kernel_size):
        cut = tuple(
            slice(t * d, t * d + s * (n - 1) + 1, s)
            for t, d, s, n in zip(tap, dilation, stride, counts, strict=True)
        )
        y[(slice(None), slice(None), *cut)] += cells[(slice(None), slice(None), *tap)]
    return y[(slice(None), slice(None), *(slice(b, b + n) for b, n in zip(begin, size, strict=True)))]


def col2im_cases(draw, dtype):
    def case(shape, **attrs):
        return Case([draw.array(shape, dtype, special=False)], attrs)

    yield case((1, 2, 2), output_size=3, kernel_size=2)
    yield case((2, 18, 20), output_size=(4, 5), kernel_size=3, padding=1)
    yield case((1, 12, 12), output_size=(5, 6), kernel_size=(3, 2), stride=(1, 2), padding=(1, 0, 0, 1))
    yield case((1, 4, 6), output_size=(4, 5), kernel_size=2, dilation=2)
    yield case((1, 24, 8), output_size=(3, 3, 3), kernel_size=2)
    yield case((0, 4, 4), output_size=(3, 3), kernel_size=2)
    yield case((1, 0, 4), output_size=(3, 3), kernel_size=2)


# ---- boxes ------------------------------------------------------------------------------------------


def corners(box, center):
    if center:
        x, y, w, h = box
        return y - h / 2, x - w / 2, y + h / 2, x + w / 2
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def overlap(a, b):
    """Return intersection over union."""

    def area(box):
        return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)

    common = area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
    return common / (area(a) + area(b) - common) if common > 0 else 0.0


def chosen(
    boxes,
    scores,
    max_output_boxes_per_class=0,
    iou_threshold=0.0,
    score_threshold=-np.inf,
    center_point_box=False,
):
    rows = []
    for n, c in np.ndindex(scores.shape[:2]):
        left = [int(i) for i in np.argsort(-scores[n, c], kind="stable") if scores[n, c, i] > score_threshold]
        places = [corners(box, center_point_box) for box in boxes[n]]
        taken = 0
        while left and taken < max_output_boxes_per_class:
            best, *left = left
            rows.append((n, c, best))
            taken += 1
            left = [i for i in left if not overlap(places[best], places[i]) > iou_threshold]
    return np.array(rows, np.int64).reshape(-1, 3)


def chosen_padded(boxes, scores, max_output_boxes_per_class=0, **attrs):
    rows = chosen(boxes, scores, max_output_boxes_per_class, **attrs)
    room = scores.shape[0] * scores.shape[1] * min(max_output_boxes_per_class, scores.shape[2])
    return np.concatenate([rows, np.full((room - len(rows), 3), -1)]), np.array(len(rows))


def nms_cases(draw, dtype):
    for images, classes, count in [(1, 1, 6), (2, 3, 40), (1, 1, 1), (1, 2, 0), (0, 1, 4), (1, 0, 4)]:
        for attrs in [
            {"max_output_boxes_per_class": 3, "iou_threshold": 0.5},
            {"max_output_boxes_per_class": 100, "iou_threshold": 0.1, "score_threshold": 0.2},
            {"max_output_boxes_per_class": 9, "center_point_box": True},
            {},
        ]:
            boxes = draw.array((images, count, 4), dtype, 0, 9, special=False)
            scores = draw.array((images, classes, count), dtype, -1, 1, special=False)
            scores[..., ::3] = np.round(scores[..., ::3])  # equal ones
            yield Case([boxes, scores], attrs)
    nothing = draw.array((1, 5, 4), dtype, 0, 9, special=False)
    nothing[:, ::2, 2:] = nothing[:, ::2, :2]
    scores = draw.array((1, 1, 5), dtype, -1, 1, special=False)
    scores[0, 0, 1] = np.nan
    yield Case([nothing, scores], {"max_output_boxes_per_class": 5})


BOXES = np.zeros((1, 5, 4), np.float32)
NMS_ERRORS = [
    Bad("ShapeError", "boxes is", [X[0], X[0]]),
    Bad("ShapeError", "expected rank 3", [X, X]),
    Bad("ShapeError", "boxes is", [BOXES, X[0, :1, :, :4]]),
    Bad("ArgumentError", "iou_threshold is 2", [BOXES, X[0, :1]], {"iou_threshold": 2}),
    Bad("ArgumentError", "iou_threshold is nan", [BOXES, X[0, :1]], {"iou_threshold": np.nan}),
    Bad("ArgumentError", "expected 0 or more", [BOXES, X[0, :1]], {"max_output_boxes_per_class": -1}),
]


def magnitude(oracle):
    return lambda x, *more, **attrs: oracle(np.abs(x), *more, **attrs)


SAMPLES = {
    "resize": Sample(
        resize_cases,
        resize,
        [
            Bad("ArgumentError", "either size or scale_factor", [X]),
            Bad("ArgumentError", "either size or scale_factor", [X], {"size": (2, 2), "scale_factor": 2.0}),
            Bad("ShapeError", "one value", [X], {"size": (2, 2), "axes": (1, 2, 3)}),
            Bad("ShapeError", "one value", [X], {"size": (2, 2, 2, 2, 2)}),
            Bad("ShapeError", "negative", [X], {"size": (-1, 2)}),
            Bad("ShapeError", "empty", [X[:, :, :0]], {"size": (1, 2)}),
            Bad("OutOfRangeError", "axes names", [X], {"size": (2, 2), "axes": (3, 4)}),
            Bad("OutOfRangeError", "axes names", [X], {"size": (2, 2), "axes": (3, -1)}),
            Bad("ArgumentError", "positive numbers", [X], {"scale_factor": 0.0}),
            Bad("ArgumentError", "positive numbers", [X], {"scale_factor": np.nan}),
            Bad("ArgumentError", "positive numbers", [X], {"scale_factor": (2e9, 1.0), "mode": "linear"}),
            Bad(
                "ArgumentError",
                "roi",
                [X],
                {"size": 2, "coordinate_transformation_mode": "tf_crop_and_resize"},
            ),
            Bad("ArgumentError", "antialias", [X], {"size": 2, "antialias": True}),
            Bad("ArgumentError", "mode is", [X], {"size": 2, "mode": "bilinear"}),
            Bad("DTypeError", "i64", [FIRST], {"size": 2}),
        ],
        layout_exact=False,
        scale=lambda x, **attrs: np.full_like(
            resize(np.ones_like(x), **attrs), np.max(np.abs(x), initial=0.0)
        ),
    ),
    "grid_sample": Sample(
        grid_cases,
        grid_sample,
        [
            Bad("ShapeError", "expected rank 3 to 5", [X[0, 0], X[0, 0]]),
            Bad("ShapeError", "grid is f32[1,2,4,5]", [X, X]),
            Bad("ShapeError", "grid is", [X, X[0]]),
            Bad(
                "ShapeError", "spatial axes with elements", [X[:, :, :0], np.zeros((1, 2, 2, 2), np.float32)]
            ),
            Bad("DTypeError", "i64", [FIRST.reshape(1, 1, 2), FIRST.reshape(1, 2, 1)]),
        ],
    ),
    "affine_grid": Sample(
        affine_cases,
        affine_grid,
        [
            Bad("ShapeError", "size has 3 values", [X[0]], {"size": (1, 2, 3)}),
            Bad("ShapeError", "theta is", [X[0]], {"size": (1, 2, 3, 4)}),
            Bad("ShapeError", "shape is", [X[0, :, :2, :3]], {"size": (2, 2, -3, 4)}),
            Bad("ArgumentError", "size is missing", [X[0, :, :2, :3]], {"size": None}),
        ],
    ),
    "roi_align": Sample(
        region_cases(roi_cases),
        roi_align,
        [
            Bad("ShapeError", "x is", [X[0], ROIS, FIRST]),
            Bad("ShapeError", "rois is", [X, ROIS[0], FIRST]),
            Bad("ShapeError", "expected [regions,4]", [X, ROIS[:, :3], FIRST]),
            Bad("ShapeError", "expected [regions,4]", [X, ROIS, FIRST[:1]]),
            Bad("ShapeError", "height and width", [X[:, :, :0], ROIS, FIRST]),
            Bad("OutOfRangeError", "", [X, ROIS, FIRST + 1]),
            Bad("OutOfRangeError", "", [X, ROIS, FIRST - 1]),
            Bad("ArgumentError", "output_height", [X, ROIS, FIRST], {"output_height": 0}),
            Bad("ArgumentError", "sampling_ratio", [X, ROIS, FIRST], {"sampling_ratio": -1}),
            Bad("ArgumentError", "spatial_scale", [X, ROIS, FIRST], {"spatial_scale": np.inf}),
            Bad("DTypeError", "batch_indices", [X, ROIS, FIRST.astype(np.int32)]),
        ],
    ),
    "crop_and_resize": Sample(
        region_cases(crop_cases),
        crop_and_resize,
        [
            Bad("ShapeError", "x is", [X[0], ROIS, FIRST], {"crop_size": (2, 2)}),
            Bad("ShapeError", "expected [regions,4]", [X, ROIS[:, :3], FIRST], {"crop_size": (2, 2)}),
            Bad("OutOfRangeError", "", [X, ROIS, FIRST + 1], {"crop_size": (2, 2)}),
            Bad("ArgumentError", "crop_size", [X, ROIS, FIRST], {"crop_size": (2, 0)}),
            Bad("ArgumentError", "crop_size", [X, ROIS, FIRST], {"crop_size": 2}),
        ],
    ),
    "image_normalize": Sample(
        image_cases,
        image_normalize,
        [
            Bad("ShapeError", "expected rank 4", [X[0, 0]]),
            Bad("ShapeError", "is its layout nchw", [np.zeros((3, 20, 20), np.uint8)]),
            Bad("ShapeError", "mean has 3 values", [X], {"mean": (1, 2, 3)}),
            Bad("ShapeError", "std has 3 values", [X], {"std": (1, 2, 3)}),
            Bad("ArgumentError", "std of channel 0 is 0", [X], {"std": 0}),
            Bad("DTypeError", "f64", [np.zeros((2, 2, 3))]),
        ],
        native=True,
    ),
    "col2im": Sample(
        col2im_cases,
        col2im,
        [
            Bad("ShapeError", "x is", [X], {"output_size": 3, "kernel_size": 2}),
            Bad("ShapeError", "a multiple of 2", [X[0]], {"output_size": 3, "kernel_size": 2}),
            Bad("ShapeError", "the window spans 9", [X[0]], {"output_size": 3, "kernel_size": 9}),
            Bad("ShapeError", "output_size is -3", [X[0]], {"output_size": -3, "kernel_size": 1}),
            Bad("ArgumentError", "does not fit", [X[0]], {"output_size": 3, "kernel_size": (2, 2)}),
            Bad(
                "ShapeError", "output_size has 4 values", [X[0]], {"output_size": (1,) * 4, "kernel_size": 1}
            ),
        ],
        scale=magnitude(col2im),
    ),
    "non_max_suppression_padded": Sample(nms_cases, chosen_padded, NMS_ERRORS),
    "non_max_suppression": Sample(nms_cases, chosen, NMS_ERRORS),
}
