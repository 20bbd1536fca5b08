# SPDX-License-Identifier: Apache-2.0
"""Policies in files: lanes and units as roles, what they are bound to, rules about them."""

import ctypes
import gc
import re

import numpy as np
import pytest
from test_file import app_text, rewrite

import legato as lg

CORE = lg.machine().allowed[0]
X = np.ones((8, 64), np.float32)


def net():
    w = lg.ones((64, 64))
    return lambda x: lg.tanh(x @ w)


@pytest.fixture
def lane():
    with lg.Lane("pair", workers=2, spin_us=20) as lane:
        yield lane


@pytest.fixture
def saved(lane, tmp_path):
    app = lg.runners(a=lg.runner(net(), "f32[n,64]"), b=lg.record(net(), "f32[8,64]"), executor=lg.on(lane))
    path = tmp_path / "pair.legato"
    lg.save(path, app, portable=True)
    return path, app


# ---- lanes ------------------------------------------------------------------------------------------


def test_a_role_is_what_was_asked_for(saved, lane, tmp_path):
    path, app = saved
    assert app.lanes == {"pair": lane}
    assert app_text(path).startswith('legato 1\nlane "pair" workers=2 spin_ns=20000\nmodel "a" ')
    assert app_text(path).count('{\nlane "pair"\n') == 2
    lane.resize(1)
    lg.save(tmp_path / "later.legato", app, portable=True)
    assert (tmp_path / "later.legato").read_bytes() == path.read_bytes()  # what it was asked to be


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({}, ""),
        ({"workers": 3}, " workers=3"),
        ({"cores": [CORE]}, f" cores=[{CORE}]"),
        ({"cores": [CORE], "workers": 2, "spin_us": 0}, f" workers=2 cores=[{CORE}] spin_ns=-1"),
        ({"core_class": "performance", "workers": 1}, ' workers=1 class="performance"'),
    ],
)
def test_roles_are_read_back(asked, text, tmp_path):
    with lg.Lane('odd "name" \u00e9', **asked) as lane:
        lg.save(tmp_path / "a.legato", lg.runner(net(), "f32[8,64]", executor=lg.on(lane)))
        assert app_text(tmp_path / "a.legato").splitlines()[1] == 'lane "odd \\"name\\" \u00e9"' + text
    again = lg.load(tmp_path / "a.legato")
    made = again.lanes['odd "name" \u00e9']
    assert made.workers == lane_workers(asked)
    if "cores" in asked:
        assert all(worker.cores == [CORE] for worker in made.effective())
    assert again.main.executor.lane is made
    assert again(X).tolist() == lg.runner(net(), "f32[8,64]")(X).tolist()
    lg.save(tmp_path / "b.legato", again)
    assert (tmp_path / "a.legato").read_bytes() == (tmp_path / "b.legato").read_bytes()


def lane_workers(asked):
    with lg.Lane("like it", **asked) as lane:
        return lane.workers


def test_the_default_lane_is_that_of_the_process(tmp_path):
    run = lg.runner(net(), "f32[8,64]", executor=lg.on(lg.Lane.default()))
    lg.save(tmp_path / "a.legato", run)
    assert '\nlane "legato" default=1\n' in app_text(tmp_path / "a.legato")
    assert lg.load(tmp_path / "a.legato").lanes["legato"] is lg.Lane.default()


def test_lanes_are_bound_to_those_given(saved, lane, tmp_path):
    path, app = saved
    with lg.Lane("other", workers=1) as other:
        for bind in ({"pair": lane}, {"*": lane}, {"p*": lane, "*": other}, {"*": other, "pair": lane}):
            again = lg.load(path, bind=bind)
            assert again.lanes["pair"] is lane
            assert again.a.executor.lane is lane
            assert again.a(X).tolist() == app.a(X).tolist()
            lg.save(tmp_path / "again.legato", again, portable=True)
            assert (tmp_path / "again.legato").read_bytes() == path.read_bytes()  # the role stays
        again = lg.load(path, bind={"pair": other})
        del again
        gc.collect()
        assert not other.closed


