# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterable
from types import TracebackType

from legato.core.device import Device

class Executor:
    def rules(self) -> list[Rule]: ...

class Rule:
    op: str | None
    path: str | None
    to: str
    def __init__(self, *, op: str | None = None, path: str | None = None, to: Device | str) -> None: ...

class Rules(Executor):
    def __init__(self, rules: Iterable[Rule]) -> None: ...

class on:
    def __init__(self, device: Device | str) -> None: ...
    def __enter__(self) -> Device: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
