# SPDX-License-Identifier: Apache-2.0
"""Extents that may be open: numbers where they are fixed, else what ``x.shape`` has while recording.

Ops take both as attributes. What follows from extents alone is computed while the program is built.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops


def is_fixed(x: Tensor) -> bool:
    """Return whether all extents are numbers."""
    shape: tuple[Any, ...] = x.shape
    return all(type(n) is int for n in shape)


def shape_tensor(x: Tensor, start: int | None = None, end: int | None = None) -> Tensor:
    """Return extents as an i64 vector: a constant where they are fixed."""
    part: list[Any] = list(x.shape)[start:end]
    if all(type(n) is int for n in part):
        return lg.tensor(part, dtype="i64")
    first = range(len(x.shape))[start:end]
    return ops.shape(x, start=first.start, end=first.stop)


def product(extents: Iterable[Any]) -> Any:
    """Return how many elements there are."""
    total: Any = 1
    for n in extents:
        total = total * n
    return total


def fixed(n: Any, what: str) -> int:
    """Return an extent that must be a number now."""
    if type(n) is not int:
        raise lg.UnsupportedError(f"{what} must be fixed: give it in dims or shapes")
    return n
