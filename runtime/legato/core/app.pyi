# SPDX-License-Identifier: Apache-2.0
import os
from collections.abc import Iterator, Mapping
from typing import Any

from legato.core.executor import Executor
from legato.core.lane import Lane
from legato.core.program import Program
from legato.core.run import Runner
from legato.core.unit import Unit

class App:
    @property
    def lanes(self) -> dict[str, Lane]: ...
    @property
    def units(self) -> dict[str, Unit]: ...
    @property
    def roles(self) -> list[str]: ...
    def __init__(
        self,
        runners: Mapping[str, Runner],
        *,
        lanes: Mapping[str, Lane] | None = None,
        units: Mapping[str, Unit] | None = None,
    ) -> None: ...
    def __getattr__(self, name: str) -> Runner: ...
    def __getitem__(self, name: str) -> Runner: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

def runners(*, executor: Executor | None = None, **named: Runner | Program) -> App: ...
def save(
    path: str | os.PathLike[str],
    app: Runner | App | Mapping[str, Runner],
    *,
    portable: bool = False,
    prepack: bool = False,
) -> None: ...
def load(
    path: str | os.PathLike[str], *, strict: bool = False, bind: dict[str, Lane] | None = None
) -> App: ...
