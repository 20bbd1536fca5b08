# SPDX-License-Identifier: Apache-2.0
"""Runners: plans by signature, memory of outputs, apps."""

import threading

import numpy as np
import pytest

import legato as lg


@pytest.fixture
def mlp():
    """A function with a weight, and its NumPy twin."""
    w = np.random.default_rng(5).standard_normal((4, 3)).astype(np.float32)
    tw = lg.tensor(w)
    return lambda x: lg.tanh(x @ tw), lambda x: np.tanh(x @ w)


def ones(*shape):
    return np.ones(shape, np.float32)


def test_any_extent_of_a_symbol(mlp):
    f, oracle = mlp
    run = lg.runner(f, "f32[batch,4]")
    for batch in (1, 7, 0, 64, 7):
        x = np.random.default_rng(batch).standard_normal((batch, 4)).astype(np.float32)
        np.testing.assert_allclose(run(x).numpy(), oracle(x), rtol=1e-5, atol=1e-6)
    assert run.signatures == [((1, 4),), ((0, 4),), ((64, 4),), ((7, 4),)]


def test_wrong_inputs_of_a_symbol(mlp):
    run = lg.runner(mlp[0], "f32[batch,4]")
    for x, message in [
        (ones(2, 5), r"input 'x' has shape \(2, 5\), expected f32\[batch,4\]"),
        (ones(4), r"input 'x' has shape \(4,\)"),
        (ones(2, 4).astype(np.float64), r"input 'x' is .*f64, expected f32\[batch,4\]"),
    ]:
        with pytest.raises(lg.LegatoError, match=message):
            run(x)
    pair = lg.runner(lambda a, b: a + b, "f32[n]", "f32[n]")
    with pytest.raises(lg.ShapeError, match=r"input 'b' is f32\[3\], expected f32\[n\]; n is 2 by input 'a'"):
        pair(ones(2), ones(3))
    assert pair(ones(2), ones(2)).tolist() == [2, 2]


def test_the_cache_is_bounded(mlp):
    run = lg.runner(mlp[0], "f32[batch,4]", plans=3)
    for batch in (1, 2, 3, 1, 4):
        run(ones(batch, 4))
    assert run.signatures == [((3, 4),), ((1, 4),), ((4, 4),)]  # 2 was used longest ago
    for bad in (0, -1, 1.5, None):
        with pytest.raises(lg.ArgumentError, match="plans"):
            lg.runner(mlp[0], "f32[batch,4]", plans=bad)


def test_on_new_signature_raise(mlp):
    f, oracle = mlp
    run = lg.runner(f, "f32[batch,4]", on_new_signature="raise")
    with pytest.raises(lg.ArgumentError, match=r"no plan for inputs of shapes \(2, 4\).*There are: none"):
        run(ones(2, 4))
    assert run.plan("f32[2,4]").records >= 1
    np.testing.assert_allclose(run(ones(2, 4)).numpy(), oracle(ones(2, 4)), rtol=1e-5)
    with pytest.raises(lg.ArgumentError, match=r"There are: \(2, 4\)"):
        run(ones(3, 4))
    with pytest.raises(lg.ArgumentError, match="on_new_signature"):
        lg.runner(f, "f32[batch,4]", on_new_signature="ignore")


def test_plans_without_data(mlp):
    run = lg.runner(mlp[0], "f32[batch,4]")
    with pytest.raises(lg.ArgumentError, match="not fixed; give types"):
        run.plan()
    small, large = run.plan("f32[1,4]"), run.plan(ones(100, 4))
    assert large.memory >= small.memory
    assert str(large.program) == str(run.program.specialize("f32[100,4]"))
    run(ones(1, 4))
    assert str(run.plan()) == str(small)
    for bad, message in [
        ("f64[1,4]", "expected f32"),
        ("f32[1,5]", "expected f32"),
        ("f32[n,4]", "extents as numbers"),
    ]:
        with pytest.raises(lg.LegatoError, match=message):
            run.plan(bad)
    fixed = lg.runner(mlp[0], "f32[2,4]")
    assert str(fixed.plan()) == str(fixed.plan("f32[2,4]"))
    assert fixed.signatures == [((2, 4),)]
    with pytest.raises(lg.ShapeError, match="expected f32"):
        fixed.plan("f32[3,4]")


