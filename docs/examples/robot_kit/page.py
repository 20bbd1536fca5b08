# SPDX-License-Identifier: Apache-2.0
"""One HTML file that shows what happened: a table, timelines, how soon each sound was answered."""

import html
import math
from collections.abc import Iterable, Sequence

from robot_kit.drive import DEADLINE_NS, MODELS, Hold, Log, Op, Span

WIDTH, LEFT, RIGHT, ROW = 1160, 110, 24, 22  # pixels: of a picture, its margins, a row
STYLE = """
:root { --ink: #1b1f24; --soft: #6b7280; --line: #d7dbe0; --paper: #fff; --bad: #d6293e;
  --voice: #d9480f; --detect: #1971c2; --recognize: #2b8a3e; --embed: #8e3ab8; --unit: #b58900 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa3ad; --line: #3a4149;
  --paper: #15181c;
  --bad: #ff6b7a; --voice: #ff8a4c; --detect: #5aa9ef; --recognize: #5fc873; --embed: #c58be0;
  --unit: #e0b93a } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1180px;
  margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.7em } h2 { font-size: 1.2em; margin-top: 2em } figure { margin: 1em 0; overflow-x: auto }
figcaption, .soft { color: var(--soft) } table { border-collapse: collapse } td, th { padding: .25em .8em }
td { text-align: right; border-top: 1px solid var(--line); font-variant-numeric: tabular-nums }
td:first-child, th:first-child { text-align: left } th { text-align: right; font-weight: 600 }
svg { display: block } text { font: 12px system-ui, sans-serif; fill: var(--soft) }
.voice { fill: var(--voice) } .detect { fill: var(--detect) } .recognize { fill: var(--recognize) }
.embed { fill: var(--embed) }
.unit { fill: var(--unit) } .bad { fill: var(--bad) } .grid { stroke: var(--line) }
.event { stroke: var(--ink); stroke-dasharray: 3 3 } .limit { stroke: var(--bad) }
.outage { fill: var(--bad); opacity: .15 }
pre { overflow-x: auto; font-size: 12px; line-height: 1.35 }
"""


def escape(text: object) -> str:
    return html.escape(str(text))


