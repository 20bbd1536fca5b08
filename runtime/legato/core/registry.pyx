# SPDX-License-Identifier: Apache-2.0
# cython: autotestdict=False
# (The examples declare ops, which goes once: no second copy of them for doctest.)
"""Ops and kernels of one's own: declared here, they behave as built-in ones do."""

import inspect
import os
import types
import typing

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.pycapsule cimport PyCapsule_CheckExact, PyCapsule_GetName, PyCapsule_GetPointer
from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uintptr_t
from libc.string cimport memcpy

from legato.core.attrs cimport (
    attr_bool,
    attr_dtype,
    attr_enum,
    attr_float,
    attr_floats,
    attr_int,
    attr_ints,
    attr_scalar,
)
from legato.core.context cimport context
from legato.core.dispatch cimport calln, resume_handlers, suspend_handlers
from legato.core.dtype cimport DType, dtype_of, parse_dtype
from legato.core.engine cimport (
    LG_ABI,
    LG_ATTR_BOOL,
    LG_ATTR_DTYPE,
    LG_ATTR_ENUM,
    LG_ATTR_FLOAT,
    LG_ATTR_FLOATS,
    LG_ATTR_INT,
    LG_ATTR_INTS,
    LG_ATTR_SCALAR,
    LG_DTYPE_COUNT,
    LG_OP_FLAG_PROMOTE_FLOAT,
    LG_OP_FLAG_VARIADIC,
    LG_SCALAR_BOOL,
    LG_SCALAR_FLOAT,
    lg_attr_info_t,
    lg_context_op_info,
    lg_device_kernel_fn_t,
    lg_dtype_t,
    lg_eager_copy,
    lg_error_t,
    lg_floats_t,
    lg_host_t,
    lg_ints_t,
    lg_kernel_desc_t,
    lg_kernel_load,
    lg_kernel_register,
    lg_lane_t,
    lg_op_desc_t,
    lg_op_info_t,
    lg_op_register,
    lg_op_view_t,
    lg_scalar_t,
    lg_status_t,
    lg_tensor_init,
    lg_view_t,
)
from legato.core.errors cimport check, keep_exception, op_error
from legato.core.spec cimport Spec, wrap_spec
from legato.core.tensor cimport Tensor

from legato.core.convert import asarray
from legato.core.errors import ArgumentError, DTypeError, LegatoError, ShapeError, UnsupportedError
from legato.core.spec import spec as make_spec

cdef list _alive = []  # owners of C functions that kernels point to: the process's context is never closed


# ---- attributes ------------------------------------------------------------------------------------

cdef dict _attr_bytes = {LG_ATTR_INTS: sizeof(lg_ints_t), LG_ATTR_FLOATS: sizeof(lg_floats_t),
                         LG_ATTR_SCALAR: sizeof(lg_scalar_t)}


cdef class Attr:
    # One attribute of a registered op.
    cdef readonly str name
    cdef readonly uint32_t kind, offset
    cdef readonly tuple choices  # of an ENUM
    cdef readonly bint required

    cdef int write(self, char *attrs, object value, str op) except -1:
        cdef void *field = attrs + self.offset
        if self.kind == LG_ATTR_INT:
            return attr_int(<int64_t *>field, value, op, self.name)
        if self.kind == LG_ATTR_FLOAT:
            return attr_float(<double *>field, value, op, self.name)
        if self.kind == LG_ATTR_BOOL:
            return attr_bool(<int64_t *>field, value, op, self.name)
        if self.kind == LG_ATTR_DTYPE:
            return attr_dtype(<int64_t *>field, value, op, self.name)
        if self.kind == LG_ATTR_ENUM:
            return attr_enum(<int64_t *>field, value, self.choices, op, self.name)
        if self.kind == LG_ATTR_INTS:
            return attr_ints(<lg_ints_t *>field, value, op, self.name)
        if self.kind == LG_ATTR_FLOATS:
            return attr_floats(<lg_floats_t *>field, value, op, self.name)
        return attr_scalar(<lg_scalar_t *>field, value, op, self.name)


