# SPDX-License-Identifier: Apache-2.0
"""The robot at work: a sound every 20 ms, frames and sentences without a pause, all measured."""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from legato import DeadlineExceeded
from robot_kit import senses

PERIOD_NS, DEADLINE_NS = 20_000_000, 10_000_000
MODELS = ("voice", "detect", "recognize", "embed")
Span = tuple[int, int]  # begin and end, in ns since the start
Hold = tuple[int, int, str]  # the same, and the model that held the unit, or should have


@dataclass
class Log:
    """What happened."""

    name: str
    seconds: float
    start: int  # on the clock of time.monotonic_ns; all other times count from there
    spans: dict[str, list[Span]] = field(default_factory=dict)  # of the models' runs
    heard: list[tuple[int, float]] = field(default_factory=list)  # when a sound was due, ns until its answer
    events: list[tuple[int, str]] = field(default_factory=list)
    outage: Span = (0, 0)  # when another process held the unit
    processor: float = 0  # seconds, of all threads
    cores: int = min(2, len(os.sched_getaffinity(0)))
    notes: dict[str, Any] = field(default_factory=dict)

    def latency(self, *percent: float) -> list[float]:
        """Microseconds from when a sound is due to its answer; a miss is infinite. The outage is left out."""
        given = [ns / 1e3 for due, ns in self.heard if not self.outage[0] <= due < self.outage[1]]
        return [float(np.percentile(given, each, method="higher")) for each in percent]

    def late(self) -> tuple[int, int]:
        """How many answers were not there in time: at all, and of these in the outage."""
        late = [due for due, ns in self.heard if ns > DEADLINE_NS]
        return len(late), sum(self.outage[0] <= due < self.outage[1] for due in late)

    def rate(self, model: str) -> float:
        return len(self.spans[model]) / self.seconds


class Inputs:
    """All that the robot will hear, see and be told, made before the clock runs."""

    def __init__(self) -> None:
        self.sounds, self.frames = senses.sounds(), senses.frames()
        self.texts, self.sentences = senses.sentences()


def drive(
    name: str, models: Any, inputs: Inputs, seconds: float, script: Sequence[tuple[float, Callable]] = ()
) -> Log:
    """Run `models` for some seconds on three threads: one hears, one sees and reads, one understands.

    `models` has ``voice(sound, due_ns)``, ``detect``, ``recognize`` and ``embed``, and ``step_back()``, for
    a thread that leaves the processor to the one that hears. `script` says what else happens: at which part
    of the time what is called, with the log and a clock.
    """
    start = time.monotonic_ns() + PERIOD_NS
    log, failed = Log(name, seconds, start, {model: [] for model in MODELS}), []
    stop = start + int(seconds * 1e9)

    def now() -> int:
        return time.monotonic_ns() - start

    def sleep_until(at: int) -> None:
        while (left := at - now()) > 0:
            time.sleep(left / 1e9)

    def timed(model: str, *given: Any) -> Any:
        begin = now()
        try:
            return getattr(models, model)(*given)
        finally:
            log.spans[model].append((begin, now()))

    def hear() -> None:
        for due in range(0, int(seconds * 1e9), PERIOD_NS):
            sleep_until(due)
            sound = inputs.sounds[due // PERIOD_NS % len(inputs.sounds)]
            try:
                timed("voice", sound, start + due)
                log.heard.append((due, now() - due))
            except DeadlineExceeded:
                log.heard.append((due, float("inf")))

    def see() -> None:
        for count in range(1 << 30):
            frame = inputs.frames[count % len(inputs.frames)]
            text = np.asarray(timed("detect", frame))
            for line in senses.lines_of(frame, text):
                timed("recognize", line)
            if time.monotonic_ns() >= stop:
                return

    def understand() -> None:
        for count in range(1 << 30):
            timed("embed", inputs.sentences[count % len(inputs.sentences)])
            if time.monotonic_ns() >= stop:
                return

    def happen() -> None:
        for part, step in script:
            sleep_until(int(part * seconds * 1e9))
            log.events.append((now(), step(log, now)))

    def guard(work: Callable[[], None]) -> None:
        try:
            if work in (see, understand):
                models.step_back()
            work()
        except BaseException as error:  # a thread's error is the driver's
            failed.append(error)

    threads = [threading.Thread(target=guard, args=(each,)) for each in (hear, see, understand, happen)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)  # who hears gets the interpreter soon, too
    before = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.processor = time.process_time() - before
    sys.setswitchinterval(interval)
    if failed:
        raise failed[0]
    return log


def step_back() -> None:
    """Have the operating system prefer other threads to this one, as a lane's ``nice``."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


@dataclass
class Op:
    """One op that ran, from a trace."""

    model: str
    name: str
    where: str  # lane and worker, or thread
    begin: int  # ns since the log's start
    end: int


def overlaps(held: Sequence[Hold]) -> tuple[int, int]:
    """How often the unit was taken while another had it, and the ns with two or more at once."""
    count = inside = 0
    end = min((begin for begin, _, _ in held), default=0)
    for begin, until, _ in sorted(held):
        if begin < end:
            count += 1
            inside += min(end, until) - begin
        end = max(end, until)
    return count, inside
