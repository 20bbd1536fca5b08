# SPDX-License-Identifier: Apache-2.0
"""Choices: between runners, and between devices inside of plans."""

import json
import struct
import threading
from itertools import count

import numpy as np
import pytest

import legato as lg

NUMBERS = count()
W = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)
X = np.linspace(-2, 1, 8, dtype=np.float32).reshape(2, 4)


def fresh(value=None) -> lg.Signal:
    return lg.signal(f"choose {next(NUMBERS)}", value)


def double(x):
    return x + x


def square(x):
    return x * x


# ---- between runners -------------------------------------------------------------------------------


def test_runners() -> None:
    battery = fresh()
    little, big = lg.runner(double, "f32[3]"), lg.runner(square, "f32[3]")
    run = lg.choose(lambda: battery < 0.2, little, big)
    assert isinstance(run, lg.Runner) and run.alternatives == (little, big) and little.alternatives == ()
    with pytest.raises(lg.ArgumentError, match=f"signal '{battery.name}' is unset"):
        run([1.0, 2.0, 3.0])
    with pytest.raises(lg.ArgumentError, match="is unset"):
        run.start([1.0, 2.0, 3.0])
    for level, wanted in ((0.1, [6.0, 8.0, 10.0]), (0.2, [9.0, 16.0, 25.0])) * 2:
        battery.set(level)
        assert run([3.0, 4.0, 5.0]).tolist() == wanted
        assert run(x=[3.0, 4.0, 5.0]).tolist() == wanted
        assert run.start([3.0, 4.0, 5.0]).result().tolist() == wanted
        assert run([3.0, 4.0, 5.0], deadline_us=1e7, priority=lg.HIGH).tolist() == wanted
        out = lg.empty((3,))
        run([3.0, 4.0, 5.0], out=out)
        assert out.tolist() == wanted
        with lg.on(lg.Lane.default()):
            assert run([3.0, 4.0, 5.0]).tolist() == wanted
    assert little([3.0, 4.0, 5.0]).tolist() == [6.0, 8.0, 10.0]


def test_priority_and_slack() -> None:
    runners = [lg.runner(fn, "f32[2]") for fn in (double, square, lg.neg)]
    run = lg.choose(
        lambda: (lg.this_run.slack_us < 1e5).where(2, (lg.this_run.priority > lg.NORMAL).where(1, 0)),
        *runners,
    )
    assert run([3.0, 3.0]).tolist() == [6.0, 6.0]
    assert run([3.0, 3.0], priority=lg.HIGH).tolist() == [9.0, 9.0]
    assert run([3.0, 3.0], priority=lg.HIGH, deadline_us=1e8).tolist() == [9.0, 9.0]
    assert run([3.0, 3.0], priority=lg.HIGH, deadline_us=9e4).tolist() == [-3.0, -3.0]
    assert run.start([3.0, 3.0], priority=lg.LOW, deadline_us=9e4).result().tolist() == [-3.0, -3.0]


def test_a_number_out_of_range() -> None:
    level = fresh(1)
    run = lg.choose(lambda: level, *[lg.runner(fn, "f32[1]") for fn in (double, square, lg.neg)])
    assert run([3.0]).tolist() == [9.0]
    level.set(2.9)
    assert run([3.0]).tolist() == [-3.0]
    for wrong in (3, -0.1, 1e300):
        level.set(wrong)
        with pytest.raises(lg.ArgumentError, match="expected a number from 0 to 2"):
            run([3.0])
    level.set(0)
    assert run([3.0]).tolist() == [6.0]


