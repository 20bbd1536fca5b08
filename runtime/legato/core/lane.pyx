# SPDX-License-Identifier: Apache-2.0
"""Lanes: where threads exist."""

import atexit
import threading
import weakref
from collections import namedtuple

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.pycapsule cimport PyCapsule_CheckExact, PyCapsule_GetPointer, PyCapsule_IsValid
from cpython.ref cimport Py_DECREF, Py_INCREF

from legato.core.context cimport context
from legato.core.dispatch cimport Handler, pop_handler, push_handler, set_current_lane
from legato.core.engine cimport (
    LG_ABI,
    LG_LANE_MAX_CORES,
    LG_LANE_MAX_WORKERS,
    LG_OK,
    lg_context_lane,
    lg_error_t,
    lg_lane_close,
    lg_lane_create,
    lg_lane_desc_t,
    lg_lane_is_closed,
    lg_lane_leave,
    lg_lane_move,
    lg_lane_name,
    lg_lane_parallel_for,
    lg_lane_queued,
    lg_lane_release,
    lg_lane_resize,
    lg_lane_retain,
    lg_lane_run,
    lg_lane_start,
    lg_lane_stats,
    lg_lane_stats_t,
    lg_lane_submit,
    lg_lane_visit,
    lg_lane_worker_count,
    lg_lane_worker_info,
    lg_status_t,
    lg_visit_slot,
    lg_worker_info_t,
    lg_worker_slot,
    lg_worker_t,
)
from legato.core.errors cimport check

from legato.core.errors import (
    ArgumentError,
    Cancelled,
    ClosedError,
    DTypeError,
    UnsupportedError,
)
from legato._pools import Hold

cdef lg_lane_t *_default = lg_context_lane(context)


cdef int32_t parallel_for(int64_t count, int64_t grain, lg_range_fn_t fn, void *user) noexcept nogil:
    return lg_lane_parallel_for(_default, count, grain, fn, user)


cdef uint32_t worker_count() noexcept nogil:
    return lg_lane_worker_count(_default)


# ---- lanes ------------------------------------------------------------------------------------------

Worker = namedtuple("Worker", "thread cores asleep nice")
Worker.__doc__ = """What the system says of a worker: thread number, cores it may use, whether it sleeps, how
far it stands behind other threads."""

# All that are open; the order of creation does not matter.
_lanes = weakref.WeakSet()

# What threadpoolctl lets lanes have at most, None: no limit; and what it saw before.
_limit = None
_limit_from = 0


cdef uint32_t _count(str name, object value, str what, uint32_t most) except? 0:
    if type(value) is not int:
        raise DTypeError(f"lane {name!r}: {what} is {value!r}, expected a number")
    if not 1 <= value <= most:
        raise ArgumentError(f"lane {name!r}: {what} is {value}, 1 to {most} are possible")
    return value


cdef list _core_list(str name, object cores):
    """Core numbers as Python gives them: any iterable of ints."""
    if isinstance(cores, (str, bytes)):
        raise DTypeError(f"lane {name!r}: cores is {cores!r}, expected core numbers: [0, 1]")
    try:
        found = list(cores)
    except TypeError:
        raise DTypeError(f"lane {name!r}: cores is {cores!r}, expected core numbers: [0, 1]") from None
    if not found or len(found) > LG_LANE_MAX_CORES:
        raise ArgumentError(f"lane {name!r}: cores names {len(found)} cores, 1 to {LG_LANE_MAX_CORES} can be")
    for core in found:
        if type(core) is not int:
            raise DTypeError(f"lane {name!r}: core {core!r} is no number")
        if not 0 <= core < 1 << 31:
            raise ArgumentError(f"lane {name!r}: there is no core {core}")
    return found


cdef uint32_t *_core_array(list cores) except NULL:
    cdef Py_ssize_t i
    cdef uint32_t *array = <uint32_t *>PyMem_Malloc((len(cores) + 1) * sizeof(uint32_t))
    if array == NULL:
        raise MemoryError()
    for i in range(len(cores)):
        array[i] = cores[i]
    return array


