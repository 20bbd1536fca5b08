# SPDX-License-Identifier: Apache-2.0
"""Lanes from Python: what was asked for is what the system says, results stay the same, nothing hangs."""

import concurrent.futures
import faulthandler
import gc
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import threadpoolctl

import legato as lg
import support

CORES = sorted(os.sched_getaffinity(0))
BIG = np.random.default_rng(3).normal(size=(700, 700)).astype(np.float32)


@pytest.fixture(autouse=True)
def watchdog():
    """End the process with a trace where a test stands still."""
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def allowed_by_proc(thread):
    """Cores of a thread as /proc has them."""
    text = Path(f"/proc/self/task/{thread}/status").read_text()
    numbers = re.search(r"Cpus_allowed_list:\s*(\S+)", text)[1]
    cores = []
    for part in numbers.split(","):
        first, _, last = part.partition("-")
        cores += range(int(first), int(last or first) + 1)
    return cores


# ---- what was asked for is in force -----------------------------------------------------------------


@pytest.mark.parametrize("cores", [CORES[:1], CORES[-1:], CORES])
def test_effective_is_what_proc_says(cores):
    with lg.Lane("eff", workers=3, cores=cores) as lane:
        workers = lane.effective()
        assert len(workers) == lane.workers == 3
        assert len({worker.thread for worker in workers}) == 3
        for worker in workers:
            assert worker.cores == cores == allowed_by_proc(worker.thread)
            name = Path(f"/proc/self/task/{worker.thread}/comm").read_text().strip()
            assert re.fullmatch(r"eff:\d", name)
    tasks = set(os.listdir("/proc/self/task"))
    assert not tasks & {str(worker.thread) for worker in workers}


def test_nice_is_what_the_system_says(tmp_path):
    own = os.nice(0)
    with lg.Lane("low", workers=2, nice=min(own + 7, 19)) as lane:
        for worker in lane.effective():
            fields = Path(f"/proc/self/task/{worker.thread}/stat").read_text().rpartition(")")[2].split()
            assert worker.nice == int(fields[16]) == min(own + 7, 19)
        lane.resize(3)
        assert [worker.nice for worker in lane.effective()] == [min(own + 7, 19)] * 3
        with lg.on(lane):
            assert (lg.tensor(BIG) @ lg.tensor(BIG)).shape == (700, 700)
        assert os.nice(0) == own  # a caller keeps its own
        net = lg.runner(lambda x: lg.tanh(x), "f32[4]", executor=lg.on(lane))
        lg.save(tmp_path / "low.legato", net)
    text = (tmp_path / "low.legato").read_bytes()
    assert f"nice={min(own + 7, 19)}".encode() in text
    with pytest.raises(lg.ArgumentError, match="nice is 20"):
        lg.Lane("low", nice=20)
    with pytest.raises(lg.ArgumentError, match="nice is -1"):
        lg.Lane("low", nice=-1)
    with pytest.raises(lg.DTypeError, match="expected a number"):
        lg.Lane("low", nice="low")
    with (
        concurrent.futures.ThreadPoolExecutor(1) as pool,
        pytest.raises(lg.ArgumentError, match="as nice as their owner"),
    ):
        lg.Lane("low", nice=3, external=pool)


def test_resize_and_move_are_read_back():
    with lg.Lane("move", cores=CORES[:1]) as lane:
        assert lane.workers == 1
        lane.resize(4)
        assert [worker.cores for worker in lane.effective()] == [CORES[:1]] * 4
        lane.move(CORES[-1:])
        for worker in lane.effective():
            assert worker.cores == CORES[-1:] == allowed_by_proc(worker.thread)
        lane.resize(2)
        lane.move(CORES)
        assert [worker.cores for worker in lane.effective()] == [CORES] * 2


def test_defaults():
    machine = lg.machine()
    with lg.Lane("plain") as lane:
        assert lane.workers == machine.workers
    with lg.Lane("kind", core_class="performance") as lane:
        assert lane.workers <= machine.workers
        wanted = [core for core in machine.classes["performance"] if core in machine.allowed]
        assert lane.effective()[0].cores == wanted
    assert lg.Lane.default() is lg.Lane.default()
    assert lg.Lane.default().workers == machine.workers


