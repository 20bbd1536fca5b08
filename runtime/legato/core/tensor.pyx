# SPDX-License-Identifier: Apache-2.0
"""Tensor: the array type."""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.object cimport Py_EQ, Py_GT, Py_LE, Py_LT, Py_NE
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from cpython.ref cimport Py_INCREF
from libc.stdint cimport int64_t, uint32_t
from libc.string cimport memcpy

from legato.core.attrs cimport attr_ints
from legato.core.context cimport context
from legato.core.dlpack cimport DL_CPU, export_dlpack
from legato.core.dtype cimport dtype_of, is_float, parse_dtype
from legato.core.engine cimport (
    LG_DTYPE_BF16,
    LG_DTYPE_BOOL,
    LG_DTYPE_F16,
    LG_DTYPE_INVALID,
    LG_DTYPE_U16,
    LG_OP_ABS,
    LG_OP_ADD,
    LG_OP_BITWISE_AND,
    LG_OP_BITWISE_NOT,
    LG_OP_BITWISE_OR,
    LG_OP_BITWISE_XOR,
    LG_OP_BIT_SHIFT,
    LG_OP_CAST,
    LG_OP_DIV,
    LG_OP_EQUAL,
    LG_OP_EXPAND,
    LG_OP_GREATER,
    LG_OP_GREATER_EQUAL,
    LG_OP_LESS,
    LG_OP_LESS_EQUAL,
    LG_OP_MATMUL,
    LG_OP_MOD,
    LG_OP_MUL,
    LG_OP_NEG,
    LG_OP_NOT_EQUAL,
    LG_OP_POW,
    LG_OP_RESHAPE,
    LG_OP_SUB,
    LG_OP_TRANSPOSE,
    LG_VIEW_CONTIGUOUS,
    LG_VIEW_READONLY,
    lg_bit_shift_attrs_t,
    lg_buffer_release,
    lg_buffer_retain,
    lg_cast_attrs_t,
    lg_div_attrs_t,
    lg_dtype_size,
    lg_dtype_t,
    lg_error_t,
    lg_expand_attrs_t,
    lg_ints_t,
    lg_op_call,
    lg_reshape_attrs_t,
    lg_tensor_init,
    lg_tensor_t,
    lg_transpose_attrs_t,
)
from legato.core.errors cimport check
from legato.core.interop cimport export_buffer, unexport_buffer
from legato.core.number cimport read_list, read_number

import sys

from legato.core.device import Device, device
from legato.core.errors import ArgumentError, DeviceError, DTypeError, ShapeError

cdef enum:
    DIV_FLOOR = 2  # index of "floor" among the rounding modes of div
    SHIFT_RIGHT = 1  # index of "right" among the directions of bit_shift

cdef object _cpu = device("cpu:0")
cdef object _ops = None


cdef object ops():
    """Return the namespace of the generated entries (imported late, see Note [Late binding])."""
    global _ops
    if _ops is None:
        import legato._ops
        _ops = legato._ops
    return _ops


cdef bint is_operand(object x):
    """Whether an operator takes `x`; if not, it leaves the decision to the other object."""
    if isinstance(x, (Tensor, float, int, list, tuple)):
        return True
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, (numpy.ndarray, numpy.generic))


cdef object binary(uint32_t op, object a, object b, const void *attrs):
    if (
        type(a) is Tensor
        and (type(b) is Tensor or type(b) is float or type(b) is int)
        or is_operand(a)
        and is_operand(b)
    ):
        return calls.call2(op, a, b, attrs, None)
    return NotImplemented


