# SPDX-License-Identifier: Apache-2.0
"""Every storey once: eager, record, plan, run, save, C, and a plugin."""

import subprocess
import threading

import numpy as np
import pytest

import legato as lg
from support import ROOT, c_environment, compile_c

C_PROGRAM = ROOT / "docs" / "examples" / "c" / "run_model.c"


@pytest.fixture
def net():
    """The five ops of the slice as a function, its NumPy twin, and an input."""
    rng = np.random.default_rng(7)
    w = rng.standard_normal((12, 6)).astype(np.float32)
    b = rng.standard_normal(6).astype(np.float32)
    tw, tb = lg.tensor(w), lg.tensor(b)

    def f(x):
        return lg.tanh(lg.mul(lg.add(lg.matmul(x, tw), tb), tb)).reshape(-1)

    def oracle(x):
        return np.tanh((x.astype(np.float64) @ w + b) * b).reshape(-1)

    return f, oracle, rng.standard_normal((3, 12)).astype(np.float32)


def feed(shape):
    """What docs/examples/c/run_model.c feeds."""
    return ((np.arange(np.prod(shape)) % 16) / 16).astype(np.float32).reshape(shape)


def test_eager(net):
    f, oracle, x = net
    np.testing.assert_allclose(f(lg.asarray(x)).numpy(), oracle(x), rtol=1e-5, atol=1e-6)


def test_record_equals_eager_bit_for_bit(net):
    f, _, x = net
    run = lg.runner(f, lg.spec("f32[3,12]"))
    assert run(x).numpy().tobytes() == f(lg.asarray(x)).numpy().tobytes()


def test_program_text_golden(net):
    f, _, _ = net
    program = lg.record(f, "f32[3,12]")
    assert str(program) == (ROOT / "tests" / "golden" / "slice.program").read_text()


def test_program_text_reads_back(net):
    f, _, x = net
    program = lg.record(f, "f32[3,12]")
    weights = {name: np.ones(type.shape, np.float32) for name, type in program.weights.items()}
    again = lg.Program.parse(str(program), weights)
    assert str(again) == str(program)
    ones = np.ones(6, np.float32)
    expected = np.tanh((x.astype(np.float64) @ np.ones((12, 6)) + ones) * ones).reshape(-1)
    np.testing.assert_allclose(lg.runner(again)(x).numpy(), expected, rtol=1e-5, atol=1e-6)


def test_plan_says_where_and_why(net):
    f, _, _ = net
    plan = lg.runner(f, "f32[3,12]", passes={"fuse": False}).plan()
    text = str(plan)
    assert [line.split()[1] for line in text.splitlines()[2:7]] == ["matmul", "add", "mul", "tanh", "reshape"]
    assert text.count("cpu:0") == 5
    assert "none, a view" in text
    assert plan.records == 4  # reshape is no kernel call
    assert plan.memory >= plan.memory_bound
    assert plan.expected_ns > 0


def test_inputs_by_name_and_wrong_inputs(net):
    f, _, x = net
    run = lg.runner(f, "f32[3,12]")
    assert run(x=x).numpy().tobytes() == run(x).numpy().tobytes()
    with pytest.raises(lg.ArgumentError, match="no input 'q'; there are x"):
        run(q=x)
    with pytest.raises(lg.ArgumentError, match="0 inputs given, expected 1: x"):
        run()
    with pytest.raises(lg.ArgumentError, match="given twice"):
        run(x, x=x)
    with pytest.raises(lg.ShapeError, match=r"input 'x' has shape \(12, 3\), expected f32\[3,12\]"):
        run(np.ascontiguousarray(x.T))
    with pytest.raises(lg.DTypeError, match="input 'x' is .*f64, expected f32"):
        run(x.astype(np.float64))


def test_strided_inputs_are_made_dense(net):
    f, oracle, x = net
    wide = np.zeros((3, 24), np.float32)
    wide[:, ::2] = x
    np.testing.assert_allclose(
        lg.runner(f, "f32[3,12]")(wide[:, ::2]).numpy(), oracle(x), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    ("fn", "kind"),
    [
        (lambda x: {"sum": lg.add(x, x), "same": x}, dict),
        (lambda x: (lg.add(x, x), x), tuple),
        (lambda x: [lg.add(x, x), x], tuple),
    ],
)
def test_several_outputs(fn, kind):
    run = lg.runner(fn, "f32[4]")
    result = run(np.arange(4, dtype=np.float32))
    assert isinstance(result, kind)
    doubled, same = result.values() if kind is dict else result
    assert doubled.tolist() == [0, 2, 4, 6]
    assert same.tolist() == [0, 1, 2, 3]


