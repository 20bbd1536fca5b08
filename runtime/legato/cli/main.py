# SPDX-License-Identifier: Apache-2.0
"""The commands."""

from __future__ import annotations

import difflib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import threadpoolctl
from rich import markup
from rich.console import Console
from rich.table import Table

import legato as lg
from legato.cli import bench as timing
from legato.cli import profile as tracing
from legato.cli.model import (
    inputs_of,
    outputs_by_name,
    pairs,
    program_of,
    runner_of,
    specs_of,
    step,
    whole,
)
from legato.core import prices

console = Console(soft_wrap=True, highlight=False)
MODEL = click.argument("model", type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
NAME = click.option("--model", "name", metavar="NAME", help="Which model of a file that has several.")
DIMS = click.option("--dim", "dims", multiple=True, metavar="NAME=N", help="Fix a symbolic extent.")
WITHOUT = click.option("--without", multiple=True, metavar="PASS", help="Switch a pass of planning off.")


def _dims(items: tuple[str, ...]) -> dict[str, int]:
    return {name: whole(value, f"--dim {name}") for name, value in pairs(items, "NAME=N").items()}


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(lg.__version__, message="%(version)s")
def commands() -> None:
    """Orchestrate neural networks: look at models, run, convert, compare and time them.

    A MODEL is an ONNX file or a .legato file. `--cflags` and `--libs` print compiler flags for C programs.
    """


@commands.command()
@MODEL
@NAME
@DIMS
@WITHOUT
@click.option(
    "--input", "given", multiple=True, metavar="NAME=FILE.npy", help="An input as an array in a file."
)
@click.option("--random", "seed", type=int, metavar="SEED", help="Inputs that are not given are random.")
@click.option("--output", "kept", multiple=True, metavar="NAME=FILE.npy", help="Where an output is written.")
@JSON
def run(model: Path, name: str | None, dims: tuple[str, ...], without: tuple[str, ...],
        given: tuple[str, ...], seed: int | None, kept: tuple[str, ...], as_json: bool) -> None:  # fmt: skip
    """Run a model once."""
    fixed = _dims(dims)
    runner = runner_of(model, name, fixed, without)
    arrays = inputs_of(runner, pairs(given, "NAME=FILE.npy"), fixed, seed)
    files = pairs(kept, "NAME=FILE.npy")
    for wanted in files:
        if wanted not in runner.program.outputs:
            known = ", ".join(runner.program.outputs)
            raise click.ClickException(f"there is no output {wanted!r}; there are {known}")
    with step("running"):
        begin = time.perf_counter_ns()
        outputs = outputs_by_name(runner, runner(**arrays))
        spent = (time.perf_counter_ns() - begin) / 1e3
    for wanted, file in files.items():
        np.save(file, outputs[wanted])
    if as_json:
        shown = {key: {"dtype": str(y.dtype), "shape": y.shape, "values": y.reshape(-1)[:1000].tolist()}
                 for key, y in outputs.items()}  # fmt: skip
        _print_json({"us": spent, "outputs": shown})
        return
    for key, y in outputs.items():
        console.print(f"{key}: {y.dtype} {list(y.shape)}", markup=False)
        console.print(np.array2string(y, threshold=40, edgeitems=4, precision=6), markup=False)
    console.print(f"{spent:.0f} us, the first run", markup=False)


@commands.command()
@MODEL
@NAME
@DIMS
@WITHOUT
@click.option("--program", "what", flag_value="program", help="The program alone: what is computed.")
@click.option("--plan", "what", flag_value="plan", help="The plan alone: how it runs.")
@click.option("--memory", "what", flag_value="memory", help="The memory that a run takes.")
@JSON
def show(model: Path, name: str | None, dims: tuple[str, ...], without: tuple[str, ...], what: str | None,
         as_json: bool) -> None:  # fmt: skip
    """Show what a model computes, where each op runs, and why."""
    fixed = _dims(dims)
    runner = runner_of(model, name, fixed, without, look=True)
    program = runner.program
    roles = lg.runners(main=runner).roles
    extents = [extent for spec in program.inputs.values() for extent in spec.shape]
    open_dims = [e for e in dict.fromkeys(extents) if isinstance(e, str) and e not in fixed]
    if as_json or what in ("plan", "memory") or not open_dims:
        with step("planning"):
            plan = runner.plan(*specs_of(runner, fixed))
    else:
        plan = None
    if as_json:
        assert plan is not None
        types = [{key: str(spec) for key, spec in side.items()} for side in (program.inputs, program.outputs)]
        _print_json({
            "inputs": types[0], "outputs": types[1], "symbols": program.symbols, "ops": len(program),
            "weights": len(program.weights), "records": plan.records, "memory_bytes": plan.memory,
            "memory_bound_bytes": plan.memory_bound, "packed_bytes": plan.packed,
            "packed_ready_bytes": plan.packed_ready, "expected_ns": plan.expected_ns,
            "roles": roles, "program": str(program), "plan": str(plan),
        })  # fmt: skip
        return
    if what in (None, "program"):
        console.print(str(program), markup=False)
    if what in (None, "plan"):
        for line in roles:
            console.print(line, markup=False, highlight=False)
        if plan is not None:
            console.print(str(plan), markup=False)
        else:
            needed = " ".join(f"--dim {extent}=N" for extent in open_dims)
            console.print(f"The plan depends on extents: {needed}", markup=False)
    if what == "memory":
        assert plan is not None
        console.print(f"intermediates: {plan.memory} bytes (no plan needs less than {plan.memory_bound})")
        console.print(f"packed weights: {plan.packed} bytes, {plan.packed_ready} of them ready in the file")


@commands.command()
@MODEL
@click.argument("out", type=click.Path(path_type=Path))
@NAME
@DIMS
@WITHOUT
@click.option(
    "--prepack", is_flag=True, help="Weights also as kernels of this machine want them: opens faster."
)
@JSON
def convert(model: Path, out: Path, name: str | None, dims: tuple[str, ...], without: tuple[str, ...],
            prepack: bool, as_json: bool) -> None:  # fmt: skip
    """Write a model as a .legato file, which C programs run without Python."""
    if out.suffix != ".legato":
        raise click.ClickException(f"{str(out)!r}: the name must end in .legato")
    runner = runner_of(model, name, _dims(dims), without)
    with step(f"writing {out.name}"):
        lg.save(out, runner, prepack=prepack)
    size = out.stat().st_size
    if as_json:
        _print_json({"file": str(out), "bytes": size, "ops": len(runner.program)})
    else:
        console.print(
            f"{out}: {len(runner.program)} ops, {len(runner.program.weights)} weights, {size} bytes"
        )


@commands.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@DIMS
@click.option("--plan", "plans", is_flag=True, help="Compare the plans instead of the programs.")
@WITHOUT
@JSON
def diff(
    a: Path, b: Path, dims: tuple[str, ...], plans: bool, without: tuple[str, ...], as_json: bool
) -> None:
    """Say how two models differ; exit status 1 when they do.

    With the same file twice and --plan --without PASS: what the pass changes.
    """
    fixed = _dims(dims)
    if plans:
        runners = [runner_of(path, None, fixed, off, look=True) for path, off in ((a, ()), (b, without))]
        one, two = (runner.plan(*specs_of(runner, fixed)) for runner in runners)
        if not isinstance(one, lg.Plan) or not isinstance(two, lg.Plan):
            raise click.ClickException("a program that runs in parts has several plans; compare the programs")
        difference = one.diff(two)
        lines = str(difference).splitlines()
        more = {"numbers": difference.numbers}
    else:
        left, right = (str(program_of(path, None, fixed, look=True)[0]).splitlines() for path in (a, b))
        lines = list(difflib.unified_diff(left, right, str(a), str(b), lineterm="", n=2))
        more = {}
    if as_json:
        _print_json({"equal": not lines, "lines": lines} | more)
    else:
        for line in lines:
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[0], "")
            console.print(line, style=style, markup=False)
    sys.exit(1 if lines else 0)


