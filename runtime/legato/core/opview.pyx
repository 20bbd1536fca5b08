# SPDX-License-Identifier: Apache-2.0
"""Ops as executors see them: types while a plan is made, outputs while it runs."""

from legato.core.context cimport context
from legato.core.engine cimport (
    lg_dtype_t,
    lg_eager_copy,
    lg_error_t,
    lg_op_cost,
    lg_op_view_t,
    lg_tensor_init,
    lg_view_t,
)
from legato.core.errors cimport check
from legato.core.spec cimport wrap_spec
from legato.core.registry cimport read_attrs
from legato.core.tensor cimport Tensor

from legato.core.errors import ArgumentError


cdef class OpView:
    """One op, as an executor sees it: types, no values.

    Attributes
    ----------
    name : str
        Of the op: ``"matmul"``.
    path : str
        Where it stands in the model: ``"encoder.0.attn"``; empty when unknown.
    attrs : dict
        Attributes by name.
    inputs, outputs : tuple of Spec
        Types; None for an absent input.
    flops, bytes : float
        Arithmetic operations, and bytes moved to and from memory.
    device : str or None
        Where it goes, once that is decided: in :meth:`Executor.hold`.
    lane : Lane or None
        On which it was placed there.
    """

    def __init__(self):
        raise TypeError("executors are given these")

    def run(self, inputs):
        """Run the op now; for :meth:`Executor.dispatch`.

        Parameters
        ----------
        inputs : sequence of Tensor or array

        Returns
        -------
        Tensor, or a tuple for an op with several outputs
        """
        if self.runs is None:
            raise ArgumentError(f"{self.name}: the op of a plan cannot be run by itself")
        return self.runs(list(inputs))

    def __repr__(self):
        types = ", ".join(["none" if type is None else str(type) for type in self.inputs])
        return f"<legato.OpView of {self.name}({types}){' at ' if self.path else ''}{self.path}>"


cdef OpView look(const lg_op_view_t *op):
    cdef OpView view = OpView.__new__(OpView)
    cdef double flops, moved
    view.name = op.name.decode()
    view.path = op.path.decode() if op.path != NULL else ""
    view.attrs = read_attrs(op)
    view.inputs = tuple([None if op.ins[i] == NULL else wrap_spec(op.ins[i]) for i in range(op.in_count)])
    view.outputs = tuple([wrap_spec(op.outs[i]) for i in range(op.out_count)])
    lg_op_cost(op, &flops, &moved)
    view.flops, view.bytes = flops, moved
    return view


cdef class Outputs:
    """What an op computed: a sequence of its outputs, each copied when it is asked for.

    It is empty once the hook has returned.
    """

    def __init__(self):
        raise TypeError("hooks are given these")

    def __len__(self):
        return self.op.out_count if self.op != NULL else 0

    def __getitem__(self, index):
        cdef lg_error_t err
        cdef lg_view_t view
        cdef Tensor tensor = Tensor.__new__(Tensor)
        cdef Py_ssize_t size = len(self)
        if not -size <= index < size:
            raise IndexError(f"output {index} of {size}")
        index = index + size if index < 0 else index
        view = self.op.outs[<Py_ssize_t>index][0]
        view.data = self.data[self.op.in_count + <Py_ssize_t>index]
        check(lg_tensor_init(context, <lg_dtype_t>view.dtype, view.rank, view.shape, &tensor._h, &err), &err)
        check(lg_eager_copy(context, &view, &tensor._h.view, &err), &err)
        return tensor

    def __repr__(self):
        return f"<legato outputs, {len(self)}>"