cdef class Lane:
    """A named group of threads: the only place where legato has threads.

    Its threads start at once and sleep while there is nothing to do. What the system does not grant raises.

    Parameters
    ----------
    name : str
        For the names of the threads and for errors.
    workers : int, optional
        Threads that work at once, a thread that runs ops on the lane included; one per core when left out (of
        ``cores``, of the class, or of what affinity mask and cgroup quota leave the process).
    core_class : str, optional
        ``"performance"``, ``"middle"`` or ``"efficiency"``: all cores of a kind, see :func:`machine`.
    cores : iterable of int, optional
        Core numbers that the workers are kept to. Lanes may share cores.
    spin_us : float, optional
        How long a worker waits awake for more work inside a run, in microseconds; 50 when left out, 0: never.
    nice : int, default 0
        0 to 19: how far the system puts the workers behind other threads that want their cores. With 10 the
        work of another lane on the same cores comes first, even in the middle of an op; nothing is lost while
        it sleeps. The system does not take it back without privileges. A thread that calls keeps its own.
    foreign_pools : bool or int, default False
        Whether the process's BLAS and OpenMP pools are held to the lane's size, or to a number, while
        something runs on the lane (:func:`on`, :meth:`run`).
    external : concurrent.futures.Executor or capsule, optional
        Borrows the threads of somebody else instead of having some: a thread pool, or a capsule called
        ``"legato.pool"`` with a C ``lg_pool_t``.

    Raises
    ------
    ArgumentError
        A core does not exist or is not allowed to this process; a number is out of range.
    NotFoundError
        The machine has no cores of that class for this process.
    UnsupportedError
        The system keeps the threads elsewhere.
    OutOfMemoryError
        The system has no more threads.

    Examples
    --------
    >>> import legato as lg
    >>> with lg.Lane("pair", workers=2) as lane:
    ...     lane.run(sum, [1, 2, 3])
    6
    """

    def __init__(self, name, *, workers=None, core_class=None, cores=None, spin_us=None, nice=0,
                 foreign_pools=False, external=None):
        cdef lg_lane_desc_t desc
        cdef lg_error_t err
        cdef uint32_t *array = NULL
        cdef bytes encoded, kind
        cdef lg_status_t status
        if self._h != NULL:
            raise ArgumentError(f"lane {self.name!r} is made already")
        if not isinstance(name, str) or not name or "\0" in name:
            raise DTypeError(f"Lane: name is {name!r}, expected a word")
        desc.size = sizeof(lg_lane_desc_t)
        desc.abi = LG_ABI
        encoded = name.encode()
        desc.name = encoded
        desc.workers = 0 if workers is None else _count(name, workers, "workers", LG_LANE_MAX_WORKERS)
        desc.spin_ns = _spin_ns(name, spin_us)
        if type(nice) is not int:
            raise DTypeError(f"lane {name!r}: nice is {nice!r}, expected a number")
        if not 0 <= nice <= 19:
            raise ArgumentError(f"lane {name!r}: nice is {nice}, 0 to 19 are possible")
        desc.nice = nice
        desc.reserved = 0
        desc.core_class = NULL
        if core_class is not None:
            if not isinstance(core_class, str):
                raise DTypeError(f"lane {name!r}: core_class is {core_class!r}, expected its name")
            kind = core_class.encode()
            desc.core_class = kind
        if foreign_pools is not True and foreign_pools is not False:
            _count(name, foreign_pools, "foreign_pools", 1 << 16)
        desc.pool = NULL
        if external is not None:
            self._borrow(name, external)
            desc.pool = &self.pool
        desc.core_count = 0
        desc.cores = NULL
        if cores is not None:
            found = _core_list(name, cores)
            array = _core_array(found)
            desc.core_count = <uint32_t>len(found)
            desc.cores = array
        status = lg_lane_create(context, &desc, &self._h, &err)
        PyMem_Free(array)
        check(status, &err)
        self.name = name
        self.foreign_pools = foreign_pools
        self.external = external
        self.wanted = lg_lane_worker_count(self._h)
        _lanes.add(self)
        try:
            self._apply_limit()
            with nogil:
                status = lg_lane_start(self._h, &err)
            check(status, &err)
        except BaseException:
            self.close()
            raise

    def _borrow(self, str name, external):
        self.pool.size = sizeof(lg_pool_t)
        self.pool.abi = LG_ABI
        if PyCapsule_CheckExact(external):
            if not PyCapsule_IsValid(external, "legato.pool"):
                raise DTypeError(f"lane {name!r}: external is a capsule that is not called 'legato.pool'")
            self.pool = (<lg_pool_t *>PyCapsule_GetPointer(external, "legato.pool"))[0]
            return
        if any([kind.__module__ == "concurrent.futures.process" for kind in type(external).__mro__]):
            raise UnsupportedError(f"lane {name!r}: external is a pool of processes, which share no memory")
        threads = getattr(external, "_max_workers", None)
        if not callable(getattr(external, "submit", None)) or type(threads) is not int or threads < 1:
            kind = type(external).__name__
            raise DTypeError(f"lane {name!r}: external is {kind}, expected a ThreadPoolExecutor or a capsule")
        self.pool.self = <void *>external  # kept by self.external
        self.pool.num_threads = _executor_threads
        self.pool.schedule = _executor_schedule

    @staticmethod
    def default():
        """Return the process's default lane: one worker per core that the process may use.

        Loops of Cython modules and plugins run on it; ops do only in ``with legato.on(lane)``.

        Returns
        -------
        Lane

        Examples
        --------
        >>> import legato as lg
        >>> lg.Lane.default().name
        'legato'
        """
        return _default_lane

    cdef lg_lane_t *handle(self) except NULL:
        if self._h == NULL:
            raise ArgumentError("Lane: the object was not initialised")
        if lg_lane_is_closed(self._h):
            raise ClosedError(f"lane {self.name!r} was closed")
        return self._h

    cdef int32_t parallel_for(self, int64_t count, int64_t grain, lg_range_fn_t fn,
                              void *user) noexcept nogil:
        return lg_lane_parallel_for(self._h, count, grain, fn, user)

    @property
    def workers(self):
        """int: how many threads work at once, a caller included."""
        return lg_lane_worker_count(self.handle())

    @property
    def closed(self):
        """bool: whether the lane was closed."""
        return self._h == NULL or lg_lane_is_closed(self._h)

    def effective(self):
        """Ask the operating system where the workers really are.

        Returns
        -------
        list of Worker
            Per worker ``thread`` (the system's number), ``cores`` it may use, whether it is ``asleep``, and
            its ``nice``.

        Raises
        ------
        UnsupportedError
            The threads are those of ``external``; ask that.

        Examples
        --------
        >>> import legato as lg
        >>> core = lg.machine().allowed[0]
        >>> with lg.Lane("one", cores=[core]) as lane:
        ...     [worker.cores == [core] for worker in lane.effective()]
        [True]
        """
        cdef lg_lane_t *lane = self.handle()
        cdef lg_worker_info_t info
        cdef lg_error_t err
        cdef lg_status_t status
        cdef uint32_t i, k
        if self.external is not None:
            text = f"lane {self.name!r}: its threads are those of a pool, which alone knows them"
            raise UnsupportedError(text)
        with nogil:
            status = lg_lane_start(lane, &err)
        check(status, &err)
        result = []
        for i in range(lg_lane_worker_count(lane)):
            check(lg_lane_worker_info(lane, i, &info, &err), &err)
            cores = [info.cores[k] for k in range(info.core_count)]
            result.append(Worker(info.thread, cores, info.asleep != 0, info.nice))
        return result

    def resize(self, workers):
        """Change the number of workers, also while something runs on the lane.

        Parameters
        ----------
        workers : int
            From 1 on. What is under way is finished by who has it.
        """
        cdef lg_lane_t *lane = self.handle()
        cdef lg_error_t err
        cdef lg_status_t status
        cdef uint32_t count = _count(self.name, workers, "workers", LG_LANE_MAX_WORKERS)
        if _limit is not None and count > _limit:
            self.wanted = count  # when the limit goes
            count = _limit
        else:
            self.wanted = count
        check(lg_lane_resize(lane, count, &err), &err)
        with nogil:
            status = lg_lane_start(lane, &err)
        check(status, &err)

    def move(self, cores):
        """Keep the workers to other cores, also while something runs on the lane. Their number stays.

        Parameters
        ----------
        cores : iterable of int
            Core numbers.

        Raises
        ------
        ArgumentError
            A core does not exist or is not allowed to this process; nothing has changed.
        UnsupportedError
            The system refused, or the threads are those of ``external``.
        """
        cdef lg_lane_t *lane = self.handle()
        cdef lg_error_t err
        cdef lg_status_t status
        cdef list found = _core_list(self.name, cores)
        cdef uint32_t *array = _core_array(found)
        cdef uint32_t count = <uint32_t>len(found)
        with nogil:
            status = lg_lane_move(lane, array, count, &err)
        PyMem_Free(array)
        check(status, &err)

    def run(self, fn, /, *args, **kwargs):
        """Call a function on one of the workers and wait for it.

        A worker of the lane calls it itself; one of another lane serves its own while it waits.

        Parameters
        ----------
        fn : callable
        *args, **kwargs
            Its arguments.

        Returns
        -------
        object
            What the function returned; what it raised is raised here.

        Examples
        --------
        >>> import legato as lg, threading
        >>> with lg.Lane("side", workers=1) as lane:
        ...     lane.run(threading.get_native_id) == lane.effective()[0].thread
        True
        """
        cdef lg_lane_t *lane = self.handle()
        cdef lg_worker_t *caller = <lg_worker_t *>lg_worker_slot()[0]
        cdef lg_error_t err
        cdef lg_status_t status
        cdef Job job = Job.__new__(Job)
        if not callable(fn):
            raise DTypeError(f"run: {type(fn).__name__} cannot be called")
        job.fn, job.args, job.kwargs, job.lane = fn, args, kwargs, self
        if caller != NULL:
            with nogil:
                status = lg_lane_run(lane, caller, _perform_here, <void *>job, &err)
            check(status, &err)
        else:
            # The lock can be left by a signal, such as Ctrl-C; the job then goes on without us.
            job.done = threading.Lock()
            job.done.acquire()
            job.task.task.run = _perform
            job.task.job = <void *>job
            Py_INCREF(job)  # for the worker
            with nogil:
                status = lg_lane_submit(lane, &job.task.task, &err)
            if status != 0:
                Py_DECREF(job)
            check(status, &err)
            job.done.acquire()
        if job.error is not None:
            error, job.error = job.error, None
            raise error
        return job.result

    @property
    def queued(self):
        """int: tasks that wait in its queue; in :func:`choose` a term that is read as a run begins."""
        from legato.core.signal import queued, tracing

        return queued(self) if tracing() else lg_lane_queued(self.handle())

    def stats(self):
        """Count what the lane has done.

        Returns
        -------
        dict of str to int
            ``loops`` begun, ``shares`` of them that workers took, ``tasks`` run, ``steals`` of them from
            another worker, ``wakes`` of sleeping workers, ``threads`` alive.
        """
        cdef lg_lane_stats_t stats
        if self._h == NULL:
            raise ArgumentError("Lane: the object was not initialised")
        lg_lane_stats(self._h, &stats)
        return {"loops": stats.loops, "shares": stats.shares, "tasks": stats.tasks, "steals": stats.steals,
                "wakes": stats.wakes, "threads": stats.threads}  # fmt: skip

    def close(self):
        """Wait for what is under way and end the threads.

        Runs that use the lane go on with their callers alone.

        May be called again. Not from one of the lane's own workers.
        """
        cdef lg_error_t err
        cdef lg_status_t status
        if self._h == NULL or lg_lane_is_closed(self._h):
            return
        lg_lane_retain(self._h)  # so that the handle stays good
        with nogil:
            status = lg_lane_close(self._h, &err)
        if status != 0:
            lg_lane_release(self._h)
        check(status, &err)
        _lanes.discard(self)

    def __dealloc__(self):
        cdef lg_lane_t *lane = self._h
        if self.shared:
            with nogil:
                lg_lane_release(lane)
        elif lane != NULL and lane != _default:
            with nogil:  # which tasks under way may want
                if lg_lane_close(lane, NULL) != LG_OK:  # on one of its own workers
                    lg_lane_release(lane)

    def __enter__(self):
        self.handle()
        return self

    def __exit__(self, *exception):
        self.close()

    def __reduce__(self):
        raise DTypeError(f"lane {self.name!r} cannot be pickled: its threads are of this process")

    def __repr__(self):
        if self.closed:
            return f"<legato.Lane {self.name!r}, closed>"
        return f"<legato.Lane {self.name!r} of {self.workers} workers>"

    def _apply_limit(self):
        cdef lg_error_t err
        cdef uint32_t count = self.wanted if _limit is None else min(self.wanted, <uint32_t>_limit)
        if not self.closed and count != lg_lane_worker_count(self._h):
            check(lg_lane_resize(self._h, count, &err), &err)


