# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/attention.py by runtime/schema/generate.py; do not edit
"""Typed entries of the attention ops."""

from legato.core.dispatch cimport attr_bool, attr_enum, attr_float, calln
from legato.core.engine cimport (
    LG_OP_SCALED_DOT_PRODUCT_ATTENTION,
    lg_scaled_dot_product_attention_attrs_t,
)

cdef tuple SCALED_DOT_PRODUCT_ATTENTION_CAUSAL_ALIGN = ('upper_left', 'lower_right')


def scaled_dot_product_attention(
    object q,
    object k,
    object v,
    object mask=None,
    *,
    object is_causal=False,
    object causal_align='upper_left',
    object scale=0.0,
    object softcap=0.0,
    object out=None,
):
    """Attention: ``softmax(softcap(scale * q @ k.T) + mask) @ v``.

    Parameters
    ----------
    q : Tensor
        Queries. f32 or f64; integers and bools become f32 first, shape (..., H, L, D).
    k : Tensor
        Keys; fewer heads than queries have are shared by neighbouring heads. f32 or f64; integers
        and bools become f32 first, shape (..., G, S, D).
    v : Tensor
        Values, as many as keys. f32 or f64; integers and bools become f32 first, shape (..., G, S,
        E).
    mask : Tensor, optional
        Broadcast to [..., H, L, S]: bool, True where a key takes part; or summands of the scores.
        bool, f32 or f64; integers and bools become f32 first, shape (..., L, S).
    is_causal : bool, default False
        Query i sees the keys up to its own place only.
    causal_align : {'upper_left', 'lower_right'}, default 'upper_left'
        Which corner the places of queries and keys are counted from: with keys of earlier calls in
        front (a cache), the lower right one.
    scale : float, default 0.0
        Factor of the products; 0: ``1 / sqrt(D)``.
    softcap : float, default 0.0
        Largest magnitude of a score, reached through tanh; 0: no limit.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `q`, shape (..., H, L, E).

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
    The axis before the last two is that of heads where there are three or more; axes in front of it
    broadcast. A query that sees no key gives 0. Where keys are hidden, their scores do not matter
    even if they are NaN, but values must be finite.

    Source: Vaswani et al., Attention Is All You Need, 2017; PyTorch scaled_dot_product_attention;
    ONNX Attention-23.

    Examples
    --------
    >>> import legato as lg
    >>> q = lg.tensor([[0.0], [0.0]])
    >>> lg.scaled_dot_product_attention(q, q, lg.tensor([[2.0], [4.0]]), is_causal=True).tolist()
    [[2.0], [3.0]]
    """
    cdef lg_scaled_dot_product_attention_attrs_t attrs
    if scale is None:
        scale = 0.0
    if is_causal is False and causal_align is 'upper_left' and scale is 0.0 and softcap is 0.0:
        return calln(LG_OP_SCALED_DOT_PRODUCT_ATTENTION, [q, k, v, mask], NULL, out)
    attr_bool(&attrs.is_causal, is_causal, "scaled_dot_product_attention", "is_causal")
    attr_enum(
        &attrs.causal_align, causal_align, SCALED_DOT_PRODUCT_ATTENTION_CAUSAL_ALIGN,
        "scaled_dot_product_attention", "causal_align"
    )
    attr_float(&attrs.scale, scale, "scaled_dot_product_attention", "scale")
    attr_float(&attrs.softcap, softcap, "scaled_dot_product_attention", "softcap")
    return calln(LG_OP_SCALED_DOT_PRODUCT_ATTENTION, [q, k, v, mask], &attrs, out)
