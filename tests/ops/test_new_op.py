# SPDX-License-Identifier: Apache-2.0
"""The schema's own tools: `make new-op` and the generator, on a copy of the files that they touch."""

import json
import os
import shlex
import shutil
import subprocess
import sys

import pytest

import support

TOUCHED = [
    "runtime/schema",
    "runtime/engine",
    "runtime/legato/_ops.py",
    "runtime/legato/core",
    "include",
    "kernels/cpu",
    "tests/ops",
    "docs/reference",
]


@pytest.fixture
def copy(tmp_path):
    for name in TOUCHED:
        source, target = support.ROOT / name, tmp_path / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("*.so", "__pycache__", "*.c" if name.endswith("core") else "*.so")
            shutil.copytree(source, target, ignore=ignore)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return tmp_path


def run(copy, script, *arguments):
    command = [sys.executable, str(copy / "runtime/schema" / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def compiles(copy, source):
    flags = ["-std=c11", "-fsyntax-only", *support.WARNINGS]
    includes = [f"-I{copy / path}" for path in ("include", "runtime/engine", "kernels/cpu")]
    support.run([*shlex.split(os.environ.get("CC", "cc")), *flags, *includes, copy / source])


@pytest.mark.parametrize("family", ["pointwise", "reduce", "move"])
def test_new_op(copy, family):
    done = run(copy, "new_op.py", "OP=brand_new", f"FAMILY={family}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SAY WHAT IT COMPUTES" in done.stdout
    assert run(copy, "generate.py", "--check").returncode == 0
    for source in (f"kernels/cpu/{family}/brand_new.c", "kernels/cpu/table.c", "runtime/engine/gen/ops.c"):
        compiles(copy, source)
    assert (
        f"{family}, BRAND_NEW, F32" in (copy / "kernels/cpu/kernels.inc").read_text() or family != "pointwise"
    )
    rows = json.loads((copy / "docs/reference/ops.json").read_text())["ops"]
    assert rows[-1]["name"] == "brand_new" and rows[-1]["family"] == family
    assert "def brand_new(x):" in (copy / "tests/ops/samples" / f"{family}.py").read_text()
    assert "def brand_new(" in (copy / f"runtime/legato/core/ops_{family}.pyx").read_text()
    # Once is enough.
    again = run(copy, "new_op.py", "OP=brand_new", f"FAMILY={family}")
    assert again.returncode == 1 and "there is such an op already" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "OP=softsign FAMILY=pointwise"),
        (["OP=", "FAMILY=pointwise"], "OP=softsign FAMILY=pointwise"),
        (["OP=CamelCase", "FAMILY=pointwise"], "lower_snake_case"),
        (["OP=conv2d", "FAMILY=conv"], "there is such an op already"),
        (["OP=lion", "FAMILY=zoo"], "expected one of"),
    ],
)
def test_new_op_refuses(copy, arguments, text):
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    done = run(copy, "new_op.py", *arguments)
    assert done.returncode in (1, 2)
    assert text in done.stderr
    changed = {path for path in copy.rglob("*") if path.is_file() and before.get(path) != path.read_bytes()}
    assert not {path for path in changed if path.suffix != ".pyc"}


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        ("pool", "id=38", "id=9999", "ids are frozen"),
        ("pool", "id=38", "id=39", "same id"),
        ("pool", '"max_pool"', '"conv2d"', "also that of"),
        ("pool", "pool(kernel_size, stride", "pool(kernel, stride", "is no attribute"),
        ("pool", "|y|*window", "|z|*window", "no operand"),
        ("pool", 'ins="x:T[N,C,...]"', 'ins="x:Q[N,C,...]"', "not in types"),
        ("conv", "bias:T[O]?", "bias:T[O]? more:T[O]", "optional inputs come last"),
        ("matmul", "2*|y|*K", "2*|y|*Z", "dimension"),
        ("matmul", 'tol={"f32"', 'tol={"i8"', "tol for i8"),
    ],
)
def test_contradictions_are_refused(copy, file, old, new, text):
    edit(copy / f"runtime/schema/ops/{file}.py", old, new)
    done = run(copy, "generate.py")
    assert done.returncode == 1
    assert text in done.stderr


def test_check_names_what_is_stale(copy):
    (copy / "runtime/engine/gen/ops.c").write_text("")
    (copy / "docs/reference/ops/zoo.md").write_text("")
    done = run(copy, "generate.py", "--check")
    assert done.returncode == 1
    assert "out of date: runtime/engine/gen/ops.c" in done.stdout
    assert "docs/reference/ops/zoo.md (to be deleted)" in done.stdout
    assert (copy / "runtime/engine/gen/ops.c").read_text() == ""
    assert run(copy, "generate.py").returncode == 0
    assert run(copy, "generate.py", "--check").returncode == 0
