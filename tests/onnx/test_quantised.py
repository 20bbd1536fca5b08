# SPDX-License-Identifier: Apache-2.0
"""Quantised models: their weights stay narrow, and products between dequantize and quantize are integer."""

import mmap
import sys
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import legato as lg

RANDOM = np.random.default_rng(3)


def model(nodes, inputs, outputs, **weights):
    """Return a model of opset 21."""
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def reference(proto, **inputs):
    return ReferenceEvaluator(proto).run(None, inputs)


def weights_i8(*shape):
    return RANDOM.integers(-127, 128, shape).astype(np.int8)


@pytest.mark.parametrize("narrow", ["i8", "f16"])
def test_weights_stay_narrow(narrow):
    """Cast and scale are ops of the program; a plan computes them once."""
    w = weights_i8(40, 50) if narrow == "i8" else RANDOM.standard_normal((40, 50)).astype(np.float16)
    s = RANDOM.random((1, 50), np.float32)
    nodes = [
        helper.make_node("Cast", ["w"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["wide", "s"], ["scaled"]),
        helper.make_node("MatMul", ["x", "scaled"], ["y"]),
    ]
    proto = model(nodes, {"x": (3, 40)}, ["y"], w=w, s=s)
    program = lg.from_onnx(proto)
    assert str(program.weights["w"]) == f"{narrow}[40,50]"
    x = RANDOM.standard_normal((3, 40)).astype(np.float32)
    run = lg.runner(program)
    assert run.plan().records == 1
    np.testing.assert_allclose(run(x).numpy(), reference(proto, x=x)[0], rtol=1e-5, atol=1e-3)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/self/statm")
def test_signatures_share_memory():
    """16 MB that plans make of a weight are there once, however many plans there are."""
    w, s = weights_i8(2000, 2000), RANDOM.random((1, 2000), np.float32)
    nodes = [
        helper.make_node("Cast", ["w"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["wide", "s"], ["scaled"]),
        helper.make_node("MatMul", ["x", "scaled"], ["y"]),
    ]
    run = lg.runner(lg.from_onnx(model(nodes, {"x": ("batch", 2000)}, ["y"], w=w, s=s)))
    run(np.zeros((8, 2000), np.float32))
    held = resident()
    for rows in range(1, 8):
        run(np.zeros((rows, 2000), np.float32))
    assert resident() - held < 32e6  # 224e6 if each plan had its own


def resident():
    """Return the bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE


def test_scales_of_one_weight():
    """Two scales of one narrow weight are two constants, the same bits as cast and mul."""
    w = weights_i8(400, 500)
    nodes = [
        helper.make_node("Cast", ["w"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["wide", "s"], ["one"]),
        helper.make_node("Mul", ["t", "wide"], ["two"]),
        helper.make_node("MatMul", ["x", "one"], ["a"]),
        helper.make_node("MatMul", ["x", "two"], ["b"]),
        helper.make_node("Sub", ["a", "b"], ["y"]),
    ]
    s, t = RANDOM.random((1, 500), np.float32), RANDOM.random((400, 1), np.float32)
    proto = model(nodes, {"x": ("batch", 400)}, ["y"], w=w, s=s, t=t)
    program = lg.from_onnx(proto)
    assert str(program.weights["w"]) == "i8[400,500]"
    run = lg.runner(program)
    x = RANDOM.standard_normal((30, 400)).astype(np.float32)
    wanted = reference(proto, x=x)[0]
    for rows in (30, 29):
        np.testing.assert_allclose(run(x[:rows]).numpy(), wanted[:rows], rtol=1e-4, atol=0.5)
    plain = lg.runner(program, passes={"integer": False})
    np.testing.assert_allclose(plain(x).numpy(), wanted, rtol=1e-4, atol=0.5)
    assert (plain(x).numpy() == run(x).numpy()).all()


def test_small_constants_are_computed():
    nodes = [
        helper.make_node("Cast", ["w"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["x", "wide"], ["y"]),
    ]
    program = lg.from_onnx(model(nodes, {"x": (3, 4)}, ["y"], w=weights_i8(3, 4)))
    assert [str(spec) for spec in program.weights.values()] == ["f32[3,4]"]


def quantised(op, x, w, axis, bias=None, zeros=True, **attrs):
    """Return a model: x quantised, times w, quantised again."""
    count = w.shape[axis]
    weights = {
        "xs": np.float32(0.031), "xz": np.uint8(120), "ys": np.float32(0.4), "yz": np.uint8(131),
        "w": w, "ws": (RANDOM.random(count) * 0.01 + 0.001).astype(np.float32),
        "wz": RANDOM.integers(-3, 4, count).astype(np.int8),
    }  # fmt: skip
    scale = ["w", "ws", "wz"] if zeros else ["w", "ws"]
    product = ["xd", "wd"]
    if bias is not None:
        weights["b"] = bias
        product.append("b")
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "xs", "xz"], ["xq"]),
        helper.make_node("DequantizeLinear", ["xq", "xs", "xz"], ["xd"]),
        helper.make_node("DequantizeLinear", scale, ["wd"], axis=axis),
        helper.make_node(op, product, ["p"], **attrs),
        helper.make_node("QuantizeLinear", ["p", "ys", "yz"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "ys", "yz"], ["y"]),
    ]
    return model(nodes, {"x": x}, ["y"], **weights)


CASES = {
    "matmul": ("MatMul", (2, 7, 66), (66, 35), 1, None, True, {}),
    "no zero point": ("MatMul", (5, 66), (66, 35), 1, None, False, {}),
    "conv": ("Conv", (2, 6, 9, 11), (24, 6, 3, 3), 0, 24, True, {"pads": [1, 0, 1, 2], "strides": [2, 1]}),
    "conv groups": ("Conv", (1, 6, 90), (8, 3, 60), 0, None, True, {"group": 2}),
}


@pytest.mark.parametrize("case", CASES)
def test_products_of_integers(case):
    """What the pass makes is at most a step away where the f32 product is at the border of two."""
    op, x_shape, w_shape, axis, bias, zeros, attrs = CASES[case]
    bias = None if bias is None else RANDOM.standard_normal(bias).astype(np.float32)
    proto = quantised(op, x_shape, weights_i8(*w_shape), axis, bias, zeros, **attrs)
    run = lg.runner(lg.from_onnx(proto))
    assert f"qlinear_{op.lower()}" in str(run.plan())
    assert "qlinear" not in str(lg.runner(run.program, passes={"integer": False}).plan())
    x = (RANDOM.standard_normal(x_shape) * 2).astype(np.float32)
    mine, theirs = run(x).numpy(), reference(proto, x=x)[0]
    steps = np.rint((mine - theirs) / 0.4)
    assert np.abs(steps).max() <= 1
    assert (steps != 0).mean() < 0.01


def test_products_that_are_none():
    """The scales of the other axis, a bias that is not constant, a product that somebody else reads."""
    w = weights_i8(66, 66)
    assert "qlinear" not in str(lg.runner(lg.from_onnx(quantised("MatMul", (5, 66), w, 0))).plan())
    proto = quantised("MatMul", (5, 66), w, 1)
    proto.graph.output.append(helper.make_tensor_value_info("p", TensorProto.FLOAT, None))
    assert "qlinear" not in str(lg.runner(lg.from_onnx(proto)).plan())
    proto = quantised("Conv", (1, 6, 90), weights_i8(8, 6, 30), 0, np.zeros(8, np.float32))
    del proto.graph.initializer[-1]
    proto.graph.input.append(helper.make_tensor_value_info("b", TensorProto.FLOAT, (8,)))
    assert "qlinear" not in str(lg.runner(lg.from_onnx(proto)).plan())


def test_bias_beyond_32_bits():
    """A bias of more steps than 32 bits hold leaves the product as it is."""
    bias = np.full(8, 1e9, np.float32)
    proto = quantised("Conv", (1, 6, 90), weights_i8(8, 6, 30), 0, bias)
    run = lg.runner(lg.from_onnx(proto))
    assert "qlinear" not in str(run.plan())
    assert (run(np.zeros((1, 6, 90), np.float32)).numpy() == np.float32(0.4) * (255 - 131)).all()


def test_file_of_a_quantised_model(tmp_path):
    proto = quantised("MatMul", (5, 300), weights_i8(300, 200), 1)
    run = lg.runner(lg.from_onnx(proto))
    lg.save(tmp_path / "q.legato", run)
    assert (tmp_path / "q.legato").stat().st_size < 70_000
    x = RANDOM.standard_normal((5, 300)).astype(np.float32)
    assert (lg.load(tmp_path / "q.legato")(x).numpy() == run(x).numpy()).all()
