# SPDX-License-Identifier: Apache-2.0
"""Ops and kernels of one's own, from Python: as built-in ones in eager, record, plan, runner and file."""

import ctypes
import subprocess
import sys
import threading
from itertools import count
from typing import Literal

import numpy as np
import pytest

import legato as lg
import support
from legato.core.registry import Op

NUMBERS = count()


def fresh() -> str:
    """A name that no other test has: an op is declared once per process."""
    return f"test.op{next(NUMBERS)}"


@pytest.fixture(scope="module")
def snake() -> Op:
    @lg.op(name="test.snake")
    def snake(x, *, alpha: float = 1.0):
        """x + sin(alpha x)^2 / alpha"""
        return x

    @lg.kernel(snake, dtypes="f32 f64")
    def snake_cpu(x, *, alpha):
        x = x.numpy()
        return x + np.sin(alpha * x).astype(x.dtype) ** 2 / x.dtype.type(alpha)

    return snake


def snake_of(x, alpha=1.0):
    return x + np.sin(alpha * x) ** 2 / alpha


X = np.linspace(-2, 2, 12, dtype=np.float32).reshape(3, 4)


def test_eager(snake):
    np.testing.assert_allclose(snake(X).numpy(), snake_of(X), rtol=1e-6)
    np.testing.assert_allclose(snake(X, alpha=2).numpy(), snake_of(X, 2), rtol=1e-6)
    np.testing.assert_allclose(snake(x=X).numpy(), snake_of(X), rtol=1e-6)
    # Strided inputs, float64, empty tensors, out=.
    np.testing.assert_allclose(snake(lg.tensor(X).T).numpy(), snake_of(X.T), rtol=1e-6)
    assert snake(X.astype(np.float64)).dtype == lg.f64
    assert snake(lg.zeros((0, 3))).shape == (0, 3)
    out = lg.empty((3, 4))
    assert snake(X, out=out) is out
    np.testing.assert_allclose(out.numpy(), snake_of(X), rtol=1e-6)
    assert snake.__doc__.startswith("x + sin") and "alpha" in repr(snake)


def test_recorded_planned_saved(snake, tmp_path):
    program = lg.record(lambda x: snake(lg.tanh(x), alpha=0.5) * 2.0, "f32[3,4]")
    assert "test.snake(%2) {alpha=0.5}" in str(program)
    assert str(lg.Program.parse(str(program), {"w0": np.float32(2)})) == str(program)
    run = lg.runner(program)
    wanted = snake_of(np.tanh(X), 0.5) * 2
    for _ in range(3):
        np.testing.assert_allclose(run(X).numpy(), wanted, rtol=1e-5)
    plan = str(run.plan())
    assert "test.snake__python" in plan and "needs Python at replay: test.snake#0" in plan
    lg.save(tmp_path / "m.legato", run)
    np.testing.assert_allclose(lg.load(tmp_path / "m.legato")(X).numpy(), wanted, rtol=1e-5)

    # Another process without the op: the error says which.
    code = f"import legato as lg; lg.load({str(tmp_path / 'm.legato')!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "NotFoundError" in done.stderr
    assert "no op 'test.snake' here; register it first" in done.stderr and "legato.op" in done.stderr


