# SPDX-License-Identifier: Apache-2.0
"""Executors: where ops run, what runs around them, what replaces them; in eager mode, plans and files."""

import ctypes
import gc
import threading
import weakref
from contextlib import contextmanager

import numpy as np
import pytest

import legato as lg

RNG = np.random.default_rng(5)
W = RNG.standard_normal((4, 4)).astype(np.float32)
X = RNG.standard_normal((3, 4)).astype(np.float32)


def net(x):
    with lg.path("encoder"):
        y = lg.relu(lg.matmul(x, W))
    with lg.path("head"):
        return lg.tanh(y + 1.0)


def wanted(x, inner=lambda y: np.maximum(y, 0)):
    return np.tanh(inner(x @ W) + 1)


def close(result, expected):
    np.testing.assert_allclose(result.numpy(), expected, rtol=1e-5, atol=1e-6)


@contextmanager
def others_running(run):
    """Two threads that run and look at the results, while a block does something else."""
    stop, errors = threading.Event(), []

    def work():
        try:
            while not stop.is_set():
                close(run(X), wanted(X))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
            assert not thread.is_alive()
    assert not errors


class Seen(lg.Executor):
    """Remembers what it was asked; answers nothing."""

    def __init__(self, answer=None):
        self.ops, self.answer = [], answer

    def place(self, op):
        self.ops.append(op)
        return self.answer(op) if self.answer else None


# ---- placement -------------------------------------------------------------------------------------


def test_place_is_asked_once_per_op_and_plan():
    seen = Seen()
    run = lg.runner(net, "f32[n,4]", executor=seen)
    assert not seen.ops  # nothing is planned yet
    for _ in range(3):
        close(run(X), wanted(X))
    assert [op.name for op in seen.ops] == ["matmul", "relu", "add", "tanh"]
    op = seen.ops[0]
    assert op.path == "encoder" and op.attrs == {} and op.flops == 2 * 3 * 4 * 4 and op.bytes > 0
    assert str(op.inputs[0]) == "f32[3,4]" and str(op.outputs[0]) == "f32[3,4]"
    assert "matmul" in repr(op) and "encoder" in repr(op)
    run(X[:1])
    assert len(seen.ops) == 8
    with pytest.raises(lg.ArgumentError):
        op.run([X, W])


def test_inner_answers_first():
    inner = Seen(lambda op: "cpu:0" if op.name == "relu" else None)
    outer = Seen(lambda op: lg.device("cpu:0") if op.name != "tanh" else None)
    with lg.using(outer):
        plan = str(lg.runner(net, "f32[3,4]", executor=inner, passes={"fuse": False, "chain": False}).plan())
    assert [op.name for op in inner.ops] == ["matmul", "relu", "add", "tanh"]
    assert [op.name for op in outer.ops] == ["matmul", "add", "tanh"]
    assert plan.count("Seen") == 3 and plan.count("default") == 1


def test_rules_beside_methods():
    rules = lg.Rules([lg.Rule(op="relu", path="enc*", to="cpu:0")])
    with lg.using(Seen()), lg.using(rules):
        plan = str(lg.runner(net, "f32[3,4]", passes={"fuse": False}).plan())
    assert "Rule(op='relu', path='enc*'" in plan


class Odd(lg.Executor):
    def __init__(self, answer):
        self.answer = answer

    def place(self, op):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    "answer, error",
    [
        (ZeroDivisionError("by hand"), ZeroDivisionError),
        (42, lg.DTypeError),
        ("acme.none:0", lg.NotFoundError),
        (lg.ShapeError("own"), lg.ShapeError),
    ],
)
def test_what_place_gets_wrong(answer, error):
    with pytest.raises(error) as caught:
        lg.runner(net, "f32[3,4]", executor=Odd(answer))
    if isinstance(answer, Exception):
        assert caught.value is answer and "matmul at encoder" in caught.value.__notes__[0]
    with pytest.raises(error), lg.using(Odd(answer)):
        lg.tanh(X)
    close(lg.tanh(X), np.tanh(X))


def test_only_executors():
    with pytest.raises(lg.DTypeError):
        lg.runner(net, "f32[3,4]", executor="cpu:0")
    with pytest.raises(lg.DTypeError):
        lg.using("cpu:0")


# ---- hooks -----------------------------------------------------------------------------------------


class Counts(lg.Executor):
    def __init__(self):
        self.events = []

    @lg.dynamic
    def before(self, op):
        self.events.append(("before", op.name))

    @lg.dynamic
    def after(self, op, outputs):
        self.events.append(("after", op.name, outputs[0].numpy().copy()))
        self.outputs = outputs


