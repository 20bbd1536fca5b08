# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/pointwise.py by runtime/schema/generate.py; do not edit
"""Typed entries of the pointwise ops."""

from legato.core.dispatch cimport attr_bool, attr_dtype, attr_enum, attr_float, call1, call2, call3
from legato.core.engine cimport (
    LG_OP_ABS,
    LG_OP_ACOS,
    LG_OP_ACOSH,
    LG_OP_ADD,
    LG_OP_ASIN,
    LG_OP_ASINH,
    LG_OP_ATAN,
    LG_OP_ATANH,
    LG_OP_BITWISE_AND,
    LG_OP_BITWISE_NOT,
    LG_OP_BITWISE_OR,
    LG_OP_BITWISE_XOR,
    LG_OP_BIT_SHIFT,
    LG_OP_CAST,
    LG_OP_CEIL,
    LG_OP_CELU,
    LG_OP_CLIP,
    LG_OP_COS,
    LG_OP_COSH,
    LG_OP_DIV,
    LG_OP_ELU,
    LG_OP_EQUAL,
    LG_OP_ERF,
    LG_OP_EXP,
    LG_OP_EXPM1,
    LG_OP_FLOOR,
    LG_OP_FMOD,
    LG_OP_GELU,
    LG_OP_GREATER,
    LG_OP_GREATER_EQUAL,
    LG_OP_HARD_SIGMOID,
    LG_OP_HARD_SWISH,
    LG_OP_IS_INF,
    LG_OP_IS_NAN,
    LG_OP_LEAKY_RELU,
    LG_OP_LESS,
    LG_OP_LESS_EQUAL,
    LG_OP_LOG,
    LG_OP_LOG1P,
    LG_OP_LOGICAL_AND,
    LG_OP_LOGICAL_NOT,
    LG_OP_LOGICAL_OR,
    LG_OP_LOGICAL_XOR,
    LG_OP_MAXIMUM,
    LG_OP_MINIMUM,
    LG_OP_MISH,
    LG_OP_MOD,
    LG_OP_MUL,
    LG_OP_NEG,
    LG_OP_NOT_EQUAL,
    LG_OP_POW,
    LG_OP_PRELU,
    LG_OP_RECIPROCAL,
    LG_OP_RELU,
    LG_OP_ROUND,
    LG_OP_RSQRT,
    LG_OP_SELU,
    LG_OP_SIGMOID,
    LG_OP_SIGN,
    LG_OP_SILU,
    LG_OP_SIN,
    LG_OP_SINH,
    LG_OP_SOFTPLUS,
    LG_OP_SOFTSIGN,
    LG_OP_SQRT,
    LG_OP_SUB,
    LG_OP_TAN,
    LG_OP_TANH,
    LG_OP_THRESHOLD_RELU,
    LG_OP_TRUNC,
    LG_OP_WHERE,
    lg_bit_shift_attrs_t,
    lg_cast_attrs_t,
    lg_celu_attrs_t,
    lg_div_attrs_t,
    lg_elu_attrs_t,
    lg_gelu_attrs_t,
    lg_hard_sigmoid_attrs_t,
    lg_is_inf_attrs_t,
    lg_leaky_relu_attrs_t,
    lg_threshold_relu_attrs_t,
)

cdef tuple GELU_APPROXIMATE = ('none', 'tanh')
cdef tuple DIV_ROUNDING_MODE = ('none', 'trunc', 'floor')
cdef tuple BIT_SHIFT_DIRECTION = ('left', 'right')


def abs(object x, *, object out=None):
    """Absolute value. The smallest signed integer stays as it is, as in C.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.abs(lg.tensor([-1.5, 2.0])).tolist()
    [1.5, 2.0]
    """
    return call1(LG_OP_ABS, x, NULL, out)


def neg(object x, *, object out=None):
    """Negative: ``-x``. Integers wrap around.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.neg(lg.tensor([1.0, -2.0])).tolist()
    [-1.0, 2.0]
    """
    return call1(LG_OP_NEG, x, NULL, out)


def sqrt(object x, *, object out=None):
    """Square root, correctly rounded. NaN for numbers below zero.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.sqrt(lg.tensor([4.0, 9.0])).tolist()
    [2.0, 3.0]
    """
    return call1(LG_OP_SQRT, x, NULL, out)


