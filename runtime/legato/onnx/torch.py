# SPDX-License-Identifier: Apache-2.0
"""PyTorch modules: its own exporter writes ONNX in memory, the importer reads it."""

from __future__ import annotations

import importlib.util
import inspect
import io
import warnings
from collections.abc import Mapping
from typing import Any

import legato as lg
from legato.onnx.load import import_program

OPSET = 20  # the newest that both exporters write without converting


def import_module(module: Any, examples: tuple[Any, ...], options: Mapping[str, Any]) -> lg.Program:
    """Record a module; the documentation is at legato.from_torch."""
    import torch  # here, so that whoever looks at the package needs no PyTorch

    if not isinstance(module, torch.nn.Module):
        raise lg.DTypeError(f"from_torch: expected a torch.nn.Module, got {type(module).__name__}")
    given = tuple(x if isinstance(x, torch.Tensor) else torch.as_tensor(x) for x in examples)
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            model = _export(module, given)
    except Exception as error:  # whatever PyTorch stumbles over
        raise lg.UnsupportedError(f"PyTorch cannot export {type(module).__name__}: {error}") from error
    finally:
        for part, training in modes:
            part.training = training
    return import_program(model, **options)


def _export(module: Any, examples: tuple[Any, ...]) -> Any:
    import torch

    export: Any = torch.onnx.export
    if importlib.util.find_spec("onnxscript") is not None:
        program = export(module, examples, dynamo=True, opset_version=OPSET, verbose=False)
        assert program is not None
        return program.model_proto
    buffer = io.BytesIO()  # the older exporter needs nothing beside PyTorch
    names = list(inspect.signature(module.forward).parameters)[: len(examples)]
    more: dict[str, Any] = {"dynamo": False, "opset_version": OPSET, "input_names": names}
    export(module, examples, buffer, **more)
    return buffer.getvalue()
