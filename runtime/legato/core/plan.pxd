# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_plan_t


cdef list plan_rows(lg_plan_t *plan, list ops)
cdef list plan_prices(lg_plan_t *plan)
cdef list plan_choices(lg_plan_t *plan)
cdef tuple plan_passes_off(lg_plan_t *plan)
