# SPDX-License-Identifier: Apache-2.0
"""Programs: what is computed. Recorded from a Python function, printed as text, read back from text."""

import re

from cpython.bytes cimport PyBytes_AsStringAndSize
from libc.stdint cimport int64_t, uint32_t

from legato.core.context cimport context
from legato.core.dispatch cimport Handler, pop_handler, push_handler
from legato.core.engine cimport (
    LG_MAX_INS,
    LG_MAX_RANK,
    LG_OK,
    LG_STATUS_NOT_FOUND,
    LG_VALUE_NONE,
    LG_VIEW_CONTIGUOUS,
    lg_buffer_retain,
    lg_dtype_parse,
    lg_error_set,
    lg_error_t,
    lg_program_add_input,
    lg_program_add_op,
    lg_program_add_output,
    lg_program_add_weight,
    lg_program_create,
    lg_program_format,
    lg_program_freeze,
    lg_program_input_count,
    lg_program_input_name,
    lg_program_input_type,
    lg_program_op_count,
    lg_program_output_count,
    lg_program_output_name,
    lg_program_output_type,
    lg_program_parse,
    lg_program_release,
    lg_program_t,
    lg_program_value_type,
    lg_program_weight_count,
    lg_program_weight_name,
    lg_program_weight_type,
    lg_status_t,
    lg_tensor_t,
    lg_text_bytes,
    lg_text_chars,
    lg_text_release,
    lg_text_t,
    lg_value_t,
    lg_view_format,
    lg_view_init,
    lg_view_t,
)
from legato.core.errors cimport check
from legato.core.tensor cimport Tensor, copy_tensor

from legato.core.errors import ArgumentError, DTypeError, FormatError, ShapeError, UnsupportedError
from legato.core.convert import asarray
from legato.core.dtype import dtype as to_dtype

_SPEC = re.compile(r"\s*(\w+)\s*\[([^\]]*)\]\s*\Z")


cdef str take_text(void *handle):
    # The text's characters, and its release.
    cdef lg_text_t *text = <lg_text_t *>handle
    try:
        return lg_text_chars(text)[: lg_text_bytes(text)].decode()
    finally:
        lg_text_release(text)


# ---- specs -----------------------------------------------------------------------------------------

cdef class Spec:
    """The type of an input: dtype and shape. Make one with :func:`spec`.

    Examples
    --------
    >>> import legato as lg
    >>> s = lg.spec("f32[8,64]")
    >>> s.shape, s.dtype
    ((8, 64), legato.f32)
    """

    def __init__(self):
        raise TypeError("make a spec with legato.spec('f32[8,64]')")

    @property
    def shape(self):
        return tuple([self._view.shape[i] for i in range(self._view.rank)])

    @property
    def dtype(self):
        return to_dtype(str(self).partition("[")[0])

    def __str__(self):
        cdef char text[192]
        return lg_view_format(&self._view, text, sizeof(text)).decode()

    def __repr__(self):
        return f"legato.spec({str(self)!r})"

    def __eq__(self, other):
        return isinstance(other, Spec) and str(self) == str(other)

    def __hash__(self):
        return hash(str(self))

    def __reduce__(self):
        return spec, (str(self),)


cdef Spec wrap_spec(const lg_view_t *view):
    cdef Spec result = Spec.__new__(Spec)
    result._view = view[0]
    result._view.data = NULL
    return result


def spec(text not None):
    """Describe an input.

    Parameters
    ----------
    text : str or Tensor or array
        ``"f32[8,64]"``: dtype and extents; ``"f32[]"`` is a scalar. An array or tensor stands for its type.

    Returns
    -------
    Spec

    Raises
    ------
    FormatError
        The text is not of that form.
    UnsupportedError
        An extent is a name: every extent must be a number so far.

    Examples
    --------
    >>> import legato as lg
    >>> lg.spec("i64[3]")
    legato.spec('i64[3]')
    """
    cdef lg_view_t view
    cdef lg_error_t err
    cdef int64_t shape[LG_MAX_RANK]
    cdef int rank = 0
    if isinstance(text, Spec):
        return text
    if not isinstance(text, str):
        return wrap_spec(&(<Tensor>asarray(text))._h.view)
    match = _SPEC.match(text)
    name = match[1].encode() if match else b""
    if match is None or lg_dtype_parse(name) == 0:
        raise FormatError(f"spec {text!r} is not of the form 'f32[8,64]'")
    extents = [part.strip() for part in match[2].split(",")] if match[2].strip() else []
    if len(extents) > LG_MAX_RANK:
        raise ShapeError(f"spec {text!r} has {len(extents)} extents, at most {LG_MAX_RANK} are possible")
    for extent in extents:
        if not extent.isascii() or not extent.isdecimal():
            if extent.isidentifier():
                raise UnsupportedError(f"spec {text!r}: extent {extent!r} is a name; give a number")
            raise FormatError(f"spec {text!r}: extent {extent!r} is no number")
        if int(extent) >= 2**63:
            raise ShapeError(f"spec {text!r}: extent {extent} does not fit in 64 bits")
        shape[rank] = int(extent)
        rank += 1
    check(lg_view_init(&view, lg_dtype_parse(name), <uint32_t>rank, shape, &err), &err)
    return wrap_spec(&view)


