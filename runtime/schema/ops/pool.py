# SPDX-License-Identifier: Apache-2.0
"""Pooling over windows of one to three spatial axes."""

from dsl import enum, f64, flag, ints, onnx, op

KERNEL = ints(doc="Extents of the window, one for all spatial axes or one each.")
STRIDE = ints(None, "Step of the window; None for its extents.")
PADDING = ints(
    0, "Elements around the input, fewer than the window spans: one, one per axis, or begins then ends."
)
CEIL = flag(False, "Whether a last window may hang over the end; none starts in the end padding.")
DILATION = ints(1, "Distance of window elements.")
AUTO_PAD = enum(
    "notset",
    "same_upper",
    "same_lower",
    "valid",
    default="notset",
    doc="How much padding, instead of `padding`: same as the input (an odd element at the end or begin), "
    "or none.",
)
X = {"x": "Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W)."}
RENAME = {"kernel_shape": "kernel_size", "strides": "stride", "pads": "padding", "dilations": "dilation"}

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
        "dilation": DILATION,
        "ceil_mode": CEIL,
        "auto_pad": AUTO_PAD,
    },
    shape="pool(kernel_size, stride, padding, dilation, ceil_mode, auto_pad)",
    dtype="same",
    cost={"flops": "|y|*window(kernel_size)", "bytes": "io"},
    onnx=onnx("MaxPool", (1, 8, 10, 11, 12, 22), RENAME),
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
        "dilation": DILATION,
        "auto_pad": AUTO_PAD,
    },
    shape="pool(kernel_size, stride, padding, dilation, ceil_mode, auto_pad)",
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
op(
    "lp_pool",
    id=221,
    since="0.1",
    ins="x:T[N,C,...]",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "norm_type": f64(doc="The exponent p, above 0."),
        "kernel_size": KERNEL,
        "stride": STRIDE,
        "padding": PADDING,
        "dilation": DILATION,
        "ceil_mode": CEIL,
        "auto_pad": AUTO_PAD,
    },
    shape="lp_pool(norm_type, kernel_size, stride, padding, dilation, ceil_mode, auto_pad)",
    dtype="same",
    cost={"flops": "2*|y|*window(kernel_size)", "bytes": "io"},
    tol={"f32": (1e-5, 1e-37), "f64": (1e-13, 1e-300)},
    onnx=onnx("LpPool", (1, 2, 11, 18, 22), {**RENAME, "p": "norm_type"}),
    source="ONNX LpPool-22",
    args=X,
    doc="""
The p-norm of each window, ``(sum |x| ** p) ** (1 / p)``.

Padding counts as zero. Sums of more than f32 can hold are inf, as ONNX has it.
""",
    example=">>> lg.lp_pool(lg.tensor([[[3.0, -4.0, 0.0, 2.0]]]), 2, 2).tolist()\n[[[5.0, 2.0]]]",
)
op(
    "global_lp_pool",
    id=222,
    since="0.1",
    ins="x:T[N,C,...]",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={"norm_type": f64(2.0, "The exponent p, above 0.", positional=True)},
    shape="global_lp_pool(norm_type)",
    dtype="same",
    cost={"flops": "2*|x|", "bytes": "io"},
    flags="REDUCTION",
    tol={"f32": (1e-5, 1e-37), "f64": (1e-13, 1e-300)},
    onnx=onnx("GlobalLpPool", (1, 2, 22), {"p": "norm_type"}),
    source="ONNX GlobalLpPool-22",
    args={"x": "Input, shape (N, C, ...)"},
    doc="The p-norm of each channel over all its spatial axes, which become 1.",
    example=">>> lg.global_lp_pool(lg.tensor([[[3.0, -4.0]]])).tolist()\n[[[5.0]]]",
)
op(
    "max_pool_with_indices",
    id=230,
    since="0.1",
    ins="x:T[N,C,...]",
    outs="y:T[N,C,...] indices:i64[N,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "kernel_size": KERNEL,
        "stride": STRIDE,
        "padding": PADDING,
        "dilation": DILATION,
        "ceil_mode": CEIL,
        "auto_pad": AUTO_PAD,
        "storage_order": enum(
            "row_major",
            "column_major",
            default="row_major",
            doc="Whether the last or the first spatial axis runs fastest in the indices.",
        ),
    },
    shape="pool_with_indices(kernel_size, stride, padding, dilation, ceil_mode, auto_pad)",
    dtype="same",
    cost={"flops": "|y|*window(kernel_size)", "bytes": "io"},
    onnx=None,
    source="ONNX MaxPool-22; PyTorch max_pool2d_with_indices",
    args={**X, "indices": "Positions of `y` in `x`"},
    doc="""
Largest element of each window, and where it came from.

Indices count the elements of `x` from its first, over all axes, as ONNX has it (PyTorch counts each channel
anew). Of equal elements the first is named, of NaN the last; -1 for a window without elements.
""",
    example=">>> lg.max_pool_with_indices(lg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)[1].tolist()\n[[[1, 2]]]",
)
op(
    "max_unpool",
    id=231,
    since="0.1",
    ins="x:T[N,C,...] indices:i64[N,C,...]",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "kernel_size": KERNEL,
        "stride": STRIDE,
        "padding": PADDING,
        "output_size": ints(
            None, "Spatial extents of the result, or its whole shape; None for the least that fit."
        ),
    },
    shape="max_unpool(kernel_size, stride, padding, output_size)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx(
        "MaxUnpool",
        (9, 11, 22),
        {**{k: v for k, v in RENAME.items() if k != "dilations"}, "output_shape": "output_size"},
    ),
    source="ONNX MaxUnpool-22",
    args={
        "x": "Pooled elements, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W)",
        "indices": "Where each belongs, as `max_pool_with_indices` says",
    },
    doc="""
Puts pooled elements back where they came from, zeros elsewhere.

Indices count in the result of the default size, ``(in - 1) * stride + kernel_size - padding``; another
`output_size` cuts or fills it up at the ends, as ONNX has it. Of equal indices the last counts.
""",
    example=">>> lg.max_unpool(lg.tensor([[[3.0, 2.0]]]), lg.tensor([[[1, 2]]]), 2).tolist()\n"
    "[[[0.0, 3.0, 2.0, 0.0]]]",
)


