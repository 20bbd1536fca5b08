# SPDX-License-Identifier: Apache-2.0
"""Branches, loops, and extents that only the data tell, in programs."""

import numpy as np
import pytest

import legato as lg


def weights_of(program, values=None):
    return values or {
        name: np.ones(type.shape, type.dtype.name.replace("f", "float"))
        for name, type in program.weights.items()
    }


def check(fn, specs, *calls, exact=True):
    """Compare a runner of `fn` with eager, and with what its text and its file give."""
    run = lg.runner(fn, *specs)
    text = str(run.program)
    runs = [run]
    if not run.program.weights:
        again = lg.Program.parse(text)
        assert str(again) == text
        runs.append(lg.runner(again))
    for arrays in calls:
        expected = fn(*[lg.tensor(x) for x in arrays])
        expected = expected if isinstance(expected, tuple) else (expected,)
        for each in runs:
            result = each(*arrays)
            result = result if isinstance(result, tuple) else (result,)
            for got, want in zip(result, expected, strict=True):
                assert got.shape == want.shape
                assert got.dtype == want.dtype
                np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=0 if exact else 1e-6)
    return run


def f32(*values):
    return np.array(values, np.float32)


# ---- data-dependent extents ------------------------------------------------------------------------------


def masked(x, mask):
    """Two tensors that one condition compresses have one extent."""
    return lg.compress(x, mask) + lg.compress(x * 2.0, mask)


@pytest.mark.parametrize("spec", ["f32[6]", "f32[n]"])
@pytest.mark.parametrize(
    "fn",
    [
        lambda x: lg.non_zero(x),
        lambda x: lg.gather(x, lg.non_zero(x)[0]) * 2.0,
        lambda x: lg.sum(lg.compress(x, x > 1.0)),
        lambda x: lg.unique(x * 2.0).counts,
        lambda x: tuple(lg.unique(x)),
        lambda x: masked(x, x > 0.0),
        lambda x: lg.arange(0, lg.cast(lg.sum(x), "i64")),
        lambda x: lg.reshape(x, lg.concat([lg.cast(x[:1], "i64") * 0 - 1, lg.tensor([2])])),
        lambda x: lg.full((lg.cast(lg.max(x), "i64"), 2), 3.0),
        lambda x: x[: lg.cast(x[1], "i64")],
        lambda x: lg.top_k(x, k=lg.cast(x[1], "i64")).values,
        lambda x: lg.tile(x, lg.reshape(lg.cast(x[2], "i64"), 1)),
        lambda x: lg.pad(x, lg.stack([lg.cast(x[1], "i64"), lg.cast(x[2], "i64")])),
        lambda x: lg.expand(x[:1], lg.reshape(lg.cast(x[2], "i64"), 1) + 1),
        lambda x: lg.one_hot(lg.cast(x, "i64"), depth=lg.cast(lg.max(x), "i64") + 1),
        lambda x: lg.trilu(lg.reshape(x, (2, -1)), k=lg.cast(x[1], "i64")),
        lambda x: lg.arange(lg.non_zero(x).shape[1] * 2),
    ],
)
def test_extents_that_the_data_tell(fn, spec):
    run = check(fn, [spec], [f32(0, 1, 2, 0, 3, 3)], [f32(4, 1, 2, 1, 0, 5)], [f32(0, 2, 1, 0, 0, 7)])
    assert "u0" in str(run.program) or "k=%4" in str(run.program)


def test_parts_are_planned_once_for_a_signature():
    run = lg.runner(lambda x: lg.gather(x, lg.non_zero(x)[0]) * 2.0, "f32[6]")
    for _ in range(3):
        for x in ([0, 1, 2, 0, 3, 3], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]):
            np.testing.assert_array_equal(run(f32(*x)).numpy(), f32(*x)[np.nonzero(x)] * 2)


# ---- cond ------------------------------------------------------------------------------------------------


