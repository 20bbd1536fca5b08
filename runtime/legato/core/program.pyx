# SPDX-License-Identifier: Apache-2.0
"""Programs: what is computed. Recorded from a Python function, printed as text, read back from text."""

import os
import re

from collections import namedtuple

from cpython.bytes cimport PyBytes_AsStringAndSize
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport int64_t, uint32_t

from legato.core.context cimport context
from legato.core.dispatch cimport (
    count_outputs,
    current_handler,
    has_several_outputs,
    pop_handler,
    push_handler,
)
from legato.core.engine cimport (
    LG_MAX_BOUND,
    LG_MAX_INS,
    LG_MAX_OUTS,
    LG_MAX_RANK,
    LG_OK,
    LG_STATUS_NOT_FOUND,
    LG_VALUE_NONE,
    LG_VIEW_CONTIGUOUS,
    lg_attr_source_t,
    lg_buffer_retain,
    lg_context_op_info,
    lg_dtype_name,
    lg_dtype_parse,
    lg_dtype_t,
    lg_error_set,
    lg_error_t,
    lg_pass_name,
    lg_program_add_input_spec,
    lg_op_info_t,
    lg_program_add_guard,
    lg_program_add_op_from,
    lg_program_add_output,
    lg_program_add_state,
    lg_program_add_program,
    lg_program_add_weight,
    lg_program_create,
    lg_program_find_weight,
    lg_program_format,
    lg_program_freeze,
    lg_program_input_count,
    lg_program_input_name,
    lg_program_extent,
    lg_program_input,
    lg_program_op,
    lg_program_op_count,
    lg_program_op_t,
    lg_program_output_count,
    lg_program_output_name,
    lg_program_output,
    lg_program_specialize,
    lg_program_parse,
    lg_program_release,
    lg_program_rewrite,
    lg_program_state,
    lg_program_state_count,
    lg_program_symbol_count,
    lg_program_symbol_name,
    lg_program_t,
    lg_program_value_type,
    lg_program_verify,
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
    lg_view_init,
    lg_view_t,
)
from legato.core.errors cimport check
from legato.core.attrs cimport open_attrs, take_open
from legato.core.tensor cimport Tensor, calls, copy_tensor

from legato.core.errors import ArgumentError, DTypeError, FormatError, NotFoundError, ShapeError
from operator import index

from legato.core.convert import asarray
from legato.core.convert import tensor as to_tensor
from legato.core.dtype import dtype as to_dtype

_SPEC = re.compile(r"\s*(\w+)\s*\[([^\]]*)\]\s*\Z")
# Sums of products of a number and a name, or a name of another tool.
_EXTENT = re.compile(
    r"-?{0}([+-]{0})*\Z|\?\Z|-1\Z|[A-Za-z_][\w.:/]*\Z".format(r"(\d+(\*[A-Za-z_]\w*)?|[A-Za-z_]\w*(\*\d+)?)"),
    re.ASCII,
)


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
        """tuple of int or str: the extents; those that are not fixed are expressions like ``"2*w+1"``."""
        return self.extents

    @property
    def dtype(self):
        return to_dtype(str(self).partition("[")[0])

    @property
    def is_symbolic(self):
        """bool: whether an extent is not fixed."""
        return self.symbolic

    def __str__(self):
        name = lg_dtype_name(<lg_dtype_t>self._view.dtype).decode()
        return f"{name}[{','.join([str(extent) for extent in self.extents])}]"

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
    result.extents = tuple([view.shape[i] for i in range(view.rank)])
    return result


cdef Spec value_spec(lg_program_t *program, lg_value_t value):
    # The type of a value of a program.
    cdef const char *text
    cdef Spec result = wrap_spec(lg_program_value_type(program, value))
    cdef list extents = list(result.extents)
    for i in range(len(extents)):
        text = lg_program_extent(program, value, <uint32_t>i)
        if text != NULL:
            extents[i] = text.decode()
            result.symbolic = True
    result.extents = tuple(extents)
    return result


def spec(text not None):
    """Describe an input.

    Parameters
    ----------
    text : str or Tensor or array
        ``"f32[8,64]"``: dtype and extents; ``"f32[]"`` is a scalar. An array or tensor stands for its type.
        An extent may be an affine expression over names: ``"f32[batch,2*w+1]"``; such an input takes any
        extents that fit. Names of other tools (``?``, ``-1``, ``p2o.0``) become ``d0``, ``d1``, ...

    Returns
    -------
    Spec

    Raises
    ------
    FormatError
        The text is not of that form.

    Examples
    --------
    >>> import legato as lg
    >>> lg.spec("i64[3]")
    legato.spec('i64[3]')
    >>> lg.spec("f32[batch,2*w+1]").shape
    ('batch', '2*w+1')
    """
    cdef lg_view_t view
    cdef lg_error_t err
    cdef int64_t shape[LG_MAX_RANK]
    cdef int rank = 0
    cdef Spec result
    if isinstance(text, Spec):
        return text
    if not isinstance(text, str):
        return wrap_spec(&(<Tensor>asarray(text))._h.view)
    match = _SPEC.match(text)
    name = match[1].encode() if match else b""
    if match is None or lg_dtype_parse(name) == 0:
        raise FormatError(f"spec {text!r} is not of the form 'f32[8,64]'")
    extents = ["".join(part.split()) for part in match[2].split(",")] if match[2].strip() else []
    if len(extents) > LG_MAX_RANK:
        raise ShapeError(f"spec {text!r} has {len(extents)} extents, at most {LG_MAX_RANK} are possible")
    for extent in extents:
        shape[rank] = 1
        if extent.isascii() and extent.isdecimal():
            if int(extent) >= 2**63:
                raise ShapeError(f"spec {text!r}: extent {extent} does not fit in 64 bits")
            shape[rank] = int(extent)
            extents[rank] = int(extent)
        elif not _EXTENT.match(extent) or (extent != "-1" and extent[1:].isdecimal() and extent[0] == "-"):
            raise FormatError(f"spec {text!r}: extent {extent!r} is no number, name or sum like 2*w+1")
        rank += 1
    check(lg_view_init(&view, lg_dtype_parse(name), <uint32_t>rank, shape, &err), &err)
    result = wrap_spec(&view)
    result.extents = tuple(extents)
    result.symbolic = any([isinstance(extent, str) for extent in extents])
    return result