def test_shapes() -> None:
    battery = fresh(1.0)
    run = lg.choose(
        lambda x: (battery < 0.2) | (x.shape[0] > 3) | (x.size == 2),
        lg.runner(double, "f32[n,2]"),
        lg.runner(square, "f32[m,2]"),
    )
    for _ in range(2):
        assert run(np.full((2, 2), 3, np.float32)).tolist() == [[9.0, 9.0]] * 2
        assert run(np.full((4, 2), 3, np.float32)).tolist() == [[6.0, 6.0]] * 4
        assert run(np.full((1, 2), 3, np.float32)).tolist() == [[6.0, 6.0]]
        assert run(np.full((0, 2), 3, np.float32)).tolist() == []
    battery.set(0.0)
    assert run(np.full((2, 2), 3, np.float32)).tolist() == [[6.0, 6.0]] * 2
    assert run.plan("f32[5,2]").choice.startswith('choose((("choose ')
    with pytest.raises(lg.ShapeError):
        run(np.zeros((2, 3), np.float32))


def test_plans() -> None:
    battery = fresh(1.0)
    little = lg.runner(lambda x: lg.tanh(lg.matmul(x, W)), "f32[2,4]")
    big = lg.runner(lambda x: lg.matmul(lg.matmul(lg.matmul(x, W), W.T), W), "f32[2,4]")
    plan = lg.choose(lambda: battery < 0.2, little, big).plan()
    assert [one.records for one in plan.alternatives] == [little.plan().records, big.plan().records]
    assert plan.memory == max(little.plan().memory, big.plan().memory)
    assert plan.records == big.plan().records and plan.expected_ns == big.plan().expected_ns
    printed = str(plan)
    assert printed.startswith(f'plan: choose("{battery.name}" < 0.2, "0", "1")\nalternative 0, plan: ')
    assert str(little.plan()) in printed and str(big.plan()) in printed
    assert little.plan().choice is None and little.plan().alternatives == ()
    for wrong in (lambda: plan.edit(op="tanh", to="cpu:0"), lambda: plan.rows, lambda: plan.diff(plan)):
        with pytest.raises(lg.ArgumentError, match="several plans"):
            wrong()


def test_states_go_on() -> None:
    def summing(fn):
        h = lg.state("h", (2,))

        def step(x):
            h.set(h.value + fn(x))
            return h.value

        return lg.runner(lg.record(step, "f32[2]"))

    battery = fresh(1.0)
    run = lg.choose(lambda: battery < 0.2, summing(double), summing(square))
    assert run([3.0, 3.0]).tolist() == [9.0, 9.0]
    battery.set(0.1)
    assert run([3.0, 3.0]).tolist() == [15.0, 15.0]
    assert run.start([3.0, 3.0]).result().tolist() == [21.0, 21.0]
    battery.set(0.9)
    assert run([3.0, 3.0]).tolist() == [30.0, 30.0]
    assert run.state()["h"].tolist() == [30.0, 30.0]
    battery.set(None)
    with pytest.raises(lg.ArgumentError, match="unset"):
        run([3.0, 3.0])
    assert run.state()["h"].tolist() == [30.0, 30.0]
    run.state().reset()
    battery.set(0.1)
    assert run([3.0, 3.0]).tolist() == [6.0, 6.0]


