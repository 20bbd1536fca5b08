# SPDX-License-Identifier: Apache-2.0
"""The main job on two real models: ONNX files become programs, plans, one .legato file, and run from C.

magika tells what kind of file some bytes are, silero-vad whether somebody speaks. Both are fetched from
packages that models.json pins; the files are this repository's, the speech ships with silero-vad. Needs the
extra `demo` and a C compiler. What is printed is measured here; the exit status tells whether it is right.
"""

import functools
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
import time
import wave
from pathlib import Path

import fetch
import numpy as np

import legato as lg

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = ROOT / "build/demo"
ROUNDS = 7
KINDS = {  # what magika should say of files of this repository
    "README.md": "markdown",
    "docs/examples/demo.py": "python",
    "docs/examples/c/replay.c": "c",
    "docs/examples/models.json": "json",
    "pyproject.toml": "toml",
    "Makefile": "makefile",
}
RATE, CHUNK, CONTEXT = 16000, 512, 64  # silero sees 32 ms of sound at a time, and the 4 ms before them


# ---- what the models see ----


def file_features(data: bytes, config: dict) -> np.ndarray:
    """Return the first and last bytes as magika wants them: stripped, padded by a token that is no byte."""
    block, pad = config["block_size"], config["padding_token"]
    head = data[:block].lstrip()[: config["beg_size"]]
    tail = data[-block:].rstrip()[-config["end_size"] :]
    row = np.full(config["beg_size"] + config["end_size"], pad, np.int32)
    row[: len(head)] = np.frombuffer(head, np.uint8)
    row[len(row) - len(tail) :] = np.frombuffer(tail, np.uint8)
    return row[None]


def sound_frames(sound: np.ndarray) -> np.ndarray:
    """Return sound in chunks, each with the end of the one before it."""
    count = len(sound) // CHUNK
    padded = np.concatenate([np.zeros(CONTEXT, np.float32), sound])
    return np.stack([padded[i * CHUNK : (i + 1) * CHUNK + CONTEXT] for i in range(count)])


