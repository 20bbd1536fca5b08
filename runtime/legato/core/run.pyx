# SPDX-License-Identifier: Apache-2.0
"""Runners: programs that were planned and can be called."""

from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.string cimport memcmp, memcpy

from legato.core.context cimport context
from legato.core.engine cimport (
    LG_ABI,
    LG_OK,
    LG_PRIORITY_HIGH,
    LG_PRIORITY_LOW,
    LG_PRIORITY_NORMAL,
    LG_VIEW_CONTIGUOUS,
    lg_buffer_release,
    lg_buffer_t,
    lg_call_bind,
    lg_call_bind_at,
    lg_call_create,
    lg_call_install,
    lg_call_release,
    lg_call_reset_states,
    lg_call_run,
    lg_call_run_as,
    lg_call_set_lane,
    lg_call_state,
    lg_call_take_output,
    lg_call_trace,
    lg_call_watch,
    lg_clock_ns,
    lg_eager_check_out,
    lg_eager_copy,
    lg_error_t,
    lg_lane_t,
    lg_bind_t,
    lg_model_add_signature,
    lg_model_alternative,
    lg_model_bind,
    lg_model_choice,
    lg_model_create_choice,
    lg_model_create_program,
    lg_model_install,
    lg_model_lane,
    lg_model_pass_off,
    lg_model_plan,
    lg_model_plan_parts,
    lg_model_program,
    lg_model_release,
    lg_model_retain,
    lg_model_rule,
    lg_model_rule_count,
    lg_model_set_capacity,
    lg_model_signature,
    lg_model_specialize,
    lg_model_t,
    lg_plan_arena_bound_bytes,
    lg_plan_arena_bytes,
    lg_plan_desc_t,
    lg_plan_expected_ns,
    lg_plan_format,
    lg_plan_packed_bytes,
    lg_plan_ready_bytes,
    lg_plan_record_count,
    lg_plan_release,
    lg_plan_retain,
    lg_plan_row_input,
    lg_plan_row_count,
    lg_plan_unit,
    lg_program_input_count,
    lg_program_input_name,
    lg_program_input_type,
    lg_program_output_count,
    lg_program_output_name,
    lg_program_output_type,
    lg_program_retain,
    lg_program_splits,
    lg_program_t,
    lg_rule_t,
    lg_run_desc_t,
    lg_status_t,
    lg_tensor_recycle,
    lg_text_t,
    lg_trace_t,
    lg_view_t,
)
from legato.core.dispatch cimport current_lane, has_handlers, traced
from legato.core.errors cimport check, keep_exception
from legato.core.choice cimport Choice
from legato.core.executor cimport RuleTable
from legato.core.lane cimport Lane, wrap_lane
from legato.core.plan cimport plan_choices, plan_passes_off, plan_prices, plan_rows
from legato.core.policy cimport Policy, policy_of
from legato.core.extent cimport Traced
from legato.core.program cimport Program, wrap_program
from legato.core.spec cimport Spec, take_text, wrap_spec
from legato.core.tensor cimport Tensor, copy_tensor
from legato.core.trace cimport Trace, new_trace
from legato.core.using cimport used_executors

from legato.core.errors import (
    ArgumentError,
    BusyError,
    DTypeError,
    NotFoundError,
    ShapeError,
    UnsupportedError,
)
from legato.core.choice import quoted
from legato.core.executor import Executor, Rule, Rules
from legato.core.executor import matches as matches_pattern
from legato.core.unit import unit as find_unit
from legato.core.program import arrange
from legato.core.plan import PlanDiff
from legato.core.program import passes as all_passes
from legato.core.record import record
from legato.core.spec import spec
from legato.core.convert import asarray
from legato.core.prices import load as load_prices

LOW = LG_PRIORITY_LOW
NORMAL = LG_PRIORITY_NORMAL
HIGH = LG_PRIORITY_HIGH

# Below this, releasing and taking the GIL costs more than others gain by it.
cdef double LONG_NS = 5000


cdef void _release(lg_model_t *model) noexcept:
    # With the last of an app its lanes end, whose workers may wait for the GIL.
    with nogil:
        lg_model_release(model)


