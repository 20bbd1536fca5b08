# SPDX-License-Identifier: Apache-2.0
"""Forms of operators that the newest opset no longer has, beside ONNX Runtime."""

from __future__ import annotations

import numpy as np
import pytest

import legato as lg

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")

# Opset, input x, nodes that make y from it. Constants are written as c_NAME = ... in front.
MATRIX, IMAGE = "float[3, 4]", "float[1, 4, 6, 6]"
CASES: dict[str, tuple[int, str, str]] = {
    "batch norm 7": (
        7,
        IMAGE,
        """s = Constant <value = float[4] {1.0, 2.0, 0.5, 1.0}> ()
           b = Constant <value = float[4] {0.0, 1.0, -1.0, 0.5}> ()
           y = BatchNormalization <epsilon = 0.01> (x, s, b, b, s)""",
    ),
    "batch norm 9": (
        9,
        IMAGE,
        """s = Constant <value = float[4] {1.0, 2.0, 0.5, 1.0}> ()
           y = BatchNormalization (x, s, s, s, s)""",
    ),
    "upsample 7": (8, IMAGE, "y = Upsample <mode = 'nearest', scales = [1.0, 1.0, 2.0, 1.5]> (x)"),
    "upsample 7 linear": (8, IMAGE, "y = Upsample <mode = 'linear', scales = [1.0, 1.0, 2.0, 2.0]> (x)"),
    "upsample 9": (
        9,
        IMAGE,
        "s = Constant <value = float[4] {1.0, 1.0, 2.0, 3.0}> () y = Upsample <mode = 'nearest'> (x, s)",
    ),
    "resize 10": (
        10,
        IMAGE,
        "s = Constant <value = float[4] {1.0, 1.0, 2.0, 0.5}> () y = Resize <mode = 'linear'> (x, s)",
    ),
    "resize 11": (
        11,
        IMAGE,
        """r = Constant <value = float[0] {}> () s = Constant <value = float[4] {1.0, 1.0, 2.0, 2.0}> ()
           y = Resize <mode = 'cubic', coordinate_transformation_mode = 'align_corners'> (x, r, s)""",
    ),
    "resize 11 sizes": (
        11,
        IMAGE,
        """r = Constant <value = float[0] {}> () z = Constant <value = int64[4] {1, 4, 9, 3}> ()
           y = Resize <nearest_mode = 'floor', coordinate_transformation_mode = 'asymmetric'>
           (x, r, r, z)""",
    ),
    "top k 1": (9, MATRIX, "y, i = TopK <k = 2, axis = 1> (x)"),
    "top k 10": (10, MATRIX, "k = Constant <value = int64[1] {2}> () y, i = TopK <axis = 0> (x, k)"),
    "top k 11": (11, MATRIX, "k = Constant <value = int64[1] {2}> () y, i = TopK <largest = 0> (x, k)"),
    "scatter 9": (
        9,
        MATRIX,
        """i = Constant <value = int64[1, 4] {0, 1, 2, 0}> ()
           u = Constant <value = float[1, 4] {9.0, 8.0, 7.0, 6.0}> ()
           y = Scatter <axis = 0> (x, i, u)""",
    ),
    "max pool 8": (8, IMAGE, "y = MaxPool <kernel_shape = [3, 3], auto_pad = 'SAME_UPPER'> (x)"),
    "max pool 10": (10, IMAGE, "y = MaxPool <kernel_shape = [2, 2], strides = [2, 2], ceil_mode = 1> (x)"),
    "average pool 7": (7, IMAGE, "y = AveragePool <kernel_shape = [2, 2], pads = [1, 1, 0, 0]> (x)"),
    "average pool 10": (
        10,
        IMAGE,
        "y = AveragePool <kernel_shape = [3, 3], pads = [1, 1, 1, 1], count_include_pad = 1> (x)",
    ),
    "log softmax 11": (11, IMAGE, "y = LogSoftmax <axis = 1> (x)"),
    "hardmax 11": (11, IMAGE, "y = Hardmax <axis = 2> (x)"),
    "argmax 11": (11, MATRIX, "a = ArgMax <axis = 1> (x) y = Cast <to = 1> (a)"),
    "reduce max 12": (12, MATRIX, "y = ReduceMax <axes = [0], keepdims = 0> (x)"),
    "reduce mean 13": (13, MATRIX, "y = ReduceMean <axes = [-1]> (x)"),
    "reduce l2 17": (17, MATRIX, "y = ReduceL2 <axes = [0, 1]> (x)"),
    "gemm 7": (
        7,
        MATRIX,
        """w = Constant <value = float[2, 4] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0}> ()
           b = Constant <value = float[1, 2] {0.5, -0.5}> ()
           y = Gemm <alpha = 0.5, beta = 2.0, transB = 1> (x, w, b)""",
    ),
    "pow 7": (7, MATRIX, "e = Constant <value = float {2.0}> () y = Pow (x, e)"),
    "group norm 18": (
        18,
        IMAGE,
        """s = Constant <value = float[2] {1.0, 2.0}> () b = Constant <value = float[2] {0.0, 1.0}> ()
           y = GroupNormalization <num_groups = 2> (x, s, b)""",
    ),
    "where 9": (9, MATRIX, "z = Constant <value = float {0.0}> () c = Less (x, z) y = Where (c, z, x)"),
    "depth to space 1": (10, IMAGE, "y = DepthToSpace <blocksize = 2> (x)"),
    "one hot 9": (
        9,
        MATRIX,
        """d = Constant <value = int64 {5}> () v = Constant <value = float[2] {0.0, 1.0}> ()
           a = ArgMax <axis = 1, keepdims = 0> (x) y = OneHot <axis = 0> (a, d, v)""",
    ),
    "quantize 10": (
        10,
        MATRIX,
        """s = Constant <value = float {0.02}> () z = Constant <value = uint8 {128}> ()
           q = QuantizeLinear (x, s, z) y = DequantizeLinear (q, s, z)""",
    ),
    "loop 11": (
        11,
        MATRIX,
        """n = Constant <value = int64 {3}> () t = Constant <value = bool {1}> ()
           y = Loop (n, t, x) <body = b (int64 i, bool go, float[3, 4] v) => (bool again, float[3, 4] w) {
               again = Identity (go) w = Add (v, v) }>""",
    ),
    "instance norm 6": (
        7,
        IMAGE,
        """s = Constant <value = float[4] {1.0, 2.0, 0.5, 1.0}> ()
           y = InstanceNormalization (x, s, s)""",
    ),
    "conv transpose 1": (
        7,
        IMAGE,
        """w = Constant <value = float[4, 1, 1, 2] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0}> ()
           y = ConvTranspose <strides = [1, 2], output_shape = [6, 13]> (x, w)""",
    ),
    "roi align 10": (
        10,
        IMAGE,
        """r = Constant <value = float[1, 4] {0.0, 1.0, 4.0, 5.0}> () i = Constant <value = int64[1] {0}> ()
           y = RoiAlign <output_height = 3, output_width = 3, sampling_ratio = 2> (x, r, i)""",
    ),
    "grid sample 16": (
        16,
        IMAGE,
        """g = Constant <value = float[1, 1, 2, 2] {-0.5, 0.25, 0.75, -1.0}> ()
           y = GridSample <mode = 'bilinear', padding_mode = 'border'> (x, g)""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_like_onnx_runtime(name: str) -> None:
    opset, kind, nodes = CASES[name]
    text = nodes.replace("'", '"')
    model = onnx.parser.parse_model(
        f'<ir_version: 7, opset_import: ["": {opset}]> g ({kind} x) => (float y) {{ {text} }}'
    )
    model.graph.output[0].type.tensor_type.ClearField("shape")
    shape = [int(n) for n in kind[6:-1].split(",")]
    x = np.random.default_rng(2).standard_normal(shape).astype(np.float32)
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    wanted = session.run(None, {"x": x})[0]
    got = lg.runner(lg.from_onnx(model))(x).numpy()
    assert got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=2e-5, atol=1e-5)
