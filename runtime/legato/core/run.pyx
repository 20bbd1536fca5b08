# SPDX-License-Identifier: Apache-2.0
"""Runners: programs that were planned and can be called; apps: runners in a file."""

import os

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport uint32_t
from libc.string cimport memcmp

from legato.core.context cimport context
from legato.core.engine cimport (
    LG_VIEW_CONTIGUOUS,
    LG_ABI,
    lg_app_close,
    lg_app_model,
    lg_app_model_count,
    lg_app_model_name,
    lg_app_open,
    lg_app_save,
    lg_app_t,
    lg_call_bind_at,
    lg_call_create,
    lg_call_release,
    lg_call_run,
    lg_call_t,
    lg_dtype_t,
    lg_error_t,
    lg_model_create,
    lg_model_plan,
    lg_model_program,
    lg_model_release,
    lg_model_rule,
    lg_model_rule_count,
    lg_model_t,
    lg_open_desc_t,
    lg_plan_arena_bound_bytes,
    lg_plan_arena_bytes,
    lg_plan_create,
    lg_plan_desc_t,
    lg_plan_expected_ns,
    lg_plan_format,
    lg_plan_packed_bytes,
    lg_plan_record_count,
    lg_plan_release,
    lg_plan_retain,
    lg_plan_t,
    lg_program_input_count,
    lg_program_input_type,
    lg_program_output_count,
    lg_program_output_type,
    lg_program_retain,
    lg_rule_t,
    lg_status_t,
    lg_tensor_init,
    lg_text_t,
    lg_view_t,
)
from legato.core.errors cimport check
from legato.core.executor cimport RuleTable
from legato.core.program cimport Program, Traced, take_text, wrap_program
from legato.core.tensor cimport Tensor, copy_tensor

from legato.core.errors import ArgumentError, DTypeError, NotFoundError, ShapeError
from legato.core.executor import Executor, Rule, Rules
from legato.core.program import arrange, record
from legato.core.program import passes as all_passes
from legato.core.program import record
from legato.core.convert import asarray

# Below this, releasing and taking the GIL costs more than others gain by it.
cdef double LONG_NS = 5000


cdef class Plan:
    """A program plus decisions. ``print(plan)`` shows a row per op: where it runs, with what, and why."""

    def __init__(self):
        raise TypeError("get a plan from a runner: run.plan()")

    def __dealloc__(self):
        lg_plan_release(self._h)

    def __str__(self):
        cdef lg_text_t *text
        cdef lg_error_t err
        check(lg_plan_format(self._h, &text, &err), &err)
        return take_text(text).rstrip("\n")

    def __repr__(self):
        return f"<legato.Plan of {len(self.program)} ops, {self.records} records, {self.memory} bytes>"

    @property
    def records(self):
        """int: kernel calls per run."""
        return lg_plan_record_count(self._h)

    @property
    def memory(self):
        """int: bytes that each concurrent call holds for intermediate results, exact before the first run."""
        return lg_plan_arena_bytes(self._h)

    @property
    def memory_bound(self):
        """int: the largest sum of bytes alive at once; no plan needs less."""
        return lg_plan_arena_bound_bytes(self._h)

    @property
    def packed(self):
        """int: bytes that the plan holds for weights in the layouts that its kernels want, once for all calls."""
        return lg_plan_packed_bytes(self._h)

    @property
    def expected_ns(self):
        """float: expected duration of a run on one thread, in nanoseconds."""
        return lg_plan_expected_ns(self._h)


cdef class Call:
    # An idle or running lg_call_t.
    cdef lg_call_t *_h

    def __dealloc__(self):
        lg_call_release(self._h)