@commands.command()
@MODEL
@NAME
@DIMS
@WITHOUT
@click.option("--seconds", type=float, default=3.0, show_default=True, help="How long is measured.")
@click.option("--peers", is_flag=True, help="ONNX Runtime in turn with it, on one thread.")
@JSON
def bench(model: Path, name: str | None, dims: tuple[str, ...], without: tuple[str, ...], seconds: float,
          peers: bool, as_json: bool) -> None:  # fmt: skip
    """Time a model on random inputs: the distribution of its latency, one thread."""
    fixed = _dims(dims)
    runner = runner_of(model, name, fixed, without)
    arrays = inputs_of(runner, {}, fixed, 0)
    tensors = {key: lg.asarray(value) for key, value in arrays.items()}
    bodies: dict[str, Any] = {"legato": lambda: runner(**tensors)}
    if peers:
        other, body = timing.peer(model, arrays)
        bodies[other] = body
    with step(f"measuring for {seconds:g} s"), threadpoolctl.threadpool_limits(1):
        results = {key: timing.summary(times) for key, times in timing.measure(bodies, seconds).items()}
    if as_json:
        _print_json(results)
        return
    table = Table(title=f"{model.name}, microseconds")
    columns = ["calls", "min_us", *(f"p{p:g}_us" for p in timing.PERCENTILES), "mean_us"]
    table.add_column("")
    for column in columns:
        table.add_column(column.removesuffix("_us"), justify="right")
    for key, row in results.items():
        table.add_row(
            key, *(f"{row[column]:.0f}" if column == "calls" else f"{row[column]:.1f}" for column in columns)
        )
    console.print(table)
    if len(results) > 1:
        own, *others = results.values()
        console.print(
            f"ratio of the medians: {own['p50_us'] / others[0]['p50_us']:.2f} (below 1: legato is faster)"
        )


