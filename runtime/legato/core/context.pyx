# SPDX-License-Identifier: Apache-2.0
"""The process's context."""

from libc.stdint cimport int64_t

from legato.core.engine cimport (
    lg_context_create,
    lg_context_isa,
    lg_context_stats,
    lg_error_t,
    lg_version,
)
from legato.core.errors cimport check


cdef int _create() except -1:
    cdef lg_error_t err
    return check(lg_context_create(NULL, &context, &err), &err)


_create()


def version():
    """Return the version of the engine that is loaded.

    Returns
    -------
    str
        ``"major.minor.patch"``.

    Examples
    --------
    >>> import legato as lg
    >>> version() == lg.__version__
    True
    """
    return lg_version().decode()


def isa():
    """Return the highest instruction set that kernels use.

    Returns
    -------
    str
        ``"scalar"``, ``"avx2"``, ``"avx512"``, ``"vnni"`` (AVX-512 with products of bytes) or ``"neon"``. The
        environment variable ``LG_CPU_MASK`` lowers it.

    Examples
    --------
    >>> isa() in ("scalar", "avx2", "avx512", "vnni", "neon")
    True
    """
    return lg_context_isa(context).decode()


def memory_stats():
    """Count the blocks of memory that tensors and programs use.

    Returns
    -------
    tuple of int
        Blocks held from the allocator, and those in use; the difference is cached for the next tensors.

    Examples
    --------
    >>> held, used = memory_stats()
    >>> held >= used >= 0
    True
    """
    cdef int64_t held, used
    lg_context_stats(context, &held, &used)
    return held, used
