# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/fused.py by runtime/schema/generate.py; do not edit
"""Typed entries of the fused ops."""

from legato.core.dispatch cimport (
    attr_bool,
    attr_enum,
    attr_float,
    attr_floats,
    attr_int,
    attr_ints,
    calln,
)
from legato.core.engine cimport (
    LG_OP_CHAIN,
    LG_OP_FUSED_CONV,
    LG_OP_FUSED_LINEAR,
    LG_OP_FUSED_MATMUL,
    lg_chain_attrs_t,
    lg_fused_conv_attrs_t,
    lg_fused_linear_attrs_t,
    lg_fused_matmul_attrs_t,
)

cdef tuple FUSED_CONV_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')
cdef tuple FUSED_CONV_ACTIVATION = (
    'none', 'relu', 'clip', 'leaky_relu', 'sigmoid', 'tanh', 'silu', 'gelu', 'gelu_tanh',
    'hard_sigmoid', 'hard_swish'
)
cdef tuple FUSED_LINEAR_ACTIVATION = (
    'none', 'relu', 'clip', 'leaky_relu', 'sigmoid', 'tanh', 'silu', 'gelu', 'gelu_tanh',
    'hard_sigmoid', 'hard_swish'
)
cdef tuple FUSED_MATMUL_ACTIVATION = (
    'none', 'relu', 'clip', 'leaky_relu', 'sigmoid', 'tanh', 'silu', 'gelu', 'gelu_tanh',
    'hard_sigmoid', 'hard_swish'
)


def fused_conv(
    object x,
    object w,
    object bias=None,
    object addend=None,
    *,
    object stride=1,
    object padding=0,
    object dilation=1,
    object groups=1,
    object auto_pad='notset',
    object activation='none',
    object alpha=0.0,
    object beta=0.0,
    object add_after=False,
    object out=None,
):
    """conv that ends in residual and activation: ``activation(conv(x, w, bias) + addend)``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, shape (N, C, ...).
    w : Tensor
        Operand. f32, shape (O, I, ...).
    bias : Tensor, optional
        Summand of each out feature, channel or column. f32, shape (O,).
    addend : Tensor, optional
        Tensor of the shape of the result that is added to it: a residual. f32, shape (N, O, ...).
    stride : int or tuple of int, default 1
        Step of the window, one for all spatial axes or one each.
    padding : int or tuple of int, default 0
        Zeros around the input: one for all, one for each axis, or begins then ends of all axes.
    dilation : int or tuple of int, default 1
        Distance of window elements, one for all or one each.
    groups : int, default 1
        Blocks of channels that do not see each other.
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        How much padding, instead of `padding`, as in conv.
    activation : {'none', 'relu', 'clip', 'leaky_relu', 'sigmoid', 'tanh', 'silu', 'gelu',
        'gelu_tanh', 'hard_sigmoid', 'hard_swish'}, default 'none'
        Function of each element of the result, by the name of its op.
    alpha : float, default 0.0
        Its first number: lower bound of clip, slope of leaky_relu, factor of hard_sigmoid.
    beta : float, default 0.0
        Its second number: upper bound of clip, summand of hard_sigmoid.
    add_after : bool, default False
        Whether the addend is added after the activation instead of before.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, O, ...).

    Raises
    ------
    ShapeError
        The operands do not fit together, or the window is larger than the padded input.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The bits are those of the ops one after the other. Recorded programs need not use it: the pass
    ``fuse`` does.

    Source: conv, then bias, residual and activation of the same names.

    Examples
    --------
    >>> import legato as lg
    >>> lg.fused_conv(lg.tensor([[[1.0, -2.0, 3.0]]]), lg.tensor([[[1.0, 1.0]]]), activation="relu").tolist()
    [[[0.0, 1.0]]]
    """
    cdef lg_fused_conv_attrs_t attrs
    if (
        stride is 1
        and padding is 0
        and dilation is 1
        and groups is 1
        and auto_pad is 'notset'
        and activation is 'none'
        and alpha is 0.0
        and beta is 0.0
        and add_after is False
    ):
        return calln(LG_OP_FUSED_CONV, [x, w, bias, addend], NULL, out)
    attr_ints(&attrs.stride, stride, "fused_conv", "stride")
    attr_ints(&attrs.padding, padding, "fused_conv", "padding")
    attr_ints(&attrs.dilation, dilation, "fused_conv", "dilation")
    attr_int(&attrs.groups, groups, "fused_conv", "groups")
    attr_enum(&attrs.auto_pad, auto_pad, FUSED_CONV_AUTO_PAD, "fused_conv", "auto_pad")
    attr_enum(&attrs.activation, activation, FUSED_CONV_ACTIVATION, "fused_conv", "activation")
    attr_float(&attrs.alpha, alpha, "fused_conv", "alpha")
    attr_float(&attrs.beta, beta, "fused_conv", "beta")
    attr_bool(&attrs.add_after, add_after, "fused_conv", "add_after")
    return calln(LG_OP_FUSED_CONV, [x, w, bias, addend], &attrs, out)


