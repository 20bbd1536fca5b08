# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/signal.py by runtime/schema/generate.py; do not edit
"""Typed entries of the signal ops."""

from legato.core.dispatch cimport attr_bool, attr_dtype, attr_float, attr_int, call0, call1, call2
from legato.core.engine cimport (
    LG_OP_BLACKMAN_WINDOW,
    LG_OP_DFT,
    LG_OP_HAMMING_WINDOW,
    LG_OP_HANN_WINDOW,
    LG_OP_MEL_WEIGHT_MATRIX,
    LG_OP_STFT,
    lg_blackman_window_attrs_t,
    lg_dft_attrs_t,
    lg_hamming_window_attrs_t,
    lg_hann_window_attrs_t,
    lg_mel_weight_matrix_attrs_t,
    lg_stft_attrs_t,
)


def dft(
    object x,
    *,
    object dft_length=0,
    object axis=-2,
    object inverse=False,
    object onesided=False,
    object out=None,
):
    """Discrete Fourier transform along an axis: ``y[k] = sum_t x[t] * exp(-2 pi i k t / length)``.

    Parameters
    ----------
    x : Tensor
        Signal; the last axis has extent 1 (real) or 2 (real and imaginary part). f32 or f64;
        integers and bools become f32 first.
    dft_length : int, default 0
        Points of the transform; `x` is cut or padded with zeros. 0 for the extent of `axis`, or
        twice that less 2 where the result is real.
    axis : int, default -2
        The axis of time. The last one is that of real and imaginary part.
    inverse : bool, default False
        Whether to transform back, divided by the number of points.
    onesided : bool, default False
        Of a real signal: half of the spectrum. With `inverse`: `x` is such a half, the result is
        real.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The last axis is neither 1 nor 2.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Complex numbers are pairs along the last axis. `onesided` keeps the first ``length // 2 + 1``
    values, which say all of a real signal. The inverse of such a half takes the rest of it for the
    mirror image, whatever the imaginary parts at the ends say. Every length takes ``O(n log n)``.

    Source: ONNX DFT-20; Stockham, 1966; Bluestein, 1970.

    Examples
    --------
    >>> import legato as lg
    >>> lg.dft(lg.tensor([[1.0], [2.0]])).tolist()
    [[3.0, 0.0], [-1.0, 0.0]]
    """
    cdef lg_dft_attrs_t attrs
    if dft_length is 0 and axis is -2 and inverse is False and onesided is False:
        return call1(LG_OP_DFT, x, NULL, out)
    attr_int(&attrs.dft_length, dft_length, "dft", "dft_length")
    attr_int(&attrs.axis, axis, "dft", "axis")
    attr_bool(&attrs.inverse, inverse, "dft", "inverse")
    attr_bool(&attrs.onesided, onesided, "dft", "onesided")
    return call1(LG_OP_DFT, x, &attrs, out)


def stft(
    object signal,
    object window=None,
    *,
    object frame_step,
    object frame_length=0,
    object onesided=True,
    object out=None,
):
    """Short-time Fourier transform: that of windows on a signal, shape (N, frames, bins, 2).

    Parameters
    ----------
    signal : Tensor
        Shape (N, T) or (N, T, 1), or (N, T, 2) where it is complex. f32 or f64; integers and bools
        become f32 first.
    window : Tensor, optional
        Factor of each sample of a frame. f32 or f64; integers and bools become f32 first, shape
        (L,).
    frame_step : int
        Samples from frame to frame.
    frame_length : int, default 0
        Samples of a frame; 0 for the extent of `window`, or of the signal.
    onesided : bool, default True
        Of a real signal: half of the spectrum.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `signal`.

    Raises
    ------
    ShapeError
        The window does not fit the frames, or the signal is shorter than one.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    There are ``1 + (T - frame_length) // frame_step`` frames; what no frame covers is left out.
    `onesided` keeps the first ``length // 2 + 1`` values, which say all of a real signal; a complex
    signal needs it off.

    Source: ONNX STFT-17.

    Examples
    --------
    >>> import legato as lg
    >>> lg.stft(lg.tensor([[1.0, 2.0, 3.0, 5.0]]), frame_step=2, frame_length=2).tolist()
    [[[[3.0, 0.0], [-1.0, 0.0]], [[8.0, 0.0], [-2.0, 0.0]]]]
    """
    cdef lg_stft_attrs_t attrs
    attr_int(&attrs.frame_step, frame_step, "stft", "frame_step")
    attr_int(&attrs.frame_length, frame_length, "stft", "frame_length")
    attr_bool(&attrs.onesided, onesided, "stft", "onesided")
    return call2(LG_OP_STFT, signal, window, &attrs, out)


