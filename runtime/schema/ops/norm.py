# SPDX-License-Identifier: Apache-2.0
"""Normalisations: by groups of channels, by root mean square, by a norm, by neighbours."""

from dsl import f64, i64, onnx, op

_AFFINE = {"weight": "Factor per channel, of shape [C].", "bias": "Summand per channel, of shape [C]."}
# Relative to the largest deviation of a group, since `x - mean` cancels; see the samples.
_MOMENTS = {"f32": (1e-5, 2e-6), "f64": (1e-12, 1e-13)}

op(
    "batch_norm",
    id=190,
    since="0.1",
    ins="x:T[N,C,...] mean:T[C] var:T[C] weight:T[C]? bias:T[C]?",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={"eps": f64(1e-5, "Added to the variance.")},
    shape="batch_norm(eps)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "3*|y|", "bytes": "io"},
    tol={"f32": (3e-7, 1e-37), "f64": (1e-15, 1e-300)},
    onnx=onnx(
        "BatchNormalization",
        (7, 9, 14, 15),
        {
            "epsilon": "eps",
            "X": "x",
            "input_mean": "mean",
            "input_var": "var",
            "scale": "weight",
            "B": "bias",
        },
        note="inference; the statistics come before scale and bias here, as in PyTorch",
    ),
    source="Ioffe, Szegedy, Batch Normalization, 2015; ONNX BatchNormalization-15",
    args={"mean": "Stored mean per channel.", "var": "Stored variance per channel.", **_AFFINE},
    raises={"ShapeError": "The rank is below 2, or an operand has not one element per channel."},
    doc="""
Normalisation by stored statistics of each channel, as at inference.

``y = (x - mean[c]) / sqrt(var[c] + eps) * weight[c] + bias[c]``.
""",
    example=(
        ">>> one = lg.tensor([1.0])\n"
        ">>> lg.batch_norm(lg.tensor([[3.0]]), one, one, eps=0.0).tolist()\n[[2.0]]"
    ),
)

op(
    "instance_norm",
    id=191,
    since="0.1",
    ins="x:T[N,C,...] weight:T[C]? bias:T[C]?",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={"eps": f64(1e-5, "Added to the variance.")},
    shape="instance_norm(eps)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "8*|y|", "bytes": "io"},
    tol=_MOMENTS,
    onnx=onnx("InstanceNormalization", (1, 6, 22), {"epsilon": "eps", "scale": "weight", "B": "bias"}),
    source="Ulyanov, Vedaldi, Lempitsky, Instance Normalization, 2016; ONNX InstanceNormalization-22",
    args=_AFFINE,
    doc="""
Normalisation of each channel of each element of the batch over its spatial axes.

``y = (x - mean) / sqrt(var + eps) * weight[c] + bias[c]`` with the variance of the population.
""",
    example=">>> lg.instance_norm(lg.tensor([[[1.0, 3.0]]]), eps=0.0).tolist()\n[[[-1.0, 1.0]]]",
)

op(
    "group_norm",
    id=192,
    since="0.1",
    ins="x:T[N,C,...] weight:T[C]? bias:T[C]?",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "num_groups": i64(doc="Groups of neighbouring channels; divides the channels.", positional=False),
        "eps": f64(1e-5, "Added to the variance."),
    },
    shape="group_norm(num_groups, eps)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "8*|y|", "bytes": "io"},
    tol=_MOMENTS,
    onnx=onnx("GroupNormalization", (18, 21), {"epsilon": "eps", "scale": "weight"}),
    source="Wu, He, Group Normalization, 2018; ONNX GroupNormalization-21",
    args=_AFFINE,
    doc="""
Normalisation over the channels of a group and all spatial axes, for each element of the batch.

``y = (x - mean) / sqrt(var + eps) * weight[c] + bias[c]`` with the variance of the population.
""",
    example=(
        ">>> lg.group_norm(lg.tensor([[[1.0], [3.0], [5.0], [5.0]]]), num_groups=2).flatten().tolist()[2:]"
        "\n[0.0, 0.0]"
    ),
)

op(
    "rms_norm",
    id=193,
    since="0.1",
    ins="x:T[...] weight:T[...]?",
    outs="y:T[...]",
    types={"T": "f32 f64"},
    attrs={
        "axis": i64(-1, "First of the axes that are normalised together; the others follow it."),
        "eps": f64(1e-5, "Added to the mean of the squares."),
    },
    shape="layer_norm(axis, eps)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "4*|y|", "bytes": "io"},
    tol={"f32": (2e-6, 1e-37), "f64": (1e-13, 1e-300)},
    onnx=onnx("RMSNormalization", 23, {"epsilon": "eps", "X": "x", "scale": "weight"}),
    source="Zhang, Sennrich, Root Mean Square Layer Normalization, 2019; ONNX RMSNormalization-23",
    args={"weight": "Factor, of the shape of the normalised axes."},
    doc="Division by the root of the mean square over the last axes: "
    "``y = x / sqrt(mean(x ** 2) + eps) * weight``.",
    example=">>> lg.rms_norm(lg.tensor([2.0, -2.0]), eps=0.0).tolist()\n[1.0, -1.0]",
)

op(
    "lp_norm",
    id=194,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types={"T": "f32 f64"},
    attrs={
        "axis": i64(-1, "The axis along which norms are taken."),
        "p": i64(2, "1: sum of magnitudes; 2: root of the sum of squares."),
    },
    shape="lp_norm(axis, p)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "3*|y|", "bytes": "io"},
    tol={"f32": (2e-7, 1e-37), "f64": (1e-13, 1e-300)},
    onnx=onnx("LpNormalization", (1, 22)),
    source="ONNX LpNormalization-22",
    doc="Division by the 1-norm or 2-norm along an axis. What has norm 0 stays 0.",
    example=">>> lg.lp_norm(lg.tensor([3.0, 4.0])).tolist()\n[0.6000000238418579, 0.800000011920929]",
)

op(
    "lrn",
    id=195,
    since="0.1",
    ins="x:T[N,C,...]",
    outs="y:T[N,C,...]",
    types={"T": "f32 f64"},
    attrs={
        "size": i64(doc="Channels in a window."),
        "alpha": f64(1e-4, "Factor of the mean square of the window."),
        "beta": f64(0.75, "Exponent."),
        "k": f64(1.0, "Summand before the power."),
    },
    shape="lrn(size, alpha, beta, k)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "16*|y|", "bytes": "io"},
    tol={"f32": (3e-6, 1e-37), "f64": (1e-13, 1e-300)},
    onnx=onnx("LRN", (1, 13), {"bias": "k"}),
    source="Krizhevsky, Sutskever, Hinton, ImageNet Classification, 2012; ONNX LRN-13",
    doc="""
Local response normalisation: division by a power of the squares of neighbouring channels.

``y[c] = x[c] / (k + alpha / size * sum(x[i] ** 2)) ** beta`` with `i` from ``c - (size - 1) // 2`` to
``c + size // 2``, as far as there are channels.
""",
    example=">>> lg.lrn(lg.tensor([[[2.0]]]), 1, alpha=0.75, beta=0.5).tolist()\n[[[1.0]]]",
)
