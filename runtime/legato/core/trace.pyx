# SPDX-License-Identifier: Apache-2.0
"""Traces: what ran, where, from when to when, and whether that is what the plan says."""

from _thread import get_native_id
from collections import namedtuple

from libc.stdint cimport uint32_t, uint64_t

from legato.core.context cimport context
from legato.core.dispatch cimport set_traced, traced
from legato.core.engine cimport (
    LG_ABI,
    LG_OK,
    LG_TRACE_CHOICE,
    LG_TRACE_HOLD,
    LG_TRACE_MOVE,
    LG_TRACE_OP,
    LG_TRACE_RECORD,
    LG_TRACE_RUN,
    LG_TRACE_SHARE,
    LG_TRACE_WAIT,
    lg_error_t,
    lg_status_name,
    lg_text_t,
    lg_trace_count,
    lg_trace_create,
    lg_trace_format,
    lg_trace_lost,
    lg_trace_release,
    lg_trace_row,
    lg_trace_row_t,
)
from legato.core.errors cimport check
from legato.core.spec cimport take_text

from legato.core.errors import ArgumentError, BusyError

cdef uint32_t NO_INDEX = 0xFFFFFFFF

_KINDS = {
    LG_TRACE_RUN: "run", LG_TRACE_RECORD: "record", LG_TRACE_SHARE: "share", LG_TRACE_OP: "op",
    LG_TRACE_MOVE: "move", LG_TRACE_WAIT: "wait", LG_TRACE_HOLD: "hold", LG_TRACE_CHOICE: "choice",
}  # fmt: skip

# What was written down; `run` is the index of the run's event, `plan` what stands for its plan.
_Event = namedtuple(
    "_Event",
    "index kind op path kernel device lane worker thread begin_ns end_ns expected_ns run record row what "
    "status plan",
)


class TraceOp(namedtuple(
    "TraceOp", "op path kernel device lane worker thread begin_us us expected_us call record row shares",
    module=__name__,
)):
    """One op that ran.

    ``begin_us`` counts from the trace's first event, ``us`` is what it took: the sum of its pieces, where it
    was cut into tiles. ``expected_us`` is what its plan says. ``lane`` is None on a thread of no lane,
    ``worker`` 0 for who calls and takes part. ``call`` is a position in ``Trace.calls``, ``record`` and
    ``row`` are positions in the plan; None for an eager op, and ``row`` for a copy that the plan added.
    ``shares`` are worker, begin and microseconds of each, where the op was cut over a lane.
    """

    __slots__ = ()


class TraceCall(namedtuple(
    "TraceCall", "status lane begin_us us expected_us moves choices plan", module=__name__,
)):
    """One run of a plan.

    ``status`` is ``"OK"`` or how it ended: ``"CANCELLED"``, ``"DEADLINE"``. ``moves`` counts how often it
    left its worker to a run of a higher priority, ``choices`` are the alternatives that were chosen. ``plan``
    is the ``identity`` of the plan that it ran.
    """

    __slots__ = ()


class TraceHold(namedtuple(
    "TraceHold", "unit call record thread begin_us us waited_us", module=__name__,
)):
    """A unit, held from ``begin_us`` on for ``us``, after waiting for ``waited_us``.

    ``call`` and ``record`` as for an op: the first one that needs it; None for ``with unit:``.
    """

    __slots__ = ()


class Mismatch:
    """Where a trace is not what the plan says; false. Printed, it says what the first difference is."""

    __slots__ = ("difference",)

    def __init__(self, difference):
        self.difference = difference

    def __bool__(self):
        return False

    def __str__(self):
        return self.difference

    def __repr__(self):
        return f"<legato.Mismatch: {self.difference}>"


cdef Trace new_trace(object events):
    cdef Trace trace = Trace.__new__(Trace)
    cdef lg_error_t err
    if type(events) is not int or not 16 <= events < NO_INDEX:
        raise ArgumentError(f"tracing: events is {events!r}, expected a number from 16 on")
    trace.notes = []
    check(lg_trace_create(context, <uint64_t>events, &trace._h, &err), &err)
    return trace


