# SPDX-License-Identifier: Apache-2.0
# A module of somebody else, built against the installed package: ops and parallel loops without the GIL, and
# the same loops in C beside them.
from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.stdlib cimport free, malloc
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec

from legato.core.context cimport context
from legato.core.engine cimport (
    LG_OP_ADD,
    LG_OP_TANH,
    lg_context_t,
    lg_error_t,
    lg_host_t,
    lg_lane_t,
    lg_context_lane,
    lg_op_call,
    lg_op_view_t,
    lg_range_fn_t,
    lg_status_t,
    lg_tensor_deinit,
    lg_tensor_t,
)
from legato.core.errors cimport check
from legato.core.lane cimport Lane, parallel_for, worker_count
from legato.core.tensor cimport Tensor, make_tensor


cdef extern from *:
    """
    #include <legato/legato.h>

    static lg_status_t c_add_loop(lg_context_t *context, const lg_tensor_t *a, const lg_tensor_t *b,
                                  lg_tensor_t *out, int64_t count, lg_error_t *err) {
        const lg_tensor_t *ins[2] = {a, b};
        for (int64_t i = 0; i < count; i++) {
            LG_TRY(lg_op_call(context, LG_OP_ADD, ins, 2, NULL, out, 1, err));
        }
        return LG_OK;
    }

    static int32_t c_parallel_loop(lg_lane_t *lane, int64_t times, int64_t count, int64_t grain,
                                   lg_range_fn_t fn, void *user) {
        int32_t failed = 0;
        for (int64_t i = 0; i < times && failed == 0; i++) {
            failed = lg_lane_parallel_for(lane, count, grain, fn, user);
        }
        return failed;
    }
    """
    lg_status_t c_add_loop(lg_context_t *context, const lg_tensor_t *a, const lg_tensor_t *b,
                           lg_tensor_t *out, int64_t count, lg_error_t *err) nogil
    int32_t c_parallel_loop(lg_lane_t *lane, int64_t times, int64_t count, int64_t grain, lg_range_fn_t fn,
                            void *user) nogil


cdef int64_t now() noexcept nogil:
    cdef timespec t
    clock_gettime(CLOCK_MONOTONIC, &t)
    return t.tv_sec * 1000000000 + t.tv_nsec


# ---- ops ---------------------------------------------------------------------------------------------


cdef lg_status_t cython_add_loop(const lg_tensor_t *a, const lg_tensor_t *b, lg_tensor_t *out, int64_t count,
                                 lg_error_t *err) noexcept nogil:
    cdef const lg_tensor_t *ins[2]
    cdef lg_status_t status
    cdef int64_t _
    ins[0] = a
    ins[1] = b
    for _ in range(count):
        status = lg_op_call(context, LG_OP_ADD, ins, 2, NULL, out, 1, err)
        if status != 0:
            return status
    return 0


def add_ns(Tensor a, Tensor b, Tensor out, int64_t count, bint in_c):
    """Nanoseconds of `count` additions into `out`, in C or in Cython."""
    cdef lg_error_t err
    cdef int64_t begin, end
    with nogil:
        begin = now()
        if in_c:
            check(c_add_loop(context, &a._h, &b._h, &out._h, count, &err), &err)
        else:
            check(cython_add_loop(&a._h, &b._h, &out._h, count, &err), &err)
        end = now()
    return end - begin


def tanh_of_sum(Tensor a, Tensor b):
    """Two ops on values that no Python object stands for."""
    cdef lg_tensor_t total, result
    cdef const lg_tensor_t *ins[2]
    cdef lg_error_t err
    cdef lg_status_t status
    with nogil:
        total.view.dtype = 0  # empty: the op makes it
        total.buffer = NULL
        result.view.dtype = 0
        result.buffer = NULL
        ins[0] = &a._h
        ins[1] = &b._h
        check(lg_op_call(context, LG_OP_ADD, ins, 2, NULL, &total, 1, &err), &err)
        ins[0] = &total
        status = lg_op_call(context, LG_OP_TANH, ins, 1, NULL, &result, 1, &err)
        lg_tensor_deinit(&total)
        check(status, &err)
    return make_tensor(&result)


# ---- parallel loops ----------------------------------------------------------------------------------

cdef struct Sum:
    const float *values
    double *partial  # by worker


cdef int32_t add_range(void *user, int64_t begin, int64_t end, uint32_t worker) noexcept nogil:
    cdef Sum *task = <Sum *>user
    cdef double total = 0
    cdef int64_t i
    if begin < 0:
        return 7
    for i in range(begin, end):
        total += task.values[i]
    task.partial[worker] += total
    return 0


def parallel_sum(const float[::1] values, int64_t grain=1024, int64_t times=1, bint in_c=False,
                 Lane lane=None):
    """Sum of `values`, `times` over, on `lane` or the default one, and the nanoseconds it took."""
    cdef Sum task
    cdef lg_lane_t *handle = lg_context_lane(context) if lane is None else lane._h
    cdef int64_t count = values.shape[0]
    cdef int64_t begin, end, i, _
    cdef int32_t failed = 0
    cdef uint32_t workers = worker_count() if lane is None else lane.workers
    task.partial = <double *>malloc(workers * sizeof(double))
    if task.partial == NULL:
        raise MemoryError
    try:
        for i in range(workers):
            task.partial[i] = 0
        task.values = &values[0] if count > 0 else NULL
        with nogil:
            begin = now()
            if in_c:
                failed = c_parallel_loop(handle, times, count, grain, add_range, &task)
            else:
                for _ in range(times):
                    if lane is None:
                        failed = parallel_for(count, grain, add_range, &task)
                    else:
                        failed = lane.parallel_for(count, grain, add_range, &task)
                    if failed != 0:
                        break
            end = now()
        if failed != 0:
            raise RuntimeError(f"failed with {failed}")
        total = 0.0
        for i in range(workers):
            total += task.partial[i]
        return total, end - begin
    finally:
        free(task.partial)


cdef int32_t failing(void *user, int64_t begin, int64_t end, uint32_t worker) noexcept nogil:
    return 42


def fail():
    """What a loop returns whose body fails."""
    cdef int32_t code
    with nogil:
        code = parallel_for(10, 1, failing, NULL)
    return code


# ---- a kernel --------------------------------------------------------------------------------------

cdef int32_t triple(void *state, const lg_op_view_t *op, lg_lane_t *lane,
                    const lg_host_t *host) noexcept nogil:
    cdef const float *x = <const float *>op.ins[0].data
    cdef float *y = <float *>op.outs[0].data
    cdef int64_t i
    for i in range(op.ins[0].elem_count):
        y[i] = 3 * x[i]
    return 0


def triple_address():
    """The address of a kernel for an op of one's own."""
    return <size_t>&triple
