# SPDX-License-Identifier: Apache-2.0
"""Executors as the engine asks them while it plans, and what they have to run at ops."""

import itertools
import weakref

from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.stdint cimport int32_t, uint32_t, uintptr_t
from libc.string cimport memset

from legato.core.choice cimport Choice
from legato.core.context cimport context
from legato.core.dispatch cimport resume_handlers, suspend_handlers
from legato.core.engine cimport (
    LG_ABI,
    LG_MAX_HELD,
    LG_MAX_INS,
    LG_MAX_OUTS,
    lg_error_t,
    lg_executor_t,
    lg_holding_t,
    lg_hook_find,
    lg_hook_fn_t,
    lg_hook_register,
    lg_hook_t,
    lg_op_view_t,
    lg_placement_t,
    lg_status_t,
    lg_view_t,
)
from legato.core.errors cimport check, keep_exception, op_error
from legato.core.lane cimport Lane, wrap_lane
from legato.core.opview cimport OpView, Outputs, look
from legato.core.registry cimport address_of, run_function
from legato.core.unit cimport Unit, units_of

from legato.core.device import Device
from legato.core.errors import ArgumentError, ClosedError, DTypeError
from legato.core.executor import Executor
from legato.core.unit import unit as find_unit


# ---- decorators ------------------------------------------------------------------------------------


def dynamic(method):
    """Mark ``before`` or ``after`` of an executor: Python that runs at every op of every run.

    Plans show it, and a file that needs it refuses to be written.

    Parameters
    ----------
    method : callable
        ``before(self, op)``, or ``after(self, op, outputs)`` with a sequence of copies of the outputs.

    Returns
    -------
    callable

    Examples
    --------
    >>> import legato as lg
    >>> class Count(lg.Executor):
    ...     total = 0
    ...     @lg.dynamic
    ...     def before(self, op):
    ...         self.total += 1
    >>> count = Count()
    >>> run = lg.runner(lambda x: lg.tanh(lg.exp(x)), "f32[4]", executor=count)
    >>> _ = run([1.0, 2.0, 3.0, 4.0])
    >>> count.total
    2
    """
    method._legato_hook = "dynamic"
    return method


def native(method):
    """Mark ``before`` or ``after`` of an executor: asked once per op and plan for a C function to run there.

    Parameters
    ----------
    method : callable
        ``before(self, op)``. It returns None for nothing, or an ``lg_hook_fn_t`` of ``legato/executor.h``:
        the name under which one is registered (:func:`register_hook`), which a file can keep; an address, a
        capsule, or a function of ctypes or cffi; or a tuple of that and its context, an address.

    Returns
    -------
    callable
    """
    method._legato_hook = "native"
    return method


def register_hook(name, function):
    """Register a C function under a name, by which rules and files say where it runs.

    It stays registered as long as the process lives.

    Parameters
    ----------
    name : str
    function : address, capsule, or function of ctypes or cffi; or a tuple of that and its context, an address
        An ``lg_hook_fn_t`` of ``legato/executor.h``.

    Raises
    ------
    AlreadyExistsError
        There is a hook of that name.

    Examples
    --------
    >>> import ctypes, legato as lg
    >>> signature = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    >>> seen = []
    >>> name = f"docs.watch.{id(seen)}"
    >>> lg.register_hook(name, signature(lambda context, op, data: seen.append(1) or 0))
    >>> run = lg.runner(lg.tanh, "f32[2]", executor=lg.Rules([lg.Rule(op="tanh", before=name)]))
    >>> _ = run([1.0, 2.0])
    >>> len(seen)
    1
    """
    cdef lg_error_t err
    cdef lg_hook_t hook
    entry = entry_of(function)
    if type(entry) is not tuple or isinstance(function, str):
        raise DTypeError(f"register_hook: {name!r} is {function!r:.100}, expected a C function")
    encoded = str(name).encode()
    memset(&hook, 0, sizeof(hook))
    hook.size, hook.abi = sizeof(lg_hook_t), LG_ABI
    hook.fn, hook.self = <lg_hook_fn_t><uintptr_t>entry[0], <void *><uintptr_t>entry[1]
    check(lg_hook_register(context, encoded, &hook, &err), &err)
    _registered.append(entry)


cdef list _registered = []  # keeps alive what runs


# ---- what runs at an op ----------------------------------------------------------------------------

# Note [Cycles]
# An executor may well hold the runner that was planned with it. What the engine holds, the garbage collector
# does not see, so the engine gets a Handle, which knows the Policy weakly; whatever holds a model in Python
# (Runner, Variant, Plan) holds its Policy, and that what runs at ops.


