# SPDX-License-Identifier: Apache-2.0
from types import TracebackType

from legato.core.executor import Executor

class using:
    def __init__(self, executor: Executor) -> None: ...
    def __enter__(self) -> Executor: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