def fused_linear(
    object x,
    object w,
    object bias=None,
    object addend=None,
    *,
    object activation='none',
    object alpha=0.0,
    object beta=0.0,
    object add_after=False,
    object out=None,
):
    """linear that ends in residual and activation: ``activation(x @ w.T + bias + addend)``.

    Parameters
    ----------
    x : Tensor
        Operand. f32, shape (..., I).
    w : Tensor
        Operand. f32, shape (O, I).
    bias : Tensor, optional
        Summand of each out feature, channel or column. f32, shape (O,).
    addend : Tensor, optional
        Tensor of the shape of the result that is added to it: a residual. f32, shape (..., O).
    activation : {'none', 'relu', 'clip', 'leaky_relu', 'sigmoid', 'tanh', 'silu', 'gelu',
        'gelu_tanh', 'hard_sigmoid', 'hard_swish'}, default 'none'
        Function of each element of the result, by the name of its op.
    alpha : float, default 0.0
        Its first number: lower bound of clip, slope of leaky_relu, factor of hard_sigmoid.
    beta : float, default 0.0
        Its second number: upper bound of clip, summand of hard_sigmoid.
    add_after : bool, default False
        Whether the addend is added after the activation instead of before.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (..., O).

    Raises
    ------
    ShapeError
        The operands do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The bits are those of the ops one after the other. Recorded programs need not use it: the pass
    ``fuse`` does.

    Source: linear, then residual and activation of the same names.

    Examples
    --------
    >>> import legato as lg
    >>> lg.fused_linear(lg.tensor([1.0, 2.0]), lg.tensor([[3.0, -4.0]]), activation="relu").tolist()
    [0.0]
    """
    cdef lg_fused_linear_attrs_t attrs
    if activation is 'none' and alpha is 0.0 and beta is 0.0 and add_after is False:
        return calln(LG_OP_FUSED_LINEAR, [x, w, bias, addend], NULL, out)
    attr_enum(&attrs.activation, activation, FUSED_LINEAR_ACTIVATION, "fused_linear", "activation")
    attr_float(&attrs.alpha, alpha, "fused_linear", "alpha")
    attr_float(&attrs.beta, beta, "fused_linear", "beta")
    attr_bool(&attrs.add_after, add_after, "fused_linear", "add_after")
    return calln(LG_OP_FUSED_LINEAR, [x, w, bias, addend], &attrs, out)


