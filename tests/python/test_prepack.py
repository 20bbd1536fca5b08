# SPDX-License-Identifier: Apache-2.0
"""Packed weights: what plans of one process share, and what a file brings along for its machine."""

import json
import os
import re
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest

import legato as lg

RNG = np.random.default_rng(11)
W = RNG.standard_normal((64, 96)).astype(np.float32)
FILTERS = RNG.standard_normal((32, 16, 3, 3)).astype(np.float32)

pytestmark = pytest.mark.skipif(lg.isa() == "scalar", reason="scalar kernels pack nothing")


def dense():
    w = lg.tensor(W)
    return lambda x: lg.relu(lg.matmul(x, w))


def image():
    filters = lg.tensor(FILTERS)
    return lambda x: lg.conv(x, filters, padding=1)


def ones(*shape):
    return np.ones(shape, np.float32)


def split(path):
    """Return the header of a file and its data."""
    data = path.read_bytes()
    (count,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + count]), bytearray(data[8 + count :])


def join(path, fields, data):
    text = json.dumps(fields).encode()
    text += b" " * (-(len(text) + 8) % 64)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def blobs(fields):
    return [name for name in fields if name.startswith("__pack.")]


@pytest.fixture
def packed(tmp_path):
    run = lg.runner(dense(), "f32[n,64]")
    run.plan("f32[2,64]")
    lg.save(tmp_path / "dense.legato", run, prepack=True)
    return tmp_path / "dense.legato", run


# ---- files -----------------------------------------------------------------------------------------


def test_a_file_brings_them(packed, tmp_path):
    path, run = packed
    fields, _ = split(path)
    assert len(blobs(fields)) == 1
    assert run.plan("f32[2,64]").packed_ready == 0
    again = lg.load(path).main
    plan = again.plan("f32[2,64]")
    assert plan.packed_ready == plan.packed == run.plan("f32[2,64]").packed > 0
    assert f"packed weights {plan.packed} bytes, {plan.packed} of them ready in the file" in str(plan)
    for rows in (2, 1, 7, 40):  # also for shapes that the file does not name: B is packed alike for all
        assert again(ones(rows, 64)).numpy().tobytes() == run(ones(rows, 64)).numpy().tobytes()
        assert again.plan(f"f32[{rows},64]").packed_ready == plan.packed
    lg.save(tmp_path / "again.legato", again, prepack=True)
    lg.save(tmp_path / "without.legato", again)
    assert blobs(split(tmp_path / "again.legato")[0]) == blobs(fields)
    assert blobs(split(tmp_path / "without.legato")[0]) == []


def test_convolutions_and_groups(tmp_path):
    whole = lg.runner(image(), "f32[1,16,24,24]")
    filters = lg.tensor(FILTERS)
    groups = lg.runner(lambda x: lg.conv(x, filters, padding=1, groups=2), "f32[1,32,24,24]")
    lg.save(tmp_path / "app.legato", lg.runners(whole=whole, groups=groups), prepack=True)
    app = lg.load(tmp_path / "app.legato")
    for name, run in (("whole", whole), ("groups", groups)):
        plan = app[name].plan()
        assert plan.packed_ready == plan.packed > 0
        x = RNG.standard_normal(run.signatures[0][0]).astype(np.float32)
        assert app[name](x).numpy().tobytes() == run(x).numpy().tobytes()


def test_models_that_share_a_weight_share_its_pack(tmp_path):
    w = lg.tensor(W)
    app = lg.runners(
        one=lg.runner(lambda x: lg.matmul(x, w), "f32[1,64]"),
        two=lg.runner(lambda x: lg.tanh(lg.matmul(x, w)), "f32[30,64]"),
    )
    lg.save(tmp_path / "app.legato", app, prepack=True)
    fields, _ = split(tmp_path / "app.legato")
    assert len(blobs(fields)) == 1
    assert fields["__metadata__"]["legato.app"].count("\npack ") == 2
    again = lg.load(tmp_path / "app.legato")
    for name in app:
        assert again[name].plan().packed_ready == again[name].plan().packed > 0


def test_branches_bring_theirs(tmp_path):
    w = lg.tensor(W)

    def net(x, p):
        return lg.cond(p, lambda: lg.relu(x @ w), lambda: lg.tanh(x[:, ::-1] @ w))

    run = lg.runner(net, "f32[2,64]", "bool[]")
    lg.save(tmp_path / "net.legato", run, prepack=True)
    fields, _ = split(tmp_path / "net.legato")
    assert len(blobs(fields)) == 1
    again = lg.load(tmp_path / "net.legato").main
    for p in (True, False):
        given = ones(2, 64), np.bool_(p)
        assert again(*given).numpy().tobytes() == run(*given).numpy().tobytes()


