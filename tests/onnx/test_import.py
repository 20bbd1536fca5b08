# SPDX-License-Identifier: Apache-2.0
"""What an imported program looks like, and forms of operators that the node tests do not have."""

from __future__ import annotations

import numpy as np
import pytest

import legato as lg

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402


def model(text: str, opset: int = 18, more: str = ""):
    return onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["": {opset}{more}]> {text}')


def test_shape_arithmetic_is_gone() -> None:
    m = model("""
    g (float[N, C, 4] x) => (float[P, 4] y) {
        s = Shape (x)
        i = Constant <value = int64[1] {2}> ()
        last = Gather <axis = 0> (s, i)
        first = Constant <value = int64[1] {-1}> ()
        wanted = Concat <axis = 0> (first, last)
        y = Reshape (x, wanted)
    }""")
    program = lg.from_onnx(m, dims={"N": 2, "C": 3})
    assert len(program) == 1
    assert str(program.outputs["y"]) == "f32[6,4]"


def test_local_functions_and_their_attributes() -> None:
    m = model(
        """
        g (float[3] x) => (float[3] y) { y = local.f <slope = 0.5> (x) }
        <domain: "local", opset_import: ["": 18]>
        f <slope> (p) => (q) { a = LeakyRelu <alpha: float = @slope> (p)  q = Neg (a) }
        """,
        more=', "local": 1',
    )
    run = lg.runner(lg.from_onnx(m))
    assert run(np.array([-2, 0, 2], np.float32)).tolist() == [1.0, -0.0, -2.0]


def test_if_with_a_known_condition() -> None:
    m = model("""
    g (float[2] x, int64 rate) => (float[2] y) {
        k = Constant <value = int64 {16000}> ()
        c = Equal (rate, k)
        y = If (c) <then_branch = t () => (float[2] u) { u = Neg (x) },
                    else_branch = e () => (float[2] v) { v = Identity (x) }>
    }""")
    program = lg.from_onnx(m, values={"rate": np.int64(16000)})
    assert list(program.inputs) == ["x"]
    assert len(program) == 1
    assert lg.runner(program)(np.array([1, 2], np.float32)).tolist() == [-1.0, -2.0]


def test_initializers_as_inputs_are_constants() -> None:
    node = helper.make_node("Add", ["x", "w"], ["y"])
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in ("x", "w")]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])]
    weight = numpy_helper.from_array(np.ones(2, np.float32), "w")
    proto = helper.make_model(helper.make_graph([node], "g", inputs, outputs, [weight]))
    program = lg.from_onnx(proto)
    assert list(program.inputs) == ["x"]
    assert list(program.weights) == ["w"]


def test_names_of_inputs_nodes_and_outputs() -> None:
    node = helper.make_node("Relu", ["in:0"], ["1/out"], name="/encoder/layer.0/act")
    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in ("in:0", "1/out")]
    program = lg.from_onnx(helper.make_model(helper.make_graph([node], "g", tensors[:1], tensors[1:])))
    assert list(program.inputs) == ["in:0"]
    assert list(program.outputs) == ["1/out"]
    assert program.ops == [("relu#0", "encoder.layer.0.act")]


def test_dead_nodes_are_left_away() -> None:
    m = model("g (float[2] x) => (float[2] y) { z = Neg (x)  y = Relu (x) }")
    assert len(lg.from_onnx(m)) == 1


@pytest.mark.parametrize("opset", [7, 12, 13, 18, 27])
def test_softmax_of_all_ages(opset: int) -> None:
    m = model("g (float[2, 3, 4] x) => (float[2, 3, 4] y) { y = Softmax <axis = 1> (x) }", opset)
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    e = np.exp(x)
    axes = (1, 2) if opset < 13 else 1
    got = lg.runner(lg.from_onnx(m))(x).numpy()
    np.testing.assert_allclose(got, e / e.sum(axis=axes, keepdims=True), rtol=1e-5)


def test_extents_stay_open() -> None:
    m = model("""
    g (float[N, C, 4] x) => (float[P, 4] y, int64[3] s) {
        s = Shape (x)
        i = Constant <value = int64[1] {2}> ()
        last = Gather <axis = 0> (s, i)
        first = Constant <value = int64[1] {-1}> ()
        wanted = Concat <axis = 0> (first, last)
        y = Reshape (x, wanted)
    }""")
    program = lg.from_onnx(m, dims={"C": 3})
    assert program.symbols == ["N"]
    run = lg.runner(program)
    for n in (1, 5, 2):
        x = np.random.default_rng(n).normal(size=(n, 3, 4)).astype(np.float32)
        y, s = run(x)
        np.testing.assert_array_equal(y.numpy(), x.reshape(-1, 4))
        assert s.tolist() == [n, 3, 4]


def test_names_of_open_extents() -> None:
    m = model("g (float[?, 3, ?] x, float[batch, batch] z) => (float[?, 3, ?] y) { y = Relu (x) }")
    m.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "p2o.0"
    m.graph.output[0].type.tensor_type.ClearField("shape")
    program = lg.from_onnx(m)
    assert program.inputs["x"].shape == ("d0", 3, "d1")
    assert program.inputs["z"].shape == ("batch", "batch")
    assert lg.from_onnx(m, dims={"p2o.0": 2, "d1": 7}).inputs["x"].shape == (2, 3, 7)