cdef object _read_attr(const lg_attr_info_t *attr, const char *attrs):
    # The Python value of an attribute.
    cdef const void *field = attrs + attr.offset
    cdef int64_t value = (<const int64_t *>field)[0]
    cdef const lg_scalar_t *scalar
    if attr.kind == LG_ATTR_INT:
        return value
    if attr.kind == LG_ATTR_FLOAT:
        return (<const double *>field)[0]
    if attr.kind == LG_ATTR_BOOL:
        return value != 0
    if attr.kind == LG_ATTR_DTYPE:
        return None if value == 0 else dtype_of(<uint32_t>value)
    if attr.kind == LG_ATTR_ENUM:
        return attr.choices[value].decode()
    if attr.kind == LG_ATTR_INTS:
        return None if value < 0 else tuple([(<const lg_ints_t *>field).values[i] for i in range(value)])
    if attr.kind == LG_ATTR_FLOATS:
        return None if value < 0 else tuple([(<const lg_floats_t *>field).values[i] for i in range(value)])
    scalar = <const lg_scalar_t *>field
    if scalar.kind == LG_SCALAR_FLOAT:
        return scalar.value.f
    return scalar.value.i != 0 if scalar.kind == LG_SCALAR_BOOL else scalar.value.i


cdef dict read_attrs(const lg_op_view_t *op):
    cdef const lg_op_info_t *info = lg_context_op_info(context, op.op)
    cdef const char *attrs = <const char *>(op.attrs if op.attrs != NULL else info.attrs_default)
    return {info.attrs[i].name.decode(): _read_attr(&info.attrs[i], attrs) for i in range(info.attr_count)}


def _resolve(annotation, fn):
    # A type for an annotation that is text, as all are under `from __future__ import annotations`.
    if isinstance(annotation, str) and not _is_types(annotation):
        try:
            return eval(annotation, getattr(fn, "__globals__", {}))
        except Exception:
            return annotation
    return annotation


def _is_types(text):
    # Whether `text` names dtypes: "f32 f64".
    try:
        return bool(text.split()) and all([parse_dtype(word) is not None for word in text.split()])
    except LegatoError:
        return False


def _kind_of_type(annotation):
    # (kind, choices) of an attribute's annotation; None where it says nothing.
    simple = {float: LG_ATTR_FLOAT, int: LG_ATTR_INT, bool: LG_ATTR_BOOL, DType: LG_ATTR_DTYPE}
    if isinstance(annotation, type) and annotation in simple:
        return simple[annotation], ()
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal and all([isinstance(choice, str) for choice in arguments]):
        return LG_ATTR_ENUM, arguments
    if origin in (typing.Union, types.UnionType):
        rest = [argument for argument in arguments if argument is not type(None)]
        if len(rest) == 1:
            return _kind_of_type(rest[0])
        if set(rest) <= {int, float, bool}:
            return LG_ATTR_SCALAR, ()
    if origin in (tuple, list) or getattr(origin, "__name__", "") == "Sequence":
        element = next(iter(arguments), None)
        return {int: (LG_ATTR_INTS, ()), float: (LG_ATTR_FLOATS, ())}.get(element)
    return None


def _kind_of_value(value):
    # The same of a default.
    kinds = ((bool, LG_ATTR_BOOL), (int, LG_ATTR_INT), (float, LG_ATTR_FLOAT), (DType, LG_ATTR_DTYPE))
    for type_, kind in kinds:
        if isinstance(value, type_):
            return kind, ()
    if isinstance(value, (tuple, list)) and value:
        floats = any([isinstance(item, float) for item in value])
        return (LG_ATTR_FLOATS if floats else LG_ATTR_INTS), ()
    return None


cdef Attr _make_attr(str op, object parameter, object fn, uint32_t offset):
    cdef Attr attr = Attr.__new__(Attr)
    default, empty = parameter.default, parameter.empty
    found = _kind_of_type(_resolve(parameter.annotation, fn)) if parameter.annotation is not empty else None
    if found is None and default is not empty:
        found = _kind_of_value(default)
    if found is None:
        raise ArgumentError(
            f"op {op}: the kind of attribute {parameter.name} is not known; annotate it with int, float, "
            "bool, legato.DType, tuple[int, ...], tuple[float, ...], Literal['a', 'b'] or int | float"
        )
    attr.name = parameter.name
    attr.kind, choices = found
    attr.choices = tuple(choices)
    attr.offset = offset
    attr.required = default is empty
    return attr


