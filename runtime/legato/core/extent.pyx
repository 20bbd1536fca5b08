# SPDX-License-Identifier: Apache-2.0
"""What ops see while they are recorded: tensors without elements, and extents that are not fixed."""

import os

from libc.stdint cimport uint32_t

from legato.core.attrs cimport open_attrs
from legato.core.dispatch cimport pop_handler, push_handler
from legato.core.engine cimport (
    lg_error_t,
    lg_program_add_guard,
    lg_program_extent,
    lg_program_value_type,
)
from legato.core.errors cimport check
from legato.core.tensor cimport Tensor, calls

from operator import index

from legato.core.convert import tensor as to_tensor
from legato.core.errors import ArgumentError


cdef class Recording(Handler):
    # See extent.pxd.
    cdef list inline(self, object program, list inputs):
        raise NotImplementedError


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
                    x = ops().slice(x, [start], [stop], axes=[axis], steps=[step])
                    item = slice(None)
                axis += 1
            rest.append(item)
        return calls.index(x, tuple(rest))


cdef object _far = 2**63 - 1


cdef object ops():
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
            return ops().shape(x, start=axis, end=axis + 1)
        name, left, right = self.source
        options = {"rounding_mode": "floor"} if name == "div" else {}
        return getattr(ops(), name)(_as_extent_tensor(left), _as_extent_tensor(right), **options)

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
        cdef Recording recorder = self.recorder
        cdef Traced value
        cdef lg_error_t err
        question = f"{self.text} {sign} {_extent_text(other)}"
        key = name, _extent_key(self), _extent_key(other), answer
        if recorder.program == NULL or key in recorder.guarded:
            return answer
        inner, recorder.inner = recorder.inner, None
        push_handler(recorder)  # the question belongs to the recording that the extent is of
        try:
            value = getattr(ops(), name)(self.tensor(), _as_extent_tensor(other))
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