def test_a_visitor_is_kept_to_the_cores_and_goes_back():
    before = os.sched_getaffinity(0)
    with lg.Lane("here", cores=CORES[-1:]) as lane:
        with lg.on(lane) as entered:
            assert entered is lane
            assert os.sched_getaffinity(0) == {CORES[-1]}
            with lg.on(lane):
                lg.exp(BIG)
            assert os.sched_getaffinity(0) == {CORES[-1]}
            lane.move(CORES[:1])
            assert os.sched_getaffinity(0) == {CORES[0]}
        assert os.sched_getaffinity(0) == before
        lane.run(lambda: None)
    assert os.sched_getaffinity(0) == before


def test_idle_lanes_use_no_cpu():
    with lg.Lane("idle", workers=4) as lane, lg.on(lane):
        lg.exp(BIG)
        assert lane.stats()["threads"] == 4
    with lg.Lane("idle", workers=4) as lane:
        with lg.on(lane):
            lg.exp(BIG)
        time.sleep(0.1)
        before = time.process_time()
        time.sleep(0.5)
        assert time.process_time() - before < 0.01
        assert all(worker.asleep for worker in lane.effective())


# ---- results ----------------------------------------------------------------------------------------

OPS = {
    "exp": lambda x: lg.exp(x),
    "add": lambda x: x + x,
    "softmax": lambda x: lg.softmax(x),
    "sum": lambda x: x.sum(axis=0),
    "matmul": lambda x: x @ x,
    "transpose": lambda x: x.T + 1.0,
    "layer_norm": lambda x: lg.layer_norm(x, lg.ones(700), lg.zeros(700)),
    "cumulative": lambda x: lg.cumsum(x, axis=1),
    "top_k": lambda x: lg.top_k(x, 5)[0],
    "concat": lambda x: lg.concat([x, x], axis=1),
    "conv": lambda x: lg.conv(x.reshape(1, 7, 700, 100), BIG[:9, :63].reshape(9, 7, 3, 3)),
    "pool": lambda x: lg.max_pool(x.reshape(1, 7, 700, 100), (3, 3)),
}


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("workers", [2, 3, 16])
def test_eager_results_are_the_same_bits(name, workers):
    x = lg.asarray(BIG)
    wanted = OPS[name](x).numpy()
    with lg.Lane("bits", workers=workers) as lane, lg.on(lane):
        for _ in range(3):
            np.testing.assert_array_equal(OPS[name](x).numpy(), wanted)


def test_large_ops_are_cut_and_small_ones_are_not():
    with lg.Lane("cut", workers=2) as lane, lg.on(lane):
        lg.exp(BIG)
        loops = lane.stats()["loops"]
        assert loops >= 1
        for _ in range(10):
            lg.exp(BIG[:4])
        assert lane.stats()["loops"] == loops


def network(x):
    for _ in range(3):
        x = lg.tanh(x @ x) + lg.softmax(x)
    return x, x.sum(axis=1)


@pytest.mark.parametrize("workers", [2, 5])
def test_plans_on_lanes_give_the_same_bits(workers):
    alone = lg.runner(network, "f32[700,700]")
    wanted = [y.numpy() for y in alone(BIG)]
    with lg.Lane("plan", workers=workers) as lane:
        run = lg.runner(network, "f32[700,700]", executor=lg.on(lane))
        for _ in range(3):
            for y, z in zip(run(BIG), wanted, strict=True):
                np.testing.assert_array_equal(y.numpy(), z)
        loops = lane.stats()["loops"]
        assert loops >= 3
        for y, z in zip(alone(BIG), wanted, strict=True):
            np.testing.assert_array_equal(y.numpy(), z)
        assert lane.stats()["loops"] == loops
        with lg.on(lane):
            for y, z in zip(alone(BIG), wanted, strict=True):
                np.testing.assert_array_equal(y.numpy(), z)
        assert lane.stats()["loops"] > loops
        loops = lane.stats()["loops"]
        alone(BIG)
        assert lane.stats()["loops"] == loops
    for y, z in zip(run(BIG), wanted, strict=True):  # the lane is closed, the caller alone
        np.testing.assert_array_equal(y.numpy(), z)