# ---- ops -------------------------------------------------------------------------------------------

class Op:
    """An op of one's own, callable like the built-in ones. Made by :func:`op`."""

    def __init__(self):
        raise TypeError("declare an op with legato.op")

    def __call__(self, *args, out=None, **kwargs):
        cdef list given = list(args)
        cdef Attr attr
        if not self._variadic:
            if len(given) > len(self._inputs):
                text = f"{len(given)} inputs given, at most {len(self._inputs)}"
                raise op_error(ArgumentError, self.name, text)
            names = self._inputs[len(given):]
            given += [kwargs.pop(name, None) for name in names]
            while len(given) > self._required and given[len(given) - 1] is None:
                given.pop()
            for i, name in enumerate(self._inputs[:self._required]):
                if given[i] is None:
                    raise op_error(ArgumentError, self.name, f"input {name} is missing")
        cdef bytearray memory = bytearray(self._defaults)
        cdef char *fields = memory
        for name, value in kwargs.items():
            if name not in self._attrs:
                have = ", ".join([*self._inputs, *self._attrs])
                raise op_error(ArgumentError, self.name, f"there is no argument {name}; there are: {have}")
            (<Attr>self._attrs[name]).write(fields, value, self.name)
        for attr in self._attrs.values():
            if attr.required and attr.name not in kwargs:
                raise op_error(ArgumentError, self.name, f"attribute {attr.name} is missing")
        return calln(self._id, given, fields if self._attrs else NULL, out)

    def __repr__(self):
        return f"<legato op {self.name}{self.__signature__}>"

    def __reduce__(self):
        return _find, (self.name,)


cdef dict _ops = {}


def _find(name):
    """The op that was declared under a name; pickles refer to ops by it.

    Parameters
    ----------
    name : str

    Returns
    -------
    Op
    """
    return _ops[name]


cdef class Table:
    # Memory for what an lg_op_desc_t points to, and the objects that its strings belong to.
    cdef list memory, strings

    def __cinit__(self):
        self.memory, self.strings = [], []

    def __dealloc__(self):
        for address in self.memory:
            PyMem_Free(<void *><uintptr_t>address)

    cdef void *take(self, size_t count, size_t bytes) except NULL:
        cdef void *memory = PyMem_Calloc(count + 1, bytes)
        if memory == NULL:
            raise MemoryError()
        self.memory.append(<uintptr_t>memory)
        return memory

    cdef const char *string(self, str text) except NULL:
        encoded = text.encode()
        self.strings.append(encoded)
        return encoded


def _declared_inputs(str name, object fn, list parameters):
    # (names, required, variadic, dtypes or None, letters) of the inputs.
    names, sets, letters, required, variadic = [], [], [], 0, False
    groups = {None: "T"}
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY:
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            raise ArgumentError(f"op {name}: **{parameter.name} declares nothing; name the attributes")
        variadic = parameter.kind is parameter.VAR_POSITIONAL
        if variadic and names:
            raise ArgumentError(f"op {name}: *{parameter.name} stands for all inputs; declare no others")
        if parameter.default is parameter.empty and not variadic:
            if required < len(names):
                raise ArgumentError(f"op {name}: input {parameter.name} follows an optional one")
            required += 1
        elif not variadic and parameter.default is not None:
            raise ArgumentError(
                f"op {name}: {parameter.name} is an input, so its default is None; attributes stand behind *"
            )
        annotation = parameter.annotation
        if annotation is parameter.empty:
            annotation = None
        annotation = _resolve(annotation, fn)
        if not (isinstance(annotation, str) and _is_types(annotation)):
            annotation = None
        names.append(parameter.name)
        words = set(annotation.split()) if annotation is not None else ()
        sets.append(None if annotation is None else sum([1 << parse_dtype(word).code for word in words]))
        letters.append(groups.setdefault(annotation, chr(ord("A") + len(groups))))
    return names, (1 if variadic else required), variadic, sets, "".join(letters)