def test_an_app_ends_the_lanes_that_it_made(saved):
    path, app = saved
    again = lg.load(path)
    made = again.lanes["pair"]
    a, b = again.a, again.b
    del again, a
    gc.collect()
    assert not made.closed  # b uses it
    assert b(X).tolist() == app.b(X).tolist()
    call = b.start(X)
    del b
    gc.collect()
    assert call.result(30).tolist() == app.b(X).tolist()
    del call
    gc.collect()
    assert made.closed


@pytest.mark.parametrize(
    ("lines", "error", "match"),
    [
        (
            'lane "far" cores=[1000]',
            lg.NotFoundError,
            "asks for lanes that cannot be made here.*'far'.*core 1000",
        ),
        ('lane "lent" pool=1', lg.NotFoundError, "'lent'; lane 'lent' borrows the threads of an application"),
        ('lane "odd" class="wooden"', lg.NotFoundError, "no cores of class 'wooden'; the machine has: "),
        (
            'lane "far" cores=[1000]\nlane "near" workers=1\nlane "lent" pool=1\nlane "odd" class="wooden"',
            lg.NotFoundError,
            r"bind lanes to them: 'far', 'lent', 'odd'; .*1000.*; .*lent.*; .*wooden",
        ),
        ('lane "a"\nlane "a"', lg.FormatError, "'a' stands there twice"),
        ('lane ""', lg.FormatError, "a name of 0 bytes"),
        (f'lane "{"x" * 64}"', lg.FormatError, "a name of 64 bytes, 1 to 63"),
        ('lane "a" workers=257', lg.FormatError, "257, expected 0 to 256"),
        ('lane "a" workers=-1', lg.FormatError, "-1, expected 0 to 256"),
        ('lane "a" workers="2"', lg.FormatError, "expected a number"),
        ('lane "a" workers 2', lg.FormatError, "expected ="),
        ('lane "a" cores=[]', lg.FormatError, "a core number"),
        ('lane "a" cores=[1024]', lg.FormatError, "core 1024, expected 0 to 1023"),
        ('lane "a" cores=[0,', lg.FormatError, "a core number"),
        ('lane "a" cores=[0, 0] class="performance"', lg.NotFoundError, "exclude each other"),
        ('lane "a" spin_ns=-2', lg.FormatError, "-2, expected -1 to"),
        ('lane "a" class="a name that is too long"', lg.FormatError, "1 to 15"),
        ('lane "a" ?', lg.FormatError, "a field of a lane"),
        ('lane "a" hue=[1', lg.FormatError, "closed by ']'"),
        ("\n".join(f'lane "{i}" workers=1' for i in range(65)), lg.FormatError, "more than 64 lanes"),
        ("\n".join(f'lane "{i}" workers=256' for i in range(5)), lg.FormatError, "more than 1024 workers"),
        ('unit "" capacity=1', lg.FormatError, "a name of 0 bytes, 1 to 127"),
        ('unit "u" capacity=0', lg.FormatError, "0, expected 1 to 64"),
        ('unit "u" capacity=65', lg.FormatError, "65, expected 1 to 64"),
        ('unit "u" max_wait_ns=-1', lg.FormatError, "-1, expected 0 to"),
        ("\n".join(f'unit "u {i}"' for i in range(257)), lg.FormatError, "more than 256 units"),
    ],
)
def test_what_is_wrong_with_roles_is_said(saved, tmp_path, lines, error, match):
    path, _ = saved
    rewrite(path, tmp_path / "bad.legato", lambda text: text.replace("legato 1\n", f"legato 1\n{lines}\n"))
    with pytest.raises(error, match=match):
        lg.load(tmp_path / "bad.legato")
    if error is lg.NotFoundError and "exclude" not in match:  # what cannot be made can be given
        again = lg.load(tmp_path / "bad.legato", bind={"*": lg.Lane.default()})
        assert set(again.lanes.values()) == {lg.Lane.default()}


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('{\nlane "pair"\n', '{\nlane "pear"\n', "lane 'pear' is not declared before"),
        ('model "b"', 'lane "late"\nmodel "b"', "lanes and units before the models"),
        ('model "b"', 'unit "late"\nmodel "b"', "lanes and units before the models"),
    ],
)
def test_roles_stand_before_the_models(saved, tmp_path, old, new, match):
    path, _ = saved
    rewrite(path, tmp_path / "bad.legato", lambda text: text.replace(old, new, 1))
    with pytest.raises(lg.FormatError, match=match):
        lg.load(tmp_path / "bad.legato")


