# SPDX-License-Identifier: Apache-2.0
"""Builds liblegato (C11) and the Cython core that links it.

``pip install -e . --no-build-isolation`` for a checkout, ``python setup.py build_ext --inplace`` afterwards;
objects stay in ``build/<config>`` and only what changed is compiled again. Environment:

LG_DEBUG=1                 assertions, bounds checks in Cython, -O0
LG_SANITIZE=address|thread objects and modules with ASan+UBSan or TSan, in a build folder of their own
LG_WERROR=1                warnings are errors
LG_TARGET=<triple>         build_engine only: cross-compile liblegato.a with zig (ziglang of PyPI)
LG_JOBS=n                  compiler processes at once (default 2)
CC, AR, CFLAGS, LDFLAGS    as usual
"""

import contextlib
import fcntl
import multiprocessing
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from Cython.Build import cythonize
from Cython.Compiler.Version import version as cython_version
from setuptools import Command, Distribution, Extension, setup
from setuptools.command.build_ext import build_ext

os.chdir(Path(__file__).resolve().parent)

DEBUG = os.environ.get("LG_DEBUG", "0") not in ("", "0")
SANITIZE = os.environ.get("LG_SANITIZE", "")
JOBS = max(1, int(os.environ.get("LG_JOBS", "2")))
TARGET = os.environ.get("LG_TARGET", "")
CONFIG = TARGET or {"": "debug" if DEBUG else "release", "address": "asan", "thread": "tsan"}[SANITIZE]
BUILD = Path("build") / CONFIG

# clang's note that a loop was not vectorised says nothing about the code's meaning.
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes", "-Wno-pass-failed"]
C_FLAGS = ["-std=c11", "-fvisibility=hidden", "-fno-math-errno", "-ffp-contract=off", *WARNINGS]
if TARGET.startswith("wasm"):
    C_FLAGS += ["-msimd128"]  # the scalar kernels gain by auto-vectorisation
else:
    C_FLAGS += ["-fPIC", "-fno-semantic-interposition", "-pthread"]
if not DEBUG and not SANITIZE:
    # Nothing is ever unwound through C functions of ours; the tables would be 8 % of the library. Debuggers
    # and profilers find frames in debug builds.
    C_FLAGS += ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables"]
SANITIZE_FLAGS = {
    "": [],
    "address": ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    "thread": ["-fsanitize=thread"],
}[SANITIZE]
if SANITIZE:
    SANITIZE_FLAGS += ["-g", "-fno-omit-frame-pointer"]
if DEBUG or SANITIZE:
    C_FLAGS += ["-DLG_DEBUG=1", "-g"]
if os.environ.get("LG_WERROR", "0") not in ("", "0"):
    C_FLAGS += ["-Werror"]

# The default tuning clears and copies a tensor's 160 bytes by `rep stos`, whose start-up costs 10 ns of an
# eager op's 70. Tuning chooses among the same instructions.
TUNE = ["-mtune=skylake"] if platform.machine() in ("x86_64", "AMD64") and not TARGET else []


def is_gcc() -> bool:
    """Whether the C compiler is GCC, which says so; clang and zig say otherwise."""
    command = [*shlex.split(os.environ.get("CC", "cc")), "--version"]
    return (
        not TARGET
        and "Free Software Foundation" in subprocess.run(command, capture_output=True, text=True).stdout
    )


# Kernels at -O2 with the loops vectorised: -O3 makes them half as large again and not faster, where loops
# that must become straight code say so (LG_UNROLL). GCC vectorises the rest of a vectorised loop once more,
# at 7 % of the library's size.
KERNEL_FLAGS = ["-O2", "-ftree-vectorize"]
if is_gcc():
    KERNEL_FLAGS += ["-fvect-cost-model=dynamic", "--param", "vect-epilogues-nomask=0"]

# Where a jump lands is not aligned, only where loops begin: 2 % of the library.
ALIGN = ["-falign-jumps=1", "-falign-labels=1"] if is_gcc() else []