def test_what_cannot_be_one() -> None:
    battery = fresh(1.0)
    small = lg.runner(double, "f32[3]")

    def pair(other, first=small):
        return lg.choose(lambda: battery < 0.2, first, other)

    with pytest.raises(lg.ShapeError, match=r"input 'x' is f32\[3\] of the first, f32\[4\] of number 1"):
        pair(lg.runner(square, "f32[4]"))
    with pytest.raises(lg.DTypeError, match="i64"):
        pair(lg.runner(square, "i64[3]"))
    with pytest.raises(lg.ShapeError, match="output"):
        pair(lg.runner(lambda x: lg.concat([x, x], axis=0), "f32[3]"))
    with pytest.raises(lg.ArgumentError, match="'x' of the first, 'z' of number 1"):
        pair(lg.runner(lambda z: z + z, "f32[3]"))
    with pytest.raises(lg.ArgumentError, match="gives its outputs as"):
        pair(lg.runner(lambda x: (x, x + x), "f32[3]"))
    with pytest.raises(lg.UnsupportedError, match="choice itself"):
        pair(pair(lg.runner(square, "f32[3]")))
    with pytest.raises(lg.UnsupportedError, match="planned in parts"):
        pair(lg.runner(lambda x: lg.compress(x, x > 0.0), "f32[3]"))
    with pytest.raises(lg.DTypeError, match="all runners"):
        pair("cpu:0")
    with pytest.raises(lg.ArgumentError, match="the inputs are x"):
        lg.choose(lambda y: y.shape[0] < 2, small, small)
    good = pair(lg.runner(square, "f32[3]"))
    with pytest.raises(lg.UnsupportedError, match="cannot be recorded"):
        lg.record(lambda x: good(x), "f32[3]")
    with pytest.raises(lg.ArgumentError, match="install in an alternative"):
        good.install(small.plan())
    # Extents that only planning tells apart.
    wide = lg.choose(
        lambda: battery < 0.2,
        lg.runner(lambda x: lg.concat([x, x], axis=0), "f32[n]"),
        lg.runner(lambda x: lg.concat([x, x, x], axis=0), "f32[n]"),
    )
    with pytest.raises(lg.ShapeError, match="output"):
        wide([1.0, 2.0])


def test_executors_around() -> None:
    battery = fresh(1.0)
    run = lg.choose(lambda: battery < 0.2, lg.runner(double, "f32[n]"), lg.runner(square, "f32[n]"))
    seen = []
    with lg.using(lg.tap("*", lambda op, outputs: seen.append(op.name))):
        assert run([3.0]).tolist() == [9.0]
        battery.set(0.0)
        assert run([3.0]).tolist() == [6.0]
    assert seen == ["mul", "add"]


def test_apps() -> None:
    battery = fresh(1.0)
    with lg.Lane("choosing", workers=2) as lane:
        run = lg.choose(lambda: battery < 0.2, lg.runner(double, "f32[n]"), lg.runner(square, "f32[n]"))
        app = lg.runners(voice=run, executor=lg.on(lane))
        assert app.voice([3.0]).tolist() == [9.0] and len(app.voice.alternatives) == 2
        battery.set(0.0)
        assert app([3.0]).tolist() == [6.0]


def test_budget_sees_alternatives() -> None:
    class Small(lg.Executor):
        def budget(self, plan):
            if plan.memory > 1000:
                raise MemoryError(f"{plan.memory} bytes")

    battery = fresh(1.0)
    big = lg.runner(lambda x: lg.tanh(lg.matmul(lg.matmul(x, W), W.T)) @ W, "f32[n,4]", executor=Small())
    run = lg.choose(lambda: battery < 0.2, lg.runner(lambda x: lg.matmul(x, W), "f32[n,4]"), big)
    assert run(X).shape == (2, 3)
    with pytest.raises(MemoryError):
        run(np.zeros((1000, 4), np.float32))


def test_threads_and_signals() -> None:
    battery = fresh(1.0)
    run = lg.choose(lambda: battery < 0.2, lg.runner(double, "f32[2]"), lg.runner(square, "f32[2]"))
    stop, wrong, seen = threading.Event(), [], set()

    def work() -> None:
        while not stop.is_set():
            value = run([3.0, 3.0]).tolist()
            seen.add(tuple(value))
            if value not in ([6.0, 6.0], [9.0, 9.0]):
                wrong.append(value)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(3000):
        battery.set(i % 2)
        if i > 200 and len(seen) == 2:
            break
        threading.Event().wait(0.001)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert not wrong and len(seen) == 2


# ---- in plans --------------------------------------------------------------------------------------


class Chooses(lg.Executor):
    def __init__(self, condition, *places, ops=("matmul",)):
        self.condition, self.places, self.ops = condition, places, ops

    def place(self, op):
        return lg.choose(self.condition, *self.places) if op.name in self.ops else None


def net(x):
    return lg.tanh(lg.matmul(lg.relu(lg.matmul(x, W)), W.T))