@cython.freelist(64)
@cython.auto_pickle(False)
@cython.c_api_binop_methods(True)
cdef class Tensor:
    """An n-dimensional array of one element type.

    Tensors are made by `legato.tensor`, `legato.asarray`, `legato.zeros` and the ops. No op changes a tensor
    it is given, and there is no item assignment; ``out=`` names a tensor to be overwritten.

    ``==`` works element by element, as in NumPy; the hash is that of the object, as in PyTorch.

    Examples
    --------
    >>> import legato as lg
    >>> x = lg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x @ x + 1
    tensor([[ 8., 11.],
            [16., 23.]], dtype=f32)
    >>> x.shape, x.dtype, x.strides, x.device, x.nbytes
    ((2, 2), legato.f32, (8, 4), legato.device('cpu:0'), 16)
    """

    # NumPy leaves `array + tensor` to us.
    __array_ufunc__ = None
    __array_priority__ = 1000.0

    def __init__(self, *args, **kwargs):
        raise TypeError("use legato.tensor(data) or legato.asarray(data) to make a tensor")

    def __dealloc__(self):
        lg_buffer_release(self._h.buffer)

    cdef object _handler(self):
        return None

    cdef int _observe(self) except -1:
        if self._h.view.dtype == LG_DTYPE_INVALID:
            raise DTypeError("the tensor is empty: it has no element type")
        return 0

    # ---- description ---------------------------------------------------------------------------------

    @property
    def shape(self):
        """Extents, outermost first.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 3)).shape
        (2, 3)
        """
        return _int_tuple(self._h.view.shape, self._h.view.rank, 1)

    @property
    def dtype(self):
        """Element type.

        Examples
        --------
        >>> import legato as lg
        >>> lg.tensor([1, 2]).dtype
        legato.i64
        """
        if self._h.view.dtype == LG_DTYPE_INVALID:
            return None
        return dtype_of(self._h.view.dtype)

    @property
    def ndim(self):
        """Number of axes."""
        return self._h.view.rank

    @property
    def size(self):
        """Number of elements."""
        return self._h.view.elem_count

    @property
    def itemsize(self):
        """Bytes of one element."""
        return lg_dtype_size(<lg_dtype_t>self._h.view.dtype)

    @property
    def nbytes(self):
        """Bytes of all elements, without gaps."""
        return self._h.view.elem_count * <int64_t>lg_dtype_size(<lg_dtype_t>self._h.view.dtype)

    @property
    def strides(self):
        """Distance in bytes from one element to the next, along each axis, as in NumPy.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 3)).T.strides
        (4, 12)
        """
        return _int_tuple(self._h.view.strides, self._h.view.rank,
                          <int64_t>lg_dtype_size(<lg_dtype_t>self._h.view.dtype))

    @property
    def device(self):
        """The device whose memory holds the elements."""
        return _cpu

    @property
    def is_contiguous(self):
        """Whether the elements lie in row-major order without gaps."""
        return self._h.view.flags & LG_VIEW_CONTIGUOUS != 0

    @property
    def readonly(self):
        """Whether the memory must not be written: constants, mapped files, read-only arrays."""
        return self._h.view.flags & LG_VIEW_READONLY != 0

    @property
    def T(self):
        """The tensor with its axes in reverse order, a view.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 3)).T.shape
        (3, 2)
        """
        return calls.call1(LG_OP_TRANSPOSE, self, NULL, None)

    def __repr__(self):
        if self._h.view.dtype == LG_DTYPE_INVALID:
            return "tensor(<empty>)"
        self._observe()
        import numpy
        cdef Tensor x = self
        if x._h.view.dtype == LG_DTYPE_F16 or x._h.view.dtype == LG_DTYPE_BF16:
            x = self.astype("f32")
        # Elements of a large tensor that are not shown are not read either.
        text = numpy.array2string(numpy.asarray(x), separator=", ", prefix="tensor(", suffix=",")
        if self._h.view.elem_count == 0:
            text = f"[], shape={self.shape}"
        return f"tensor({text}, dtype={self.dtype})"

    def __format__(self, str spec):
        if spec and self._h.view.rank == 0:
            return format(self.item(), spec)
        return format(str(self), spec)

    def __hash__(self):
        return object.__hash__(self)

    # ---- values --------------------------------------------------------------------------------------

    def item(self):
        """Return the only element as a Python number.

        Returns
        -------
        float, int or bool

        Raises
        ------
        ValueError
            The tensor has not exactly one element.

        Examples
        --------
        >>> import legato as lg
        >>> lg.tensor([2.5]).item()
        2.5
        """
        self._observe()
        if self._h.view.elem_count != 1:
            raise ShapeError(f"item: the tensor has {self._h.view.elem_count} elements, expected one")
        if self._h.view.dtype == LG_DTYPE_F16 or self._h.view.dtype == LG_DTYPE_BF16:
            return self.astype("f32").item()
        return read_number(self._h.view.data, self._h.view.dtype)

    def tolist(self):
        """Return the elements as nested lists of Python numbers (a number where there are no axes).

        Examples
        --------
        >>> import legato as lg
        >>> lg.tensor([[1, 2], [3, 4]]).tolist()
        [[1, 2], [3, 4]]
        """
        self._observe()
        if self._h.view.dtype == LG_DTYPE_F16 or self._h.view.dtype == LG_DTYPE_BF16:
            return self.astype("f32").tolist()
        return read_list(&self._h.view)

    def numpy(self):
        """Return a NumPy array on the same memory.

        Returns
        -------
        numpy.ndarray
            Keeps the tensor's memory alive. Read-only if the tensor is. Writing to it changes the tensor.

        Raises
        ------
        UnsupportedError
            bf16, and the package ``ml_dtypes`` is not installed.

        Examples
        --------
        >>> import legato as lg
        >>> lg.arange(3).numpy()
        array([0, 1, 2])
        """
        self._observe()
        import numpy
        if self._h.view.dtype == LG_DTYPE_BF16:
            dtype = self.dtype.numpy
            bits = share(self)
            bits._h.view.dtype = LG_DTYPE_U16  # a type of that size which the buffer protocol has
            return numpy.asarray(memoryview(bits)).view(dtype)
        return numpy.asarray(memoryview(self))

    def __len__(self):
        if self._h.view.rank == 0:
            raise TypeError("a tensor without axes has no length")
        return self._h.view.shape[0]

    def __iter__(self):
        if self._h.view.rank == 0:
            raise TypeError("a tensor without axes cannot be iterated over")
        return _iterate(self)

    def __bool__(self):
        self._observe()
        if self._h.view.elem_count != 1:
            raise ArgumentError(f"the truth of a tensor with {self._h.view.elem_count} elements is ambiguous")
        return bool(self.item())

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __index__(self):
        self._observe()
        if is_float(self._h.view.dtype) or self._h.view.dtype == LG_DTYPE_BOOL or self._h.view.rank != 0:
            raise DTypeError(f"only an integer tensor without axes is an index, this is {describe(self)}")
        return self.item()

    def __array__(self, dtype=None, copy=None):
        array = self.numpy()
        if copy is False and dtype is not None and array.dtype != dtype:
            raise ValueError(f"cannot give {describe(self)} as {dtype} without a copy")
        if dtype is not None:
            array = array.astype(dtype, copy=False)
        return array.copy() if copy else array

    def __getbuffer__(self, Py_buffer *view, int flags):
        self._observe()
        export_buffer(self, &self._h, view, flags)

    def __releasebuffer__(self, Py_buffer *view):
        unexport_buffer(view)

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        self._observe()
        if stream is not None:
            raise ArgumentError("__dlpack__: the CPU has no streams, expected stream=None")
        if dl_device is not None and tuple(dl_device) != (DL_CPU, 0):
            raise BufferError(f"__dlpack__: the tensor is on device (1, 0), not on {dl_device}")
        versioned = max_version is not None and max_version[0] >= 1
        if copy:
            return export_dlpack(&copy_tensor(self)._h, versioned, True)
        return export_dlpack(&self._h, versioned, False)

    def __dlpack_device__(self):
        return (DL_CPU, 0)

    def __copy__(self):
        return share(self)

    def __deepcopy__(self, memo):
        return self.copy()

    def __reduce__(self):
        self._observe()
        cdef Tensor dense = self if self._h.view.flags & LG_VIEW_CONTIGUOUS else copy_tensor(self)
        data = PyBytes_FromStringAndSize(<char *>dense._h.view.data, dense.nbytes)
        return _rebuild, (data, self.dtype.name, self.shape)

    # ---- operators -----------------------------------------------------------------------------------
    # In the C order of operands: one method serves both `x + y` and the reflected form.

    def __add__(left, right):
        return binary(LG_OP_ADD, left, right, NULL)

    def __sub__(left, right):
        return binary(LG_OP_SUB, left, right, NULL)

    def __mul__(left, right):
        return binary(LG_OP_MUL, left, right, NULL)

    def __truediv__(left, right):
        return binary(LG_OP_DIV, left, right, NULL)

    def __floordiv__(left, right):
        cdef lg_div_attrs_t attrs
        attrs.rounding_mode = DIV_FLOOR
        return binary(LG_OP_DIV, left, right, &attrs)

    def __pow__(left, right, modulus):
        if modulus is not None:
            return NotImplemented
        return binary(LG_OP_POW, left, right, NULL)

    def __matmul__(left, right):
        return binary(LG_OP_MATMUL, left, right, NULL)

    def __and__(left, right):
        return binary(LG_OP_BITWISE_AND, left, right, NULL)

    def __or__(left, right):
        return binary(LG_OP_BITWISE_OR, left, right, NULL)

    def __xor__(left, right):
        return binary(LG_OP_BITWISE_XOR, left, right, NULL)

    def __lshift__(left, right):
        return binary(LG_OP_BIT_SHIFT, left, right, NULL)

    def __rshift__(left, right):
        cdef lg_bit_shift_attrs_t attrs
        attrs.direction = SHIFT_RIGHT
        return binary(LG_OP_BIT_SHIFT, left, right, &attrs)

    def __mod__(left, right):
        return binary(LG_OP_MOD, left, right, NULL)

    def __invert__(self):
        return calls.call1(LG_OP_BITWISE_NOT, self, NULL, None)

    def __neg__(self):
        return calls.call1(LG_OP_NEG, self, NULL, None)

    def __pos__(self):
        return self

    def __abs__(self):
        return calls.call1(LG_OP_ABS, self, NULL, None)

    def __richcmp__(self, other, int relation):
        if relation == Py_EQ:
            return binary(LG_OP_EQUAL, self, other, NULL)
        if relation == Py_LT:
            return binary(LG_OP_LESS, self, other, NULL)
        if relation == Py_GT:
            return binary(LG_OP_GREATER, self, other, NULL)
        if relation == Py_NE:
            return binary(LG_OP_NOT_EQUAL, self, other, NULL)
        return binary(LG_OP_LESS_EQUAL if relation == Py_LE else LG_OP_GREATER_EQUAL, self, other, NULL)

    def __getitem__(self, key):
        return calls.index(self, key)

    # ---- layout --------------------------------------------------------------------------------------

    def reshape(self, *shape):
        """Give the elements another shape; a view where the layout allows it.

        Parameters
        ----------
        *shape : int or tuple of int
            Extents; one of them may be -1.

        Returns
        -------
        Tensor

        Examples
        --------
        >>> import legato as lg
        >>> lg.arange(6).reshape(2, -1).shape
        (2, 3)
        """
        cdef lg_reshape_attrs_t attrs
        _extents(&attrs.shape, shape, "reshape", "shape")
        return calls.call1(LG_OP_RESHAPE, self, &attrs, None)

    def transpose(self, *axes):
        """Permute the axes, a view; without arguments reverse them, as in NumPy.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 3, 4)).transpose(1, 0, 2).shape
        (3, 2, 4)
        """
        cdef lg_transpose_attrs_t attrs
        if not axes or axes == (None,):
            return calls.call1(LG_OP_TRANSPOSE, self, NULL, None)
        _extents(&attrs.axes, axes, "transpose", "axes")
        return calls.call1(LG_OP_TRANSPOSE, self, &attrs, None)

    def permute(self, *axes):
        """Permute the axes, a view (PyTorch's name for `transpose` with all axes given).

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 3, 4)).permute(2, 0, 1).shape
        (4, 2, 3)
        """
        cdef lg_transpose_attrs_t attrs
        _extents(&attrs.axes, axes, "transpose", "axes")
        return calls.call1(LG_OP_TRANSPOSE, self, &attrs, None)

    def expand(self, *shape):
        """Repeat along axes of extent 1, a view; -1 keeps an extent.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((3, 1)).expand(-1, 4).shape
        (3, 4)
        """
        cdef lg_expand_attrs_t attrs
        _extents(&attrs.shape, shape, "expand", "shape")
        return calls.call1(LG_OP_EXPAND, self, &attrs, None)

    def flatten(self, start_axis=0, end_axis=-1):
        """Merge axes `start_axis` to `end_axis` into one; a view where the layout allows it.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 3, 4)).flatten(1).shape
        (2, 12)
        """
        return ops().flatten(self, start_axis=start_axis, end_axis=end_axis)

    def squeeze(self, axis=None):
        """Drop axes of extent 1, a view; all of them when `axis` is None.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 1, 3)).squeeze().shape
        (2, 3)
        """
        return ops().squeeze(self, axis=axis)

    def unsqueeze(self, axis):
        """Insert axes of extent 1 so that they stand at `axis` of the result, a view.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 3)).unsqueeze(0).shape
        (1, 2, 3)
        """
        return ops().unsqueeze(self, axis=axis)

    # ---- copies and conversions ----------------------------------------------------------------------

    def contiguous(self):
        """Return the tensor itself if it is contiguous, else a copy that is.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros((2, 3)).T.contiguous().strides
        (8, 4)
        """
        if self._h.view.flags & LG_VIEW_CONTIGUOUS or self._handler() is not None:
            return self
        return copy_tensor(self)

    def copy(self):
        """Return a contiguous copy in memory of its own.

        Examples
        --------
        >>> import legato as lg
        >>> lg.ones(2).copy()
        tensor([1., 1.], dtype=f32)
        """
        if self._handler() is not None:
            return self
        self._observe()
        return copy_tensor(self)

    def astype(self, dtype):
        """Convert the elements.

        Parameters
        ----------
        dtype : DType or what `legato.dtype` accepts

        Returns
        -------
        Tensor
            The tensor itself if it has that type already. From float to integer, values are truncated; those
            out of range become the nearest integer there is, NaN becomes 0.

        Examples
        --------
        >>> import legato as lg
        >>> lg.tensor([1.7, -1.7]).astype(lg.i32)
        tensor([ 1, -1], dtype=i32)
        """
        cdef lg_cast_attrs_t attrs
        attrs.dtype = parse_dtype(dtype).code
        if self._h.view.dtype == attrs.dtype:
            return self
        return calls.call1(LG_OP_CAST, self, &attrs, None)

    def to(self, target):
        """Convert to an element type or move to a device.

        Parameters
        ----------
        target : DType or what `legato.dtype` accepts, or a Device or its name
            A string is taken for an element type if it names one.

        Returns
        -------
        Tensor
            The tensor itself where nothing changes.

        Raises
        ------
        NotFoundError
            There is no such device.
        DeviceError
            The device has no memory of its own.

        Examples
        --------
        >>> import legato as lg
        >>> lg.zeros(2).to("f64").to("cpu").dtype
        legato.f64
        """
        if isinstance(target, Device):
            return _to_device(self, target)
        if isinstance(target, str):
            try:
                return self.astype(parse_dtype(target))
            except DTypeError:
                return _to_device(self, device(target))
        return self.astype(target)

    # ---- ops as methods ------------------------------------------------------------------------------

    def sum(self, axis=None, *, keepdims=False, out=None):
        """Same as `legato.sum`."""
        return ops().sum(self, axis=axis, keepdims=keepdims, out=out)

    def mean(self, axis=None, *, keepdims=False, out=None):
        """Same as `legato.mean`."""
        return ops().mean(self, axis=axis, keepdims=keepdims, out=out)

    def max(self, axis=None, *, keepdims=False, out=None):
        """Same as `legato.max`."""
        return ops().max(self, axis=axis, keepdims=keepdims, out=out)

    def argmax(self, axis=None, *, keepdims=False, out=None):
        """Same as `legato.argmax`."""
        return ops().argmax(self, axis=axis, keepdims=keepdims, out=out)

    def softmax(self, axis=-1, *, out=None):
        """Same as `legato.softmax`."""
        return ops().softmax(self, axis=axis, out=out)

    def clip(self, min=None, max=None, *, out=None):
        """Same as `legato.clip`."""
        return ops().clip(self, min, max, out=out)

    def matmul(self, other, *, out=None):
        """Same as `legato.matmul`."""
        return calls.call2(LG_OP_MATMUL, self, other, NULL, out)

    def abs(self, *, out=None):
        """Same as `legato.abs`."""
        return calls.call1(LG_OP_ABS, self, NULL, out)

    def sqrt(self, *, out=None):
        """Same as `legato.sqrt`."""
        return ops().sqrt(self, out=out)

    def exp(self, *, out=None):
        """Same as `legato.exp`."""
        return ops().exp(self, out=out)

    def log(self, *, out=None):
        """Same as `legato.log`."""
        return ops().log(self, out=out)

    def tanh(self, *, out=None):
        """Same as `legato.tanh`."""
        return ops().tanh(self, out=out)

    def sigmoid(self, *, out=None):
        """Same as `legato.sigmoid`."""
        return ops().sigmoid(self, out=out)

    def relu(self, *, out=None):
        """Same as `legato.relu`."""
        return ops().relu(self, out=out)


