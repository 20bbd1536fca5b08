# SPDX-License-Identifier: Apache-2.0
"""Pointwise ops: output element i depends on elements i of the inputs, after broadcasting."""

from dsl import ALL, FLOAT, NUMBER, dtype, enum, f64, onnx, op, pointwise

# Measured over many runs, then given room: half precision is off by one in the last place where the f32
# result falls next to a tie; the vector functions of f32 state 2 units in the last place; f64 is the C
# library.
HALF = {"f16": (1e-3, 6e-8), "bf16": (8e-3, 1e-40)}
LIBM = {"f32": (2.4e-7, 1e-44), "f64": (1e-15, 1e-322), **HALF}
COMPOSED = {"f32": (1e-6, 1e-43), "f64": (2e-15, 1e-321), **HALF}
# The far tail of the normal distribution is worth its absolute error only.
TAIL = {"f32": (2e-6, 1e-7), "f64": (1e-14, 1e-15), **HALF}

NUMPY = "NumPy ufuncs; IEEE 754-2019"


def _unary(
    name, id, types, doc, example, onnx, flops, tol=None, attrs=None, flags="INPLACE", source=NUMPY, out="T"
):
    op(
        name,
        id=id,
        since="0.1",
        ins="x:T[...]",
        outs=f"y:{out}[...]",
        attrs=attrs,
        types={"T": types},
        shape="broadcast",
        dtype="same" if out == "T" else out,
        fuse=pointwise(),
        cost={"flops": flops, "bytes": "io"},
        flags=flags,
        tol=tol,
        onnx=onnx,
        source=source,
        doc=doc,
        example=example,
    )


_unary(
    "abs",
    1,
    NUMBER,
    "Absolute value. The smallest signed integer stays as it is, as in C.",
    ">>> lg.abs(lg.tensor([-1.5, 2.0])).tolist()\n[1.5, 2.0]",
    onnx("Abs", (6, 13)),
    "|y|",
)
_unary(
    "neg",
    2,
    NUMBER,
    "Negative: ``-x``. Integers wrap around.",
    ">>> lg.neg(lg.tensor([1.0, -2.0])).tolist()\n[-1.0, 2.0]",
    onnx("Neg", (6, 13)),
    "|y|",
)
_unary(
    "sqrt",
    3,
    FLOAT,
    "Square root, correctly rounded. NaN for numbers below zero.",
    ">>> lg.sqrt(lg.tensor([4.0, 9.0])).tolist()\n[2.0, 3.0]",
    onnx("Sqrt", (6, 13)),
    "4*|y|",
    flags="INPLACE PROMOTE_FLOAT",
)
_unary(
    "exp",
    4,
    FLOAT,
    "Exponential: ``e ** x``.",
    ">>> lg.exp(lg.tensor([0.0, -float('inf')])).tolist()\n[1.0, 0.0]",
    onnx("Exp", (6, 13)),
    "16*|y|",
    tol=LIBM,
    flags="INPLACE PROMOTE_FLOAT",
)
_unary(
    "log",
    5,
    FLOAT,
    "Natural logarithm. ``-inf`` for zero, NaN for numbers below.",
    ">>> lg.log(lg.tensor([1.0, 0.0])).tolist()\n[0.0, -inf]",
    onnx("Log", (6, 13)),
    "20*|y|",
    tol=LIBM,
    flags="INPLACE PROMOTE_FLOAT",
)
_unary(
    "tanh",
    6,
    FLOAT,
    "Hyperbolic tangent.",
    ">>> lg.tanh(lg.tensor([0.0, 100.0])).tolist()\n[0.0, 1.0]",
    onnx("Tanh", (6, 13)),
    "24*|y|",
    tol=LIBM,
    flags="INPLACE PROMOTE_FLOAT",
)
_unary(
    "erf",
    7,
    FLOAT,
    "Error function: ``2/sqrt(pi) * integral of exp(-t*t) from 0 to x``.",
    ">>> lg.erf(lg.tensor([0.0, 10.0])).tolist()\n[0.0, 1.0]",
    onnx("Erf", (9, 13)),
    "30*|y|",
    tol=LIBM,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C erf; Abramowitz, Stegun, Handbook of Mathematical Functions, 1964, 7.1.1",
)
_unary(
    "sigmoid",
    8,
    FLOAT,
    "Logistic function: ``1 / (1 + exp(-x))``.",
    ">>> lg.sigmoid(lg.tensor([0.0, 100.0])).tolist()\n[0.5, 1.0]",
    onnx("Sigmoid", (6, 13)),
    "20*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ONNX Sigmoid-13",
)
_unary(
    "relu",
    9,
    NUMBER,
    "Rectifier: ``max(x, 0)``; NaN stays NaN.",
    ">>> lg.relu(lg.tensor([-1.0, 2.0])).tolist()\n[0.0, 2.0]",
    onnx("Relu", (6, 13, 14)),
    "|y|",
    source="ONNX Relu-14; PyTorch relu for NaN",
)
_unary(
    "leaky_relu",
    10,
    FLOAT,
    "Leaky rectifier: ``x`` where ``x >= 0``, else ``negative_slope * x``.",
    ">>> lg.leaky_relu(lg.tensor([-2.0, 2.0]), negative_slope=0.5).tolist()\n[-1.0, 2.0]",
    onnx("LeakyRelu", (6, 16), {"alpha": "negative_slope"}),
    "2*|y|",
    tol={"f32": (3e-7, 1e-45), **HALF},
    attrs={"negative_slope": f64(0.01, "Factor for numbers below zero.")},
    flags="INPLACE PROMOTE_FLOAT",
    source="Maas, Hannun, Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013",
)
_unary(
    "gelu",
    11,
    FLOAT,
    """
Gaussian error linear unit: ``x * P(X <= x)`` for a standard normal X.

``none``: ``0.5 * x * (1 + erf(x / sqrt(2)))``;
``tanh``: ``0.5 * x * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * x**3)))``. At minus infinity both are 0.
""",
    ">>> lg.gelu(lg.tensor([0.0, 100.0])).tolist()\n[0.0, 100.0]",
    onnx("Gelu", 20),
    "36*|y|",
    tol=TAIL,
    attrs={"approximate": enum("none", "tanh", default="none", doc="Which formula.")},
    flags="INPLACE PROMOTE_FLOAT",
    source="Hendrycks, Gimpel, Gaussian Error Linear Units, 2016",
)
_unary(
    "silu",
    12,
    FLOAT,
    "Sigmoid linear unit, also called swish: ``x * sigmoid(x)``, 0 at minus infinity.",
    ">>> lg.silu(lg.tensor([0.0, 100.0])).tolist()\n[0.0, 100.0]",
    onnx("Swish", 24),
    "22*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="Elfwing, Uchibe, Doya, Sigmoid-Weighted Linear Units, 2017",
)

