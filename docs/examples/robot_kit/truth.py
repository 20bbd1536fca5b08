# SPDX-License-Identifier: Apache-2.0
"""What a trace says of the robot's run, on the clock of its log."""

from typing import Any

from robot_kit.drive import MODELS, Hold, Log, Op


def ops_of(trace: Any, log: Log, app: Any) -> tuple[list[Op], list[Hold]]:
    """The ops that ran, and who held the unit."""
    names = {app[model].plan().identity: model for model in MODELS}
    shift = trace.origin_ns - log.start
    owners = [names.get(call.plan, "embed") for call in trace.calls]  # which has a plan for each choice

    def span(each: Any) -> tuple[int, int]:
        begin = shift + int(each.begin_us * 1e3)
        return begin, begin + int(each.us * 1e3)

    ops = [
        Op(owners[op.call], op.op, f"{op.lane} {op.worker}", *span(op))
        for op in trace.ops
        if op.call is not None
    ]
    held = [(*span(hold), owners[hold.call]) for hold in trace.holds("matmul") if hold.call is not None]
    return ops, held
