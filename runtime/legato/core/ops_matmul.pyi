# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/matmul.py by runtime/schema/generate.py; do not edit
from legato.core.tensor import Tensor, TensorLike

def matmul(a: TensorLike, b: TensorLike, *, out: Tensor | None = None) -> Tensor: ...
def linear(
    x: TensorLike, w: TensorLike, bias: TensorLike | None = None, *, out: Tensor | None = None
) -> Tensor: ...
