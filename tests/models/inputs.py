# SPDX-License-Identifier: Apache-2.0
"""Inputs for the real models: what each expects, at several sizes where its extents are open."""

from __future__ import annotations

from typing import Any

import numpy as np

# Shapes by input; each entry is one test. Inputs that are missing have one shape always.
SHAPES: dict[str, list[dict[str, tuple[int, ...]]]] = {
    "ppocr_v4_det": [{"x": (1, 3, 320, 480)}, {"x": (2, 3, 64, 128)}, {"x": (1, 3, 96, 160)}],
    "ppocr_v4_rec": [{"x": (1, 3, 48, 320)}, {"x": (2, 3, 48, 64)}, {"x": (1, 3, 48, 640)}],
    "ppocr_v2_cls": [{"x": (1, 3, 48, 192)}, {"x": (3, 3, 48, 192)}],
    "silero_vad_16k_op15": [
        {"input": (1, 576), "state": (2, 1, 128), "sr": ()},
        {"input": (3, 576), "state": (2, 3, 128), "sr": ()},
    ],
    "silero_vad_openvino_16k": [{"input": (1, 576), "state": (2, 1, 128)}],
    "silero_vad_16k_sequence": [
        {"input": (40, 576), "h": (1, 1, 128), "c": (1, 1, 128)},
        {"input": (1, 576), "h": (1, 1, 128), "c": (1, 1, 128)},
    ],
    "plcmos_v2_gru": [
        {"degraded_audio": (1, 1, 173, 257), "rater_embed": (1, 64)},
        {"degraded_audio": (1, 1, 60, 257), "rater_embed": (1, 64)},
    ],
    "basic_pitch_nmp": [
        {"serving_default_input_2:0": (1, 43844, 1)},
        {"serving_default_input_2:0": (2, 43844, 1)},
    ],
    "swift_f0": [
        {"audio": (1, 32000), "fmin": (), "fmax": ()},
        {"audio": (1, 7000), "fmin": (), "fmax": ()},
    ],
    "magika_v3_3": [{"bytes": (1, 2048)}, {"bytes": (3, 2048)}],
    "minilm_int8": [
        {"input_ids": (1, 64), "attention_mask": (1, 64), "token_type_ids": (1, 64)},
        {"input_ids": (3, 17), "attention_mask": (3, 17), "token_type_ids": (3, 17)},
    ],
    "smart_turn_v3.2_int8": [{"input_features": (1, 80, 800)}, {"input_features": (2, 80, 800)}],
}

# Extents that are open in the file, and yet must be what they are.
DIMS = {"ppocr_v4_rec": {"d1": 48}, "silero_vad_16k_op15": {"sequence": 576}}

# Inputs that a product would fix when it imports the model.
FIXED = {"silero_vad_16k_op15": ("sr",)}


def voice(count: int, random: np.random.Generator) -> Any:
    """Return sound like a voice: harmonics of a gliding tone, in syllables, with some noise."""
    t = np.arange(count) / 16000
    phase = 2 * np.pi * np.cumsum(120 + 30 * np.sin(2 * np.pi * 0.7 * t)) / 16000
    tone = sum(np.sin(k * phase) / k for k in range(1, 12))
    loudness = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * t)
    return (0.1 * tone * loudness + 0.003 * random.standard_normal(count)).astype(np.float32)


def page(shape: tuple[int, ...], random: np.random.Generator) -> Any:
    """Return pictures like a page of print: rows of dark strokes on light paper, in -1..1."""
    image = np.full(shape, 0.9) + 0.02 * random.standard_normal(shape)
    for paper in image:
        for top in range(6, shape[2] - 14, 24):
            left = 6
            while left < shape[3] - 16:
                for _ in range(3):  # strokes of a letter
                    y, x = top + random.integers(0, 10), left + random.integers(0, 6)
                    if random.random() < 0.5:
                        paper[:, y : y + 3, left : left + 9] = -0.8
                    else:
                        paper[:, top : top + 13, x : x + 3] = -0.8
                left += int(random.integers(12, 20))
    return image.astype(np.float32)


def make(name: str, shapes: dict[str, tuple[int, ...]], seed: int = 0) -> dict[str, Any]:
    """Return arrays for a model's inputs."""
    random = np.random.default_rng(seed)
    result: dict[str, Any] = {}
    for key, shape in shapes.items():
        count = int(np.prod(shape))
        if key == "sr":
            result[key] = np.array(16000, np.int64)
        elif key in ("fmin", "fmax"):
            result[key] = np.array({"fmin": 46.875, "fmax": 2093.75}[key], np.float32)
        elif key == "bytes":
            result[key] = random.integers(0, 257, shape).astype(np.int32)  # 256 stands for none
        elif key == "input_ids":
            result[key] = random.integers(1000, 30000, shape)
        elif key == "attention_mask":
            lengths = random.integers(shape[1] // 2, shape[1] + 1, shape[0])
            result[key] = (np.arange(shape[1]) < lengths[:, None]).astype(np.int64)
        elif key == "token_type_ids":
            result[key] = np.zeros(shape, np.int64)
        elif key in ("input", "audio") or key.startswith("serving_default"):
            result[key] = voice(count, random).reshape(shape)
        elif key == "x":
            result[key] = page(shape, random)
        elif key in ("state", "h", "c"):
            result[key] = (0.1 * random.standard_normal(shape)).astype(np.float32)
        else:
            result[key] = random.standard_normal(shape).astype(np.float32)
    return result
