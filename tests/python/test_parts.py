# SPDX-License-Identifier: Apache-2.0
"""Programs that run in parts: their plans, runs on workers, policies, strict files, and their end."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import legato as lg
from legato.core import call as call_module


def positive_sum(x):
    return lg.sum(lg.compress(x, x > 0.0)) + 1.0


def halve(x):
    return lg.while_loop(lambda x: lg.max(x) > 1.0, lambda x: x * 0.5, x)


def gate(x):
    return lg.cond(lg.max(x) > 1.0, lambda x: x / lg.max(x), lambda x: x, x)


def for_ever(x):
    return lg.while_loop(lambda x: lg.max(x) > -1.0, lambda x: x * 0.5, x)


@pytest.fixture(autouse=True, scope="module")
def swept():
    """Calls that were dropped in flight are given back with the next start."""
    yield
    run = lg.runner(lambda x: x + 1.0, "f32[1]")
    deadline = time.monotonic() + 10
    gc.collect()
    while len(call_module.aloft()) and time.monotonic() < deadline:
        run.start([1.0]).wait()
        gc.collect()


# ---- plans -----------------------------------------------------------------------------------------


def test_parts_and_why():
    parts = lg.runner(positive_sum, "f32[n]").plan().parts
    assert [part.kind for part in parts] == ["segment", "compress", "segment"]
    assert [part.name for part in parts] == ["", "compress#0", ""]
    assert "the data tell the extents" in parts[1].why
    assert parts[0].plans == parts[2].plans == [] and parts[1].program is None
    assert len(parts[2].program) == 2


def test_extents_tell_what_is_planned_before_a_run():
    run = lg.runner(positive_sum, "f32[n]")
    plan = run.plan("f32[4]")
    assert [len(part.plans) for part in plan.parts] == [1, 0, 0]
    assert [row.op for row in plan.rows] == ["greater"]
    assert "for f32[4]" in str(plan) and "no plan yet" in str(plan)
    run([1.0, -1.0, 2.0, 0.0])
    plan = run.plan()
    assert [len(part.plans) for part in plan.parts] == [1, 0, 1]
    assert "for f32[2]" in str(plan) and "no plan yet" not in str(plan)
    assert plan.records == sum(p.records for part in plan.parts for p in part.plans) == 3
    assert plan.expected_ns > 0 and plan.memory >= 0 and plan.memory_bound <= plan.memory


def test_fixed_extents_need_no_words():
    run = lg.runner(gate, "f32[2]")
    (before, branch) = run.plan().parts
    assert sorted(branch.inner) == ["else", "then"] and branch.kind == "cond"
    assert [row.op for row in branch.inner["then"].rows] == ["max", "div"]
    assert len(before.plans) == 1


def test_loops_inside_of_branches():
    run = lg.runner(lambda x: lg.cond(lg.max(x) > 1.0, halve, lambda x: x, x), "f32[n]")
    plan = run.plan("f32[3]")
    inner = plan.parts[-1].inner["then"]
    assert [part.kind for part in inner.parts] == ["while"] and inner.plans == []
    assert [row.op for row in inner.parts[0].inner["body"].rows] == ["mul"]
    assert str(plan).count("for f32[3]") == 4


def test_bad_types():
    run = lg.runner(positive_sum, "f32[n]")
    with pytest.raises(lg.DTypeError):
        run.plan("i32[4]")
    with pytest.raises(lg.ArgumentError):
        run.plan("f32[4]", "f32[4]")
    with pytest.raises(lg.UnsupportedError, match="runs in parts"):
        run.install(lg.runner(lg.tanh, "f32[n]").plan("f32[2]"))


def test_states():
    total = lg.state("total", ("n",))

    def net(x):
        total.set(total.value + x)
        return lg.compress(total.value, total.value > 2.0)

    run = lg.runner(net, "f32[n]")
    assert [len(part.plans) for part in run.plan("f32[2]").parts] == [1, 0]
    assert [run.start(x).result().tolist() for x in ([1.0, 2.5], [2.0, 0.0])] == [[2.5], [3.0, 2.5]]


# ---- on workers ------------------------------------------------------------------------------------


def test_start():
    run = lg.runner(positive_sum, "f32[n]")
    calls = [run.start([1.0] * n) for n in range(1, 9)]
    assert [call.result(10).item() for call in calls] == [n + 1.0 for n in range(1, 9)]
    out = lg.empty(())
    assert run.start([2.0, 3.0], out=out).result(10) is out and out.item() == 6.0

    async def several():
        return [(await run.start([1.0, float(n)])).item() for n in range(3)]

    assert asyncio.run(several()) == [2.0, 3.0, 4.0]
    told = threading.Event()
    run.start([1.0]).add_done_callback(lambda call: call.result().item() == 2.0 and told.set())
    assert told.wait(10)


def test_start_on_a_lane():
    x = np.linspace(0.0, 9.0, 200_000, dtype=np.float32)
    run = lg.runner(halve, "f32[n]")
    expected = run(x).numpy()
    with lg.Lane("two", workers=2) as lane, lg.on(lane):
        np.testing.assert_array_equal(run.start(x).result(20).numpy(), expected)
        np.testing.assert_array_equal(run(x).numpy(), expected)


def test_errors_reach_who_waits():
    run = lg.runner(lambda x, i: lg.gather(lg.compress(x, x > 0.0), i), "f32[n]", "i64[1]")
    with pytest.raises(lg.LegatoError):
        run.start([1.0, 2.0], np.array([5])).result(10)
    assert run.start([1.0, 2.0], np.array([1])).result(10).tolist() == [2.0]
    with pytest.raises(lg.ShapeError):
        run.start([[1.0]], np.array([1]))


def test_cancel_and_deadline():
    run = lg.runner(for_ever, "f32[2]")
    call = run.start([1.0, 2.0])
    time.sleep(0.05)
    assert call.cancel()
    with pytest.raises(lg.Cancelled, match="while"):
        call.result(10)
    with pytest.raises(lg.DeadlineExceeded):
        run.start([1.0, 2.0], deadline_us=5000).result(10)
    with pytest.raises(lg.DeadlineExceeded):
        run([1.0, 2.0], deadline_us=5000)
    assert run([-2.0, -3.0]).tolist() == [-2.0, -3.0]


def test_a_dropped_call_ends_with_the_interpreter():
    code = """
