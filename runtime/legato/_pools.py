# SPDX-License-Identifier: Apache-2.0
"""Other thread pools, by way of threadpoolctl: lanes appear there, and hold BLAS and OpenMP pools."""

import sys
import threading
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from legato.core.context import version

if TYPE_CHECKING:
    from legato.core.lane import Lane


def found() -> list[dict[str, Any]]:
    """List the thread pools of other libraries in this process, as ``threadpoolctl.threadpool_info`` does.

    Returns
    -------
    list of dict
    """
    import threadpoolctl

    return [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] != "legato"]


# ---- holding them -----------------------------------------------------------------------------------

_lock = threading.Lock()
_holds: list["Hold"] = []  # that are in force
_originals: dict[
    str, tuple[Any, int]
] = {}  # file of a BLAS library -> (its controller, threads before the first hold)


class Hold:
    """Keeps BLAS and OpenMP pools to a number of threads until the release; of several, the least counts.

    OpenMP keeps its number by thread, so that a hold is for the thread that makes it.
    """

    def __init__(self, lane: "Lane") -> None:
        import threadpoolctl

        self.count = lane.workers if lane.foreign_pools is True else lane.foreign_pools
        controller = threadpoolctl.ThreadpoolController()
        self.openmp = controller.select(user_api="openmp").limit(limits=self.count)
        with _lock:
            for library in controller.select(user_api="blas").lib_controllers:
                _originals.setdefault(library.filepath, (library, library.get_num_threads()))
            _holds.append(self)
            _apply()

    def release(self) -> None:
        """End the hold, in the thread that made it."""
        with _lock:
            _holds.remove(self)
            _apply()
        self.openmp.restore_original_limits()


def _apply() -> None:
    least = min([hold.count for hold in _holds], default=None)
    for library, before in _originals.values():
        # Since 3.8 threadpoolctl lets but one thread change a pool of the whole process, and others silently
        # not.
        free = getattr(library, "clear_controlling_thread", None)
        if free is not None:
            free(force=True)
        library.set_num_threads(before if least is None else min(before, least))
        if free is not None:
            free(force=True)
    if least is None:
        _originals.clear()


# ---- being seen -------------------------------------------------------------------------------------


def _register(threadpoolctl: Any) -> None:
    class LegatoController(threadpoolctl.LibController):  # type: ignore[misc]
        """All lanes of the process: a limit holds each of them."""

        user_api = "legato"
        internal_api = "legato"
        filename_prefixes = ("liblegato",)

        def info(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
            from legato.core.lane import lanes

            return {**super().info(*args, **kwargs), "lanes": {lane.name: lane.workers for lane in lanes()}}

        def get_num_threads(self) -> int:
            from legato.core.lane import limit

            return limit()

        def set_num_threads(self, num_threads: int) -> None:
            from legato.core.lane import set_limit

            set_limit(num_threads)

        def get_version(self) -> str:
            return version()

    threadpoolctl.register(LegatoController)


class _Finder:
    """Waits for the import of threadpoolctl, which costs as much as that of legato."""

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "threadpoolctl":
            return None
        from importlib.util import find_spec

        sys.meta_path.remove(cls)
        spec = find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            _register(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


if "threadpoolctl" in sys.modules:
    _register(sys.modules["threadpoolctl"])
else:
    sys.meta_path.insert(0, _Finder)