def test_devices(plugin) -> None:
    _, device = plugin
    battery = fresh(1.0)
    run = lg.runner(net, "f32[2,4]", executor=Chooses(lambda: battery < 0.2, "cpu:0", device))
    plain = lg.runner(net, "f32[2,4]")(X).numpy()
    there = lg.runner(net, "f32[2,4]", executor=lg.Rules([lg.Rule(op="matmul", to=device)]))(X).numpy()
    for level in (1.0, 0.1, 0.3, 0.0):
        battery.set(level)
        wanted = plain if level < 0.2 else there
        assert (run(X).numpy() == wanted).all() and (run.start(X).result().numpy() == wanted).all()
        with lg.on(lg.Lane.default()):
            assert (run(X).numpy() == wanted).all()
    plan = run.plan()
    text = f'choose("{battery.name}" < 0.2, "cpu:0", "acme.mm:0")'
    assert [(choice.text, choice.rows) for choice in plan.choices] == [(text, (0,)), (text, (2,))]
    assert [len(choice.alternatives) for choice in plan.choices] == [2, 2]
    assert "acme.mm:0" in plan.choices[0].alternatives[1] and "plugin" in plan.choices[0].alternatives[1]
    assert "plugin" not in plan.choices[0].alternatives[0]
    rows = [row for row in plan.rows if row.op == "matmul"]
    assert {row.device for row in rows} == {"cpu:0 | acme.mm:0"}
    assert all(row.why == f"Chooses: {text}" and row.kernel.endswith(" | plugin") for row in rows)
    assert text in str(plan)
    assert lg.runner(net, "f32[2,4]").plan().choices == []


def test_traces_tell(plugin) -> None:
    battery = fresh(0.1)
    run = lg.runner(net, "f32[2,4]", executor=Chooses(lambda: battery < 0.2, "cpu:0", "acme.mm:0"))
    plan = run.plan()
    assert [row.choice != "" for row in plan.rows] == [row.op == "matmul" for row in plan.rows]
    for level, device in ((0.1, "cpu:0"), (0.9, "acme.mm:0")):
        battery.set(level)
        trace = run.trace(X)
        assert trace.matches(plan) is True
        assert trace.calls[0].choices == (device, device)
        assert {op.device for op in trace.ops if op.op == "matmul"} == {device}
    two = lg.choose(lambda: battery < 0.2, lg.runner(double, "f32[2]"), lg.runner(square, "f32[2]"))
    assert [op.op for op in two.trace([1.0, 2.0]).ops] == ["mul"]


def test_a_region_is_planned_whole() -> None:
    """Contiguous ops of one choice are fused as if they stood alone; inputs and outputs may be views."""
    battery = fresh(1.0)
    bias = np.ones(3, np.float32)

    def many(x):
        y = lg.relu(lg.matmul(lg.transpose(x, (1, 0)), W) + bias)
        return lg.reshape(y, (-1,)), lg.tanh(y)

    policy = Chooses(lambda: battery < 0.2, "cpu:0", "cpu:0", ops=("matmul", "add", "relu", "reshape"))
    run = lg.runner(many, "f32[4,2]", executor=policy)
    plan = run.plan()
    (choice,) = plan.choices
    assert "fused_matmul" in choice.alternatives[0]
    x = np.ascontiguousarray(X.T)
    wanted = lg.runner(many, "f32[4,2]")(x)
    for level in (0.0, 1.0):
        battery.set(level)
        for left, right in zip(run(x), wanted, strict=True):
            assert (left.numpy() == right.numpy()).all()


