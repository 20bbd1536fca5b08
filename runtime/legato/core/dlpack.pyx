# SPDX-License-Identifier: Apache-2.0
"""DLPack in and out. Source: dlpack.h 1.1, DLPack's specification for Python."""

from cpython.pycapsule cimport (
    PyCapsule_CheckExact,
    PyCapsule_GetName,
    PyCapsule_GetPointer,
    PyCapsule_IsValid,
    PyCapsule_New,
    PyCapsule_SetName,
)
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from legato.core.context cimport context
from legato.core.dtype cimport is_float, is_signed_integer
from legato.core.engine cimport (
    LG_DTYPE_BF16,
    LG_DTYPE_BOOL,
    LG_DTYPE_F16,
    LG_DTYPE_F32,
    LG_DTYPE_F64,
    LG_DTYPE_I8,
    LG_DTYPE_I16,
    LG_DTYPE_I32,
    LG_DTYPE_I64,
    LG_DTYPE_INVALID,
    LG_DTYPE_U8,
    LG_DTYPE_U16,
    LG_DTYPE_U32,
    LG_DTYPE_U64,
    LG_MAX_RANK,
    LG_VIEW_READONLY,
    lg_buffer_release,
    lg_buffer_retain,
    lg_buffer_t,
    lg_buffer_wrap,
    lg_dtype_size,
    lg_dtype_t,
    lg_error_t,
    lg_tensor_t,
)
from legato.core.errors cimport check
from legato.core.interop cimport Layout, bind_layout

from legato.core.errors import DeviceError, DTypeError, FormatError, ShapeError

# ---- dlpack.h ----------------------------------------------------------------------------------------

cdef struct DLDevice:
    int32_t device_type
    int32_t device_id

cdef struct DLDataType:
    uint8_t code
    uint8_t bits
    uint16_t lanes

cdef struct DLTensor:
    void *data
    DLDevice device
    int32_t ndim
    DLDataType dtype
    int64_t *shape
    int64_t *strides
    uint64_t byte_offset

cdef struct DLManagedTensor:
    DLTensor dl_tensor
    void *manager_ctx
    void (*deleter)(DLManagedTensor *self) noexcept nogil

cdef struct DLManagedTensorVersioned:
    uint32_t major
    uint32_t minor
    void *manager_ctx
    void (*deleter)(DLManagedTensorVersioned *self) noexcept nogil
    uint64_t flags
    DLTensor dl_tensor

cdef enum:
    DL_INT = 0
    DL_UINT = 1
    DL_FLOAT = 2
    DL_BFLOAT = 4
    DL_BOOL = 6
    DL_FLAG_READ_ONLY = 1
    DL_FLAG_IS_COPIED = 2


cdef uint32_t _dtype_from(DLDataType dtype) noexcept:
    if dtype.lanes != 1:
        return LG_DTYPE_INVALID
    if dtype.code == DL_FLOAT:
        if dtype.bits == 32:
            return LG_DTYPE_F32
        if dtype.bits == 64:
            return LG_DTYPE_F64
        return LG_DTYPE_F16 if dtype.bits == 16 else LG_DTYPE_INVALID
    if dtype.code == DL_BFLOAT:
        return LG_DTYPE_BF16 if dtype.bits == 16 else LG_DTYPE_INVALID
    if dtype.code == DL_BOOL:
        return LG_DTYPE_BOOL if dtype.bits == 8 else LG_DTYPE_INVALID
    if dtype.code == DL_INT:
        if dtype.bits == 8:
            return LG_DTYPE_I8
        if dtype.bits == 16:
            return LG_DTYPE_I16
        if dtype.bits == 32:
            return LG_DTYPE_I32
        return LG_DTYPE_I64 if dtype.bits == 64 else LG_DTYPE_INVALID
    if dtype.code == DL_UINT:
        if dtype.bits == 8:
            return LG_DTYPE_U8
        if dtype.bits == 16:
            return LG_DTYPE_U16
        if dtype.bits == 32:
            return LG_DTYPE_U32
        return LG_DTYPE_U64 if dtype.bits == 64 else LG_DTYPE_INVALID
    return LG_DTYPE_INVALID


