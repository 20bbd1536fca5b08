# SPDX-License-Identifier: Apache-2.0
"""Pointwise ops: output element i depends on elements i of the inputs, after broadcasting."""

from dsl import ALL, FLOAT, INT, NUMBER, dtype, enum, f64, flag, onnx, op, pointwise

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
    name,
    id,
    types,
    doc,
    example,
    onnx,
    tol=None,
    flops="|y|",
    out="T",
    flags="INPLACE",
    source=NUMPY,
    attrs=None,
    ins="a:T[...] b:T[...]",
):
    op(
        name,
        id=id,
        since="0.1",
        ins=ins,
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

# ---- the second op set -------------------------------------------------------------------------------

_unary(
    "sign",
    52,
    NUMBER,
    "Sign: -1, 0 or 1; NaN stays NaN.",
    ">>> lg.sign(lg.tensor([-2.5, 0.0, 7.0])).tolist()\n[-1.0, 0.0, 1.0]",
    onnx("Sign", (9, 13)),
    "2*|y|",
)
_unary(
    "floor",
    53,
    NUMBER,
    "Largest whole number that is not above. Integers stay as they are.",
    ">>> lg.floor(lg.tensor([-1.5, 2.5])).tolist()\n[-2.0, 2.0]",
    onnx("Floor", (6, 13)),
    "|y|",
)
_unary(
    "ceil",
    54,
    NUMBER,
    "Smallest whole number that is not below. Integers stay as they are.",
    ">>> lg.ceil(lg.tensor([-1.5, 2.5])).tolist()\n[-1.0, 3.0]",
    onnx("Ceil", (6, 13)),
    "|y|",
)
_unary(
    "round",
    55,
    NUMBER,
    "Nearest whole number; halves go to the even one. Integers stay as they are.",
    ">>> lg.round(lg.tensor([-1.5, 2.5])).tolist()\n[-2.0, 2.0]",
    onnx("Round", (11, 22)),
    "|y|",
)
_unary(
    "trunc",
    56,
    NUMBER,
    "Whole part: cut towards zero. Integers stay as they are.",
    ">>> lg.trunc(lg.tensor([-1.5, 2.5])).tolist()\n[-1.0, 2.0]",
    None,
    "|y|",
)
_unary(
    "rsqrt",
    57,
    FLOAT,
    "Reciprocal of the square root: ``1 / sqrt(x)``, each step correctly rounded.",
    ">>> lg.rsqrt(lg.tensor([4.0, 0.25])).tolist()\n[0.5, 2.0]",
    None,
    "8*|y|",
    flags="INPLACE PROMOTE_FLOAT",
    tol={"f32": (1.3e-7, 0), "f64": (2.3e-16, 0), **HALF},
    source="PyTorch rsqrt; IEEE 754-2019",
)
_unary(
    "reciprocal",
    58,
    FLOAT,
    "Reciprocal: ``1 / x``, correctly rounded. Infinite for zero.",
    ">>> lg.reciprocal(lg.tensor([4.0, -0.5])).tolist()\n[0.25, -2.0]",
    onnx("Reciprocal", (6, 13)),
    "4*|y|",
    flags="INPLACE PROMOTE_FLOAT",
)
_binary(
    "not_equal",
    59,
    ALL,
    "Whether two elements differ. NaN differs from everything.",
    ">>> lg.not_equal(lg.tensor([2, 3]), 2).tolist()\n[False, True]",
    None,
    out="bool",
    flags="",
)
_binary(
    "less_equal",
    60,
    ALL,
    "Whether ``a <= b``. False with NaN.",
    ">>> lg.less_equal(lg.tensor([2, 3]), 2).tolist()\n[True, False]",
    onnx("LessOrEqual", (12, 16)),
    out="bool",
    flags="",
)
_binary(
    "greater_equal",
    61,
    ALL,
    "Whether ``a >= b``. False with NaN.",
    ">>> lg.greater_equal(lg.tensor([2, 3]), 2).tolist()\n[True, True]",
    onnx("GreaterOrEqual", (12, 16)),
    out="bool",
    flags="",
)
_binary(
    "logical_or",
    62,
    "bool",
    "Logical or of bools.",
    ">>> lg.logical_or(lg.tensor([True, False]), lg.tensor([False, False])).tolist()\n[True, False]",
    onnx("Or", 7),
)
_binary(
    "logical_xor",
    63,
    "bool",
    "Whether exactly one of two bools holds.",
    ">>> lg.logical_xor(lg.tensor([True, False]), lg.tensor([True, True])).tolist()\n[False, True]",
    onnx("Xor", 7),
)
_unary(
    "bitwise_not",
    64,
    f"{INT} bool",
    "All bits of an integer turned over; logical negation of bools.",
    ">>> lg.bitwise_not(lg.tensor([0, 5])).tolist()\n[-1, -6]",
    onnx("BitwiseNot", 18, note="integers; bools are Not"),
    "|y|",
)
_binary(
    "bitwise_and",
    65,
    f"{INT} bool",
    "Bits that both numbers have; logical and of bools.",
    ">>> lg.bitwise_and(lg.tensor([5, 3]), 2).tolist()\n[0, 2]",
    onnx("BitwiseAnd", 18, note="integers; bools are And"),
)
_binary(
    "bitwise_or",
    66,
    f"{INT} bool",
    "Bits that either number has; logical or of bools.",
    ">>> lg.bitwise_or(lg.tensor([5, 3]), 2).tolist()\n[7, 3]",
    onnx("BitwiseOr", 18, note="integers; bools are Or"),
)
_binary(
    "bitwise_xor",
    67,
    f"{INT} bool",
    "Bits that one of two numbers has; exclusive or of bools.",
    ">>> lg.bitwise_xor(lg.tensor([5, 3]), 2).tolist()\n[7, 1]",
    onnx("BitwiseXor", 18, note="integers; bools are Xor"),
)
_binary(
    "bit_shift",
    68,
    INT,
    """
Shift the bits of `a` by `b` places: ``a << b`` or ``a >> b``.

To the right the sign fills the places that become free. A count that is negative or not below the number of
bits gives 0, or -1 for a negative number shifted right.
""",
    ">>> lg.bit_shift(lg.tensor([1, -8]), 2, direction='right').tolist()\n[0, -2]",
    onnx("BitShift", 11, note="unsigned integers only"),
    attrs={"direction": enum("left", "right", default="left", doc="Which way.")},
    source="NumPy left_shift, right_shift; ONNX BitShift-11",
)
_unary(
    "is_inf",
    69,
    FLOAT,
    "Whether an element is infinite.",
    ">>> lg.is_inf(lg.tensor([-float('inf'), 1.0]), detect_negative=False).tolist()\n[False, False]",
    onnx("IsInf", (10, 20)),
    "2*|y|",
    attrs={
        "detect_negative": flag(True, "Whether minus infinity counts."),
        "detect_positive": flag(True, "Whether plus infinity counts."),
    },
    flags="",
    out="bool",
    source="ONNX IsInf-20",
)
_binary(
    "mod",
    70,
    NUMBER,
    """
Remainder with the sign of the divisor: ``a - floor(a / b) * b``, as ``%`` of Python and NumPy.

An integer divided by zero is an error; a float gives NaN.
""",
    ">>> lg.mod(lg.tensor([7, -7]), 3).tolist()\n[1, 2]",
    onnx("Mod", (10, 13), note="fmod=0, which ONNX allows for integers only"),
    flops="8*|y|",
    source="NumPy remainder; Python %",
)
_binary(
    "fmod",
    71,
    NUMBER,
    """
Remainder with the sign of the dividend: ``a - trunc(a / b) * b``, as C's fmod; exact.

An integer divided by zero is an error; a float gives NaN.
""",
    ">>> lg.fmod(lg.tensor([7, -7]), 3).tolist()\n[1, -1]",
    onnx("Mod", (10, 13), note="fmod=1"),
    flops="8*|y|",
    source="ISO C fmod; NumPy fmod",
)
_binary(
    "prelu",
    72,
    FLOAT,
    "Rectifier with a learned slope: ``x`` where ``x >= 0``, else ``slope * x``.",
    ">>> lg.prelu(lg.tensor([-2.0, 2.0]), 0.25).tolist()\n[-0.5, 2.0]",
    onnx("PRelu", (7, 9, 16)),
    flops="2*|y|",
    flags="INPLACE PROMOTE_FLOAT",
    source="He, Zhang, Ren, Sun, Delving Deep into Rectifiers, 2015",
    ins="x:T[...] slope:T[...]",
)
_unary(
    "elu",
    73,
    FLOAT,
    "Exponential linear unit: ``x`` where ``x > 0``, else ``alpha * (exp(x) - 1)``.",
    ">>> lg.elu(lg.tensor([-100.0, 2.0]), alpha=0.5).tolist()\n[-0.5, 2.0]",
    onnx("Elu", (6, 22)),
    "20*|y|",
    tol=COMPOSED,
    attrs={"alpha": f64(1.0, "Limit at minus infinity, with its sign turned.")},
    flags="INPLACE PROMOTE_FLOAT",
    source="Clevert, Unterthiner, Hochreiter, Exponential Linear Units, 2015",
)
_unary(
    "selu",
    74,
    FLOAT,
    """
Self-normalizing exponential linear unit: ``scale * elu(x, alpha)`` with the constants of the paper.

``scale = 1.0507009873554805``, ``alpha = 1.6732632423543772``.
""",
    ">>> lg.selu(lg.tensor([0.0, float('inf')])).tolist()\n[0.0, inf]",
    onnx("Selu", (6, 22), note="default alpha and gamma only"),
    "20*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="Klambauer, Unterthiner, Mayr, Hochreiter, Self-Normalizing Neural Networks, 2017",
)
_unary(
    "celu",
    75,
    FLOAT,
    """
Exponential linear unit with a smooth slope.

``x`` where ``x > 0``, else ``alpha * (exp(x / alpha) - 1)``.
""",
    ">>> lg.celu(lg.tensor([-100.0, 2.0]), alpha=0.5).tolist()\n[-0.5, 2.0]",
    onnx("Celu", 12),
    "24*|y|",
    tol=COMPOSED,
    attrs={"alpha": f64(1.0, "Limit at minus infinity, with its sign turned; not 0.")},
    flags="INPLACE PROMOTE_FLOAT",
    source="Barron, Continuously Differentiable Exponential Linear Units, 2017",
)
_unary(
    "hard_sigmoid",
    76,
    FLOAT,
    """
Straight line in place of the logistic function: ``min(max(alpha * x + beta, 0), 1)``.

The defaults are PyTorch's; ONNX has 0.2 for `alpha`.
""",
    ">>> lg.hard_sigmoid(lg.tensor([-3.0, 0.0, 3.0])).tolist()\n[0.0, 0.5, 1.0]",
    onnx("HardSigmoid", (6, 22)),
    "4*|y|",
    attrs={"alpha": f64(1 / 6, "Slope."), "beta": f64(0.5, "Value at 0.")},
    flags="INPLACE PROMOTE_FLOAT",
    source="PyTorch hardsigmoid; ONNX HardSigmoid-6",
)
_unary(
    "hard_swish",
    77,
    FLOAT,
    "Swish of straight lines: ``x * min(max(x / 6 + 0.5, 0), 1)``; 0 at minus infinity.",
    ">>> lg.hard_swish(lg.tensor([0.0, 3.0, 4.0])).tolist()\n[0.0, 3.0, 4.0]",
    onnx("HardSwish", (14, 22)),
    "5*|y|",
    flags="INPLACE PROMOTE_FLOAT",
    source="Howard et al., Searching for MobileNetV3, 2019",
)
_unary(
    "mish",
    78,
    FLOAT,
    "Mish: ``x * tanh(softplus(x))``, 0 at minus infinity.",
    ">>> lg.mish(lg.tensor([0.0, 100.0])).tolist()\n[0.0, 100.0]",
    onnx("Mish", (18, 22)),
    "28*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019",
)
_unary(
    "softplus",
    79,
    FLOAT,
    "Smooth rectifier: ``log(1 + exp(x))``.",
    ">>> lg.softplus(lg.tensor([-1000.0, 1000.0])).tolist()\n[0.0, 1000.0]",
    onnx("Softplus", (1, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="Dugas et al., Incorporating Second-Order Functional Knowledge, 2000",
)
_unary(
    "softsign",
    80,
    FLOAT,
    "Soft sign: ``x / (1 + |x|)``. NaN at infinity.",
    ">>> lg.softsign(lg.tensor([0.0, 1.0, -3.0])).tolist()\n[0.0, 0.5, -0.75]",
    onnx("Softsign", (1, 22)),
    "3*|y|",
    flags="INPLACE PROMOTE_FLOAT",
    source="Bergstra et al., Quadratic Polynomials Learn Better Image Features, 2009",
)
_unary(
    "expm1",
    81,
    FLOAT,
    "Exponential less one, with all digits near zero: ``exp(x) - 1``.",
    ">>> lg.expm1(lg.tensor([0.0, -float('inf')])).tolist()\n[0.0, -1.0]",
    None,
    "18*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C expm1",
)
_unary(
    "log1p",
    82,
    FLOAT,
    "Logarithm of one more, with all digits near zero: ``log(1 + x)``.",
    ">>> lg.log1p(lg.tensor([0.0, -1.0])).tolist()\n[0.0, -inf]",
    None,
    "26*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C log1p",
)
_unary(
    "sin",
    83,
    FLOAT,
    "Sine of an angle in radians.",
    ">>> lg.sin(lg.tensor([0.0])).tolist()\n[0.0]",
    onnx("Sin", (7, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C sin",
)
_unary(
    "cos",
    84,
    FLOAT,
    "Cosine of an angle in radians.",
    ">>> lg.cos(lg.tensor([0.0])).tolist()\n[1.0]",
    onnx("Cos", (7, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C cos",
)
_unary(
    "tan",
    85,
    FLOAT,
    "Tangent of an angle in radians.",
    ">>> lg.tan(lg.tensor([0.0])).tolist()\n[0.0]",
    onnx("Tan", (7, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C tan",
)
_unary(
    "asin",
    86,
    FLOAT,
    "Angle in radians from -pi/2 to pi/2 whose sine is x. NaN outside -1 to 1.",
    ">>> lg.asin(lg.tensor([0.0])).tolist()\n[0.0]",
    onnx("Asin", (7, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C asin",
)
_unary(
    "acos",
    87,
    FLOAT,
    "Angle in radians from 0 to pi whose cosine is x. NaN outside -1 to 1.",
    ">>> lg.acos(lg.tensor([1.0])).tolist()\n[0.0]",
    onnx("Acos", (7, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C acos",
)
_unary(
    "atan",
    88,
    FLOAT,
    "Angle in radians from -pi/2 to pi/2 whose tangent is x.",
    ">>> lg.atan(lg.tensor([0.0])).tolist()\n[0.0]",
    onnx("Atan", (7, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C atan",
)
_unary(
    "sinh",
    89,
    FLOAT,
    "Hyperbolic sine.",
    ">>> lg.sinh(lg.tensor([0.0])).tolist()\n[0.0]",
    onnx("Sinh", (9, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C sinh",
)
_unary(
    "cosh",
    90,
    FLOAT,
    "Hyperbolic cosine.",
    ">>> lg.cosh(lg.tensor([0.0])).tolist()\n[1.0]",
    onnx("Cosh", (9, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C cosh",
)
_unary(
    "asinh",
    91,
    FLOAT,
    "Inverse hyperbolic sine.",
    ">>> lg.asinh(lg.tensor([0.0])).tolist()\n[0.0]",
    onnx("Asinh", (9, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C asinh",
)
_unary(
    "acosh",
    92,
    FLOAT,
    "Inverse hyperbolic cosine. NaN below 1.",
    ">>> lg.acosh(lg.tensor([1.0])).tolist()\n[0.0]",
    onnx("Acosh", (9, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C acosh",
)
_unary(
    "atanh",
    93,
    FLOAT,
    "Inverse hyperbolic tangent. Infinite at -1 and 1, NaN beyond.",
    ">>> lg.atanh(lg.tensor([0.0])).tolist()\n[0.0]",
    onnx("Atanh", (9, 22)),
    "40*|y|",
    tol=COMPOSED,
    flags="INPLACE PROMOTE_FLOAT",
    source="ISO C atanh",
)
_unary(
    "threshold_relu",
    94,
    FLOAT,
    "Rectifier from a threshold on: ``x`` where ``x > alpha``, else 0; NaN stays NaN.",
    ">>> lg.threshold_relu(lg.tensor([0.5, 2.0])).tolist()\n[0.0, 2.0]",
    onnx("ThresholdedRelu", (10, 22)),
    "|y|",
    attrs={"alpha": f64(1.0, "What is not above becomes 0.")},
    flags="INPLACE PROMOTE_FLOAT",
    source="Konda, Memisevic, Krueger, Zero-bias autoencoders, 2014; ONNX ThresholdedRelu-10",
)
