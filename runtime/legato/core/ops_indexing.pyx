# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/indexing.py by runtime/schema/generate.py; do not edit
"""Typed entries of the indexing ops."""

from legato.core.dispatch cimport attr_int, attr_ints, call_several
from legato.core.engine cimport LG_OP_SPLIT, lg_split_attrs_t


def split(object x, object sizes=None, *, object num_outputs=0, object axis=0, object out=None):
    """Cut a tensor into parts along an axis.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    sizes : int or tuple of int, default None
        Extent of each part along the axis; together that of `x`. Up to 16.
    num_outputs : int, default 0
        Where there are no `sizes`: as many parts of one extent, the last takes what is left.
    axis : int, default 0
        The axis to cut.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    tuple of Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The sizes do not add up to the extent of the axis, or there is not enough for all parts.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Either `sizes` or `num_outputs` must be given. Parts of one extent are as large as they must be
    for all but the last to be equal: five elements in three parts are 2, 2 and 1.

    Source: NumPy split; ONNX Split-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.split(lg.tensor([1, 2, 3, 4, 5]), num_outputs=3)[2].tolist()
    [5]
    """
    cdef lg_split_attrs_t attrs
    if sizes is None and num_outputs is 0 and axis is 0:
        return call_several(LG_OP_SPLIT, [x], NULL, out, None)
    attr_ints(&attrs.sizes, sizes, "split", "sizes")
    attr_int(&attrs.num_outputs, num_outputs, "split", "num_outputs")
    attr_int(&attrs.axis, axis, "split", "axis")
    return call_several(LG_OP_SPLIT, [x], &attrs, out, None)
