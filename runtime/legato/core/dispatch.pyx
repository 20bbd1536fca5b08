# SPDX-License-Identifier: Apache-2.0
"""From a call in Python to the engine.

The fast path serves tensors of one dtype with no handler anywhere in the process; it makes no Python object
but the result. All else (arrays, numbers, mixed dtypes, handlers) takes the slow path, which first brings the
inputs into the form that the fast path has.
"""

cimport cython
from cpython.object cimport PyObject, PyTypeObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memcpy

from legato.core.attrs cimport open_attrs, open_recorder
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
    LG_MAX_OUTS,
    LG_OP_CAST,
    LG_OP_COUNT,
    LG_OP_DIV,
    LG_OP_FLAG_PROMOTE_FLOAT,
    LG_OP_FLAG_PROMOTE_SUM,
    LG_OP_FLAG_VARIADIC,
    LG_OP_FLAG_VARIADIC_OUT,
    LG_OP_MUL,
    LG_OP_POW,
    lg_cast_attrs_t,
    lg_context_op_info,
    lg_context_t,
    lg_count_add,
    lg_div_attrs_t,
    lg_eager_prepare,
    lg_eager_run,
    lg_eager_t,
    lg_error_t,
    lg_handler_slot,
    lg_lane_slot,
    lg_lane_t,
    lg_op_info,
    lg_op_info_t,
    lg_op_out_count,
    lg_spread_eager,
    lg_status_t,
    lg_tensor_t,
    lg_trace_eager,
    lg_trace_release,
    lg_trace_retain,
    lg_trace_t,
    lg_view_t,
)
from legato.core.errors cimport check, op_error
from legato.core.number cimport scalar_view, write_number, write_plain
from legato.core.tensor cimport Tensor, calls

from legato.core.errors import ArgumentError, DTypeError, LegatoError, ShapeError

cdef enum:
    # Work from which it pays to let other threads of Python run: releasing and taking the GIL costs about
    # 30 ns where nobody waits, and a thread that waits gets it after microseconds.
    RELEASE_GIL_NS = 5000

cdef lg_context_t *_context = context


# Handlers pushed in all threads together. Only if there are any, the thread's own are looked for.
cdef int _active = 0

traced = NULL

# Threads that are on a lane, counted as often as they are. The lane itself is in a slot of the thread.
cdef int _on_lanes = 0

# Note [Letters]
# Inputs with the same type letter in the row of the op must have the same dtype and are promoted together; an
# input of a fixed dtype stands for itself. The letter of the first input that has one is the op's own: what
# the op does to it beyond agreement (exp makes f32 of integers) is done to these inputs.

cdef enum:
    DESCRIBED = 10  # at most as many inputs have a letter of their own (LG_RULE_INS)
    NONE = 255

# Whether the inputs have not all one letter.
cdef uint8_t _mixed[LG_OP_COUNT]

# [op][input]: the first input with the same letter, which may be itself; itself where the dtype is fixed.
cdef uint8_t _mates[LG_OP_COUNT][DESCRIBED]

# The first input of the op's own letter, or NONE.
cdef uint8_t _own[LG_OP_COUNT]

# [op][dtype]: whether the inputs of the op's own letter have to be converted although they agree.
cdef uint8_t _converts[LG_OP_COUNT][LG_DTYPE_COUNT]


cdef void _fill_tables() noexcept:
    cdef const lg_op_info_t *info
    cdef uint32_t op, dtype, i, k, count
    cdef char letter
    for op in range(LG_OP_COUNT):
        info = lg_op_info(op)
        for dtype in range(LG_DTYPE_COUNT):
            _converts[op][dtype] = info == NULL or _final_dtype(info, NULL, dtype) != dtype
        _own[op] = NONE
        if info == NULL:
            continue
        count = 1 if info.flags & LG_OP_FLAG_VARIADIC else info.in_max
        for i in range(count):
            letter = info.in_letters[i]
            k = 0
            while letter != c"." and info.in_letters[k] != letter:
                k += 1
            _mates[op][i] = <uint8_t>(i if letter == c"." else k)
            _mixed[op] |= letter == c"." or k != 0
            if letter != c"." and _own[op] == NONE:
                _own[op] = <uint8_t>i


cdef inline Py_ssize_t _row(const lg_op_info_t *info, Py_ssize_t i) noexcept:
    """The described input that input `i` is: a variadic op describes one for all."""
    return 0 if info.flags & LG_OP_FLAG_VARIADIC else min(i, <Py_ssize_t>info.in_max - 1)


