# SPDX-License-Identifier: Apache-2.0
"""Convolution."""

from dsl import anchor, enum, i64, ints, onnx, op

AUTO_PAD = enum(
    "notset",
    "same_upper",
    "same_lower",
    "valid",
    default="notset",
    doc="How much padding, instead of `padding`: same as the input (an odd element at the end or begin), "
    "or none.",
)

op(
    "conv",
    id=37,
    since="0.1",
    ins="x:T[N,C,...] w:T[O,I,...] bias:T[O]?",
    outs="y:T[N,O,...]",
    types={"T": "f32 f64"},
    attrs={
        "stride": ints(1, "Step of the window, one for all spatial axes or one each."),
        "padding": ints(
            0, "Zeros around the input: one for all, one for each axis, or begins then ends of all axes."
        ),
        "dilation": ints(1, "Distance of window elements, one for all or one each."),
        "groups": i64(1, "Blocks of channels that do not see each other."),
        "auto_pad": AUTO_PAD,
    },
    shape="conv(stride, padding, dilation, groups, auto_pad)",
    dtype="same",
    fuse=anchor(epilogue="pointwise"),
    cost={"flops": "2*|y|*I*spatial(w)", "bytes": "io"},
    tol={"f32": (1e-5, 1e-37), "f64": (2e-14, 1e-300)},
    onnx=onnx(
        "Conv",
        (1, 11, 22),
        {"strides": "stride", "pads": "padding", "dilations": "dilation", "group": "groups"},
    ),
    source="ONNX Conv-22",
    aliases=("conv1d", "conv2d", "conv3d"),
    args={
        "x": "Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W).",
        "w": "Weights, shape (O, C/groups, ...) with one axis for each spatial axis of `x`.",
        "bias": "Summand of each out channel.",
    },
    doc="""
Cross-correlation over one to three spatial axes.

``y[n,o,p,q] = bias[o] + sum_{c,r,s} x[n, c, h(p,r), w(q,s)] * w[o,c,r,s]`` with ``h(p,r) = p*stride +
r*dilation - padding``, over the ``C/groups`` channels of the group that ``o`` belongs to. Extents are ``(in
+ padding - dilation*(window - 1) - 1) / stride + 1``, rounded down; with `auto_pad` ``same_upper`` or
``same_lower`` ``in / stride``, rounded up. ``conv1d``, ``conv2d`` and ``conv3d``
are names of the same function.
""",
    example=">>> lg.conv(lg.tensor([[[1.0, 2.0, 3.0]]]), lg.tensor([[[1.0, 1.0]]])).tolist()\n[[[3.0, 5.0]]]",
)
op(
    "conv_transpose",
    id=220,
    since="0.1",
    ins="x:T[N,C,...] w:T[C,O,...] bias:T[...]?",
    outs="y:T[N,...]",
    types={"T": "f32 f64"},
    attrs={
        "stride": ints(1, "Distance of windows in the result, one for all spatial axes or one each."),
        "padding": ints(
            0, "Elements cut off the result: one for all, one for each axis, or begins then ends of all axes."
        ),
        "output_padding": ints(0, "Elements added at the end of each axis, one for all or one each."),
        "dilation": ints(1, "Distance of window elements, one for all or one each."),
        "groups": i64(1, "Blocks of channels that do not see each other."),
        "output_shape": ints(None, "Spatial extents of the result; the padding follows from them."),
        "auto_pad": enum(
            "notset",
            "same_upper",
            "same_lower",
            "valid",
            default="notset",
            doc="Instead of `padding`: extents ``in * stride`` (of odd padding the larger half at "
            "the end or at the begin), or no padding.",
        ),
    },
    shape="conv_transpose(stride, padding, output_padding, dilation, groups, output_shape, auto_pad)",
    dtype="same",
    fuse=anchor(epilogue="pointwise"),
    cost={"flops": "2*|x|*O*spatial(w)", "bytes": "io"},
    tol={"f32": (1e-5, 1e-37), "f64": (2e-14, 1e-300)},
    onnx=onnx(
        "ConvTranspose",
        (1, 11, 22),
        {"strides": "stride", "pads": "padding", "dilations": "dilation", "group": "groups"},
    ),
    source="ONNX ConvTranspose-22",
    aliases=("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
    args={
        "x": "Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W).",
        "w": "Weights, shape (C, O/groups, ...) with one axis for each spatial axis of `x`.",
        "bias": "Summand of each of the O out channels.",
    },
    doc="""
Transposed convolution over one to three spatial axes: the gradient of `conv` with respect to its input.

Element ``x[n,c,i]`` adds ``x[n,c,i] * w[c,o,r]`` to ``y[n,o, i*stride + r*dilation - padding]`` for each tap
``r``. Extents are ``(in - 1)*stride + dilation*(window - 1) + 1 + output_padding - padding``; where
`output_shape` asks for more, elements at the end hold the bias alone. ``conv_transpose1d``,
``conv_transpose2d`` and ``conv_transpose3d`` are names of the same function.
""",
    example=">>> lg.conv_transpose(lg.tensor([[[1.0, 2.0]]]), lg.tensor([[[1.0, 3.0]]]), stride=2).tolist()\n"
    "[[[1.0, 3.0, 2.0, 6.0]]]",
)
