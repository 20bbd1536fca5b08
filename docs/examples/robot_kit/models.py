# SPDX-License-Identifier: Apache-2.0
"""The robot's models as programs: trained ONNX files, with what comes before and after them inside."""

import sys

import fetch
import numpy as np

import legato as lg

FILES = ("silero_vad_16k_op15", "silero_speech", "ppocr_v4_det", "ppocr_v4_rec", "minilm_int8")
FRAME = (640, 960, 3)  # what the camera gives, and half of it is what the detector sees
LINE = (48, 320, 3)  # a line of text, cut out of it
SOUND = 576  # samples: 36 ms, at 16 kHz
TOKENS = 32
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # of what the detector learnt from


def fetch_all() -> None:
    """Have all files here, or end with the reason."""
    try:
        for name in FILES:
            fetch.path_of(name)
    except (fetch.Unavailable, ValueError) as error:
        sys.exit(f"The robot runs on real models and cannot get them: {error}")


def weights(values: list[float]) -> lg.Tensor:
    return lg.tensor(np.array(values, np.float32))


def voice() -> lg.Program:
    """i16 samples -> the probability that somebody speaks. It remembers what it heard before."""
    path = fetch.path_of("silero_vad_16k_op15")
    net = lg.from_onnx(path, shapes={"input": (1, SOUND), "state": (2, 1, 128)}, values={"sr": 16000})

    def program(sound):
        memory = lg.state("memory", (2, 1, 128), lg.f32)
        speaks, after = net(sound.to(lg.f32) * (1 / 32768), memory.value)
        memory.set(after)
        return speaks

    return lg.record(program, f"i16[1,{SOUND}]")


def detect() -> lg.Program:
    """A frame of u8 -> where there is text in it, as bits, at half its size."""
    net = lg.from_onnx(fetch.path_of("ppocr_v4_det"), shapes={"x": (1, 3, FRAME[0] // 2, FRAME[1] // 2)})
    scale, offset = 1 / (255 * np.array(DEVIATION)), -np.array(MEAN) / DEVIATION

    def program(frame):
        small = lg.resize(frame.to(lg.f32), scale_factor=(0.5, 0.5, 1.0), mode="linear")
        x = (small * weights(scale) + weights(offset)).transpose(2, 0, 1).reshape(1, 3, *small.shape[:2])
        return net(x)[0, 0] > 0.3

    return lg.record(program, f"u8[{FRAME[0]},{FRAME[1]},{FRAME[2]}]")


def recognize() -> lg.Program:
    """A line of u8 -> the number of a letter per column; 0 where there is none, or it is the one before."""
    net = lg.from_onnx(fetch.path_of("ppocr_v4_rec"), shapes={"x": (1, 3, *LINE[:2])})

    def program(line):
        x = (line.to(lg.f32) * (1 / 127.5) - 1.0).transpose(2, 0, 1).reshape(1, 3, *LINE[:2])
        letters = net(x)[0].argmax(axis=-1)
        before = lg.concat([lg.zeros((1,), lg.i64), letters[:-1]])
        return lg.where(letters == before, lg.zeros((1,), lg.i64), letters)

    return lg.record(program, f"u8[{LINE[0]},{LINE[1]},{LINE[2]}]")


def embed() -> lg.Program:
    """Tokens, padded with 0 -> the direction of their meaning, a vector of length 1."""
    names = ("input_ids", "attention_mask", "token_type_ids")
    net = lg.from_onnx(fetch.path_of("minilm_int8"), shapes=dict.fromkeys(names, (1, TOKENS)))

    def program(tokens):
        there = tokens != 0
        words = net(tokens, there.to(lg.i64), lg.zeros((1, TOKENS), lg.i64))[0]
        mask = there.to(lg.f32).reshape(TOKENS, 1)
        mean = (words * mask).sum(axis=0) / mask.sum()
        return mean / lg.sqrt((mean * mean).sum())

    return lg.record(program, f"i64[1,{TOKENS}]")
