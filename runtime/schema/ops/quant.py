# SPDX-License-Identifier: Apache-2.0
"""Numbers in few bits: quantisation, and products of quantised tensors with exact integer sums."""

from dsl import dtype, enum, i64, ints, onnx, op

_AXIS = i64(1, "The axis of x that per-axis scales run along, or that blocks lie on.")
_BLOCK = i64(0, "Elements along the axis that share a scale; 0: the scale is a number or one per index.")
_SCALE = (
    "Number, vector along `axis`, or of the shape of `x` with the extent of `axis` divided by `block_size`."
)
_POINT = "What stands for zero, of the shape of `scale`; 0 when absent."

op(
    "quantize",
    id=260,
    since="0.1",
    ins="x:T[...] scale:T[...] zero_point:Q[...]?",
    outs="y:Q[...]",
    types={"T": "f32", "Q": "i8 u8 i16 u16"},
    attrs={
        "axis": _AXIS,
        "block_size": _BLOCK,
        "dtype": dtype(None, "Of the result; None for that of `zero_point`, or u8."),
    },
    shape="quantize(axis, block_size)",
    dtype="quantize(dtype)",
    cost={"flops": "4*|x|", "bytes": "io"},
    onnx=onnx("QuantizeLinear", (10, 13, 19, 21, 23, 24, 25), {"output_dtype": "dtype"}),
    source="ONNX QuantizeLinear-25",
    args={"scale": _SCALE, "zero_point": _POINT},
    doc="""
Quantisation: ``saturate(round(x / scale) + zero_point)``.

Halves round to even. NaN becomes the lowest value, and so does what lies below it.
""",
    example="""
>>> lg.quantize(lg.tensor([-1.0, 0.0, 0.25, 9.0]), lg.tensor(0.1), lg.tensor(10, dtype=lg.u8)).tolist()
[0, 10, 12, 100]
""",
)
op(
    "dequantize",
    id=261,
    since="0.1",
    ins="x:Q[...] scale:T[...] zero_point:Q[...]?",
    outs="y:T[...]",
    types={"T": "f32", "Q": "i8 u8 i16 u16 i32"},
    attrs={"axis": _AXIS, "block_size": _BLOCK},
    shape="quantize(axis, block_size)",
    dtype="scale",
    cost={"flops": "2*|x|", "bytes": "io"},
    onnx=onnx("DequantizeLinear", (10, 13, 19, 21, 23, 24, 25)),
    source="ONNX DequantizeLinear-25",
    args={"scale": _SCALE, "zero_point": _POINT},
    doc="Back from integers: ``(x - zero_point) * scale``.",
    example="""
>>> x, zero = lg.tensor([0, 10, 12], dtype=lg.u8), lg.tensor(10, dtype=lg.u8)
>>> lg.dequantize(x, lg.tensor(0.5), zero).tolist()
[-5.0, 0.0, 1.0]
""",
)
op(
    "matmul_integer",
    id=262,
    since="0.1",
    ins="a:A[...,M,K] b:B[...,K,N] a_zero_point:A[...]? b_zero_point:B[...]?",
    outs="y:i32[...,M,N]",
    types={"A": "u8 i8", "B": "u8 i8"},
    shape="matmul_integer",
    dtype="same",
    cost={"flops": "2*|y|*K", "bytes": "io"},
    onnx=onnx("MatMulInteger", 10),
    source="ONNX MatMulInteger-10",
    args={
        "a_zero_point": "What stands for zero in `a`: a number, one for each row, or of shape (..., M, 1).",
        "b_zero_point": "Likewise in `b`: a number, one for each column, or of shape (..., 1, N).",
    },
    doc="""
Matrix product of 8-bit integers, summed exactly in 32 bits: ``(a - a_zero_point) @ (b - b_zero_point)``.

Shapes are those of ``matmul``. Sums beyond 32 bits wrap around. Every instruction set gives the same bits.
""",
    example="""
>>> a, b = lg.tensor([[1, 2]], dtype=lg.u8), lg.tensor([[3], [-4]], dtype=lg.i8)
>>> lg.matmul_integer(a, b, lg.tensor(1, dtype=lg.u8)).tolist()
[[-4]]
""",
)
op(
    "dynamic_quantize",
    id=263,
    since="0.1",
    ins="x:T[...]",
    outs="y:u8[...] scale:f32[] zero_point:u8[]",
    types={"T": "f32"},
    shape="dynamic_quantize",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "6*|x|", "bytes": "io"},
    onnx=onnx("DynamicQuantizeLinear", 11),
    source="ONNX DynamicQuantizeLinear-11",
    args={"scale": "Range of `x` divided by 255; 1 where all is 0.", "zero_point": "What stands for 0."},
    doc="""
Quantisation to u8 over the range of the values, which is made to hold 0.

``y = saturate(round(x / scale) + zero_point)``. NaN does not count for the range and becomes 0; with
an infinity the range is infinite, and nothing is left of the other values.
""",
    example="""
>>> lg.dynamic_quantize(lg.tensor([-1.0, 0.0, 0.5, 1.55])).y.tolist()
[0, 100, 150, 255]
""",
)

