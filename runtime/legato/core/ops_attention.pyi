# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/attention.py by runtime/schema/generate.py; do not edit
from typing import SupportsFloat

from legato.core.tensor import Tensor, TensorLike

def scaled_dot_product_attention(
    q: TensorLike,
    k: TensorLike,
    v: TensorLike,
    mask: TensorLike | None = None,
    *,
    is_causal: bool = False,
    causal_align: str = "upper_left",
    scale: SupportsFloat = 0.0,
    softcap: SupportsFloat = 0.0,
    out: Tensor | None = None,
) -> Tensor: ...
