# SPDX-License-Identifier: Apache-2.0
"""Executors whose ops hold units: plans say it, holders never overlap, who waits can be cancelled or late."""

import asyncio
import faulthandler
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from itertools import count, pairwise

import numpy as np
import pytest

import legato as lg

NUMBERS = count()
X = np.ones((8, 8), np.float32)


@pytest.fixture(autouse=True)
def watchdog():
    """A hang is the classic failure."""
    faulthandler.dump_traceback_later(60, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def fresh(**options) -> lg.Unit:
    return lg.Unit(f"hold {next(NUMBERS)}", **options)


class Holds(lg.Executor):
    """Ops of some names hold units."""

    def __init__(self, *units, ops=("matmul", "fused_matmul")):
        self.units, self.ops, self.asked = units, ops, []

    def hold(self, op):
        self.asked.append((op.name, op.device))
        return self.units if op.name in self.ops else None


class Answers(lg.Executor):
    """Says what it is told to."""

    def __init__(self, answer):
        self.answer = answer

    def hold(self, op):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def net(x):
    return lg.tanh(lg.tanh(x) @ x)


def held_by_other(unit, what="another thread"):
    """Have another thread hold the unit until the function that is returned is called."""
    ready, done = threading.Event(), threading.Event()

    def body():
        with unit.take(what):
            ready.set()
            done.wait()

    thread = threading.Thread(target=body)
    thread.start()
    ready.wait()

    def end():
        done.set()
        thread.join()

    return end


def until(condition):
    while not condition():
        time.sleep(0.0005)


# ---- the plan ---------------------------------------------------------------------------------------


def test_plan():
    """Asked once per op, when the device is known; the plan shows it; no opinion costs nothing."""
    unit = fresh()
    holds = Holds(unit)
    run = lg.runner(net, "f32[8,8]", executor=holds)
    assert holds.asked == [("tanh", "cpu:0"), ("matmul", "cpu:0"), ("tanh", "cpu:0")]
    plan = run.plan()
    assert [row.units for row in plan.rows if row.units] == [unit.name]
    assert f"! holds: {unit.name}" in str(plan)
    plain = lg.runner(net, "f32[8,8]")
    assert [row.units for row in plain.plan().rows] == [""] * len(plain.plan().rows)
    assert f"holds: {unit.name}" in str(plan.diff(plain.plan()))
    assert (run(X).numpy() == plain(X).numpy()).all()
    assert unit.stats()["taken"] == 1


def test_fused():
    """What is fused holds the units of all its ops."""
    one, two = fresh(), fresh()

    class Each(lg.Executor):
        def hold(self, op):
            return {"matmul": two, "relu": one}.get(op.name)

    weight = lg.tensor(X)
    run = lg.runner(lambda x: lg.relu(x @ weight), "f32[8,8]", executor=Each())
    assert [(row.op, row.units) for row in run.plan().rows] == [("fused_matmul", f"{one.name}, {two.name}")]


def test_nested():
    """The inner executor answers first; None passes the question on, an empty answer does not."""
    unit, other = fresh(), fresh()
    for inner, wanted in ((None, (1, 0)), ([], (0, 0)), (other, (0, 1)), ({other, unit}, (1, 1))):
        run = lg.runner(lg.tanh, "f32[4]", executor=Answers(inner))
        taken = [each.stats()["taken"] for each in (unit, other)]
        with lg.using(Answers(unit)):
            run(np.ones(4, np.float32))
        grown = tuple(
            each.stats()["taken"] - before for each, before in zip((unit, other), taken, strict=True)
        )
        assert grown == wanted


def test_eager():
    unit, other = fresh(), fresh()
    with lg.using(Answers([other, unit])):
        assert lg.tanh([0.0]).tolist() == [0.0]
        with unit, pytest.raises(lg.LegatoError, match="wait for itself"):
            lg.tanh([0.0])
    assert (unit.stats()["taken"], other.stats()["taken"]) == (2, 1)
    assert unit.stats()["holders"] == other.stats()["holders"] == 0


@pytest.mark.parametrize("answer", ["npu", 3, ["npu"], [None], object(), lambda: None])
def test_nonsense(answer):
    with pytest.raises(lg.DTypeError, match=r"tanh: Answers\.hold gives") as caught:
        lg.runner(lg.tanh, "f32[4]", executor=Answers(answer))
    assert caught.value.op == "tanh"
    with lg.using(Answers(answer)), pytest.raises(lg.DTypeError, match="expected a Unit"):
        lg.tanh([0.0])


def test_raises():
    with pytest.raises(KeyError, match="mine") as caught:
        lg.runner(lg.tanh, "f32[4]", executor=Answers(KeyError("mine")))
    assert "while planning tanh" in str(getattr(caught.value, "__notes__", ""))


def test_too_many():
    with pytest.raises(lg.ArgumentError, match="at most 8"):
        lg.runner(lg.tanh, "f32[4]", executor=Answers([fresh() for _ in range(9)]))


def test_unit_lives_as_long_as_the_plan():
    unit = fresh()
    name = unit.name
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))
    del unit
    run(X)
    assert lg.unit(name).stats()["taken"] == 1


