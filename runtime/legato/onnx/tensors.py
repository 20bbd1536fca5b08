# SPDX-License-Identifier: Apache-2.0
"""Tensors of an ONNX file: element types, and data inside the file or beside it."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

import legato as lg
from legato.core.tensor import Tensor

DTYPES: dict[int, str] = {
    TensorProto.FLOAT: "f32",
    TensorProto.DOUBLE: "f64",
    TensorProto.FLOAT16: "f16",
    TensorProto.BFLOAT16: "bf16",
    TensorProto.INT8: "i8",
    TensorProto.UINT8: "u8",
    TensorProto.INT16: "i16",
    TensorProto.UINT16: "u16",
    TensorProto.INT32: "i32",
    TensorProto.UINT32: "u32",
    TensorProto.INT64: "i64",
    TensorProto.UINT64: "u64",
    TensorProto.BOOL: "bool",
}
ENUM = {name: number for number, name in DTYPES.items()}

# Weights of types that legato does not compute in become the nearest that holds all their values.
_WIDENED = {
    "INT4": np.int8,
    "INT2": np.int8,
    "UINT4": np.uint8,
    "UINT2": np.uint8,
    "FLOAT8E4M3FN": np.float32,
}
_WIDENED |= dict.fromkeys(
    ("FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "FLOAT8E8M0", "FLOAT4E2M1"), np.float32
)

# Bytes of an element in `raw_data`, for the types that legato has.
_BYTES: dict[int, int] = {
    number: 2 if name == "bf16" else lg.dtype(name).itemsize for number, name in DTYPES.items()
}


def type_name(number: int) -> str:
    """Return ONNX's name of an element type, or its number where it has none."""
    try:
        return str(TensorProto.DataType.Name(number))
    except ValueError:
        return f"type {number}"


def to_dtype(number: int, what: str) -> str:
    """Return legato's name of an ONNX element type."""
    if number not in DTYPES:
        raise lg.UnsupportedError(f"{what}: element type {type_name(number)} is not supported")
    return DTYPES[number]


def to_tensor(proto: TensorProto, folder: Path | None) -> Tensor:
    """Return the elements of a TensorProto; external data is mapped, not read."""
    what = f"tensor {proto.name!r}"
    shape = tuple(proto.dims)
    if any(extent < 0 for extent in shape):
        raise lg.FormatError(f"{what}: an extent of {list(shape)} is negative")
    count = math.prod(shape)
    if proto.data_location == TensorProto.EXTERNAL:
        return _external(proto, count, folder, what)
    if proto.data_type in _BYTES and proto.HasField("raw_data"):
        wanted = count * _BYTES[proto.data_type]
        if len(proto.raw_data) != wanted:
            raise lg.FormatError(
                f"{what}: {len(proto.raw_data)} bytes of data, shape {list(shape)} needs {wanted}"
            )
    elif count > max(1, 2 * 8 * proto.ByteSize()):  # not even a bit per element; to_array would allocate
        raise lg.FormatError(f"{what}: shape {list(shape)} has {count} elements, the data is far smaller")
    try:
        array = numpy_helper.to_array(proto)
    except Exception as error:  # the parser raises whatever it stumbles over
        raise lg.FormatError(f"{what}: {error}") from error
    return _to_legato(array, proto.data_type, what)


def _to_legato(array: Any, data_type: int, what: str) -> Tensor:
    name = type_name(data_type)
    if name in _WIDENED:
        array = array.astype(_WIDENED[name])
    elif data_type not in DTYPES:
        raise lg.UnsupportedError(f"{what}: element type {name} is not supported")
    return lg.tensor(np.ascontiguousarray(array).reshape(array.shape))


def _external(proto: TensorProto, count: int, folder: Path | None, what: str) -> Tensor:
    entries = {entry.key: entry.value for entry in proto.external_data}
    location = entries.get("location", "")
    if folder is None:
        raise lg.ArgumentError(f"{what}: its data is in the file {location!r}; import the model by path")
    if not location or os.path.isabs(location) or ".." in Path(location).parts:
        raise lg.FormatError(
            f"{what}: external data at {location!r}, expected a name below the model's folder"
        )
    path = folder / location
    if folder.resolve() not in path.resolve().parents:
        raise lg.FormatError(f"{what}: external data {location!r} leads out of the model's folder")
    if proto.data_type not in _BYTES:
        raise lg.UnsupportedError(f"{what}: external data of type {type_name(proto.data_type)}")
    try:
        offset = int(entries.get("offset", "0"))
        length = int(entries["length"]) if "length" in entries else None
    except ValueError:
        raise lg.FormatError(f"{what}: offset and length of external data must be whole numbers") from None
    wanted = count * _BYTES[proto.data_type]
    if length is not None and length != wanted:
        raise lg.FormatError(
            f"{what}: {length} bytes of external data, shape {list(proto.dims)} needs {wanted}"
        )
    try:
        if not path.is_file():
            raise lg.FileError(f"{what}: external data file {str(path)!r} is missing")
        size = path.stat().st_size
        if offset < 0 or offset + wanted > size:
            raise lg.FormatError(
                f"{what}: external data at {offset} with {wanted} bytes, {location!r} has {size} bytes"
            )
        if wanted == 0:
            data = np.empty(0, np.uint8)
        else:
            data = np.memmap(path, np.uint8, "r", offset, (wanted,))
    except OSError as error:
        if isinstance(error, lg.LegatoError):
            raise
        raise lg.FileError(f"{what}: external data: {error}") from error
    array = data.view(onnx.helper.tensor_dtype_to_np_dtype(proto.data_type)).reshape(tuple(proto.dims))
    return lg.tensor(array)