def test_dynamic_hooks_run_at_every_op():
    counts = Counts()
    run = lg.runner(net, "f32[3,4]", executor=counts)
    close(run(X), wanted(X))
    assert [event[:2] for event in counts.events] == [
        (when, name) for name in ("matmul", "relu", "add", "tanh") for when in ("before", "after")
    ]
    np.testing.assert_allclose(counts.events[1][2], X @ W, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(counts.events[-1][2], wanted(X), rtol=1e-5, atol=1e-6)
    assert len(counts.outputs) == 0  # only good inside of the hook
    with pytest.raises(IndexError):
        counts.outputs[0]
    assert "before it: Counts, in Python" in str(run.plan())
    assert "needs Python at replay" in str(run.plan())
    counts.events.clear()
    with lg.using(counts):
        close(lg.neg(X), -X)
    assert [event[:2] for event in counts.events] == [("before", "neg"), ("after", "neg")]


def test_a_hook_says_what_it_costs():
    with pytest.raises(lg.DTypeError, match=r"lg.dynamic|legato\.dynamic"):

        class Silent(lg.Executor):
            def before(self, op):
                pass


HOOK = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))


def test_native_hooks():
    calls, asked = [], []

    @HOOK
    def hook(self, op, data):
        calls.append((self, ctypes.cast(data[0], ctypes.POINTER(ctypes.c_float))[0]))
        return 0

    class Native(lg.Executor):
        @lg.native
        def before(self, op):
            asked.append(op.name)
            return (hook, 77) if op.name == "tanh" else None

        @lg.native
        def after(self, op):
            return None

    run = lg.runner(lambda x: lg.tanh(lg.neg(x)), "f32[1]", executor=Native())
    assert asked == ["neg", "tanh"]
    for value in (1.0, 2.0):
        run([value])
    assert calls == [(77, -1.0), (77, -2.0)]
    assert "Python" not in str(run.plan())
    with lg.using(Native()):
        lg.tanh([3.0])
    assert calls[-1] == (77, 3.0)

    class Wrong(lg.Executor):
        @lg.native
        def before(self, op):
            return ["here"]

    with pytest.raises(lg.DTypeError, match="native hook"):
        lg.runner(lg.tanh, "f32[1]", executor=Wrong())


def test_a_native_hook_that_fails_ends_the_run():
    @HOOK
    def hook(self, op, data):
        return 13  # any status

    class Stop(lg.Executor):
        @lg.native
        def after(self, op):
            return hook

    run = lg.runner(lg.tanh, "f32[1]", executor=Stop())
    with pytest.raises(lg.LegatoError):
        run([1.0])


def test_hooks_that_raise_and_hooks_that_call_legato():
    run = lg.runner(net, "f32[3,4]")

    def bad(op, outputs):
        raise ZeroDivisionError("in a tap")

    with lg.using(lg.tap("relu", bad)), pytest.raises(ZeroDivisionError, match="in a tap"):
        run(X)
    inner = []

    def again(op, outputs):
        inner.append(run(X))
        lg.neg(X)

    with lg.using(lg.tap("relu", again)):
        close(run(X), wanted(X))
        lg.relu(X)
    assert len(inner) == 2
    close(run(X), wanted(X))


# ---- taps and replacements -------------------------------------------------------------------------


def test_tap_for_a_while_and_for_ever():
    seen = []
    tap = lg.tap("enc*", lambda op, outputs: seen.append((op.name, outputs[0].numpy())))
    run = lg.runner(net, "f32[n,4]")
    close(run(X), wanted(X))
    records = run.plan().records
    with lg.using(tap):
        close(run(X), wanted(X))
        close(run(X[:2]), wanted(X[:2]))
    assert [name for name, _ in seen] == ["matmul", "relu"] * 2
    np.testing.assert_allclose(seen[0][1], X @ W, rtol=1e-5, atol=1e-6)
    close(run(X), wanted(X))
    assert len(seen) == 4 and run.plan().records == records
    for_ever = lg.runner(net, "f32[3,4]", executor=tap)
    for_ever(X)
    assert len(seen) == 6
    assert "after it: tap 'enc*', in Python" in str(for_ever.plan())