cdef int64_t _spin_ns(str name, object spin_us) except? -2:
    if spin_us is None:
        return 0
    if type(spin_us) not in (int, float):
        raise DTypeError(f"lane {name!r}: spin_us is {spin_us!r}, expected microseconds")
    if not 0 <= spin_us <= 1e9:
        raise ArgumentError(f"lane {name!r}: spin_us is {spin_us}, expected 0 to 1e9")
    return <int64_t>(spin_us * 1000) if spin_us * 1000 >= 1 else -1


cdef Lane _wrap_default():
    cdef Lane lane = Lane.__new__(Lane)
    lane._h = _default
    lane.name = "legato"
    lane.foreign_pools = False
    lane.wanted = lg_lane_worker_count(_default)
    _lanes.add(lane)
    return lane


_default_lane = _wrap_default()


cdef Lane wrap_lane(lg_lane_t *handle):
    cdef Lane lane
    cdef lg_error_t err
    cdef lg_status_t status
    for item in list(_lanes):
        lane = item
        if lane._h == handle:
            return lane
    lane = Lane.__new__(Lane)
    lg_lane_retain(handle)
    lane._h = handle
    lane.shared = True
    lane.name = lg_lane_name(handle).decode()
    lane.foreign_pools = False
    lane.wanted = lg_lane_worker_count(handle)
    _lanes.add(lane)
    lane._apply_limit()
    with nogil:
        status = lg_lane_start(handle, &err)
    check(status, &err)
    return lane