def test_threads_share_a_lane_that_changes():
    run = lg.runner(network, "f32[300,300]")
    x = BIG[:300, :300].copy()
    wanted = [y.numpy() for y in run(x)]
    failures, stop = [], threading.Event()

    def caller():
        while not stop.is_set():
            with lg.on(lane):
                got = [y.numpy() for y in run(x)]
            if not all(np.array_equal(a, b) for a, b in zip(got, wanted, strict=True)):
                failures.append(got)

    with lg.Lane("share", workers=2) as lane:
        threads = [threading.Thread(target=caller) for _ in range(3)]
        for thread in threads:
            thread.start()
        for i in range(30):
            lane.resize(1 + i * 5 % 7)
            lane.move(CORES[i % len(CORES) :])
            time.sleep(0.01)
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures


def test_a_lane_inside_of_a_device_is_the_cpu():
    with lg.Lane("inner", workers=2) as lane, lg.on("cpu:0"), lg.on(lane):
        lg.exp(BIG)
        assert lane.stats()["loops"] >= 1
        recorded = lg.record(lambda x: lg.exp(x) + 1.0, "f32[4]")
    assert len(recorded) == 2


# ---- calls on workers -------------------------------------------------------------------------------


def test_run_returns_and_raises():
    with lg.Lane("run", workers=1) as lane:
        assert lane.run(lambda a, *, b: a + b, 1, b=2) == 3
        assert lane.run(threading.get_native_id) == lane.effective()[0].thread
        with pytest.raises(ZeroDivisionError):
            lane.run(lambda: 1 / 0)
        with pytest.raises(SystemExit):
            lane.run(sys.exit, 3)
        with pytest.raises(TypeError, match="cannot be called"):
            lane.run(3)
        assert lane.run(lambda: lane.run(lambda: lane.run(int, "7"))) == 7  # on itself


def test_lanes_that_wait_for_each_other():
    with lg.Lane("a", workers=1) as a, lg.Lane("b", workers=1) as b:

        def bounce(depth):
            return 0 if depth == 0 else 1 + (a, b)[depth % 2].run(bounce, depth - 1)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            calls = [pool.submit(bounce, 9 + i) for i in range(8)]
            assert [call.result(60) for call in calls] == [9 + i for i in range(8)]


def test_run_inside_of_recording_and_of_lanes():
    with lg.Lane("in", workers=2) as lane:
        assert lane.run(lambda: lg.add([1.0], [2.0])).tolist() == [3.0]
        with lg.on(lane):
            assert lane.run(lambda: lg.exp(BIG)).shape == (700, 700)

        def nested():
            with lg.on(lane):
                return lg.exp(BIG)

        np.testing.assert_array_equal(lane.run(nested).numpy(), lg.exp(BIG).numpy())


# ---- closing, forking, ending -----------------------------------------------------------------------


def test_closed_lane():
    lane = lg.Lane("shut", workers=2)
    entered = lg.on(lane)
    lane.close()
    lane.close()
    assert lane.closed
    assert repr(lane) == "<legato.Lane 'shut', closed>"
    for use in (lambda: lane.run(int), lambda: lane.resize(2), lambda: lane.move(CORES), lane.effective,
                lambda: lane.workers, entered.__enter__, lane.__enter__):  # fmt: skip
        with pytest.raises(lg.ClosedError, match="lane 'shut' was closed"):
            use()


