# SPDX-License-Identifier: Apache-2.0
"""Models as the command line names them: an ONNX file, a .legato file, or one model in one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console

import legato as lg

errors = Console(stderr=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Show that something takes its time, on a terminal."""
    if errors.is_terminal:
        with errors.status(text):
            yield
    else:
        yield


def pairs(items: tuple[str, ...], what: str) -> dict[str, str]:
    """Read ``NAME=VALUE`` words."""
    found = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name or not value:
            raise click.BadParameter(f"{item!r} is not of the form {what}")
        if name in found:
            raise click.BadParameter(f"{name} is given twice")
        found[name] = value
    return found


def whole(text: str, what: str) -> int:
    """Read a whole number above 0."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise click.BadParameter(f"{what} is {text!r}, expected a whole number above 0")
    return number


def program_of(
    path: Path, name: str | None, dims: dict[str, int], look: bool = False
) -> tuple[lg.Program, lg.Runner | None]:
    """Return the program of a file, and its runner where the file has one.

    To `look` at it only, lanes that this machine cannot make are none that matter.
    """
    if not path.exists():
        raise click.ClickException(f"there is no file {str(path)!r}")
    with step(f"reading {path.name}"):
        if path.suffix.lower() == ".onnx":
            return lg.from_onnx(path, dims=dims or None), None
        app = lg.load(path, bind={"*": lg.Lane.default()} if look else None)
    if name is None and len(app) != 1:
        raise click.ClickException(
            f"{path.name} has {len(app)} models, choose one by --model: {', '.join(app)}"
        )
    run = app[name] if name is not None else app[next(iter(app))]
    return run.program, run


def runner_of(
    path: Path, name: str | None, dims: dict[str, int], without: tuple[str, ...], look: bool = False
) -> lg.Runner:
    """Return a runner, planned with the passes that are wanted."""
    program, run = program_of(path, name, dims, look)
    if run is not None and not without:
        return run
    with step("planning"):
        executor = run.executor if run is not None else None
        passes = {**(run.passes if run is not None else {}), **dict.fromkeys(without, False)}
        return lg.runner(program, executor=executor, passes=passes)


def fixed(spec: lg.Spec, dims: dict[str, int], name: str) -> lg.Spec:
    """Return the type of an input with numbers for its symbols."""
    shape = []
    for extent in spec.shape:
        if isinstance(extent, int):
            shape.append(extent)
        elif extent in dims:
            shape.append(dims[extent])
        else:
            raise click.ClickException(
                f"input {name!r} is {spec}: give the extent by --dim {extent}=N, or an array by --input"
            )
    return lg.spec(f"{spec.dtype.name}[{','.join(map(str, shape))}]")


def specs_of(run: lg.Runner, dims: dict[str, int]) -> list[lg.Spec]:
    """Return the types of the inputs, all extents fixed."""
    return [fixed(spec, dims, name) for name, spec in run.program.inputs.items()]


def random_input(spec: lg.Spec, random: np.random.Generator) -> Any:
    """Return an array of a type: small numbers, zeros and ones for whole ones."""
    shape = tuple(int(extent) for extent in spec.shape)
    if spec.dtype.name in ("f32", "f64", "f16"):
        return random.standard_normal(shape).astype({"f32": "f4", "f64": "f8", "f16": "f2"}[spec.dtype.name])
    kind = {"bool": "?"}.get(spec.dtype.name, f"{spec.dtype.name[0]}{int(spec.dtype.name[1:] or 8) // 8}")
    return random.integers(0, 2, shape).astype(kind)


def inputs_of(
    run: lg.Runner, given: dict[str, str], dims: dict[str, int], seed: int | None
) -> dict[str, Any]:
    """Return the inputs: arrays from files, and random ones for the rest where a seed allows it."""
    names = list(run.program.inputs)
    for name in given:
        if name not in names:
            raise click.ClickException(f"there is no input {name!r}; there are {', '.join(names)}")
    random = np.random.default_rng(seed)
    arrays: dict[str, Any] = {}
    for name, spec in run.program.inputs.items():
        if name in given:
            try:
                arrays[name] = np.load(given[name], allow_pickle=False)
            except (OSError, ValueError) as error:
                raise click.ClickException(f"input {name!r}: cannot read {given[name]!r}: {error}") from None
        elif seed is not None:
            arrays[name] = random_input(fixed(spec, dims, name), random)
        else:
            raise click.ClickException(
                f"input {name!r} ({spec}) is missing: --input {name}=FILE.npy, or --random SEED"
            )
    return arrays


def outputs_by_name(run: lg.Runner, result: Any) -> dict[str, Any]:
    """Return what a run gave, as arrays by name."""
    names = list(run.program.outputs)
    if isinstance(result, dict):
        return {name: value.numpy() for name, value in result.items()}
    values = result if isinstance(result, tuple | list) else [result]
    return {name: value.numpy() for name, value in zip(names, values, strict=True)}
