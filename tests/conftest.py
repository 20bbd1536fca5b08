# SPDX-License-Identifier: Apache-2.0
"""pytest set-up: C tests as items, the `full` marker, the watch on leaks."""

import gc
import os
import subprocess
import sys

import pytest

import support

os.environ.setdefault("LG_PRICES", "off")  # what was measured here before is no test's business

C_TEST_SECONDS = 300
C_SKIPPED = 77


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not support.FULL:
        skip = pytest.mark.skip(reason="only in `make test-full`")
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory):
    """The example plugin's library, and its device, loaded once into this process."""
    import legato as lg

    source = support.ROOT / "tests/abi/plugin_matmul.c"
    path = support.compile_c(source, tmp_path_factory.mktemp("plugin") / "acme_mm.so", shared=True)
    return path, lg.load_plugin(path)


@pytest.fixture(autouse=True, scope="module")
def nothing_leaks(request: pytest.FixtureRequest):
    """Fail a file of tests after which the engine has more blocks in use than before."""
    if "legato" not in sys.modules:
        yield
        return
    from legato.core.context import memory_stats
    from legato.core.signal import signals  # live as long as the process

    failed_before = request.session.testsfailed
    gc.collect()
    before = memory_stats()[1] - len(signals())
    yield
    if request.session.testsfailed == failed_before:  # a failure's traceback keeps its tensors
        gc.collect()
        after = memory_stats()[1] - len(signals())
        assert after <= before, f"{after - before} blocks are still in use"


def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".c" and file_path.name.startswith("test_"):
        return CTestFile.from_parent(parent, path=file_path)
    return None


class CTestFile(pytest.File):
    """The tests of one .c file; all files are one program, built once."""

    _names: list[tuple[str, str]] | None = None
    _program = None

    def collect(self):
        if self.path not in support.sources_of_c_tests():
            return
        if CTestFile._names is None:
            try:
                CTestFile._program = support.build_c_tests()
            except (AssertionError, FileNotFoundError) as error:
                raise self.CollectError(str(error)) from None
            CTestFile._names = support.list_c_tests([CTestFile._program])
        for file, name in CTestFile._names:
            if file == self.path.name:
                yield CTest.from_parent(self, name=name)


class CTestFailure(Exception):
    """A C test that failed; the message is what it printed."""


class CTest(pytest.Item):
    """One TEST of the C program, in a process of its own."""

    def runtest(self) -> None:
        try:
            done = subprocess.run(
                [str(CTestFile._program), self.name],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=C_TEST_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise CTestFailure(f"not done after {C_TEST_SECONDS} s\n{error.stdout or ''}") from None
        if done.returncode == C_SKIPPED:
            pytest.skip(done.stdout.splitlines()[0].removeprefix("skipped: "))
        if done.returncode:
            raise CTestFailure(f"exit status {done.returncode}\n{done.stdout}")

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, CTestFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, self.name
