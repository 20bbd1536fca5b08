# SPDX-License-Identifier: Apache-2.0
"""Plans: whatever passes are left out, the results stay; what a plan says about itself."""

import itertools
import os
import time

import numpy as np
import pytest

import legato as lg

SEED = int(os.environ.get("LG_TEST_SEED") or np.random.SeedSequence().entropy % 2**32)


class Random:
    """Random programs of what passes look for: layers, biases, norms, residuals, activations."""

    def __init__(self, *key):
        self.rng = np.random.default_rng([SEED, *key])

    def array(self, *shape):
        return self.rng.uniform(-1, 1, shape).astype(np.float32)

    def pick(self, *items):
        return items[self.rng.integers(len(items))]

    def activation(self):
        return self.pick(
            lg.relu,
            lg.tanh,
            lg.sigmoid,
            lg.silu,
            lg.gelu,
            lg.hard_swish,
            lg.hard_sigmoid,
            lambda x: lg.leaky_relu(x, negative_slope=0.2),
            lambda x: lg.clip(x, -0.5, 0.5),
            lambda x: x * lg.sigmoid(x),
            lambda x: x * 0.5 * (1.0 + lg.erf(x / 1.4142135)),
            lambda x: x * lg.clip(x + 3.0, 0.0, 6.0) / 6.0,
            lambda x: x,
        )

    def norm(self, width):
        weight, bias = self.array(width), self.array(width)

        def plain(x):
            d = x - lg.mean(x, axis=-1, keepdims=True)
            return d / lg.sqrt(lg.mean(lg.pow(d, 2.0), axis=-1, keepdims=True) + 1e-5) * weight + bias

        return self.pick(plain, lambda x: lg.layer_norm(x, weight, bias), lambda x: x)

    def rows(self):
        """Return a function of [rows, width]."""
        width, layers = int(self.rng.integers(1, 40)), []
        for _ in range(self.rng.integers(1, 5)):
            out = self.pick(width, int(self.rng.integers(1, 70)))
            w, b, b2 = self.array(width, out) / 4, self.array(out), self.array(1, out)
            layer = self.pick(
                lambda x, w=w: x @ w,
                lambda x, w=w, b=b: x @ w + b,
                lambda x, w=w, b=b: lg.linear(x, np.ascontiguousarray(w.T), b),
                lambda x, w=w, b2=b2: lg.linear(x, np.ascontiguousarray(w.T)) * b2,
                lambda x, w=w: lg.transpose(lg.transpose(x @ w)),
            )
            layers.append(
                (layer, self.activation(), self.norm(out), self.pick(0, 1, 2) if out == width else 0)
            )
            width = out

        def net(x):
            for layer, activation, norm, residual in layers:
                y = layer(x)
                y = activation(y + x) if residual == 1 else activation(y)
                y = norm(y + x if residual == 2 else y)
                x = y
            return x

        return net, self.array(int(self.rng.integers(1, 33)), layers_in(layers, self))

    def images(self):
        """Return a function of [n, channels, height, width]."""
        channels, layers = int(self.rng.integers(1, 20)), []
        first = channels
        for _ in range(self.rng.integers(1, 5)):
            out, size = self.pick(channels, int(self.rng.integers(1, 40))), self.pick(1, 3)
            groups = channels if self.rng.random() < 0.3 else 1
            out = channels if groups > 1 else out
            w = self.array(out, channels // groups, size, size) / 3
            b, s = self.array(out), self.array(out, 1, 1)
            pad = size // 2
            layer = self.pick(
                lambda x, w=w, p=pad, g=groups: lg.conv(x, w, padding=p, groups=g),
                lambda x, w=w, b=b, p=pad, g=groups: lg.conv(x, w, b, padding=p, groups=g),
                lambda x, w=w, b=b, s=s, p=pad, g=groups: lg.conv(x, w, b, padding=p, groups=g) * s + 0.25,
                lambda x, w=w, s=s, p=pad, g=groups: lg.conv(x, w, padding=p, groups=g) - s,
            )
            layers.append((layer, self.activation(), self.pick(0, 1, 2) if out == channels else 0))
            channels = out

        def net(x):
            for layer, activation, residual in layers:
                y = layer(x)
                y = activation(y + x) if residual == 1 else activation(y)
                x = y + x if residual == 2 else y
            return x

        return net, self.array(self.pick(1, 2), first, *self.rng.integers(3, 20, 2))


def layers_in(layers, random):
    """Find the width that the first layer takes."""
    for width in range(1, 41):
        try:
            layers[0][0](lg.tensor(np.zeros((1, width), np.float32)))
        except lg.ShapeError:
            continue
        return width
    raise AssertionError("no width fits")


@pytest.mark.parametrize("kind", ["rows", "images"])
@pytest.mark.parametrize("number", range(12))
def test_results_stay_with_any_passes(kind, number):
    """Every subset of passes gives what eager ops give."""
    random = Random(["rows", "images"].index(kind), number)
    net, x = getattr(random, kind)()
    program = lg.record(net, x)
    wanted = net(lg.tensor(x)).numpy()
    names = lg.passes()
    subsets = [dict.fromkeys(names, True), dict.fromkeys(names, False)]
    subsets += [dict.fromkeys(names, on) | {other: not on} for on in (True, False) for other in names]
    subsets += [{name: bool(random.rng.integers(2)) for name in names} for _ in range(6)]
    for passes in subsets:
        run = lg.runner(program, passes=passes)
        message = f"LG_TEST_SEED={SEED} {kind} {number} {passes}\n{program}"
        np.testing.assert_allclose(run(x).numpy(), wanted, rtol=2e-4, atol=2e-5, err_msg=message)


def test_fused_ops_keep_the_bits():
    """Without recognize and scale, which round less, fusion changes no bit where the kernels are the same."""
    rng = np.random.default_rng(1)
    w = rng.standard_normal((64, 64), dtype=np.float32)
    x = rng.standard_normal((64, 64), dtype=np.float32)
    for activation in (lg.relu, lg.tanh, lg.gelu, lg.silu, lg.sigmoid, lg.hard_swish):
        program = lg.record(lambda x, y, f=activation: f(x @ y + x), x, w)
        off = dict.fromkeys(lg.passes(), False)
        fused, plain = lg.runner(program), lg.runner(program, passes=off)
        assert "fused_matmul" in str(fused.plan())
        assert fused(x, w).numpy().tobytes() == plain(x, w).numpy().tobytes()


def test_plan_says_what_was_fused_and_left_out():
    w = np.ones((4, 4), np.float32)

    def net(x):
        with lg.path("block"):
            return lg.relu(x @ w + 1.0)

    text = str(lg.runner(net, "f32[2,4]").plan())
    assert "= matmul block + add block + relu block" in text
    assert "fused_matmul" in text
    text = str(lg.runner(net, "f32[2,4]", passes={"fuse": False, "prepack": False}).plan())
    assert "left out: fuse, prepack" in text
    assert "fused_matmul" not in text


def test_rules_keep_ops_apart():
    """An op that a rule sends to a device is fused with nothing; one that it keeps on the CPU is."""
    w = np.ones((4, 4), np.float32)
    program = lg.record(lambda x: lg.relu(x @ w), "f32[2,4]")
    stays = lg.runner(program, executor=lg.Rules([lg.Rule(op="relu", to="cpu:0")]))
    assert "fused_matmul" in str(stays.plan())


def test_packed_weights_are_counted():
    w = np.ones((64, 64), np.float32)
    run = lg.runner(lambda x: x @ w, "f32[32,64]")
    assert run.plan().packed >= w.nbytes
    assert lg.runner(lambda x: x @ w, "f32[32,64]", passes={"prepack": False}).plan().packed == 0
    x = np.ones((32, 64), np.float32)
    np.testing.assert_array_equal(run(x).numpy(), x @ w)


@pytest.mark.parametrize("rows", [*range(1, 17), 28, 57])
@pytest.mark.parametrize("k,n", [(1, 1), (1, 33), (5, 31), (130, 64), (700, 200), (64, 257)])
def test_packed_weights_give_the_product(rows, k, n):
    rng = np.random.default_rng([rows, k, n])
    x = rng.standard_normal((rows, k), dtype=np.float32)
    w, b = rng.standard_normal((k, n), dtype=np.float32), rng.standard_normal(n, dtype=np.float32)
    got = lg.runner(lambda x: lg.linear(x, np.ascontiguousarray(w.T), b), x)(x).numpy()
    wanted = x.astype(np.float64) @ w + b
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5 * (np.abs(x) @ np.abs(w)).max())