def exp(object x, *, object out=None):
    """Exponential: ``e ** x``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.exp(lg.tensor([0.0, -float('inf')])).tolist()
    [1.0, 0.0]
    """
    return call1(LG_OP_EXP, x, NULL, out)


def log(object x, *, object out=None):
    """Natural logarithm. ``-inf`` for zero, NaN for numbers below.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.log(lg.tensor([1.0, 0.0])).tolist()
    [0.0, -inf]
    """
    return call1(LG_OP_LOG, x, NULL, out)


def tanh(object x, *, object out=None):
    """Hyperbolic tangent.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.tanh(lg.tensor([0.0, 100.0])).tolist()
    [0.0, 1.0]
    """
    return call1(LG_OP_TANH, x, NULL, out)


def erf(object x, *, object out=None):
    """Error function: ``2/sqrt(pi) * integral of exp(-t*t) from 0 to x``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C erf; Abramowitz, Stegun, Handbook of Mathematical Functions, 1964, 7.1.1.

    Examples
    --------
    >>> import legato as lg
    >>> lg.erf(lg.tensor([0.0, 10.0])).tolist()
    [0.0, 1.0]
    """
    return call1(LG_OP_ERF, x, NULL, out)


def sigmoid(object x, *, object out=None):
    """Logistic function: ``1 / (1 + exp(-x))``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ONNX Sigmoid-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.sigmoid(lg.tensor([0.0, 100.0])).tolist()
    [0.5, 1.0]
    """
    return call1(LG_OP_SIGMOID, x, NULL, out)


def relu(object x, *, object out=None):
    """Rectifier: ``max(x, 0)``; NaN stays NaN.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ONNX Relu-14; PyTorch relu for NaN.

    Examples
    --------
    >>> import legato as lg
    >>> lg.relu(lg.tensor([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """
    return call1(LG_OP_RELU, x, NULL, out)


def leaky_relu(object x, *, object negative_slope=0.01, object out=None):
    """Leaky rectifier: ``x`` where ``x >= 0``, else ``negative_slope * x``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    negative_slope : float, default 0.01
        Factor for numbers below zero.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: Maas, Hannun, Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.

    Examples
    --------
    >>> import legato as lg
    >>> lg.leaky_relu(lg.tensor([-2.0, 2.0]), negative_slope=0.5).tolist()
    [-1.0, 2.0]
    """
    cdef lg_leaky_relu_attrs_t attrs
    if negative_slope is 0.01:
        return call1(LG_OP_LEAKY_RELU, x, NULL, out)
    attr_float(&attrs.negative_slope, negative_slope, "leaky_relu", "negative_slope")
    return call1(LG_OP_LEAKY_RELU, x, &attrs, out)


def gelu(object x, *, object approximate='none', object out=None):
    """Gaussian error linear unit: ``x * P(X <= x)`` for a standard normal X.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    approximate : {'none', 'tanh'}, default 'none'
        Which formula.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``none``: ``0.5 * x * (1 + erf(x / sqrt(2)))``; ``tanh``: ``0.5 * x * (1 + tanh(sqrt(2/pi) * (x
    + 0.044715 * x**3)))``. At minus infinity both are 0.

    Source: Hendrycks, Gimpel, Gaussian Error Linear Units, 2016.

    Examples
    --------
    >>> import legato as lg
    >>> lg.gelu(lg.tensor([0.0, 100.0])).tolist()
    [0.0, 100.0]
    """
    cdef lg_gelu_attrs_t attrs
    if approximate is 'none':
        return call1(LG_OP_GELU, x, NULL, out)
    attr_enum(&attrs.approximate, approximate, GELU_APPROXIMATE, "gelu", "approximate")
    return call1(LG_OP_GELU, x, &attrs, out)


def silu(object x, *, object out=None):
    """Sigmoid linear unit, also called swish: ``x * sigmoid(x)``, 0 at minus infinity.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: Elfwing, Uchibe, Doya, Sigmoid-Weighted Linear Units, 2017.

    Examples
    --------
    >>> import legato as lg
    >>> lg.silu(lg.tensor([0.0, 100.0])).tolist()
    [0.0, 100.0]
    """
    return call1(LG_OP_SILU, x, NULL, out)


