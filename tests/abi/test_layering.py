# SPDX-License-Identifier: Apache-2.0
"""Layers, downwards only: every include, import and cimport of the project is read and judged.

The rules are STYLE.md "Layers" and docs/explanation; a new folder or public header needs a line here.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import support

ROOT = support.ROOT
ENGINE = ROOT / "runtime/engine"

# Layer -> layers it may use directly or through them.
USES = {
    "base": [],
    "tensor": ["base"],
    "lane": ["tensor"],
    "trace": ["tensor"],
    "unit": ["lane"],
    "signal": ["lane"],
    "op": ["tensor"],
    "gen": ["op"],
    "device": ["op", "lane"],
    "program": ["op"],
    "pass": ["program"],
    "plan": ["pass", "device", "unit", "signal", "trace"],
    "run": ["plan"],
    "file": ["run"],
}
# Public header -> its layer.
HEADER_LAYER = {
    "plugin": "base",
    "base": "base",
    "machine": "base",
    "tensor": "tensor",
    "lane": "lane",
    "trace": "trace",
    "unit": "unit",
    "signal": "signal",
    "ops.gen": "op",
    "op": "op",
    "resize": "op",
    "window": "op",
    "device": "device",
    "program": "program",
    "executor": "plan",
    "plan": "plan",
    "file": "file",
    "run": "run",
    "app": "run",
    "legato": "file",
}
# What kernels may know of the public interface.
KERNEL_HEADERS = {"plugin", "base", "tensor", "op", "ops.gen", "resize", "window"}
# Functions that a kernel may not name: memory, locks, input and output, time, the end of the process.
KERNEL_BANNED = re.compile(
    r"\b(malloc|calloc|realloc|free|aligned_alloc|posix_memalign|printf|fprintf|puts"
    r"|fopen|abort|exit|assert"
    r"|errno|pthread_\w+|mtx_\w+|getenv|clock_gettime|time)\s*\("
)
C_STANDARD = {
    "assert", "complex", "ctype", "errno", "fenv", "float", "inttypes", "limits", "locale", "math", "setjmp",
    "signal", "stdalign", "stdarg", "stdatomic", "stdbool", "stddef", "stdint", "stdio", "stdlib", "string",
    "tgmath", "threads", "time", "wchar", "wctype",
}  # fmt: skip
INTRINSICS = {"immintrin", "x86intrin", "cpuid", "arm_neon", "arm_fp16", "wasm_simd128"}


def reachable(layer: str) -> set[str]:
    found = {layer}
    for below in USES[layer]:
        found |= reachable(below)
    return found


def strip_comments(text: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.S)


def includes(path: Path) -> Iterator[tuple[str, bool]]:
    """(name, quoted) of every include of a C file."""
    for mark, name in re.findall(
        r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', strip_comments(path.read_text()), re.M
    ):
        yield name, mark == '"'


def c_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".c", ".h", ".inc"})


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def header_stem(name: str) -> str:
    return Path(name).name.removesuffix(".h")


# ---- C ----------------------------------------------------------------------------------------------


def test_layers_have_no_cycle():
    for layer, below in USES.items():
        assert all(layer not in reachable(other) for other in below)
    folders = {path.name for path in ENGINE.iterdir() if path.is_dir() and any(path.rglob("*.c"))}
    assert folders <= set(USES)


@pytest.mark.parametrize("path", c_files(ROOT / "include/legato"), ids=name_of)
def test_public_header_includes_only_its_kind(path):
    layer = HEADER_LAYER[header_stem(path.name)]
    for name, quoted in includes(path):
        if name.startswith("legato/"):
            assert HEADER_LAYER[header_stem(name)] in reachable(layer), f"{name} is above {layer}"
        else:
            assert not quoted and header_stem(name) in C_STANDARD, name


@pytest.mark.parametrize("path", c_files(ENGINE), ids=name_of)
def test_engine_file_includes_downwards(path):
    layer = path.relative_to(ENGINE).parts[0]
    for name, quoted in includes(path):
        assert name != "Python.h"
        if name.startswith("legato/"):
            assert HEADER_LAYER[header_stem(name)] in reachable(layer), f"{name} is above {layer}"
        elif quoted:
            target = ENGINE / name if (ENGINE / name).exists() else path.parent / name
            assert target.exists(), f"{name} is not below runtime/engine"
            below = target.resolve().relative_to(ENGINE).parts[0]
            assert below in reachable(layer), f"{name} is above {layer}"
        elif path.name.startswith("port"):
            pass  # the one place that knows the operating system
        else:
            assert header_stem(name) in C_STANDARD | INTRINSICS, f"<{name}> belongs into the port layer"


@pytest.mark.parametrize("path", c_files(ROOT / "kernels/cpu"), ids=name_of)
def test_kernel_file_is_alone_with_its_numbers(path):
    kernels = ROOT / "kernels/cpu"
    for name, quoted in includes(path):
        if quoted:
            assert any((folder / name).resolve().is_relative_to(kernels) and (folder / name).exists()
                       for folder in (path.parent, kernels)), name  # fmt: skip
        elif name.startswith("legato/"):
            assert header_stem(name) in KERNEL_HEADERS, name
        else:
            assert header_stem(name) in (C_STANDARD | INTRINSICS) - {"stdio", "stdlib", "threads", "errno"}, (
                name
            )
    banned = KERNEL_BANNED.findall(strip_comments(path.read_text()))
    assert not banned


def test_engine_names_no_kernel():
    for path in c_files(ENGINE):
        text = strip_comments(path.read_text())
        assert not re.search(r"kernels\.inc|families\.h|__(scalar|avx2|avx512|neon)\b", text), path


# ---- Cython and Python ------------------------------------------------------------------------------

PACKAGE = ROOT / "runtime/legato"
# Plain parts of the package above the core; the core knows none of them.
ABOVE_CORE = {"nn", "onnx", "cli", "testing"}


def package_imports(path: Path) -> Iterator[str]:
    """Absolute names of the legato modules that a Python or Cython file imports, anywhere in it."""
    text = path.read_text()
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: relative import"
                yield node.module or ""
        return
    text = re.sub(r'"""[\s\S]*?"""', "", text)
    for line in text.splitlines():
        match = re.match(r"\s*(?:from\s+([\w.]+)\s+c?import\b|c?import\s+([\w.]+))", line)
        if match:
            assert not (match[1] or "").startswith("."), f"{path}: relative import"
            yield match[1] or match[2]


def package_files() -> list[Path]:
    suffixes = {".py", ".pyx", ".pxd"}
    staged = (PACKAGE / "include", PACKAGE / "lib")
    return sorted(
        path
        for path in PACKAGE.rglob("*")
        if path.suffix in suffixes and not any(s in path.parents for s in staged)
    )


@pytest.mark.parametrize("path", package_files(), ids=name_of)
def test_package_imports_downwards(path):
    inside_core = path.is_relative_to(PACKAGE / "core")
    for name in package_imports(path):
        top = name.split(".")
        assert top[0] not in {"tests", "support", "asv_bench"}, name
        if top[0] == "legato" and inside_core:
            assert len(top) > 1 and top[1] not in ABOVE_CORE, f"{path}: the core imports {name}"


def test_one_cdef_extern():
    """engine.pxd alone mirrors C headers of legato; CPython's own are Cython's business."""
    for path in package_files():
        if path.suffix != ".py" and path.name != "engine.pxd":
            blocks = re.findall(r'^\s*cdef extern from\s+["<]([^">]+)', path.read_text(), re.M)
            assert all(name == "Python.h" for name in blocks), f"{path}: {blocks}"


def test_engine_pxd_mirrors_every_public_header():
    mirrored = re.findall(
        r'cdef extern from\s+["<]legato/([\w.]+)\.h', (PACKAGE / "core/engine.pxd").read_text()
    )
    assert mirrored == sorted(mirrored, key=mirrored.index)
    assert set(mirrored) <= set(HEADER_LAYER)


def test_schema_needs_the_standard_library_only():
    import sys

    for path in (ROOT / "runtime/schema").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module]
            for name in names:
                local = (ROOT / "runtime" / name.replace(".", "/")).exists() or any(
                    (folder / f"{name.replace('.', '/')}.py").exists()
                    for folder in (ROOT / "runtime", ROOT / "runtime/schema", path.parent)
                )
                assert name.split(".")[0] in sys.stdlib_module_names or local, f"{path}: {name}"


def test_nothing_imports_the_tests():
    for folder in ("runtime", "kernels"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not re.search(r"^\s*(from|import)\s+(tests|support)\b", path.read_text(), re.M), path