cdef inline bint _agree(uint32_t op, const lg_tensor_t *const *ins, Py_ssize_t count) noexcept:
    """Whether `count` described inputs are of final dtypes; False also means: look more closely."""
    cdef Py_ssize_t i
    cdef uint8_t mate = _own[op]
    if mate != NONE and (ins[mate] == NULL or _converts[op][ins[mate].view.dtype]):
        return False
    for i in range(1, count):
        mate = _mates[op][i]
        if ins[i] != NULL and (ins[mate] == NULL or ins[mate].view.dtype != ins[i].view.dtype):
            return False
    return True


cdef bint _are_alike(uint32_t op, const lg_tensor_t *const *ins, Py_ssize_t count) noexcept:
    """The same of a variadic op."""
    cdef Py_ssize_t i
    for i in range(count):
        if ins[i] == NULL or ins[i].view.dtype != ins[0].view.dtype:
            return False
    return count > 0 and not _converts[op][ins[0].view.dtype]


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


_fill_tables()


# ---- running -----------------------------------------------------------------------------------------


cdef inline lg_status_t _run(uint32_t op, const lg_tensor_t *const *ins, uint32_t in_count, const void *attrs,
                             lg_tensor_t *outs, uint32_t out_count, bint slow, lg_error_t *err) noexcept:
    # `slow`: it may be traced. While anything is, all calls take the slow path.
    cdef lg_eager_t eager
    cdef lg_status_t status = lg_eager_prepare(
        _context, op, ins, in_count, attrs, outs, out_count, &eager, err
    )
    if status != 0:
        return status
    if slow and traced != NULL:
        return _run_traced(&eager, ins, in_count, outs, out_count, err)
    if eager.call.work_ns > RELEASE_GIL_NS:
        with nogil:
            if _on_lanes != 0 and lg_lane_slot()[0] != NULL:
                status = lg_spread_eager(
                    <lg_lane_t *>lg_lane_slot()[0], &eager, outs, out_count, err
                )
            else:
                status = lg_eager_run(&eager, outs, out_count, err)
        return status
    return lg_eager_run(&eager, outs, out_count, err)


cdef lg_status_t _run_traced(lg_eager_t *eager, const lg_tensor_t *const *ins, uint32_t in_count,
                             lg_tensor_t *outs, uint32_t out_count, lg_error_t *err) noexcept:
    cdef lg_trace_t *trace = traced
    cdef lg_lane_t *lane = current_lane()
    cdef uint32_t dtype = LG_DTYPE_INVALID
    cdef lg_status_t status
    if in_count > 0 and ins[0] != NULL:
        dtype = ins[0].view.dtype
    elif in_count == 0:
        dtype = outs[0].view.dtype
    lg_trace_retain(trace)
    with nogil:
        status = lg_trace_eager(trace, lane, dtype, eager, outs, out_count, err)
    lg_trace_release(trace)
    return status


cdef inline object _call(uint32_t op, const lg_tensor_t *const *ins, uint32_t in_count, const void *attrs,
                         object out, bint slow=False):
    """Run on tensors that are ready. `out` is None or a Tensor with an element type."""
    cdef lg_error_t err
    cdef Tensor result
    if out is None:
        result = Tensor.__new__(Tensor)
    else:
        result = <Tensor>out
    check(_run(op, ins, in_count, attrs, &result._h, 1, slow, &err), &err)
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
                if _mixed[op]:
                    if _agree(op, ins, 2):
                        return _call(op, ins, 2, attrs, out)
                elif ins[0].view.dtype == ins[1].view.dtype and not _converts[op][ins[0].view.dtype]:
                    return _call(op, ins, 2, attrs, out)
            elif not _mixed[op] and (type(b) is int or type(b) is float and is_float(ins[0].view.dtype)):
                return _call_number(op, a, b, False, attrs, out)
        elif type(b) is Tensor and not _mixed[op] and (
            type(a) is int or type(a) is float and is_float((<Tensor>b)._h.view.dtype)
        ):
            return _call_number(op, b, a, True, attrs, out)
    return _call_slow(op, [a, b], attrs, out)


