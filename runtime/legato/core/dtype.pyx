# SPDX-License-Identifier: Apache-2.0
"""Element types and their promotion."""

import sys

cimport cython

from legato.core.engine cimport (
    LG_DTYPE_BF16,
    LG_DTYPE_BOOL,
    LG_DTYPE_COUNT,
    LG_DTYPE_F16,
    LG_DTYPE_F32,
    LG_DTYPE_F64,
    LG_DTYPE_I8,
    LG_DTYPE_I16,
    LG_DTYPE_I32,
    LG_DTYPE_I64,
    LG_DTYPE_INVALID,
    LG_DTYPE_U8,
    LG_DTYPE_U16,
    LG_DTYPE_U32,
    LG_DTYPE_U64,
    lg_dtype_name,
    lg_dtype_size,
    lg_dtype_t,
)

from legato.core.errors import DTypeError, UnsupportedError


@cython.final
@cython.auto_pickle(False)
cdef class DType:
    """An element type. There is one object for each: compare with ``is`` or ``==``.

    Attributes
    ----------
    name : str
        ``"f32"``, ``"bf16"``, ``"bool"``...
    kind : str
        ``"f"`` floating point, ``"i"`` signed, ``"u"`` unsigned integer, ``"b"`` bool, as in NumPy.
    itemsize : int
        Bytes of one element.

    Examples
    --------
    >>> import legato as lg
    >>> lg.f32, lg.f32.itemsize, lg.f32.kind
    (legato.f32, 4, 'f')
    """

    def __init__(self, *args, **kwargs):
        raise TypeError("there is one object per element type; use legato.dtype(x) to look it up")

    @property
    def numpy(self):
        """The NumPy dtype. ``bf16`` needs the package ``ml_dtypes``.

        Examples
        --------
        >>> import legato as lg
        >>> lg.i16.numpy
        dtype('int16')
        """
        import numpy
        if self.code == LG_DTYPE_BF16:
            try:
                from ml_dtypes import bfloat16
            except ImportError:
                raise UnsupportedError(
                    "NumPy has no bf16 of its own: install ml_dtypes, or use .astype(legato.f32) first"
                ) from None
            return numpy.dtype(bfloat16)
        return numpy.dtype(_numpy_names[self.code])

    def __repr__(self):
        return f"legato.{self.name}"

    def __str__(self):
        return self.name

    def __reduce__(self):
        return dtype, (self.name,)


cdef list _objects = [None] * LG_DTYPE_COUNT
cdef list _numpy_names = [None] * LG_DTYPE_COUNT
cdef dict _by_key = {}  # names and Python types -> DType


cdef DType _make(uint32_t code, str kind, str numpy_name):
    cdef DType self = DType.__new__(DType)
    self.code = code
    self.name = lg_dtype_name(<lg_dtype_t>code).decode()
    self.kind = kind
    self.itemsize = <int>lg_dtype_size(<lg_dtype_t>code)
    _objects[code] = self
    _numpy_names[code] = numpy_name
    _by_key[self.name] = self
    _by_key[numpy_name] = self
    return self


f32 = _make(LG_DTYPE_F32, "f", "float32")
f64 = _make(LG_DTYPE_F64, "f", "float64")
f16 = _make(LG_DTYPE_F16, "f", "float16")
bf16 = _make(LG_DTYPE_BF16, "f", "bfloat16")
i8 = _make(LG_DTYPE_I8, "i", "int8")
u8 = _make(LG_DTYPE_U8, "u", "uint8")
i16 = _make(LG_DTYPE_I16, "i", "int16")
u16 = _make(LG_DTYPE_U16, "u", "uint16")
i32 = _make(LG_DTYPE_I32, "i", "int32")
u32 = _make(LG_DTYPE_U32, "u", "uint32")
i64 = _make(LG_DTYPE_I64, "i", "int64")
u64 = _make(LG_DTYPE_U64, "u", "uint64")
bool_ = _make(LG_DTYPE_BOOL, "b", "bool")
_by_key.update({float: f32, int: i64, bool: bool_})  # what Python numbers become when they stand alone


cdef DType dtype_of(uint32_t code):
    return <DType>_objects[code]


cdef DType parse_dtype(object x):
    if type(x) is DType:
        return <DType>x
    found = None
    if isinstance(x, (str, type)):
        found = _by_key.get(x)
    if found is None:
        # Only who has imported NumPy can have its dtypes and scalar types.
        numpy = sys.modules.get("numpy")
        if numpy is not None and isinstance(x, (numpy.dtype, type)) and x is not object:
            try:
                known = numpy.dtype(x)
            except (TypeError, ValueError):
                known = None
            if known is not None and (known.isnative or known.itemsize == 1):
                found = _by_key.get(known.name)
            elif known is not None:
                raise DTypeError(f"{x!r} is not in this machine's byte order; convert the array first")
    if found is None:
        names = ", ".join([(<DType>each).name for each in _objects[1:]])
        raise DTypeError(f"{x!r} is not an element type; there are {names}")
    return <DType>found


