# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/conv.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def conv(
    x: TensorLike,
    w: TensorLike,
    bias: TensorLike | None = None,
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] = 1,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    groups: SupportsIndex = 1,
    auto_pad: str = "notset",
    out: Tensor | None = None,
) -> Tensor: ...

conv1d = conv
conv2d = conv
conv3d = conv

def conv_transpose(
    x: TensorLike,
    w: TensorLike,
    bias: TensorLike | None = None,
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] = 1,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    output_padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    groups: SupportsIndex = 1,
    output_shape: SupportsIndex | Sequence[SupportsIndex] | None = None,
    auto_pad: str = "notset",
    out: Tensor | None = None,
) -> Tensor: ...

conv_transpose1d = conv_transpose
conv_transpose2d = conv_transpose
conv_transpose3d = conv_transpose
