# SPDX-License-Identifier: Apache-2.0
"""Exceptions. Each derives from `LegatoError` and from the builtin that one would catch."""

from itertools import count

from legato.core.engine cimport (
    LG_STATUS_ABI,
    LG_STATUS_ALREADY_EXISTS,
    LG_STATUS_BUSY,
    LG_STATUS_CANCELLED,
    LG_STATUS_CLOSED,
    LG_STATUS_COUNT,
    LG_STATUS_DEADLINE,
    LG_STATUS_DEVICE,
    LG_STATUS_DEVICE_LOST,
    LG_STATUS_DIVISION_BY_ZERO,
    LG_STATUS_DTYPE,
    LG_STATUS_FORMAT,
    LG_STATUS_INDEX,
    LG_STATUS_INTERNAL,
    LG_STATUS_INVALID_ARGUMENT,
    LG_STATUS_IO,
    LG_STATUS_NOT_FOUND,
    LG_STATUS_OUT_OF_MEMORY,
    LG_STATUS_OVERFLOW,
    LG_STATUS_SHAPE,
    LG_STATUS_UNSUPPORTED,
    lg_status_name,
)


class LegatoError(Exception):
    """Base of all exceptions that legato raises.

    Attributes
    ----------
    op : str
        Name or path of the op involved, empty where none is.
    code : str
        Name of the engine's status, for example ``"SHAPE"``.

    Examples
    --------
    >>> import legato as lg
    >>> try:
    ...     lg.zeros((2, 3)) @ lg.zeros((2, 3))
    ... except lg.LegatoError as error:
    ...     print(error.op, error.code)
    matmul SHAPE
    """

    op = ""
    code = "INTERNAL"


class ArgumentError(LegatoError, ValueError):
    """An argument that can never be right."""

    code = "INVALID_ARGUMENT"


class ShapeError(LegatoError, ValueError):
    """Rank or extents that do not fit the op."""

    code = "SHAPE"


class DTypeError(LegatoError, TypeError):
    """Element types that do not fit the op, or an object that is no tensor."""

    code = "DTYPE"


class OutOfRangeError(LegatoError, IndexError):
    """An index or axis out of range."""

    code = "INDEX"


class DivisionByZeroError(LegatoError, ZeroDivisionError):
    """Integer division by zero."""

    code = "DIVISION_BY_ZERO"


class OutOfMemoryError(LegatoError, MemoryError):
    """The allocator had no memory."""

    code = "OUT_OF_MEMORY"


class RangeError(LegatoError, OverflowError):
    """A size or number that does not fit its type."""

    code = "OVERFLOW"


class UnsupportedError(LegatoError, NotImplementedError):
    """Legal, but there is no kernel or device for it; the message says why."""

    code = "UNSUPPORTED"


class NotFoundError(LegatoError, LookupError):
    """A name that nothing has."""

    code = "NOT_FOUND"


class AlreadyExistsError(LegatoError, ValueError):
    """A name that is taken."""

    code = "ALREADY_EXISTS"


class DeviceError(LegatoError, RuntimeError):
    """Tensors or ops on devices that do not go together, or a device that failed."""

    code = "DEVICE"


class DeviceLostError(DeviceError):
    """A device stopped answering."""

    code = "DEVICE_LOST"


class BusyError(LegatoError, RuntimeError):
    """In use by somebody else."""

    code = "BUSY"


class Cancelled(LegatoError, RuntimeError):
    """The call was cancelled; `op` is the one that did not run any more.

    A :class:`concurrent.futures.CancelledError` as soon as a call was started: that module is slow to import.
    """

    code = "CANCELLED"


class DeadlineExceeded(LegatoError, TimeoutError):
    """The call's deadline passed; `op` is the one that was running then."""

    code = "DEADLINE"


class FormatError(LegatoError, ValueError):
    """A file or text that is malformed; the message says where."""

    code = "FORMAT"


class FileError(LegatoError, OSError):
    """The operating system refused; the message has its reason."""

    code = "IO"


class AbiError(LegatoError, RuntimeError):
    """Plugin and host do not speak the same version."""

    code = "ABI"


class ClosedError(LegatoError, RuntimeError):
    """The object was closed."""

    code = "CLOSED"


class InternalError(LegatoError, RuntimeError):
    """A fault in legato itself."""


cdef dict _by_status = {
    LG_STATUS_INVALID_ARGUMENT: ArgumentError,
    LG_STATUS_SHAPE: ShapeError,
    LG_STATUS_DTYPE: DTypeError,
    LG_STATUS_INDEX: OutOfRangeError,
    LG_STATUS_DIVISION_BY_ZERO: DivisionByZeroError,
    LG_STATUS_OUT_OF_MEMORY: OutOfMemoryError,
    LG_STATUS_OVERFLOW: RangeError,
    LG_STATUS_UNSUPPORTED: UnsupportedError,
    LG_STATUS_NOT_FOUND: NotFoundError,
    LG_STATUS_ALREADY_EXISTS: AlreadyExistsError,
    LG_STATUS_DEVICE: DeviceError,
    LG_STATUS_DEVICE_LOST: DeviceLostError,
    LG_STATUS_BUSY: BusyError,
    LG_STATUS_CANCELLED: Cancelled,
    LG_STATUS_DEADLINE: DeadlineExceeded,
    LG_STATUS_FORMAT: FormatError,
    LG_STATUS_IO: FileError,
    LG_STATUS_ABI: AbiError,
    LG_STATUS_CLOSED: ClosedError,
    LG_STATUS_INTERNAL: InternalError,
}
assert len(_by_status) == LG_STATUS_COUNT - 1  # a new status needs a class here


cdef int raise_status(lg_status_t status, const lg_error_t *err) except -1 nogil:
    with gil:
        kept = _kept.pop(status, None) if status < 0 else None
        if kept is not None:
            raise kept
        message, op = <const char *>err.message, <const char *>err.op
        error = _by_status.get(status, InternalError)(message.decode("utf-8", "replace"))
        error.op = op.decode("utf-8", "replace")
        error.code = lg_status_name(status).decode()
        raise error


cdef object op_error(object kind, str op, str message):
    error = kind(f"{op}: {message}" if op else message)
    error.op = op
    return error


# By status; the oldest make room: C code may have dropped their status.
cdef dict _kept = {}
cdef object _numbers = count(1)
cdef enum:
    KEPT_MAX = 64


cdef lg_status_t keep_exception(object error) noexcept:
    cdef lg_status_t status = -(next(_numbers) % 0x7fffffff + 1)
    _kept[status] = error
    if len(_kept) > KEPT_MAX:
        _kept.pop(min(_kept.keys(), key=abs), None)
    return status
