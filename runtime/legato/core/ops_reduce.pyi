# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/reduce.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import SupportsFloat, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def sum(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def mean(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def max(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def argmax(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def softmax(x: TensorLike, *, axis: SupportsIndex = -1, out: Tensor | None = None) -> Tensor: ...
def layer_norm(
    x: TensorLike,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    *,
    axis: SupportsIndex = -1,
    eps: SupportsFloat = 1e-05,
    out: Tensor | None = None,
) -> Tensor: ...
def prod(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def min(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def argmin(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def l1(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def l2(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def sum_square(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def log_sum(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def log_sum_exp(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def any(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def all(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def var(
    x: TensorLike,
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    keepdims: bool = False,
    correction: SupportsIndex = 1,
    out: Tensor | None = None,
) -> Tensor: ...
def cumsum(
    x: TensorLike,
    axis: SupportsIndex,
    *,
    exclusive: bool = False,
    reverse: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def log_softmax(x: TensorLike, *, axis: SupportsIndex = -1, out: Tensor | None = None) -> Tensor: ...
def global_avg_pool(x: TensorLike, *, out: Tensor | None = None) -> Tensor: ...
def global_max_pool(x: TensorLike, *, out: Tensor | None = None) -> Tensor: ...