_CONV = {
    "stride": ints(1, "Step of the window, one for all spatial axes or one each."),
    "padding": ints(
        0, "Elements around the input: one for all, one for each axis, or begins then ends of all axes."
    ),
    "dilation": ints(1, "Distance of window elements, one for all or one each."),
    "groups": i64(1, "Blocks of channels that do not see each other."),
    "auto_pad": enum(
        "notset",
        "same_upper",
        "same_lower",
        "valid",
        default="notset",
        doc="How much padding, instead of `padding`: same as the input (an odd element at the end or at the "
        "begin), or none.",
    ),
}
_CONV_ONNX = {"strides": "stride", "pads": "padding", "dilations": "dilation", "group": "groups"}
_CONV_ARGS = {
    "x": "Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W).",
    "w": "Weights, shape (O, C/groups, ...).",
    "x_zero_point": "What stands for zero in `x`, a number. Padding is of it.",
    "w_zero_point": "Likewise in `w`, a number or one for each out channel.",
}

op(
    "conv_integer",
    id=264,
    since="0.1",
    ins="x:X[N,C,...] w:W[O,I,...] x_zero_point:X[...]? w_zero_point:W[...]?",
    outs="y:i32[N,O,...]",
    types={"X": "u8 i8", "W": "u8 i8"},
    attrs=_CONV,
    shape="conv_integer(stride, padding, dilation, groups, auto_pad)",
    dtype="same",
    cost={"flops": "2*|y|*I*spatial(w)", "bytes": "io"},
    onnx=onnx("ConvInteger", 10, _CONV_ONNX),
    source="ONNX ConvInteger-10",
    args=_CONV_ARGS,
    doc="""
Convolution of 8-bit integers, summed exactly in 32 bits: ``conv(x - x_zero_point, w - w_zero_point)``.

Shapes are those of ``conv``. Sums beyond 32 bits wrap around. Every instruction set gives the same bits.
""",
    example="""
>>> x, w = lg.tensor([[[1, 2, 3]]], dtype=lg.u8), lg.tensor([[[1, -1]]], dtype=lg.i8)
>>> lg.conv_integer(x, w, padding=1).tolist()
[[[-1, -1, -1, 3]]]
""",
)
_QLINEAR = """

Sums are exact in 32 bits, then multiplied by ``{a}_scale * {b}_scale / y_scale`` in f32, rounded, halves to
even, moved by `y_zero_point` and saturated.
"""
op(
    "qlinear_matmul",
    id=265,
    since="0.1",
    ins="a:A[...,M,K] a_scale:f32[...] a_zero_point:A[...] b:B[...,K,N] b_scale:f32[...] b_zero_point:B[...] "
    "y_scale:f32[] y_zero_point:Y[]",
    outs="y:Y[...,M,N]",
    types={"A": "u8 i8", "B": "u8 i8", "Y": "u8 i8"},
    shape="qlinear_matmul",
    dtype="y_zero_point",
    cost={"flops": "2*|y|*K", "bytes": "io"},
    onnx=onnx("QLinearMatMul", (10, 21)),
    source="ONNX QLinearMatMul-21",
    args={
        "a_scale": "A number, or one for each row.",
        "a_zero_point": "A number, one for each row, or of shape (..., M, 1).",
        "b_scale": "A number, or one for each column.",
        "b_zero_point": "A number, one for each column, or of shape (..., 1, N).",
        "y_scale": "Of the result, a number.",
        "y_zero_point": "Of the result, a number. Its dtype is that of the result.",
    },
    doc="Matrix product of quantised matrices with a quantised result." + _QLINEAR.format(a="a", b="b"),
    example="""
>>> a, zero = lg.tensor([[10, 20]], dtype=lg.u8), lg.tensor(0, dtype=lg.u8)
>>> one, b = lg.tensor(1.0), lg.tensor([[1], [2]], dtype=lg.u8)
>>> lg.qlinear_matmul(a, one, zero, b, one, zero, lg.tensor(2.0), zero).tolist()
[[25]]
""",
)
op(
    "qlinear_conv",
    id=266,
    since="0.1",
    ins="x:X[N,C,...] x_scale:f32[] x_zero_point:X[] w:W[O,I,...] w_scale:f32[...] w_zero_point:W[...] "
    "y_scale:f32[] y_zero_point:Y[] bias:i32[O]?",
    outs="y:Y[N,O,...]",
    types={"X": "u8 i8", "W": "u8 i8", "Y": "u8 i8"},
    attrs=_CONV,
    shape="qlinear_conv(stride, padding, dilation, groups, auto_pad)",
    dtype="y_zero_point",
    cost={"flops": "2*|y|*I*spatial(w)", "bytes": "io"},
    onnx=onnx("QLinearConv", 10, _CONV_ONNX | {"B": "bias"}),
    source="ONNX QLinearConv-10",
    args=_CONV_ARGS
    | {
        "x_scale": "A number.",
        "w_scale": "A number, or one for each out channel.",
        "y_scale": "Of the result, a number.",
        "y_zero_point": "Of the result, a number. Its dtype is that of the result.",
        "bias": "Summand of each out channel, in steps of ``x_scale * w_scale``.",
    },
    doc="Convolution of quantised numbers with a quantised result." + _QLINEAR.format(a="x", b="w"),
    example="""
>>> x, w = lg.tensor([[[10, 20, 30]]], dtype=lg.u8), lg.tensor([[[1, 1]]], dtype=lg.i8)
>>> one, zero, none = lg.tensor(1.0), lg.tensor(0, dtype=lg.u8), lg.tensor(0, dtype=lg.i8)
>>> lg.qlinear_conv(x, one, zero, w, one, none, lg.tensor(2.0), zero).tolist()
[[[15, 25]]]
""",
)
