# SPDX-License-Identifier: Apache-2.0
import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

from legato.core.dtype import DType

_F = TypeVar("_F")

class Op:
    __signature__: inspect.Signature
    __wrapped__: Any
    @property
    def name(self) -> str: ...
    def __call__(self, *args: Any, out: Any = None, **kwargs: Any) -> Any: ...

@overload
def op(
    fn: Callable[..., Any],
    *,
    name: str | None = None,
    shape: Any = None,
    outs: int = 1,
    promote: bool = False,
) -> Op: ...
@overload
def op(
    fn: None = None, *, name: str | None = None, shape: Any = None, outs: int = 1, promote: bool = False
) -> Callable[[Callable[..., Any]], Op]: ...
@overload
def kernel(
    op: Op | str,
    fn: None = None,
    *,
    device: str = "cpu",
    dtypes: str | DType | Iterable[Any] | None = None,
    name: str | None = None,
    cost_ns: int = 0,
) -> Callable[[_F], _F]: ...
@overload
def kernel(
    op: Op | str,
    fn: _F,
    *,
    device: str = "cpu",
    dtypes: str | DType | Iterable[Any] | None = None,
    name: str | None = None,
    cost_ns: int = 0,
) -> _F: ...
