# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_model_t
from legato.core.policy cimport Policy
from legato.core.program cimport Program


cdef class PlanParts:
    cdef lg_model_t *_h
    cdef readonly Program program
    cdef tuple executors  # that its plans are made with, the innermost first
    cdef Policy policy    # that asks them, or None
    cdef list off         # passes that are left out
    cdef list collect(self)


# Retains the model.
cdef PlanParts wrap_parts(lg_model_t *model, tuple executors, Policy policy, list off)
