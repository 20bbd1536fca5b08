# SPDX-License-Identifier: Apache-2.0
"""Extents that may be open: numbers where they are fixed, traced i64 tensors where a run decides.

What follows from extents alone is computed while the program is built; attributes take it like numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops

Extent = int | Tensor  # a tensor has one element, shape [1]


def extents(x: Tensor) -> list[Any]:
    """Return the shape of a tensor."""
    shape: Sequence[Any] = x.shape
    if all(type(n) is int for n in shape):
        return list(shape)
    whole = ops.shape(x)
    return [n if type(n) is int else ops.slice(whole, [i], [i + 1]) for i, n in enumerate(shape)]


def extent(x: Tensor, axis: int) -> Any:
    """Return one extent."""
    n: Any = x.shape[axis]
    axis %= len(x.shape)
    return n if type(n) is int else ops.slice(ops.shape(x), [axis], [axis + 1])


def vector(parts: Sequence[Any]) -> Any:
    """Return extents as an attribute takes them: a list of numbers, or one traced tensor."""
    if not any(isinstance(part, Tensor) for part in parts):
        return list(parts)
    return ops.concat(
        [part if isinstance(part, Tensor) else lg.tensor([part], dtype="i64") for part in parts]
    )


def tensor(parts: Sequence[Any]) -> Tensor:
    """Return extents as an i64 vector."""
    found = vector(parts)
    return found if isinstance(found, Tensor) else lg.tensor(found, dtype="i64")


def product(parts: Iterable[Any]) -> Any:
    """Return how many elements there are."""
    total: Any = 1
    for part in parts:
        total = (
            ops.mul(total, part) if isinstance(part, Tensor) or isinstance(total, Tensor) else total * part
        )
    return total


def fixed(n: Any, what: str) -> int:
    """Return an extent that must be a number now."""
    if type(n) is not int:
        raise lg.UnsupportedError(f"{what} must be fixed: give it in dims or shapes")
    return n
