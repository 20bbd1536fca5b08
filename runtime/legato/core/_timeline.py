# SPDX-License-Identifier: Apache-2.0
"""Traces to look at: a page with a timeline that needs nothing else, and a picture."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

WIDTH, ROW = 1200, 26


class Bar(NamedTuple):
    """Something on the timeline: where, from when for how long in microseconds, its name, and what it is."""

    where: str
    begin_us: float
    us: float
    name: str
    title: str


def bars(trace: Any) -> Iterator[Bar]:
    """Yield what a timeline of a trace shows."""
    for op in trace.ops:
        where = f"thread {op.thread}" if op.lane is None else f"{op.lane}:{op.worker}"
        at = f" {op.path}" if op.path else ""
        title = f"{op.op}{at}\n{op.us:.1f} us, expected {op.expected_us:.1f}\n{op.kernel} on {op.device}"
        yield Bar(where, op.begin_us, op.us, op.op, title)
        for worker, begin_us, us in op.shares:
            if worker != op.worker and op.lane is not None:
                yield Bar(f"{op.lane}:{worker}", begin_us, us, op.op, f"share of {title}")
    for hold in trace.holds():
        title = f"{hold.unit} held\n{hold.us:.1f} us, after waiting for {hold.waited_us:.1f}"
        yield Bar(f"unit {hold.unit}", hold.begin_us, hold.us, "hold", title)


def color(name: str) -> str:
    """Return the colour of an op: the same in every picture."""
    return f"hsl({zlib.crc32(name.encode()) % 360} 55% 65%)"


def sums(trace: Any) -> list[tuple[str, int, float, float]]:
    """Return kind of op, count, microseconds and what was expected, by time."""
    found: dict[str, list[float]] = {}
    for op in trace.ops:
        entry = found.setdefault(op.op, [0, 0.0, 0.0])
        for i, value in enumerate((1, op.us, op.expected_us)):
            entry[i] += value
    rows = [(name, int(count), us, expected) for name, (count, us, expected) in found.items()]
    return sorted(rows, key=lambda row: -row[2])


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 14px sans-serif; margin: 1em; }}
svg {{ width: 100%; border: 1px solid #ccc; cursor: zoom-in; }}
text {{ font: 11px sans-serif; }}
td, th {{ padding: 0 1em 0 0; text-align: right; }}
td:first-child, th:first-child {{ text-align: left; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{summary}. Point at a bar for what it is; the wheel zooms in time.</p>
{rows}
<table>
<tr><th>op</th><th>count</th><th>us</th><th>expected us</th><th>share</th></tr>
{table}
</table>
<script>
const pictures = document.querySelectorAll("svg");
let from = 0, width = {width};
for (const svg of pictures) {{
  svg.addEventListener("wheel", (event) => {{
    event.preventDefault();
    const box = svg.getBoundingClientRect(), at = from + width * (event.clientX - box.left) / box.width;
    const next = Math.min({width}, Math.max(0.001, width * (event.deltaY > 0 ? 1.25 : 0.8)));
    from = Math.min({width} - next, Math.max(0, at - (at - from) * next / width));
    width = next;
    for (const one of pictures) one.setAttribute("viewBox", `${{from}} 0 ${{width}} {row}`);
  }});
}}
</script>
</body>
</html>
"""


def page(trace: Any, title: str) -> str:
    """Return a trace as an HTML page: a timeline per thread, lane and unit, and sums by kind of op."""
    found = list(bars(trace))
    whole = max((bar.begin_us + bar.us for bar in found), default=0.0) or 1.0
    scale = WIDTH / whole
    rows = []
    for where in dict.fromkeys(bar.where for bar in found):
        rects = "".join(
            f'<rect x="{bar.begin_us * scale:.4f}" y="1" width="{bar.us * scale:.4f}" height="{ROW - 2}" '
            f'fill="{color(bar.name)}"><title>{escape(bar.title)}</title></rect>\n'
            for bar in found
            if bar.where == where
        )
        rows.append(
            f'<p>{escape(where)}</p>\n<svg viewBox="0 0 {WIDTH} {ROW}" height="{ROW}" '
            f'preserveAspectRatio="none">\n{rects}</svg>'
        )
    total = sum(us for _, _, us, _ in sums(trace)) or 1.0
    table = "\n".join(
        f"<tr><td>{escape(name)}</td><td>{count}</td><td>{us:.1f}</td><td>{expected:.1f}</td>"
        f"<td>{us / total:.1%}</td></tr>"
        for name, count, us, expected in sums(trace)
    )
    lost = f"; {trace.lost} events found no room" if trace.lost else ""
    summary = f"{len(trace.ops)} ops in {len(trace.calls)} calls, {whole:.1f} us{lost}"
    return PAGE.format(
        title=escape(title), summary=summary, rows="\n".join(rows), table=table, width=WIDTH, row=ROW
    )


def picture(trace: Any, path: Path) -> None:
    """Draw the timeline with matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError(
            "Trace.save draws .png with matplotlib, which is not there: pip install legato[plot], or save "
            ".html or .json"
        ) from None
    found = list(bars(trace))
    places = list(dict.fromkeys(bar.where for bar in found))
    names = list(dict.fromkeys(name for name, *_ in sums(trace)))
    figure = Figure(figsize=(14, 1.5 + 0.5 * len(places)), layout="constrained")
    axes = figure.add_subplot()
    for i, name in enumerate([*names, "hold"]):
        for k, where in enumerate(places):
            spans = [(bar.begin_us, bar.us) for bar in found if (bar.where, bar.name) == (where, name)]
            if spans:
                axes.broken_barh(spans, (k - 0.4, 0.8), color=f"C{i % 10}", label=name if i < 10 else None)
    handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    axes.set_yticks(range(len(places)), places)
    axes.invert_yaxis()
    axes.set_xlabel("microseconds")
    if handles:
        axes.legend(handles.values(), handles.keys(), loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(path)
