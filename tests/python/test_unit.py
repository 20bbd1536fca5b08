# SPDX-License-Identifier: Apache-2.0
"""Units in Python: holders never overlap, waiting is bounded, runs of two models are kept apart."""

import faulthandler
import os
import signal
import threading
import time
from itertools import count

import numpy as np
import pytest

import legato as lg

NUMBERS = count()


@pytest.fixture(autouse=True)
def watchdog():
    """A hang is the classic failure."""
    faulthandler.dump_traceback_later(60, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def fresh(**options) -> lg.Unit:
    return lg.Unit(f"unit {next(NUMBERS)}", **options)


def together(*bodies):
    """Run functions in threads at once, and raise what they raise."""
    errors = []

    def guard(body):
        try:
            body()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guard, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_with():
    unit = fresh()
    assert (unit.capacity, unit.stats()["holders"]) == (1, 0)
    with unit as held:
        assert held is unit
        assert unit.stats()["holders"] == 1
    with pytest.raises(KeyError), unit:
        raise KeyError
    assert unit.stats()["holders"] == 0
    assert unit.stats()["taken"] == 2
    assert unit.name in repr(unit)


def test_names():
    unit = lg.Unit("named twice")
    assert lg.unit("named twice").name == unit.name
    with pytest.raises(lg.AlreadyExistsError, match="named twice"):
        lg.Unit("named twice")
    with pytest.raises(lg.NotFoundError, match="'named twice'"):
        lg.unit("never named")
    with lg.unit("named twice"):
        assert unit.stats()["holders"] == 1
    del unit
    lg.Unit("named twice")  # the name is free again


def test_bad_arguments():
    with pytest.raises(lg.DTypeError):
        lg.Unit(3)
    for capacity in (0, 65, 1.0, True):
        with pytest.raises(lg.ArgumentError, match="capacity"):
            lg.Unit("bad", capacity)
    for wait in (0, -1, float("nan")):
        with pytest.raises(lg.ArgumentError, match="max_wait_us"):
            lg.Unit("bad", max_wait_us=wait)
    with pytest.raises(lg.DTypeError, match="max_wait_us"):
        lg.Unit("bad", max_wait_us="long")
    with pytest.raises(lg.ArgumentError):
        lg.Unit("")
    with pytest.raises(lg.ArgumentError, match="priority"):
        fresh().take(priority=4)
    with pytest.raises(TypeError):
        fresh().__init__("again")


@pytest.mark.parametrize("capacity", [1, 2])
def test_holders_never_overlap(capacity):
    unit, inside, most = fresh(capacity=capacity), [], []

    def body():
        for i in range(300):
            with unit.take(priority=i % 3 - 1):
                inside.append(1)
                most.append(len(inside))
                if i % 50 == 0:
                    time.sleep(0.001)
                inside.pop()

    together(*[body] * 4)
    assert max(most) <= capacity
    assert unit.stats()["taken"] == 1200
    assert (unit.stats()["holders"], unit.stats()["queued"]) == (0, 0)


def test_waiting_is_bounded():
    unit = fresh(max_wait_us=20_000)
    hold = unit.take("encoder.3")
    assert unit.stats()["holder"] == "encoder.3"

    def late():
        start = time.monotonic()
        with pytest.raises(lg.BusyError, match=r"is held by encoder\.3; waited for"):
            unit.take()
        assert 0.015 < time.monotonic() - start < 10

    together(late, late)
    with pytest.raises(lg.ArgumentError, match="wait for itself"):
        unit.take()
    together(hold.give)  # by another thread
    hold.give()
    unit.take().give()
    del hold
    assert unit.stats()["holders"] == 0


def test_dropped_hold_gives_back():
    unit = fresh()
    unit.take()
    with unit:
        pass


def test_two_models_are_kept_apart():
    unit, inside, most = fresh(), [], []

    @lg.op(name=f"test.unit{next(NUMBERS)}")
    def step(x):
        return x

    @lg.kernel(step)
    def step_kernel(x):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.001)
        inside.pop()
        return x.numpy()

    run = lg.runner(lambda x: step(step(x)), "f32[2]")

    def body():
        for _ in range(10):
            with unit:
                run(np.zeros(2, np.float32))

    together(body, body, body)
    assert max(most) == 1
    assert unit.stats()["taken"] == 30


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_fork():
    unit, stop, held = fresh(), threading.Event(), threading.Event()

    def body():
        with unit:
            held.set()
            stop.wait(30)

    thread = threading.Thread(target=body)
    thread.start()
    assert held.wait(10)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(20)
            with unit:  # who held it is not here
                code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert unit.stats()["holders"] == 1
    stop.set()
    thread.join()
    with unit:
        pass
