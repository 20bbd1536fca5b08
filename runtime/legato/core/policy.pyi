# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable
from typing import Any, TypeVar

_Method = TypeVar("_Method", bound=Callable[..., Any])

def dynamic(method: _Method) -> _Method: ...
def native(method: _Method) -> _Method: ...
