# SPDX-License-Identifier: Apache-2.0
"""What only the data tell, in models: If, Loop, NonZero and the like are recorded, not fixed at import."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")
import onnx
from onnx import parser
from onnx.reference import ReferenceEvaluator

import legato as lg

HEAD = '<ir_version: 8, opset_import: ["": 18]>\n'


def check(text: str, *calls: list[np.ndarray], oracle: Any = None) -> lg.Program:
    """Compare with an oracle, ONNX's own evaluator where there is none, for several inputs of one import."""
    model = parser.parse_model(HEAD + text)
    onnx.checker.check_model(model)
    program = lg.from_onnx(model)
    assert list(program.inputs) == [value.name for value in model.graph.input]
    run = lg.runner(program)
    reference = ReferenceEvaluator(model)
    for arrays in calls:
        given = dict(zip(program.inputs, arrays, strict=True))
        wanted = oracle(*arrays) if oracle is not None else reference.run(None, given)
        got = run(*arrays)
        for y, want in zip(got if isinstance(got, tuple) else (got,), wanted, strict=True):
            want = np.asarray(want)
            assert y.shape == want.shape
            assert y.dtype.name == lg.tensor(want).dtype.name
            np.testing.assert_allclose(y.numpy(), want, rtol=1e-6)
    return program


def f32(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_if() -> None:
    program = check(
        """g (float[N] x) => (float[M] y) {
          zero = Constant<value = float {0.0}>()
          axes = Constant<value = int64[1] {0}>()
          sum = ReduceSum<keepdims = 0>(x, axes)
          flag = Greater(sum, zero)
          w = Mul(x, x)
          z = If(flag) <
            then_branch = a () => (float[N] p) { p = Add(w, x) },
            else_branch = b () => (float[K] q) { q = Concat<axis = 0>(x, w) }
          >
          y = Neg(z)
        }""",
        [f32(1, 2)],
        [f32(-1, -2, -3)],
    )
    assert "cond(" in str(program)


def test_loop_while_a_condition_holds() -> None:
    check(
        """g (float[N] x, float limit) => (float[N] y, float[R,1] sums) {
          most = Constant<value = int64 {50}>()
          go = Constant<value = bool {1}>()
          y, sums = Loop(most, go, x) <
            body = b (int64 i, bool c, float[N] v) => (bool goes, float[N] w, float[1] s) {
              two = Constant<value = float {2.0}>()
              w = Mul(v, two)
              s = ReduceSum(w)
              goes = Less(s, limit)
            }
          >
        }""",
        [f32(1, 2), np.float32(100)],
        [f32(3), np.float32(1)],
    )


def test_loop_with_a_count_from_data() -> None:
    check(
        """g (int64 n, float[K] x) => (float[K] y, int64[R] seen) {
          y, seen = Loop(n, , x) <
            body = b (int64 i, bool c, float[K] v) => (bool d, float[K] w, int64 j) {
              f = Cast<to = 1>(i)
              w = Add(v, f)
              j = Mul(i, i)
              d = Identity(c)
            }
          >
        }""",
        [np.int64(4), f32(1, 2)],
        [np.int64(1), f32(0)],
        [np.int64(0), f32(7, 8, 9)],
        oracle=lambda n, x: [x + np.float32(sum(range(n))), np.arange(n, dtype=np.int64) ** 2],
    )


def test_loop_in_if_in_loop() -> None:
    check(
        """g (int64 n, float[K] x) => (float[K] y) {
          go = Constant<value = bool {1}>()
          y = Loop(n, go, x) <
            body = b (int64 i, bool c, float[K] v) => (bool d, float[K] w) {
              two = Constant<value = int64 {2}>()
              zero = Constant<value = int64 {0}>()
              rest = Mod(i, two)
              even = Equal(rest, zero)
              w = If(even) <
                then_branch = p () => (float[K] a) {
                  three = Constant<value = int64 {3}>()
                  a = Loop(three, , v) <
                    body = q (int64 k, bool e, float[K] r) => (bool h, float[K] s) {
                      s = Add(r, r)
                      h = Identity(e)
                    }
                  >
                },
                else_branch = o () => (float[K] b) { b = Neg(v) }
              >
              d = Identity(c)
            }
          >
        }""",
        [np.int64(3), f32(1, 2)],
        [np.int64(2), f32(5)],
        oracle=lambda n, x: [
            x * np.float32([1, 8, -8, -64][n])
        ],  # ONNX's evaluator leaves the inner loop out
    )


def test_extents() -> None:
    program = check(
        """g (float[N] x, bool[N] keep, int64[1] k)
        => (float[A] a, int64[B] b, float[C] c, float[D] d, int64[E] e) {
          places = NonZero(x)
          row = Constant<value = int64 {0}>()
          at = Gather<axis = 0>(places, row)
          a = Gather<axis = 0>(x, at)
          count = Shape(places)
          axes = Constant<value = int64[1] {0}>()
          one = Constant<value = int64 {1}>()
          many = Gather<axis = 0>(count, one)
          b = Range(row, many, one)
          c = Compress<axis = 0>(x, keep)
          d, at_top = TopK<axis = 0>(x, k)
          first, e, inverse, counts = Unique(x)
        }""",
        [f32(3, 0, 2, 3, 0), np.array([1, 0, 0, 1, 1], bool), np.int64([2])],
        [f32(0, 1), np.array([0, 0], bool), np.int64([1])],
    )
    assert program.symbols == ["N"]


def test_non_max_suppression() -> None:
    rng = np.random.default_rng(5)
    corners = rng.uniform(0, 4, (1, 12, 2)).astype(np.float32)
    boxes = np.concatenate([corners, corners + rng.uniform(0.5, 3, (1, 12, 2)).astype(np.float32)], axis=2)
    scores = rng.uniform(0, 1, (1, 2, 12)).astype(np.float32)
    check(
        """g (float[1,12,4] boxes, float[1,2,12] scores, int64[1] most)
        => (int64[S,3] chosen, float[S] best) {
          iou = Constant<value = float[1] {0.4}>()
          least = Constant<value = float[1] {0.1}>()
          chosen = NonMaxSuppression(boxes, scores, most, iou, least)
          two = Constant<value = int64[2] {1, 2}>()
          zero = Constant<value = int64[1] {0}>()
          order = Gather<axis = 1>(chosen, two)
          all = Squeeze(scores, zero)
          best = GatherND(all, order)
        }""",
        [boxes, scores, np.int64([3])],
        [boxes, scores, np.int64([8])],
    )


def test_what_must_be_known_is_named() -> None:
    model = parser.parse_model(
        HEAD
        + """g (float[4] x, int64[1] axes) => (float[M] y) {
          y = ReduceSum(x, axes)
        }"""
    )
    with pytest.raises(lg.UnsupportedError, match="give its? ?values?.*axes"):
        lg.from_onnx(model)
