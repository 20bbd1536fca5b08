# SPDX-License-Identifier: Apache-2.0
"""Attribute values from Python to C."""

from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_AsDouble
from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.pythread cimport PyThread_get_thread_ident
from libc.stdint cimport int64_t

from legato.core.dtype cimport DType, parse_dtype
from legato.core.engine cimport (
    LG_MAX_INTS,
    LG_SCALAR_BOOL,
    LG_SCALAR_FLOAT,
    LG_SCALAR_INT,
    lg_floats_t,
    lg_ints_t,
    lg_scalar_t,
)
from legato.core.errors cimport op_error

from operator import index

from legato.core.errors import ArgumentError, DTypeError, RangeError, ShapeError


# Note [Open attributes]
# While recording, an attribute may be given as a traced tensor or by extents that are not fixed, alone or in
# a sequence. What is written to the field then stands in until the recorder comes and asks where the value
# comes from: that is kept beside, under the address of the field and the thread. It is an address of a stack
# frame that lives as long as the call of the op; what a call that failed leaves behind lies below the frame
# of a later one, or at an address that is written again, and goes then.
cdef list _open = []  # (address, thread, value, recorder)
open_attrs.count = 0


cdef int _forget(size_t address) except -1:
    cdef unsigned long thread = PyThread_get_thread_ident()
    _open[:] = [entry for entry in _open if entry[0] != address or entry[1] != thread]
    open_attrs.settle(<int>len(_open) - open_attrs.count)
    open_attrs.count = <int>len(_open)
    return 0


cdef int _keep(size_t address, object value, object recorder) except -1:
    _forget(address)
    _open.append((address, PyThread_get_thread_ident(), value, recorder))
    open_attrs.settle(1)
    open_attrs.count += 1
    return 0


cdef object open_recorder(const void *attrs, size_t bytes):
    cdef unsigned long thread = PyThread_get_thread_ident()
    for entry in _open:
        if entry[1] == thread and <size_t>attrs <= entry[0] < <size_t>attrs + bytes:
            return entry[3]
    return None


cdef list take_open(const void *attrs, size_t bytes):
    cdef unsigned long thread = PyThread_get_thread_ident()
    cdef list taken = []
    cdef list left = []
    for entry in _open:
        if entry[1] != thread or entry[0] >= <size_t>attrs + bytes:
            left.append(entry)
        elif entry[0] >= <size_t>attrs:
            taken.append((entry[0] - <size_t>attrs, entry[2]))
    _open[:] = left
    open_attrs.settle(<int>len(_open) - open_attrs.count)
    open_attrs.count = <int>len(_open)
    return taken


cdef object _look(size_t address, object value):
    """What stands in for a value that is open, after keeping it; elements of a tensor; else `value`."""
    if open_attrs.look == NULL:
        return value
    found = open_attrs.look(value)
    if found is None:
        return value
    if found[1] is not None:
        _keep(address, value, found[1])
    return found[0]


cdef object _error(object type, str op, str text):
    """An exception for an op that is not called after all: what was kept for it goes."""
    if open_attrs.count:
        take_open(NULL, <size_t>-1)
    return op_error(type, op, text)


cdef int _wrong(object value, str op, str name, str wanted) except -1:
    raise _error(DTypeError, op, f"{name} is {_brief(value)}, expected {wanted}")


cdef str _brief(object value):
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__}"


cdef int _long(int64_t *result, object value, str op, str name) except -1:
    # Views are made of lists of integers: nothing is set up here for an exception that does not come.
    cdef int overflow = 0
    result[0] = PyLong_AsLongLongAndOverflow(value, &overflow)
    if overflow:
        raise _error(RangeError, op, f"{name} is {value}, which does not fit in 64 bits")
    return 0


cdef int attr_int(int64_t *result, object value, str op, str name) except -1:
    if open_attrs.count:
        _forget(<size_t>result)
    if type(value) is int:
        return _long(result, value, op, name)
    value = _look(<size_t>result, value)
    if type(value) is bool:  # an int for Python, a slip of the pen for us
        return _wrong(value, op, name, "an integer")
    try:
        value = index(value)
    except TypeError:
        return _wrong(value, op, name, "an integer")
    return _long(result, value, op, name)


cdef int attr_float(double *result, object value, str op, str name) except -1:
    if open_attrs.count:
        _forget(<size_t>result)
    if type(value) is float:
        result[0] = PyFloat_AS_DOUBLE(value)
        return 0
    value = _look(<size_t>result, value)
    if isinstance(value, (str, bytes)):
        return _wrong(value, op, name, "a number")
    try:
        result[0] = PyFloat_AsDouble(value)
    except TypeError:
        return _wrong(value, op, name, "a number")
    return 0


cdef int attr_bool(int64_t *result, object value, str op, str name) except -1:
    if value is True or value is False:
        result[0] = value is True
        return 0
    # NumPy's bools and 0 or 1; anything else is more likely an argument in the wrong place.
    try:
        number = index(value) if not _is_numpy_bool(value) else int(value)
    except TypeError:
        return _wrong(value, op, name, "True or False")
    if number != 0 and number != 1:
        return _wrong(value, op, name, "True or False")
    result[0] = number
    return 0


