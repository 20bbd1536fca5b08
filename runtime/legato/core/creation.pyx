# SPDX-License-Identifier: Apache-2.0
"""Tensors from nothing; `full` and `arange` are ops."""

from libc.stdint cimport int64_t, uint32_t

from legato.core.attrs cimport attr_dtype, attr_ints
from legato.core.context cimport context
from legato.core.convert cimport convert
from legato.core.dispatch cimport call0
from legato.core.engine cimport (
    LG_DTYPE_F32,
    LG_OP_FULL,
    LG_SCALAR_INT,
    lg_dtype_t,
    lg_error_t,
    lg_full_attrs_t,
    lg_ints_t,
    lg_tensor_init,
)
from legato.core.errors cimport check, op_error
from legato.core.tensor cimport Tensor

from legato.core.errors import ShapeError


cdef object _fill(object shape, object dtype, int64_t value, object out, str name):
    cdef lg_full_attrs_t attrs
    if shape is None:
        raise op_error(ShapeError, name, "shape is None, expected an integer or a sequence of integers")
    attr_ints(&attrs.shape, shape, name, "shape")
    attr_dtype(&attrs.dtype, dtype, name, "dtype")
    if attrs.dtype == 0:
        attrs.dtype = LG_DTYPE_F32
    attrs.value.kind = LG_SCALAR_INT
    attrs.value.value.i = value
    return call0(LG_OP_FULL, &attrs, out)


def zeros(shape, dtype=None, *, out=None):
    """Make a tensor of zeros.

    Parameters
    ----------
    shape : int or tuple of int
    dtype : DType or what `legato.dtype` accepts, default f32
    out : Tensor, optional
        Where to write the result.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import legato as lg
    >>> lg.zeros(3)
    tensor([0., 0., 0.], dtype=f32)
    """
    return _fill(shape, dtype, 0, out, "zeros")


def ones(shape, dtype=None, *, out=None):
    """Make a tensor of ones.

    Parameters
    ----------
    shape : int or tuple of int
    dtype : DType or what `legato.dtype` accepts, default f32
    out : Tensor, optional
        Where to write the result.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import legato as lg
    >>> lg.ones((1, 2), lg.i32)
    tensor([[1, 1]], dtype=i32)
    """
    return _fill(shape, dtype, 1, out, "ones")


def empty(shape, dtype=None):
    """Make a tensor whose elements are whatever the memory held, for use as ``out=``.

    Parameters
    ----------
    shape : int or tuple of int
    dtype : DType or what `legato.dtype` accepts, default f32

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import legato as lg
    >>> lg.empty((2, 3)).shape
    (2, 3)
    """
    cdef Tensor result = Tensor.__new__(Tensor)
    cdef lg_ints_t extents
    cdef int64_t code
    cdef lg_error_t err
    if shape is None:
        raise op_error(ShapeError, "empty", "shape is None, expected an integer or a sequence of integers")
    attr_ints(&extents, shape, "empty", "shape")
    attr_dtype(&code, dtype, "empty", "dtype")
    check(lg_tensor_init(context, <lg_dtype_t>(code if code != 0 else LG_DTYPE_F32), <uint32_t>extents.count,
                         extents.values, &result._h, &err), &err)
    return result


def zeros_like(x, dtype=None):
    """Make a tensor of zeros with the shape, and by default the dtype, of another.

    Parameters
    ----------
    x : Tensor or array
    dtype : DType or what `legato.dtype` accepts, optional

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import legato as lg
    >>> lg.zeros_like(lg.arange(2))
    tensor([0, 0], dtype=i64)
    """
    like = convert(x, None, 0)
    return _fill(like.shape, like.dtype if dtype is None else dtype, 0, None, "zeros_like")


def ones_like(x, dtype=None):
    """Make a tensor of ones with the shape, and by default the dtype, of another.

    Parameters
    ----------
    x : Tensor or array
    dtype : DType or what `legato.dtype` accepts, optional

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import legato as lg
    >>> lg.ones_like(lg.arange(2), lg.f32)
    tensor([1., 1.], dtype=f32)
    """
    like = convert(x, None, 0)
    return _fill(like.shape, like.dtype if dtype is None else dtype, 1, None, "ones_like")


def empty_like(x, dtype=None):
    """Make a tensor like another whose elements are whatever the memory held.

    Parameters
    ----------
    x : Tensor or array
    dtype : DType or what `legato.dtype` accepts, optional

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import legato as lg
    >>> lg.empty_like(lg.zeros((2, 3))).shape
    (2, 3)
    """
    like = convert(x, None, 0)
    return empty(like.shape, like.dtype if dtype is None else dtype)
