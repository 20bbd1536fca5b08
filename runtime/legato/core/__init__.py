# SPDX-License-Identifier: Apache-2.0
"""The Cython core: what the engine offers, as Python objects. Use it through `legato`."""
