# SPDX-License-Identifier: Apache-2.0
"""From a call in Python to the engine.

The fast path serves tensors of one dtype with no handler anywhere in the process; it makes no Python object
but the result. All else (arrays, numbers, mixed dtypes, handlers) takes the slow path, which first brings the
inputs into the form that the fast path has.
"""

cimport cython
from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.stdint cimport int64_t, uint8_t, uint32_t

from legato.core.context cimport context
from legato.core.convert cimport convert, dtype_of_number, from_number
from legato.core.dtype cimport is_float, promote_all
from legato.core.engine cimport (
    LG_DTYPE_BOOL,
    LG_DTYPE_COUNT,
    LG_DTYPE_F32,
    LG_DTYPE_I64,
    LG_DTYPE_INVALID,
    LG_DTYPE_U64,
    LG_MAX_INS,
    LG_OP_CAST,
    LG_OP_COUNT,
    LG_OP_DIV,
    LG_OP_FLAG_PROMOTE_FLOAT,
    LG_OP_FLAG_PROMOTE_SUM,
    LG_OP_FLAG_VARIADIC,
    LG_OP_GATHER,
    LG_OP_GATHER_ELEMENTS,
    LG_OP_WHERE,
    lg_cast_attrs_t,
    lg_context_t,
    lg_count_add,
    lg_div_attrs_t,
    lg_eager_prepare,
    lg_eager_run,
    lg_eager_t,
    lg_error_t,
    lg_handler_slot,
    lg_op_info,
    lg_op_info_t,
    lg_status_t,
    lg_tensor_t,
)
from legato.core.errors cimport check, op_error
from legato.core.number cimport scalar_view, write_number
from legato.core.tensor cimport Tensor, calls

from legato.core.errors import ArgumentError, DTypeError, LegatoError, ShapeError

cdef enum:
    # Work from which it pays to let other threads of Python run: releasing and taking the GIL costs about
    # 30 ns where nobody waits, and a thread that waits gets it after microseconds.
    RELEASE_GIL_NS = 5000

cdef lg_context_t *_context = context

# Handlers pushed in all threads together. Only if there are any, the thread's own are looked for.
cdef int _active = 0

# [op][dtype]: whether the inputs have to be converted although they agree (exp of integers).
cdef uint8_t _converts[LG_OP_COUNT][LG_DTYPE_COUNT]


cdef void _fill_converts() noexcept:
    cdef const lg_op_info_t *info
    cdef uint32_t op, dtype
    for op in range(LG_OP_COUNT):
        info = lg_op_info(op)
        for dtype in range(LG_DTYPE_COUNT):
            _converts[op][dtype] = info == NULL or _final_dtype(info, NULL, dtype) != dtype


cdef uint32_t _final_dtype(const lg_op_info_t *info, const void *attrs, uint32_t dtype) noexcept:
    """What an op works in when its inputs have agreed on `dtype`."""
    if is_float(dtype) or dtype == LG_DTYPE_INVALID:
        return dtype
    if info.flags & LG_OP_FLAG_PROMOTE_FLOAT:
        return LG_DTYPE_F32
    if info.flags & LG_OP_FLAG_PROMOTE_SUM and dtype != LG_DTYPE_U64:
        return LG_DTYPE_I64
    if info.id == LG_OP_DIV and (attrs == NULL or (<const lg_div_attrs_t *>attrs).rounding_mode == 0):
        return LG_DTYPE_F32  # true division
    return dtype


_fill_converts()


# ---- running -----------------------------------------------------------------------------------------


cdef inline lg_status_t _run(uint32_t op, const lg_tensor_t *const *ins, uint32_t in_count, const void *attrs,
                             lg_tensor_t *out, lg_error_t *err) noexcept:
    cdef lg_eager_t eager
    cdef lg_status_t status = lg_eager_prepare(_context, op, ins, in_count, attrs, out, 1, &eager, err)
    if status != 0:
        return status
    if eager.call.work_ns > RELEASE_GIL_NS:
        with nogil:
            status = lg_eager_run(&eager, out, 1, err)
        return status
    return lg_eager_run(&eager, out, 1, err)


