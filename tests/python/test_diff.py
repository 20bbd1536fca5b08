# SPDX-License-Identifier: Apache-2.0
"""Plans as data: their rows, why they are not others, and how two of them differ."""

import os
import subprocess
import sys

import numpy as np
import pytest

import legato as lg
import support

W = lg.tensor(np.random.default_rng(0).standard_normal((8, 8)).astype(np.float32))


def net(x):
    with lg.path("first"):
        x = lg.relu(x @ W)
    with lg.path("second"):
        x = x @ W
    return lg.softmax(x, axis=1)


def plan_of(spec="f32[2,8]", fn=net, **options):
    return lg.runner(fn, spec, **options).plan()


# ---- rows ------------------------------------------------------------------------------------------


def test_rows_say_what_the_text_says():
    plan = plan_of()
    rows = plan.rows
    text = str(plan).splitlines()[2:]
    assert [row.index for row in rows] == list(range(len(rows)))
    for row in rows:
        (line,) = [line for line in text if line.startswith(f"{row.index} ")]
        for word in (row.op, row.device, row.kernel, row.why, row.result, row.place, row.path):
            assert word in line
    assert rows[0].sources == (("matmul#0", "first"), ("relu#0", "first"))
    assert sum(row.cost_ns for row in rows) == pytest.approx(plan.expected_ns)
    assert sum(row.packed for row in rows) == plan.packed
    assert {source for row in rows for source in row.sources} == set(plan.program.ops)


def test_views_are_rows_without_kernels():
    first, second = plan_of("f32[2,8]", lambda x: lg.tanh(lg.reshape(x, (16,)))).rows
    assert (first.op, first.kernel, first.cost_ns, first.place) == ("reshape", "none, a view", 0.0, "input x")
    assert second.kernel.startswith("tanh")


def test_passes_off():
    assert plan_of().passes_off == ()
    assert set(plan_of(passes={"fuse": False, "prepack": False}).passes_off) == {"fuse", "prepack"}


# ---- why not ---------------------------------------------------------------------------------------

MASKED = """
import legato as lg, numpy as np
w = lg.tensor(np.ones((8, 8), np.float32))
plan = lg.runner(lambda x: lg.gather(x @ w, lg.tensor(np.array([0])), axis=0), "f32[2,8]").plan()
print(*[row.why_not for row in plan.rows], sep="\\n")
print(plan)
"""


@pytest.mark.skipif(lg.isa() not in ("avx512", "vnni"), reason="needs AVX-512")
def test_a_mask_is_named():
    command = [sys.executable, "-c", MASKED]
    printed = subprocess.check_output(command, env={**os.environ, "LG_CPU_MASK": "avx2"}, text=True)
    matmul, gather, *text = printed.splitlines()
    assert matmul == "avx512: masked by LG_CPU_MASK"
    assert gather == ""  # one kernel for all
    assert "why not" in text[1] and matmul in text[2]


def test_a_dtype_is_named():
    single, double = (plan_of(f"{t}[4,4]", lambda x: lg.softmax(x, axis=1)).rows[0] for t in ("f32", "f64"))
    assert single.why_not == ""
    level = single.kernel.partition("__")[2].partition("_")[0]
    if level in double.kernel:
        pytest.skip(f"both have a kernel for {level}")
    assert double.why_not == f"{level}: for f32, not for f64"


DEVICE = """
import sys, legato as lg, numpy as np
lg.load_plugin(sys.argv[1])
w = lg.tensor(np.ones((8, 8), np.float32))
for executor in (None, lg.Rules([lg.Rule(op="matmul", to="acme.mm:0")])):
    plan = lg.runner(lambda x: lg.softmax(x @ w, axis=1), "f32[2,8]", executor=executor).plan()
    print(*[row.why_not for row in plan.rows], sep="\\n")
"""


