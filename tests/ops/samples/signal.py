# SPDX-License-Identifier: Apache-2.0
"""Samples of Fourier transforms and windows."""

import numpy as np

from ops.sampling import Bad, Case, Sample

REAL = np.ones((2, 8, 1), np.float32)
PAIRS = np.ones((2, 8, 2), np.float32)

# Powers of two, small and larger primes, products of them, primes that need a convolution.
LENGTHS = [
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    12,
    15,
    16,
    17,
    25,
    27,
    31,
    32,
    37,
    60,
    62,
    64,
    74,
    97,
    128,
    210,
    331,
]
LENGTHS += [400, 512, 662, 1000, 1009, 2048, 4093]


def dft_cases(draw, dtype):
    for n in LENGTHS:
        lines = draw.int(1, 11)
        for parts, inverse, onesided in [(1, 0, 0), (1, 0, 1), (2, 0, 0), (1, 1, 0), (2, 1, 0), (2, 1, 1)]:
            if inverse and onesided and n == 1:
                continue
            x = draw.array((lines, n, parts), dtype, special=False)
            yield Case([x], {"inverse": bool(inverse), "onesided": bool(onesided)})
    for shape, axis in [
        ((9, 12, 5), 0),
        ((3, 10, 4, 7), 1),
        ((3, 10, 4, 7), -2),
        ((2, 9, 1, 13), 1),
        ((0, 4), 1),
    ]:
        for parts, inverse, onesided in [(1, 0, 0), (1, 0, 1), (2, 0, 0), (2, 1, 1)]:
            for length in (0, 1, 7, 16):
                x = draw.array((*shape, parts), dtype, special=False)
                attrs = {
                    "axis": axis,
                    "dft_length": length,
                    "inverse": bool(inverse),
                    "onesided": bool(onesided),
                }
                yield Case([x], attrs)