def test_symbols_and_taps() -> None:
    battery = fresh(1.0)
    run = lg.runner(
        net, "f32[n,4]", executor=Chooses(lambda: battery < 0.2, "cpu:0", "cpu:0", ops=("matmul", "relu"))
    )
    seen = []
    for rows in (1, 3, 1):
        x = np.ones((rows, 4), np.float32)
        with lg.using(lg.tap("relu", lambda op, outputs: seen.append(outputs[0].shape))):
            inside = run(x).numpy()
        assert (inside == run(x).numpy()).all()
    assert seen == [(1, 3), (3, 3), (1, 3)]
    doubled = lg.replace("relu", lambda op, inputs: inputs[0].numpy() * 0)
    with lg.using(doubled):
        assert (run(X).numpy() == 0).all()


def test_bad_places(plugin) -> None:
    battery = fresh()
    with pytest.raises(lg.UnsupportedError, match="only matmul"):
        lg.runner(
            net, "f32[2,4]", executor=Chooses(lambda: battery < 0.2, "cpu:0", "acme.mm:0", ops=("relu",))
        )
    with pytest.raises(lg.NotFoundError, match="nothing:0"):
        lg.runner(net, "f32[2,4]", executor=Chooses(lambda: battery < 0.2, "cpu:0", "nothing:0"))
    with lg.Lane("one", workers=1) as one:

        class Mixed(Chooses):
            def place(self, op):
                return one if op.name == "relu" else super().place(op)

        with pytest.raises(lg.UnsupportedError, match="it can have one of them"):
            lg.runner(net, "f32[2,4]", executor=Mixed(lambda: battery < 0.2, "cpu:0", "acme.mm:0"))
    run = lg.runner(net, "f32[2,4]", executor=Chooses(lambda: battery < 0.2, "cpu:0", "acme.mm:0"))
    with pytest.raises(lg.ArgumentError, match=f"signal '{battery.name}' is unset"):
        run(X)
    with pytest.raises(lg.ArgumentError, match="is unset"):
        run.start(X).result()
    battery.set(1.0)
    assert run(X).shape == (2, 4)


def test_lanes() -> None:
    """Ops go to the lane that the signal says, in every way to run; the results stay the same."""
    battery = fresh(1.0)
    x = np.linspace(-1, 1, 64 * 64, dtype=np.float32).reshape(64, 64)

    def deep(x):
        return lg.softmax(lg.matmul(lg.tanh(lg.matmul(x, x)), x))

    class Policy(lg.Executor):
        def place(self, op):
            return lg.choose(lambda: battery < 0.2, little, big) if op.name == "matmul" else None

    expected = lg.runner(deep, "f32[64,64]")(x).numpy()
    with lg.Lane("little", workers=1) as little, lg.Lane("big", workers=2) as big:
        run = lg.runner(deep, "f32[64,64]", executor=Policy())
        assert 'lane "little"' in str(run.plan()) and 'lane "big"' in str(run.plan())

        def where(trace):
            assert trace.matches(run.plan())
            return {op.lane for op in trace.ops if op.op == "matmul"}

        for level, lane in ((1.0, "big"), (0.1, "little"), (0.5, "big")):
            battery.set(level)
            assert where(run.trace(x)) == {lane}
            before = (little if lane == "little" else big).stats()["tasks"]
            assert (run.start(x, lane=big).result().numpy() == expected).all()
            assert (run(x).numpy() == expected).all()
            with lg.on(little):
                assert (run(x).numpy() == expected).all()
            assert (little if lane == "little" else big).stats()["tasks"] > before
        battery.set(None)
        with pytest.raises(lg.ArgumentError, match="is unset"):
            run(x)
        with pytest.raises(lg.ArgumentError, match="is unset"):
            run.start(x).result()
        battery.set(0.0)
        assert (run(x).numpy() == expected).all()

        class Mixed(lg.Executor):
            def place(self, op):
                return lg.choose(lambda: battery < 0.2, little, "cpu:0")

        with pytest.raises(lg.DTypeError, match="all runners, devices or lanes"):
            lg.runner(deep, "f32[64,64]", executor=Mixed())
    with pytest.raises(lg.ClosedError, match="was closed"):
        run(x)


