# SPDX-License-Identifier: Apache-2.0
"""``python -m legato`` and the command ``legato``.

Version and compiler flags for C programs are answered here and need nothing else; what works on models is in
``legato.cli``, of the extra ``legato[cli]``.
"""

import argparse
import shlex
import sys
from collections.abc import Sequence

from legato import __version__
from legato._paths import get_include, get_library_dir


def flags(*, cflags: bool = False, libs: bool = False, static: bool = False) -> str:
    """Return compiler and linker flags as one shell-quoted line.

    Parameters
    ----------
    cflags : bool
        Include what compiling needs.
    libs : bool
        Include what linking needs. The shared library's folder becomes the run path of the program, since a
        wheel lies where the loader does not look.
    static : bool
        Link ``liblegato.a`` instead of the shared library.

    Returns
    -------
    str
        Flags, such as ``-I/path/include -L/path/lib -llegato``.

    Examples
    --------
    >>> flags(cflags=True).startswith("-I")
    True
    """
    words = []
    if cflags:
        words.append(f"-I{get_include()}")
    if libs and static:
        words += [f"{get_library_dir()}/liblegato.a", "-lm", "-lpthread", "-ldl"]
    elif libs:
        words += [f"-L{get_library_dir()}", f"-Wl,-rpath,{get_library_dir()}", "-llegato"]
    return shlex.join(words)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if (words and not words[0].startswith("--")) or words == ["--help"]:
        try:
            from legato import cli
        except ImportError as error:
            print(f"legato {words[0]} needs the extra: pip install legato[cli] ({error})", file=sys.stderr)
            return 2
        return cli.main(words)
    parser = argparse.ArgumentParser(prog="python -m legato", description=__doc__)
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--cflags", action="store_true", help="print what compiling a C program needs")
    parser.add_argument("--libs", action="store_true", help="print what linking a C program needs")
    parser.add_argument("--static", action="store_true", help="with --libs: link liblegato.a")
    options = parser.parse_args(words)
    if not (options.version or options.cflags or options.libs):
        parser.print_help()
        return 2
    if options.version:
        print(__version__)
    if options.cflags or options.libs:
        print(flags(cflags=options.cflags, libs=options.libs, static=options.static))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