cdef inline object _call(uint32_t op, const lg_tensor_t *const *ins, uint32_t in_count, const void *attrs,
                         object out):
    """Run on tensors that are ready. `out` is None or a Tensor with an element type."""
    cdef lg_error_t err
    cdef Tensor result
    if out is None:
        result = Tensor.__new__(Tensor)
    else:
        result = <Tensor>out
    check(_run(op, ins, in_count, attrs, &result._h, &err), &err)
    return result


cdef inline bint _is_plain_out(object out) noexcept:
    return out is None or type(out) is Tensor and (<Tensor>out)._h.view.dtype != LG_DTYPE_INVALID


cdef object call0(uint32_t op, const void *attrs, object out):
    if _active == 0 and _is_plain_out(out):
        return _call(op, NULL, 0, attrs, out)
    return _call_slow(op, [], attrs, out)


cdef object call1(uint32_t op, object x, const void *attrs, object out):
    cdef const lg_tensor_t *ins[1]
    if type(x) is Tensor and _active == 0 and _is_plain_out(out):
        ins[0] = &(<Tensor>x)._h
        if not _converts[op][ins[0].view.dtype]:
            return _call(op, ins, 1, attrs, out)
    return _call_slow(op, [x], attrs, out)


cdef object call2(uint32_t op, object a, object b, const void *attrs, object out):
    cdef const lg_tensor_t *ins[2]
    if _active == 0 and _is_plain_out(out):
        if type(a) is Tensor:
            ins[0] = &(<Tensor>a)._h
            if type(b) is Tensor:
                ins[1] = &(<Tensor>b)._h
                if ins[0].view.dtype == ins[1].view.dtype or op in (LG_OP_GATHER, LG_OP_GATHER_ELEMENTS):
                    if not _converts[op][ins[0].view.dtype]:
                        return _call(op, ins, 2, attrs, out)
            elif type(b) is float and is_float(ins[0].view.dtype) or type(b) is int and op != LG_OP_GATHER:
                return _call_number(op, a, b, False, attrs, out)
        elif type(b) is Tensor and (
            type(a) is float and is_float((<Tensor>b)._h.view.dtype) or type(a) is int and op != LG_OP_GATHER
        ):
            return _call_number(op, b, a, True, attrs, out)
    return _call_slow(op, [a, b], attrs, out)


cdef object _call_number(uint32_t op, object x, object number, bint reflected, const void *attrs, object out):
    """One tensor, one Python number that takes the tensor's dtype: it stays on the C stack."""
    cdef const lg_tensor_t *ins[2]
    cdef lg_tensor_t scalar
    cdef int64_t memory
    cdef uint32_t dtype = (<Tensor>x)._h.view.dtype
    if dtype == LG_DTYPE_BOOL or dtype == LG_DTYPE_INVALID or _converts[op][dtype]:
        return _call_slow(op, [number, x] if reflected else [x, number], attrs, out)
    write_number(&memory, dtype, number, _name(op))
    scalar_view(&scalar, dtype, &memory)
    ins[0] = &scalar if reflected else &(<Tensor>x)._h
    ins[1] = &(<Tensor>x)._h if reflected else &scalar
    return _call(op, ins, 2, attrs, out)


cdef object call3(uint32_t op, object a, object b, object c, const void *attrs, object out):
    cdef const lg_tensor_t *ins[3]
    cdef uint32_t dtype
    if (
        _active == 0
        and type(a) is Tensor
        and (b is None or type(b) is Tensor)
        and (c is None or type(c) is Tensor)
        and _is_plain_out(out)
    ):
        ins[0] = &(<Tensor>a)._h
        ins[1] = NULL if b is None else &(<Tensor>b)._h
        ins[2] = NULL if c is None else &(<Tensor>c)._h
        # Those that must agree: all, save the condition of `where`.
        dtype = ins[1].view.dtype if op == LG_OP_WHERE and ins[1] != NULL else ins[0].view.dtype
        if (
            not _converts[op][dtype]
            and (ins[1] == NULL or ins[1].view.dtype == dtype)
            and (ins[2] == NULL or ins[2].view.dtype == dtype)
        ):
            return _call(op, ins, 3, attrs, out)
    return _call_slow(op, [a, b, c], attrs, out)


