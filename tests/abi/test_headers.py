# SPDX-License-Identifier: Apache-2.0
"""The public headers: each compiles alone, as C11 and C++17; structs keep the rules of the ABI."""

import re

import pytest

import support

HEADERS = sorted((support.ROOT / "include/legato").glob("*.h"))
STRICT = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"]
C_COMPILERS = support.compilers("c")
CXX_COMPILERS = support.compilers("c++")


def compile_text(compiler: list[str], text: str) -> None:
    support.run([*compiler, f"-I{support.ROOT / 'include'}", "-"], input=text)


@pytest.mark.parametrize("compiler", C_COMPILERS)
@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.name)
def test_header_alone_as_c11(header, compiler):
    flags = ["-x", "c", "-std=c11", "-Wshadow", "-Wstrict-prototypes", *STRICT]
    # Twice: include guards.
    compile_text(
        [compiler, *flags], f"#include <legato/{header.name}>\n" * 2 + "int main(void) { return 0; }\n"
    )


@pytest.mark.parametrize(
    "compiler", CXX_COMPILERS or [pytest.param("", marks=pytest.mark.skip(reason="no C++"))]
)
@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.name)
def test_header_alone_as_cxx17(header, compiler):
    flags = ["-x", "c++", "-std=c++17", *STRICT]
    compile_text([compiler, *flags], f"#include <legato/{header.name}>\n" * 2 + "int main() { return 0; }\n")


def test_plugin_header_stands_alone():
    text = (support.ROOT / "include/legato/plugin.h").read_text()
    assert set(re.findall(r'#\s*include\s*([<"].*[>"])', text)) == {"<stddef.h>", "<stdint.h>"}


def strip_comments(text: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.S)


def struct_bodies() -> dict[str, str]:
    """Typedef name -> text between the outer braces, for every struct of the public headers."""
    bodies = {}
    for header in HEADERS:
        text = strip_comments(header.read_text())
        for start in re.finditer(r"typedef struct \w+ \{", text):
            depth, end = 1, start.end()
            while depth:
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            bodies[re.match(r"\s*(\w+)\s*;", text[end:])[1]] = text[start.end() : end - 1]
    return bodies


def test_no_preprocessor_inside_a_struct():
    # Library and client would disagree on the layout when their macros differ.
    offenders = [name for name, body in struct_bodies().items() if "#" in body]
    assert not offenders


def last_member(body: str) -> str:
    statement = re.sub(r"\{.*?\}", " ", body, flags=re.S).strip().rstrip(";").split(";")[-1]
    pointer = re.search(r"\(\s*\*\s*(\w+)\s*\)\s*\(", statement)
    return pointer[1] if pointer else re.search(r"(\w+)\s*(\[[^\]]*\]\s*)*$", statement)[1]


def test_growable_structs_have_no_tail_padding():
    """`size` is the end offset of the last member, which sizeof gives only without padding behind it."""
    growable = {
        name: last_member(body)
        for name, body in struct_bodies().items()
        if re.match(r"\s*uint32_t\s+size\s*,\s*abi\s*;", body)
    }
    assert "lg_host_t" in growable
    text = "".join(f"#include <legato/{header.name}>\n" for header in HEADERS)
    for name, member in growable.items():
        text += f'_Static_assert(sizeof({name}) == LG_END({name}, {member}), "{name} has tail padding");\n'
    compile_text([C_COMPILERS[0], "-x", "c", "-std=c11", *STRICT], text + "int main(void) { return 0; }\n")


def test_frozen_sizes():
    """Sizes that a compiled plugin relies on. A change here is a new ABI, not a new number."""
    frozen = {
        "lg_error_t": 512,
        "lg_view_t": 152,
        "lg_ints_t": 136,
        "lg_floats_t": 136,
        "lg_scalar_t": 16,
        "lg_op_view_t": 48,
        "lg_tensor_t": 160,
    }
    text = "#include <legato/tensor.h>\n"
    for name, size in frozen.items():
        text += f'_Static_assert(sizeof({name}) == {size}, "{name}");\n'
    compile_text([C_COMPILERS[0], "-x", "c", "-std=c11", *STRICT], text + "int main(void) { return 0; }\n")
