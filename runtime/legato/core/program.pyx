# SPDX-License-Identifier: Apache-2.0
"""Programs: what is computed. Printed as text, read back from text."""

from collections import namedtuple

from cpython.bytes cimport PyBytes_AsStringAndSize
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport uint32_t

from legato.core.context cimport context
from legato.core.dispatch cimport current_handler
from legato.core.engine cimport (
    LG_OK,
    LG_STATUS_NOT_FOUND,
    lg_buffer_retain,
    lg_context_op_info,
    lg_error_set,
    lg_error_t,
    lg_pass_name,
    lg_program_add_input_spec,
    lg_program_add_output,
    lg_program_add_program,
    lg_program_add_state,
    lg_program_create,
    lg_program_format,
    lg_program_freeze,
    lg_program_input,
    lg_program_input_count,
    lg_program_input_name,
    lg_program_op,
    lg_program_op_count,
    lg_program_op_t,
    lg_program_output,
    lg_program_output_count,
    lg_program_output_name,
    lg_program_parse,
    lg_program_release,
    lg_program_rewrite,
    lg_program_specialize,
    lg_program_state,
    lg_program_state_count,
    lg_program_symbol_count,
    lg_program_symbol_name,
    lg_program_t,
    lg_program_verify,
    lg_program_weight_count,
    lg_program_weight_name,
    lg_program_weight_type,
    lg_status_t,
    lg_tensor_t,
    lg_text_t,
    lg_value_t,
    lg_view_t,
)
from legato.core.errors cimport check
from legato.core.extent cimport Recording, Traced
from legato.core.spec cimport Spec, take_text, value_spec, wrap_spec
from legato.core.tensor cimport Tensor

from legato.core.convert import asarray
from legato.core.errors import ArgumentError, NotFoundError
from legato.core.spec import spec


def arrange(names, args, kwargs):
    """Put arguments given by name in the order of the inputs.

    Parameters
    ----------
    names : tuple of str
        Of the inputs.
    args : tuple
    kwargs : dict

    Returns
    -------
    tuple
        One item per input.

    Raises
    ------
    ArgumentError
        One is missing, unknown or given twice.
    """
    given = dict(zip(names, args))
    for name in kwargs:
        if name not in names:
            raise ArgumentError(f"there is no input {name!r}; there are {', '.join(names)}")
        if name in given:
            raise ArgumentError(f"input {name!r} is given twice")
    given.update(kwargs)
    if len(args) > len(names) or len(given) != len(names):
        raise ArgumentError(
            f"{len(args) + len(kwargs)} inputs given, expected {len(names)}: {', '.join(names)}"
        )
    return tuple([given[name] for name in names])


def passes():
    """Name the passes between a program and its plan, in the order in which they run.

    Each can be switched off: ``lg.runner(program, passes={"fuse": False})``.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> import legato as lg
    >>> "eliminate" in lg.passes()
    True
    """
    names = []
    while lg_pass_name(len(names)) != NULL:
        names.append(lg_pass_name(len(names)).decode())
    return tuple(names)


cdef Program wrap_program(lg_program_t *handle):
    # Takes over the caller's reference.
    cdef Program program = Program.__new__(Program)
    program._h = handle
    left = lg_program_output_count(handle) - lg_program_state_count(handle)
    program.structure = None if left == 1 else tuple
    return program