def test_binds_are_checked(saved, lane):
    path, _ = saved
    with pytest.raises(lg.NotFoundError, match=re.escape("has no lane 'pear' to bind; there are: pair")):
        lg.load(path, bind={"pear": lane})
    for bind in ({"pair": "pair"}, {1: lane}, [lane]):
        with pytest.raises(lg.DTypeError, match="load: bind"):
            lg.load(path, bind=bind)
    lane.close()
    with pytest.raises(lg.ClosedError, match="the lane given for 'pair' was closed"):
        lg.load(path, bind={"pair": lane})


def test_two_lanes_of_one_name(tmp_path):
    with lg.Lane("twin", workers=1) as one, lg.Lane("twin", workers=1) as two:
        runners = {
            name: lg.runner(net(), "f32[8,64]", executor=lg.on(on)) for name, on in (("a", one), ("b", two))
        }
        with pytest.raises(lg.ArgumentError, match="two lanes are called 'twin'"):
            lg.runners(**runners)
        with pytest.raises(lg.ArgumentError, match="two lanes are called 'twin'"):
            lg.save(tmp_path / "twins.legato", runners)
        assert not list(tmp_path.iterdir())


def test_many_lanes(tmp_path):
    lanes = [lg.Lane(f"lane {i}", workers=1) for i in range(65)]
    runners = {f"m{i}": lg.runner(lg.tanh, "f32[2]", executor=lg.on(lane)) for i, lane in enumerate(lanes)}
    with pytest.raises(OverflowError, match="at most 64 lanes"):
        lg.save(tmp_path / "many.legato", runners)
    del runners["m64"]
    lg.save(tmp_path / "many.legato", runners)
    assert len(lg.load(tmp_path / "many.legato", bind={"*": lg.Lane.default()}).lanes) == 64
    for lane in lanes:
        lane.close()


def test_an_executor_around_runners(lane):
    steps = lg.state("steps", (), "f32")

    def count(x):
        steps.set(steps.value + 1.0)
        return x + steps.value

    inner = lg.runner(
        net(), "f32[n,64]", executor=lg.Rules([lg.Rule(op="tanh", to="cpu:0")]), passes={"fuse": False}
    )
    app = lg.runners(inner=inner, count=lg.record(count, "f32[2]"), executor=lg.on(lane))
    assert app.inner.passes == {"fuse": False}
    assert app.inner.executor is inner.executor
    assert "rule 0: op=tanh" in str(app.inner.plan("f32[8,64]"))
    assert [app.count([0.0, 1.0]).tolist() for _ in range(2)] == [[1.0, 2.0], [2.0, 3.0]]
    before = lane.stats()["loops"]
    big = lg.runners(big=lg.runner(lambda x: x @ x, "f32[400,400]"), executor=lg.on(lane))
    big.big(np.ones((400, 400), np.float32))
    assert lane.stats()["loops"] > before
    with pytest.raises(lg.DTypeError, match="executor is int"):
        lg.runners(inner=inner, executor=3)
    with pytest.raises(lg.DTypeError, match="expected a Runner or a Program"):
        lg.runners(inner=net())


