# SPDX-License-Identifier: Apache-2.0
"""The wheel: what is in it, how large it is, and that it works away from this checkout."""

import os
import re
import shutil
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import support

LIMIT_BYTES = 5_000_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(support.SANITIZE), reason="wheels are not sanitised"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    support.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, "."], cwd=support.ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A virtual environment that has this wheel, and borrows NumPy and the rest from here."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for name in ("numpy", "numpy.libs", "threadpoolctl.py"):
        source = Path(sysconfig.get_path("purelib")) / name
        if source.exists():
            (site / name).symlink_to(source)
    return folder


def run_python(installed: Path, code: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LD_"))}
    return support.run([installed / "bin/python", "-c", code], env=clean, cwd=installed).stdout


def test_wheel_is_small(wheel):
    assert wheel.stat().st_size < LIMIT_BYTES


def test_wheel_carries_what_users_build_against(names):
    expected = {
        "legato/py.typed",
        "legato/core/engine.pxd",
        "legato/include/legato/legato.h",
        "legato/lib/liblegato.so",
        "legato/lib/liblegato.a",
        "legato/lib/pkgconfig/legato.pc",
        "legato/lib/cmake/legato/legato-config.cmake",
        "legato/lib/cmake/legato/legato-config-version.cmake",
    }
    assert expected <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    headers = {f"legato/include/legato/{path.name}" for path in (support.ROOT / "include/legato").glob("*.h")}
    assert headers == {name for name in names if re.match(r"legato/include/legato/[^/]*\.h$", name)}


def test_wheel_has_a_module_and_a_declaration_for_every_source(names):
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    for source in (support.ROOT / "runtime/legato").rglob("*.pyx"):
        stem = source.relative_to(support.ROOT / "runtime").with_suffix("").as_posix()
        assert stem + suffix in names
    for source in (support.ROOT / "runtime/legato").rglob("*.p[xy][di]"):
        assert source.relative_to(support.ROOT / "runtime").as_posix() in names


def test_wheel_has_one_library_and_no_sources_or_leftovers(names):
    modules = (sysconfig.get_config_var("EXT_SUFFIX"),)
    assert [name for name in names if ".so" in name and not name.endswith(modules)] == [
        "legato/lib/liblegato.so"
    ]
    assert [name for name in names if name.endswith((".c", ".pyx", ".o", ".pyc", ".new"))] == []
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"legato"}
    count = sum(name.endswith(modules) for name in names)
    assert count == len(list((support.ROOT / "runtime/legato").rglob("*.pyx")))


@pytest.mark.skipif(not shutil.which("readelf"), reason="readelf is not installed")
def test_modules_in_the_wheel_look_beside_themselves(installed):
    modules = sorted(installed.glob("lib/python*/site-packages/legato/core/*.so"))
    assert modules
    for module in modules:
        text = support.run(["readelf", "-dW", module]).stdout
        assert re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", text) == ["$ORIGIN/../lib"]


def test_wheel_works_away_from_the_checkout(installed):
    code = "import legato as lg; print(lg.__file__); print((lg.asarray([1.0, 2.0]) + 1).tolist())"
    where, result = run_python(installed, code).splitlines()
    assert Path(where).is_relative_to(installed)
    assert result == "[2.0, 3.0]"


def test_c_client_against_the_wheel(installed, tmp_path):
    flags = run_python(
        installed, "from legato.__main__ import flags; print(flags(cflags=True, libs=True))"
    ).split()
    program = tmp_path / "client"
    support.run(
        [support.compilers()[0], "-std=c11", support.ROOT / "tests/abi/client.c", *flags, "-o", program]
    )
    assert support.run([program]).stdout.endswith("f32[2,3] 75\n")


@pytest.mark.skipif(not support.compilers("c++"), reason="no C++ compiler")
def test_cxx_client_against_the_wheel(installed, tmp_path):
    flags = run_python(
        installed, "from legato.__main__ import flags; print(flags(cflags=True, libs=True))"
    ).split()
    program = tmp_path / "client"
    source = support.ROOT / "tests/abi/client.cpp"
    support.run([support.compilers("c++")[0], "-std=c++17", source, *flags, "-o", program])
    assert support.run([program]).stdout.endswith("f32[2,3] 75\n")
