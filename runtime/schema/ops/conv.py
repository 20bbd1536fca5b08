# SPDX-License-Identifier: Apache-2.0
"""Convolution."""

from dsl import anchor, i64, ints, onnx, op

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
    },
    shape="conv(stride, padding, dilation, groups)",
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
+ padding - dilation*(window - 1) - 1) / stride + 1``, rounded down. ``conv1d``, ``conv2d`` and ``conv3d``
are names of the same function.
""",
    example=">>> lg.conv(lg.tensor([[[1.0, 2.0, 3.0]]]), lg.tensor([[[1.0, 1.0]]])).tolist()\n[[[3.0, 5.0]]]",
)