cdef class Runner:
    """A program that was planned. Call it: ``run(x)``. Thread-safe. Make one with :func:`runner`."""

    def __init__(self):
        raise TypeError("make a runner with legato.runner")

    def __dealloc__(self):
        # Calls retain the model, so the order does not matter.
        PyMem_Free(self.types)
        lg_model_release(self._h)

    cdef int fill(self, object executor) except -1:
        # Completes a runner whose model and program are set.
        cdef uint32_t i
        self.executor = executor
        self.calls = []
        self.in_count = lg_program_input_count(self.program._h)
        self.out_count = lg_program_output_count(self.program._h)
        self.long_run = lg_plan_expected_ns(lg_model_plan(self._h)) > LONG_NS
        self.names = tuple(self.program.inputs)
        self.types = <const lg_view_t **>PyMem_Calloc(self.in_count + self.out_count, sizeof(void *))
        if self.types == NULL:
            raise MemoryError()
        for i in range(self.in_count):
            self.types[i] = lg_program_input_type(self.program._h, i)
        for i in range(self.out_count):
            self.types[self.in_count + i] = lg_program_output_type(self.program._h, i)
        return 0

    cdef Tensor input(self, uint32_t index, object value):
        # A dense tensor of the input's type.
        cdef Tensor tensor = asarray(value)
        cdef const lg_view_t *type = self.types[index]
        name = self.names[index]
        if tensor._h.view.dtype != type.dtype:
            wanted = self.program.inputs[name]
            raise DTypeError(f"input {name!r} is {tensor.dtype}, expected {wanted}; cast it first")
        if tensor._h.view.rank != type.rank or memcmp(tensor._h.view.shape, type.shape, type.rank * 8) != 0:
            raise ShapeError(f"input {name!r} has shape {tensor.shape}, expected {self.program.inputs[name]}")
        tensor._observe()
        return tensor if tensor._h.view.flags & LG_VIEW_CONTIGUOUS else copy_tensor(tensor)

    cdef int output(self, const lg_view_t *wanted, Tensor tensor) except -1:
        # Gives an empty tensor memory of the wanted type.
        cdef lg_error_t err
        return check(
            lg_tensor_init(
                context, <lg_dtype_t>wanted.dtype, wanted.rank, wanted.shape, &tensor._h, &err
            ),
            &err,
        )

    def __call__(self, *args, **kwargs):
        """Run the program.

        Parameters
        ----------
        *args, **kwargs : Tensor or array
            The inputs, in order or by name.

        Returns
        -------
        Tensor, tuple or dict
            What the recorded function returned; several outputs as a named tuple or dict.

        Raises
        ------
        ShapeError, DTypeError, ArgumentError
            An input is missing, unknown or of the wrong type; the message names it.
        """
        cdef lg_error_t err
        cdef lg_status_t status
        cdef uint32_t i
        cdef Tensor tensor
        cdef Call call
        cdef const lg_view_t *wanted
        cdef tuple inputs = args
        cdef list kept = None  # inputs that were converted, alive until the run is over
        if kwargs or len(inputs) != self.in_count:
            inputs = arrange(self.names, args, kwargs)
        try:
            call = self.calls.pop()
        except IndexError:
            call = Call.__new__(Call)
            check(lg_call_create(self._h, &call._h, &err), &err)
        for i in range(self.in_count):
            wanted = self.types[i]
            item = inputs[i]
            if (
                type(item) is not Tensor
                or (<Tensor>item)._h.view.dtype != wanted.dtype
                or (<Tensor>item)._h.view.rank != wanted.rank
                or not (<Tensor>item)._h.view.flags & LG_VIEW_CONTIGUOUS
                or memcmp((<Tensor>item)._h.view.shape, wanted.shape, wanted.rank * 8) != 0
            ):
                if type(item) is Traced:
                    self.calls.append(call)
                    return self.program(*inputs)
                item = self.input(i, item)
                if kept is None:
                    kept = []
                kept.append(item)
            check(lg_call_bind_at(call._h, i, (<Tensor>item)._h.view.data, &err), &err)
        if self.out_count == 1:
            wanted = self.types[self.in_count]
            tensor = Tensor.__new__(Tensor)
            self.output(wanted, tensor)
            check(lg_call_bind_at(call._h, self.in_count, tensor._h.view.data, &err), &err)
            result = tensor
        else:
            outputs = []
            for i in range(self.in_count, self.in_count + self.out_count):
                wanted = self.types[i]
                tensor = Tensor.__new__(Tensor)
                self.output(wanted, tensor)
                check(lg_call_bind_at(call._h, i, tensor._h.view.data, &err), &err)
                outputs.append(tensor)
            result = outputs
        if self.long_run:
            with nogil:
                status = lg_call_run(call._h, 0, &err)
        else:
            status = lg_call_run(call._h, 0, &err)
        self.calls.append(call)
        check(status, &err)
        if self.program.structure is None:
            return result
        return self.program.arrange_outputs(result if self.out_count != 1 else [result])

    def plan(self):
        """Return the plan that runs.

        Returns
        -------
        Plan
        """
        cdef Plan plan = Plan.__new__(Plan)
        plan._h = lg_model_plan(self._h)
        lg_plan_retain(plan._h)
        plan.program = self.program
        return plan

    def __repr__(self):
        return f"<legato.Runner of {self.program!r}>"