def clip(object x, object min=None, object max=None, *, object out=None):
    """Limit to bounds: ``min(max(x, min), max)``.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    min : Tensor, optional
        Lower bound, broadcast to `x`; no bound when absent. Any number dtype.
    max : Tensor, optional
        Upper bound, likewise. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    NaN in any operand gives NaN. Where ``min > max`` the result is ``max``.

    Source: NumPy clip; ONNX Clip-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.clip(lg.tensor([-2.0, 0.5, 9.0]), 0.0, 1.0).tolist()
    [0.0, 0.5, 1.0]
    """
    return call3(LG_OP_CLIP, x, min, max, NULL, out)


def cast(object x, object dtype, *, object out=None):
    """Convert to another dtype.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    dtype : dtype
        The dtype of the result.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    To a float: round to nearest even. Float to integer: cut towards zero; what lies outside the
    range becomes its nearest end and NaN becomes 0, on every machine. Integer to integer: the low
    bits. To bool: ``x != 0``.

    Source: ONNX Cast-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.cast(lg.tensor([1.9, -1.9, 1e20]), lg.i32).tolist()
    [1, -1, 2147483647]
    """
    cdef lg_cast_attrs_t attrs
    attr_dtype(&attrs.dtype, dtype, "cast", "dtype")
    return call1(LG_OP_CAST, x, &attrs, out)


def is_nan(object x, *, object out=None):
    """Whether an element is not a number.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype bool.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.is_nan(lg.tensor([1.0, float('nan')])).tolist()
    [False, True]
    """
    return call1(LG_OP_IS_NAN, x, NULL, out)


def logical_not(object x, *, object out=None):
    """Logical negation of bools.

    Parameters
    ----------
    x : Tensor
        Operand. bool.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.logical_not(lg.tensor([True, False])).tolist()
    [False, True]
    """
    return call1(LG_OP_LOGICAL_NOT, x, NULL, out)


def add(object a, object b, *, object out=None):
    """Sum of two tensors. Integers wrap around.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.add(lg.tensor([1.0, 2.0]), 1.0).tolist()
    [2.0, 3.0]
    """
    return call2(LG_OP_ADD, a, b, NULL, out)


def sub(object a, object b, *, object out=None):
    """Difference of two tensors. Integers wrap around.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.sub(lg.tensor([1.0, 2.0]), 1.0).tolist()
    [0.0, 1.0]
    """
    return call2(LG_OP_SUB, a, b, NULL, out)


def mul(object a, object b, *, object out=None):
    """Product of two tensors, element by element. Integers wrap around.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.mul(lg.tensor([1.0, 2.0]), 3.0).tolist()
    [3.0, 6.0]
    """
    return call2(LG_OP_MUL, a, b, NULL, out)


def div(object a, object b, *, object rounding_mode=None, object out=None):
    """Quotient of two tensors.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    rounding_mode : {'trunc', 'floor', None}, default None
        ``trunc`` cuts the quotient towards zero, ``floor`` towards minus infinity.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of the operands; f32 where integers are divided without `rounding_mode`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Without `rounding_mode` integers are divided as f32. An integer divided by zero is an error;
    floats follow IEEE 754. ``floor`` of floats agrees with ``//`` of Python where both operands are
    finite and ``b`` is not zero.

    Source: PyTorch div; NumPy floor_divide.

    Examples
    --------
    >>> import legato as lg
    >>> lg.div(lg.tensor([7, -7]), 2, rounding_mode='floor').tolist()
    [3, -4]
    """
    cdef lg_div_attrs_t attrs
    if rounding_mode is None:
        return call2(LG_OP_DIV, a, b, NULL, out)
    attr_enum(&attrs.rounding_mode, rounding_mode, DIV_ROUNDING_MODE, "div", "rounding_mode")
    return call2(LG_OP_DIV, a, b, &attrs, out)


def pow(object a, object b, *, object out=None):
    """Power: ``a ** b``.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Integers: by squaring, wrapping around; with a negative exponent 1 and -1 give their powers, all
    others 0.

    Source: ISO C pow; ONNX Pow-15.

    Examples
    --------
    >>> import legato as lg
    >>> lg.pow(lg.tensor([2.0, 3.0]), 2.0).tolist()
    [4.0, 9.0]
    """
    return call2(LG_OP_POW, a, b, NULL, out)


