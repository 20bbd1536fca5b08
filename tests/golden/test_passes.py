# SPDX-License-Identifier: Apache-2.0
"""Each pass, text in, text out: ``passes/<pass>_<case>.program``. Run as a script, it writes what they give.

A file has three parts: weights as lines ``# name = NumPy expression`` (left out: seeded noise), the program,
and after ``# gives`` what the pass makes of it. Both programs must compute the same.
"""

import re
import zlib
from pathlib import Path

import numpy as np
import pytest

import legato as lg

FOLDER = Path(__file__).parent / "passes"
CASES = sorted(path.stem for path in FOLDER.glob("*.program"))


def noise(name, spec):
    """Return seeded elements of a type."""
    shape = tuple(int(extent) for extent in re.findall(r"\d+", spec.partition("[")[2]))
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    kind = spec.partition("[")[0]
    if kind == "bool":
        return rng.random(shape) < 0.5
    if kind.startswith("f"):
        return rng.standard_normal(shape).astype({"f16": "f2", "f32": "f4", "f64": "f8"}[kind])
    return rng.integers(0, 3, shape).astype({"i": "int", "u": "uint"}[kind[0]] + kind[1:])


def read(case):
    """Return the program, and the text that is expected."""
    given, _, wanted = (FOLDER / f"{case}.program").read_text().partition("# gives\n")
    head, _, body = given.partition("program {")
    weights = {}
    for name, spec in re.findall(r'weight %\d+ @"([^"]+)" : (\S+)', body):
        weights[name] = noise(name, spec)
    for name, expression in re.findall(r"^# (\S+) = (.+)$", head, re.M):
        weights[name] = np.asarray(eval(expression, {"np": np}), dtype=weights[name].dtype)
    return head, lg.Program.parse("program {" + body, weights), wanted


def pass_of(case):
    """Return the pass that a case is about."""
    return next(name for name in sorted(lg.passes(), key=len, reverse=True) if case.startswith(name))


@pytest.mark.parametrize("case", CASES)
def test_pass(case):
    _, program, wanted = read(case)
    changed = program.rewrite(pass_of(case))
    assert str(changed) == wanted
    # What planning makes of it without passes must be what it makes of the result.
    off = dict.fromkeys(lg.passes(), False)
    inputs = [noise(name, str(spec)) for name, spec in program.inputs.items()]
    before = lg.runner(program, passes=off)(*inputs)
    after = lg.runner(changed, passes=off)(*inputs)
    for one, two in zip(np.atleast_1d(outputs(before)), np.atleast_1d(outputs(after)), strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-5, atol=1e-5)


def outputs(result):
    """Return the results as a list of arrays."""
    many = result if isinstance(result, tuple) else (result,)
    array = np.empty(len(many), dtype=object)
    array[:] = [tensor.numpy() for tensor in many]
    return array


def test_every_pass_has_a_case():
    # Decisions of the planner: tests/python/test_plan.py, test_strand.py.
    planner = {"in_place", "prepack", "branches"}
    for name in set(lg.passes()) - planner:
        assert any(case.startswith(name) for case in CASES), name


def test_nothing_to_do_gives_the_program_itself():
    program = lg.record(lambda x: lg.tanh(x), "f32[3]")
    for name in lg.passes():
        assert str(program.rewrite(name)) == str(program)


def test_unknown_pass():
    program = lg.record(lambda x: lg.tanh(x), "f32[3]")
    with pytest.raises(lg.NotFoundError, match="no pass 'fuze'; there are integer, fold"):
        program.rewrite("fuze")
    with pytest.raises(lg.NotFoundError, match="no pass 'fuze'"):
        lg.runner(program, passes={"fuze": False})
    with pytest.raises(lg.DTypeError, match="a dict of pass to bool"):
        lg.runner(program, passes=["fuse"])


if __name__ == "__main__":
    for case in CASES:
        head, program, _ = read(case)
        text = f"{head}{program}# gives\n{program.rewrite(pass_of(case))}"
        (FOLDER / f"{case}.program").write_text(text)