@commands.command()
@MODEL
@NAME
@DIMS
@WITHOUT
@click.option("--runs", type=click.IntRange(1), default=20, show_default=True, help="How often it runs.")
@click.option("--top", type=click.IntRange(0), default=20, show_default=True, help="How many ops are listed.")
@click.option("--calibrate", is_flag=True, help="First measure its ops, so that plans to come expect that.")
@click.option(
    "--save",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The trace of the last run: .html, .json for Perfetto, or .png.",
)
@JSON
def profile(model: Path, name: str | None, dims: tuple[str, ...], without: tuple[str, ...], runs: int,
            top: int, calibrate: bool, file: Path | None, as_json: bool) -> None:  # fmt: skip
    """Trace a model on random inputs: what takes the time, what the plan expected, and where it ran."""
    if file is not None and file.suffix not in (".html", ".json", ".png"):
        raise click.ClickException(f"{str(file)!r}: the name must end in .html, .json or .png")
    fixed = _dims(dims)
    runner = runner_of(model, name, fixed, without)
    tensors = {key: lg.asarray(value) for key, value in inputs_of(runner, {}, fixed, 0).items()}
    if calibrate:
        with step("measuring its ops"), threadpoolctl.threadpool_limits(1):
            lg.calibrate(runner, *tensors.values())
        runner = runner_of(model, name, fixed, without)
    with step(f"tracing {runs} runs"), threadpoolctl.threadpool_limits(1):
        runner(**tensors)
        traces = [runner.trace(**tensors) for _ in range(runs)]
    if file is not None:
        traces[-1].save(file)
    found = tracing.profile(traces)
    if as_json:
        _print_json(found)
        return
    tables = [("by op", found["by_op"])] + ([("slowest", found["records"][:top])] if top else [])
    for title, rows in tables:
        table = Table(title=f"{model.name}, {title}")
        for column in rows[0] if rows else []:
            number = column not in ("op", "path", "kernel", "where")
            table.add_column(column.replace("_", " "), justify="right" if number else "left")
        for row in rows:
            table.add_row(*(markup.escape(tracing.cell(key, value)) for key, value in row.items()))
        console.print(table)
    console.print(
        f"{found['us']:.1f} us in ops, {found['expected_us']:.1f} expected; expected within 20 % of what was "
        f"measured for {found['within_20_percent']:.0%} of the time"
    )


@commands.command()
@click.option("--calibrate", is_flag=True, help="First measure what ops cost here, for the plans to come.")
@JSON
def info(calibrate: bool, as_json: bool) -> None:
    """Say what this machine and this build of legato are."""
    if calibrate:
        with step("measuring ops"), threadpoolctl.threadpool_limits(1):
            lg.calibrate()
    facts: dict[str, Any] = {
        "legato": lg.__version__,
        "instruction_set": lg.isa(),
        "devices": [device.name for device in lg.devices()],
        "ops": len(lg._ops.__all__),
        "passes": list(lg.passes()),
        "library": lg.get_library_dir(),
        "prices": str(prices.path() or "off"),
        "ops_measured": len(prices.known()),
        "thread_pools": [
            {key: pool.get(key) for key in ("user_api", "internal_api", "num_threads", "filepath")}
            for pool in threadpoolctl.threadpool_info()
        ],
    }
    if as_json:
        _print_json(facts)
        return
    for key, value in facts.items():
        text = value if isinstance(value, str | int) else ", ".join(map(str, value)) or "none"
        console.print(f"{key.replace('_', ' ')}: {text}", markup=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    try:
        code = commands.main(
            args=list(argv) if argv is not None else None, prog_name="legato", standalone_mode=False
        )
        return int(code or 0)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as error:
        return int(error.code or 0)
    except (lg.LegatoError, OSError, ImportError) as error:
        click.echo(f"Error: {error}", err=True)
        return 1