def dft(x, dft_length=0, axis=-2, inverse=False, onesided=False):
    axis %= x.ndim
    mirrored = inverse and onesided
    n = dft_length or (2 * (x.shape[axis] - 1) if mirrored else x.shape[axis])
    values = x[..., 0] + (1j * x[..., 1] if x.shape[-1] == 2 else 0)
    if mirrored:
        return np.fft.irfft(values, n, axis)[..., None]
    y = (np.fft.ifft if inverse else np.fft.fft)(values, n, axis)
    if onesided:
        y = np.take(y, np.arange(n // 2 + 1), axis)
    return np.stack([y.real, y.imag], -1)


def dft_scale(x, dft_length=0, axis=-2, inverse=False, onesided=False):
    """Length of each line: rounding errors spread over all its values."""
    shape = dft(x, dft_length, axis, inverse, onesided).shape
    length = np.sqrt(np.sum(np.square(x), axis=(axis % x.ndim, -1), keepdims=True))
    return np.broadcast_to(length * (2 if onesided else 1), shape)


def stft_cases(draw, dtype):
    for signal, length, step in [
        ((2, 100), 16, 5),
        ((1, 64), 64, 1),
        ((3, 50), 25, 25),
        ((1, 1000), 400, 160),
    ]:
        for parts in ((), (1,), (2,)):
            for onesided in (False, True):
                if onesided and parts == (2,):
                    continue
                x = draw.array((*signal, *parts), dtype, special=False)
                attrs = {"frame_step": step, "onesided": onesided}
                yield Case([x, draw.array((length,), dtype, special=False)], attrs)
                yield Case([x], attrs | {"frame_length": length})
    yield Case([draw.array((2, 30), dtype, special=False)], {"frame_step": 3})


def frames(signal, frame_step, length):
    count = 1 + (signal.shape[1] - length) // frame_step
    return np.stack([signal[:, i * frame_step : i * frame_step + length] for i in range(count)], 1)


def stft(signal, window=None, frame_step=1, frame_length=0, onesided=True, of=dft):
    x = signal if signal.ndim == 3 else signal[..., None]
    length = frame_length or (len(window) if window is not None else x.shape[1])
    x = frames(x, frame_step, length) * (1 if window is None else window[:, None])
    return of(x, onesided=onesided)


def stft_scale(*ins, **attrs):
    return stft(*ins, **attrs, of=dft_scale)


def window_cases(draw, dtype):
    for size in (0, 1, 2, 3, 4, 5, 16, 401, 512):
        for periodic in (False, True):
            yield Case([], {"size": size, "periodic": periodic, "dtype": dtype})
    yield Case([], {"size": 5, "dtype": dtype})


def window(a0, a1, a2):
    def oracle(size, periodic=True, dtype="f32"):
        x = 2 * np.pi * np.arange(size) / (size if periodic else max(size - 1, 1))
        y = a0 - a1 * np.cos(x) + a2 * np.cos(2 * x) if size != 1 else np.ones(1)
        return y.astype(np.float64 if dtype == "f64" else np.float32)

    return Sample(
        window_cases,
        oracle,
        [
            Bad("ArgumentError", "size is -1", [], {"size": -1}),
            Bad("DTypeError", "dtype is i32", [], {"size": 3, "dtype": "i32"}),
        ],
    )


def mel_cases(draw, dtype):
    for bins, length, rate, low, high in [
        (8, 16, 8192, 0.0, 4096.0),
        (40, 512, 16000, 20.0, 7600.0),
        (80, 401, 16000, 0.0, 8000.0),
        (128, 64, 8000, 0.0, 4000.0),
        (0, 16, 8000, 0.0, 100.0),
        (3, 1, 8000, 0.0, 100.0),
        (5, 32, 8000, 100.0, 100.0),
        (5, 32, 8000, 100.0, 1e9),
    ]:
        attrs = {"num_mel_bins": bins, "dft_length": length, "sample_rate": rate}
        yield Case([], attrs | {"lower_edge_hertz": low, "upper_edge_hertz": high, "dtype": dtype})


def mel(num_mel_bins, dft_length, sample_rate, lower_edge_hertz, upper_edge_hertz, dtype="f32"):
    low, high = (2595 * np.log10(1 + f / 700) for f in (lower_edge_hertz, upper_edge_hertz))
    corners = np.arange(num_mel_bins + 2) * ((high - low) / (num_mel_bins + 2)) + low
    corners = ((dft_length + 1) * (700 * (np.power(10, corners / 2595) - 1)) // sample_rate).astype(np.int64)
    y = np.zeros((dft_length // 2 + 1, num_mel_bins), np.float64 if dtype == "f64" else np.float32)
    for i in range(num_mel_bins):
        left, middle, right = corners[i : i + 3]
        for row in range(len(y)):
            if row == middle:
                y[row, i] = 1
            elif left <= row < middle:
                y[row, i] = (row - left) / (middle - left)
            elif middle < row < right:
                y[row, i] = (right - row) / (right - middle)
    return y


MEL = {
    "num_mel_bins": 4,
    "dft_length": 16,
    "sample_rate": 8000,
    "lower_edge_hertz": 0.0,
    "upper_edge_hertz": 4e3,
}

SAMPLES = {
    "dft": Sample(
        dft_cases,
        dft,
        [
            Bad("ShapeError", "x is f32[2,3]", [np.ones((2, 3), np.float32)]),
            Bad("ShapeError", "x is f32[]", [np.float32(1)]),
            Bad("OutOfRangeError", "axis is -1", [REAL], {"axis": -1}),
            Bad("OutOfRangeError", "axis is 2", [REAL], {"axis": 2}),
            Bad("OutOfRangeError", "axis is -4", [REAL], {"axis": -4}),
            Bad("ShapeError", "takes a real signal", [PAIRS], {"onesided": True}),
            Bad("ShapeError", "complex half spectrum", [REAL], {"onesided": True, "inverse": True}),
            Bad("ArgumentError", "dft_length is -2", [REAL], {"dft_length": -2}),
            Bad("ArgumentError", "length of the transform is 0", [np.ones((3, 0, 1), np.float32)]),
            Bad("DTypeError", "inverse", [REAL], {"inverse": 2.5}),
        ],
        scale=dft_scale,
    ),
    "stft": Sample(
        stft_cases,
        stft,
        [
            Bad("ShapeError", "signal is f32[8]", [np.ones(8, np.float32)], {"frame_step": 1}),
            Bad("ArgumentError", "set onesided to False", [PAIRS], {"frame_step": 1}),
            Bad("ArgumentError", "frame_step is 0", [REAL], {"frame_step": 0}),
            Bad("ShapeError", "shorter than a frame of 9", [REAL], {"frame_step": 1, "frame_length": 9}),
            Bad(
                "ShapeError",
                "expected frame_length 4",
                [REAL, np.ones(3, np.float32)],
                {"frame_step": 1, "frame_length": 4},
            ),
            Bad("ShapeError", "expected rank 1", [REAL, np.ones((3, 1), np.float32)], {"frame_step": 1}),
        ],
        scale=stft_scale,
    ),
    "hann_window": window(0.5, 0.5, 0),
    "hamming_window": window(25 / 46, 21 / 46, 0),
    "blackman_window": window(0.42, 0.5, 0.08),
    "mel_weight_matrix": Sample(
        mel_cases,
        mel,
        [
            Bad("ArgumentError", "num_mel_bins is -1", [], MEL | {"num_mel_bins": -1}),
            Bad("ArgumentError", "dft_length is 0", [], MEL | {"dft_length": 0}),
            Bad("ArgumentError", "sample_rate is 0", [], MEL | {"sample_rate": 0}),
            Bad("ArgumentError", "expected 0 <= lower <= upper", [], MEL | {"lower_edge_hertz": 5e3}),
            Bad(
                "ArgumentError", "expected 0 <= lower <= upper", [], MEL | {"upper_edge_hertz": float("nan")}
            ),
            Bad("DTypeError", "dtype is i32", [], MEL | {"dtype": "i32"}),
        ],
    ),
}
