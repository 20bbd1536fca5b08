# SPDX-License-Identifier: Apache-2.0
"""Cost of a call: small operands, where nearly all of the time is the way to the kernel."""

import legato as lg

from .common import NAMES, SMALL, chain, function


class Eager:
    """Nanoseconds of the eager calls that `make bench` holds against NumPy."""

    params = [row[0] for row in SMALL]
    param_names = ["call"]

    def setup(self, call):
        self.run = function(next(row[1] for row in SMALL if row[0] == call))

    def time_call(self, call):
        self.run()


class Recorded:
    """Calls of recorded programs: fixed cost, and cost per op."""

    params = [3, 30, 300]
    param_names = ["ops"]

    def setup(self, ops):
        x = NAMES["s_lg"]
        self.x = x
        self.run = lg.runner(lambda s: chain(lg.add, lg.mul, lg.tanh, s, NAMES["t_lg"], ops), "f32[64]")

    def time_chain(self, ops):
        self.run(self.x)