cdef DLDataType _dtype_to(uint32_t code) noexcept:
    cdef DLDataType result
    if code == LG_DTYPE_BF16:
        result.code = DL_BFLOAT
    elif code == LG_DTYPE_BOOL:
        result.code = DL_BOOL
    elif is_float(code):
        result.code = DL_FLOAT
    else:
        result.code = DL_INT if is_signed_integer(code) else DL_UINT
    result.bits = <uint8_t>(8 * lg_dtype_size(<lg_dtype_t>code))
    result.lanes = 1
    return result


# ---- inwards -----------------------------------------------------------------------------------------


cdef void _delete_unversioned(void *user) noexcept with gil:
    # With the GIL, since not every producer takes it where its deleter needs it.
    cdef DLManagedTensor *managed = <DLManagedTensor *>user
    if managed.deleter != NULL:
        managed.deleter(managed)


cdef void _delete_versioned(void *user) noexcept with gil:
    cdef DLManagedTensorVersioned *managed = <DLManagedTensorVersioned *>user
    if managed.deleter != NULL:
        managed.deleter(managed)


cdef object _capsule_of(object x, object copy):
    """Ask a producer for its capsule, the newest protocol first."""
    if PyCapsule_CheckExact(x):
        return x
    try:
        produce, device_of = x.__dlpack__, x.__dlpack_device__
    except AttributeError:
        raise DTypeError(f"a {type(x).__name__} has no __dlpack__ and __dlpack_device__") from None
    device = device_of()
    try:
        device_type, _ = device
    except (TypeError, ValueError):
        raise FormatError(f"__dlpack_device__() gave {device!r}, expected (device type, device id)") from None
    if device_type != DL_CPU:
        raise DeviceError(f"the array is on DLPack device {device!r}; copy it to the CPU first")
    try:
        return produce(max_version=(1, 1), copy=copy)
    except TypeError:
        # A producer from before version 1: no keywords.
        if copy is not None:
            raise
        return produce()


cdef str wrap_dlpack(object x, object copy, lg_tensor_t *out):
    cdef DLTensor *dl
    cdef DLManagedTensor *plain = NULL
    cdef DLManagedTensorVersioned *versioned = NULL
    cdef Layout layout
    cdef int64_t low, span_bytes
    cdef lg_error_t err
    cdef int i
    memset(out, 0, sizeof(lg_tensor_t))
    capsule = _capsule_of(x, copy)
    if not PyCapsule_CheckExact(capsule):
        raise FormatError(f"__dlpack__() gave a {type(capsule).__name__}, expected a capsule")
    if PyCapsule_IsValid(capsule, b"dltensor_versioned"):
        versioned = <DLManagedTensorVersioned *>PyCapsule_GetPointer(capsule, b"dltensor_versioned")
        if versioned.major != 1:
            raise FormatError(f"the capsule is of DLPack {versioned.major}.{versioned.minor}, expected 1.x")
        dl = &versioned.dl_tensor
        layout.readonly = versioned.flags & DL_FLAG_READ_ONLY != 0
    elif PyCapsule_IsValid(capsule, b"dltensor"):
        plain = <DLManagedTensor *>PyCapsule_GetPointer(capsule, b"dltensor")
        dl = &plain.dl_tensor
        layout.readonly = False
    else:
        name = PyCapsule_GetName(capsule)
        text = repr((<bytes>name).decode("utf-8", "replace")) if name != NULL else "nameless"
        raise FormatError(f"the capsule is {text}; expected 'dltensor' or 'dltensor_versioned', not used yet")

    if dl.device.device_type != DL_CPU:
        raise DeviceError(f"the data is on DLPack device type {dl.device.device_type}, expected 1 (CPU)")
    layout.dtype = _dtype_from(dl.dtype)
    if layout.dtype == LG_DTYPE_INVALID:
        raise DTypeError(
            f"DLPack elements of code {dl.dtype.code}, {dl.dtype.bits} bits and {dl.dtype.lanes} lanes "
            "cannot become those of a tensor"
        )
    if not 0 <= dl.ndim <= LG_MAX_RANK:
        raise ShapeError(f"the capsule has {dl.ndim} axes, at most {LG_MAX_RANK} are possible")
    if dl.ndim > 0 and dl.shape == NULL:
        raise FormatError("the capsule has no shape")
    if dl.data != NULL and dl.byte_offset > ~<uintptr_t>0 - <uintptr_t>dl.data:
        raise FormatError("the capsule's byte offset lies beyond all memory")
    layout.ndim = dl.ndim
    layout.strided = dl.strides != NULL
    layout.unit_bytes = <int64_t>lg_dtype_size(<lg_dtype_t>layout.dtype)
    layout.data = <char *>dl.data + (dl.byte_offset if dl.data != NULL else 0)
    for i in range(dl.ndim):
        layout.shape[i] = dl.shape[i]
        if layout.strided:
            layout.strides[i] = dl.strides[i]
    reason = bind_layout(&layout, out, &low, &span_bytes)
    if reason is not None:
        memset(out, 0, sizeof(lg_tensor_t))
        return reason
    # From here on the memory is ours to delete, and the capsule is used.
    if versioned != NULL:
        check(lg_buffer_wrap(context, layout.data + low, <size_t>span_bytes, _delete_versioned, versioned,
                             &out.buffer, &err), &err)
        PyCapsule_SetName(capsule, b"used_dltensor_versioned")
    else:
        check(lg_buffer_wrap(context, layout.data + low, <size_t>span_bytes, _delete_unversioned, plain,
                             &out.buffer, &err), &err)
        PyCapsule_SetName(capsule, b"used_dltensor")
    return None


