# SPDX-License-Identifier: Apache-2.0
"""Branches and loops that the data decide: Python when eager, programs inside a program when recorded."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport uint32_t

from legato.core.dispatch cimport current_handler, pop_handler, push_handler
from legato.core.engine cimport (
    lg_error_t,
    lg_program_add_cond,
    lg_program_add_while,
    lg_program_t,
    lg_status_t,
    lg_value_t,
)
from legato.core.errors cimport check
from legato.core.extent cimport Traced
from legato.core.record cimport Recorder
from legato.core.spec cimport value_spec
from legato.core.tensor cimport Tensor

from legato.core.convert import asarray
from legato.core.errors import ArgumentError, DTypeError, ShapeError
from legato.core.spec import spec


cdef Recorder _recorder_of(tuple tensors):
    # What records now: that of the operands, or of this thread.
    for item in tensors:
        if isinstance(item, Traced):
            return (<Recorder>(<Traced>item).recorder).innermost()
    handler = current_handler()
    return (<Recorder>handler).innermost() if isinstance(handler, Recorder) else None


cdef tuple _as_results(object result, str what):
    results = tuple(result) if isinstance(result, (tuple, list)) else (result,)
    for item in results:
        if not isinstance(item, Tensor):
            try:
                asarray(item)
            except Exception:
                raise DTypeError(f"{what} gives {type(item).__name__}, expected Tensors") from None
    return tuple([item if isinstance(item, Tensor) else asarray(item) for item in results])


cdef class _Inner:
    # A branch or a round while it is recorded.
    cdef Recorder recorder
    cdef object result    # what the function returned
    cdef tuple results    # the same as a tuple of tensors

    cdef int record(self, Recorder outer, object fn, list names, list specs, list captures,
                    str what) except -1:
        cdef Recorder inner = outer.begin_inner()
        self.recorder = inner
        inner.paths = [outer.here().decode()]
        pushed = current_handler() is not None
        if pushed:
            push_handler(inner)
        try:
            arguments = [inner.add_input(name, type) for name, type in zip(names, specs)]
            for tensor in captures:
                inner.capture(tensor)
            self.result = fn(*arguments)
            self.results = _as_results(self.result, what)
            for i, item in enumerate(self.results):
                inner.add_output(f"output{i}", item)
        finally:
            outer.inner = None
            if pushed:
                pop_handler()
        return 0

    cdef list captures(self):
        return [tensor for tensor, _ in self.recorder.captured.values()]

    cdef object output_spec(self, Py_ssize_t index):
        cdef Tensor x = self.results[index]
        return value_spec(self.recorder.program, self.recorder.value_of(x))


cdef tuple _add(Recorder outer, bint loop, Traced condition, list operands, _Inner first, _Inner second,
                uint32_t carried):
    # Adds the op: `first` and `second` take all that one of them captured.
    cdef lg_error_t err
    cdef lg_status_t status
    cdef size_t i
    cdef size_t in_count, out_count
    cdef lg_program_t *left
    cdef lg_program_t *right
    cdef lg_value_t *values
    for tensor in second.captures():
        first.recorder.capture(tensor)
    operands = operands + second.captures()
    in_count, out_count = len(operands), len(second.results)
    left, right = first.recorder.freeze(), second.recorder.freeze()
    values = <lg_value_t *>PyMem_Calloc(in_count + out_count + 1, sizeof(lg_value_t))
    if values == NULL:
        raise MemoryError()
    try:
        for i in range(in_count):
            values[i] = outer.value_of(operands[i])
        path = outer.here()
        if loop:
            status = lg_program_add_while(
                outer.program, left, right, values, <uint32_t>in_count, carried, path,
                values + in_count, <uint32_t>out_count, &err,
            )
        else:
            status = lg_program_add_cond(
                outer.program, outer.value_of(condition), left, right, values, <uint32_t>in_count, path,
                values + in_count, <uint32_t>out_count, &err,
            )
        check(status, &err)
        return tuple([outer.wrap(values[in_count + i]) for i in range(out_count)])
    finally:
        PyMem_Free(values)


cdef object _arrange(object like, tuple results):
    # Results in the form that the function returned them.
    if isinstance(like, (tuple, list)):
        make = getattr(type(like), "_make", None)
        return make(results) if make is not None else type(like)(results)
    return results[0]


def cond(condition, then_fn, else_fn, *operands):
    """Run one of two functions, as the data decide.

    Eager, and where the condition is known, that is a Python ``if``. While recording, both functions are
    recorded, each as a program inside the program, and each run takes one. Tensors of the recording that the
    functions use and that are not among the operands work, too. A program with a `cond` is planned in parts.

    Parameters
    ----------
    condition : Tensor
        One bool.
    then_fn, else_fn : callable
        Take the operands; return a tensor, or a tuple or list of tensors: as many, of the same dtypes and
        ranks.
    *operands : Tensor or array

    Returns
    -------
    Tensor, tuple or list
        What the functions return. Extents in which they differ are open.

    Raises
    ------
    DTypeError
        The condition is not one bool, or the results differ in dtype or rank.
    ArgumentError
        The results differ in number.

    Examples
    --------
    >>> import legato as lg
    >>> def net(x):
    ...     return lg.cond(lg.sum(x) > 0.0, lambda x: x * 2.0, lambda x: -x, x)
    >>> run = lg.runner(net, "f32[2]")
    >>> run([1.0, 2.0]).tolist(), run([-1.0, -2.0]).tolist()
    ([2.0, 4.0], [1.0, 2.0])
    """
    cdef Recorder recorder
    cdef list specs, tensors
    cdef Tensor flag = asarray(condition)
    cdef _Inner first, second
    if not isinstance(flag, Traced):
        if flag.dtype.name != "bool" or flag.size != 1:
            raise DTypeError(f"cond: the condition is {spec(flag)}, expected one bool")
        return (then_fn if flag.item() else else_fn)(*operands)
    recorder = _recorder_of((flag,))
    tensors = [recorder.wrap(recorder.value_of(asarray(item))) for item in operands]
    specs = [value_spec(recorder.program, (<Traced>item).value) for item in tensors]
    names = [f"input{i}" for i in range(len(tensors))]
    first, second = _Inner(), _Inner()
    first.record(recorder, then_fn, names, specs, [], "cond: then_fn")
    second.record(recorder, else_fn, names, specs, first.captures(), "cond: else_fn")
    if len(first.results) != len(second.results):
        raise ArgumentError(
            f"cond: then_fn gives {len(first.results)} results, else_fn {len(second.results)}"
        )
    return _arrange(first.result, _add(recorder, False, flag, tensors, first, second, 0))


cdef tuple _open_axes(_Inner body, list specs, Py_ssize_t carried, set opened):
    # Specs of the next try, with names for the extents that a round changes; whether there are any new ones.
    cdef list result = []
    changed = False
    for i in range(carried):
        given, made = specs[i], body.output_spec(i)
        if given.dtype != made.dtype or len(given.shape) != len(made.shape):
            raise DTypeError(f"while_loop: carried value {i} is {given}, body gives {made}")
        extents = list(given.shape)
        for k, (before, after) in enumerate(zip(given.shape, made.shape)):
            if before != after and before not in opened:
                extents[k] = f"w{len(opened)}"
                opened.add(extents[k])
                changed = True
        result.append(spec(f"{given.dtype}[{','.join([str(extent) for extent in extents])}]"))
    return result, changed


def while_loop(test_fn, body_fn, *carried, stacked=0):
    """Run a function again and again as long as another one says so.

    Eager that is a Python loop. While recording, both functions are recorded, each as a program inside the
    program; `body_fn` may be called several times for that, until it is known which extents rounds
    change. Tensors of the recording that the functions use and that are not carried work, too, and stay as
    they are. A program with a loop is planned in parts, and each part is planned again for new extents.

    Parameters
    ----------
    test_fn : callable
        Takes the carried values, returns one bool.
    body_fn : callable
        Takes the carried values; returns their next values, of the same dtypes and ranks, and behind them
        `stacked` tensors more.
    *carried : Tensor or array
        The first values.
    stacked : int, default 0
        How many results each round gives beside the carried values. They are stacked along a new first axis.

    Returns
    -------
    Tensor or tuple
        The last carried values, then the stacks; a tensor where that is one.

    Raises
    ------
    DTypeError
        `test_fn` does not give one bool, or a round changes a dtype or rank.
    ArgumentError
        A round gives another number of values.
    ShapeError
        What is stacked changes its shape.

    Examples
    --------
    >>> import legato as lg
    >>> def net(x):
    ...     return lg.while_loop(lambda x: lg.sum(x) < 100.0, lambda x: x * 2.0, x)
    >>> run = lg.runner(net, "f32[2]")
    >>> run([1.0, 2.0]).tolist()
    [64.0, 128.0]
    """
    cdef Recorder recorder
    cdef Py_ssize_t count = len(carried)
    cdef Py_ssize_t all_count
    cdef _Inner test, body
    cdef list specs, tensors
    if type(stacked) is not int or stacked < 0:
        raise ArgumentError(f"while_loop: stacked is {stacked!r}, expected a number from 0 on")
    all_count = count + stacked
    if count == 0:
        raise ArgumentError("while_loop: nothing is carried, so nothing would ever change")
    recorder = _recorder_of(carried)
    if recorder is None:
        return _run_loop(test_fn, body_fn, tuple([asarray(item) for item in carried]), count, stacked)
    tensors = [recorder.wrap(recorder.value_of(asarray(item))) for item in carried]
    specs = [value_spec(recorder.program, (<Traced>item).value) for item in tensors]
    names = [f"carried{i}" for i in range(count)]
    opened = set()
    changed = True
    while changed:
        test, body = _Inner(), _Inner()
        test.record(recorder, test_fn, names, specs, [], "while_loop: test_fn")
        body.record(recorder, body_fn, names, specs, test.captures(), "while_loop: body_fn")
        if len(body.results) != all_count:
            given = len(body.results)
            raise ArgumentError(f"while_loop: body_fn gives {given} values, expected {all_count}")
        specs, changed = _open_axes(body, specs, count, opened)
    results = _add(recorder, True, None, tensors, test, body, <uint32_t>count)
    return results[0] if all_count == 1 else results


cdef object _run_loop(object test_fn, object body_fn, tuple carried, Py_ssize_t count, Py_ssize_t stacked):
    # The same now.
    import legato._ops

    rows = [[] for _ in range(stacked)]
    while True:
        flag = asarray(test_fn(*carried))
        if flag.dtype.name != "bool" or flag.size != 1:
            raise DTypeError(f"while_loop: test_fn gives {spec(flag)}, expected one bool")
        if not flag.item():
            break
        results = _as_results(body_fn(*carried), "while_loop: body_fn")
        if len(results) != count + stacked:
            wanted = count + stacked
            raise ArgumentError(f"while_loop: body_fn gives {len(results)} values, expected {wanted}")
        for before, after in zip(carried, results):
            if before.dtype != after.dtype or before.ndim != after.ndim:
                raise DTypeError(
                    f"while_loop: a carried value is {spec(before)}, body_fn gives {spec(after)}"
                )
        for row, item in zip(rows, results[count:]):
            if row and row[0].shape != item.shape:
                raise ShapeError(
                    f"while_loop: what is stacked is {spec(item)}, and {spec(row[0])} at first"
                )
            row.append(item)
        carried = results[:count]
    if any([not row for row in rows]):
        raise ArgumentError("while_loop: no round was run, so it is not known what would be stacked")
    stacks = [legato._ops.concat([legato._ops.unsqueeze(item, 0) for item in row]) for row in rows]
    results = (*carried, *stacks)
    return results[0] if len(results) == 1 else results