cdef object _declare(object fn, str name, object shape, uint32_t out_count, bint promote):
    op = Op.__new__(Op)
    cdef Table table = Table()
    cdef lg_op_desc_t desc
    cdef lg_error_t err
    cdef const char **strings
    cdef uint16_t *sets
    cdef lg_attr_info_t *attrs
    cdef Attr attr
    cdef uint32_t offset = 0
    cdef uint32_t number = 0
    cdef Py_ssize_t i, k
    signature = inspect.signature(fn)
    parameters = list(signature.parameters.values())
    names, required, variadic, types_, letters = _declared_inputs(name, fn, parameters)
    op.name, op.__name__ = name, getattr(fn, "__name__", name)
    op.__qualname__, op.__module__ = getattr(fn, "__qualname__", name), getattr(fn, "__module__", None)
    op.__doc__, op.__wrapped__ = fn.__doc__, fn
    op.__signature__ = signature
    op._inputs, op._required, op._variadic = tuple(names), required, variadic
    op._attrs = {}
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.name == "out":
                raise ArgumentError(f"op {name}: out is the argument of all ops that says where results go")
            attr = _make_attr(name, parameter, fn, offset)
            op._attrs[attr.name] = attr
            offset += <uint32_t>_attr_bytes.get(attr.kind, 8)
    op._defaults = bytearray(offset)
    cdef char *defaults = op._defaults
    for attr in op._attrs.values():
        if not attr.required:
            attr.write(defaults, signature.parameters[attr.name].default, f"op {name}")
        elif attr.kind in (LG_ATTR_INTS, LG_ATTR_FLOATS):
            (<int64_t *>(defaults + attr.offset))[0] = -1
        elif attr.kind == LG_ATTR_SCALAR:
            (<lg_scalar_t *>(defaults + attr.offset)).kind = LG_SCALAR_BOOL

    desc.size, desc.abi = sizeof(lg_op_desc_t), LG_ABI
    desc.name = table.string(name)
    desc.flags = (LG_OP_FLAG_VARIADIC if variadic else 0) | (LG_OP_FLAG_PROMOTE_FLOAT if promote else 0)
    desc.in_min, desc.in_max, desc.out_count = required, <uint32_t>len(names), out_count
    strings = <const char **>table.take(len(names), sizeof(char *))
    sets = <uint16_t *>table.take(len(names), sizeof(uint16_t))
    for i in range(len(names)):
        strings[i] = table.string(names[i])
        sets[i] = <uint16_t>((1 << LG_DTYPE_COUNT) - 2 if types_[i] is None else types_[i])
    desc.in_names, desc.in_types = strings, sets
    desc.in_letters = table.string(letters)
    attrs = <lg_attr_info_t *>table.take(len(op._attrs), sizeof(lg_attr_info_t))
    desc.attrs, desc.attr_count = attrs, <uint32_t>len(op._attrs)
    desc.attrs_bytes, desc.attrs_default = offset, <const char *>defaults if op._attrs else NULL
    desc.attrs_required = 0
    for i, attr in enumerate(op._attrs.values()):
        attrs[i].name, attrs[i].kind, attrs[i].offset = table.string(attr.name), attr.kind, attr.offset
        if attr.required and attr.kind in (LG_ATTR_INTS, LG_ATTR_DTYPE):
            desc.attrs_required |= 1u << i
        if attr.kind == LG_ATTR_ENUM:
            strings = <const char **>table.take(len(attr.choices), sizeof(char *))
            for k in range(len(attr.choices)):
                strings[k] = table.string(attr.choices[k])
            attrs[i].choices = strings
    rule = fn if shape is None else shape
    desc.rule, desc.infer, desc.state, desc.destroy = NULL, NULL, NULL, NULL
    if isinstance(rule, str):
        desc.rule = table.string(rule)
    else:
        desc.infer, desc.state, desc.destroy = _infer, <void *>rule, _forget
        Py_INCREF(rule)  # for the registry
    try:
        check(lg_op_register(context, &desc, &number, &err), &err)
    except BaseException:
        if desc.state != NULL:
            Py_DECREF(rule)
        raise
    op._id = number
    _ops[name] = op
    return op


cdef void _forget(void *state) noexcept with gil:
    Py_DECREF(<object>state)


