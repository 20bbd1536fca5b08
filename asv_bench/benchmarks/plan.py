# SPDX-License-Identifier: Apache-2.0
"""From a function to something that runs: record, plan, save, load; and what the plan needs."""

import os
import tempfile

import legato as lg

from .common import NAMES, chain, chain_program


class Compile:
    """Programs of many ops: planning takes a time in proportion."""

    params = [1000, 10_000, 100_000]
    param_names = ["ops"]

    def setup(self, ops):
        self.program = chain_program(ops)

    def time_plan(self, ops):
        lg.runner(self.program)


class Plan:
    """A program of 300 ops."""

    def setup(self):
        self.program = lg.record(self.net, "f32[64]")
        self.folder = tempfile.TemporaryDirectory()
        self.file = os.path.join(self.folder.name, "chain.legato")
        self.run = lg.runner(self.program)
        lg.save(self.file, self.run)

    def teardown(self):
        self.folder.cleanup()

    def net(self, s):
        return chain(lg.add, lg.mul, lg.tanh, s, NAMES["t_lg"], 300)

    def time_record(self):
        lg.record(self.net, "f32[64]")

    def time_plan(self):
        lg.runner(self.program)

    def time_save(self):
        lg.save(self.file, self.run)

    def time_load(self):
        lg.load(self.file)

    def track_arena_bytes(self):
        return self.run.plan().memory

    track_arena_bytes.unit = "bytes"