def test_save_keeps_holds(tmp_path):
    unit = fresh()
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))
    lg.save(tmp_path / "held.legato", run)
    again = lg.load(tmp_path / "held.legato").main
    assert [row.units for row in again.plan().rows] == [row.units for row in run.plan().rows]


# ---- runs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("capacity", [1, 2])
def test_two_models_one_unit(capacity):
    """Ops of two models, in threads and on a lane, never overlap on a unit."""
    unit = fresh(capacity=capacity)
    inside, most, lock = [0], [0], threading.Lock()

    @lg.op(name=f"test.busy{next(NUMBERS)}")
    def busy(x):
        return x

    @lg.kernel(busy)
    def busy_run(x):
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.0002)
        with lock:
            inside[0] -= 1
        return x

    holds = Answers(unit)
    detect = lg.runner(lambda x: busy(busy(x)), "f32[4]", executor=holds)
    embed = lg.runner(lambda x: busy(x), "f32[4]", executor=holds)
    x = np.ones(4, np.float32)

    def loop(run):
        for _ in range(20):
            run(x)

    threads = [threading.Thread(target=loop, args=(run,)) for run in (detect, embed)]
    for thread in threads:
        thread.start()
    calls = [run.start(x, priority=priority) for run in (detect, embed) for priority in (-1, 0, 1) * 4]
    for call in calls:
        call.result()
    for thread in threads:
        thread.join()
    assert most[0] <= capacity
    assert unit.stats()["holders"] == unit.stats()["queued"] == 0
    assert unit.stats()["taken"] >= 64


def test_same_thread_is_the_same_holder():
    """`with unit:` around runs that hold it keeps the unit from run to run."""
    unit = fresh()
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))
    with unit:
        run(X)
        run(X)
        assert unit.stats()["holders"] == 1
    assert unit.stats()["taken"] == 1


def test_waiting_for_oneself():
    """A thread that has the unit and waits for a run that needs it is told, whoever comes first."""
    unit = fresh()
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))
    for queued in (0, 1):
        with unit:
            call = run.start(X)
            until(lambda queued=queued: unit.stats()["queued"] >= queued)
            assert not call.wait(0.005)  # not for ever, so it may come right
            with pytest.raises(lg.ArgumentError, match="would wait for itself"):
                call.result()
        with unit:
            call = run.start(X)
        call.result()
    assert unit.stats()["holders"] == 0


def test_hook_waits_for_its_run():
    """A hook that takes by hand what its op holds is told."""
    unit = fresh()

    class Takes(Holds):
        @lg.dynamic
        def before(self, op):
            if op.name == "matmul":
                with unit:
                    pass

    run = lg.runner(net, "f32[8,8]", executor=Takes(unit))
    with pytest.raises(lg.ArgumentError, match="would wait for itself"):
        run(X)
    with pytest.raises(lg.ArgumentError, match="would wait for itself"):
        run.start(X).result()
    assert unit.stats()["holders"] == 0


def test_names():
    """Who waits too long is told who holds: model and op."""
    unit = fresh()
    reached, go = threading.Event(), threading.Event()

    class Stops(Holds):
        @lg.dynamic
        def after(self, op, outputs):
            if op.name == "matmul":
                reached.set()
                go.wait()

    def detector(x):
        with lg.path("encoder"):
            return x @ x

    run = lg.runner(detector, "f32[8,8]", executor=Stops(unit))
    other = lg.runner(net, "f32[8,8]", executor=Holds(unit))
    call = run.start(X)
    reached.wait()
    assert unit.stats()["holder"] == "detector: encoder"
    with pytest.raises(lg.DeadlineExceeded, match="is held by detector: encoder; waited for") as caught:
        other(X, deadline_us=3000)
    assert caught.value.op == "matmul"
    go.set()
    call.result()
    other(X)


