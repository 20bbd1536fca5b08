# SPDX-License-Identifier: Apache-2.0
import pickle
from concurrent.futures import CancelledError

import pytest

import legato as lg
import legato.core._future

BUILTINS = {
    lg.ArgumentError: ValueError,
    lg.ShapeError: ValueError,
    lg.DTypeError: TypeError,
    lg.OutOfRangeError: IndexError,
    lg.DivisionByZeroError: ZeroDivisionError,
    lg.OutOfMemoryError: MemoryError,
    lg.RangeError: OverflowError,
    lg.UnsupportedError: NotImplementedError,
    lg.NotFoundError: LookupError,
    lg.AlreadyExistsError: ValueError,
    lg.DeviceError: RuntimeError,
    lg.DeviceLostError: RuntimeError,
    lg.BusyError: RuntimeError,
    lg.Cancelled: CancelledError,
    lg.DeadlineExceeded: TimeoutError,
    lg.FormatError: ValueError,
    lg.FileError: OSError,
    lg.AbiError: RuntimeError,
    lg.ClosedError: RuntimeError,
    lg.InternalError: RuntimeError,
}


def test_every_class_has_its_builtin():
    public = {getattr(lg, name) for name in lg.__all__}
    public = {x for x in public if isinstance(x, type) and issubclass(x, lg.LegatoError)}
    assert public == {lg.LegatoError, *BUILTINS}
    for kind, builtin in BUILTINS.items():
        assert issubclass(kind, lg.LegatoError)
        assert issubclass(kind, builtin)
    assert len({kind.code for kind in BUILTINS}) == len(BUILTINS)


def test_op_and_code():
    with pytest.raises(lg.ShapeError, match=r"^matmul: ") as caught:
        lg.matmul(lg.zeros((2, 3)), lg.zeros((2, 3)))
    assert (caught.value.op, caught.value.code) == ("matmul", "SHAPE")


def test_pickle():
    with pytest.raises(lg.LegatoError) as caught:
        lg.add(lg.zeros(2), lg.zeros(3))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is lg.ShapeError
    assert (str(copy), copy.op, copy.code) == (str(caught.value), "add", "SHAPE")


def test_kernel_errors():
    with pytest.raises(lg.DivisionByZeroError, match="div"):
        lg.tensor([1, 2]) // lg.tensor([1, 0])
    with pytest.raises(lg.OutOfRangeError, match="gather"):
        lg.gather(lg.zeros(3), lg.tensor([0, 3]))


def test_out_of_memory():
    with pytest.raises(MemoryError):
        lg.empty(1 << 60)
    with pytest.raises(lg.RangeError):
        lg.empty((1 << 40, 1 << 40))