@pytest.mark.skipif(not support.compilers("c"), reason="there is no C compiler")
def test_devices_are_asked(tmp_path):
    plugin = support.compile_c(support.ROOT / "tests/abi/plugin_matmul.c", tmp_path / "mm.so", shared=True)
    printed = subprocess.check_output([sys.executable, "-c", DEVICE, plugin], text=True)
    here, softmax, there, again = printed.splitlines()
    assert here.startswith("acme.mm:0: no rule sends it there (")
    assert softmax == again == "acme.mm:0: only matmul"
    assert there == ""


def test_a_copy_is_said():
    """Most kernels take strides; those that do not get a dense copy."""
    run = lg.runner(lambda x, b: lg.linear(x, W, b[::2]), "f32[2,8]", "f32[16]")
    (linear,) = [row for row in run.plan().rows if row.op == "linear"]
    assert linear.why_not == "input 2 is strided: copied first"
    assert "and 1 copies, for" in str(run.plan())


# ---- differences -----------------------------------------------------------------------------------


def test_equal():
    difference = plan_of().diff(plan_of())
    assert difference.equal and not difference
    assert (difference.rows, difference.numbers, str(difference)) == ([], {}, "")


def test_fusion():
    difference = plan_of().diff(plan_of(passes={"fuse": False}))
    (group,) = difference.rows
    assert [[row.op for row in side] for side in group] == [["fused_matmul"], ["matmul", "relu"]]
    assert difference.numbers["records"] == (3, 4)
    assert difference.numbers["left out"] == ("none", "fuse")
    text = str(difference).splitlines()
    assert text[0].startswith("-0  fused_matmul  cpu:0") and text[0].endswith("at first")
    assert text[1] == "-   = matmul first + relu first"
    assert text[2].startswith("+0  matmul ") and text[3].startswith("+1  relu ")
    assert "records: 3 -> 4" in text
    assert difference and not difference.equal


def test_prepack_and_shapes():
    difference = plan_of().diff(plan_of(passes={"prepack": False}))
    assert [len(side) for group in difference.rows for side in group] == [1, 1, 1, 1]
    assert difference.numbers["packed bytes"][1] == 0
    shapes = plan_of().diff(plan_of("f32[64,8]"))
    assert len(shapes.rows) == 3
    assert shapes.numbers["inputs"] == ("f32[2,8]", "f32[64,8]")
    assert shapes.numbers["memory bytes"][0] < shapes.numbers["memory bytes"][1]


def test_placement():
    rules = lg.Rules([lg.Rule(path="second*", to="cpu:0")])
    (group,) = plan_of().diff(plan_of(executor=rules)).rows
    assert [row.why for side in group for row in side] == ["default", "rule 0: path=second*"]


def test_hooks():
    tapped = plan_of(executor=lg.tap("softmax", lambda op, outputs: None))
    assert [row.hooks.startswith("after it ") for row in tapped.rows] == [False, False, True]
    (group,) = plan_of().diff(tapped).rows
    assert [row.hooks for row in group[0]] == [""]
    assert f"+   ! {group[1][0].hooks}" in str(plan_of().diff(tapped)).splitlines()


def test_ops_that_only_one_has():
    def longer(x):
        return lg.tanh(net(lg.abs(x)))

    difference = plan_of().diff(plan_of(fn=longer))
    alone = [(pair[0], pair[1]) for pair in difference.rows if not (pair[0] and pair[1])]
    assert sorted(row.op for before, after in alone for row in before + after) == ["abs", "tanh"]
    assert all(not before for before, _ in alone)
    back = plan_of(fn=longer).diff(plan_of())
    assert [(after, before) for before, after in back.rows] == difference.rows
    assert "ops: 4 -> 6" in str(difference)


def test_groups_that_hang_together():
    """What one plan fuses across what the other fuses is one group."""
    fused, apart = plan_of(), plan_of(passes=dict.fromkeys(lg.passes(), False))
    rows = fused.diff(apart).rows
    seen = [source for pair in rows for row in pair[1] for source in row.sources]
    assert len(seen) == len(set(seen))


def test_wrong_arguments():
    with pytest.raises(lg.DTypeError, match="expected a Plan, got str"):
        plan_of().diff("plan")
