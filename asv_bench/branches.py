# SPDX-License-Identifier: Apache-2.0
"""Several things at the same time: what `ratios.py` prints as its section "branches"."""

import os
import statistics
import threading
import time

import numpy as np
from benchmarks import networks

import legato as lg

SIDE, WAYS = 160, 4


def inception() -> lg.Runner:
    """Four ways of two products each, between products: a way is some hundred microseconds."""
    draw = np.random.default_rng(3)

    def weight():
        return (draw.standard_normal((SIDE, SIDE)) / SIDE).astype("f4")

    def net(x):
        for _ in range(2):
            ways = [lg.relu(x @ weight()) @ weight() for _ in range(WAYS)]
            x = lg.concat(ways, axis=0)[:SIDE] @ weight()
        return x

    return lg.record(net, f"f32[{SIDE},{SIDE}]")


def timed(function) -> float:
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def at_once(sides, seconds) -> list[int]:
    """Runs of each side, each on a thread of its own, in that time."""
    counts, end = [0] * len(sides), time.perf_counter() + seconds

    def loop(k):
        while time.perf_counter() < end:
            sides[k]()
            counts[k] += 1

    threads = [threading.Thread(target=loop, args=(k,)) for k in range(len(sides))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts


def resnets(rounds):
    """Two ResNet-18 at once, each on a thread, against each alone."""
    sides = []
    for size in (160, 192):
        net, program = networks.resnet(size)
        run, given = lg.runner(program), net.arguments()
        sides.append(lambda run=run, given=given: run(**given))
    shares = []
    for _ in range(rounds):
        alone = [at_once([side], 0.4)[0] for side in sides]
        both = at_once(sides, 0.4)
        shares.append(sum(b / max(a, 1) for a, b in zip(alone, both, strict=True)) / 2)
    return statistics.median(shares)


def priorities(rounds):
    """A model of high priority on one core, alone and while one of low priority is on all of them."""
    cores = sorted(os.sched_getaffinity(0))
    net, program = networks.resnet(96)
    high, given = lg.runner(program), net.arguments()
    net, program = networks.resnet(160)
    low, other = lg.runner(program), net.arguments()
    alone, loaded, runs = [], [], 0
    with (
        lg.Lane("high", workers=1, cores=cores[-1:]) as top,
        lg.Lane("low", workers=len(cores), cores=cores) as all_,
    ):

        def once():
            return timed(lambda: high.start(**given, lane=top, priority=lg.HIGH).result())

        for _ in range(rounds):
            alone += [once() for _ in range(20)]
            stop, count = threading.Event(), [0]

            def load(stop=stop, count=count):
                while not stop.is_set():
                    low.start(**other, lane=all_, priority=lg.LOW).result()
                    count[0] += 1

            threads = [threading.Thread(target=load) for _ in cores]
            for thread in threads:
                thread.start()
            time.sleep(0.05)
            loaded += [once() for _ in range(20)]
            stop.set()
            for thread in threads:
                thread.join()
            runs += count[0]
    return statistics.median(alone), statistics.median(loaded), runs


def measure(rounds: int):
    """Yield (row, own, unit, target, ok, note) of every row."""
    if len(os.sched_getaffinity(0)) < 2:
        yield "things at the same time", None, "", "", None, "not measured: one core"
        return
    program, x = inception(), np.ones((SIDE, SIDE), "f4")
    runs = {name: lg.runner(program, passes=off) for name, off in (("on", {}), ("off", {"branches": False}))}
    serial, spread, strands = [], [], []
    with lg.Lane("pair", workers=2) as lane:
        for _ in range(20 * rounds):
            serial.append(timed(lambda: runs["on"](x)))
            with lg.on(lane):
                spread.append(timed(lambda: runs["off"](x)))
                strands.append(timed(lambda: runs["on"](x)))
    gain = statistics.median(a / b for a, b in zip(serial, strands, strict=True))
    cut = statistics.median(a / b for a, b in zip(serial, spread, strict=True))
    note = f"serial {statistics.median(serial) * 1e6:.0f} us; each op cut over the lane alone: {cut:.2f}"
    yield "speed-up of 4 branches on 2 cores", gain, "x", "", None, note
    share = resnets(rounds)
    note = "each of its runs per second alone, the mean of both"
    yield "two like ResNet-18 at once", share, "x", ">= 0.97", share >= 0.97, note
    alone, loaded, runs_of_low = priorities(rounds)
    ratio = loaded / alone
    note = f"alone {alone * 1e3:.2f} ms; the low one had {runs_of_low} runs meanwhile"
    row = "p50 of high priority beside low on its core"
    yield row, loaded * 1e3, "ms", "<= 1.1 x alone", ratio <= 1.1 and runs_of_low > 0, f"{ratio:.2f}; {note}"
