# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/quant.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import Any, NamedTuple, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def quantize(
    x: TensorLike,
    scale: TensorLike,
    zero_point: TensorLike | None = None,
    *,
    axis: SupportsIndex = 1,
    block_size: SupportsIndex = 0,
    dtype: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
def dequantize(
    x: TensorLike,
    scale: TensorLike,
    zero_point: TensorLike | None = None,
    *,
    axis: SupportsIndex = 1,
    block_size: SupportsIndex = 0,
    out: Tensor | None = None,
) -> Tensor: ...
def matmul_integer(
    a: TensorLike,
    b: TensorLike,
    a_zero_point: TensorLike | None = None,
    b_zero_point: TensorLike | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor: ...

class DynamicQuantizeResult(NamedTuple):
    y: Tensor
    scale: Tensor
    zero_point: Tensor

def dynamic_quantize(
    x: TensorLike, *, out: Sequence[Tensor | None] | None = None
) -> DynamicQuantizeResult: ...
def conv_integer(
    x: TensorLike,
    w: TensorLike,
    x_zero_point: TensorLike | None = None,
    w_zero_point: TensorLike | None = None,
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] = 1,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    groups: SupportsIndex = 1,
    auto_pad: str = "notset",
    out: Tensor | None = None,
) -> Tensor: ...
def qlinear_matmul(
    a: TensorLike,
    a_scale: TensorLike,
    a_zero_point: TensorLike,
    b: TensorLike,
    b_scale: TensorLike,
    b_zero_point: TensorLike,
    y_scale: TensorLike,
    y_zero_point: TensorLike,
    *,
    out: Tensor | None = None,
) -> Tensor: ...
def qlinear_conv(
    x: TensorLike,
    x_scale: TensorLike,
    x_zero_point: TensorLike,
    w: TensorLike,
    w_scale: TensorLike,
    w_zero_point: TensorLike,
    y_scale: TensorLike,
    y_zero_point: TensorLike,
    bias: TensorLike | None = None,
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] = 1,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    groups: SupportsIndex = 1,
    auto_pad: str = "notset",
    out: Tensor | None = None,
) -> Tensor: ...
