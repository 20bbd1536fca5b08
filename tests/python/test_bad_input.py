# SPDX-License-Identifier: Apache-2.0
"""Bad input, by name: each gives the documented error, and what was there before goes on."""

import struct

import numpy as np
import pytest

import legato as lg

W = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)
X = np.ones((2, 4), np.float32)


def net(x, y):
    return lg.relu(x @ lg.tensor(W)) + y


@pytest.fixture
def run():
    return lg.runner(net, "f32[n,4]", "f32[n,3]")


@pytest.fixture
def file(tmp_path):
    runner = lg.runner(lambda x: lg.relu(x @ lg.tensor(W)), "f32[n,4]")
    runner.plan("f32[2,4]")
    path = tmp_path / "net.legato"
    lg.save(path, runner)
    return path


def refuse(path, data, error, match):
    path.write_bytes(data)
    with pytest.raises(error, match=match):
        lg.load(path)


def edited(data, old, new):
    """Return the file with another text in its header, whose length fits."""
    (count,) = struct.unpack("<Q", data[:8])
    header = data[8 : 8 + count]
    assert old in header
    header = header.replace(old, new, 1)
    header += b" " * (-(len(header) + 8) % 64)
    return struct.pack("<Q", len(header)) + header + data[8 + count :]


# ---- inputs ----------------------------------------------------------------------------------------


def still_runs(run):
    assert run(X, np.zeros((2, 3), np.float32)).shape == (2, 3)


def test_input_of_wrong_name(run):
    with pytest.raises(lg.ArgumentError, match="no input 'z'; the inputs are x, y|z"):
        run(X, z=X)
    still_runs(run)


def test_input_of_wrong_shape(run):
    for x, match in [
        (np.ones((2, 5), np.float32), r"input 'x' has shape \(2, 5\), expected f32\[n,4\]"),
        (np.ones(4, np.float32), r"input 'x' has shape \(4,\), expected f32\[n,4\]"),
        (np.ones((3, 4), np.float32), r"n is 3 by input 'x'"),
    ]:
        with pytest.raises(lg.ShapeError, match=match):
            run(x, np.zeros((2, 3), np.float32))
    still_runs(run)


@pytest.mark.parametrize("dtype", ["f8", "f2", "i4", "?"])
def test_input_of_wrong_dtype(run, dtype):
    with pytest.raises(lg.DTypeError, match=r"input 'x' is .*, expected f32\[n,4\]"):
        run(X.astype(dtype), np.zeros((2, 3), np.float32))
    still_runs(run)


def test_inputs_of_wrong_count(run):
    for given in ((), (X,), (X, X, X)):
        with pytest.raises(lg.ArgumentError):
            run(*given)
    with pytest.raises(lg.ArgumentError):
        run(X, X, x=X)
    still_runs(run)


def test_input_that_is_no_array(run):
    for x in (None, "text", object(), {"a": 1}, [[1.0], [2.0, 3.0]]):
        with pytest.raises(lg.LegatoError):
            run(x, X)
    still_runs(run)


# ---- states ----------------------------------------------------------------------------------------


def test_two_calls_on_one_state():
    """The second comes while the first runs, from within it."""
    h, errors = lg.state("h", (3,)), []

    def step(x):
        h.set(lg.tanh(h.value + x))
        return h.value

    def again(op, outputs):
        try:
            run(np.ones(3, np.float32))
        except lg.BusyError as error:
            errors.append(str(error))

    run = lg.runner(step, "f32[3]", executor=lg.tap("tanh", again))
    y = run(np.ones(3, np.float32)).numpy()
    np.testing.assert_allclose(y, np.tanh(1), rtol=1e-6)
    assert errors == ["a runner with states serves one call at a time; another one is running"]
    np.testing.assert_allclose(run.state()["h"].numpy(), y)  # once, not twice


# ---- files -----------------------------------------------------------------------------------------


def test_truncated_file(file):
    data = file.read_bytes()
    for kept in range(len(data) - 1):
        refuse(file, data[:kept], lg.FormatError, "net.legato|header|tensor")


