# SPDX-License-Identifier: Apache-2.0
# For Cython authors:
#
#     from legato.core.lane cimport parallel_for
#
#     cdef int32_t body(void *user, int64_t begin, int64_t end, uint32_t worker) noexcept nogil: ...
#
#     with nogil:
#         failed = parallel_for(count, grain, body, &user)
from libc.stdint cimport int32_t, int64_t, uint32_t

from legato.core.engine cimport lg_range_fn_t


# Runs `fn(user, begin, end, worker)` over [0, count) on the process's default lane, in ranges of at least
# `grain` (>= 1); `worker` < worker_count(). The caller takes part. Returns the first non-zero result, else 0.
cdef int32_t parallel_for(int64_t count, int64_t grain, lg_range_fn_t fn, void *user) noexcept nogil

# Threads that run a loop at most, the caller included; at least 1.
cdef uint32_t worker_count() noexcept nogil
