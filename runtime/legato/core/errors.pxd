# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_error_t, lg_status_t


# Raises the exception for `status`, with the text of `err`. Acquires the GIL.
cdef int raise_status(lg_status_t status, const lg_error_t *err) except -1 nogil


# The only way from a status to an exception. `err` must be what the failed call wrote.
cdef inline int check(lg_status_t status, const lg_error_t *err) except -1 nogil:
    if status != 0:
        return raise_status(status, err)
    return 0

# Makes an exception of class `kind` that names `op` ("" when there is none).
cdef object op_error(object kind, str op, str message)

# Keeps an exception of Python code that the engine called, as a status below 0: it passes through C
# unchanged, also from another thread, and `check` raises the exception itself.
cdef lg_status_t keep_exception(object error) noexcept
