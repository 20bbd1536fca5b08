# SPDX-License-Identifier: Apache-2.0
from collections.abc import Sequence
from typing import Any

from legato.core.lane import Lane
from legato.core.spec import Spec
from legato.core.tensor import Tensor

class OpView:
    name: str
    path: str
    attrs: dict[str, Any]
    inputs: tuple[Spec | None, ...]
    outputs: tuple[Spec, ...]
    flops: float
    bytes: float
    device: str | None
    lane: Lane | None
    def run(self, inputs: Sequence[Any]) -> Any: ...

class Outputs:
    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> Tensor: ...