op(
    "clip",
    id=13,
    since="0.1",
    ins="x:T[...] min:T[...]? max:T[...]?",
    outs="y:T[...]",
    types={"T": NUMBER},
    shape="broadcast",
    dtype="same",
    fuse=pointwise(),
    flags="INPLACE",
    cost={"flops": "2*|y|", "bytes": "io"},
    onnx=onnx("Clip", (6, 11, 12, 13)),
    source="NumPy clip; ONNX Clip-13",
    args={"min": "Lower bound, broadcast to `x`; no bound when absent.", "max": "Upper bound, likewise."},
    doc="""
Limit to bounds: ``min(max(x, min), max)``.

NaN in any operand gives NaN. Where ``min > max`` the result is ``max``.
""",
    example=">>> lg.clip(lg.tensor([-2.0, 0.5, 9.0]), 0.0, 1.0).tolist()\n[0.0, 0.5, 1.0]",
)
op(
    "cast",
    id=14,
    since="0.1",
    ins="x:T[...]",
    outs="y:U[...]",
    types={"T": ALL, "U": ALL},
    attrs={"dtype": dtype(doc="The dtype of the result.")},
    shape="broadcast",
    dtype="attr(dtype)",
    fuse=pointwise(),
    cost={"flops": "|y|", "bytes": "io"},
    onnx=onnx("Cast", (6, 9, 13, 19, 21, 23, 24), {"to": "dtype"}),
    source="ONNX Cast-13",
    doc="""
Convert to another dtype.

To a float: round to nearest even. Float to integer: cut towards zero; what lies outside the range becomes its
nearest end and NaN becomes 0, on every machine. Integer to integer: the low bits. To bool: ``x != 0``.
""",
    example=">>> lg.cast(lg.tensor([1.9, -1.9, 1e20]), lg.i32).tolist()\n[1, -1, 2147483647]",
)
_unary(
    "is_nan",
    15,
    FLOAT,
    "Whether an element is not a number.",
    ">>> lg.is_nan(lg.tensor([1.0, float('nan')])).tolist()\n[False, True]",
    onnx("IsNaN", (9, 13, 20)),
    "|y|",
    flags="",
    out="bool",
)
_unary(
    "logical_not",
    16,
    "bool",
    "Logical negation of bools.",
    ">>> lg.logical_not(lg.tensor([True, False])).tolist()\n[False, True]",
    onnx("Not", 1),
    "|y|",
)


def _binary(
    name, id, types, doc, example, onnx, tol=None, flops="|y|", out="T", flags="INPLACE", source=NUMPY
):
    op(
        name,
        id=id,
        since="0.1",
        ins="a:T[...] b:T[...]",
        outs=f"y:{out}[...]",
        types={"T": types},
        shape="broadcast",
        dtype="same" if out == "T" else out,
        fuse=pointwise(),
        cost={"flops": flops, "bytes": "io"},
        flags=flags,
        tol=tol,
        onnx=onnx,
        source=source,
        doc=doc,
        example=example,
    )