def op(fn=None, *, name=None, shape=None, outs=1, promote=False):
    """Declare an op. It then behaves as a built-in one: eager, recorded, planned, and by name in files.

    The function's parameters are the op's: those before ``*`` are inputs (``=None`` for optional ones,
    ``*xs`` for any number of inputs), those behind it attributes, whose kind is that of the annotation or
    the default. Inputs agree on a dtype; an input that is annotated with dtypes (``index: "i32 i64"``) is
    of one of those and agrees only with inputs of the same annotation.

    Parameters
    ----------
    fn : callable
        The shape rule, unless `shape` is one: gets a :class:`Spec` per input (None for an absent one) and the
        attributes by name, and returns what the result is like: a Spec, its text, ``(dtype, shape)``, or a
        shape for the dtype of the first input. With several outputs, a tuple of those. Its exceptions reach
        the caller.
    name : str, optional
        ``"vendor.op"`` or a free word; the function's name when left out. A name that is taken is an error.
    shape : str or callable, optional
        A built-in rule: ``"broadcast"``, ``"same"`` (as the first input) or ``"matmul"``. Or a function as
        `fn`.
    outs : int, optional
        Number of outputs.
    promote : bool, optional
        Whether integer and bool inputs become f32 first, as for :func:`exp`.

    Returns
    -------
    Op
        Callable; with no kernel yet (:func:`kernel`) it can be recorded, but not run.

    Raises
    ------
    AlreadyExistsError
        There is an op of that name: an op is declared once per process.
    ArgumentError
        The signature is none of an op; the message says why.

    Examples
    --------
    >>> import legato as lg
    >>> @lg.op(name="docs.scale")
    ... def scale(x, *, gain=2.0):
    ...     "Multiply by a number."
    ...     return x
    >>> @lg.kernel(scale)
    ... def scale_cpu(x, *, gain):
    ...     return x.numpy() * gain
    >>> scale([1.0, 2.0], gain=10.0).tolist()
    [10.0, 20.0]
    """
    def declare(function):
        if not callable(function):
            raise DTypeError(f"op: expected a function, got {type(function).__name__}")
        if shape is not None and not isinstance(shape, str) and not callable(shape):
            kind = type(shape).__name__
            raise DTypeError(f"op: shape is {kind}, expected a function or the name of a rule")
        return _declare(function, str(name if name is not None else function.__name__), shape, outs, promote)
    return declare if fn is None else declare(fn)


# ---- what the engine calls -------------------------------------------------------------------------

cdef object _spec_of(const lg_view_t *view):
    return None if view == NULL else wrap_spec(view)


cdef Spec _given_spec(object given, const lg_op_view_t *op):
    # What a shape rule may say of one output.
    if isinstance(given, (Spec, str)):
        return make_spec(given)
    dtype = dtype_of(op.ins[0].dtype) if op.in_count > 0 and op.ins[0] != NULL else None
    if isinstance(given, (tuple, list)):
        shape = given
        if len(given) == 2 and isinstance(given[0], DType):
            dtype, shape = given
        whole = isinstance(shape, (tuple, list)) and all([isinstance(n, int) for n in shape])
        if dtype is not None and whole:
            if any([n < 0 for n in shape]):
                raise ShapeError(f"{op.name.decode()}: its shape rule gives the shape {tuple(shape)}")
            return make_spec(f"{dtype.name}[{','.join([str(int(n)) for n in shape])}]")
    raise DTypeError(
        f"{op.name.decode()}: its shape rule gives {given!r:.100}, expected a Spec, a text such as "
        "'f32[2,3]', (dtype, shape), or a shape"
    )


cdef int _infer_checked(object rule, const lg_op_view_t *op, lg_view_t *outs) except -1:
    result = rule(*[_spec_of(op.ins[i]) for i in range(op.in_count)], **read_attrs(op))
    given = (result,) if op.out_count == 1 else result
    if not isinstance(given, (tuple, list)) or len(given) != op.out_count:
        raise DTypeError(
            f"{op.name.decode()}: its shape rule gives {result!r:.100}, expected {op.out_count} of Spec"
        )
    for i in range(op.out_count):
        outs[i] = _given_spec(given[i], op)._view
    return 0