def test_taps_of_one_thread_do_not_touch_another():
    run, seen = lg.runner(net, "f32[3,4]"), []
    tap = lg.tap("relu", lambda op, outputs: seen.append(threading.get_ident()))
    with others_running(run):
        for _ in range(50):
            with lg.using(tap):
                close(run(X), wanted(X))
            close(run(X), wanted(X))
    assert seen == [threading.get_ident()] * 50


@pytest.mark.parametrize("recorded", [True, False])
def test_taps_of_several_outputs_views_and_outputs(recorded):
    def fn(x):
        a, b = lg.split(lg.transpose(x), [2, 2], axis=0)
        return lg.reshape(b, shape=(-1,)), lg.concat([a, b], axis=0)

    seen = {}
    run = lg.runner(fn, "f32[3,4]") if recorded else fn
    with lg.using(lg.tap("*", lambda op, outputs: seen.__setitem__(op.name, [y.numpy() for y in outputs]))):
        flat, joined = run(lg.tensor(X))
    t = X.T
    np.testing.assert_array_equal(flat.numpy(), t[2:].reshape(-1))
    np.testing.assert_array_equal(joined.numpy(), t)
    np.testing.assert_array_equal(seen["transpose"][0], t)
    np.testing.assert_array_equal(seen["split"][0], t[:2])
    np.testing.assert_array_equal(seen["split"][1], t[2:])
    np.testing.assert_array_equal(seen["reshape"][0], t[2:].reshape(-1))
    np.testing.assert_array_equal(seen["concat"][0], t)


def test_replace():
    run = lg.runner(net, "f32[3,4]")
    swap = lg.replace("relu", lambda op, inputs: np.abs(inputs[0].numpy()))
    with lg.using(swap):
        close(run(X), wanted(X, np.abs))
        close(lg.relu(X), np.abs(X))
        out = lg.empty((3, 4))
        assert lg.relu(X, out=out) is out
        close(out, np.abs(X))
    close(run(X), wanted(X))
    with lg.using(
        lg.replace("split", lambda op, inputs: (np.ones((2, 4), np.float32), np.zeros((1, 4), np.float32)))
    ):
        a, b = lg.split(X, [2, 1])
        assert a.numpy().all() and not b.numpy().any()
    for wrong, error in (
        (lambda op, inputs: None, lg.DTypeError),
        (lambda op, inputs: np.zeros((2, 2), np.float32), lg.ShapeError),
        (lambda op, inputs: np.zeros((3, 4)), lg.DTypeError),
    ):
        with lg.using(lg.replace("relu", wrong)), pytest.raises(error):
            run(X)
    with pytest.raises(lg.DTypeError):
        lg.replace("relu", 3)
    with pytest.raises(lg.DTypeError):
        lg.tap(3, print)


def test_tapped_runs_share_the_states():
    def fn(x):
        total = lg.state("total", (2,))
        total.set(total.value + x)
        return total.value * 1.0

    seen = []
    tap = lg.tap("add", lambda op, outputs: seen.append(outputs[0].tolist()))
    run = lg.runner(fn, "f32[2]")
    run([1.0, 1.0])
    with lg.using(tap):
        run([1.0, 2.0])
    run([1.0, 1.0])
    assert run.state()["total"].tolist() == [3.0, 4.0] and seen == [[2.0, 3.0]]
    # The same where extents are open, and the plan follows the shapes.
    program = lg.record(lambda x, h: (lg.sum(x, axis=0) + h, h), "f32[n,2]", "f32[2]")
    run = lg.runner(program.with_state({"h": next(iter(program.outputs))}))
    for rows in (1, 3, 1):
        run(np.ones((rows, 2), np.float32))
        with lg.using(tap):
            run(np.ones((rows + 1, 2), np.float32))
        with lg.using(tap):
            run(np.ones((rows, 2), np.float32))
    assert run.state()["h"].tolist() == [18.0, 18.0]
    assert [value[0] for value in seen[1:]] == [3.0, 4.0, 11.0, 14.0, 17.0, 18.0]


# ---- eager dispatch --------------------------------------------------------------------------------


def test_dispatch_has_full_control():
    log = []

    class Doubles(lg.Executor):
        def dispatch(self, op, inputs):
            log.append(op.name)
            if op.name == "tanh":
                return super().dispatch(op, [inputs[0] * 2.0])
            return super().dispatch(op, inputs)

    class Outer(lg.Executor):
        def dispatch(self, op, inputs):
            log.append(f"outer {op.name}")
            return super().dispatch(op, inputs)

    with lg.using(Outer()), lg.using(Doubles()):
        close(lg.tanh(X), np.tanh(2 * X))
    assert log == ["tanh", "outer tanh"]  # what a dispatch runs itself does not come back to it
    close(lg.tanh(X), np.tanh(X))

    class Wrong(lg.Executor):
        def dispatch(self, op, inputs):
            return "nothing"

    with lg.using(Wrong()), pytest.raises(lg.LegatoError):
        lg.tanh(X)