cdef object calln(uint32_t op, object inputs, const void *attrs, object out):
    return _call_slow(op, list(inputs), attrs, out)


cdef object run_op(uint32_t op, list inputs, const void *attrs, object out):
    cdef const lg_tensor_t *ins[LG_MAX_INS]
    cdef Tensor target = None
    cdef Tensor x
    cdef Py_ssize_t i
    cdef Py_ssize_t count = len(inputs)
    if count > LG_MAX_INS:
        raise op_error(ShapeError, _name(op), f"{count} inputs given, at most {LG_MAX_INS} are possible")
    for i in range(count):
        x = inputs[i]
        if x is None:
            ins[i] = NULL
        else:
            x._observe()
            ins[i] = &x._h
    if out is not None:
        target = _out_tensor(op, out)
    result = _call(op, ins, <uint32_t>count, attrs, target)
    return result if out is None else out


cdef Tensor _out_tensor(uint32_t op, object out):
    """The Tensor to write for what the user gave as `out`: a Tensor, or an array whose memory it uses."""
    cdef Tensor result
    if isinstance(out, Tensor):
        result = <Tensor>out
        if result._handler() is not None:
            raise op_error(ArgumentError, _name(op), "out is a tensor that is being recorded")
        if result._h.view.dtype == LG_DTYPE_INVALID:
            raise op_error(DTypeError, _name(op), "out is an empty tensor, it has no element type")
        return result
    try:
        return convert(out, False, 0)
    except (LegatoError, BufferError) as error:
        text = f"out: expected a Tensor, or an array with memory to write to ({error})"
        raise op_error(DTypeError, _name(op), text) from None


# ---- the slow path -----------------------------------------------------------------------------------


cdef str _name(uint32_t op):
    return lg_op_info(op).name.decode()


cdef bint _agrees(uint32_t op, Py_ssize_t i) noexcept:
    """Whether input `i` is one of those that must have the same dtype."""
    if op == LG_OP_WHERE:
        return i != 0  # the condition
    if op in (LG_OP_GATHER, LG_OP_GATHER_ELEMENTS):
        return i == 0  # not the indices
    return True


cdef Tensor _input(const lg_op_info_t *info, Py_ssize_t i, object x):
    """Convert an input that is no Tensor, naming op and argument where that fails."""
    try:
        return convert(x, None, 0)
    except LegatoError as error:
        # A variadic op has one name for all its inputs.
        at = 0 if info.flags & LG_OP_FLAG_VARIADIC else min(i, <Py_ssize_t>info.in_max - 1)
        argument = info.in_names[at].decode() if at >= 0 else ""
        raise op_error(type(error), info.name.decode(), f"{argument}: {error}") from None


