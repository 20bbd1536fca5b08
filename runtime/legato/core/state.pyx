# SPDX-License-Identifier: Apache-2.0
"""States: tensors that persist between the runs of a runner."""

from legato.core.dispatch cimport current_handler
from legato.core.extent cimport Extent
from legato.core.record cimport Recorder
from legato.core.tensor cimport Tensor

from legato.core.convert import asarray
from legato.core.dtype import dtype as to_dtype
from legato.core.errors import ArgumentError, ShapeError
from legato.core.spec import spec as make_spec


class State:
    """A tensor that persists between the runs of a runner. Make one with :func:`state`."""

    __slots__ = ("_eager", "_name", "_spec")

    def __init__(self, name, spec):
        self._name, self._spec, self._eager = name, spec, None

    @property
    def name(self):
        """str: its name."""
        return self._name

    @property
    def value(self):
        """Tensor: what was set last; zeros at first."""
        handler = current_handler()
        if isinstance(handler, Recorder):
            return (<Recorder>handler).innermost().state_value(self._name, self._spec)
        if self._eager is None:
            if self._spec.is_symbolic:
                raise ArgumentError(f"state {self._name!r} is {self._spec}: no value outside of a recording")
            from legato.core.creation import zeros

            self._eager = zeros(self._spec.shape, self._spec.dtype)
        return self._eager

    def set(self, value):
        """Set the value that is read from now on.

        Parameters
        ----------
        value : Tensor or array
            Of the type of the state.
        """
        cdef Tensor tensor = asarray(value)
        handler = current_handler()
        if isinstance(handler, Recorder):
            (<Recorder>handler).innermost().set_state(self._name, self._spec, tensor)
            return
        if make_spec(tensor) != self._spec:
            raise ShapeError(f"state {self._name!r} is {self._spec}, not {make_spec(tensor)}")
        self._eager = tensor

    def __repr__(self):
        return f"<legato.State {self._name!r}: {self._spec}>"


def state(str name not None, shape, dtype="f32"):
    """Declare a tensor that persists between runs.

    In a function that is recorded, its value becomes a state of the program: each run reads what the one
    before has set, zeros at first. The memory belongs to the runner, see :meth:`Runner.state`. Outside of a
    recording the object itself keeps the value.

    Parameters
    ----------
    name : str
        Unique among states and inputs of a program.
    shape : tuple of int or str
        The extents; expressions over the names that inputs have, where they are not fixed.
    dtype : DType or str, default "f32"

    Returns
    -------
    State

    Examples
    --------
    >>> import legato as lg
    >>> total = lg.state("total", (), "f32")
    >>> def count(x):
    ...     total.set(total.value + x)
    ...     return total.value
    >>> run = lg.runner(count, "f32[]")
    >>> [run(x).item() for x in (1.0, 2.0, 3.0)]
    [1.0, 3.0, 6.0]
    """
    extents = (shape,) if isinstance(shape, (int, str, Extent)) else tuple(shape)
    return State(name, make_spec(f"{to_dtype(dtype)}[{','.join([str(extent) for extent in extents])}]"))
