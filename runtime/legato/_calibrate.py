# SPDX-License-Identifier: Apache-2.0
"""Measuring what ops cost on this machine."""

from __future__ import annotations

from typing import Any

from legato.core import prices
from legato.core.errors import DTypeError
from legato.core.run import Runner


def calibrate(run: Any = None, *inputs: Any) -> int:
    """Measure what ops cost on this machine, and let plans made from now on expect that.

    Parameters
    ----------
    run : Runner, optional
        A model to measure, on ``inputs``; ops of many kinds and sizes when left out, which takes some
        seconds.
    *inputs : Tensor or array
        What the model is run on.

    Returns
    -------
    int
        How many ops were measured.

    Notes
    -----
    It is kept in a file, see ``LG_PRICES`` among the environment variables, and read with the first plan of
    each process. Only what plans expect changes, not what they do. Best on a machine that does nothing else.

    Examples
    --------
    >>> import legato as lg
    >>> run = lg.runner(lambda x: lg.tanh(x), "f32[1000]")
    >>> lg.calibrate(run, lg.ones(1000))
    1
    """
    if run is not None and not isinstance(run, Runner):
        raise DTypeError(f"calibrate: expected a Runner, got {type(run).__name__}")
    from legato._samples import samples  # imports NumPy

    found = prices.known()
    added = 0
    for runner, given in samples() if run is None else [(run, inputs)]:
        added += prices.measure(runner, given, found)
    prices.keep(found)
    return added
