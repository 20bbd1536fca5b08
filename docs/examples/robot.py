# SPDX-License-Identifier: Apache-2.0
"""Three models, one robot, two cores: it hears voices, reads signs, understands sentences, all at once.

The policy comes first, about thirty lines: who runs where, what goes before what, what has to be done when.
What the robot senses, and how the page with the results is made, is in robot_kit. The same load then runs
under ONNX Runtime, and the robot once more from its file, in C. Whatever the comparison shows is printed.
Needs the extra `demo`.
"""

import argparse
from pathlib import Path

from robot_kit import checks, drive, models, page, rival

import legato as lg

# ---- the policy ----

models.fetch_all()
cores = lg.machine().allowed[:2]
ears = lg.Lane("ears", cores=cores, workers=1)  # a thread for what must not wait
both = lg.Lane("both", cores=cores, workers=2)  # two for everything else
for worker in both.effective():
    drive.step_back(worker.thread)  # the operating system prefers who hears, too

app = lg.runners(
    voice=lg.runner(models.voice(), executor=lg.on(ears)),
    detect=lg.runner(models.detect(), executor=lg.on(both)),
    recognize=lg.runner(models.recognize(), executor=lg.on(both)),
    embed=lg.runner(models.embed(), executor=lg.on(both)),
)


class Robot:
    """How each model is called; a sound's answer is worth nothing once it is 10 ms late."""

    step_back = staticmethod(drive.step_back)

    def voice(self, sound, due_ns):
        return app.voice.start(sound, priority=lg.HIGH, deadline_at_ns=due_ns + drive.DEADLINE_NS).result()

    def detect(self, frame):
        return app.detect.start(frame).result()

    def recognize(self, line):
        return app.recognize.start(line).result()

    def embed(self, tokens):
        return app.embed.start(tokens).result()


# ---- what happens meanwhile ----


def shrink(log, now):
    both.resize(1)
    return f"the lane of the models shrinks to {len(both.effective())} worker"


def grow(log, now):
    both.resize(2)
    return f"and has {len(both.effective())} again"


SCRIPT = ((0.25, shrink), (0.4, grow))

# ---- the demo ----


def compare(inputs: drive.Inputs, seconds: float) -> list[drive.Log]:
    """Run the robot, then the same models under ONNX Runtime where it is installed."""
    logs = [drive.drive("legato", Robot(), inputs, seconds, SCRIPT)]
    if rival.onnxruntime is None:
        print("ONNX Runtime is not installed: legato alone")
        return logs
    for name, best in (("ONNX Runtime, default settings", False), ("ONNX Runtime, best settings", True)):
        logs.append(drive.drive(name, rival.Rival(best), inputs, seconds))
    ops, length = rival.profiled(inputs, min(2, seconds))
    count, _ = drive.overlaps([(op.begin, op.end) for op in ops if op.unit])
    text = f"{count / length:.0f} a second"
    logs[2].notes["overlaps"] = text
    begin = int(length * 0.6e9)
    picture = page.ops(ops, begin, begin + 100_000_000)
    caption = f"100 ms of its profiler, in a run apart: two ops at once on the unit, {text}."
    logs[2].notes["pictures"] = [page.figure(picture, caption)]
    return logs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20, help="of each run (20)")
    parser.add_argument("--folder", type=Path, default=Path("build/demo"), help="for what is made")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    inputs = drive.Inputs()
    right = checks.understands(app, inputs)
    logs = compare(inputs, options.seconds)
    print(f"\n{page.in_text(page.table(logs))}\n")

    file, folder = options.folder / "robot.legato", options.folder / "robot"
    lg.save(file, app)
    given = checks.write_inputs(app, inputs, folder, int(options.seconds * 50 / 4))
    printed, from_c = checks.run_c(file, folder)
    wanted = checks.checksums(app, given)
    same = from_c == wanted == checks.checksums(lg.load(file), given)
    right &= same
    verdict = "equal" if same else f"DIFFERENT, expected {wanted}"
    print(f"robot.c on {file}, no Python:\n{printed}checksums {verdict}\n")

    about = "A sound every 20 ms; frames and sentences as fast as they are dealt with; on two cores."
    details = {f"The plan of {name}": f"<pre>{page.escape(app[name].plan())}</pre>" for name in drive.MODELS}
    details["The same file, from C"] = f"<pre>{page.escape(printed)}</pre>"
    target = options.folder / "robot.html"
    target.write_text(page.page("Three models, one robot", about, logs, details))
    print(f"{target}: look at it in a browser")
    return 0 if right else 1


if __name__ == "__main__":
    raise SystemExit(main())
