# SPDX-License-Identifier: Apache-2.0
"""What liblegato.so exports and needs, and what the Cython modules need."""

import platform
import re
import shutil
import sysconfig
import tomllib

import pytest

import support

PACKAGE = support.ROOT / "runtime/legato"
LIBRARY = PACKAGE / "lib/liblegato.so"
C_LIBRARY = re.compile(r"(libc\.so|libc\.musl|libm\.so|ld-linux|ld-musl|libpthread\.so|libdl\.so)")

needs_binutils = pytest.mark.skipif(not shutil.which("readelf"), reason="readelf is not installed")
pytestmark = [
    needs_binutils,
    pytest.mark.skipif(bool(support.SANITIZE), reason="sanitised libraries need their runtime"),
]


def dynamic(path, tag: str) -> list[str]:
    text = support.run(["readelf", "-dW", path]).stdout
    return re.findall(rf"\({tag}\).*\[(.*)\]", text)


def modules():
    return sorted((PACKAGE / "core").glob(f"*{sysconfig.get_config_var('EXT_SUFFIX')}"))


def test_only_lg_names_are_exported():
    lines = support.run(["nm", "-D", "--defined-only", LIBRARY]).stdout.splitlines()
    names = [line.split()[-1] for line in lines]
    assert "lg_version" in names
    assert [name for name in names if not name.startswith("lg_")] == []


def test_exports_are_declared_in_headers():
    lines = support.run(["nm", "-D", "--defined-only", LIBRARY]).stdout.splitlines()
    exported = {line.split()[-1] for line in lines}
    headers = "".join(path.read_text() for path in (support.ROOT / "include/legato").glob("*.h"))
    headers += "".join(path.read_text() for path in (support.ROOT / "runtime/engine").rglob("*.h"))
    declared = set(re.findall(r"\b(lg_\w+)\s*\(", headers))
    assert exported <= declared


def test_library_needs_only_the_c_library():
    needed = dynamic(LIBRARY, "NEEDED")
    assert needed
    assert [name for name in needed if not C_LIBRARY.match(name)] == []
    assert dynamic(LIBRARY, "SONAME") == ["liblegato.so"]
    assert dynamic(LIBRARY, "RUNPATH") + dynamic(LIBRARY, "RPATH") == []


def test_library_is_small():
    """What grows past the bound says where: python asv_bench/size.py."""
    limit = tomllib.loads((support.ROOT / "pyproject.toml").read_text())["tool"]["legato"]
    if platform.machine() not in ("x86_64", "AMD64") or re.search(
        r"\.(debug_info|symtab)\b", support.run(["readelf", "-SW", LIBRARY]).stdout
    ):
        pytest.skip("the bound is for stripped libraries on x86-64")
    assert LIBRARY.stat().st_size <= limit["library-bytes-max"], "see python asv_bench/size.py"


def test_library_is_one_real_file():
    found = [path for path in (PACKAGE / "lib").iterdir() if ".so" in path.name]
    assert found == [LIBRARY]
    assert not LIBRARY.is_symlink()


def test_library_has_no_executable_stack_and_no_writable_code():
    text = support.run(["readelf", "-lW", LIBRARY]).stdout
    assert not re.search(r"GNU_STACK.*RWE", text)
    assert not re.search(r"LOAD.*RWE", text)


def test_no_constructors_and_no_way_out():
    """No code runs at load time, and nothing in the library can end or interrupt its process."""
    text = support.run(["nm", "-D", "--undefined-only", LIBRARY]).stdout
    names = {line.split()[-1].split("@")[0] for line in text.splitlines()}
    banned = {"abort", "exit", "_exit", "_Exit", "quick_exit", "__assert_fail", "raise", "longjmp", "signal"}
    assert names & banned == set()
    assert names & {"printf", "puts", "putchar", "perror", "stdout", "stderr"} == set()


def test_archive_symbols_have_the_prefix():
    """Programs that link the static library share one name space with it, hidden or not."""
    lines = support.run(["nm", "-g", "--defined-only", PACKAGE / "lib/liblegato.a"]).stdout.splitlines()
    names = {line.split()[-1] for line in lines if len(line.split()) == 3}
    assert "lg_version" in names
    assert sorted(name for name in names if not name.startswith("lg_")) == []


def test_modules_find_the_library_beside_them_first():
    assert modules()
    for module in modules():
        undefined = support.run(["nm", "-D", "--undefined-only", module]).stdout
        assert ("liblegato.so" in dynamic(module, "NEEDED")) == (" lg_" in undefined), module.name
        assert dynamic(module, "RUNPATH") == ["$ORIGIN/../lib"], module.name
        foreign = [name for name in dynamic(module, "NEEDED") if not C_LIBRARY.match(name)]
        assert set(foreign) <= {"liblegato.so"}, module.name


def test_nothing_is_compiled_against_numpy():
    for path in (support.ROOT / "runtime").rglob("*.p[yx][xd]"):
        assert not re.search(
            r"^\s*(from|cimport)\s+numpy.*cimport|^\s*cimport\s+numpy", path.read_text(), re.M
        ), path