def test_a_guard_is_recorded_again_under_the_executor(lane):
    run = lg.runner(lambda x: x * 2.0 if x.shape[0] > 2 else x, "f32[n]")
    app = lg.runners(run=run, executor=lg.on(lane))
    assert app.run([1.0, 2.0, 3.0]).tolist() == [2.0, 4.0, 6.0]
    assert app.run([1.0]).tolist() == [1.0]
    assert app.lanes == {"pair": lane}


# ---- units ------------------------------------------------------------------------------------------


def test_units_are_found_or_made(saved, tmp_path):
    path, _ = saved
    target = tmp_path / "unit.legato"
    lines = 'legato 1\nunit "file unit" capacity=2 max_wait_ns=1000000\n'
    rewrite(path, target, lambda text: text.replace("legato 1\n", lines))
    app = lg.load(target)
    made = app.units["file unit"]
    assert (made.name, made.capacity) == ("file unit", 2)
    assert lg.unit("file unit").capacity == 2
    again = lg.load(target)  # the same
    with made, again.units["file unit"], pytest.raises(lg.BusyError):
        call = lg.Lane.default()
        call.run(again.units["file unit"].take)
    del app, again, made
    gc.collect()
    with pytest.raises(lg.NotFoundError):
        lg.unit("file unit")
    mine = lg.Unit("file unit")
    with pytest.raises(
        lg.AlreadyExistsError, match="'file unit' is for 2 holders, and there is one of that name for 1"
    ):
        lg.load(target)
    assert mine.stats()["taken"] == 0


# ---- rules ------------------------------------------------------------------------------------------


def test_rules_are_data():
    with lg.Lane("pair", workers=1) as lane:
        unit = lg.Unit("rule unit")
        rule = lg.Rule(op="matmul", path="a*", to=lane, hold=[unit, "other"])
        assert repr(rule) == "Rule(op='matmul', path='a*', to=Lane 'pair', hold=('rule unit', 'other'))"
        assert rule == lg.Rule(op="matmul", path="a*", to=lane, hold=(unit, "other"))
        assert rule != lg.Rule(op="matmul", path="a*", to=lane, hold=unit)
        assert hash(rule) == hash(lg.Rule(op="matmul", path="a*", to=lane, hold=(unit, "other")))
        assert rule.units() == ("rule unit", "other")
        assert repr(lg.Rules([lg.Rule(hold=unit)], lane=lane)).startswith(
            "Rules([Rule(hold='rule unit')], lane=<"
        )
        for wrong in (
            {"to": 3},
            {"hold": 3},
            {"hold": [3], "to": "cpu:0"},
            {},
            {"op": "matmul"},
            {"op": 1, "to": "cpu:0"},
        ):
            with pytest.raises(TypeError):
                lg.Rule(**wrong)
        with pytest.raises(lg.DTypeError, match="expected a Lane"):
            lg.Rules([], lane="pair")
        with pytest.raises(lg.NotFoundError, match="no such unit"):
            lg.runner(net(), "f32[8,64]", executor=lg.Rules([lg.Rule(op="matmul", hold="no such unit")]))


def in_two(x):
    with lg.path("body"):
        y = lg.tanh(x @ W)
    with lg.path("head"):
        return lg.softmax(y @ W, axis=1)


W = lg.ones((64, 64))


def lanes_of(run):
    return {(row.op, row.path): row.lane for row in run.plan().rows}


