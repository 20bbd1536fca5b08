# SPDX-License-Identifier: Apache-2.0
"""What makes calls futures. Imported when the first one is started: concurrent.futures is slow to import."""

import threading
from concurrent.futures import CancelledError, Future
from typing import Any

from legato.core.call import Call
from legato.core.errors import Cancelled, LegatoError

Cancelled.__bases__ = (LegatoError, CancelledError)

_looking = threading.Lock()


class FutureCall(Call, Future):  # type: ignore[type-arg]
    """A call. What futures share with those who watch them is made when somebody looks."""

    @property
    def _condition(self) -> Any:
        if "_lock" not in self.__dict__:
            with _looking:
                first = "_lock" not in self.__dict__
                if first:
                    Future.__init__(self)
            if first:
                self._flight.watch(self)
        return self._lock

    @_condition.setter
    def _condition(self, condition: Any) -> None:
        self._lock = condition

    def _tell(self, result: Any, error: BaseException | None) -> None:
        if Future.done(self):
            return
        if error is not None:
            Future.set_exception(self, error)
        else:
            Future.set_result(self, result)
