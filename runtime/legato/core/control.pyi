# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable
from typing import Any

from legato.core.tensor import Tensor

def cond(condition: Any, then_fn: Callable[..., Any], else_fn: Callable[..., Any], *operands: Any) -> Any: ...
def while_loop(
    test_fn: Callable[..., Any], body_fn: Callable[..., Any], *carried: Any, stacked: int = 0
) -> Tensor | tuple[Tensor, ...]: ...
