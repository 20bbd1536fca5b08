# SPDX-License-Identifier: Apache-2.0
"""C and C++17 programs built against the package's headers and libraries in every documented way."""

import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest

import legato as lg
import support

HERE = support.ROOT / "tests/abi"
PACKAGE = support.ROOT / "runtime/legato"
STRICT = ["-Wall", "-Wextra", "-Werror", "-pedantic"]

pytestmark = pytest.mark.skipif(bool(support.SANITIZE), reason="clients are built as users build them")


def library_version() -> str:
    return re.search(r'LG_VERSION_STRING "(.*)"', (PACKAGE / "include/legato/base.h").read_text())[1]


def check_client(program) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
    assert support.run([program], env=clean).stdout == f"{library_version()} f32[2,3] 75\n"


def flags(*options: str) -> list[str]:
    return shlex.split(support.run([sys.executable, "-m", "legato", *options]).stdout)


@pytest.mark.parametrize("static", [False, True], ids=["shared", "static"])
@pytest.mark.parametrize("compiler", support.compilers("c"))
def test_c_client(compiler, static, tmp_path):
    program = tmp_path / "client"
    options = flags("--cflags", "--libs", *["--static"] * static)
    support.run([compiler, "-std=c11", *STRICT, HERE / "client.c", *options, "-o", program])
    check_client(program)


@pytest.mark.parametrize("compiler", support.compilers("c++"))
def test_cxx_client(compiler, tmp_path):
    program = tmp_path / "client"
    support.run(
        [compiler, "-std=c++17", *STRICT, HERE / "client.cpp", *flags("--cflags", "--libs"), "-o", program]
    )
    check_client(program)


@pytest.mark.skipif(not shutil.which("pkg-config"), reason="pkg-config is not installed")
def test_pkg_config_client(tmp_path):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(PACKAGE / "lib/pkgconfig")}
    version = support.run(["pkg-config", "--modversion", "legato"], env=environment).stdout.strip()
    assert version == library_version()
    options = shlex.split(support.run(["pkg-config", "--cflags", "--libs", "legato"], env=environment).stdout)
    program = tmp_path / "client"
    run_path = f"-Wl,-rpath,{PACKAGE / 'lib'}"
    support.run([support.compilers()[0], "-std=c11", HERE / "client.c", *options, run_path, "-o", program])
    check_client(program)


@pytest.mark.skipif(not shutil.which("cmake"), reason="cmake is not installed")
def test_cmake_client(tmp_path):
    support.run(["cmake", "-S", HERE, "-B", tmp_path, f"-Dlegato_DIR={PACKAGE / 'lib/cmake/legato'}"])
    support.run(["cmake", "--build", tmp_path])
    check_client(tmp_path / "client_shared")
    check_client(tmp_path / "client_static")


def test_command_line_reports_the_library_version():
    assert flags("--version") == [library_version()]


# ---- the example, and the library in one file ---------------------------------------------------------

HELLO = support.ROOT / "docs/examples/c/hello.c"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A file, and the bytes of Python's answer to the inputs that hello.c makes."""
    rng = np.random.default_rng(3)
    sizes = (48, 33, 16, 10)
    weights = [lg.tensor(rng.standard_normal(shape, np.float32)) for shape in itertools.pairwise(sizes)]

    def net(x):
        for weight in weights:
            x = lg.tanh(lg.matmul(x, weight))
        return lg.softmax(x, axis=1)

    run = lg.runner(net, "f32[5,48]")
    path = tmp_path_factory.mktemp("model") / "net.legato"
    lg.save(path, run)
    x = (np.arange(5 * 48, dtype=np.float32) % 16 / 16).reshape(5, 48)
    return path, run(x).numpy().tobytes()


def check_hello(program, model) -> None:
    """Its output is Python's, bit for bit."""
    path, wanted = model
    clean = {name: value for name, value in os.environ.items() if name == "LG_CPU_MASK"}
    printed = support.run([program, path], env=clean).stdout.split()
    assert np.array(printed, np.float32).tobytes() == wanted


@pytest.mark.parametrize("compiler", support.compilers("c"))
def test_hello_as_c11(compiler, model, tmp_path):
    options = [*STRICT, "-std=c11", HELLO, *flags("--cflags", "--libs"), "-o", tmp_path / "hello"]
    support.run([compiler, *options])
    check_hello(tmp_path / "hello", model)
    wrong = subprocess.run([tmp_path / "hello", HELLO], capture_output=True, text=True)
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("FORMAT: ")


@pytest.mark.parametrize("compiler", support.compilers("c++"))
def test_hello_as_cxx17(compiler, model, tmp_path):
    options = [*STRICT, "-std=c++17", "-x", "c++", HELLO, "-x", "none", *flags("--cflags", "--libs")]
    support.run([compiler, *options, "-o", tmp_path / "hello"])
    check_hello(tmp_path / "hello", model)


@pytest.mark.slow
def test_amalgamation(model, tmp_path):
    """legato.c and legato.h alone make the library, with every public function and Python's results."""
    support.run([sys.executable, support.ROOT / "runtime/package/amalgamate.py", tmp_path])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["legato.c", "legato.h"]
    compiler = support.compilers()[0]
    engine = ["-std=c11", "-O1", "-ftree-vectorize", "-fno-math-errno", "-ffp-contract=off", "-Wall"]
    support.run([compiler, *engine, "-c", tmp_path / "legato.c", "-o", tmp_path / "legato.o"])
    text = HELLO.read_text().replace("<legato/legato.h>", '"legato.h"')
    (tmp_path / "hello.c").write_text(text)
    support.run(
        [
            compiler,
            "-std=c11",
            tmp_path / "hello.c",
            tmp_path / "legato.o",
            *support.LIBS,
            "-o",
            tmp_path / "hello",
        ]
    )
    check_hello(tmp_path / "hello", model)
    if shutil.which("nm"):
        lines = support.run(["nm", "-g", "--defined-only", tmp_path / "legato.o"]).stdout.splitlines()
        names = {line.split()[-1] for line in lines}
        assert all(name.startswith("lg_") for name in names)
        headers = "".join(path.read_text() for path in (support.ROOT / "include/legato").glob("*.h"))
        assert set(re.findall(r"^LG_API[^;]*?\b(lg_\w+)\(", headers, re.M)) <= names
    for compiler in support.compilers("c++"):
        support.run([compiler, "-std=c++17", *STRICT, "-fsyntax-only", "-x", "c++", tmp_path / "legato.h"])