cdef class Program:
    """What is computed: ops in order, with weights, named inputs and outputs. Immutable.

    ``str(program)`` is a text that :meth:`parse` reads back. Make one with :func:`record`.
    """

    def __init__(self):
        raise TypeError("record a program with legato.record, or read one with Program.parse")

    def __call__(self, *args, **kwargs):
        """Add the ops of this program to the one that is being recorded.

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
        ArgumentError
            Nothing is being recorded: make a runner to run a program.

        Examples
        --------
        >>> import legato as lg
        >>> double = lg.record(lambda x: x + x, "f32[2]")
        >>> lg.runner(lambda x: double(double(x)), "f32[2]")([1.0, 2.0]).tolist()
        [4.0, 8.0]
        """
        inputs = arrange(tuple(self.inputs), args, kwargs)
        handler = current_handler()
        for item in inputs:
            if isinstance(item, Traced):
                handler = (<Traced>item).recorder
        if not isinstance(handler, Recording):
            raise ArgumentError("a Program is called while recording; to run it, make a legato.runner of it")
        return self.arrange_outputs((<Recording>handler).inline(self, list(inputs)))

    cdef object arrange_outputs(self, list values):
        if self.structure is None:
            return values[0]
        names = tuple(self.outputs)
        if self.structure is dict:
            return dict(zip(names, values))
        if self.make is None:
            self.make = namedtuple("Outputs", names, rename=True)._make
        return self.make(values)

    @property
    def ops(self):
        """list of tuple: name and path of each op, in order: ``("matmul#0", "encoder.3")``."""
        cdef lg_program_op_t op
        cdef lg_error_t err
        op.size = sizeof(lg_program_op_t)
        result = []
        for i in range(lg_program_op_count(self._h)):
            check(lg_program_op(self._h, <uint32_t>i, &op, &err), &err)
            name = lg_context_op_info(context, op.op).name.decode()
            result.append((f"{name}#{op.number}", op.path.decode()))
        return result

    def __dealloc__(self):
        lg_program_release(self._h)

    def __str__(self):
        cdef lg_text_t *text
        cdef lg_error_t err
        check(lg_program_format(self._h, &text, &err), &err)
        return take_text(text)

    def __repr__(self):
        inputs = ", ".join(f"{name}: {type}" for name, type in self.inputs.items())
        outputs = ", ".join(f"{name}: {type}" for name, type in self.outputs.items())
        return f"<legato.Program ({inputs}) -> ({outputs}), {len(self)} ops>"

    def __len__(self):
        return lg_program_op_count(self._h)

    cdef tuple ends(self):
        # Positions of states among the inputs and among the outputs.
        cdef uint32_t i, reads, writes
        cdef lg_error_t err
        if self.state_ends is None:
            ins, outs = [], []
            for i in range(lg_program_state_count(self._h)):
                check(lg_program_state(self._h, i, &reads, &writes, &err), &err)
                ins.append(reads)
                outs.append(writes)
            self.state_ends = (tuple(ins), tuple(outs))
        return self.state_ends

    @property
    def inputs(self):
        """dict of str to Spec: types of the inputs by name, in order, without states."""
        return {
            lg_program_input_name(self._h, i).decode(): value_spec(self._h, lg_program_input(self._h, i))
            for i in range(lg_program_input_count(self._h))
            if i not in self.ends()[0]
        }

    @property
    def outputs(self):
        """dict of str to Spec: types of the outputs by name, in order, without states."""
        return {
            lg_program_output_name(self._h, i).decode(): value_spec(self._h, lg_program_output(self._h, i))
            for i in range(lg_program_output_count(self._h))
            if i not in self.ends()[1]
        }

    @property
    def states(self):
        """dict of str to Spec: types of the states by name."""
        return {
            lg_program_input_name(self._h, i).decode(): value_spec(self._h, lg_program_input(self._h, i))
            for i in self.ends()[0]
        }

    def with_state(self, names):
        """Make states of inputs: what a run gives for an output is what the next run reads.

        Parameters
        ----------
        names : mapping of str to str
            Names of inputs, and of the outputs of the same types that hold their next values.

        Returns
        -------
        Program
            The same without these inputs and outputs.

        Raises
        ------
        NotFoundError
            There is no such input or output.
        ArgumentError
            The types differ.

        Examples
        --------
        >>> import legato as lg
        >>> total = lg.record(lambda x, sum: {"y": x + sum, "next": x + sum}, "f32[]", "f32[]")
        >>> run = lg.runner(total.with_state({"sum": "next"}))
        >>> [run(x)["y"].item() for x in (1.0, 2.0, 3.0)]
        [1.0, 3.0, 6.0]
        """
        cdef Program result
        ins, outs = list(self.inputs), list(self.outputs)
        for reads, writes in names.items():
            if reads not in ins:
                raise NotFoundError(f"with_state: there is no input {reads!r}; there are {', '.join(ins)}")
            if writes not in outs:
                raise NotFoundError(f"with_state: there is no output {writes!r}; there are {', '.join(outs)}")
        if self.ends()[0]:
            raise ArgumentError("with_state: the program has states already; name all of them at once")
        result = self.copied([(ins.index(reads), outs.index(writes)) for reads, writes in names.items()])
        left = len(outs) - len(names)
        if self.structure is dict:
            result.structure = dict
        else:  # one output that is left stands alone
            result.structure = None if left == 1 else tuple
        return result

    cdef Program copied(self, list states):
        # The same with these pairs of an input and an output as states.
        cdef lg_error_t err
        cdef lg_program_t *handle
        cdef Program result
        cdef uint32_t i
        cdef uint32_t in_count = lg_program_input_count(self._h)
        cdef uint32_t out_count = lg_program_output_count(self._h)
        cdef lg_value_t *values = <lg_value_t *>PyMem_Calloc(in_count + out_count + 1, sizeof(lg_value_t))
        if values == NULL:
            raise MemoryError()
        try:
            check(lg_program_create(context, &handle, &err), &err)
            result = wrap_program(handle)
            for i in range(in_count):
                text = str(value_spec(self._h, lg_program_input(self._h, i))).encode()
                name = lg_program_input_name(self._h, i)
                check(lg_program_add_input_spec(handle, name, text, &values[i], &err), &err)
            check(
                lg_program_add_program(
                    handle, self._h, values, in_count, b"", &values[in_count], out_count, &err
                ),
                &err,
            )
            for i in range(out_count):
                name = lg_program_output_name(self._h, i)
                check(lg_program_add_output(handle, name, values[in_count + i], &err), &err)
            for reads, writes in states:
                check(lg_program_add_state(handle, reads, writes, &err), &err)
            check(lg_program_freeze(handle, &err), &err)
            return result
        finally:
            PyMem_Free(values)

    @property
    def weights(self):
        """dict of str to Spec: types of the weights by name, in order."""
        return {
            lg_program_weight_name(self._h, i).decode(): wrap_spec(lg_program_weight_type(self._h, i))
            for i in range(lg_program_weight_count(self._h))
        }

    def rewrite(self, str name not None):
        """Run one of the passes that planning runs, to see what it does.

        Parameters
        ----------
        name : str
            One of :func:`passes`.

        Returns
        -------
        Program
            The changed program.

        Raises
        ------
        NotFoundError
            There is no such pass; the message has those that there are.

        Examples
        --------
        >>> import legato as lg
        >>> p = lg.record(lambda x: lg.neg(x).reshape(4).reshape(2, 2), "f32[2,2]")
        >>> len(p), len(p.rewrite("eliminate"))
        (3, 1)
        """
        cdef lg_error_t err
        cdef lg_program_t *handle
        encoded = name.encode()
        check(lg_program_rewrite(self._h, encoded, &handle, &err), &err)
        cdef Program result = wrap_program(handle)
        result.structure = self.structure
        return result

    def verify(self):
        """Look whether the program is whole.

        Each value is made before it is read and has the type that the op's rule gives, weights have memory,
        names are unique, programs inside fit. Recording, parsing and passes see to that; this looks again.
        Debug builds do so after each transformation.

        Raises
        ------
        InternalError
            The message says what is wrong, and in which op.
        """
        cdef lg_error_t err
        check(lg_program_verify(self._h, &err), &err)

    def specialize(self, *specs):
        """Fix the extents of the inputs.

        Parameters
        ----------
        *specs : str, Spec, Tensor or array
            Types of the inputs, as :func:`spec` takes them, without names.

        Returns
        -------
        Program
            The same with numbers instead of symbols: attributes that follow from extents are constants, and
            what nothing needs any more is gone. The program itself where there was nothing to do.

        Raises
        ------
        ShapeError, DTypeError
            A type does not fit the input; the message says which and what was expected.
        ArgumentError
            The function branched on an extent and took another way.

        Examples
        --------
        >>> import legato as lg
        >>> program = lg.record(lambda x: lg.tanh(x), "f32[batch,4]")
        >>> print(program.specialize("f32[2,4]"))
        program {
          input %0 "x" : f32[2,4]
          %1 = tanh(%0) : f32[2,4]
          output "output" %1
        }
        """
        cdef lg_program_t *handle
        cdef lg_error_t err
        cdef Spec given
        cdef Program result
        cdef uint32_t count = <uint32_t>len(specs)
        cdef lg_view_t *types = <lg_view_t *>PyMem_Calloc(count + 1, sizeof(lg_view_t))
        try:
            if types == NULL:
                raise MemoryError()
            for i in range(count):
                given = spec(specs[i])
                if given.symbolic:
                    raise ArgumentError(f"specialize: {given} has an extent that is no number")
                types[i] = given._view
            check(lg_program_specialize(self._h, types, count, &handle, &err), &err)
        finally:
            PyMem_Free(types)
        result = wrap_program(handle)
        result.structure = self.structure
        return result

    @property
    def symbols(self):
        """list of str: names in the extents of the inputs that are not fixed."""
        return [
            lg_program_symbol_name(self._h, i).decode() for i in range(lg_program_symbol_count(self._h))
        ]

    @staticmethod
    def parse(str text not None, weights=None):
        """Read the text form.

        Parameters
        ----------
        text : str
            What ``str(program)`` gives.
        weights : mapping of str to Tensor or array, optional
            The weights that the text names.

        Returns
        -------
        Program

        Raises
        ------
        FormatError
            The message says what was expected, and in which line.

        Examples
        --------
        >>> import legato as lg
        >>> p = lg.record(lambda x: x.reshape(2, 2), "f32[4]")
        >>> str(lg.Program.parse(str(p))) == str(p)
        True
        """
        cdef lg_program_t *handle
        cdef lg_error_t err
        cdef char *chars
        cdef Py_ssize_t count
        cdef dict tensors = {name: asarray(value).contiguous() for name, value in (weights or {}).items()}
        encoded = text.encode()
        PyBytes_AsStringAndSize(encoded, &chars, &count)
        cdef void *user = <void *>tensors
        check(lg_program_parse(context, chars, <size_t>count, _find_weight, user, &handle, &err), &err)
        return wrap_program(handle)


cdef lg_status_t _find_weight(void *user, const char *name, const lg_view_t *type, lg_tensor_t *out_tensor,
                              lg_error_t *err) noexcept with gil:
    cdef Tensor tensor = (<dict>user).get(name.decode())
    if tensor is None:
        return lg_error_set(err, LG_STATUS_NOT_FOUND, NULL, b"there is no weight '%s'", name)
    out_tensor[0] = tensor._h
    if tensor._h.buffer != NULL:
        lg_buffer_retain(tensor._h.buffer)
    return LG_OK
