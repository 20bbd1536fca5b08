# SPDX-License-Identifier: Apache-2.0
"""The machine, as the operating system describes it to this process."""

import os
from collections import namedtuple

from libc.stdint cimport uint32_t

from legato.core.context cimport context
from legato.core.engine cimport (
    lg_error_t,
    lg_machine_cache,
    lg_machine_cache_t,
    lg_machine_class,
    lg_machine_core,
    lg_machine_core_t,
    lg_machine_create,
    lg_machine_destroy,
    lg_machine_info,
    lg_machine_info_t,
    lg_machine_t,
)
from legato.core.errors cimport check

from legato._pools import found as foreign_pools
from legato.core.device import devices
from legato.core.errors import DTypeError

Core = namedtuple("Core", "number allowed core_class node package siblings")
Core.__doc__ = "A processor: its number, whether this process may use it, kind, NUMA node, socket, siblings."
Cache = namedtuple("Cache", "level kind bytes line_bytes cores")
Cache.__doc__ = 'A cache: level, "data", "instructions" or "unified", size, and the cores that share it.'


class Machine:
    """What :func:`machine` found.

    Attributes
    ----------
    cores : list of Core
        All processors that are on.
    allowed : list of int
        Numbers of those that this process may use.
    quota : float or None
        Processors' worth of time that control groups leave it; None: no limit.
    workers : int
        How many cores it can keep busy: ``allowed``, or fewer for the quota.
    classes : dict of str to list of int
        Kinds of cores, the fastest first, with the numbers of their cores.
    nodes : dict of int to list of int
        NUMA nodes with the numbers of their cores.
    caches : list of Cache
    pools : list of dict
        Thread pools of other libraries in this process, as threadpoolctl finds them.
    devices : list of Device
    units : list
    """

    __slots__ = (
        "allowed",
        "caches",
        "classes",
        "cores",
        "devices",
        "nodes",
        "pools",
        "quota",
        "units",
        "workers",
    )

    def __str__(self):
        quota = "" if self.quota is None else f", {self.quota:g} cores' worth of time"
        lines = [f"cores    {_numbers([core.number for core in self.cores])}"]
        lines.append(f"allowed  {_numbers(self.allowed)}{quota}: {self.workers} at work at once")
        lines += [f"class    {name}: {_numbers(cores)}" for name, cores in self.classes.items()]
        lines += [f"node     {node}: {_numbers(cores)}" for node, cores in self.nodes.items()]
        siblings = sorted({core.siblings for core in self.cores if len(core.siblings) > 1})
        lines += [f"one core {_numbers(group)}" for group in siblings]
        lines += [
            f"cache    L{cache.level} {cache.kind} {cache.bytes >> 10} KiB: {_numbers(cache.cores)}"
            for cache in self.caches
        ]
        lines += [f"pool     {pool['internal_api']} of {pool['num_threads']} threads" for pool in self.pools]
        lines += [f"device   {device}" for device in self.devices]
        return "\n".join(lines)

    def __repr__(self):
        return f"<legato.Machine: {len(self.allowed)} of {len(self.cores)} cores allowed>"


def _numbers(numbers):
    """Write ascending numbers as ``0-3, 8``."""
    runs = []
    last = None
    for number in numbers:
        if last is None or last[1] != number - 1:
            last = [number, number]
            runs.append(last)
        last[1] = number
    return ", ".join([f"{a}" if a == b else f"{a}-{b}" for a, b in runs])


def machine(root=""):
    """Ask the operating system what this process has: cores, their kinds, caches, devices.

    Parameters
    ----------
    root : str or os.PathLike, optional
        A folder that stands for another machine: it holds what was recorded of its ``/proc`` and ``/sys``.
        Pools, devices and units are those of this process in any case.

    Returns
    -------
    Machine
        ``print`` it for a summary.

    Examples
    --------
    >>> import legato as lg
    >>> here = lg.machine()
    >>> 1 <= here.workers <= len(here.allowed) <= len(here.cores)
    True
    """
    cdef lg_machine_t *handle
    cdef lg_error_t err
    if not isinstance(root, (str, os.PathLike)):
        raise DTypeError(f"machine: root is {type(root).__name__}, expected a path")
    cdef bytes encoded = os.fsencode(root)
    check(lg_machine_create(context, encoded, &handle, &err), &err)
    try:
        result = _read(handle)
    finally:
        lg_machine_destroy(handle)
    result.pools = foreign_pools()
    result.devices = devices()
    result.units = []
    return result


cdef object _read(const lg_machine_t *handle):
    cdef lg_machine_info_t info
    cdef const lg_machine_core_t *core
    cdef const lg_machine_cache_t *cache
    cdef uint32_t i, k
    lg_machine_info(handle, &info)
    result = Machine()
    result.quota = info.quota if info.quota > 0 else None
    result.workers = info.usable
    groups = {}  # first sibling -> all
    for i in range(info.core_count):
        core = lg_machine_core(handle, i)
        groups.setdefault(core.first_sibling, []).append(core.number)
    result.cores = []
    for i in range(info.core_count):
        core = lg_machine_core(handle, i)
        kind = lg_machine_class(handle, core.class_index).decode()
        siblings = tuple(groups[core.first_sibling])
        result.cores.append(
            Core(core.number, core.allowed != 0, kind, core.node, core.package, siblings)
        )
    names = [lg_machine_class(handle, i).decode() for i in range(info.class_count)]
    result.classes = {name: [c.number for c in result.cores if c.core_class == name] for name in names}
    nodes = sorted({c.node for c in result.cores})
    result.nodes = {node: [c.number for c in result.cores if c.node == node] for node in nodes}
    result.allowed = [c.number for c in result.cores if c.allowed]
    kinds = {ord("d"): "data", ord("i"): "instructions", ord("u"): "unified"}
    result.caches = []
    for i in range(info.cache_count):
        cache = lg_machine_cache(handle, i)
        cores = [cache.cores[k] for k in range(cache.core_count)]
        result.caches.append(Cache(cache.level, kinds[cache.kind], cache.bytes, cache.line_bytes, cores))
    return result
