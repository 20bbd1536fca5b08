# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/norm.py by runtime/schema/generate.py; do not edit
from typing import SupportsFloat, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def batch_norm(
    x: TensorLike,
    mean: TensorLike,
    var: TensorLike,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    *,
    eps: SupportsFloat = 1e-05,
    out: Tensor | None = None,
) -> Tensor: ...
def instance_norm(
    x: TensorLike,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    *,
    eps: SupportsFloat = 1e-05,
    out: Tensor | None = None,
) -> Tensor: ...
def group_norm(
    x: TensorLike,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    *,
    num_groups: SupportsIndex,
    eps: SupportsFloat = 1e-05,
    out: Tensor | None = None,
) -> Tensor: ...
def rms_norm(
    x: TensorLike,
    weight: TensorLike | None = None,
    *,
    axis: SupportsIndex = -1,
    eps: SupportsFloat = 1e-05,
    out: Tensor | None = None,
) -> Tensor: ...
def lp_norm(
    x: TensorLike, *, axis: SupportsIndex = -1, p: SupportsIndex = 2, out: Tensor | None = None
) -> Tensor: ...
def lrn(
    x: TensorLike,
    size: SupportsIndex,
    *,
    alpha: SupportsFloat = 0.0001,
    beta: SupportsFloat = 0.75,
    k: SupportsFloat = 1.0,
    out: Tensor | None = None,
) -> Tensor: ...