cdef bint _is_numpy_bool(object value):
    return type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_")


cdef int attr_dtype(int64_t *result, object value, str op, str name) except -1:
    if type(value) is DType:
        result[0] = (<DType>value).code
        return 0
    if value is None:
        result[0] = 0
        return 0
    try:
        result[0] = parse_dtype(value).code
    except DTypeError as error:
        raise _error(DTypeError, op, f"{name}: {error}") from None
    return 0


cdef int attr_enum(int64_t *result, object value, tuple choices, str op, str name) except -1:
    cdef Py_ssize_t i
    # None stands for the choice "none" where there is one (rounding_mode=None).
    wanted = "none" if value is None else value
    for i in range(len(choices)):
        if choices[i] == wanted:
            result[0] = i
            return 0
    listed = ", ".join([f"'{choice}'" for choice in choices])
    raise _error(ArgumentError, op, f"{name} is {_brief(value)}, expected one of {listed}")


cdef int attr_ints(lg_ints_t *result, object value, str op, str name) except -1:
    cdef Py_ssize_t i, count
    cdef tuple items
    cdef bint looked = False
    if open_attrs.count:
        _forget(<size_t>result)
    if value is None:
        result.count = -1
        return 0
    if type(value) is int:
        result.count = 1
        return _long(&result.values[0], value, op, name)
    if type(value) is not list and type(value) is not tuple:
        value = _look(<size_t>result, value)
    if type(value) is list:
        value = tuple(value)  # a copy: an element's __index__ might change the list
    elif type(value) is not tuple:
        if isinstance(value, (str, bytes, dict, set)):
            return _wrong(value, op, name, "an integer or a sequence of integers")
        try:
            # NumPy integers, 0-d arrays and the like count as one number.
            number = index(value) if type(value) is not bool else None
        except TypeError:
            number = None
        if number is not None:
            result.count = 1
            return attr_int(&result.values[0], number, op, name)
        try:
            value = tuple(value)
        except TypeError:
            return _wrong(value, op, name, "an integer or a sequence of integers")
    items = <tuple>value
    count = len(items)
    if count > LG_MAX_INTS:
        raise _error(ShapeError, op, f"{name} has {count} entries, at most {LG_MAX_INTS} are possible")
    for i in range(count):
        if type(items[i]) is int:
            _long(&result.values[i], items[i], op, name)
        else:
            if not looked:
                looked = True
                items = _look(<size_t>result, items)
            attr_int(&result.values[i], items[i], op, name)
    result.count = count
    return 0


cdef int attr_floats(lg_floats_t *result, object value, str op, str name) except -1:
    cdef Py_ssize_t i, count
    cdef tuple items
    if open_attrs.count:
        _forget(<size_t>result)
    if value is None:
        result.count = -1
        return 0
    if type(value) is float or type(value) is int:
        result.count = 1
        return attr_float(&result.values[0], value, op, name)
    if type(value) is not list and type(value) is not tuple:
        value = _look(<size_t>result, value)
    if isinstance(value, (str, bytes, dict, set)):
        return _wrong(value, op, name, "a number or a sequence of numbers")
    try:
        items = tuple(value)
    except TypeError:  # NumPy numbers, 0-d arrays and the like count as one number
        result.count = 1
        return attr_float(&result.values[0], value, op, name)
    for item in items:
        if type(item) is not float and type(item) is not int:
            items = _look(<size_t>result, items)
            break
    count = len(items)
    if count > LG_MAX_INTS:
        raise _error(ShapeError, op, f"{name} has {count} entries, at most {LG_MAX_INTS} are possible")
    for i in range(count):
        attr_float(&result.values[i], items[i], op, name)
    result.count = count
    return 0


cdef int attr_scalar(lg_scalar_t *result, object value, str op, str name) except -1:
    if open_attrs.count:
        _forget(<size_t>result)
    if type(value) is float:
        result.kind = LG_SCALAR_FLOAT
        result.value.f = PyFloat_AS_DOUBLE(value)
        return 0
    if type(value) is int:
        result.kind = LG_SCALAR_INT
        return _long(&result.value.i, value, op, name)
    if type(value) is bool or _is_numpy_bool(value):
        result.kind = LG_SCALAR_BOOL
        result.value.i = bool(value)
        return 0
    if isinstance(value, (str, bytes)):
        return _wrong(value, op, name, "a number")
    value = _look(<size_t>result, value)
    if hasattr(value, "item") and not isinstance(value, (int, float)):
        # A 0-d tensor or array, or a NumPy scalar: its Python number.
        try:
            number = value.item()
        except ValueError:
            return _wrong(value, op, name, "a number")
        if type(number) in (float, int, bool):
            return attr_scalar(result, number, op, name)
        return _wrong(value, op, name, "a number")
    try:
        number = index(value)
    except TypeError:
        pass
    else:
        result.kind = LG_SCALAR_INT
        return _long(&result.value.i, number, op, name)
    result.kind = LG_SCALAR_FLOAT
    return attr_float(&result.value.f, value, op, name)