class Picture:
    """An SVG over a stretch of time."""

    def __init__(self, begin: int, end: int, height: int) -> None:
        self.begin, self.end, self.height, self.parts = begin, end, height, []

    def x(self, at: float) -> float:
        return LEFT + (WIDTH - RIGHT - LEFT) * min(1.0, max(0.0, (at - self.begin) / (self.end - self.begin)))

    def add(self, *parts: str) -> None:
        self.parts += parts

    def words(self, x: float, y: float, text: str, anchor: str = "start") -> None:
        self.add(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>')

    def axis(self, y: float) -> None:
        length = (self.end - self.begin) / 1e9
        step = next(s * 10.0**e for e in range(-6, 3) for s in (1, 2, 5) if length / (s * 10.0**e) <= 12)
        for i in range(math.ceil(self.begin / 1e9 / step - 1e-9), int(self.end / 1e9 / step + 1e-9) + 1):
            x = self.x(i * step * 1e9)
            self.add(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{y}"/>')
            self.words(x, y + 14, f"{i * step:.6g} s", "middle")

    def row(self, y: float, name: str, spans: Iterable[Span], look: str) -> None:
        """Bars. What is narrow becomes one with its neighbours; what is not is set apart from them."""
        path: list[str] = []
        left = right = -1.0

        def draw() -> None:
            if right > left:
                path.append(f"M{left:.1f} {y + 3}H{right:.1f}v{ROW - 6}H{left:.1f}z")

        for begin, end in spans:
            if end < self.begin or begin > self.end:
                continue
            x, until = self.x(begin), self.x(end)
            until = until - 0.6 if until - x > 2 else max(until, x + 0.4)
            if x > right + 0.5 or until - x > 2:
                draw()
                left, right = x, until
            right = max(right, until)
        draw()
        if name:
            self.words(LEFT - 8, y + ROW - 7, name, "end")
        self.add(f'<path class="{look}" d="{"".join(path)}"/>')

    def marks(self, log: Log, bottom: float) -> None:
        """What happened, as lines with a number."""
        if log.outage[1] > self.begin and log.outage[0] < self.end:
            left, right = map(self.x, log.outage)
            where = f'x="{left:.1f}" width="{right - left:.1f}" y="0" height="{bottom}"'
            self.add(f'<rect class="outage" {where}/>')
        for number, (at, _) in enumerate(log.events, 1):
            if self.begin <= at <= self.end:
                x = self.x(at)
                self.add(f'<line class="event" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{bottom}"/>')
                self.words(x + 3, 11, str(number))

    def __str__(self) -> str:
        size = f'width="{WIDTH}" height="{self.height}" viewBox="0 0 {WIDTH} {self.height}"'
        return f'<svg {size} xmlns="http://www.w3.org/2000/svg">{"".join(self.parts)}</svg>'


def timeline(log: Log, begin: int, end: int) -> str:
    """When each model ran."""
    top, count = 16, len(log.spans)
    picture = Picture(begin, end, top + count * ROW + 20)
    picture.axis(top + count * ROW)
    picture.marks(log, top + count * ROW)
    for number, (model, spans) in enumerate(log.spans.items()):
        picture.row(top + number * ROW, model, spans, model)
    return str(picture)


def answers(log: Log, end: int) -> str:
    """How soon each sound was answered: a dot, on a logarithmic scale from 30 us to 100 ms."""
    tall = 150
    picture = Picture(0, end, tall + 20)
    picture.axis(tall)

    def y(ns: float) -> float:
        return tall - tall * min(1.0, max(0.0, math.log(ns / 3e4) / math.log(1e8 / 3e4)))

    for ns, text in ((1e5, "0.1 ms"), (1e6, "1 ms"), (1e7, "10 ms"), (1e8, "100 ms")):
        picture.add(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(ns):.1f}" y2="{y(ns):.1f}"/>'
        )
        picture.words(LEFT - 8, max(12, y(ns) + 4), text, "end")
    limit = y(DEADLINE_NS)
    picture.add(f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{limit:.1f}" y2="{limit:.1f}"/>')
    picture.marks(log, tall)
    for look, late in (("voice", False), ("bad", True)):
        dots = [
            f"M{picture.x(due) - 1:.1f} {y(min(ns, 9e7)) - 1:.1f}h2.2v2.2h-2.2z"
            for due, ns in log.heard
            if (ns > DEADLINE_NS) == late
        ]
        picture.add(f'<path class="{look}" d="{"".join(dots)}"/>')
    return str(picture)


def ops(log: Log, given: Sequence[Op], held: Sequence[Hold], begin: int, end: int) -> str:
    """Which op ran where, and at the end who held the unit, or should have: red where two did at once."""
    some = [op for op in given if op.end > begin and op.begin < end]
    places = sorted({op.where for op in some})
    tall = 16 + (len(places) + 1) * ROW
    picture = Picture(begin, end, tall + 20)
    picture.axis(tall)
    picture.marks(log, tall)
    for number, place in enumerate(places):
        for model in MODELS:
            spans = [(op.begin, op.end) for op in some if op.where == place and op.model == model]
            name = place if model == MODELS[0] else ""
            picture.row(16 + number * ROW, name, sorted(spans), model)
    picture.words(LEFT - 8, tall - 7, "matmul unit", "end")
    held = sorted(hold for hold in held if hold[1] > begin and hold[0] < end)
    for model in MODELS:
        picture.row(tall - ROW, "", [(a, b) for a, b, who in held if who == model], model)
    reach, both = held[0][0] if held else 0, []
    for a, b, _ in held:
        if a < reach:
            both.append((a, min(b, reach)))
        reach = max(reach, b)
    picture.row(tall - ROW, "", both, "bad")
    return str(picture)


def milliseconds(us: float) -> str:
    return f"{us / 1e3:.2f}" if math.isfinite(us) else "missed"


HEAD = (
    "", "voice p50 ms", "p99 ms", "p99.9 ms", "late of", "of them in the outage", "frames/s", "lines/s",
    "sentences/s", "processor s of", "overlaps on the unit",
)  # fmt: skip


def table(logs: Sequence[Log]) -> list[tuple[str, ...]]:
    """What the page and the terminal show, a row per run."""
    rows = [HEAD]
    for log in logs:
        late, outage = log.late()
        rows.append(
            (
                log.name,
                *map(milliseconds, log.latency(50, 99, 99.9)),
                f"{late} of {len(log.heard)}",
                str(outage) if log.outage[1] else "",
                *(f"{log.rate(model):.1f}" for model in ("detect", "recognize", "embed")),
                f"{log.processor:.1f} of {log.seconds * log.cores:.0f}",
                log.notes.get("overlaps", "not known"),
            )
        )
    return rows


def in_text(rows: Sequence[Sequence[str]]) -> str:
    """The table for a terminal: a column per run, since there are few."""
    widths = [max(map(len, row)) for row in rows]
    lines = zip(*rows, strict=True)
    return "\n".join(
        "  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]) for first, *others in lines
    )


def figure(picture: str, caption: str) -> str:
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


def page(title: str, about: str, logs: Sequence[Log], details: dict[str, str]) -> str:
    """Return the whole page. `details` are texts or pictures to fold away, by their headings."""
    rows = table(logs)
    cells = "".join(
        "<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in row) + "</tr>"
        for kind, row in zip(["th"] + ["td"] * (len(rows) - 1), rows, strict=True)
    )
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{about}</p>", f"<figure><table>{cells}</table></figure>"]
    legend = ", ".join(f'<b style="color: var(--{model})">{model}</b>' for model in MODELS)
    parts.append(f"<p>In all pictures: {legend}.</p>")
    for log in logs:
        end = int(log.seconds * 1e9)
        parts.append(f"<h2>{escape(log.name)}</h2>")
        parts.append(figure(timeline(log, 0, end), "When each model ran."))
        caption = "How soon each sound was answered, and the deadline. Red: late, or not at all."
        parts.append(figure(answers(log, end), caption))
        if log.events:
            listed = "".join(f"<li>{at / 1e9:.2f} s: {escape(text)}</li>" for at, text in log.events)
            parts.append(f"<ol>{listed}</ol>")
        parts += log.notes.get("pictures", [])
    for heading, body in details.items():
        parts.append(f"<details><summary>{escape(heading)}</summary>{body}</details>")
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )
