# SPDX-License-Identifier: Apache-2.0
"""A Cython module of somebody else, compiled against the package as its users would (extending.pyx)."""

import importlib.util
import shlex
import sys
import sysconfig

import numpy as np
import pytest

import legato as lg
import support

pytestmark = pytest.mark.skipif(bool(support.SANITIZE), reason="extensions are built as users build them")


@pytest.fixture(scope="module")
def extending(tmp_path_factory):
    folder = tmp_path_factory.mktemp("extending")
    source, c_file = support.ROOT / "tests/abi/extending.pyx", folder / "extending.c"
    target = folder / f"extending{sysconfig.get_config_var('EXT_SUFFIX')}"
    package = support.ROOT / "runtime"
    directives = "boundscheck=False,wraparound=False,freethreading_compatible=True"
    support.run([sys.executable, "-m", "cython", "-3", "-I", package, "-X", directives, source, "-o", c_file])
    options = shlex.split(support.run([sys.executable, "-m", "legato", "--cflags", "--libs"]).stdout)
    include = f"-I{sysconfig.get_path('include')}"
    compiler = support.compilers()[0]
    support.run([compiler, "-O2", "-fPIC", "-shared", "-Wall", include, c_file, *options, "-o", target])
    spec = importlib.util.spec_from_file_location("extending", target)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fastest(measure_cython, measure_c):
    """Least times of both, taken in turn until their ratio is good or it is clear that it is not."""
    least = [float("inf"), float("inf")]
    for turn in range(300):
        least = [min(least[0], measure_cython()), min(least[1], measure_c())]
        if turn >= 20 and least[0] <= 1.05 * least[1]:
            break
    return least[0] / least[1]


def test_ops_without_the_gil(extending):
    a, b = lg.tensor([1.0, -2.0]), lg.tensor([0.5, 2.0])
    y = extending.tanh_of_sum(a, b)
    assert type(y) is lg.Tensor
    np.testing.assert_array_equal(y.numpy(), lg.tanh(a + b).numpy())
    with pytest.raises(lg.ShapeError, match="add"):
        extending.tanh_of_sum(a, lg.zeros(3))


def test_ops_at_the_speed_of_c(extending):
    a, b, out = lg.ones(16), lg.ones(16), lg.empty(16)
    ratio = fastest(*[lambda c=c: extending.add_ns(a, b, out, 20000, c) for c in (False, True)])
    assert out.tolist() == [2.0] * 16
    assert ratio <= 1.05


def test_parallel_for(extending):
    x = np.random.default_rng(1).normal(size=10007).astype(np.float32)
    for grain in (1, 100, 10**9):
        assert extending.parallel_sum(x, grain)[0] == pytest.approx(x.sum(dtype=np.float64))
    assert extending.parallel_sum(lg.asarray(x))[0] == pytest.approx(x.sum(dtype=np.float64))
    assert extending.parallel_sum(np.zeros(0, np.float32))[0] == 0
    assert extending.fail() == 42


def test_parallel_for_at_the_speed_of_c(extending):
    x = np.ones(64, np.float32)
    ratio = fastest(*[lambda c=c: extending.parallel_sum(x, 64, 20000, c)[1] for c in (False, True)])
    assert ratio <= 1.05


def test_parallel_for_on_a_lane(extending):
    x = np.random.default_rng(1).normal(size=10007).astype(np.float32)
    with lg.Lane("cython", workers=3) as lane:
        for grain in (1, 100, 10**9):
            total, _ = extending.parallel_sum(x, grain, lane=lane)
            assert total == pytest.approx(x.sum(dtype=np.float64))
        assert lane.stats()["loops"] == 2
        x = np.ones(64, np.float32)
        for grain in (64, 32):
            ratio = fastest(
                *[lambda c=c, g=grain: extending.parallel_sum(x, g, 5000, c, lane)[1] for c in (False, True)]
            )
            assert ratio <= 1.05


def test_kernel_of_an_op_of_ones_own(extending):
    op = lg.op(lambda x: x, name="extending.triple", shape="same")
    lg.kernel(op, extending.triple_address(), dtypes="f32")
    assert op([1.0, -2.0]).tolist() == [3.0, -6.0]
    run = lg.runner(lambda x: op(x + 1.0), "f32[2]")
    assert run([0.0, 1.0]).tolist() == [3.0, 6.0]
    assert "needs" not in str(run.plan())