def maximum(object a, object b, *, object out=None):
    """The larger of two elements. NaN if either is.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.maximum(lg.tensor([1.0, 4.0]), 2.0).tolist()
    [2.0, 4.0]
    """
    return call2(LG_OP_MAXIMUM, a, b, NULL, out)


def minimum(object a, object b, *, object out=None):
    """The smaller of two elements. NaN if either is.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.minimum(lg.tensor([1.0, 4.0]), 2.0).tolist()
    [1.0, 2.0]
    """
    return call2(LG_OP_MINIMUM, a, b, NULL, out)


def equal(object a, object b, *, object out=None):
    """Whether two elements are equal. NaN equals nothing.

    Parameters
    ----------
    a : Tensor
        Operand. Any dtype.
    b : Tensor
        Operand. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype bool.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.equal(lg.tensor([1, 2]), lg.tensor([1, 3])).tolist()
    [True, False]
    """
    return call2(LG_OP_EQUAL, a, b, NULL, out)


def less(object a, object b, *, object out=None):
    """Whether ``a < b``. False with NaN.

    Parameters
    ----------
    a : Tensor
        Operand. Any dtype.
    b : Tensor
        Operand. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype bool.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.less(lg.tensor([1, 3]), 2).tolist()
    [True, False]
    """
    return call2(LG_OP_LESS, a, b, NULL, out)


def greater(object a, object b, *, object out=None):
    """Whether ``a > b``. False with NaN.

    Parameters
    ----------
    a : Tensor
        Operand. Any dtype.
    b : Tensor
        Operand. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype bool.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.greater(lg.tensor([1, 3]), 2).tolist()
    [False, True]
    """
    return call2(LG_OP_GREATER, a, b, NULL, out)


def logical_and(object a, object b, *, object out=None):
    """Logical and of bools.

    Parameters
    ----------
    a : Tensor
        Operand. bool.
    b : Tensor
        Operand. bool.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.logical_and(lg.tensor([True, True]), lg.tensor([True, False])).tolist()
    [True, False]
    """
    return call2(LG_OP_LOGICAL_AND, a, b, NULL, out)


def where(object cond, object x, object y, *, object out=None):
    """Choose elements by a condition: ``x`` where ``cond`` holds, else ``y``.

    Parameters
    ----------
    cond : Tensor
        Which of the two to take. bool.
    x : Tensor
        Taken where `cond` holds. Any dtype.
    y : Tensor
        Taken elsewhere. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy where; ONNX Where-16.

    Examples
    --------
    >>> import legato as lg
    >>> lg.where(lg.tensor([True, False]), lg.tensor([1, 2]), lg.tensor([3, 4])).tolist()
    [1, 4]
    """
    return call3(LG_OP_WHERE, cond, x, y, NULL, out)


def sign(object x, *, object out=None):
    """Sign: -1, 0 or 1; NaN stays NaN.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.sign(lg.tensor([-2.5, 0.0, 7.0])).tolist()
    [-1.0, 0.0, 1.0]
    """
    return call1(LG_OP_SIGN, x, NULL, out)


def floor(object x, *, object out=None):
    """Largest whole number that is not above. Integers stay as they are.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.floor(lg.tensor([-1.5, 2.5])).tolist()
    [-2.0, 2.0]
    """
    return call1(LG_OP_FLOOR, x, NULL, out)


def ceil(object x, *, object out=None):
    """Smallest whole number that is not below. Integers stay as they are.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.ceil(lg.tensor([-1.5, 2.5])).tolist()
    [-1.0, 3.0]
    """
    return call1(LG_OP_CEIL, x, NULL, out)


def round(object x, *, object out=None):
    """Nearest whole number; halves go to the even one. Integers stay as they are.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.round(lg.tensor([-1.5, 2.5])).tolist()
    [-2.0, 2.0]
    """
    return call1(LG_OP_ROUND, x, NULL, out)


def trunc(object x, *, object out=None):
    """Whole part: cut towards zero. Integers stay as they are.

    Parameters
    ----------
    x : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.trunc(lg.tensor([-1.5, 2.5])).tolist()
    [-1.0, 2.0]
    """
    return call1(LG_OP_TRUNC, x, NULL, out)


def rsqrt(object x, *, object out=None):
    """Reciprocal of the square root: ``1 / sqrt(x)``, each step correctly rounded.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: PyTorch rsqrt; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.rsqrt(lg.tensor([4.0, 0.25])).tolist()
    [0.5, 2.0]
    """
    return call1(LG_OP_RSQRT, x, NULL, out)