cdef class Handle:
    # Of a Policy, or of what it has for one op.
    cdef object policy  # weak
    cdef object number  # of the entry of the policy
    cdef OpView view
    cdef bint after

    cdef object entry(self):
        cdef Policy policy = self.policy()
        if policy is None:
            raise ClosedError("the executor that the plan was made with is gone")
        return policy if self.number is None else policy.entries[self.number]


cdef int run_entries(list entries, OpView view, bint after, const lg_op_view_t *op,
                     void *const *data) except? -1:
    # Runs callables and (address, context, owner) of C functions, the inner executor's first.
    cdef Outputs outputs = None
    cdef lg_hook_fn_t fn
    cdef int32_t code
    if after:
        outputs = Outputs.__new__(Outputs)
        outputs.op, outputs.data = op, data
    try:
        for entry in entries:
            if type(entry) is tuple:
                fn = <lg_hook_fn_t><uintptr_t>entry[0]
                code = fn(<void *><uintptr_t>entry[1], op, data)
                if code != 0:
                    return code
            elif after:
                entry(view, outputs)
            else:
                entry(view)
    finally:
        if outputs is not None:
            outputs.op = NULL
    return 0


cdef int32_t _run_hook(void *self, const lg_op_view_t *op, void *const *data) noexcept with gil:
    cdef void *handlers = suspend_handlers()
    cdef Handle handle = <Handle>self
    try:
        return run_entries(handle.entry(), handle.view, handle.after, op, data)
    except BaseException as error:
        return keep_exception(error)
    finally:
        resume_handlers(handlers)


cdef int32_t _run_replacement(void *self, const lg_op_view_t *op, void *const *data) noexcept with gil:
    cdef void *handlers = suspend_handlers()
    cdef lg_view_t views[LG_MAX_INS + LG_MAX_OUTS]
    cdef const lg_view_t *pointers[LG_MAX_INS + LG_MAX_OUTS]
    cdef lg_op_view_t bound = op[0]
    cdef uint32_t i
    cdef Handle handle = <Handle>self
    try:
        for i in range(<uint32_t>op.in_count + op.out_count):
            pointers[i] = op.ins[i] if i < op.in_count else op.outs[i - op.in_count]
            if pointers[i] != NULL:
                views[i] = pointers[i][0]
                views[i].data = data[i]
                pointers[i] = &views[i]
        bound.ins = pointers
        bound.outs = &pointers[op.in_count]
        function, view = handle.entry(), handle.view
        run_function(lambda *inputs, **attrs: function(view, inputs), &bound)
        return 0
    except BaseException as error:
        return keep_exception(error)
    finally:
        resume_handlers(handlers)


cdef void _retain_handle(void *self) noexcept with gil:
    Py_INCREF(<object>self)


cdef void _release_handle(void *self) noexcept with gil:
    Py_DECREF(<object>self)


cdef void _release_hook(void *self) noexcept with gil:
    cdef Policy policy = (<Handle>self).policy()
    if policy is not None:
        policy.entries.pop((<Handle>self).number, None)
    Py_DECREF(<object>self)


cdef object entry_of(object given):
    # What an executor answered for a hook: a callable, or (address, context, owner) of a C function.
    cdef lg_hook_t hook
    cdef lg_error_t err
    if given is None:
        return None
    if isinstance(given, str):
        encoded = given.encode()
        check(lg_hook_find(context, encoded, &hook, &err), &err)
        return (<uintptr_t>hook.fn, <uintptr_t>hook.self, given)
    pointer, owner = (given[0], given[1]) if isinstance(given, tuple) and len(given) == 2 else (given, 0)
    address = address_of(pointer)
    if address != 0:
        where = address_of(owner) if not isinstance(owner, int) else owner
        return (address, where, given)
    if callable(given):
        return given
    raise DTypeError(
        f"a native hook is {given!r:.100}, expected None, a C function, or a tuple of one and its context"
    )


# ---- what the engine asks --------------------------------------------------------------------------


cdef object placed_by(object executor, OpView view):
    # (device or lane, why) of one executor, or None.
    for rule in executor.rules():
        if rule.to is not None and rule.matches(view):
            return rule.to, repr(rule)
    given = executor.place(view)
    if given is None:
        return None
    if isinstance(given, Choice):
        return given, type(executor).__name__
    if not isinstance(given, (Device, str, Lane)):
        raise op_error(
            DTypeError, view.name,
            f"{type(executor).__name__}.place gives {given!r:.100}, expected a Lane, a Device, its name, a "
            "choice between such, or None",
        )
    return given if isinstance(given, Lane) else str(given), type(executor).__name__


