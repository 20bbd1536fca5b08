# SPDX-License-Identifier: Apache-2.0
import os
from typing import Any, NamedTuple

from legato.core.device import Device

class Core(NamedTuple):
    number: int
    allowed: bool
    core_class: str
    node: int
    package: int
    siblings: tuple[int, ...]

class Cache(NamedTuple):
    level: int
    kind: str
    bytes: int
    line_bytes: int
    cores: list[int]

class Machine:
    cores: list[Core]
    allowed: list[int]
    quota: float | None
    workers: int
    classes: dict[str, list[int]]
    nodes: dict[int, list[int]]
    caches: list[Cache]
    pools: list[dict[str, Any]]
    devices: list[Device]
    units: list[Any]

def machine(root: str | os.PathLike[str] = "") -> Machine: ...
