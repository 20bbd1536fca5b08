# SPDX-License-Identifier: Apache-2.0
"""The pages do what they say: every block of code runs, from top to bottom, page by page.

    ```python             runs; with >>> its output is compared
    ```c file=NAME        is written to the page's folder
    ```c from=PATH        is part of that file of the repository, layout apart
    ```sh run             runs there; its output becomes the name `printed`
    ```text printed       is what the last `sh run` wrote

Other blocks are for people.
"""

import builtins
import doctest
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

import support

FENCE = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.M | re.S)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
PAGES = [support.ROOT / "README.md", *sorted((support.ROOT / "docs").rglob("*.md"))]
GENERATED = support.ROOT / "docs/reference/ops"  # test_doctests.py runs these examples as docstrings
# It changes the tree: test_add_an_op.py.
APART = support.ROOT / "docs/how-to/add-an-op.md"


def name_of(page: Path) -> str:
    return str(page.relative_to(support.ROOT))


def blocks(page: Path):
    """(language, rest of the info string, text, line) of each block."""
    text = page.read_text()
    for match in FENCE.finditer(text):
        yield match[1], match[2], match[3], text.count("\n", 0, match.start()) + 2


def tokens(text: str) -> str:
    """A piece of C without what a formatter may change."""
    return re.sub(r"[\s{}]", "", text)


def shell(text: str, folder: Path) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-eu", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}"
    return done.stdout


def run_python(text: str, names: dict, page: Path, line: int) -> None:
    if not text.lstrip().startswith(">>>"):
        exec(compile("\n" * (line - 1) + text, str(page), "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(text, names, name_of(page), str(page), line - 1)
    test.globs = names  # one namespace for the page
    written: list[str] = []
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    runner.run(test, out=written.append, clear_globs=False)
    assert not runner.summarize(verbose=False).failed, "".join(written)


def run_page(page: Path, folder: Path) -> None:
    names = {"__name__": "page", "printed": ""}
    for language, info, text, line in blocks(page):
        if language == "python":
            run_python(text, names, page, line)
        elif info.startswith("file="):
            (folder / info.removeprefix("file=")).write_text(text)
        elif info.startswith("from="):
            source = (support.ROOT / info.removeprefix("from=")).read_text()
            assert text.strip() in source, (
                f"{name_of(page)}:{line} is no part of {info.removeprefix('from=')}"
            )
        elif (language, info) == ("sh", "run"):
            names["printed"] = shell(text, folder)
        elif (language, info) == ("text", "printed"):
            good = doctest.OutputChecker().check_output(text, names["printed"], OPTIONS)
            assert good, f"{name_of(page)}:{line}: printed was\n{names['printed']}"


@pytest.mark.parametrize("page", [p for p in PAGES if GENERATED not in p.parents and p != APART], ids=name_of)
@pytest.mark.skipif(bool(support.SANITIZE), reason="pages are for the installed package")
def test_page(page, tmp_path):
    # What pages mention by path; they run in a process of their own, since they load plugins.
    for folder in ("docs/examples", "tests/abi"):
        shutil.copytree(support.ROOT / folder, tmp_path / folder)
    environment = {**os.environ, "PYTHONPATH": str(support.ROOT / "tests")}
    support.run([sys.executable, __file__, page], cwd=tmp_path, env=environment)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links(page):
    """What a page links to in this repository is there, headings included."""

    def anchor(heading: str) -> str:
        return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")

    text = re.sub(FENCE, "", page.read_text())
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, wanted = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{name_of(page)}: {target} does not exist"
        if wanted:
            headings = re.findall(r"^#+ (.*)$", file.read_text(), re.M)
            assert wanted in map(anchor, headings), f"{name_of(page)}: {target} has no such heading"


def test_environment_table_is_complete():
    """environment.md has a row for each variable that a source reads, and none for others."""
    page = (support.ROOT / "docs/reference/environment.md").read_text()
    listed = set(re.findall(r"`(LG_[A-Z_]+)", page))
    folders = ("runtime", "kernels", "tests", "docs/examples")
    sources = [support.ROOT / "setup.py", support.ROOT / "Makefile"]
    sources += [
        p for f in folders for p in (support.ROOT / f).rglob("*") if p.suffix in (".c", ".py", ".pyx")
    ]
    pattern = r"""(?:getenv\(|environ\.get\(|environ\[)\s*["'](LG_[A-Z_]+)["']"""
    read = {name for source in sources for name in re.findall(pattern, source.read_text())}
    assert listed == read, f"environment.md lacks {read - listed}, and has {listed - read} too many"


def test_error_table_is_complete():
    """errors.md pairs every status of the engine with the exception that Python raises for it."""
    import legato as lg
    import legato.core._future

    page = (support.ROOT / "docs/reference/errors.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\d+) \| `(\w+)` \| `(\w+)`", page, re.M)
    header = (support.ROOT / "include/legato/plugin.h").read_text()
    codes = re.findall(r"LG_STATUS_(\w+) = (\d+)", header)
    assert [row[:2] for row in rows] == [code for code in codes if code[0] != "COUNT"]
    for code, _, name, builtin in rows:
        kind = getattr(lg, name)
        assert kind.code == code
        assert issubclass(kind, getattr(builtins, builtin, CancelledError)), f"{name} is no {builtin}"


def test_c_api_map_is_complete():
    """c-api.md names every public function."""
    page = (support.ROOT / "docs/reference/c-api.md").read_text()
    for header in sorted((support.ROOT / "include/legato").glob("*.h")):
        assert f"`{header.name}`" in page, header.name
        for function in re.findall(r"\b(lg_\w+)\(", re.sub(r"//.*", "", header.read_text())):
            declared = re.search(rf"^LG_API[^;]*\b{function}\(", header.read_text(), re.M)
            assert not declared or f"`{function}`" in page, f"c-api.md lacks {function} of {header.name}"


if __name__ == "__main__":
    run_page(Path(sys.argv[1]), Path.cwd())
