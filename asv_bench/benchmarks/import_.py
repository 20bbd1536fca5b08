# SPDX-License-Identifier: Apache-2.0
"""Seconds of ``import legato`` beyond ``import numpy``, in a fresh process."""

import statistics
import subprocess
import sys

CODE = "import time, numpy; t = time.perf_counter(); import legato; print(time.perf_counter() - t)"


def track_import_over_numpy():
    return statistics.median(float(subprocess.check_output([sys.executable, "-c", CODE])) for _ in range(9))


track_import_over_numpy.unit = "seconds"