def lanes():
    """Return all lanes that are open, the default one included."""
    return [lane for lane in list(_lanes) if not lane.closed]


def limit():
    """Return how many threads the largest lane may have now."""
    return max([lane.workers for lane in lanes()])


def set_limit(int count):
    """Hold all lanes to `count` threads; what :func:`limit` was before the first call gives them back."""
    global _limit, _limit_from
    if _limit is None:
        _limit_from = limit()
    _limit = count if 1 <= count < _limit_from else None if count >= _limit_from else 1
    for lane in lanes():
        lane._apply_limit()


def _close_all():
    for lane in list(_lanes):
        if lane is not _default_lane:
            lane.close()


atexit.register(_close_all)


# ---- calls on workers -------------------------------------------------------------------------------

cdef bint _dropped = False  # under the GIL: what runs now was dropped by its executor


cdef class Job:
    cdef int perform(self) except -1:
        if _dropped:
            self.error = Cancelled("the executor whose threads the lane borrows dropped the call")
            return 0
        held = None
        try:
            held = Hold(self.lane) if self.lane.foreign_pools else None
            self.result = self.fn(*self.args, **self.kwargs)
        except BaseException as error:
            self.error = error
        if held is not None:
            held.release()
        self.fn = self.args = self.kwargs = self.lane = None
        return 0


