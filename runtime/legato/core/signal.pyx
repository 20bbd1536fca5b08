# SPDX-License-Identifier: Apache-2.0
"""Signals, and the terms that conditions over them are traced into."""

import math
import threading

from libc.stdint cimport uint32_t

from legato.core.context cimport context
from legato.core.engine cimport (
    LG_STATUS_NOT_FOUND,
    lg_error_t,
    lg_signal_at,
    lg_signal_initial,
    lg_signal_name,
    lg_signal_open,
    lg_signal_release,
    lg_signal_set,
    lg_signal_t,
    lg_signal_value,
    lg_status_t,
)
from legato.core.errors cimport check

from legato.core.errors import ArgumentError, DTypeError

_tracing = threading.local()  # .lanes: those that a condition has asked so far


def tracing():
    """Tell whether a condition is being traced on this thread."""
    return getattr(_tracing, "lanes", None) is not None


def trace(condition, args):
    """Call a condition so that what it reads are terms. Returns what it gives."""
    if tracing():
        raise ArgumentError("choose: a condition cannot make a choice itself")
    _tracing.lanes = []
    try:
        return condition(*args)
    finally:
        _tracing.lanes = None


def _number(value):
    # A constant as text.
    value = float(value)
    if math.isnan(value):
        raise ArgumentError("a condition has nan in it, which compares with nothing")
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _text(value, flag):
    # An operand: a Term or a number. `flag`: it must be a yes or no.
    if isinstance(value, Term):
        if flag and value._kind == "number":
            raise DTypeError(f"& | ~ join conditions, and {value._text} is a number; compare it")
        return value._text if value._atom else f"({value._text})"
    if flag and not isinstance(value, bool):
        raise DTypeError(f"& | ~ join conditions, and {value!r} is none; compare something")
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError
        return _number(value)
    except TypeError:
        raise DTypeError(f"a condition has {value!r:.100} in it, expected numbers and signals") from None


def _quoted(name):
    import json

    return json.dumps(name, ensure_ascii=False)


def _lanes(*values):
    terms = [value for value in values if isinstance(value, Term)]
    return tuple(dict.fromkeys([lane for term in terms for lane in term._lanes]))


def _infix(left, sign, right, kind):
    flag = sign in "&|"
    return Term(f"{_text(left, flag)} {sign} {_text(right, flag)}", kind, False, _lanes(left, right))


def _function(name, *values, kind="number"):
    texts = [value._text if isinstance(value, Term) else _text(value, False) for value in values]
    return Term(f"{name}({', '.join(texts)})", kind, True, _lanes(*values))


class Term:
    """A number or a condition that is known when a run begins. :func:`choose` takes what is made of them.

    Compare and compute with ``< <= > >= == !=``, ``+ - * / //``, ``abs``, ``math.floor``, :meth:`min`,
    :meth:`max`; join conditions with ``& | ~``; choose between numbers with :meth:`where`.

    Examples
    --------
    >>> import legato as lg
    >>> (lg.signal("docs battery") < 0.2) & ~(lg.this_run.slack_us > 500)
    Term(("docs battery" < 0.2) & (~(slack_us > 500)))
    """

    __array_ufunc__ = None  # an operator of NumPy's numbers leaves the rest to this class

    def __init__(self, text, kind, atom, lanes=()):
        self._text, self._kind, self._atom, self._lanes = text, kind, atom, lanes

    def __add__(self, other):
        return _infix(self, "+", other, "number")

    def __radd__(self, other):
        return _infix(other, "+", self, "number")

    def __sub__(self, other):
        return _infix(self, "-", other, "number")

    def __rsub__(self, other):
        return _infix(other, "-", self, "number")

    def __mul__(self, other):
        return _infix(self, "*", other, "number")

    def __rmul__(self, other):
        return _infix(other, "*", self, "number")

    def __truediv__(self, other):
        return _infix(self, "/", other, "number")

    def __rtruediv__(self, other):
        return _infix(other, "/", self, "number")

    def __floordiv__(self, other):
        return _infix(self, "//", other, "number")

    def __rfloordiv__(self, other):
        return _infix(other, "//", self, "number")

    def __lt__(self, other):
        return _infix(self, "<", other, "flag")

    def __le__(self, other):
        return _infix(self, "<=", other, "flag")

    def __gt__(self, other):
        return _infix(self, ">", other, "flag")

    def __ge__(self, other):
        return _infix(self, ">=", other, "flag")

    def __eq__(self, other):
        return _infix(self, "==", other, "flag")

    def __ne__(self, other):
        return _infix(self, "!=", other, "flag")

    def __and__(self, other):
        return _infix(self, "&", other, "flag")

    def __rand__(self, other):
        return _infix(other, "&", self, "flag")

    def __or__(self, other):
        return _infix(self, "|", other, "flag")

    def __ror__(self, other):
        return _infix(other, "|", self, "flag")

    def __invert__(self):
        return Term(f"~{_text(self, True)}", "flag", False, self._lanes)

    def __neg__(self):
        return Term(f"-{_text(self, False)}", "number", False, self._lanes)

    def __pos__(self):
        return self

    def __abs__(self):
        return _function("abs", self)

    def __floor__(self):
        return _function("floor", self)

    def min(self, other):
        """Return the smaller of this and another number, as a term."""
        return _function("min", self, other)

    def max(self, other):
        """Return the larger of this and another number, as a term."""
        return _function("max", self, other)

    def where(self, yes, no):
        """Return the first number where this condition holds, else the second, as a term."""
        _text(self, True)
        return _function("where", self, yes, no)

    def __bool__(self):
        raise ArgumentError(
            f"{self!r} is not known before the run: write a & b, a | b, ~a for and, or, not; (a < b) & (b < "
            "c) for a < b < c; condition.where(x, y) for x if condition else y; a.min(b) for min(a, b). The "
            "number that a signal has now is signal.value"
        )

    def _unknown(self):
        raise ArgumentError(
            f"{self!r} is not known before the run, and cannot be made a plain number; the one that a signal "
            "has now is signal.value"
        )

    __int__ = __float__ = __index__ = _unknown
    __hash__ = object.__hash__

    def __repr__(self):
        return f"Term({self._text})"


