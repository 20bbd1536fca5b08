# SPDX-License-Identifier: Apache-2.0
"""Units: named things, a piece of hardware for instance, that only so many may hold at once."""

from _thread import get_ident

from libc.stdint cimport int64_t
from libc.string cimport memset

from legato.core.context cimport context
from legato.core.dispatch cimport traced
from legato.core.engine cimport (
    LG_ABI,
    LG_SCOPE_PROCESS,
    LG_SCOPE_SYSTEM,
    lg_clock_ns,
    lg_error_t,
    lg_status_t,
    lg_take_desc_t,
    lg_unit_capacity,
    lg_unit_create,
    lg_unit_desc_t,
    lg_unit_find,
    lg_unit_give,
    lg_unit_label,
    lg_unit_name,
    lg_unit_order,
    lg_unit_release,
    lg_unit_scope,
    lg_unit_stats,
    lg_unit_stats_t,
    lg_unit_take,
    lg_unit_try,
)
from legato.core.errors cimport check, op_error
from legato.core.trace cimport note_hold

from legato.core.errors import ArgumentError, DTypeError


cdef int64_t nanoseconds(object microseconds, str name) except -1:
    # A time of an argument; None: 0.
    if microseconds is None:
        return 0
    if isinstance(microseconds, bool) or not isinstance(microseconds, (int, float)):
        raise DTypeError(f"Unit: {name} is {type(microseconds).__name__}, expected a number")
    if not 0 < microseconds < 9e12:
        raise ArgumentError(f"Unit: {name} is {microseconds}, expected a time above 0")
    return <int64_t>(microseconds * 1000)


cdef class Hold:
    """A place in a unit, held until it is given back. Get one with :meth:`Unit.take`; use ``with``."""

    def __init__(self):
        raise TypeError("take a place in a unit: unit.take()")

    def give(self):
        """Give the place back, from any thread. Does nothing where it was given."""
        cdef int64_t given_ns = lg_clock_ns() if self.taken_ns != 0 else 0  # before others can have it
        lg_unit_give(&self._h)
        if self.taken_ns != 0:
            note_hold(self.unit.name, self.asked_ns, self.taken_ns, given_ns)
            self.taken_ns = 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.give()

    def __dealloc__(self):
        lg_unit_give(&self._h)


