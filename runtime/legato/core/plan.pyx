# SPDX-License-Identifier: Apache-2.0
"""The rows of plans, and how plans differ."""

from collections import Counter, namedtuple

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport uint32_t

from legato.core.context cimport context
from legato.core.engine cimport (
    LG_ABI,
    lg_context_set_prices,
    lg_error_t,
    lg_plan_alternative,
    lg_plan_choice,
    lg_plan_format,
    lg_plan_pass_off,
    lg_plan_row,
    lg_plan_row_count,
    lg_plan_row_price,
    lg_plan_row_source,
    lg_plan_row_t,
    lg_plan_t,
    lg_price_t,
    lg_row_price_t,
    lg_status_t,
    lg_text_t,
)
from legato.core.errors cimport check
from legato.core.spec cimport take_text, wrap_spec


cdef list plan_rows(lg_plan_t *plan, list ops):
    """The rows of a plan of a program with these ops."""
    cdef lg_plan_row_t row
    cdef lg_error_t err
    cdef uint32_t i, k
    row.size = sizeof(lg_plan_row_t)
    row.abi = LG_ABI
    result = []
    for i in range(lg_plan_row_count(plan)):
        check(lg_plan_row(plan, i, &row, &err), &err)
        sources = [ops[lg_plan_row_source(plan, i, k)] for k in range(row.source_count)]
        result.append(
            PlanRow(
                i, row.op.decode(), row.path.decode(), tuple(sources),
                row.device.decode(), row.kernel.decode(), row.why.decode(),
                row.why_not.decode("utf-8", "replace"), row.hooks.decode("utf-8", "replace"),
                row.units.decode("utf-8", "replace"),
                row.cost_ns, row.packed_bytes, str(wrap_spec(&row.type)),
                row.place.decode("utf-8", "replace"),
                row.lane.decode() if row.lane != NULL else None,
                row.strand if row.strand != 0xffffffff else None,
                row.fork if row.fork != 0xffffffff else None,
                lg_plan_choice(plan, row.choice - 1).decode() if row.choice > 0 else "",
                row.block.decode() if row.block != NULL else None,
            )
        )
    return result


cdef list plan_prices(lg_plan_t *plan):
    """Per row what its call is known by among prices: its key, that of its band, the kernel's estimate."""
    cdef lg_row_price_t price
    cdef uint32_t i
    result = []
    for i in range(lg_plan_row_count(plan)):
        lg_plan_row_price(plan, i, &price)
        result.append((price.call, price.band, price.work_ns))
    return result


def set_prices(prices):
    """Let plans expect what was measured: a dict of key to nanoseconds or factor, see Note [Prices]."""
    cdef lg_error_t err
    cdef lg_status_t status
    cdef size_t i = 0
    cdef lg_price_t *table = <lg_price_t *>PyMem_Malloc((len(prices) + 1) * sizeof(lg_price_t))
    if table == NULL:
        raise MemoryError()
    try:
        for key, value in prices.items():
            table[i].key, table[i].value = key, value
            i += 1
        status = lg_context_set_prices(context, table, i, &err)
    finally:
        PyMem_Free(table)
    check(status, &err)


cdef list plan_choices(lg_plan_t *plan):
    """Where devices are chosen when a run begins."""
    cdef lg_plan_row_t row
    cdef lg_error_t err
    cdef lg_plan_t *inner
    cdef lg_text_t *text
    cdef uint32_t i
    row.size = sizeof(lg_plan_row_t)
    row.abi = LG_ABI
    rows = {}
    for i in range(lg_plan_row_count(plan)):
        check(lg_plan_row(plan, i, &row, &err), &err)
        rows.setdefault(row.choice, []).append(i)
    result = []
    while lg_plan_choice(plan, <uint32_t>len(result)) != NULL:
        texts = []
        while True:
            inner = lg_plan_alternative(plan, <uint32_t>len(result), <uint32_t>len(texts))
            if inner == NULL:
                break
            check(lg_plan_format(inner, &text, &err), &err)
            texts.append(take_text(text).rstrip("\n"))
        number = <uint32_t>len(result)
        result.append(
            PlanChoice(lg_plan_choice(plan, number).decode(), tuple(rows.get(number + 1, ())), tuple(texts))
        )
    return result


cdef tuple plan_passes_off(lg_plan_t *plan):
    """Names of the passes that were left out."""
    result = []
    while lg_plan_pass_off(plan, <uint32_t>len(result)) != NULL:
        result.append(lg_plan_pass_off(plan, <uint32_t>len(result)).decode())
    return tuple(result)


class PlanChoice(namedtuple("PlanChoice", "text rows alternatives", module=__name__)):
    """A choice between devices in a plan: its text, its rows, and the plan of each alternative, as a text."""

    __slots__ = ()