@pytest.mark.parametrize("spec", ["f32[8,64]", "f32[n,64]"])
def test_where_an_executor_placed_is_kept(spec, tmp_path):
    with lg.Lane("one", workers=1) as one, lg.Lane("two", workers=2) as two:

        class Policy(lg.Executor):
            lane = two

            def place(self, op):
                return (
                    one
                    if op.path == "body" and op.name == "matmul"
                    else two
                    if op.name == "softmax"
                    else None
                )

        run = lg.runner(in_two, spec, executor=Policy())
        run.plan("f32[8,64]")
        app = lg.runners(main=run)
        assert app.lanes == {"one": one, "two": two}
        lg.save(tmp_path / "a.legato", run, portable=True)
        again = lg.load(tmp_path / "a.legato")
        assert app.roles == again.roles == ['lane "one" workers=1', 'lane "two" workers=2']
        assert set(again.lanes) == {"one", "two"}
        assert again.main.executor.lane is again.lanes["two"]
        rules = {(rule.op, rule.path): rule.to for rule in again.main.executor.rules()}
        assert rules["matmul", "body"] is again.lanes["one"]
        assert rules["softmax", "head"] is again.lanes["two"]
        assert rules["matmul", "head"] == "cpu:0"
        plan, wanted = again.main.plan("f32[8,64]"), run.plan("f32[8,64]")
        assert [(row.op, row.lane) for row in plan.rows] == [(row.op, row.lane) for row in wanted.rows]
        assert again(X).numpy().tobytes() == run(X).numpy().tobytes()
        lg.save(tmp_path / "b.legato", again, portable=True)
        assert (tmp_path / "b.legato").read_bytes() == (tmp_path / "a.legato").read_bytes()
        bound = lg.load(tmp_path / "a.legato", bind={"*": one})
        assert {row.lane for row in bound.main.plan("f32[8,64]").rows} <= {"one", "two", None}
        assert bound(X).numpy().tobytes() == run(X).numpy().tobytes()


def test_rules_with_lanes_are_kept(tmp_path):
    with lg.Lane("one", workers=1) as one:
        rules = lg.Rules([lg.Rule(op="tanh", to="cpu:0"), lg.Rule(path="body", to=one)], lane=one)
        run = lg.runner(in_two, "f32[8,64]", executor=rules, passes={"fuse": False})
        lg.save(tmp_path / "a.legato", run, portable=True)
        again = lg.load(tmp_path / "a.legato", bind={"one": one})
        assert again.main.executor.rules() == rules.rules()
        assert lanes_of(again.main) == lanes_of(run)
        assert lanes_of(run)["matmul", "body"] == "one"
        assert lanes_of(run)["tanh", "body"] is None
        run.install(run.plan().edit("head", to=one))
        lg.save(tmp_path / "b.legato", run)
        assert lanes_of(lg.load(tmp_path / "b.legato").main)["softmax", "head"] == "one"


def test_two_ways_for_one_kind_and_path(tmp_path):
    with lg.Lane("one", workers=1) as one:

        class Turns(lg.Executor):
            turn = 0

            def place(self, op):
                self.turn += 1
                return one if self.turn == 1 else None

        run = lg.runner(lambda x: lg.tanh(lg.exp(lg.tanh(x))), "f32[4]", executor=Turns())
        lg.save(tmp_path / "a.legato", run)
        again = lg.load(tmp_path / "a.legato", bind={"one": one}).main
        assert again.executor.rules() == [
            lg.Rule(op="tanh#0", path="", to=one),
            lg.Rule(op="exp", path="", to="cpu:0"),
            lg.Rule(op="tanh#1", path="", to="cpu:0"),
        ]
        assert [row.lane for row in again.plan().rows] == [row.lane for row in run.plan().rows]
        lg.save(tmp_path / "b.legato", again)
        assert (tmp_path / "b.legato").read_bytes() == (tmp_path / "a.legato").read_bytes()
        with lg.using(Anything()):  # asked later than the rules of the runner, about what these leave open
            around = lg.runner(again.program, executor=again.executor)
        assert [row.lane for row in around.plan().rows] == [row.lane for row in run.plan().rows]


class Anything(lg.Executor):
    def place(self, op):
        return None


def test_by_shape_cannot_be_a_rule(tmp_path):
    with lg.Lane("one", workers=1) as one:

        class Large(lg.Executor):
            def place(self, op):
                return one if op.inputs[0].shape[0] > 4 else None

        run = lg.runner(in_two, "f32[n,64]", executor=Large())
        run.plan("f32[2,64]")
        lg.save(tmp_path / "a.legato", run)
        run.plan("f32[8,64]")
        with pytest.raises(
            lg.UnsupportedError, match="matmul#0 at 'body' to cpu:0 for some shapes, and for others to one"
        ):
            lg.save(tmp_path / "a.legato", run)


