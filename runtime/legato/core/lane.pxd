# SPDX-License-Identifier: Apache-2.0
# For Cython authors:
#
#     from legato.core.lane cimport Lane, parallel_for
#
#     cdef int32_t body(void *user, int64_t begin, int64_t end, uint32_t worker) noexcept nogil: ...
#
#     with nogil:
#         failed = parallel_for(count, grain, body, &user)         # on the process's default lane
#         failed = lane.parallel_for(count, grain, body, &user)    # on a Lane
from libc.stdint cimport int32_t, int64_t, uint32_t

from legato.core.engine cimport lg_lane_t, lg_pool_t, lg_range_fn_t, lg_task_t, lg_visit_t


# Runs `fn(user, begin, end, worker)` over [0, count) on the process's default lane, in ranges of at least
# `grain` (>= 1); `worker` < worker_count(). The caller takes part. Returns the first non-zero result, else 0.
cdef int32_t parallel_for(int64_t count, int64_t grain, lg_range_fn_t fn, void *user) noexcept nogil

# Threads that run a loop at most, the caller included; at least 1.
cdef uint32_t worker_count() noexcept nogil


cdef class Lane:
    cdef lg_lane_t *_h           # until the object goes, closed or not
    cdef readonly str name
    cdef readonly object foreign_pools
    cdef object external         # whose threads they are
    cdef lg_pool_t pool
    cdef uint32_t wanted         # workers, before a limit from outside
    cdef bint shared             # somebody else closes it
    cdef object __weakref__
    cdef lg_lane_t *handle(self) except NULL
    # As the function of that name, on this lane. The object must be made, and outlive the call.
    cdef int32_t parallel_for(self, int64_t count, int64_t grain, lg_range_fn_t fn, void *user) noexcept nogil


# The Lane of a handle, which it retains: the object that there is, or a new one, whose threads are started.
cdef Lane wrap_lane(lg_lane_t *handle)

# A thread's stay on a lane, a stack per thread.
cdef class Visit:
    cdef lg_visit_t visit
    cdef Lane lane
    cdef Visit outer
    cdef object held
    cdef bint plainly  # it has pushed a handler that runs ops as if there were none

cdef int begin_visit(Lane lane, bint plainly) except -1
cdef int end_visit() except -1


cdef struct JobTask:
    lg_task_t task  # first: the engine hands it back
    void *job

# A call of a Python function on a worker.
cdef class Job:
    cdef JobTask task
    cdef object fn, args, kwargs, lane, result, error
    cdef object done  # a lock, until the worker is through
    cdef int perform(self) except -1
