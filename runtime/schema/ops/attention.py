# SPDX-License-Identifier: Apache-2.0
"""Attention."""

from dsl import enum, f64, flag, onnx, op

op(
    "scaled_dot_product_attention",
    id=196,
    since="0.1",
    ins="q:T[...,H,L,D] k:T[...,G,S,D] v:T[...,G,S,E] mask:M[...,L,S]?",
    outs="y:T[...,H,L,E]",
    types={"T": "f32 f64", "M": "bool f32 f64"},
    attrs={
        "is_causal": flag(False, "Query i sees the keys up to its own place only."),
        "causal_align": enum(
            "upper_left",
            "lower_right",
            default="upper_left",
            doc="Which corner the places of queries and keys are counted from: with keys of earlier calls in "
            "front (a cache), the lower right one.",
        ),
        "scale": f64(0.0, "Factor of the products; 0: ``1 / sqrt(D)``."),
        "softcap": f64(0.0, "Largest magnitude of a score, reached through tanh; 0: no limit."),
    },
    prologue="if scale is None:\n    scale = 0.0",
    shape="attention(scale, softcap)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "2*|q|*S + 2*|y|*S", "bytes": "io"},
    tol={"f32": (2e-5, 1e-6), "f64": (1e-12, 1e-13)},
    onnx=onnx(
        "Attention",
        (23, 24),
        {"Q": "q", "K": "k", "V": "v", "attn_mask": "mask"},
        note="with 4 axes; past keys are concatenated first, with causal_align lower_right",
    ),
    source="Vaswani et al., Attention Is All You Need, 2017; PyTorch scaled_dot_product_attention; "
    "ONNX Attention-23",
    args={
        "q": "Queries.",
        "k": "Keys; fewer heads than queries have are shared by neighbouring heads.",
        "v": "Values, as many as keys.",
        "mask": "Broadcast to [..., H, L, S]: bool, True where a key takes part; or summands of the scores.",
    },
    doc="""
Attention: ``softmax(softcap(scale * q @ k.T) + mask) @ v``.

The axis before the last two is that of heads where there are three or more; axes in front of it broadcast. A
query that sees no key gives 0. Where keys are hidden, their scores do not matter even if they are NaN, but
values must be finite.
""",
    example=(
        ">>> q = lg.tensor([[0.0], [0.0]])\n"
        ">>> lg.scaled_dot_product_attention(q, q, lg.tensor([[2.0], [4.0]]), is_causal=True).tolist()\n"
        "[[2.0], [3.0]]"
    ),
)