# ---- recording -------------------------------------------------------------------------------------

cdef class Traced(Tensor):
    # A tensor without elements: a value of the program being recorded.
    cdef object _handler(self):
        return self.recorder

    cdef int _observe(self) except -1:
        raise ArgumentError(
            "the elements of a traced tensor are not there while recording; "
            "use legato ops such as where instead of looking at values"
        )

    @property
    def shape(self):
        cdef int i
        return tuple([self.extent(i) for i in range(self._h.view.rank)])

    cdef object extent(self, int axis):
        # An int, or where it is not fixed an Extent.
        cdef const char *text = NULL
        cdef Extent result
        if self.recorder.program != NULL:
            text = lg_program_extent(self.recorder.program, self.value, <uint32_t>axis)
        if text == NULL:
            return self._h.view.shape[axis]
        result = Extent.__new__(Extent)
        result.recorder = self.recorder
        result.hint = self._h.view.shape[axis]
        result.text = text.decode()
        result.source = (self, axis)
        return result

    @property
    def size(self):
        count = 1
        for extent in self.shape:
            count = extent * count
        return count

    @property
    def nbytes(self):
        return self.size * self.itemsize

    @property
    def strides(self):
        step = self.itemsize
        steps = []
        for extent in reversed(self.shape):
            steps.append(step)
            step = extent * step
        return tuple(steps[::-1])

    def __len__(self):
        if self._h.view.rank == 0:
            raise TypeError("a tensor without axes has no length")
        return index(self.extent(0))

    def __iter__(self):
        if self._h.view.rank == 0:
            raise TypeError("a tensor without axes cannot be iterated over")
        return iter([self[i] for i in range(len(self))])

    def __getitem__(self, key):
        # Slices whose ends are open are cut by an op of their own, the rest as ever.
        items = key if type(key) is tuple else (key,)
        if not any([type(item) is slice and _is_open_slice(item) for item in items]):
            return calls.index(self, key)
        x = self
        rest = []
        axis = 0
        for item in items:
            if item is Ellipsis:
                taken = sum([each is not None and each is not Ellipsis for each in items])
                axis += self._h.view.rank - taken
            elif item is not None:
                if type(item) is slice and _is_open_slice(item):
                    start = 0 if item.start is None else item.start
                    stop = _far if item.stop is None else item.stop
                    step = 1 if item.step is None else item.step
                    x = _ops().slice(x, [start], [stop], axes=[axis], steps=[step])
                    item = slice(None)
                axis += 1
            rest.append(item)
        return calls.index(x, tuple(rest))


cdef object _far = 2**63 - 1


cdef object _ops():
    # The ops, which stand above this module.
    import legato._ops

    return legato._ops


cdef bint _is_open_slice(object item):
    for part in (item.start, item.stop, item.step):
        if isinstance(part, (Extent, Tensor)):
            return True
    return False


