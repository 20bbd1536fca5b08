# SPDX-License-Identifier: Apache-2.0
"""Generated files are checked in; they are what the op declarations give."""

import sys

import support


def test_generated_files_are_up_to_date():
    support.run([sys.executable, support.ROOT / "runtime/schema/generate.py", "--check"])