def fused_matmul(
    object a,
    object b,
    object bias=None,
    object addend=None,
    *,
    object activation='none',
    object alpha=0.0,
    object beta=0.0,
    object add_after=False,
    object out=None,
):
    """matmul that ends in residual and activation: ``activation(a @ b + bias + addend)``.

    Parameters
    ----------
    a : Tensor
        Operand. f32, shape (..., M, K).
    b : Tensor
        Operand. f32, shape (..., K, N).
    bias : Tensor, optional
        Summand of each out feature, channel or column. f32, shape (N,).
    addend : Tensor, optional
        Tensor of the shape of the result that is added to it: a residual. f32, shape (..., M, N).
    activation : {'none', 'relu', 'clip', 'leaky_relu', 'sigmoid', 'tanh', 'silu', 'gelu',
        'gelu_tanh', 'hard_sigmoid', 'hard_swish'}, default 'none'
        Function of each element of the result, by the name of its op.
    alpha : float, default 0.0
        Its first number: lower bound of clip, slope of leaky_relu, factor of hard_sigmoid.
    beta : float, default 0.0
        Its second number: upper bound of clip, summand of hard_sigmoid.
    add_after : bool, default False
        Whether the addend is added after the activation instead of before.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`, shape (..., M, N).

    Raises
    ------
    ShapeError
        The operands do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The bits are those of the ops one after the other. Recorded programs need not use it: the pass
    ``fuse`` does.

    Source: matmul, then bias, residual and activation of the same names.

    Examples
    --------
    >>> import legato as lg
    >>> lg.fused_matmul(lg.tensor([[1.0, 2.0]]), lg.tensor([[3.0], [4.0]]), lg.tensor([-1.0])).tolist()
    [[10.0]]
    """
    cdef lg_fused_matmul_attrs_t attrs
    if activation is 'none' and alpha is 0.0 and beta is 0.0 and add_after is False:
        return calln(LG_OP_FUSED_MATMUL, [a, b, bias, addend], NULL, out)
    attr_enum(&attrs.activation, activation, FUSED_MATMUL_ACTIVATION, "fused_matmul", "activation")
    attr_float(&attrs.alpha, alpha, "fused_matmul", "alpha")
    attr_float(&attrs.beta, beta, "fused_matmul", "beta")
    attr_bool(&attrs.add_after, add_after, "fused_matmul", "add_after")
    return calln(LG_OP_FUSED_MATMUL, [a, b, bias, addend], &attrs, out)


def chain(
    object xs,
    object ops,
    object a,
    object b,
    object c,
    *,
    object alpha=(),
    object beta=(),
    object out=None,
):
    """Several pointwise ops, one after the other, over tiles that stay in cache.

    Parameters
    ----------
    xs : sequence of tensors
        One tensor or more that broadcast. f32.
    ops : int or tuple of int
        The id of the pointwise op of each step, at most 16.
    a : int or tuple of int
        First operand of each step: n for the n-th input, counted from 0; with n inputs, n + i for
        the result of step i.
    b : int or tuple of int
        Second operand of each step, -1 for none.
    c : int or tuple of int
        Third operand of each step, -1 for none.
    alpha : float or tuple of float, default ()
        First attribute of each step's op; nothing where all have their defaults.
    beta : float or tuple of float, default ()
        Second attribute, likewise.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `xs`.

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
    The result of the last step is that of the op; others never reach memory. The bits are those of
    the ops one after the other. Recorded programs need not use it: the pass ``chain`` does.

    Source: the ops of its steps.

    Examples
    --------
    >>> import legato as lg
    >>> add, tanh = 17, 6
    >>> x = lg.tensor([1.0, -1.0])
    >>> lg.chain([x, lg.tensor([-1.0, 1.0])], [add, tanh], [0, 2], [1, -1], [-1, -1]).tolist()
    [0.0, 0.0]
    """
    cdef lg_chain_attrs_t attrs
    attr_ints(&attrs.ops, ops, "chain", "ops")
    attr_ints(&attrs.a, a, "chain", "a")
    attr_ints(&attrs.b, b, "chain", "b")
    attr_ints(&attrs.c, c, "chain", "c")
    attr_floats(&attrs.alpha, alpha, "chain", "alpha")
    attr_floats(&attrs.beta, beta, "chain", "beta")
    return calln(LG_OP_CHAIN, xs, &attrs, out)