def test_signatures_that_were_not_planned_are(tmp_path):
    run = lg.runner(dense(), "f32[n,64]")
    lg.save(tmp_path / "none.legato", run, prepack=True)
    assert blobs(split(tmp_path / "none.legato")[0]) == []  # nothing says for which shapes
    run.plan("f32[2,64]")
    lg.save(tmp_path / "named.legato", run)
    lg.save(tmp_path / "later.legato", lg.load(tmp_path / "named.legato"), prepack=True)
    assert len(blobs(split(tmp_path / "later.legato")[0])) == 1


def test_what_passes_compute_is_not_in_the_file(tmp_path):
    """Scaled filters are not those of the file: they are scaled and packed when it is opened."""
    filters, scale = lg.tensor(FILTERS), lg.tensor(np.linspace(0.5, 2, 32, dtype=np.float32))

    def net(x):
        return lg.batch_norm(lg.conv(x, filters, padding=1), scale, scale, scale, scale)

    run = lg.runner(net, "f32[1,16,24,24]")
    lg.save(tmp_path / "net.legato", run, prepack=True)
    again = lg.load(tmp_path / "net.legato").main
    assert (again.plan().packed, again.plan().packed_ready) == (run.plan().packed, 0)
    assert again(ones(1, 16, 24, 24)).numpy().tobytes() == run(ones(1, 16, 24, 24)).numpy().tobytes()


def test_portable_files_have_none(packed, tmp_path):
    _, run = packed
    with pytest.raises(lg.ArgumentError, match="a portable file has none"):
        lg.save(tmp_path / "no.legato", run, portable=True, prepack=True)
    assert not (tmp_path / "no.legato").exists()
    lg.save(tmp_path / "yes.legato", run, portable=True)
    assert blobs(split(tmp_path / "yes.legato")[0]) == []


def test_safetensors_reads_them(packed):
    numpy = pytest.importorskip("safetensors.numpy")
    tensors = numpy.load_file(packed[0])
    assert tensors["__pack.0"].dtype == np.uint8
    assert any(np.array_equal(tensor, W) for tensor in tensors.values())


OTHER = """
import sys, numpy as np, legato as lg
run = lg.load(sys.argv[1]).main
np.save(sys.argv[2], run(np.ones((2, 64), np.float32)).numpy())
print(run.plan("f32[2,64]"))
"""


@pytest.mark.parametrize("mask", ["scalar", "avx2"])
def test_another_machine_packs_its_own_and_says_so(packed, tmp_path, mask):
    path, run = packed
    if mask == lg.isa():
        pytest.skip("this machine has no more than that")
    plan = subprocess.run(
        [sys.executable, "-c", OTHER, path, tmp_path / "y.npy"],
        env={**os.environ, "LG_CPU_MASK": mask}, text=True, capture_output=True, check=True, timeout=120,
    ).stdout  # fmt: skip
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), run(ones(2, 64)).numpy(), rtol=1e-5, atol=1e-5)
    assert "ready in the file" not in plan
    assert ("what the file has is for another machine" in plan) == (mask == "avx2")


# ---- files that somebody changed -------------------------------------------------------------------


def test_changed_weights_are_packed_anew(packed, tmp_path):
    """Weights are what counts, also when another tool wrote them and kept the rest."""
    fields, data = split(packed[0])
    name = next(name for name in fields if not name.startswith("__"))
    begin, end = fields[name]["data_offsets"]
    data[begin:end] = (2 * W).tobytes()
    join(tmp_path / "twice.legato", fields, data)
    again = lg.load(tmp_path / "twice.legato").main
    assert again.plan("f32[2,64]").packed_ready == 0
    np.testing.assert_array_equal(again(ones(2, 64)).numpy(), 2 * packed[1](ones(2, 64)).numpy())


def spoil_text(old, new):
    def change(fields, data):
        text = fields["__metadata__"]["legato.app"]
        changed = re.sub(old, new, text)
        assert changed != text
        fields["__metadata__"]["legato.app"] = changed

    return change