cdef void _perform_here(lg_worker_t *worker, void *user) noexcept nogil:
    cdef void *outer = lg_worker_slot()[0]
    lg_worker_slot()[0] = worker
    with gil:
        (<Job>user).perform()
    lg_worker_slot()[0] = outer


cdef void _perform(lg_worker_t *worker, lg_task_t *task) noexcept nogil:
    cdef void *outer = lg_worker_slot()[0]
    lg_worker_slot()[0] = worker
    with gil:
        _finish(<object>(<JobTask *>task).job)
    lg_worker_slot()[0] = outer


cdef int _finish(Job job) except -1:
    job.perform()
    job.done.release()
    Py_DECREF(job)
    return 0


# ---- threads of a concurrent.futures executor -------------------------------------------------------

cdef class Scheduled:
    """A function of the engine that an executor calls, or else drops: run once in either case."""

    cdef void (*fn)(void *arg) noexcept nogil
    cdef void *arg

    def __call__(self):
        cdef void (*fn)(void *arg) noexcept nogil
        cdef void *arg = self.arg
        fn = self.fn
        self.fn = NULL
        if fn != NULL:
            with nogil:
                fn(arg)

    def __dealloc__(self):
        global _dropped
        if self.fn != NULL:
            _dropped = True
            self.fn(self.arg)
            _dropped = False


