# SPDX-License-Identifier: Apache-2.0
"""Traces: what ran, where, from when to when; files of them; that they are what the plan says."""

import gc
import json
import threading
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import pytest

import legato as lg
from legato.core.trace import Mismatch


def net(x):
    return lg.softmax(lg.relu(x @ lg.ones((64, 64))) + x, axis=1)


def made():
    return lg.runner(net, "f32[64,64]")


X = np.ones((64, 64), np.float32)


def test_of_one_run():
    run = made()
    before_ns = time.monotonic_ns()
    trace = run.trace(X)
    assert np.array_equal(trace.outputs, run(X))
    rows = run.plan().rows
    assert [op.op for op in trace.ops] == [row.op for row in rows]
    for op, row in zip(trace.ops, rows, strict=True):
        assert (op.kernel, op.device, op.path, op.row) == (row.kernel, row.device, row.path, row.index)
        assert op.expected_us == row.cost_ns / 1e3
        assert op.us >= 0 and op.begin_us >= 0 and op.lane is None and op.worker == -1 and op.call == 0
        assert op.thread == threading.get_native_id()
    (call,) = trace.calls
    assert call.status == "OK" and call.begin_us == 0.0 and call.expected_us * 1e3 == run.plan().expected_ns
    assert call.us >= sum(op.us for op in trace.ops)
    assert call.plan == run.plan().identity and before_ns <= trace.origin_ns <= time.monotonic_ns()
    assert trace.matches(run.plan()) is True
    assert trace.lost == 0 and trace.holds() == [] and trace.lane("none") == []
    assert trace.lane(None) == trace.ops
    assert "2 ops in 1 calls" in str(trace) and "2 ops in 1 calls" in repr(trace)


def test_nothing_is_traced_without_being_asked():
    run = made()
    trace = run.trace(X)
    before = len(trace.ops)
    run(X)
    run.start(X).result()
    lg.exp(X)
    assert len(trace.ops) == before


def test_keeps_what_it_speaks_of():
    run = lg.runner(net, "f32[64,64]")
    trace = run.trace(X)
    plan = run.plan()
    del run
    gc.collect()
    assert trace.matches(plan)
    del plan
    gc.collect()
    assert [op.op for op in trace.ops] == ["fused_matmul", "softmax"]


def test_memory_goes_back():
    run = made()
    gc.collect()
    run.trace(X)
    gc.collect()
    used = lg.core.context.memory_stats()[1]
    for _ in range(3):
        run.trace(X)
    gc.collect()
    assert lg.core.context.memory_stats()[1] == used


def test_all_of_the_process():
    run = made()
    with lg.tracing() as trace:
        with ThreadPoolExecutor(3) as threads:
            wait([threads.submit(run, X) for _ in range(12)])
        wait([run.start(X) for _ in range(5)])
        y = lg.exp(lg.asarray(X)) + 1.0
        parts = lg.split(lg.asarray(X), (32, 32))
    assert len(trace.calls) == 17
    assert trace.matches(run.plan()) is True
    assert [op.op for op in trace.ops if op.call is None][:2] == ["exp", "add"]
    assert all(op.kernel.startswith(op.op) for op in trace.ops if op.op in ("exp", "add"))
    started = [call for call in trace.calls if call.lane == "legato"]
    assert len(started) == 5
    assert {op.lane for op in trace.ops if op.call is not None} == {None, "legato"}
    for op in trace.lane(lg.Lane.default()):
        assert 0 <= op.worker < lg.Lane.default().workers
    assert y.shape == (64, 64) and len(parts) == 2
    assert [call.begin_us for call in trace.calls] == sorted(call.begin_us for call in trace.calls)


def test_one_tracing_at_a_time():
    run = made()
    with lg.tracing() as trace:
        with pytest.raises(lg.BusyError, match="traced already"), lg.tracing():
            pass
        inner = run.trace(X)
        run(X)
    assert len(inner.calls) == 1 and len(trace.calls) == 1
    with lg.tracing() as again:
        run(X)
    assert len(again.calls) == 1


@pytest.mark.parametrize("events", [0, 15, -1, 1.5, "many", None, 2**32])
def test_bad_room(events):
    with pytest.raises(lg.ArgumentError, match="events is"), lg.tracing(events):
        pass
    assert lg.exp(X).shape == X.shape  # nothing stayed on


def test_what_finds_no_room_is_said():
    run = made()
    with lg.tracing(16) as trace:
        for _ in range(10):
            run(X)
    assert trace.lost > 0 and f"{trace.lost} events" in repr(trace)
    assert len(trace.ops) <= 16
    found = trace.matches(run.plan())
    assert not found and "no room" in found.difference


def test_shares_of_a_lane():
    run = lg.runner(lambda x: x @ x, "f32[600,600]")
    x = lg.ones((600, 600))
    alone = run(x).numpy()
    with lg.Lane("shares", workers=2) as lane, lg.on(lane):
        run(x)
        traces = [run.trace(x) for _ in range(20)]
    assert all(np.array_equal(trace.outputs, alone) for trace in traces)
    assert all(trace.matches(run.plan()) for trace in traces)
    for trace in traces:
        (op,) = trace.ops
        assert op.lane == "shares" and op.worker == 0
        assert {worker for worker, _, _ in op.shares} <= {0, 1}
        for _, begin_us, us in op.shares:
            assert op.begin_us <= begin_us and begin_us + us <= op.begin_us + op.us
    assert any(op.shares for trace in traces for op in trace.ops)


