# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/indexing.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import NamedTuple, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def split(
    x: TensorLike,
    sizes: SupportsIndex | Sequence[SupportsIndex] | None = None,
    *,
    num_outputs: SupportsIndex = 0,
    axis: SupportsIndex = 0,
    out: Sequence[Tensor | None] | None = None,
) -> tuple[Tensor, ...]: ...

class TopKResult(NamedTuple):
    values: Tensor
    indices: Tensor

def top_k(
    x: TensorLike,
    k: SupportsIndex,
    *,
    axis: SupportsIndex = -1,
    largest: bool = True,
    sorted: bool = True,
    out: Sequence[Tensor | None] | None = None,
) -> TopKResult: ...

class SortResult(NamedTuple):
    values: Tensor
    indices: Tensor

def sort(
    x: TensorLike,
    *,
    axis: SupportsIndex = -1,
    descending: bool = False,
    out: Sequence[Tensor | None] | None = None,
) -> SortResult: ...
def argsort(
    x: TensorLike, *, axis: SupportsIndex = -1, descending: bool = False, out: Tensor | None = None
) -> Tensor: ...
def gather_nd(
    x: TensorLike, index: TensorLike, *, batch_dims: SupportsIndex = 0, out: Tensor | None = None
) -> Tensor: ...
def scatter_elements(
    x: TensorLike,
    index: TensorLike,
    updates: TensorLike,
    *,
    axis: SupportsIndex = 0,
    reduction: str = "none",
    out: Tensor | None = None,
) -> Tensor: ...
def scatter_nd(
    x: TensorLike,
    index: TensorLike,
    updates: TensorLike,
    *,
    reduction: str = "none",
    out: Tensor | None = None,
) -> Tensor: ...
def reverse_sequence(
    x: TensorLike,
    lengths: TensorLike,
    *,
    time_axis: SupportsIndex = 0,
    batch_axis: SupportsIndex = 1,
    out: Tensor | None = None,
) -> Tensor: ...
def non_zero(x: TensorLike, *, out: Tensor | None = None) -> Tensor: ...
def compress(
    x: TensorLike,
    condition: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    out: Tensor | None = None,
) -> Tensor: ...

class UniqueResult(NamedTuple):
    y: Tensor
    indices: Tensor
    inverse: Tensor
    counts: Tensor

def unique(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    sorted: bool = True,
    out: Sequence[Tensor | None] | None = None,
) -> UniqueResult: ...
def shape(
    x: TensorLike, *, start: SupportsIndex = 0, end: SupportsIndex = 2147483647, out: Tensor | None = None
) -> Tensor: ...
def size(x: TensorLike, *, out: Tensor | None = None) -> Tensor: ...
def stack(xs: Sequence[TensorLike], *, axis: SupportsIndex = 0, out: Tensor | None = None) -> Tensor: ...
