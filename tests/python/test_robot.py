# SPDX-License-Identifier: Apache-2.0
"""docs/examples/robot.py: its parts by themselves, and all of it for a moment."""

import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser

import fetch
import numpy as np
import pytest

import legato as lg
import support

pytest.importorskip("PIL")
from robot_kit import drive, models, page

EXAMPLES = support.ROOT / "docs/examples"

pytestmark = pytest.mark.skipif(bool(support.SANITIZE), reason="examples are for the installed package")


class Stub:
    """Models that take a while; every tenth sound is not answered in time."""

    def __init__(self):
        self.count = 0

    def voice(self, sound, due_ns):
        self.count += 1
        assert time.monotonic_ns() >= due_ns
        if self.count % 10 == 0:
            raise lg.DeadlineExceeded("late")

    def detect(self, frame):
        time.sleep(0.01)
        return np.zeros((32, 48), bool)

    def embed(self, tokens):
        time.sleep(0.005)

    def step_back(self):
        self.stepped_back = True


class Given:
    sounds, frames, sentences = np.zeros((3, 1, 4)), np.zeros((2, 64, 96, 3), np.uint8), np.zeros((5, 1, 4))


def test_drive_measures_and_tells_what_happened():
    stub = Stub()
    log = drive.drive("stub", stub, Given(), 0.4, [(0.5, lambda log, now: f"half of {log.name}")])
    assert len(log.heard) == 20 and log.late() == (2, 0)
    assert [due for due, _ in log.heard] == list(range(0, 400_000_000, drive.PERIOD_NS))
    assert log.latency(50)[0] < 10_000 and log.latency(99)[0] == float("inf")
    assert log.rate("detect") > 1 and log.rate("embed") > log.rate("detect") and not log.spans["recognize"]
    assert all(begin <= end for spans in log.spans.values() for begin, end in spans)
    [(at, text)] = log.events
    assert text == "half of stub" and at >= 0.2e9
    assert stub.stepped_back
    log.outage = (0, 200_000_000)
    assert log.late() == (2, 1)
    assert len(page.table([log])[1]) == len(page.table([log])[0])


def test_drive_raises_what_a_thread_raised():
    class Broken(Stub):
        def embed(self, tokens):
            raise ValueError("no idea")

    with pytest.raises(ValueError, match="no idea"):
        drive.drive("broken", Broken(), Given(), 0.05)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ([], (0, 0)),
        ([(0, 5, "a"), (5, 7, "b")], (0, 0)),
        ([(-5, -1, "a"), (-1, 7, "b")], (0, 0)),
        ([(6, 8, "a"), (0, 5, "a"), (4, 7, "b")], (2, 2)),
        ([(0, 10, "a"), (1, 2, "b"), (3, 4, "b")], (2, 2)),
    ],
)
def test_overlaps(held, wanted):
    assert drive.overlaps(held) == wanted


class Tags(HTMLParser):
    """Checks that what is opened is closed, and keeps what refers to something outside."""

    def __init__(self):
        super().__init__()
        self.open, self.outside = [], []

    def handle_starttag(self, tag, attributes):
        self.outside += [value for name, value in attributes if name in ("src", "href")]
        if tag not in ("meta", "line", "rect", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("line", "rect", "path"):
            assert self.open.pop() == tag


def check_page(text: str) -> None:
    tags = Tags()
    tags.feed(text)
    assert not tags.open and not tags.outside
    assert not re.search(r"[\">]nan|>None<", text)


def test_page_is_whole():
    log = drive.drive("a < b", Stub(), Given(), 0.2, [(0.1, lambda log, now: "x & y")])
    ops = [
        drive.Op("embed", "matmul", "lane 0", 0, 9),
        drive.Op("voice", "lstm", "lane 1", 5, 12),
    ]
    held = [(0, 9, "embed"), (5, 12, "voice")]
    log.notes["pictures"] = [page.ops(log, ops, held, 0, 20)]
    text = page.page("t", "about", [log], {"more": "<p>less</p>"})
    check_page(text)
    assert "a &lt; b" in text and "x &amp; y" in text
    assert text.count("<svg") == 3


def test_robot_without_models(tmp_path):
    """It says what it lacks, in a sentence, and fails."""
    pytest.importorskip("onnx")
    environment = {**os.environ, "LG_MODEL_CACHE": str(tmp_path), "PIP_NO_INDEX": "1"}
    command = [sys.executable, EXAMPLES / "robot.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 1 and not done.stdout
    assert re.fullmatch(r"The robot runs on real models .* cannot download silero.*\n", done.stderr)


@pytest.mark.slow
def test_robot(tmp_path):
    """All of it, for a second each: what it reads and understands is right, and its file the same in C."""
    pytest.importorskip("onnx")
    try:
        for name in models.FILES:
            fetch.path_of(name)
    except fetch.Unavailable as error:
        pytest.skip(str(error))
    command = [sys.executable, EXAMPLES / "robot.py", "--seconds", "1", "--folder", tmp_path]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Fire exit / keep this clear" in done.stdout and "checksums equal" in done.stdout
    assert re.search(r"^voice p50 ms +\d", done.stdout, re.M), done.stdout
    check_page((tmp_path / "robot.html").read_text())
