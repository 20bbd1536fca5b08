# SPDX-License-Identifier: Apache-2.0
"""What a sample says about an op, and the random arrays that samples are made of.

``samples/<family>.py`` holds a dictionary ``SAMPLES`` from op name to `Sample`. Random numbers are fresh in
every run; a failure prints the seed, and ``LG_TEST_SEED=<seed>`` repeats it.
"""

import importlib.util
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

import support

SEED = int(os.environ.get("LG_TEST_SEED") or np.random.SeedSequence().entropy % 2**32)

NUMPY = {
    "f32": np.float32,
    "f64": np.float64,
    "f16": np.float16,
    "bf16": ml_dtypes.bfloat16,
    "i8": np.int8,
    "u8": np.uint8,
    "i16": np.int16,
    "u16": np.uint16,
    "i32": np.int32,
    "u32": np.uint32,
    "i64": np.int64,
    "u64": np.uint64,
    "bool": np.bool_,
}
NAMES = {np.dtype(kind): name for name, kind in NUMPY.items()}
FLOATS = ("f32", "f64", "f16", "bf16")

# Rank 0, nothing, one, powers of two and their neighbours, long enough for every unrolled loop.
SHAPES = [(), (0,), (1,), (3, 0, 2), (15,), (16,), (33,), (5, 7), (2, 1, 3, 4), (1, 1), (67, 19), (1031,)]
# Pairs that broadcast, in both directions.
PAIRS = [
    ((), ()),
    ((0,), (1,)),
    ((1,), (0,)),
    ((16,), (16,)),
    ((17,), ()),
    ((), (17,)),
    ((5, 7), (7,)),
    ((5, 1), (1, 7)),
    ((4, 1, 9), (6, 1)),
    ((2, 3, 4, 5), (2, 3, 4, 5)),
    ((1, 3, 1, 5), (2, 1, 4, 1)),
    ((257,), (257,)),
    ((3, 0), (1, 1)),
]


@dataclass
class Case:
    """One valid call."""

    ins: list[Any]  # arrays; None for an absent optional input; a list of arrays for a variadic op
    attrs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Bad:
    """One call that must fail: with the exception `raises` (a name in legato) whose message has `text`."""

    raises: str
    text: str
    ins: list[Any]
    attrs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Sample:
    """Inputs, wrong inputs, and the meaning of an op in NumPy."""

    # (draw, dtype) -> cases; dtype is one of the first type letter of the row, or of `dtypes`.
    cases: Callable[["Draw", str], Iterator[Case]]
    # (*arrays, **attrs) -> array. Floats come as f64 and the result is rounded to the dtype of the op;
    # integers and bools come as they are.
    oracle: Callable[..., Any]
    bad: list[Bad]
    # (*arrays, **attrs) -> magnitude that relative tolerance refers to, where that is not the result itself:
    # the sum of magnitudes for sums of products.
    scale: Callable[..., Any] | None = None
    dtypes: tuple[str, ...] = ()
    # The oracle gets f32 and f64 as they are, and 16-bit floats as f32: for formulas that round in between.
    native: bool = False
    # Whether the layout of inputs leaves every bit: not where kernels take different ways through memory.
    layout_exact: bool = True


class Draw:
    """Random arrays."""

    def __init__(self, *key: Any) -> None:
        # Every test draws for itself, so that one alone can be repeated.
        words = [int.from_bytes(str(word).encode(), "little") % 2**32 for word in key]
        self.rng = np.random.default_rng([SEED, *words])

    def array(self, shape, dtype: str, low: float = -4, high: float = 4, special: bool = True) -> np.ndarray:
        """Numbers between `low` and `high`; with `special` some of those where things go wrong."""
        kind = NUMPY[dtype]
        if dtype == "bool":
            return self.rng.integers(0, 2, shape).astype(kind)
        if dtype in FLOATS:
            result = self.rng.uniform(low, high, shape).astype(np.float32 if dtype == "bf16" else np.float64)
            values = self.float_specials(dtype)
        else:
            limits = np.iinfo(kind)
            low, high = (max(low, limits.min), min(high, limits.max))
            result = self.rng.integers(int(low), int(high) + 1, shape)
            values = [limits.min, limits.max, 0, 1]
        result = np.asarray(result).astype(kind)
        if special and result.size > 2:
            where = self.rng.integers(0, result.size, max(1, result.size // 8))
            with np.errstate(over="ignore"):
                flat = result.reshape(-1)
                flat[where] = self.rng.choice(np.array(values, dtype=object), where.shape).astype(kind)
        return result

    def float_specials(self, dtype: str) -> list[float]:
        limits = ml_dtypes.finfo(NUMPY[dtype])
        largest, tiny = float(limits.max), float(limits.smallest_subnormal)
        normal = float(limits.tiny)
        return [0.0, -0.0, 1.0, np.inf, -np.inf, np.nan, largest, -largest, tiny, -tiny, normal, 0.5 * normal]

    def shape(self, rank: int, most: int = 5) -> tuple[int, ...]:
        return tuple(int(n) for n in self.rng.integers(1, most + 1, rank))

    def int(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))


def to_bf16(value: np.ndarray) -> np.ndarray:
    """Round f64 to bf16 once: to odd in f32 first, so that the second rounding sees what was cut off."""
    value = np.asarray(value, np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        single = value.astype(np.float32)
        outward = np.abs(single.astype(np.float64)) > np.abs(value)
        toward = np.where(outward, np.nextafter(single, np.float32(0)), single)
        odd = (toward.view(np.uint32) | 1).view(np.float32)
        exact = (single.astype(np.float64) == value) | np.isnan(value)
        # All the f32 beyond the largest bf16 round to infinity there as well.
        return np.where(exact, single, odd).astype(np.float32).astype(ml_dtypes.bfloat16)


def rounded(value: Any, dtype: str) -> np.ndarray:
    """Return an oracle's result in the op's dtype, rounded once."""
    if dtype == "bf16":
        return to_bf16(value)
    with np.errstate(all="ignore"):
        return np.asarray(value).astype(NUMPY[dtype])


def _load(path: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def rows() -> dict[str, Any]:
    """Return the declarations of all ops by name."""
    dsl = sys.modules.get("dsl") or _load(support.ROOT / "runtime/schema/dsl.py", "dsl")
    return {row.name: row for row in dsl.load(support.ROOT / "runtime/schema/ops")}


def portable_kernels() -> list[tuple[str, str, str, list[str]]]:
    """Return op, instruction set, symbol and dtypes of the kernels that every machine has."""
    listed = _load(support.ROOT / "runtime/schema/kernels.py", "legato_schema_kernels").listed(portable=True)
    assert listed, "reading kernels.inc needs a C compiler: cc, or what CC names"
    return listed


def samples() -> dict[str, Sample]:
    """Return the samples of all ops by name."""
    found: dict[str, Sample] = {}
    for path in sorted((support.ROOT / "tests/ops/samples").glob("*.py")):
        found |= _load(path, f"legato_samples_{path.stem}").SAMPLES
    return found


def cases_of(sample: Sample, op: str, dtype: str) -> list[Case]:
    return list(itertools.islice(sample.cases(Draw(op, dtype), dtype), 200))
