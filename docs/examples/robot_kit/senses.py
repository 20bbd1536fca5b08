# SPDX-License-Identifier: Apache-2.0
"""What the robot hears, sees and is told: real speech, signs that are drawn, sentences as tokens."""

import json
import wave
from pathlib import Path

import fetch
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from robot_kit.models import FRAME, LINE, SOUND, TOKENS

RATE, STEP = 16000, 512  # silero moves on by 32 ms of sound
SIGNS = (
    ("Fire exit", "keep this clear"),
    ("Room 204", "free until 11:30"),
    ("Charger", "at most 150 kg"),
    ("Kitchen", "wash your cups"),
)


def sounds() -> np.ndarray:
    """A minute of speech as i16[count, 1, SOUND], each piece with the end of the one before."""
    with wave.open(str(fetch.path_of("silero_speech"))) as file:
        speech = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    padded = np.concatenate([np.zeros(SOUND - STEP, np.int16), speech])
    count = len(speech) // STEP
    return np.stack([padded[i * STEP : i * STEP + SOUND] for i in range(count)])[:, None]


def frames() -> np.ndarray:
    """A camera's pictures of the signs, u8[count, height, width, BGR]: letters on a wall, and noise."""
    random, pictures = np.random.default_rng(7), []
    for number, lines in enumerate(SIGNS):
        wall = np.linspace(150, 215, FRAME[1])[None, :, None] + random.normal(0, 4, FRAME)
        picture = Image.fromarray(wall.clip(0, 255).astype(np.uint8))
        pen, y = ImageDraw.Draw(picture), 130 + 20 * number
        for text, size in zip(lines, (84, 48), strict=True):
            pen.text((90 + 25 * number, y), text, font=ImageFont.load_default(size), fill=(30, 30, 60))
            y += 190
        pictures.append(np.asarray(picture)[..., ::-1])
    return np.ascontiguousarray(pictures)


def sentences() -> tuple[list[str], np.ndarray]:
    """Sentences, each followed by one that means the same, and their tokens, i64[count, 1, TOKENS]."""
    known = json.loads(Path(__file__).with_name("sentences.json").read_text())["sentences"]
    rows = [row["ids"] + [0] * (TOKENS - len(row["ids"])) for row in known]
    return [row["text"] for row in known], np.array(rows, np.int64)[:, None]


def lines_of(frame: np.ndarray, text: np.ndarray) -> list[np.ndarray]:
    """Cut the lines of text out of a frame: runs of rows that have some, from first to last column."""
    rows = np.flatnonzero(np.diff(np.concatenate([[0], (text.sum(axis=1) > 4).view(np.int8), [0]])))
    lines = []
    for top, bottom in rows.reshape(-1, 2):
        columns = np.flatnonzero(text[top:bottom].any(axis=0))
        if bottom - top < 8 or len(columns) < 8:
            continue
        high = bottom - top  # what is found is the heart of the letters, at half of the frame's size
        y = slice(max(0, 2 * top - 2 * high), 2 * bottom + 2 * high)
        x = slice(max(0, 2 * columns[0] - 2 * high), 2 * columns[-1] + 2 * high)
        cut = Image.fromarray(frame[y, x])
        width = min(LINE[1], round(cut.width * LINE[0] / cut.height))
        line = np.full(LINE, 127, np.uint8)
        line[:, :width] = np.asarray(cut.resize((width, LINE[0]), Image.Resampling.BILINEAR))
        lines.append(line)
    return lines


def alphabet() -> list[str]:
    """What the numbers of letters mean; 0 is none."""
    import onnx

    model = onnx.load(fetch.path_of("ppocr_v4_rec"), load_external_data=False)
    letters = next(entry.value for entry in model.metadata_props if entry.key == "character")
    return ["", *letters.split("\n"), " "]


def words(letters: np.ndarray, known: list[str]) -> str:
    return "".join(known[letter] for letter in letters)
