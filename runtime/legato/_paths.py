# SPDX-License-Identifier: Apache-2.0
"""Where the C headers and libraries lie; the same in a wheel and in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def get_include() -> str:
    """Return the folder to give to a C compiler with ``-I``.

    Returns
    -------
    str
        Absolute path; holds ``legato/legato.h``.

    Examples
    --------
    >>> import os
    >>> os.path.isfile(os.path.join(get_include(), "legato", "base.h"))
    True
    """
    return str(_PACKAGE / "include")


def get_library_dir() -> str:
    """Return the folder that holds ``liblegato.so`` and ``liblegato.a``.

    Returns
    -------
    str
        Absolute path.

    Examples
    --------
    >>> import os
    >>> os.path.isfile(os.path.join(get_library_dir(), "liblegato.so"))
    True
    """
    return str(_PACKAGE / "lib")
