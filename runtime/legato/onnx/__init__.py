# SPDX-License-Identifier: Apache-2.0
"""ONNX models become programs. Needs the extra ``legato[onnx]``, imported at the first use only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from legato.core.program import Program


def from_onnx(
    model: Any,
    *,
    dims: Mapping[str, int] | None = None,
    shapes: Mapping[str, Sequence[int]] | None = None,
    values: Mapping[str, Any] | None = None,
    state: Mapping[str, str] | None = None,
) -> Program:
    """Import an ONNX model.

    Parameters
    ----------
    model : path, bytes or onnx.ModelProto
        Opsets 7 to 27. External data is looked for beside the file.
    dims : mapping of str to int, optional
        Extents for names in the shapes of inputs; the others stay open. Nameless ones, and names that are no
        identifiers, are called ``d0``, ``d1``, ... in order.
    shapes : mapping of str to sequence of int, optional
        Shapes for inputs by name, instead of `dims`.
    values : mapping of str to array, optional
        Inputs that become constants, so that whatever follows from them alone is computed now.
    state : mapping of str to str, optional
        Names of inputs, and of the outputs that they are in the next run: these become states of the program,
        zeros at first.

    Returns
    -------
    Program
        With the model's names of inputs and outputs.

    Raises
    ------
    UnsupportedError
        The message lists every node that legato does not import, with operator, version, name and reason.
    FormatError
        The model contradicts itself: cycles, names without a value, data of the wrong size.
    FileError
        The file, or one with external data, cannot be read.
    ArgumentError
        An input has no shape at all.

    Examples
    --------
    >>> import legato as lg
    >>> import onnx.parser
    >>> model = onnx.parser.parse_model('<ir_version: 8, opset_import: ["": 18]>'
    ...     'double (float[N] x) => (float[N] y) { y = Add(x, x) }')
    >>> print(lg.from_onnx(model, dims={"N": 4}))
    program {
      input %0 "x" : f32[4]
      %1 = add(%0, %0) : f32[4]
      output "y" %1
    }
    """
    return _load().import_program(model, dims, shapes, values, state)


def from_torch(module: Any, *examples: Any) -> Program:
    """Import a PyTorch module, through PyTorch's exporter to ONNX and in memory.

    Needs the extra ``legato[torch]``. The module is exported as it evaluates; its mode is left as it was.

    Parameters
    ----------
    module : torch.nn.Module
    *examples : torch.Tensor or array
        Inputs of the shapes and types that the program shall have.

    Returns
    -------
    Program
        Inputs have the names of the parameters of ``forward``, weights those of the state dict where the
        exporter keeps them.

    Raises
    ------
    UnsupportedError
        PyTorch cannot export the module, or legato lacks an operator that it came to.
    """
    _load()
    try:
        import torch  # noqa: F401
    except ImportError:
        raise ImportError("from_torch needs PyTorch: pip install legato[torch]") from None
    import legato.onnx.torch

    options = {"dims": None, "shapes": None, "values": None}
    return legato.onnx.torch.import_module(module, examples, options)


def run_onnx(model: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Run an ONNX model at once, op by op, as eager code would.

    Takes shapes as they come, also those that depend on data. For anything that runs twice import a program.

    Parameters
    ----------
    model : path, bytes or onnx.ModelProto
    values : mapping of str to array
        All inputs by name.

    Returns
    -------
    dict of str to Tensor
    """
    return _load().run_model(model, values)


def _load() -> Any:
    try:
        import onnx  # noqa: F401
    except ImportError:
        raise ImportError("reading ONNX models needs the onnx package: pip install legato[onnx]") from None
    import legato.onnx.load

    return legato.onnx.load