def test_closed_while_it_runs():
    for _ in range(5):
        lane = lg.Lane("going", workers=3)
        started = threading.Event()

        def work(lane=lane, started=started):
            with lg.on(lane):
                for _ in range(20):
                    lg.exp(BIG)
                    started.set()
            return True

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            done = pool.submit(work)
            started.wait()
            lane.close()
            assert done.result(60)
    with lg.Lane("own", workers=1) as lane, pytest.raises(lg.ArgumentError, match="own workers"):
        lane.run(lane.close)


def test_a_lane_that_nobody_closes_goes_away():
    lane = lg.Lane("lost", workers=2)
    threads = {str(worker.thread) for worker in lane.effective()}
    del lane
    gc.collect()
    assert not threads & set(os.listdir("/proc/self/task"))


def child_of_a_fork(lane, x, wanted):
    with lg.on(lane):
        same = np.array_equal(lg.exp(x).numpy(), wanted)
    return same and lane.run(lambda: 5) == 5 and len(lane.effective()) == lane.workers


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("inside", [False, True])
def test_fork(inside):
    x = lg.asarray(BIG)
    with lg.Lane("fork", workers=2, cores=CORES[:1]) as lane:
        with lg.on(lane):
            wanted = lg.exp(x).numpy()
        context = lg.on(lane) if inside else lg.on("cpu:0")
        with context:
            child = os.fork()
            if child == 0:
                signal.alarm(30)  # faulthandler's thread is not here
                code = 1
                try:
                    code = 0 if child_of_a_fork(lane, x, wanted) else 2
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            assert child_of_a_fork(lane, x, wanted)


def in_process(workers):
    with lg.Lane("worker", workers=workers) as lane, lg.on(lane):
        return float(lg.exp(BIG).numpy()[3, 5])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def test_multiprocessing(method):
    with lg.Lane("parent", workers=2) as lane, lg.on(lane):
        wanted = float(lg.exp(BIG).numpy()[3, 5])
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map_async(in_process, [1, 2, 3]).get(60) == [wanted] * 3


@pytest.mark.parametrize(
    "end",
    [
        "pass",
        "lane.run(int)",
        "lg.on(lane).__enter__(); lg.exp(x)",
        "sys.exit()",
        "threading.Thread(target=lambda: [lane.run(lg.exp, x) for _ in range(50)]).start()",
        "threading.Thread(target=lambda: [lane.run(lg.exp, x) for _ in range(500)], daemon=True).start()",
        "borrowed = lg.Lane('b', external=concurrent.futures.ThreadPoolExecutor(2)); borrowed.run(int)",
    ],
)
def test_the_interpreter_ends(end):
    code = f"""
import concurrent.futures, sys, threading
import legato as lg
lane = lg.Lane("end", workers=2)
x = lg.ones((500, 500))
{end}
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    if "daemon" not in end:  # which may see the lane close, and say so
        assert done.stdout + done.stderr == ""


@pytest.mark.skipif(bool(support.SANITIZE), reason="needs a signal at the right moment")
def test_ctrl_c_leaves_a_run():
    code = """
import os, signal, threading, time
import legato as lg
lane = lg.Lane("int", workers=1)
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
begin = time.monotonic()
try:
    lane.run(time.sleep, 2)
except KeyboardInterrupt:
    print("left", time.monotonic() - begin < 1.5, lane.run(lambda: 3))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "left True 3\n", done.stderr


# ---- threads of somebody else -----------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_executor_of_the_application(threads):
    x = lg.asarray(BIG)
    wanted = lg.exp(x).numpy()
    pool = concurrent.futures.ThreadPoolExecutor(threads, thread_name_prefix="mine")
    with pool, lg.Lane("lent", external=pool) as lane:
        assert lane.workers == threads
        with lg.on(lane):
            for _ in range(5):
                np.testing.assert_array_equal(lg.exp(x).numpy(), wanted)
        assert lane.run(lambda: threading.current_thread().name).startswith("mine")
        with pytest.raises(ZeroDivisionError):
            lane.run(lambda: 1 / 0)
        with pytest.raises(lg.UnsupportedError, match="threads are those of a pool"):
            lane.effective()
        with pytest.raises(lg.UnsupportedError, match="pool"):
            lane.move(CORES[:1])
        with pytest.raises(lg.ArgumentError, match=f"the pool has {threads}"):
            lane.resize(threads + 1)


