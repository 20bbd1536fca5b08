# SPDX-License-Identifier: Apache-2.0
"""Latency of a model as a distribution, and beside ONNX Runtime in the same minutes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

PERCENTILES = (50, 90, 99, 99.9)


def peer(path: Path, inputs: dict[str, Any]) -> tuple[str, Callable[[], Any]]:
    """Return ONNX Runtime on the same file and inputs, on one thread."""
    if path.suffix.lower() != ".onnx":
        raise click.ClickException("--peers needs the ONNX file: other runtimes cannot read a .legato file")
    try:
        import onnxruntime
    except ImportError:
        raise click.ClickException("--peers needs ONNX Runtime: pip install onnxruntime") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return f"ONNX Runtime {onnxruntime.__version__}", lambda: session.run(None, inputs)


def measure(bodies: dict[str, Callable[[], Any]], seconds: float) -> dict[str, list[float]]:
    """Time the bodies in turn, call by call, for some seconds; nanoseconds."""
    times: dict[str, list[float]] = {name: [] for name in bodies}
    for _ in range(3):  # plans, caches, clocks
        for body in bodies.values():
            body()
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(next(iter(times.values()))) < 5:
        for name, body in bodies.items():
            begin = time.perf_counter_ns()
            body()
            times[name].append(time.perf_counter_ns() - begin)
    return times


def summary(times: list[float]) -> dict[str, float]:
    """Return count, minimum, percentiles and mean in microseconds."""
    us = np.array(times) / 1e3
    result = {"calls": len(times), "min_us": float(us.min()), "mean_us": statistics.fmean(us)}
    return result | {f"p{p:g}_us": float(np.percentile(us, p)) for p in PERCENTILES}