cdef list held_by(tuple executors, OpView view):
    for executor in executors:
        for rule in executor.rules():
            if rule.hold and rule.matches(view):
                given = [find_unit(unit) if isinstance(unit, str) else unit for unit in rule.hold]
                return units_of(given, view.name, type(executor).__name__)
        given = executor.hold(view)
        if given is not None:
            return units_of(given, view.name, type(executor).__name__)
    return []


cdef class Policy:
    def __cinit__(self, tuple executors):
        cdef Handle handle = Handle.__new__(Handle)
        handle.policy = weakref.ref(self)
        self.executors = executors
        self.texts, self.choices, self.entries, self.numbers = {}, {}, {}, itertools.count()
        self.handle = handle
        self.table.size = sizeof(lg_executor_t)
        self.table.abi = LG_ABI
        self.table.self = <void *>handle
        self.table.retain = _retain_handle
        self.table.release = _release_handle
        self.table.name = self.text(", ".join([_name(executor) for executor in executors]))
        self.table.place = _place
        self.table.replace = _replace
        self.table.before = _before
        self.table.after = _after
        self.table.hold = _hold
        if any([type(executor).block is not Executor.block for executor in executors]):
            self.table.block = _block

    cdef const char *text(self, str text) except NULL:
        # Lives as long as the policy: another thread may ask before the engine has copied it.
        return self.texts.setdefault(text, text.encode())

    cdef int give(self, object view, object entry, bint after, lg_hook_t *out) except -1:
        cdef Handle handle = Handle.__new__(Handle)
        handle.policy, handle.number = weakref.ref(self), next(self.numbers)
        handle.view, handle.after = view, after
        self.entries[handle.number] = entry
        Py_INCREF(handle)
        out.self = <void *>handle
        out.release = _release_hook
        return 0

    cdef int hook(self, const lg_op_view_t *op, str when, lg_hook_t *out) except -1:
        view = look(op)
        entries, names = [], []
        for executor in self.executors:
            entry = entry_of(executor._hook(view, when))
            if entry is not None:
                entries.append(entry)
                names.append(_name(executor))
        if not entries:
            return 0
        out.what = self.text(", ".join(names))
        if len(entries) == 1 and type(entries[0]) is tuple:
            # Called directly. What owns it lives as long as the policy.
            self.entries[entries[0][:2]] = entries[0]
            out.fn = <lg_hook_fn_t><uintptr_t>entries[0][0]
            out.self = <void *><uintptr_t>entries[0][1]
            if type(entries[0][2]) is str:
                out.symbol = out.what = self.text(entries[0][2])
            return 0
        self.give(view, entries, when == "after", out)
        out.needs = "Python"
        out.fn = _run_hook
        return 0

    cdef int replace(self, const lg_op_view_t *op, lg_hook_t *out) except -1:
        view = look(op)
        for executor in self.executors:
            function = executor._replacement(view)
            symbol = executor._code(view, "replace") if function is None else None
            if symbol is not None:
                entry = entry_of(symbol)
                out.fn, out.self = <lg_hook_fn_t><uintptr_t>entry[0], <void *><uintptr_t>entry[1]
                out.symbol = out.what = self.text(symbol)
                return 0
            if function is not None:
                out.what = self.text(_name(executor))
                self.give(view, function, False, out)
                out.needs = "Python"
                out.fn = _run_replacement
                return 0
        return 0

    cdef int place(self, const lg_op_view_t *op, lg_placement_t *out) except -1:
        view = look(op)
        for executor in self.executors:
            placed = placed_by(executor, view)
            if placed is not None:
                out.why = self.text(placed[1])
                if isinstance(placed[0], Choice):
                    # Kept until the engine has read it.
                    out.choice = &(<Choice>self.choices.setdefault(placed[0], placed[0]))._h
                elif isinstance(placed[0], Lane):
                    self.entries[placed[0]] = placed[0]  # open as long as the policy
                    out.lane = (<Lane>placed[0])._h
                else:
                    out.device = self.text(placed[0])
                return 0
        return 0

    cdef int hold(self, const lg_op_view_t *op, const lg_placement_t *where, lg_holding_t *out) except -1:
        view = look(op)
        view.device = where.device.decode()
        view.lane = wrap_lane(where.lane) if where.lane != NULL else None
        units = held_by(self.executors, view)
        if len(units) > LG_MAX_HELD:
            raise op_error(
                ArgumentError, view.name, f"is to hold {len(units)} units, at most {LG_MAX_HELD} are possible"
            )
        for unit in units:
            # Alive as long as the policy: the plan retains it only after this returns.
            self.entries[unit] = unit
            out.units[out.unit_count] = (<Unit>unit)._h
            out.unit_count += 1
        return 0