cdef class Extent:
    """An extent that is not fixed while recording: what ``x.shape`` has where the spec has a name.

    Arithmetic on it gives another one, and ops take it where they take integers. Comparing it decides a
    branch as the recorded numbers have it; what is recorded then holds for numbers that decide alike.
    """

    def __init__(self):
        raise TypeError("extents come from the shape of a tensor that is being recorded")

    cdef Tensor tensor(self):
        # The number as i64[1], a value of the program.
        if self.recorder.inner is not None:  # a branch or round has it from the tensors that it takes
            return self.lower()
        if self.lowered is None:
            self.lowered = self.lower()
        return self.lowered

    cdef Tensor lower(self):
        if isinstance(self.source[0], Traced):
            x, axis = self.source
            return _ops().shape(x, start=axis, end=axis + 1)
        name, left, right = self.source
        options = {"rounding_mode": "floor"} if name == "div" else {}
        return getattr(_ops(), name)(_as_extent_tensor(left), _as_extent_tensor(right), **options)

    cdef object combine(self, str name, object left, object right, object hint, str sign):
        cdef Extent result = Extent.__new__(Extent)
        result.recorder = self.recorder
        result.hint = hint
        result.text = f"{_extent_text(left)}{sign}{_extent_text(right)}"
        result.source = (name, left, right)
        return result

    def __add__(self, other):
        if not _is_extent(other):
            return NotImplemented
        if type(other) is int and other == 0:
            return self
        return self.combine("add", self, other, self.hint + _hint(other), "+")

    def __radd__(self, other):
        return self.__add__(other)

    def __sub__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.combine("sub", self, other, self.hint - _hint(other), "-")

    def __rsub__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.combine("sub", other, self, _hint(other) - self.hint, "-")

    def __mul__(self, other):
        if not _is_extent(other):
            return NotImplemented
        if type(other) is int and other == 1:
            return self
        return self.combine("mul", self, other, self.hint * _hint(other), "*")

    def __rmul__(self, other):
        return self.__mul__(other)

    def __floordiv__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.combine("div", self, other, self.hint // _hint(other), "//")

    def __rfloordiv__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.combine("div", other, self, _hint(other) // self.hint, "//")

    def __mod__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.combine("mod", self, other, self.hint % _hint(other), "%")

    def __rmod__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.combine("mod", other, self, _hint(other) % self.hint, "%")

    def __neg__(self):
        return self.combine("sub", 0, self, -self.hint, "-")

    def __pos__(self):
        return self

    cdef bint decide(self, str name, object other, bint answer, str sign) except -1:
        # What a branch sees, and the guard that keeps it true.
        cdef Recorder recorder = self.recorder
        cdef Traced value
        cdef lg_error_t err
        question = f"{self.text} {sign} {_extent_text(other)}"
        key = name, _extent_key(self), _extent_key(other), answer
        if recorder.program == NULL or key in recorder.guarded:
            return answer
        inner, recorder.inner = recorder.inner, None
        push_handler(recorder)  # the question belongs to the recording that the extent is of
        try:
            value = getattr(_ops(), name)(self.tensor(), _as_extent_tensor(other))
        finally:
            pop_handler()
            recorder.inner = inner
        text = f"{question}{_where_from()}".encode()
        check(lg_program_add_guard(recorder.program, value.value, answer, text, &err), &err)
        recorder.guarded.add(key)
        return answer

    def __eq__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self is other or self.decide("equal", other, self.hint == _hint(other), "==")

    def __ne__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self is not other and self.decide("not_equal", other, self.hint != _hint(other), "!=")

    def __lt__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.decide("less", other, self.hint < _hint(other), "<")

    def __le__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.decide("less_equal", other, self.hint <= _hint(other), "<=")

    def __gt__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.decide("greater", other, self.hint > _hint(other), ">")

    def __ge__(self, other):
        if not _is_extent(other):
            return NotImplemented
        return self.decide("greater_equal", other, self.hint >= _hint(other), ">=")

    def __bool__(self):
        return self.decide("not_equal", 0, self.hint != 0, "!=")

    __hash__ = None

    def __index__(self):
        raise ArgumentError(
            f"the extent {self.text} is not fixed while recording; give it as a number in the spec, or hand "
            "it to ops as it is"
        )

    def __int__(self):
        return self.__index__()

    def __float__(self):
        return float(self.__index__())

    def __truediv__(self, other):
        raise ArgumentError(f"the extent {self.text} has no fractions; use // instead of /")

    def __rtruediv__(self, other):
        raise ArgumentError(f"the extent {self.text} has no fractions; use // instead of /")

    def __str__(self):
        return self.text

    def __repr__(self):
        return self.text

    def __format__(self, spec):
        return format(self.text, spec)


cdef bint _is_extent(object x):
    return isinstance(x, Extent) or type(x) is int


cdef object _hint(object x):
    return (<Extent>x).hint if isinstance(x, Extent) else x


cdef object _extent_key(object x):
    # What an extent is computed from; texts are for people, two may look alike.
    if not isinstance(x, Extent):
        return x
    source = (<Extent>x).source
    if isinstance(source[0], Traced):
        return (<Traced>source[0]).value, source[1]
    return source[0], _extent_key(source[1]), _extent_key(source[2])


cdef str _extent_text(object x):
    text = str(x)
    return text if text.isidentifier() or text.isdigit() else f"({text})"


cdef object _as_extent_tensor(object x):
    return (<Extent>x).tensor() if isinstance(x, Extent) else to_tensor([x], dtype="i64")


cdef str _where_from():
    # ", at net.py:12": the line of the user's code that asks.
    import sys

    frame = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "legato":
        frame = frame.f_back
    return f", at {os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}" if frame is not None else ""


cdef object _look(object value):
    # See Note [Open attributes] in attrs.pyx.
    cdef Traced traced
    cdef Tensor known
    if isinstance(value, Traced):
        traced = value
        if traced.recorder.program == NULL:
            return None
        known = Tensor.__new__(Tensor)
        known._h.view = lg_program_value_type(traced.recorder.program, traced.value)[0]
        if known._h.view.data != NULL:
            return known.tolist(), traced.recorder
        return ([0] * known._h.view.elem_count if known._h.view.rank else 0), traced.recorder
    if isinstance(value, Tensor):
        return value.tolist(), None
    if isinstance(value, Extent):
        return (<Extent>value).hint, (<Extent>value).recorder
    if type(value) is not tuple:
        return None
    items = []
    recorder = None
    for item in value:
        found = _look(item) if isinstance(item, (Tensor, Extent)) else None
        if found is None:
            items.append(item)
            continue
        number = found[0]
        while isinstance(number, list) and len(number) == 1:  # i64[1] among numbers is a number
            number = number[0]
        items.append(number)
        recorder = found[1] if found[1] is not None else recorder
    return tuple(items), recorder


open_attrs.look = _look


cdef class Recorder(Handler):
    def __cinit__(self):
        cdef lg_error_t err
        self.program = NULL
        self.paths = [""]
        self.names = {}
        self.weights = {}
        self.guarded = set()
        self.states = {}
        self.captured = {}
        check(lg_program_create(context, &self.program, &err), &err)

    def __dealloc__(self):
        lg_program_release(self.program)

    cdef bytes here(self):
        # The path of what is recorded now.
        return (<str>self.paths[len(self.paths) - 1]).encode()

    cdef int check_open(self) except -1:
        if self.program == NULL:
            raise ArgumentError("this recording is over; its tensors have no meaning any more")
        return 0

    cdef Recorder begin_inner(self):
        # A recorder for a branch or a round: ops come here from now on, until `inner` is None again.
        cdef Recorder inner = Recorder()
        inner.outer = self
        inner.names = self.names
        self.inner = inner
        return inner

    cdef Recorder innermost(self):
        return self if self.inner is None else self.inner.innermost()

    cdef Traced capture(self, Traced tensor):
        # What stands here for a tensor of a recording around this one: an input.
        cdef Traced found
        if self.outer is None:
            raise ArgumentError("a tensor of one recording is used in another; return it from its own")
        if tensor.recorder is not self.outer:
            tensor = self.outer.capture(tensor)
        if tensor.value not in self.captured:
            type = value_spec(self.outer.program, tensor.value)
            found = self.add_input(f"captured{len(self.captured)}", type)
            self.captured[tensor.value] = (tensor, found)
        return self.captured[tensor.value][1]

    cdef lg_program_t *freeze(self) except NULL:
        # The program of a branch or a round, which stays the recorder's.
        cdef lg_error_t err
        check(lg_program_freeze(self.program, &err), &err)
        return self.program

    cdef Traced wrap(self, lg_value_t value):
        cdef Traced result = Traced.__new__(Traced)
        result._h.view = lg_program_value_type(self.program, value)[0]
        result._h.view.data = NULL
        result.recorder = self
        result.value = value
        return result

    cdef Traced add_input(self, str name, Spec type):
        cdef lg_value_t value
        cdef lg_error_t err
        self.check_open()
        encoded, text = name.encode(), str(type).encode()
        check(lg_program_add_input_spec(self.program, encoded, text, &value, &err), &err)
        return self.wrap(value)

    cdef lg_value_t add_weight(self, Tensor tensor, str name) except? 0xffffffff:
        # A weight of the name, or of one that nobody has yet where it is None.
        cdef lg_value_t value
        cdef lg_error_t err
        cdef Tensor dense = tensor if tensor._h.view.flags & LG_VIEW_CONTIGUOUS else copy_tensor(tensor)
        cdef Recorder root = self
        self.check_open()
        while root.outer is not None:  # one count for all, so that names stay as they are
            root = root.outer
        if name is None:
            while lg_program_find_weight(self.program, f"w{root.weight_count}".encode()) != LG_VALUE_NONE:
                root.weight_count += 1
            name = f"w{root.weight_count}"
        encoded = name.encode()
        before = lg_program_weight_count(self.program)
        check(lg_program_add_weight(self.program, encoded, &dense._h, &value, &err), &err)
        if name == f"w{root.weight_count}":
            root.weight_count += lg_program_weight_count(self.program) - before
        return value

    cdef lg_value_t value_of(self, Tensor tensor) except? 0xffffffff:
        # The value of a traced tensor; any other tensor becomes a weight.
        cdef lg_value_t value
        if isinstance(tensor, Traced):
            if (<Traced>tensor).recorder is not self:
                return self.capture(tensor).value
            return (<Traced>tensor).value
        known = self.weights.get(id(tensor))
        if known is not None:
            return known[1]
        named = self.names.get(_memory_key(tensor))
        name = named[1] if named is not None else None
        number = 1
        while name is not None and lg_program_find_weight(self.program, name.encode()) != LG_VALUE_NONE:
            number += 1
            name = f"{named[1]}_{number}"  # two networks in one recording
        value = self.add_weight(tensor, name)
        self.weights[id(tensor)] = (tensor, value)  # with the tensor, so that its id stays its own
        return value

    cdef object call(self, uint32_t op, list inputs, const void *attrs, object out):
        cdef lg_value_t ins[LG_MAX_INS]
        cdef lg_value_t results[LG_MAX_OUTS]
        cdef lg_error_t err
        cdef lg_attr_source_t sources[LG_MAX_BOUND]
        cdef const lg_op_info_t *info
        cdef uint32_t i, out_count
        cdef uint32_t source_count = 0
        cdef uint32_t count = <uint32_t>len(inputs)
        if self.inner is not None:
            return self.inner.call(op, inputs, attrs, out)
        self.check_open()
        if out is not None:
            raise ArgumentError("out= has no meaning while recording; leave it away")
        for i in range(count):
            ins[i] = LG_VALUE_NONE if inputs[i] is None else self.value_of(inputs[i])
        out_count = count_outputs(op, inputs, attrs)
        if open_attrs.count and attrs != NULL:
            info = lg_context_op_info(context, op)
            for offset, value in take_open(attrs, info.attrs_bytes):
                for i in range(info.attr_count):
                    if info.attrs[i].offset == <uint32_t>offset and source_count < LG_MAX_BOUND:
                        sources[source_count].attr = info.attrs[i].name
                        sources[source_count].value = self.value_of(self.attr_tensor(value))
                        source_count += 1
        path = self.here()
        check(
            lg_program_add_op_from(
                self.program, op, ins, count, attrs, sources, source_count, path, results, out_count, &err
            ),
            &err,
        )
        if has_several_outputs(op):
            return tuple([self.wrap(results[i]) for i in range(out_count)])
        return self.wrap(results[0])

    cdef Tensor attr_tensor(self, object value):
        # What an open attribute comes from, as one tensor.
        if isinstance(value, Tensor):
            return value
        if isinstance(value, Extent):
            return (<Extent>value).tensor()
        parts = []
        for item in value:
            if isinstance(item, Tensor):
                parts.append(item if item.ndim == 1 else item.reshape(1))
            elif isinstance(item, Extent):
                parts.append((<Extent>item).tensor())
            else:
                parts.append(to_tensor([item], dtype="i64" if type(item) is int else None))
        return parts[0] if len(parts) == 1 else _ops().concat(parts)

    cdef list inline(self, Program program, list inputs):
        # Adds the ops of a program; one tensor per output.
        if self.inner is not None:
            return self.inner.inline(program, inputs)
        cdef lg_error_t err
        cdef size_t in_count = len(inputs)
        cdef size_t out_count = lg_program_output_count(program._h)
        cdef lg_value_t *values = <lg_value_t *>PyMem_Calloc(in_count + out_count, sizeof(lg_value_t))
        self.check_open()
        try:
            if values == NULL:
                raise MemoryError()
            for i in range(in_count):
                values[i] = self.value_of(asarray(inputs[i]))
            path = self.here()
            check(
                lg_program_add_program(
                    self.program, program._h, values, <uint32_t>in_count, path,
                    values + in_count, <uint32_t>out_count, &err,
                ),
                &err,
            )
            return [self.wrap(values[in_count + i]) for i in range(out_count)]
        finally:
            PyMem_Free(values)

    cdef int add_output(self, str name, object value) except -1:
        cdef lg_error_t err
        if not isinstance(value, Tensor):
            raise DTypeError(f"output {name!r} is {type(value).__name__}, expected a Tensor")
        self.check_open()
        return check(lg_program_add_output(self.program, name.encode(), self.value_of(value), &err), &err)

    cdef Traced state_value(self, str name, Spec type):
        if self.outer is not None:
            return self.capture(self.outer.state_value(name, type))
        self.check_open()
        if name not in self.states:
            value = self.add_input(name, type)
            self.states[name] = [lg_program_input_count(self.program) - 1, type, value]
        if self.states[name][1] != type:
            raise ArgumentError(f"state {name!r} is {type} here and {self.states[name][1]} elsewhere")
        return self.states[name][2]

    cdef int set_state(self, str name, Spec type, Tensor value) except -1:
        if self.outer is not None:
            raise ArgumentError(
                f"state {name!r} is set in a branch or a round; return the value and set it outside"
            )
        self.state_value(name, type)
        self.states[name][2] = self.wrap(self.value_of(value))
        return 0

    cdef Program finish(self, object structure):
        cdef lg_error_t err
        self.check_open()
        for name, (position, _, value) in self.states.items():
            self.add_output(name, value)
            check(
                lg_program_add_state(
                    self.program, position, lg_program_output_count(self.program) - 1, &err
                ),
                &err,
            )
        check(lg_program_freeze(self.program, &err), &err)
        cdef Program program = wrap_program(self.program)
        self.program = NULL
        program.structure = structure
        return program


cdef object _memory_key(Tensor tensor):
    # What makes two tensors the same weight.
    return <size_t>tensor._h.view.data, tensor._h.view.dtype, tensor.shape, tensor.strides


class path:
    """Say where in the model the ops of a block stand. Paths nest, joined by dots.

    Outside of a recording it does nothing.

    Parameters
    ----------
    name : str
        Name of the part: ``"encoder.3"``; an empty one adds nothing.

    Examples
    --------
    >>> import legato as lg
    >>> def net(x):
    ...     with lg.path("head"):
    ...         return lg.tanh(x)
    >>> print(lg.record(net, "f32[2]"))
    program {
      input %0 "x" : f32[2]
      %1 = tanh(%0) at "head" : f32[2]
      output "output" %1
    }
    """

    __slots__ = ("_name", "_recorder")

    def __init__(self, name, *, _recorder=None):
        if not isinstance(name, str):
            raise DTypeError(f"path: expected str, got {type(name).__name__}")
        self._name = name
        self._recorder = _recorder

    def __enter__(self):
        recorder = self._recorder if self._recorder is not None else current_handler()
        recorder = (<Recorder>recorder).innermost() if isinstance(recorder, Recorder) else recorder
        self._recorder = recorder if isinstance(recorder, Recorder) else None
        if self._recorder is not None:
            outer = (<Recorder>self._recorder).here().decode()
            (<Recorder>self._recorder).paths.append(".".join([part for part in (outer, self._name) if part]))

    def __exit__(self, *exception):
        if self._recorder is not None:
            (<Recorder>self._recorder).paths.pop()


def name_weight(tensor, str name not None):
    """Name a tensor for the case that it becomes a weight of what is being recorded.

    Outside of a recording it does nothing.

    Parameters
    ----------
    tensor : Tensor
        What an op uses later, itself or another Tensor of the same memory, shape and strides.
    name : str
        Name of the weight: ``"layer1.0.weight"``.

    Returns
    -------
    Tensor
        `tensor`.

    Examples
    --------
    >>> import legato as lg
    >>> w = lg.tensor([1.0, 2.0])
    >>> program = lg.record(lambda x: x + lg.name_weight(w, "layer.bias"), "f32[2]")
    >>> list(program.weights)
    ['layer.bias']
    """
    handler = current_handler()
    if isinstance(handler, Recorder) and type(tensor) is Tensor:
        (<Recorder>handler).names[_memory_key(tensor)] = (tensor, name)
    return tensor


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


def record(fn, *specs, names=None):
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
    names : mapping of str to Tensor, optional
        Names of weights; others are called ``w0``, ``w1``... See also :func:`name_weight`.

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
    if not callable(fn):
        raise DTypeError(f"record: expected a callable, got {type(fn).__name__}")
    for name, tensor in (names or {}).items():
        if not isinstance(tensor, Tensor):
            raise DTypeError(f"record: weight {name!r} is {type(tensor).__name__}, expected a Tensor")
        recorder.names[_memory_key(tensor)] = (tensor, str(name))
    arguments = [
        recorder.add_input(name, spec(text)) for name, text in zip(_parameter_names(fn, len(specs)), specs)
    ]
    push_handler(recorder)
    try:
        result = fn(*arguments)
        if isinstance(result, dict):
            for key, item in result.items():
                recorder.add_output(str(key), item)
            return recorder.finish(dict)
        if isinstance(result, (tuple, list)):
            fields = getattr(result, "_fields", None) or [f"output{i}" for i in range(len(result))]
            for key, item in zip(fields, result):
                recorder.add_output(key, item)
            return recorder.finish(tuple)
        recorder.add_output("output", result)
        return recorder.finish(None)
    finally:
        pop_handler()


class State:
    """A tensor that persists between the runs of a runner. Make one with :func:`state`."""

    __slots__ = ("_eager", "_name", "_spec")

    def __init__(self, name, spec):
        self._name, self._spec, self._eager = name, spec, None

    @property
    def name(self):
        """str: its name."""
        return self._name

    @property
    def value(self):
        """Tensor: what was set last; zeros at first."""
        handler = current_handler()
        if isinstance(handler, Recorder):
            return (<Recorder>handler).innermost().state_value(self._name, self._spec)
        if self._eager is None:
            if self._spec.is_symbolic:
                raise ArgumentError(f"state {self._name!r} is {self._spec}: no value outside of a recording")
            from legato.core.creation import zeros

            self._eager = zeros(self._spec.shape, self._spec.dtype)
        return self._eager

    def set(self, value):
        """Set the value that is read from now on.

        Parameters
        ----------
        value : Tensor or array
            Of the type of the state.
        """
        cdef Tensor tensor = asarray(value)
        handler = current_handler()
        if isinstance(handler, Recorder):
            (<Recorder>handler).innermost().set_state(self._name, self._spec, tensor)
            return
        if spec(tensor) != self._spec:
            raise ShapeError(f"state {self._name!r} is {self._spec}, not {spec(tensor)}")
        self._eager = tensor

    def __repr__(self):
        return f"<legato.State {self._name!r}: {self._spec}>"


def state(str name not None, shape, dtype="f32"):
    """Declare a tensor that persists between runs.

    In a function that is recorded, its value becomes a state of the program: each run reads what the one
    before has set, zeros at first. The memory belongs to the runner, see :meth:`Runner.state`. Outside of a
    recording the object itself keeps the value.

    Parameters
    ----------
    name : str
        Unique among states and inputs of a program.
    shape : tuple of int or str
        The extents; expressions over the names that inputs have, where they are not fixed.
    dtype : DType or str, default "f32"

    Returns
    -------
    State

    Examples
    --------
    >>> import legato as lg
    >>> total = lg.state("total", (), "f32")
    >>> def count(x):
    ...     total.set(total.value + x)
    ...     return total.value
    >>> run = lg.runner(count, "f32[]")
    >>> [run(x).item() for x in (1.0, 2.0, 3.0)]
    [1.0, 3.0, 6.0]
    """
    extents = (shape,) if isinstance(shape, (int, str, Extent)) else tuple(shape)
    return State(name, spec(f"{to_dtype(dtype)}[{','.join([str(extent) for extent in extents])}]"))


class Builder:
    """Build a program by hand: inputs, weights, ops on them, outputs.

    Ops on the builder's tensors are recorded. Inside ``with builder:`` so are those that have no tensor among
    their inputs (``lg.full``), and :func:`path` and :func:`name_weight` work.

    Examples
    --------
    >>> import legato as lg
    >>> b = lg.Builder()
    >>> x = b.input("x", "f32[2]")
    >>> w = b.weight("scale", lg.tensor([2.0, 3.0]))
    >>> with b.path("head"):
    ...     y = x * w
    >>> b.output("y", y)
    >>> print(b.build())
    program {
      input %0 "x" : f32[2]
      weight %1 @"scale" : f32[2]
      %2 = mul(%0, %1) at "head" : f32[2]
      output "y" %2
    }
    """

    __slots__ = ("_recorder",)

    def __init__(self):
        self._recorder = Recorder()

    def input(self, str name not None, type):
        """Add an input.

        Parameters
        ----------
        name : str
            Unique among inputs.
        type : str, Spec, Tensor or array
            As :func:`spec` takes it.

        Returns
        -------
        Tensor
        """
        return (<Recorder>self._recorder).add_input(name, spec(type))

    def weight(self, str name not None, tensor):
        """Add a weight.

        Parameters
        ----------
        name : str
            Unique among weights.
        tensor : Tensor or array
            Its memory is shared where it is dense.

        Returns
        -------
        Tensor
            What stands for it; the same as before for memory that is a weight already.
        """
        cdef Recorder recorder = self._recorder
        cdef Tensor value = asarray(tensor)
        if isinstance(value, Traced):
            raise ArgumentError(f"weight {name!r} is being recorded; a weight needs elements")
        return recorder.wrap(recorder.add_weight(value, name))

    def output(self, str name not None, tensor):
        """Name a tensor as the next output.

        Parameters
        ----------
        name : str
            Unique among outputs.
        tensor : Tensor
        """
        (<Recorder>self._recorder).add_output(name, tensor)

    def path(self, name):
        """Say where the ops of a block stand, see :func:`path`.

        Parameters
        ----------
        name : str

        Returns
        -------
        context manager
        """
        return path(name, _recorder=self._recorder)

    def build(self, *, structure=None):
        """End building.

        Parameters
        ----------
        structure : {None, tuple, dict}
            How runners give the outputs: None stands for one tensor, or a named tuple of several.

        Returns
        -------
        Program
        """
        cdef Program program = (<Recorder>self._recorder).finish(None)
        if structure is not None or lg_program_output_count(program._h) != 1:
            program.structure = structure or tuple
        return program

    def __enter__(self):
        push_handler(self._recorder)
        return self

    def __exit__(self, *exception):
        pop_handler()


# ---- programs --------------------------------------------------------------------------------------

def arrange(names, args, kwargs):
    """Put arguments given by name in the order of the inputs.

    Parameters
    ----------
    names : tuple of str
        Of the inputs.
    args : tuple
    kwargs : dict

    Returns
    -------
    tuple
        One item per input.

    Raises
    ------
    ArgumentError
        One is missing, unknown or given twice.
    """
    given = dict(zip(names, args))
    for name in kwargs:
        if name not in names:
            raise ArgumentError(f"there is no input {name!r}; there are {', '.join(names)}")
        if name in given:
            raise ArgumentError(f"input {name!r} is given twice")
    given.update(kwargs)
    if len(args) > len(names) or len(given) != len(names):
        raise ArgumentError(
            f"{len(args) + len(kwargs)} inputs given, expected {len(names)}: {', '.join(names)}"
        )
    return tuple([given[name] for name in names])


def passes():
    """Name the passes between a program and its plan, in the order in which they run.

    Each can be switched off: ``lg.runner(program, passes={"fuse": False})``.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> import legato as lg
    >>> "eliminate" in lg.passes()
    True
    """
    names = []
    while lg_pass_name(len(names)) != NULL:
        names.append(lg_pass_name(len(names)).decode())
    return tuple(names)


cdef Program wrap_program(lg_program_t *handle):
    # Takes over the caller's reference.
    cdef Program program = Program.__new__(Program)
    program._h = handle
    left = lg_program_output_count(handle) - lg_program_state_count(handle)
    program.structure = None if left == 1 else tuple
    return program


cdef class Program:
    """What is computed: ops in order, with weights, named inputs and outputs. Immutable.

    ``str(program)`` is a text that :meth:`parse` reads back. Make one with :func:`record`.
    """

    def __init__(self):
        raise TypeError("record a program with legato.record, or read one with Program.parse")

    def __call__(self, *args, **kwargs):
        """Add the ops of this program to the one that is being recorded.

        Parameters
        ----------
        *args, **kwargs : Tensor or array
            The inputs, in order or by name.

        Returns
        -------
        Tensor, tuple or dict
            What the recorded function returned; several outputs as a named tuple or dict.

        Raises
        ------
        ArgumentError
            Nothing is being recorded: make a runner to run a program.

        Examples
        --------
        >>> import legato as lg
        >>> double = lg.record(lambda x: x + x, "f32[2]")
        >>> lg.runner(lambda x: double(double(x)), "f32[2]")([1.0, 2.0]).tolist()
        [4.0, 8.0]
        """
        inputs = arrange(tuple(self.inputs), args, kwargs)
        handler = current_handler()
        for item in inputs:
            if isinstance(item, Traced):
                handler = (<Traced>item).recorder
        if not isinstance(handler, Recorder):
            raise ArgumentError("a Program is called while recording; to run it, make a legato.runner of it")
        return self.arrange_outputs((<Recorder>handler).inline(self, list(inputs)))

    cdef object arrange_outputs(self, list values):
        if self.structure is None:
            return values[0]
        names = tuple(self.outputs)
        if self.structure is dict:
            return dict(zip(names, values))
        if self.make is None:
            self.make = namedtuple("Outputs", names, rename=True)._make
        return self.make(values)

    @property
    def ops(self):
        """list of tuple: name and path of each op, in order: ``("matmul#0", "encoder.3")``."""
        cdef lg_program_op_t op
        cdef lg_error_t err
        op.size = sizeof(lg_program_op_t)
        result = []
        for i in range(lg_program_op_count(self._h)):
            check(lg_program_op(self._h, <uint32_t>i, &op, &err), &err)
            name = lg_context_op_info(context, op.op).name.decode()
            result.append((f"{name}#{op.number}", op.path.decode()))
        return result

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

    cdef tuple ends(self):
        # Positions of states among the inputs and among the outputs.
        cdef uint32_t i, reads, writes
        cdef lg_error_t err
        if self.state_ends is None:
            ins, outs = [], []
            for i in range(lg_program_state_count(self._h)):
                check(lg_program_state(self._h, i, &reads, &writes, &err), &err)
                ins.append(reads)
                outs.append(writes)
            self.state_ends = (tuple(ins), tuple(outs))
        return self.state_ends

    @property
    def inputs(self):
        """dict of str to Spec: types of the inputs by name, in order, without states."""
        return {
            lg_program_input_name(self._h, i).decode(): value_spec(self._h, lg_program_input(self._h, i))
            for i in range(lg_program_input_count(self._h))
            if i not in self.ends()[0]
        }

    @property
    def outputs(self):
        """dict of str to Spec: types of the outputs by name, in order, without states."""
        return {
            lg_program_output_name(self._h, i).decode(): value_spec(self._h, lg_program_output(self._h, i))
            for i in range(lg_program_output_count(self._h))
            if i not in self.ends()[1]
        }

    @property
    def states(self):
        """dict of str to Spec: types of the states by name."""
        return {
            lg_program_input_name(self._h, i).decode(): value_spec(self._h, lg_program_input(self._h, i))
            for i in self.ends()[0]
        }

    def with_state(self, names):
        """Make states of inputs: what a run gives for an output is what the next run reads.

        Parameters
        ----------
        names : mapping of str to str
            Names of inputs, and of the outputs of the same types that hold their next values.

        Returns
        -------
        Program
            The same without these inputs and outputs.

        Raises
        ------
        NotFoundError
            There is no such input or output.
        ArgumentError
            The types differ.

        Examples
        --------
        >>> import legato as lg
        >>> total = lg.record(lambda x, sum: {"y": x + sum, "next": x + sum}, "f32[]", "f32[]")
        >>> run = lg.runner(total.with_state({"sum": "next"}))
        >>> [run(x)["y"].item() for x in (1.0, 2.0, 3.0)]
        [1.0, 3.0, 6.0]
        """
        cdef Recorder recorder = Recorder()
        cdef lg_error_t err
        cdef Program result
        ins, outs = list(self.inputs), list(self.outputs)
        for reads, writes in names.items():
            if reads not in ins:
                raise NotFoundError(f"with_state: there is no input {reads!r}; there are {', '.join(ins)}")
            if writes not in outs:
                raise NotFoundError(f"with_state: there is no output {writes!r}; there are {', '.join(outs)}")
        if self.ends()[0]:
            raise ArgumentError("with_state: the program has states already; name all of them at once")
        values = recorder.inline(self, [recorder.add_input(name, type) for name, type in self.inputs.items()])
        for name, value in zip(outs, values):
            recorder.add_output(name, value)
        for reads, writes in names.items():
            check(lg_program_add_state(recorder.program, ins.index(reads), outs.index(writes), &err), &err)
        result = recorder.finish(None)
        left = len(outs) - len(names)
        if self.structure is dict:
            result.structure = dict
        else:  # one output that is left stands alone
            result.structure = None if left == 1 else tuple
        return result

    @property
    def weights(self):
        """dict of str to Spec: types of the weights by name, in order."""
        return {
            lg_program_weight_name(self._h, i).decode(): wrap_spec(lg_program_weight_type(self._h, i))
            for i in range(lg_program_weight_count(self._h))
        }

    def rewrite(self, str name not None):
        """Run one of the passes that planning runs, to see what it does.

        Parameters
        ----------
        name : str
            One of :func:`passes`.

        Returns
        -------
        Program
            The changed program.

        Raises
        ------
        NotFoundError
            There is no such pass; the message has those that there are.

        Examples
        --------
        >>> import legato as lg
        >>> p = lg.record(lambda x: lg.neg(x).reshape(4).reshape(2, 2), "f32[2,2]")
        >>> len(p), len(p.rewrite("eliminate"))
        (3, 1)
        """
        cdef lg_error_t err
        cdef lg_program_t *handle
        encoded = name.encode()
        check(lg_program_rewrite(self._h, encoded, &handle, &err), &err)
        cdef Program result = wrap_program(handle)
        result.structure = self.structure
        return result

    def verify(self):
        """Look whether the program is whole.

        Each value is made before it is read and has the type that the op's rule gives, weights have memory,
        names are unique, programs inside fit. Recording, parsing and passes see to that; this looks again.
        Debug builds do so after each transformation.

        Raises
        ------
        InternalError
            The message says what is wrong, and in which op.
        """
        cdef lg_error_t err
        check(lg_program_verify(self._h, &err), &err)

    def specialize(self, *specs):
        """Fix the extents of the inputs.

        Parameters
        ----------
        *specs : str, Spec, Tensor or array
            Types of the inputs, as :func:`spec` takes them, without names.

        Returns
        -------
        Program
            The same with numbers instead of symbols: attributes that follow from extents are constants, and
            what nothing needs any more is gone. The program itself where there was nothing to do.

        Raises
        ------
        ShapeError, DTypeError
            A type does not fit the input; the message says which and what was expected.
        ArgumentError
            The function branched on an extent and took another way.

        Examples
        --------
        >>> import legato as lg
        >>> program = lg.record(lambda x: lg.tanh(x), "f32[batch,4]")
        >>> print(program.specialize("f32[2,4]"))
        program {
          input %0 "x" : f32[2,4]
          %1 = tanh(%0) : f32[2,4]
          output "output" %1
        }
        """
        cdef lg_program_t *handle
        cdef lg_error_t err
        cdef Spec given
        cdef Program result
        cdef uint32_t count = <uint32_t>len(specs)
        cdef lg_view_t *types = <lg_view_t *>PyMem_Calloc(count + 1, sizeof(lg_view_t))
        try:
            if types == NULL:
                raise MemoryError()
            for i in range(count):
                given = spec(specs[i])
                if given.symbolic:
                    raise ArgumentError(f"specialize: {given} has an extent that is no number")
                types[i] = given._view
            check(lg_program_specialize(self._h, types, count, &handle, &err), &err)
        finally:
            PyMem_Free(types)
        result = wrap_program(handle)
        result.structure = self.structure
        return result

    @property
    def symbols(self):
        """list of str: names in the extents of the inputs that are not fixed."""
        return [
            lg_program_symbol_name(self._h, i).decode() for i in range(lg_program_symbol_count(self._h))
        ]

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