cdef object _call_number(uint32_t op, object x, object number, bint reflected, const void *attrs, object out):
    """One tensor, one Python number that takes the tensor's dtype: it stays on the C stack."""
    cdef const lg_tensor_t *ins[2]
    cdef lg_tensor_t scalar
    cdef int64_t memory
    cdef float single
    cdef uint32_t dtype = (<Tensor>x)._h.view.dtype
    if dtype == LG_DTYPE_BOOL or dtype == LG_DTYPE_INVALID or _converts[op][dtype]:
        return _call_slow(op, [number, x] if reflected else [x, number], attrs, out)
    if not write_plain(&memory, dtype, number):
        write_number(&memory, dtype, number, _name(op))
    if op == LG_OP_POW and dtype == LG_DTYPE_F32 and not reflected:
        memcpy(&single, &memory, sizeof(single))
        if single == 2.0:
            # What people write most, and what the kernel makes of it: the same bits in half the time.
            ins[0] = ins[1] = &(<Tensor>x)._h
            return _call(LG_OP_MUL, ins, 2, NULL, out)
    scalar_view(&scalar, dtype, &memory)
    ins[0] = &scalar if reflected else &(<Tensor>x)._h
    ins[1] = &(<Tensor>x)._h if reflected else &scalar
    return _call(op, ins, 2, attrs, out)


cdef object call3(uint32_t op, object a, object b, object c, const void *attrs, object out):
    cdef const lg_tensor_t *ins[3]
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
        if _agree(op, ins, 3):
            return _call(op, ins, 3, attrs, out)
    return _call_slow(op, [a, b, c], attrs, out)


cdef object calln(uint32_t op, object inputs, const void *attrs, object out):
    cdef const lg_tensor_t *ins[LG_MAX_INS]
    cdef list given = list(inputs) if type(inputs) is not list else <list>inputs
    if _active == 0 and _is_plain_out(out) and _are_plain(op, given, ins):
        return _call(op, ins, <uint32_t>len(given), attrs, out)
    return _call_slow(op, given if given is not inputs else list(given), attrs, out)


cdef bint _are_plain(uint32_t op, list inputs, const lg_tensor_t **ins) noexcept:
    """Whether all inputs are Tensors of final dtypes, or absent; collects them in `ins`."""
    cdef Py_ssize_t i
    cdef Py_ssize_t count = len(inputs)
    if count > LG_MAX_INS:
        return False
    for i in range(count):
        x = inputs[i]
        if type(x) is Tensor:
            ins[i] = &(<Tensor>x)._h
        elif x is None:
            ins[i] = NULL
        else:
            return False
    if lg_context_op_info(_context, op).flags & LG_OP_FLAG_VARIADIC:
        return _are_alike(op, ins, count)
    return _agree(op, ins, count)


# ---- several outputs ---------------------------------------------------------------------------------


cdef object call_several(uint32_t op, object inputs, const void *attrs, object out, object result):
    cdef const lg_tensor_t *ins[LG_MAX_INS]
    cdef list given = <list>inputs if type(inputs) is list else list(inputs)
    cdef object answer
    if out is not None:
        out = tuple(out) if isinstance(out, (tuple, list)) else (out,)
    if _active == 0 and out is None and _are_plain(op, given, ins):
        answer = _call_several(op, ins, <uint32_t>len(given), attrs, out)
    else:
        answer = _call_slow(op, list(given), attrs, out)
    if result is None:
        return answer
    # tuple.__new__(result, answer), without the search for it.
    answer = (answer,)
    return (<PyTypeObject *>tuple).tp_new(<type>result, <PyObject *>answer, NULL)


cdef bint has_several_outputs(uint32_t op) noexcept:
    return lg_context_op_info(_context, op).out_count != 1


cdef uint32_t count_outputs(uint32_t op, list inputs, const void *attrs) except? 0:
    cdef const lg_tensor_t *ins[LG_MAX_INS]
    cdef Py_ssize_t i
    for i in range(_input_count(op, inputs)):
        ins[i] = NULL if inputs[i] is None else &(<Tensor>inputs[i])._h
    return _count(op, ins, <uint32_t>len(inputs), attrs)


cdef uint32_t _count(uint32_t op, const lg_tensor_t *const *ins, uint32_t in_count,
                     const void *attrs) except? 0:
    cdef const lg_op_info_t *info = lg_context_op_info(_context, op)
    cdef const lg_view_t *views[LG_MAX_INS]
    cdef lg_error_t err
    cdef uint32_t count = 0
    cdef uint32_t i
    if not info.flags & LG_OP_FLAG_VARIADIC_OUT:
        return info.out_count
    for i in range(in_count):
        views[i] = <const lg_view_t *>NULL if ins[i] == NULL else <const lg_view_t *>&ins[i].view
    check(lg_op_out_count(op, views, in_count, attrs, &count, &err), &err)
    return count