cdef list _passes_off(object passes):
    # Names of the passes that a dict of pass to bool switches off.
    if passes is None:
        return []
    if not isinstance(passes, dict) or not all(type(on) is bool for on in passes.values()):
        raise DTypeError(f"runner: passes is {passes!r}, expected a dict of pass to bool: {{'fuse': False}}")
    known = all_passes()
    for name in passes:
        if name not in known:
            raise NotFoundError(f"there is no pass {name!r}; there are {', '.join(known)}")
    return [name.encode() for name, on in passes.items() if not on]


def runner(program, *specs, executor=None, passes=None):
    """Plan a program so that it can be called.

    Parameters
    ----------
    program : Program or callable
        A callable is recorded first, see :func:`record`.
    *specs : str, Spec, Tensor or array
        Types of a callable's arguments.
    executor : Executor, optional
        Decides where ops run; everything on ``cpu:0`` when left out.
    passes : dict of str to bool, optional
        Passes over the program that are not to run: ``{"fuse": False}``. :func:`passes` has the names. The
        results stay the same within the tolerances of the ops.

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
    >>> run = lg.runner(lambda x: lg.add(x, x), "f32[2]")
    >>> run(lg.tensor([1.0, 2.0])).tolist()
    [2.0, 4.0]
    """
    cdef lg_error_t err
    cdef lg_plan_desc_t desc
    cdef lg_plan_t *plan
    cdef lg_status_t status
    cdef Runner result = Runner.__new__(Runner)
    if not isinstance(program, Program):
        program = record(program, *specs)
    elif specs:
        raise ArgumentError("runner: a Program has its types already; specs go with a callable")
    if executor is not None and not isinstance(executor, Executor):
        raise DTypeError(f"runner: executor is {type(executor).__name__}, expected an Executor")
    cdef RuleTable table = RuleTable(executor.rules() if executor is not None else [])
    desc.size = sizeof(lg_plan_desc_t)
    desc.abi = LG_ABI
    desc.rules = <const lg_rule_t *>table.memory
    desc.rule_count = table.count
    cdef list off = _passes_off(passes)
    cdef bytes name
    cdef const char **names = <const char **>PyMem_Calloc(len(off) + 1, sizeof(void *))
    if names == NULL:
        raise MemoryError()
    for i, name in enumerate(off):
        names[i] = <const char *>name
    desc.passes_off = names
    desc.passes_off_count = len(off)
    result.program = program
    status = lg_plan_create(result.program._h, &desc, &plan, &err)
    PyMem_Free(names)
    check(status, &err)
    status = lg_model_create(plan, desc.rules, table.count, &result._h, &err)
    lg_plan_release(plan)
    check(status, &err)
    result.fill(executor)
    return result


# ---- apps ------------------------------------------------------------------------------------------

class App:
    """Runners by name: ``app.name``, ``app["name"]``. Callable itself when there is one.

    Parameters
    ----------
    runners : dict of str to Runner
    """

    def __init__(self, runners):
        self._runners = dict(runners)

    def __getattr__(self, name):
        if name.startswith("_") or name not in self._runners:
            raise AttributeError(f"there is no model {name!r}; there are {', '.join(self._runners)}")
        return self._runners[name]

    def __getitem__(self, name):
        if name not in self._runners:
            raise NotFoundError(f"there is no model {name!r}; there are {', '.join(self._runners)}")
        return self._runners[name]

    def __iter__(self):
        return iter(self._runners)

    def __len__(self):
        return len(self._runners)

    def __dir__(self):
        return [*super().__dir__(), *self._runners]

    def __call__(self, *args, **kwargs):
        if len(self._runners) != 1:
            raise ArgumentError(f"the app has {len(self)} models: {', '.join(self._runners)}; call one")
        return next(iter(self._runners.values()))(*args, **kwargs)

    def __repr__(self):
        return f"<legato.App of {', '.join(self._runners)}>"