def read_speech() -> np.ndarray:
    with wave.open(str(fetch.path_of("silero_speech"))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


# ---- showing ----


def show_plan(run: lg.Runner, rows: int = 6) -> None:
    """Print a plan's head, its dearest rows with what was fused into them, and its memory."""
    head, columns, *lines, memory = str(run.plan()).splitlines()
    groups: list[list[str]] = []
    for line in lines:
        if re.match(r" *\d", line):
            groups.append([line.partition("  at ")[0]])
        else:
            groups[-1].append(line)

    def cost(group: list[str]) -> float:
        return float(re.search(r"([\d.]+) us", group[0])[1])

    dearest = sorted(sorted(groups, key=cost)[-rows:], key=groups.index)
    print(f"{head}\n{columns}")
    for row, *parts in dearest:
        print(row.rstrip())
        if ops := re.findall(r"[=+] (\w+)", " ".join(parts)):
            print(f"      made of {', '.join(ops)}")
    print(f"  and {len(groups) - len(dearest)} rows that cost less\n{memory}\n")


def strip(speaks: np.ndarray) -> str:
    """Return a character per second: # where most of it is speech."""
    seconds = np.arange(len(speaks)) * CHUNK // RATE
    return "".join("#" if np.mean(speaks[seconds == s] > 0.5) > 0.5 else "." for s in range(seconds[-1] + 1))


# ---- running ----


def listen(run: lg.Runner, frames: np.ndarray) -> np.ndarray:
    """Return the probability of speech per frame; the runner keeps the state from frame to frame."""
    run.state().reset()
    return np.array([run(frame[None]).item() for frame in frames], np.float32)


def compile_c() -> Path:
    program = FOLDER / "replay"
    flags = [sys.executable, "-m", "legato", "--cflags", "--libs"]
    flags = shlex.split(subprocess.run(flags, check=True, capture_output=True, text=True).stdout)
    cc = shlex.split(os.environ.get("CC", "cc"))
    subprocess.run([*cc, "-O2", str(HERE / "c/replay.c"), *flags, "-o", str(program)], check=True)
    return program


def replay(program: Path, app: Path, model: str, rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Run a model in C with an empty environment; return its results and the nanoseconds of a run."""
    inputs, results = FOLDER / f"{model}.inputs", FOLDER / f"{model}.results"
    rows.tofile(inputs)
    command = list(map(str, [program, app, model, inputs, results]))
    printed = subprocess.run(command, env={}, check=True, capture_output=True, text=True).stdout
    return np.fromfile(results, np.float32), float(re.search(r"median (\d+) ns", printed)[1])


def libraries_of(program: Path) -> list[str]:
    """The shared libraries that a program loads, as the loader lists them."""
    listed = subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True).stdout
    return [Path(line.split()[0]).name for line in listed.splitlines() if "vdso" not in line]


# ---- beside ONNX Runtime ----


def onnx_runtime(path: Path):
    """Return a session on one thread, None where ONNX Runtime is not installed."""
    try:
        import onnxruntime
    except ImportError:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def microseconds(function, arguments) -> float:
    """Return the median time of a call."""
    times = []
    for argument in arguments:
        start = time.perf_counter_ns()
        function(*argument)
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1e3


def listen_onnx(session, frames: np.ndarray) -> np.ndarray:
    state, found = np.zeros((2, 1, 128), np.float32), []
    for frame in frames:
        speaks, state = session(frame[None], state)
        found.append(speaks[0, 0])
    return np.array(found, np.float32)


def compare_times(name: str, own, in_c, peer, arguments: list[tuple]) -> None:
    """Print the time of a run from Python, in C, and of ONNX Runtime."""
    rounds: list[list[float]] = []
    for _ in range(ROUNDS):  # one after the other in every round: what disturbs the machine disturbs all
        rounds.append([microseconds(own, arguments), in_c()])
        if peer:
            rounds[-1].append(microseconds(peer, arguments))
    own_us, c_us, *theirs = map(statistics.median, zip(*rounds, strict=True))
    ratio = f"{theirs[0]:15.1f}{own_us / theirs[0]:8.2f}" if theirs else ""
    print(f"{name:8}{own_us:10.1f}{c_us:10.1f}{ratio}")


# ---- the demo ----


def classify(scores: np.ndarray, labels: list[str]) -> bool:
    """Print what each file is taken for; return whether all is as expected."""
    right = True
    for (name, wanted), score in zip(KINDS.items(), scores, strict=True):
        found = labels[score.argmax()]
        right &= found == wanted
        print(f"{name:26} {found:10} {score.max():.3f}{'' if found == wanted else f'   EXPECTED {wanted}'}")
    return right


def hear(run, speech: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Print where somebody speaks; return the frames, their probabilities, and whether that is right."""
    noise = 0.05 * np.random.default_rng(1).standard_normal(10 * RATE).astype(np.float32)
    frames, speaks = sound_frames(speech), listen(run, sound_frames(speech))
    silence = listen(run, sound_frames(noise))
    print(f"\n{len(speech) // RATE} s of speech, a sign per second: {strip(speaks)}")
    print(f"{len(noise) // RATE} s of noise: {strip(silence)}")
    return frames, speaks, bool(np.mean(speaks > 0.5) > 0.3 and np.mean(silence > 0.5) < 0.05)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        magika, config, silero = map(
            fetch.path_of, ("magika_v3_3", "magika_v3_3_config", "silero_vad_16k_op15")
        )
        speech = read_speech()
    except (fetch.Unavailable, ValueError) as error:
        print(f"The demo runs on real models and cannot get them: {error}", file=sys.stderr)
        return 1
    print("models: magika 1.0.3, Apache-2.0, kinds of files; silero-vad 6.2.3, MIT, voice activity\n")

    # Extents that the files leave open get numbers, an input that never changes becomes a constant, and what
    # goes from one run to the next becomes a state.
    start = time.perf_counter()
    kind = lg.runner(lg.from_onnx(magika, shapes={"bytes": (1, 2048)}))
    shapes = {"input": (1, CONTEXT + CHUNK), "state": (2, 1, 128)}
    state = {"state": "stateN"}  # what a run gives is what the next one reads
    voice = lg.runner(lg.from_onnx(silero, shapes=shapes, values={"sr": RATE}, state=state))
    print(f"imported and planned in {time.perf_counter() - start:.1f} s\n")
    for name, run in (("kind", kind), ("voice", voice)):
        print(f"{name}: ", end="")
        show_plan(run)

    settings = json.loads(config.read_text())
    rows = [file_features((ROOT / name).read_bytes(), settings) for name in KINDS]
    scores = np.concatenate([kind(row).numpy() for row in rows])
    right = classify(scores, settings["target_labels_space"])
    frames, speaks, heard = hear(voice, speech)

    # One file with both; it opens again here, and in C, where no Python is.
    app = FOLDER / "models.legato"
    lg.save(app, lg.runners(kind=kind, voice=voice))
    loaded, program = lg.load(app), compile_c()
    needed = libraries_of(program)
    print(f"\nsaved {app.relative_to(ROOT)}, {app.stat().st_size / 1e6:.1f} MB, both models")
    print(f"replay.c, compiled and run with an empty environment; it loads {', '.join(needed)}")
    inputs = {"kind": np.concatenate(rows), "voice": frames}
    from_c = {name: replay(program, app, name, inputs[name])[0] for name in inputs}
    from_file = {
        "kind": np.concatenate([loaded.kind(row).numpy() for row in rows]),
        "voice": listen(loaded.voice, frames),
    }
    for name, own in (("kind", scores), ("voice", speaks)):
        same = [other[name].tobytes() == own.tobytes() for other in (from_file, from_c)]
        words = ["bit-equal" if equal else "DIFFERENT" for equal in same]
        print(f"{name:6} {own.size} numbers: from the file {words[0]}, from C {words[1]}")
        heard &= all(same)

    peers = [onnx_runtime(path) for path in (magika, silero)]
    print(f"\nus per run, one thread, medians of {ROUNDS} rounds\n{'':8}{'Python':>10}{'C':>10}", end="")
    print(f"{'ONNX Runtime':>15}{'ratio':>8}" if all(peers) else "   (ONNX Runtime is not installed)")
    zeros, rate = np.zeros((2, 1, 128), np.float32), np.array(RATE, np.int64)
    theirs = all(peers) and {
        "kind": lambda x: peers[0].run(None, {"bytes": x}),
        "voice": lambda x, state=zeros: peers[1].run(None, {"input": x, "state": state, "sr": rate}),
    }
    given = {"kind": [(row,) for row in rows], "voice": [(frame[None],) for frame in frames[:200]]}
    for name, run in (("kind", kind), ("voice", voice)):
        some = inputs[name][: len(given[name])]
        in_c = functools.partial(replay, program, app, name, some)
        compare_times(name, run, lambda c=in_c: c()[1] / 1e3, theirs and theirs[name], given[name])
    if theirs:
        apart = [
            np.abs(np.concatenate([theirs["kind"](row)[0] for row in rows]) - scores).max(),
            np.abs(listen_onnx(theirs["voice"], frames) - speaks).max(),
        ]
        print(f"furthest from ONNX Runtime's probabilities: {apart[0]:.0e} (kind), {apart[1]:.0e} (voice)")
        right &= bool(max(apart) < 1e-3)
    right &= heard and not any("python" in name for name in needed)
    print("\nall as it should be" if right else "\nNOT all as it should be, see above")
    return 0 if right else 1


if __name__ == "__main__":
    raise SystemExit(main())
