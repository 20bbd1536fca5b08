# SPDX-License-Identifier: Apache-2.0
"""Plans of programs that run in parts: segments, steps, branches and loops, each with its own."""

from libc.stdint cimport uint32_t

from legato.core.engine cimport (
    LG_ABI,
    lg_error_t,
    lg_model_format,
    lg_model_part,
    lg_model_part_count,
    lg_model_part_t,
    lg_model_planned_at,
    lg_model_program,
    lg_model_release,
    lg_model_retain,
    lg_model_t,
    lg_program_retain,
    lg_text_t,
)
from legato.core.errors cimport check
from legato.core.program cimport wrap_program
from legato.core.run cimport Runner, wrap_plan
from legato.core.spec cimport take_text


class PlanPart:
    """One part of a program that runs in parts. Get them from :attr:`PlanParts.parts`.

    Attributes
    ----------
    index : int
        Its place in the order in which parts run.
    kind : str
        ``"segment"``: all that is planned at once between steps; ``"cond"``, ``"while"``, or the name of an
        op whose result has extents that only the data tell.
    name : str
        Of a step: ``"while#0"``; of a segment ``""``.
    path : str
        Where the step stands in the model.
    why : str
        Why it is a part.
    inner : dict of str to PlanParts
        What runs in it: ``"then"`` and ``"else"``, ``"test"`` and ``"body"``, ``""`` for a segment.
    """

    def __init__(self, index, kind, name, path, why, inner):
        self.index, self.kind, self.name, self.path = index, kind, name, path
        self.why, self.inner = why, inner

    @property
    def program(self):
        """Program or None: of a segment."""
        return self.inner[""].program if "" in self.inner else None

    @property
    def plans(self):
        """list of Plan: those that a segment has by now."""
        return self.inner[""].plans if "" in self.inner else []

    def __repr__(self):
        return f"<legato.PlanPart {self.index}: {self.name or self.kind}, {self.why}>"


cdef class PlanParts:
    """The plans of a program that runs in parts. ``print(run.plan())`` shows them; a part may have none yet.

    What extents of the inputs tell is planned before a run, the rest when the data tell extents.
    Numbers are sums over the plans that there are.

    Examples
    --------
    >>> import legato as lg
    >>> run = lg.runner(lambda x: lg.tanh(lg.compress(x, x > 0.0)), "f32[4]")
    >>> _ = run([1.0, -1.0, 2.0, 0.0])
    >>> [(part.kind, len(part.plans)) for part in run.plan().parts]
    [('segment', 1), ('compress', 0), ('segment', 1)]
    """

    def __init__(self):
        raise TypeError("get plans from a runner: run.plan()")

    def __dealloc__(self):
        with nogil:
            lg_model_release(self._h)

    @property
    def parts(self):
        """list of PlanPart: in the order in which they run; empty for what is planned at once."""
        cdef lg_model_part_t part
        cdef lg_error_t err
        cdef uint32_t i
        part.size = sizeof(lg_model_part_t)
        part.abi = LG_ABI
        result = []
        for i in range(lg_model_part_count(self._h)):
            check(lg_model_part(self._h, i, &part, &err), &err)
            inner = {}
            for k in range(2):
                if part.models[k] != NULL:
                    name = part.names[k].decode()
                    inner[name] = wrap_parts(part.models[k], self.executors, self.policy, self.off)
            name = "" if part.op == <uint32_t>0xffffffff else self.program.ops[part.op][0]
            result.append(
                PlanPart(i, part.name.decode(), name, part.path.decode(), part.why.decode(), inner)
            )
        return result

    @property
    def plans(self):
        """list of Plan: of what is planned at once, those that there are; else empty."""
        cdef lg_model_t *model
        result = []
        while True:
            model = lg_model_planned_at(self._h, <uint32_t>len(result))
            if model == NULL:
                return result
            result.append(wrap_plan(model, self.executors, self.policy, self.off))

    cdef list collect(self):
        # All plans, with those inside.
        result = self.plans
        for part in self.parts:
            for inner in part.inner.values():
                result += (<PlanParts>inner).collect()
        return result

    @property
    def rows(self):
        """list of PlanRow: of all plans that there are."""
        return [row for plan in self.collect() for row in plan.rows]

    @property
    def records(self):
        """int: kernel calls of all plans."""
        return sum([plan.records for plan in self.collect()])

    @property
    def memory(self):
        """int: bytes that each concurrent call holds for intermediate results of the plans."""
        return sum([plan.memory for plan in self.collect()])

    @property
    def memory_bound(self):
        """int: what no plans need less than."""
        return sum([plan.memory_bound for plan in self.collect()])

    @property
    def packed(self):
        """int: bytes of weights in the layouts that kernels want."""
        return sum([plan.packed for plan in self.collect()])

    @property
    def packed_ready(self):
        """int: how many of them were ready in the file."""
        return sum([plan.packed_ready for plan in self.collect()])

    @property
    def expected_ns(self):
        """float: expected duration of one run of each plan on one thread, in nanoseconds."""
        return sum([plan.expected_ns for plan in self.collect()])

    @property
    def passes_off(self):
        """tuple of str: the passes that were left out."""
        return tuple([name.decode() for name in self.off])

    def __str__(self):
        cdef lg_text_t *text
        cdef lg_error_t err
        check(lg_model_format(self._h, &text, &err), &err)
        return take_text(text).rstrip("\n")

    def __repr__(self):
        return f"<legato.PlanParts of {len(self.program)} ops, {len(self.parts)} parts>"


cdef PlanParts wrap_parts(lg_model_t *model, tuple executors, Policy policy, list off):
    cdef PlanParts result = PlanParts.__new__(PlanParts)
    lg_model_retain(model)
    result._h = model
    lg_program_retain(lg_model_program(model))
    result.program = wrap_program(lg_model_program(model))
    result.executors, result.policy, result.off = executors, policy, off
    return result


def parts_of(Runner runner):
    """Return the parts of a runner."""
    return wrap_parts(runner._h, runner.executors, runner.policy, runner.off)