def _adaptive(name, id, doc, example, source, tol):
    op(
        name,
        id=id,
        since="0.1",
        ins="x:T[N,C,...]",
        outs="y:T[N,C,...]",
        types={"T": "f32 f64"},
        attrs={"output_size": ints(doc="Extents of the result, one for all spatial axes or one each.")},
        shape="adaptive_pool(output_size)",
        dtype="same",
        cost={"flops": "|x|", "bytes": "io"},
        tol=tol,
        onnx=None,
        source=source,
        args=X,
        doc=doc
        + "\n\nWindow ``p`` begins at ``p * in / out`` rounded down and ends before ``(p + 1) * in / out`` "
        "rounded up.",
        example=example,
    )


_adaptive(
    "adaptive_avg_pool",
    232,
    "Mean of as many windows as the result has elements.",
    ">>> lg.adaptive_avg_pool(lg.tensor([[[1.0, 3.0, 5.0]]]), 2).tolist()\n[[[2.0, 4.0]]]",
    "PyTorch adaptive_avg_pool2d",
    {"f32": (1e-6, 1e-37), "f64": (2e-15, 1e-300)},
)
_adaptive(
    "adaptive_max_pool",
    233,
    "Largest element of as many windows as the result has elements; NaN in a window gives NaN.",
    ">>> lg.adaptive_max_pool(lg.tensor([[[1.0, 3.0, 5.0]]]), 2).tolist()\n[[[3.0, 5.0]]]",
    "PyTorch adaptive_max_pool2d",
    {},
)
