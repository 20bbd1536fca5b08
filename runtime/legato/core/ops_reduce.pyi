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