@pytest.mark.parametrize("way", ["started", "called"])
def test_waiting_ends(way):
    """By a deadline, by cancel, by the unit's bound; and the next run is unharmed."""
    unit = fresh(max_wait_us=20000)
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))

    def go(**options):
        return run.start(X, **options).result() if way == "started" else run(X, **options)

    end = held_by_other(unit)
    with pytest.raises(lg.DeadlineExceeded, match="held by another thread"):
        go(deadline_us=2000)
    with pytest.raises(lg.BusyError, match="held by another thread"):
        go()
    if way == "started":
        call = run.start(X)
        until(lambda: unit.stats()["queued"] == 1)
        assert call.cancel()
        with pytest.raises(lg.Cancelled):
            call.result(5)
        call = run.start(X)  # dropped
        until(lambda: unit.stats()["queued"] == 1)
        del call
    end()
    go()
    until(lambda: unit.stats()["holders"] == 0)


def test_worker_is_free():
    """With one worker, a run that waits does not keep others from it."""
    unit = fresh()
    with lg.Lane("one", workers=1) as lane:
        waits = lg.runner(net, "f32[8,8]", executor=Holds(unit))
        free = lg.runner(net, "f32[8,8]")
        end = held_by_other(unit)
        with lg.on(lane):
            call = waits.start(X)
            until(lambda: unit.stats()["queued"] == 1)
            for _ in range(10):
                free.start(X).result(10)
        assert not call.done()
        end()
        call.result(10)


def test_asyncio():
    unit = fresh()
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))

    async def main():
        end = held_by_other(unit)
        calls = [run.start(X) for _ in range(5)]
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(calls[0], 0.02)  # cancels it
        assert not calls[1].done()
        end()
        return await asyncio.gather(*calls[1:])

    assert len(asyncio.run(main())) == 4
    until(lambda: unit.stats()["holders"] == 0)


def test_several_units_in_any_order():
    """Two models name the same units the other way round: nobody waits for ever."""
    one, two = fresh(), fresh()
    first = lg.runner(net, "f32[8,8]", executor=Holds(one, two, ops=("matmul", "tanh")))
    second = lg.runner(net, "f32[8,8]", executor=Holds(two, one, ops=("matmul",)))
    third = lg.runner(net, "f32[8,8]", executor=Holds(two, ops=("tanh",)))
    calls = []
    for _ in range(100):
        calls += [run.start(X, priority=p) for run in (first, second, third) for p in (-1, 1)]
    for call in calls:
        call.result(30)
    assert one.stats()["holders"] == two.stats()["holders"] == 0


def test_states_are_as_before():
    """A run that ended while it waited has changed nothing."""
    unit = fresh()

    def count_up(x):
        h = lg.state("h", (4,), "f32")
        y = lg.tanh(x) * 0.0 + h.value + 1.0
        h.set(y)
        return y

    run = lg.runner(count_up, "f32[4]", executor=Answers(unit))
    x = np.ones(4, np.float32)
    assert run(x).tolist() == [1.0] * 4
    end = held_by_other(unit)
    with pytest.raises(lg.DeadlineExceeded):
        run(x, deadline_us=1000)
    end()
    assert run(x).tolist() == [2.0] * 4


def test_fork():
    """In the child the unit is free; a run that waits there goes on in the parent."""
    unit = fresh()
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))
    end = held_by_other(unit)
    call = run.start(X, deadline_us=60e6)
    until(lambda: unit.stats()["queued"] == 1)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(20)
            with pytest.raises(lg.ClosedError):
                call.result(5)
            run(X)
            run.start(X, deadline_us=5e6).result(5)
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    end()
    call.result(10)


def test_fork_in_the_middle_of_a_run():
    """A hook forks: parent and child both finish the run, each with its unit."""
    unit = fresh()
    children = []

    class Forks(Holds):
        @lg.dynamic
        def after(self, op, outputs):
            if op.name == "matmul" and not children:
                children.append(os.fork())

    run = lg.runner(net, "f32[8,8]", executor=Forks(unit))
    run(X)
    if children[0] == 0:
        os._exit(unit.stats()["holders"])
    assert os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]) == 0
    assert unit.stats()["holders"] == 0