def test_outputs_that_are_inputs_weights_and_views():
    w = lg.tensor([[1.0, 2.0], [3.0, 4.0]])

    def f(x):
        y = lg.add(x, x)
        return x, w, y, y, y.reshape(4), y.T, lg.reshape(x, (4,))

    run = lg.runner(f, "f32[2,2]")
    x = np.array([[1, 2], [3, 4]], np.float32)
    for _ in range(3):
        got = [tensor.numpy() for tensor in run(x)]
        expected = [x, w.numpy(), x + x, x + x, (x + x).reshape(4), (x + x).T, x.reshape(4)]
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_results_are_not_reused():
    run = lg.runner(lambda x: lg.add(x, x), "f32[4]")
    first = run(np.ones(4, np.float32))
    second = run(np.zeros(4, np.float32))
    assert first.tolist() == [2, 2, 2, 2]
    assert second.tolist() == [0, 0, 0, 0]


def test_memory_is_reused_in_a_chain():
    def f(x):
        for _ in range(50):
            x = lg.matmul(x, x)
        return x

    plan = lg.runner(f, "f32[16,16]").plan()
    # Two buffers take turns: matmul cannot overwrite what it reads.
    assert plan.memory_bound <= plan.memory <= 3 * 16 * 16 * 4 + 65536


def test_looking_at_traced_values_raises():
    for look in (
        lambda x: x.numpy(),
        lambda x: bool(x),
        lambda x: x.tolist(),
        lambda x: np.asarray(x),
        lambda x: float(x),
        lambda x: memoryview(x),
        lambda x: repr(lg.add(x, x).item()),
    ):
        with pytest.raises(lg.ArgumentError, match="while recording"):
            lg.record(look, "f32[1]")


def test_record_refuses():
    with pytest.raises(lg.DTypeError, match="expected a callable"):
        lg.record(3, "f32[1]")
    with pytest.raises(lg.DTypeError, match="output 'output' is int"):
        lg.record(lambda x: 3, "f32[1]")
    for text in ("f32", "f99[2]", "f32[2", "f32[-2]", "f32[2.5]", "", "f32[1,,2]"):
        with pytest.raises(lg.LegatoError):
            lg.spec(text)
    leaked = []
    lg.record(lambda x: leaked.append(x) or lg.add(x, x), "f32[1]")
    with pytest.raises(lg.LegatoError):
        lg.record(lambda x: lg.add(x, leaked[0]), "f32[1]")
    # A recording that failed leaves nothing behind: eager ops work as before.
    assert lg.add(lg.tensor([1.0]), lg.tensor([2.0])).tolist() == [3.0]


def test_threads_share_a_runner(net):
    f, oracle, x = net
    run = lg.runner(f, "f32[3,12]")
    wrong = []

    def work(seed):
        rng = np.random.default_rng(seed)
        for _ in range(200):
            mine = rng.standard_normal(x.shape).astype(np.float32)
            if not np.allclose(run(mine).numpy(), oracle(mine), rtol=1e-5, atol=1e-6):
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong


# ---- file ------------------------------------------------------------------------------------------


def test_save_and_load(net, tmp_path):
    f, _, x = net
    run = lg.runner(f, "f32[3,12]")
    lg.save(tmp_path / "net.legato", run)
    app = lg.load(tmp_path / "net.legato")
    assert list(app) == ["main"]
    assert str(app.main.program) == str(run.program)
    for loaded in (app, app.main, app["main"]):
        assert loaded(x).numpy().tobytes() == run(x).numpy().tobytes()
    lg.save(tmp_path / "again.legato", app)
    assert (tmp_path / "again.legato").read_bytes() == (tmp_path / "net.legato").read_bytes()


def test_several_models_in_a_file(tmp_path):
    one = lg.runner(lambda x: lg.add(x, lg.tensor([1.0])), "f32[1]")
    two = lg.runner(lambda x: lg.mul(x, lg.tensor([3.0])), "f32[1]")
    lg.save(tmp_path / "two.legato", {"one": one, "two": two})
    app = lg.load(tmp_path / "two.legato")
    assert app.one([2.0]).tolist() == [3.0]
    assert app.two([2.0]).tolist() == [6.0]
    with pytest.raises(lg.ArgumentError, match="2 models: one, two"):
        app([2.0])
    with pytest.raises(lg.NotFoundError, match="no model 'three'; there are one, two"):
        app["three"]
    with pytest.raises(AttributeError):
        _ = app.three
    with pytest.raises(lg.ArgumentError, match="no model name"):
        lg.save(tmp_path / "bad.legato", {"a/b": one})
    assert not (tmp_path / "bad.legato").exists()


