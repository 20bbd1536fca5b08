# SPDX-License-Identifier: Apache-2.0
"""Signals and the conditions over them: names, values, what is traced, what cannot be."""

import math
import threading
from itertools import count

import numpy as np
import pytest

import legato as lg

NUMBERS = count()


def fresh(value=None) -> lg.Signal:
    return lg.signal(f"signal {next(NUMBERS)}", value)


def test_a_name_is_one_signal() -> None:
    battery = fresh()
    assert battery.value is None and battery.initial is None
    assert lg.signal(battery.name) is battery
    assert lg.signal(battery.name, 0.5) is battery
    assert battery.value == 0.5 == battery.initial
    battery.set(0.25)
    assert lg.signal(battery.name, 1.0).value == 0.25 and battery.initial == 0.5
    battery.value = 3
    assert battery.value == 3.0
    battery.set(True)
    assert battery.value == 1.0
    battery.set(None)
    assert battery.value is None
    battery.set(np.float32(0.5))
    assert battery.value == 0.5
    assert lg.signals()[battery.name] is battery
    assert repr(battery) == f"Signal({battery.name!r}, 0.5)"
    odd = lg.signal('odd "name"\n\u00e9')
    assert odd.name == 'odd "name"\n\u00e9' and list(lg.signals()) == sorted(lg.signals())


def test_bad_signals() -> None:
    with pytest.raises(lg.ArgumentError, match="1 to 127"):
        lg.signal("")
    with pytest.raises(lg.ArgumentError, match="1 to 127"):
        lg.signal("x" * 128)
    with pytest.raises(lg.DTypeError, match="the name is int"):
        lg.signal(1)
    for wrong in ("1", b"1", [1.0], object()):
        with pytest.raises(lg.DTypeError, match="expected a number"):
            fresh().set(wrong)
    with pytest.raises(lg.ArgumentError, match="None is for unset"):
        fresh(math.nan)
    with pytest.raises(lg.DTypeError, match="is Signal"):
        fresh().set(fresh())
    with pytest.raises(TypeError, match="by its name"):
        lg.Signal()


def test_threads() -> None:
    name = f"signal {next(NUMBERS)}"
    found, wrong = [], []

    def work(seed: int) -> None:
        for i in range(2000):
            signal = lg.signal(name, 1.0)
            signal.set(1.0 + seed if i % 2 else -1e300)
            value = signal.value
            if value != -1e300 and value not in (1.0, 2.0, 3.0, 4.0):
                wrong.append(value)
        found.append(lg.signal(name))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong and len({id(one) for one in found}) == 1 and len(found) == 4


def text(condition) -> str:
    return lg.choose(condition, "cpu:0", "cpu:0").when


def test_conditions_as_text() -> None:
    a, b = lg.signal("text a"), lg.signal("text b")
    run = lg.this_run
    cases = {
        '"text a" < 0.2': lambda: a < 0.2,
        '"text a" > 1': lambda: 1 < a,  # noqa: SIM300
        '"text a" <= "text b"': lambda: a <= b,
        '"text a" == 1': lambda: a == True,  # noqa: E712
        '"text a" != 2': lambda: a != 2,
        '("text a" < 0.2) & ("text b" > 70)': lambda: (a < 0.2) & (b > 70),
        '(~"text a") | (slack_us < 500)': lambda: ~a | (run.slack_us < 500),
        '1 & "text a"': lambda: True & a,
        '~("text a" < 1)': lambda: ~(a < 1),
        '((2 * "text a") + 1) > (3 - ("text b" / 2))': lambda: 2 * a + 1 > 3 - b / 2,
        'priority < ("text a" // 2)': lambda: run.priority < a // 2,
        '(-"text a") >= -3': lambda: -a >= -3,
        'abs("text a" - "text b") < 1e-09': lambda: abs(a - b) < 1e-9,
        'min("text a", 3) > max("text b", -inf)': lambda: a.min(3) > b.max(-math.inf),
        'floor("text a" * 0.1) == 4': lambda: math.floor(a * 0.1) == 4,
        'where("text a" < 1, 2, "text b") > 1.5': lambda: (a < 1).where(2, b) > 1.5,
        '"text a" > 0.25': lambda: np.float64(0.25) < a,
        '(7 // "text a") > (7 / "text a")': lambda: 7 // a > 7 / a,
        '"text a"': lambda: a,
    }
    for wanted, condition in cases.items():
        assert text(condition) == wanted
    assert text(a < 1) == '"text a" < 1'
    assert str(lg.choose(lambda: a < 1, "cpu:0", "cpu:0")) == 'choose("text a" < 1, "cpu:0", "cpu:0")'
    assert lg.choose(a < 1, "cpu:0", "cpu:0") == lg.choose(lambda: a < 1, "cpu:0", "cpu:0")
    assert len({lg.choose(a < 1, "cpu:0", "cpu:0"), lg.choose(a < 1, "cpu:0", "cpu:0")}) == 1


