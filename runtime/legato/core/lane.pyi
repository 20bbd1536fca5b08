# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable, Iterable
from concurrent.futures import Executor as ThreadPool
from types import TracebackType
from typing import Any, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

class Worker(NamedTuple):
    thread: int
    cores: list[int]
    asleep: bool
    nice: int

class Lane:
    name: str
    foreign_pools: bool | int
    def __init__(
        self,
        name: str,
        *,
        workers: int | None = None,
        core_class: str | None = None,
        cores: Iterable[int] | None = None,
        spin_us: float | None = None,
        nice: int = 0,
        foreign_pools: bool | int = False,
        external: ThreadPool | Any = None,
    ) -> None: ...
    @staticmethod
    def default() -> Lane: ...
    @property
    def workers(self) -> int: ...
    @property
    def queued(self) -> Any: ...
    @property
    def closed(self) -> bool: ...
    def effective(self) -> list[Worker]: ...
    def resize(self, workers: int) -> None: ...
    def move(self, cores: Iterable[int]) -> None: ...
    def run(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R: ...
    def stats(self) -> dict[str, int]: ...
    def close(self) -> None: ...
    def __enter__(self) -> Lane: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

def lanes() -> list[Lane]: ...
def limit() -> int: ...
def set_limit(count: int) -> None: ...
