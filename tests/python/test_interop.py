# SPDX-License-Identifier: Apache-2.0
"""Arrays in and out: buffer protocol, array interface, DLPack; honest producers and hostile ones."""

import array
import ctypes
import gc
import hashlib
import pickle
import sys

import ml_dtypes
import numpy as np
import pytest

import legato as lg

DTYPES = ["f4", "f8", "f2", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "?", ml_dtypes.bfloat16]


def sample(dtype, shape=(3, 4)):
    return (np.arange(np.prod(shape)) % 2).reshape(shape).astype(dtype)


# ---- NumPy -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(
    "view",
    [
        lambda a: a, lambda a: a.T, lambda a: a[::-1, ::-2], lambda a: a[1:1], lambda a: a[:, :, None][0],
        lambda a: a[1, 2, None][0], np.asfortranarray, lambda a: np.broadcast_to(a[:1], (5, 4)),
        lambda a: a[2:0:-1, 3:3],
    ],
)  # fmt: skip
def test_no_copy(dtype, view):
    a = view(sample(dtype))
    if type(a) is ml_dtypes.bfloat16:  # NumPy gives no access to the memory of such a scalar
        with pytest.raises(lg.ArgumentError, match="scalar"):
            lg.asarray(a, copy=False)
        a = np.asarray(a)
    x = lg.asarray(a, copy=False)
    assert x.dtype.numpy == a.dtype
    assert x.shape == a.shape
    b = x.numpy()
    np.testing.assert_array_equal(b, a, strict=True)
    if a.size and isinstance(a, np.ndarray):
        assert np.shares_memory(a, b)
        assert all(s == t for n, s, t in zip(a.shape, a.strides, b.strides, strict=True) if n > 1)
    assert b.flags.writeable == a.flags.writeable


def test_memory_is_shared_both_ways():
    a = np.zeros(3, np.float32)
    x = lg.asarray(a)
    a[0] = 1
    x.numpy()[1] = 2
    assert x.tolist() == a.tolist() == [1, 2, 0]


def test_readonly():
    a = np.arange(4.0)
    a.flags.writeable = False
    x = lg.asarray(a)
    assert x.readonly
    assert not x.numpy().flags.writeable
    assert x.reshape(2, 2).readonly and x[1:].readonly and x.T.readonly
    assert not (x + x).readonly and not x.copy().readonly and not lg.tensor(a).readonly
    with pytest.raises(lg.ArgumentError, match="add: out is read-only"):
        lg.add(x, x, out=x)
    assert memoryview(x).readonly
    with pytest.raises(TypeError, match="not writable"):
        (ctypes.c_char * 32).from_buffer(x)


def test_lifetimes():
    a = np.arange(1000.0)
    references = sys.getrefcount(a)
    x = lg.asarray(a)
    y = x[10:20]
    b = y.numpy()
    assert sys.getrefcount(a) == references + 1
    del x, y
    gc.collect()
    assert sys.getrefcount(a) == references + 1
    del a
    np.testing.assert_array_equal(b, np.arange(10.0, 20.0))
    c = lg.arange(3).numpy()
    gc.collect()
    assert c.tolist() == [0, 1, 2]


def test_resizing_is_blocked_while_shared():
    data = bytearray(8)
    x = lg.asarray(data)
    with pytest.raises(BufferError):
        data.append(0)
    del x
    gc.collect()
    data.append(0)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: np.arange(4, dtype=">f4"), "other order"),
        (lambda: np.frombuffer(bytes(17), np.uint8)[1:].view(np.float32), "not aligned"),
        (lambda: np.zeros(4, "i4,i1")["f0"], "no multiple"),
    ],
)
def test_layouts_that_need_a_copy(make, words):
    a = make()
    x = lg.asarray(a)
    np.testing.assert_array_equal(x.numpy().astype(np.float64), a.astype(np.float64))
    np.testing.assert_array_equal(lg.tensor(a).numpy().astype(np.float64), a.astype(np.float64))
    with pytest.raises(lg.ArgumentError, match=words):
        lg.asarray(a, copy=False)


def test_asarray():
    a = np.arange(3.0)
    x = lg.asarray(a)
    assert lg.asarray(x) is x
    assert lg.asarray(x, copy=True) is not x
    assert not np.shares_memory(lg.asarray(a, copy=True).numpy(), a)
    assert lg.asarray(a, lg.f32).dtype is lg.f32
    assert lg.asarray(a, lg.f64, copy=False).dtype is lg.f64
    assert lg.asarray([1, 2], "f16").dtype is lg.f16
    for bad in ([1], 1.0, [[True]], a.astype(">f8")):
        with pytest.raises(ValueError, match="copy=False"):
            lg.asarray(bad, copy=False)
    with pytest.raises(ValueError, match="copy=False"):
        lg.asarray(a, "f32", copy=False)
    with pytest.raises(lg.ArgumentError, match="expected True, False or None"):
        lg.asarray(a, copy="no")


