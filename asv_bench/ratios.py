# SPDX-License-Identifier: Apache-2.0
"""Speed as ratios (``make bench``): legato beside NumPy, and PyTorch where it is installed.

Each row is timed in turn with its rivals, round after round on one thread in one process, and the medians are
compared, so that what disturbs the machine disturbs all. Rows of large operands also stand beside what limits
them, measured in the same rounds: a copy of as many bytes, or the multiply-adds that one core can do.

    make bench ARGS="--quick"          a tenth of the rounds, for a first look
    make bench ARGS="--json out.json"  the same numbers for programs
    make bench ARGS="--build"          also a clean build and the size of a wheel (minutes)
    make bench ARGS="--readme"         puts the numbers into README.md
"""

import argparse
import ctypes
import json
import os
import platform
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from functools import partial
from pathlib import Path

import branches
import calls
import files
import lanes
import numpy as np
import rate
import threadpoolctl
from benchmarks.common import (
    KINDS,
    MATH,
    MEMORY,
    MOVES,
    NAMES,
    REDUCTIONS,
    SMALL,
    TURNS,
    chain,
    chain_program,
    torch,
)
from benchmarks.networks import NETWORKS
from pages import fill, machine, today

import legato as lg

ROOT = Path(__file__).resolve().parent.parent
LOOP_NS = 200_000  # of one timed loop: shorter than a slice of the scheduler, so that most are undisturbed
COPY_SHARE = 0.85  # of a copy's bandwidth, for what memory bounds
MOVE_SHARE = 0.80  # the same for elements that change places


class Watch(lg.Executor):
    """Python at every op, doing nothing."""

    @lg.dynamic
    def before(self, op):
        pass


