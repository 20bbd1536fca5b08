# SPDX-License-Identifier: Apache-2.0
"""Every op against its NumPy oracle, within the tolerance its row documents."""

import numpy as np
import pytest

import legato as lg
from ops.sampling import FLOATS, NAMES, NUMPY, SEED, Bad, Case, Draw, Sample, cases_of, rounded, rows, samples

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


def arrays(result) -> list[np.ndarray]:
    """Return what a call answered, output by output."""
    return [x.numpy() for x in (result if isinstance(result, tuple) else (result,))]


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


def dtype_of(op: str, dtype: str, index: int, value: np.ndarray) -> str:
    """Return the dtype of an output: as its row says, or else as the oracle found it."""
    row = ROWS[op]
    rule, letter = (
        row.dtype_rules()[index].partition("(")[0],
        row.outs[0 if row.variadic_out else index].letter,
    )
    own = row.ins[0].letter if row.ins else row.outs[0].letter
    if rule == "same" and letter in NUMPY:
        return letter
    if rule in ("bool", "i64"):
        return rule
    if rule not in ("same", "div") or (row.several and letter != own):
        return NAMES[value.dtype]
    return "i64" if "PROMOTE_SUM" in row.flags and dtype not in (*FLOATS, "u64") else dtype


def expected_of(op: str, dtype: str, case: Case) -> list[tuple[np.ndarray, str]]:
    """Return the oracle's answers, in the dtypes of the op's outputs, and these dtypes."""
    with np.errstate(all="ignore"):
        found = SAMPLES[op].oracle(*widened(op, case.ins), **case.attrs)
    values = [np.asarray(x) for x in (found if ROWS[op].several else (found,))]
    names = [dtype_of(op, dtype, 0 if ROWS[op].variadic_out else i, x) for i, x in enumerate(values)]
    return [(rounded(x, name), name) for x, name in zip(values, names, strict=True)]


def assert_close(op: str, dtype: str, case: Case, answer) -> None:
    expected = expected_of(op, dtype, case)
    actual = arrays(answer)
    assert len(actual) == len(expected), text_of(op, case)
    for i, (x, (wanted, name)) in enumerate(zip(actual, expected, strict=True)):
        assert_one_close(op, dtype, case, i, x, wanted, name)


def assert_one_close(op, dtype, case: Case, index: int, actual, expected, name: str) -> None:
    where = text_of(op, case) + (f" output {index}" if ROWS[op].several else "")
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
            scale = SAMPLES[op].scale(*widened(op, case.ins), **case.attrs)
            magnitude = np.maximum(magnitude, scale[index] if ROWS[op].several else scale)
        near = np.abs(got - want) <= absolute + relative * magnitude
    same = near | (got == want) | (np.isnan(got) & np.isnan(want))
    if not np.all(same):
        with np.errstate(all="ignore"):
            worst = np.nanmax(np.where(same, 0, np.abs(got - want) / np.maximum(magnitude, 1e-300)))
        at = np.argwhere(~same)[:3].tolist()
        pairs = [(got[tuple(i)], want[tuple(i)]) for i in at]
        raise AssertionError(f"{where}: worst relative error {worst:.3g}, at {at} (got, wanted) {pairs}")


def assert_all_same_bits(actual: list, expected: list, where: str) -> None:
    assert len(actual) == len(expected), where
    for x, wanted in zip(actual, expected, strict=True):
        assert_same_bits(x, wanted, where)


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
        assert_close(op, dtype, case, call(op, wrapped(case.ins), case.attrs))


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
            expected = arrays(call(op, wrapped(dense), case.attrs))
        except lg.DivisionByZeroError:  # `repeated` may have picked a zero
            continue
        actual = call(op, wrapped(ins), case.attrs)
        if SAMPLES[op].layout_exact:
            assert_all_same_bits(arrays(actual), expected, text_of(op, case))
        else:
            assert_close(op, dtype, Case(dense, case.attrs), actual)