cdef class Trace:
    """What ran: ops, runs, units. Get one with :meth:`Runner.trace` or :class:`tracing`, and print it.

    Attributes
    ----------
    outputs : Tensor, tuple, dict or None
        What the run of :meth:`Runner.trace` returned.

    Examples
    --------
    >>> import legato as lg
    >>> x = lg.ones(4)
    >>> with lg.tracing() as trace:
    ...     y = lg.exp(x) + 1.0
    >>> [op.op for op in trace.ops]
    ['exp', 'add']
    """

    def __init__(self):
        raise TypeError("get a trace from a runner: run.trace(x), or with legato.tracing() as trace")

    def __dealloc__(self):
        lg_trace_release(self._h)

    def _events(self):
        # All that is there to be read: while runs are in flight it may be more the next time.
        cdef lg_trace_row_t row
        cdef uint64_t i, count = lg_trace_count(self._h)
        cdef bint whole = traced != self._h
        if self.kept is not None:
            return self.kept
        row.size, row.abi = sizeof(lg_trace_row_t), LG_ABI
        events, texts = [], {}
        for i in range(count):
            if lg_trace_row(self._h, i, &row, NULL) != LG_OK:
                whole = False
                continue
            events.append(
                _Event(
                    <object>i, _KINDS[row.kind], _text(texts, row.op), _text(texts, row.path),
                    _text(texts, row.kernel), _text(texts, row.device),
                    (<const char *>row.lane).decode("utf-8", "replace") or None, row.worker, row.thread,
                    row.begin_ns, row.end_ns, row.expected_ns, _index(row.run), _index(row.record),
                    _index(row.plan_row), _text(texts, row.what), _text(texts, lg_status_name(row.status)),
                    <size_t>row.plan,
                )
            )
        events += self.notes
        events.sort(key=_begin)
        if whole:
            self.kept = events
        return events

    @property
    def lost(self):
        """int: events for which there was no room; what the trace says is not all then."""
        return lg_trace_lost(self._h)

    @property
    def origin_ns(self):
        """int: what :func:`time.monotonic_ns` was at ``begin_us`` 0; 0 where there are no events."""
        return _zero(self._events())

    @property
    def ops(self):
        """list of TraceOp: what ran, in the order in which it began."""
        events = self._events()
        zero, calls = _zero(events), _positions(events)
        found, shares = {}, {}
        for event in events:
            if event.kind == "share":
                shares.setdefault((event.run, event.record), []).append(event)
            elif event.kind == "record":
                found.setdefault((event.run, event.record), []).append(event)
            elif event.kind == "op":
                found[event.index] = [event]
        result = []
        for key, pieces in found.items():
            event = pieces[0]
            spent = sum([piece.end_ns - piece.begin_ns for piece in pieces])
            result.append(
                TraceOp(
                    event.op, event.path, event.kernel, event.device, event.lane, event.worker, event.thread,
                    (event.begin_ns - zero) / 1e3, spent / 1e3, event.expected_ns / 1e3,
                    calls.get(event.run), event.record, event.row,
                    tuple([_share(one, zero) for one in shares.get(key, ())]),
                )
            )
        return result

    @property
    def calls(self):
        """list of TraceCall: the runs that have ended, in the order in which they began."""
        events = self._events()
        zero, by_run = _zero(events), _by_run(events)
        result = []
        for run in _runs(events):
            mine = by_run[run.index]
            result.append(
                TraceCall(
                    run.status, run.lane, (run.begin_ns - zero) / 1e3, (run.end_ns - run.begin_ns) / 1e3,
                    run.expected_ns / 1e3, sum([event.kind == "move" for event in mine]),
                    tuple([event.what for event in mine if event.kind == "choice"]), run.plan,
                )
            )
        return result

    def holds(self, unit=None):
        """Return when a unit was held.

        Parameters
        ----------
        unit : Unit or str, optional
            All units when left out.

        Returns
        -------
        list of TraceHold
            In the order in which they began.
        """
        name = unit if unit is None or isinstance(unit, str) else unit.name
        events = self._events()
        zero, calls = _zero(events), _positions(events)
        waits, result = {}, []
        for event in events:
            key = (event.run, event.thread if event.run is None else None, event.what)
            if event.kind == "wait":
                waits[key] = event.end_ns - event.begin_ns
            elif event.kind == "hold" and name in (None, event.what):
                result.append(
                    TraceHold(
                        event.what, calls.get(event.run), event.record, event.thread,
                        (event.begin_ns - zero) / 1e3, (event.end_ns - event.begin_ns) / 1e3,
                        waits.pop(key, 0) / 1e3,
                    )
                )
        return result

    def lane(self, name):
        """Return the ops that ran on a lane, those of which a part did included.

        Parameters
        ----------
        name : str, Lane or None
            None: those of threads that are on no lane.

        Returns
        -------
        list of TraceOp
        """
        name = name if name is None or isinstance(name, str) else name.name
        # What the engine keeps of a name.
        kept = None if name is None else name.encode()[:15].decode("utf-8", "replace")
        return [op for op in self.ops if op.lane == kept]

    def matches(self, plan):
        """Say whether what ran is what a plan says: ops, kernels, devices, order, and that each ran once.

        Which worker of a lane ran an op is not compared, nor how long it took.

        Parameters
        ----------
        plan : Plan
            All runs of it are looked at; where there is none, all runs of the trace.

        Returns
        -------
        bool or Mismatch
            True, or an object that is false and says the first difference.

        Examples
        --------
        >>> import legato as lg
        >>> run = lg.runner(lambda x: lg.relu(x @ x), "f32[8,8]")
        >>> trace = run.trace(lg.ones((8, 8)))
        >>> trace.matches(run.plan())
        True
        >>> print(trace.matches(run.plan().edit(passes={"fuse": False})))
        row 0 is matmul by matmul_f32... on cpu:0, what ran is fused_matmul by fused_matmul_f32... on cpu:0
        """
        if self.lost > 0:
            return Mismatch(f"{self.lost} events found no room in the trace")
        events = self._events()
        identity = plan.identity
        runs, by_run = _runs(events), _by_run(events)
        chosen = [run for run in runs if run.plan == identity] or runs
        if not chosen:
            return Mismatch("no run was traced")
        rows, inputs = plan.rows, plan._inputs()
        for number, run in enumerate(chosen):
            difference = _difference(run, by_run[run.index], rows, inputs)
            if difference is not None:
                call = f"run {number} of the plan: " if len(chosen) > 1 else ""
                return Mismatch(call + difference)
        return True

    def save(self, path):
        """Write the trace to a file.

        Parameters
        ----------
        path : str or Path
            ``*.json``: for Perfetto (ui.perfetto.dev) and Chrome; ``*.html``: a page of its own with a
            timeline, which needs nothing else; ``*.png``: a picture of that, drawn by matplotlib.

        Raises
        ------
        ArgumentError
            The name has another end.
        ImportError
            matplotlib is not there: ``pip install legato[plot]``.
        """
        from pathlib import Path

        from legato.core import _timeline

        cdef lg_text_t *text
        cdef lg_error_t err
        path = Path(path)
        if path.suffix == ".json":
            check(lg_trace_format(self._h, &text, &err), &err)
            path.write_text(take_text(text))
        elif path.suffix == ".html":
            path.write_text(_timeline.page(self, path.stem))
        elif path.suffix == ".png":
            _timeline.picture(self, path)
        else:
            raise ArgumentError(f"save: {str(path)!r} ends in {path.suffix!r}, expected .json, .html or .png")

    def __str__(self):
        ops = self.ops
        rows = [("us", "expected", "where", "kernel", "op")]
        for op in ops:
            where = op.device if op.lane is None else f"{op.device} {op.lane}:{op.worker}"
            rows.append((
                f"{op.us:.1f}", f"{op.expected_us:.1f}", where, op.kernel, f"{op.op} {op.path}".rstrip()
            ))
        widths = [max([len(row[i]) for row in rows]) for i in range(5)]
        lines = []
        for row in rows:
            cells = [
                cell.rjust(width) if i < 2 else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(row, widths))
            ]
            lines.append("  ".join(cells).rstrip())
        spent = sum([op.us for op in ops])
        lines.append(f"{len(ops)} ops in {len(self.calls)} calls, {spent:.1f} us in ops")
        if self.lost:
            lines.append(f"{self.lost} events are lost: there was no room for them")
        return "\n".join(lines)

    def __repr__(self):
        lost = f", {self.lost} events lost" if self.lost else ""
        return f"<legato.Trace of {len(self.ops)} ops in {len(self.calls)} calls{lost}>"