cdef lg_status_t _infer(void *state, const lg_op_view_t *op, lg_view_t *outs,
                        lg_error_t *err) noexcept with gil:
    try:
        _infer_checked(<object>state, op, outs)
        return 0
    except BaseException as error:
        return keep_exception(error)


cdef Tensor _copied(const lg_view_t *view):
    # An operand as a tensor of its own: its memory is the engine's only until the kernel returns.
    cdef Tensor tensor = Tensor.__new__(Tensor)
    cdef lg_error_t err
    cdef size_t bytes
    check(lg_tensor_init(context, <lg_dtype_t>view.dtype, view.rank, view.shape, &tensor._h, &err), &err)
    bytes = <size_t>view.elem_count * <size_t>dtype_of(view.dtype).itemsize
    if bytes > 0:
        memcpy(tensor._h.view.data, view.data, bytes)
    return tensor


cdef int run_function(object function, const lg_op_view_t *op) except -1:
    cdef Tensor tensor
    cdef lg_error_t err
    cdef list inputs = [None if op.ins[i] == NULL else _copied(op.ins[i]) for i in range(op.in_count)]
    cdef str name = op.name.decode()
    result = function(*inputs, **read_attrs(op))
    given = (result,) if op.out_count == 1 else result
    if not isinstance(given, (tuple, list)) or len(given) != op.out_count:
        text = f"its kernel returns {type(result).__name__}, expected {op.out_count} arrays"
        raise op_error(DTypeError, name, text)
    for i in range(op.out_count):
        wanted = wrap_spec(op.outs[i])
        try:
            tensor = asarray(given[i])
        except LegatoError as error:
            text = f"its kernel returns {type(given[i]).__name__}: {error}"
            raise op_error(DTypeError, name, text) from error
        tensor._observe()
        if tensor._h.view.dtype != op.outs[i].dtype:
            text = f"its kernel returns {make_spec(tensor)}, expected {wanted}; cast it"
            raise op_error(DTypeError, name, text)
        if tensor.shape != wanted.shape:
            raise op_error(ShapeError, name, f"its kernel returns {make_spec(tensor)}, expected {wanted}")
        check(lg_eager_copy(context, &tensor._h.view, op.outs[i], &err), &err)
    return 0


cdef int32_t _run(void *state, const lg_op_view_t *op, lg_lane_t *lane,
                  const lg_host_t *host) noexcept with gil:
    # Whatever intercepts ops here has nothing to do with those inside of the kernel.
    cdef void *handlers = suspend_handlers()
    try:
        run_function(<object>state, op)
        return 0
    except BaseException as error:
        return keep_exception(error)
    finally:
        resume_handlers(handlers)


# ---- kernels ---------------------------------------------------------------------------------------