@pytest.mark.parametrize("op", ["tanh#", "tanh#x", "tanh#1x", "#1", "no such op#1"])
def test_own_names_of_ops_are_checked(op):
    with pytest.raises(lg.NotFoundError, match="does not exist"):
        lg.runner(lg.tanh, "f32[4]", executor=lg.Rules([lg.Rule(op=op, to="cpu:0")]))


# ---- code under names -------------------------------------------------------------------------------

HOOK = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
SEEN: list[str] = []


def register(name):
    lg.register_hook(name, HOOK(lambda context, op, data: SEEN.append(name) or 0))


def test_registered_code_is_kept(tmp_path):
    register("test.before")
    register("test.after")

    class Watch(lg.Executor):
        @lg.native
        def before(self, op):
            return "test.before" if op.name == "tanh" else None

        @lg.native
        def after(self, op):
            return "test.after" if op.name == "exp" else None

    def net(x):
        return lg.exp(lg.tanh(x))

    plain = lg.runner(net, "f32[4]")
    rules = lg.Rules([lg.Rule(op="tanh", before="test.before"), lg.Rule(op="exp", after="test.after")])
    for executor in (Watch(), rules):
        run = lg.runner(net, "f32[4]", executor=executor)
        lg.save(tmp_path / "a.legato", run, portable=True)
        assert 'before="test.before"' in app_text(tmp_path / "a.legato")
        again = lg.load(tmp_path / "a.legato")
        lg.save(tmp_path / "b.legato", again, portable=True)
        assert (tmp_path / "b.legato").read_bytes() == (tmp_path / "a.legato").read_bytes()
        for one in (run, again):
            SEEN.clear()
            assert one([0.0, 1.0, 2.0, 3.0]).tolist() == plain([0.0, 1.0, 2.0, 3.0]).tolist()
            assert SEEN == ["test.before", "test.after"]
    with lg.using(rules):
        SEEN.clear()
        lg.tanh([1.0])
        assert SEEN == ["test.before"]
    with lg.using(lg.Rules([lg.Rule(op="tanh", replace="test.before")])), pytest.raises(lg.UnsupportedError):
        lg.tanh([1.0])
    rewrite(
        tmp_path / "a.legato",
        tmp_path / "c.legato",
        lambda text: text.replace("test.before", "test.gone").replace("test.after", "test.too"),
    )
    with pytest.raises(
        lg.NotFoundError, match="'main' runs code .* not registered here: 'test.gone' 'test.too'"
    ):
        lg.load(tmp_path / "c.legato")


def test_names_of_code_are_checked(tmp_path):
    register("test.twice")
    with pytest.raises(lg.AlreadyExistsError, match="test.twice"):
        register("test.twice")
    for wrong in (lambda op: None, "test.twice", None):
        with pytest.raises(lg.DTypeError, match="expected a C function"):
            lg.register_hook("test.wrong", wrong)
    with pytest.raises(lg.NotFoundError, match="no hook 'test.none'"):
        lg.runner(lg.tanh, "f32[4]", executor=lg.Rules([lg.Rule(op="tanh", before="test.none")]))

    class Nameless(lg.Executor):
        @lg.native
        def before(self, op):
            return KEPT

    with pytest.raises(lg.UnsupportedError, match="code at its ops that has no name: Nameless at tanh"):
        lg.save(tmp_path / "a.legato", lg.runner(lg.tanh, "f32[4]", executor=Nameless()))


KEPT = HOOK(lambda context, op, data: 0)


# ---- what is held -----------------------------------------------------------------------------------


def holds_of(run):
    return {(row.op, row.path): row.units for row in run.plan("f32[8,64]").rows}


