# SPDX-License-Identifier: Apache-2.0
"""The same models under ONNX Runtime, with the same work before and after them in its graphs."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import fetch
import numpy as np

from robot_kit.drive import Hold, Inputs, Op, drive, step_back
from robot_kit.models import DEVIATION, FRAME, LINE, MEAN, SOUND, TOKENS

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

HEIGHT, WIDTH = FRAME[:2]
SCALE = [1 / (255 * deviation) for deviation in DEVIATION]
OFFSET = [-mean / deviation for mean, deviation in zip(MEAN, DEVIATION, strict=True)]

# The file, its free inputs, what comes before it and after it, as ONNX text. `y` and `z` are its outputs.
MODELS = {
    "voice": (
        "silero_vad_16k_op15",
        f"""before (int16[1,{SOUND}] sound, float[2,1,128] state) => (float y)
        <int64 sr = {{16000}}, float step = {{{1 / 32768}}}> {{
            real = Cast<to=1>(sound)
            input = Mul(real, step)
        }}""",
        """after (float y) => (float[1,1] speaks, float[2,1,128] memory) {
            speaks = Identity(y)
            memory = Identity(z)
        }""",
    ),
    "detect": (
        "ppocr_v4_det",
        f"""before (uint8[{HEIGHT},{WIDTH},3] frame) => (float y)
        <float[0] none = {{}}, float[4] zoom = {{1, 1, 0.5, 0.5}},
         float[1,3,1,1] scale = {{{", ".join(map(str, SCALE))}}},
         float[1,3,1,1] offset = {{{", ".join(map(str, OFFSET))}}}> {{
            planes = Transpose<perm=[2,0,1]>(frame)
            real = Cast<to=1>(planes)
            batch = Unsqueeze<axes=[0]>(real)
            small = Resize<mode="linear">(batch, none, zoom)
            scaled = Mul(small, scale)
            x = Add(scaled, offset)
        }}""",
        f"""after (float y) => (bool[{HEIGHT // 2},{WIDTH // 2}] text)
        <float least = {{0.3}}, int64[2] size = {{{HEIGHT // 2}, {WIDTH // 2}}}> {{
            flat = Reshape(y, size)
            text = Greater(flat, least)
        }}""",
    ),
    "recognize": (
        "ppocr_v4_rec",
        f"""before (uint8[{LINE[0]},{LINE[1]},3] line) => (float y)
        <float scale = {{{1 / 127.5}}}, float one = {{1.0}}> {{
            planes = Transpose<perm=[2,0,1]>(line)
            real = Cast<to=1>(planes)
            scaled = Mul(real, scale)
            centered = Sub(scaled, one)
            x = Unsqueeze<axes=[0]>(centered)
        }}""",
        f"""after (float y) => (int64[{LINE[1] // 8}] letters)
        <int64[1] flat = {{-1}}, int64[1] zero = {{0}}, int64[1] last = {{-1}}> {{
            best = ArgMax<axis=2, keepdims=0>(y)
            row = Reshape(best, flat)
            head = Slice(row, zero, last)
            before = Concat<axis=0>(zero, head)
            again = Equal(row, before)
            letters = Where(again, zero, row)
        }}""",
    ),
    "embed": (
        "minilm_int8",
        f"""before (int64[1,{TOKENS}] tokens) => (float y)
        <int64 zero = {{0}}, int64[1,{TOKENS}] token_type_ids = {{{", ".join(["0"] * TOKENS)}}}> {{
            input_ids = Identity(tokens)
            absent = Equal(tokens, zero)
            there = Not(absent)
            attention_mask = Cast<to=7>(there)
        }}""",
        f"""after (float y) => (float[384] meaning)
        <int64[2] column = {{{TOKENS}, 1}}, int64[2] table = {{{TOKENS}, 384}}, int64[1] rows = {{0}}> {{
            bits = Reshape(there, column)
            mask = Cast<to=1>(bits)
            words = Reshape(y, table)
            masked = Mul(words, mask)
            sum = ReduceSum<keepdims=0>(masked, rows)
            count = ReduceSum<keepdims=0>(mask, rows)
            mean = Div(sum, count)
            length = ReduceL2<axes=[0], keepdims=1>(mean)
            meaning = Div(mean, length)
        }}""",
    ),
}

# Ops for which the robot has its matmul unit, by the names that they have here once the graph was optimised.
UNIT = {"MatMul", "FusedMatMul", "Gemm", "FusedGemm", "LSTM", "Attention"}


def wrapped(name: str) -> bytes:
    """The model `name` with what comes before and after it."""
    import onnx
    from onnx import helper, parser

    file, *texts = MODELS[name]
    model = onnx.load(fetch.path_of(file))
    before, after = map(parser.parse_graph, texts)
    ends = [
        helper.make_node("Identity", [given.name], [known])
        for given, known in zip(model.graph.output, "yz", strict=False)
    ]
    nodes = [*before.node, *model.graph.node, *ends, *after.node]
    constants = [*before.initializer, *model.graph.initializer, *after.initializer]
    graph = helper.make_graph(nodes, name, before.input, after.output, constants)
    made = helper.make_model(graph, opset_imports=model.opset_import, ir_version=max(model.ir_version, 8))
    return made.SerializeToString()


def session(name: str, best: bool, profile: str | None = None) -> Any:
    """A session by default settings, or by the best for four models at once on few cores."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if best:  # each on the thread that calls it: no threads that spin, none that get in the others' way
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if profile is not None:
        options.enable_profiling, options.profile_file_prefix = True, profile
    return onnxruntime.InferenceSession(wrapped(name), options, providers=["CPUExecutionProvider"])


class Rival:
    """The four models, called as those of legato are."""

    def __init__(self, best: bool, profile: str | None = None) -> None:
        self.sessions = {name: session(name, best, profile and f"{profile}-{name}") for name in MODELS}
        self.memory = np.zeros((2, 1, 128), np.float32)
        self.best = best

    def step_back(self) -> None:
        if self.best:
            step_back()

    def voice(self, sound: np.ndarray, due_ns: int) -> np.ndarray:
        inputs = {"sound": sound, "state": self.memory}
        speaks, self.memory = self.sessions["voice"].run(None, inputs)
        return speaks

    def detect(self, frame: np.ndarray) -> np.ndarray:
        return self.sessions["detect"].run(None, {"frame": frame})[0]

    def recognize(self, line: np.ndarray) -> np.ndarray:
        return self.sessions["recognize"].run(None, {"line": line})[0]

    def embed(self, tokens: np.ndarray) -> np.ndarray:
        return self.sessions["embed"].run(None, {"tokens": tokens})[0]


def profiled(inputs: Inputs, seconds: float) -> tuple[list[Op], list[Hold]]:
    """The ops of a run apart, with the best settings, and those for the unit; the profiler costs time."""
    with tempfile.TemporaryDirectory() as folder:
        models = Rival(True, f"{folder}/ops")
        log = drive("ONNX Runtime, profiled", models, inputs, seconds)
        ops, held, behind = [], [], time.time_ns() - time.monotonic_ns()  # its clock tells the time of day
        for model, each in models.sessions.items():
            zero = each.get_profiling_start_time_ns() - behind - log.start
            for event in json.loads(Path(each.end_profiling()).read_text()):
                if event.get("cat") != "Node" or not event["name"].endswith("_kernel_time"):
                    continue
                begin, name = zero + event["ts"] * 1000, event["args"]["op_name"]
                end = begin + event["dur"] * 1000
                ops.append(Op(model, name, f"thread {event['tid']}", begin, end))
                held += [(begin, end, model)] if name in UNIT else []
    return ops, held