cdef uint32_t _executor_threads(void *executor) noexcept nogil:
    with gil:
        return min(<uint32_t>(<object>executor)._max_workers, <uint32_t>LG_LANE_MAX_WORKERS)


cdef int32_t _executor_schedule(void *executor, void (*fn)(void *arg) noexcept nogil,
                                void *arg) noexcept nogil:
    with gil:
        return _submit(<object>executor, fn, arg)


cdef int32_t _submit(object executor, void (*fn)(void *arg) noexcept nogil, void *arg) noexcept:
    cdef Scheduled scheduled = Scheduled.__new__(Scheduled)
    scheduled.arg = arg
    try:
        scheduled.fn = fn
        executor.submit(scheduled)
        return 0
    except BaseException:  # shut down, or no thread to be had for what is queued, unless another has run it
        ran = scheduled.fn == NULL
        scheduled.fn = NULL
        return 0 if ran else 1


# ---- visits -----------------------------------------------------------------------------------------

cdef class Visit:
    pass


cdef int begin_visit(Lane lane, bint plainly) except -1:
    cdef lg_error_t err
    cdef lg_lane_t *handle = lane.handle()
    cdef Visit visit = Visit.__new__(Visit)
    cdef void **slot = lg_visit_slot()
    visit.lane = lane
    visit.outer = <Visit>slot[0] if slot[0] != NULL else None
    visit.held = Hold(lane) if lane.foreign_pools else None
    try:
        check(lg_lane_visit(handle, &visit.visit, &err), &err)
    except BaseException:
        if visit.held is not None:
            visit.held.release()
        raise
    Py_INCREF(visit)
    slot[0] = <void *>visit
    set_current_lane(handle)
    visit.plainly = plainly
    if plainly:
        push_handler(Handler.__new__(Handler))
    return 0


cdef int end_visit() except -1:
    cdef void **slot = lg_visit_slot()
    cdef Visit visit
    if slot[0] == NULL:
        raise RuntimeError("this thread is on no lane")
    visit = <Visit>slot[0]
    if visit.plainly:
        pop_handler()
    slot[0] = <void *>visit.outer if visit.outer is not None else NULL
    Py_DECREF(visit)
    set_current_lane(visit.outer.lane._h if visit.outer is not None else NULL)
    lg_lane_leave(&visit.visit)
    if visit.held is not None:
        visit.held.release()
    return 0
