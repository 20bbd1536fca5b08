# SPDX-License-Identifier: Apache-2.0
"""Executors: how a program runs. So far rules as data, and running ops on a device by hand."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport uint32_t

from legato.core.device cimport Device
from legato.core.dispatch cimport (
    Handler,
    count_outputs,
    has_several_outputs,
    out_tensors,
    pop_handler,
    push_handler,
)
from legato.core.engine cimport (
    LG_MAX_INS,
    LG_MAX_OUTS,
    lg_device_call,
    lg_error_t,
    lg_rule_t,
    lg_tensor_t,
)
from legato.core.errors cimport check
from legato.core.tensor cimport Tensor

from legato.core.device import device as find_device
from legato.core.errors import DTypeError


class Executor:
    """Base of everything that decides how a program runs."""

    def rules(self):
        """Return the decisions as data.

        Returns
        -------
        list of Rule
            The first that matches an op decides.
        """
        return []


class Rule:
    """One line of policy: ops that match go to a device.

    Parameters
    ----------
    op : str, optional
        Name of the op; any when left out.
    path : str, optional
        Path of the op in the model, ``*`` standing for any run of characters; any when left out.
    to : Device or str
        Where it goes. Naming a device means it: where the device refuses, planning fails with its reason.

    Examples
    --------
    >>> import legato as lg
    >>> lg.Rule(op="matmul", to="cpu:0")
    Rule(op='matmul', to='cpu:0')
    """

    __slots__ = ("op", "path", "to")

    def __init__(self, *, op=None, path=None, to):
        for name, value in (("op", op), ("path", path)):
            if value is not None and not isinstance(value, str):
                raise DTypeError(f"Rule: {name} is {type(value).__name__}, expected str")
        if not isinstance(to, (str, Device)):
            raise DTypeError(f"Rule: to is {type(to).__name__}, expected a Device or its name")
        self.op, self.path, self.to = op, path, str(to)

    def __repr__(self):
        fields = [(name, getattr(self, name)) for name in self.__slots__]
        return f"Rule({', '.join(f'{name}={value!r}' for name, value in fields if value is not None)})"

    def __eq__(self, other):
        return isinstance(other, Rule) and repr(self) == repr(other)

    def __hash__(self):
        return hash(repr(self))


class Rules(Executor):
    """A policy that is nothing but data; it can be saved and is obeyed from C.

    Parameters
    ----------
    rules : iterable of Rule
        The first that matches an op decides; ops that none matches run on ``cpu:0``.

    Examples
    --------
    >>> import legato as lg
    >>> policy = lg.Rules([lg.Rule(op="matmul", to="cpu:0")])
    >>> policy.rules()
    [Rule(op='matmul', to='cpu:0')]
    """

    def __init__(self, rules):
        self._rules = list(rules)
        for rule in self._rules:
            if not isinstance(rule, Rule):
                raise DTypeError(f"Rules: expected Rule objects, got {type(rule).__name__}")

    def rules(self):
        return list(self._rules)

    def __repr__(self):
        return f"Rules({self._rules!r})"


cdef class RuleTable:
    def __cinit__(self, rules):
        cdef lg_rule_t *table
        self.strings = [
            tuple([text.encode() if text is not None else None for text in (rule.op, rule.path, rule.to)])
            for rule in rules
        ]
        self.count = len(self.strings)
        table = <lg_rule_t *>PyMem_Calloc(self.count + 1, sizeof(lg_rule_t))
        if table == NULL:
            raise MemoryError()
        self.memory = table
        for i, (op, path, to) in enumerate(self.strings):
            table[i].op = <const char *>op if op is not None else NULL
            table[i].path = <const char *>path if path is not None else NULL
            table[i].device = <const char *>to

    def __dealloc__(self):
        PyMem_Free(self.memory)


# ---- eager -----------------------------------------------------------------------------------------

cdef class DeviceHandler(Handler):
    cdef object call(self, uint32_t op, list inputs, const void *attrs, object out):
        cdef const lg_tensor_t *ins[LG_MAX_INS]
        cdef lg_error_t err
        cdef lg_tensor_t outs[LG_MAX_OUTS]
        cdef uint32_t i
        for i in range(<uint32_t>len(inputs)):
            ins[i] = NULL if inputs[i] is None else &(<Tensor>inputs[i])._h
        cdef uint32_t out_count = count_outputs(op, inputs, attrs)
        cdef bint several = has_several_outputs(op)
        given = out if several or out is None else (out,)
        results = out_tensors(op, out_count, given)
        for i in range(out_count):
            outs[i] = (<Tensor>results[i])._h
        cdef uint32_t count = <uint32_t>len(inputs)
        check(lg_device_call(self.device._h, op, ins, count, attrs, outs, out_count, &err), &err)
        for i in range(out_count):
            if given is None or given[i] is None:
                (<Tensor>results[i])._h = outs[i]
        if given is not None:
            results = tuple([results[i] if x is None else x for i, x in enumerate(given)])
        return results if several else results[0]


class on:
    """Run the ops of a block on a device.

    Parameters
    ----------
    device : Device or str
        Naming a device means it: an op that the device refuses raises, with its reason.

    Examples
    --------
    >>> import legato as lg
    >>> with lg.on("cpu:0"):
    ...     y = lg.add([1.0], [2.0])
    """

    __slots__ = ("_device",)

    def __init__(self, device):
        if not isinstance(device, (Device, str)):
            raise DTypeError(f"on: expected a Device or its name, got {type(device).__name__}")
        self._device = find_device(device) if isinstance(device, str) else device

    def __enter__(self):
        cdef DeviceHandler handler = DeviceHandler.__new__(DeviceHandler)
        handler.device = self._device
        push_handler(handler)
        return self._device

    def __exit__(self, *exception):
        pop_handler()
