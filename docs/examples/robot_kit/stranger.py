# SPDX-License-Identifier: Apache-2.0
"""Another process that takes a unit of the whole system, and is killed while it holds it."""

import subprocess
import sys
from typing import Any

CODE = """
import sys, time, legato as lg
unit = lg.Unit(sys.argv[1], scope="system")
print("ready", flush=True)
sys.stdin.readline()
with unit.take("stranger"):
    print("holds", flush=True)
    time.sleep(60)
"""


class Stranger:
    """Start it early: it needs a moment to be ready."""

    def __init__(self, unit: str) -> None:
        command = [sys.executable, "-c", CODE, unit]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.expect("ready")

    def expect(self, word: str) -> None:
        got = self.process.stdout.readline().strip()
        if got != word:
            raise RuntimeError(f"the other process says {got!r}, expected {word!r}")

    def hold(self) -> None:
        """Have it take the unit; returns once it holds it."""
        self.process.stdin.write("now\n")
        self.process.stdin.flush()
        self.expect("holds")

    def kill(self) -> None:
        """SIGKILL: it gives nothing back."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> "Stranger":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.kill()
        self.process.stdin.close()
        self.process.stdout.close()