# ---- helpers -----------------------------------------------------------------------------------------


cdef tuple _int_tuple(const int64_t *values, int count, int64_t factor):
    cdef tuple result = PyTuple_New(count)
    cdef object number
    cdef int i
    for i in range(count):
        number = values[i] * factor
        Py_INCREF(number)  # the tuple takes over a reference
        PyTuple_SET_ITEM(result, i, number)
    return result


cdef int _extents(lg_ints_t *result, tuple given, str op, str name) except -1:
    """`f(2, 3)` and `f((2, 3))` mean the same."""
    if len(given) == 1 and type(given[0]) is not int:
        return attr_ints(result, given[0], op, name)
    return attr_ints(result, given, op, name)


cdef str describe(Tensor x):
    extents = ",".join([str(extent) for extent in x.shape])
    return f"{x.dtype}[{extents}]"


def _iterate(Tensor x):
    cdef int64_t i
    for i in range(x._h.view.shape[0]):
        yield x[i]


cdef Tensor share(Tensor x):
    """Another Tensor on the same memory."""
    cdef lg_tensor_t tensor = x._h
    if tensor.buffer != NULL:
        lg_buffer_retain(tensor.buffer)
    return make_tensor(&tensor)


cdef Tensor make_tensor(const lg_tensor_t *tensor):
    cdef Tensor result = Tensor.__new__(Tensor)
    result._h = tensor[0]
    return result


