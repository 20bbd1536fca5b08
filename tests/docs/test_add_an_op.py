# SPDX-License-Identifier: Apache-2.0
"""docs/how-to/add-an-op.md works as written: its blocks go into a copy of the tree, which is then tested."""

import os
import shutil
import sys
from pathlib import Path

import pytest

import support

PAGE = support.ROOT / "docs/how-to/add-an-op.md"
SKIPPED = (".git", ".venv", "build", "*.so", "*.a", "*.egg-info", "__pycache__", "env", "results", "html")


@pytest.mark.slow
@pytest.mark.skipif(bool(support.SANITIZE), reason="builds a tree of its own")
def test_page_as_written(tmp_path):
    from test_docs import blocks, shell

    tree = tmp_path / "tree"
    shutil.copytree(support.ROOT, tree, ignore=shutil.ignore_patterns(*SKIPPED))
    for generated in ("include", "lib"):  # staged by the build
        shutil.rmtree(tree / "runtime/legato" / generated, ignore_errors=True)
    for language, info, text, _ in blocks(PAGE):
        kind, _, path = info.partition("=")
        if kind == "append":
            with open(tree / path, "a") as file:
                file.write(f"\n{text}")
        elif kind == "file":
            (tree / path).write_text(text)
        elif (language, info) == ("sh", "run"):
            shell(text, tree)
    environment = {**os.environ, "LG_DEBUG": "1", "LG_WERROR": "1", "PYTHONPATH": str(tree / "runtime")}
    support.run([sys.executable, "setup.py", "-q", "build_ext", "--inplace"], cwd=tree, env=environment)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "squareplus"]
    done = support.run([*command, "tests/ops", "tests/docs/test_doctests.py"], cwd=tree, env=environment)
    assert "passed" in done.stdout and "skipped" not in done.stdout, done.stdout
    code = "import legato; print(legato.__file__)"
    used = Path(support.run([sys.executable, "-c", code], cwd=tree, env=environment).stdout.strip())
    assert tree in used.parents, f"tested {used} and not the copy"
