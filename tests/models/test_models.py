# SPDX-License-Identifier: Apache-2.0
"""Twelve real models against ONNX Runtime, at several shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import legato as lg

pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")
import fetch  # noqa: E402
import inputs  # noqa: E402

INT8 = {"minilm_int8", "smart_turn_v3.2_int8"}
CASES = [(name, i) for name, shapes in inputs.SHAPES.items() for i in range(len(shapes))]


def model_path(name: str) -> str:
    try:
        return str(fetch.path_of(name))
    except fetch.Unavailable as error:
        pytest.skip(str(error))


def session(path: str) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def test_manifest_and_inputs_agree() -> None:
    assert set(fetch.models()) == set(inputs.SHAPES)
    assert len(inputs.SHAPES) == 12


@pytest.mark.parametrize(("name", "case"), CASES)
def test_model(name: str, case: int) -> None:
    path = model_path(name)
    given = inputs.make(name, inputs.SHAPES[name][case], seed=case)
    wanted = session(path).run(None, given)
    fixed = {key: given[key] for key in inputs.FIXED.get(name, ())}
    free = {key: value for key, value in given.items() if key not in fixed}
    program = lg.from_onnx(path, values=fixed, shapes={key: value.shape for key, value in free.items()})
    compare(name, program, lg.runner(program)(*free.values()), wanted)


@pytest.mark.parametrize("name", [name for name, shapes in inputs.SHAPES.items() if len(shapes) > 1])
def test_one_program_for_all_shapes(name: str) -> None:
    path = model_path(name)
    theirs = session(path)
    fixed = inputs.make(name, dict.fromkeys(inputs.FIXED.get(name, ()), ()))
    program = lg.from_onnx(path, values=fixed, dims=inputs.DIMS.get(name))
    assert program.symbols
    run = lg.runner(program)
    for case, shapes in enumerate(inputs.SHAPES[name]):
        given = inputs.make(name, shapes, seed=case)
        wanted = theirs.run(None, given)
        compare(name, program, run(*(given[key] for key in program.inputs)), wanted)


def test_state_of_silero_stays_in_the_runner() -> None:
    name = "silero_vad_openvino_16k"
    path = model_path(name)
    theirs = session(path)
    run = lg.runner(lg.from_onnx(path, state={"state": "stateN"}))
    state = np.zeros((2, 1, 128), np.float32)
    for seed in range(5):
        sound = inputs.make(name, {"input": (1, 576)}, seed)["input"]
        want, state = theirs.run(None, {"input": sound, "state": state})
        np.testing.assert_allclose(run(sound).numpy(), want, rtol=1e-3, atol=1e-5)


def compare(name: str, program: lg.Program, results: Any, wanted: list[Any]) -> None:
    results = (results,) if isinstance(results, lg.Tensor) else results
    tolerance = max(1e-4, 3 * fetch.models()[name]["ort_opt_vs_noopt_reldiff"])
    for output, result, want in zip(program.outputs, results, wanted, strict=True):
        got = result.numpy()
        assert got.shape == want.shape, output
        assert got.dtype == want.dtype, output
        if name in INT8:
            distance = np.linalg.norm(got - want) / np.linalg.norm(want)
            assert distance <= 1e-2, f"{output}: relative L2 distance {distance:.2e}"
            assert np.array_equal(decision(name, got), decision(name, want)), output
        else:
            distance = np.abs(got - want).max() / np.abs(want).max()
            assert distance <= tolerance, f"{output}: {distance:.2e}, allowed are {tolerance:.2e}"


def decision(name: str, y: Any) -> Any:
    """What a product would make of the output."""
    if name == "smart_turn_v3.2_int8":
        return y > 0.5
    pooled = y.mean(axis=1)  # sentence embeddings: which is nearest to which
    likeness = pooled @ pooled.T - 1e9 * np.eye(len(pooled))
    return likeness.argmax(axis=1)
