# SPDX-License-Identifier: Apache-2.0
"""Prices: what was measured is what plans expect, in this process and in later ones."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import legato as lg
from legato.core import prices
from legato.core.plan import set_prices

X = np.ones((256, 256), np.float32)


def net(x):
    return lg.softmax(lg.tanh(x @ x) + x, axis=1)


@pytest.fixture(autouse=True)
def apart(monkeypatch, tmp_path):
    """A file of its own; what the process knew comes back."""
    monkeypatch.setenv("LG_PRICES", str(tmp_path / "prices.json"))
    monkeypatch.setattr(prices._Loaded, "prices", {})
    set_prices({})
    yield tmp_path / "prices.json"
    set_prices({})


def test_plans_expect_what_was_measured(apart):
    run = lg.runner(net, "f32[256,256]")
    before = run.plan().rows
    assert lg.calibrate(run, X) == len(before)
    assert run.plan().rows == before  # a plan stays what it is
    plan = lg.runner(net, "f32[256,256]").plan()
    known = prices.read(apart)
    for row, (call, band, estimate_ns) in zip(plan.rows, plan._prices(), strict=True):
        assert known[call].ns == pytest.approx(row.cost_ns, abs=0.06)
        assert known[call].band == band and known[call].kernel == row.kernel
        assert known[call].estimate_ns == pytest.approx(estimate_ns, abs=0.06)
    assert plan.expected_ns == pytest.approx(sum(row.cost_ns for row in plan.rows))
    assert [row._replace(cost_ns=0) for row in plan.rows] == [row._replace(cost_ns=0) for row in before]


def test_others_of_a_kernel_are_corrected_by_size():
    one, two = (lg.runner(lambda x: lg.tanh(x), f"f32[{n}]") for n in (1000, 1001))
    ((call, band, _),), ((other, same, estimate_ns),) = one.plan()._prices(), two.plan()._prices()
    assert call != other and band == same
    set_prices({call: 777.0, band: 3.0})
    one, two = (lg.runner(lambda x: lg.tanh(x), f"f32[{n}]").plan() for n in (1000, 1001))
    assert one.expected_ns == 777.0
    assert two.expected_ns == pytest.approx(3.0 * estimate_ns)
    set_prices({prices.ALL: 2.0})
    assert lg.runner(lambda x: lg.tanh(x), "f32[1001]").plan().expected_ns == pytest.approx(2 * estimate_ns)


def test_gaps_between_sizes_are_filled():
    kernel = 0x1234 << 6
    known = [
        prices.Price(k, kernel | band, 1.0, ratio, "k") for k, band, ratio in ((5, 10, 4.0), (6, 12, 1.0))
    ]
    table = prices.table({price.call: price for price in known})
    assert table[kernel | 3] == pytest.approx(4.0) and table[kernel | 40] == pytest.approx(1.0)
    assert table[kernel | 11] == pytest.approx(2.0)
    assert table[prices.ALL] == pytest.approx(2.0)


def test_results_and_decisions_stay():
    run = lg.runner(net, "f32[256,256]")
    wanted = run(X).numpy()
    set_prices({prices.ALL: 1e6})
    dear = lg.runner(net, "f32[256,256]")
    assert dear.plan().expected_ns > 1e5 * run.plan().expected_ns
    assert np.array_equal(dear(X), wanted)
    with lg.Lane("prices", workers=2) as lane, lg.on(lane):
        assert np.array_equal(dear(X), wanted)


def test_a_later_process_reads_them(apart):
    run = lg.runner(net, "f32[256,256]")
    lg.calibrate(run, X)
    wanted = lg.runner(net, "f32[256,256]").plan().expected_ns
    stamp = apart.stat().st_mtime_ns
    code = (
        "import legato as lg; print(lg.runner(lambda x: lg.softmax(lg.tanh(x @ x) + x, axis=1), "
        "'f32[256,256]').plan().expected_ns)"
    )
    found = {
        given: float(
            subprocess.run(
                [sys.executable, "-c", code], env={**os.environ, "LG_PRICES": given}, check=True, timeout=100,
                capture_output=True, text=True,
            ).stdout
        )
        for given in (str(apart), "off")
    }  # fmt: skip
    assert found[str(apart)] == pytest.approx(wanted, rel=0.01)
    assert found["off"] != pytest.approx(wanted, rel=1e-6)
    assert apart.stat().st_mtime_ns == stamp  # who only plans does not write


def test_file_can_be_read_by_people(apart):
    lg.calibrate(lg.runner(net, "f32[256,256]"), X)
    found = json.loads(apart.read_text())
    assert found["what"] == "prices of legato" and lg.isa() in found["machine"]
    assert {line[4] for line in found["ops"]} == {
        row.kernel for row in lg.runner(net, "f32[256,256]").plan().rows
    }
    assert [p.name for p in apart.parent.iterdir()] == [apart.name]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"what": "other"}',
     '{"what": "prices of legato", "machine": "MACHINE", "ops": [1]}',
     '{"what": "prices of legato", "machine": "MACHINE", "ops": [["zz", "1", 1, 1, "k"]]}',
     '{"what": "prices of legato", "machine": "MACHINE", "ops": [["1", "1", 1, -1, "k"]]}'],
)  # fmt: skip
def test_damaged_file_is_named(apart, monkeypatch, text):
    apart.write_text(text.replace("MACHINE", prices.machine()))
    monkeypatch.setattr(prices._Loaded, "prices", None)
    with pytest.raises(lg.FormatError, match=r"prices\.json: .*remove it, or set LG_PRICES=off"):
        lg.runner(net, "f32[256,256]")


def test_of_another_machine_is_left_aside(apart):
    apart.write_text('{"what": "prices of legato", "machine": "a Cray", "ops": [["1", "1", 1, 5, "k"]]}')
    assert prices.read(apart) == {}


def test_default_place(monkeypatch, tmp_path):
    monkeypatch.delenv("LG_PRICES")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    file = prices.path()
    assert file.parent == tmp_path / "legato" and file.name.startswith("prices-") and file.suffix == ".json"
    file.parent.mkdir()
    file.write_text("damaged")  # nobody named it: no price is known
    monkeypatch.setattr(prices._Loaded, "prices", None)
    lg.runner(net, "f32[256,256]")
    assert len(prices.known()) == 0


def test_bad_arguments():
    with pytest.raises(lg.DTypeError, match="expected a Runner"):
        lg.calibrate(net)
    for bad in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(lg.ArgumentError, match="price 0 is"):
            set_prices({5: bad})


@pytest.mark.slow
def test_ops_of_many_kinds(apart):
    assert lg.calibrate() > 200
    known = prices.read(apart)
    assert len({price.kernel for price in known.values()}) > 30
    assert len(prices.known()) == len(known)


def test_what_is_cut_over_a_lane_is_not_taken():
    run = lg.runner(lambda x: x @ x, "f32[700,700]")
    x = lg.ones((700, 700))
    with lg.Lane("prices", workers=2) as lane, lg.on(lane):
        assert lg.calibrate(run, x) in (0, 1)