cdef class Unit:
    """A named thing that only so many may hold at once.

    Parameters
    ----------
    name : str
        What it is called: ``"<device>/<resource>"`` or free words.
    capacity : int, default 1
        How many may hold it at once.
    max_wait_us : float, optional
        Microseconds; waiting for longer is an error that names who holds the unit. No bound when left out.
    scope : {"process", "system"}, default "process"
        Among whom it is shared: the threads of this process, or all processes of the user on this machine
        that make a unit of that name, also when one of them is killed.

    Raises
    ------
    AlreadyExistsError
        There is a unit of that name; :func:`unit` finds it.
    UnsupportedError
        The system has no memory that processes share.
    ArgumentError
        Other processes have the unit with another capacity.

    Notes
    -----
    :meth:`Executor.hold` lets ops of runners hold it, and ``with unit:`` the calling thread. Who waits is
    served by priority, then in order; being passed over eight times counts as one priority more. Take several
    units in the order in which they were made. A task that takes one on the only worker of a lane
    (``lane.run``) may wait for a run that is queued behind it on that worker: give the unit ``max_wait_us``,
    or the lane two workers.

    Examples
    --------
    >>> import legato as lg
    >>> matmul = lg.Unit("docs matmul")
    >>> with matmul:
    ...     y = lg.matmul([[1.0, 2.0]], [[3.0], [4.0]])
    >>> matmul.stats()["taken"]
    1
    """

    def __cinit__(self):
        self.holds = {}

    def __init__(self, name, capacity=1, *, max_wait_us=None, scope="process"):
        cdef lg_unit_desc_t desc
        cdef lg_error_t err
        if self._h != NULL:
            raise TypeError("a Unit is made once")
        if not isinstance(name, str):
            raise DTypeError(f"Unit: the name is {type(name).__name__}, expected str")
        if type(capacity) is not int or not 0 < capacity <= 64:
            raise ArgumentError(f"Unit: capacity is {capacity!r}, expected 1 to 64")
        if scope not in ("process", "system"):
            raise ArgumentError(f"Unit: scope is {scope!r}, expected 'process' or 'system'")
        memset(&desc, 0, sizeof(desc))
        encoded = name.encode()
        desc.size = sizeof(lg_unit_desc_t)
        desc.abi = LG_ABI
        desc.name = encoded
        desc.capacity = capacity
        desc.max_wait_ns = nanoseconds(max_wait_us, "max_wait_us")
        desc.scope = LG_SCOPE_SYSTEM if scope == "system" else LG_SCOPE_PROCESS
        check(lg_unit_create(context, &desc, &self._h, &err), &err)

    def __dealloc__(self):
        lg_unit_release(self._h)

    @property
    def name(self):
        """str: what it is called."""
        return lg_unit_name(self._h).decode()

    @property
    def capacity(self):
        """int: how many may hold it at once."""
        return lg_unit_capacity(self._h)

    @property
    def scope(self):
        """str: among whom it is shared: ``"process"`` or ``"system"``."""
        return "system" if lg_unit_scope(self._h) == LG_SCOPE_SYSTEM else "process"

    def take(self, what=None, *, priority=0):
        """Take a place, waiting for one.

        Parameters
        ----------
        what : str, optional
            Who holds, for the messages of others. "somebody" when left out.
        priority : {legato.LOW, legato.NORMAL, legato.HIGH}, optional
            Orders those who wait.

        Returns
        -------
        Hold
            To be used with ``with``, or given back by ``give()``.

        Raises
        ------
        BusyError
            It took longer than the unit's ``max_wait_us``; the message names who holds it.
        ArgumentError
            The thread has all places itself.
        """
        cdef Hold hold = Hold.__new__(Hold)
        cdef lg_take_desc_t desc
        cdef lg_error_t err
        cdef lg_status_t status
        if priority not in (-1, 0, 1):
            raise ArgumentError(f"priority is {priority!r}, expected legato.LOW, NORMAL or HIGH")
        memset(&desc, 0, sizeof(desc))
        desc.size = sizeof(lg_take_desc_t)
        desc.abi = LG_ABI
        desc.what = NULL
        desc.priority = priority
        if what is not None:
            encoded = str(what).encode()
            desc.what = lg_unit_label(self._h, encoded)
        hold.unit = self
        if traced != NULL:
            hold.asked_ns = lg_clock_ns()
        if lg_unit_try(self._h, desc.what, &hold._h) == 0:
            with nogil:
                status = lg_unit_take(self._h, &desc, &hold._h, &err)
            check(status, &err)
            hold.taken_ns = lg_clock_ns() if hold.asked_ns != 0 else 0
        else:
            hold.taken_ns = hold.asked_ns
        return hold

    def __enter__(self):
        hold = self.take()
        self.holds.setdefault(get_ident(), []).append(hold)
        return self

    def __exit__(self, *exception):
        cdef Hold hold
        thread = get_ident()
        held = self.holds[thread]
        hold = held.pop()
        if not held:
            del self.holds[thread]
        hold.give()

    def stats(self):
        """Tell what was counted.

        Returns
        -------
        dict
            ``taken`` and of them ``waits``, ``longest_wait_us``; now ``holders``, ``queued`` and ``holder``:
            what one of them called itself, or None. ``recoveries`` of places whose holders were killed, by
            all processes, where the unit is of the system.
        """
        cdef lg_unit_stats_t stats
        lg_unit_stats(self._h, &stats)
        return {
            "taken": stats.taken,
            "waits": stats.waits,
            "longest_wait_us": stats.longest_wait_ns / 1000,
            "holders": stats.holders,
            "queued": stats.queued,
            "holder": stats.holder.decode() if stats.holder != NULL else None,
            "recoveries": stats.recoveries,
        }

    def __repr__(self):
        return f"Unit({self.name!r}, capacity={self.capacity})"


def unit(name):
    """Find a unit by name.

    Parameters
    ----------
    name : str

    Raises
    ------
    NotFoundError
        There is none of that name; the message lists those that exist.

    Examples
    --------
    >>> import legato as lg
    >>> made = lg.Unit("docs found")
    >>> lg.unit("docs found").name
    'docs found'
    """
    cdef Unit result = Unit.__new__(Unit)
    cdef lg_error_t err
    encoded = str(name).encode()
    check(lg_unit_find(context, encoded, &result._h, &err), &err)
    return result


cdef list units_of(object given, str name, str who):
    if given is None:
        return []
    given = [given] if isinstance(given, Unit) else given
    if not isinstance(given, (list, tuple, set, frozenset)) or not all([type(one) is Unit for one in given]):
        text = f"{who}.hold gives {given!r:.100}, expected a Unit, several, or None"
        raise op_error(DTypeError, name, text)
    return sorted(set(given), key=_order)


def _order(Unit unit):
    return lg_unit_order(unit._h)