# ---- recording -------------------------------------------------------------------------------------

cdef class Traced(Tensor):
    # A tensor without elements: a value of the program being recorded.
    cdef Recorder recorder
    cdef lg_value_t value

    cdef object _handler(self):
        return self.recorder

    cdef int _observe(self) except -1:
        raise ArgumentError(
            "the elements of a traced tensor are not there while recording; "
            "use legato ops such as where instead of looking at values"
        )


cdef class Recorder(Handler):
    cdef lg_program_t *program
    cdef uint32_t weight_count

    def __cinit__(self):
        cdef lg_error_t err
        self.program = NULL
        check(lg_program_create(context, &self.program, &err), &err)

    def __dealloc__(self):
        lg_program_release(self.program)

    cdef Traced wrap(self, lg_value_t value):
        cdef Traced result = Traced.__new__(Traced)
        result._h.view = lg_program_value_type(self.program, value)[0]
        result._h.view.data = NULL
        result.recorder = self
        result.value = value
        return result

    cdef lg_value_t value_of(self, Tensor tensor) except? LG_VALUE_NONE:
        # The value of a traced tensor; any other tensor becomes a weight.
        cdef lg_value_t value
        cdef lg_error_t err
        cdef Tensor dense
        if isinstance(tensor, Traced):
            if (<Traced>tensor).recorder is not self:
                raise ArgumentError("a tensor of one recording is used in another; return it from its own")
            return (<Traced>tensor).value
        dense = tensor if tensor._h.view.flags & LG_VIEW_CONTIGUOUS else copy_tensor(tensor)
        name = f"w{self.weight_count}".encode()
        before = lg_program_weight_count(self.program)
        check(lg_program_add_weight(self.program, name, &dense._h, &value, &err), &err)
        self.weight_count += lg_program_weight_count(self.program) - before
        return value

    cdef object call(self, uint32_t op, list inputs, const void *attrs, object out):
        cdef lg_value_t ins[LG_MAX_INS]
        cdef lg_value_t result
        cdef lg_error_t err
        cdef uint32_t i
        if out is not None:
            raise ArgumentError("out= has no meaning while recording; leave it away")
        for i in range(<uint32_t>len(inputs)):
            ins[i] = LG_VALUE_NONE if inputs[i] is None else self.value_of(inputs[i])
        cdef uint32_t count = <uint32_t>len(inputs)
        check(lg_program_add_op(self.program, op, ins, count, attrs, NULL, &result, 1, &err), &err)
        return self.wrap(result)

    cdef int add_output(self, str name, object value) except -1:
        cdef lg_error_t err
        if not isinstance(value, Tensor):
            raise DTypeError(f"output {name!r} is {type(value).__name__}, expected a Tensor")
        return check(lg_program_add_output(self.program, name.encode(), self.value_of(value), &err), &err)

    cdef Program finish(self, object structure):
        cdef lg_error_t err
        check(lg_program_freeze(self.program, &err), &err)
        cdef Program program = wrap_program(self.program)
        self.program = NULL
        program.structure = structure
        return program


def _parameter_names(fn, count):
    # Names for the inputs: those of the function's parameters where they can be known.
    import inspect

    try:
        names = [
            p.name
            for p in inspect.signature(fn).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"input{i}" for i in range(count)]


