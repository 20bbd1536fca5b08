# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/signal.py by runtime/schema/generate.py; do not edit
from typing import Any, SupportsFloat, SupportsIndex

from legato.core.tensor import Tensor, TensorLike

def dft(
    x: TensorLike,
    *,
    dft_length: SupportsIndex = 0,
    axis: SupportsIndex = -2,
    inverse: bool = False,
    onesided: bool = False,
    out: Tensor | None = None,
) -> Tensor: ...
def stft(
    signal: TensorLike,
    window: TensorLike | None = None,
    *,
    frame_step: SupportsIndex,
    frame_length: SupportsIndex = 0,
    onesided: bool = True,
    out: Tensor | None = None,
) -> Tensor: ...
def hann_window(
    size: SupportsIndex, *, periodic: bool = True, dtype: Any = None, out: Tensor | None = None
) -> Tensor: ...
def hamming_window(
    size: SupportsIndex, *, periodic: bool = True, dtype: Any = None, out: Tensor | None = None
) -> Tensor: ...
def blackman_window(
    size: SupportsIndex, *, periodic: bool = True, dtype: Any = None, out: Tensor | None = None
) -> Tensor: ...
def mel_weight_matrix(
    num_mel_bins: SupportsIndex,
    dft_length: SupportsIndex,
    sample_rate: SupportsIndex,
    lower_edge_hertz: SupportsFloat,
    upper_edge_hertz: SupportsFloat,
    *,
    dtype: Any = None,
    out: Tensor | None = None,
) -> Tensor: ...