def test_strands():
    """Branches on lanes of their own: those that wait leave the caller's thread too; nothing overlaps."""
    unit, other = fresh(), fresh()
    seen = set()
    with lg.Lane("one", workers=1) as one, lg.Lane("two", workers=2) as two:

        class Spread(lg.Executor):
            def place(self, op):
                return {"exp": one, "tanh": two}.get(op.name)

            def hold(self, op):
                seen.add((op.name, op.lane.name if op.lane is not None else None))
                return {"exp": unit, "tanh": [other, unit], "abs": other}.get(op.name)

        def wide(x):
            return sum([lg.exp(x), lg.tanh(x), lg.abs(x), lg.exp(x * 2.0), lg.tanh(x * 3.0)], lg.neg(x))

        run = lg.runner(wide, "f32[8,8]", executor=Spread())
        plain = lg.runner(wide, "f32[8,8]")(X).numpy()
        assert {("exp", "one"), ("tanh", "two"), ("abs", None)} <= seen
        for _ in range(20):
            assert (run(X).numpy() == plain).all()
            assert (run.start(X).result(20).numpy() == plain).all()
        with unit:  # the thread has it, and so has its run, wherever its strands go
            assert (run(X).numpy() == plain).all()
            with pytest.raises(lg.ArgumentError, match="would wait for itself"):
                run.start(X).result()
        end = held_by_other(unit)
        for go in (lambda **options: run(X, **options), lambda **options: run.start(X, **options).result()):
            with pytest.raises(lg.DeadlineExceeded, match="is held by another thread"):
                go(deadline_us=5000)
        call = run.start(X)
        until(lambda: unit.stats()["queued"] >= 1)
        call.cancel()
        with pytest.raises(lg.Cancelled):
            call.result(20)
        calls = [run.start(X, priority=p) for p in (-1, 0, 1)]
        until(lambda: unit.stats()["queued"] >= 1)
        end()
        for call in calls:
            assert (call.result(20).numpy() == plain).all()
    for each in (unit, other):
        until(lambda each=each: each.stats()["holders"] == each.stats()["queued"] == 0)


# ---- the whole system -------------------------------------------------------------------------------

OTHER = """
    import sys, time
    import numpy as np
    import legato as lg

    unit = lg.Unit(sys.argv[1], scope="system")

    class Stops(lg.Executor):
        def hold(self, op):
            return unit if op.name == "matmul" else None

        @lg.dynamic
        def after(self, op, outputs):
            if op.name == "matmul":
                print("held", flush=True)
                time.sleep(60)

    def victim(x):
        return x @ x

    lg.runner(victim, "f32[8,8]", executor=Stops())(np.ones((8, 8), np.float32))
"""


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="processes share nothing here")
def test_system_unit_of_a_killed_process():
    """A run waits for another process, is told of it, and goes on when that is killed."""
    name = f"test hold {os.getpid()}"
    unit = lg.Unit(name, scope="system")
    assert (unit.scope, fresh().scope) == ("system", "process")
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))
    try:
        run(X)
        command = [sys.executable, "-c", textwrap.dedent(OTHER), name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout.readline() == "held\n"
            who = rf"held by victim: matmul#0 \(process {process.pid}\)"
            with pytest.raises(lg.DeadlineExceeded, match=who):
                run(X, deadline_us=5000)
            call = run.start(X)
            until(lambda: unit.stats()["queued"] == 1)
            process.kill()
            start = time.monotonic()
            call.result(10)
            assert time.monotonic() - start < 1.0
        assert unit.stats()["recoveries"] == 1
    finally:
        for file in os.listdir("/dev/shm"):
            if file.startswith("legato-") and f"test_hold_{os.getpid()}-" in file:
                os.unlink(f"/dev/shm/{file}")


def test_system_arguments():
    with pytest.raises(lg.ArgumentError, match="scope is 'galaxy'"):
        fresh(scope="galaxy")


def test_trace():
    """A trace says who held what from when to when, and what was waited for; holders do not overlap in it."""
    unit = fresh()
    run = lg.runner(net, "f32[8,8]", executor=Holds(unit))
    with lg.tracing() as trace:
        end = held_by_other(unit)
        calls = [run.start(X) for _ in range(4)]
        until(lambda: unit.stats()["queued"] >= 1)
        end()
        for call in calls:
            call.result()
        run(X)
    held = sorted(trace.holds(unit.name), key=lambda hold: hold.begin_us)
    assert len(held) == 6
    assert all(one.begin_us + one.us <= two.begin_us + 1e-3 for one, two in pairwise(held))