def test_other_buffers():
    assert lg.asarray(b"ab").tolist() == [97, 98]
    assert lg.asarray(array.array("d", [1, 2])).dtype is lg.f64
    assert lg.asarray(memoryview(array.array("h", [1, 2]))[::-1]).tolist() == [2, 1]
    assert lg.asarray((ctypes.c_float * 2)(1, 2)).tolist() == [1, 2]
    assert lg.asarray(((ctypes.c_int16 * 2) * 2)((1, 2), (3, 4))).tolist() == [[1, 2], [3, 4]]
    for bad in (memoryview(b"ab").cast("c"), (ctypes.c_char * 2)(), (ctypes.c_wchar * 2)()):
        with pytest.raises(lg.DTypeError):
            lg.asarray(bad)


def test_array_method():
    class Wrapped:
        def __init__(self, a):
            self.a = a

        def __array__(self, dtype=None, copy=None):
            return np.asarray(self.a, dtype=dtype)

    assert lg.asarray(Wrapped([1, 2])).tolist() == [1, 2]
    assert (lg.ones(2) + lg.asarray(Wrapped([1.0, 2.0]))).tolist() == [2, 3]
    for bad in (Wrapped("x"), Wrapped(None), Wrapped([object()])):
        with pytest.raises(lg.DTypeError):
            lg.asarray(bad)


# ---- buffer protocol, outwards -----------------------------------------------------------------------


def test_memoryview():
    x = lg.asarray(sample("i4"))
    m = memoryview(x)
    assert (m.format, m.shape, m.strides, m.itemsize, m.nbytes) == ("i", (3, 4), (16, 4), 4, 48)
    assert not m.readonly
    assert m.c_contiguous and m.obj is x
    t = memoryview(x.T)
    assert t.f_contiguous and not t.c_contiguous
    assert t.tolist() == x.T.tolist()
    assert bytes(x) == x.numpy().tobytes()
    assert memoryview(lg.tensor(3)).tolist() == 3
    assert memoryview(lg.zeros((0, 2))).nbytes == 0
    with pytest.raises(BufferError, match="bf16"):
        memoryview(lg.ones(2, lg.bf16))


def test_layouts_that_a_consumer_cannot_take():
    x = lg.asarray(sample("f4"))
    with pytest.raises(BufferError, match="contiguous"):
        hashlib.sha256(x.T)
    with pytest.raises(BufferError, match="contiguous"):
        np.frombuffer(x.T, np.float32)
    assert hashlib.sha256(x[0]).digest() == hashlib.sha256(x[0].numpy()).digest()


def test_numpy_functions_take_tensors():
    x = lg.tensor([1.0, 4.0])
    np.testing.assert_array_equal(np.asarray(x), [1, 4])
    np.testing.assert_array_equal(np.concatenate([x, x]), [1, 4, 1, 4])
    assert np.sum(np.asarray(x)) == 5
    assert np.asarray(x, np.float64).dtype == np.float64
    assert not np.shares_memory(np.array(x), x.numpy())
    assert np.asarray(lg.ones(2, lg.bf16)).dtype == ml_dtypes.bfloat16
    assert x.__array__(np.float64).dtype == np.float64
    assert not np.shares_memory(x.__array__(copy=True), x.numpy())
    with pytest.raises(ValueError, match="without a copy"):
        x.__array__(np.float64, copy=False)


# ---- array interface ---------------------------------------------------------------------------------


class Interface:
    def __init__(self, **fields):
        self.__array_interface__ = fields


def of_array(a, **changes):
    fields = {**a.__array_interface__, **changes}
    x = Interface(**{k: v for k, v in fields.items() if v is not ...})
    x.keep = a
    return x


def test_array_interface():
    a = sample("f4")
    for b in (a, a.T, a[::-1, 1:], a[1, 2:2], a[2, 3:4][0:1]):
        np.testing.assert_array_equal(lg.asarray(of_array(b)).numpy(), b, strict=True)
    assert np.shares_memory(lg.asarray(of_array(a), copy=False).numpy(), a)
    a.flags.writeable = False
    assert lg.asarray(of_array(a)).readonly
    x = lg.asarray(Interface(version=3, shape=(2, 2), typestr="<i2", data=bytes(range(8))))
    assert x.readonly and x.tolist() == [[256, 770], [1284, 1798]]
    data = bytearray(range(8))
    x = lg.asarray(Interface(version=3, shape=(2,), typestr="|u1", data=data, offset=3, strides=(-2,)))
    assert x.tolist() == [3, 1]


