# SPDX-License-Identifier: Apache-2.0
from os import PathLike
from typing import Any, Literal, NamedTuple

from legato.core.lane import Lane
from legato.core.run import Plan
from legato.core.unit import Unit

class TraceOp(NamedTuple):
    op: str
    path: str
    kernel: str
    device: str
    lane: str | None
    worker: int
    thread: int
    begin_us: float
    us: float
    expected_us: float
    call: int | None
    record: int | None
    row: int | None
    shares: tuple[tuple[int, float, float], ...]

class TraceCall(NamedTuple):
    status: str
    lane: str | None
    begin_us: float
    us: float
    expected_us: float
    moves: int
    choices: tuple[str, ...]
    plan: int

class TraceHold(NamedTuple):
    unit: str
    call: int | None
    record: int | None
    thread: int
    begin_us: float
    us: float
    waited_us: float

class Mismatch:
    difference: str
    def __init__(self, difference: str) -> None: ...
    def __bool__(self) -> Literal[False]: ...

class Trace:
    @property
    def outputs(self) -> Any: ...
    @property
    def lost(self) -> int: ...
    @property
    def origin_ns(self) -> int: ...
    @property
    def ops(self) -> list[TraceOp]: ...
    @property
    def calls(self) -> list[TraceCall]: ...
    def holds(self, unit: Unit | str | None = None) -> list[TraceHold]: ...
    def lane(self, name: str | Lane | None) -> list[TraceOp]: ...
    def matches(self, plan: Plan) -> Literal[True] | Mismatch: ...
    def save(self, path: str | PathLike[str]) -> None: ...

class tracing:
    def __init__(self, events: int = 65536) -> None: ...
    def __enter__(self) -> Trace: ...
    def __exit__(self, *exception: Any) -> None: ...