class PlanRow(namedtuple(
    "PlanRow", "index op path sources device kernel why why_not hooks units cost_ns packed result place lane "
    "strand fork choice block",
    module=__name__,
)):
    """One row of a plan: what runs, where, and why.

    ``sources`` are name and path of the ops of the program that it computes, ``why_not`` says why it runs on
    no other device and by no kernel for a higher instruction set, where there is something to say, ``hooks``
    what an executor hooks to it, ``units`` which it holds while it runs. ``lane`` is the name of the lane
    that it was placed on, or the choice of lanes, or None. Rows of one ``strand`` run one after the other,
    those of one ``fork`` are of branches that run at the same time on a lane; None where the plan has no
    branches that pay, and for views.
    ``choice`` is the text of the choice that it is a part of; ``device`` and ``kernel`` are then those of all
    alternatives. ``block`` is the name of the block that an executor has its ops in, or None.
    """

    __slots__ = ()


def _keys(plan):
    # What stands for each op of the program: op and path where they tell it apart, else its name.
    kinds = [(name.partition("#")[0], path) for name, path in plan.program.ops]
    often = Counter(kinds)
    return {
        source: kind if kind[1] and often[kind] == 1 else source[0]
        for source, kind in zip(plan.program.ops, kinds)
    }


def _decisions(row):
    # Where in the arena a result lies is no decision of its own row.
    place = row.place
    if place.startswith("arena+"):
        place = "arena" + place[6:].lstrip("0123456789")
    cost = f"{row.cost_ns / 1e3:.1f}"
    return row._replace(index=0, sources=(), strand=None, fork=None, cost_ns=cost, place=place)


def _first(pair):
    return min([row.index for row in pair[0] + pair[1]])


def _root(parents, key):
    while parents.setdefault(key, key) != key:
        parents[key] = parents[parents[key]]
        key = parents[key]
    return key


def _differing_rows(before, after):
    # Rows that have ops in common, directly or through other rows, are one group: keys with a common root.
    plans = [(plan.rows, _keys(plan)) for plan in (before, after)]
    parents = {}
    for rows, keys in plans:
        for row in rows:
            for source in row.sources:
                parents[_root(parents, keys[source])] = _root(parents, keys[row.sources[0]])
    groups = {}
    for side, (rows, keys) in enumerate(plans):
        for row in rows:
            groups.setdefault(_root(parents, keys[row.sources[0]]), ([], []))[side].append(row)
    pairs = sorted(groups.values(), key=_first)
    return [pair for pair in pairs if list(map(_decisions, pair[0])) != list(map(_decisions, pair[1]))]


class PlanDiff:
    """How two plans differ; false when they do not. Get one with :meth:`Plan.diff`, and print it.

    Attributes
    ----------
    rows : list of tuple
        Pairs ``(before, after)`` of lists of ``PlanRow`` that compute the same ops in another way. One of
        them is empty where only one program has the ops.
    numbers : dict of str to tuple
        What differs as a whole: ``"records": (3, 5)``.
    """

    def __init__(self, before, after):
        self.rows = _differing_rows(before, after)
        pairs = {
            "inputs": tuple([", ".join(map(str, p.program.inputs.values())) for p in (before, after)]),
            "ops": (len(before.program), len(after.program)),
            "records": (before.records, after.records),
            "expected us": tuple([round(p.expected_ns / 1e3, 1) for p in (before, after)]),
            "memory bytes": (before.memory, after.memory),
            "memory bound bytes": (before.memory_bound, after.memory_bound),
            "packed bytes": (before.packed, after.packed),
            "left out": tuple([", ".join(p.passes_off) or "none" for p in (before, after)]),
        }
        self.numbers = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    @property
    def equal(self):
        """bool: nothing differs."""
        return not self.rows and not self.numbers

    def __bool__(self):
        return not self.equal

    def __str__(self):
        lines = []
        for pair in self.rows:
            rows = [(sign, row) for sign, side in zip("-+", pair) for row in side]
            cells = [
                (
                    f"{sign}{row.index}", row.op, row.device, row.kernel, row.why, row.why_not,
                    f"{row.cost_ns / 1e3:.1f} us", row.result,
                    row.place + (f", {row.packed} bytes packed" if row.packed else ""),
                )
                for sign, row in rows
            ]
            widths = [max(map(len, column)) for column in zip(*cells)]
            for (sign, row), words in zip(rows, cells):
                padded = [word.ljust(width) for word, width in zip(words, widths) if width]
                lines.append("  ".join(padded).rstrip() + (f"  at {row.path}" if row.path else ""))
                if row.hooks:
                    lines.append(f"{sign}   ! {row.hooks}")
                if row.units:
                    lines.append(f"{sign}   ! holds: {row.units}")
                if len(row.sources) > 1:
                    sources = [f"{name.partition('#')[0]} {path}".rstrip() for name, path in row.sources]
                    lines.append(f"{sign}   = " + " + ".join(sources))
        lines += [f"{name}: {one} -> {two}" for name, (one, two) in self.numbers.items()]
        return "\n".join(lines)

    def __repr__(self):
        return f"<legato.PlanDiff of {len(self.rows)} groups of rows, {len(self.numbers)} numbers>"
