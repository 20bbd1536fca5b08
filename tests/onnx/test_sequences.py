# SPDX-License-Identifier: Apache-2.0
"""Sequences inside a model."""

from __future__ import annotations

import numpy as np
import pytest

import legato as lg

onnx = pytest.importorskip("onnx")

TEXT = """<ir_version: 8, opset_import: ["": 18]>
g (float[6, 2] x) => (float[4, 2] y, int64 n)
{
    parts = Constant <value = int64[3] {1, 3, 2}> ()
    one = Constant <value = int64 {1}> ()
    last = Constant <value = int64 {-1}> ()
    s = SplitToSequence <axis = 0> (x, parts)
    middle = SequenceAt (s, one)
    t = SequenceErase (s, last)
    negative = Neg (middle)
    u = SequenceInsert (t, negative, one)
    v = SequenceErase (u)
    y = ConcatFromSequence <axis = 0> (v)
    n = SequenceLength (v)
}
"""


def test_sequences_are_gone_from_the_program() -> None:
    program = lg.from_onnx(onnx.parser.parse_model(TEXT))
    x = np.arange(12, dtype=np.float32).reshape(6, 2)
    y, n = lg.runner(program)(x)
    np.testing.assert_array_equal(y.numpy(), np.concatenate([x[:1], -x[1:4]]))
    assert n.item() == 2


@pytest.mark.parametrize("position", [3, -4])
def test_position_out_of_range(position: int) -> None:
    text = TEXT.replace(
        "one = Constant <value = int64 {1}>", f"one = Constant <value = int64 {{{position}}}>"
    )
    with pytest.raises(lg.OutOfRangeError, match=f"position {position} in a sequence of 3"):
        lg.from_onnx(onnx.parser.parse_model(text))


def test_a_sequence_is_no_output() -> None:
    text = TEXT.replace("int64 n)", "seq(float[N, 2]) v)")
    with pytest.raises(lg.UnsupportedError, match="output 'v' is no tensor"):
        lg.from_onnx(onnx.parser.parse_model(text))