def test_executor_that_was_shut_down():
    pool = concurrent.futures.ThreadPoolExecutor(2)
    with lg.Lane("late", external=pool) as lane:
        pool.shutdown()
        with pytest.raises(lg.BusyError, match="takes no task"):
            lane.run(int)
        with lg.on(lane):
            np.testing.assert_array_equal(lg.exp(BIG).numpy(), lg.exp(lg.asarray(BIG)).numpy())


def test_executor_that_drops_what_it_was_given():
    pool = concurrent.futures.ThreadPoolExecutor(1)
    gate = threading.Event()
    with lg.Lane("drop", external=pool) as lane:
        pool.submit(gate.wait)
        with concurrent.futures.ThreadPoolExecutor(1) as other:
            call = other.submit(lane.run, int)
            while pool._work_queue.qsize() == 0:
                time.sleep(0.001)
            pool.shutdown(wait=False, cancel_futures=True)
            gate.set()
            with pytest.raises(lg.Cancelled, match="dropped"):
                call.result(60)


# ---- threadpoolctl ----------------------------------------------------------------------------------


def legato_pool():
    (pool,) = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "legato"]
    return pool


def test_threadpoolctl_sees_and_limits_lanes():
    with lg.Lane("seen", workers=3) as lane:
        info = legato_pool()
        assert info["lanes"]["seen"] == 3
        assert info["num_threads"] >= 3
        assert info["version"] == lg.__version__
        with threadpoolctl.threadpool_limits(2, user_api="legato"):
            assert lane.workers == 2
            assert lg.Lane.default().workers <= 2
            assert legato_pool()["num_threads"] == 2
            with threadpoolctl.threadpool_limits(1, user_api="legato"):
                assert lane.workers == 1
                with lg.Lane("young", workers=2) as young:
                    assert young.workers == 1
                lane.resize(5)
                assert lane.workers == 1
            assert lane.workers == 2
        assert lane.workers == 5
        with threadpoolctl.threadpool_limits(1, user_api="blas"):
            assert lane.workers == 5
        assert lane.workers == 5
    assert lg.Lane.default().workers == lg.machine().workers