def test_other_tools_read_the_weights(net, tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    f, _, _ = net
    run = lg.runner(f, "f32[3,12]")
    lg.save(tmp_path / "net.legato", run)
    tensors = safetensors.load_file(tmp_path / "net.legato")
    assert {name: array.shape for name, array in tensors.items() if not name.startswith("__pad")} == {
        name: type.shape for name, type in run.program.weights.items()
    }


def test_damaged_files(net, tmp_path):
    f, _, _ = net
    lg.save(tmp_path / "net.legato", lg.runner(f, "f32[3,12]"))
    good = (tmp_path / "net.legato").read_bytes()
    path = tmp_path / "bad.legato"
    for damaged in (
        b"",
        good[:7],
        good[:100],
        good[:-1],
        b"\xff" * 64,
        good.replace(b"legato 1", b"legato 9"),
        good.replace(b"tanh", b"tonh"),
        good.replace(b"legato.app", b"legato.foo"),
        good.replace(b'"F32"', b'"F31"'),
    ):
        path.write_bytes(damaged)
        with pytest.raises((lg.FormatError, lg.NotFoundError), match=r"bad\.legato"):
            lg.load(path)
    with pytest.raises(OSError, match="No such file"):
        lg.load(tmp_path / "missing.legato")
    with pytest.raises(OSError):
        lg.load(tmp_path)


def test_c_program_agrees(net, tmp_path):
    f, _, _ = net
    run = lg.runner(f, "f32[3,12]")
    lg.save(tmp_path / "net.legato", run)
    program = compile_c(C_PROGRAM, tmp_path / "run_model")
    printed = subprocess.run(
        [program, tmp_path / "net.legato"],
        env=c_environment(),
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    got = np.array([float(line) for line in printed.split()], np.float32)
    assert got.tobytes() == run(feed((3, 12))).numpy().tobytes()


# ---- plugin ----------------------------------------------------------------------------------------


def test_plugin_serves_matmul(net, plugin, tmp_path):
    f, oracle, x = net
    path, device = plugin
    assert device.name == "acme.mm:0"
    assert lg.device("acme.mm") == device
    assert device in lg.devices()
    run = lg.runner(f, "f32[3,12]", executor=lg.Rules([lg.Rule(op="matmul", to=device)]))
    row = str(run.plan()).splitlines()[2]
    assert "acme.mm:0" in row
    assert "rule 0: op=matmul" in row
    np.testing.assert_allclose(run(x).numpy(), oracle(x), rtol=1e-5, atol=1e-6)

    lg.save(tmp_path / "npu.legato", run)
    loaded = lg.load(tmp_path / "npu.legato")
    assert str(loaded.main.plan()) == str(run.plan())
    assert loaded(x).numpy().tobytes() == run(x).numpy().tobytes()

    program = compile_c(C_PROGRAM, tmp_path / "run_model")
    command = [program, tmp_path / "npu.legato"]
    printed = subprocess.run(
        [*command, path], env=c_environment(), check=True, capture_output=True, text=True, timeout=60
    ).stdout
    got = np.array([float(line) for line in printed.split()], np.float32)
    assert got.tobytes() == run(feed((3, 12))).numpy().tobytes()
    without = subprocess.run(command, env=c_environment(), capture_output=True, text=True, timeout=60)
    assert without.returncode == 1
    assert "there is no device 'acme.mm:0'" in without.stderr


def test_executor_sends_matmul_to_the_plugin(net, plugin, tmp_path):
    _, device = plugin

    class Sends(lg.Executor):
        def place(self, op):
            return device if op.name == "matmul" and op.flops > 1 else None

    x = np.ones((2, 4), np.float32)
    w = np.arange(12, dtype=np.float32).reshape(4, 3)

    def apart(x):
        with lg.path("first"):
            y = lg.tanh(lg.matmul(x, w))
        with lg.path("second"):
            return lg.matmul(y, w.T.copy())

    for types in ("f32[2,4]", "f32[n,4]"):
        run = lg.runner(apart, types, executor=Sends())
        if types == "f32[n,4]":
            with pytest.raises(lg.UnsupportedError, match="no plan yet"):
                lg.save(tmp_path / "apart.legato", run)
        result = run(x).numpy()
        assert str(run.plan()).count(f"{device.name}  plugin") == 2 and "Sends" in str(run.plan())
        lg.save(tmp_path / "apart.legato", run)
        again = lg.load(tmp_path / "apart.legato")
        np.testing.assert_array_equal(again(x).numpy(), result)
        assert str(again["main"].plan()).count(f"{device.name}  plugin") == 2
    with lg.using(Sends()):
        np.testing.assert_allclose(lg.matmul(x, w).numpy(), x @ w, rtol=1e-6)
        with pytest.raises(lg.UnsupportedError):
            lg.matmul(x.astype(np.float64), w.astype(np.float64))

    class OnlyFirst(Sends):
        def place(self, op):
            return device if op.path == "first" and op.name == "matmul" else None

    run = lg.runner(apart, "f32[2,4]", executor=OnlyFirst())
    lg.save(tmp_path / "apart.legato", run)
    assert str(lg.load(tmp_path / "apart.legato")["main"].plan()).count(f"{device.name}  plugin") == 1

    class Differs(Sends):
        def place(self, op):
            return device if op.name == "matmul" and op.inputs[0].shape[1] == 4 else None

    run = lg.runner(lambda x: lg.matmul(lg.matmul(x, w), w.T.copy()), "f32[2,4]", executor=Differs())
    lg.save(tmp_path / "apart.legato", run)  # one rule for each of them, by its own name
    assert str(lg.load(tmp_path / "apart.legato")["main"].plan()).count(f"{device.name}  plugin") == 1
    tapped = lg.runner(apart, "f32[2,4]", executor=lg.tap("tanh", print))
    with pytest.raises(lg.UnsupportedError, match="tap 'tanh' at tanh#0 first"):
        lg.save(tmp_path / "apart.legato", tapped)


def test_plugin_in_eager(plugin):
    _, device = plugin
    a = np.arange(6, dtype=np.float32).reshape(2, 3)
    with lg.on(device):
        np.testing.assert_array_equal(lg.matmul(a, a.T).numpy(), a @ a.T)
        with pytest.raises(lg.UnsupportedError, match="tanh: device acme.mm:0 refuses it: only matmul"):
            lg.tanh(lg.tensor([1.0]))
    assert lg.tanh(lg.tensor([0.0])).tolist() == [0.0]


def test_no_silent_fallback(plugin):
    _, device = plugin
    refusal = "add: device acme.mm:0 refuses it: only matmul; rule 0: op=add sends it there"
    with pytest.raises(lg.UnsupportedError, match=refusal):
        lg.runner(lambda x: lg.add(x, x), "f32[2]", executor=lg.Rules([lg.Rule(op="add", to=device)]))
    with pytest.raises(lg.NotFoundError, match="no device 'acme.none:0'; there are: cpu:0"):
        lg.runner(lambda x: lg.add(x, x), "f32[2]", executor=lg.Rules([lg.Rule(op="add", to="acme.none:0")]))
    with pytest.raises(lg.NotFoundError, match="op 'ad'"):
        lg.runner(lambda x: lg.add(x, x), "f32[2]", executor=lg.Rules([lg.Rule(op="ad", to=device)]))


def test_wrong_plugins(plugin, tmp_path):
    path, _ = plugin
    with pytest.raises(lg.AlreadyExistsError, match="com.acme.mm is loaded already"):
        lg.load_plugin(path)
    with pytest.raises(OSError, match="cannot load"):
        lg.load_plugin(tmp_path / "missing.so")
    (tmp_path / "text.so").write_text("no library")
    with pytest.raises(OSError, match="cannot load"):
        lg.load_plugin(tmp_path / "text.so")

    def variant(name, *changes):
        text = (ROOT / "tests/abi/plugin_matmul.c").read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        source = tmp_path / f"{name}.c"
        source.write_text(text)
        return compile_c(source, tmp_path / f"{name}.so", shared=True)

    for name, change, message in (
        ("nosymbol", ("lg_plugin_query(", "other_query("), "exports no 'lg_plugin_query'"),
        ("major", ("? &table : NULL", "? NULL : &table"), "does not serve plugin ABI"),
        ("small", ("LG_STRUCT(lg_plugin_table_t)", "16, LG_ABI"), "has 16 bytes"),
        ("future", ("LG_STRUCT(lg_plugin_table_t)", "sizeof(lg_plugin_table_t), 7u << 16"), "ABI 7.0"),
        ("noid", ('"com.acme.noid"', '""'), "lacks id, count, open or close"),
        ("none", ("(void)host, 1;", "(void)host, 0;"), "reports 0 devices"),
        ("many", ("(void)host, 1;", "(void)host, 100000;"), "reports 100000 devices"),
        ("nokernel", ("LG_STRUCT(lg_device_table_t)", "16, LG_ABI"), "lacks info, supports or kernel"),
        ("name", ('"acme.mm", "Acme"', '"acme mm!", "Acme"'), "no valid name"),
        (
            "fails",
            ("supports, kernel};\n    return LG_OK", "supports, kernel};\n    return LG_STATUS_BUSY"),
            "BUSY",
        ),
    ):
        library = variant(name, ("com.acme.mm", f"com.acme.{name}"), change)
        with pytest.raises(lg.LegatoError, match=message):
            lg.load_plugin(library)
    assert [device.name for device in lg.devices()].count("acme.mm:0") == 1


def test_environment_of_the_c_program_has_no_python(tmp_path):
    program = compile_c(C_PROGRAM, tmp_path / "run_model")
    needed = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    names = [line.split()[0] for line in needed.splitlines()]
    assert "liblegato.so" in names
    assert not [name for name in names if "python" in name.lower()]
