# SPDX-License-Identifier: Apache-2.0
from collections.abc import Mapping
from typing import Any, NamedTuple

from legato.core.run import Plan

class PlanChoice(NamedTuple):
    text: str
    rows: tuple[int, ...]
    alternatives: tuple[str, ...]

class PlanRow(NamedTuple):
    index: int  # type: ignore[assignment]
    op: str
    path: str
    sources: tuple[tuple[str, str], ...]
    device: str
    kernel: str
    why: str
    why_not: str
    hooks: str
    units: str
    cost_ns: float
    packed: int
    result: str
    place: str
    lane: str | None
    strand: int | None
    fork: int | None
    choice: str
    block: str | None

def set_prices(prices: Mapping[int, float]) -> None: ...

class PlanDiff:
    rows: list[tuple[list[PlanRow], list[PlanRow]]]
    numbers: dict[str, tuple[Any, Any]]
    def __init__(self, before: Plan, after: Plan) -> None: ...
    @property
    def equal(self) -> bool: ...
    def __bool__(self) -> bool: ...
