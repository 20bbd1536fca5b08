# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/move.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import Any, SupportsFloat, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def reshape(
    x: TensorLike, shape: SupportsIndex | Sequence[SupportsIndex], *, out: Tensor | None = None
) -> Tensor: ...
def transpose(
    x: TensorLike, axes: SupportsIndex | Sequence[SupportsIndex] | None = None, *, out: Tensor | None = None
) -> Tensor: ...

permute = transpose

def expand(
    x: TensorLike, shape: SupportsIndex | Sequence[SupportsIndex], *, out: Tensor | None = None
) -> Tensor: ...
def concat(xs: Sequence[TensorLike], *, axis: SupportsIndex = 0, out: Tensor | None = None) -> Tensor: ...
def slice(
    x: TensorLike,
    starts: SupportsIndex | Sequence[SupportsIndex],
    ends: SupportsIndex | Sequence[SupportsIndex],
    *,
    axes: SupportsIndex | Sequence[SupportsIndex] | None = None,
    steps: SupportsIndex | Sequence[SupportsIndex] | None = None,
    out: Tensor | None = None,
) -> Tensor: ...
def pad(
    x: TensorLike,
    pads: SupportsIndex | Sequence[SupportsIndex],
    *,
    mode: str = "constant",
    value: SupportsFloat = 0,
    out: Tensor | None = None,
) -> Tensor: ...
def gather(
    x: TensorLike, index: TensorLike, *, axis: SupportsIndex = 0, out: Tensor | None = None
) -> Tensor: ...
def squeeze(
    x: TensorLike, axis: SupportsIndex | Sequence[SupportsIndex] | None = None, *, out: Tensor | None = None
) -> Tensor: ...
def unsqueeze(
    x: TensorLike, axis: SupportsIndex | Sequence[SupportsIndex], *, out: Tensor | None = None
) -> Tensor: ...
def flatten(
    x: TensorLike, *, start_axis: SupportsIndex = 0, end_axis: SupportsIndex = -1, out: Tensor | None = None
) -> Tensor: ...
def full(
    shape: SupportsIndex | Sequence[SupportsIndex],
    value: SupportsFloat,
    *,
    dtype: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
def arange(
    start: SupportsFloat,
    stop: SupportsFloat | None = None,
    step: SupportsFloat = 1,
    *,
    dtype: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