cdef uintptr_t address_of(object fn) except? 0:
    # Address of a C function that came from somewhere; 0 for a Python function.
    if isinstance(fn, int) and not isinstance(fn, bool):
        if not 0 < fn < 2 * <object>(<uintptr_t>-1 // 2 + 1):
            raise ArgumentError(f"kernel: {fn} is no address of a function")
        return <uintptr_t>fn
    if PyCapsule_CheckExact(fn):
        return <uintptr_t>PyCapsule_GetPointer(fn, PyCapsule_GetName(fn))
    module = type(fn).__module__
    if module == "_cffi_backend":
        import _cffi_backend

        return int(_cffi_backend.cast(_cffi_backend.new_primitive_type("uintptr_t"), fn))
    import ctypes

    if isinstance(fn, ctypes._CFuncPtr):
        return ctypes.cast(fn, ctypes.c_void_p).value or 0
    return 0


cdef uint32_t _dtype_set(object dtypes) except? 0xffffffff:
    if dtypes is None:
        return 0
    if isinstance(dtypes, str):
        dtypes = dtypes.split()
    elif isinstance(dtypes, DType):
        dtypes = [dtypes]
    cdef uint32_t result = 0
    for dtype in dtypes:
        result |= 1u << parse_dtype(dtype).code
    if result == 0:
        raise ArgumentError("kernel: dtypes names none; leave it out for all that the op takes")
    return result


def _register(op, fn, dtypes, name, cost_ns):
    cdef lg_kernel_desc_t desc
    cdef lg_error_t err
    cdef str text = op.name if isinstance(op, Op) else op
    encoded, path, symbol = text.encode(), None, None
    cdef uintptr_t address = 0
    if isinstance(fn, (tuple, list)):
        if len(fn) != 2:
            raise ArgumentError(f"kernel: {fn!r} is not (path of a library, name of a symbol)")
        path, symbol = os.fsencode(fn[0]), str(fn[1]).encode()
        kind = symbol.decode()
    else:
        address = address_of(fn)
        kind = getattr(fn, "__name__", "native") if address != 0 else "python"
        if address == 0 and not callable(fn):
            raise DTypeError(
                f"kernel: {type(fn).__name__} is no kernel; expected a Python function, a C function "
                "(ctypes, cffi, a capsule, an address) or (path, symbol)"
            )
    label = (name if name is not None else f"{text}__{kind}").encode()
    desc.size, desc.abi = sizeof(lg_kernel_desc_t), LG_ABI
    desc.name, desc.dtypes, desc.cost_ns, desc.needs = label, _dtype_set(dtypes), cost_ns, NULL
    desc.fn, desc.state, desc.destroy = NULL, NULL, NULL
    if path is not None:
        check(lg_kernel_load(context, encoded, path, symbol, &desc, &err), &err)
        return
    if address != 0:
        desc.fn = <lg_device_kernel_fn_t><void *>address
        check(lg_kernel_register(context, encoded, &desc, &err), &err)
        _alive.append(fn)
        return
    desc.fn, desc.state, desc.destroy, desc.needs = _run, <void *>fn, _forget, b"Python"
    Py_INCREF(fn)  # for the registry
    try:
        check(lg_kernel_register(context, encoded, &desc, &err), &err)
    except BaseException:
        Py_DECREF(fn)
        raise


def kernel(op not None, fn=None, *, device="cpu", dtypes=None, name=None, cost_ns=0):
    """Give an op of one's own a kernel. Decorates a Python function, or takes a C function.

    Parameters
    ----------
    op : Op or str
        What :func:`op` made, or its name.
    fn : callable, optional
        A Python function: gets a Tensor per input (copies, so it may keep and change them; None for an
        absent one) and the attributes by name, returns an array, or a tuple of them, of exactly the
        inferred types. Its exceptions reach the caller. Or a C function with the signature of
        ``lg_device_kernel_fn_t`` (``legato/op.h``): one of ctypes or cffi, a capsule as Cython makes them,
        an address, or ``(path, symbol)`` of a shared library. Decorates a function when left out.
    device : str, optional
        Only ``"cpu"``: other devices bring their kernels as plugins.
    dtypes : str or sequence, optional
        Those of the first input that the kernel takes: ``"f32 f64"``. All that the op takes when left out.
    name : str, optional
        For plans.
    cost_ns : int, optional
        Expected duration; estimated when 0. Long kernels run without the GIL.

    Returns
    -------
    callable
        `fn`.

    Raises
    ------
    NotFoundError
        No such op, library symbol.
    AlreadyExistsError
        There is a kernel for one of the dtypes.
    UnsupportedError
        The op is built in, or the device brings its own kernels.

    Notes
    -----
    A runner whose plan has a kernel in Python needs Python at every run; ``print(run.plan())`` says so. A
    file holds ops by name, so what opens it registers them first, in C with ``lg_op_register`` and
    ``lg_kernel_load``.

    Examples
    --------
    >>> import legato as lg
    >>> double = lg.op(lambda x: x, name="docs.double")
    >>> @lg.kernel(double, dtypes="f32")
    ... def double_f32(x):
    ...     return x + x
    >>> double([1.0, 2.5]).tolist()
    [2.0, 5.0]
    """
    if not isinstance(op, (Op, str)):
        raise DTypeError(f"kernel: op is {type(op).__name__}, expected an op or its name")
    if str(device) not in ("cpu", "cpu:0"):
        raise UnsupportedError(f"kernel: {device} brings its own kernels as a plugin; here they are for cpu")

    def register(function):
        _register(op, function, dtypes, name, cost_ns)
        return function
    return register if fn is None else register(fn)
