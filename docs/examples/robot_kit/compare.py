# SPDX-License-Identifier: Apache-2.0
"""Runs the robot, its rival and its file, and shows all of it: printed, and as one page."""

import os
import platform
from pathlib import Path
from typing import Any

import legato as lg
from robot_kit import checks, page, rival
from robot_kit.drive import MODELS, Inputs, Log, drive, overlaps
from robot_kit.truth import ops_of

CAPTION = "Dotted: what happened, by its number below."
EVENTS = 40_000  # of a trace, for each second


def robot(app: Any, models: Any, script: Any, inputs: Inputs, seconds: float) -> Log:
    """Run legato's robot, traced from beginning to end."""
    with lg.tracing(int(EVENTS * seconds) + 10_000) as trace:
        log = drive("legato", models, inputs, seconds, script)
    ops, held = ops_of(trace, log, app)
    count, _ = overlaps(held)
    log.notes["overlaps"] = f"{count} of {len(held)}"
    end = int(seconds * 1e9)
    caption = f"Where the {len(ops)} ops ran, by the trace, and who held the unit. {CAPTION}"
    pictures = [page.figure(page.ops(log, ops, held, 0, end), caption)]
    for at, text in log.events:
        before = 100_000_000 if at >= log.outage[1] > 0 else 40_000_000
        zoom = page.ops(log, ops, held, at - before, at + 60_000_000)
        pictures.append(page.figure(zoom, f"{at / 1e9:.2f} s: {page.escape(text)}."))
    log.notes["pictures"] = pictures
    again = min((begin for begin, _, _ in held if begin >= log.outage[1] > 0), default=None)
    if again is not None:
        gap = (again - log.outage[1]) / 1e6
        log.events.append((again, f"the unit is held again, {gap:.2f} ms after its holder was gone"))
    return log


def others(inputs: Inputs, seconds: float) -> list[Log]:
    """Run the same models under ONNX Runtime, where it is installed: half of the time by each settings."""
    if rival.onnxruntime is None:
        print("ONNX Runtime is not installed: legato is shown alone")
        return []
    name = f"ONNX Runtime {rival.onnxruntime.__version__}"
    logs = [drive(f"{name}, default settings", rival.Rival(False), inputs, seconds / 2)]
    logs.append(drive(f"{name}, best settings", rival.Rival(True), inputs, seconds / 2))
    length = min(2, seconds)
    ops, held = rival.profiled(inputs, length)
    count, _ = overlaps(held)
    logs[-1].notes["overlaps"] = f"{count / length:.0f} of {len(held) / length:.0f} ops a second"
    begin = int(length * 0.6e9)
    caption = "100 ms by its profiler, in a run apart. It knows no units; red: two of these ops at once."
    logs[-1].notes["pictures"] = [
        page.figure(page.ops(logs[-1], ops, held, begin, begin + 100_000_000), caption)
    ]
    return logs


def from_c(app: Any, inputs: Inputs, seconds: float, folder: Path) -> tuple[str, bool]:
    """Save the robot with its policy, run it in C, and compare checksums."""
    file = folder / "robot.legato"
    lg.save(file, app)
    given = checks.write_inputs(app, inputs, folder / "robot", max(50, int(seconds * 50 / 8)))
    printed, found = checks.run_c(file, folder / "robot")
    wanted = checks.checksums(app, given)
    same = found == wanted
    verdict = "equal to Python's" if same else f"DIFFERENT, expected {wanted}"
    return f"{printed}checksums {verdict}\n", same


def samples(inputs: Inputs) -> list[tuple[str, Any]]:
    """An input for each model that takes what the robot is given."""
    return [("voice", inputs.sounds[0]), ("detect", inputs.frames[0]), ("embed", inputs.sentences[0])]


def one_run(run: Any, given: Any, folder: Path) -> str:
    """The page of a trace, as a frame in another page."""
    file = folder / "trace.html"
    run.trace(given).save(file)
    text = file.read_text()
    file.unlink()
    return f'<iframe width="100%" height="600" srcdoc="{page.escape(text)}"></iframe>'


def show(app: Any, models: Any, script: Any, seconds: float, folder: Path) -> int:
    """Do everything; return the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    os.sched_setaffinity(0, lg.machine().allowed[:2])  # the threads of all who compete
    inputs = Inputs()
    right = checks.understands(app, inputs)
    half = f"{seconds / 2:g} s with default and {seconds / 2:g} s with its best settings"
    print(f"\n{seconds:g} s under legato, as long under ONNX Runtime: {half}")
    logs = [robot(app, models, script, inputs, seconds), *others(inputs, seconds)]
    print(f"\n{page.in_text(page.table(logs))}\n")
    for at, text in logs[0].events:
        print(f"{at / 1e9:6.2f} s  {text}")
    right &= logs[0].notes["overlaps"].startswith("0 of")

    printed, same = from_c(app, inputs, seconds, folder)
    right &= same
    print(f"\nrobot.c, no Python:\n{printed}")

    about = (
        "A sound every 20 ms, whose answer is due within 10 ms; frames and sentences without a pause; "
        f"all on {min(2, os.cpu_count() or 1)} cores of {platform.machine()}, legato {lg.__version__}."
    )
    details = {f"The plan of {name}": f"<pre>{page.escape(app[name].plan())}</pre>" for name in MODELS}
    details |= {
        f"A run of {name}, op by op": one_run(app[name], given, folder) for name, given in samples(inputs)
    }
    details["The same file, from C"] = f"<pre>{page.escape(printed)}</pre>"
    target = folder / "robot.html"
    target.write_text(page.page("Three models, one robot", about, logs, details))
    print(f"{target}: look at it in a browser")
    print("all as it should be" if right else "NOT all as it should be, see above")
    return 0 if right else 1