cdef class Plan:
    """A program plus decisions. ``print(plan)`` shows a row per op: where it runs, with what, and why."""

    def __init__(self):
        raise TypeError("get a plan from a runner: run.plan()")

    def __dealloc__(self):
        lg_plan_release(self._h)
        _release(self._model)

    def edit(self, str path=None, *, str op=None, to=None, executor=None, passes=None):
        """Make a plan that differs in one decision; this one stays as it is. See :meth:`Runner.install`.

        Parameters
        ----------
        path : str, optional
            Of the ops that go elsewhere; ``*`` stands for any run of characters.
        op : str, optional
            Name of those ops.
        to : Device, str or Lane, optional
            Where they go.
        executor : Executor, optional
            Asked before the executors that the plan was made with.
        passes : dict of str to bool, optional
            Passes to leave out or, with True, to run again.

        Returns
        -------
        Plan

        Raises
        ------
        NotFoundError
            No op matches.
        UnsupportedError
            The device refuses an op; the message has its reason.

        Examples
        --------
        >>> import legato as lg
        >>> run = lg.runner(lambda x: lg.relu(lg.neg(x)), "f32[2]")
        >>> run.install(run.plan().edit(passes={"chain": False}))
        >>> run.plan().records
        2
        """
        cdef lg_model_t *model
        cdef list off = list(self.off)
        self.check_single("edit")
        executors = self.executors
        if executor is not None:
            if not isinstance(executor, Executor):
                raise DTypeError(f"edit: executor is {type(executor).__name__}, expected an Executor")
            executors = (executor, *executors)
        if to is not None:
            rule = Rule(op=op, path=path, to=to)
            paths = [where for _, where in self.program.ops]
            if path is not None and not any([matches_pattern(path, where) for where in paths]):
                known = ", ".join(dict.fromkeys([where for where in paths if where][:8]))
                raise NotFoundError(f"edit: no op has a path like {path!r}; there are {known or 'no paths'}")
            executors = (Rules([rule]), *executors)
        elif path is not None or op is not None:
            raise ArgumentError("edit: say where those ops go: to='vendor.npu:0'")
        for name, on in _checked_passes(passes).items():
            encoded = name.encode()
            if on and encoded in off:
                off.remove(encoded)
            elif not on and encoded not in off:
                off.append(encoded)
        cdef Policy policy = policy_of(executors)
        model = _make_model(self.program, executors, policy, off)
        return wrap_plan(model, executors, policy, off)

    cdef int check_single(self, str what) except -1:
        if self.alternatives:
            raise ArgumentError(f"{what}: this is a choice between several plans, in its alternatives")
        return 0

    @property
    def choice(self):
        """str or None: of a choice between runners, how one is taken; ``alternatives`` are their plans."""
        cdef const char *text = lg_model_choice(self._model)
        return text.decode() if text != NULL else None

    @property
    def choices(self):
        """list of PlanChoice: where devices are chosen when a run begins, and how each one is planned."""
        return plan_choices(self._h)

    def __str__(self):
        cdef lg_text_t *text
        cdef lg_error_t err
        if self.alternatives:
            parts = [f"alternative {number}, {plan}" for number, plan in enumerate(self.alternatives)]
            return "\n".join([f"plan: {self.choice}", *parts])
        check(lg_plan_format(self._h, &text, &err), &err)
        return take_text(text).rstrip("\n")

    def __repr__(self):
        return f"<legato.Plan of {len(self.program)} ops, {self.records} records, {self.memory} bytes>"

    @property
    def records(self):
        """int: kernel calls per run."""
        if self.alternatives:
            return max([plan.records for plan in self.alternatives])
        return lg_plan_record_count(self._h)

    @property
    def memory(self):
        """int: bytes that each concurrent call holds for intermediate results, exact before the first run."""
        if self.alternatives:
            return max([plan.memory for plan in self.alternatives])
        return lg_plan_arena_bytes(self._h)

    @property
    def memory_bound(self):
        """int: the largest sum of bytes alive at once; no plan needs less."""
        if self.alternatives:
            return max([plan.memory_bound for plan in self.alternatives])
        return lg_plan_arena_bound_bytes(self._h)

    @property
    def packed(self):
        """int: bytes of weights in the layouts that kernels want, held once for all calls."""
        if self.alternatives:
            return sum([plan.packed for plan in self.alternatives])
        return lg_plan_packed_bytes(self._h)

    @property
    def packed_ready(self):
        """int: how many of them were ready in the file, see :func:`save`: no memory of the process."""
        if self.alternatives:
            return sum([plan.packed_ready for plan in self.alternatives])
        return lg_plan_ready_bytes(self._h)

    @property
    def expected_ns(self):
        """float: expected duration of a run on one thread, in nanoseconds."""
        if self.alternatives:
            return max([plan.expected_ns for plan in self.alternatives])
        return lg_plan_expected_ns(self._h)

    cdef bint waits(self):
        if self.alternatives:
            return any([(<Plan>plan).waits() for plan in self.alternatives])
        return lg_plan_unit(self._h, 0) != NULL

    @property
    def passes_off(self):
        """tuple of str: the passes that were left out."""
        return plan_passes_off(self._h)

    @property
    def rows(self):
        """list of PlanRow: what runs, in order."""
        self.check_single("rows")
        return plan_rows(self._h, self.program.ops)

    @property
    def identity(self):
        """int: the same for the same plan, while that lives: what ``TraceCall.plan`` has."""
        return <size_t>self._h

    def _prices(self):
        return plan_prices(self._h)

    def _inputs(self):
        # Per row: the rows whose results it reads.
        cdef uint32_t i, k, row
        result = []
        for i in range(lg_plan_row_count(self._h)):
            rows = []
            k = 0
            while True:
                row = lg_plan_row_input(self._h, i, k)
                if row == <uint32_t>0xffffffff:
                    break
                if row != i and row not in rows:
                    rows.append(row)
                k += 1
            result.append(rows)
        return result

    def diff(self, other):
        """Say how another plan differs: what runs elsewhere or by other kernels, what is fused, memory, cost.

        Parameters
        ----------
        other : Plan
            Of the same program, or of one like it: ops are matched by their names, and by their paths where
            these tell them apart.

        Returns
        -------
        PlanDiff

        Examples
        --------
        >>> import legato as lg
        >>> net = lg.record(lambda x: lg.relu(x @ lg.tensor([[1.0], [2.0]])), "f32[3,2]")
        >>> difference = lg.runner(net).plan().diff(lg.runner(net, passes={"fuse": False}).plan())
        >>> [[row.op for row in rows] for rows in difference.rows[0]]
        [['fused_matmul'], ['matmul', 'relu']]
        >>> difference.numbers["left out"]
        ('none', 'fuse')
        """
        if not isinstance(other, Plan):
            raise DTypeError(f"diff: expected a Plan, got {type(other).__name__}")
        self.check_single("diff")
        (<Plan>other).check_single("diff")
        return PlanDiff(self, other)


cdef class Bound:
    # An idle or running lg_call_t. One in flight is kept alive by its Flight.
    def __dealloc__(self):
        with nogil:
            lg_call_release(self._h)


cdef void untrace(Bound call) noexcept:
    if lg_call_trace(call._h, NULL, NULL) != LG_OK:
        pass  # BUSY, which it is not


cdef enum:
    IDLE_FLOOR = 64  # empty entries below the idle calls: a list that never gets short asks for no memory
    RECYCLED = 4  # buffers kept per output: so many may be in use before a run has to ask for memory
    OTHERS = 8  # sets of executors around runs for which a runner keeps plans