def test_eager(plugin) -> None:
    battery = fresh(1.0)
    seen = []

    class Watched(Chooses):
        def place(self, op):
            given = super().place(op)
            seen.append(given)
            return given

    with lg.using(Watched(lambda: battery < 0.2, "cpu:0", "acme.mm:0")):
        there = lg.matmul(X, W).numpy()
        battery.set(0.1)
        here = lg.matmul(X, W).numpy()
        battery.set(None)
        with pytest.raises(lg.ArgumentError, match="unset"):
            lg.matmul(X, W)
    np.testing.assert_allclose(there, here, rtol=1e-6)
    assert len(seen) == 3


# ---- files -----------------------------------------------------------------------------------------


def app_text(path) -> str:
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + size])["__metadata__"]["legato.app"]


def test_runners_in_a_file(tmp_path) -> None:
    battery = fresh(1.0)
    little = lg.runner(lambda x: lg.matmul(x, W), "f32[n,4]")
    big = lg.runner(lambda x: lg.matmul(lg.tanh(x), W), "f32[n,4]")
    run = lg.choose(lambda x: (battery < 0.2) | (x.shape[0] > 5), little, big)
    run.plan("f32[2,4]")
    file = tmp_path / "app.legato"
    lg.save(file, lg.runners(voice=run, little=little))
    text = app_text(file)
    name = battery.name
    assert f'choice "voice" = choose(("{name}" < 0.2) | (extent "x" 0 > 5), "little", "voice.1")\n' in text
    assert text.endswith(f'signal "{name}" 1.0\n')
    app = lg.load(file)
    assert list(app) == ["little", "voice.1", "voice"]
    assert len(app.voice.alternatives) == 2 and app.voice.plan("f32[2,4]").choice == (
        f'choose(("{name}" < 0.2) | (extent "x" 0 > 5), "little", "voice.1")'
    )
    for level in (1.0, 0.1):
        battery.set(level)
        for rows in (2, 6):
            x = np.full((rows, 4), 0.5, np.float32)
            wanted = run(x).numpy()
            assert (app.voice(x).numpy() == wanted).all()
            assert (wanted == (little if level < 0.2 or rows > 5 else big)(x).numpy()).all()
    strict = lg.load(file, strict=True)
    assert strict.voice(X).shape == (2, 3)
    with pytest.raises(lg.ArgumentError, match="strictly"):
        strict.voice(np.zeros((3, 4), np.float32))
    again = tmp_path / "again.legato"
    lg.save(again, app, portable=True)
    lg.save(file, lg.runners(little=little, voice=run), portable=True)
    lg.save(tmp_path / "twice.legato", lg.load(again), portable=True)
    assert again.read_bytes() == (tmp_path / "twice.legato").read_bytes()
    with pytest.raises(lg.ArgumentError, match=r"'voice\.1'"):
        lg.save(file, {"voice": run, "voice.1": lg.runner(double, "f32[2]")})
    lg.save(file, run)
    assert list(lg.load(file)) == ["main.0", "main.1", "main"]


def test_states_in_a_file(tmp_path) -> None:
    def summing(fn):
        h = lg.state("h", (2,))

        def step(x):
            h.set(h.value + fn(x))
            return h.value

        return lg.runner(lg.record(step, "f32[2]"))

    battery = fresh(1.0)
    file = tmp_path / "app.legato"
    lg.save(file, lg.choose(lambda: battery < 0.2, summing(double), summing(square)))
    run = lg.load(file).main
    assert run([3.0, 3.0]).tolist() == [9.0, 9.0]
    battery.set(0.1)
    assert run([3.0, 3.0]).tolist() == [15.0, 15.0]


