# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

from legato.core.device import Device
from legato.core.lane import Lane
from legato.core.opview import OpView
from legato.core.run import Plan
from legato.core.tensor import Tensor
from legato.core.unit import Unit

class Executor:
    lane: Lane | None
    def place(self, op: OpView) -> Device | str | None: ...
    def hold(self, op: OpView) -> Unit | Iterable[Unit] | None: ...
    def block(self, ops: list[OpView]) -> Sequence[str | int | None] | None: ...
    def budget(self, plan: Plan) -> Plan | None: ...
    def dispatch(self, op: OpView, inputs: Sequence[Tensor | None]) -> Any: ...
    def rules(self) -> list[Rule]: ...

def matches(pattern: str, text: str) -> bool: ...

class Rule:
    op: str | None
    path: str | None
    to: str | Lane | None
    hold: tuple[Unit | str, ...]
    replace: str | None
    before: str | None
    after: str | None
    def __init__(
        self,
        *,
        op: str | None = None,
        path: str | None = None,
        to: Device | str | Lane | None = None,
        hold: Unit | str | Iterable[Unit | str] = (),
        replace: str | None = None,
        before: str | None = None,
        after: str | None = None,
    ) -> None: ...
    def units(self) -> tuple[str, ...]: ...
    def matches(self, op: OpView) -> bool: ...

class Rules(Executor):
    def __init__(self, rules: Iterable[Rule], *, lane: Lane | None = None) -> None: ...

class on(Executor):
    def __init__(self, where: Lane | Device | str) -> None: ...
    def __enter__(self) -> Lane | Device: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
