# SPDX-License-Identifier: Apache-2.0
"""``python -m legato`` and the folders it reports."""

import shlex
from pathlib import Path

import legato
from legato import _paths
from legato.__main__ import flags, main


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{legato.__version__}\n"


def test_flags_point_at_what_is_there(capsys):
    assert main(["--cflags", "--libs"]) == 0
    words = shlex.split(capsys.readouterr().out)
    folders = [Path(word[2:]) for word in words if word.startswith(("-I", "-L"))]
    assert folders == [Path(_paths.get_include()), Path(_paths.get_library_dir())]
    assert all(folder.is_dir() for folder in folders)
    assert words[-1] == "-llegato"


def test_static_names_the_archive():
    archive = shlex.split(flags(libs=True, static=True))[0]
    assert archive.endswith("liblegato.a")
    assert Path(archive).is_file()


def test_nothing_asked_is_help(capsys):
    assert main([]) == 2
    assert "--cflags" in capsys.readouterr().out