def test_using_inside_of_a_recorded_function_says_so():
    def fn(x):
        with lg.using(Seen()):
            return lg.tanh(x)

    with pytest.raises(lg.UnsupportedError, match="recorded"):
        lg.record(fn, "f32[3]")


# ---- plans ----------------------------------------------------------------------------------------


def test_budget_refuses_or_edits():
    class Refuses(lg.Executor):
        def budget(self, plan):
            if plan.memory > 10:
                raise MemoryError(f"{plan.memory} bytes")

    with pytest.raises(MemoryError):
        lg.runner(lambda x: lg.matmul(lg.matmul(x, W), W), "f32[3,4]", executor=Refuses())
    open_run = lg.runner(lambda x: lg.matmul(lg.matmul(x, W), W), "f32[n,4]", executor=Refuses())
    with pytest.raises(MemoryError):
        open_run(X)

    class Edits(lg.Executor):
        def budget(self, plan):
            return plan.edit(passes={"fuse": False, "chain": False}) if plan.records < 4 else None

    run = lg.runner(net, "f32[3,4]", executor=Edits())
    assert run.plan().records == 4
    close(run(X), wanted(X))

    class Wrong(lg.Executor):
        def budget(self, plan):
            return 3

    with pytest.raises(lg.DTypeError):
        lg.runner(net, "f32[3,4]", executor=Wrong())


def test_edit_and_install():
    for types in ("f32[3,4]", "f32[n,4]"):
        run = lg.runner(net, types)
        close(run(X), wanted(X))
        before = run.plan()
        seen = []
        plan = before.edit(executor=lg.tap("relu", lambda op, outputs, seen=seen: seen.append(op.name)))
        assert plan.records > before.records and run.plan().records == before.records
        run.install(plan)
        close(run(X), wanted(X))
        assert seen == ["relu"] and run.plan().records == plan.records
        run.install(before)
        close(run(X), wanted(X))
        assert seen == ["relu"]
        moved = before.edit("encoder*", to="cpu:0")
        assert "rule 0: path=encoder*" in str(moved)
        run.install(moved)
        close(run(X), wanted(X))
    with pytest.raises(lg.NotFoundError, match="encoder"):
        before.edit("decoder*", to="cpu:0")
    with pytest.raises(lg.ArgumentError):
        before.edit("encoder")
    with pytest.raises(lg.NotFoundError):
        before.edit(passes={"fuze": False})
    with pytest.raises(lg.ArgumentError):
        run.install(lg.runner(lambda y: lg.tanh(y), "f32[3,4]").plan())
    with pytest.raises(TypeError):
        run.install("plan")


def test_install_while_others_run():
    run = lg.runner(net, "f32[3,4]")
    plans = [run.plan(), run.plan().edit(passes={"fuse": False}), run.plan().edit(passes={"chain": False})]
    with others_running(run):
        for i in range(200):
            run.install(plans[i % 3])


def test_all_of_it_is_given_back():
    class Owner(lg.Executor):
        @lg.dynamic
        def before(self, op):
            pass

    executor = Owner()
    run = lg.runner(net, "f32[n,4]", executor=executor)
    run(X)
    with lg.using(lg.tap("relu", lambda op, outputs: None)):
        run(X)
    gone = weakref.ref(executor)
    del executor, run
    gc.collect()
    assert gone() is None

    class Robot(lg.Executor):  # has the runner that was planned with it
        def __init__(self):
            self.run = lg.runner(net, "f32[n,4]", executor=self)
            self.run(X)

        def place(self, op):
            return "cpu:0"

        @lg.dynamic
        def after(self, op, outputs):
            pass

    gone = weakref.ref(Robot())
    gc.collect()
    assert gone() is None


def test_a_plan_keeps_its_executor():
    seen = []
    run = lg.runner(net, "f32[3,4]")
    run.install(run.plan().edit(executor=lg.tap("relu", lambda op, outputs: seen.append(op.name))))
    gc.collect()
    run(X)
    plan = run.plan()
    del run
    gc.collect()
    again = lg.runner(net, "f32[3,4]")
    again.install(plan)
    again(X)
    assert seen == ["relu", "relu"]