def test_array_interface_keeps_its_object():
    x = of_array(np.arange(5.0))
    references = sys.getrefcount(x)
    y = lg.asarray(x)
    assert sys.getrefcount(x) == references + 1
    del y
    assert sys.getrefcount(x) == references


HUGE = 1 << 62
BAD_INTERFACES = [
    ({"shape": None}, lg.FormatError), ({"shape": [2]}, lg.FormatError), ({"shape": (2.0,)}, lg.FormatError),
    ({"shape": (True,)}, lg.FormatError), ({"shape": (-1,)}, lg.ShapeError),
    ({"shape": (HUGE, HUGE)}, lg.RangeError),
    ({"shape": (1 << 70,)}, lg.RangeError), ({"shape": (1,) * 9}, lg.ShapeError),
    ({"shape": ...}, lg.FormatError),
    ({"shape": (0, HUGE, HUGE)}, lg.RangeError), ({"strides": (4,)}, lg.FormatError),
    ({"strides": 4}, lg.FormatError),
    ({"strides": (HUGE, 4)}, lg.RangeError), ({"strides": (-HUGE, 4)}, lg.RangeError),
    ({"strides": (1 << 70, 4)}, lg.RangeError), ({"strides": (None, 4)}, lg.FormatError),
    ({"strides": (-(1 << 63), 4)}, lg.RangeError), ({"strides": (1 << 50, -(1 << 50))}, lg.RangeError),
    ({"typestr": None}, lg.FormatError), ({"typestr": "f4"}, lg.FormatError),
    ({"typestr": "<f3"}, lg.DTypeError),
    ({"typestr": "<f²"}, lg.FormatError), ({"typestr": "<f" + "9" * 5000}, lg.DTypeError),
    ({"typestr": "<c8"}, lg.DTypeError), ({"typestr": "|V4"}, lg.DTypeError),
    ({"typestr": "|O8"}, lg.DTypeError),
    ({"typestr": "<U1"}, lg.DTypeError), ({"typestr": "<b4"}, lg.DTypeError),
    ({"typestr": b"<f4"}, lg.FormatError),
    ({"data": (0, False)}, lg.FormatError), ({"data": (-1, False)}, lg.FormatError),
    ({"data": (4,)}, lg.FormatError),
    ({"data": ("x", False)}, lg.FormatError), ({"data": (1 << 64, False)}, lg.FormatError),
    ({"data": ((1 << 64) - 4, False)}, lg.RangeError), ({"data": 4}, TypeError), ({"data": None}, TypeError),
    ({"data": bytes(47)}, lg.OutOfRangeError), ({"data": bytes(48), "offset": 1}, lg.OutOfRangeError),
    ({"data": bytes(48), "offset": -4}, lg.OutOfRangeError),
    ({"data": bytes(48), "offset": 49}, lg.OutOfRangeError),
    ({"data": bytes(48), "offset": "x"}, lg.FormatError),
    ({"data": bytes(48), "strides": (-16, 4)}, lg.OutOfRangeError),
    ({"data": bytes(48), "strides": (16, 8)}, lg.OutOfRangeError), ({"mask": 1}, lg.FormatError),
]  # fmt: skip


@pytest.mark.parametrize("changes, kind", BAD_INTERFACES, ids=lambda p: str(p)[:60])
def test_hostile_array_interface(changes, kind):
    a = sample("f4")
    for use in (lg.asarray, lg.tensor, lg.exp, lambda x: lg.asarray(x, copy=False)):
        with pytest.raises(kind):
            use(of_array(a, **changes))


def test_array_interface_of_other_types():
    for value in (None, 3, [], "x"):
        x = Interface()
        x.__array_interface__ = value
        with pytest.raises(lg.FormatError, match="expected a dict"):
            lg.asarray(x)

    class Raising:
        @property
        def __array_interface__(self):
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        lg.asarray(Raising())


# ---- DLPack ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [d for d in DTYPES if d is not ml_dtypes.bfloat16], ids=str)
def test_dlpack_with_numpy(dtype):
    b = sample(dtype)
    for a in (b, b.T, b[::-1, ::2], sample(dtype, (0, 3)), sample(dtype, ())):
        x = lg.from_dlpack(a)
        np.testing.assert_array_equal(x.numpy(), a, strict=True)
        assert not a.size or np.shares_memory(x.numpy(), a)
        b = np.from_dlpack(x)
        np.testing.assert_array_equal(b, a, strict=True)
        assert not a.size or np.shares_memory(b, a)


