# SPDX-License-Identifier: Apache-2.0
"""Mutated files open, or are refused with a message; see fuzz.py for millions of them under sanitizers."""

import re

import pytest

import fuzz
import support

pytestmark = pytest.mark.skipif(support.SANITIZE == "thread", reason="one thread")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return fuzz.build(tmp_path_factory.mktemp("fuzz"))


def test_corpus_opens(program):
    files = sorted(fuzz.CORPUS.iterdir())
    assert len(files) >= 8
    printed = support.run([program, "0", "1", *files], env=support.c_environment()).stdout
    assert f"{len(files)} of {len(files)} files of the corpus opened" in printed


@pytest.mark.parametrize("seed", [1, 2])
def test_mutations(program, seed, tmp_path):
    environment = {**support.c_environment(), "FUZZ_INPUT": str(tmp_path / "input.legato")}
    files = sorted(fuzz.CORPUS.iterdir())
    printed = support.run([program, "10000", str(seed), *files], env=environment, timeout=900).stdout
    opened = int(re.search(r"(\d+) opened;", printed)[1])
    assert opened > 500  # far enough in to say something