def test_cond():
    w = lg.tensor([2.0, 3.0])
    run = lg.runner(lambda x: lg.cond(lg.sum(x) > 0.0, lambda x: x * w, lambda x: x - w, x) + 1.0, "f32[2]")
    assert run([1.0, 2.0]).tolist() == [3.0, 7.0]
    assert run([-1.0, -2.0]).tolist() == [-2.0, -4.0]
    text = str(run.program)
    again = lg.Program.parse(
        text, {n: (w if t.shape else np.float32(n == "w3")) for n, t in run.program.weights.items()}
    )
    assert str(again) == text
    assert lg.runner(again)([1.0, 2.0]).tolist() == [3.0, 7.0]


def test_cond_captures_and_shapes():
    def net(x, y):
        z = x * 2.0
        a, b = lg.cond(
            lg.any(y > 0.0),
            lambda v: (v + z, lg.concat([z, y])),
            lambda v: (z, lg.compress(y, y < -1.0)),
            x,
        )
        return lg.sum(a) + lg.sum(b), b

    check(net, ["f32[n]", "f32[m]"], [f32(1, 2), f32(1, -2, -3)], [f32(5), f32(-1, -2, -3)], [f32(), f32()])


def test_cond_nested():
    def sign(x):
        return lg.cond(
            x > 0.0,
            lambda: lg.cond(x > 10.0, lambda: x * 0.0 + 2.0, lambda: x * 0.0 + 1.0),
            lambda: lg.cond(x < 0.0, lambda: x * 0.0 - 1.0, lambda: x),
        )

    check(sign, ["f32[]"], *[[np.float32(x)] for x in (-3, 0, 4, 40)])


def test_cond_refuses():
    def net(then, other):
        return lambda x: lg.cond(lg.sum(x) > 0.0, then, other, x)

    with pytest.raises(lg.DTypeError, match=r"result 0 of then is f32\[2\], of else f64\[2\]"):
        lg.record(net(lambda x: x, lambda x: x.astype("f64")), "f32[2]")
    with pytest.raises(lg.DTypeError, match=r"result 0 of then is f32\[2\], of else f32\[1,2\]"):
        lg.record(net(lambda x: x, lambda x: x[None]), "f32[2]")
    with pytest.raises(lg.ArgumentError, match="then_fn gives 1 results, else_fn 2"):
        lg.record(net(lambda x: x, lambda x: (x, x)), "f32[2]")
    with pytest.raises(lg.DTypeError, match="one bool"):
        lg.record(lambda x: lg.cond(x, lambda: x, lambda: x), "f32[2]")
    with pytest.raises(lg.ArgumentError, match="elements of a traced tensor"):
        lg.record(net(lambda x: x if x.sum() else -x, lambda x: x), "f32[2]")
    state = lg.state("h", (2,))
    with pytest.raises(lg.ArgumentError, match="set in a branch or a round"):
        lg.record(net(lambda x: state.set(x) or x, lambda x: x), "f32[2]")
    # What failed leaves nothing behind.
    assert lg.runner(net(lambda x: x, lambda x: -x), "f32[2]")([-1.0, -1.0]).tolist() == [1.0, 1.0]


def test_a_known_condition_is_a_python_if():
    program = lg.record(lambda x: lg.cond(lg.tensor(True), lambda: x + 1.0, lambda: x), "f32[2]")
    assert "cond" not in str(program)


# ---- while -----------------------------------------------------------------------------------------------


def test_while():
    def net(x):
        return lg.while_loop(lambda x: lg.sum(x) < 100.0, lambda x: x * 2.0, x)

    check(net, ["f32[n]"], [f32(1, 2)], [f32(3)], [f32(500)])