def test_attributes_of_every_kind():
    seen = {}

    @lg.op(name=fresh())
    def all_kinds(
        x,
        y=None,
        *,
        need: int,
        real: float = 0.5,
        flag=True,
        dtype: lg.DType | None = None,
        axes: tuple[int, ...] | None = None,
        scales=(1.0, 2.5),
        mode: Literal["fast", "exact"] = "exact",
        number: int | float = 3,
    ):
        return x

    @lg.kernel(all_kinds)
    def run(x, y=None, **attrs):
        seen.update(attrs, y=y)
        return x

    all_kinds([1.0], need=7)
    assert seen == {
        "y": None, "need": 7, "real": 0.5, "flag": True, "dtype": None, "axes": None, "scales": (1.0, 2.5),
        "mode": "exact", "number": 3,
    }  # fmt: skip
    all_kinds(
        [1.0],
        [2.0],
        need=1,
        real=2,
        flag=False,
        dtype="f16",
        axes=[0, 1],
        scales=[3],
        mode="fast",
        number=0.5,
    )
    assert seen.pop("y").tolist() == [2.0]
    assert seen == {
        "need": 1, "real": 2.0, "flag": False, "dtype": lg.f16, "axes": (0, 1), "scales": (3.0,),
        "mode": "fast", "number": 0.5,
    }  # fmt: skip
    # And through text.
    program = lg.record(lambda x: all_kinds(x, need=2, axes=(1,), mode="fast", dtype=lg.i8), "f32[2]")
    assert "{need=2, dtype=i8, axes=[1], mode=fast}" in str(program)
    lg.runner(lg.Program.parse(str(program)))([1.0, 2.0])
    assert seen["axes"] == (1,) and seen["dtype"] == lg.i8
    for kwargs, error, part in [
        ({}, lg.ArgumentError, "need is missing"),
        ({"need": 1.5}, lg.DTypeError, "need"),
        ({"need": 1, "mode": "slow"}, lg.ArgumentError, "'fast', 'exact'"),
        ({"need": 1, "nope": 1}, lg.ArgumentError, "no argument nope"),
        ({"need": 2**70}, lg.RangeError, "need"),
    ]:
        with pytest.raises(error, match=part):
            all_kinds([1.0], **kwargs)
    with pytest.raises(lg.ArgumentError, match="input x is missing"):
        all_kinds(need=1)
    with pytest.raises(lg.ArgumentError, match="3 inputs given, at most 2"):
        all_kinds(1, 2, 3, need=1)
    seen.clear()


def test_inputs_agree_by_annotation():
    @lg.op(name=fresh())
    def pick(x, y, index: "i32 i64"):  # noqa: F722
        return index.shape

    @lg.kernel(pick)
    def run(x, y, index):
        return (x + y).numpy()[index.numpy()]

    assert pick([1.0, 2.0], [0, 1], np.array([1, 1, 0])).tolist() == [3.0, 3.0, 1.0]
    with pytest.raises(lg.DTypeError, match="index is f32, expected one of: i32 i64"):
        pick([1.0], [1.0], [0.0])


def test_variadic_and_rules_by_name():
    @lg.op(name=fresh(), shape="broadcast")
    def add_all(*xs): ...

    @lg.kernel(add_all)
    def run(*xs):
        return sum(x.numpy() for x in xs)

    assert add_all(np.ones((2, 1), np.float32), [1.0, 2.0], 3.0).tolist() == [[5.0, 6.0], [5.0, 6.0]]
    with pytest.raises(lg.ShapeError):
        add_all([1.0, 2.0], [1.0, 2.0, 3.0])

    product = lg.op(lambda a, b: None, name=fresh(), shape="matmul")
    lg.kernel(product, lambda a, b: a.numpy() @ b.numpy())
    assert product(np.ones((2, 3), np.float32), np.ones((3, 5), np.float32)).shape == (2, 5)
    promoted = lg.op(lambda x: x, name=fresh(), promote=True)
    lg.kernel(promoted, lambda x: x)
    assert promoted([1, 2]).dtype == lg.f32


def test_what_a_shape_rule_may_return():
    answers = [
        ("f64[2]", (2,), lg.f64),
        (lg.spec("i8[]"), (), lg.i8),
        ((lg.bool, (3, 1)), (3, 1), lg.bool),
        ((4, 5), (4, 5), lg.f32),
        ([], (), lg.f32),
    ]
    for answer, shape, dtype in answers:
        op = lg.op(lambda x, answer=None: answer, name=fresh(), shape=lambda x, given=answer: given)
        y = lg.record(lambda x, op=op: op(x), "f32[9]").outputs["output"]
        assert (y.shape, y.dtype) == (shape, dtype)