def test_dlpack_with_ourselves():
    for dtype in (lg.f32, lg.bf16, lg.bool):
        x = lg.ones((2, 3), dtype).T
        y = lg.from_dlpack(x)
        assert (y.dtype, y.shape, y.strides, y.tolist()) == (x.dtype, x.shape, x.strides, x.tolist())
        for version in (None, (0, 8), (1, 0), (2, 0)):
            assert lg.from_dlpack(x.__dlpack__(max_version=version)).tolist() == x.tolist()
    x = lg.arange(3)
    assert x.__dlpack_device__() == (1, 0)
    assert lg.from_dlpack(x, copy=True).numpy().base is not None
    assert not np.shares_memory(lg.from_dlpack(x, copy=True).numpy(), x.numpy())
    assert not np.shares_memory(lg.from_dlpack(x.__dlpack__(copy=True)).numpy(), x.numpy())


def test_dlpack_readonly():
    a = np.arange(3.0)
    a.flags.writeable = False
    x = lg.asarray(a)
    assert lg.from_dlpack(x).readonly
    assert not np.from_dlpack(x).flags.writeable
    with pytest.raises(BufferError, match="max_version"):
        x.__dlpack__()


def test_dlpack_arguments():
    x = lg.zeros(2)
    assert x.__dlpack__(dl_device=(1, 0)) is not None
    with pytest.raises(BufferError, match="device"):
        x.__dlpack__(dl_device=(2, 0))
    with pytest.raises(ValueError, match="streams"):
        x.__dlpack__(stream=1)


def test_dlpack_lifetime():
    a = np.arange(5.0)
    references = sys.getrefcount(a)
    x = lg.from_dlpack(a)
    y = lg.from_dlpack(x.__dlpack__())
    del x
    gc.collect()
    assert sys.getrefcount(a) > references
    assert y.tolist() == [0, 1, 2, 3, 4]
    del y
    gc.collect()
    assert sys.getrefcount(a) == references
    capsule = lg.asarray(a).__dlpack__()  # never used: gives its tensor back by itself
    assert sys.getrefcount(a) == references + 1
    del capsule
    assert sys.getrefcount(a) == references


class DLDevice(ctypes.Structure):
    _fields_ = [("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32)]


class DLDataType(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]


class DLTensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device", DLDevice),
        ("ndim", ctypes.c_int32),
        ("dtype", DLDataType),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


DELETER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Managed(ctypes.Structure):
    _fields_ = [("dl_tensor", DLTensor), ("manager_ctx", ctypes.c_void_p), ("deleter", DELETER)]


class Versioned(ctypes.Structure):
    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("manager_ctx", ctypes.c_void_p),
        ("deleter", DELETER),
        ("flags", ctypes.c_uint64),
        ("dl_tensor", DLTensor),
    ]


new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype = ctypes.py_object
new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class Producer:
    """A DLPack producer that says what a test wants, and counts deletions."""

    def __init__(self, versioned=True, name=None, **changes):
        self.memory = np.arange(12, dtype=np.float32)
        self.deleted = 0
        self.device = changes.pop("dlpack_device", (1, 0))
        deleter = changes.pop("deleter", True)
        self.managed = Versioned() if versioned else Managed()
        if versioned:
            self.managed.major = changes.pop("major", 1)
            self.managed.flags = changes.pop("flags", 0)
        self.deleter = DELETER(self.delete)
        if deleter:
            self.managed.deleter = self.deleter
        fields = {
            "data": self.memory.ctypes.data, "device": (1, 0), "dtype": (2, 32, 1), "shape": (3, 4),
            "strides": None, "byte_offset": 0, **changes,
        }  # fmt: skip
        dl = self.managed.dl_tensor
        dl.data = fields["data"]
        dl.device = DLDevice(*fields["device"])
        dl.dtype = DLDataType(*fields["dtype"])
        dl.byte_offset = fields["byte_offset"]
        for name_, values in (("shape", fields["shape"]), ("strides", fields["strides"])):
            if values is not None:
                setattr(dl, name_, (ctypes.c_int64 * max(1, len(values)))(*values))
        dl.ndim = fields.get("ndim", len(fields["shape"] or ()))
        self.name = name or (b"dltensor_versioned" if versioned else b"dltensor")

    def delete(self, _):
        self.deleted += 1

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, **options):
        return new_capsule(ctypes.addressof(self.managed), self.name, None)