import legato as lg
run = lg.runner(lambda x: lg.while_loop(lambda x: lg.max(x) > -1.0, lambda x: x * 0.5, x), "f32[2]")
run.start([1.0, 2.0])
print("bye")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "bye\n"), done.stderr


# ---- Ctrl-C ----------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_a_loop():
    run = lg.runner(for_ever, "f32[2]")
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        run([1.0, 2.0], deadline_us=20_000_000)
    timer.join()
    assert run([-2.0, -3.0]).tolist() == [-2.0, -3.0]


def test_other_signals_run_their_handlers():
    seen = []
    before = signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
    try:
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        with pytest.raises(lg.DeadlineExceeded):
            lg.runner(for_ever, "f32[2]")([1.0, 2.0], deadline_us=500_000)
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert seen == [1]


# ---- policies --------------------------------------------------------------------------------------


class Watch(lg.Executor):
    def __init__(self):
        self.asked, self.seen = [], []

    def place(self, op):
        self.asked.append(op.name)

    @lg.dynamic
    def before(self, op):
        self.seen.append(op.name)

    @lg.dynamic
    def after(self, op, outputs):
        self.seen.append([y.shape for y in outputs])


def test_executors_reach_parts():
    watch = Watch()
    run = lg.runner(lambda x: halve(lg.compress(x, x > 0.0)), "f32[4]", executor=watch)
    assert run([4.0, -1.0, 2.0, 0.0]).tolist() == [1.0, 0.5]
    assert watch.seen[:4] == ["greater", [(4,)], "compress", [(2,)]]
    assert watch.seen.count("mul") == 2 and watch.asked.count("compress") == 1
    assert {"max", "greater", "mul"} < set(watch.asked)
    with pytest.raises(lg.UnsupportedError, match="code at its ops"):
        lg.save("never.legato", run)


def test_what_an_executor_raises_ends_the_run():
    class Refuse(lg.Executor):
        @lg.dynamic
        def after(self, op, outputs):
            if op.name == "compress":
                raise ZeroDivisionError("by policy")

    with pytest.raises(ZeroDivisionError, match="by policy"):
        lg.runner(positive_sum, "f32[n]", executor=Refuse())([1.0])


def test_units_and_lanes_of_steps_are_refused():
    """What nothing would see to is an error, not a silence; other ops may hold and be placed."""
    unit = lg.Unit("of a step")

    def net(x):
        return lg.relu(lg.non_zero(x).to(lg.f32))

    with lg.Lane("of a step", workers=1) as lane:

        class Policy(lg.Executor):
            def __init__(self, *ops):
                self.ops = ops

            def place(self, op):
                return lane if op.name in self.ops else None

        class Holds(lg.Executor):
            def hold(self, op):
                return unit if op.name == "non_zero" else None

        with pytest.raises(lg.UnsupportedError, match="has a unit for it, but it runs between"):
            lg.runner(net, "f32[4]", executor=Holds())
        with pytest.raises(lg.UnsupportedError, match="has a lane for it, but it runs between"):
            lg.runner(net, "f32[4]", executor=Policy("non_zero"))
        run = lg.runner(net, "f32[4]", executor=Policy("relu"))
        x = np.array([0, 1, 0, 2], np.float32)
        assert (run(x).numpy() == [[1, 3]]).all()


def test_replacing_a_step_is_refused():
    everything = lg.replace("*", lambda op, x, c: x)
    with lg.using(everything), pytest.raises(lg.UnsupportedError, match="cannot replace it"):
        lg.runner(lambda x: lg.compress(x, x > 0.0), "f32[n]")


# ---- files -----------------------------------------------------------------------------------------


def test_strict_files(tmp_path):
    path = tmp_path / "m.legato"
    run = lg.runner(halve, "f32[n]")
    run.plan("f32[3]")
    lg.save(path, run)
    strict = lg.load(path, strict=True).main
    assert strict([4.0, 2.0, 1.0]).tolist() == [1.0, 0.5, 0.25]
    assert [len(inner.plans) for inner in strict.plan().parts[0].inner.values()] == [1, 1]
    with pytest.raises(lg.ArgumentError, match="opened strictly"):
        strict([4.0, 2.0])
    assert lg.load(path).main([4.0, 2.0]).tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    ("fn", "part"),
    [
        (positive_sum, "part 2 of the program"),
        (lambda x: lg.while_loop(lambda x: lg.size(x) < 9, lambda x: lg.concat([x, x]), x), "part 0"),
    ],
)
def test_strict_refuses_what_only_the_data_tell(fn, part, tmp_path):
    path = tmp_path / "m.legato"
    run = lg.runner(fn, "f32[n]")
    run.plan("f32[3]")
    lg.save(path, run)
    with pytest.raises(lg.UnsupportedError, match=part):
        lg.load(path, strict=True)
    assert lg.load(path).main([1.0, 1.0, 1.0]) is not None
