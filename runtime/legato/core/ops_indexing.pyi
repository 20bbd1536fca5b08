# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/indexing.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def split(
    x: TensorLike,
    sizes: SupportsIndex | Sequence[SupportsIndex] | None = None,
    *,
    num_outputs: SupportsIndex = 0,
    axis: SupportsIndex = 0,
    out: Sequence[Tensor | None] | None = None,
) -> tuple[Tensor, ...]: ...
