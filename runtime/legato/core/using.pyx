# SPDX-License-Identifier: Apache-2.0
"""Executors around a block: eager ops under them. Runners ask for them too."""

from libc.stdint cimport uint16_t, uint32_t

from legato.core.context cimport context
from legato.core.choice cimport Choice
from legato.core.dispatch cimport (
    Handler,
    call_several,
    calln,
    count_outputs,
    has_several_outputs,
    pop_handler,
    push_handler,
    resume_handlers,
    suspend_handlers,
    take_handlers,
)
from legato.core.engine cimport (
    LG_MAX_INS,
    LG_MAX_OUTS,
    lg_context_op_infer,
    lg_context_op_info,
    lg_eager_copy,
    lg_error_t,
    lg_op_view_t,
    lg_selector_create,
    lg_selector_pick,
    lg_selector_release,
    lg_selector_t,
    lg_view_t,
)
from legato.core.errors cimport check, op_error
from legato.core.executor cimport DeviceHandler
from legato.core.lane cimport Lane, begin_visit, end_visit
from legato.core.opview cimport OpView, look
from legato.core.policy cimport entry_of, held_by, placed_by, run_entries
from legato.core.tensor cimport Tensor

from legato.core.convert import asarray
from legato.core.device import device as find_device
from legato.core.errors import DTypeError, UnsupportedError
from legato.core.executor import Executor


cdef class ExecutorHandler(Handler):
    cdef object executor

    cdef object call(self, uint32_t op, list inputs, const void *attrs, object out):
        cdef EagerOp eager = EagerOp.__new__(EagerOp)
        cdef void *handlers
        cdef Tensor x
        for given in inputs:
            x = given
            if x is not None and x._handler() is not None:
                raise UnsupportedError(
                    "an executor that is used inside of a recorded function decides nothing there; give it "
                    "to legato.runner"
                )
        outer = take_handlers(ExecutorHandler, &eager.rest)
        eager.executors = (self.executor, *[(<ExecutorHandler>one).executor for one in outer])
        eager.op, eager.out = op, out
        if attrs != NULL:
            eager.attrs = (<const char *>attrs)[:lg_context_op_info(context, op).attrs_bytes]
        eager.describe(inputs)
        eager.at = 0
        handlers = suspend_handlers()
        try:
            return eager.run(inputs)
        finally:
            resume_handlers(handlers)
            eager.view.runs = None


