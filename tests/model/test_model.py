# SPDX-License-Identifier: Apache-2.0
"""The protocols between threads under Relacy (Debian: relacy-dev): right as they are.

The sources are the engine's own headers. A mutant is a copy with one order weaker, which the checker finds.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import support

HERE = Path(__file__).parent
ENGINE = support.ROOT / "runtime/engine"
HEADERS = Path("/usr/include/relacy/relacy.hpp")
CXX = shutil.which(os.environ.get("CXX", "c++"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not HEADERS.exists(), reason="Relacy is not installed (Debian: relacy-dev)"),
    pytest.mark.skipif(CXX is None, reason="there is no C++ compiler"),
]

# Random schedules: enough here to find each mutant in most runs a hundred times over.
COUNT = "30000"

MODELS = {
    "deque": ("deque",),
    "deque-unseen": ("deque", "-DMODEL_UNSEEN"),
    "mailbox": ("mailbox",),
    "sleep": ("sleep",),
    "park-post": ("park",),
    "park-push": ("park", "-DMODEL_PUSH"),
    "park-wakers": ("park", "-DMODEL_WAKERS"),
    "unit": ("unit",),
    "knot": ("knot",),
    "knot-wait": ("knot", "-DMODEL_WAIT"),
    "tenure": ("tenure",),
    "tenure-stuck": ("tenure", "-DMODEL_STUCK"),
}

# name -> model, header of the mutation, the order there, the weaker one, and the line as it is.
BOTTOM, POSTED = "lg_atomic_store(deque->bottom, bottom + 1, ORDER)", "state | LG_MAIL_POSTED, ORDER)"
WAKE = "lg_atomic_swap(park->state, (uint32_t)LG_PARK_RUNNING, seq_cst) == LG_PARK_PARKED"
BUSY = "return lg_atomic_load(box->state, ORDER) == token + 1"
MUTANTS = {
    "deque-take": ("deque", "deque.h", "seq_cst", "release", "lg_atomic_store(deque->bottom, bottom, ORDER)"),
    "deque-push": ("deque", "deque.h", "seq_cst", "relaxed", BOTTOM),
    "deque-last": (
        "deque",
        "deque.h",
        "!lg_atomic_cas(deque->top, top, top + 1, seq_cst)",
        "false",
        "if (ORDER)",
    ),
    "mailbox-post": ("mailbox", "mailbox.h", "seq_cst", "relaxed", POSTED),
    "mailbox-claim": ("mailbox", "mailbox.h", "acq_rel", "relaxed", "state + 1, ORDER)"),
    "mailbox-finish": (
        "mailbox",
        "mailbox.h",
        "seq_cst",
        "relaxed",
        "lg_atomic_swap(box->state, token + 2, ORDER)",
    ),
    "mailbox-busy": ("mailbox", "mailbox.h", "acquire", "relaxed", BUSY),
    "sleep-wait": ("sleep", "mailbox.h", "seq_cst", "relaxed", "lg_atomic_store(box->waiting, 1u, ORDER)"),
    "park-prepare": ("park-post", "park.h", "seq_cst", "release", "(uint32_t)LG_PARK_PARKED, ORDER)"),
    "park-post": ("park-post", "mailbox.h", "seq_cst", "release", POSTED),
    "park-push": ("park-push", "deque.h", "seq_cst", "release", BOTTOM),
    "park-wake": ("park-wakers", "park.h", WAKE, "true", "ORDER"),
    "unit-leave": ("unit", "turn.h", "release", "relaxed", "lg_atomic_add(turn->word, ~UINT64_C(0), ORDER)"),
    "unit-lock": ("unit", "turn.h", "acquire", "relaxed", "lg_atomic_swap(turn->locked, 1u, ORDER)"),
    "unit-unlock": ("unit", "turn.h", "release", "relaxed", "lg_atomic_store(turn->locked, 0u, ORDER)"),
    "unit-room": (
        "unit",
        "turn.h",
        "(LG_TURN_QUEUED | LG_TURN_HOLDERS)) < capacity",
        "LG_TURN_HOLDERS) < 2 * capacity",
        "(word & ORDER",
    ),
    # Strands: the count, the bit, and who sends for a session.
    "knot-untie": ("knot", "knot.h", "acq_rel", "relaxed", "lg_atomic_add(*need, ~(uint32_t)0, ORDER)"),
    "knot-take": ("knot", "knot.h", "acq_rel", "relaxed", "lg_atomic_and(*bits, ~bit, ORDER)"),
    "knot-idle": ("knot", "knot.h", "seq_cst", "relaxed", "lg_atomic_store(*busy, 0u, ORDER)"),
    "knot-leave": (
        "knot-wait",
        "knot.h",
        "acq_rel",
        "relaxed",
        "return (lg_atomic_add(*word, ~(uint32_t)0, ORDER)",
    ),
    # What waits without a thread: the flag, and the lock that hands over that the clerk has seen it.
    "tenure-ring": ("tenure-stuck", "bell.h", "release", "relaxed", "lg_atomic_add(bell->rings, 1u, ORDER)"),
    "tenure-read": ("tenure-stuck", "bell.h", "acquire", "relaxed", "lg_atomic_load(bell->rings, ORDER)"),
    "tenure-leave": (
        "tenure",
        "turn.h",
        "release",
        "relaxed",
        "lg_atomic_add(turn->word, ~UINT64_C(0), ORDER)",
    ),
    # Not one step any more: who leaves in between does not see that somebody waits.
    "unit-shut": (
        "unit",
        "turn.h",
        "lg_atomic_add(turn->word, LG_TURN_QUEUED, relaxed)",
        "lg_atomic_store(turn->word, lg_atomic_load(turn->word, relaxed) + LG_TURN_QUEUED, relaxed)",
        "ORDER",
    ),
}


def build(name: str, folder: Path, mutation=None) -> Path:
    """Compile a model against the engine's headers, or against a copy with one line changed."""
    model, *defines = MODELS[name]
    include = ENGINE
    if mutation:
        header, order, weaker, line = mutation
        old, new = line.replace("ORDER", order), line.replace("ORDER", weaker)
        include = folder / "engine"
        shutil.copytree(ENGINE / "lane", include / "lane")
        shutil.copytree(ENGINE / "unit", include / "unit")
        shutil.copytree(ENGINE / "base", include / "base")
        shutil.copytree(ENGINE / "run", include / "run")
        path = include / {"unit": "unit", "tenure": "unit", "knot": "run"}.get(model, "lane") / header
        text = path.read_text()
        assert text.count(old) == 1, f"{header} no longer has the line {old!r} once"
        path.write_text(text.replace(old, new))
    program = folder / model
    command = [CXX, "-std=c++11", "-O1", "-w", "-fpermissive", *defines, f"-I{include}"]
    command += [str(HERE / f"{model}.cpp"), "-o", str(program)]
    subprocess.run(command, check=True, timeout=120)
    return program


def run(program: Path, *arguments: str) -> str:
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, timeout=300)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else f"exit {done.returncode}"


@pytest.mark.parametrize("model", MODELS)
def test_protocol_holds(model, tmp_path):
    """No schedule breaks it."""
    assert run(build(model, tmp_path), "random", COUNT) == "PASS"


@pytest.mark.full
@pytest.mark.parametrize("name", MUTANTS)
def test_weaker_order_is_found(name, tmp_path):
    """The checker is awake: each seeded bug has a schedule that shows it."""
    model, *mutation = MUTANTS[name]
    program = build(model, tmp_path, mutation)
    assert run(program, "random", COUNT) != "PASS"
