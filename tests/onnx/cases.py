# SPDX-License-Identifier: Apache-2.0
"""The node tests that ship inside the onnx package: which there are, which are core, and how to run one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, numpy_helper

import legato as lg
from legato.onnx.node import NeedsValue

FOLDER = Path(onnx.__file__).parent / "backend/test/data/node"

# Element types outside the core: legato has no such tensors (but bf16, which NumPy lacks).
OTHER_TYPES = {
    TensorProto.STRING, TensorProto.BFLOAT16, TensorProto.COMPLEX64, TensorProto.COMPLEX128,
    TensorProto.FLOAT8E4M3FN, TensorProto.FLOAT8E4M3FNUZ, TensorProto.FLOAT8E5M2, TensorProto.FLOAT8E5M2FNUZ,
    TensorProto.FLOAT8E8M0, TensorProto.FLOAT4E2M1, TensorProto.INT4, TensorProto.UINT4, TensorProto.INT2,
    TensorProto.UINT2,
}  # fmt: skip
TRAINING = {"SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"}
SEQUENCES = {"SplitToSequence", "ConcatFromSequence", "Optional", "OptionalGetElement", "OptionalHasElement"}


def nodes(graph: GraphProto) -> list[NodeProto]:
    """All nodes, those of graphs in attributes included."""
    found = []
    for node in graph.node:
        found.append(node)
        for attribute in node.attribute:
            if attribute.HasField("g"):
                found += nodes(attribute.g)
    return found


def outside(name: str, model: ModelProto) -> str:
    """Why a case is not a core case, empty if it is one."""
    if "_expanded" in name:
        return "the same as another case, written with other operators"
    for value in [*model.graph.input, *model.graph.output]:
        kind = value.type.WhichOneof("value")
        if kind != "tensor_type":
            return kind
        if value.type.tensor_type.elem_type in OTHER_TYPES:
            return TensorProto.DataType.Name(value.type.tensor_type.elem_type)
    for node in nodes(model.graph):
        if node.domain not in ("", "ai.onnx"):
            return node.domain
        if node.op_type.startswith("Sequence") or node.op_type in SEQUENCES:
            return "sequences"
        if node.op_type in TRAINING:
            return "training"
        if node.op_type == "ImageDecoder":
            return "decodes files"
    return "training" if "train" in name else ""


@cache
def core() -> list[str]:
    """Names of the core cases."""
    found = []
    for path in sorted(FOLDER.iterdir()):
        if not outside(path.name, onnx.load(path / "model.onnx")):
            found.append(path.name)
    return found


def load(path: Path) -> Any:
    tensor = TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def run(name: str) -> str:
    """Run a case and compare. Returns how: recorded, recorded with some inputs fixed, or op by op."""
    model = onnx.load(FOLDER / name / "model.onnx")
    how = ""
    for folder in sorted((FOLDER / name).glob("test_data_set_*")):
        inputs = {
            value.name: load(folder / f"input_{i}.pb")
            for i, value in enumerate(model.graph.input)
            if (folder / f"input_{i}.pb").exists()
        }
        wanted = [load(folder / f"output_{i}.pb") for i in range(len(model.graph.output))]
        how, results = evaluate(model, inputs)
        for (output, got), want in zip(results.items(), wanted, strict=True):
            array = got.numpy()
            assert array.dtype == want.dtype, f"{output}: {array.dtype}, expected {want.dtype}"
            assert array.shape == want.shape, f"{output}: {array.shape}, expected {want.shape}"
            np.testing.assert_allclose(array, want, rtol=1e-3, atol=1e-7, err_msg=output)
    return how


def evaluate(model: ModelProto, inputs: dict[str, Any]) -> tuple[str, dict[str, lg.Tensor]]:
    """Import and run; inputs that decide on shapes are fixed at import where the importer says so."""
    fixed: dict[str, Any] = {}
    while True:
        free = {name: value for name, value in inputs.items() if name not in fixed}
        try:
            program = lg.from_onnx(model, values=fixed, shapes={name: x.shape for name, x in free.items()})
        except NeedsValue as error:
            more = [name for name in error.inputs if name not in fixed]
            if not more:
                raise
            fixed |= {name: inputs[name] for name in more}
            if len(fixed) == len(inputs):
                return "op by op", lg.run_onnx(model, inputs)
            continue
        results = lg.runner(program)(*free.values())
        results = (results,) if isinstance(results, lg.Tensor) else results
        return "with fixed inputs" if fixed else "recorded", dict(zip(program.outputs, results, strict=True))
