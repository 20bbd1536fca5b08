# SPDX-License-Identifier: Apache-2.0
"""Executors of one line: look at some ops, or compute them otherwise."""

from collections.abc import Callable
from typing import Any

from legato.core.errors import DTypeError
from legato.core.executor import Executor, matches
from legato.core.opview import OpView, Outputs
from legato.core.tensor import Tensor


class _Matching(Executor):
    # Base of what is about the ops of a pattern.
    _kind = ""

    def __init__(self, pattern: str, function: Callable[..., Any]) -> None:
        if not isinstance(pattern, str):
            raise DTypeError(f"{self._kind}: the pattern is {type(pattern).__name__}, expected str")
        if not callable(function):
            raise DTypeError(f"{self._kind}: expected a function, got {type(function).__name__}")
        self.pattern, self.function = pattern, function

    @property
    def _label(self) -> str:
        return f"{self._kind} {self.pattern!r}"

    def _is_meant(self, op: OpView) -> bool:
        return matches(self.pattern, op.path) or matches(self.pattern, op.name)

    def __repr__(self) -> str:
        return f"legato.{self._kind}({self.pattern!r}, {self.function!r})"


class tap(_Matching):
    """An executor that shows the outputs of some ops to a function, at every run.

    An op that is tapped is not fused away. Use it with ``using`` for a while, with :func:`runner` for ever,
    or through :meth:`Plan.edit` and :meth:`Runner.install` on a runner that exists.

    Parameters
    ----------
    pattern : str
        Of the path of the op or of its name; ``*`` stands for any run of characters.
    fn : callable
        ``fn(op, outputs)``: an :class:`OpView` and a sequence of copies of the outputs.

    Examples
    --------
    >>> import legato as lg
    >>> run = lg.runner(lambda x: lg.relu(lg.neg(x)), "f32[2]")
    >>> with lg.using(lg.tap("neg", lambda op, outputs: print(outputs[0].tolist()))):
    ...     run([1.0, -2.0]).tolist()
    [-1.0, 2.0]
    [0.0, 2.0]
    """

    _kind = "tap"

    def __init__(self, pattern: str, fn: Callable[[OpView, Outputs], object]) -> None:
        super().__init__(pattern, fn)

    def _hook(self, op: OpView, when: str) -> Callable[..., Any] | None:
        return self.function if when == "after" and self._is_meant(op) else None


class replace(_Matching):
    """An executor that computes some ops by a function; the plan shows it.

    Parameters
    ----------
    pattern : str
        As for :class:`tap`.
    fn : callable
        ``fn(op, inputs)``: an :class:`OpView` and a tuple of Tensors, None for absent ones. Returns the
        output, or a tuple of them, of the types of ``op.outputs``.

    Examples
    --------
    >>> import legato as lg
    >>> run = lg.runner(lambda x: lg.relu(lg.neg(x)), "f32[2]")
    >>> with lg.using(lg.replace("neg", lambda op, inputs: inputs[0] * 10.0)):
    ...     run([1.0, -2.0]).tolist()
    [10.0, 0.0]
    """

    _kind = "replace"

    def __init__(self, pattern: str, fn: Callable[[OpView, tuple[Tensor | None, ...]], Any]) -> None:
        super().__init__(pattern, fn)

    def _replacement(self, op: OpView) -> Callable[..., Any] | None:
        return self.function if self._is_meant(op) else None
