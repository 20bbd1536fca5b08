# SPDX-License-Identifier: Apache-2.0
"""Extents that are not fixed while recording: arithmetic, attributes, branches."""

import numpy as np
import pytest

import legato as lg


def check(fn, spec, *shapes):
    """Compare a runner of `fn` with eager for several shapes."""
    run = lg.runner(fn, spec)
    assert run.program.symbols
    for shape in shapes:
        x = np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)
        expected = fn(lg.tensor(x))
        result = run(x)
        for got, want in zip(
            result if isinstance(result, tuple) else [result],
            expected if isinstance(expected, tuple) else [expected],
            strict=True,
        ):
            assert got.shape == want.shape
            np.testing.assert_array_equal(got.numpy(), want.numpy())
    return run


SHAPES = [(1, 4), (3, 8), (5, 2), (0, 6)]


@pytest.mark.parametrize(
    "fn",
    [
        lambda x: x.reshape(x.shape[0] * x.shape[1] // 2, 2),
        lambda x: lg.reshape(x, (x.shape[1], x.shape[0])),
        lambda x: x.reshape(-1, x.shape[1]),
        lambda x: lg.reshape(x, (2, x.size // 2)),
        lambda x: lg.full((x.shape[0], x.shape[1] + 1), 2.0),
        lambda x: lg.zeros((x.shape[1],)),
        lambda x: lg.arange(x.shape[1]),
        lambda x: lg.arange(2, 2 + 3 * x.shape[1], 3),
        lambda x: x[:, x.shape[1] // 2 :],
        lambda x: x[..., None, : x.shape[1] - 1],
        lambda x: x[:, -1],
        lambda x: x[:, 1:-1],
        lambda x: lg.expand(lg.tensor([[1.0]]), x.shape),
        lambda x: lg.pad(x, (0, 1, 0, x.shape[1])),
        lambda x: lg.tile(x, (1, x.shape[1])),
        lambda x: lg.shape(x),
        lambda x: lg.size(x),
        lambda x: lg.reshape(x, lg.shape(lg.transpose(x))),
        lambda x: lg.reshape(x, lg.concat([lg.shape(x)[1:], lg.shape(x)[:1]])),
        lambda x: lg.reshape(x, (lg.shape(x)[1], x.shape[0])),
        lambda x: lg.full((1,), 7 - x.shape[1] % 3),
        lambda x: lg.full((1,), -x.shape[1] + 100),
        lambda x: (x.reshape(1, *x.shape), x.T.reshape(*x.T.shape, 1)),
        lambda x: x.mean(axis=1) * lg.cast(lg.size(x), "f32"),
    ],
)
def test_extents_in_attributes(fn):
    check(fn, "f32[batch,2*n]", *SHAPES)


def test_branches_become_guards():
    def f(x):
        if x.shape[1] > 100:
            return x * 2.0
        if x.shape[1] == 2 and x.shape[0]:
            return x * 3.0
        return x * 5.0

    run = check(f, "f32[batch,n]", (1, 3), (1, 200), (2, 2), (0, 2))
    assert run.signatures == [((1, 3),), ((1, 200),), ((2, 2),), ((0, 2),)]
    program = lg.record(f, "f32[batch,n]")
    assert "guard" in str(program)
    assert str(program.specialize("f32[1,50]")).count("guard") == 0
    with pytest.raises(lg.ArgumentError, match=r"recorded where n > 100, at test_extents.py:\d+ was false"):
        program.specialize("f32[1,101]")
    with pytest.raises(lg.ArgumentError, match="n > 100"):
        lg.runner(program)(np.ones((1, 101), np.float32))  # nothing to record it again with


def test_guards_read_back():
    program = lg.record(lambda x: x if x.shape[0] < 1000 else x + x, "f32[n]")
    text = str(program)
    weights = {"w0": np.int64([1000])}
    assert str(lg.Program.parse(text, weights)) == text
    with pytest.raises(lg.LegatoError, match="does not hold where it was recorded"):
        lg.Program.parse(text.replace("true", "false"), weights)
    with pytest.raises(lg.FormatError, match="true or false"):
        lg.Program.parse(text.replace(" true ", " maybe "), weights)
    with pytest.raises(lg.LegatoError, match="one bool"):
        lg.Program.parse(text.replace("guard %3", "guard %0"), weights)


def test_guards_of_inner_programs():
    inner = lg.record(lambda x: x if x.shape[0] < 1000 else x + x, "f32[n]")
    outer = lg.record(lambda x: inner(x) * 2.0, "f32[m]")
    assert "guard" in str(outer)
    assert lg.runner(outer)([1.0]).tolist() == [2.0]
    with pytest.raises(lg.ArgumentError, match="n < 1000"):
        outer.specialize("f32[1000]")
    with pytest.raises(lg.ArgumentError, match="n < 1000"):
        lg.record(inner, "f32[1000]")


@pytest.mark.parametrize(
    ("fn", "message"),
    [
        (lambda x: lg.zeros([0] * x.shape[0]), "batch is not fixed"),
        (lambda x: x.sum() if range(x.shape[0]) else x, "batch is not fixed"),
        (lambda x: x + float(x.shape[0]), "batch is not fixed"),
        (lambda x: list(x).pop(), "batch is not fixed"),
        (lambda x: lg.zeros(len(x)), "batch is not fixed"),
        (lambda x: x.reshape(x.shape[0] / 2, -1), "use // instead"),
        (lambda x: x.reshape(2, x.shape[0] + 0.5), "unsupported operand"),
    ],
)
def test_what_needs_a_number_says_so(fn, message):
    with pytest.raises((lg.LegatoError, TypeError), match=message):
        lg.record(fn, "f32[batch,4]")


def test_after_a_failed_call_numbers_are_numbers():
    def f(x):
        n = x.shape[0]
        for _ in range(3):
            with pytest.raises(lg.LegatoError):
                lg.slice(x, [n], ["bad"])
        return lg.slice(x, [1], [2])

    program = lg.record(f, "f32[n]")
    assert "{starts=[1], ends=[2]}" in str(program)
    from legato.core.dispatch import immediate  # a call after it takes the fast path again

    with immediate():
        assert lg.slice(lg.arange(4), [1], [2]).tolist() == [1]


def test_tensors_as_attributes_in_eager():
    x = lg.arange(6)
    assert lg.reshape(x, lg.tensor([2, 3])).shape == (2, 3)
    assert x.reshape(lg.tensor([2, -1])).shape == (2, 3)
    assert lg.slice(x, lg.tensor([1]), lg.tensor([3])).tolist() == [1, 2]
    assert lg.reshape(x, (lg.tensor(2), lg.tensor([3]))).shape == (2, 3)
    assert lg.softmax(lg.tensor([[1.0, 1.0]]), axis=lg.tensor(1)).tolist() == [[0.5, 0.5]]
    with pytest.raises(lg.DTypeError, match="expected"):
        lg.reshape(x, lg.tensor([2.0, 3.0]))


def test_traced_attributes_without_a_handler():
    b = lg.Builder()
    x = b.input("x", "f32[n,4]")
    y = lg.expand(lg.tensor([[3.0]]), lg.shape(x))  # nothing but the attribute is traced
    b.output("y", y)
    run = lg.runner(b.build())
    assert run(np.ones((2, 4), np.float32)).tolist() == [[3.0] * 4] * 2


def test_attributes_that_only_a_run_knows():
    with pytest.raises(lg.UnsupportedError, match="shape depends on data"):
        lg.record(lambda x, n: x.reshape(n), "f32[4]", "i64[2]")