cdef class Variant:
    # A runner for one signature: what it runs, idle calls, and buffers of outputs to use again.

    def __dealloc__(self):
        cdef uint32_t i
        if self.recycled != NULL:
            for i in range(self.out_count * RECYCLED):
                lg_buffer_release(self.recycled[i])
        PyMem_Free(self.recycled)
        PyMem_Free(self.bindings)
        PyMem_Free(self.types)
        _release(self._h)  # calls retain it, so the order does not matter

    cdef int fill(self, Program outer) except -1:
        # Completes a variant whose model is set, of a runner of `outer`.
        cdef uint32_t i
        cdef uint32_t used = 0
        cdef lg_program_t *program = lg_model_program(self._h)
        cdef uint32_t all_ins = lg_program_input_count(program)
        cdef uint32_t all_outs = lg_program_output_count(program)
        ins, outs = outer.ends()
        self.calls = [None] * IDLE_FLOOR
        self.in_count = all_ins - <uint32_t>len(ins)
        self.out_count = all_outs - <uint32_t>len(outs)
        self.long_run = self.plan.expected_ns > LONG_NS or self.plan.waits()
        self.types = <const lg_view_t **>PyMem_Calloc(self.in_count + self.out_count, sizeof(void *))
        self.bindings = <uint32_t *>PyMem_Calloc(self.in_count + self.out_count, sizeof(uint32_t))
        self.recycled = <lg_buffer_t **>PyMem_Calloc(self.out_count * RECYCLED, sizeof(void *))
        if self.types == NULL or self.bindings == NULL or self.recycled == NULL:
            raise MemoryError()
        for i in range(all_ins):
            if i not in ins:
                self.types[used] = lg_program_input_type(program, i)
                self.bindings[used] = i
                used += 1
        for i in range(all_outs):
            if i not in outs:
                self.types[used] = lg_program_output_type(program, i)
                self.bindings[used] = all_ins + i
                used += 1
        return 0

    cdef inline bint fits(self, tuple inputs) noexcept:
        # Whether all inputs can be bound as they are.
        cdef uint32_t i
        cdef const lg_view_t *wanted
        cdef const lg_view_t *given
        for i in range(self.in_count):
            if type(inputs[i]) is not Tensor:
                return False
            wanted = self.types[i]
            given = &(<Tensor>inputs[i])._h.view
            if (
                given.dtype != wanted.dtype
                or given.rank != wanted.rank
                or not given.flags & LG_VIEW_CONTIGUOUS
                or memcmp(given.shape, wanted.shape, wanted.rank * 8) != 0
            ):
                return False
        return True

    cdef inline int bind(self, Bound call, uint32_t index, Tensor tensor) except -1:
        cdef lg_error_t err
        cdef const char *name
        if not call.named:
            return check(lg_call_bind_at(call._h, self.bindings[index], tensor._h.view.data, &err), &err)
        if index < self.in_count:
            name = lg_program_input_name(lg_model_program(self._h), self.bindings[index])
        else:
            name = lg_program_output_name(
                lg_model_program(self._h),
                self.bindings[index] - lg_program_input_count(lg_model_program(self._h)),
            )
        return check(lg_call_bind(call._h, name, &tensor._h.view, &err), &err)

    cdef inline Tensor output(self, Bound call, uint32_t index):
        # A tensor for an output, bound.
        cdef lg_error_t err
        cdef Tensor tensor = Tensor.__new__(Tensor)
        tensor._h.view = self.types[self.in_count + index][0]
        tensor._h.view.data = NULL
        check(lg_tensor_recycle(context, &self.recycled[index * RECYCLED], RECYCLED, &tensor._h, &err), &err)
        self.bind(call, self.in_count + index, tensor)
        return tensor

    cdef int bind_out(self, Bound call, uint32_t index, Tensor tensor, str name) except -1:
        # Binds memory that the caller gives for an output.
        cdef lg_error_t err
        cdef const lg_view_t *wanted = self.types[self.in_count + index]
        tensor._observe()
        check(lg_eager_check_out(name.encode(), wanted, &tensor._h.view, &err), &err)
        if not tensor._h.view.flags & LG_VIEW_CONTIGUOUS:
            raise ArgumentError(f"out: the tensor for {name!r} is not contiguous")
        return self.bind(call, self.in_count + index, tensor)

    cdef Bound take(self):
        # An idle call; who takes it appends it to `calls` again.
        cdef lg_error_t err
        cdef Bound call
        call = self.calls.pop()
        if call is None:
            self.calls.insert(0, None)
            call = Bound.__new__(Bound)
            check(lg_call_create(self._h, &call._h, &err), &err)
        return call

    cdef int set_lane(self, Bound call) except -1:
        cdef lg_lane_t *lane = current_lane() if self.lane is None else self.lane._h
        if lane != call.lane:
            lg_call_set_lane(call._h, lane)
            call.lane = lane
        return 0

    cdef object prepare(self, Bound call, tuple inputs, tuple outs, Program program):
        # Binds inputs that fit. `outs` is None, or a Tensor per output. Returns the output, or a list.
        cdef uint32_t i
        for i in range(self.in_count):
            self.bind(call, i, <Tensor>inputs[i])
        if outs is not None:
            for i, name in enumerate(program.outputs):
                self.bind_out(call, i, outs[i], name)
            return list(outs)
        if self.out_count == 1:
            return self.output(call, 0)
        return [self.output(call, i) for i in range(self.out_count)]

    cdef object run(self, Bound kept, tuple inputs, tuple outs, Program program, const lg_run_desc_t *desc,
                    lg_trace_t *trace):
        # Runs on inputs that fit. `kept` is the call to use, or None; `desc` and `trace` may be NULL.
        cdef lg_error_t err
        cdef lg_status_t status
        cdef Bound call = self.take() if kept is None else kept
        result = self.prepare(call, inputs, outs, program)
        if kept is not None:
            check(lg_call_install(call._h, self._h, &err), &err)
        self.set_lane(call)
        if trace != NULL:
            check(lg_call_trace(call._h, trace, &err), &err)
        if desc != NULL:
            with nogil:
                status = lg_call_run_as(call._h, desc, &err)
        elif self.long_run:
            with nogil:
                status = lg_call_run(call._h, 0, &err)
        else:
            status = lg_call_run(call._h, 0, &err)
        if trace != NULL:
            untrace(call)
        if kept is None:
            self.calls.append(call)
        check(status, &err)
        if program.structure is None and type(result) is Tensor:
            return result
        return program.arrange_outputs(result if type(result) is list else [result])


class RunnerState:
    """The states of a runner. Get it with :meth:`Runner.state`."""

    __slots__ = ("_runner",)

    def __init__(self, runner):
        self._runner = runner

    def snapshot(self):
        """Copy all states.

        Returns
        -------
        dict of str to Tensor
        """
        return {name: self[name] for name in self._runner.program.states}

    def reset(self):
        """Set all states to zeros."""
        cdef lg_error_t err
        cdef Runner runner = self._runner
        call = runner.take()
        try:
            check(lg_call_reset_states((<Bound>call)._h, &err), &err)
        finally:
            runner.busy = False

    def set(self, values):
        """Set states, as :meth:`snapshot` gives them.

        Parameters
        ----------
        values : mapping of str to Tensor or array
            Those that are left away stay as they are.
        """
        for name, value in values.items():
            self._copy(name, asarray(value))

    def _copy(self, name, value):
        # Copies a state: to a new Tensor, or from `value`.
        cdef Runner runner = self._runner
        cdef Tensor memory = Tensor.__new__(Tensor)
        cdef Tensor given
        cdef lg_error_t err
        encoded = str(name).encode()
        call = runner.take()
        try:
            check(lg_call_state((<Bound>call)._h, encoded, &memory._h.view, &err), &err)
            if value is None:
                return copy_tensor(memory)
            given = value
            if given._h.view.dtype != memory._h.view.dtype or given.shape != memory.shape:
                raise ShapeError(f"state {name!r} is {spec(memory)}, not {spec(given)}")
            given._observe()
            given = given if given._h.view.flags & LG_VIEW_CONTIGUOUS else copy_tensor(given)
            memcpy(memory._h.view.data, given._h.view.data, <size_t>given.nbytes)
        finally:
            runner.busy = False

    def __getitem__(self, name):
        return self._copy(name, None)

    def __setitem__(self, name, value):
        self._copy(name, asarray(value))

    def __iter__(self):
        return iter(self._runner.program.states)

    def __len__(self):
        return len(self._runner.program.states)

    def __repr__(self):
        return f"<legato.RunnerState of {', '.join(self)}>"


