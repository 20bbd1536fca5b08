# SPDX-License-Identifier: Apache-2.0
"""Choices: what is decided when a run begins."""

import inspect

from cpython.mem cimport PyMem_Calloc, PyMem_Free

from legato.core.engine cimport LG_ABI, lg_choice_t, lg_lane_t
from legato.core.lane cimport Lane

from legato.core.device import Device
from legato.core.errors import ArgumentError, DTypeError
from legato.core.signal import Term, TracedInput, trace


cdef class Choice:
    """One of several alternatives, decided when a run begins. Made by :func:`choose`.

    Attributes
    ----------
    text : str
        As plans show it and files hold it.
    when : str
        The condition alone.
    alternatives : tuple
        Of Device names, or of Lanes.
    """

    def __cinit__(self, text, when, alternatives, lanes):
        cdef Lane lane
        self.text, self.when, self.alternatives, self.lanes = text, when, alternatives, lanes
        self.encoded = self.text.encode()
        self.handles = <lg_lane_t **>PyMem_Calloc(len(lanes) + 1, sizeof(void *))
        if self.handles == NULL:
            raise MemoryError()
        for i, one in enumerate(lanes):
            lane = one
            self.handles[i] = lane.handle()
        self._h.size = sizeof(lg_choice_t)
        self._h.abi = LG_ABI
        self._h.text = <const char *>self.encoded
        self._h.lanes = self.handles
        self._h.lane_count = len(lanes)

    def __dealloc__(self):
        PyMem_Free(self.handles)

    def __eq__(self, other):
        return isinstance(other, Choice) and self.text == other.text and self.lanes == other.lanes

    def __hash__(self):
        return hash(self.text)

    def __repr__(self):
        return self.text


def _make(term, alternatives):
    texts = [f"lane {quoted(one.name)}" if isinstance(one, Lane) else quoted(one) for one in alternatives]
    lanes = tuple(dict.fromkeys([*term._lanes, *[one for one in alternatives if isinstance(one, Lane)]]))
    names = [one.name for one in lanes]
    if len(set(names)) < len(names):
        raise ArgumentError(f"choose: two lanes have the same name: {', '.join(names)}")
    return Choice(f"choose({term._text}, {', '.join(texts)})", term._text, tuple(alternatives), lanes)


def quoted(name):
    """Return a name as conditions have it."""
    if isinstance(name, bytes):
        name = name.decode()
    import json

    return json.dumps(str(name), ensure_ascii=False)


def _condition(condition, inputs):
    # A condition as a Term. `inputs`: of the run by name, None where there are none.
    if isinstance(condition, Term):
        result = condition
    elif callable(condition):
        args = []
        for name in inspect.signature(condition).parameters:
            if inputs is None:
                raise ArgumentError(
                    f"choose: the condition takes {name!r}, and ops have no inputs of the run; their shapes "
                    "are known when they are placed: op.inputs[0].shape"
                )
            if name not in inputs:
                known = ", ".join(inputs)
                raise ArgumentError(f"choose: the condition takes {name!r}, the inputs are {known}")
            args.append(TracedInput(name, inputs[name].shape))
        result = trace(condition, args)
    else:
        kind = type(condition).__name__
        raise DTypeError(f"choose: the condition is {kind}, expected a function: lambda: battery < 0.2")
    if not isinstance(result, Term):
        raise ArgumentError(
            f"choose: the condition gives {result!r:.100} whatever the signals are; compare the signals "
            "themselves, not their values"
        )
    return result


def choose(condition, *alternatives):
    """Decide between alternatives whenever a run begins.

    Parameters
    ----------
    condition : callable or Term
        ``lambda: battery < 0.2``, called once, now: it is traced over signals, ``legato.this_run``,
        ``lane.queued``, and, between runners, over the shapes of inputs, which are its parameters:
        ``lambda x: x.shape[0] > 8``. No Python runs when it is evaluated, in a few nanoseconds.
    *alternatives : Runner, or Device or str
        With two, the first one is taken where the condition holds. With more, up to 16, the condition is a
        number, rounded down: 0 takes the first.

    Returns
    -------
    Runner or Choice
        Between runners: a runner with the inputs, outputs and states that they have in common; states go on
        from whichever ran last. Between devices: what ``Executor.place`` may return; contiguous ops with the
        same choice are decided together, once for each run. (Lanes can be written down as alternatives, too;
        plans refuse them so far.)

    Raises
    ------
    ShapeError, DTypeError, ArgumentError
        Runners differ in inputs, outputs or states; the condition is none; alternatives are of several kinds.

    Notes
    -----
    A run fails where a signal is unset that the condition reads, or where the number is that of no
    alternative; the message names it.

    Examples
    --------
    >>> import legato as lg
    >>> battery = lg.signal("docs charge", 1.0)
    >>> little = lg.runner(lambda x: x + x, "f32[2]")
    >>> big = lg.runner(lambda x: x * x, "f32[2]")
    >>> run = lg.choose(lambda: battery < 0.2, little, big)
    >>> battery.set(0.9)
    >>> run([3.0, 4.0]).tolist()
    [9.0, 16.0]
    >>> battery.set(0.1)
    >>> run([3.0, 4.0]).tolist()
    [6.0, 8.0]
    """
    from legato.core.run import Runner, choose_runners

    if not 2 <= len(alternatives) <= 16:
        raise ArgumentError(f"choose: {len(alternatives)} alternatives, expected 2 to 16")
    if all([isinstance(one, Runner) for one in alternatives]):
        term = _condition(condition, alternatives[0].program.inputs)
        _check_flag(term, alternatives)
        names = [str(number) for number in range(len(alternatives))]
        return choose_runners(_make(term, names), alternatives)
    places = [isinstance(one, (Device, str)) for one in alternatives]
    if not all(places) and not all([isinstance(one, Lane) for one in alternatives]):
        kinds = ", ".join([type(one).__name__ for one in alternatives])
        raise DTypeError(f"choose: the alternatives are {kinds}, expected all runners, devices or lanes")
    term = _condition(condition, None)
    _check_flag(term, alternatives)
    return _make(term, [str(one) for one in alternatives] if all(places) else alternatives)


def _check_flag(term, alternatives):
    if term._kind == "flag" and len(alternatives) > 2:
        raise ArgumentError(
            f"choose: {term._text} is true or false, and there are {len(alternatives)} alternatives; give a "
            "number"
        )
