# SPDX-License-Identifier: Apache-2.0
"""The command ``legato``. Needs the extra ``legato[cli]``; ``--version`` and compiler flags do without.

legato show model.onnx               what it computes, where it runs, and why
legato run model.onnx --input x=x.npy
legato convert model.onnx model.legato
"""

from legato.cli.main import main

__all__ = ["main"]
