# SPDX-License-Identifier: Apache-2.0
"""Three models, one robot, two cores: it hears voices, reads signs, understands sentences, all at once.

The policy comes first, about thirty lines: who runs where, what goes before what, what waits for what, and
what has to be done when. What the robot senses, how it is measured and how the page with the results is made
is in robot_kit. The same load then runs under ONNX Runtime, and the robot once more from its file, in C.
Whatever the comparison shows is printed. Needs the extra `demo`.
"""

import argparse
import time
from pathlib import Path

from robot_kit import compare, drive, models
from robot_kit.stranger import Stranger

import legato as lg

models.fetch_all()

# ---- the policy ----

cores = lg.machine().allowed[:2]
ears = lg.Lane("ears", cores=cores, workers=1)  # a thread for what must not wait
both = lg.Lane("both", cores=cores, workers=2, nice=10)  # two for everything else
little = lg.Lane("little", cores=cores[-1:], workers=1, nice=10)  # where some goes when the battery is low
matmul = lg.Unit("matmul", scope="system")  # one op multiplies matrices at a time, whatever the process
battery = lg.signal("battery", 1.0)


class On(lg.Executor):
    """Where the ops of a model run, and what they hold meanwhile."""

    def __init__(self, lane):
        self.where = lane

    def place(self, op):
        return self.where

    def hold(self, op):
        return matmul if op.name in ("matmul", "linear", "lstm") else None


app = lg.runners(
    voice=lg.runner(models.voice(), executor=On(ears)),
    detect=lg.runner(models.detect(), executor=On(both)),
    recognize=lg.runner(models.recognize(), executor=On(both)),
    # Decided natively, whenever a run begins.
    embed=lg.runner(models.embed(), executor=On(lg.choose(lambda: battery < 0.2, little, both))),
)


class Robot:
    """How each model is called: a sound's answer is worth nothing once it is 10 ms late."""

    def voice(self, sound, due_ns):
        return app.voice.start(sound, priority=lg.HIGH, deadline_at_ns=due_ns + drive.DEADLINE_NS).result()

    def detect(self, frame):
        return app.detect.start(frame).result()

    def recognize(self, line):
        return app.recognize.start(line).result()

    def embed(self, tokens):
        return app.embed.start(tokens).result()

    step_back = staticmethod(drive.step_back)


# ---- what happens meanwhile: when, as a part of the time, and what ----


def shrink(log, now):
    both.resize(1)
    return f"lane 'both' is resized to {len(both.effective())} worker"


def grow(log, now):
    both.resize(2)
    return f"lane 'both' is resized to {len(both.effective())} workers"


def tire(log, now):
    battery.set(0.1)
    return "signal 'battery' falls to 0.1: embed moves to lane 'little'"


def charge(log, now):
    battery.set(1.0)
    return "signal 'battery' is at 1.0 again"


def rob(log, now, stranger):
    stranger.hold()
    taken = now()
    time.sleep(0.05)
    stranger.kill()
    log.outage = (taken - drive.DEADLINE_NS, now())
    held_ms = (now() - taken) / 1e6
    return f"another process has taken unit 'matmul', and is killed (SIGKILL) after {held_ms:.0f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20, help="of each run (20)")
    parser.add_argument("--folder", type=Path, default=Path("build/demo"), help="for what is made")
    options = parser.parse_args()
    with Stranger(matmul.name) as stranger:
        script = [(0.2, shrink), (0.35, grow), (0.5, tire), (0.7, charge)]
        script.append((0.85, lambda log, now: rob(log, now, stranger)))
        return compare.show(app, Robot(), script, options.seconds, options.folder)


if __name__ == "__main__":
    raise SystemExit(main())