class Both(lg.Executor):
    def __init__(self, units):
        self.units = units

    def hold(self, op):
        both = op.path == "body" and op.name == "matmul"
        return tuple(self.units.values()) if both else self.units.get(op.name)


@pytest.mark.parametrize("spec", ["f32[8,64]", "f32[n,64]"])
def test_what_an_executor_holds_is_kept(spec, tmp_path):
    units = {"matmul": lg.Unit("roles matmul", max_wait_us=1e6), "softmax": lg.Unit("roles bus", 2)}
    run = lg.runner(in_two, spec, executor=Both(units))
    run.plan("f32[8,64]")
    app = lg.runners(main=run)
    assert set(app.units) == {"roles matmul", "roles bus"}
    lg.save(tmp_path / "a.legato", run, portable=True)
    assert app.roles == [
        'unit "roles bus" capacity=2',
        'unit "roles matmul" capacity=1 max_wait_ns=1000000000',
    ]
    again = lg.load(tmp_path / "a.legato")
    assert holds_of(again.main) == holds_of(run)
    before = units["matmul"].stats()["taken"]
    assert again(X).numpy().tobytes() == run(X).numpy().tobytes()
    assert units["matmul"].stats()["taken"] == before + 2
    lg.save(tmp_path / "b.legato", again, portable=True)
    assert (tmp_path / "b.legato").read_bytes() == (tmp_path / "a.legato").read_bytes()
    del run, app, again, units
    gc.collect()
    again = lg.load(tmp_path / "a.legato")  # the file makes them
    assert (again.units["roles bus"].capacity, again.units["roles matmul"].capacity) == (2, 1)
    again(X)
    assert again.units["roles matmul"].stats()["taken"] == 1
    assert again.units["roles bus"].stats()["taken"] >= 1


def test_rules_with_holds(tmp_path):
    unit = lg.Unit("roles rule")
    rules = lg.Rules(
        [lg.Rule(op="matmul", hold=unit), lg.Rule(path="body", to="cpu:0"), lg.Rule(hold="roles rule")]
    )
    run = lg.runner(in_two, "f32[8,64]", executor=rules)
    taken = unit.stats()["taken"]
    run(X)
    assert unit.stats()["taken"] > taken
    lg.save(tmp_path / "a.legato", run)
    again = lg.load(tmp_path / "a.legato").main
    assert again.executor.rules() == rules.rules()
    assert holds_of(again) == holds_of(run)

    class Here(lg.Executor):
        def place(self, op):
            return "cpu:0"

    with lg.using(Here()):
        around = lg.runner(in_two, "f32[8,64]", executor=rules)
    assert holds_of(around) == holds_of(run)
    taken = unit.stats()["taken"]
    with lg.using(lg.Rules([lg.Rule(op="tanh", hold=unit)])):
        lg.tanh([1.0])
        lg.exp([1.0])
    assert unit.stats()["taken"] == taken + 1


def test_scope_of_units(tmp_path):
    unit = lg.Unit(f"roles system {tmp_path.name}", scope="system")
    run = lg.runner(lg.tanh, "f32[4]", executor=lg.Rules([lg.Rule(hold=unit)]))
    lg.save(tmp_path / "a.legato", run)
    assert 'capacity=1 scope="system"\n' in app_text(tmp_path / "a.legato")
    lg.load(tmp_path / "a.legato")([0.0, 0.0, 0.0, 0.0])
    assert unit.stats()["taken"] == 1
    rewrite(tmp_path / "a.legato", tmp_path / "b.legato", lambda text: text.replace(' scope="system"', ""))
    with pytest.raises(
        lg.AlreadyExistsError, match="is for one process, and there is one of that name for the whole"
    ):
        lg.load(tmp_path / "b.legato")
    rewrite(tmp_path / "a.legato", tmp_path / "c.legato", lambda text: text.replace('"system"\n', '"moon"\n'))
    with pytest.raises(lg.FormatError, match="scope 'moon', expected process or system"):
        lg.load(tmp_path / "c.legato")