def test_eager_on_a_lane():
    with lg.Lane("eager", workers=2) as lane, lg.on(lane), lg.tracing() as trace:
        lg.exp(lg.ones((4, 4)))
    assert {(op.lane, op.worker) for op in trace.ops} == {("eager", 0)}


def test_ops_planned_while_it_runs():
    run = lg.runner(lambda x: lg.compress(x, x > 0.0, axis=0) * 2.0, "f32[5]")
    trace = run.trace([1.0, -1.0, 2.0, -3.0, 4.0])
    assert trace.outputs.tolist() == [2.0, 4.0, 8.0]
    assert {"compress"} < {op.op for op in trace.ops}
    assert len(trace.calls) >= 1
    assert run([1.0, 1.0, 1.0, 1.0, 1.0]).shape == (5,)
    assert len(trace.calls) == len(trace.calls)


def test_hooks_and_copies_are_no_ops_of_the_plan():
    seen = []
    run = lg.runner(lambda x: lg.transpose(lg.exp(x), (1, 0)), "f32[3,4]",
                    executor=lg.tap("exp*", lambda op, outputs: seen.append(op.name)))  # fmt: skip
    trace = run.trace(lg.ones((3, 4)))
    assert len(seen) == 1
    kernels = [op.kernel for op in trace.ops]
    assert "after" in kernels and "copy" in kernels
    assert trace.matches(run.plan()) is True


def test_late_and_cancelled():
    run = made()
    with lg.tracing() as trace, pytest.raises(lg.DeadlineExceeded):
        run(X, deadline_at_ns=1)
    assert [call.status for call in trace.calls] == ["DEADLINE"]
    found = trace.matches(run.plan())
    assert not found and "ended with DEADLINE after 0 rows" in str(found)


def test_states():
    def step(x):
        h = lg.state("h", (4,))
        h.set(h.value + x)
        return h.value * 2.0

    run = lg.runner(step, "f32[4]")
    traces = [run.trace(lg.ones(4)) for _ in range(3)]
    assert [trace.outputs.tolist()[0] for trace in traces] == [2.0, 4.0, 6.0]
    assert all(trace.matches(run.plan()) for trace in traces)


def test_first_difference():
    run = made()
    trace = run.trace(X)
    other = run.plan().edit(passes={"fuse": False})
    found = trace.matches(other)
    assert isinstance(found, Mismatch) and not found
    assert "row 0 is matmul" in str(found) and "fused_matmul" in repr(found)
    with lg.tracing() as nothing:
        pass
    assert "no run" in str(nothing.matches(run.plan()))


# ---- files ------------------------------------------------------------------------------------------


def traced():
    run = made()
    with lg.tracing() as trace:
        run(X)
        run.start(X).result()
        lg.exp(X)
        with lg.Unit("page <unit>"):
            lg.relu(lg.ones(3))
    return trace


def test_json(tmp_path):
    trace = traced()
    trace.save(tmp_path / "t.json")
    found = json.loads((tmp_path / "t.json").read_text())
    assert found["otherData"]["lost"] == 0
    spans = [event for event in found["traceEvents"] if event["ph"] == "X"]
    assert [event["name"] for event in spans if event["cat"] == "record"] == ["fused_matmul", "softmax"] * 2
    assert len([event for event in spans if event["cat"] == "run"]) == 2
    for event in spans:
        assert event["ts"] >= 0 and event["dur"] >= 0 and event["pid"] == 1 and event["tid"] > 0
        if event["cat"] == "record":
            assert event["args"]["kernel"] and event["args"]["expected_us"] > 0
    names = [event["args"]["name"] for event in found["traceEvents"] if event["name"] == "thread_name"]
    assert any(name.startswith("legato:") for name in names)


def test_html(tmp_path):
    trace = traced()
    trace.save(str(tmp_path / "t.html"))
    page = (tmp_path / "t.html").read_text()
    assert "http" not in page and len(page) < 20000
    root = ElementTree.fromstring(page.replace("<!DOCTYPE html>", "").replace('<meta charset="utf-8">', ""))
    bars = list(root.iter("rect"))
    assert len(bars) == len(trace.ops) + len(trace.holds())
    assert all(float(bar.get("width")) >= 0 for bar in bars)
    cells = [[cell.text for cell in row] for row in root.iter("tr")]
    assert {row[0] for row in cells[1:]} == {op.op for op in trace.ops}


def test_png(tmp_path):
    trace = traced()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        with pytest.raises(ImportError, match=r"legato\[plot\]"):
            trace.save(tmp_path / "t.png")
        return
    trace.save(tmp_path / "t.png")
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")


def test_other_files_are_refused(tmp_path):
    trace = traced()
    with pytest.raises(lg.ArgumentError, match=r"ends in '.txt', expected"):
        trace.save(tmp_path / "t.txt")