def reciprocal(object x, *, object out=None):
    """Reciprocal: ``1 / x``, correctly rounded. Infinite for zero.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.reciprocal(lg.tensor([4.0, -0.5])).tolist()
    [0.25, -2.0]
    """
    return call1(LG_OP_RECIPROCAL, x, NULL, out)


def not_equal(object a, object b, *, object out=None):
    """Whether two elements differ. NaN differs from everything.

    Parameters
    ----------
    a : Tensor
        Operand. Any dtype.
    b : Tensor
        Operand. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype bool.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.not_equal(lg.tensor([2, 3]), 2).tolist()
    [False, True]
    """
    return call2(LG_OP_NOT_EQUAL, a, b, NULL, out)


def less_equal(object a, object b, *, object out=None):
    """Whether ``a <= b``. False with NaN.

    Parameters
    ----------
    a : Tensor
        Operand. Any dtype.
    b : Tensor
        Operand. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype bool.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.less_equal(lg.tensor([2, 3]), 2).tolist()
    [True, False]
    """
    return call2(LG_OP_LESS_EQUAL, a, b, NULL, out)


def greater_equal(object a, object b, *, object out=None):
    """Whether ``a >= b``. False with NaN.

    Parameters
    ----------
    a : Tensor
        Operand. Any dtype.
    b : Tensor
        Operand. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype bool.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.greater_equal(lg.tensor([2, 3]), 2).tolist()
    [True, True]
    """
    return call2(LG_OP_GREATER_EQUAL, a, b, NULL, out)


def logical_or(object a, object b, *, object out=None):
    """Logical or of bools.

    Parameters
    ----------
    a : Tensor
        Operand. bool.
    b : Tensor
        Operand. bool.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.logical_or(lg.tensor([True, False]), lg.tensor([False, False])).tolist()
    [True, False]
    """
    return call2(LG_OP_LOGICAL_OR, a, b, NULL, out)


def logical_xor(object a, object b, *, object out=None):
    """Whether exactly one of two bools holds.

    Parameters
    ----------
    a : Tensor
        Operand. bool.
    b : Tensor
        Operand. bool.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.logical_xor(lg.tensor([True, False]), lg.tensor([True, True])).tolist()
    [False, True]
    """
    return call2(LG_OP_LOGICAL_XOR, a, b, NULL, out)


def bitwise_not(object x, *, object out=None):
    """All bits of an integer turned over; logical negation of bools.

    Parameters
    ----------
    x : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64, u64 or bool.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.bitwise_not(lg.tensor([0, 5])).tolist()
    [-1, -6]
    """
    return call1(LG_OP_BITWISE_NOT, x, NULL, out)


def bitwise_and(object a, object b, *, object out=None):
    """Bits that both numbers have; logical and of bools.

    Parameters
    ----------
    a : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64, u64 or bool.
    b : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64, u64 or bool.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.bitwise_and(lg.tensor([5, 3]), 2).tolist()
    [0, 2]
    """
    return call2(LG_OP_BITWISE_AND, a, b, NULL, out)


def bitwise_or(object a, object b, *, object out=None):
    """Bits that either number has; logical or of bools.

    Parameters
    ----------
    a : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64, u64 or bool.
    b : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64, u64 or bool.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.bitwise_or(lg.tensor([5, 3]), 2).tolist()
    [7, 3]
    """
    return call2(LG_OP_BITWISE_OR, a, b, NULL, out)


def bitwise_xor(object a, object b, *, object out=None):
    """Bits that one of two numbers has; exclusive or of bools.

    Parameters
    ----------
    a : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64, u64 or bool.
    b : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64, u64 or bool.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: NumPy ufuncs; IEEE 754-2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.bitwise_xor(lg.tensor([5, 3]), 2).tolist()
    [7, 1]
    """
    return call2(LG_OP_BITWISE_XOR, a, b, NULL, out)