def dtype(object x):
    """Look up an element type.

    Parameters
    ----------
    x : DType, str, numpy.dtype or type
        A name of legato (``"f32"``) or NumPy (``"float32"``), a NumPy dtype or scalar type, or one of the
        Python types ``float`` (f32), ``int`` (i64) and ``bool``.

    Returns
    -------
    DType
        The one object for that type.

    Raises
    ------
    DTypeError
        No such type, or not in this machine's byte order.

    Examples
    --------
    >>> import legato as lg
    >>> lg.dtype("float64") is lg.f64
    True
    """
    return parse_dtype(x)


# ---- promotion ---------------------------------------------------------------------------------------
# Note [Promotion]
# NumPy's rules: integers to the smallest integer that holds both, u64 with a signed one to f64; an integer
# with a float to the smallest float that has its values exactly, where f16 takes 8 bits, f32 takes 16. bf16
# is not NumPy's: it takes 8-bit integers (its 8 significant bits hold them), f32 when met by f16 or 16 bits,
# f64 by wider ones, which is what ml_dtypes registers with NumPy for the pairs that it defines.

cdef uint8_t[16][16] _promoted


cdef bint is_float(uint32_t code) noexcept nogil:
    return LG_DTYPE_F32 <= code <= LG_DTYPE_BF16


cdef bint is_signed_integer(uint32_t code) noexcept nogil:
    return code == LG_DTYPE_I8 or code == LG_DTYPE_I16 or code == LG_DTYPE_I32 or code == LG_DTYPE_I64


cdef bint is_unsigned_integer(uint32_t code) noexcept nogil:
    return code == LG_DTYPE_U8 or code == LG_DTYPE_U16 or code == LG_DTYPE_U32 or code == LG_DTYPE_U64


cdef uint32_t _signed_of_size(size_t size) noexcept nogil:
    if size == 1:
        return LG_DTYPE_I8
    if size == 2:
        return LG_DTYPE_I16
    return LG_DTYPE_I32 if size == 4 else LG_DTYPE_I64


cdef uint32_t _promote_pair(uint32_t a, uint32_t b) noexcept nogil:
    cdef size_t a_size = lg_dtype_size(<lg_dtype_t>a)
    cdef size_t b_size = lg_dtype_size(<lg_dtype_t>b)
    if a == b or b == LG_DTYPE_BOOL:
        return a
    if a == LG_DTYPE_BOOL:
        return b
    if is_float(a) and is_float(b):
        if a_size == b_size:
            return LG_DTYPE_F32  # f16 with bf16
        return a if a_size > b_size else b
    if is_float(b):
        return _promote_pair(b, a)
    if is_float(a):
        if b_size == 1 or a == LG_DTYPE_F64:
            return a
        return LG_DTYPE_F32 if b_size == 2 else LG_DTYPE_F64
    if is_signed_integer(a) == is_signed_integer(b):
        return a if a_size > b_size else b
    if is_signed_integer(b):
        return _promote_pair(b, a)
    if a_size > b_size:
        return a
    return LG_DTYPE_F64 if b_size == 8 else _signed_of_size(2 * b_size)


cdef void _fill() noexcept nogil:
    cdef uint32_t a, b
    for a in range(1, LG_DTYPE_COUNT):
        for b in range(1, LG_DTYPE_COUNT):
            _promoted[a][b] = <uint8_t>_promote_pair(a, b)


_fill()


cdef uint32_t promote(uint32_t a, uint32_t b) noexcept nogil:
    return _promoted[a][b]


cdef uint32_t promote_all(uint32_t dtypes) noexcept nogil:
    # Floats first, then each integer on its own: (i16, u16, f32) is f32, though i16 with u16 alone is i32.
    # Always in the order of the codes, so that the order of the operands does not matter.
    cdef uint32_t result = LG_DTYPE_INVALID
    cdef uint32_t code
    cdef int turn
    for turn in range(2):
        for code in range(1, LG_DTYPE_COUNT):
            if dtypes & (1u << code) and is_float(code) == (turn == 0):
                result = code if result == LG_DTYPE_INVALID else _promoted[result][code]
    return result


def promote_types(a, b):
    """Return the element type that two others convert to.

    Parameters
    ----------
    a, b : DType or what `dtype` accepts

    Returns
    -------
    DType
        As ``numpy.promote_types``. bf16 with f16 or a 16-bit integer is f32, with a wider integer f64.

    Examples
    --------
    >>> import legato as lg
    >>> promote_types(lg.i32, lg.f32)
    legato.f64
    """
    return dtype_of(promote(parse_dtype(a).code, parse_dtype(b).code))