cdef object _index(uint32_t number):
    return None if number == NO_INDEX else number


def _share(event, zero):
    return event.worker, (event.begin_ns - zero) / 1e3, (event.end_ns - event.begin_ns) / 1e3


def _begin(event):
    return event.begin_ns


def _zero(events):
    return events[0].begin_ns if events else 0


cdef str _text(dict known, const char *chars):
    # One string for all that an address stands for: it does while the trace is there.
    text = known.get(<size_t>chars)
    if text is None:
        text = known[<size_t>chars] = chars.decode("utf-8", "replace")
    return text


def _by_run(events):
    found = {}
    for event in events:
        found.setdefault(event.run, []).append(event)
    return found


def _runs(events):
    return [event for event in events if event.kind == "run"]


def _positions(events):
    return {run.index: position for position, run in enumerate(_runs(events))}


def _named(row):
    at = f" at {row.path}" if row.path else ""
    return f"{row.op}{at} by {row.kernel} on {row.device}"


def _is_lane(planned, name):
    # Threads have the first bytes of a lane's name; a choice names all of its lanes.
    if not planned.startswith("choose("):
        return planned.encode()[:15].decode("utf-8", "replace") == name
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'lane "{quoted}' in planned


def _difference(run, events, rows, inputs):
    # How a run differs from the rows of a plan, or None.
    ran = {}  # row -> when its kernel began and ended
    taken = {event.what for event in events if event.kind == "choice"}
    for event in events:
        if event.kind != "record" or event.row is None or event.kernel in ("before", "after", "copy"):
            continue
        if event.row >= len(rows):
            return f"the plan has {len(rows)} rows, what ran has more: {_named(event)}"
        row = rows[event.row]
        if row.choice:
            if event.device not in row.device.split(" | ") or event.kernel not in row.kernel.split(" | "):
                return f"row {event.row} is {_named(row)}, what ran is {_named(event)}"
            if event.device not in taken:
                return f"row {event.row} ran on {event.device}, chosen was {', '.join(sorted(taken))}"
        elif (row.op, row.path, row.kernel, row.device) != (event.op, event.path, event.kernel, event.device):
            return f"row {event.row} is {_named(row)}, what ran is {_named(event)}"
        lane = row.lane
        if lane and event.lane is not None and not _is_lane(lane, event.lane):
            return f"row {event.row}, {_named(row)}, is for lane {lane}, it ran on {event.lane}"
        begin, end = ran.get(event.row, (event.begin_ns, event.end_ns))
        ran[event.row] = (min(begin, event.begin_ns), max(end, event.end_ns))
    if run.status != "OK":
        return f"the run ended with {run.status} after {len(ran)} rows"
    for index, row in enumerate(rows):
        is_view = row.kernel == "none, a view"
        if (index in ran) is is_view and not row.choice:  # an alternative may have it in a larger op
            return f"row {index}, {_named(row)}, {'ran' if is_view else 'did not run'}"
        before = [(source, False) for source in inputs[index]]
        while before:  # through views, to what computes; a part of a concat is not all that it is made of
            source, is_part = before.pop()
            if source not in ran:
                if not (is_part and rows[source].op == "concat"):
                    before += [(one, is_part or rows[source].op == "slice") for one in inputs[source]]
            elif index in ran and ran[source][1] > ran[index][0]:
                return f"row {index}, {_named(row)}, began before row {source} ended, whose result it reads"
    return None


