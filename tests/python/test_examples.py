# SPDX-License-Identifier: Apache-2.0
"""The programs in docs/examples and asv_bench run as their first lines say."""

import importlib
import json
import os
import re
import subprocess
import sys

import fetch
import numpy as np
import pytest

import legato as lg
import support
from ops.sampling import rows

EXAMPLES = support.ROOT / "docs/examples"
BENCH = support.ROOT / "asv_bench"

pytestmark = pytest.mark.skipif(bool(support.SANITIZE), reason="examples are for the installed package")


@pytest.fixture(scope="module")
def common():
    sys.path.insert(0, str(BENCH))
    module = importlib.import_module("benchmarks.common")
    yield module
    sys.path.remove(str(BENCH))
    module.NAMES.clear()  # its tensors would count as leaks
    for name in [name for name in sys.modules if name.partition(".")[0] == "benchmarks"]:
        del sys.modules[name]


def python(*command, **options) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, timeout=300, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_save_slice(tmp_path):
    printed = python(EXAMPLES / "save_slice.py", tmp_path / "slice.legato")
    run = lg.load(tmp_path / "slice.legato")["main"]
    assert str(run.program).split() == printed.split()
    assert set(re.findall(r"= (\w+)\(", printed)) == {"add", "mul", "tanh", "matmul", "reshape"}
    x = np.ones((3, 12), np.float32)
    program = support.compile_c(EXAMPLES / "c/run_model.c", tmp_path / "run_model")
    lines = support.run([program, tmp_path / "slice.legato"], env={}).stdout.split()
    assert len(lines) == run(x).shape[0]


@pytest.mark.slow
def test_demo():
    """It fails by itself when a file is taken for another kind, or Python, file and C differ in a bit."""
    pytest.importorskip("onnx")
    try:
        for name in ("magika_v3_3", "magika_v3_3_config", "silero_vad_16k_op15", "silero_speech"):
            fetch.path_of(name)
    except fetch.Unavailable as error:
        pytest.skip(str(error))
    printed = python(EXAMPLES / "demo.py")
    for name, kind in {"README.md": "markdown", "demo.py": "python", "replay.c": "c"}.items():
        assert re.search(rf"{re.escape(name)} +{kind} ", printed), printed
    assert printed.count("from the file bit-equal, from C bit-equal") == 2
    assert "python" not in re.search(r"it loads (.*)", printed)[1]
    assert "all as it should be" in printed


def test_demo_without_models(tmp_path):
    """It says what it lacks, in a sentence, and fails."""
    pytest.importorskip("onnx")
    environment = {**os.environ, "LG_MODEL_CACHE": str(tmp_path), "PIP_NO_INDEX": "1"}
    done = subprocess.run(
        [sys.executable, EXAMPLES / "demo.py"], capture_output=True, text=True, timeout=300, env=environment
    )
    assert done.returncode == 1 and not done.stdout
    assert re.fullmatch(r"The demo runs on real models .* cannot download magika==1\.0\.3: .*\n", done.stderr)


def test_every_op_has_a_benchmark(common):
    missing = set(rows()) - set(common.OPS)
    assert not missing, f"no line in asv_bench/benchmarks/common.py for {', '.join(sorted(missing))}"
    assert set(common.op_names()) <= set(common.OPS)
    for name in common.op_names():
        statement = common.OPS[name]
        assert statement.startswith(f"lg.{name}("), statement
        answer = common.function(statement)()
        assert all(isinstance(x, lg.Tensor) for x in (answer if isinstance(answer, tuple) else (answer,)))


def test_benchmarks_agree_with_numpy(common):
    """A ratio says something only if both sides compute the same."""
    for title, own, numpy, *_ in common.SMALL + common.MEMORY + common.MATH:
        mine, theirs = common.function(own)(), common.function(numpy)()
        np.testing.assert_allclose(np.asarray(mine), theirs, rtol=1e-4, atol=1e-5, err_msg=title)


def test_asv_finds_the_benchmarks(common):
    text = re.sub(r"^\s*//.*$", "", (BENCH / "asv.conf.json").read_text(), flags=re.M)
    config = json.loads(text)
    wanted = re.search(r"^requires = \[(.*)\]", (support.ROOT / "pyproject.toml").read_text(), re.M)[1]
    for name in re.findall(r'"(\w+)', wanted):
        assert name in config["matrix"]["req"], f"asv builds without isolation: {name} must be in the matrix"
    for path in sorted((BENCH / "benchmarks").glob("*.py")):
        if path.stem != "__init__":
            importlib.import_module(f"benchmarks.{path.stem}")


@pytest.mark.slow
def test_ratios(tmp_path):
    printed = python(BENCH / "ratios.py", "--quick", "--json", tmp_path / "ratios.json")
    result = json.loads((tmp_path / "ratios.json").read_text())
    assert result["about"]["legato"].startswith(lg.__version__)
    assert len(result["rows"]) >= 20
    # What is the difference of two times may come out as nothing.
    differences = ("per op", "beyond")
    assert all(
        row["legato"] > 0 or any(word in row["row"] for word in differences)
        for row in result["rows"]
        if row["target"]
    )
    assert re.search(r"\d+ of \d+ targets met", printed)


@pytest.mark.usefixtures("common")
def test_pages_are_filled_between_their_marks(tmp_path, monkeypatch):
    pages = importlib.import_module("pages")
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- speed -->\nold\n<!-- /speed -->\nafter\n")
    for real in pages.PAGES:
        assert "<!-- models -->" in real.read_text() and "<!-- speed -->" in real.read_text()
    monkeypatch.setattr(pages, "PAGES", [page])
    pages.fill("speed", "new\n")
    assert page.read_text() == "before\n<!-- speed -->\nnew\n<!-- /speed -->\nafter\n"
    with pytest.raises(AssertionError, match="marks of 'models'"):
        pages.fill("models", "")
