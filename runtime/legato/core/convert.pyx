# SPDX-License-Identifier: Apache-2.0
"""Anything to Tensor."""

from cpython.buffer cimport PyObject_CheckBuffer
from libc.stdint cimport uint32_t

from legato.core.context cimport context
from legato.core.dlpack cimport wrap_dlpack
from legato.core.dtype cimport dtype_of, parse_dtype
from legato.core.engine cimport (
    LG_DTYPE_BF16,
    LG_DTYPE_BOOL,
    LG_DTYPE_F32,
    LG_DTYPE_I64,
    lg_dtype_t,
    lg_error_t,
    lg_tensor_deinit,
    lg_tensor_init,
    lg_tensor_t,
)
from legato.core.errors cimport check
from legato.core.interop cimport wrap_array_interface, wrap_buffer
from legato.core.number cimport write_number
from legato.core.tensor cimport Tensor, copy_tensor, dense_copy, make_tensor

from legato.core.errors import ArgumentError, DTypeError, LegatoError, RangeError, ShapeError


cdef uint32_t dtype_of_number(object value) except? 255:
    if isinstance(value, bool):
        return LG_DTYPE_BOOL
    return LG_DTYPE_I64 if isinstance(value, int) else LG_DTYPE_F32


cdef Tensor from_number(object value, uint32_t code, str op):
    cdef Tensor result = Tensor.__new__(Tensor)
    cdef lg_error_t err
    check(lg_tensor_init(context, <lg_dtype_t>code, 0, NULL, &result._h, &err), &err)
    write_number(result._h.view.data, code, value, op)
    return result


cdef bint _is_python(object x, int depth):
    """Whether all leaves of nested sequences are Python's own numbers."""
    if isinstance(x, (list, tuple)):
        if depth > 0:
            for item in x:
                if not _is_python(item, depth - 1):
                    return False
        return True
    return type(x) is float or type(x) is int or type(x) is bool


cdef Tensor _from_sequence(object x, uint32_t dtype):
    import numpy
    wanted = None
    try:
        array = numpy.array(x)
        if _is_python(x, array.ndim):
            # Floats of Python are weak: f32, as for single ones. Given a dtype, NumPy checks the range.
            if dtype != 0 and dtype != LG_DTYPE_BF16:
                wanted = dtype_of(dtype).numpy
            elif array.dtype == numpy.float64:
                wanted = numpy.float64 if dtype == LG_DTYPE_BF16 else numpy.float32
            if wanted is not None and array.dtype != wanted:
                array = numpy.array(x, dtype=wanted)
    except OverflowError as error:
        raise RangeError(f"tensor: {error}") from None
    except ValueError as error:
        raise ShapeError(f"tensor: {error}") from None
    if array.dtype.kind not in "fiub" and array.dtype.name != "bfloat16":
        raise DTypeError(f"a sequence of {array.dtype} elements cannot become a tensor")
    return convert(array, None, 0)


cdef str _wrap(object x, object copy, lg_tensor_t *out):
    """Make `out` a tensor on the memory of `x`; None, or why only a copy can be taken."""
    cdef str reason
    if PyObject_CheckBuffer(x):
        try:
            return wrap_buffer(x, out)
        except LegatoError:
            raise
        except (BufferError, TypeError, ValueError) as error:
            # NumPy cannot pass arrays of ml_dtypes' bfloat16 on: they go as integers of the same size.
            dtype = getattr(x, "dtype", None)
            if getattr(dtype, "name", "") != "bfloat16":
                raise DTypeError(f"a {type(x).__name__} cannot become a tensor: {error}") from None
        import numpy
        if not isinstance(x, numpy.ndarray):
            return "it is a scalar of NumPy"
        if not dtype.isnative:
            return "its bytes are in the other order"
        reason = wrap_buffer(x.view(numpy.uint16), out)
        out.view.dtype = LG_DTYPE_BF16
        return reason
    if hasattr(x, "__dlpack__"):
        return wrap_dlpack(x, None if copy is True else copy, out)
    if hasattr(x, "__array_interface__"):
        return wrap_array_interface(x, out)
    raise DTypeError(f"a {type(x).__name__} cannot become a tensor")