def test_devices_in_a_file(tmp_path, plugin) -> None:
    battery = fresh(1.0)
    policy = Chooses(lambda: battery < 0.2, "cpu:0", "acme.mm:0")
    run = lg.runner(net, "f32[2,4]", executor=policy)
    file = tmp_path / "app.legato"
    lg.save(file, run)
    text = f'choose("{battery.name}" < 0.2, "cpu:0", "acme.mm:0")'
    assert f" to={text}\n" in app_text(file)
    loaded = lg.load(file).main
    assert [choice.text for choice in loaded.plan().choices] == [text, text]
    for level in (1.0, 0.1):
        battery.set(level)
        assert (loaded(X).numpy() == run(X).numpy()).all()
    # Rules say the same, and what was loaded can be saved, edited, and used with others around.
    rules = lg.runner(
        net, "f32[n,4]", executor=lg.Rules([lg.Rule(op="matmul", to=policy.place(Named("matmul")))])
    )
    rules.plan("f32[2,4]")
    assert (rules(X).numpy() == run(X).numpy()).all()
    lg.save(file, rules)
    loaded = lg.load(file).main
    assert (loaded(X).numpy() == run(X).numpy()).all()
    lg.save(tmp_path / "again.legato", loaded)
    assert app_text(tmp_path / "again.legato") == app_text(file)
    seen = []
    with lg.using(lg.tap("matmul", lambda op, outputs: seen.append(op.name))):
        loaded(X)
    assert seen == ["matmul", "matmul"]
    assert loaded.plan("f32[2,4]").edit(op="matmul", to="cpu:0").choices == []


class Named:
    def __init__(self, name):
        self.name = name


def test_queues_in_a_file(tmp_path) -> None:
    with lg.Lane("busy", workers=1) as lane:
        policy = Chooses(lambda: lane.queued > 2, "cpu:0", "cpu:0")
        file = tmp_path / "app.legato"
        lg.save(file, lg.runner(net, "f32[2,4]", executor=policy))
        assert 'lane "busy"' in app_text(file) and 'to=choose(queued "busy" > 2, ' in app_text(file)
        app = lg.load(file, bind={"busy": lane})
        assert app.main(X).shape == (2, 4)
        run = lg.choose(lambda: lane.queued > 2, lg.runner(net, "f32[n,4]"), lg.runner(net, "f32[n,4]"))
        lg.save(file, run)
        assert lg.load(file)(X).shape == (2, 4)
        assert lg.load(file, bind={"busy": lane}).main(X).shape == (2, 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('choice "c" = choose("a" < 1, "main", "nobody")', "model 'nobody'"),
        ('choice "c" = choose("a" < 1, "main")', "two alternatives"),
        ('choice "c" = choose("a" < 1, "main", "main"', "'\\)'|expected \\)"),
        ('choice "main" = choose("a" < 1, "main", "main")', "stands there twice"),
        ('choice "c" choose("a" < 1, "main", "main")', "expected ="),
        ('choice "c" = choose(queued "nobody" < 1, "main", "main")', "no lane 'nobody'"),
        ('choice "c" = choose(extent "nobody" 0 < 1, "main", "main")', "no input 'nobody'"),
        ('choice "c" = choose(extent "x" 9 < 1, "main", "main")', "no axis 9"),
        ('choice "c" = choose("a", "main", "main")\nchoice "d" = choose("a", "c", "main")', "choice itself"),
        ("choice", "quoted string"),
        ('signal ""', "1 to 127"),
        ("signal battery 1.0", "quoted string"),
        ('signal "a" 1..0', "a number"),
        ("\n".join(['signal "a"'] * 257), "more than 256 signals"),
    ],
)  # fmt: skip
def test_hostile_texts(tmp_path, text, message) -> None:
    file = tmp_path / "bad.legato"
    lg.save(file, lg.runner(double, "f32[3]"))
    data = file.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header["__metadata__"]["legato.app"] += text + "\n"
    encoded = json.dumps(header).encode()
    encoded += b" " * (-(len(encoded) + 8) % 64)
    file.write_bytes(struct.pack("<Q", len(encoded)) + encoded + data[8 + size :])
    with pytest.raises(lg.LegatoError, match=message):
        lg.load(file)