cdef object _current = None  # the Trace of all of the process


class tracing:
    """Context in which all runs and eager ops of the process are traced, whatever thread they are on.

    Parameters
    ----------
    events : int, default 65536
        How many find room: one per op and run, one per tile or share of an op that is cut. 64 bytes each.

    Raises
    ------
    BusyError
        Another one is open: there is one at a time.

    Notes
    -----
    A run that is in flight when it opens is not traced; one that is in flight when it closes appears once it
    has ended.

    Examples
    --------
    >>> import legato as lg
    >>> run = lg.runner(lambda x: x * 2.0, "f32[3]")
    >>> with lg.tracing() as trace:
    ...     y = run([1.0, 2.0, 3.0])
    ...     z = run.start([3.0, 2.0, 1.0]).result()
    >>> len(trace.calls), [op.op for op in trace.ops]
    (2, ['mul', 'mul'])
    """

    def __init__(self, events=1 << 16):
        self._events = events

    def __enter__(self):
        global _current
        cdef Trace trace
        if _current is not None:
            raise BusyError("tracing: the process is traced already")
        trace = new_trace(self._events)
        _current = trace
        set_traced(trace._h)
        return trace

    def __exit__(self, *exception):
        global _current
        set_traced(NULL)
        _current = None


cdef int note_hold(str unit, long long asked_ns, long long taken_ns, long long given_ns) except -1:
    trace = _current
    if trace is None:
        return 0
    thread = get_native_id()
    notes = (<Trace>trace).notes
    for kind, begin, end in (("wait", asked_ns, taken_ns), ("hold", taken_ns, given_ns)):
        if kind == "hold" or end > begin:
            notes.append(
                _Event(
                    None, kind, "", "", "", "", None, -1, thread, begin, end, 0.0, None, None, None, unit,
                    "OK", 0,
                )
            )
    return 0