# Folder of sources, or one of them -> include paths and optimisation, the longest prefix counts. A new .c
# file needs no edit here. What runs once per program is compiled for size; plans are not: 1000 ops 0.22 ms,
# not 0.35.
ENGINE = ["-Iinclude", "-Iruntime/engine", *TUNE, *ALIGN]
COLD = ("program", "file", "device", "signal", "trace", "plan/block.c", "plan/price.c", "plan/region.c",
        "plan/report.c", "plan/row.c", "plan/rule.c", "run/choice.c", "run/context.c", "run/flow.c",
        "run/flow_call.c", "run/model.c", "run/part.c", "run/traced.c", "base/machine.c",
        "op/infer_vision.c", "op/infer_signal.c", "op/infer_window.c", "plan/strand.c", "plan/wide.c",
        "base/text.c", "base/port_share.c", "base/port_quota.c",
        "lane/role.c", "op/infer_recurrent.c", "op/infer_attention.c", "op/infer_quant.c",
        "op/infer_fused.c", "op/infer_norm.c", "op/infer_indexing.c", "pass/recognize_attention.c",
        "pass/integer.c", "pass/scale.c", "plan/hook.c", "lane/guest.c", "plan/hold.c", "unit/clerk.c",
        "unit/name.c", "unit/system.c", "lane/visit.c", "lane/pool.c", "lane/token.c")  # fmt: skip
PARTS = {
    "runtime/engine": [*ENGINE, "-O2"],
    **{f"runtime/engine/{folder}": [*ENGINE, "-Os"] for folder in COLD},
    "kernels/cpu": ["-Iinclude", "-Ikernels/cpu", *KERNEL_FLAGS, *ALIGN],
}
HEADERS = sorted(Path("include/legato").glob("*.h"))
INTERNAL_HEADERS = sorted(Path("runtime/engine").rglob("*.h"))


def version() -> str:
    return re.search(r'#define LG_VERSION_STRING "([^"]+)"', Path("include/legato/base.h").read_text())[1]


def newer(target: Path, sources) -> bool:
    """Whether `target` exists and is at least as new as all `sources`."""
    try:
        stamp = target.stat().st_mtime_ns
        return all(Path(source).stat().st_mtime_ns <= stamp for source in sources)
    except FileNotFoundError:
        return False


def write_if_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def relocation_flags(cc: list[str]) -> list[str]:
    """What packs the relocations of the kernel tables, a tenth of the library, where that can be loaded.

    Since glibc 2.36 and binutils 2.38; a library for older systems is linked with
    ``LDFLAGS=-Wl,-z,nopack-relative-relocs``.
    """
    name, _, number = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    if name != "glibc" or tuple(map(int, number.split("."))) < (2, 36):
        return []
    flag = "-Wl,-z,pack-relative-relocs"
    command = [*cc, flag, "-Wl,--fatal-warnings", "-shared", "-x", "c", os.devnull, "-o", os.devnull]
    return [flag] if subprocess.run(command, capture_output=True).returncode == 0 else []


def run(command: list) -> None:
    """Runs a compiler or linker, whose own messages say enough when it fails."""
    if code := subprocess.run(command).returncode:
        raise SystemExit(f"failed ({code}): {shlex.join(map(str, command))}")


