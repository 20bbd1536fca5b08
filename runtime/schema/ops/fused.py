# SPDX-License-Identifier: Apache-2.0
"""What plans make of several ops: written by passes, seldom by people."""

from dsl import enum, f64, flag, floats, i64, ints, op

ACTIVATION = {
    "activation": enum(
        "none",
        "relu",
        "clip",
        "leaky_relu",
        "sigmoid",
        "tanh",
        "silu",
        "gelu",
        "gelu_tanh",
        "hard_sigmoid",
        "hard_swish",
        default="none",
        doc="Function of each element of the result, by the name of its op.",
    ),
    "alpha": f64(0.0, "Its first number: lower bound of clip, slope of leaky_relu, factor of hard_sigmoid."),
    "beta": f64(0.0, "Its second number: upper bound of clip, summand of hard_sigmoid."),
    "add_after": flag(False, "Whether the addend is added after the activation instead of before."),
}
ARGS = {
    "bias": "Summand of each out feature, channel or column.",
    "addend": "Tensor of the shape of the result that is added to it: a residual.",
}
NOTES = """
The bits are those of the ops one after the other. Recorded programs need not use it: the pass ``fuse`` does.
"""

op(
    "fused_conv",
    id=300,
    since="0.1",
    ins="x:T[N,C,...] w:T[O,I,...] bias:T[O]? addend:T[N,O,...]?",
    outs="y:T[N,O,...]",
    types={"T": "f32"},
    attrs={
        "stride": ints(1, "Step of the window, one for all spatial axes or one each."),
        "padding": ints(
            0, "Zeros around the input: one for all, one for each axis, or begins then ends of all axes."
        ),
        "dilation": ints(1, "Distance of window elements, one for all or one each."),
        "groups": i64(1, "Blocks of channels that do not see each other."),
        "auto_pad": enum(
            "notset",
            "same_upper",
            "same_lower",
            "valid",
            default="notset",
            doc="How much padding, instead of `padding`, as in conv.",
        ),
        **ACTIVATION,
    },
    shape="fused_conv(stride, padding, dilation, groups, auto_pad)",
    dtype="same",
    cost={"flops": "2*|y|*I*spatial(w)", "bytes": "io"},
    tol={"f32": (1e-5, 1e-6)},
    onnx=None,
    source="conv, then bias, residual and activation of the same names",
    args=ARGS,
    doc=f"conv that ends in residual and activation: ``activation(conv(x, w, bias) + addend)``.\n{NOTES}",
    example="""
>>> lg.fused_conv(lg.tensor([[[1.0, -2.0, 3.0]]]), lg.tensor([[[1.0, 1.0]]]), activation="relu").tolist()
[[[0.0, 1.0]]]
""",
)
op(
    "fused_linear",
    id=301,
    since="0.1",
    ins="x:T[...,I] w:T[O,I] bias:T[O]? addend:T[...,O]?",
    outs="y:T[...,O]",
    types={"T": "f32"},
    attrs=ACTIVATION,
    shape="fused_linear",
    dtype="same",
    cost={"flops": "2*|y|*I", "bytes": "io"},
    tol={"f32": (1e-5, 1e-6)},
    onnx=None,
    source="linear, then residual and activation of the same names",
    args=ARGS,
    doc=f"linear that ends in residual and activation: ``activation(x @ w.T + bias + addend)``.\n{NOTES}",
    example="""
>>> lg.fused_linear(lg.tensor([1.0, 2.0]), lg.tensor([[3.0, -4.0]]), activation="relu").tolist()
[0.0]
""",
)
op(
    "fused_matmul",
    id=302,
    since="0.1",
    ins="a:T[...,M,K] b:T[...,K,N] bias:T[N]? addend:T[...,M,N]?",
    outs="y:T[...,M,N]",
    types={"T": "f32"},
    attrs=ACTIVATION,
    shape="fused_matmul",
    dtype="same",
    cost={"flops": "2*|y|*K", "bytes": "io"},
    tol={"f32": (1e-5, 1e-6)},
    onnx=None,
    source="matmul, then bias, residual and activation of the same names",
    args=ARGS,
    doc=f"matmul that ends in residual and activation: ``activation(a @ b + bias + addend)``.\n{NOTES}",
    example="""
>>> lg.fused_matmul(lg.tensor([[1.0, 2.0]]), lg.tensor([[3.0], [4.0]]), lg.tensor([-1.0])).tolist()
[[10.0]]
""",
)
op(
    "chain",
    id=303,
    since="0.1",
    ins="xs:T[...]*",
    outs="y:T[...]",
    types={"T": "f32"},
    attrs={
        "ops": ints(doc="The id of the pointwise op of each step, at most 16."),
        "a": ints(
            doc="First operand of each step: n for the n-th input, counted from 0; with n inputs, n + i for "
            "the result of step i."
        ),
        "b": ints(doc="Second operand of each step, -1 for none."),
        "c": ints(doc="Third operand of each step, -1 for none."),
        "alpha": floats((), "First attribute of each step's op; nothing where all have their defaults."),
        "beta": floats((), "Second attribute, likewise."),
    },
    shape="chain(ops, a, b, c, alpha, beta)",
    dtype="same",
    flags="INPLACE",
    cost={"flops": "4*|y|", "bytes": "io"},
    tol={"f32": (1e-5, 1e-6)},
    onnx=None,
    source="the ops of its steps",
    args={"xs": "One tensor or more that broadcast."},
    doc="""
Several pointwise ops, one after the other, over tiles that stay in cache.

The result of the last step is that of the op; others never reach memory. The bits are those of the ops
one after the other. Recorded programs need not use it: the pass ``chain`` does.
""",
    example="""
>>> add, tanh = 17, 6
>>> x = lg.tensor([1.0, -1.0])
>>> lg.chain([x, lg.tensor([-1.0, 1.0])], [add, tanh], [0, 2], [1, -1], [-1, -1]).tolist()
[0.0, 0.0]
""",
)
