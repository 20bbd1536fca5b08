# SPDX-License-Identifier: Apache-2.0
"""The programs in docs/examples and asv_bench run as their first lines say."""

import importlib
import json
import re
import subprocess
import sys

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


def test_demo():
    """It fails by itself when eager, recorded, loaded and C differ in a bit, or NumPy's answers are far."""
    pytest.importorskip("sklearn", reason="needs the extra 'demo'")
    printed = python(EXAMPLES / "demo.py")
    accuracy = dict(re.findall(r"^(NumPy|legato, [\w ]+?) +([\d.]+)%", printed, re.M))
    assert len(accuracy) == 5
    assert all(float(value) > 90 for value in accuracy.values()), printed
    assert printed.count("bit-equal to eager") == 4
    assert "python" not in re.search(r"it loads (.*)", printed)[1]


def test_every_op_has_a_benchmark(common):
    missing = set(rows()) - set(common.OPS)
    assert not missing, f"no line in asv_bench/benchmarks/common.py for {', '.join(sorted(missing))}"
    assert set(common.op_names()) <= set(common.OPS)
    for name in common.op_names():
        statement = common.OPS[name]
        assert statement.startswith(f"lg.{name}("), statement
        assert isinstance(common.function(statement)(), lg.Tensor)


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
    assert all(row["legato"] > 0 for row in result["rows"] if row["target"])
    assert re.search(r"\d+ of \d+ targets met", printed)
