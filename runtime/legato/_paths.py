# SPDX-License-Identifier: Apache-2.0
"""Where the C headers and libraries lie; the same in a wheel and in a checkout."""

import os.path

# No pathlib: it would be a third of what importing legato takes.
_PACKAGE = os.path.dirname(os.path.realpath(__file__))


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
    return os.path.join(_PACKAGE, "include")


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
    return os.path.join(_PACKAGE, "lib")