class Bench:
    """Measures rows, prints them, and keeps them for --json."""

    def __init__(self, quick: bool):
        self.rounds = 15 if quick else 151
        self.rows: list[dict] = []

    def medians(self, statements, loop_ns=LOOP_NS) -> list[float | None]:
        """Median nanoseconds of each statement (text or callable), all of them in turn in every round."""
        timers = [timeit.Timer(s, globals=NAMES) if s else None for s in statements]
        loops = []
        for timer in timers:
            count = 1
            # The best of three: one disturbed loop must not leave a row with a count that times the timer.
            while timer and count < 10**6:
                spent = min(timer.timeit(count) for _ in range(3)) * 1e9
                if spent >= loop_ns / 2:
                    break
                count = max(count + 1, min(10 * count, int(count * loop_ns / max(spent, 1))))
            loops.append(count)
        # One call before the clock starts, so that a loop finds its operands where its calls leave them, not
        # where the rival has: f32[256, 1024] twice fills 2 MB of L2, and the first of few calls would decide.
        times = [
            [(t.timeit(1), t.timeit(n))[1] / n * 1e9 for t, n in zip(timers, loops, strict=True) if t]
            for _ in range(self.rounds)
        ]
        results = iter(statistics.median(column) for column in zip(*times, strict=True))
        return [next(results) if timer else None for timer in timers]

    def head(self, title: str) -> None:
        print(
            f"\n{title}\n{'':42}{'legato':>14}{'NumPy':>14}{'ratio':>7}{'PyTorch':>14}{'ratio':>7}   target"
        )

    def row(self, title, own, numpy=None, pytorch=None, *, unit="ns", target="", ok=None, note="") -> None:
        """Print a row; `ok` is None where nothing was promised."""

        def number(value):
            return f"{'' if value is None else f'{value:.{0 if value >= 1000 else 1}f} {unit}':>14}"

        def ratio(other):
            return f"{'':>7}" if not other else f"{own / other:>7.2f}"

        verdict = "" if ok is None else ("  ok" if ok else "  MISS")
        line = f"  {title:40}{number(own)}{number(numpy)}{ratio(numpy)}{number(pytorch)}{ratio(pytorch)}"
        print(f"{line}   {target}{verdict}{'  ' + note if note else ''}".rstrip())
        self.rows.append({"row": title, "unit": unit, "legato": own, "numpy": numpy, "pytorch": pytorch,
                          "target": target, "ok": ok, "note": note})  # fmt: skip

    def small(self) -> None:
        self.head("Eager calls on small tensors (ratio: time of legato by time of the other)")
        for title, own, numpy, pytorch, most in SMALL:
            times = self.medians([own, numpy, torch and pytorch])
            self.row(title, *times, target=f"<= {most:.2f} x NumPy", ok=times[0] <= most * times[1])

    def kinds(self) -> None:
        self.head("One eager op of every kind, f32[16] or f32[8,8]")
        for title, own, numpy in KINDS:
            times = self.medians([own, numpy])
            self.row(title, *times, target="<= 0.30 x NumPy", ok=times[0] <= 0.30 * times[1])

    def reductions(self) -> None:
        self.head("Reductions of f32[256,1024], one thread")
        for title, own, pytorch in REDUCTIONS:
            for axis in (1, 0):
                times = self.medians([own.format(axis), pytorch.format(axis) if torch else None])
                times = [t and t / 1e3 for t in times]
                ok = None if times[1] is None else times[0] <= times[1]
                self.row(
                    f"{title}, axis {axis}", times[0], None, times[1], unit="us", target="<= PyTorch", ok=ok
                )

    def large(self) -> None:
        self.head("f32[1e6], contiguous, one thread")
        count = 10**6
        for title, own, numpy, pytorch, item_bytes in MEMORY:
            NAMES["source"], NAMES["copy"] = (np.ones(count * item_bytes // 8, np.float32) for _ in range(2))
            statements = [own, numpy, torch and pytorch, "np.copyto(copy, source)"]
            *times, copy = [t and t / 1e3 for t in self.medians(statements)]
            share = copy / times[0]
            speeds = [count * item_bytes / t / 1e3 for t in (times[0], copy)]
            note = f"{share:.1%}: {speeds[0]:.1f} GB/s, copy {speeds[1]:.1f}"
            target = f">= {COPY_SHARE:.0%} of copy"
            self.row(
                f"{title}  f32[1e6]", *times, unit="us", target=target, ok=share >= COPY_SHARE, note=note
            )
        moves = [(f"{move[0]}  f32[1e6]", *move[1:], "np.copyto(r, x)") for move in MOVES] + [
            (
                title,
                f"lg.transpose({name}_lg, {axes}, out={name}_to_lg)",
                f"np.copyto({name}_to, {name}.transpose({axes}))",
                f"{name}_to_torch.copy_({name}_torch.permute({axes}))",
                f"np.copyto({name}_copy, {name})",
            )
            for title, name, axes in TURNS
        ]
        for title, own, numpy, pytorch, copying in moves:
            # Beside the copy alone: what the rivals leave in the caches costs what waits for memory more than
            # what streams.
            near, copy = (t / 1e3 for t in self.medians([own, copying]))
            times = [t and t / 1e3 for t in self.medians([own, numpy, torch and pytorch])]
            target, note = (
                f">= {MOVE_SHARE:.0%} of copy",
                f"{copy / near:.0%}: {near:.1f} us, copy {copy:.1f}",
            )
            self.row(title, *times, unit="us", target=target, ok=copy / near >= MOVE_SHARE, note=note)
        for title, own, numpy, pytorch, most in MATH:
            times = [t and t / 1e3 for t in self.medians([own, numpy, torch and pytorch])]
            target, note = f">= {1 / most:.1f} x faster", f"{times[1] / times[0]:.2f} x"
            ok = times[0] <= most * times[1]
            self.row(f"{title}  f32[1e6]", *times, unit="us", target=target, ok=ok, note=note)

    def arithmetic(self) -> None:
        self.head("Matrices, one thread (ratio above 1 is faster)")
        peak, peak_flops = fma_peak()
        for title, own, numpy, pytorch, flops, least in (
            ("matmul  f32 256x256x256", "lg.matmul(u_lg, v_lg, out=w_lg)", "np.matmul(u, v, out=w)",
             "torch.matmul(u_torch, v_torch, out=w_torch)", 2 * 256**3, 0.5),
            ("conv 3x3  f32 64x28x28, 64 filters", "lg.conv(image_lg, filters_lg, padding=1)", None,
             "torch.conv2d(image_torch, filters_torch, padding=1)", 2 * 64 * 64 * 9 * 28 * 28, None),
        ):  # fmt: skip
            *times, limit = self.medians([own, numpy, torch and pytorch, peak])
            rates = [t and flops / t for t in times]
            share = rates[0] / (peak_flops / limit)
            self.row(title, *rates, unit="GF/s", target=f">= {least:.0%} of peak" if least else "",
                     ok=share >= least if least else None,
                     note=f"{share:.0%} of {peak_flops / limit:.0f} GF/s of multiply-adds")  # fmt: skip

    def integers(self) -> None:
        self.head("Products of bytes, u8 x i8 with a zero point, one thread")
        rng = np.random.default_rng(0)
        zero = lg.asarray(np.uint8(128))
        for m, k, n in ((128, 384, 384), (128, 384, 1536), (1, 384, 1536)):
            a = lg.asarray(rng.integers(0, 256, (m, k), np.uint8))
            b = lg.asarray(rng.integers(-128, 128, (k, n), np.int8))
            (own,) = self.medians([lambda a=a, b=b: lg.matmul_integer(a, b, zero)])
            self.row(f"matmul_integer {m}x{k}x{n}", 2 * m * k * n / own, unit="GOP/s")

    def signals(self) -> None:
        self.head("Fourier transforms, 256 frames of 512 samples, one thread")
        rng = np.random.default_rng(0)
        for dtype in (np.float32, np.float64):
            frames = rng.standard_normal((256, 512)).astype(dtype)
            ours = lg.asarray(frames[..., None])
            theirs = torch and torch.from_numpy(frames)
            own, numpy, pytorch = self.medians([
                lambda ours=ours: lg.dft(ours, onesided=True),
                lambda frames=frames: np.fft.rfft(frames),
                torch and (lambda theirs=theirs: torch.fft.rfft(theirs)),
            ])  # fmt: skip
            self.row(f"dft(onesided=True)  {lg.asarray(frames).dtype}", own / 1e3, numpy / 1e3,
                     pytorch and pytorch / 1e3, unit="us", target="<= 2.00 x NumPy",
                     ok=own <= 2 * numpy)  # fmt: skip

    def layers(self) -> None:
        self.head("Norms, attention, recurrent layers  f32, one thread")
        rng = np.random.default_rng(0)

        def pair(*shape):
            array = rng.uniform(-1, 1, shape).astype(np.float32)
            return lg.asarray(array), torch and torch.from_numpy(array)

        functional = torch and torch.nn.functional
        (x, x_torch), (w, w_torch) = pair(256, 1024), pair(1024)
        rows = [
            ("layer_norm (256, 1024)", lambda: lg.layer_norm(x, w, w),
             lambda: functional.layer_norm(x_torch, (1024,), w_torch, w_torch), 1.0),
            ("rms_norm (256, 1024)", lambda: lg.rms_norm(x, w),
             lambda: functional.rms_norm(x_torch, (1024,), w_torch, 1e-5), 1.0),
        ]  # fmt: skip
        for shape in ((1, 12, 128, 64), (1, 8, 1024, 64)):
            ours, theirs = zip(*(pair(*shape) for _ in range(3)), strict=True)
            rows.append((
                f"scaled_dot_product_attention {shape}",
                lambda ours=ours: lg.scaled_dot_product_attention(*ours),
                lambda theirs=theirs: functional.scaled_dot_product_attention(*theirs), 1.0,
            ))  # fmt: skip
        for title, own, pytorch, most in rows:
            own_us, torch_us = (t and t / 1e3 for t in self.medians([own, torch and pytorch]))
            self.row(title, own_us, None, torch_us, unit="us",
                     target=f"<= {most:.2f} x PyTorch" if torch else "",
                     ok=own_us <= most * torch_us if torch else None)  # fmt: skip
        # As ONNX lays weights out, [1, 4 * 128, 128]: 512 KB that a step reads once. A stream steps on and on
        # and finds them in the cache; a step now and then does not.
        (step, step_torch), (bias, _) = pair(1, 1, 128), pair(1, 1024)
        weights = [pair(1, 512, 128)[0] for _ in range(2)]
        theirs = torch and torch.nn.LSTM(128, 128)
        sides = [lambda: lg.lstm(step, *weights, bias), torch and (lambda: theirs(step_torch))]
        own, other = (self.medians([side])[0] if side else None for side in sides)
        self.row("lstm, step after step, 128 -> 128, batch 1", own / 1e3, None, other and other / 1e3,
                 unit="us", target="<= 15 us", ok=own <= 15_000)  # fmt: skip
        own, other = self.cold(sides)
        self.row("lstm, one step with cold caches", own / 1e3, None, other and other / 1e3, unit="us",
                 target="<= PyTorch" if other else "", ok=own <= other if other else None)  # fmt: skip

    def cold(self, sides) -> list[float | None]:
        """Median nanoseconds of one call of each side, after 8 MB have gone through the caches."""
        times: list[list[int]] = [[] for _ in sides]
        for _ in range(2 * self.rounds):
            for side, spent in zip(sides, times, strict=True):
                if side:
                    np.copyto(NAMES["r"], NAMES["x"])
                    start = time.perf_counter_ns()
                    side()
                    spent.append(time.perf_counter_ns() - start)
        return [statistics.median(spent) if spent else None for spent in times]

    def recorded(self) -> None:
        self.head("Recorded programs")
        lengths = (30, 300)

        def contenders(length):
            run = lg.runner(lambda s: chain(lg.add, lg.mul, lg.tanh, s, NAMES["t_lg"], length), "f32[64]")
            yield lambda: run(NAMES["s_lg"])
            yield lambda: chain(np.add, np.multiply, np.tanh, NAMES["s"], NAMES["t"], length)
            if torch:
                yield lambda: chain(
                    torch.add, torch.mul, torch.tanh, NAMES["s_torch"], NAMES["t_torch"], length
                )

        times = self.medians([*contenders(lengths[0]), *contenders(lengths[1])])
        half = len(times) // 2
        per_op = [
            (b - a) / (lengths[1] - lengths[0]) for a, b in zip(times[:half], times[half:], strict=True)
        ]
        self.row("op in a chain of add, mul, tanh  f32[64]", *per_op, note="300 ops less 30 ops, by 270")
        self.row("call of that chain, beside its ops", times[0] - lengths[0] * per_op[0])
        single = lg.runner(lg.relu, "f32[16]")
        self.row("call of one relu  f32[16]", *self.medians([lambda: single(NAMES["a_lg"])]))
        programs = {ops: chain_program(ops) for ops in (1000, 10_000, 100_000)}
        ms = {ops: best_ms(partial(lg.runner, program)) for ops, program in programs.items()}
        self.row("plan of a chain of 1,000 ops", ms[1000], unit="ms", target="<= 50 ms", ok=ms[1000] <= 50)
        self.row("plan of a chain of 100,000 ops", ms[100_000], unit="ms")
        ratio = ms[100_000] / ms[10_000]
        self.row("the same by that of 10,000", ratio, unit="x", target="<= 15 x", ok=ratio <= 15)

    def models(self) -> None:
        """Whole networks beside ONNX Runtime, in turn; medians of the ratios of neighbours."""
        print(f"\nmodels\n{'':42}{'legato':>14}{'ONNX Runtime':>14}{'ratio':>7}   target")
        for title, (make, most) in NETWORKS.items():
            net, program = make()
            given, theirs = net.arguments(), onnx_session(net.model())
            run = lg.runner(program)
            sides = [partial(run, **given), partial(theirs.run, None, given) if theirs else None]
            own, other = self.pairs(sides)
            ratio = statistics.median(a / b for a, b in zip(own, other, strict=True)) if other else None
            mine, peer = statistics.median(own), statistics.median(other) if other else None
            right = f"{peer / 1e3:>11.1f} us{ratio:>7.2f}" if other else f"{'not measured':>21}"
            verdict = "" if ratio is None else "  ok" if ratio <= most else "  MISS"
            print(f"  {title:40}{mine / 1e3:>11.1f} us{right}   at most {most}{verdict}", flush=True)
            self.rows.append(
                {"row": title, "legato": mine, "numpy": None, "pytorch": None, "onnxruntime": peer,
                 "unit": "ns", "target": f"at most {most}", "ok": None if ratio is None else ratio <= most,
                 "note": "" if ratio is None else f"ONNX Runtime x {ratio:.2f}"}
            )  # fmt: skip

    def pairs(self, sides) -> tuple[list[float], list[float]]:
        """Nanoseconds of both sides, round after round; none for a side that is not there."""
        found: tuple[list[float], list[float]] = ([], [])
        for side in sides:
            if side:
                side()
        end = time.perf_counter() + (0.5 if self.rounds < 100 else 4.0)
        while time.perf_counter() < end or len(found[0]) < 5:
            for side, times in zip(sides, found, strict=True):
                if side:
                    start = time.perf_counter_ns()
                    side()
                    times.append(time.perf_counter_ns() - start)
        return found

    def imports(self) -> None:
        self.head("Start")
        code = (
            "import time, numpy; t = time.perf_counter_ns(); import legato; print(time.perf_counter_ns() - t)"
        )
        command = [sys.executable, "-c", code]
        times = [int(subprocess.check_output(command)) for _ in range(max(5, self.rounds // 7))]
        own = statistics.median(times) / 1e6
        self.row("import legato, over import numpy", own, unit="ms", target="<= 20 ms", ok=own <= 20)

    def files(self) -> None:
        self.head("Files and calls from C")
        if not shutil.which("cc"):
            print("  not measured: there is no C compiler (cc)")
            return
        with tempfile.TemporaryDirectory() as folder:
            for title, own, unit, most, note in files.measure(Path(folder), max(11, self.rounds // 3)):
                self.row(title, own, unit=unit, target=f"<= {most:.3g} {unit}", ok=own <= most, note=note)

    def lanes(self) -> None:
        self.head("Lanes from C, two threads on two cores, best of many batches")
        if not shutil.which("cc"):
            print("  not measured: there is no C compiler (cc)")
            return
        with tempfile.TemporaryDirectory() as folder:
            for title, own, unit, target, ok, note in lanes.measure(Path(folder), max(3, self.rounds // 15)):
                self.row(title, own, unit=unit, target=target, ok=ok, note=note)

    def calls(self) -> None:
        self.head("Calls in flight, deadlines and units, from C")
        if not shutil.which("cc"):
            print("  not measured: there is no C compiler (cc)")
            return
        with tempfile.TemporaryDirectory() as folder:
            for title, own, unit, target, ok, note in calls.measure(Path(folder), max(3, self.rounds // 15)):
                self.row(title, own, unit=unit, target=target, ok=ok, note=note)

    def hooks(self) -> None:
        self.head("Hooks in Python, in a run of 100 ops")
        x = lg.tensor(np.ones(1, np.float32))
        plain, watched = (files.line(100, executor) for executor in (None, Watch()))
        without, own = (t / 100 for t in self.medians([lambda: plain(x), lambda: watched(x)]))
        own -= without
        self.row("@lg.dynamic before, per op", own, target="<= 120 ns", ok=own <= 120)

    def rate(self) -> None:
        self.head("A serial model of 100 us, 50 times a second, from C")
        if not shutil.which("cc"):
            print("  not measured: there is no C compiler (cc)")
            return
        with tempfile.TemporaryDirectory() as folder:
            for title, own, unit, target, ok, note in rate.measure(
                Path(folder), 2 if self.rounds < 50 else 10
            ):
                self.row(title, own, unit=unit, target=target, ok=ok, note=note)

    def branches(self) -> None:
        self.head("Several things at the same time")
        for title, own, unit, target, ok, note in branches.measure(max(2, self.rounds // 15)):
            self.row(title, own, unit=unit, target=target, ok=ok, note=note)

    def build(self) -> None:
        self.head("Build")
        with tempfile.TemporaryDirectory() as folder:
            copy, wheels = Path(folder) / "tree", Path(folder) / "wheels"
            skip = shutil.ignore_patterns(
                ".git", ".venv", "build", "*.so", "*.a", "__pycache__", "env", "results", "html"
            )
            shutil.copytree(ROOT, copy, ignore=skip)
            command = [
                sys.executable,
                "-m",
                "pip",
                "wheel",
                "-q",
                "--no-deps",
                "--no-build-isolation",
                "-w",
                wheels,
                copy,
            ]
            start = time.perf_counter()
            subprocess.run(command, check=True)
            seconds = time.perf_counter() - start
            size = next(wheels.glob("*.whl")).stat().st_size / 1e6
        jobs = os.environ.get("LG_JOBS", "2")
        self.row(f"clean build, LG_JOBS={jobs}", seconds, unit="s", target="<= 180 s", ok=seconds <= 180)
        self.row("wheel", size, unit="MB", target="<= 5 MB", ok=size <= 5)


def best_ms(body) -> float:
    """Return the least milliseconds of five tries."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        body()
        times.append((time.perf_counter() - start) * 1e3)
    return min(times)


def onnx_session(model):
    """Return a session of one thread; None where ONNX Runtime, or the model, is not there."""
    try:
        import onnxruntime
    except ImportError:
        return None
    if model is None:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def fma_peak():
    """A callable that keeps one core's multiply-add units busy, and the operations it does."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "fma_peak.so"
        cc = shlex.split(os.environ.get("CC", "cc"))
        flags = ["-O2", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC"]
        subprocess.run([*cc, *flags, str(ROOT / "asv_bench/fma_peak.c"), "-o", str(library)], check=True)
        function = ctypes.CDLL(str(library)).lg_fma_peak
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_long, ctypes.c_void_p]
    sink = (ctypes.c_float * 2)(0.5, 0.25)
    rounds = 100_000
    return (lambda: function(rounds, sink)), function(rounds, sink)


README_HEAD = """\
`make bench` on {date}: {machine}; Python {python}, NumPy {numpy}, legato {legato}.
Medians of {rounds} rounds, one thread, each row measured in turn with its rival. Other machines give other
numbers.

| | legato | NumPy | ratio | target | met | |
| --- | --- | --- | --- | --- | --- | --- |
"""


def write_readme(about: dict, rows: list[dict]) -> None:
    """Put the numbers between the marks of the pages."""

    def cell(value, unit):
        return "" if value is None else f"{value:.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"

    text = README_HEAD.format(**about)
    for row in rows:
        cells = [row["row"], *(cell(row[who], row["unit"]) for who in ("legato", "numpy"))]
        cells += [f"{row['legato'] / row['numpy']:.2f}" if row["numpy"] else "", row["target"]]
        cells += [{None: "", True: "yes", False: "no"}[row["ok"]], row["note"]]
        text += re.sub(" +", " ", f"| {' | '.join(cells)} |\n")
    fill("speed", text)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds")
    parser.add_argument("--build", action="store_true", help="also build a wheel from scratch")
    parser.add_argument("--json", metavar="FILE", help="write the numbers there too")
    parser.add_argument("--readme", action="store_true", help="put the numbers into the pages")
    options = parser.parse_args()
    bench = Bench(options.quick)
    about = {
        "date": today(), "machine": machine(), "python": platform.python_version(),
        "legato": f"{lg.__version__} ({lg.isa()})", "numpy": np.__version__,
        "pytorch": torch.__version__ if torch else "not installed", "rounds": bench.rounds,
    }  # fmt: skip
    print("\n".join(f"{key:8} {value}" for key, value in about.items()))
    if torch:
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
    with threadpoolctl.threadpool_limits(1):
        bench.small()
        bench.kinds()
        bench.large()
        bench.reductions()
        bench.arithmetic()
        bench.layers()
        bench.integers()
        bench.signals()
        bench.recorded()
        bench.models()
    bench.files()
    bench.lanes()
    bench.calls()
    bench.hooks()
    bench.rate()
    bench.branches()
    bench.imports()
    if options.build:
        bench.build()
    judged = [row["ok"] for row in bench.rows if row["ok"] is not None]
    print(f"\n{sum(judged)} of {len(judged)} targets met")
    if options.json:
        Path(options.json).write_text(json.dumps({"about": about, "rows": bench.rows}, indent=1) + "\n")
    if options.readme:
        write_readme(about, bench.rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