# ---- outwards ----------------------------------------------------------------------------------------

cdef struct Shared:
    DLManagedTensor plain              # one of the two is used
    DLManagedTensorVersioned versioned
    lg_buffer_t *buffer                # retained
    int64_t shape[8]
    int64_t strides[8]


cdef void _release_shared(void *user) noexcept nogil:
    lg_buffer_release((<Shared *>user).buffer)
    free(user)


cdef void _release_plain(DLManagedTensor *managed) noexcept nogil:
    _release_shared(managed.manager_ctx)


cdef void _release_versioned(DLManagedTensorVersioned *managed) noexcept nogil:
    _release_shared(managed.manager_ctx)


cdef void _capsule_dropped(object capsule) noexcept:
    # A capsule that nobody used still owns its tensor.
    if PyCapsule_IsValid(capsule, b"dltensor"):
        _release_shared((<DLManagedTensor *>PyCapsule_GetPointer(capsule, b"dltensor")).manager_ctx)
    elif PyCapsule_IsValid(capsule, b"dltensor_versioned"):
        _release_shared(
            (<DLManagedTensorVersioned *>PyCapsule_GetPointer(capsule, b"dltensor_versioned")).manager_ctx
        )


cdef object export_dlpack(const lg_tensor_t *tensor, bint versioned, bint copied):
    cdef DLTensor *dl
    cdef int i
    if not versioned and tensor.view.flags & LG_VIEW_READONLY:
        raise BufferError("the tensor is read-only, which DLPack before version 1 cannot say; ask with "
                          "max_version=(1, 0)")
    cdef Shared *shared = <Shared *>malloc(sizeof(Shared))
    if shared == NULL:
        raise MemoryError
    memset(shared, 0, sizeof(Shared))
    dl = &shared.versioned.dl_tensor if versioned else &shared.plain.dl_tensor
    for i in range(tensor.view.rank):
        shared.shape[i] = tensor.view.shape[i]
        shared.strides[i] = tensor.view.strides[i]
    dl.data = tensor.view.data
    dl.device.device_type = DL_CPU
    dl.ndim = tensor.view.rank
    dl.dtype = _dtype_to(tensor.view.dtype)
    dl.shape = shared.shape
    dl.strides = shared.strides
    shared.plain.manager_ctx = shared
    shared.plain.deleter = _release_plain
    shared.versioned.manager_ctx = shared
    shared.versioned.deleter = _release_versioned
    shared.versioned.major = 1
    if tensor.view.flags & LG_VIEW_READONLY:
        shared.versioned.flags |= DL_FLAG_READ_ONLY
    if copied:
        shared.versioned.flags |= DL_FLAG_IS_COPIED
    shared.buffer = tensor.buffer
    if shared.buffer != NULL:
        lg_buffer_retain(shared.buffer)
    try:
        if versioned:
            return PyCapsule_New(&shared.versioned, b"dltensor_versioned", _capsule_dropped)
        return PyCapsule_New(&shared.plain, b"dltensor", _capsule_dropped)
    except BaseException:
        _release_shared(shared)
        raise