def test_queues_of_lanes() -> None:
    with lg.Lane("signals", workers=1) as lane:
        assert lane.queued == 0
        choice = lg.choose(lambda: lane.queued > 3, "cpu:0", "cpu:0")
        assert choice.when == 'queued "signals" > 3' and choice.lanes == (lane,)
        with lg.Lane("signals", workers=1) as other, pytest.raises(lg.ArgumentError, match="same name"):
            lg.choose(lambda: lane.queued > other.queued, "cpu:0", "cpu:0")
        release = threading.Event()
        threads = [threading.Thread(target=lane.run, args=(release.wait,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        seen = 0
        for _ in range(2000):
            seen = max(seen, lane.queued)
            if seen == 3:
                break
            threading.Event().wait(0.005)
        release.set()
        for thread in threads:
            thread.join(60)
        assert seen == 3


def test_what_has_no_value_yet() -> None:
    a, b = fresh(), fresh()
    for wrong in (
        lambda: a < 1 and b < 2,
        lambda: a < 1 or b < 2,
        lambda: not a,
        lambda: 0 < a < 1,
        lambda: 1 if a < 1 else 2,
        lambda: min(a, b) < 1,
    ):
        with pytest.raises(lg.ArgumentError, match="a & b"):
            text(wrong)
    for wrong in (lambda: int(a) > 1, lambda: float(a) > 1, lambda: [1, 2][a] > 1, lambda: range(a)):
        with pytest.raises(lg.ArgumentError, match=r"signal\.value"):
            text(wrong)
    for wrong in (lambda: (a + 1) & b, lambda: a & 3, lambda: ~(a - 1), lambda: (a * 2).where(1, 2)):
        with pytest.raises(lg.DTypeError, match="join conditions"):
            text(wrong)
    for wrong in (lambda: a < "1", lambda: a - [1], lambda: a < None, lambda: a < np.zeros(2)):
        with pytest.raises(lg.DTypeError, match="expected numbers"):
            text(wrong)
    with pytest.raises(lg.ArgumentError, match="nan"):
        text(lambda: a < math.nan)  # noqa: PLW0177


def test_bad_choices() -> None:
    a = fresh(1.0)
    with pytest.raises(lg.ArgumentError, match="whatever the signals are"):
        text(lambda: a.value < 2)
    with pytest.raises(lg.ArgumentError, match="whatever the signals are"):
        text(lambda: None)
    with pytest.raises(lg.DTypeError, match="expected a function"):
        text(True)
    with pytest.raises(ZeroDivisionError):
        text(lambda: 1 / 0)
    assert not lg.core.signal.tracing()
    with pytest.raises(lg.ArgumentError, match="1 alternatives"):
        lg.choose(lambda: a, "cpu:0")
    with pytest.raises(lg.ArgumentError, match="17 alternatives"):
        lg.choose(lambda: a, *["cpu:0"] * 17)
    with pytest.raises(lg.ArgumentError, match="give a number"):
        lg.choose(lambda: a < 1, "cpu:0", "cpu:0", "cpu:0")
    with pytest.raises(lg.DTypeError, match="str, int"):
        lg.choose(lambda: a < 1, "cpu:0", 3)
    with pytest.raises(lg.ArgumentError, match=r"op\.inputs"):
        lg.choose(lambda x: x.shape[0] < 1, "cpu:0", "cpu:0")
    with pytest.raises(lg.ArgumentError, match="make a choice itself"):
        text(lambda: lg.choose(lambda: a, "cpu:0", "cpu:0"))
