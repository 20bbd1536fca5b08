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
def tile(
    x: TensorLike, repeats: SupportsIndex | Sequence[SupportsIndex], *, out: Tensor | None = None
) -> Tensor: ...
def flip(
    x: TensorLike, axis: SupportsIndex | Sequence[SupportsIndex] | None = None, *, out: Tensor | None = None
) -> Tensor: ...
def roll(
    x: TensorLike,
    shift: SupportsIndex | Sequence[SupportsIndex],
    axis: SupportsIndex | Sequence[SupportsIndex],
    *,
    out: Tensor | None = None,
) -> Tensor: ...
def trilu(
    x: TensorLike, *, upper: bool = True, k: SupportsIndex = 0, out: Tensor | None = None
) -> Tensor: ...
def one_hot(
    indices: TensorLike,
    depth: SupportsIndex,
    *,
    axis: SupportsIndex = -1,
    on_value: SupportsFloat = 1,
    off_value: SupportsFloat = 0,
    dtype: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
def depth_to_space(
    x: TensorLike, block: SupportsIndex, *, mode: str = "dcr", out: Tensor | None = None
) -> Tensor: ...
def space_to_depth(x: TensorLike, block: SupportsIndex, *, out: Tensor | None = None) -> Tensor: ...
def eye(
    rows: SupportsIndex,
    columns: SupportsIndex = -1,
    *,
    k: SupportsIndex = 0,
    dtype: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
def identity(x: TensorLike, *, out: Tensor | None = None) -> Tensor: ...
def gather_elements(
    x: TensorLike, index: TensorLike, *, axis: SupportsIndex = 0, out: Tensor | None = None
) -> Tensor: ...
def bitcast(x: TensorLike, dtype: Any, *, out: Tensor | None = None) -> Tensor: ...