class Engine:
    """Compiles the C sources into build/<config>/liblegato.{so,a}."""

    zig = [sys.executable, "-m", "ziglang"]
    cc = [*zig, "cc", "-target", TARGET] if TARGET else shlex.split(os.environ.get("CC", "cc"))
    ar = [*zig, "ar"] if TARGET else shlex.split(os.environ.get("AR", "ar"))
    user_c = shlex.split(os.environ.get("CFLAGS", ""))
    user_ld = shlex.split(os.environ.get("LDFLAGS", ""))

    def compile(self, source: Path, flags: list[str]) -> Path:
        target = BUILD / "obj" / source.with_suffix(".o")
        level = ["-O0"] if DEBUG else ["-O1"] if SANITIZE else []
        command = [*self.cc, *C_FLAGS, *flags, *level, *SANITIZE_FLAGS, *self.user_c]
        depfile, stamp = target.with_suffix(".d"), target.with_suffix(".cmd")
        line = shlex.join(command)
        if depfile.exists() and stamp.exists() and stamp.read_text() == line:
            # "target: a.c b.h \<newline> c.h", blanks in names escaped; see gcc -MMD.
            names = depfile.read_text().replace("\\\n", " ").split(":", 1)[1]
            if newer(target, shlex.split(names)):
                return target
        target.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        print(f"cc {source}", flush=True)
        begin = time.time_ns()
        run([*command, "-MMD", "-MF", depfile, "-c", source, "-o", target])
        os.utime(target, ns=(begin, begin))  # what is edited while the compiler runs counts as newer
        stamp.write_text(line)
        return target

    def build(self) -> list[Path]:
        flags = {path: flags for root, flags in PARTS.items()
                 for path in ([Path(root)] if root.endswith(".c") else Path(root).rglob("*.c"))}  # fmt: skip
        sources = sorted(flags.items())
        with ThreadPoolExecutor(JOBS) as pool:
            objects = list(pool.map(lambda item: self.compile(*item), sources))
        shared, static, listed = BUILD / "liblegato.so", BUILD / "liblegato.a", BUILD / "objects.txt"
        write_if_changed(
            listed, "\n".join([*map(str, objects), shlex.join([*SANITIZE_FLAGS, *self.user_ld])])
        )
        if not TARGET and not newer(shared, [*objects, listed]):
            link = [
                *self.cc,
                "-shared",
                "-Wl,-soname,liblegato.so",
                "-Wl,--as-needed",
                "-Wl,-Bsymbolic-functions",
            ]
            link += relocation_flags(self.cc)
            # A sanitised library finds the runtime's symbols in the process that loads it.
            link += SANITIZE_FLAGS or ["-Wl,-z,defs"]
            link += ["-Wl,-z,relro", "-Wl,-z,now", *self.user_ld, *objects, "-lm", "-lpthread", "-ldl"]
            self.replace(link, shared, [] if DEBUG or SANITIZE else ["-s"])
        if not newer(static, [*objects, listed]):
            static.unlink(missing_ok=True)
            run([*self.ar, "rcs", static, *objects])
        return [shared, static]

    def replace(self, link, target: Path, extra: list[str]) -> None:
        # Renamed over the old file: processes that have it mapped keep theirs.
        fresh = target.with_suffix(".new")
        run([*link, *extra, "-o", fresh])
        os.replace(fresh, target)


def stage(package: Path, libraries: list[Path]) -> None:
    """Puts headers, libraries and their pkg-config and CMake descriptions below the package."""

    def copy(source: Path, target: Path) -> None:
        if not newer(target, [source]):
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(target.name + ".new")
            shutil.copyfile(source, fresh)
            os.replace(fresh, target)

    include, lib = package / "include", package / "lib"
    for header in HEADERS:
        copy(header, include / "legato" / header.name)
    for stale in set((include / "legato").glob("*.h")) - {include / "legato" / h.name for h in HEADERS}:
        stale.unlink()
    for library in libraries:
        copy(library, lib / library.name)
    for template, target in {
        "legato.pc.in": lib / "pkgconfig/legato.pc",
        "legato-config.cmake.in": lib / "cmake/legato/legato-config.cmake",
        "legato-config-version.cmake.in": lib / "cmake/legato/legato-config-version.cmake",
    }.items():
        write_if_changed(
            target, (Path("runtime/package") / template).read_text().replace("@VERSION@", version())
        )


