# SPDX-License-Identifier: Apache-2.0
"""Calls: runs in flight. What makes them futures is in _future.py."""

import atexit
import os

from legato.core.dispatch cimport traced
from legato.core.engine cimport (
    LG_ABI,
    LG_STATUS_BUSY,
    lg_call_cancel,
    lg_call_done,
    lg_call_install,
    lg_call_notify,
    lg_call_start,
    lg_call_trace,
    lg_call_wait,
    lg_error_t,
    lg_run_desc_t,
    lg_status_t,
)
from legato.core.errors cimport check
from legato.core.lane cimport Lane
from legato.core.run cimport Bound, Runner, Variant, untrace
from legato.core.tensor cimport Tensor
from libc.stdint cimport int32_t, int64_t

from legato.core.errors import Cancelled


cdef set _aloft = set()  # flights that have not landed: the engine has their memory
cdef list _dropped = []  # of those, whose calls are gone


cdef class Flight:
    # The engine's call under a Call, and what has to live as long as it runs.
    cdef Bound bound
    cdef Variant variant  # None: the program runs in parts
    cdef Runner runner
    cdef tuple outs       # in parts: where the outputs go, or None
    cdef object inputs   # borrowed by the run
    cdef object result   # the output, or a list
    cdef object error
    cdef object call     # the Call, while somebody is to be told
    cdef bint known      # `result` and `error` are final
    cdef bint landed     # `bound` was given back
    cdef bint traced     # its call has a trace

    def done(self):
        return self.known or lg_call_done(self.bound._h) != 0

    def wait(self, timeout):
        # True: the run is done, and `result` or `error` is there.
        cdef int64_t timeout_ns = -1
        cdef lg_status_t status
        cdef lg_error_t err
        if self.landed:
            return True
        if timeout is not None:
            timeout_ns = <int64_t>(min(max(timeout, 0), 4e9) * 1e9)
        with nogil:
            status = lg_call_wait(self.bound._h, timeout_ns, &err)
        if status == LG_STATUS_BUSY and timeout_ns >= 0:
            # Not done, or done with an error of that kind: a unit was waited for too long.
            if lg_call_done(self.bound._h) == 0:
                return False
            with nogil:
                status = lg_call_wait(self.bound._h, -1, &err)
        self.end(status, &err)
        self.land()
        return True

    cdef void end(self, lg_status_t status, const lg_error_t *err):
        # How the run ended, from wherever it is known first.
        if self.known:
            return
        try:
            check(status, err)
            if self.variant is None:
                self.result = self.runner.part_outputs(self.bound, self.outs)
                self.known = True
                return
            program = self.runner.program
            if program.structure is not None or type(self.result) is not Tensor:
                self.result = program.arrange_outputs(
                    self.result if type(self.result) is list else [self.result]
                )
        except BaseException as error:
            self.result = None
            self.error = error
        self.known = True

    def land(self):
        # Gives the engine's call back. The run is done.
        cdef lg_status_t status
        cdef lg_error_t err
        if self.landed:
            return
        with nogil:  # who is told comes first
            status = lg_call_wait(self.bound._h, -1, &err)
        if self.landed:  # by another thread, meanwhile
            return
        self.landed = True
        self.end(status, &err)
        if self.traced:
            untrace(self.bound)
        if self.runner.flight is self:
            self.runner.flight = None
            self.runner.busy = False
        elif self.variant is None:
            self.runner.give_parts(self.bound)
        else:
            self.variant.calls.append(self.bound)
        self.inputs = None
        _aloft.discard(self)

    def landed_or_land(self):
        # False: it is still under way.
        if not self.landed and lg_call_done(self.bound._h) != 0:
            self.land()
        return self.landed

    def cancel(self):
        if not self.landed:
            lg_call_cancel(self.bound._h)

    def watch(self, call):
        # Has `call` told; at once where the run is done. The engine calls back on a worker.
        if self.call is not None or self.landed:
            self.tell(call)
            return
        self.call = call
        if lg_call_notify(self.bound._h, told, <void *>self) == 0:
            self.wait(None)
            self.tell(call)

    def tell(self, call):
        self.call = None
        if self.known:
            call._tell(self.result, self.error)


cdef void told(void *user, lg_status_t status, const lg_error_t *err) noexcept nogil:
    with gil:
        flight = <Flight>user
        (<Flight>flight).end(status, err)
        (<Flight>flight).tell((<Flight>flight).call)