def test_outputs_are_recycled(mlp):
    run = lg.runner(mlp[0], "f32[2,4]")
    x = lg.tensor(ones(2, 4))
    addresses = set()
    for _ in range(10):
        addresses.add(run(x).numpy().ctypes.data)
    assert len(addresses) == 1
    kept = [run(x) for _ in range(10)]
    assert len({y.numpy().ctypes.data for y in kept}) == 10  # what somebody holds is left alone
    view = kept[0][1:]
    first = kept[0].numpy().copy()
    del kept
    for _ in range(10):
        run(-x)
    np.testing.assert_array_equal(view.numpy(), first[1:])


def test_out(mlp):
    f, oracle = mlp
    run = lg.runner(f, "f32[batch,4]")
    y = lg.zeros((2, 3))
    assert run(ones(2, 4), out=y) is y
    np.testing.assert_allclose(y.numpy(), oracle(ones(2, 4)), rtol=1e-5)
    many = lg.runner(lambda x: {"a": x + x, "b": x * x}, "f32[2]")
    a, b = lg.zeros(2), lg.zeros(2)
    assert many(ones(2), out={"b": b, "a": a})["a"] is a
    assert (a.tolist(), b.tolist()) == ([2, 2], [1, 1])
    many(2 * ones(2), out=(a, b))
    assert (a.tolist(), b.tolist()) == ([4, 4], [4, 4])
    for out, message in [
        (lg.zeros(2), "out: expected 2 tensors: a, b"),
        ({"a": a}, "expected 2"),
        ((a, ones(2)), "expected Tensors"),
        ((a, lg.zeros(3)), r"b: out is f32\[3\], expected f32\[2\]"),
        ((a, lg.zeros(2, dtype="f64")), "out is f64"),
        ((a, lg.asarray(ones(4))[::2]), "not contiguous"),
    ]:
        with pytest.raises(lg.LegatoError, match=message):
            many(ones(2), out=out)
    named = lg.runner(lambda out: out + out, "f32[2]")  # an input of that name comes first
    assert named(out=ones(2)).tolist() == [2, 2]


def test_many_threads_many_signatures(mlp):
    f, oracle = mlp
    run = lg.runner(f, "f32[batch,4]", plans=4)
    failures = []

    def work(seed):
        rng = np.random.default_rng(seed)
        for _ in range(60):
            x = rng.standard_normal((rng.integers(1, 8), 4)).astype(np.float32)
            if not np.allclose(run(x).numpy(), oracle(x), rtol=1e-5, atol=1e-6):
                failures.append(x)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(run.signatures) <= 4


def test_symbols_in_files(mlp, tmp_path):
    f, oracle = mlp
    run = lg.runner(f, "f32[batch,4]")
    lg.save(tmp_path / "net.legato", run)
    again = lg.load(tmp_path / "net.legato").main
    assert str(again.program) == str(run.program)
    for batch in (1, 5):
        np.testing.assert_allclose(again(ones(batch, 4)).numpy(), oracle(ones(batch, 4)), rtol=1e-5)


def test_runners_make_an_app():
    app = lg.runners(
        tanh=lg.runner(lambda x: lg.tanh(x), "f32[2,4]"), add=lg.runner(lambda x: x + x, "f32[n]")
    )
    assert app.add(ones(3)).tolist() == [2, 2, 2]
    assert list(app) == ["tanh", "add"]
    with pytest.raises(lg.DTypeError, match="add is int, expected a Runner"):
        lg.runners(add=3)
    with pytest.raises(lg.ArgumentError, match="at least one"):
        lg.runners()
