# SPDX-License-Identifier: Apache-2.0
"""``make wasm`` and ``make aarch64``: the engine for other machines, by zig as the C compiler.

wasm:    single-threaded for wasm32-wasi; runs a saved file and the C tests under wasmtime.
aarch64: static for Linux with musl; runs the C tests under qemu-user, where that is installed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import support

ROOT = support.ROOT
EXAMPLES = ROOT / "docs/examples"


# Of results around 1: other instruction sets and C libraries round differently.
TOLERANCE = 1e-5


def worst_difference(left: list[str], right: list[str]) -> float:
    return max(abs(float(a) - float(b)) for a, b in zip(left, right, strict=True))


def zig_cc(target: str) -> list[str]:
    return [sys.executable, "-m", "ziglang", "cc", "-target", target]


def build(target: str) -> Path:
    subprocess.run(
        [sys.executable, "setup.py", "-q", "build_engine"],
        cwd=ROOT,
        env={**os.environ, "LG_TARGET": target},
        check=True,
    )
    return ROOT / "build" / target / "liblegato.a"


class Wasm:
    """A WASI program, compiled once; it sees `folder` as "." and "/tmp"."""

    def __init__(self, program: Path, folder: Path) -> None:
        import wasmtime

        self.wasmtime = wasmtime
        self.name, self.folder = program.name, folder
        self.engine = wasmtime.Engine()
        self.linker = wasmtime.Linker(self.engine)
        self.linker.define_wasi()
        self.module = wasmtime.Module.from_file(self.engine, str(program))

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit status and standard output."""
        store = self.wasmtime.Store(self.engine)
        wasi = self.wasmtime.WasiConfig()
        wasi.argv = [self.name, *arguments]
        for name in (".", "/tmp"):
            wasi.preopen_dir(str(self.folder), name)
        output = self.folder / "stdout.txt"
        wasi.stdout_file = str(output)
        wasi.inherit_stderr()
        store.set_wasi(wasi)
        code = 0
        try:
            self.linker.instantiate(store, self.module).exports(store)["_start"](store)
        except self.wasmtime.ExitTrap as end:
            code = end.code
        except (self.wasmtime.Trap, self.wasmtime.WasmtimeError) as error:
            return 1, f"{output.read_text()}{error}"
        return code, output.read_text()


def run_tests(command, names: list[tuple[str, str]]) -> int:
    """Run C tests one by one through `command(name) -> (status, output)`; return 1 when one fails."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for file, name in names:
        code, output = command(name)
        outcome = {0: "passed", 77: "skipped"}.get(code, "failed")
        counts[outcome] += 1
        if outcome == "failed":
            print(f"FAIL {file}::{name} (exit status {code})\n{output}")
    print("C tests: " + ", ".join(f"{count} {word}" for word, count in counts.items()))
    return 1 if counts["failed"] else 0


def wasm() -> int:
    target = "wasm32-wasi"
    library = build(target)
    folder = library.parent
    # The quick-start program on a saved file, against what this machine prints for it.
    subprocess.run([sys.executable, EXAMPLES / "save_slice.py", folder / "slice.legato"], check=True)
    source = EXAMPLES / "c/run_model.c"
    programs = {}
    for name, cc, archive, libs in (
        ("run_model.wasm", zig_cc(target), library, []),
        ("run_model", [support.compilers()[0]], ROOT / "build/release/liblegato.a", support.LIBS),
    ):
        programs[name] = folder / name
        flags = ["-std=c11", "-O2", "-s", f"-I{ROOT / 'include'}"]
        support.run([*cc, *flags, source, archive, *libs, "-o", programs[name]])
    code, printed = Wasm(programs["run_model.wasm"], folder).run("slice.legato")
    print(printed, end="")
    if code:
        return code
    native = support.run([programs["run_model"], "slice.legato"], cwd=folder).stdout
    largest = worst_difference(printed.split(), native.split())
    size = programs["run_model.wasm"].stat().st_size
    print(f"wasm: {size / 1024:.0f} KiB, under wasmtime; at most {largest:.1e} away from the native results")
    if not largest <= TOLERANCE:
        return 1
    program = support.build_c_tests(
        cc=zig_cc(target),
        flags=["-D_WASI_EMULATED_GETPID"],
        library=library,
        folder=folder / "tests",
        libs=["-lwasi-emulated-getpid"],
        threads=False,
    )
    tests = Wasm(program, folder)
    code, listed = tests.run("--list")
    return code or run_tests(tests.run, [tuple(line.split(" ", 1)) for line in listed.splitlines()])


def aarch64() -> int:
    target = "aarch64-linux-musl"
    library = build(target)
    program = support.build_c_tests(
        cc=zig_cc(target), flags=["-static"], library=library, folder=library.parent / "tests"
    )
    print(f"aarch64: {program.relative_to(ROOT)} and {library.relative_to(ROOT)} are built")
    qemu = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
    if os.uname().machine == "aarch64":
        prefix = [str(program)]
    elif qemu:
        prefix = [qemu, str(program)]
    else:
        print("aarch64: tests skipped, qemu-aarch64 is not installed (Debian: apt install qemu-user-static)")
        return 0

    def command(name: str) -> tuple[int, str]:
        done = subprocess.run([*prefix, name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    return run_tests(command, support.list_c_tests(prefix))


if __name__ == "__main__":
    raise SystemExit({"wasm": wasm, "aarch64": aarch64}[sys.argv[1]]())
