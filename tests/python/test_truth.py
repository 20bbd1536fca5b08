# SPDX-License-Identifier: Apache-2.0
"""Random programs under random policies: the trace is what the plan says, results stay, knobs are in force.

LG_TEST_SEED repeats one; a failure prints the number.
"""

import faulthandler
import os
import random
import time

import numpy as np
import pytest

import legato as lg

SEEDS = [int(os.environ["LG_TEST_SEED"])] if "LG_TEST_SEED" in os.environ else range(12)
UNARY = ("relu", "tanh", "sigmoid", "exp", "neg", "abs", "silu", "sqrt")


@pytest.fixture(autouse=True)
def watchdog():
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def weight(rng, *shape):
    array = np.random.default_rng(rng.randrange(1 << 30)).standard_normal(shape) / np.sqrt(shape[0])
    return lg.tensor(array.astype(np.float32))


def make_program(rng):
    """A program of 4 to 20 ops over values of one width, with branches that meet."""
    width = rng.choice([1, 7, 32, 100])
    rows = rng.choice([1, 5, 64, 300])
    steps = []
    for _ in range(rng.randint(4, 20)):
        kind = rng.choice(["unary", "unary", "matmul", "add", "softmax", "turn", "concat", "sum", "conv"])
        w = (
            weight(rng, width, width)
            if kind == "matmul"
            else weight(rng, 2, 1, 3, 3)
            if kind == "conv"
            else None
        )
        steps.append((kind, rng.choice(UNARY), rng.random(), rng.random(), w))

    def net(x):
        values = [x]
        for kind, name, a, b, w in steps:
            p, q = values[int(a * len(values))], values[int(b * len(values))]
            if kind == "unary":
                y = getattr(lg, name)(lg.abs(p) if name == "sqrt" else lg.clip(p, -3.0, 3.0))
            elif kind == "matmul":
                y = p @ w
            elif kind == "add":
                y = p + q * 0.5
            elif kind == "softmax":
                y = lg.softmax(p, axis=1)
            elif kind == "turn":
                y = lg.transpose(lg.transpose(p, (1, 0)) * 2.0, (1, 0))
            elif kind == "concat":
                y = lg.slice(lg.concat([p, q], axis=0), (0,), (rows,), axes=(0,)) + p
            elif kind == "conv":
                planes = lg.conv(lg.reshape(p, (1, 1, rows, width)), w, padding=1)
                y = lg.reshape(lg.sum(planes, axis=1), (rows, width))
            else:
                y = p + lg.sum(q, axis=1, keepdims=True)
            values.append(y)
        return values[-1], values[rng.randrange(len(values))] + 0.0

    x = np.random.default_rng(rng.randrange(1 << 30)).standard_normal((rows, width)).astype(np.float32)
    return lg.record(net, lg.asarray(x)), x


class Somewhere(lg.Executor):
    """Puts every op on one of some lanes, or nowhere in particular, by its number."""

    def __init__(self, rng, lanes):
        self.seed, self.lanes = rng.randrange(1 << 30), lanes

    def place(self, op):
        return random.Random(f"{self.seed} {op!r}").choice([None, *self.lanes])


def arrays(outputs):
    return [np.asarray(y) for y in (outputs if isinstance(outputs, tuple) else (outputs,))]


def same(one, two):
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arrays(one), arrays(two), strict=True))


