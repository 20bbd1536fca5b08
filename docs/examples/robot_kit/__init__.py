# SPDX-License-Identifier: Apache-2.0
"""What docs/examples/robot.py needs beside its policy: models, senses, a rival, measuring, a page."""
