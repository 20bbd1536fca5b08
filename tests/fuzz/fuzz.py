# SPDX-License-Identifier: Apache-2.0
"""``make fuzz``: opens mutated files by the million, under AddressSanitizer and UBSan.

    make fuzz ARGS="--runs 1000000 --seed 3"
    make fuzz ARGS="--libfuzzer --runs 1000000"    guided by coverage; needs clang with its fuzzer runtime
    make fuzz ARGS="--corpus"                      writes the corpus anew
    make fuzz ARGS="FILE..."                       tries files, of a crash for instance

The engine is built apart, in build/asan. Files that crash are kept as build/asan/fuzz-input.legato.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = ROOT / "tests/fuzz"
CORPUS = HERE / "corpus"
sys.path.insert(0, str(ROOT / "tests"))


def build(folder: Path) -> Path:
    """Build the driver with the library of the configuration that LG_SANITIZE says."""
    import support

    command = [
        *os.environ.get("CC", "cc").split(),
        "-std=c11",
        "-D_GNU_SOURCE",
        "-O1",
        "-g",
        *support.WARNINGS,
    ]
    program = folder / "fuzz_file"
    support.run(
        [*command, *support.WARNINGS, *support.SANITIZE_FLAGS, f"-I{ROOT / 'include'}", HERE / "fuzz_file.c",
         HERE / "driver.c", support.BUILD / "liblegato.a", *support.LIBS, "-o", program]
    )  # fmt: skip
    return program


def libfuzzer(runs: int, seed: int) -> int:
    """Run clang's fuzzer on a copy of the corpus, which it adds to."""
    clang = next(filter(None, map(shutil.which, ("clang", "clang-18", "clang-16", "clang-14"))), None)
    if clang is None:
        print("--libfuzzer needs clang; without it the driver of the tests runs")
        return 2
    folder = ROOT / "build/asan"
    flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"]
    sources = sorted([*(ROOT / "runtime/engine").rglob("*.c"), *(ROOT / "kernels/cpu").rglob("*.c")])
    includes = [f"-I{ROOT / path}" for path in ("include", "runtime/engine", "kernels/cpu")]
    objects = folder / "libfuzzer"
    objects.mkdir(parents=True, exist_ok=True)
    for source in sources:
        target = objects / ("_".join(source.relative_to(ROOT).parts) + ".o")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            command = [clang, "-std=c11", "-O1", "-fno-math-errno", "-ffp-contract=off", "-pthread", *flags]
            command += ["-fsanitize=fuzzer-no-link", *includes, "-c", source, "-o", target]
            subprocess.run(command, check=True)
    program, corpus = objects / "fuzz_file", objects / "corpus"
    subprocess.run(
        [clang, "-std=c11", "-O1", "-DLG_LIBFUZZER", *flags, "-fsanitize=fuzzer", includes[0],
         HERE / "fuzz_file.c", *sorted(objects.glob("*.o")), "-lm", "-lpthread", "-ldl", "-o", program],
        check=True,
    )  # fmt: skip
    shutil.copytree(CORPUS, corpus, dirs_exist_ok=True)
    return subprocess.run(
        [program, corpus, f"-runs={runs}", f"-seed={seed}", "-max_len=65536", "-timeout=20"],
        cwd=folder,
    ).returncode


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--libfuzzer", action="store_true")
    parser.add_argument("--corpus", action="store_true")
    options = parser.parse_args()
    if options.corpus:
        import corpus

        return corpus.write(CORPUS)
    if options.libfuzzer:
        return libfuzzer(options.runs, options.seed)
    os.environ["LG_SANITIZE"] = "address"
    os.environ["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    os.environ["ASAN_OPTIONS"] = "detect_leaks=1:detect_stack_use_after_return=1"
    subprocess.run([sys.executable, "setup.py", "-q", "build_engine"], cwd=ROOT, check=True)
    folder = ROOT / "build/asan"
    program = build(folder)
    files = options.files or sorted(CORPUS.iterdir())
    runs = 0 if options.files else options.runs
    start = time.monotonic()
    environment = {**os.environ, "FUZZ_INPUT": str(folder / "fuzz-input.legato")}
    code = subprocess.run([program, str(runs), str(options.seed), *files], env=environment).returncode
    verdict = "clean" if code == 0 else f"failed ({code})"
    print(f"{verdict} after {time.monotonic() - start:.0f} s, seed {options.seed}")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