def shorten(fields, data):
    """The blob is a piece of the blob; the rest is another tensor."""
    begin, end = fields["__pack.0"]["data_offsets"]
    fields["__pack.0"].update(shape=[64], data_offsets=[begin, begin + 64])
    fields["rest"] = {"dtype": "U8", "shape": [end - begin - 64], "data_offsets": [begin + 64, end]}


def misalign(fields, data):
    begin, end = fields["__pack.0"]["data_offsets"]
    size = end - begin
    fields["__pack.0"]["data_offsets"] = [begin - 4, end - 4]
    assert begin >= 4 and size > 0


def rename(fields, data):
    fields["gone"] = fields.pop("__pack.0")


def empty(fields, data):
    fields["none"] = {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
    spoil_text('= "__pack.0"', '= "none"')(fields, data)


@pytest.mark.parametrize("change", [
    shorten, misalign, rename, empty,
    spoil_text(r'(pack "[^"]*" )"(.)', lambda m: f'{m[1]}"{"0" if m[2] != "0" else "1"}'),  # another layout
    spoil_text(r'(pack "[^"]*" "[^"]*" )"(.)', lambda m: f'{m[1]}"{"0" if m[2] != "0" else "1"}'),  # sample
    spoil_text('pack "[^"]*"', 'pack "who"'),
    spoil_text('(pack .*) = .*', r'\1 = "who"'),
    spoil_text('\npack .*', ""),
])  # fmt: skip
def test_what_does_not_fit_is_left_aside(packed, tmp_path, change):
    path, run = packed
    fields, data = split(path)
    change(fields, data)
    join(tmp_path / "odd.legato", fields, data)
    again = lg.load(tmp_path / "odd.legato").main
    assert again.plan("f32[2,64]").packed_ready == 0
    assert again(ones(2, 64)).numpy().tobytes() == run(ones(2, 64)).numpy().tobytes()


def test_bytes_of_a_pack_are_numbers(packed, tmp_path):
    fields, data = split(packed[0])
    begin, end = fields["__pack.0"]["data_offsets"]
    data[begin:end] = RNG.integers(0, 256, end - begin, np.uint8).tobytes()
    join(tmp_path / "noise.legato", fields, data)
    again = lg.load(tmp_path / "noise.legato").main
    assert again(ones(2, 64)).shape == (2, 96)  # whatever it is
    assert again(ones(50, 64)).shape == (50, 96)


@pytest.mark.parametrize(("old", "new", "match"), [
    ('pack "([^"]*)" "[^"]*"', r'pack "\1" "12345"', "sixteen hexadecimal digits"),
    ('pack "([^"]*)" "[^"]*"', r'pack "\1" "0123456789abcdeG"', "sixteen hexadecimal digits"),
    ('pack "([^"]*)" "[^"]*"', r'pack "\1"', "sixteen hexadecimal digits|expected"),
    (r'(\npack .*)', r"\1" * 5000, "more than 4096 packs"),
])  # fmt: skip
def test_what_is_no_entry_is_an_error(packed, tmp_path, old, new, match):
    fields, data = split(packed[0])
    spoil_text(old, new)(fields, data)
    join(tmp_path / "bad.legato", fields, data)
    with pytest.raises(lg.FormatError, match=match):
        lg.load(tmp_path / "bad.legato")


# ---- one process -----------------------------------------------------------------------------------

MEMORY = """
import numpy as np, legato as lg
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
w = lg.tensor(np.ones((2048, 2048), np.float32))
run = lg.runner(lambda x: lg.matmul(x, w), "f32[n,2048]")
first = run.plan("f32[1,2048]")
before = resident()
plans = [run.plan(f"f32[{n},2048]") for n in (2, 3, 20, 200)]
other = lg.runner(lambda x: lg.tanh(lg.matmul(x, w)), "f32[4,2048]")
assert all(plan.packed == first.packed >= 16 << 20 for plan in [*plans, other.plan()])
print(resident() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/self/statm")
def test_plans_share_them():
    """Five more plans of 16 MB of weights, packed once."""
    grown = subprocess.check_output([sys.executable, "-c", MEMORY], text=True, timeout=120)
    assert int(grown) < 4 << 20


def test_packs_go_with_the_last_plan():
    """The address of a weight is used again: what was packed of the one before is not taken for it."""
    x = ones(3, 64)
    for factor in range(1, 30):
        w = lg.tensor(W * np.float32(factor))
        run = lg.runner(lambda x, w=w: lg.matmul(x, w), "f32[3,64]")
        np.testing.assert_allclose(run(x).numpy(), x @ (W * factor), rtol=1e-4, atol=1e-4)
        del run, w


# ---- layouts ---------------------------------------------------------------------------------------

# crc32 of what is packed of the weights below, by layout. Lines may only be added: where a layout changes,
# its version (in lg_gemm_layout_a and _b) has to change, or files of before would be read in the wrong order.
LAYOUTS = {
    # avx512
    "002256e3e8758e07": 0x09f99975, "1abaf1c600a10a76": 0x478ef1c5, "2ddc8c5cfa25f90a": 0xcdc75d7d,
    "4561305a1f332f8d": 0x33374472, "45fbf5b89982678b": 0xe0118579, "4c4327c1da05abf6": 0xd16850fd,
    "6bbd9453cc1052e7": 0x9337180d, "8017ee488a81a1b7": 0x8af34f3d, "bf6b5fd6e3d636ca": 0xc6b726a7,
    "c33d31a44cd1270c": 0xc695bec6, "c7e6e9ff22490be6": 0xbed8d73b, "cc25d97116f2104d": 0x1bc28517,
    "d76950373b9fca8b": 0x63d9e723, "d9c13a9303e9d560": 0x6b5df58b, "e67325d723134fc1": 0xbcf1f7c2,
    "fe5261a4d5e55b7b": 0xd7853205,
    # avx2
    "25daab726a0c356e": 0x63396ca9, "3297f0253d59ca29": 0xbdf4ad4e, "3a6c22a99cb90868": 0xbbaf3c2c,
    "3ea19c33513eed7a": 0x65966f46, "4617eee29bbee68f": 0x0087b20c, "5762e16e4370d6ee": 0xd351ef3c,
    "5d6e60635d3aee5f": 0x24c1c735, "6004cb893a32ecdb": 0x68d1fda8, "7029d22f2aa38efa": 0x018d23a5,
    "7624781b3c3e863d": 0x4b121787, "88beaea9149b924e": 0x21c135ea, "a75e66f2a66b9243": 0x8558e3cf,
    "a924b01104a5596b": 0x3a1ba4c4, "d5e1563f330b5835": 0x7dfddf3b, "ddafdf55f23b705c": 0xa1908f02,
    "f11665ce745c32af": 0xa70294d3,
}  # fmt: skip

WRITE = """
import sys, numpy as np, legato as lg
def numbers(*shape, dtype=np.float32):
    return lg.tensor((np.arange(np.prod(shape)) % 8191).astype(dtype).reshape(shape))
runs = {}
for dtype in ("f32", "f64"):
    np_dtype = np.dtype(dtype[0] + str(int(dtype[1:]) // 8))
    for k, n in ((64, 96), (300, 33), (700, 17)):
        w = numbers(k, n, dtype=np_dtype)
        runs[f"matmul.{dtype}.{k}"] = lg.runner(lambda x, w=w: lg.matmul(x, w), f"{dtype}[4,{k}]")
        w = numbers(n, k, dtype=np_dtype)
        runs[f"linear.{dtype}.{k}"] = lg.runner(lambda x, w=w: lg.linear(x, w), f"{dtype}[40,{k}]")
    for groups in (1, 2):
        w = numbers(38, 40 // groups, 3, 3, dtype=np_dtype)
        runs[f"conv.{dtype}.{groups}"] = lg.runner(
            lambda x, w=w, g=groups: lg.conv(x, w, groups=g, padding=1), f"{dtype}[1,40,20,20]"
        )
lg.save(sys.argv[1], runs, prepack=True)
"""


@pytest.mark.parametrize("mask", ["avx2", "avx512"])
def test_layouts_keep_their_bytes(tmp_path, mask):
    if lg.isa() not in ("avx512", "vnni", mask):
        pytest.skip(f"this machine has no {mask}")
    path = tmp_path / "app.legato"
    env = {**os.environ, "LG_CPU_MASK": mask}
    subprocess.run([sys.executable, "-c", WRITE, path], env=env, check=True, timeout=120)
    fields, data = split(path)
    found = {}
    for layout, blob in re.findall(r'^pack "[^"]*" "(\w+)" "\w+" = "(.*)"$',
                                   fields["__metadata__"]["legato.app"], re.M):  # fmt: skip
        begin, end = fields[blob]["data_offsets"]
        found[layout] = zlib.crc32(data[begin:end])
    assert len(found) >= 12
    assert {layout: LAYOUTS.get(layout) for layout in found} == found