cdef tuple out_tensors(uint32_t op, uint32_t count, object out):
    """What the user gave as `out` of an op with `count` outputs: Tensors, and empty ones for None."""
    cdef tuple given = <tuple>out
    cdef tuple results
    cdef Tensor fresh
    cdef uint32_t i
    if given is not None:
        if len(given) != count:
            raise op_error(ArgumentError, _name(op), f"out has {len(given)} tensors, expected {count}")
        return tuple([Tensor.__new__(Tensor) if x is None else _out_tensor(op, x) for x in given])
    results = PyTuple_New(count)
    for i in range(count):
        fresh = Tensor.__new__(Tensor)
        Py_INCREF(fresh)
        PyTuple_SET_ITEM(results, i, fresh)
    return results


cdef tuple _call_several(uint32_t op, const lg_tensor_t *const *ins, uint32_t in_count, const void *attrs,
                         object out, bint slow=False):
    """Run on tensors that are ready. `out` is None, or a tuple of what the user gave."""
    cdef lg_tensor_t outs[LG_MAX_OUTS]
    cdef lg_error_t err
    cdef uint32_t i
    cdef uint32_t count = _count(op, ins, in_count, attrs)
    cdef tuple results = out_tensors(op, count, out)
    for i in range(count):
        outs[i] = (<Tensor>results[i])._h
    check(_run(op, ins, in_count, attrs, outs, count, slow, &err), &err)
    for i in range(count):
        if out is None or out[i] is None:
            (<Tensor>results[i])._h = outs[i]
    return results if out is None else tuple([results[i] if x is None else x for i, x in enumerate(out)])


cdef Py_ssize_t _input_count(uint32_t op, list inputs) except -1:
    if len(inputs) > LG_MAX_INS:
        text = f"{len(inputs)} inputs given, at most {LG_MAX_INS} are possible"
        raise op_error(ShapeError, _name(op), text)
    return len(inputs)


# ---- running in full ---------------------------------------------------------------------------------


cdef object run_op(uint32_t op, list inputs, const void *attrs, object out):
    cdef const lg_tensor_t *ins[LG_MAX_INS]
    cdef Tensor target = None
    cdef Tensor x
    cdef Py_ssize_t i
    cdef Py_ssize_t count = _input_count(op, inputs)
    for i in range(count):
        x = inputs[i]
        if x is None:
            ins[i] = NULL
        else:
            x._observe()
            ins[i] = &x._h
    if has_several_outputs(op):
        return _call_several(op, ins, <uint32_t>count, attrs, out, True)
    if out is not None:
        target = _out_tensor(op, out)
    result = _call(op, ins, <uint32_t>count, attrs, target, True)
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
    return lg_context_op_info(_context, op).name.decode()


cdef Tensor _input(const lg_op_info_t *info, Py_ssize_t i, object x):
    """Convert an input that is no Tensor, naming op and argument where that fails."""
    try:
        return convert(x, None, 0)
    except LegatoError as error:
        argument = info.in_names[_row(info, i)].decode() if info.in_max > 0 else ""
        raise op_error(type(error), info.name.decode(), f"{argument}: {error}") from None


cdef int _normalise(uint32_t op, list inputs, const void *attrs) except -1:
    """Bring `inputs` into the form that ops take: Tensors (or None) of the right dtypes, in place."""
    cdef const lg_op_info_t *info = lg_context_op_info(_context, op)
    cdef bint own = True
    cdef Py_ssize_t i, k
    cdef char letter
    for i in range(len(inputs)):
        x = inputs[i]
        if x is None or isinstance(x, Tensor):
            continue
        # A number takes the dtype of the inputs with its letter; where the dtype is fixed, it has its own.
        if info.in_letters[_row(info, i)] != c"." and type(x) in (float, int, bool):
            continue
        inputs[i] = _input(info, i, x)
    for i in range(len(inputs)):
        letter = info.in_letters[_row(info, i)]
        if inputs[i] is None or letter == c".":
            continue
        for k in range(i):
            if inputs[k] is not None and info.in_letters[_row(info, k)] == letter:
                break
        else:
            _promote(info, letter, inputs, attrs if own else NULL, own)
            own = False
    return 0


