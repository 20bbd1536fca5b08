# SPDX-License-Identifier: Apache-2.0
"""Images: resizing and sampling."""

from __future__ import annotations

from typing import Any

from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import Node, handles
from legato.onnx.rows import attributes

# Before opset 11 positions were index / scale, rounded down.
OLD = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
MODES = {"bilinear": "linear", "bicubic": "cubic"}


@handles("Upsample", since=7, until=9, needs="resize")
def upsample(node: Node, x: Tensor) -> Tensor:
    return ops.resize(x, scale_factor=node["scales"], mode=MODES.get(node["mode"], node["mode"]), **OLD)


@handles("Upsample", since=9, needs="resize")
@handles("Resize", until=11, needs="resize")
def resize_by_scales(node: Node, x: Tensor, scales: Tensor) -> Tensor:
    factors = [float(v) for v in node.known(1).numpy()]
    return ops.resize(x, scale_factor=factors, mode=MODES.get(node["mode"], node["mode"]), **OLD)


@handles("Resize", since=11, needs="resize")
def resize(node: Node, x: Tensor, *rest: Any) -> Tensor:
    given = attributes(node, "resize")
    given = {name: value for name, value in given.items() if value != []}  # an empty tensor stands for none
    if given.get("coordinate_transformation_mode") != "tf_crop_and_resize":
        given.pop("roi", None)
    return ops.resize(x, **given)


@handles("GridSample", needs="grid_sample")
def grid_sample(node: Node, x: Tensor, grid: Tensor) -> Tensor:
    given = attributes(node, "grid_sample")
    given["mode"] = MODES.get(given["mode"], given["mode"])
    return ops.grid_sample(x, grid, **given)


@handles("RoiAlign", until=16, needs="roi_align")
def roi_align(node: Node, x: Tensor, rois: Tensor, batch_indices: Tensor) -> Tensor:
    given = attributes(node, "roi_align") | {"coordinate_transformation_mode": "output_half_pixel"}
    return ops.roi_align(x, rois, batch_indices, **given)