cdef Tensor convert(object x, object copy, uint32_t dtype):
    cdef lg_tensor_t raw
    if isinstance(x, Tensor):
        return (<Tensor>x).copy() if copy is True else <Tensor>x
    kind = type(x)
    if kind is float or kind is int or kind is bool or kind is list or kind is tuple:
        if copy is False:
            raise ArgumentError(f"asarray: a {kind.__name__} has to be copied, which copy=False forbids")
        if kind is list or kind is tuple:
            return _from_sequence(x, dtype)
        return from_number(x, dtype if dtype != 0 else dtype_of_number(x), "tensor")
    if not PyObject_CheckBuffer(x) and not hasattr(x, "__dlpack__") and not hasattr(x, "__array_interface__"):
        if isinstance(x, (list, tuple)):
            return _from_sequence(x, dtype)
        if hasattr(x, "__array__"):
            import numpy
            array = numpy.asarray(x) if copy is not False else numpy.asarray(x, copy=False)
            if not isinstance(array, numpy.ndarray) or array.dtype.kind == "O":
                raise DTypeError(f"a {kind.__name__} cannot become a tensor")
            return convert(array, copy, dtype)
        if isinstance(x, (float, int)):
            return convert(float(x) if isinstance(x, float) else int(x), copy, dtype)
    reason = _wrap(x, copy, &raw)
    if reason is None:
        if copy is not True:
            return make_tensor(&raw)
        try:
            return dense_copy(&raw)
        finally:
            lg_tensor_deinit(&raw)
    if copy is False:
        raise ArgumentError(f"asarray: {reason}, so it has to be copied, which copy=False forbids")
    import numpy
    by_dlpack = not PyObject_CheckBuffer(x) and hasattr(x, "__dlpack__")
    array = numpy.from_dlpack(x) if by_dlpack else numpy.asarray(x)
    array = array.astype(array.dtype.newbyteorder("="), order="C")
    if _wrap(array, None, &raw) is not None:
        raise DTypeError(f"a {kind.__name__} cannot become a tensor: {reason}")
    return make_tensor(&raw)


# ---- public ------------------------------------------------------------------------------------------


def tensor(data, dtype=None):
    """Make a tensor with a copy of `data`.

    Parameters
    ----------
    data : number, nested sequence of numbers, array or Tensor
        Arrays come by the buffer protocol, DLPack or ``__array_interface__``.
    dtype : DType or what `legato.dtype` accepts, optional
        By default that of the array; Python numbers become f32, i64 or bool.

    Returns
    -------
    Tensor

    Raises
    ------
    DTypeError
        `data` is no array, or has elements of a type that there is no dtype for.
    ShapeError
        Sequences of different lengths, or more than 8 axes.
    RangeError
        An integer does not fit in `dtype`.

    Examples
    --------
    >>> import legato as lg
    >>> lg.tensor([[1, 2], [3, 4]], lg.f32)
    tensor([[1., 2.],
            [3., 4.]], dtype=f32)
    """
    if dtype is None:
        return convert(data, True, 0)
    wanted = parse_dtype(dtype)
    made = convert(data, None, wanted.code)
    result = made.astype(wanted)
    # A conversion has copied already.
    return result.copy() if result is made and not isinstance(data, (float, int, list, tuple)) else result


def asarray(x, dtype=None, *, copy=None):
    """Make a tensor of `x`, without a copy where the layout allows it.

    Parameters
    ----------
    x : number, nested sequence of numbers, array or Tensor
        The tensor keeps an array's memory alive, and is read-only if the array is.
    dtype : DType or what `legato.dtype` accepts, optional
        By default that of the array; Python numbers become f32, i64 or bool.
    copy : bool, optional
        True always copies, False raises where a copy is needed, None copies where it is needed: other byte
        order, unaligned memory, strides that are no multiple of the element, another `dtype`.

    Returns
    -------
    Tensor

    Raises
    ------
    DTypeError
        `x` is no array, or has elements of a type that there is no dtype for.
    ShapeError
        Sequences of different lengths, or more than 8 axes.
    ArgumentError
        ``copy=False``, and a copy is needed.

    Examples
    --------
    >>> import numpy as np
    >>> import legato as lg
    >>> a = np.zeros(3, np.float32)
    >>> x = lg.asarray(a)
    >>> a[0] = 7
    >>> x
    tensor([7., 0., 0.], dtype=f32)
    """
    if copy is not None and copy is not True and copy is not False:
        raise ArgumentError(f"asarray: copy is {copy!r}, expected True, False or None")
    if dtype is None:
        return convert(x, copy, 0)
    if copy is True:
        return tensor(x, dtype)
    wanted = parse_dtype(dtype)
    made = convert(x, copy, wanted.code)
    if copy is False and made.dtype is not wanted:
        raise ArgumentError(f"asarray: {made.dtype} to {wanted} needs a copy, which copy=False forbids")
    return made.astype(wanted)


def from_dlpack(x, *, copy=None):
    """Make a tensor on the memory of an object with DLPack support, on the CPU.

    Parameters
    ----------
    x : object with ``__dlpack__`` and ``__dlpack_device__``, or a DLPack capsule
    copy : bool, optional
        True always copies, False never; None leaves it to the producer.

    Returns
    -------
    Tensor

    Raises
    ------
    DeviceError
        The data is not in host memory.
    DTypeError
        `x` has no DLPack support, or elements that there is no dtype for.
    FormatError
        The capsule is used or malformed.

    Examples
    --------
    >>> import numpy as np
    >>> import legato as lg
    >>> lg.from_dlpack(np.arange(3))
    tensor([0, 1, 2], dtype=i64)
    """
    cdef lg_tensor_t raw
    cdef str reason = wrap_dlpack(x, None if copy is True else copy, &raw)
    if reason is not None:
        raise ArgumentError(f"from_dlpack: {reason}")
    cdef Tensor result = make_tensor(&raw)
    return copy_tensor(result) if copy is True else result
