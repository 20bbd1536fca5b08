# SPDX-License-Identifier: Apache-2.0
from libc.stdint cimport uint32_t

from legato.core.engine cimport lg_tensor_t


# An array on a device. The engine's tensor lies inside the object; it is not written once the object is made.
# Subclasses (of the core only) stand for values that are not there yet: they override the two cdef methods
# and fill `_h.view` with dtype and shape, data NULL.
cdef class Tensor:
    cdef lg_tensor_t _h
    cdef object __weakref__

    # The handler (see dispatch.pxd) that ops on this tensor go to when the thread has none, or None.
    cdef object _handler(self)

    # Called before the value is read in any way; raises when there is none.
    cdef int _observe(self) except -1


# Note [Late binding]
# Operators of Tensor are ops, and ops make Tensors. Of the two modules, this is the lower one: it calls ops
# through this table, which dispatch fills when it is imported. legato/__init__ imports both, and runs before
# any module below it can be used.
cdef struct Calls:
    object (*call1)(uint32_t op, object x, const void *attrs, object out)
    object (*call2)(uint32_t op, object a, object b, const void *attrs, object out)
    object (*index)(Tensor x, object key)

cdef Calls calls


# A Tensor that takes over what `tensor` holds.
cdef Tensor make_tensor(const lg_tensor_t *tensor)

# A dense copy in memory of its own.
cdef Tensor copy_tensor(Tensor x)
cdef Tensor dense_copy(const lg_tensor_t *tensor)