def hann_window(object size, *, object periodic=True, object dtype=None, object out=None):
    """Hann window: ``0.5 - 0.5 c(1)`` with ``c(j) = cos(2 pi j i / n)``.

    Parameters
    ----------
    size : int
        Number of samples.
    periodic : bool, default True
        Whether the window goes on in itself; else it ends as it began.
    dtype : dtype, default None
        f32 or f64; None for f32.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``n`` is `size` where the window is periodic, else ``size - 1``. A window of one sample is 1.

    Source: ONNX HannWindow-17.

    Examples
    --------
    >>> import legato as lg
    >>> lg.hann_window(4).tolist()[1:]
    [0.5, 1.0, 0.5]
    """
    cdef lg_hann_window_attrs_t attrs
    attr_int(&attrs.size, size, "hann_window", "size")
    attr_bool(&attrs.periodic, periodic, "hann_window", "periodic")
    attr_dtype(&attrs.dtype, dtype, "hann_window", "dtype")
    return call0(LG_OP_HANN_WINDOW, &attrs, out)


def hamming_window(object size, *, object periodic=True, object dtype=None, object out=None):
    """Hamming window: ``25/46 - 21/46 c(1)`` with ``c(j) = cos(2 pi j i / n)``.

    Parameters
    ----------
    size : int
        Number of samples.
    periodic : bool, default True
        Whether the window goes on in itself; else it ends as it began.
    dtype : dtype, default None
        f32 or f64; None for f32.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``n`` is `size` where the window is periodic, else ``size - 1``. A window of one sample is 1.
    PyTorch rounds 25/46 to 0.54.

    Source: ONNX HammingWindow-17.

    Examples
    --------
    >>> import legato as lg
    >>> lg.hamming_window(4).tolist()[1:]
    [0.54347825050354, 1.0, 0.54347825050354]
    """
    cdef lg_hamming_window_attrs_t attrs
    attr_int(&attrs.size, size, "hamming_window", "size")
    attr_bool(&attrs.periodic, periodic, "hamming_window", "periodic")
    attr_dtype(&attrs.dtype, dtype, "hamming_window", "dtype")
    return call0(LG_OP_HAMMING_WINDOW, &attrs, out)


def blackman_window(object size, *, object periodic=True, object dtype=None, object out=None):
    """Blackman window: ``0.42 - 0.5 c(1) + 0.08 c(2)`` with ``c(j) = cos(2 pi j i / n)``.

    Parameters
    ----------
    size : int
        Number of samples.
    periodic : bool, default True
        Whether the window goes on in itself; else it ends as it began.
    dtype : dtype, default None
        f32 or f64; None for f32.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``n`` is `size` where the window is periodic, else ``size - 1``. A window of one sample is 1.

    Source: ONNX BlackmanWindow-17.

    Examples
    --------
    >>> import legato as lg
    >>> lg.blackman_window(4).tolist()[1:]
    [0.3400000035762787, 1.0, 0.3400000035762787]
    """
    cdef lg_blackman_window_attrs_t attrs
    attr_int(&attrs.size, size, "blackman_window", "size")
    attr_bool(&attrs.periodic, periodic, "blackman_window", "periodic")
    attr_dtype(&attrs.dtype, dtype, "blackman_window", "dtype")
    return call0(LG_OP_BLACKMAN_WINDOW, &attrs, out)


def mel_weight_matrix(
    object num_mel_bins,
    object dft_length,
    object sample_rate,
    object lower_edge_hertz,
    object upper_edge_hertz,
    *,
    object dtype=None,
    object out=None,
):
    """Triangular filters that turn a one-sided spectrum into bands of the mel scale: ``spectrum @
    y``.

    Parameters
    ----------
    num_mel_bins : int
        Filters, the columns.
    dft_length : int
        Points of the transform; ``dft_length // 2 + 1`` rows.
    sample_rate : int
        Samples per second.
    lower_edge_hertz : float
        Where the first filter begins.
    upper_edge_hertz : float
        Where the range of the filters ends.
    dtype : dtype, default None
        f32 or f64; None for f32.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``mel(f) = 2595 * log10(1 + f / 700)``; ``num_mel_bins + 2`` corners lie evenly on it, and each
    filter rises from one corner to the next, where it is 1, and falls to the one after that.
    Corners are rounded down to rows; what lies beyond the last row is cut off.

    Source: ONNX MelWeightMatrix-17.

    Examples
    --------
    >>> import legato as lg
    >>> lg.mel_weight_matrix(2, 8, 16, 1.0, 8.0).tolist()[1:3]
    [[1.0, 0.0], [0.0, 1.0]]
    """
    cdef lg_mel_weight_matrix_attrs_t attrs
    attr_int(&attrs.num_mel_bins, num_mel_bins, "mel_weight_matrix", "num_mel_bins")
    attr_int(&attrs.dft_length, dft_length, "mel_weight_matrix", "dft_length")
    attr_int(&attrs.sample_rate, sample_rate, "mel_weight_matrix", "sample_rate")
    attr_float(&attrs.lower_edge_hertz, lower_edge_hertz, "mel_weight_matrix", "lower_edge_hertz")
    attr_float(&attrs.upper_edge_hertz, upper_edge_hertz, "mel_weight_matrix", "upper_edge_hertz")
    attr_dtype(&attrs.dtype, dtype, "mel_weight_matrix", "dtype")
    return call0(LG_OP_MEL_WEIGHT_MATRIX, &attrs, out)
