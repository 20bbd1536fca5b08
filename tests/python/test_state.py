# SPDX-License-Identifier: Apache-2.0
"""States: what persists between the runs of a runner."""

import threading

import numpy as np
import pytest

import legato as lg

TEXT = """program {
  input %0 "x" : f32[batch,3]
  %1 = state.read "h" : f32[batch,3]
  %2 = add(%1, %0) : f32[batch,3]
  output "output" %2
  state.write "h", %2
}
"""


def ones(*shape):
    return np.ones(shape, np.float32)


def summing(extents="batch"):
    h = lg.state("h", (extents, 3))

    def f(x):
        h.set(h.value + x)
        return h.value

    return f


def test_text_reads_back():
    program = lg.record(summing(), "f32[batch,3]")
    assert str(program) == TEXT
    assert str(lg.Program.parse(TEXT)) == TEXT
    assert list(program.inputs) == ["x"]
    assert list(program.outputs) == ["output"]
    assert program.states == {"h": lg.spec("f32[batch,3]")}


@pytest.mark.parametrize("spec", ["f32[batch,3]", "f32[2,3]"])
def test_runs_remember(spec):
    run = lg.runner(summing(spec[4:].partition(",")[0]), spec)
    for i in range(1, 5):
        np.testing.assert_array_equal(run(ones(2, 3)).numpy(), i * ones(2, 3))
    state = run.state()
    saved = state.snapshot()
    assert saved["h"].tolist() == [[4.0] * 3] * 2
    run(ones(2, 3))
    assert saved["h"].tolist() == [[4.0] * 3] * 2  # a copy
    state.set(saved)
    assert run(ones(2, 3)).tolist() == [[5.0] * 3] * 2
    state["h"] = 10 * ones(2, 3)
    assert run(ones(2, 3)).tolist() == [[11.0] * 3] * 2
    state.reset()
    assert run(ones(2, 3)).tolist() == [[1.0] * 3] * 2
    out = lg.zeros((2, 3))
    assert run(ones(2, 3), out=out).tolist() == [[2.0] * 3] * 2
    assert list(state) == ["h"]
    assert len(state) == 1


def test_extents_of_a_state_change_by_reset_only():
    run = lg.runner(summing(), "f32[batch,3]")
    with pytest.raises(lg.ArgumentError, match="not known before the first run"):
        run.state()["h"]
    run(ones(2, 3))
    with pytest.raises(
        lg.ShapeError, match=r"state 'h' is f32\[2,3\], these inputs need f32\[4,3\]; reset it first"
    ):
        run(ones(4, 3))
    assert run(ones(2, 3)).tolist() == [[2.0] * 3] * 2
    run.state().reset()
    assert run(ones(4, 3)).tolist() == [[1.0] * 3] * 4
    assert run(ones(4, 3)).tolist() == [[2.0] * 3] * 4


def test_eager_keeps_it_in_the_object():
    f = summing(2)
    assert f(ones(2, 3)).tolist() == [[1.0] * 3] * 2
    assert f(ones(2, 3)).tolist() == [[2.0] * 3] * 2
    assert lg.runner(f, "f32[2,3]")(ones(2, 3)).tolist() == [[1.0] * 3] * 2  # a runner has its own
    with pytest.raises(lg.ShapeError, match="state 'h' is"):
        lg.state("h", (2,)).set([1.0])
    with pytest.raises(lg.ArgumentError, match="outside of a recording"):
        lg.state("h", ("n",)).value.tolist()


def test_runners_do_not_share():
    f = summing(1)
    a, b = lg.runner(f, "f32[1,3]"), lg.runner(f, "f32[1,3]")
    a(ones(1, 3))
    assert a(ones(1, 3)).tolist() == [[2.0] * 3]
    assert b(ones(1, 3)).tolist() == [[1.0] * 3]


def test_with_state():
    program = lg.record(lambda x, h, c: {"y": x + h, "hn": h + x, "cn": c * 2.0 + 1.0}, *["f32[n]"] * 3)
    stateful = program.with_state({"h": "hn", "c": "cn"})
    assert str(lg.Program.parse(str(stateful), {"w0": 2.0, "w1": 1.0})) == str(stateful)
    assert 'state.write "h", %' in str(stateful)
    assert ' as "hn"' in str(stateful)
    run = lg.runner(stateful)
    assert [run([1.0])["y"].item() for _ in range(3)] == [1, 2, 3]
    assert run.state()["c"].tolist() == [7.0]
    for names, message in [
        ({"q": "hn"}, "no input 'q'"),
        ({"h": "q"}, "no output 'q'"),
        ({"h": "hn", "c": "hn"}, "a state already"),
    ]:
        with pytest.raises(lg.LegatoError, match=message):
            program.with_state(names)
    with pytest.raises(lg.ArgumentError, match="what is written to it"):
        lg.record(lambda x: {"y": lg.concat([x, x])}, "f32[n]").with_state({"x": "y"})
    with pytest.raises(lg.UnsupportedError, match="cannot be a part of another"):
        lg.record(lambda x: stateful(x), "f32[n]")


def test_states_in_files(tmp_path):
    lg.save(tmp_path / "sum.legato", lg.runner(summing(2), "f32[2,3]"))
    run = lg.load(tmp_path / "sum.legato").main
    run(ones(2, 3))
    assert run(ones(2, 3)).tolist() == [[2.0] * 3] * 2


def test_one_call_at_a_time():
    w = lg.tensor(np.eye(600, dtype=np.float32))
    h = lg.state("h", (600, 600))

    def f(x):
        h.set((h.value + x) @ w @ w @ w)
        return h.value

    run = lg.runner(f, "f32[600,600]")
    x = ones(600, 600)
    busy = []

    def work():
        for _ in range(5):
            try:
                run(x)
            except lg.BusyError as error:
                busy.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run.state()["h"].numpy()[0, 0] == 15 - len(busy)
    assert all("one call at a time" in text for text in busy)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('state.write "h", %2\n', "", "nothing is written to state 'h'"),
        ('state.write "h"', 'state.write "q"', "there is no state 'q'"),
        ('state.write "h"', 'state.write "x"', "there is no state 'x'"),
        ('state.write "h", %2', 'state.write "h", %9', "used before"),
        ('state.write "h", %2', 'state.write "h", %2 state.write "h", %2 as "z"', "a state already"),
        ('= state.read "h"', "= state.read", "quoted string"),
        ('"h" : f32[batch,3]', '"h" : f32[1,3]', "what is written to it"),
    ],
)
def test_broken_text(old, new, message):
    with pytest.raises(lg.LegatoError, match=message):
        lg.Program.parse(TEXT.replace(old, new))


def test_programs_without_states():
    with pytest.raises(lg.ArgumentError, match="no states"):
        lg.runner(lambda x: x + x, "f32[2]").state()
