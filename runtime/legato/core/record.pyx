# SPDX-License-Identifier: Apache-2.0
"""Recording: from a Python function, or op by op, to a program."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport uint32_t

from legato.core.attrs cimport open_attrs, take_open
from legato.core.context cimport context
from legato.core.dispatch cimport (
    count_outputs,
    current_handler,
    has_several_outputs,
    pop_handler,
    push_handler,
)
from legato.core.engine cimport (
    LG_MAX_BOUND,
    LG_MAX_INS,
    LG_MAX_OUTS,
    LG_VALUE_NONE,
    LG_VIEW_CONTIGUOUS,
    lg_attr_source_t,
    lg_context_op_info,
    lg_error_t,
    lg_op_info_t,
    lg_program_add_input_spec,
    lg_program_add_op_from,
    lg_program_add_output,
    lg_program_add_program,
    lg_program_add_state,
    lg_program_add_weight,
    lg_program_create,
    lg_program_find_weight,
    lg_program_freeze,
    lg_program_input_count,
    lg_program_output_count,
    lg_program_release,
    lg_program_t,
    lg_program_value_type,
    lg_program_weight_count,
    lg_value_t,
)
from legato.core.errors cimport check
from legato.core.extent cimport Extent, Recording, Traced, ops
from legato.core.program cimport Program, wrap_program
from legato.core.spec cimport Spec, value_spec
from legato.core.tensor cimport Tensor, copy_tensor

from legato.core.convert import asarray
from legato.core.convert import tensor as to_tensor
from legato.core.errors import ArgumentError, DTypeError
from legato.core.spec import spec


cdef class Recorder(Recording):
    def __cinit__(self):
        cdef lg_error_t err
        self.program = NULL
        self.paths = [""]
        self.names = {}
        self.weights = {}
        self.guarded = set()
        self.states = {}
        self.captured = {}
        check(lg_program_create(context, &self.program, &err), &err)

    def __dealloc__(self):
        lg_program_release(self.program)

    cdef bytes here(self):
        # The path of what is recorded now.
        return (<str>self.paths[len(self.paths) - 1]).encode()

    cdef int check_open(self) except -1:
        if self.program == NULL:
            raise ArgumentError("this recording is over; its tensors have no meaning any more")
        return 0

    cdef Recorder begin_inner(self):
        # A recorder for a branch or a round: ops come here from now on, until `inner` is None again.
        cdef Recorder inner = Recorder()
        inner.outer = self
        inner.names = self.names
        self.inner = inner
        return inner

    cdef Recorder innermost(self):
        return self if self.inner is None else (<Recorder>self.inner).innermost()

    cdef Traced capture(self, Traced tensor):
        # What stands here for a tensor of a recording around this one: an input.
        cdef Traced found
        if self.outer is None:
            raise ArgumentError("a tensor of one recording is used in another; return it from its own")
        if tensor.recorder is not self.outer:
            tensor = self.outer.capture(tensor)
        if tensor.value not in self.captured:
            type = value_spec(self.outer.program, tensor.value)
            found = self.add_input(f"captured{len(self.captured)}", type)
            self.captured[tensor.value] = (tensor, found)
        return self.captured[tensor.value][1]

    cdef lg_program_t *freeze(self) except NULL:
        # The program of a branch or a round, which stays the recorder's.
        cdef lg_error_t err
        check(lg_program_freeze(self.program, &err), &err)
        return self.program

    cdef Traced wrap(self, lg_value_t value):
        cdef Traced result = Traced.__new__(Traced)
        result._h.view = lg_program_value_type(self.program, value)[0]
        result._h.view.data = NULL
        result.recorder = self
        result.value = value
        return result

    cdef Traced add_input(self, str name, Spec type):
        cdef lg_value_t value
        cdef lg_error_t err
        self.check_open()
        encoded, text = name.encode(), str(type).encode()
        check(lg_program_add_input_spec(self.program, encoded, text, &value, &err), &err)
        return self.wrap(value)

    cdef lg_value_t add_weight(self, Tensor tensor, str name) except? 0xffffffff:
        # A weight of the name, or of one that nobody has yet where it is None.
        cdef lg_value_t value
        cdef lg_error_t err
        cdef Tensor dense = tensor if tensor._h.view.flags & LG_VIEW_CONTIGUOUS else copy_tensor(tensor)
        cdef Recorder root = self
        self.check_open()
        while root.outer is not None:  # one count for all, so that names stay as they are
            root = root.outer
        if name is None:
            while lg_program_find_weight(self.program, f"w{root.weight_count}".encode()) != LG_VALUE_NONE:
                root.weight_count += 1
            name = f"w{root.weight_count}"
        encoded = name.encode()
        before = lg_program_weight_count(self.program)
        check(lg_program_add_weight(self.program, encoded, &dense._h, &value, &err), &err)
        if name == f"w{root.weight_count}":
            root.weight_count += lg_program_weight_count(self.program) - before
        return value

    cdef lg_value_t value_of(self, Tensor tensor) except? 0xffffffff:
        # The value of a traced tensor; any other tensor becomes a weight.
        cdef lg_value_t value
        if isinstance(tensor, Traced):
            if (<Traced>tensor).recorder is not self:
                return self.capture(tensor).value
            return (<Traced>tensor).value
        known = self.weights.get(id(tensor))
        if known is not None:
            return known[1]
        named = self.names.get(_memory_key(tensor))
        name = named[1] if named is not None else None
        number = 1
        while name is not None and lg_program_find_weight(self.program, name.encode()) != LG_VALUE_NONE:
            number += 1
            name = f"{named[1]}_{number}"  # two networks in one recording
        value = self.add_weight(tensor, name)
        self.weights[id(tensor)] = (tensor, value)  # with the tensor, so that its id stays its own
        return value

    cdef object call(self, uint32_t op, list inputs, const void *attrs, object out):
        cdef lg_value_t ins[LG_MAX_INS]
        cdef lg_value_t results[LG_MAX_OUTS]
        cdef lg_error_t err
        cdef lg_attr_source_t sources[LG_MAX_BOUND]
        cdef const lg_op_info_t *info
        cdef uint32_t i, out_count
        cdef uint32_t source_count = 0
        cdef uint32_t count = <uint32_t>len(inputs)
        if self.inner is not None:
            return self.inner.call(op, inputs, attrs, out)
        self.check_open()
        if out is not None:
            raise ArgumentError("out= has no meaning while recording; leave it away")
        for i in range(count):
            ins[i] = LG_VALUE_NONE if inputs[i] is None else self.value_of(inputs[i])
        out_count = count_outputs(op, inputs, attrs)
        if open_attrs.count and attrs != NULL:
            info = lg_context_op_info(context, op)
            for offset, value in take_open(attrs, info.attrs_bytes):
                for i in range(info.attr_count):
                    if info.attrs[i].offset == <uint32_t>offset and source_count < LG_MAX_BOUND:
                        sources[source_count].attr = info.attrs[i].name
                        sources[source_count].value = self.value_of(self.attr_tensor(value))
                        source_count += 1
        path = self.here()
        check(
            lg_program_add_op_from(
                self.program, op, ins, count, attrs, sources, source_count, path, results, out_count, &err
            ),
            &err,
        )
        if has_several_outputs(op):
            return tuple([self.wrap(results[i]) for i in range(out_count)])
        return self.wrap(results[0])

    cdef Tensor attr_tensor(self, object value):
        # What an open attribute comes from, as one tensor.
        if isinstance(value, Tensor):
            return value
        if isinstance(value, Extent):
            return (<Extent>value).tensor()
        parts = []
        for item in value:
            if isinstance(item, Tensor):
                parts.append(item if item.ndim == 1 else item.reshape(1))
            elif isinstance(item, Extent):
                parts.append((<Extent>item).tensor())
            else:
                parts.append(to_tensor([item], dtype="i64" if type(item) is int else None))
        return parts[0] if len(parts) == 1 else ops().concat(parts)

    cdef list inline(self, object program, list inputs):
        if self.inner is not None:
            return self.inner.inline(program, inputs)
        cdef lg_error_t err
        cdef lg_program_t *added = (<Program>program)._h
        cdef size_t in_count = len(inputs)
        cdef size_t out_count = lg_program_output_count(added)
        cdef lg_value_t *values = <lg_value_t *>PyMem_Calloc(in_count + out_count, sizeof(lg_value_t))
        self.check_open()
        try:
            if values == NULL:
                raise MemoryError()
            for i in range(in_count):
                values[i] = self.value_of(asarray(inputs[i]))
            path = self.here()
            check(
                lg_program_add_program(
                    self.program, added, values, <uint32_t>in_count, path,
                    values + in_count, <uint32_t>out_count, &err,
                ),
                &err,
            )
            return [self.wrap(values[in_count + i]) for i in range(out_count)]
        finally:
            PyMem_Free(values)

    cdef int add_output(self, str name, object value) except -1:
        cdef lg_error_t err
        if not isinstance(value, Tensor):
            raise DTypeError(f"output {name!r} is {type(value).__name__}, expected a Tensor")
        self.check_open()
        return check(lg_program_add_output(self.program, name.encode(), self.value_of(value), &err), &err)

    cdef Traced state_value(self, str name, Spec type):
        if self.outer is not None:
            return self.capture(self.outer.state_value(name, type))
        self.check_open()
        if name not in self.states:
            value = self.add_input(name, type)
            self.states[name] = [lg_program_input_count(self.program) - 1, type, value]
        if self.states[name][1] != type:
            raise ArgumentError(f"state {name!r} is {type} here and {self.states[name][1]} elsewhere")
        return self.states[name][2]

    cdef int set_state(self, str name, Spec type, Tensor value) except -1:
        if self.outer is not None:
            raise ArgumentError(
                f"state {name!r} is set in a branch or a round; return the value and set it outside"
            )
        self.state_value(name, type)
        self.states[name][2] = self.wrap(self.value_of(value))
        return 0

    cdef Program finish(self, object structure):
        cdef lg_error_t err
        self.check_open()
        for name, (position, _, value) in self.states.items():
            self.add_output(name, value)
            check(
                lg_program_add_state(
                    self.program, position, lg_program_output_count(self.program) - 1, &err
                ),
                &err,
            )
        check(lg_program_freeze(self.program, &err), &err)
        cdef Program program = wrap_program(self.program)
        self.program = NULL
        program.structure = structure
        return program


cdef object _memory_key(Tensor tensor):
    # What makes two tensors the same weight.
    return <size_t>tensor._h.view.data, tensor._h.view.dtype, tensor.shape, tensor.strides


class path:
    """Say where in the model the ops of a block stand. Paths nest, joined by dots.

    Outside of a recording it does nothing.

    Parameters
    ----------
    name : str
        Name of the part: ``"encoder.3"``; an empty one adds nothing.

    Examples
    --------
    >>> import legato as lg
    >>> def net(x):
    ...     with lg.path("head"):
    ...         return lg.tanh(x)
    >>> print(lg.record(net, "f32[2]"))
    program {
      input %0 "x" : f32[2]
      %1 = tanh(%0) at "head" : f32[2]
      output "output" %1
    }
    """

    __slots__ = ("_name", "_recorder")

    def __init__(self, name, *, _recorder=None):
        if not isinstance(name, str):
            raise DTypeError(f"path: expected str, got {type(name).__name__}")
        self._name = name
        self._recorder = _recorder

    def __enter__(self):
        recorder = self._recorder if self._recorder is not None else current_handler()
        recorder = (<Recorder>recorder).innermost() if isinstance(recorder, Recorder) else recorder
        self._recorder = recorder if isinstance(recorder, Recorder) else None
        if self._recorder is not None:
            outer = (<Recorder>self._recorder).here().decode()
            (<Recorder>self._recorder).paths.append(".".join([part for part in (outer, self._name) if part]))

    def __exit__(self, *exception):
        if self._recorder is not None:
            (<Recorder>self._recorder).paths.pop()


def name_weight(tensor, str name not None):
    """Name a tensor for the case that it becomes a weight of what is being recorded.

    Outside of a recording it does nothing.

    Parameters
    ----------
    tensor : Tensor
        What an op uses later, itself or another Tensor of the same memory, shape and strides.
    name : str
        Name of the weight: ``"layer1.0.weight"``.

    Returns
    -------
    Tensor
        `tensor`.

    Examples
    --------
    >>> import legato as lg
    >>> w = lg.tensor([1.0, 2.0])
    >>> program = lg.record(lambda x: x + lg.name_weight(w, "layer.bias"), "f32[2]")
    >>> list(program.weights)
    ['layer.bias']
    """
    handler = current_handler()
    if isinstance(handler, Recorder) and type(tensor) is Tensor:
        (<Recorder>handler).names[_memory_key(tensor)] = (tensor, name)
    return tensor


def _parameter_names(fn, count):
    # Names for the inputs: those of the function's parameters where they can be known.
    import inspect

    try:
        names = [
            p.name
            for p in inspect.signature(fn).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"input{i}" for i in range(count)]


def record(fn, *specs, names=None):
    """Record what a function computes.

    The function is called once, with tensors that have a type but no elements. What it does to them with
    legato ops becomes the program; everything else it does happens once, now. Tensors and arrays that it uses
    and that are not its arguments become weights.

    Parameters
    ----------
    fn : callable
        Takes one tensor per spec; returns a tensor, a tuple or list of tensors, or a dict of named ones.
    *specs : str, Spec, Tensor or array
        Types of the arguments, as :func:`spec` takes them.
    names : mapping of str to Tensor, optional
        Names of weights; others are called ``w0``, ``w1``... See also :func:`name_weight`.

    Returns
    -------
    Program

    Raises
    ------
    ArgumentError
        The function looks at the elements of a traced tensor (``if x.sum() > 0``, ``x.numpy()``).
    DTypeError
        It returns something else than tensors.

    Examples
    --------
    >>> import legato as lg
    >>> print(lg.record(lambda x: lg.tanh(x * 2.0), "f32[4]"))
    program {
      input %0 "x" : f32[4]
      weight %1 @"w0" : f32[]
      %2 = mul(%0, %1) : f32[4]
      %3 = tanh(%2) : f32[4]
      output "output" %3
    }
    """
    cdef Recorder recorder = Recorder()
    cdef Program program
    if not callable(fn):
        raise DTypeError(f"record: expected a callable, got {type(fn).__name__}")
    for name, tensor in (names or {}).items():
        if not isinstance(tensor, Tensor):
            raise DTypeError(f"record: weight {name!r} is {type(tensor).__name__}, expected a Tensor")
        recorder.names[_memory_key(tensor)] = (tensor, str(name))
    arguments = [
        recorder.add_input(name, spec(text)) for name, text in zip(_parameter_names(fn, len(specs)), specs)
    ]
    push_handler(recorder)
    try:
        result = fn(*arguments)
        structure = None
        if isinstance(result, dict):
            for key, item in result.items():
                recorder.add_output(str(key), item)
            structure = dict
        elif isinstance(result, (tuple, list)):
            fields = getattr(result, "_fields", None) or [f"output{i}" for i in range(len(result))]
            for key, item in zip(fields, result):
                recorder.add_output(key, item)
            structure = tuple
        else:
            recorder.add_output("output", result)
        program = recorder.finish(structure)
        called = getattr(fn, "__name__", type(fn).__name__)
        program.label = None if called == "<lambda>" else called.encode("utf-8", "replace")
        return program
    finally:
        pop_handler()


class Builder:
    """Build a program by hand: inputs, weights, ops on them, outputs.

    Ops on the builder's tensors are recorded. Inside ``with builder:`` so are those that have no tensor among
    their inputs (``lg.full``), and :func:`path` and :func:`name_weight` work.

    Examples
    --------
    >>> import legato as lg
    >>> b = lg.Builder()
    >>> x = b.input("x", "f32[2]")
    >>> w = b.weight("scale", lg.tensor([2.0, 3.0]))
    >>> with b.path("head"):
    ...     y = x * w
    >>> b.output("y", y)
    >>> print(b.build())
    program {
      input %0 "x" : f32[2]
      weight %1 @"scale" : f32[2]
      %2 = mul(%0, %1) at "head" : f32[2]
      output "y" %2
    }
    """

    __slots__ = ("_recorder",)

    def __init__(self):
        self._recorder = Recorder()

    def input(self, str name not None, type):
        """Add an input.

        Parameters
        ----------
        name : str
            Unique among inputs.
        type : str, Spec, Tensor or array
            As :func:`spec` takes it.

        Returns
        -------
        Tensor
        """
        return (<Recorder>self._recorder).add_input(name, spec(type))

    def weight(self, str name not None, tensor):
        """Add a weight.

        Parameters
        ----------
        name : str
            Unique among weights.
        tensor : Tensor or array
            Its memory is shared where it is dense.

        Returns
        -------
        Tensor
            What stands for it; the same as before for memory that is a weight already.
        """
        cdef Recorder recorder = self._recorder
        cdef Tensor value = asarray(tensor)
        if isinstance(value, Traced):
            raise ArgumentError(f"weight {name!r} is being recorded; a weight needs elements")
        return recorder.wrap(recorder.add_weight(value, name))

    def output(self, str name not None, tensor):
        """Name a tensor as the next output.

        Parameters
        ----------
        name : str
            Unique among outputs.
        tensor : Tensor
        """
        (<Recorder>self._recorder).add_output(name, tensor)

    def path(self, name):
        """Say where the ops of a block stand, see :func:`path`.

        Parameters
        ----------
        name : str

        Returns
        -------
        context manager
        """
        return path(name, _recorder=self._recorder)

    def build(self, *, structure=None):
        """End building.

        Parameters
        ----------
        structure : {None, tuple, dict}
            How runners give the outputs: None stands for one tensor, or a named tuple of several.

        Returns
        -------
        Program
        """
        cdef Program program = (<Recorder>self._recorder).finish(None)
        if structure is not None or lg_program_output_count(program._h) != 1:
            program.structure = structure or tuple
        return program

    def __enter__(self):
        push_handler(self._recorder)
        return self

    def __exit__(self, *exception):
        pop_handler()
