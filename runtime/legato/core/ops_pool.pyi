# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/pool.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import NamedTuple, SupportsFloat, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def max_pool(
    x: TensorLike,
    kernel_size: SupportsIndex | Sequence[SupportsIndex],
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] | None = None,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    ceil_mode: bool = False,
    auto_pad: str = "notset",
    out: Tensor | None = None,
) -> Tensor: ...
def avg_pool(
    x: TensorLike,
    kernel_size: SupportsIndex | Sequence[SupportsIndex],
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] | None = None,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    auto_pad: str = "notset",
    out: Tensor | None = None,
) -> Tensor: ...
def lp_pool(
    x: TensorLike,
    norm_type: SupportsFloat,
    kernel_size: SupportsIndex | Sequence[SupportsIndex],
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] | None = None,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    ceil_mode: bool = False,
    auto_pad: str = "notset",
    out: Tensor | None = None,
) -> Tensor: ...
def global_lp_pool(x: TensorLike, norm_type: SupportsFloat = 2.0, *, out: Tensor | None = None) -> Tensor: ...

class MaxPoolWithIndicesResult(NamedTuple):
    y: Tensor
    indices: Tensor

def max_pool_with_indices(
    x: TensorLike,
    kernel_size: SupportsIndex | Sequence[SupportsIndex],
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] | None = None,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    ceil_mode: bool = False,
    auto_pad: str = "notset",
    storage_order: str = "row_major",
    out: Sequence[Tensor | None] | None = None,
) -> MaxPoolWithIndicesResult: ...
def max_unpool(
    x: TensorLike,
    indices: TensorLike,
    kernel_size: SupportsIndex | Sequence[SupportsIndex],
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] | None = None,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    output_size: SupportsIndex | Sequence[SupportsIndex] | None = None,
    out: Tensor | None = None,
) -> Tensor: ...
def adaptive_avg_pool(
    x: TensorLike, output_size: SupportsIndex | Sequence[SupportsIndex], *, out: Tensor | None = None
) -> Tensor: ...
def adaptive_max_pool(
    x: TensorLike, output_size: SupportsIndex | Sequence[SupportsIndex], *, out: Tensor | None = None
) -> Tensor: ...