cdef class EagerOp:
    # An eager op on its way through the executors.
    cdef tuple executors
    cdef Py_ssize_t at       # of the executor that is asked next
    cdef void *rest          # handlers beyond the executors
    cdef uint32_t op
    cdef bytes attrs
    cdef object out
    cdef OpView view

    cdef const void *fields(self):
        return <const char *>self.attrs if self.attrs is not None else NULL

    cdef int describe(self, list inputs) except -1:
        # Makes the view: types of the outputs are inferred.
        cdef const lg_view_t *ins[LG_MAX_INS]
        cdef lg_view_t outs[LG_MAX_OUTS]
        cdef const lg_view_t *out_pointers[LG_MAX_OUTS]
        cdef const void *attrs = self.fields()
        cdef lg_op_view_t view
        cdef lg_error_t err
        cdef uint32_t i
        cdef uint32_t out_count = count_outputs(self.op, inputs, attrs)
        for i in range(<uint32_t>len(inputs)):
            ins[i] = NULL if inputs[i] is None else &(<Tensor>inputs[i])._h.view
        cdef uint32_t in_count = <uint32_t>len(inputs)
        check(lg_context_op_infer(context, self.op, ins, in_count, attrs, outs, out_count, &err), &err)
        for i in range(out_count):
            out_pointers[i] = &outs[i]
        view.op = self.op
        view.in_count, view.out_count = <uint16_t>in_count, <uint16_t>out_count
        view.ins, view.outs, view.attrs = ins, out_pointers, attrs
        view.name, view.path = lg_context_op_info(context, self.op).name, NULL
        self.view = look(&view)
        self.view.runs = self.run
        return 0

    def run(self, list inputs):
        # Asks the next executor that dispatches itself, else runs the op.
        at = self.at
        try:
            while self.at < len(self.executors):
                executor = self.executors[self.at]
                self.at += 1
                if type(executor).dispatch is not Executor.dispatch:
                    return self.checked(executor.dispatch(self.view, inputs), executor)
            return self.hold(inputs)
        finally:
            self.at = at

    cdef object checked(self, object given, object executor):
        # What an executor gives for the outputs, as an op does.
        cdef bint several = has_several_outputs(self.op)
        wanted = len(self.view.outputs)
        results = given if isinstance(given, (tuple, list)) and (several or wanted != 1) else (given,)
        if len(results) != wanted or any([result is None for result in results]):
            text = f"{type(executor).__name__} gives {type(given).__name__}, expected outputs: {wanted}"
            raise op_error(DTypeError, self.view.name, text)
        results = tuple([asarray(result) for result in results])
        outs = self.out if several or self.out is None else (self.out,)
        if outs is not None:
            results = tuple([
                result if out is None or result is out else _write(result, out)
                for result, out in zip(results, outs)
            ])
        return results if several else results[0]

    cdef object hold(self, list inputs):
        # The op, while it owns the units that the executors want for it.
        if not any([
            type(executor).hold is not Executor.hold or any([rule.hold for rule in executor.rules()])
            for executor in self.executors
        ]):
            return self.place(inputs)
        self.view.device = "cpu:0"
        for executor in self.executors:
            placed = placed_by(executor, self.view)
            if placed is not None:
                if isinstance(placed[0], Lane):
                    self.view.lane = placed[0]
                else:
                    self.view.device = placed[0]
                break
        taken = []
        try:
            for unit in held_by(self.executors, self.view):
                taken.append(unit.take(f"eager {self.view.name}"))
            return self.place(inputs)
        finally:
            for hold in reversed(taken):
                hold.give()

    cdef object place(self, list inputs):
        # The hooks, and between them the op: replaced, on a device, or as if there were no executors.
        cdef DeviceHandler handler
        result = None
        self.hooks(inputs, None)
        for executor in self.executors:
            function = executor._replacement(self.view)
            if function is None and executor._code(self.view, "replace") is not None:
                raise op_error(
                    UnsupportedError, self.view.name,
                    "a rule replaces the op by a C function, for programs only: use legato.runner",
                )
            if function is not None:
                result = self.checked(function(self.view, tuple(inputs)), executor)
                break
        else:
            for executor in self.executors:
                placed = placed_by(executor, self.view)
                if placed is not None and isinstance(placed[0], Lane):
                    begin_visit(placed[0], False)
                    try:
                        result = self.plain(inputs)
                    finally:
                        end_visit()
                    break
                if placed is not None:
                    handler = DeviceHandler.__new__(DeviceHandler)
                    place = _chosen(placed[0]) if isinstance(placed[0], Choice) else placed[0]
                    handler.device = find_device(place)
                    result = handler.call(self.op, inputs, self.fields(), self.out)
                    break
            else:
                result = self.plain(inputs)
        self.hooks(inputs, result)
        return result

    cdef object plain(self, list inputs):
        cdef const void *attrs = self.fields()
        cdef void *now = suspend_handlers()
        resume_handlers(self.rest)
        try:
            if has_several_outputs(self.op):
                return call_several(self.op, inputs, attrs, self.out, None)
            return calln(self.op, inputs, attrs, self.out)
        finally:
            resume_handlers(now)

    cdef int hooks(self, list inputs, object result) except -1:
        # Runs the hooks before (no result) or after the op.
        cdef lg_view_t *view
        cdef const lg_view_t *pointers[LG_MAX_INS + LG_MAX_OUTS]
        cdef void *data[LG_MAX_INS + LG_MAX_OUTS]
        cdef lg_op_view_t op
        cdef uint32_t i
        cdef lg_error_t err
        cdef list entries = []
        cdef str when = "before" if result is None else "after"
        for executor in self.executors:
            entry = entry_of(executor._hook(self.view, when))
            if entry is not None:
                entries.append(entry)
        if not entries:
            return 0
        operands = [*inputs, *(() if result is None else result if isinstance(result, tuple) else (result,))]
        for i in range(<uint32_t>len(operands)):
            pointers[i], data[i] = NULL, NULL
            if operands[i] is not None:
                view = &(<Tensor>operands[i])._h.view
                pointers[i], data[i] = view, view.data
        op.op, op.in_count = self.op, <uint16_t>len(inputs)
        op.out_count = <uint16_t>(len(operands) - len(inputs))
        op.ins, op.outs = pointers, &pointers[len(inputs)]
        op.attrs = self.fields()
        op.name, op.path = lg_context_op_info(context, self.op).name, b""
        return check(run_entries(entries, self.view, result is not None, &op, data), &err)


cdef str _chosen(Choice choice):
    # What a choice takes now.
    cdef lg_selector_t *selector
    cdef lg_error_t err
    cdef uint32_t index = 0
    check(lg_selector_create(context, &choice._h, NULL, &selector, &err), &err)
    try:
        check(lg_selector_pick(selector, 0, 0, &index, &err), &err)
    finally:
        lg_selector_release(selector)
    return choice.alternatives[index]


cdef object _write(Tensor result, object out):
    cdef lg_error_t err
    cdef Tensor target = asarray(out)
    check(lg_eager_copy(context, &result._h.view, &target._h.view, &err), &err)
    return out


cdef tuple used_executors():
    cdef void *rest
    return tuple([(<ExecutorHandler>one).executor for one in take_handlers(ExecutorHandler, &rest)])


class using:
    """Let an executor decide in a block: on eager ops, and on runs of runners, whose plans are made for it.

    Executors nest; the inner one answers first, None passes outwards. That of a runner is the innermost.

    Parameters
    ----------
    executor : Executor

    Examples
    --------
    >>> import legato as lg
    >>> with lg.using(lg.tap("tanh", lambda op, outputs: print(op.name, outputs[0].tolist()))):
    ...     _ = lg.tanh(lg.abs([0.0]))
    tanh [0.0]
    """

    __slots__ = ("_executor",)

    def __init__(self, executor):
        if not isinstance(executor, Executor):
            raise DTypeError(f"using: expected an Executor, got {type(executor).__name__}")
        self._executor = executor

    def __enter__(self):
        cdef ExecutorHandler handler = ExecutorHandler.__new__(ExecutorHandler)
        handler.executor = self._executor
        if self._executor.lane is not None:
            begin_visit(self._executor.lane, False)
        push_handler(handler)
        return self._executor

    def __exit__(self, *exception):
        pop_handler()
        if self._executor.lane is not None:
            end_visit()
