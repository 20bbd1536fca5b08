# SPDX-License-Identifier: Apache-2.0
"""legato: orchestrate in Python, replay natively, ship as one file."""

from typing import TYPE_CHECKING

import legato._ops
import legato.core.index  # gives tensors their x[...]
from legato._calibrate import calibrate
from legato._einsum import einsum
from legato._later import Later
from legato._ops import *  # noqa: F403
from legato._paths import get_include, get_library_dir
from legato._taps import replace, tap
from legato.core.app import App, load, runners, save
from legato.core.call import Call
from legato.core.choice import Choice, choose
from legato.core.context import isa
from legato.core.context import version as _version
from legato.core.control import cond, while_loop
from legato.core.convert import asarray, from_dlpack, tensor
from legato.core.creation import empty, empty_like, ones, ones_like, zeros, zeros_like
from legato.core.device import Device, device, devices, load_plugin
from legato.core.dtype import (
    DType,
    bf16,
    dtype,
    f16,
    f32,
    f64,
    i8,
    i16,
    i32,
    i64,
    promote_types,
    u8,
    u16,
    u32,
    u64,
)
from legato.core.dtype import bool_ as bool
from legato.core.errors import (
    AbiError,
    AlreadyExistsError,
    ArgumentError,
    BusyError,
    Cancelled,
    ClosedError,
    DeadlineExceeded,
    DeviceError,
    DeviceLostError,
    DivisionByZeroError,
    DTypeError,
    FileError,
    FormatError,
    InternalError,
    LegatoError,
    NotFoundError,
    OutOfMemoryError,
    OutOfRangeError,
    RangeError,
    ShapeError,
    UnsupportedError,
)
from legato.core.executor import Executor, Rule, Rules, on
from legato.core.lane import Lane
from legato.core.machine import machine
from legato.core.opview import OpView
from legato.core.plan import PlanChoice, PlanDiff, PlanRow
from legato.core.policy import dynamic, native, register_hook
from legato.core.program import Program, passes
from legato.core.record import Builder, name_weight, path, record
from legato.core.registry import Op, kernel, op
from legato.core.run import HIGH, LOW, NORMAL, Plan, Runner, runner
from legato.core.signal import Signal, Term, signal, signals, this_run
from legato.core.spec import Spec, spec
from legato.core.state import state
from legato.core.tensor import Tensor
from legato.core.trace import Trace, tracing
from legato.core.unit import Unit, unit
from legato.core.using import using
from legato.onnx import from_onnx, from_torch, run_onnx

__version__ = _version()

__all__ = [
    "HIGH",
    "LOW",
    "NORMAL",
    "AbiError",
    "AlreadyExistsError",
    "App",
    "ArgumentError",
    "Builder",
    "BusyError",
    "Call",
    "Cancelled",
    "Choice",
    "ClosedError",
    "DType",
    "DTypeError",
    "DeadlineExceeded",
    "Device",
    "DeviceError",
    "DeviceLostError",
    "DivisionByZeroError",
    "Executor",
    "FileError",
    "FormatError",
    "InternalError",
    "Lane",
    "LegatoError",
    "NotFoundError",
    "Op",
    "OpView",
    "OutOfMemoryError",
    "OutOfRangeError",
    "Plan",
    "PlanChoice",
    "PlanDiff",
    "PlanRow",
    "Program",
    "RangeError",
    "Rule",
    "Rules",
    "Runner",
    "ShapeError",
    "Signal",
    "Spec",
    "Tensor",
    "Term",
    "Trace",
    "Unit",
    "UnsupportedError",
    "asarray",
    "bf16",
    "bool",
    "calibrate",
    "choose",
    "cond",
    "device",
    "devices",
    "dtype",
    "dynamic",
    "einsum",
    "empty",
    "empty_like",
    "f16",
    "f32",
    "f64",
    "from_dlpack",
    "from_onnx",
    "from_torch",
    "get_include",
    "get_library_dir",
    "i8",
    "i16",
    "i32",
    "i64",
    "isa",
    "kernel",
    "load",
    "load_plugin",
    "machine",
    "name_weight",
    "native",
    "on",
    "ones",
    "ones_like",
    "op",
    "passes",
    "path",
    "promote_types",
    "record",
    "register_hook",
    "replace",
    "run_onnx",
    "runner",
    "runners",
    "save",
    "signal",
    "signals",
    "spec",
    "state",
    "tap",
    "tensor",
    "this_run",
    "tracing",
    "u8",
    "u16",
    "u32",
    "u64",
    "unit",
    "using",
    "while_loop",
    "zeros",
    "zeros_like",
]
__all__ += legato._ops.__all__

if TYPE_CHECKING:
    from legato import nn as nn
else:
    nn = Later("legato.nn")
