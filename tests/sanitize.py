# SPDX-License-Identifier: Apache-2.0
"""``make asan`` and ``make tsan``: builds with a sanitizer and runs the tests that say something under it.

address: AddressSanitizer and UBSan; the C tests, then pytest with the runtime preloaded and the sanitised
         package in place of the checkout's.
thread:  ThreadSanitizer; the C tests of the engine.
Further arguments go to pytest.
"""

import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
# Suites that exercise the engine through Python. The rest tests form, packaging, or is too slow here.
PYTEST = ["tests/python", "tests/ops", "tests/kernels", "tests/conformance", "tests/golden", "tests/fuzz"]


def runtime(name: str) -> str:
    """Path of a sanitizer's runtime library."""
    cc = shlex.split(os.environ.get("CC", "cc"))
    return subprocess.run([*cc, f"-print-file-name={name}"], capture_output=True, text=True).stdout.strip()


def fixed_addresses(command: list[str]) -> list[str]:
    """`command` without address randomisation, of which old sanitizers tolerate less than new kernels do."""
    setarch = shutil.which("setarch")
    if (
        setarch
        and subprocess.run([setarch, platform.machine(), "-R", "true"], capture_output=True).returncode == 0
    ):
        return [setarch, platform.machine(), "-R", *command]
    return command


def main() -> int:
    kind, *rest = sys.argv[1:]
    os.chdir(ROOT)
    os.environ["LG_SANITIZE"] = kind
    os.environ["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    os.environ["TSAN_OPTIONS"] = "halt_on_error=1:second_deadlock_stack=1:die_after_fork=0"
    # CPython gives back less than it takes: leaks count in the C tests only.
    os.environ["ASAN_OPTIONS"] = "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
    import support  # reads LG_SANITIZE

    build = [sys.executable, "setup.py", "-q", "build"]
    if kind == "thread":
        build = [sys.executable, "setup.py", "-q", "build_engine"]
    subprocess.run(build, check=True)
    pytest = [sys.executable, "-m", "pytest", "-q"]
    suite = [str(path) for path in support.sources_of_c_tests()]
    if kind == "thread":  # kernels know no threads, and take long here
        suite = [path for path in suite if "/kernels/" not in path]
    code = subprocess.run(fixed_addresses([*pytest, *suite])).returncode
    if code or kind == "thread":
        return code

    (package,) = support.BUILD.glob("lib.*")
    environment = {
        **os.environ,
        "PYTHONPATH": str(package),
        "LD_PRELOAD": f"{runtime('libasan.so')} {runtime('libubsan.so')}",
        "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=1:allocator_may_return_null=1",
        "PYTHONMALLOC": "malloc",  # so that the sanitizer sees Python's own blocks
    }
    where = "import legato, pathlib; print(pathlib.Path(legato.__file__).parent)"
    found = subprocess.run([sys.executable, "-c", where], env=environment, capture_output=True, text=True)
    if Path(found.stdout.strip()) != package / "legato":
        print(f"the sanitised package was not imported:\n{found.stdout}{found.stderr}")
        return 1
    # --capture=sys leaves file descriptor 2 alone: a sanitizer's last words must not drown with the process.
    suites = [suite for suite in PYTEST if any((ROOT / suite).rglob("test_*.py"))]
    return subprocess.run(
        [*pytest, "--capture=sys", "-m", "not slow and not full", *(rest or suites)], env=environment
    ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
