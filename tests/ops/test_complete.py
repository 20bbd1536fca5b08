# SPDX-License-Identifier: Apache-2.0
"""Nothing of an op is forgotten: each fails here by name until kernel, samples and documents are there."""

import re

import pytest

import legato as lg
import support
from ops.sampling import Sample, portable_kernels, rows, samples

ROWS = rows()
SAMPLES = samples()
# What `make new-op` writes where a person has to say something.
PLACEHOLDER = "SAY WHAT IT COMPUTES"


def scalar_kernels() -> dict[str, set[str]]:
    """Return the dtypes that have a scalar kernel, by op: what the compiler makes of kernels.inc."""
    found: dict[str, set[str]] = {}
    for op, isa, symbol, dtypes in portable_kernels():
        assert isa == "SCALAR", f"{symbol} must stand inside LG_X86 or LG_ARM64"
        assert symbol.startswith(f"{op}_"), f"{symbol} is listed as a kernel of {op}"
        found.setdefault(op, set()).update(dtypes)
    return found


KERNELS = scalar_kernels()
OPS = sorted(ROWS)


@pytest.mark.parametrize("op", OPS)
def test_scalar_kernel(op):
    """A scalar kernel for every dtype of the first operand, and for no other."""
    row = ROWS[op]
    letter = row.ins[0].letter if row.ins else row.outs[0].letter
    wanted = set(row.letter_types(letter).split())
    have = KERNELS.get(op, set())
    assert have >= wanted, f"{op}: kernels.inc has no scalar kernel for {', '.join(sorted(wanted - have))}"
    assert have <= wanted, (
        f"{op}: the row does not allow {', '.join(sorted(have - wanted))}, kernels.inc has them"
    )


@pytest.mark.parametrize("op", OPS)
def test_kernel_folder(op):
    """The stem of the rows' file is the folder of the kernels and the file of the samples."""
    family = ROWS[op].family
    assert (support.ROOT / "kernels/cpu" / family).is_dir(), f"{op}: no folder kernels/cpu/{family}"
    assert (support.ROOT / "tests/ops/samples" / f"{family}.py").exists(), f"{op}: no samples/{family}.py"


@pytest.mark.parametrize("op", OPS)
def test_samples(op):
    assert op in SAMPLES, f"{op}: no entry in tests/ops/samples/{ROWS[op].family}.py"
    sample = SAMPLES[op]
    assert isinstance(sample, Sample)
    assert callable(sample.oracle), f"{op}: no oracle"
    assert sample.bad, f"{op}: no error samples"


def test_no_samples_without_op():
    assert set(SAMPLES) <= set(ROWS), f"samples of unknown ops: {sorted(set(SAMPLES) - set(ROWS))}"


@pytest.mark.parametrize("op", OPS)
def test_documents(op):
    row = ROWS[op]
    assert ">>> lg." in row.example, f"{op}: the example does not call it"
    assert f"lg.{op}(" in row.example, f"{op}: the example does not call it"
    for text in (row.doc, row.source, row.example):
        assert PLACEHOLDER not in text, f"{op}: the row still has a placeholder"
    for name in (op, *row.aliases):
        function = getattr(lg, name, None)
        assert function is not None, f"{op}: legato.{name} does not exist"
        assert name in lg.__all__, f"{op}: {name} is not in legato.__all__"
    text = getattr(lg, op).__doc__
    for section in ("Parameters", "Returns", "Notes", "Examples"):
        assert re.search(rf"^ *{section}\n *-+$", text, re.M), f"{op}: no section {section}"


@pytest.mark.parametrize("op", OPS)
def test_onnx_decision(op):
    """`onnx=` has no default: None is a decision too, and then says so in the row's source file."""
    row = ROWS[op]
    assert row.onnx is None or (row.onnx.name and row.onnx.since), (
        f"{op}: the ONNX entry names no operator or version"
    )


@pytest.mark.parametrize("op", OPS)
def test_tolerance(op):
    """Tolerances are for floats, and stay below what would hide a wrong formula."""
    for dtype, (relative, absolute) in ROWS[op].tol.items():
        limit = {"f32": 1e-4, "f64": 1e-10, "f16": 1e-2, "bf16": 4e-2}[dtype]
        assert 0 <= relative <= limit and 0 <= absolute <= limit, (
            f"{op}: tolerance of {dtype} is above {limit}"
        )