# ---- out= --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "dtype"), EVERY)
def test_out(op, dtype):
    """`out` receives the same bits, whatever its layout, and is what the call returns."""
    for number, case in enumerate(cases_of(SAMPLES[op], op, dtype)):
        ins = wrapped(case.ins)
        expected = arrays(call(op, ins, case.attrs))
        layout = [np.empty_like, spaced, fortran, backward][number % 4]
        targets = [layout(np.zeros_like(x, order="C")) for x in expected]
        outs = [lg.asarray(x) for x in targets]
        if ROWS[op].several:
            answer = call(op, ins, case.attrs, out=outs)
            assert all(x is y for x, y in zip(answer, outs, strict=True)), text_of(op, case)
            one = [None] * (len(outs) - 1) + outs[-1:]  # the last one, and new ones for the others
            assert_all_same_bits(arrays(call(op, ins, case.attrs, out=one)), expected, text_of(op, case))
        else:
            assert call(op, ins, case.attrs, out=outs[0]) is outs[0], text_of(op, case)
        contiguous = [np.array(x, order="C") for x in targets]
        assert_all_same_bits(contiguous, [np.array(x, order="C") for x in expected], text_of(op, case))


@pytest.mark.parametrize(
    ("op", "dtype"), [p for p in EVERY if ROWS[p.values[0]].ins and not ROWS[p.values[0]].variadic]
)
def test_out_is_an_input(op, dtype):
    """Writing over an input, in whole or shifted by an element, gives the same as writing elsewhere."""
    for case in cases_of(SAMPLES[op], op, dtype):
        for index, value in enumerate(case.ins):
            if value is None or value.size == 0:
                continue
            results = arrays(call(op, wrapped(case.ins), case.attrs))
            expected = results[0].copy()
            others = [None] * (len(results) - 1)

            def written(tensor, others=others):
                return (tensor, *others) if ROWS[op].several else tensor

            if expected.shape != value.shape or expected.dtype != value.dtype:
                continue
            ins = [None if x is None else np.array(x, order="C") for x in case.ins]
            tensors = wrapped(ins)
            call(op, tensors, case.attrs, out=written(tensors[index]))
            assert_same_bits(ins[index], expected, text_of(op, case))
            # Partly over it.
            memory = np.zeros(value.size + 1, value.dtype)
            before, after = memory[:-1].reshape(value.shape), memory[1:].reshape(value.shape)
            before[...] = value
            tensors = wrapped([before if i == index else x for i, x in enumerate(case.ins)])
            call(op, tensors, case.attrs, out=written(lg.asarray(after)))
            assert_same_bits(after, expected, text_of(op, case))


@pytest.mark.parametrize("op", [op for op in SAMPLES if op in ROWS])
def test_wrong_out(op):
    dtype = dtypes_of(op)[0]
    case, right = next(
        (c, x)
        for c in cases_of(SAMPLES[op], op, dtype)
        if (x := arrays(call(op, wrapped(c.ins), c.attrs))[0]).size > 0
    )
    ins = wrapped(case.ins)
    more = [None] * (len(arrays(call(op, ins, case.attrs))) - 1)

    def write(out):
        call(op, ins, case.attrs, out=[out, *more] if ROWS[op].several else out)

    other = np.int16 if right.dtype != np.int16 else np.int8
    with pytest.raises(lg.DTypeError, match=f"{op}: out"):
        write(lg.asarray(np.zeros(right.shape, other)))
    with pytest.raises(lg.ShapeError, match=f"{op}: out"):
        write(lg.asarray(np.zeros((*right.shape, 2)[-8:], right.dtype)))
    fixed = np.zeros(right.shape, right.dtype)
    fixed.flags.writeable = False
    with pytest.raises(lg.ArgumentError, match="read-only"):
        write(lg.asarray(fixed))
    with pytest.raises(lg.DTypeError, match=r"out"):
        write("elsewhere")
    if ROWS[op].several:
        with pytest.raises(lg.ArgumentError, match=f"{op}: out has"):
            call(op, ins, case.attrs, out=[None] * 65)


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
