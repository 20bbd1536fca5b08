# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/pool.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def max_pool(
    x: TensorLike,
    kernel_size: SupportsIndex | Sequence[SupportsIndex],
    *,
    stride: SupportsIndex | Sequence[SupportsIndex] | None = None,
    padding: SupportsIndex | Sequence[SupportsIndex] = 0,
    dilation: SupportsIndex | Sequence[SupportsIndex] = 1,
    ceil_mode: bool = False,
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
    out: Tensor | None = None,
) -> Tensor: ...