def check_trace(trace, run, seed):
    found = trace.matches(run.plan())
    assert found, f"seed {seed}: {found}"
    assert trace.lost == 0
    for call in trace.calls:
        assert call.status == "OK" and call.plan == run.plan().identity
    for op in trace.ops:
        call = trace.calls[op.call]
        assert call.begin_us <= op.begin_us + 1e-3
        assert op.begin_us + op.us <= call.begin_us + call.us + 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_trace_is_what_the_plan_says(seed):
    print(f"LG_TEST_SEED={seed}")
    rng = random.Random(seed)
    program, x = make_program(rng)
    names = rng.sample(lg.passes(), rng.randint(0, 3))
    off = dict.fromkeys(names, False)
    wanted = lg.runner(program, passes=off)(x)
    run = lg.runner(program, passes=off)
    trace = run.trace(x)
    assert same(trace.outputs, wanted), f"seed {seed}"
    check_trace(trace, run, seed)
    with lg.Lane("one", workers=rng.randint(1, 3)) as one, lg.Lane("two", workers=rng.randint(1, 2)) as two:
        # On a lane, as a call, both at once and with a bound.
        with lg.on(one):
            trace = run.trace(x)
        assert same(trace.outputs, wanted), f"seed {seed}"
        check_trace(trace, run, seed)
        with lg.tracing() as trace, lg.on(two):
            calls = [run.start(x, priority=rng.choice([lg.LOW, lg.NORMAL, lg.HIGH])) for _ in range(4)]
            results = [run(x, deadline_us=60e6), *(call.result() for call in calls)]
        assert all(same(y, wanted) for y in results), f"seed {seed}"
        assert len(trace.calls) == 5
        check_trace(trace, run, seed)
        # Placed op by op.
        placed = lg.runner(program, passes=off, executor=Somewhere(rng, [one, two]))
        for outer in (None, one):
            if outer is None:
                trace = placed.trace(x)
            else:
                with lg.on(outer):
                    trace = placed.trace(x)
            assert np.allclose(
                arrays(trace.outputs)[0], arrays(wanted)[0], rtol=1e-4, atol=1e-4, equal_nan=True
            )
            check_trace(trace, placed, seed)
            for op in trace.ops:
                lane = placed.plan().rows[op.row].lane if op.row is not None else None
                assert lane is None or op.lane == lane, (
                    f"seed {seed}: {op.op} of lane {lane} ran on {op.lane}"
                )


@pytest.mark.parametrize("seed", SEEDS)
def test_knobs_are_what_the_system_says(seed):
    print(f"LG_TEST_SEED={seed}")
    rng = random.Random(seed)
    allowed = lg.machine().allowed
    for _ in range(6):
        cores = rng.sample(range(max(allowed) + 3), rng.randint(1, 3))
        workers, nice = rng.randint(1, 4), rng.choice([0, 0, 5, 19])
        try:
            lane = lg.Lane("knobs", cores=cores, workers=workers, nice=nice)
        except lg.LegatoError as error:
            assert not set(cores) <= set(allowed), f"seed {seed}: {error}"
            continue
        with lane:
            if rng.random() < 0.5:
                workers = rng.randint(1, 4)
                lane.resize(workers)
            if rng.random() < 0.5:
                cores = rng.sample(allowed, rng.randint(1, len(allowed)))
                lane.move(cores)
            told = lane.effective()
            assert len(told) == workers == lane.workers
            for worker in told:
                assert worker.cores == sorted(set(cores)) == sorted(os.sched_getaffinity(worker.thread))
                assert os.getpriority(os.PRIO_PROCESS, worker.thread) == nice


def test_idle_process_uses_no_cpu():
    run = lg.runner(lambda x: lg.softmax(x @ x, axis=1), "f32[200,200]")
    x = lg.ones((200, 200))
    with lg.Lane("idle", workers=3) as lane, lg.on(lane), lg.tracing():
        for _ in range(5):
            run(x)
            run.start(x).result()
        time.sleep(0.05)  # what waits awake does so for 50 us
        best = 1.0
        for _ in range(3):  # others may use the clock's grain
            begin = time.process_time()
            time.sleep(0.3)
            best = min(best, time.process_time() - begin)
    assert best < 0.003


def test_traced_runs_leave_runs_as_they_were():
    """What a run costs after tracing is what it cost before: its calls have no trace any more."""
    run = lg.runner(lambda x: lg.relu(x) + 1.0, "f32[16]")
    x = lg.ones(16)
    first = run.trace(x)
    with lg.tracing() as trace:
        run(x)
    for _ in range(10):
        run(x)
    assert len(first.calls) == len(trace.calls) == 1