@pytest.mark.parametrize("first", ["legato", "threadpoolctl"])
def test_either_may_be_imported_first(first):
    second = {"legato": "threadpoolctl", "threadpoolctl": "legato"}[first]
    code = f"""
import {first}, {second}, inspect, sys
print([pool["lanes"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "legato"],
      "def threadpool_info" in inspect.getsource(threadpoolctl), threadpoolctl.__spec__.name,
      any("legato" in str(finder) for finder in sys.meta_path))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    workers = lg.machine().workers
    assert done.stdout == f"[{{'legato': {workers}}}] True threadpoolctl False\n", done.stderr


def blas_threads():
    return [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]


def test_foreign_pools_are_held():
    before = blas_threads()
    if not before or max(before) < 2:
        pytest.skip("no BLAS with several threads in this process")
    with lg.Lane("hold", workers=1, foreign_pools=True) as lane, lg.Lane("two", foreign_pools=2) as two:
        assert blas_threads() == before
        with lg.on(two):
            assert max(blas_threads()) == 2
            with lg.on(lane):
                assert set(blas_threads()) == {1}
                assert set(lane.run(blas_threads)) == {1}
            assert max(blas_threads()) == 2
        assert blas_threads() == before
        assert set(lane.run(blas_threads)) == {1}
        with pytest.raises(ZeroDivisionError):
            lane.run(lambda: 1 / 0)
        assert blas_threads() == before


# ---- what cannot be ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"cores": [max(CORES) + 500]}, lg.ArgumentError, r"core \d+ does not exist or this process may not"),
        ({"cores": [10**6]}, lg.ArgumentError, "core 1000000 does not exist"),
        ({"cores": [-1]}, lg.ArgumentError, "there is no core -1"),
        ({"cores": [CORES[0], CORES[0]]}, lg.ArgumentError, "named twice"),
        ({"cores": []}, lg.ArgumentError, "names 0 cores"),
        ({"cores": range(5000)}, lg.ArgumentError, "5000 cores"),
        ({"cores": 0}, lg.DTypeError, r"cores is 0, expected core numbers: \[0, 1\]"),
        ({"cores": "0-3"}, lg.DTypeError, "cores is '0-3'"),
        ({"cores": [0.5]}, lg.DTypeError, "core 0.5 is no number"),
        ({"workers": 0}, lg.ArgumentError, "workers is 0, 1 to 256 are possible"),
        ({"workers": -3}, lg.ArgumentError, "workers is -3"),
        ({"workers": 257}, lg.ArgumentError, "1 to 256"),
        ({"workers": 2.0}, lg.DTypeError, "workers is 2.0, expected a number"),
        ({"workers": True}, lg.DTypeError, "workers is True"),
        ({"core_class": "quantum"}, lg.NotFoundError, "no cores of class 'quantum'; the machine has: p"),
        ({"core_class": 1}, lg.DTypeError, "core_class is 1"),
        ({"core_class": "performance", "cores": CORES[:1]}, lg.ArgumentError, "exclude each other"),
        ({"spin_us": -1}, lg.ArgumentError, "spin_us is -1"),
        ({"spin_us": float("nan")}, lg.ArgumentError, "spin_us is nan"),
        ({"spin_us": "fast"}, lg.DTypeError, "spin_us is 'fast'"),
        ({"foreign_pools": 0.5}, lg.DTypeError, "foreign_pools is 0.5"),
        ({"foreign_pools": -1}, lg.ArgumentError, "foreign_pools is -1"),
        ({"external": 3}, lg.DTypeError, "external is int, expected a ThreadPoolExecutor"),
    ],
)
def test_bad_lanes(arguments, error, text):
    with pytest.raises(error, match=text):
        lg.Lane("bad", **arguments)


@pytest.mark.parametrize("name", ["", None, 3, "a\0b"])
def test_bad_names(name):
    with pytest.raises(lg.DTypeError, match="expected a word"):
        lg.Lane(name)


def test_other_bad_input():
    with lg.Lane("bad", workers=1) as lane:
        for workers, error in ((0, lg.ArgumentError), (1000, lg.ArgumentError), ("2", lg.DTypeError)):
            with pytest.raises(error, match="workers"):
                lane.resize(workers)
        with pytest.raises(lg.ArgumentError, match="does not exist"):
            lane.move([900])
        with pytest.raises(lg.ArgumentError, match="names 0 cores"):
            lane.move([])
        with pytest.raises(lg.ArgumentError, match="made already"):
            lane.__init__("bad")
        with pytest.raises(lg.DTypeError, match="cannot be pickled"):
            __import__("pickle").dumps(lane)
        assert lane.workers == 1
    with pytest.raises(lg.DTypeError, match="expected a Lane, a Device"):
        lg.on(3)
    with pytest.raises(lg.ArgumentError, match="default lane closes with"):
        lg.Lane.default().close()
    with pytest.raises(lg.ArgumentError, match="default lane stays"):
        lg.Lane.default().move(CORES)
    pool = concurrent.futures.ProcessPoolExecutor(1)
    with pool, pytest.raises(lg.UnsupportedError, match="processes, which share no memory"):
        lg.Lane("far", external=pool)
    with pytest.raises(lg.ArgumentError, match="not initialised"):
        lg.Lane.__new__(lg.Lane).resize(2)


def test_more_threads_than_the_system_has():
    code = """
import resource
import legato as lg
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
try:
    lg.Lane("many", workers=256)
except lg.OutOfMemoryError as error:
    print(error)
print(lg.Lane("few", workers=2).run(lambda: 3))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    told = r"(lane 'many': the system has no thread for worker \d+ of 256\n)?3\n"
    assert re.fullmatch(told, done.stdout), done.stdout + done.stderr
