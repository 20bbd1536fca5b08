# SPDX-License-Identifier: Apache-2.0
"""Pooling over windows of one to three spatial axes."""

from dsl import flag, ints, onnx, op

KERNEL = ints(doc="Extents of the window, one for all spatial axes or one each.")
STRIDE = ints(None, "Step of the window; None for its extents.")
PADDING = ints(
    0, "Elements around the input, fewer than the window spans: one, one per axis, or begins then ends."
)
CEIL = flag(False, "Whether a last window may hang over the end; none starts in the end padding.")
X = {"x": "Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W)."}
RENAME = {"kernel_shape": "kernel_size", "strides": "stride", "pads": "padding"}

op(
    "max_pool",
    id=38,
    since="0.1",
    ins="x:T[N,C,...]",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "kernel_size": KERNEL,
        "stride": STRIDE,
        "padding": PADDING,
        "dilation": ints(1, "Distance of window elements."),
        "ceil_mode": CEIL,
    },
    shape="pool(kernel_size, stride, padding, dilation, ceil_mode)",
    dtype="same",
    cost={"flops": "|y|*window(kernel_size)", "bytes": "io"},
    onnx=onnx("MaxPool", (1, 8, 10, 11, 12, 22), {**RENAME, "dilations": "dilation"}),
    source="ONNX MaxPool-22; PyTorch max_pool2d",
    args=X,
    doc="Largest element of each window. Padding never wins; NaN in a window gives NaN.",
    example=">>> lg.max_pool(lg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2).tolist()\n[[[3.0, 2.0]]]",
)
op(
    "avg_pool",
    id=39,
    since="0.1",
    ins="x:T[N,C,...]",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "kernel_size": KERNEL,
        "stride": STRIDE,
        "padding": PADDING,
        "ceil_mode": CEIL,
        "count_include_pad": flag(True, "Whether padding counts in the divisor."),
    },
    shape="pool(kernel_size, stride, padding, NULL, ceil_mode)",
    dtype="same",
    cost={"flops": "|y|*window(kernel_size)", "bytes": "io"},
    tol={"f32": (5e-7, 1e-37), "f64": (2e-15, 1e-300)},
    onnx=onnx("AveragePool", (1, 7, 10, 11, 19, 22), RENAME),
    source="ONNX AveragePool-22; PyTorch avg_pool2d",
    args=X,
    doc="""
Mean of each window.

Elements of a last window that hang over the padding (`ceil_mode`) never count in the divisor.
""",
    example=">>> lg.avg_pool(lg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2).tolist()\n[[[2.0, 1.0]]]",
)