cdef int _normalise(uint32_t op, list inputs, const void *attrs) except -1:
    """Bring `inputs` into the form that ops take: Tensors (or None) of the right dtypes, in place."""
    cdef const lg_op_info_t *info = lg_op_info(op)
    cdef lg_cast_attrs_t cast
    cdef uint32_t present = 0  # bit per dtype that is there
    cdef uint32_t weak = LG_DTYPE_INVALID  # highest of bool, i64, f32 among Python numbers
    cdef uint32_t dtype, kind
    cdef Py_ssize_t i
    for i in range(len(inputs)):
        x = inputs[i]
        if x is None:
            continue
        if not isinstance(x, Tensor):
            if _agrees(op, i) and (type(x) is float or type(x) is int or type(x) is bool):
                kind = dtype_of_number(x)
                if weak == LG_DTYPE_INVALID or kind == LG_DTYPE_F32 or weak == LG_DTYPE_BOOL:
                    weak = kind
                continue
            x = _input(info, i, x)
            inputs[i] = x
        if _agrees(op, i):
            present |= 1u << (<Tensor>x)._h.view.dtype
    if present & (1u << LG_DTYPE_INVALID):
        raise op_error(DTypeError, _name(op), "an input is an empty tensor, it has no element type")

    # See Note [Promotion] in dtype.pyx. A Python number only raises the kind: bool < integer < float.
    if present == 0 and weak == LG_DTYPE_INVALID:
        return 0
    dtype = promote_all(present) if present else weak
    if present and weak == LG_DTYPE_F32 and not is_float(dtype):
        dtype = LG_DTYPE_F32
    elif present and weak == LG_DTYPE_I64 and dtype == LG_DTYPE_BOOL:
        dtype = LG_DTYPE_I64
    dtype = _final_dtype(info, attrs, dtype)
    cast.dtype = dtype
    for i in range(len(inputs)):
        x = inputs[i]
        if x is None or not _agrees(op, i):
            continue
        if not isinstance(x, Tensor):
            inputs[i] = from_number(x, dtype, _name(op))
        elif (<Tensor>x)._h.view.dtype != dtype:
            inputs[i] = call1(LG_OP_CAST, x, &cast, None)
    return 0


cdef object _call_slow(uint32_t op, list inputs, const void *attrs, object out):
    cdef Frame frame
    cdef void **slot
    _normalise(op, inputs, attrs)
    if _active != 0:
        slot = lg_handler_slot()
        if slot[0] != NULL:
            frame = <Frame>slot[0]
            slot[0] = <void *>frame.outer if frame.outer is not None else NULL
            try:
                return frame.handler.call(op, inputs, attrs, out)
            finally:
                slot[0] = <void *>frame
    for x in inputs:
        if x is not None and type(x) is not Tensor:
            handler = (<Tensor>x)._handler()
            if handler is not None:
                return (<Handler>handler).call(op, inputs, attrs, out)
    return run_op(op, inputs, attrs, out)


# ---- handlers ----------------------------------------------------------------------------------------


cdef class Handler:
    """Base of what intercepts ops: recorders and executors."""

    cdef object call(self, uint32_t op, list inputs, const void *attrs, object out):
        return run_op(op, inputs, attrs, out)


@cython.final
cdef class Frame:
    """One push: a handler may be current several times, also in several threads."""

    cdef Handler handler
    cdef Frame outer  # of the same thread


cdef int push_handler(Handler handler) except -1:
    cdef void **slot = lg_handler_slot()
    cdef Frame frame = Frame.__new__(Frame)
    frame.handler = handler
    frame.outer = <Frame>slot[0] if slot[0] != NULL else None
    Py_INCREF(frame)  # for the slot
    slot[0] = <void *>frame
    lg_count_add(&_active, 1)
    return 0


cdef int pop_handler() except -1:
    cdef void **slot = lg_handler_slot()
    if slot[0] == NULL:
        raise RuntimeError("this thread has no handler")
    cdef Frame frame = <Frame>slot[0]
    slot[0] = <void *>frame.outer if frame.outer is not None else NULL
    lg_count_add(&_active, -1)
    Py_DECREF(frame)
    return 0


cdef Handler current_handler():
    cdef void *top = lg_handler_slot()[0]
    return (<Frame>top).handler if top != NULL else None


cdef bint is_intercepted(Tensor x) noexcept:
    return _active != 0 or type(x) is not Tensor


calls.call1 = call1
calls.call2 = call2


class immediate:
    """Context in which this thread's recorders and executors do not see ops.

    Ops on tensors that have elements run at once; those with a traced input still belong to its recording.
    What interprets a graph uses it to compute the constant parts now.
    """

    def __enter__(self):
        cdef void **slot = lg_handler_slot()
        self._outer = <object>slot[0] if slot[0] != NULL else None  # keeps the frame; the slot's reference stays
        slot[0] = NULL

    def __exit__(self, *exception):
        cdef void **slot = lg_handler_slot()
        outer, self._outer = self._outer, None
        slot[0] = <void *>outer if outer is not None else NULL
