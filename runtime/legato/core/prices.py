# SPDX-License-Identifier: Apache-2.0
"""What ops cost on this machine: measured once, kept in a file, expected by the plans of later processes.

A kernel's own estimate knows its shape, not this machine. `legato.calibrate` runs ops of many kinds and
sizes, or a model, and keeps what each took. Plans then expect that for the same op, and for others of a
kernel the estimate times how far off it was at that size. Only that writes; the first plan of a process
reads.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import legato.core
from legato.core.context import isa, version
from legato.core.errors import ArgumentError, FormatError
from legato.core.plan import set_prices

# json and pathlib are imported where there is a file: they are a third of the package's import.
if TYPE_CHECKING:
    from pathlib import Path

MOST = 20000  # ops that are kept, the newest
ALL = 1  # the key of what holds for all kernels
ROUNDS = 16  # traced runs, of which the lower quartile counts: others may have work, too
MAGIC = "prices of legato"


class Price(NamedTuple):
    """One op as measured: keys of the call and its band, the estimate, what it took, the kernel."""

    call: int
    band: int
    estimate_ns: float
    ns: float
    kernel: str


def folder() -> str:
    """Return where what is measured is kept."""
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "legato")


def cpu() -> str:
    """Return the name of the processor."""
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith(("model name", "CPU part", "uarch")):
                    return " ".join(line.partition(":")[2].split())
    except OSError:
        pass
    return "unknown"


def build() -> str:
    """Return what tells builds of the library apart: keys hold for one."""
    package = os.path.dirname(os.path.dirname(legato.core.__file__))
    try:
        size = os.stat(os.path.join(package, "lib/liblegato.so")).st_size
    except OSError:
        size = 0
    return f"{version()}-{size}"


def machine() -> str:
    """Return processor, instruction set and build: what prices hold for."""
    return f"{cpu()}, {isa()}, {build()}"


def _file() -> str | None:
    given = os.environ.get("LG_PRICES", "")
    if given:
        return None if given == "off" else given
    words = "".join(c if c.isalnum() else "-" for c in f"{cpu()}-{isa()}-{build()}")
    return os.path.join(folder(), f"prices-{words}.json")


def path() -> Path | None:
    """Return the file of this machine and build; None where ``LG_PRICES=off``."""
    from pathlib import Path

    file = _file()
    return Path(file) if file is not None else None


def read(file: Path) -> dict[int, Price]:
    """Return what a file has for this machine and build, by call; nothing where it is of another."""
    import json

    try:
        found = json.loads(file.read_text())
        if found["what"] != MAGIC:
            raise ValueError("it is no file of prices")
        if found["machine"] != machine():
            return {}
        prices = [Price(int(a, 16), int(b, 16), float(c), float(d), str(e)) for a, b, c, d, e in found["ops"]]
        if not all(price.estimate_ns >= 0 and 0 < price.ns < 1e15 for price in prices):
            raise ValueError("a price is not above 0")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{file}: {error}; remove it, or set LG_PRICES=off") from None
    return {price.call: price for price in prices}


def write(file: Path, prices: dict[int, Price]) -> None:
    """Write a file, whole or not at all."""
    import json
    import tempfile

    lines = ",\n".join(
        json.dumps([f"{p.call:016x}", f"{p.band:016x}", round(p.estimate_ns, 1), round(p.ns, 1), p.kernel])
        for p in list(prices.values())[-MOST:]
    )
    text = f'{{"what": {json.dumps(MAGIC)}, "machine": {json.dumps(machine())}, "ops": [\n{lines}\n]}}\n'
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=file.name, delete=False) as part:
        part.write(text)
    os.replace(part.name, file)


def _median(values: list[float]) -> float:
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def table(prices: dict[int, Price]) -> dict[int, float]:
    """Return what the engine is told: calls, bands of kernels with the gaps filled, and all kernels."""
    bands: dict[int, dict[int, list[float]]] = {}
    ratios = []
    for price in prices.values():
        if price.estimate_ns > 0:
            ratio = math.log(price.ns / price.estimate_ns)
            bands.setdefault(price.band & ~63, {}).setdefault(price.band & 63, []).append(ratio)
            ratios.append(ratio)
    result = {price.call: price.ns for price in prices.values()}
    for kernel, found in bands.items():
        known = sorted((band, _median(values)) for band, values in found.items())
        for band in range(64):
            below = max((one for one in known if one[0] <= band), default=known[0])
            above = min((one for one in known if one[0] >= band), default=known[-1])
            part = (band - below[0]) / (above[0] - below[0]) if above[0] > below[0] else 0.0
            result[kernel | band] = math.exp(below[1] + part * (above[1] - below[1]))
    if ratios:
        result[ALL] = math.exp(_median(ratios))
    return result


class _Loaded:
    prices: dict[int, Price] | None = None  # None: nobody has asked yet


def load() -> None:
    """Let plans expect what was measured in earlier processes. Called with the first plan."""
    if _Loaded.prices is not None:
        return
    _Loaded.prices = {}
    name = _file()
    if name is not None and os.path.exists(name):
        file = path()
        assert file is not None
        try:
            _Loaded.prices = read(file)
        except (FormatError, OSError):
            if os.environ.get("LG_PRICES"):
                _Loaded.prices = None
                raise
        if _Loaded.prices:
            set_prices(table(_Loaded.prices))


def measure(run: Any, inputs: tuple[Any, ...], prices: dict[int, Price]) -> int:
    """Trace a runner, and add what its ops took. Returns how many there were."""
    run(*inputs)
    traces = [run.trace(*inputs) for _ in range(ROUNDS)]
    plan = run.plan(*inputs)
    if not all(trace.matches(plan) for trace in traces):
        raise ArgumentError("calibrate: the runs are not those of one plan")
    keys = plan._prices()
    added = 0
    for same in zip(*(trace.ops for trace in traces), strict=True):
        op = same[0]
        if op.row is None or op.shares or not keys[op.row][0] or op.record is None:
            continue
        if op.kernel in ("before", "after"):
            continue
        call, band, estimate_ns = keys[op.row]
        ns = max(1.0, sorted(one.us for one in same)[ROUNDS // 4] * 1e3)
        prices.pop(call, None)  # the newest last
        prices[call] = Price(call, band, estimate_ns, ns, op.kernel)
        added += 1
    return added


def keep(prices: dict[int, Price]) -> None:
    """Let plans expect these prices from now on, in later processes too."""
    set_prices(table(prices))
    _Loaded.prices = prices
    file = path()
    if file is not None:
        write(file, prices)


def known() -> dict[int, Price]:
    """Return what was measured here, by call."""
    load()
    return dict(_Loaded.prices or {})