@pytest.mark.parametrize("versioned", [True, False])
def test_dlpack_producer(versioned):
    for changes in (
        {},
        {"strides": (4, 1)},
        {"strides": (-4, 1), "byte_offset": 32},
        {"shape": (2,), "byte_offset": 8},
    ):
        p = Producer(versioned, **changes)
        x = lg.from_dlpack(p)
        assert x.dtype is lg.f32
        assert p.deleted == 0
        start = p.managed.dl_tensor.byte_offset // 4
        assert x.numpy().flat[0] == start
        y = x[:1]
        del x
        assert p.deleted == 0
        del y
        assert p.deleted == 1
    p = Producer(versioned, deleter=False)
    assert lg.from_dlpack(p).shape == (3, 4)
    assert lg.asarray(Producer(versioned, shape=(), data=p.memory.ctypes.data)).shape == ()
    assert lg.from_dlpack(Producer(versioned, shape=(0, 5), data=None)).shape == (0, 5)


def test_dlpack_read_only_flag():
    assert lg.from_dlpack(Producer(flags=1)).readonly


def test_dlpack_before_version_1():
    class Old(Producer):
        def __dlpack__(self):
            return super().__dlpack__()

    assert lg.from_dlpack(Old(False)).shape == (3, 4)
    with pytest.raises(TypeError):
        lg.from_dlpack(Old(False), copy=False)


BAD_DLPACK = [
    ({"device": (2, 0)}, lg.DeviceError), ({"dlpack_device": (2, 0)}, lg.DeviceError),
    ({"dlpack_device": None}, lg.FormatError), ({"dlpack_device": (1,)}, lg.FormatError),
    ({"dtype": (2, 32, 2)}, lg.DTypeError), ({"dtype": (2, 31, 1)}, lg.DTypeError),
    ({"dtype": (5, 64, 1)}, TypeError),
    ({"dtype": (99, 8, 1)}, lg.DTypeError), ({"dtype": (6, 1, 1)}, lg.DTypeError),
    ({"ndim": -1}, lg.ShapeError),
    ({"ndim": 9}, lg.ShapeError), ({"ndim": 1 << 30}, lg.ShapeError),
    ({"shape": None, "ndim": 2}, lg.FormatError),
    ({"shape": (-1, 4)}, lg.ShapeError), ({"shape": (HUGE, HUGE)}, lg.RangeError),
    ({"data": None}, lg.FormatError),
    ({"shape": (0, HUGE, HUGE)}, lg.RangeError), ({"strides": (HUGE, 1)}, lg.RangeError),
    ({"strides": (1, -HUGE)}, lg.RangeError), ({"strides": (-(1 << 63), 1)}, lg.RangeError),
    ({"byte_offset": (1 << 64) - 8}, lg.FormatError), ({"byte_offset": 2}, lg.ArgumentError),
    ({"major": 2}, lg.FormatError), ({"major": 0}, lg.FormatError),
    ({"name": b"used_dltensor_versioned"}, ValueError),
    ({"name": b"something"}, lg.FormatError),
]  # fmt: skip


@pytest.mark.parametrize("changes, kind", BAD_DLPACK, ids=lambda p: str(p)[:60])
def test_hostile_dlpack(changes, kind):
    p = Producer(**changes)
    with pytest.raises(kind):
        lg.from_dlpack(p)
    gc.collect()
    assert p.deleted == 0  # still the capsule's


def test_dlpack_capsule_is_used_once():
    capsule = lg.zeros(2).__dlpack__()
    lg.from_dlpack(capsule)
    with pytest.raises(lg.FormatError, match="used_dltensor"):
        lg.from_dlpack(capsule)


def test_no_dlpack():
    for bad in (3, None, "x", object()):
        with pytest.raises(lg.DTypeError, match="__dlpack__"):
            lg.from_dlpack(bad)

    class NoCapsule(Producer):
        def __dlpack__(self, **options):
            return 3

    with pytest.raises(lg.FormatError, match="capsule"):
        lg.from_dlpack(NoCapsule())


# ---- pickle ------------------------------------------------------------------------------------------


def test_pickle_is_checked():
    from legato.core.tensor import _rebuild

    for data, dtype, shape in (
        (b"abc", "f32", (1,)),
        (b"", "f31", ()),
        (b"", "f32", (-1,)),
        (bytes(4), "f32", (1,) * 9),
    ):
        with pytest.raises(lg.LegatoError):
            _rebuild(data, dtype, shape)
    assert pickle.loads(pickle.dumps(lg.zeros((0, 3)))).shape == (0, 3)
