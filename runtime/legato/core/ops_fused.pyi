# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/fused.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import SupportsFloat, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def fused_conv(
    x: TensorLike,
    w: TensorLike,
    bias: TensorLike | None = None,
    addend: TensorLike | None = None,
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] = 1,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    groups: SupportsIndex = 1,
    auto_pad: str = "notset",
    activation: str = "none",
    alpha: SupportsFloat = 0.0,
    beta: SupportsFloat = 0.0,
    add_after: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def fused_linear(
    x: TensorLike,
    w: TensorLike,
    bias: TensorLike | None = None,
    addend: TensorLike | None = None,
    *,
    activation: str = "none",
    alpha: SupportsFloat = 0.0,
    beta: SupportsFloat = 0.0,
    add_after: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def fused_matmul(
    a: TensorLike,
    b: TensorLike,
    bias: TensorLike | None = None,
    addend: TensorLike | None = None,
    *,
    activation: str = "none",
    alpha: SupportsFloat = 0.0,
    beta: SupportsFloat = 0.0,
    add_after: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def chain(
    xs: Sequence[TensorLike],
    ops: SupportsIndex | Sequence[SupportsIndex],
    a: SupportsIndex | Sequence[SupportsIndex],
    b: SupportsIndex | Sequence[SupportsIndex],
    c: SupportsIndex | Sequence[SupportsIndex],
    *,
    alpha: SupportsFloat | Sequence[SupportsFloat] = (),
    beta: SupportsFloat | Sequence[SupportsFloat] = (),
    out: Tensor | None = None,
) -> Tensor: ...
