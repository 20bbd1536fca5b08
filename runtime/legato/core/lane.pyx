# SPDX-License-Identifier: Apache-2.0
"""Lanes: where threads exist. So far the default lane, for Cython authors (see lane.pxd)."""

from legato.core.context cimport context
from legato.core.engine cimport (
    lg_context_lane,
    lg_lane_parallel_for,
    lg_lane_t,
    lg_lane_worker_count,
)

cdef lg_lane_t *_default = lg_context_lane(context)


cdef int32_t parallel_for(int64_t count, int64_t grain, lg_range_fn_t fn, void *user) noexcept nogil:
    return lg_lane_parallel_for(_default, count, grain, fn, user)


cdef uint32_t worker_count() noexcept nogil:
    return lg_lane_worker_count(_default)