def bit_shift(object a, object b, *, object direction='left', object out=None):
    """Shift the bits of `a` by `b` places: ``a << b`` or ``a >> b``.

    Parameters
    ----------
    a : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64 or u64.
    b : Tensor
        Operand. i8, u8, i16, u16, i32, u32, i64 or u64.
    direction : {'left', 'right'}, default 'left'
        Which way.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    To the right the sign fills the places that become free. A count that is negative or not below
    the number of bits gives 0, or -1 for a negative number shifted right.

    Source: NumPy left_shift, right_shift; ONNX BitShift-11.

    Examples
    --------
    >>> import legato as lg
    >>> lg.bit_shift(lg.tensor([1, -8]), 2, direction='right').tolist()
    [0, -2]
    """
    cdef lg_bit_shift_attrs_t attrs
    if direction is 'left':
        return call2(LG_OP_BIT_SHIFT, a, b, NULL, out)
    attr_enum(&attrs.direction, direction, BIT_SHIFT_DIRECTION, "bit_shift", "direction")
    return call2(LG_OP_BIT_SHIFT, a, b, &attrs, out)


def is_inf(object x, *, object detect_negative=True, object detect_positive=True, object out=None):
    """Whether an element is infinite.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16.
    detect_negative : bool, default True
        Whether minus infinity counts.
    detect_positive : bool, default True
        Whether plus infinity counts.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype bool.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX IsInf-20.

    Examples
    --------
    >>> import legato as lg
    >>> lg.is_inf(lg.tensor([-float('inf'), 1.0]), detect_negative=False).tolist()
    [False, False]
    """
    cdef lg_is_inf_attrs_t attrs
    if detect_negative is True and detect_positive is True:
        return call1(LG_OP_IS_INF, x, NULL, out)
    attr_bool(&attrs.detect_negative, detect_negative, "is_inf", "detect_negative")
    attr_bool(&attrs.detect_positive, detect_positive, "is_inf", "detect_positive")
    return call1(LG_OP_IS_INF, x, &attrs, out)


def mod(object a, object b, *, object out=None):
    """Remainder with the sign of the divisor: ``a - floor(a / b) * b``, as ``%`` of Python and
    NumPy.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    An integer divided by zero is an error; a float gives NaN.

    Source: NumPy remainder; Python %.

    Examples
    --------
    >>> import legato as lg
    >>> lg.mod(lg.tensor([7, -7]), 3).tolist()
    [1, 2]
    """
    return call2(LG_OP_MOD, a, b, NULL, out)


def fmod(object a, object b, *, object out=None):
    """Remainder with the sign of the dividend: ``a - trunc(a / b) * b``, as C's fmod; exact.

    Parameters
    ----------
    a : Tensor
        Operand. Any number dtype.
    b : Tensor
        Operand. Any number dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    An integer divided by zero is an error; a float gives NaN.

    Source: ISO C fmod; NumPy fmod.

    Examples
    --------
    >>> import legato as lg
    >>> lg.fmod(lg.tensor([7, -7]), 3).tolist()
    [1, -1]
    """
    return call2(LG_OP_FMOD, a, b, NULL, out)


def prelu(object x, object slope, *, object out=None):
    """Rectifier with a learned slope: ``x`` where ``x >= 0``, else ``slope * x``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    slope : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: He, Zhang, Ren, Sun, Delving Deep into Rectifiers, 2015.

    Examples
    --------
    >>> import legato as lg
    >>> lg.prelu(lg.tensor([-2.0, 2.0]), 0.25).tolist()
    [-0.5, 2.0]
    """
    return call2(LG_OP_PRELU, x, slope, NULL, out)


def elu(object x, *, object alpha=1.0, object out=None):
    """Exponential linear unit: ``x`` where ``x > 0``, else ``alpha * (exp(x) - 1)``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    alpha : float, default 1.0
        Limit at minus infinity, with its sign turned.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: Clevert, Unterthiner, Hochreiter, Exponential Linear Units, 2015.

    Examples
    --------
    >>> import legato as lg
    >>> lg.elu(lg.tensor([-100.0, 2.0]), alpha=0.5).tolist()
    [-0.5, 2.0]
    """
    cdef lg_elu_attrs_t attrs
    if alpha is 1.0:
        return call1(LG_OP_ELU, x, NULL, out)
    attr_float(&attrs.alpha, alpha, "elu", "alpha")
    return call1(LG_OP_ELU, x, &attrs, out)