def record(fn, *specs):
    """Record what a function computes.

    The function is called once, with tensors that have a type but no elements. What it does to them with
    legato ops becomes the program; everything else it does happens once, now. Tensors and arrays that it uses
    and that are not its arguments become weights.

    Parameters
    ----------
    fn : callable
        Takes one tensor per spec; returns a tensor, a tuple or list of tensors, or a dict of named ones.
    *specs : str, Spec, Tensor or array
        Types of the arguments, as :func:`spec` takes them.

    Returns
    -------
    Program

    Raises
    ------
    ArgumentError
        The function looks at the elements of a traced tensor (``if x.sum() > 0``, ``x.numpy()``).
    DTypeError
        It returns something else than tensors.

    Examples
    --------
    >>> import legato as lg
    >>> print(lg.record(lambda x: lg.tanh(x * 2.0), "f32[4]"))
    program {
      input %0 "x" : f32[4]
      weight %1 @"w0" : f32[]
      %2 = mul(%0, %1) : f32[4]
      %3 = tanh(%2) : f32[4]
      output "output" %3
    }
    """
    cdef Recorder recorder = Recorder()
    cdef lg_value_t value
    cdef lg_error_t err
    cdef list arguments = []
    if not callable(fn):
        raise DTypeError(f"record: expected a callable, got {type(fn).__name__}")
    for name, text in zip(_parameter_names(fn, len(specs)), specs):
        given = spec(text)
        encoded = name.encode()
        check(lg_program_add_input(recorder.program, encoded, &(<Spec>given)._view, &value, &err), &err)
        arguments.append(recorder.wrap(value))
    push_handler(recorder)
    try:
        result = fn(*arguments)
        if isinstance(result, dict):
            for key, item in result.items():
                recorder.add_output(str(key), item)
            return recorder.finish(dict)
        if isinstance(result, (tuple, list)):
            names = getattr(result, "_fields", None) or [f"output{i}" for i in range(len(result))]
            for key, item in zip(names, result):
                recorder.add_output(key, item)
            return recorder.finish(tuple)
        recorder.add_output("output", result)
        return recorder.finish(None)
    finally:
        pop_handler()


# ---- programs --------------------------------------------------------------------------------------

cdef Program wrap_program(lg_program_t *handle):
    # Takes over the caller's reference.
    cdef Program program = Program.__new__(Program)
    program._h = handle
    program.structure = None if lg_program_output_count(handle) == 1 else tuple
    return program


cdef class Program:
    """What is computed: ops in order, with weights, named inputs and outputs. Immutable.

    ``str(program)`` is a text that :meth:`parse` reads back. Make one with :func:`record`.
    """

    def __init__(self):
        raise TypeError("record a program with legato.record, or read one with Program.parse")

    def __dealloc__(self):
        lg_program_release(self._h)

    def __str__(self):
        cdef lg_text_t *text
        cdef lg_error_t err
        check(lg_program_format(self._h, &text, &err), &err)
        return take_text(text)

    def __repr__(self):
        inputs = ", ".join(f"{name}: {type}" for name, type in self.inputs.items())
        outputs = ", ".join(f"{name}: {type}" for name, type in self.outputs.items())
        return f"<legato.Program ({inputs}) -> ({outputs}), {len(self)} ops>"

    def __len__(self):
        return lg_program_op_count(self._h)

    @property
    def inputs(self):
        """dict of str to Spec: types of the inputs by name, in order."""
        return {
            lg_program_input_name(self._h, i).decode(): wrap_spec(lg_program_input_type(self._h, i))
            for i in range(lg_program_input_count(self._h))
        }

    @property
    def outputs(self):
        """dict of str to Spec: types of the outputs by name, in order."""
        return {
            lg_program_output_name(self._h, i).decode(): wrap_spec(lg_program_output_type(self._h, i))
            for i in range(lg_program_output_count(self._h))
        }

    @property
    def weights(self):
        """dict of str to Spec: types of the weights by name, in order."""
        return {
            lg_program_weight_name(self._h, i).decode(): wrap_spec(lg_program_weight_type(self._h, i))
            for i in range(lg_program_weight_count(self._h))
        }

    @staticmethod
    def parse(str text not None, weights=None):
        """Read the text form.

        Parameters
        ----------
        text : str
            What ``str(program)`` gives.
        weights : mapping of str to Tensor or array, optional
            The weights that the text names.

        Returns
        -------
        Program

        Raises
        ------
        FormatError
            The message says what was expected, and in which line.

        Examples
        --------
        >>> import legato as lg
        >>> p = lg.record(lambda x: x.reshape(2, 2), "f32[4]")
        >>> str(lg.Program.parse(str(p))) == str(p)
        True
        """
        cdef lg_program_t *handle
        cdef lg_error_t err
        cdef char *chars
        cdef Py_ssize_t count
        cdef dict tensors = {name: asarray(value).contiguous() for name, value in (weights or {}).items()}
        encoded = text.encode()
        PyBytes_AsStringAndSize(encoded, &chars, &count)
        cdef void *user = <void *>tensors
        check(lg_program_parse(context, chars, <size_t>count, _find_weight, user, &handle, &err), &err)
        return wrap_program(handle)


cdef lg_status_t _find_weight(void *user, const char *name, const lg_view_t *type, lg_tensor_t *out_tensor,
                              lg_error_t *err) noexcept with gil:
    cdef Tensor tensor = (<dict>user).get(name.decode())
    if tensor is None:
        return lg_error_set(err, LG_STATUS_NOT_FOUND, NULL, b"there is no weight '%s'", name)
    out_tensor[0] = tensor._h
    if tensor._h.buffer != NULL:
        lg_buffer_retain(tensor._h.buffer)
    return LG_OK
