# SPDX-License-Identifier: Apache-2.0
"""Images: resizing and sampling."""

from __future__ import annotations

from typing import Any

import numpy as np

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import Node, handles
from legato.onnx.rows import attributes

# Before opset 11 positions were index / scale, rounded down.
OLD = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
MODES = {"bilinear": "linear", "bicubic": "cubic"}


@handles("Upsample", since=7, until=9)
def upsample(node: Node, x: Tensor) -> Tensor:
    return ops.resize(x, scale_factor=node["scales"], mode=MODES.get(node["mode"], node["mode"]), **OLD)


@handles("Upsample", since=9)
@handles("Resize", until=11)
def resize_by_scales(node: Node, x: Tensor, scales: Tensor) -> Tensor:
    factors = [float(v) for v in node.known(1).numpy()]
    return ops.resize(x, scale_factor=factors, mode=MODES.get(node["mode"], node["mode"]), **OLD)


@handles("Resize", since=11)
def resize(node: Node, x: Tensor, *rest: Any) -> Tensor:
    given = attributes(node, "resize")
    given = {name: value for name, value in given.items() if value != []}  # an empty tensor stands for none
    if given.get("coordinate_transformation_mode") != "tf_crop_and_resize":
        given.pop("roi", None)
    return ops.resize(x, **given)


@handles("GridSample")
def grid_sample(node: Node, x: Tensor, grid: Tensor) -> Tensor:
    given = attributes(node, "grid_sample")
    given["mode"] = MODES.get(given["mode"], given["mode"])
    return ops.grid_sample(x, grid, **given)


@handles("RoiAlign", until=16)
def roi_align(node: Node, x: Tensor, rois: Tensor, batch_indices: Tensor) -> Tensor:
    given = attributes(node, "roi_align") | {"coordinate_transformation_mode": "output_half_pixel"}
    return ops.roi_align(x, rois, batch_indices, **given)


@handles("DeformConv")
def deform_conv(
    node: Node, x: Tensor, w: Tensor, offset: Tensor, bias: Tensor | None = None, mask: Tensor | None = None
) -> Tensor:
    # Sample the inputs of every window where the offsets say, then it is a matrix product.
    if len(x.shape) != 4:
        raise node.refuse(f"{len(x.shape) - 2} spatial axes, only 2 are supported")
    (n, c, h, width), (o, _, kh, kw) = x.shape, w.shape
    stride, dilation = node.get("strides") or [1, 1], node.get("dilations") or [1, 1]
    pads = node.get("pads") or [0] * 4
    parts, groups, k = node["offset_group"], node["group"], kh * kw
    p, q = offset.shape[2:]
    # With zeros up to powers of two the positions of grid_sample are exact.
    padded = [1 << (extent - 1).bit_length() for extent in (h, width)]
    x = ops.pad(x, [0] * 6 + [padded[0] - h, padded[1] - width])
    moved = ops.reshape(offset, [n * parts, k, 2, p, q])
    places = []
    for axis, (size, count, extent) in enumerate(zip((kh, kw), (p, q), padded, strict=True)):
        inside = np.arange(size) * dilation[axis]
        windows = np.arange(count) * stride[axis] - pads[axis]
        at = (inside[:, None, None, None] if axis == 0 else inside[None, :, None, None]) + (
            windows[:, None] if axis == 0 else windows[None, :]
        )
        base = lg.tensor(np.broadcast_to(at, (kh, kw, p, q)).reshape(1, k, p, q).astype(x.dtype.numpy))
        place = ops.add(ops.squeeze(ops.slice(moved, [axis], [axis + 1], axes=[2]), [2]), base)
        # From an index to -1..1 between the outer edges, as grid_sample counts.
        places.append(ops.sub(ops.mul(ops.add(place, 0.5), 2.0 / extent), 1.0))
    grid = ops.concat([ops.unsqueeze(v, [4]) for v in reversed(places)], axis=4)
    grid = ops.reshape(grid, [n * parts, k * p, q, 2])
    samples = ops.grid_sample(ops.reshape(x, [n * parts, c // parts, *padded]), grid)
    columns = ops.reshape(samples, [n, parts, c // parts, k, p, q])
    if mask is not None:
        columns = ops.mul(columns, ops.reshape(mask, [n, parts, 1, k, p, q]))
    columns = ops.reshape(columns, [n, groups, c // groups * k, p * q])
    y = ops.matmul(ops.reshape(w, [groups, o // groups, c // groups * k]), columns)
    y = ops.reshape(y, [n, o, p, q])
    return y if bias is None else ops.add(y, ops.reshape(bias, [o, 1, 1]))


@handles("NonMaxSuppression")
def non_max_suppression(node: Node, boxes: Tensor, scores: Tensor, *limits: Any) -> Tensor:
    node.note_late(*[i for i in range(len(node.proto.input)) if node.has(i)])
    return ops.non_max_suppression(boxes, scores, **attributes(node, "non_max_suppression"))
