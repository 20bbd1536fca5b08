# SPDX-License-Identifier: Apache-2.0
"""Ops for element types that the op rows lack: computed in a wider type, given back in the operator's own.

``ops.matmul(a, b)`` is ``lg.matmul(a, b)``, except that f16 without a kernel of its own is computed in f32,
and small integers in larger ones. Rows say what there is; nothing here names an op.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx._table import OPS

# What a type is computed in where an op does not have it: the first of these that it has.
WIDER = {
    "f16": ("f32", "f64"),
    "bf16": ("f32", "f64"),
    "f32": ("f64",),
    "bool": ("u8", "i32", "i64"),
    "i8": ("i16", "i32", "i64", "f32"),
    "u8": ("i16", "i32", "i64", "f32"),
    "i16": ("i32", "i64", "f32"),
    "u16": ("i32", "i64", "f32"),
    "i32": ("i64", "f64"),
    "u32": ("i64", "f64"),
    "i64": ("f64",),
    "u64": ("i64", "f64"),
}


@cache
def _operands(op: str) -> tuple[list[tuple[str, bool]], list[str], dict[str, list[str]]]:
    """Return the letters of inputs (and whether one repeats) and outputs, and the dtypes of letters."""
    ins, outs, types, _ = OPS[op]
    letters = [(word.split(":")[1].rstrip("?*"), word.endswith("*")) for word in ins.split()]
    return (
        letters,
        [word.split(":")[1].rstrip("?*") for word in outs.split()],
        {k: v.split() for k, v in types.items()},
    )


def _target(op: str, letter: str, given: str) -> str | None:
    """Return the dtype to compute in, None where the row has the given one or nothing that would do."""
    has = _operands(op)[2].get(letter, [letter])
    if given in has:
        return None
    return next((name for name in WIDER.get(given, ()) if name in has), None)


def call(op: str, inputs: list[Any], attributes: dict[str, Any]) -> Any:
    """Call an op by name; inputs are tensors, numbers or None."""
    letters, outs, _ = _operands(op)
    variadic = len(letters) == 1 and letters[0][1]
    back: dict[str, str] = {}  # letter -> dtype that results of this letter had
    ready = list(inputs)
    for i, x in enumerate(inputs):
        if not isinstance(x, Tensor):
            continue
        letter = letters[0 if variadic else i][0]
        given = x.dtype.name
        target = _target(op, letter, given)
        if target is not None:
            ready[i] = x.astype(target)
        if letter not in back:
            back[letter] = given
    function: Callable[..., Any] = getattr(lg, op)
    result = function(ready, **attributes) if variadic else function(*ready, **attributes)
    if isinstance(result, Tensor):
        return _restore(result, back.get(outs[0]))
    results = tuple(result)
    return tuple(_restore(y, back.get(outs[min(i, len(outs) - 1)])) for i, y in enumerate(results))


def _restore(y: Tensor, dtype: str | None) -> Tensor:
    return y if dtype is None or y.dtype.name == dtype else y.astype(dtype)


class _Ops:
    """The ops of legato by name, with `call` in between."""

    def __getattr__(self, op: str) -> Callable[..., Any]:
        if op not in OPS:
            raise AttributeError(op)

        letters, _, _ = _operands(op)
        variadic, count = any(several for _, several in letters), len(letters)
        names = OPS[op][3]

        def entry(*inputs: Any, **attributes: Any) -> Any:
            tensors = inputs[0] if variadic else inputs[:count]
            return call(op, list(tensors), attributes | dict(zip(names, inputs[count:], strict=False)))

        setattr(self, op, entry)
        return entry


ops: Any = _Ops()
