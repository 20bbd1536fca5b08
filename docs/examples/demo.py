# SPDX-License-Identifier: Apache-2.0
"""Handwritten digits: a network fitted in NumPy, run by legato eagerly, recorded, from a file, and from C.

Needs scikit-learn (its data set comes with the package) and a C compiler. What is printed is measured here.
"""

import os
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import threadpoolctl
from sklearn.datasets import load_digits

import legato as lg

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / "build/demo"
SEED, HIDDEN, EPOCHS, BATCH, TEST_IMAGES, ROUNDS = 1, 128, 40, 64, 397, 15


def fit(x, labels):
    """Two layers by Adam (Kingma, Ba, Adam: A Method for Stochastic Optimization, 2015) on cross entropy."""
    rng = np.random.default_rng(SEED)
    w1, w2 = (rng.normal(0, np.sqrt(2 / i), (o, i)) for i, o in ((64, HIDDEN), (HIDDEN, 10)))
    parameters = [w1, np.zeros(HIDDEN), w2, np.zeros(10)]
    first, second = ([np.zeros_like(p) for p in parameters] for _ in range(2))
    steps = 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            rows = order[start : start + BATCH]
            w1, b1, w2, b2 = parameters
            hidden = np.maximum(x[rows] @ w1.T + b1, 0)
            logits = hidden @ w2.T + b2
            error = np.exp(logits - logits.max(1, keepdims=True))
            error /= error.sum(1, keepdims=True)
            error[np.arange(len(rows)), labels[rows]] -= 1
            error /= len(rows)
            back = (error @ w2) * (hidden > 0)
            gradients = [back.T @ x[rows], back.sum(0), error.T @ hidden, error.sum(0)]
            steps += 1
            for p, g, m, v in zip(parameters, gradients, first, second, strict=True):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                p -= 1e-3 * (m / (1 - 0.9**steps)) / (np.sqrt(v / (1 - 0.999**steps)) + 1e-8)
    return [p.astype(np.float32) for p in parameters]


def build_c_program():
    program = FOLDER / "digits"
    flags = subprocess.run(
        [sys.executable, "-m", "legato", "--cflags", "--libs"], check=True, capture_output=True, text=True
    ).stdout
    cc = shlex.split(os.environ.get("CC", "cc"))
    command = [*cc, "-O2", str(HERE / "c/digits.c"), *shlex.split(flags), "-o", str(program)]
    subprocess.run(command, check=True)
    return program


def run_c_program(program, model, images, results):
    """Run it with an empty environment; return its results and the nanoseconds per image that it prints."""
    command = [str(program), str(model), str(images), str(results)]
    printed = subprocess.run(command, env={}, check=True, capture_output=True, text=True).stdout
    return np.fromfile(results, np.float32).reshape(-1, 10), float(printed.split()[2])


def libraries_of(program):
    """The shared libraries that a program loads, as the loader lists them."""
    listed = subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True).stdout
    return [Path(line.split()[0]).name for line in listed.splitlines() if "vdso" not in line]


def seconds_per_image(function, images):
    start = time.perf_counter()
    for image in images:
        function(image)
    return (time.perf_counter() - start) / len(images)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = load_digits()
    order = np.random.default_rng(SEED).permutation(len(data.target))
    pixels, labels = (data.data[order] / 16).astype(np.float32), data.target[order]
    train, test = slice(TEST_IMAGES, None), slice(TEST_IMAGES)
    start = time.perf_counter()
    with threadpoolctl.threadpool_limits(1):  # the matrices are too small for more
        w1, b1, w2, b2 = fit(pixels[train], labels[train])
    print(f"fitted on {len(pixels[train])} images in NumPy: {time.perf_counter() - start:.1f} s")
    images = [image[None] for image in pixels[test]]

    # The same network twice: NumPy, and legato. NumPy is faster with the transposed weights copied.
    w1t, w2t = np.ascontiguousarray(w1.T), np.ascontiguousarray(w2.T)

    def numpy_net(x):
        return np.maximum(x @ w1t + b1, 0) @ w2t + b2

    tw1, tb1, tw2, tb2 = map(lg.tensor, (w1, b1, w2, b2))

    def net(x):
        return lg.linear(lg.relu(lg.linear(x, tw1, tb1)), tw2, tb2)

    run = lg.runner(net, "f32[1,64]")  # recorded and planned once
    print(f"\n{str(run.program).rstrip()}\n\n{run.plan()}\n")
    model, image_file, result_file = FOLDER / "digits.legato", FOLDER / "images.f32", FOLDER / "logits.f32"
    lg.save(model, run)
    loaded = lg.load(model)
    np.concatenate(images).tofile(image_file)
    program = build_c_program()
    print(f"saved {model.relative_to(HERE.parent.parent)}, {model.stat().st_size} bytes")
    needed = libraries_of(program)
    print(f"digits.c compiled and run with an empty environment; it loads {', '.join(needed)}")

    tensors = [lg.tensor(image) for image in images]
    results = {
        "NumPy": np.concatenate([numpy_net(x) for x in images]),
        "legato, eager": np.concatenate([net(x).numpy() for x in tensors]),
        "legato, recorded": np.concatenate([run(x).numpy() for x in tensors]),
        "legato, loaded": np.concatenate([loaded(x).numpy() for x in tensors]),
        "legato, from C": run_c_program(program, model, image_file, result_file)[0],
    }
    # One after the other in every round, so that what disturbs the machine disturbs all.
    times = {name: [] for name in results}
    with threadpoolctl.threadpool_limits(1):
        for _ in range(ROUNDS):
            times["NumPy"].append(seconds_per_image(numpy_net, images))
            times["legato, eager"].append(seconds_per_image(net, tensors))
            times["legato, recorded"].append(seconds_per_image(run, tensors))
            times["legato, loaded"].append(seconds_per_image(loaded.main, tensors))
            times["legato, from C"].append(run_c_program(program, model, image_file, result_file)[1] / 1e9)

    print(f"\n{len(images)} test images, one at a time, one thread, median of {ROUNDS} rounds")
    print(f"{'':18}{'correct':>9}{'us/image':>10}{'x NumPy':>9}  results")
    baseline = statistics.median(times["NumPy"])
    eager = results["legato, eager"]
    for name, logits in results.items():
        correct = (logits.argmax(1) == labels[test]).mean()
        median = statistics.median(times[name])
        if name == "NumPy":
            agreement = f"differ from eager by at most {np.abs(logits - eager).max():.1e}"
        else:
            agreement = "bit-equal to eager" if logits.tobytes() == eager.tobytes() else "DIFFER from eager"
        print(f"{name:18}{correct:9.1%}{median * 1e6:10.2f}{median / baseline:9.2f}  {agreement}")
    good = all(logits.tobytes() == eager.tobytes() for name, logits in results.items() if name != "NumPy")
    good &= np.allclose(results["NumPy"], eager, rtol=1e-4, atol=1e-4)
    good &= not any("python" in name for name in needed)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