def test_every_combination_of_ends():
    """bias, addend before or behind, activation: the pass fuses what stands there, in its order."""
    rng = np.random.default_rng(3)
    w, b = rng.standard_normal((8, 8), dtype=np.float32), rng.standard_normal(8, dtype=np.float32)
    x = rng.standard_normal((3, 8), dtype=np.float32)
    for order in itertools.permutations(["bias", "addend", "activation"]):

        def net(x, order=order):
            y = x @ w
            for step in order:
                y = y + b if step == "bias" else y + x if step == "addend" else lg.tanh(y)
            return y

        got = lg.runner(net, x)(x).numpy()
        np.testing.assert_allclose(got, net(lg.tensor(x)).numpy(), rtol=1e-5, atol=1e-6)


# ---- concat ----------------------------------------------------------------------------------------


def records_of(plan, name):
    """Return how many rows of a plan are kernel calls of an op."""
    rows = [line.split() for line in str(plan).splitlines()]
    return sum(row[1] == name and "none," not in row for row in rows if len(row) > 3)


def test_concat_of_blocks_is_no_record():
    def net(x):
        a = lg.tanh(x)
        b = lg.exp(a[:1, :2])
        y = lg.concat([a, lg.relu(x), b], axis=1)
        return y * 2.0 + lg.sum(a)

    run = lg.runner(net, "f32[1,3,4]")
    assert records_of(run.plan(), "concat") == 0
    x = np.random.default_rng(0).standard_normal((1, 3, 4), dtype=np.float32)
    for _ in range(2):
        assert run(x).numpy().tobytes() == net(lg.tensor(x)).numpy().tobytes()
    assert records_of(lg.runner(net, "f32[1,3,4]", passes={"in_place": False}).plan(), "concat") == 1


