# SPDX-License-Identifier: Apache-2.0
"""Attribute values from Python to C."""

from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_AsDouble
from cpython.long cimport PyLong_AsLongLongAndOverflow
from libc.stdint cimport int64_t

from legato.core.dtype cimport parse_dtype
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


cdef int _wrong(object value, str op, str name, str wanted) except -1:
    raise op_error(DTypeError, op, f"{name} is {_brief(value)}, expected {wanted}")


cdef str _brief(object value):
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__}"


cdef int _long(int64_t *result, object value, str op, str name) except -1:
    # Views are made of lists of integers: nothing is set up here for an exception that does not come.
    cdef int overflow = 0
    result[0] = PyLong_AsLongLongAndOverflow(value, &overflow)
    if overflow:
        raise op_error(RangeError, op, f"{name} is {value}, which does not fit in 64 bits")
    return 0


cdef int attr_int(int64_t *result, object value, str op, str name) except -1:
    if type(value) is int:
        return _long(result, value, op, name)
    if type(value) is bool:  # an int for Python, a slip of the pen for us
        return _wrong(value, op, name, "an integer")
    try:
        value = index(value)
    except TypeError:
        return _wrong(value, op, name, "an integer")
    return _long(result, value, op, name)


cdef int attr_float(double *result, object value, str op, str name) except -1:
    if type(value) is float:
        result[0] = PyFloat_AS_DOUBLE(value)
        return 0
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
    if value is None:
        result[0] = 0
        return 0
    try:
        result[0] = parse_dtype(value).code
    except DTypeError as error:
        raise op_error(DTypeError, op, f"{name}: {error}") from None
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
    raise op_error(ArgumentError, op, f"{name} is {_brief(value)}, expected one of {listed}")


cdef int attr_ints(lg_ints_t *result, object value, str op, str name) except -1:
    cdef Py_ssize_t i, count
    cdef tuple items
    if value is None:
        result.count = -1
        return 0
    if type(value) is int:
        result.count = 1
        return attr_int(&result.values[0], value, op, name)
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
        raise op_error(ShapeError, op, f"{name} has {count} entries, at most {LG_MAX_INTS} are possible")
    for i in range(count):
        if type(items[i]) is int:
            _long(&result.values[i], items[i], op, name)
        else:
            attr_int(&result.values[i], items[i], op, name)
    result.count = count
    return 0


cdef int attr_floats(lg_floats_t *result, object value, str op, str name) except -1:
    cdef Py_ssize_t i, count
    cdef tuple items
    if value is None:
        result.count = -1
        return 0
    if type(value) is float or type(value) is int:
        result.count = 1
        return attr_float(&result.values[0], value, op, name)
    if isinstance(value, (str, bytes, dict, set)):
        return _wrong(value, op, name, "a number or a sequence of numbers")
    try:
        items = tuple(value)
    except TypeError:  # NumPy numbers, 0-d arrays and the like count as one number
        result.count = 1
        return attr_float(&result.values[0], value, op, name)
    count = len(items)
    if count > LG_MAX_INTS:
        raise op_error(ShapeError, op, f"{name} has {count} entries, at most {LG_MAX_INTS} are possible")
    for i in range(count):
        attr_float(&result.values[i], items[i], op, name)
    result.count = count
    return 0


cdef int attr_scalar(lg_scalar_t *result, object value, str op, str name) except -1:
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