@contextlib.contextmanager
def build_lock():
    """Two builds at once in one checkout wait for each other."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with open("build/.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class BuildExt(build_ext):
    """build_ext that builds the engine first and links the modules to the library beside them."""

    def run(self) -> None:
        libraries = Engine().build()
        self.prune()
        stage(Path("runtime" if self.inplace else self.build_lib) / "legato", libraries)
        self.parallel = self.parallel or JOBS
        super().run()

    def prune(self) -> None:
        """Removes what earlier builds left of files that are gone, lest it travels with a wheel."""
        wanted = set(map(self.get_ext_filename, (module.name for module in self.extensions)))
        for root in (Path(self.build_lib), Path("runtime")):
            for path in (root / "legato").rglob("*" + sysconfig.get_config_var("EXT_SUFFIX")):
                if str(path.relative_to(root)) not in wanted:
                    path.unlink()
        for path in (Path(self.build_lib) / "legato").rglob("*.p[yx]*"):
            if not ("runtime" / path.relative_to(self.build_lib)).exists():
                path.unlink()

    def build_extensions(self) -> None:
        # Some Pythons put their own library folder into the run path, before ours.
        self.compiler.linker_so = [
            a for a in self.compiler.linker_so if not a.startswith(("-Wl,-rpath", "-L"))
        ]
        super().build_extensions()


class BuildEngine(Command):
    """The engine alone, for C programs and their tests: build/<config>/liblegato.{so,a}."""

    description = "compile the C library without the Python modules"
    user_options: list = []

    def initialize_options(self) -> None:
        pass

    def finalize_options(self) -> None:
        pass

    def run(self) -> None:
        Engine().build()


def extensions() -> list[Extension]:
    if not {"build", "build_ext", "bdist_wheel", "editable_wheel", "install", "develop"} & set(sys.argv):
        return []  # metadata and sdist need no C
    sources = sorted(Path("runtime/legato").rglob("*.pyx"))
    level = "-O0" if DEBUG else "-O1" if SANITIZE else "-O2"
    flags = [level, "-fno-plt", "-fvisibility=hidden", "-fno-math-errno", "-ffp-contract=off"]
    flags += ["-Wno-unused-function", "-Wno-sign-compare", *(SANITIZE_FLAGS or ["-g" if DEBUG else "-g0"])]
    flags += TUNE
    modules = [
        Extension(
            ".".join(path.relative_to("runtime").with_suffix("").parts),
            [str(path)],
            include_dirs=["include", "runtime/engine"],
            library_dirs=[str(BUILD)],
            libraries=["legato"],
            runtime_library_dirs=["$ORIGIN/" + "../" * (len(path.parts) - 3) + "lib"],
            extra_compile_args=flags,
            extra_link_args=["-Wl,-z,relro", "-Wl,-z,now", *SANITIZE_FLAGS],
        )
        for path in sources
    ]
    directives = {
        "language_level": 3,
        "boundscheck": DEBUG,
        "wraparound": DEBUG,
        "cdivision": not DEBUG,
        "initializedcheck": DEBUG,
        "embedsignature": True,
        "embedsignature.format": "clinic",  # inspect.signature works, docstrings stay clean
        "binding": False,  # builtin functions: half the call cost of Cython's own function type
        "freethreading_compatible": True,
    }
    folder = f"build/cython/{'debug' if DEBUG else 'release'}-{cython_version}"
    modules = cythonize(
        modules,
        include_path=["runtime"],
        build_dir=folder,
        compiler_directives=directives,
        depfile=True,
        # Its processes must not run this file anew, as those that are not forked would.
        nthreads=JOBS if multiprocessing.get_start_method() == "fork" else 0,
    )
    for module in modules:  # not before: cythonize copies what a module depends on
        module.depends += [str(header) for header in HEADERS + INTERNAL_HEADERS] + ["setup.py"]
    return modules


class BinaryDistribution(Distribution):
    """Tells that there are compiled modules also where they are not listed."""

    def has_ext_modules(self) -> bool:
        return True


with build_lock():
    setup(
        version=version(),
        ext_modules=extensions(),
        cmdclass={"build_ext": BuildExt, "build_engine": BuildEngine},
        distclass=BinaryDistribution,
        options={
            "build": {"build_base": str(BUILD)},
            "build_ext": {"build_temp": str(BUILD / "modules")},
            "egg_info": {"egg_base": "runtime"},
        },
        zip_safe=False,
    )
