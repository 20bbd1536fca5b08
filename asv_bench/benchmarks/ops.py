# SPDX-License-Identifier: Apache-2.0
"""Every op once, on operands large enough that its kernel counts."""

from .common import OPS, function, op_names


class Ops:
    params = op_names()  # raises when an op has no benchmark
    param_names = ["op"]

    def setup(self, op):
        self.run = function(OPS[op])

    def time_op(self, op):
        self.run()