cdef int _promote(const lg_op_info_t *info, char letter, list inputs, const void *attrs, bint own) except -1:
    """Give the inputs of one letter one dtype, in place. See Note [Promotion] in dtype.pyx, and Note
    [Letters].

    A Python number only raises the kind: bool < integer < float.
    """
    cdef lg_cast_attrs_t cast
    cdef uint32_t present = 0  # bit per dtype that is there
    cdef uint32_t weak = LG_DTYPE_INVALID  # highest of bool, i64, f32 among Python numbers
    cdef uint32_t dtype, kind
    cdef Py_ssize_t i
    for i in range(len(inputs)):
        x = inputs[i]
        if x is None or info.in_letters[_row(info, i)] != letter:
            continue
        if isinstance(x, Tensor):
            present |= 1u << (<Tensor>x)._h.view.dtype
        else:
            kind = dtype_of_number(x)
            if weak == LG_DTYPE_INVALID or kind == LG_DTYPE_F32 or weak == LG_DTYPE_BOOL:
                weak = kind
    if present & (1u << LG_DTYPE_INVALID):
        text = "an input is an empty tensor, it has no element type"
        raise op_error(DTypeError, info.name.decode(), text)
    dtype = promote_all(present) if present else weak
    if present and weak == LG_DTYPE_F32 and not is_float(dtype):
        dtype = LG_DTYPE_F32
    elif present and weak == LG_DTYPE_I64 and dtype == LG_DTYPE_BOOL:
        dtype = LG_DTYPE_I64
    if own:
        dtype = _final_dtype(info, attrs, dtype)
    cast.dtype = dtype
    for i in range(len(inputs)):
        x = inputs[i]
        if x is None or info.in_letters[_row(info, i)] != letter:
            continue
        if not isinstance(x, Tensor):
            inputs[i] = from_number(x, dtype, info.name.decode())
        elif (<Tensor>x)._h.view.dtype != dtype:
            inputs[i] = call1(LG_OP_CAST, x, &cast, None)
    return 0


cdef object _call_slow(uint32_t op, list inputs, const void *attrs, object out):
    cdef Frame frame
    cdef void **slot
    _normalise(op, inputs, attrs)
    if open_attrs.count and attrs != NULL:
        handler = open_recorder(attrs, lg_context_op_info(_context, op).attrs_bytes)
        if handler is not None:
            return (<Handler>handler).call(op, inputs, attrs, out)
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


cdef bint has_handlers() noexcept:
    return _active != 0


cdef tuple take_handlers(type kind, void **out_rest):
    cdef void *top = lg_handler_slot()[0] if _active != 0 else NULL
    cdef list taken = []
    while top != NULL and isinstance((<Frame>top).handler, kind):
        taken.append((<Frame>top).handler)
        top = <void *>(<Frame>top).outer if (<Frame>top).outer is not None else NULL
    out_rest[0] = top
    return tuple(taken)


cdef void *suspend_handlers() noexcept:
    cdef void **slot = lg_handler_slot()
    cdef void *top = slot[0]
    slot[0] = NULL
    return top


cdef void resume_handlers(void *top) noexcept:
    lg_handler_slot()[0] = top


cdef lg_lane_t *current_lane() noexcept:
    return <lg_lane_t *>lg_lane_slot()[0] if _on_lanes != 0 else NULL


cdef void set_current_lane(lg_lane_t *lane) noexcept:
    cdef void **slot = lg_lane_slot()
    lg_count_add(&_on_lanes, (lane != NULL) - (slot[0] != NULL))
    slot[0] = lane


cdef void set_traced(lg_trace_t *trace) noexcept:
    global traced
    lg_count_add(&_active, (trace != NULL) - (traced != NULL))
    traced = trace


cdef bint is_intercepted(Tensor x) noexcept:
    return _active != 0 or type(x) is not Tensor


cdef void _settle(int change) noexcept:
    # While an attribute is open, calls take the slow path, which knows what to do.
    lg_count_add(&_active, change)


open_attrs.settle = _settle
calls.call1 = call1
calls.call2 = call2


class immediate:
    """Context in which this thread's recorders and executors do not see ops.

    Ops on tensors that have elements run at once; those with a traced input still belong to its recording.
    What interprets a graph uses it to compute the constant parts now.
    """

    def __enter__(self):
        cdef void **slot = lg_handler_slot()
        # Keeps the frame; the slot's reference stays.
        self._outer = <object>slot[0] if slot[0] != NULL else None
        slot[0] = NULL

    def __exit__(self, *exception):
        cdef void **slot = lg_handler_slot()
        outer, self._outer = self._outer, None
        slot[0] = <void *>outer if outer is not None else NULL
