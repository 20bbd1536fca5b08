# SPDX-License-Identifier: Apache-2.0
"""Modules: named parameters, submodules and a forward function, as PyTorch has them."""

import copy
from collections import OrderedDict, namedtuple
from contextvars import ContextVar
from typing import Any

import legato as lg
from legato.nn.weights import as_weight

IncompatibleKeys = namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])

# While modules are recorded: dotted names of all modules below the outermost one, and the one that runs.
_recording: ContextVar[Any] = ContextVar("recording", default=None)


def is_recording():
    """Return whether a module is being recorded."""
    return _recording.get() is not None


class Parameter:
    """Marks a tensor as a parameter when it is assigned to an attribute of a module.

    Tensors are immutable, so a module keeps the tensor itself: reading the attribute gives a Tensor.

    Parameters
    ----------
    data : Tensor or array

    Examples
    --------
    >>> import legato as lg
    >>> layer = lg.nn.Module()
    >>> layer.gain = lg.nn.Parameter([2.0])
    >>> layer.gain.tolist(), list(layer.state_dict())
    ([2.0], ['gain'])
    """

    def __init__(self, data, requires_grad=False):
        self.data = lg.asarray(data)


class _Handle:
    # What removes a hook.
    def __init__(self, hooks, key):
        self._hooks, self._key = hooks, key

    def remove(self):
        self._hooks.pop(self._key, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()


def _is_traced(value):
    if isinstance(value, (tuple, list)):
        return any(_is_traced(item) for item in value)
    return isinstance(value, lg.Tensor) and type(value) is not lg.Tensor


class Module:
    """Base of all modules. Subclasses assign parameters and submodules to attributes and define ``forward``.

    Inference only: ``train`` and ``eval`` change a flag and nothing else. Recorded programs carry the names
    of modules as op paths, and parameters by the names of ``state_dict``.

    Examples
    --------
    >>> import legato as lg
    >>> class Net(lg.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.head = lg.nn.Linear(3, 2)
    ...
    ...     def forward(self, x):
    ...         return lg.relu(self.head(x))
    >>> net = Net()
    >>> list(net.state_dict())
    ['head.weight', 'head.bias']
    >>> program = lg.record(net, "f32[1,3]")
    >>> list(program.weights)
    ['head.weight', 'head.bias']
    >>> net
    Net(
      (head): Linear(in_features=3, out_features=2, bias=True)
    )
    """

    def __init__(self):
        for name in ("_parameters", "_buffers", "_modules", "_pre_hooks", "_hooks"):
            object.__setattr__(self, name, OrderedDict())
        object.__setattr__(self, "_transient", set())  # buffers that state_dict leaves out
        object.__setattr__(self, "training", False)

    # ---- attributes ----------------------------------------------------------------------------------

    def __setattr__(self, name, value):
        tables = self.__dict__.get("_modules")
        if isinstance(value, (Parameter, Module)) and tables is None:
            raise lg.ArgumentError(f"{type(self).__name__}: call super().__init__() before assigning {name}")
        if isinstance(value, Parameter):
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            self.add_module(name, value)
        elif tables is not None and name in self._parameters:
            self.register_parameter(name, value)
        elif tables is not None and name in self._buffers:
            self.register_buffer(name, value, persistent=name not in self._transient)
        elif tables is not None and name in self._modules:
            if value is not None:
                raise lg.DTypeError(f"{name} is a module; {type(value).__name__} cannot take its place")
            self._modules[name] = None
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        for table in ("_parameters", "_buffers", "_modules"):
            found = self.__dict__.get(table, {})
            if name in found:
                return found[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __delattr__(self, name):
        for table in (self._parameters, self._buffers, self._modules):
            if name in table:
                del table[name]
                return
        object.__delattr__(self, name)

    def __dir__(self):
        return [*super().__dir__(), *self._parameters, *self._buffers, *self._modules]

    def _take_name(self, name, table):
        if not isinstance(name, str) or not name or "." in name:
            raise lg.ArgumentError(f"{name!r} is no name for an attribute: a word without dots")
        if name not in table and (name in self.__dict__ or any(name in other for other in self._tables())):
            for other in self._tables():
                other.pop(name, None)
            self.__dict__.pop(name, None)

    def _tables(self):
        return self._parameters, self._buffers, self._modules

    def register_parameter(self, name, param):
        """Add a parameter; None for one that is absent."""
        self._take_name(name, self._parameters)
        value = param.data if isinstance(param, Parameter) else param
        self._parameters[name] = None if value is None else lg.asarray(value)

    def register_buffer(self, name, tensor, persistent=True):
        """Add a tensor that is no parameter; ``state_dict`` has it unless it is not persistent."""
        self._take_name(name, self._buffers)
        self._buffers[name] = None if tensor is None else lg.asarray(tensor)
        (self._transient.discard if persistent else self._transient.add)(name)

    def register_module(self, name, module):
        """Add a submodule."""
        self.add_module(name, module)

    def add_module(self, name, module):
        """Add a submodule."""
        if module is not None and not isinstance(module, Module):
            raise lg.DTypeError(f"module {name!r} is {type(module).__name__}, expected a Module")
        self._take_name(name, self._modules)
        self._modules[name] = module

    # ---- looking -------------------------------------------------------------------------------------

    def named_children(self):
        """Yield (name, module) of the direct submodules."""
        seen = set()
        for name, module in self._modules.items():
            if module is not None and id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def children(self):
        """Yield the direct submodules."""
        return (module for _, module in self.named_children())

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        """Yield (dotted name, module) of this module and all below it."""
        memo = set() if memo is None else memo
        if remove_duplicate and id(self) in memo:
            return
        memo.add(id(self))
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, f"{prefix}.{name}".lstrip("."), remove_duplicate)

    def modules(self):
        """Yield this module and all below it."""
        return (module for _, module in self.named_modules())

    def _named(self, table, prefix, recurse, remove_duplicate=True):
        seen = set()
        for path, module in self.named_modules(prefix=prefix) if recurse else [(prefix, self)]:
            for name, tensor in getattr(module, table).items():
                if tensor is not None and not (remove_duplicate and id(tensor) in seen):
                    seen.add(id(tensor))
                    yield f"{path}.{name}".lstrip("."), tensor

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        """Yield (dotted name, Tensor) of the parameters."""
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse=True):
        """Yield the parameters."""
        return (tensor for _, tensor in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        """Yield (dotted name, Tensor) of the buffers."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        """Yield the buffers."""
        return (tensor for _, tensor in self.named_buffers(recurse=recurse))

    def get_submodule(self, target):
        """Return the module of a dotted name."""
        module = self
        for name in target.split(".") if target else []:
            if name not in module._modules:
                raise AttributeError(f"{type(module).__name__} has no module {name!r} (of {target!r})")
            module = module._modules[name]
        return module

    # ---- state ---------------------------------------------------------------------------------------

    def _slots(self):
        # (key, table, name) of all that state_dict has, shared tensors under each of their names.
        for path, module in self.named_modules(remove_duplicate=False):
            for table in (module._parameters, module._buffers):
                for name, tensor in table.items():
                    if tensor is not None and not (table is module._buffers and name in module._transient):
                        yield f"{path}.{name}".lstrip("."), table, name

    def state_dict(self, prefix=""):
        """Return parameters and buffers by dotted name, PyTorch's keys.

        Returns
        -------
        dict of str to Tensor
        """
        return OrderedDict((prefix + key, table[name]) for key, table, name in self._slots())

    def load_state_dict(self, state_dict, strict=True):
        """Take parameters and buffers over, cast to the dtype that they have here.

        Parameters
        ----------
        state_dict : mapping of str to Tensor or array, or path
            PyTorch's tensors, NumPy's arrays, anything with ``__dlpack__`` or ``__array__``; or the path of a
            safetensors file, which is mapped.
        strict : bool
            Whether missing and unexpected keys are an error.

        Returns
        -------
        missing_keys, unexpected_keys : list of str

        Raises
        ------
        ArgumentError
            Lists all keys that are missing or unexpected, and all shapes that do not fit; nothing is loaded.

        Examples
        --------
        >>> import numpy as np
        >>> import legato as lg
        >>> layer = lg.nn.Linear(2, 1)
        >>> layer.load_state_dict({"weight": np.ones((1, 2)), "bias": np.zeros(1)})
        IncompatibleKeys(missing_keys=[], unexpected_keys=[])
        >>> layer([1.0, 2.0]).tolist()
        [3.0]
        """
        if not hasattr(state_dict, "keys"):
            from legato.nn.weights import load_file

            state_dict = load_file(state_dict)
        slots = {key: (table, name) for key, table, name in self._slots()}
        missing = [key for key in slots if key not in state_dict]
        unexpected = [key for key in state_dict if key not in slots]
        problems, loaded = [], {}
        for key, (table, name) in slots.items():
            if key not in state_dict:
                continue
            try:
                tensor = as_weight(state_dict[key])
            except (lg.LegatoError, TypeError) as error:
                problems.append(f"{key}: {error}")
                continue
            if tensor.shape != table[name].shape:
                problems.append(f"{key} has shape {tensor.shape}, expected {table[name].shape}")
            elif tensor.dtype != table[name].dtype:
                loaded[key] = lg.cast(tensor, dtype=table[name].dtype)
            else:
                loaded[key] = tensor
        if strict and missing:
            problems.append("missing keys: " + ", ".join(missing))
        if strict and unexpected:
            problems.append("unexpected keys: " + ", ".join(unexpected))
        if problems:
            raise lg.ArgumentError(f"load_state_dict of {type(self).__name__}: " + "; ".join(problems))
        for key, tensor in loaded.items():
            table, name = slots[key]
            table[name] = tensor
        return IncompatibleKeys(missing, unexpected)

    def to(self, dtype):
        """Cast parameters and buffers of floating-point dtypes. Returns the module itself."""
        wanted = lg.dtype(dtype)
        if wanted.kind != "f":
            raise lg.DTypeError(f"to: {wanted} is no floating-point dtype")
        for module in self.modules():
            for table in (module._parameters, module._buffers):
                for name, tensor in table.items():
                    if tensor is not None and tensor.dtype.kind == "f" and tensor.dtype != wanted:
                        table[name] = lg.cast(tensor, dtype=wanted)
        return self

    def float(self):
        """As ``to(lg.f32)``."""
        return self.to(lg.f32)

    def half(self):
        """As ``to(lg.f16)``."""
        return self.to(lg.f16)

    def double(self):
        """As ``to(lg.f64)``."""
        return self.to(lg.f64)

    def train(self, mode=True):
        """Set ``training`` of all modules, which changes nothing: modules infer."""
        for module in self.modules():
            object.__setattr__(module, "training", bool(mode))
        return self

    def eval(self):
        """As ``train(False)``."""
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        """Do nothing; there are no gradients here. Returns the module itself."""
        return self

    def apply(self, fn):
        """Call ``fn`` with every module, those below first. Returns the module itself."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    # ---- running -------------------------------------------------------------------------------------

    def register_forward_pre_hook(self, hook, *, with_kwargs=False):
        """Call ``hook(module, args)`` before ``forward``; what it returns replaces the arguments."""
        key = object()
        self._pre_hooks[key] = (hook, with_kwargs)
        return _Handle(self._pre_hooks, key)

    def register_forward_hook(self, hook, *, with_kwargs=False):
        """Call ``hook(module, args, output)`` after ``forward``; what it returns replaces the output."""
        key = object()
        self._hooks[key] = (hook, with_kwargs)
        return _Handle(self._hooks, key)

    def forward(self, *args, **kwargs):
        """Compute; for subclasses."""
        raise NotImplementedError(f"{type(self).__name__} defines no forward")

    def __call__(self, *args, **kwargs):
        current = _recording.get()
        if current is None and not _is_traced(args) and not _is_traced(list(kwargs.values())):
            return self._run(args, kwargs)
        if current is None:
            names = {id(module): name for name, module in self.named_modules()}
            for name, tensor in [*self.named_parameters(), *self.named_buffers()]:
                lg.name_weight(tensor, name)
            own = part = ""
        else:
            names, outer = current
            own = names.get(id(self), outer)
            inside = own == outer or own.startswith(f"{outer}.")
            part = own[len(outer) + 1 :] if outer and inside else own
        token = _recording.set((names, own))
        try:
            with lg.path(part):
                return self._run(args, kwargs)
        finally:
            _recording.reset(token)

    def _run(self, args, kwargs):
        for hook, with_kwargs in tuple(self._pre_hooks.values()):
            result = hook(self, args, kwargs) if with_kwargs else hook(self, args)
            if result is not None and with_kwargs:
                args, kwargs = result
            elif result is not None:
                args = result if isinstance(result, tuple) else (result,)
        output = self.forward(*args, **kwargs)
        for hook, with_kwargs in tuple(self._hooks.values()):
            result = hook(self, args, kwargs, output) if with_kwargs else hook(self, args, output)
            output = output if result is None else result
        return output

    # ---- copies and text -----------------------------------------------------------------------------

    def __deepcopy__(self, memo):
        # Tensors are immutable: copies share them until one of them loads others.
        result = type(self).__new__(type(self))
        memo[id(self)] = result
        for name, value in self.__dict__.items():
            if name in ("_parameters", "_buffers"):
                value = OrderedDict(value)
            elif name == "_cache":  # what is made of parameters is made again
                value = {}
            elif not isinstance(value, lg.Tensor):
                value = copy.deepcopy(value, memo)
            result.__dict__[name] = value
        return result

    def extra_repr(self):
        """Return what ``repr`` says of this module itself; for subclasses."""
        return ""

    def __repr__(self):
        lines = [f"({name}): {module!r}".replace("\n", "\n  ") for name, module in self._modules.items()]
        extra = self.extra_repr()
        if not lines:
            return f"{type(self).__name__}({extra})"
        body = "\n  ".join(([extra] if extra else []) + lines)
        return f"{type(self).__name__}(\n  {body}\n)"


class Sequential(Module):
    """Modules, one after the other.

    Examples
    --------
    >>> import legato as lg
    >>> net = lg.nn.Sequential(lg.nn.Linear(4, 3), lg.nn.ReLU())
    >>> net(lg.zeros((2, 4))).shape, len(net)
    ((2, 3), 2)
    """

    def __init__(self, *args):
        super().__init__()
        named = args[0].items() if len(args) == 1 and isinstance(args[0], dict) else enumerate(args)
        for name, module in named:
            self.add_module(str(name), module)

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(OrderedDict(list(self._modules.items())[index]))
        return list(self._modules.values())[index]

    def append(self, module):
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def forward(self, x):
        for module in self:
            x = module(x)
        return x


class ModuleList(Module):
    """A list of modules.

    Examples
    --------
    >>> import legato as lg
    >>> layers = lg.nn.ModuleList([lg.nn.Linear(2, 2) for _ in range(2)])
    >>> list(layers.state_dict())
    ['0.weight', '0.bias', '1.weight', '1.bias']
    """

    def __init__(self, modules=()):
        super().__init__()
        self.extend(modules)

    def append(self, module):
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules):
        """Add modules at the end."""
        for module in modules:
            self.append(module)
        return self

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def __getitem__(self, index):
        values = list(self._modules.values())
        return type(self)(values[index]) if isinstance(index, slice) else values[index]


class ModuleDict(Module):
    """Modules by name.

    Examples
    --------
    >>> import legato as lg
    >>> heads = lg.nn.ModuleDict({"box": lg.nn.Linear(2, 4)})
    >>> list(heads), "box" in heads
    (['box'], True)
    """

    def __init__(self, modules=None):
        super().__init__()
        for name, module in (modules or {}).items():
            self.add_module(name, module)

    def __getitem__(self, name):
        return self._modules[name]

    def __setitem__(self, name, module):
        self.add_module(name, module)

    def __contains__(self, name):
        return name in self._modules

    def __iter__(self):
        return iter(self._modules)

    def __len__(self):
        return len(self._modules)

    def keys(self):
        """Return the names."""
        return self._modules.keys()

    def values(self):
        """Return the modules."""
        return self._modules.values()

    def items(self):
        """Return (name, module) pairs."""
        return self._modules.items()
