# SPDX-License-Identifier: Apache-2.0
"""Fourier transforms, windows and filters: the ends of audio models."""

from dsl import dtype, f64, flag, i64, onnx, op

_FLOAT = {"T": "f32 f64"}
_DTYPE = dtype(None, "f32 or f64; None for f32.")
_ONESIDED = "keeps the first ``length // 2 + 1`` values, which say all of a real signal"

op(
    "dft",
    id=270,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types=_FLOAT,
    attrs={
        "dft_length": i64(
            0,
            "Points of the transform; `x` is cut or padded with zeros. 0 for the extent of `axis`, or twice "
            "that less 2 where the result is real.",
        ),
        "axis": i64(-2, "The axis of time. The last one is that of real and imaginary part."),
        "inverse": flag(False, "Whether to transform back, divided by the number of points."),
        "onesided": flag(
            False,
            "Of a real signal: half of the spectrum. With `inverse`: `x` is such a half, the result is real.",
        ),
    },
    shape="dft(dft_length, axis, inverse, onesided)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "60*|y|", "bytes": "io"},
    tol={"f32": (2e-6, 1e-37), "f64": (4e-15, 1e-300)},
    onnx=onnx("DFT", (17, 20)),
    source="ONNX DFT-20; Stockham, 1966; Bluestein, 1970",
    args={"x": "Signal; the last axis has extent 1 (real) or 2 (real and imaginary part)."},
    doc=f"""
Discrete Fourier transform along an axis: ``y[k] = sum_t x[t] * exp(-2 pi i k t / length)``.

Complex numbers are pairs along the last axis. `onesided` {_ONESIDED}. The inverse of such a half takes
the rest of it for the mirror image, whatever the imaginary parts at the ends say. Every length takes ``O(n
log n)``.
""",
    example=">>> lg.dft(lg.tensor([[1.0], [2.0]])).tolist()\n[[3.0, 0.0], [-1.0, 0.0]]",
)
op(
    "stft",
    id=271,
    since="0.1",
    ins="signal:T[...] window:T[L]?",
    outs="y:T[...]",
    types=_FLOAT,
    attrs={
        "frame_step": i64(doc="Samples from frame to frame.", positional=False),
        "frame_length": i64(0, "Samples of a frame; 0 for the extent of `window`, or of the signal."),
        "onesided": flag(True, "Of a real signal: half of the spectrum."),
    },
    shape="stft(frame_step, frame_length, onesided)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "30*|y|", "bytes": "io"},
    tol={"f32": (2e-6, 1e-37), "f64": (4e-15, 1e-300)},
    onnx=onnx("STFT", 17),
    source="ONNX STFT-17",
    args={
        "signal": "Shape (N, T) or (N, T, 1), or (N, T, 2) where it is complex.",
        "window": "Factor of each sample of a frame.",
    },
    doc=f"""
Short-time Fourier transform: that of windows on a signal, shape (N, frames, bins, 2).

There are ``1 + (T - frame_length) // frame_step`` frames; what no frame covers is left out. `onesided`
{_ONESIDED}; a complex signal needs it off.
""",
    example="""
>>> lg.stft(lg.tensor([[1.0, 2.0, 3.0, 5.0]]), frame_step=2, frame_length=2).tolist()
[[[[3.0, 0.0], [-1.0, 0.0]], [[8.0, 0.0], [-2.0, 0.0]]]]
""",
)


def _window(name, id, formula, example, source, note=""):
    op(
        f"{name}_window",
        id=id,
        since="0.1",
        ins="",
        outs="y:T[...]",
        types=_FLOAT,
        attrs={
            "size": i64(doc="Number of samples."),
            "periodic": flag(True, "Whether the window goes on in itself; else it ends as it began."),
            "dtype": _DTYPE,
        },
        shape="vector(size)",
        dtype="float_attr(dtype)",
        cost={"flops": "60*|y|", "bytes": "io"},
        tol={"f32": (0, 1e-7), "f64": (0, 1e-15)},
        onnx=onnx(f"{name.capitalize()}Window", 17, {"output_datatype": "dtype"}),
        source=source,
        doc=f"""
{name.capitalize()} window: ``{formula}`` with ``c(j) = cos(2 pi j i / n)``.

``n`` is `size` where the window is periodic, else ``size - 1``. A window of one sample is 1.{note}
""",
        example=f">>> lg.{name}_window(4).tolist()[1:]\n{example}",
    )


_window("hann", 272, "0.5 - 0.5 c(1)", "[0.5, 1.0, 0.5]", "ONNX HannWindow-17")
_window(
    "hamming",
    273,
    "25/46 - 21/46 c(1)",
    "[0.54347825050354, 1.0, 0.54347825050354]",
    "ONNX HammingWindow-17",
    " PyTorch rounds 25/46 to 0.54.",
)
_window(
    "blackman",
    274,
    "0.42 - 0.5 c(1) + 0.08 c(2)",
    "[0.3400000035762787, 1.0, 0.3400000035762787]",
    "ONNX BlackmanWindow-17",
)
op(
    "mel_weight_matrix",
    id=275,
    since="0.1",
    ins="",
    outs="y:T[...]",
    types=_FLOAT,
    attrs={
        "num_mel_bins": i64(doc="Filters, the columns."),
        "dft_length": i64(doc="Points of the transform; ``dft_length // 2 + 1`` rows.", positional=True),
        "sample_rate": i64(doc="Samples per second.", positional=True),
        "lower_edge_hertz": f64(doc="Where the first filter begins.", positional=True),
        "upper_edge_hertz": f64(doc="Where the range of the filters ends.", positional=True),
        "dtype": _DTYPE,
    },
    shape="mel(num_mel_bins, dft_length, sample_rate, lower_edge_hertz, upper_edge_hertz)",
    dtype="float_attr(dtype)",
    cost={"flops": "4*|y|", "bytes": "io"},
    tol={"f32": (2e-7, 0), "f64": (1e-15, 0)},
    onnx=onnx("MelWeightMatrix", 17, {"output_datatype": "dtype"}),
    source="ONNX MelWeightMatrix-17",
    doc="""
Triangular filters that turn a one-sided spectrum into bands of the mel scale: ``spectrum @ y``.

``mel(f) = 2595 * log10(1 + f / 700)``; ``num_mel_bins + 2`` corners lie evenly on it, and each filter rises
from one corner to the next, where it is 1, and falls to the one after that. Corners are rounded down to
rows; what lies beyond the last row is cut off.
""",
    example=">>> lg.mel_weight_matrix(2, 8, 16, 1.0, 8.0).tolist()[1:3]\n[[1.0, 0.0], [0.0, 1.0]]",
)
