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
    program = lg.record(lambda x, n: x.reshape(n), "f32[4]", "i64[2]")
    assert program.outputs["output"].shape == ("u0", "u1")
    run = lg.runner(program)
    assert run(np.zeros(4, np.float32), [2, 2]).shape == (2, 2)
    assert run(np.zeros(4, np.float32), [1, -1]).shape == (1, 4)
    with pytest.raises(lg.ShapeError, match="4 elements, shape"):
        run(np.zeros(4, np.float32), [3, 2])
    with pytest.raises(lg.UnsupportedError, match="softmax: axis depends on data"):
        lg.record(lambda x, n: lg.softmax(x, axis=n), "f32[4]", "i64[]")
    with pytest.raises(lg.ShapeError, match="shape has 64 entries, at most 16"):
        lg.record(lambda x, n: x.reshape(n), "f32[4]", "i64[n]")
    assert lg.max_pool(lg.ones((1, 1, 4)), 1).shape == (1, 1, 4)  # nothing of it is left behind


# ---- steps and cuts that few numbers show ----------------------------------------------------------------


def count(y):
    """Make the extent, which recording may take for a number, part of the arithmetic."""
    n = y.shape[0]
    return lg.reshape(y, (n, 1)), lg.arange(0, n * 3, 3), lg.full((n + 1,), 1.0)


STEPS = [500, 5000, 300_000]
LONG = [1, 2, 10, 499, 500, 501, 4999, 5000, 12_345, 1_000_003]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "fn",
    [
        lambda x, step: x[::step],
        lambda x, step: x[3::step],
        lambda x, step: x[:step],
        lambda x, step: x[-step:],
        lambda x, step: lg.arange(0, x.shape[0], step),
        lambda x, step: lg.arange(0, (x.shape[0] + step - 1) // step),
        lambda x, step: lg.reshape(lg.max_pool(x[None, None], 1, stride=step), (-1,)),
        lambda x, step: lg.reshape(lg.conv(x[None, None], lg.ones((1, 1, 1)), stride=step), (-1,)),
        lambda x, step: lg.reshape(lg.stft(x[None], lg.ones((1,)), frame_step=step)[..., 0], (-1,)),
    ],
)
def test_long_steps(fn, step):
    if step > 5000:  # ranges of one per element are no shape arithmetic any more
        shapes = [(n,) for n in LONG]
    else:
        shapes = [(n,) for n in LONG if n // step < 1000]
    check(lambda x: fn(x, step), "f32[n]", *shapes)
    check(lambda x: count(fn(x, step)), "f32[n]", *shapes)


@pytest.mark.parametrize("most", [1, 2, 7, 100, 3000])
def test_cuts(most):
    shapes = [(n,) for n in (0, 1, 2, 3, 6, 7, 8, 99, 101, 2999, 3001)]
    check(lambda x: count(x[:most]), "f32[n]", *shapes)
    check(lambda x: count(x[-most:]), "f32[n]", *shapes)
    check(lambda x: count(lg.concat([x[:most], x[most:]])), "f32[n]", *shapes)


def test_a_number_that_is_none_is_an_error():
    # A step larger than all numbers that recording tries.
    def fn(x):
        y = x[::3_000_000]
        return lg.reshape(y, (y.shape[0], 1))

    small, large = np.zeros(10, np.uint8), np.arange(4_000_000).astype(np.uint8)
    program = lg.record(fn, "u8[n]")
    assert program.outputs["output"].shape == (1, 1)
    run = lg.runner(program)
    assert run(small).shape == (1, 1)
    with pytest.raises(lg.ArgumentError, match="axis 0 of what slice gives had 1 elements, now it has 2"):
        run(large)
    with pytest.raises(lg.ArgumentError, match="now it has 2"):
        program.specialize("u8[4000000]")
    with pytest.raises(lg.ArgumentError, match="now it has 2"):
        lg.record(lambda x: program(x), "u8[4000000]")
    np.testing.assert_array_equal(lg.runner(fn, "u8[n]")(large).numpy(), [[0], [large[3_000_000]]])


def test_names_promise_nothing():
    # Both look like n, for all numbers that recording tries.
    def fn(x, y):
        same = x[:3_000_000].shape[0] == x.shape[0]
        return (x if same else y), x.shape[0] == y.shape[0] * 2

    def net(x, y):
        a, _ = fn(x, y)
        return a + 1

    run = lg.runner(net, "u8[n]", "u8[m]")
    big, other = np.zeros(3_000_001, np.uint8), np.ones(4, np.uint8)
    assert run(np.zeros(5, np.uint8), other).shape == (5,)
    assert run(big, other).shape == (4,)


def test_a_state_keeps_its_type():
    total = lg.record(lambda x, h: {"y": x, "next": h[:3_000_000]}, "u8[n]", "u8[n]")
    run = lg.runner(total.with_state({"h": "next"}))
    run(np.zeros(5, np.uint8))
    run.state().reset()
    with pytest.raises(
        lg.ShapeError, match=r"state 'h' is u8\[3000001\], what is written to it is u8\[3000000\]"
    ):
        run(np.zeros(3_000_001, np.uint8))
