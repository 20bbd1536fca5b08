# SPDX-License-Identifier: Apache-2.0
"""Every op against its NumPy oracle, within the tolerance its row documents."""

import numpy as np
import pytest

import legato as lg
from ops.sampling import FLOATS, NAMES, SEED, Bad, Case, Draw, Sample, cases_of, rounded, rows, samples

ROWS = rows()
SAMPLES = samples()


def dtypes_of(op: str) -> tuple[str, ...]:
    sample, row = SAMPLES[op], ROWS[op]
    if sample.dtypes:
        return sample.dtypes
    letter = row.ins[0].letter if row.ins else row.outs[0].letter
    return tuple(row.letter_types(letter).split())


EVERY = [
    pytest.param(op, dtype, id=f"{op}-{dtype}") for op in SAMPLES if op in ROWS for dtype in dtypes_of(op)
]
ERRORS = [
    pytest.param(op, bad, id=f"{op}-{i}")
    for op, sample in SAMPLES.items()
    for i, bad in enumerate(sample.bad)
]


def call(op: str, ins, attrs, **more):
    return getattr(lg, op)(*ins, **attrs, **more)


def wrapped(ins) -> list:
    """Return tensors in place of arrays."""
    return [
        [lg.asarray(x) for x in value]
        if isinstance(value, list)
        else None
        if value is None
        else lg.asarray(value)
        for value in ins
    ]


def widened(op: str, ins) -> list:
    """Return what an oracle gets: floats as f64, or as they are where it asks for that."""

    def one(x):
        if x is None or NAMES[x.dtype] not in FLOATS:
            return x
        return x.astype(
            (np.float64 if NAMES[x.dtype] == "f64" else np.float32) if SAMPLES[op].native else np.float64
        )

    return [[one(x) for x in value] if isinstance(value, list) else one(value) for value in ins]


def text_of(op: str, case: Case) -> str:
    def one(x):
        return f"{NAMES[x.dtype]}{list(x.shape)}" if x is not None else "None"

    ins = ", ".join(str([one(x) for x in v]) if isinstance(v, list) else one(v) for v in case.ins)
    return f"LG_TEST_SEED={SEED}: {op}({ins}, {case.attrs})"


def expected_of(op: str, dtype: str, case: Case) -> tuple[np.ndarray, str]:
    """Return the oracle's answer, in the op's result dtype, and that dtype."""
    rule = ROWS[op].dtype.partition("(")[0]
    with np.errstate(all="ignore"):
        value = np.asarray(SAMPLES[op].oracle(*widened(op, case.ins), **case.attrs))
    name = dtype if rule in ("same", "div") else rule if rule in ("bool", "i64") else NAMES[value.dtype]
    if "PROMOTE_SUM" in ROWS[op].flags and name not in (*FLOATS, "u64"):
        name = "i64"
    return rounded(value, name), name


def assert_close(op: str, dtype: str, case: Case, actual: np.ndarray) -> None:
    expected, name = expected_of(op, dtype, case)
    where = text_of(op, case)
    assert NAMES[actual.dtype] == name, where
    assert actual.shape == expected.shape, where
    relative, absolute = ROWS[op].tol.get(dtype, (0.0, 0.0))
    if relative == absolute == 0 or name not in FLOATS:
        same = (actual == expected) | ((actual != actual) & (expected != expected))
        assert np.all(same), f"{where}: {np.argwhere(~same)[:3].tolist()}\n{actual}\n{expected}"
        return
    got, want = actual.astype(np.float64), expected.astype(np.float64)
    magnitude = np.abs(want)
    with np.errstate(all="ignore"):
        if SAMPLES[op].scale is not None:
            magnitude = np.maximum(magnitude, SAMPLES[op].scale(*widened(op, case.ins), **case.attrs))
        near = np.abs(got - want) <= absolute + relative * magnitude
    same = near | (got == want) | (np.isnan(got) & np.isnan(want))
    if not np.all(same):
        with np.errstate(all="ignore"):
            worst = np.nanmax(np.where(same, 0, np.abs(got - want) / np.maximum(magnitude, 1e-300)))
        at = np.argwhere(~same)[:3].tolist()
        pairs = [(got[tuple(i)], want[tuple(i)]) for i in at]
        raise AssertionError(f"{where}: worst relative error {worst:.3g}, at {at} (got, wanted) {pairs}")


def assert_same_bits(actual: np.ndarray, expected: np.ndarray, where: str) -> None:
    assert actual.dtype == expected.dtype and actual.shape == expected.shape, where
    same = np.frombuffer(actual.tobytes(), np.uint8) == np.frombuffer(expected.tobytes(), np.uint8)
    if not np.all(same):
        # Which NaN it is does not matter.
        both = (actual != actual) & (expected != expected)
        assert np.all(both | (actual == expected)), f"{where}: results differ\n{actual}\n{expected}"


# ---- values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "dtype"), EVERY)
def test_value(op, dtype):
    for case in cases_of(SAMPLES[op], op, dtype):
        assert_close(op, dtype, case, call(op, wrapped(case.ins), case.attrs).numpy())


# ---- layouts -----------------------------------------------------------------------------------------


def spaced(x):
    """Every second element of a larger array."""
    big = np.zeros([2 * n + 1 for n in x.shape], x.dtype)
    view = big[*(slice(1, 2 * n + 1, 2) for n in x.shape), ...]
    view[...] = x
    return view


def backward(x):
    turn = (*(slice(None, None, -1) for _ in x.shape), ...)
    return np.array(x[turn], order="C")[turn]


