# SPDX-License-Identifier: Apache-2.0
"""Executors: how a program runs. Their base, rules as data, and running ops on a device by hand."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport uint32_t

from legato.core.device cimport Device
from legato.core.dispatch cimport (
    Handler,
    count_outputs,
    current_handler,
    has_several_outputs,
    out_tensors,
    pop_handler,
    push_handler,
)
from legato.core.engine cimport (
    LG_MAX_INS,
    LG_MAX_OUTS,
    lg_bind_t,
    lg_device_call,
    lg_error_t,
    lg_plan_matches,
    lg_rule_t,
    lg_tensor_t,
)
from legato.core.errors cimport check
from legato.core.lane cimport Lane, begin_visit, end_visit
from legato.core.tensor cimport Tensor

from legato.core.choice import Choice
from legato.core.device import device as find_device
from legato.core.errors import ArgumentError, DTypeError
from legato.core.unit import Unit


class Executor:
    """Base of everything that decides how a program runs: where, with what around it. Never what it computes.

    Subclasses override what they have an opinion on. :func:`runner` and ``using`` take an executor; where
    several apply, the inner one is asked first, and None passes the question outwards. What they answer while
    a plan is made is fixed in the plan: replay asks nobody, but for the methods that say so.

    Attributes
    ----------
    lane : Lane or None
        That large ops are cut over; None: no opinion.

    Examples
    --------
    >>> import legato as lg
    >>> class Here(lg.Executor):
    ...     def place(self, op):
    ...         return "cpu:0" if op.name == "tanh" else None
    >>> run = lg.runner(lg.tanh, "f32[4]", executor=Here())
    >>> "Here" in str(run.plan())
    True
    """

    lane = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in ("before", "after"):
            method = cls.__dict__.get(name)
            if method is not None and not hasattr(method, "_legato_hook"):
                raise DTypeError(
                    f"{cls.__name__}.{name} must say what it costs: decorate it with legato.dynamic (Python "
                    "at every op of every run) or legato.native (asked once per op and plan for a C function)"
                )

    def place(self, op):
        """Say where an op runs; asked once per op and plan, and for every eager op.

        Parameters
        ----------
        op : OpView

        Returns
        -------
        Device, str, Choice or None
            None is no opinion. Naming a device means it: where the device refuses, planning fails. With
            :func:`choose`, one of several devices, taken when a run begins.
        """
        return None

    def hold(self, op):
        """Say which units an op owns while it runs; asked after ``place``, once per op and plan.

        Ops that hold a unit never overlap on it, over all runs and threads. Who has to wait does so without a
        thread: a started run leaves its worker, a run on the caller's thread sleeps. What is fused holds the
        units of all its ops; ops that follow each other keep a unit until others have waited for a
        millisecond.

        Parameters
        ----------
        op : OpView
            ``op.device`` is where it goes.

        Returns
        -------
        Unit, sequence of Unit, or None
            None is no opinion, an empty sequence says: none.

        Examples
        --------
        >>> import legato as lg
        >>> accelerator = lg.Unit("docs accelerator")
        >>> class Careful(lg.Executor):
        ...     def hold(self, op):
        ...         return accelerator if op.name == "matmul" else None
        >>> run = lg.runner(lambda x: lg.tanh(x) @ x, "f32[4,4]", executor=Careful())
        >>> [(row.op, row.units) for row in run.plan().rows]
        [('tanh', ''), ('matmul', 'docs accelerator')]
        >>> _ = run(lg.ones((4, 4)))
        >>> accelerator.stats()["taken"]
        1
        """
        return None

    def block(self, ops):
        """Group the ops of a program into blocks that are compiled together, each apart from the others.

        Ops of one block may be fused, ops of different blocks are not; those without a block are one more.
        Asked once per plan. Files cannot keep blocks.

        Parameters
        ----------
        ops : list of OpView
            All ops, in order.

        Returns
        -------
        list or None
            A name or a number per op, None for an op without a block. None is no opinion.

        Examples
        --------
        >>> import legato as lg
        >>> class ByPath(lg.Executor):
        ...     def block(self, ops):
        ...         return [op.path.partition(".")[0] or None for op in ops]
        >>> def net(x):
        ...     with lg.path("a"):
        ...         x = lg.neg(lg.tanh(x))
        ...     with lg.path("b"):
        ...         return lg.exp(lg.abs(x))
        >>> plan = lg.runner(net, "f32[65536]", executor=ByPath()).plan()
        >>> [(row.op, row.block) for row in plan.rows]
        [('chain', 'a'), ('chain', 'b')]
        """
        return None

    def budget(self, plan):
        """Look at a plan that is made, before it runs first. Raise to refuse it.

        Parameters
        ----------
        plan : Plan

        Returns
        -------
        Plan or None
            A plan to run instead, from :meth:`Plan.edit`.
        """
        return None

    def dispatch(self, op, inputs):
        """Run an eager op. Whatever this does with the inputs, it returns the outputs.

        Parameters
        ----------
        op : OpView
        inputs : list of Tensor
            None for absent ones.

        Returns
        -------
        Tensor, or a tuple for an op with several outputs
            ``super().dispatch(op, inputs)`` runs the op.
        """
        return op.run(inputs)

    def rules(self):
        """Return the decisions as data.

        Returns
        -------
        list of Rule
            The first that matches an op decides.
        """
        return []

    # What runs at an op: None, a callable, the name of a registered C function, or the address of one and of
    # its context.
    def _hook(self, op, when):
        method = getattr(self, when, None)
        if method is None:
            return self._code(op, when)
        return method(op) if method._legato_hook == "native" else method

    # What computes an op in its place: None or a callable.
    def _replacement(self, op):
        return None

    # What the rules say of that: a name or None.
    def _code(self, op, when):
        for rule in self.rules():
            if getattr(rule, when) is not None and rule.matches(op):
                return getattr(rule, when)
        return None


def matches(pattern, text):
    """Tell whether a text is of a pattern, in which ``*`` stands for any run of characters.

    Parameters
    ----------
    pattern, text : str

    Returns
    -------
    bool
    """
    return lg_plan_matches(pattern.encode(), text.encode())


class Rule:
    """One line of policy: where ops that match go, and what they hold while they run.

    Parameters
    ----------
    op : str, optional
        Name of the op; any when left out. ``"matmul#2"`` is one op of a program, as plans and programs print
        it; executors with code of their own are asked before such a rule.
    path : str, optional
        Path of the op in the model, ``*`` standing for any run of characters; any when left out.
    to : Device, str, Lane or Choice, optional
        Where it goes: a device, also by its name, or a lane. Naming a device means it: where the device
        refuses, planning fails with its reason. On a lane, its workers run it; ops on different lanes run at
        the same time where they do not depend on each other. With :func:`choose`, one of several devices.
    hold : Unit, str, or iterable of them, optional
        Units that the op holds while it runs; names are looked up when a plan is made.
    replace, before, after : str, optional
        Names of registered C functions, see :func:`register_hook`, that compute the op, or run before or
        after it.

    Examples
    --------
    >>> import legato as lg
    >>> lg.Rule(op="matmul", to="cpu:0")
    Rule(op='matmul', to='cpu:0')
    >>> lg.Rule(path="head*", hold=lg.Unit("docs rule"))
    Rule(path='head*', hold='docs rule')
    """

    __slots__ = ("op", "path", "to", "hold", "replace", "before", "after")

    def __init__(self, *, op=None, path=None, to=None, hold=(), replace=None, before=None, after=None):
        code = {"replace": replace, "before": before, "after": after}
        for name, value in {"op": op, "path": path, **code}.items():
            if value is not None and not isinstance(value, str):
                raise DTypeError(f"Rule: {name} is {type(value).__name__}, expected str")
        if to is not None and not isinstance(to, (str, Device, Lane, Choice)):
            kind = type(to).__name__
            raise DTypeError(f"Rule: to is {kind}, expected a Device or its name, a Lane, or a choice")
        hold = (hold,) if isinstance(hold, (str, Unit)) else () if hold is None else tuple(hold)
        for unit in hold:
            if not isinstance(unit, (str, Unit)):
                raise DTypeError(f"Rule: hold is {unit!r:.100}, expected a Unit or its name")
        if to is None and not hold and not any(code.values()):
            raise DTypeError("Rule: say where ops go, to=, what they hold, hold=, or what runs there")
        self.replace, self.before, self.after = replace, before, after
        self.op, self.path, self.to, self.hold = op, path, str(to) if isinstance(to, Device) else to, hold

    def matches(self, op):
        """Tell whether the rule is about an op.

        Parameters
        ----------
        op : OpView

        Returns
        -------
        bool
        """
        return (self.op is None or self.op == op.name) and (self.path is None or matches(self.path, op.path))

    def units(self):
        """Return the names of the units that it names."""
        return tuple([unit if isinstance(unit, str) else unit.name for unit in self.hold])

    def __repr__(self):
        units = [repr(name) for name in self.units()]
        given = (("op", self.op), ("path", self.path))
        fields = [f"{name}={value!r}" for name, value in given if value is not None]
        if self.to is not None:
            fields.append(f"to={f'Lane {self.to.name!r}' if isinstance(self.to, Lane) else repr(self.to)}")
        if units:
            fields.append(f"hold={units[0] if len(units) == 1 else '(' + ', '.join(units) + ')'}")
        code = (("replace", self.replace), ("before", self.before), ("after", self.after))
        fields += [f"{name}={value!r}" for name, value in code if value is not None]
        return f"Rule({', '.join(fields)})"

    def __eq__(self, other):
        return isinstance(other, Rule) and repr(self) == repr(other)

    def __hash__(self):
        return hash(repr(self))


class Rules(Executor):
    """A policy that is nothing but data; it can be saved and is obeyed from C.

    Parameters
    ----------
    rules : iterable of Rule
        The first that matches an op and says where decides where, the first that names units what it holds;
        ops that none matches run on ``cpu:0``.
    lane : Lane, optional
        Over which large ops of runs are cut, see :class:`on`.

    Examples
    --------
    >>> import legato as lg
    >>> policy = lg.Rules([lg.Rule(op="matmul", to="cpu:0")])
    >>> policy.rules()
    [Rule(op='matmul', to='cpu:0')]
    """

    def __init__(self, rules, *, lane=None):
        self._rules = list(rules)
        for rule in self._rules:
            if not isinstance(rule, Rule):
                raise DTypeError(f"Rules: expected Rule objects, got {type(rule).__name__}")
        if lane is not None and not isinstance(lane, Lane):
            raise DTypeError(f"Rules: lane is {type(lane).__name__}, expected a Lane")
        self.lane = lane

    def rules(self):
        return list(self._rules)

    def __repr__(self):
        lane = f", lane={self.lane!r}" if self.lane is not None else ""
        return f"Rules({self._rules!r}{lane})"


cdef const char *_chars(object text) noexcept:
    if text is None:
        return NULL
    return <const char *>text


cdef class RuleTable:
    def __cinit__(self, list rules, Lane lane, dict lanes=None):
        cdef lg_rule_t *table
        cdef lg_bind_t *binds
        cdef const char **holds
        cdef Lane each
        self.lanes = {} if lanes is None else lanes
        asked = [one for rule in rules if isinstance(rule.to, Choice) for one in rule.to.lanes]
        for item in (lane, *[rule.to for rule in rules], *asked):
            if isinstance(item, Lane) and self.lanes.setdefault(item.name, item) is not item:
                known = f"two lanes are called {item.name!r}; rules know them by name"
                raise ArgumentError(f"{known}, give them names of their own")
        self.strings = []
        self.count = len(rules)
        self.memory = PyMem_Calloc(self.count + 1, sizeof(lg_rule_t))
        self.binds = PyMem_Calloc(len(self.lanes) + 1, sizeof(lg_bind_t))
        self.holds = PyMem_Calloc(sum([len(rule.hold) for rule in rules]) + 1, sizeof(char *))
        if self.memory == NULL or self.binds == NULL or self.holds == NULL:
            raise MemoryError()
        table, binds, holds = <lg_rule_t *>self.memory, <lg_bind_t *>self.binds, <const char **>self.holds
        for i, rule in enumerate(rules):
            table[i].op = _chars(self.encode(rule.op))
            table[i].path = _chars(self.encode(rule.path))
            if isinstance(rule.to, Lane):
                table[i].lane = _chars(self.encode(rule.to.name))
            elif isinstance(rule.to, Choice):
                table[i].choice = _chars(self.encode(rule.to.text))
            else:
                table[i].device = _chars(self.encode(rule.to))
            table[i].replace = _chars(self.encode(rule.replace))
            table[i].before = _chars(self.encode(rule.before))
            table[i].after = _chars(self.encode(rule.after))
            table[i].holds = holds
            table[i].hold_count = len(rule.hold)
            for k, name in enumerate(rule.units()):
                holds[k] = _chars(self.encode(name))
            holds += len(rule.hold)
        for i, (name, item) in enumerate(self.lanes.items()):
            each = item
            binds[i].name = _chars(self.encode(name))
            binds[i].lane = each._h  # where it was closed, runs stay with their callers

    cdef object encode(self, object text):
        # Lives as long as the table.
        encoded = None if text is None else text.encode()
        self.strings.append(encoded)
        return encoded

    def __dealloc__(self):
        PyMem_Free(self.memory)
        PyMem_Free(self.binds)
        PyMem_Free(self.holds)


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


class on(Executor):
    """Run the ops of a block on a device, or on a lane; as an executor of :func:`runner`, those of its runs.

    Parameters
    ----------
    where : Device, str or Lane
        Naming a device means it: an op that the device refuses raises, with its reason. On a lane, large ops
        are cut over its workers; those that cost less than handing them over stay with the calling thread,
        which is kept to the cores of the lane where that has some. The results are the same, bit for bit.

    Examples
    --------
    >>> import legato as lg
    >>> with lg.on("cpu:0"):
    ...     y = lg.add([1.0], [2.0])
    >>> with lg.Lane("pair", workers=2) as lane, lg.on(lane):
    ...     lg.ones((300, 300)).sum().item()
    90000.0
    """

    __slots__ = ("_where",)

    def __init__(self, where):
        if not isinstance(where, (Device, str, Lane)):
            raise DTypeError(f"on: expected a Lane, a Device or its name, got {type(where).__name__}")
        self._where = find_device(where) if isinstance(where, str) else where

    @property
    def lane(self):
        """Lane or None: where it is a lane."""
        return self._where if isinstance(self._where, Lane) else None

    def rules(self):
        return [] if self.lane is not None else [Rule(to=self._where)]

    def __enter__(self):
        cdef DeviceHandler handler
        if self.lane is not None:
            # A lane is of cpu:0: inside of another device's block that has to be said.
            begin_visit(self._where, type(current_handler()) is DeviceHandler)
        else:
            handler = DeviceHandler.__new__(DeviceHandler)
            handler.device = self._where
            push_handler(handler)
        return self._where

    def __exit__(self, *exception):
        if self.lane is not None:
            end_visit()
        else:
            pop_handler()
