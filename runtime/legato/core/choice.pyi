# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable
from typing import Any, overload

from legato.core.device import Device
from legato.core.lane import Lane
from legato.core.run import Runner
from legato.core.signal import Term

class Choice:
    @property
    def text(self) -> str: ...
    @property
    def when(self) -> str: ...
    @property
    def alternatives(self) -> tuple[str | Lane, ...]: ...
    @property
    def lanes(self) -> tuple[Lane, ...]: ...

def quoted(name: str | bytes) -> str: ...
@overload
def choose(condition: Callable[..., Any] | Term, *alternatives: Runner) -> Runner: ...
@overload
def choose(condition: Callable[..., Any] | Term, *alternatives: Device | str | Lane) -> Choice: ...
