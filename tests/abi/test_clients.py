# SPDX-License-Identifier: Apache-2.0
"""C and C++17 programs built against the package's headers and libraries in every documented way."""

import os
import re
import shlex
import shutil
import sys

import pytest

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