class Call:
    """A run in flight: a :class:`concurrent.futures.Future` that can be awaited, too.

    Get one with :meth:`Runner.start`. A call that is dropped goes on to its end.

    Examples
    --------
    >>> import legato as lg
    >>> from concurrent.futures import wait
    >>> run = lg.runner(lambda x: x + 1.0, "f32[2]")
    >>> calls = [run.start([0.0, float(i)]) for i in range(3)]
    >>> done, running = wait(calls)
    >>> sorted(call.result().tolist()[1] for call in done)
    [1.0, 2.0, 3.0]
    """

    def __init__(self):
        raise TypeError("start a call with a runner: run.start(x)")

    def done(self):
        """Whether the run is done: well, with an error, or cancelled."""
        return self._flight.done()

    def running(self):
        """Whether the run is not done."""
        return not self._flight.done()

    def cancelled(self):
        """Whether the run ended because it was cancelled."""
        return self._flight.done() and isinstance(self.exception(), Cancelled)

    def cancel(self):
        """Ask the run to end before its next op. It may come too late; from any thread.

        Returns
        -------
        bool
            Whether the run was under way.
        """
        if self._flight.done():
            return False
        self._flight.cancel()
        return True

    def wait(self, timeout=None):
        """Wait until the run is done.

        Parameters
        ----------
        timeout : float, optional
            Seconds; for ever when left out.

        Returns
        -------
        bool
            Whether it is done. How it ended is for :meth:`result`.
        """
        return self._flight.wait(timeout)

    def result(self, timeout=None):
        """Wait for the run, and return what the runner would have.

        Parameters
        ----------
        timeout : float, optional
            Seconds; for ever when left out.

        Raises
        ------
        TimeoutError
            The run is not done in that time; it goes on.
        Cancelled, DeadlineExceeded, LegatoError
            What ended the run.
        """
        error = self.exception(timeout)
        if error is not None:
            try:
                raise error
            finally:
                error = None  # no cycle through the traceback
        return (<Flight>self._flight).result

    def exception(self, timeout=None):
        """Wait for the run, and return what it raised, or None.

        Parameters
        ----------
        timeout : float, optional
            Seconds; for ever when left out. TimeoutError when the run is not done by then.
        """
        cdef Flight flight = self._flight
        if flight.known:
            flight.landed_or_land()  # not yet, where a callback asks
        elif not flight.wait(timeout):
            raise TimeoutError(f"the run is not done after {timeout} s; it goes on")
        return flight.error

    def __await__(self):
        if not self._flight.done():
            import asyncio

            loop = asyncio.get_running_loop()
            waiter = loop.create_future()

            def wake(call):
                try:
                    loop.call_soon_threadsafe(lambda: waiter.done() or waiter.set_result(None))
                except RuntimeError:
                    pass  # the loop was closed

            self.add_done_callback(wake)
            try:
                yield from waiter
            except asyncio.CancelledError:
                self.cancel()
                raise
        return self.result()

    def __repr__(self):
        state = "in flight"
        if self._flight.done():
            state = "done" if self.exception() is None else repr(self.exception())
        return f"<legato.Call {state}>"

    def __del__(self):
        flight = self.__dict__.get("_flight")
        if flight is not None and not flight.landed_or_land():
            _dropped.append(flight)


cdef object new_call(Flight flight):
    from legato.core._future import FutureCall

    call = FutureCall.__new__(FutureCall)
    call._flight = flight
    return call


def launch(Runner runner, Variant variant, tuple inputs, tuple outs, int64_t deadline_ns, int32_t priority,
           Lane lane):
    cdef lg_error_t err
    cdef lg_run_desc_t desc
    cdef Flight flight = Flight.__new__(Flight)
    if _dropped:
        _dropped[:] = [each for each in _dropped if not each.landed_or_land()]
    desc.size = sizeof(lg_run_desc_t)
    desc.abi = LG_ABI
    desc.deadline_ns = deadline_ns
    desc.priority = priority
    desc.reserved = 0
    desc.lane = lane._h if lane is not None else NULL
    flight.runner = runner
    flight.variant = variant
    flight.inputs = inputs if lane is None else (*inputs, lane)  # alive until the run is done
    if variant is None:
        flight.outs = outs
        flight.bound = runner.take_parts(inputs)
        try:
            if traced != NULL:
                flight.traced = True
                check(lg_call_trace(flight.bound._h, traced, &err), &err)
            check(lg_call_start(flight.bound._h, &desc, &err), &err)
        except BaseException:
            untrace(flight.bound)
            runner.give_parts(flight.bound)
            raise
        if runner.has_states:
            runner.flight = flight
        _aloft.add(flight)
        return new_call(flight)
    flight.bound = runner.take() if runner.has_states else variant.take()
    try:
        flight.result = variant.prepare(flight.bound, inputs, outs, runner.program)
        if runner.has_states:
            check(lg_call_install(flight.bound._h, variant._h, &err), &err)
        variant.set_lane(flight.bound)
        if traced != NULL:
            flight.traced = True
            check(lg_call_trace(flight.bound._h, traced, &err), &err)
        check(lg_call_start(flight.bound._h, &desc, &err), &err)
    except BaseException:
        untrace(flight.bound)
        if runner.has_states:
            runner.busy = False
        raise
    if runner.has_states:
        runner.flight = flight
    _aloft.add(flight)
    return new_call(flight)


def aloft():
    """Return the flights that have not landed, for tests."""
    return list(_aloft)


def _after_fork():
    # What was in flight is so in the parent.
    for flight in list(_aloft):
        call = (<Flight>flight).call
        flight.wait(None)
        if call is not None:
            flight.tell(call)


def _at_exit():
    # Workers must not come back to an interpreter that is gone.
    flights = list(_aloft)
    for flight in flights:
        flight.cancel()
    for flight in flights:
        flight.wait(None)


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
