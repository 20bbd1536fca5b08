# SPDX-License-Identifier: Apache-2.0
"""Weights from elsewhere: tensors of other libraries, safetensors files."""

import json
import os

import numpy as np

import legato as lg

_DTYPES = {
    "F64": "f8", "F32": "f4", "F16": "f2", "BF16": "u2", "I64": "i8", "I32": "i4", "I16": "i2", "I8": "i1",
    "U64": "u8", "U32": "u4", "U16": "u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip
_HEADER_BYTES_MAX = 100 << 20

_random = np.random.default_rng(0)


def uniform(shape, bound):
    """Return values between -bound and bound, the same in every process: weights before any are loaded."""
    return lg.asarray(_random.uniform(-bound, bound, shape).astype(np.float32))


def as_weight(value):
    """Return a tensor of what a state dict holds: no copy where the memory can be shared."""
    if isinstance(value, lg.Tensor):
        return value
    if hasattr(value, "detach"):  # a parameter of PyTorch does not export itself
        value = value.detach()
    return lg.asarray(value)


def load_file(path):
    """Map a safetensors file.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    dict of str to Tensor
        Read-only tensors on the mapped file.

    Raises
    ------
    FormatError
        The file is malformed; the message says where.
    UnsupportedError
        A tensor is of a dtype that legato does not have.

    Examples
    --------
    >>> import legato as lg
    >>> weights = lg.nn.load_file("model.safetensors")  # doctest: +SKIP
    """
    name = os.fspath(path)
    try:
        size = os.path.getsize(name)
        head = np.memmap(name, dtype=np.uint8, mode="r") if size > 0 else np.zeros(0, np.uint8)
    except OSError as error:
        raise lg.FileError(f"{name!r}: {error.strerror or error}") from None
    length = int.from_bytes(head[:8].tobytes(), "little") if size >= 8 else -1
    if not 0 <= length <= min(size - 8, _HEADER_BYTES_MAX):
        raise lg.FormatError(
            f"{name!r} is no safetensors file: its header has {length} bytes, the file {size}"
        )
    try:
        header = json.loads(head[8 : 8 + length].tobytes().decode())
    except (ValueError, RecursionError) as error:
        raise lg.FormatError(f"{name!r}: the header is no JSON: {error}") from None
    if not isinstance(header, dict):
        raise lg.FormatError(f"{name!r}: the header is no JSON object")
    data = head[8 + length :]
    return {
        key: _tensor(name, key, entry, data)
        for key, entry in header.items()
        if key != "__metadata__" and not key.startswith("__pad.")
    }


def _tensor(name, key, entry, data):
    where = f"{name!r}: tensor {key!r}"
    try:
        kind, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        numbers = [*shape, begin, end]
    except (TypeError, KeyError, ValueError):
        raise lg.FormatError(f"{where} lacks dtype, shape or data_offsets") from None
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise lg.FormatError(f"{where}: shape {shape} and offsets {begin}, {end} are no numbers >= 0")
    if kind not in _DTYPES:
        raise lg.UnsupportedError(f"{where} is {kind}; there are {' '.join(_DTYPES)}")
    dtype = np.dtype(_DTYPES[kind]).newbyteorder("<")
    count = 1
    for extent in shape:
        count *= extent
    if not begin <= end <= data.size or end - begin != count * dtype.itemsize:
        raise lg.FormatError(f"{where}: bytes {begin} to {end} of {data.size} do not hold {kind}{shape}")
    array = data[begin:end]
    if array.ctypes.data % dtype.itemsize:
        array = array.copy()  # a writer that did not align
    array = array.view(dtype).reshape(shape)
    return lg.bitcast(lg.asarray(array), dtype="bf16") if kind == "BF16" else lg.asarray(array)