def test_while_collatz_and_stacks():
    def net(n):
        steps, last, seen = lg.while_loop(
            lambda i, n: n != 1,
            lambda i, n: (i + 1, lg.where(n % 2 == 0, n // 2, 3 * n + 1), n),
            lg.tensor(0),
            n,
            stacked=1,
        )
        return steps, last, seen

    check(net, ["i64[]"], [np.int64(6)], [np.int64(27)])
    run = lg.runner(net, "i64[]")
    steps, last, seen = run(np.int64(1))
    assert (steps.item(), last.item(), seen.shape) == (0, 1, (0,))
    assert seen.dtype.name == "i64"


def test_while_that_grows():
    def net(x):
        return lg.while_loop(
            lambda x: lg.cast(lg.shape(x)[0], "i64") < 7, lambda x: lg.concat([x, x * 2.0]), x
        )

    run = check(net, ["f32[n]"], [f32(1)], [f32(1, 2, 3)], [f32(*range(9))])
    assert run.program.outputs["output"].shape == ("u0",)
    check(lambda x: net(x) + 1.0, ["f32[3]"], [f32(1, 2, 3)])


def test_while_captures_and_inner_extents():
    def net(x, w):
        bias = w[0] * 2.0

        def body(i, y):
            positive = lg.compress(lg.reshape(y, (-1,)), lg.reshape(y, (-1,)) > 0.0)
            return i + 1, lg.tanh(lg.matmul(y, w)) + bias + lg.sum(positive)

        return lg.while_loop(lambda i, y: i < 3, body, lg.tensor(0), x)[1]

    rng = np.random.default_rng(5)
    check(
        net,
        ["f32[batch,4]", "f32[4,4]"],
        *[
            [rng.standard_normal((n, 4)).astype(np.float32), rng.standard_normal((4, 4)).astype(np.float32)]
            for n in (1, 3)
        ],
        exact=False,
    )


def test_while_in_cond_in_while():
    def net(x):
        def body(i, x):
            y = lg.cond(
                i % 2 == 0,
                lambda: lg.while_loop(lambda y: lg.sum(y) < 50.0, lambda y: y * 3.0, x),
                lambda: lg.abs(x) * 0.125,
            )
            return i + 1, y

        return lg.while_loop(lambda i, x: i < 4, body, lg.tensor(0), x)

    check(net, ["f32[n]"], [f32(1, 2, 3)], [f32(7)])


def test_while_with_zero_rounds_copies():
    x = f32(5, 6)
    run = lg.runner(lambda x: lg.while_loop(lambda x: lg.sum(x) < 0.0, lambda x: x + 1.0, x), "f32[2]")
    y = run(x)
    x[:] = 0
    assert y.tolist() == [5.0, 6.0]


def test_while_refuses():
    def net(test, body, **options):
        return lambda x: lg.while_loop(test, body, x, **options)

    with pytest.raises(lg.DTypeError, match=r"carried value 0 is f32\[2\], body gives f64\[2\]"):
        lg.record(net(lambda x: lg.sum(x) < 3.0, lambda x: x.astype("f64")), "f32[2]")
    with pytest.raises(lg.DTypeError, match="test must give one bool"):
        lg.record(net(lambda x: x < 3.0, lambda x: x), "f32[2]")
    with pytest.raises(lg.ArgumentError, match="gives 2 values, expected 1"):
        lg.record(net(lambda x: lg.sum(x) < 3.0, lambda x: (x, x)), "f32[2]")
    with pytest.raises(lg.ArgumentError, match="nothing is carried"):
        lg.record(lambda x: lg.while_loop(lambda: x, lambda: ()), "bool[]")
    ragged = lg.runner(net(lambda x: lg.sum(x) < 9.0, lambda x: (lg.concat([x, x]), x), stacked=1), "f32[n]")
    with pytest.raises(lg.ShapeError, match="in round 1, and f32.1. in the first"):
        ragged(f32(1))


def test_errors_in_rounds_name_the_op():
    def net(x, i):
        with lg.path("loop"):
            return lg.while_loop(lambda i: i < 9, lambda i: i + lg.gather(x, i), i)

    run = lg.runner(net, "i64[3]", "i64[]")
    with pytest.raises(lg.OutOfRangeError, match="gather: an index is out of range") as caught:
        run(np.int64([5, 3, 2]), np.int64(4))
    assert caught.value.op == "loop"
    assert run(np.int64([9, 3, 2]), np.int64(0)).item() == 9


# ---- everything else -------------------------------------------------------------------------------------


def test_states():
    total = lg.state("total", ())

    def net(x):
        total.set(total.value + lg.sum(lg.compress(x, x > 0.0)))
        return lg.cond(total.value > 5.0, lambda: total.value * 0.0, lambda: total.value)

    run = lg.runner(net, "f32[n]")
    assert [run(f32(*x)).item() for x in ([1, 2], [-5], [1, -1, 1], [3])] == [3.0, 3.0, 5.0, 0.0]
    assert run.state()["total"].item() == 8.0
    run.state().reset()
    assert run(f32(1)).item() == 1.0


def test_file(tmp_path):
    w = lg.tensor([2.0, 3.0])

    def net(x):
        y = lg.compress(x, x > 0.0)
        return lg.while_loop(
            lambda y: lg.sum(y) < 100.0,
            lambda y: lg.cond(lg.sum(y) < 10.0, lambda: y * lg.sum(w), lambda: y + lg.tensor([7.0])),
            y,
        )

    run = lg.runner(net, "f32[n]")
    lg.save(tmp_path / "x.legato", run)
    again = lg.load(tmp_path / "x.legato")
    for x in (f32(1, -1, 2), f32(3), f32(200, -4)):
        np.testing.assert_array_equal(again(x).numpy(), run(x).numpy())
    assert str(again.main.program) == str(run.program)


def test_program_in_program():
    inner = lg.record(
        lambda x: lg.cond(lg.sum(x) > 0.0, lambda: lg.compress(x, x > 0.0), lambda: x * lg.tensor([2.0])),
        "f32[n]",
    )
    run = lg.runner(lambda a, b: lg.concat([inner(a), inner(b)]), "f32[3]", "f32[m]")
    assert run(f32(1, -1, 2), f32(-2, 1)).tolist() == [1.0, 2.0, -4.0, 2.0]


def test_out_and_several_threads():
    from concurrent.futures import ThreadPoolExecutor

    run = lg.runner(lambda x: lg.compress(x, x > 0.0) * 2.0, "f32[n]")
    y = lg.empty((2,))
    assert run(f32(1, -1, 3), out=y) is y
    assert y.tolist() == [2.0, 6.0]
    with pytest.raises(lg.ShapeError, match="out is"):
        run(f32(1, 1, 3), out=y)
    rng = np.random.default_rng(3)
    arrays = [rng.standard_normal(n).astype(np.float32) for n in rng.integers(0, 20, 60)]
    with ThreadPoolExecutor(4) as pool:
        for x, y in zip(arrays, pool.map(run, arrays), strict=True):
            np.testing.assert_array_equal(y.numpy(), x[x > 0] * 2)


def test_passes_one_by_one_work_on_parts():
    run = lg.runner(lambda x: lg.compress(lg.tanh(lg.identity(x)), x > 0.0), "f32[3]")
    with pytest.raises(lg.UnsupportedError, match="planned in parts"):
        run.program.rewrite("eliminate")
    segment = run.plan().parts[0].plans[0].program
    assert len(segment.rewrite("eliminate")) == len(segment) - 1
    assert "compress" in repr(run.program.ops)


def test_verify():
    for fn in (
        lambda x: x + x,
        lambda x: lg.compress(x, x > 0.0),
        lambda x: lg.cond(lg.sum(x) > 0.0, lambda: x, lambda: -x),
    ):
        program = lg.record(fn, "f32[n]")
        assert program.verify() is None
        program.specialize("f32[4]").verify()