@pytest.mark.parametrize(
    ("answer", "error", "part"),
    [
        (None, lg.DTypeError, "shape rule gives None"),
        (object(), lg.DTypeError, "shape rule gives <object"),
        ("f32[2", lg.FormatError, "not of the form"),
        ("q7[2]", lg.FormatError, "not of the form"),
        ((-1, 2), lg.ShapeError, "shape rule gives the shape"),
        ((1,) * 9, lg.ShapeError, "9 extents"),
        ((2**62, 2**62), lg.RangeError, "64 bits|overflow|large|elements"),
        ({"shape": 1}, lg.DTypeError, "shape rule gives"),
        ((1.5,), lg.DTypeError, "shape rule gives"),
    ],
)
def test_nonsense_from_a_shape_rule(answer, error, part):
    op = lg.op(lambda x: answer, name=fresh())
    lg.kernel(op, lambda x: x)
    for call in (lambda: op([1.0]), lambda: lg.record(lambda x: op(x), "f32[1]")):
        with pytest.raises(error, match=part):
            call()


@pytest.mark.parametrize(
    ("answer", "error", "part"),
    [
        (np.zeros(3, np.float32), lg.ShapeError, r"kernel returns .*f32\[3\].*, expected .*f32\[2\]"),
        (np.zeros(2, np.float64), lg.DTypeError, r"kernel returns .*f64\[2\].*, expected .*f32\[2\]"),
        (None, lg.DTypeError, "kernel returns NoneType"),
        ("text", lg.DTypeError, "kernel returns str"),
    ],
)
def test_wrong_result_of_a_kernel(answer, error, part):
    op = lg.op(lambda x: x, name=fresh())
    lg.kernel(op, lambda x: answer)
    with pytest.raises(error, match=part) as caught:
        op([1.0, 2.0])
    assert caught.value.op == op.name
    run = lg.runner(lambda x: op(x), "f32[2]")
    with pytest.raises(error, match=part):
        run([1.0, 2.0])


class OddError(Exception):
    """Nothing that legato knows."""


