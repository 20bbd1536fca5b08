# SPDX-License-Identifier: Apache-2.0
"""After a warm-up a run allocates nothing, takes no lock, makes no system call, and faults no page.

Calls of the C library are counted by functions put in front of its own (watch.c); a filter of the kernel
ends the process at the first system call; one run is looked at instruction by instruction for those that lock
the bus.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import legato as lg
import support

HERE = Path(__file__).parent
RNG = np.random.default_rng(3)
SKIP = 77

pytestmark = [
    pytest.mark.skipif(bool(support.SANITIZE), reason="sanitizers have an allocator of their own"),
    pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="counts what glibc is asked for"),
    pytest.mark.skipif(not support.compilers("c"), reason="there is no C compiler"),
]


def weight(*shape):
    return lg.tensor((RNG.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32))


def mlp():
    first, bias, second = weight(96, 64), weight(64), weight(64, 10)
    return lg.runner(lambda x: lg.softmax(lg.relu(x @ first + bias) @ second, axis=1), "f32[2,96]")


def mlp_of_any_batch():
    first, second = weight(96, 64), weight(64, 10)
    run = lg.runner(lambda x: lg.relu(x @ first) @ second, "f32[batch,96]")
    run.plan("f32[3,96]")
    return run


def cnn():
    filters, depthwise, bias, last = weight(8, 3, 3, 3), weight(8, 1, 3, 3), weight(8), weight(8, 10)

    def net(x):
        x = lg.max_pool(lg.relu(lg.conv(x, filters, bias, padding=1)), kernel_size=2)
        x = lg.hard_swish(lg.conv(x, depthwise, groups=8, padding=1)) + x
        return lg.flatten(lg.global_avg_pool(x), start_axis=1) @ last

    return lg.runner(net, "f32[1,3,14,14]")


def lstm_with_state():
    w, r, b, out = weight(1, 128, 24), weight(1, 128, 32), weight(1, 256), weight(32, 3)
    h, c = lg.state("h", (1, 1, 32)), lg.state("c", (1, 1, 32))

    def net(x):
        y, new_h, new_c = lg.lstm(x, w, r, b, None, h.value, c.value)
        h.set(new_h)
        c.set(new_c)
        return lg.reshape(y, (4, 32)) @ out

    return lg.runner(net, "f32[4,1,24]")


def attention():
    w, g = weight(32, 96), weight(32)

    def net(x):
        q, k, v = lg.split(lg.layer_norm(x, g, g) @ w, (32, 32, 32), axis=2)
        q, k, v = (lg.transpose(lg.reshape(t, (1, 12, 4, 8)), (0, 2, 1, 3)) for t in (q, k, v))
        y = lg.scaled_dot_product_attention(q, k, v, is_causal=True)
        return lg.reshape(lg.transpose(y, (0, 2, 1, 3)), (1, 12, 32)) + x

    return lg.runner(net, "f32[1,12,32]")


def pointwise_large():
    """Chains by tiles, a reduction, several outputs, a concat without copies."""

    def net(x):
        y = lg.exp(lg.tanh(x) * 0.5 + x)
        return lg.concat([y, lg.sqrt(lg.abs(y))], axis=0), lg.sum(y, axis=1), lg.argmax(y, axis=1)

    return lg.runner(net, "f32[64,1000]")


def integers():
    table, w = (
        lg.tensor(RNG.integers(-9, 9, (50, 16)).astype(np.int8)),
        RNG.integers(-9, 9, (16, 8)).astype(np.int8),
    )
    w = lg.tensor(w)
    return lg.runner(lambda i: lg.matmul_integer(lg.gather(table, i, axis=0), w), "i64[5]")


def real(name, **options):
    def make():
        pytest.importorskip("onnx")
        fetch = pytest.importorskip("fetch")
        try:
            path = fetch.path_of(name)
        except fetch.Unavailable as error:
            pytest.skip(str(error))
        return lg.runner(lg.from_onnx(path, **options))

    return make


NETS = {
    "mlp": mlp, "mlp_of_any_batch": mlp_of_any_batch, "cnn": cnn, "lstm_with_state": lstm_with_state,
    "attention": attention, "pointwise_large": pointwise_large, "integers": integers,
    "magika": real("magika_v3_3", shapes={"bytes": (1, 2048)}),
    "silero": real("silero_vad_openvino_16k", state={"state": "stateN"}),
    "ppocr_v2_cls": real("ppocr_v2_cls", shapes={"x": (1, 3, 48, 192)}),
}  # fmt: skip
REAL = {"magika", "silero", "ppocr_v2_cls"}


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    folder = tmp_path_factory.mktemp("steady")
    package = support.ROOT / "runtime/legato"
    flags = ["-std=c11", "-D_GNU_SOURCE", "-O1", f"-I{package / 'include'}"]
    compile = [support.compilers()[0], *flags]
    support.run([*compile, "-shared", "-fPIC", HERE / "watch.c", "-o", folder / "watch.so", "-ldl"])
    libs = [f"-L{package / 'lib'}", "-llegato", f"-Wl,-rpath,{package / 'lib'}"]
    support.run([*compile, HERE / "run.c", folder / "watch.so", *libs, "-o", folder / "run"])
    return folder


@pytest.fixture(scope="module")
def saved(tools):
    files = {}

    def save(name):
        if name not in files:
            path = tools / f"{name}.legato"
            lg.save(path, NETS[name]())
            files[name] = path
        return files[name]

    return save


def ask(tools, command, timeout=300):
    """Run a command that is watched; return what it prints as numbers."""
    environment = {**os.environ, "LD_PRELOAD": str(tools / "watch.so")}
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True,
                          timeout=timeout)  # fmt: skip
    if done.returncode == SKIP:
        pytest.skip("this system does not allow it")
    assert done.returncode == 0, f"exit status {done.returncode} {done.stderr}"
    return [int(word) for word in done.stdout.split()]


def check_none(counts):
    """Check that nothing is counted, in one of three tries: pages may move for reasons of the system."""
    found = []
    while len(found) < 3 and (not found or max(found[-1]) > 0):
        found.append(list(counts()))
    assert max(found[-1]) <= 0, f"allocations, locks, pages: {found}"


def rounds(name):
    return 30 if name in REAL else 300


@pytest.mark.parametrize("timeout_ns", [0, 10**12], ids=["free", "deadline"])
@pytest.mark.parametrize("name", NETS)
def test_from_c(tools, saved, name, timeout_ns):
    command = [tools / "run", "counts", saved(name), timeout_ns, rounds(name)]
    check_none(lambda: ask(tools, command))


@pytest.mark.parametrize("timeout_ns", [0, 10**12], ids=["free", "deadline"])
@pytest.mark.parametrize("name", NETS)
def test_no_system_call_from_c(tools, saved, name, timeout_ns):
    if timeout_ns > 0:
        try:
            ask(tools, [tools / "run", "clock"])
        except AssertionError:
            pytest.skip("reading the clock is a system call here")
    ask(tools, [tools / "run", "seal", saved(name), timeout_ns, rounds(name)])


@pytest.mark.skipif(platform.machine() != "x86_64", reason="reads x86-64 instructions")
@pytest.mark.parametrize("name", sorted(set(NETS) - REAL - {"pointwise_large"}))
def test_no_locked_instruction_from_c(tools, saved, name):
    count, locked, calls = ask(tools, [tools / "run", "step", saved(name), 0, 1])
    assert count > 100
    assert (locked, calls) == (0, 0)


FROM_PYTHON = """
import ctypes, sys
import numpy as np
import legato as lg

