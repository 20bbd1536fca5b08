# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/recurrent.py by runtime/schema/generate.py; do not edit
from collections.abc import Sequence
from typing import NamedTuple, SupportsFloat, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

class LstmResult(NamedTuple):
    y: Tensor
    y_h: Tensor
    y_c: Tensor

def lstm(
    x: TensorLike,
    w: TensorLike,
    r: TensorLike,
    bias: TensorLike | None = None,
    sequence_lens: TensorLike | None = None,
    initial_h: TensorLike | None = None,
    initial_c: TensorLike | None = None,
    peephole: TensorLike | None = None,
    *,
    direction: str = "forward",
    layout: SupportsIndex = 0,
    clip: SupportsFloat = 0.0,
    activation_f: str = "sigmoid",
    activation_g: str = "tanh",
    activation_h: str = "tanh",
    input_forget: bool = False,
    out: Sequence[Tensor | None] | None = None,
) -> LstmResult: ...

class GruResult(NamedTuple):
    y: Tensor
    y_h: Tensor

def gru(
    x: TensorLike,
    w: TensorLike,
    r: TensorLike,
    bias: TensorLike | None = None,
    sequence_lens: TensorLike | None = None,
    initial_h: TensorLike | None = None,
    *,
    direction: str = "forward",
    layout: SupportsIndex = 0,
    clip: SupportsFloat = 0.0,
    activation_f: str = "sigmoid",
    activation_g: str = "tanh",
    linear_before_reset: bool = False,
    out: Sequence[Tensor | None] | None = None,
) -> GruResult: ...

class RnnResult(NamedTuple):
    y: Tensor
    y_h: Tensor

def rnn(
    x: TensorLike,
    w: TensorLike,
    r: TensorLike,
    bias: TensorLike | None = None,
    sequence_lens: TensorLike | None = None,
    initial_h: TensorLike | None = None,
    *,
    direction: str = "forward",
    layout: SupportsIndex = 0,
    clip: SupportsFloat = 0.0,
    nonlinearity: str = "tanh",
    out: Sequence[Tensor | None] | None = None,
) -> RnnResult: ...
