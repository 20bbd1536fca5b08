# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/pointwise.py by runtime/schema/generate.py; do not edit
"""Typed entries of the pointwise ops."""

from legato.core.dispatch cimport attr_dtype, attr_enum, attr_float, call1, call2, call3
from legato.core.engine cimport (
    LG_OP_ABS,
    LG_OP_ADD,
    LG_OP_CAST,
    LG_OP_CLIP,
    LG_OP_DIV,
    LG_OP_EQUAL,
    LG_OP_ERF,
    LG_OP_EXP,
    LG_OP_GELU,
    LG_OP_GREATER,
    LG_OP_IS_NAN,
    LG_OP_LEAKY_RELU,
    LG_OP_LESS,
    LG_OP_LOG,
    LG_OP_LOGICAL_AND,
    LG_OP_LOGICAL_NOT,
    LG_OP_MAXIMUM,
    LG_OP_MINIMUM,
    LG_OP_MUL,
    LG_OP_NEG,
    LG_OP_POW,
    LG_OP_RELU,
    LG_OP_SIGMOID,
    LG_OP_SILU,
    LG_OP_SQRT,
    LG_OP_SUB,
    LG_OP_TANH,
    LG_OP_WHERE,
    lg_cast_attrs_t,
    lg_div_attrs_t,
    lg_gelu_attrs_t,
    lg_leaky_relu_attrs_t,
)

cdef tuple GELU_APPROXIMATE = ('none', 'tanh')
cdef tuple DIV_ROUNDING_MODE = ('none', 'trunc', 'floor')


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
