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
    out: Tensor | None = None,
) -> Tensor: ...

conv1d = conv
conv2d = conv
conv3d = conv