OPEN = {
    # nodes with x as float[N, 4]; what they mean in NumPy
    "flatten": ("y = Flatten <axis = 1> (x)", lambda x: x),
    "expand": (
        "s = Shape (x) z = Constant <value = float[1, 1] {2.0}> () y = Expand (z, s)",
        lambda x: 0 * x + 2,
    ),
    "split": ("y, b = Split <axis = 0, num_outputs = 2> (x)", lambda x: x[: -(-len(x) // 2)]),
    "last": (
        "y = ArgMax <axis = 0, select_last_index = 1, keepdims = 0> (x)",
        lambda x: len(x) - 1 - np.argmax(x[::-1], axis=0),
    ),
    "copied": (
        "s = Constant <value = int64[3] {0, 2, -1}> () y = Reshape (x, s)",
        lambda x: x.reshape(len(x), 2, 2),
    ),
    "size": ("y = Size (x)", lambda x: np.array(x.size)),
    "slice": (
        """s = Shape <end = 1> (x) o = Constant <value = int64[1] {1}> () m = Sub (s, o)
           a = Constant <value = int64[1] {0}> () y = Slice (x, m, s, a)""",
        lambda x: x[-1:],
    ),
    "range": (
        """s = Shape <end = 1> (x) e = Squeeze (s) z = Constant <value = int64 {0}> ()
           o = Constant <value = int64 {1}> () y = Range (z, e, o)""",
        lambda x: np.arange(len(x)),
    ),
    "of shape": ("s = Shape (x) y = ConstantOfShape (s)", lambda x: 0 * x),
    "softmax 11": ("y = Softmax <axis = 0> (x)", lambda x: np.exp(x) / np.exp(x).sum()),
}


@pytest.mark.parametrize("name", OPEN)
def test_open_extents(name: str) -> None:
    nodes, oracle = OPEN[name]
    m = model(f"g (float[N, 4] x) => (float y) {{ {nodes} }}", 11 if name.endswith("11") else 18)
    m.graph.output[0].type.tensor_type.ClearField("shape")
    program = lg.from_onnx(m)
    assert program.symbols == ["N"]
    run = lg.runner(program)
    for n in (2, 5, 32):
        x = np.random.default_rng(n).integers(-3, 3, (n, 4)).astype(np.float32)
        got, want = run(x).numpy(), oracle(x)
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-5)


CASES = {
    # (opset, nodes, type of y, what it means in NumPy)
    "clip 6": (7, "y = Clip <min = -1.0, max = 1.0> (x)", "float[6]", lambda x: x.clip(-1, 1)),
    "slice 1": (9, "y = Slice <axes = [0], starts = [1], ends = [5]> (x)", "float[4]", lambda x: x[1:5]),
    "pad 2": (9, "y = Pad <pads = [1, 0], value = 3.0> (x)", "float[7]", lambda x: np.append(3, x)),
    "pad cut": (9, "y = Pad <pads = [-1, 2]> (x)", "float[7]", lambda x: np.pad(x, (0, 2))[1:]),
    "squeeze 1": (
        11,
        "a = Unsqueeze <axes = [0, 2]> (x)  y = Squeeze <axes = [0, 2]> (a)",
        "float[6]",
        lambda x: x,
    ),
    "sum 1": (11, "y = ReduceSum <axes = [0]> (x)", "float[1]", lambda x: x.sum(keepdims=True)),
    "sum of all": (13, "y = ReduceSum <keepdims = 0> (x)", "float", lambda x: x.sum()),
    "split 2": (11, "a, y = Split <axis = 0, split = [4, 2]> (x)", "float[2]", lambda x: x[4:]),
    "dropout 7": (9, "y = Dropout <ratio = 0.3> (x)", "float[6]", lambda x: x),
    "dropout mask": (12, "a, y = Dropout (x)", "bool[6]", lambda x: np.ones(6, bool)),
}


@pytest.mark.parametrize("name", CASES)
def test_older_forms(name: str) -> None:
    opset, nodes, result, oracle = CASES[name]
    text = f"g (float[6] x) => ({result} y) {{ {nodes} }}"
    x = np.array([-3, -0.5, 0, 0.5, 2, 7], np.float32)
    got = lg.runner(lg.from_onnx(model(text, opset)))(x).numpy()
    np.testing.assert_allclose(got, oracle(x), rtol=1e-6)


def test_run_onnx_takes_shapes_as_they_come() -> None:
    m = model("g (float[N] x, int64[1] s) => (float[M, 1] y) { y = Reshape (x, s) }")
    y = lg.run_onnx(m, {"x": np.arange(4, dtype=np.float32), "s": np.array([-1])})["y"]
    assert y.tolist() == [0.0, 1.0, 2.0, 3.0]
    with pytest.raises(lg.ArgumentError, match="needs values for 's'"):
        lg.run_onnx(m, {"x": np.zeros(4, np.float32)})


def test_rows_and_handlers_cover_the_operators_of_the_rows() -> None:
    """What a row calls its ONNX operator is imported, from the version that the row states on."""
    from legato.onnx._table import OPERATORS
    from legato.onnx.node import find

    for (name, op), (since, *_) in OPERATORS.items():
        versions = [
            s.since_version
            for s in onnx.defs.get_all_schemas_with_history()
            if s.name == name and not s.domain
        ]
        for version in versions:
            if version >= since:
                assert find("", name, version), f"{name}-{version} is {op}, and no handler"
