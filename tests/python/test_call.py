# SPDX-License-Identifier: Apache-2.0
"""Calls: runs that are started, waited for, cancelled, late, dropped; states, forks, the process's end."""

import asyncio
import concurrent.futures
import faulthandler
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import legato as lg
import legato.core.call as call_module

X = np.arange(4, dtype=np.float32)


@pytest.fixture(autouse=True)
def watchdog():
    """A hang is the classic failure."""
    faulthandler.dump_traceback_later(60, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


class Gate:
    """What the op test.gate waits for, and what it saw."""

    def __init__(self):
        self.open = threading.Event()
        self.reached = threading.Event()
        self.error = None

    def close(self):
        self.open.clear()
        self.reached.clear()


GATE = Gate()


@lg.op(name="test.gate")
def gate(x):
    return x


@lg.kernel("test.gate")
def gate_kernel(x):
    GATE.reached.set()
    assert GATE.open.wait(30)
    if GATE.error:
        raise GATE.error
    return x.numpy()


def net(x):
    with lg.path("first"):
        x = gate(x + 1.0)
    with lg.path("second"):
        return gate(x * 2.0)


@pytest.fixture(autouse=True, scope="module")
def swept():
    """Calls that were dropped in flight are given back with the next start."""
    yield
    GATE.open.set()
    run = lg.runner(lambda x: x + 1.0, "f32[4]")
    deadline = time.monotonic() + 10
    gc.collect()  # calls that were asked from within their callbacks, and lie in cycles with those who waited
    while len(call_module.aloft()) and time.monotonic() < deadline:
        run.start(X).wait()
        gc.collect()


@pytest.fixture
def held():
    GATE.close()
    GATE.error = None
    run = lg.runner(net, "f32[4]")
    yield run
    GATE.open.set()


@pytest.fixture
def quick():
    return lg.runner(lambda x: x * 2.0 + 1.0, "f32[4]")


def counting():
    h = lg.state("h", (4,))

    def f(x):
        h.set(h.value + x)
        return gate(gate(h.value))

    return lg.runner(f, "f32[4]")


def test_result(quick):
    call = quick.start(X)
    assert isinstance(call, lg.Call)
    assert isinstance(call, concurrent.futures.Future)
    assert call.wait()
    assert call.wait(0)
    assert call.done()
    assert not call.running()
    assert not call.cancelled()
    assert call.exception() is None
    np.testing.assert_array_equal(call.result().numpy(), X * 2 + 1)
    assert call.result() is call.result(0)
    assert "done" in repr(call)
    with pytest.raises(TypeError, match="start a call"):
        lg.Call()


def test_many_at_once(quick):
    calls = [quick.start(X + i) for i in range(200)]
    for i, call in enumerate(calls):
        np.testing.assert_array_equal(call.result().numpy(), (X + i) * 2 + 1)


def test_outputs_by_name_and_out():
    run = lg.runner(lambda x: {"a": x + 1.0, "b": x * 2.0}, "f32[n]")
    assert run.start(x=X).result()["b"].tolist() == (X * 2).tolist()
    out = {"a": lg.zeros(4), "b": lg.zeros(4)}
    assert run.start(X, out=out).result()["a"] is out["a"]
    assert out["a"].tolist() == (X + 1).tolist()


def test_runs_on_a_worker(held):
    GATE.open.set()
    seen = []
    GATE.error = None
    run = lg.runner(lambda x: thread_op(x), "f32[4]")
    THREADS.clear()
    run.start(X).result()
    run(X)
    seen = list(THREADS)
    assert seen[0] != threading.get_native_id()
    assert seen[1] == threading.get_native_id()


THREADS: list[int] = []


@lg.op(name="test.thread")
def thread_op(x):
    return x


@lg.kernel("test.thread")
def thread_kernel(x):
    THREADS.append(threading.get_native_id())
    return x.numpy()


def test_wait_and_timeout(held):
    call = held.start(X)
    assert GATE.reached.wait(10)
    assert not call.done()
    assert call.running()
    assert not call.wait(0)
    assert not call.wait(0.01)
    with pytest.raises(TimeoutError, match="goes on"):
        call.result(timeout=0.01)
    assert "in flight" in repr(call)
    GATE.open.set()
    assert call.result(10).tolist() == ((X + 1) * 2).tolist()


def test_cancel(held):
    call = held.start(X)
    assert GATE.reached.wait(10)
    threads = [threading.Thread(target=call.cancel) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert call.cancel()
    GATE.open.set()
    with pytest.raises(lg.Cancelled, match="before second") as caught:
        call.result()
    assert caught.value.op == "second"
    assert caught.value.code == "CANCELLED"
    assert isinstance(caught.value, concurrent.futures.CancelledError)
    assert isinstance(caught.value, lg.LegatoError)
    assert call.cancelled()
    assert not call.cancel()  # it is done
    assert held(X).tolist() == ((X + 1) * 2).tolist()
    assert held.start(X).result().tolist() == ((X + 1) * 2).tolist()


def test_cancel_after_done(quick):
    call = quick.start(X)
    call.wait()
    assert not call.cancel()
    assert not call.cancelled()
    call.result()


@pytest.mark.parametrize("how", ["us", "at_ns"])
def test_deadline(held, how):
    late = {"deadline_us": 5000} if how == "us" else {"deadline_at_ns": time.monotonic_ns() + 5_000_000}
    call = held.start(X, **late)
    time.sleep(0.02)
    GATE.open.set()
    with pytest.raises(lg.DeadlineExceeded, match="the deadline passed") as caught:
        call.result()
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.op == "first"
    soon = {"deadline_us": 1e7} if how == "us" else {"deadline_at_ns": time.monotonic_ns() + 10**10}
    assert held(X, **soon).tolist() == ((X + 1) * 2).tolist()
    assert held.start(X, **soon).result().tolist() == ((X + 1) * 2).tolist()
    past = {"deadline_us": 0} if how == "us" else {"deadline_at_ns": 1}
    with pytest.raises(lg.DeadlineExceeded):
        held(X, **past)
    assert held(X).tolist() == ((X + 1) * 2).tolist()


def test_bad_options(quick):
    with pytest.raises(lg.ArgumentError, match="say the same"):
        quick(X, deadline_us=1, deadline_at_ns=5)
    with pytest.raises(lg.ArgumentError, match=r"priority is 7, expected legato.LOW"):
        quick(X, priority=7)
    with pytest.raises(lg.DTypeError, match="deadline_us is str"):
        quick.start(X, deadline_us="soon")
    with pytest.raises(lg.ArgumentError, match="not a number"):
        quick(X, deadline_us=float("nan"))
    for deadline in (float("inf"), 1e300, None):
        assert quick(X, deadline_us=deadline, priority=lg.HIGH).tolist() == (X * 2 + 1).tolist()
    with pytest.raises(lg.ShapeError):
        quick.start(np.zeros(5, np.float32))
    with pytest.raises(lg.ArgumentError):
        quick.start(X, y=X)
    with pytest.raises(lg.DTypeError, match="being recorded"):
        lg.record(quick.start, "f32[4]")


def test_an_input_may_be_called_deadline():
    run = lg.runner(lambda x, priority: x + priority, "f32[4]", "f32[4]")
    assert run(X, priority=X).tolist() == (2 * X).tolist()


def test_errors_of_kernels(held):
    call = held.start(X)
    GATE.error = KeyError("mine")
    GATE.open.set()
    with pytest.raises(KeyError, match="mine"):
        call.result()
    with pytest.raises(KeyError, match="mine"):
        call.result()
    GATE.error = None
    assert held.start(X).result().tolist() == ((X + 1) * 2).tolist()


def test_concurrent_futures(held, quick):
    slow = held.start(X)
    fast = [quick.start(X) for _ in range(5)]
    done, running = concurrent.futures.wait([slow, *fast], timeout=0.2)
    assert running == {slow}
    assert done == set(fast)
    first, _ = concurrent.futures.wait([slow, *fast], return_when="FIRST_COMPLETED")
    assert first >= set(fast)
    told = []
    slow.add_done_callback(lambda call: told.append(call.result().tolist()))
    assert told == []
    GATE.open.set()
    assert set(concurrent.futures.as_completed([slow, *fast], timeout=10)) == {slow, *fast}
    slow.result()
    fast[0].add_done_callback(lambda call: told.append(1))
    assert told == [((X + 1) * 2).tolist(), 1]


def test_callback_outlives_the_call(held):
    told = threading.Event()
    held.start(X).add_done_callback(lambda call: (call.result(), told.set()))
    gc.collect()
    GATE.open.set()
    assert told.wait(10)


def test_asyncio(held, quick):
    async def main():
        assert (await quick.start(X)).tolist() == (X * 2 + 1).tolist()
        call = held.start(X)
        asyncio.get_running_loop().call_later(0.02, GATE.open.set)
        results = await asyncio.gather(*[quick.start(X + i) for i in range(10)], call)
        assert results[3].tolist() == ((X + 3) * 2 + 1).tolist()
        assert results[-1].tolist() == ((X + 1) * 2).tolist()
        return await asyncio.wrap_future(quick.start(X))

    assert asyncio.run(main()).tolist() == (X * 2 + 1).tolist()


def test_asyncio_cancel(held):
    async def main():
        call = held.start(X)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(call, 0.05)
        GATE.open.set()
        with pytest.raises(lg.Cancelled):
            await call

    asyncio.run(main())


def test_states():
    GATE.close()
    GATE.error = None
    run = counting()
    call = run.start(X)
    assert GATE.reached.wait(10)
    for busy in (lambda: run(X), lambda: run.start(X), run.state().reset, run.state().snapshot):
        with pytest.raises(lg.BusyError, match="one call at a time"):
            busy()
    call.cancel()
    GATE.open.set()
    call.wait()
    assert call.cancelled()
    assert run.state()["h"].tolist() == [0, 0, 0, 0]  # cancelled: as before
    run.start(X).wait()
    run.start(X)  # dropped: it goes on to its end
    while True:
        try:
            assert run.state()["h"].tolist() == (2 * X).tolist()
            break
        except lg.BusyError:
            time.sleep(0.001)
    with pytest.raises(lg.DeadlineExceeded):
        run.start(X, deadline_us=0).result()
    assert run(X).tolist() == (3 * X).tolist()
    run.state().reset()
    assert run.start(X).result().tolist() == X.tolist()


def test_dropped_calls(held, quick):
    held.start(X)
    GATE.reached.wait(10)
    for _ in range(100):
        quick.start(X)
    gc.collect()
    GATE.open.set()
    assert quick.start(X).result().tolist() == (X * 2 + 1).tolist()


def test_threads_share_a_runner(quick):
    wrong = []

    def body(seed):
        for i in range(100):
            x = X + seed * 1000 + i
            if quick.start(x).result().tolist() != (x * 2 + 1).tolist():
                wrong.append((seed, i))

    threads = [threading.Thread(target=body, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_waited_for_by_threads(held):
    call = held.start(X)
    results = []
    threads = [threading.Thread(target=lambda: results.append(call.result().tolist())) for _ in range(4)]
    for thread in threads:
        thread.start()
    GATE.reached.wait(10)
    GATE.open.set()
    for thread in threads:
        thread.join()
    assert results == [((X + 1) * 2).tolist()] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_fork_in_flight(held, quick):
    call, watched = held.start(X), held.start(X)
    watched.add_done_callback(lambda call: None)
    assert GATE.reached.wait(10)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(20)
            assert isinstance(call.exception(), lg.ClosedError)
            assert isinstance(watched.exception(), lg.ClosedError)
            assert not concurrent.futures.wait([call, watched], timeout=5).not_done
            assert quick.start(X).result().tolist() == (X * 2 + 1).tolist()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    GATE.open.set()
    assert call.result().tolist() == watched.result().tolist() == ((X + 1) * 2).tolist()


def test_end_of_process():
    """Calls in flight, waiting and watched ones too, end with the process; nothing crashes."""
    code = """
        import numpy as np, time
        import legato as lg

        @lg.op(name="slow")
        def slow(x):
            return x

        @lg.kernel("slow")
        def slow_kernel(x):
            time.sleep(0.02)
            return x.numpy()

        def net(x):
            for _ in range(50):
                x = slow(x)
            return x

        run = lg.runner(net, "f32[4]")
        calls = [run.start(np.zeros(4, np.float32)) for _ in range(5)]
        calls[1].add_done_callback(lambda call: print("told", call.cancelled()))
        time.sleep(0.03)
        print("end")
    """
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[0] == "end"
    assert "told True" in done.stdout
    assert time.monotonic() - start < 20
