# SPDX-License-Identifier: Apache-2.0
"""Operators of com.microsoft beside ONNX Runtime, whose they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import legato as lg

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

X, V, W = (2, 3, 8), (8,), (8, 4)
# Operator: shapes of x and of the weights, attributes, outputs
CASES: dict[str, tuple[list[tuple[int, ...]], dict[str, Any], int]] = {
    "FusedMatMul": ([X, (4, 8)], {"transB": 1, "alpha": 0.5}, 1),
    "Gelu": ([X], {}, 1),
    "FastGelu": ([X, V], {}, 1),
    "QuickGelu": ([X], {"alpha": 1.5}, 1),
    "BiasGelu": ([X, V], {}, 1),
    "SkipLayerNormalization": ([X, X, V, V, V], {"epsilon": 1e-5}, 1),
    "SkipSimplifiedLayerNormalization": ([X, X, V], {"epsilon": 1e-5}, 1),
}


@pytest.mark.parametrize("op", CASES)
def test_operator(op: str) -> None:
    shapes, attributes, count = CASES[op]
    random = np.random.default_rng(3)
    arrays = [random.standard_normal(shape).astype(np.float32) for shape in shapes]
    names = [f"i{k}" for k in range(len(arrays))]
    node = helper.make_node(op, names, [f"o{k}" for k in range(count)], domain="com.microsoft", **attributes)
    x = helper.make_tensor_value_info("i0", TensorProto.FLOAT, shapes[0])
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in node.output]
    weights = [numpy_helper.from_array(a, n) for a, n in zip(arrays[1:], names[1:], strict=True)]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(
        helper.make_graph([node], "g", [x], outputs, weights), opset_imports=opsets, ir_version=8
    )
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    wanted = session.run(None, {"i0": arrays[0]})
    got = lg.runner(lg.from_onnx(model))(arrays[0])
    for y, want in zip((got,) if isinstance(got, lg.Tensor) else got, wanted, strict=True):
        np.testing.assert_allclose(y.numpy(), want, rtol=1e-4, atol=1e-5)
