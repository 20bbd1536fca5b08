# SPDX-License-Identifier: Apache-2.0
"""``make lint``: every check of form, each with pinned tools; ``--fix`` rewrites what a tool can rewrite."""

import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ["setup.py", "runtime", "tests", "asv_bench", "docs"]
C_FOLDERS = ["include", "runtime/engine", "kernels", "tests", "docs"]
SPDX_SUFFIXES = {".c", ".h", ".inc", ".cl", ".clh", ".py", ".pyx", ".pxd", ".pyi", ".sh"}
STUBTEST = ["--allowlist", "tests/stubs.txt", "--ignore-disjoint-bases"]
STUBTEST += ["--mypy-config-file", "pyproject.toml"]
STAGED = ("runtime/legato/include", "runtime/legato/lib")


def files(suffixes: set[str], folders: list[str]) -> list[str]:
    """Checked-in files below `folders` with one of `suffixes`, relative to the root."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in suffixes and path.is_file() and not name.startswith(STAGED):
                found.append(name)
    return found


def is_generated(name: str) -> bool:
    return ".gen." in name or "/gen/" in name


def tool(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts")) / name)


def check_spdx() -> list[str]:
    """Files without an SPDX line on top."""
    missing = []
    for name in files(SPDX_SUFFIXES, [*C_FOLDERS, "runtime", "asv_bench"]):
        head = (ROOT / name).read_text(errors="replace")[:200]
        if head.strip() and "SPDX-License-Identifier: Apache-2.0" not in head:
            missing.append(f"{name}: no SPDX line on top")
    return sorted(set(missing))


def main() -> int:
    fix = "--fix" in sys.argv[1:]
    os.chdir(ROOT)
    os.environ["MYPYPATH"] = "runtime"
    os.environ["PATH"] = (
        f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"  # tools call tools
    )
    c_files = [
        name for name in files({".c", ".h", ".inc", ".cl", ".clh"}, C_FOLDERS) if not is_generated(name)
    ]
    c_files = [name for name in c_files if not name.endswith("kernels.inc")]  # a table, aligned by hand
    python = [name for name in PYTHON if (ROOT / name).exists()]
    clang_format = [tool("clang-format"), "--style=file"]
    if fix:
        steps = {
            "ruff check": [tool("ruff"), "check", "--fix", *python],
            "ruff format": [tool("ruff"), "format", *python],
            "clang-format": [*clang_format, "-i", *c_files],
        }
    else:
        steps = {
            "ruff check": [tool("ruff"), "check", *python],
            "ruff format": [tool("ruff"), "format", "--check", *python],
            "mypy": [tool("mypy")],
            "stubtest": [tool("stubtest"), "legato", "--concise", *STUBTEST],
            "cython-lint": [tool("cython-lint"), *files({".pyx", ".pxd"}, ["runtime/legato"])],
            "clang-format": [*clang_format, "--dry-run", "-Werror", *c_files],
            "codespell": [tool("codespell")],
            "generated files": [sys.executable, "runtime/schema/generate.py", "--check"],
            "layers": [sys.executable, "-m", "pytest", "-q", "tests/abi/test_layering.py"],
        }
    failed = []
    for name, command in steps.items():
        begin = time.monotonic()
        code = subprocess.run(command).returncode
        print(f"{'FAIL' if code else 'ok  '} {name} ({time.monotonic() - begin:.1f} s)", flush=True)
        if code:
            failed.append(name)
    if not fix:
        missing = check_spdx()
        print("\n".join([*missing, f"{'FAIL' if missing else 'ok  '} SPDX lines"]))
        failed += ["SPDX lines"] * bool(missing)
    print(f"lint: {', '.join(failed)} failed" if failed else "lint: all clean")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