_binary(
    "add",
    17,
    NUMBER,
    "Sum of two tensors. Integers wrap around.",
    ">>> lg.add(lg.tensor([1.0, 2.0]), 1.0).tolist()\n[2.0, 3.0]",
    onnx("Add", (7, 13, 14)),
)
_binary(
    "sub",
    18,
    NUMBER,
    "Difference of two tensors. Integers wrap around.",
    ">>> lg.sub(lg.tensor([1.0, 2.0]), 1.0).tolist()\n[0.0, 1.0]",
    onnx("Sub", (7, 13, 14)),
)
_binary(
    "mul",
    19,
    NUMBER,
    "Product of two tensors, element by element. Integers wrap around.",
    ">>> lg.mul(lg.tensor([1.0, 2.0]), 3.0).tolist()\n[3.0, 6.0]",
    onnx("Mul", (7, 13, 14)),
)
op(
    "div",
    id=20,
    since="0.1",
    ins="a:T[...] b:T[...]",
    outs="y:T[...]",
    types={"T": NUMBER},
    attrs={
        "rounding_mode": enum(
            "none",
            "trunc",
            "floor",
            default=None,
            doc="``trunc`` cuts the quotient towards zero, ``floor`` towards minus infinity.",
        )
    },
    shape="broadcast",
    dtype="div(rounding_mode)",
    fuse=pointwise(),
    flags="INPLACE",
    cost={"flops": "4*|y|", "bytes": "io"},
    onnx=onnx("Div", (7, 13, 14), note="integers: rounding_mode=trunc"),
    source="PyTorch div; NumPy floor_divide",
    doc="""
Quotient of two tensors.

Without `rounding_mode` integers are divided as f32. An integer divided by zero is an error; floats follow
IEEE 754. ``floor`` of floats agrees with ``//`` of Python where both operands are finite and ``b`` is not
zero.
""",
    example=">>> lg.div(lg.tensor([7, -7]), 2, rounding_mode='floor').tolist()\n[3, -4]",
)
_binary(
    "pow",
    21,
    NUMBER,
    """
Power: ``a ** b``.

Integers: by squaring, wrapping around; with a negative exponent 1 and -1 give their powers, all others 0.
""",
    ">>> lg.pow(lg.tensor([2.0, 3.0]), 2.0).tolist()\n[4.0, 9.0]",
    onnx("Pow", (7, 12, 13, 15)),
    LIBM,
    flops="40*|y|",
    source="ISO C pow; ONNX Pow-15",
)
_binary(
    "maximum",
    22,
    NUMBER,
    "The larger of two elements. NaN if either is.",
    ">>> lg.maximum(lg.tensor([1.0, 4.0]), 2.0).tolist()\n[2.0, 4.0]",
    onnx("Max", (6, 8, 12, 13), note="two inputs; more are a chain"),
)
_binary(
    "minimum",
    23,
    NUMBER,
    "The smaller of two elements. NaN if either is.",
    ">>> lg.minimum(lg.tensor([1.0, 4.0]), 2.0).tolist()\n[1.0, 2.0]",
    onnx("Min", (6, 8, 12, 13), note="two inputs; more are a chain"),
)
_binary(
    "equal",
    24,
    ALL,
    "Whether two elements are equal. NaN equals nothing.",
    ">>> lg.equal(lg.tensor([1, 2]), lg.tensor([1, 3])).tolist()\n[True, False]",
    onnx("Equal", (7, 11, 13, 19)),
    out="bool",
    flags="",
)
_binary(
    "less",
    25,
    ALL,
    "Whether ``a < b``. False with NaN.",
    ">>> lg.less(lg.tensor([1, 3]), 2).tolist()\n[True, False]",
    onnx("Less", (7, 9, 13)),
    out="bool",
    flags="",
)
_binary(
    "greater",
    26,
    ALL,
    "Whether ``a > b``. False with NaN.",
    ">>> lg.greater(lg.tensor([1, 3]), 2).tolist()\n[False, True]",
    onnx("Greater", (7, 9, 13)),
    out="bool",
    flags="",
)
_binary(
    "logical_and",
    27,
    "bool",
    "Logical and of bools.",
    ">>> lg.logical_and(lg.tensor([True, True]), lg.tensor([True, False])).tolist()\n[True, False]",
    onnx("And", 7),
)
op(
    "where",
    id=28,
    since="0.1",
    ins="cond:bool[...] x:T[...] y:T[...]",
    outs="out:T[...]",
    types={"T": ALL},
    shape="broadcast",
    dtype="same",
    fuse=pointwise(),
    cost={"flops": "|out|", "bytes": "io"},
    onnx=onnx("Where", (9, 16)),
    source="NumPy where; ONNX Where-16",
    args={"cond": "Which of the two to take.", "x": "Taken where `cond` holds.", "y": "Taken elsewhere."},
    doc="Choose elements by a condition: ``x`` where ``cond`` holds, else ``y``.",
    example=">>> lg.where(lg.tensor([True, False]), lg.tensor([1, 2]), lg.tensor([3, 4])).tolist()\n[1, 4]",
)