def selu(object x, *, object out=None):
    """Self-normalizing exponential linear unit: ``scale * elu(x, alpha)`` with the constants of the
    paper.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    ``scale = 1.0507009873554805``, ``alpha = 1.6732632423543772``.

    Source: Klambauer, Unterthiner, Mayr, Hochreiter, Self-Normalizing Neural Networks, 2017.

    Examples
    --------
    >>> import legato as lg
    >>> lg.selu(lg.tensor([0.0, float('inf')])).tolist()
    [0.0, inf]
    """
    return call1(LG_OP_SELU, x, NULL, out)


def celu(object x, *, object alpha=1.0, object out=None):
    """Exponential linear unit with a smooth slope.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    alpha : float, default 1.0
        Limit at minus infinity, with its sign turned; not 0.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``x`` where ``x > 0``, else ``alpha * (exp(x / alpha) - 1)``.

    Source: Barron, Continuously Differentiable Exponential Linear Units, 2017.

    Examples
    --------
    >>> import legato as lg
    >>> lg.celu(lg.tensor([-100.0, 2.0]), alpha=0.5).tolist()
    [-0.5, 2.0]
    """
    cdef lg_celu_attrs_t attrs
    if alpha is 1.0:
        return call1(LG_OP_CELU, x, NULL, out)
    attr_float(&attrs.alpha, alpha, "celu", "alpha")
    return call1(LG_OP_CELU, x, &attrs, out)