watch = ctypes.CDLL(sys.argv[1])
run = lg.load(sys.argv[3]).main
specs = run.program.inputs.values()
shapes = run.signatures[0]
kinds = {"f32": "f4", "i32": "i4", "i64": "i8", "bool": "?", "f64": "f8"}
arrays = [np.zeros(shape, kinds[spec.dtype.name]) for shape, spec in zip(shapes, specs)]
inputs = arrays if sys.argv[4] == "arrays" else [lg.tensor(array) for array in arrays]
counts = (ctypes.c_int64 * 3)()

def loop(count):
    for _ in range(count):
        run(*inputs)

rounds = int(sys.argv[5])
loop(rounds)
if sys.argv[2] == "seal":
    if watch.steady_seal():
        sys.exit(77)
    loop(rounds)
    watch.steady_leave(1)
watch.steady_begin()
watch.steady_end(counts)
for count in (rounds // 10, rounds + rounds // 10):
    watch.steady_begin()
    loop(count)
    watch.steady_end(counts)
    print(*counts)
print(int(run.plan().expected_ns > 5000), 0, 0)
"""


@pytest.mark.parametrize(
    ("name", "given"),
    [
        (name, given)
        for name in NETS
        for given in ("tensors", "arrays")
        if name not in REAL or given == "tensors"
    ],
)
def test_from_python(tools, saved, name, given):
    """Whatever else Python does, more runs take no more of anything.

    But around a long run others get the GIL, which is made of locks of Python's own.
    """
    command = [
        sys.executable,
        "-c",
        FROM_PYTHON,
        tools / "watch.so",
        "counts",
        saved(name),
        given,
        rounds(name),
    ]

    def more():
        few, many, (lets_go, _, _) = np.reshape(ask(tools, command), (3, 3))
        return (many - few) * (1, not lets_go, 1)

    check_none(more)


@pytest.mark.parametrize("name", NETS)
def test_no_system_call_from_python(tools, saved, name):
    command = [
        sys.executable,
        "-c",
        FROM_PYTHON,
        tools / "watch.so",
        "seal",
        saved(name),
        "tensors",
        rounds(name),
    ]
    ask(tools, command)


def test_the_watch_sees(tools):
    """What it is to find, it finds."""
    code = (
        "import ctypes, sys; w = ctypes.CDLL(sys.argv[1])\n"
        "c = ctypes.CDLL(None); n = (ctypes.c_int64 * 3)()\n"
        "c.malloc.restype = ctypes.c_void_p; m = ctypes.create_string_buffer(64)\n"
        "w.steady_begin(); c.malloc(100); c.pthread_mutex_lock(m); x = bytearray(1 << 24); w.steady_end(n)\n"
        "print(*n)\n"
    )
    allocations, locks, pages = ask(tools, [sys.executable, "-c", code, tools / "watch.so"])
    assert allocations >= 2 and locks >= 1 and pages >= 1
    code = (
        "import ctypes, os, sys; w = ctypes.CDLL(sys.argv[1])\n"
        "sys.exit(77) if w.steady_seal() else os.getppid()\n"
    )
    with pytest.raises(AssertionError, match="exit status 110"):  # getppid on x86-64
        ask(tools, [sys.executable, "-c", code, tools / "watch.so"])
