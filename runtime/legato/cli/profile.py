# SPDX-License-Identifier: Apache-2.0
"""What takes the time of a model: its traces as tables."""

from __future__ import annotations

import statistics
from typing import Any

import legato as lg


def profile(traces: list[lg.Trace]) -> dict[str, Any]:
    """Return medians per op of runs of one model, sums by kind of op, and how true the plan was."""
    records = []
    for same in zip(*(trace.ops for trace in traces), strict=False):
        op = same[0]
        where = op.device if op.lane is None else f"{op.device} on {op.lane}"
        records.append({
            "op": op.op, "path": op.path, "kernel": op.kernel, "where": where,
            "us": statistics.median(one.us for one in same), "expected_us": op.expected_us,
        })  # fmt: skip
    total = sum(record["us"] for record in records) or 1.0
    kinds: dict[str, dict[str, Any]] = {}
    for record in records:
        record["share"] = record["us"] / total
        kind = kinds.setdefault(
            record["op"], {"op": record["op"], "count": 0, "us": 0.0, "expected_us": 0.0, "share": 0.0}
        )
        kind["count"] += 1
        for key in ("us", "expected_us", "share"):
            kind[key] += record[key]
    near = sum(r["us"] for r in records if abs(r["expected_us"] - r["us"]) <= 0.2 * r["us"])
    return {
        "us": sum(record["us"] for record in records),
        "expected_us": sum(record["expected_us"] for record in records),
        "within_20_percent": near / total,
        "lost": max(trace.lost for trace in traces),
        "by_op": sorted(kinds.values(), key=lambda kind: -kind["us"]),
        "records": sorted(records, key=lambda record: -record["us"]),
    }


def cell(column: str, value: Any) -> str:
    """Return what stands in a table."""
    if column == "share":
        return f"{value:.1%}"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