def hard_sigmoid(object x, *, object alpha=0.16666666666666666, object beta=0.5, object out=None):
    """Straight line in place of the logistic function: ``min(max(alpha * x + beta, 0), 1)``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    alpha : float, default 0.16666666666666666
        Slope.
    beta : float, default 0.5
        Value at 0.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The defaults are PyTorch's; ONNX has 0.2 for `alpha`.

    Source: PyTorch hardsigmoid; ONNX HardSigmoid-6.

    Examples
    --------
    >>> import legato as lg
    >>> lg.hard_sigmoid(lg.tensor([-3.0, 0.0, 3.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    cdef lg_hard_sigmoid_attrs_t attrs
    if alpha is 0.16666666666666666 and beta is 0.5:
        return call1(LG_OP_HARD_SIGMOID, x, NULL, out)
    attr_float(&attrs.alpha, alpha, "hard_sigmoid", "alpha")
    attr_float(&attrs.beta, beta, "hard_sigmoid", "beta")
    return call1(LG_OP_HARD_SIGMOID, x, &attrs, out)


def hard_swish(object x, *, object out=None):
    """Swish of straight lines: ``x * min(max(x / 6 + 0.5, 0), 1)``; 0 at minus infinity.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: Howard et al., Searching for MobileNetV3, 2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.hard_swish(lg.tensor([0.0, 3.0, 4.0])).tolist()
    [0.0, 3.0, 4.0]
    """
    return call1(LG_OP_HARD_SWISH, x, NULL, out)


def mish(object x, *, object out=None):
    """Mish: ``x * tanh(softplus(x))``, 0 at minus infinity.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019.

    Examples
    --------
    >>> import legato as lg
    >>> lg.mish(lg.tensor([0.0, 100.0])).tolist()
    [0.0, 100.0]
    """
    return call1(LG_OP_MISH, x, NULL, out)


def softplus(object x, *, object out=None):
    """Smooth rectifier: ``log(1 + exp(x))``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: Dugas et al., Incorporating Second-Order Functional Knowledge, 2000.

    Examples
    --------
    >>> import legato as lg
    >>> lg.softplus(lg.tensor([-1000.0, 1000.0])).tolist()
    [0.0, 1000.0]
    """
    return call1(LG_OP_SOFTPLUS, x, NULL, out)


def softsign(object x, *, object out=None):
    """Soft sign: ``x / (1 + |x|)``. NaN at infinity.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: Bergstra et al., Quadratic Polynomials Learn Better Image Features, 2009.

    Examples
    --------
    >>> import legato as lg
    >>> lg.softsign(lg.tensor([0.0, 1.0, -3.0])).tolist()
    [0.0, 0.5, -0.75]
    """
    return call1(LG_OP_SOFTSIGN, x, NULL, out)


def expm1(object x, *, object out=None):
    """Exponential less one, with all digits near zero: ``exp(x) - 1``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C expm1.

    Examples
    --------
    >>> import legato as lg
    >>> lg.expm1(lg.tensor([0.0, -float('inf')])).tolist()
    [0.0, -1.0]
    """
    return call1(LG_OP_EXPM1, x, NULL, out)


def log1p(object x, *, object out=None):
    """Logarithm of one more, with all digits near zero: ``log(1 + x)``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C log1p.

    Examples
    --------
    >>> import legato as lg
    >>> lg.log1p(lg.tensor([0.0, -1.0])).tolist()
    [0.0, -inf]
    """
    return call1(LG_OP_LOG1P, x, NULL, out)


def sin(object x, *, object out=None):
    """Sine of an angle in radians.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C sin.

    Examples
    --------
    >>> import legato as lg
    >>> lg.sin(lg.tensor([0.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_SIN, x, NULL, out)


def cos(object x, *, object out=None):
    """Cosine of an angle in radians.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C cos.

    Examples
    --------
    >>> import legato as lg
    >>> lg.cos(lg.tensor([0.0])).tolist()
    [1.0]
    """
    return call1(LG_OP_COS, x, NULL, out)


def tan(object x, *, object out=None):
    """Tangent of an angle in radians.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C tan.

    Examples
    --------
    >>> import legato as lg
    >>> lg.tan(lg.tensor([0.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_TAN, x, NULL, out)


def asin(object x, *, object out=None):
    """Angle in radians from -pi/2 to pi/2 whose sine is x. NaN outside -1 to 1.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C asin.

    Examples
    --------
    >>> import legato as lg
    >>> lg.asin(lg.tensor([0.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_ASIN, x, NULL, out)


def acos(object x, *, object out=None):
    """Angle in radians from 0 to pi whose cosine is x. NaN outside -1 to 1.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C acos.

    Examples
    --------
    >>> import legato as lg
    >>> lg.acos(lg.tensor([1.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_ACOS, x, NULL, out)


def atan(object x, *, object out=None):
    """Angle in radians from -pi/2 to pi/2 whose tangent is x.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C atan.

    Examples
    --------
    >>> import legato as lg
    >>> lg.atan(lg.tensor([0.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_ATAN, x, NULL, out)


def sinh(object x, *, object out=None):
    """Hyperbolic sine.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C sinh.

    Examples
    --------
    >>> import legato as lg
    >>> lg.sinh(lg.tensor([0.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_SINH, x, NULL, out)


def cosh(object x, *, object out=None):
    """Hyperbolic cosine.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C cosh.

    Examples
    --------
    >>> import legato as lg
    >>> lg.cosh(lg.tensor([0.0])).tolist()
    [1.0]
    """
    return call1(LG_OP_COSH, x, NULL, out)


def asinh(object x, *, object out=None):
    """Inverse hyperbolic sine.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C asinh.

    Examples
    --------
    >>> import legato as lg
    >>> lg.asinh(lg.tensor([0.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_ASINH, x, NULL, out)


def acosh(object x, *, object out=None):
    """Inverse hyperbolic cosine. NaN below 1.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C acosh.

    Examples
    --------
    >>> import legato as lg
    >>> lg.acosh(lg.tensor([1.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_ACOSH, x, NULL, out)


def atanh(object x, *, object out=None):
    """Inverse hyperbolic tangent. Infinite at -1 and 1, NaN beyond.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ISO C atanh.

    Examples
    --------
    >>> import legato as lg
    >>> lg.atanh(lg.tensor([0.0])).tolist()
    [0.0]
    """
    return call1(LG_OP_ATANH, x, NULL, out)


def threshold_relu(object x, *, object alpha=1.0, object out=None):
    """Rectifier from a threshold on: ``x`` where ``x > alpha``, else 0; NaN stays NaN.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, f16 or bf16; integers and bools become f32 first.
    alpha : float, default 1.0
        What is not above becomes 0.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: Konda, Memisevic, Krueger, Zero-bias autoencoders, 2014; ONNX ThresholdedRelu-10.

    Examples
    --------
    >>> import legato as lg
    >>> lg.threshold_relu(lg.tensor([0.5, 2.0])).tolist()
    [0.0, 2.0]
    """
    cdef lg_threshold_relu_attrs_t attrs
    if alpha is 1.0:
        return call1(LG_OP_THRESHOLD_RELU, x, NULL, out)
    attr_float(&attrs.alpha, alpha, "threshold_relu", "alpha")
    return call1(LG_OP_THRESHOLD_RELU, x, &attrs, out)