def test_bit_flipped_file(file):
    """Bits all over the header: refused with a message, or a file like it that runs."""
    data = bytearray(file.read_bytes())
    (count,) = struct.unpack("<Q", data[:8])
    opened = 0
    for bit in range(0, 8 * (8 + count), 3):
        data[bit // 8] ^= 1 << bit % 8
        file.write_bytes(data)
        try:
            app = lg.load(file)
            for name in app:  # none where "model" is another word now
                (spec,) = app[name].program.inputs.values()
                shape = [extent if isinstance(extent, int) else 2 for extent in spec.shape]
                if np.prod(shape) < 1e6:
                    app[name](lg.cast(lg.full(shape, 1.0), dtype=spec.dtype))
            opened += 1
        except lg.LegatoError as error:
            assert str(error)
        data[bit // 8] ^= 1 << bit % 8
    assert opened > 30  # names, spaces


def test_oversized_file(file):
    data = file.read_bytes()
    for header_bytes in (len(data), 1 << 31, 1 << 62, (1 << 64) - 1):
        refuse(file, struct.pack("<Q", header_bytes) + data[8:], lg.FormatError, "truncated")
    for old, new, match in [
        (b'"shape":[4,3]', b'"shape":[4,4]', "needs 64 bytes"),
        (b'"shape":[4,3]', b'"shape":[9223372036854775807,3]', "fit in 64 bits"),
        (b'"shape":[4,3]', b'"shape":[99999999999999999999,3]', "extent|number"),
        (b'"shape":[4,3]', b'"shape":[1,1,1,1,1,1,1,4,3]', "at most 8 dimensions"),
        (b'"data_offsets":[0,48]', b'"data_offsets":[0,4000000000]', "needs 48 bytes"),
        (b'"data_offsets":[0,48]', b'"data_offsets":[4000000000,4000000048]', "the file has"),
        (b"f32[2,4]", b"f32[2,4,1,1,1,1,1,1,1]", "8|fits|rank"),
        (b"relu(", b"relu(" + b"%0, " * 3000, "relu|inputs|at most"),
    ]:
        refuse(file, edited(data, old, new), lg.LegatoError, match)
    deep = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b',"__metadata__"'
    refuse(file, edited(data, b'{"__metadata__"', deep), lg.FormatError, "less deeply|expected")


def test_cyclic_file(file):
    """Ops that need their own results, directly or by others."""
    data = file.read_bytes()
    assert b"%2 = matmul(%0, %1)" in data and b"%3 = relu(%2)" in data
    for old, new in [
        (b"relu(%2)", b"relu(%3)"),
        (b"matmul(%0, %1)", b"matmul(%3, %1)"),
        (b"matmul(%0, %1)", b"matmul(%0, %2)"),
    ]:
        refuse(file, edited(data, old, new), lg.FormatError, "used before it is defined")


def test_file_of_wrong_version(file):
    data = file.read_bytes()
    refuse(file, edited(data, b"legato 1", b"legato 2"), lg.FormatError, "has format 2, this library reads 1")
    refuse(file, edited(data, b"legato 1", b"legato 0"), lg.FormatError, "has format 0, this library reads 1")
    refuse(file, edited(data, b"legato 1", b"legato x"), lg.FormatError, "a format version")
    newer = edited(data, b"legato 1\\n", b'legato 1\\nrequires \\"lanes of light\\"\\n')
    refuse(file, newer, lg.UnsupportedError, "lanes of light")


def test_file_of_another_kind(tmp_path):
    path = tmp_path / "other.legato"
    for data in (b"", b"PK\x03\x04" + bytes(200), b"\x08\x07\x12\x07pytorch" + bytes(200), bytes(200)):
        refuse(path, data, lg.FormatError, "legato|empty")
    with pytest.raises(lg.FileError):
        lg.load(tmp_path)
    with pytest.raises(lg.FileError):
        lg.load(tmp_path / "missing.legato")