@pytest.mark.parametrize(
    "net",
    [
        lambda x: lg.concat([lg.tanh(x), lg.exp(x)], axis=-1),  # no blocks
        lambda x: (lambda t: lg.concat([t, t]))(lg.tanh(x)),  # twice the same
        lambda x: lg.concat([lg.tanh(x), x]),  # an input of the program
        lambda x: (lambda t: (t, lg.concat([t, lg.exp(x)])))(lg.tanh(x)),  # an output as well
        lambda x: (lambda t: (lg.concat([t, lg.exp(x)]), lg.concat([lg.abs(x), t])))(
            lg.tanh(x)
        ),  # two concats
        lambda x: lg.concat([lg.concat([lg.tanh(x), lg.exp(x)]), lg.abs(x)]),  # one in another
        lambda x: lg.concat([lg.tanh(x).T, lg.exp(x).T]),  # views
        lambda x: lg.neg(lg.concat([lg.tanh(x), lg.exp(x)])),  # overwritten in place
        lambda x: (lambda t: (lg.neg(lg.concat([t, lg.exp(x)])), lg.sum(t)))(lg.tanh(x)),  # read later
        lambda x: lg.concat([lg.tanh(x), lg.exp(x)[:0]]),  # nothing of one
    ],
)
def test_concat_is_right(net):
    x = np.random.default_rng(0).standard_normal((3, 3), dtype=np.float32)
    wanted, got = net(lg.tensor(x)), lg.runner(net, "f32[3,3]")(x)
    many = isinstance(wanted, tuple)
    for one, two in zip(wanted if many else [wanted], got if many else [got], strict=True):
        assert one.numpy().tobytes() == two.numpy().tobytes()


# ---- time to plan ----------------------------------------------------------------------------------


def seconds_to_plan(net, spec):
    program = lg.record(net, spec)
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        lg.runner(program)
        best = min(best, time.perf_counter() - start)
    return best


def chain_of(x, count):
    for i in range(count):
        x = (lg.tanh, lg.neg, lambda y: y * 0.5)[i % 3](x)
    return x


def test_what_nobody_reads_does_not_run():
    run = lg.runner(lambda x: (lg.exp(x), lg.tanh(x))[1], "f32[4]")
    assert [row.op for row in run.plan().rows] == ["tanh"]
    assert lg.runner(run.program, passes={"eliminate": False}).plan().records == 2


def test_planning_is_linear():
    """A thousand ops take milliseconds, and ten times as many some ten times as long."""
    small, large = (seconds_to_plan(lambda x, n=n: chain_of(x, n), "f32[64]") for n in (1000, 20000))
    assert small < 0.25  # 50 ms on a quiet machine
    assert large < 20 * small * 3 + 0.1


def all_alive(x, ops):
    """Results that are read in reverse: all are alive at once."""
    results = [lg.tanh(x[: 1 + (i * 37) % 60]) for i in range(ops // 4)]
    y = x[:1]
    for result in reversed(results):
        y = y + result[:1]
    return y


def many_weights(x, ops):
    """Each packed for its kernel."""
    x = lg.reshape(x, (8, 8))
    for i in range(ops):
        x = x @ lg.tensor(np.full((8, 8), i, np.float32))
    return x


def many_outputs(x, ops):
    return [x * lg.tensor(np.float32(i)) for i in range(ops)]


def far_reads(x, ops):
    results = [x]
    for _ in range(ops // 2):
        results.append(lg.tanh(results[-1] + results[max(0, len(results) - 50)]))
    return results[-1]


@pytest.mark.slow
@pytest.mark.parametrize("net", [chain_of, all_alive, many_weights, many_outputs, far_reads])
def test_planning_is_linear_to_100000_ops(net):
    small, large = (seconds_to_plan(lambda x, n=n: net(x, n), "f32[64]") for n in (10_000, 100_000))
    assert large < 10 * small * 4 + 0.3  # squares would be a hundred times as much