cdef class SignalHandle:
    cdef lg_signal_t *_h

    def __dealloc__(self):
        lg_signal_release(self._h)


cdef dict _signals = {}  # by name: one object for each, for as long as the process lives


class Signal(Term):
    """A number or flag under a name, which the application sets and choices read: see :func:`signal`.

    Thread-safe. Operators make terms for :func:`choose`; ``value`` is what it is now.
    """

    def __init__(self):
        raise TypeError("get a signal by its name: legato.signal(name)")

    @property
    def name(self):
        """str: what it is called."""
        return lg_signal_name((<SignalHandle>self._handle)._h).decode()

    @property
    def value(self):
        """float or None: what it is set to; None: unset. May be assigned."""
        cdef double value = lg_signal_value((<SignalHandle>self._handle)._h)
        return None if value != value else value

    @value.setter
    def value(self, value):
        self.set(value)

    @property
    def initial(self):
        """float or None: what it was set to at first; files hold this."""
        cdef double value = lg_signal_initial((<SignalHandle>self._handle)._h)
        return None if value != value else value

    def set(self, value):
        """Set it; runs that begin later see it.

        Parameters
        ----------
        value : float, int, bool or None
            None: unset, which makes runs that depend on it fail.
        """
        lg_signal_set((<SignalHandle>self._handle)._h, _checked(value))

    def __repr__(self):
        return f"Signal({self.name!r}, {self.value!r})"


cdef double _checked(object value) except? -1:
    # A value as the engine has it.
    if value is None:
        return math.nan
    if isinstance(value, (str, bytes, Term)):
        raise DTypeError(f"signal: the value is {type(value).__name__}, expected a number or None")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise DTypeError(f"signal: the value is {type(value).__name__}, expected a number or None") from None
    if math.isnan(number):
        raise ArgumentError("signal: nan is no value; None is for unset")
    return number


cdef object _wrap(lg_signal_t *signal):
    # Takes over the caller's reference.
    cdef SignalHandle handle = SignalHandle.__new__(SignalHandle)
    handle._h = signal
    name = lg_signal_name(signal).decode()
    result = Signal.__new__(Signal)
    result._handle = handle
    Term.__init__(result, _quoted(name), "any", True)
    return _signals.setdefault(name, result)


def signal(name, value=None):
    """Find a signal by name, or make it.

    Parameters
    ----------
    name : str
    value : float, int or bool, optional
        What it is as long as nobody has set it. The first that is given stands, and goes into files.

    Returns
    -------
    Signal
        The same object each time.

    Examples
    --------
    >>> import legato as lg
    >>> battery = lg.signal("docs level", 1.0)
    >>> battery.set(0.15)
    >>> lg.signal("docs level", 1.0).value
    0.15
    """
    cdef lg_signal_t *found
    cdef lg_error_t err
    if not isinstance(name, str):
        raise DTypeError(f"signal: the name is {type(name).__name__}, expected str")
    cdef double initial = _checked(value)
    encoded = name.encode()
    check(lg_signal_open(context, encoded, initial, &found, &err), &err)
    return _wrap(found)


def signals():
    """List the signals that there are.

    Returns
    -------
    dict of str to Signal

    Examples
    --------
    >>> import legato as lg
    >>> _ = lg.signal("docs listed", True)
    >>> lg.signals()["docs listed"].value
    1.0
    """
    cdef lg_signal_t *found
    cdef lg_error_t err
    cdef lg_status_t status
    cdef uint32_t index = 0
    result = {}
    while True:
        status = lg_signal_at(context, index, &found, &err)
        if status == LG_STATUS_NOT_FOUND:
            return dict(sorted(result.items()))
        check(status, &err)
        one = _wrap(found)
        result[one.name] = one
        index += 1


class ThisRun:
    """What conditions of :func:`choose` may ask about the run that begins: ``legato.this_run``.

    Attributes
    ----------
    priority : Term
        ``legato.LOW``, ``NORMAL`` or ``HIGH``.
    slack_us : Term
        Microseconds until the run's deadline, ``inf`` where it has none.
    """

    __slots__ = ()
    priority = Term("priority", "number", True)
    slack_us = Term("slack_us", "number", True)

    def __repr__(self):
        return "legato.this_run"


this_run = ThisRun()


def queued(lane):
    """The length of a lane's queue, as a term."""
    return Term(f"queued {_quoted(lane.name)}", "number", True, (lane,))


class TracedInput:
    """An input of the run, as a parameter of a condition: its extents, those that are not fixed as terms."""

    __slots__ = ("name", "shape", "size")

    def __init__(self, name, extents):
        quoted = _quoted(name)
        self.name = name
        self.shape = tuple([
            extent if type(extent) is int else Term(f"extent {quoted} {axis}", "number", True)
            for axis, extent in enumerate(extents)
        ])
        self.size = Term(f"size {quoted}", "number", True)

    def __repr__(self):
        return f"<legato input {self.name}>"
