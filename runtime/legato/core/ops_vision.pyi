# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/vision.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import NamedTuple, SupportsFloat, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def resize(
    x: TensorLike,
    size: SupportsIndex | Sequence[SupportsIndex] | None = None,
    *,
    scale_factor: SupportsFloat | Sequence[SupportsFloat] | None = None,
    mode: str = "nearest",
    coordinate_transformation_mode: str = "half_pixel",
    nearest_mode: str = "round_prefer_floor",
    cubic_coeff_a: SupportsFloat = -0.75,
    exclude_outside: bool = False,
    extrapolation_value: SupportsFloat = 0.0,
    antialias: bool = False,
    axes: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keep_aspect_ratio_policy: str = "stretch",
    roi: SupportsFloat | Sequence[SupportsFloat] | None = None,
    out: Tensor | None = None,
) -> Tensor: ...
def grid_sample(
    x: TensorLike,
    grid: TensorLike,
    *,
    mode: str = "linear",
    padding_mode: str = "zeros",
    align_corners: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def affine_grid(
    theta: TensorLike,
    size: SupportsIndex | Sequence[SupportsIndex],
    align_corners: bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor: ...
def roi_align(
    x: TensorLike,
    rois: TensorLike,
    batch_indices: TensorLike,
    *,
    output_height: SupportsIndex = 1,
    output_width: SupportsIndex = 1,
    sampling_ratio: SupportsIndex = 0,
    spatial_scale: SupportsFloat = 1.0,
    mode: str = "avg",
    coordinate_transformation_mode: str = "half_pixel",
    out: Tensor | None = None,
) -> Tensor: ...
def crop_and_resize(
    x: TensorLike,
    boxes: TensorLike,
    box_indices: TensorLike,
    crop_size: SupportsIndex | Sequence[SupportsIndex],
    *,
    mode: str = "linear",
    extrapolation_value: SupportsFloat = 0.0,
    out: Tensor | None = None,
) -> Tensor: ...
def image_normalize(
    x: TensorLike,
    *,
    mean: SupportsFloat | Sequence[SupportsFloat] | None = None,
    std: SupportsFloat | Sequence[SupportsFloat] | None = None,
    scale: SupportsFloat = 0.00392156862745098,
    layout: str = "nhwc",
    out: Tensor | None = None,
) -> Tensor: ...
def col2im(
    x: TensorLike,
    output_size: SupportsIndex | Sequence[SupportsIndex],
    kernel_size: SupportsIndex | Sequence[SupportsIndex],
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] = 1,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    out: Tensor | None = None,
) -> Tensor: ...
def non_max_suppression(
    boxes: TensorLike,
    scores: TensorLike,
    *,
    max_output_boxes_per_class: SupportsIndex = 0,
    iou_threshold: SupportsFloat = 0.0,
    score_threshold: SupportsFloat = -1.7976931348623157e308,
    center_point_box: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...

class NonMaxSuppressionPaddedResult(NamedTuple):
    selected: Tensor
    count: Tensor  # type: ignore[assignment]

def non_max_suppression_padded(
    boxes: TensorLike,
    scores: TensorLike,
    *,
    max_output_boxes_per_class: SupportsIndex = 0,
    iou_threshold: SupportsFloat = 0.0,
    score_threshold: SupportsFloat = -1.7976931348623157e308,
    center_point_box: bool = False,
    out: Sequence[Tensor | None] | None = None,
) -> NonMaxSuppressionPaddedResult: ...
