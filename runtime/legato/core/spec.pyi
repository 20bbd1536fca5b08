# SPDX-License-Identifier: Apache-2.0
from typing import Any

from legato.core.dtype import DType

class Spec:
    @property
    def shape(self) -> tuple[int | str, ...]: ...
    @property
    def dtype(self) -> DType: ...
    @property
    def is_symbolic(self) -> bool: ...

def spec(text: Any) -> Spec: ...
