# SPDX-License-Identifier: Apache-2.0
"""What the tests share: where things are, and how C programs are built against the library."""

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FULL = os.environ.get("LG_TEST_FULL", "0") not in ("", "0")
SANITIZE = os.environ.get("LG_SANITIZE", "")
# Same names as in setup.py.
CONFIG = {"": "release", "address": "asan", "thread": "tsan"}[SANITIZE]
BUILD = ROOT / "build" / CONFIG
SANITIZE_FLAGS = {
    "": [],
    "address": ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"],
    "thread": ["-fsanitize=thread", "-fno-omit-frame-pointer"],
}[SANITIZE]
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes", "-Werror"]
LIBS = ["-lm", "-lpthread", "-ldl"]


def compilers(language: str = "c") -> list[str]:
    """The compilers of this machine for C ("c") or C++ ("c++"), the one in $CC or $CXX first."""
    wanted = {
        "c": [os.environ.get("CC", ""), "gcc", "clang", "clang-14", "cc"],
        "c++": [os.environ.get("CXX", ""), "g++", "clang++", "clang++-14", "c++"],
    }[language]
    found: dict[str, str] = {}  # real path -> name
    for name in filter(None, wanted):
        if path := shutil.which(shlex.split(name)[0]):
            found.setdefault(os.path.realpath(path), name)
    return list(found.values())


def run(command: Sequence[str | os.PathLike[str]], **options) -> subprocess.CompletedProcess[str]:
    """Run a command; its output becomes the message when it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode:
        raise AssertionError(
            f"exit status {done.returncode} of {shlex.join(map(str, command))}\n{done.stdout}"
        )
    return done


def compile_c(source: Path, target: Path, *, shared: bool = False) -> Path:
    """Compile one C file as a user would: a program against the package, or a plugin against its header."""
    package = ROOT / "runtime/legato"
    options = ["-shared", "-fPIC", f"-I{package / 'include'}"] if shared else []
    if not shared:
        command = [sys.executable, "-m", "legato", "--cflags", "--libs"]
        options = shlex.split(run(command).stdout)
    run([compilers()[0], "-std=c11", *WARNINGS, source, *options, "-o", target])
    return target


def c_environment() -> dict[str, str]:
    """Environment for C programs: empty, except for what a sanitised library needs."""
    needed = {"LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS"} if SANITIZE else set()
    return {name: value for name, value in os.environ.items() if name in needed}


def sources_of_c_tests() -> list[Path]:
    """The test_*.c files; all are linked into one program."""
    return sorted(path for folder in ("c", "kernels") for path in (ROOT / "tests" / folder).rglob("test_*.c"))


def _needs_build(target: Path, depfile: Path, also: Iterable[Path] = ()) -> bool:
    if not (target.exists() and depfile.exists()):
        return True
    names = shlex.split(depfile.read_text().replace("\\\n", " ").split(":", 1)[1])
    stamp = target.stat().st_mtime_ns
    return any(
        not Path(ROOT, name).exists() or Path(ROOT, name).stat().st_mtime_ns > stamp
        for name in [*names, *also]
    )


def build_c_tests(
    *,
    cc: Sequence[str] = (),
    flags: Sequence[str] = (),
    library: Path | None = None,
    folder: Path | None = None,
    libs: Sequence[str] = tuple(LIBS),
    threads: bool = True,
) -> Path:
    """Build the C test program, linked with liblegato.a so that internal symbols are in reach.

    Only what changed is compiled. The defaults follow LG_SANITIZE; cross builds pass their own.
    """
    compiler = list(cc) or shlex.split(os.environ.get("CC", "cc"))
    library = library or BUILD / "liblegato.a"
    folder = folder or BUILD / "tests"
    if not library.exists():
        raise FileNotFoundError(f"{library} is missing: run `make build`, or `make asan` and `make tsan`")
    includes = [f"-I{ROOT / path}" for path in ("include", "runtime/engine", "kernels/cpu", "tests/c")]
    command = [*compiler, "-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-fno-math-errno", "-ffp-contract=off"]
    flags = [*(() if cc else SANITIZE_FLAGS), *flags, *["-pthread"] * threads]
    command += [*WARNINGS, *includes, *flags]
    folder.mkdir(parents=True, exist_ok=True)
    objects = []
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for source in [ROOT / "tests/c/testing.c", *sources_of_c_tests()]:
            target = folder / (source.stem + ".o")
            depfile = target.with_suffix(".d")
            if _needs_build(target, depfile):
                run([*command, "-MMD", "-MF", depfile, "-c", source, "-o", target])
            objects.append(target)
        program = folder / "c_tests"
        listed = folder / "objects.txt"
        names = "\n".join(map(str, objects))
        if not listed.exists() or listed.read_text() != names:
            listed.write_text(names)
            program.unlink(missing_ok=True)
        newest = max(path.stat().st_mtime_ns for path in [*objects, library])
        if not program.exists() or program.stat().st_mtime_ns < newest:
            run([*compiler, *flags, *objects, library, *libs, "-o", program])
    return program


def list_c_tests(program: Sequence[str | os.PathLike[str]]) -> list[tuple[str, str]]:
    """(file name, test name) of every test in the program, in the order they run."""
    return [tuple(line.split(" ", 1)) for line in run([*program, "--list"]).stdout.splitlines()]
