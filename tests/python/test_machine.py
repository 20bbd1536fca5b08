# SPDX-License-Identifier: Apache-2.0
"""lg.machine() on this machine, and on others by what was recorded of them (machines/*.txt)."""

import os
import re
from pathlib import Path

import pytest

import legato as lg

FOLDER = Path(__file__).parent / "machines"


@pytest.fixture
def recorded(tmp_path):
    """Make a machine of a file with a line per file of its /proc and /sys; indented lines go on."""

    def make(name):
        path = None
        for line in (FOLDER / f"{name}.txt").read_text().splitlines():
            if line.startswith("    "):
                with open(path, "a") as file:
                    file.write(f"{line[4:]}\n")
            elif not line.startswith("#"):
                key, _, text = line.partition(":")
                path = tmp_path / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{text.strip()}\n" if text.strip() else "")
        return lg.machine(tmp_path)

    return make


def test_hybrid_desktop(recorded):
    found = recorded("desktop-hybrid")
    assert found.classes == {"performance": [*range(8)], "efficiency": [8, 9, 10, 11]}
    assert found.allowed == [*range(12)]
    assert (found.workers, found.quota) == (12, None)
    assert found.cores[3].siblings == (2, 3)
    assert found.cores[9].siblings == (9,)
    assert found.nodes == {0: [*range(12)]}
    caches = {(cache.level, cache.cores[0]): cache for cache in found.caches}
    assert len(caches) == 4 + 4 + 4 + 1 + 1
    assert caches[2, 8] == (2, "unified", 2048 << 10, 64, [8, 9, 10, 11])
    assert caches[3, 0].cores == [*range(12)]
    assert "class    efficiency: 8-11" in str(found)
    assert "one core 2-3" in str(found)


def test_phone(recorded):
    found = recorded("phone")
    assert found.classes == {"performance": [7], "middle": [4, 5, 6], "efficiency": [0, 1, 2, 3]}
    assert found.workers == 8


def test_server_with_nodes_and_quota(recorded):
    found = recorded("server-numa-v1")
    assert found.nodes == {0: [0, 1, 2, 3, 8, 9, 10, 11], 1: [4, 5, 6, 7, 12, 13, 14, 15]}
    assert found.allowed == found.nodes[1]
    assert {core.package for core in found.cores if core.allowed} == {1}
    assert found.quota == 2.5
    assert found.workers == 2
    assert found.classes == {"performance": [*range(16)]}


def test_containers(recorded):
    found = recorded("container-v2")
    assert (found.quota, found.workers, len(found.allowed)) == (1.5, 1, 64)
    assert found.caches == []


def test_nested_quota_of_less_than_a_core(recorded):
    found = recorded("container-nested-v2")
    assert (found.quota, found.workers, found.allowed) == (0.5, 1, [1, 2])
    assert [core.allowed for core in found.cores] == [False, True, True, False]


def test_dense_cores(recorded):
    assert recorded("laptop-dense").classes == {"performance": [0, 1, 2, 3], "efficiency": [4, 5, 6, 7]}


def test_what_is_not_there(recorded, tmp_path):
    found = recorded("strange")
    assert found.workers == 1
    assert len(found.cores) == 1
    assert found.quota is None
    empty = tmp_path / "empty"
    empty.mkdir()
    found = lg.machine(empty)
    assert (found.workers, len(found.cores), found.caches, found.allowed) == (1, 1, [], [])
    with pytest.raises(TypeError, match="root is int"):
        lg.machine(3)


def test_this_machine():
    found = lg.machine()
    assert found.allowed == sorted(os.sched_getaffinity(0))
    assert found.devices[0].name == "cpu:0"
    assert found.units == []
    assert found.workers == lg.Lane.default().workers
    assert all(pool["user_api"] != "legato" for pool in found.pools)
    assert re.match(r"<legato.Machine: \d+ of \d+ cores allowed>", repr(found))
    online = os.sysconf("SC_NPROCESSORS_ONLN")
    assert len(found.cores) == online
