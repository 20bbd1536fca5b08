# SPDX-License-Identifier: Apache-2.0
"""Attention of opset 23 on; what the op does not do goes by the standard's definition."""

from __future__ import annotations

from typing import Any

from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import Node, handles


@handles("Attention")
def attention(
    node: Node, q: Tensor, k: Tensor, v: Tensor, mask: Any = None, past_key: Any = None,
    past_value: Any = None, lengths: Any = None,
) -> Any:  # fmt: skip
    if node.wants(3) or lengths is not None or node.get("softmax_precision") not in (None, 1):
        given = (q, k, v, mask, past_key, past_value, lengths)
        return node.by_definition(*given[: len(node.proto.input)])
    flat = len(q.shape) == 3
    if flat:
        q, k, v = (
            _heads(x, node[heads])
            for x, heads in ((q, "q_num_heads"), (k, "kv_num_heads"), (v, "kv_num_heads"))
        )
    if past_key is not None:
        k, v = ops.concat([past_key, k], axis=2), ops.concat([past_value, v], axis=2)
    options: dict[str, Any] = {"is_causal": bool(node["is_causal"]), "softcap": node["softcap"]}
    if past_key is not None:
        options["causal_align"] = "lower_right"
    if "scale" in node.attrs:
        options["scale"] = node["scale"]
    y = ops.scaled_dot_product_attention(q, k, v, mask, **options)
    if flat:
        batch, heads, length, width = y.shape
        y = ops.reshape(ops.transpose(y, [0, 2, 1, 3]), [batch, length, heads * width])
    return y, k, v


def _heads(x: Tensor, heads: int) -> Tensor:
    batch, length, width = x.shape
    return ops.transpose(ops.reshape(x, [batch, length, heads, width // heads]), [0, 2, 1, 3])