cdef Tensor copy_tensor(Tensor x):
    return dense_copy(&x._h)


cdef Tensor dense_copy(const lg_tensor_t *tensor):
    cdef Tensor result = Tensor.__new__(Tensor)
    cdef lg_reshape_attrs_t attrs
    cdef lg_error_t err
    check(lg_tensor_init(context, <lg_dtype_t>tensor.view.dtype, tensor.view.rank, tensor.view.shape,
                         &result._h, &err), &err)
    # A reshape to the same shape, into memory that is given, is a copy from any layout.
    attrs.shape.count = tensor.view.rank
    memcpy(attrs.shape.values, tensor.view.shape, tensor.view.rank * sizeof(int64_t))
    check(lg_op_call(context, LG_OP_RESHAPE, &tensor, 1, &attrs, &result._h, 1, &err), &err)
    return result


cdef Tensor _to_device(Tensor x, object target):
    if target != _cpu:
        raise DeviceError(f"to: {target} has no memory of its own, its ops work on tensors of {_cpu}")
    return x


def _rebuild(bytes data, str dtype, tuple shape):
    """Unpickle."""
    cdef Tensor result = Tensor.__new__(Tensor)
    cdef lg_ints_t extents
    cdef lg_error_t err
    attr_ints(&extents, shape, "", "shape")
    check(lg_tensor_init(context, <lg_dtype_t>parse_dtype(dtype).code, <uint32_t>extents.count,
                         extents.values, &result._h, &err), &err)
    if len(data) != result.nbytes:
        raise ShapeError(f"{len(data)} bytes of data do not make a tensor of {result.nbytes} bytes")
    memcpy(result._h.view.data, PyBytes_AS_STRING(data), <size_t>len(data))
    return result
