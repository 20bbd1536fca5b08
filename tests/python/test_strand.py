# SPDX-License-Identifier: Apache-2.0
"""Branches of a plan at the same time, and ops on lanes: the results are those of one thread, bit for bit."""

import contextlib
import os
import random
import threading

import numpy as np
import pytest

import legato as lg

SIDE = 96  # a product of this size is some ten microseconds: worth handing over to a worker that is awake
SEED = 5

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def with_pair(test):
    """Give a test a lane. A fixture would be alive when the file's leaks are counted."""

    def run():
        with lg.Lane("pair", workers=2) as pair:
            test(pair)

    run.__name__ = test.__name__
    return run


def array(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype("f4") / 8


def inception(x):
    ways = [x @ array(k, SIDE, SIDE) for k in range(3)]
    ways = [lg.relu(way @ array(10 + k, SIDE, SIDE)) for k, way in enumerate(ways)]
    return lg.concat(ways, axis=0) @ array(20, SIDE, SIDE)


def random_program(seed, ops=40):
    """A graph without order: each op takes what it likes of those before it."""
    draw = random.Random(seed)

    def net(x, y):
        values = [x, y]
        for k in range(ops):
            a, b = draw.choice(values[-6:]), draw.choice(values)
            kind = draw.randrange(7)
            if kind < 3:
                value = a @ array(seed + k, SIDE, SIDE)
            elif kind == 3:
                value = lg.tanh(a)
            elif kind == 4:
                value = a + b
            elif kind == 5:  # halves that are written into one result
                value = lg.concat([lg.tanh(a[: SIDE // 2]), lg.sigmoid(b[SIDE // 2 :])], axis=0)
            else:
                value = lg.softmax(a.transpose(0, 1), axis=-1)
            values.append(value)
        return values[-1], values[ops // 2], values[3]

    return lg.record(net, f"f32[{SIDE},{SIDE}]", f"f32[{SIDE},{SIDE}]")


class Scatter(lg.Executor):
    """Puts ops on one of several lanes, or on none."""

    def __init__(self, seed, *lanes):
        self.draw, self.lanes = random.Random(seed), [None, *lanes]

    def place(self, op):
        return self.draw.choice(self.lanes)


def same(results, wanted):
    return all((a.numpy() == b).all() for a, b in zip(results, wanted, strict=True))


# ---- branches --------------------------------------------------------------------------------------


def test_plan_shows_branches():
    plan = lg.runner(inception, f"f32[{SIDE},{SIDE}]").plan()
    rows = [row for row in plan.rows if row.fork is not None]
    assert len({row.strand for row in rows}) == 3
    assert {row.op for row in rows} >= {"matmul"}
    assert "at once on a lane" in str(plan)
    assert [row.strand for row in plan.rows if row.kernel == "none, a view"] == [None] * sum(
        row.kernel == "none, a view" for row in plan.rows
    )


def test_plan_says_why_not():
    short = lg.runner(lambda x: lg.tanh(x) + lg.exp(x), "f32[8]", passes={"chain": False}).plan()
    assert "does not pay" in str(short)
    assert all(row.strand is None and row.fork is None for row in short.rows)
    off = lg.runner(inception, f"f32[{SIDE},{SIDE}]", passes={"branches": False}).plan()
    assert "branches is left out" in str(off)
    assert all(row.strand is None for row in off.rows)
    assert "branches" in off.passes_off
    chain = lg.runner(
        lambda x: lg.tanh(x @ array(0, SIDE, SIDE)) @ array(1, SIDE, SIDE), f"f32[{SIDE},{SIDE}]"
    )
    assert "branches:" not in str(chain.plan())


@pytest.mark.parametrize("seed", range(SEED, SEED + 8))
def test_random_programs(seed):
    program = random_program(seed)
    run = lg.runner(program)
    inputs = [(array(seed + i, SIDE, SIDE), array(seed + 9 + i, SIDE, SIDE)) for i in range(3)]
    wanted = [[y.numpy().copy() for y in run(*x)] for x in inputs]
    plain = lg.runner(program, passes={"branches": False})
    assert same(plain(*inputs[0]), wanted[0])
    for workers in (1, 2, 64):
        with lg.Lane("many", workers=workers) as lane:
            for i in range(6):
                with lg.on(lane):
                    assert same(run(*inputs[i % 3]), wanted[i % 3])
            calls = [run.start(*inputs[i % 3], lane=lane) for i in range(6)]
            for i, call in enumerate(calls):
                assert same(call.result(60), wanted[i % 3])


@with_pair
def test_outputs_and_cancel(pair):
    run = lg.runner(inception, f"f32[{SIDE},{SIDE}]")
    x = array(1, SIDE, SIDE)
    wanted = run(x).numpy().copy()
    out = lg.zeros((3 * SIDE, SIDE))
    with lg.on(pair):
        run(x, out=out)
        assert (out.numpy() == wanted).all()
        with pytest.raises(lg.DeadlineExceeded, match="deadline"):
            run(x, deadline_at_ns=1)
        assert (run(x, deadline_us=10**7).numpy() == wanted).all()
    call = run.start(x, lane=pair)
    call.cancel()
    with contextlib.suppress(lg.Cancelled):
        assert (call.result(60).numpy() == wanted).all()
    assert (run.start(x, lane=pair).result(60).numpy() == wanted).all()


@with_pair
def test_error_in_a_branch(pair):
    table = lg.tensor([1.0, 2.0])

    def net(x, i):
        left, right = x @ array(0, SIDE, SIDE), x @ array(1, SIDE, SIDE)
        right = right @ array(2, SIDE, SIDE) + lg.gather(table, i)
        return left @ array(3, SIDE, SIDE) + right

    run = lg.runner(net, f"f32[{SIDE},{SIDE}]", "i64[1]")
    x = array(1, SIDE, SIDE)
    wanted = run(x, np.array([1])).numpy().copy()
    for _ in range(20):
        with lg.on(pair), pytest.raises(IndexError):
            run(x, np.array([7]))
        with pytest.raises(IndexError):
            run.start(x, np.array([7]), lane=pair).result(60)
        with lg.on(pair):
            assert (run(x, np.array([1])).numpy() == wanted).all()


@with_pair
def test_many_threads(pair):
    run = lg.runner(inception, f"f32[{SIDE},{SIDE}]")
    inputs = [array(k, SIDE, SIDE) for k in range(4)]
    wanted = [run(x).numpy().copy() for x in inputs]
    failed = []

    def work(k):
        for _ in range(30):
            with lg.on(pair):
                if not (run(inputs[k]).numpy() == wanted[k]).all():
                    failed.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert not failed


@needs_fork
@with_pair
def test_fork(pair):
    run = lg.runner(inception, f"f32[{SIDE},{SIDE}]")
    x = array(1, SIDE, SIDE)
    wanted = run(x).numpy().copy()
    with lg.on(pair):
        run(x)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with lg.on(pair):
                good = (run(x).numpy() == wanted).all() and (run(x).numpy() == wanted).all()
            code = 0 if good else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# ---- lanes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(SEED, SEED + 6))
def test_random_places(seed):
    program = random_program(seed)
    inputs = array(seed, SIDE, SIDE), array(seed + 9, SIDE, SIDE)
    wanted = [y.numpy().copy() for y in lg.runner(program, passes={"fuse": False, "chain": False})(*inputs)]
    with lg.Lane("one", workers=1) as one, lg.Lane("two", workers=2) as two:
        passes = {"fuse": False, "chain": False}
        run = lg.runner(program, executor=Scatter(seed, one, two), passes=passes)
        for i in range(4):
            assert same(run(*inputs), wanted)
            with lg.on(two if i % 2 else one):
                assert same(run(*inputs), wanted)
            calls = [run.start(*inputs, lane=lane) for lane in (one, two, None)]
            assert all(same(call.result(60), wanted) for call in calls)
        # From inside of the lanes' own workers, of which there may be no other.
        assert same(one.run(lambda: run(*inputs)), wanted)
        assert same(two.run(lambda: run(*inputs)), wanted)


def test_plan_names_the_lane():
    with lg.Lane("fast", workers=1) as fast:

        class Mine(lg.Executor):
            def place(self, op):
                return fast if op.name == "matmul" else None

        run = lg.runner(inception, f"f32[{SIDE},{SIDE}]", executor=Mine())
        rows = run.plan().rows
        assert {row.lane for row in rows if "matmul" in row.op} == {"fast"}
        assert {row.why for row in rows if row.lane} == {"Mine"}
        assert "cpu:0 on fast" in str(run.plan())
        before = fast.stats()["tasks"]
        run(array(1, SIDE, SIDE))
        assert fast.stats()["tasks"] > before


def test_rules_and_edit_name_lanes():
    x = array(1, SIDE, SIDE)
    wanted = lg.runner(inception, f"f32[{SIDE},{SIDE}]")(x).numpy()
    with lg.Lane("fast", workers=1) as fast:
        rule = lg.Rule(op="matmul", to=fast)
        assert "fast" in repr(rule)
        run = lg.runner(inception, f"f32[{SIDE},{SIDE}]", executor=lg.Rules([rule]))
        assert {row.lane for row in run.plan().rows if row.op == "matmul"} == {"fast"}
        assert (run(x).numpy() == wanted).all()
        plain = lg.runner(inception, f"f32[{SIDE},{SIDE}]")
        plain.install(plain.plan().edit(op="matmul", to=fast))
        assert "fast" in {row.lane for row in plain.plan().rows}
        assert (plain(x).numpy() == wanted).all()
        with lg.using(lg.Rules([rule])):  # eager
            assert (lg.matmul(x, x).numpy() == lg.matmul(x, x).numpy()).all()


def test_neighbours_on_one_lane_are_fused():
    with lg.Lane("a", workers=1) as a, lg.Lane("b", workers=1) as b:
        net = lg.record(lambda x: lg.relu(x @ array(0, SIDE, SIDE)), f"f32[{SIDE},{SIDE}]")
        together = lg.runner(net, executor=lg.Rules([lg.Rule(to=a)])).plan()
        assert [row.op for row in together.rows] == ["fused_matmul"]
        apart = lg.runner(net, executor=lg.Rules([lg.Rule(op="relu", to=b), lg.Rule(to=a)])).plan()
        assert [row.op for row in apart.rows] == ["matmul", "relu"]


def test_bad_places(tmp_path):
    lane = lg.Lane("gone", workers=1)
    run = lg.runner(inception, f"f32[{SIDE},{SIDE}]", executor=lg.Rules([lg.Rule(to=lane)]))
    x = array(1, SIDE, SIDE)
    wanted = run(x).numpy().copy()
    scattered = lg.runner(inception, f"f32[{SIDE},{SIDE}]", executor=Scatter(1, lane))
    lg.save(tmp_path / "a.legato", scattered)
    again = lg.load(tmp_path / "a.legato").main
    assert [row.lane for row in again.plan().rows] == [row.lane for row in scattered.plan().rows]
    lane.close()
    with pytest.raises(lg.ClosedError, match="lane was closed before"):
        run(x)
    with pytest.raises(lg.ClosedError, match="closed"):
        lg.runner(inception, f"f32[{SIDE},{SIDE}]", executor=lg.Rules([lg.Rule(to=lane)]))
    assert (lg.runner(inception, f"f32[{SIDE},{SIDE}]")(x).numpy() == wanted).all()
    with pytest.raises(TypeError, match="Lane"):
        lg.Rule(to=3)
    with pytest.raises(TypeError, match="expected a Lane"):
        run.start(x, lane="fast")


def test_lanes_change_while_runs_go_on():
    x = array(1, SIDE, SIDE)
    wanted = lg.runner(inception, f"f32[{SIDE},{SIDE}]")(x).numpy()
    with lg.Lane("a", workers=1) as a, lg.Lane("b", workers=2) as b:
        run = lg.runner(inception, f"f32[{SIDE},{SIDE}]", executor=Scatter(1, a, b))
        stop = threading.Event()

        def change():
            for k in range(10**6):
                if stop.wait(0.001):
                    return
                b.resize(1 + k % 3)
                a.resize(1 + k % 2)

        thread = threading.Thread(target=change)
        thread.start()
        try:
            for i in range(100):
                with lg.on(b if i % 2 else a):
                    assert (run(x).numpy() == wanted).all()
                assert (run.start(x, lane=b).result(60).numpy() == wanted).all()
        finally:
            stop.set()
            thread.join()


@with_pair
def test_hooks_keep_their_order(pair):
    seen = []

    class Watch(lg.Executor):
        @lg.dynamic
        def before(self, op):
            seen.append(op.path or op.name)

    x = array(1, SIDE, SIDE)
    run = lg.runner(inception, f"f32[{SIDE},{SIDE}]", executor=Watch())
    run(x)
    order = list(seen)
    for _ in range(5):
        seen.clear()
        with lg.on(pair):
            run(x)
        assert seen == order