cdef class Runner:
    """A program that was planned. Call it: ``run(x)``. Thread-safe. Make one with :func:`runner`."""

    def __init__(self):
        raise TypeError("make a runner with legato.runner")

    def __dealloc__(self):
        _release(self._h)

    cdef Bound take(self):
        # The call that holds the states, for this thread alone; whoever takes it sets `busy` back.
        cdef lg_error_t err
        if self.busy:
            if self.flight is None or not self.flight.done():
                raise BusyError("a runner with states serves one call at a time; another one is running")
            self.flight.land()
        if self.kept is None:
            self.kept = Bound.__new__(Bound)
            check(lg_call_create(self._h, &self.kept._h, &err), &err)
            self.kept.named = self.is_open
        self.busy = True
        return self.kept

    def state(self):
        """Give access to the states: what persists between runs.

        Returns
        -------
        RunnerState
            Its ``snapshot()``, ``set(...)`` and ``reset()`` copy, set and clear them; ``["h"]`` is one.

        Raises
        ------
        ArgumentError
            The program has no states.
        """
        if not self.has_states:
            raise ArgumentError("the program has no states; see legato.state and Program.with_state")
        return RunnerState(self)

    cdef Variant variant(self, Plan plan):
        cdef Variant variant = Variant.__new__(Variant)
        variant.plan = plan
        variant._h = plan._model
        lg_model_retain(variant._h)
        variant.lane = self.lane
        variant.fill(self.program)
        return variant

    cdef Variant planned(self, lg_model_t *model):
        # A variant for a model with a new plan, at which the executors may look first. Takes the reference.
        cdef Plan plan = wrap_plan(model, self.executors, self.policy, self.off)
        if self.policy is None:  # a file may have said otherwise for this signature
            plan.off = passes_of(model)
            rules = rules_of(model)
            if rules != rules_of(self._h):
                plan.executors = (Rules(rules, lane=self.lane),)
        for executor in self.executors:
            if type(executor).budget is Executor.budget:
                continue
            given = executor.budget(plan)
            if given is not None and not isinstance(given, Plan):
                kind = type(given).__name__
                raise DTypeError(f"{type(executor).__name__}.budget gives {kind}, expected a Plan or None")
            plan = plan if given is None else given
        return self.variant(plan)

    @property
    def executor(self):
        """Executor or None: what decides how the program runs; the innermost, where there are several."""
        return self.executors[0] if self.executors else None

    cdef Runner under(self, tuple executors):
        # The same program with executors around.
        cdef Runner other = self.others.pop(executors, None)
        if other is None and self.alternatives:
            other = self.around(executors, False)
        elif other is None:
            other = _make_runner(self.program, (*self.executors, *executors), self.off)
            other.capacity, other.adds = self.capacity, self.adds
        self.others[executors] = other  # the newest last
        while len(self.others) > OTHERS:
            self.others.pop(next(iter(self.others)), None)
        return other

    cdef Runner around(self, tuple executors, bint whole):
        # A choice between the alternatives with executors around.
        if self.choice is None:
            raise UnsupportedError("executors around a choice that asks for queues, from a file")
        inner = []
        for one in self.alternatives:
            inner.append((<Runner>one).with_outer(executors) if whole else (<Runner>one).under(executors))
        return choose_runners(self.choice, tuple(inner))

    cdef Runner with_outer(self, tuple executors):
        # As it is, with executors around.
        cdef Runner other
        if self.alternatives:
            return self.around(executors, True)
        other = _make_runner(self.program, (*self.executors, *executors), self.off)
        lg_model_set_capacity(other._h, <uint32_t>self.capacity)
        other.capacity, other.adds, other.fn = self.capacity, self.adds, self.fn
        if self.remake is not None:
            remake = self.remake
            other.remake = lambda types: (<Runner>remake(types)).with_outer(executors)
        return other

    def install(self, Plan plan not None):
        """Run by a plan from now on, for the types of inputs that it has. Runs in flight end as they began.

        Where extents are not fixed, files keep its rules and passes with its signature.

        Parameters
        ----------
        plan : Plan
            From :meth:`Plan.edit` of a plan of this runner.

        Raises
        ------
        ArgumentError
            The plan is of another program.
        """
        cdef Variant variant
        cdef lg_error_t err
        if self.alternatives:
            raise ArgumentError(
                "install: a choice has several plans; install in an alternative and choose anew"
            )
        plan.check_single("install")
        mine, theirs = self.program, plan.program
        if self.splits:
            raise UnsupportedError(
                "install: the program runs in parts, whose plans are made as extents come; give what they "
                "should differ in to the runner: legato.runner(program, executor=..., passes=...)"
            )
        fits = len(mine.ops) == len(theirs.ops) and tuple(mine.outputs) == tuple(theirs.outputs)
        fits = fits and tuple(mine.inputs) == tuple(theirs.inputs)
        if not fits or not (self.is_open or str(mine) == str(theirs)):
            raise ArgumentError("install: the plan is of another program; edit one of this runner")
        variant = self.variant(plan)
        if self.is_open:
            check(lg_model_install(self._h, plan._model, &err), &err)
            self.variants[tuple([(<Spec>type).extents for type in plan.program.inputs.values()])] = variant
        else:
            lg_model_retain(plan._model)
            lg_model_release(self._h)
            self._h = plan._model
            self.executors, self.policy, self.off = plan.executors, plan.policy, plan.off
            self.others.clear()
        self.current = variant

    cdef tuple convert(self, tuple inputs):
        # Dense tensors of the inputs' types.
        cdef list result = []
        cdef Tensor tensor
        cdef uint32_t i
        specs = self.program.inputs
        for i in range(self.in_count):
            name = self.names[i]
            wanted = specs[name]
            tensor = asarray(inputs[i])
            if tensor._h.view.dtype != (<Spec>wanted)._view.dtype:
                raise DTypeError(f"input {name!r} is {tensor.dtype}, expected {wanted}; cast it first")
            shape = tensor.shape
            if len(shape) != len(wanted.shape) or any(
                [type(extent) is int and extent != given for extent, given in zip(wanted.shape, shape)]
            ):
                raise ShapeError(f"input {name!r} has shape {shape}, expected {wanted}")
            tensor._observe()
            result.append(tensor if tensor._h.view.flags & LG_VIEW_CONTIGUOUS else copy_tensor(tensor))
        return tuple(result)

    cdef Variant find(self, list types, bint add):
        # The variant for inputs of `types` (Spec). Where it is new and not to be added that is an error.
        cdef Variant variant
        cdef lg_model_t *model
        cdef lg_error_t err
        cdef lg_status_t status
        cdef uint32_t count
        cdef lg_view_t *views
        if self.current is not None and not self.is_open:
            return self.current
        key = tuple([(<Spec>type).extents for type in types])
        variant = self.variants.pop(key, None)
        if variant is None:
            if not add:
                known = "; ".join([", ".join([str(shape) for shape in shapes]) for shapes in self.variants])
                raise ArgumentError(
                    f"no plan for inputs of shapes {', '.join([str(shape) for shape in key])}, and "
                    f"on_new_signature is 'raise'; run.plan(...) makes one. There are: {known or 'none'}"
                )
            if self.choice is not None:
                variant = self.chosen([(<Runner>one).find(types, True) for one in self.alternatives])
        if variant is None:
            count = lg_program_input_count(self.program._h)
            views = self.views(types)
            status = lg_model_specialize(self._h, views, count, &model, &err)
            PyMem_Free(views)
            if status != LG_OK and self.fn is not None and bytes(err.op[:6]) == b"guard\0":
                # The function takes another way for these extents.
                variant = (<Runner>self.remake(types)).current
            else:
                check(status, &err)
                variant = self.planned(model)
        self.variants[key] = variant  # the newest last
        while len(self.variants) > self.capacity:
            self.variants.pop(next(iter(self.variants)), None)
        return variant

    def __call__(self, *args, **kwargs):
        """Run the program.

        Parameters
        ----------
        *args, **kwargs : Tensor or array
            The inputs, in order or by name.
        out : Tensor, or sequence or dict of Tensor, optional
            Where to write the outputs: one tensor, or one for each output, dense and of the right type.
        deadline_us : float, optional
            Microseconds that the run may take.
        deadline_at_ns : int, optional
            When the run has to be done, on the clock of :func:`time.monotonic_ns`.
        priority : {legato.LOW, legato.NORMAL, legato.HIGH}, optional
            Orders runs that wait for the same thing.

        Returns
        -------
        Tensor, tuple or dict
            What the recorded function returned; several outputs as a named tuple or dict. Their memory is
            used again by a later run once nobody holds them.

        Raises
        ------
        ShapeError, DTypeError, ArgumentError
            An input is missing, unknown or of the wrong type; the message names it.
        DeadlineExceeded
            The run was not done in time; `op` is the one that was running then. States are as before.
        """
        return self.go(args, kwargs, traced)

    cdef object go(self, tuple args, dict kwargs, lg_trace_t *trace):
        cdef tuple inputs = args
        cdef tuple outs = None
        cdef Runner planned = self
        cdef Variant variant
        cdef lg_run_desc_t desc
        cdef const lg_run_desc_t *given = NULL
        if has_handlers():
            planned = self.under_used()
        variant = planned.current
        if kwargs or len(inputs) != self.in_count or variant is None or not variant.fits(inputs):
            if self.take_options(kwargs, &desc):
                given = &desc
            inputs, outs = self.arrange_in(args, kwargs)
            for item in inputs:
                if isinstance(item, Traced):
                    if self.alternatives:
                        raise UnsupportedError(
                            "a choice between runners cannot be recorded: record the alternatives, and "
                            "choose between runners of what was recorded"
                        )
                    return self.program(*inputs)
            if self.splits:
                return (self if self.has_states else planned).run_parts(
                    self.convert(inputs), outs, given, trace
                )
            variant, inputs = self.suit(planned, inputs)
        if not self.has_states:
            return variant.run(None, inputs, outs, self.program, given, trace)
        call = self.take()
        try:
            return variant.run(call, inputs, outs, self.program, given, trace)
        finally:
            self.busy = False

    def trace(self, *args, **kwargs):
        """Run the program once and tell what ran, where, from when to when.

        Parameters
        ----------
        *args, **kwargs
            As for a run.

        Returns
        -------
        Trace
            What the run returns is its ``outputs``.

        Raises
        ------
        LegatoError
            What a run raises.

        Examples
        --------
        >>> import legato as lg
        >>> run = lg.runner(lambda x: lg.relu(lg.matmul(x, x)), "f32[8,8]")
        >>> trace = run.trace(lg.ones((8, 8)))
        >>> [op.op for op in trace.ops], trace.matches(run.plan())
        (['fused_matmul'], True)
        """
        cdef Trace trace = new_trace(1 << 14)
        trace.outputs = self.go(args, kwargs, trace._h)
        return trace

    def start(self, *args, **kwargs):
        """Start a run on a worker of a lane, and go on.

        Parameters
        ----------
        *args, **kwargs
            As for a run, with ``out``, ``deadline_us``, ``deadline_at_ns`` and ``priority``. ``lane=`` says
            whose worker runs it: that of ``legato.on``, else the default lane, when left out. Inputs are not
            copied: leave them alone until the run is done.

        Returns
        -------
        Call
            A :class:`concurrent.futures.Future` that can be awaited, too.

        Raises
        ------
        ShapeError, DTypeError, ArgumentError
            An input is missing, unknown or of the wrong type.
        BusyError
            The program has states, and another call is running.

        Examples
        --------
        >>> import legato as lg
        >>> run = lg.runner(lambda x: x * 2.0, "f32[3]")
        >>> call = run.start([1.0, 2.0, 3.0])
        >>> call.result().tolist()
        [2.0, 4.0, 6.0]
        """
        cdef lg_run_desc_t desc
        from legato.core.call import launch

        lane = kwargs.pop("lane", None) if "lane" not in self.names else None
        if lane is not None and not isinstance(lane, Lane):
            raise DTypeError(f"lane is {type(lane).__name__}, expected a Lane")
        special = self.take_options(kwargs, &desc)
        inputs, outs = self.arrange_in(args, kwargs)
        for item in inputs:
            if isinstance(item, Traced):
                raise DTypeError("start: an input is being recorded; call the runner to record what it does")
        planned = self.under_used()
        variant = None
        if self.splits:
            planned = self if self.has_states else planned
            inputs = self.convert(inputs)
        else:
            variant, inputs = self.suit(planned, inputs)
            planned = self
        if special:
            return launch(planned, variant, inputs, outs, desc.deadline_ns, desc.priority, lane)
        return launch(planned, variant, inputs, outs, 0, 0, lane)

    cdef bint take_options(self, dict kwargs, lg_run_desc_t *desc) except -1:
        # Takes what says how to run out of `kwargs`. Names of inputs are inputs. False: there is nothing.
        cdef bint found = False
        if not kwargs:
            return False
        desc.size = sizeof(lg_run_desc_t)
        desc.abi = LG_ABI
        desc.deadline_ns = 0
        desc.priority = LG_PRIORITY_NORMAL
        desc.reserved = 0
        desc.lane = NULL
        for name in ("deadline_us", "deadline_at_ns", "priority"):
            if name not in kwargs or name in self.names:
                continue
            value = kwargs.pop(name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise DTypeError(f"{name} is {type(value).__name__}, expected a number")
            if name == "priority":
                if value not in (LG_PRIORITY_LOW, LG_PRIORITY_NORMAL, LG_PRIORITY_HIGH):
                    raise ArgumentError(f"priority is {value}, expected legato.LOW, NORMAL or HIGH")
                desc.priority = value
            else:
                if desc.deadline_ns != 0:
                    raise ArgumentError("deadline_us and deadline_at_ns say the same; give one")
                # Not above what int64 holds; 0 would be no deadline.
                at = value if name == "deadline_at_ns" else lg_clock_ns() + value * 1000
                if at != at:
                    raise ArgumentError(f"{name} is not a number")
                desc.deadline_ns = 1 if at < 1 else <int64_t>0x7fffffffffffffff if at > 9e18 else int(at)
            found = True
        return found

    cdef tuple arrange_in(self, tuple args, dict kwargs):
        # The inputs in order, and what `out` gives or None.
        outs = None
        if "out" in kwargs and "out" not in self.names:
            outs = kwargs.pop("out")
            outs = None if outs is None else self.arrange_out(outs)
        return arrange(self.names, args, kwargs), outs

    cdef Runner under_used(self):
        # The runner that plans under the executors in use, or this one.
        executors = used_executors() if has_handlers() else None
        return self.under(executors) if executors else self

    cdef tuple suit(self, Runner planned, tuple inputs):
        # The variant for the inputs, and the inputs as it takes them.
        cdef Variant variant = planned.current
        if variant is None or not variant.fits(inputs):
            inputs = self.convert(inputs)
            if variant is None or not variant.fits(inputs):
                variant = planned.find([wrap_spec(&(<Tensor>item)._h.view) for item in inputs], self.adds)
                planned.current = variant
        return variant, inputs

    cdef Bound take_parts(self, tuple inputs):
        # A call of a program that runs in parts, with its inputs bound; give_parts gives it back.
        cdef lg_error_t err
        cdef Bound call
        cdef Tensor tensor
        cdef uint32_t i
        call = self.take() if self.has_states else self.idle.pop() if self.idle else Bound.__new__(Bound)
        try:
            if call._h == NULL:
                check(lg_call_create(self._h, &call._h, &err), &err)
            lg_call_watch(call._h, look_for_signals, NULL)
            lg_call_set_lane(call._h, current_lane() if self.lane is None else self.lane._h)
            for i in range(self.in_count):
                tensor = inputs[i]
                name = self.names[i].encode()
                check(lg_call_bind(call._h, name, &tensor._h.view, &err), &err)
        except BaseException:
            self.give_parts(call)
            raise
        return call

    cdef int give_parts(self, Bound call) except -1:
        if self.has_states:
            self.busy = False
        elif call._h != NULL:
            self.idle.append(call)
        return 0

    cdef object part_outputs(self, Bound call, tuple outs):
        # What a run in parts gave. `outs` is None, or a Tensor per output.
        cdef lg_error_t err
        cdef Tensor tensor
        cdef uint32_t i
        writes = self.program.ends()[1]
        results = []
        for i in range(lg_program_output_count(self.program._h)):
            if i not in writes:
                tensor = Tensor.__new__(Tensor)
                check(lg_call_take_output(call._h, i, &tensor._h, &err), &err)
                results.append(tensor)
        if outs is not None:
            for name, given, made in zip(self.program.outputs, outs, results):
                _copy_out(name, given, made)
            results = list(outs)
        return self.program.arrange_outputs(results)

    cdef object run_parts(self, tuple inputs, tuple outs, const lg_run_desc_t *desc, lg_trace_t *trace):
        # Runs a program whose outputs have the shapes that the data tell.
        cdef lg_error_t err
        cdef lg_status_t status
        cdef Bound call = self.take_parts(inputs)
        try:
            if trace != NULL:
                check(lg_call_trace(call._h, trace, &err), &err)
            with nogil:
                if desc == NULL:
                    status = lg_call_run(call._h, 0, &err)
                else:
                    status = lg_call_run_as(call._h, desc, &err)
            if trace != NULL:
                untrace(call)
            check(status, &err)
            return self.part_outputs(call, outs)
        finally:
            self.give_parts(call)

    cdef tuple arrange_out(self, object out):
        # One Tensor per output.
        names = tuple(self.program.outputs)
        if isinstance(out, Tensor):
            out = (out,)
        elif isinstance(out, dict):
            out = arrange(names, (), out)
        if not isinstance(out, (tuple, list)) or len(out) != len(names):
            raise ArgumentError(f"out: expected {len(names)} tensors: {', '.join(names)}")
        for item in out:
            if type(item) is not Tensor:
                raise DTypeError(f"out: expected Tensors, got {type(item).__name__}")
        return tuple(out)

    def plan(self, *specs):
        """Return the plan that runs, made now where there is none yet. No data is needed.

        Parameters
        ----------
        *specs : str, Spec, Tensor or array
            Types of the inputs; may be left away where they are fixed, or for the plan of the last run.

        Returns
        -------
        Plan
            :class:`~legato.core.parts.PlanParts` where the program runs in parts: with branches, loops, or
            extents that only the data tell.

        Raises
        ------
        ShapeError, DTypeError
            A type does not fit the input.
        ArgumentError
            The extents of an input are not fixed, and there was no run yet.

        Examples
        --------
        >>> import legato as lg
        >>> run = lg.runner(lambda x: lg.tanh(x), "f32[batch,4]")
        >>> run.plan("f32[2,4]").records
        1
        """
        cdef Variant variant = self.current
        if specs:
            types = [spec(item) for item in specs]
            if len(types) != self.in_count or any([type.is_symbolic for type in types]):
                raise ArgumentError(f"plan: expected types of {', '.join(self.names)}, extents as numbers")
            for name, type in zip(self.names, types):
                wanted = self.program.inputs[name]
                if type.dtype != wanted.dtype:
                    raise DTypeError(f"plan: input {name!r} is {type}, expected {wanted}")
                if not wanted.is_symbolic and type != wanted:
                    raise ShapeError(f"plan: input {name!r} is {type}, expected {wanted}")
            if self.splits:
                planned = self.plan_parts(types)
                self.name_signature(types)
                return planned
            variant = self.find(types, True)
            self.name_signature(types)
            for one in self.alternatives:
                (<Runner>one).name_signature(types)
        if self.splits:
            return self.plan_parts(list(self.program.inputs.values()))
        if variant is None:
            raise ArgumentError(
                f"plan: extents of {', '.join(self.names)} are not fixed; give types: run.plan('f32[1,784]')"
            )
        return variant.plan

    cdef object plan_parts(self, list types):
        # The plans of the parts; what extents tell is planned now, where `types` are all numbers.
        cdef lg_error_t err
        cdef lg_status_t status
        cdef lg_view_t *views
        cdef uint32_t count, first_open
        from legato.core.parts import parts_of

        if not any([(<Spec>type).symbolic for type in types]):
            views = self.views(types)
            count = lg_program_input_count(self.program._h)
            status = lg_model_plan_parts(self._h, views, count, &first_open, &err)
            PyMem_Free(views)
            check(status, &err)
        return parts_of(self)

    cdef lg_view_t *views(self, list types) except NULL:
        # A type per input of the program, for the caller to free; those of states are left open.
        cdef uint32_t i
        cdef uint32_t used = 0
        cdef uint32_t count = lg_program_input_count(self.program._h)
        cdef lg_view_t *views = <lg_view_t *>PyMem_Calloc(count + 1, sizeof(lg_view_t))
        if views == NULL:
            raise MemoryError()
        states = self.program.ends()[0]
        for i in range(count):
            if i not in states and used < <uint32_t>len(types):
                views[i] = (<Spec>types[used])._view
                used += 1
        return views

    cdef int name_signature(self, list types) except -1:
        # What was asked for by name goes into files.
        cdef lg_error_t err
        cdef lg_status_t status
        cdef lg_view_t *views = self.views(types)
        status = lg_model_add_signature(self._h, views, lg_program_input_count(self.program._h), &err)
        PyMem_Free(views)
        return check(status, &err)

    cdef list saved_signatures(self):
        # Those of the file that the runner comes from.
        cdef uint32_t index = 0
        cdef uint32_t i
        cdef uint32_t count = lg_program_input_count(self.program._h)
        cdef lg_view_t *views = self.views([])
        states = self.program.ends()[0]
        result = []
        while lg_model_signature(self._h, index, views, count, NULL) == LG_OK:
            result.append(tuple([wrap_spec(&views[i]).shape for i in range(count) if i not in states]))
            index += 1
        PyMem_Free(views)
        return result

    @property
    def passes(self):
        """dict of str to bool: the passes that plans leave out, as :func:`runner` takes them."""
        result = {}
        cdef uint32_t i = 0
        while lg_model_pass_off(self._h, i) != NULL:
            result[lg_model_pass_off(self._h, i).decode()] = False
            i += 1
        return result

    @property
    def signatures(self):
        """list of tuple: shapes of the inputs for which there are plans, the one used last at the end.

        Those that the file of a loaded runner names come first, and are planned when they are used.
        """
        if not self.is_open:
            return [tuple([spec.shape for spec in self.program.inputs.values()])]
        return [*[key for key in self.saved if key not in self.variants], *self.variants]

    def __repr__(self):
        return f"<legato.Runner of {self.program!r}>"

    cdef Variant chosen(self, list variants):
        # The variant of a choice between those of its alternatives.
        plans = [(<Variant>one).plan for one in variants]
        cdef Variant variant = self.planned(_choice_model(self.choice, plans))
        variant.plan.alternatives = tuple(plans)
        return variant


cdef int32_t look_for_signals(void *user) noexcept with gil:
    # So that Ctrl-C ends a loop that need not end.
    try:
        PyErr_CheckSignals()
    except BaseException as error:
        return keep_exception(error)
    return 0


cdef int _copy_out(str name, Tensor given, Tensor made) except -1:
    # Copies a result to the memory that the caller gave for it.
    cdef lg_error_t err
    given._observe()
    check(lg_eager_check_out(name.encode(), &made._h.view, &given._h.view, &err), &err)
    return check(lg_eager_copy(context, &made._h.view, &given._h.view, &err), &err)


cdef Plan wrap_plan(lg_model_t *model, tuple executors, Policy policy, list off):
    # The plan of a model; takes over the caller's reference to that.
    cdef Plan plan = Plan.__new__(Plan)
    cdef lg_model_t *one
    plan._model = model
    plan._h = lg_model_plan(model)
    lg_plan_retain(plan._h)
    lg_program_retain(lg_model_program(model))
    plan.program = wrap_program(lg_model_program(model))
    plan.executors, plan.policy, plan.off = executors, policy, off
    alternatives = []
    while lg_model_alternative(model, <uint32_t>len(alternatives)) != NULL:
        one = lg_model_alternative(model, <uint32_t>len(alternatives))
        lg_model_retain(one)
        alternatives.append(wrap_plan(one, (), None, passes_of(one)))
    plan.alternatives = tuple(alternatives)
    return plan


cdef object _text(const char *text):
    return text.decode() if text != NULL else None


cdef list rules_of(lg_model_t *model):
    # The rules that a model is planned with.
    cdef lg_rule_t rule
    lanes = lanes_of(model)
    result = []
    for i in range(lg_model_rule_count(model)):
        rule = lg_model_rule(model, i)
        result.append(
            Rule(
                op=_text(rule.op),
                path=_text(rule.path),
                to=_place_of(&rule, lanes),
                hold=[find_unit(rule.holds[k].decode()) for k in range(rule.hold_count)],
                replace=_text(rule.replace),
                before=_text(rule.before),
                after=_text(rule.after),
            )
        )
    return result


cdef object _place_of(const lg_rule_t *rule, dict lanes):
    if rule.choice != NULL:
        text = rule.choice.decode()
        asked = [lane for name, lane in lanes.items() if f"queued {quoted(name)}" in text]
        return Choice(text, text, (), tuple(asked))
    return lanes[rule.lane] if rule.lane != NULL else _text(rule.device)


cdef dict lanes_of(lg_model_t *model):
    # The lanes of a model by the names that its rules have for them.
    cdef const lg_bind_t *bind
    result = {}
    while (bind := lg_model_bind(model, <uint32_t>len(result))) != NULL:
        result[<bytes>bind.name] = wrap_lane(bind.lane)
    return result


cdef tuple _alternatives_of(lg_model_t *model):
    # Runners for what a model is a choice between.
    cdef lg_model_t *one
    result = []
    while lg_model_alternative(model, <uint32_t>len(result)) != NULL:
        one = lg_model_alternative(model, <uint32_t>len(result))
        lg_model_retain(one)
        result.append(open_runner(one))
    return tuple(result)


cdef Runner open_runner(lg_model_t *model):
    # A runner of what comes from a file. Takes over the caller's reference.
    rules = rules_of(model)
    lane = wrap_lane(lg_model_lane(model)) if lg_model_lane(model) != NULL else None
    lg_program_retain(lg_model_program(model))
    executors = (Rules(rules, lane=lane),) if rules or lane is not None else ()
    return wrap_runner(model, wrap_program(lg_model_program(model)), executors, None)


cdef lg_model_t *_choice_model(Choice choice, list plans) except NULL:
    # A choice between the models of plans.
    cdef lg_model_t *models[16]
    cdef lg_model_t *result
    cdef lg_error_t err
    cdef size_t count = len(plans)
    for i in range(count):
        models[i] = (<Plan>plans[i])._model
    check(lg_model_create_choice(&choice._h, models, count, &result, &err), &err)
    return result


def choose_runners(Choice choice not None, tuple runners):
    cdef Runner first = runners[0]
    cdef Runner each, result
    cdef lg_model_t *models[16]
    cdef lg_model_t *model
    cdef lg_error_t err
    for number, each in enumerate(runners):
        if each.program.structure is not first.program.structure:
            raise ArgumentError(
                f"choose: runner {number} gives its outputs as {_structure(each)}, the first as "
                f"{_structure(first)}"
            )
        if each.lane is not first.lane:
            raise ArgumentError("choose: the runners are on different lanes; put all of them on one")
        models[number] = each._h
    check(lg_model_create_choice(&choice._h, models, len(runners), &model, &err), &err)
    result = wrap_runner(model, first.program, (), None)
    result.alternatives, result.choice, result.lane = runners, choice, first.lane
    if not result.is_open:
        result.current.plan.alternatives = tuple([(<Runner>one).current.plan for one in runners])
        result.current.lane = result.lane
    return result


cdef str _structure(Runner runner):
    structure = runner.program.structure
    return "one tensor" if structure is None else f"a {structure.__name__}"


cdef list passes_of(lg_model_t *model):
    # Names of the passes that its plans leave out.
    result = []
    while lg_model_pass_off(model, <uint32_t>len(result)) != NULL:
        result.append(<bytes>lg_model_pass_off(model, <uint32_t>len(result)))
    return result


cdef Runner wrap_runner(lg_model_t *model, Program program, tuple executors, Policy policy):
    # Takes over the caller's reference to the model.
    cdef Runner result = Runner.__new__(Runner)
    result.alternatives = _alternatives_of(model)
    if result.alternatives:
        text = lg_model_choice(model).decode()
        if "queued" not in text:  # else it asks for lanes that only the file has
            result.choice = Choice(text, text, (), ())
    result._h = model
    result.program = program
    result.executors, result.policy = executors, policy
    result.lanes = lanes_of(model)
    result.off = [name.encode() for name in result.passes]
    result.lane = lane_of(executors)
    result.names = tuple(program.inputs)
    result.in_count = <uint32_t>len(result.names)
    result.has_states = len(program.ends()[0]) > 0
    result.variants, result.others = {}, {}
    result.capacity = 16
    result.adds = True
    result.splits = lg_program_splits(program._h)
    result.idle = []
    result.is_open = lg_model_plan(model) == NULL
    result.saved = result.saved_signatures() if result.is_open else []
    if not result.is_open:
        lg_model_retain(model)
        result.current = result.planned(model)
        if result.current._h != model:
            lg_model_retain(result.current._h)
            lg_model_release(model)
            result._h = result.current._h
    return result


cdef Lane lane_of(tuple executors):
    for executor in executors:
        if executor.lane is not None:
            return executor.lane
    return None


cdef Runner _make_runner(Program program, tuple executors, list off):
    cdef Policy policy = policy_of(executors)
    return wrap_runner(_make_model(program, executors, policy, off), program, executors, policy)


cdef lg_model_t *_make_model(Program program, tuple executors, Policy policy, list off) except NULL:
    # Plans a program, where its extents are fixed.
    load_prices()
    cdef lg_error_t err
    cdef lg_plan_desc_t desc
    cdef lg_model_t *model
    cdef lg_status_t status
    cdef bytes name
    cdef Lane lane = lane_of(executors)
    # Rules about one op by its own name ("matmul#2") are for the engine alone, which knows it.
    cdef RuleTable table = RuleTable([
        rule
        for executor in executors
        for rule in executor.rules()
        if policy is None or (rule.op is not None and "#" in rule.op)
    ], lane)
    cdef const char **names = <const char **>PyMem_Calloc(len(off) + 1, sizeof(void *))
    if names == NULL:
        raise MemoryError()
    for i, name in enumerate(off):
        names[i] = <const char *>name
    desc.size = sizeof(lg_plan_desc_t)
    desc.abi = LG_ABI
    desc.rules = <const lg_rule_t *>table.memory
    desc.rule_count = table.count
    desc.passes_off = names
    desc.passes_off_count = len(off)
    desc.executor = &policy.table if policy is not None else NULL
    desc.lane = lane._h if lane is not None else NULL
    desc.lanes = <const lg_bind_t *>table.binds
    desc.lane_count = len(table.lanes)
    desc.name = <const char *>program.label if program.label is not None else NULL
    status = lg_model_create_program(program._h, &desc, &model, &err)
    PyMem_Free(names)
    check(status, &err)
    return model


cdef dict _checked_passes(object passes):
    # What a user says about passes.
    if passes is None:
        return {}
    if not isinstance(passes, dict) or not all(type(on) is bool for on in passes.values()):
        raise DTypeError(f"runner: passes is {passes!r}, expected a dict of pass to bool: {{'fuse': False}}")
    known = all_passes()
    for name in passes:
        if name not in known:
            raise NotFoundError(f"there is no pass {name!r}; there are {', '.join(known)}")
    return passes


def runner(program, *specs, executor=None, passes=None, plans=16, on_new_signature="record"):
    """Plan a program so that it can be called.

    Parameters
    ----------
    program : Program or callable
        A callable is recorded first, see :func:`record`.
    *specs : str, Spec, Tensor or array
        Types of a callable's arguments.
    executor : Executor, optional
        Decides where ops run; everything on ``cpu:0`` when left out. With ``legato.on(lane)`` large ops of
        each run are cut over the workers of a lane; otherwise, and outside of ``with legato.on(lane)``, the
        thread that calls is alone.
    passes : dict of str to bool, optional
        Passes over the program that are not to run: ``{"fuse": False}``. :func:`passes` has the names. The
        results stay the same within the tolerances of the ops.
    plans : int, default 16
        Where extents are not fixed: how many plans are kept, one per signature; those used last stay.
    on_new_signature : {"record", "raise"}, default "record"
        Where extents are not fixed: whether a run with shapes that have no plan makes one, or is an error.
        Where a callable branched on an extent and would now take another way, it is recorded again.

    Returns
    -------
    Runner

    Raises
    ------
    UnsupportedError
        A device refuses an op that a rule sends there (with its reason), or there is no kernel.
    NotFoundError
        A rule names an op or device that does not exist.

    Examples
    --------
    >>> import legato as lg
    >>> run = lg.runner(lambda x: lg.add(x, x), "f32[n]")
    >>> run([1.0, 2.0]).tolist(), run([3.0]).tolist()
    ([2.0, 4.0], [6.0])
    """
    cdef Runner result
    fn = None
    if not isinstance(program, Program):
        fn = program
        program = record(program, *specs)
    elif specs:
        raise ArgumentError("runner: a Program has its types already; specs go with a callable")
    if executor is not None and not isinstance(executor, Executor):
        raise DTypeError(f"runner: executor is {type(executor).__name__}, expected an Executor")
    if type(plans) is not int or plans < 1 or plans > 1 << 20:
        raise ArgumentError(f"runner: plans is {plans!r}, expected a number from 1 on")
    if on_new_signature not in ("record", "raise"):
        given = repr(on_new_signature)
        raise ArgumentError(f"runner: on_new_signature is {given}, expected 'record' or 'raise'")
    off = [name.encode() for name, on in _checked_passes(passes).items() if not on]
    executors = (executor,) if executor is not None else ()
    result = _make_runner(program, (*executors, *used_executors()), off)
    lg_model_set_capacity(result._h, plans)
    result.capacity = plans
    result.adds = on_new_signature == "record"
    if fn is not None and result.is_open:
        result.fn = fn
        result.remake = lambda types: runner(fn, *types, executor=executor, passes=passes)
    return result