def test_exceptions_arrive_unchanged():
    error = OddError("what")
    place = {}

    def rule(x):
        if place.get("rule"):
            raise error
        return x

    def run_it(x):
        if place.get("kernel"):
            raise error
        return x

    op = lg.op(rule, name=fresh())
    lg.kernel(op, run_it)
    run = lg.runner(lambda x: op(x), "f32[2]")
    place["kernel"] = True
    for call in (lambda: op([1.0]), lambda: run([1.0, 2.0]), lambda: op([1.0], out=lg.empty(1))):
        with pytest.raises(OddError) as caught:
            call()
        assert caught.value is error
    assert any(frame.name == "run_it" for frame in caught.traceback)
    place["kernel"] = False
    assert run([1.0, 2.0]).tolist() == [1.0, 2.0]  # the runner lives on
    place["rule"] = True
    for call in (lambda: op([1.0]), lambda: lg.record(lambda x: op(x), "f32[2]")):
        with pytest.raises(OddError) as caught:
            call()
        assert caught.value is error
    error.__traceback__ = None  # the op, which stays for ever, knows the error

    stop = lg.op(lambda x: x, name=fresh())

    @lg.kernel(stop)
    def interrupt(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop([1.0])


def test_kernels_own_their_inputs():
    kept = []
    op = lg.op(lambda x: x, name=fresh())

    @lg.kernel(op)
    def keep(x):
        kept.append(x)
        x.numpy()[0] = 100.0
        return x

    run = lg.runner(lambda x: op(x * 1.0), "f32[3]")
    x = lg.tensor([1.0, 2.0, 3.0])
    assert op(x).tolist() == [100.0, 2.0, 3.0] and x.tolist() == [1.0, 2.0, 3.0]
    run(x), run([7.0, 8.0, 9.0])
    assert [k.tolist()[1] for k in kept] == [2.0, 2.0, 8.0]
    kept.clear()  # the kernel stays for ever


def test_ops_inside_of_a_kernel_are_not_recorded():
    op = lg.op(lambda x: x, name=fresh())
    lg.kernel(op, lambda x: lg.tanh(x) + 1.0)
    run = lg.runner(lambda x: op(x), "f32[2]")
    program = lg.record(lambda x: x + run(lg.tensor([0.0, 0.0])), "f32[2]")
    assert len(program) == 1
    with lg.on("cpu:0"):
        assert op([0.0, 0.0]).tolist() == [1.0, 1.0]


def test_threads():
    op = lg.op(lambda x: x, name=fresh())

    @lg.kernel(op)
    def run_it(x):
        if x.numpy()[0] < 0:
            raise OddError(float(x.numpy()[0]))
        return x * 2.0

    run = lg.runner(lambda x: op(x), "f32[1]")
    wrong = []

    def work(k):
        for i in range(50):
            value = float(k * 100 + i)
            if run([value]).tolist() != [2 * value]:
                wrong.append(value)
            try:
                run([-value - 1])
                wrong.append(value)
            except OddError as error:
                if error.args != (-value - 1,):
                    wrong.append(value)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert not wrong


def test_names_that_clash():
    name = fresh()
    op = lg.op(lambda x: x, name=name)
    with pytest.raises(lg.AlreadyExistsError, match=name):
        lg.op(lambda x: x, name=name)
    with pytest.raises(lg.AlreadyExistsError, match="built-in op 'matmul'"):
        lg.op(lambda x: x, name="matmul")
    with pytest.raises(lg.UnsupportedError, match="register one"):
        op([1.0])
    lg.kernel(op, lambda x: x, dtypes="f32")
    with pytest.raises(lg.AlreadyExistsError, match="kernel for f32 already"):
        lg.kernel(op, lambda x: x, dtypes=["f32", lg.f64])
    lg.kernel(op, lambda x: x, dtypes=lg.f64)
    assert op(np.float64([1])).dtype == lg.f64
    with pytest.raises(lg.UnsupportedError, match="there are kernels for: f32 f64"):
        op(np.int8([1]))


def test_wrong_declarations():
    def bad(fn, error, part, **kwargs):
        with pytest.raises(error, match=part):
            lg.op(fn, name=fresh(), **kwargs)

    bad(lambda x, *, mode="a": x, lg.ArgumentError, "kind of attribute mode")
    bad(lambda x, *, axis=None: x, lg.ArgumentError, "kind of attribute axis")
    bad(lambda x, *, out=1: x, lg.ArgumentError, "out is the argument of all ops")
    bad(lambda x, y=1: x, lg.ArgumentError, "y is an input")
    bad(lambda x, **kw: x, lg.ArgumentError, "declares nothing")
    bad(lambda x, *xs: x, lg.ArgumentError, "stands for all inputs")
    bad(lambda *xs: xs[0], lg.ArgumentError, "outputs", outs=0)
    bad(lambda x: x, lg.NotFoundError, "no shape rule 'conv'", shape="conv")
    bad(lambda x: x, lg.DTypeError, "shape is int", shape=3)
    with pytest.raises(lg.ArgumentError, match="no name of an op"):
        lg.op(lambda x: x)  # its name is <lambda>
    with pytest.raises(lg.DTypeError, match="expected a function"):
        lg.op(3)
    with pytest.raises(lg.NotFoundError, match="no op 'test.nobody'"):
        lg.kernel("test.nobody", lambda x: x)
    with pytest.raises(lg.UnsupportedError, match="built in"):
        lg.kernel("tanh", lambda x: x)
    with pytest.raises(lg.UnsupportedError, match="opencl:0"):
        lg.kernel("tanh", device="opencl:0")
    op = lg.op(lambda x: x, name=fresh())
    for thing, error in [
        (3.5, lg.DTypeError),
        (0, lg.ArgumentError),
        (-5, lg.ArgumentError),
        (("a",), lg.ArgumentError),
    ]:
        with pytest.raises(error):
            lg.kernel(op, thing)
    with pytest.raises(lg.FileError):
        lg.kernel(op, ("/nowhere/lib.so", "f"))
    with pytest.raises(lg.DTypeError):
        lg.kernel(op, lambda x: x, dtypes="f33")


def test_many_outputs():
    @lg.op(name=fresh(), outs=2)
    def parts(x, *, at: int):
        n = x.shape[0]
        return (x.dtype, (at,)), (n - at,)

    @lg.kernel(parts)
    def run(x, *, at):
        return x.numpy()[:at], x.numpy()[at:]

    low, high = parts([1.0, 2.0, 3.0], at=1)
    assert low.tolist() == [1.0] and high.tolist() == [2.0, 3.0]
    runner = lg.runner(lambda x: parts(x, at=2), "f32[3]")
    assert [y.tolist() for y in runner([1.0, 2.0, 3.0])] == [[1.0, 2.0], [3.0]]
    wrong = lg.op(lambda x: x, name=fresh(), outs=2)
    with pytest.raises(lg.DTypeError, match="expected 2 of Spec"):
        wrong([1.0])


# ---- C functions -------------------------------------------------------------------------------------

SOURCE = r"""
#include <legato/plugin.h>
int32_t relu6(void *state, const lg_op_view_t *op, lg_lane_t *lane, const lg_host_t *host) {
    (void)state, (void)lane, (void)host;
    const float *x = op->ins[0]->data;
    float *y = op->outs[0]->data;
    double top = *(const double *)op->attrs;
    for (int64_t i = 0; i < op->ins[0]->elem_count; i++) {
        if (x[i] == 1000.0f) {
            return LG_STATUS_INDEX;
        }
        y[i] = x[i] < 0 ? 0 : x[i] > top ? (float)top : x[i];
    }
    return LG_OK;
}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernels")
    (folder / "relu6.c").write_text(SOURCE)
    target = folder / "librelu6.so"
    include = f"-I{support.ROOT / 'include'}"
    support.run(
        [support.compilers()[0], "-shared", "-fPIC", "-O2", include, folder / "relu6.c", "-o", target]
    )
    return target


def relu6_op() -> Op:
    @lg.op(name=fresh(), shape="same")
    def relu6(x: "f32", *, top=6.0): ...  # noqa: F821

    return relu6


def check_relu6(op):
    x = np.linspace(-10, 10, 21, dtype=np.float32)
    assert op(x).tolist() == np.clip(x, 0, 6).tolist()
    run = lg.runner(lambda v: op(v, top=2.0), "f32[21]")
    assert run(x).tolist() == np.clip(x, 0, 2).tolist()
    assert "needs Python" not in str(run.plan())
    with pytest.raises(lg.OutOfRangeError):
        op([1000.0])


def test_symbol_of_a_library(library, tmp_path):
    op = relu6_op()
    lg.kernel(op, (library, "relu6"))
    check_relu6(op)
    run = lg.runner(lambda v: op(v), "f32[2]")
    assert f"{op.name}__relu6" in str(run.plan())
    with pytest.raises(lg.NotFoundError, match="nobody"):
        lg.kernel(relu6_op(), (library, "nobody"))


def test_ctypes_function_and_address(library):
    function = ctypes.CDLL(str(library)).relu6
    op = relu6_op()
    lg.kernel(op, function, dtypes="f32")
    check_relu6(op)
    other = relu6_op()
    lg.kernel(other, ctypes.cast(function, ctypes.c_void_p).value)
    check_relu6(other)


def test_capsule(library):
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    library_name = b"int32_t (void *, lg_op_view_t const *, lg_lane_t *, lg_host_t const *)"
    address = ctypes.cast(ctypes.CDLL(str(library)).relu6, ctypes.c_void_p)
    op = relu6_op()
    lg.kernel(op, new(address, library_name, None))
    check_relu6(op)


def test_cffi_function(library):
    ffi = pytest.importorskip("cffi").FFI()
    ffi.cdef("int32_t relu6(void *, const void *, void *, const void *);")
    op = relu6_op()
    lg.kernel(op, ffi.addressof(ffi.dlopen(str(library)), "relu6"))
    check_relu6(op)


MAIN = r"""
#include <legato/legato.h>
#include <stdio.h>

static const char *const ins[] = {"x"};
static const lg_attr_info_t attrs[] = {{"top", LG_ATTR_FLOAT, 0, NULL}};

int main(int argc, char **argv) {
    lg_error_t err = {.message = ""};
    lg_context_t *context;
    lg_app_t *app;
    uint32_t op;
    const double top = 6.0;
    if (lg_context_create(NULL, &context, &err)) return 1;
    lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = context};
    if (lg_app_open(argv[1], &open, &app, &err) != LG_STATUS_NOT_FOUND) return 2;
    printf("%s\n", err.message);
    lg_op_desc_t desc = {LG_STRUCT(lg_op_desc_t), .name = argv[3], .in_min = 1, .in_max = 1, .out_count = 1,
                         .in_names = ins, .attrs = attrs, .attr_count = 1, .attrs_bytes = 8,
                         .attrs_default = &top, .rule = "same"};
    if (lg_op_register(context, &desc, &op, &err) ||
        lg_kernel_load(context, argv[3], argv[2], "relu6", NULL, &err) ||
        lg_app_open(argv[1], &open, &app, &err)) {
        printf("%s\n", err.message);
        return 3;
    }
    lg_model_t *model;
    lg_call_t *call;
    float x[3] = {-1, 3, 9}, y[3];
    lg_view_t in, out;
    if (lg_app_model(app, NULL, &model, &err) || lg_call_create(model, &call, &err) ||
        lg_view_init(&in, LG_DTYPE_F32, 1, (const int64_t[]){3}, &err)) return 4;
    out = in;
    in.data = x, out.data = y;
    if (lg_call_bind(call, "x", &in, &err) || lg_call_bind(call, "output", &out, &err) ||
        lg_call_run(call, 0, &err)) return 5;
    printf("%g %g %g\n", y[0], y[1], y[2]);
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    lg_context_close(context);
    return argc != 4;
}
"""


@pytest.mark.skipif(bool(support.SANITIZE), reason="the program is built as users build it")
def test_a_saved_model_in_c(library, tmp_path):
    op = relu6_op()
    lg.kernel(op, (library, "relu6"))
    lg.save(tmp_path / "m.legato", lg.runner(lambda x: op(x, top=4.0), "f32[3]"))
    (tmp_path / "main.c").write_text(MAIN)
    options = support.run([sys.executable, "-m", "legato", "--cflags", "--libs"]).stdout.split()
    support.run([support.compilers()[0], "-std=c11", tmp_path / "main.c", *options, "-o", tmp_path / "main"])
    printed = support.run([tmp_path / "main", tmp_path / "m.legato", library, op.name]).stdout.splitlines()
    assert f"no op '{op.name}' here" in printed[0] and "lg_op_register" in printed[0]
    assert printed[1] == "0 3 4"


def test_shape_rule_sees_symbolic_extents(tmp_path):
    @lg.op(name=fresh())
    def closed(x):
        return x.dtype, (x.shape[0], 2 * x.shape[1] + 1)

    @lg.kernel(closed, dtypes="f32")
    def closed_cpu(x):
        x = x.numpy()
        return np.concatenate([x, x, x[:, :1]], axis=1)

    @lg.op(name=fresh())
    def pooled(x, *, window: int = 2):
        return x.dtype, (x.shape[0], x.shape[1] // window)

    @lg.kernel(pooled, dtypes="f32")
    def pooled_cpu(x, *, window):
        x = x.numpy()
        count = x.shape[1] // window
        return x[:, : count * window].reshape(len(x), count, window).mean(axis=2)

    program = lg.record(lambda x: pooled(closed(x), window=600), "f32[batch,w]")
    # What is affine keeps its form; what is not gets a name of its own and is known once the input is.
    assert "f32[batch,2*w+1]" in str(program)
    assert "f32[batch,d0]" in str(program)
    run = lg.runner(program)
    lg.save(tmp_path / "own.legato", run)
    for one in (run, lg.load(tmp_path / "own.legato")):
        for shape in ((1, 1), (2, 299), (3, 900)):
            x = np.random.default_rng(0).random(shape, dtype=np.float32)
            wanted = pooled_cpu(lg.tensor(closed_cpu(lg.tensor(x))), window=600)
            np.testing.assert_array_equal(one(x).numpy(), wanted)