cdef tuple block_names(tuple executors, list views):
    # A name or None per op: what the innermost executor says that has an opinion on it.
    names = [None] * len(views)
    for executor in executors:
        given = executor.block(views)
        if given is None:
            continue
        kind = type(executor).__name__
        if not isinstance(given, (list, tuple)) or len(given) != len(views):
            wanted = f"None or a list of {len(views)} names"
            raise DTypeError(f"{kind}.block gives {given!r:.100}, expected {wanted}")
        for i, name in enumerate(given):
            if name is not None and (isinstance(name, bool) or not isinstance(name, (str, int))):
                wanted = "a name, a number or None"
                raise DTypeError(f"{kind}.block gives {name!r:.100} for an op, expected {wanted}")
            if names[i] is None and name is not None:
                names[i] = str(name)
    return tuple(names)


def _name(executor):
    return getattr(executor, "_label", type(executor).__name__)


# Executors run user code: whatever intercepts ops where the plan is made has nothing to do with it.
cdef lg_status_t _place(void *self, const lg_op_view_t *op, lg_placement_t *out,
                        lg_error_t *err) noexcept with gil:
    cdef void *handlers = suspend_handlers()
    try:
        (<Policy>(<Handle>self).entry()).place(op, out)
        return 0
    except BaseException as error:
        return keep_exception(_noted(error, op))
    finally:
        resume_handlers(handlers)


cdef lg_status_t _hold(void *self, const lg_op_view_t *op, const lg_placement_t *where, lg_holding_t *out,
                       lg_error_t *err) noexcept with gil:
    cdef void *handlers = suspend_handlers()
    try:
        (<Policy>(<Handle>self).entry()).hold(op, where, out)
        return 0
    except BaseException as error:
        return keep_exception(_noted(error, op))
    finally:
        resume_handlers(handlers)


cdef lg_status_t _replace(void *self, const lg_op_view_t *op, lg_hook_t *out,
                          lg_error_t *err) noexcept with gil:
    cdef void *handlers = suspend_handlers()
    try:
        (<Policy>(<Handle>self).entry()).replace(op, out)
        return 0
    except BaseException as error:
        return keep_exception(_noted(error, op))
    finally:
        resume_handlers(handlers)


cdef lg_status_t _ask_hook(void *self, const lg_op_view_t *op, str when, lg_hook_t *out):
    cdef void *handlers = suspend_handlers()
    try:
        (<Policy>(<Handle>self).entry()).hook(op, when, out)
        return 0
    except BaseException as error:
        return keep_exception(_noted(error, op))
    finally:
        resume_handlers(handlers)


cdef lg_status_t _before(void *self, const lg_op_view_t *op, lg_hook_t *out,
                         lg_error_t *err) noexcept with gil:
    return _ask_hook(self, op, "before", out)


cdef lg_status_t _after(void *self, const lg_op_view_t *op, lg_hook_t *out,
                        lg_error_t *err) noexcept with gil:
    return _ask_hook(self, op, "after", out)


cdef lg_status_t _block(void *self, const lg_op_view_t *ops, uint32_t count, const char **out_names,
                        lg_error_t *err) noexcept with gil:
    cdef void *handlers = suspend_handlers()
    cdef Policy policy
    cdef uint32_t i
    try:
        policy = (<Handle>self).entry()
        for i, name in enumerate(block_names(policy.executors, [look(&ops[i]) for i in range(count)])):
            out_names[i] = policy.text(name) if name is not None else NULL
        return 0
    except BaseException as error:
        return keep_exception(error)
    finally:
        resume_handlers(handlers)


cdef object _noted(object error, const lg_op_view_t *op):
    # Says at which op an executor raised.
    path = op.path.decode() if op.path != NULL else ""
    where = f"{op.name.decode()} at {path}" if path else op.name.decode()
    try:
        error.add_note(f"while planning {where}")
    except Exception:
        pass
    return error


cdef Policy policy_of(tuple executors):
    for executor in executors:
        kind = type(executor)
        if (
            kind.place is not Executor.place
            or kind.hold is not Executor.hold
            or kind.block is not Executor.block
            or kind._replacement is not Executor._replacement
            or kind._hook is not Executor._hook
            or hasattr(kind, "before")
            or hasattr(kind, "after")
        ):
            return Policy(executors)
    return None
