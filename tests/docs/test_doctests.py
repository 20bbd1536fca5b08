# SPDX-License-Identifier: Apache-2.0
"""Every example in a docstring of the package runs and prints what it says; compiled modules included."""

import doctest
import importlib
import pkgutil

import pytest

import legato

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
# Imports third parties that need not be installed.
OPTIONAL = {"legato.testing.conformance"}


def modules():
    yield legato
    for info in pkgutil.walk_packages(legato.__path__, "legato."):
        if info.name != "legato.__main__" and info.name not in OPTIONAL:
            yield importlib.import_module(info.name)


def examples():
    """All docstrings with examples, each once: a name may be re-exported by several modules."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    seen = set()
    for module in modules():
        for test in finder.find(module, module.__name__, globs={}):
            key = test.docstring
            if test.examples and key not in seen:
                seen.add(key)
                yield pytest.param(test, module, id=test.name)


@pytest.mark.parametrize(("test", "module"), list(examples()))
def test_docstring(test, module):
    test.globs = {**vars(module), "lg": legato, "legato": legato}
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    printed: list[str] = []
    runner.run(test, out=printed.append)
    assert not runner.summarize(verbose=False).failed, "".join(printed)