def save(path, app):
    """Write runners to a ``.legato`` file.

    The file is a safetensors file that holds programs, weights and rules; :func:`load` opens it, and
    ``lg_app_open`` in C. It appears whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
    app : Runner, App or dict of str to Runner
        A single runner is saved under the name ``main``.

    Raises
    ------
    OSError
        The file cannot be written.
    ArgumentError
        A name has other characters than letters, digits, ``_``, ``.`` and ``-``.

    Examples
    --------
    >>> import legato as lg, os, tempfile
    >>> run = lg.runner(lambda x: lg.tanh(x), "f32[2]")
    >>> file = os.path.join(tempfile.mkdtemp(), "tanh.legato")
    >>> lg.save(file, run)
    >>> lg.load(file)(lg.tensor([0.0, 0.0])).tolist()
    [0.0, 0.0]
    """
    cdef lg_error_t err
    cdef const char **names
    cdef lg_model_t **models
    cdef size_t count
    if isinstance(app, Runner):
        app = {"main": app}
    items = {name: app[name] for name in app} if isinstance(app, (dict, App)) else None
    if not items or not all(isinstance(item, Runner) for item in items.values()):
        raise DTypeError("save: expected a Runner, an App, or a dict of names to Runners")
    encoded = [str(name).encode() for name in items]
    runners = list(items.values())
    count = len(runners)
    names = <const char **>PyMem_Calloc(count, sizeof(void *))
    models = <lg_model_t **>PyMem_Calloc(count, sizeof(void *))
    try:
        if names == NULL or models == NULL:
            raise MemoryError()
        for i in range(count):
            names[i] = <const char *>encoded[i]
            models[i] = (<Runner>runners[i])._h
        target = os.fsencode(path)
        check(lg_app_save(target, names, models, count, &err), &err)
    finally:
        PyMem_Free(names)
        PyMem_Free(models)


cdef Runner _wrap_model(lg_model_t *model):
    # Takes over the caller's reference.
    cdef Runner result = Runner.__new__(Runner)
    cdef lg_rule_t rule
    result._h = model
    lg_program_retain(lg_model_program(model))
    result.program = wrap_program(lg_model_program(model))
    rules = []
    for i in range(lg_model_rule_count(model)):
        rule = lg_model_rule(model, i)
        rules.append(
            Rule(
                op=rule.op.decode() if rule.op != NULL else None,
                path=rule.path.decode() if rule.path != NULL else None,
                to=rule.device.decode(),
            )
        )
    result.fill(Rules(rules) if rules else None)
    return result


def load(path):
    """Open a ``.legato`` file.

    The file is mapped, its weights are not copied. It is not trusted: everything in it is checked.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    App
        Runners by name; callable itself when there is one.

    Raises
    ------
    OSError
        The file cannot be opened.
    FormatError
        It is no ``.legato`` file, or damaged; the message says what is wrong and where.
    NotFoundError
        A rule in it names a device that is not there; load its plugin first.
    """
    cdef lg_error_t err
    cdef lg_open_desc_t desc
    cdef lg_app_t *app
    cdef lg_model_t *model
    desc.size = sizeof(lg_open_desc_t)
    desc.abi = LG_ABI
    desc.context = context
    desc.plugins = NULL
    desc.plugin_count = 0
    encoded = os.fsencode(path)
    check(lg_app_open(encoded, &desc, &app, &err), &err)
    try:
        runners = {}
        for i in range(lg_app_model_count(app)):
            check(lg_app_model(app, lg_app_model_name(app, i), &model, &err), &err)
            runners[lg_app_model_name(app, i).decode()] = _wrap_model(model)
    finally:
        lg_app_close(app)
    return App(runners)
