# SPDX-License-Identifier: Apache-2.0
"""The command ``legato``, on a small ONNX file and on .legato files."""

import json

import numpy as np
import pytest
from test_file import rewrite

import legato as lg
from legato.__main__ import main

pytest.importorskip("click")
pytest.importorskip("rich")
onnx = pytest.importorskip("onnx")


@pytest.fixture
def model(tmp_path):
    weights = onnx.numpy_helper.from_array(np.arange(12, dtype=np.float32).reshape(4, 3), "w")
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("MatMul", ["x", "w"], ["m"], name="mix"),
            onnx.helper.make_node("Relu", ["m"], ["y"], name="act"),
        ],
        "small",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["batch", 4])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["batch", 3])],
        [weights],
    )
    path = tmp_path / "small.onnx"
    onnx.save(
        onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=8), path
    )
    return path


def ask(capsys, *words):
    """Return exit status, standard output and standard error."""
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_run_writes_what_the_program_computes(model, tmp_path, capsys):
    x = np.random.default_rng(0).standard_normal((2, 4)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    code, out, _ = ask(
        capsys, "run", model, "--dim", "batch=2", "--input", f"x={tmp_path / 'x.npy'}",
        "--output", f"y={tmp_path / 'y.npy'}",
    )  # fmt: skip
    assert code == 0 and "y: float32 [2, 3]" in out
    wanted = np.maximum(x @ np.arange(12, dtype=np.float32).reshape(4, 3), 0)
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), wanted, rtol=1e-5)


def test_show_tells_program_plan_and_memory(model, capsys):
    code, out, _ = ask(capsys, "show", model, "--dim", "batch=2")
    assert code == 0 and "matmul" in out and "plan:" in out
    code, out, _ = ask(capsys, "show", model, "--dim", "batch=2", "--memory")
    assert code == 0 and "bytes" in out
    code, out, _ = ask(capsys, "show", model, "--dim", "batch=2", "--json")
    assert code == 0 and json.loads(out)["outputs"] == {"y": "f32[2,3]"}


def test_show_tells_roles_that_this_machine_cannot_honour(tmp_path, capsys):
    with lg.Lane("far", workers=2, spin_us=10) as lane:
        lg.save(tmp_path / "here.legato", lg.runner(lg.tanh, "f32[4]", executor=lg.on(lane)))
    far = 'lane "far" workers=2 cores=[1000] spin_ns=10000'
    rewrite(
        tmp_path / "here.legato",
        tmp_path / "far.legato",
        lambda text: text.replace("workers=2", "workers=2 cores=[1000]"),
    )
    code, out, _ = ask(capsys, "show", tmp_path / "far.legato")
    assert code == 0 and far in out
    code, out, _ = ask(capsys, "show", tmp_path / "far.legato", "--json")
    assert code == 0 and json.loads(out)["roles"] == [far]
    assert ask(capsys, "diff", tmp_path / "far.legato", tmp_path / "here.legato")[0] == 0
    code, _, err = ask(capsys, "run", tmp_path / "far.legato", "--random", "1")
    assert code == 1 and "asks for lanes that cannot be made here" in err


def test_convert_diff_and_bench(model, tmp_path, capsys):
    made = tmp_path / "small.legato"
    assert ask(capsys, "convert", model, made, "--dim", "batch=2")[0] == 0
    assert lg.load(made)(np.ones((2, 4), np.float32)).shape == (2, 3)
    assert ask(capsys, "diff", made, made)[0] == 0
    code, out, _ = ask(
        capsys, "diff", model, model, "--plan", "--dim", "batch=2", "--without", "fuse", "--json"
    )
    assert code in (0, 1) and json.loads(out)["equal"] == (code == 0)
    code, out, _ = ask(capsys, "bench", made, "--seconds", "0.05", "--json")
    assert code == 0 and json.loads(out)["legato"]["p50_us"] > 0


def test_bench_beside_onnx_runtime(model, capsys):
    pytest.importorskip("onnxruntime")
    code, out, _ = ask(capsys, "bench", model, "--dim", "batch=2", "--seconds", "0.05", "--peers")
    assert code == 0 and "ONNX Runtime" in out and "ratio" in out


def test_info(capsys):
    code, out, _ = ask(capsys, "info", "--json")
    assert code == 0 and json.loads(out)["instruction_set"] == lg.isa()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "MODEL"], "input 'x'"),
        (["run", "MODEL", "--input", "z=z.npy"], "there is no input 'z'; there are x"),
        (["run", "MODEL", "--input", "x"], "not of the form"),
        (["run", "MODEL", "--input", "x=nowhere.npy"], "cannot read"),
        (["run", "MODEL", "--dim", "batch=none", "--random", "0"], "whole number"),
        (["show", "nowhere.onnx"], "there is no file"),
        (["convert", "MODEL", "out.txt"], "must end in .legato"),
        (["jump"], "No such command"),
    ],
)
def test_what_is_wrong_is_said(words, said, model, capsys):
    words = [model if word == "MODEL" else word for word in words]
    if "batch=none" not in words and words[0] == "run":
        words += ["--dim", "batch=2"]
    code, out, err = ask(capsys, *words)
    assert code != 0 and said in err + out


def test_profile(model, tmp_path, capsys):
    page = tmp_path / "t.html"
    code, out, _ = ask(capsys, "profile", model, "--dim", "batch=2", "--runs", "3", "--save", page)
    assert code == 0 and "fused_matmul" in out and "expected within 20 %" in out
    assert "fused_matmul" in page.read_text()
    code, out, _ = ask(capsys, "profile", model, "--dim", "batch=2", "--runs", "2", "--json")
    found = json.loads(out)
    assert code == 0 and found["lost"] == 0 and 0 <= found["within_20_percent"] <= 1
    (record,) = found["records"]
    assert record["op"] == "fused_matmul" and record["where"] == "cpu:0" and record["share"] == 1.0
    assert record["us"] == found["us"] > 0 and record["expected_us"] == found["expected_us"]
    code, _, error = ask(capsys, "profile", model, "--dim", "batch=2", "--save", tmp_path / "t.txt")
    assert code == 1 and "must end in .html" in error
