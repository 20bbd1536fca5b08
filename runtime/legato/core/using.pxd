# SPDX-License-Identifier: Apache-2.0

# The executors that this thread uses now, the innermost first.
cdef tuple used_executors()