def fortran(x):
    return np.array(x, order="F")


def shifted(x):
    """Neither the start nor the rows fall on round addresses."""
    big = np.zeros([n + 3 for n in x.shape], x.dtype)
    view = big[*(slice(1, n + 1) for n in x.shape), ...]
    view[...] = x
    return view


def repeated(x):
    """One element, or one row, seen many times."""
    return np.broadcast_to(x[*(slice(0, 1) for _ in x.shape), ...], x.shape) if x.size else x


LAYOUTS = [spaced, backward, fortran, shifted, repeated]


@pytest.mark.parametrize(("op", "dtype"), [p for p in EVERY if ROWS[p.values[0]].ins])
def test_strided_inputs(op, dtype):
    """The layout of the inputs does not change one bit, or stays within the tolerance where it may."""
    layouts = Draw("layouts", op, dtype)
    for case in cases_of(SAMPLES[op], op, dtype):

        def arranged(x):
            return None if x is None else LAYOUTS[layouts.int(0, len(LAYOUTS) - 1)](x)

        ins = [[arranged(x) for x in v] if isinstance(v, list) else arranged(v) for v in case.ins]
        dense = [
            [np.array(x, order="C") for x in v]
            if isinstance(v, list)
            else None
            if v is None
            else np.array(v, order="C")
            for v in ins
        ]
        try:
            expected = call(op, wrapped(dense), case.attrs).numpy()
        except lg.DivisionByZeroError:  # `repeated` may have picked a zero
            continue
        actual = call(op, wrapped(ins), case.attrs).numpy()
        if SAMPLES[op].layout_exact:
            assert_same_bits(actual, expected, text_of(op, case))
        else:
            assert_close(op, dtype, Case(dense, case.attrs), actual)


# ---- out= --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "dtype"), EVERY)
def test_out(op, dtype):
    """`out` receives the same bits, whatever its layout, and is what the call returns."""
    for number, case in enumerate(cases_of(SAMPLES[op], op, dtype)):
        ins = wrapped(case.ins)
        expected = call(op, ins, case.attrs).numpy()
        target = [np.empty_like, spaced, fortran, backward][number % 4](np.zeros_like(expected, order="C"))
        out = lg.asarray(target)
        assert call(op, ins, case.attrs, out=out) is out, text_of(op, case)
        assert_same_bits(np.array(target, order="C"), np.array(expected, order="C"), text_of(op, case))


@pytest.mark.parametrize(
    ("op", "dtype"), [p for p in EVERY if ROWS[p.values[0]].ins and not ROWS[p.values[0]].variadic]
)
def test_out_is_an_input(op, dtype):
    """Writing over an input, in whole or shifted by an element, gives the same as writing elsewhere."""
    for case in cases_of(SAMPLES[op], op, dtype):
        for index, value in enumerate(case.ins):
            if value is None or value.size == 0:
                continue
            expected = call(op, wrapped(case.ins), case.attrs).numpy().copy()
            if expected.shape != value.shape or expected.dtype != value.dtype:
                continue
            ins = [None if x is None else np.array(x, order="C") for x in case.ins]
            tensors = wrapped(ins)
            call(op, tensors, case.attrs, out=tensors[index])
            assert_same_bits(ins[index], expected, text_of(op, case))
            # Partly over it.
            memory = np.zeros(value.size + 1, value.dtype)
            before, after = memory[:-1].reshape(value.shape), memory[1:].reshape(value.shape)
            before[...] = value
            tensors = wrapped([before if i == index else x for i, x in enumerate(case.ins)])
            call(op, tensors, case.attrs, out=lg.asarray(after))
            assert_same_bits(after, expected, text_of(op, case))


@pytest.mark.parametrize("op", [op for op in SAMPLES if op in ROWS])
def test_wrong_out(op):
    dtype = dtypes_of(op)[0]
    case = next(c for c in cases_of(SAMPLES[op], op, dtype) if call(op, wrapped(c.ins), c.attrs).size > 1)
    ins = wrapped(case.ins)
    right = call(op, ins, case.attrs).numpy()
    other = np.int16 if right.dtype != np.int16 else np.int8
    with pytest.raises(lg.DTypeError, match=f"{op}: out"):
        call(op, ins, case.attrs, out=lg.asarray(np.zeros(right.shape, other)))
    with pytest.raises(lg.ShapeError, match=f"{op}: out"):
        call(op, ins, case.attrs, out=lg.asarray(np.zeros((*right.shape, 2)[-8:], right.dtype)))
    fixed = np.zeros(right.shape, right.dtype)
    fixed.flags.writeable = False
    with pytest.raises(lg.ArgumentError, match="read-only"):
        call(op, ins, case.attrs, out=lg.asarray(fixed))
    with pytest.raises(lg.DTypeError, match=r"out"):
        call(op, ins, case.attrs, out="elsewhere")


# ---- errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "bad"), ERRORS)
def test_error(op: str, bad: Bad):
    with pytest.raises(getattr(lg, bad.raises)) as info:
        call(op, bad.ins, bad.attrs)
    message = str(info.value)
    assert op in message
    assert bad.text in message, message


@pytest.mark.parametrize("op", [op for op in SAMPLES if op in ROWS and ROWS[op].ins])
def test_too_many_arguments(op):
    sample: Sample = SAMPLES[op]
    case = cases_of(sample, op, dtypes_of(op)[0])[0]
    with pytest.raises(TypeError):
        getattr(lg, op)(*wrapped(case.ins), **case.attrs, surprise=1)
