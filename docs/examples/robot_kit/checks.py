# SPDX-License-Identifier: Apache-2.0
"""Whether the robot is right: what it reads and understands, and that its file runs the same in C."""

import difflib
import os
import re
import shlex
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from robot_kit import senses
from robot_kit.drive import MODELS, Inputs

SOURCE = Path(__file__).resolve().parent.parent / "c/robot.c"


def understands(app: Any, inputs: Inputs) -> bool:
    """Print what the robot makes of what it hears, sees and is told; return whether that is right."""
    speaks = np.array([app["voice"](sound).item() for sound in inputs.sounds[:300]]) > 0.5
    print(f"voice      somebody speaks in {speaks.mean():.0%} of the sounds")
    right, known = bool(0.3 < speaks.mean() < 1), senses.alphabet()
    for frame, sign in zip(inputs.frames, senses.SIGNS, strict=True):
        lines = senses.lines_of(frame, app["detect"](frame).numpy())
        read = [senses.words(app["recognize"](line).numpy(), known) for line in lines]
        texts = ["".join(lines).replace(" ", "") for lines in (read, sign)]
        right &= difflib.SequenceMatcher(None, *texts).ratio() > 0.85
        print(f"sign       {' / '.join(read)}")
    meanings = np.stack([app["embed"](tokens).numpy() for tokens in inputs.sentences])
    nearest = (meanings @ meanings.T - 2 * np.eye(len(meanings))).argmax(axis=1)
    found = np.mean(nearest == np.arange(len(meanings)) ^ 1)
    pair = f"{inputs.texts[0]} {inputs.texts[nearest[0]]}"
    print(f"sentences  {found:.0%} are nearest to the one that means the same: {pair}")
    return right and bool(found == 1)


def write_inputs(app: Any, inputs: Inputs, folder: Path, sounds: int) -> dict[str, np.ndarray]:
    """Write what each model is to run on, for robot.c, and return it."""
    lines = [line for frame in inputs.frames for line in senses.lines_of(frame, app["detect"](frame).numpy())]
    given = {
        "voice": inputs.sounds[:sounds],
        "detect": inputs.frames,
        "recognize": np.stack(lines),
        "embed": inputs.sentences,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for model, rows in given.items():
        rows.tofile(folder / f"{model}.raw")
    return given


def checksums(app: Any, given: dict[str, np.ndarray]) -> dict[str, str]:
    """The CRC-32 of each model's outputs, one after the other."""
    found = {}
    for model in MODELS:
        total = 0
        if app[model].program.states:
            app[model].state().reset()
        for row in given[model]:
            total = zlib.crc32(app[model](row).numpy().tobytes(), total)
        found[model] = f"{total:08x}"
    return found


def run_c(app: Path, folder: Path) -> tuple[str, dict[str, str]]:
    """Compile robot.c and run it with an empty environment; return what it prints, and its checksums."""
    program = folder / "robot"
    flags = [sys.executable, "-m", "legato", "--cflags", "--libs"]
    flags = shlex.split(subprocess.run(flags, check=True, capture_output=True, text=True).stdout)
    cc = shlex.split(os.environ.get("CC", "cc"))
    subprocess.run([*cc, "-O2", str(SOURCE), *flags, "-o", str(program)], check=True)
    done = subprocess.run([program, app, folder], env={}, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"robot.c: {done.stderr.strip()}")
    return done.stdout, dict(re.findall(r"^(\w+) .*checksum (\w+)", done.stdout, re.M))
