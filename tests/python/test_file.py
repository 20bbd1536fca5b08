# SPDX-License-Identifier: Apache-2.0
"""The .legato file: what it keeps, who can read it, what it refuses, and what processes share of it."""

import json
import re
import struct
import subprocess
import sys

import numpy as np
import pytest

import legato as lg

RNG = np.random.default_rng(7)
W = RNG.standard_normal((4, 3)).astype(np.float32)
B = RNG.standard_normal(3).astype(np.float32)


def net(w=None, b=None):
    w, b = lg.tensor(W) if w is None else w, lg.tensor(B) if b is None else b
    return lambda x: lg.relu(lg.add(lg.matmul(x, w), b))


def ones(*shape):
    return np.ones(shape, np.float32)


def header(path) -> dict:
    data = path.read_bytes()
    (count,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + count])


def app_text(path) -> str:
    return header(path)["__metadata__"]["legato.app"]


def rewrite(source, target, change) -> None:
    """Copy a file with another app text."""
    data = source.read_bytes()
    (count,) = struct.unpack("<Q", data[:8])
    fields = json.loads(data[8 : 8 + count])
    fields["__metadata__"]["legato.app"] = change(fields["__metadata__"]["legato.app"])
    text = json.dumps(fields).encode()
    text += b" " * (-(len(text) + 8) % 64)
    target.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + count :])


@pytest.fixture
def saved(tmp_path):
    run = lg.runner(net(), "f32[batch,4]", passes={"fuse": False})
    run.plan("f32[8,4]")
    run.plan("f32[1,4]")
    lg.save(tmp_path / "net.legato", run)
    return tmp_path / "net.legato", run


# ---- what it keeps ---------------------------------------------------------------------------------


def test_options_and_signatures_survive(saved, tmp_path):
    path, run = saved
    text = app_text(path)
    assert 'off "fuse"\n' in text
    assert 'plan "f32[1,4]"\nplan "f32[8,4]"\n' in text  # sorted, whatever the order of asking
    again = lg.load(path).main
    assert again.passes == {"fuse": False} == run.passes
    assert again.signatures == [((1, 4),), ((8, 4),)]
    assert str(again.program) == str(run.program)
    assert str(again.plan("f32[8,4]")) == str(run.plan("f32[8,4]"))
    for batch in (1, 8, 3):
        assert again(ones(batch, 4)).numpy().tobytes() == run(ones(batch, 4)).numpy().tobytes()
    lg.save(tmp_path / "again.legato", lg.load(path))
    assert (tmp_path / "again.legato").read_bytes() == path.read_bytes()


def test_loaded_programs_can_be_changed_and_planned_anew(saved, tmp_path):
    path, run = saved
    loaded = lg.load(path).main
    whole = lg.runner(lambda x: lg.tanh(loaded.program(lg.mul(x, lg.tensor(2.0)))), "f32[batch,4]")
    lg.save(tmp_path / "whole.legato", whole)
    got = lg.load(tmp_path / "whole.legato")(ones(2, 4)).numpy()
    np.testing.assert_allclose(got, np.tanh(run(2 * ones(2, 4)).numpy()), rtol=1e-6)
    fused = lg.runner(loaded.program, passes=dict.fromkeys(loaded.passes, True))
    assert fused.plan("f32[2,4]").records < loaded.plan("f32[2,4]").records


def test_runs_are_remembered_unless_portable(tmp_path):
    run = lg.runner(net(), "f32[batch,4]")
    run.plan("f32[2,4]")
    lg.save(tmp_path / "before.legato", run, portable=True)
    run(ones(5, 4))
    lg.save(tmp_path / "after.legato", run, portable=True)
    assert (tmp_path / "before.legato").read_bytes() == (tmp_path / "after.legato").read_bytes()
    lg.save(tmp_path / "here.legato", run)
    assert lg.load(tmp_path / "here.legato").main.signatures == [((2, 4),), ((5, 4),)]


def test_portable_files_are_the_same_in_every_process(tmp_path):
    code = (
        "import sys, numpy as np, legato as lg\n"
        "w, b = (lg.tensor(np.ones(s, np.float32) * len(s)) for s in ((4, 3), (3,)))\n"
        "one = lg.runner(lambda x: lg.relu(lg.add(lg.matmul(x, w), b)), 'f32[n,4]')\n"
        "two = lg.runner(lambda x: lg.mul(x, w), 'f32[4,3]')\n"
        "for shape in sys.argv[2:]: one.plan(shape)\n"
        "lg.save(sys.argv[1], lg.runners(one=one, two=two), portable=True)\n"
    )
    for name, shapes in (("a", ["f32[1,4]", "f32[2,4]"]), ("b", ["f32[2,4]", "f32[1,4]"])):
        subprocess.run([sys.executable, "-c", code, tmp_path / name, *shapes], check=True, timeout=120)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_strict(saved):
    path, run = saved
    strict = lg.load(path, strict=True).main
    assert strict(ones(8, 4)).numpy().tobytes() == run(ones(8, 4)).numpy().tobytes()
    with pytest.raises(lg.ArgumentError, match=r"inputs f32\[2,4\]: the file was opened strictly"):
        strict(ones(2, 4))
    with pytest.raises(lg.ArgumentError, match="strictly"):
        strict.plan("f32[2,4]")
    assert strict(ones(1, 4)).shape == (1, 3)  # it is in order after an error


def test_weights_that_models_share_are_written_once(tmp_path):
    w, b = lg.tensor(W), lg.tensor(B)
    app = lg.runners(
        one=lg.runner(net(w, b), "f32[1,4]"),
        two=lg.runner(net(w, b), "f32[n,4]"),
        three=lg.runner(lambda x: lg.mul(x, b), "f32[3]"),
    )
    lg.save(tmp_path / "app.legato", app)
    tensors = [name for name in header(tmp_path / "app.legato") if not name.startswith("__")]
    assert len(tensors) == 2
    assert all(name.startswith("one/") for name in tensors)
    again = lg.load(tmp_path / "app.legato")
    for name, shape in (("one", (1, 4)), ("two", (3, 4)), ("three", (3,))):
        assert again[name](ones(*shape)).numpy().tobytes() == app[name](ones(*shape)).numpy().tobytes()
    lg.save(tmp_path / "again.legato", again, portable=True)
    assert (tmp_path / "again.legato").read_bytes() == (tmp_path / "app.legato").read_bytes()


def test_names_that_the_container_uses_itself(tmp_path):
    builder = lg.Builder()
    x = builder.input("x", "f32[2]")
    for name in ("__metadata__", "__pad.0"):
        x = lg.add(x, builder.weight(name, np.float32([1, 2])))
    builder.output("y", x)
    lg.save(tmp_path / "odd.legato", lg.runner(builder.build()))
    assert lg.load(tmp_path / "odd.legato")([1.0, 1.0]).tolist() == [3.0, 5.0]
    assert "main/__metadata__" in header(tmp_path / "odd.legato")


def test_several_outputs(tmp_path):
    run = lg.runner(lambda x: (lg.exp(x), lg.argmax(x, axis=1)), "f32[n,3]")
    lg.save(tmp_path / "two.legato", run)
    x = RNG.standard_normal((2, 3)).astype(np.float32)
    for got, wanted in zip(lg.load(tmp_path / "two.legato")(x), run(x), strict=True):
        assert got.dtype == wanted.dtype
        assert got.numpy().tobytes() == wanted.numpy().tobytes()


def test_safetensors_reads_and_its_files_are_told_apart(saved, tmp_path):
    safetensors = pytest.importorskip("safetensors")
    numpy = pytest.importorskip("safetensors.numpy")
    path, run = saved
    with safetensors.safe_open(path, framework="numpy") as file:
        assert file.metadata()["format"] == "legato"
        names = [name for name in file.keys() if not name.startswith("__pad.")]  # noqa: SIM118
        assert set(names) == set(run.program.weights)
        found = {file.get_tensor(name).tobytes() for name in names}
    assert found == {W.tobytes(), B.tobytes()}
    numpy.save_file({"w": W}, tmp_path / "plain.safetensors")
    with pytest.raises(lg.FormatError, match="without a legato app; save one with"):
        lg.load(tmp_path / "plain.safetensors")


def test_states(tmp_path):
    h = lg.state("h", ("n", 2))

    def f(x):
        h.set(h.value + x)
        return h.value

    run = lg.runner(f, "f32[n,2]")
    run.plan("f32[1,2]")
    run(ones(1, 2))
    lg.save(tmp_path / "state.legato", run, portable=True)
    again = lg.load(tmp_path / "state.legato", strict=True).main
    assert again.signatures == [((1, 2),)]
    assert [again(ones(1, 2)).tolist() for _ in range(2)] == [[[1, 1]], [[2, 2]]]  # starts at zeros
    lg.save(tmp_path / "again.legato", again, portable=True)
    assert (tmp_path / "again.legato").read_bytes() == (tmp_path / "state.legato").read_bytes()


def test_options_of_one_signature(tmp_path):
    run = lg.runner(net(), "f32[batch,4]")
    plans = {n: run.plan(f"f32[{n},4]") for n in (2, 3, 5)}
    run.install(plans[3].edit(passes={"fuse": False}))
    run.install(plans[5].edit("*", op="matmul", to="cpu:0"))
    path = tmp_path / "net.legato"
    lg.save(path, run, portable=True)
    assert 'plan "f32[2,4]"\nplan "f32[3,4]" {\noff "fuse"\n}\nplan "f32[5,4]" {\nrule ' in app_text(path)
    again = lg.load(path, strict=True).main
    for n, off in ((2, ()), (3, ("fuse",)), (5, ())):
        plan = again.plan(f"f32[{n},4]")
        assert plan.passes_off == off == run.plan(f"f32[{n},4]").passes_off
        assert not plan.diff(run.plan(f"f32[{n},4]"))
        assert again(ones(n, 4)).numpy().tobytes() == run(ones(n, 4)).numpy().tobytes()
    assert again.plan("f32[5,4]").rows[0].why.startswith("rule 0")
    assert again.plan("f32[3,4]").edit(passes={"chain": False}).passes_off == ("fuse", "chain")
    assert again.passes == run.passes == {}
    lg.save(tmp_path / "again.legato", again, portable=True)
    assert (tmp_path / "again.legato").read_bytes() == path.read_bytes()
    lg.save(tmp_path / "packed.legato", again, prepack=True)
    packed = lg.load(tmp_path / "packed.legato").main
    assert packed.plan("f32[3,4]").passes_off == ("fuse",)
    one_more = lg.runner(net(), "f32[batch,4]", plans=1)  # a small cache keeps what was installed
    one_more.install(one_more.plan("f32[3,4]").edit(passes={"fuse": False}))
    for n in (1, 2, 4):
        one_more(ones(n, 4))
    assert one_more.plan("f32[3,4]").passes_off == ("fuse",)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ('{ off "fuse"', lg.FormatError),
        ("{ off }", lg.FormatError),
        ('{ rule op="matmul" }', lg.FormatError),
        ('{\nrule to="acme.none:0"\n}', lg.NotFoundError),
        ('{ requires "wings" }', lg.UnsupportedError),
        ('{ off "a pass of tomorrow" shade [1, {2}] }', None),
    ],
)
def test_options_of_one_signature_are_checked(saved, tmp_path, options, error):
    path, _ = saved
    rewrite(path, tmp_path / "odd.legato", lambda text: text.replace('"f32[8,4]"', '"f32[8,4]" ' + options))
    if error is None:
        assert lg.load(tmp_path / "odd.legato").main(ones(8, 4)).shape == (8, 3)
    else:
        with pytest.raises(error):
            lg.load(tmp_path / "odd.legato")


# ---- other versions --------------------------------------------------------------------------------

NEWER = """lamp "tiny" cores=[3] {
  role "workers" { count = 2; note = "a } in a string \\" too" }
}
lane "of tomorrow" shade=[1, 2] workers=1 hue="\\"}" {
  more "fields" [1, {2}]
}
unit "of tomorrow" color=0.5 capacity=2
"""


def test_what_is_unknown_is_left_aside(saved, tmp_path):
    path, run = saved
    target = tmp_path / "newer.legato"

    def change(text):
        text = text.replace("legato 1\n", "legato 1\n" + NEWER)
        text = text.replace('off "fuse"\n', 'off "fuse"\noff "no such pass"\nblob "b" { [1, (2)] }\n')
        text = text.replace('plan "f32[1,4]"', 'plan "f32[1,4]" cost=12.5 { edit "x" to="y" }')
        rule = 'rule op="relu" when="battery < 0.2" cost=-1.5 to="cpu:0" weight="3"\n'
        return text.replace("program {", rule + "program {") + "state after everything\n"

    rewrite(path, target, change)
    again = lg.load(target).main
    assert again.signatures == [((1, 4),), ((8, 4),)]
    assert again.executor.rules() == [lg.Rule(op="relu", to="cpu:0")]
    assert again(ones(2, 4)).numpy().tobytes() == run(ones(2, 4)).numpy().tobytes()


@pytest.mark.parametrize(
    ("old", "new", "error", "match"),
    [
        ("legato 1\n", "legato 2\n", lg.FormatError, "has format 2, this library reads 1"),
        ("legato 1\n", 'legato 1\nrequires "units"\n', lg.UnsupportedError, "requires 'units'"),
        ("program {", 'requires "state"\nprogram {', lg.UnsupportedError, "requires 'state'"),
        ("matmul(", "acme.matmul(", lg.NotFoundError, "no op 'acme.matmul' here; register it first"),
        ("program {", 'rule op="add" to="acme.none:0"\nprogram {', lg.NotFoundError, "acme.none:0"),
        ("program {", 'rule op="add"\nprogram {', lg.FormatError, "to="),
        ('plan "f32[1,4]"', 'plan "f32[1,5]"', lg.ShapeError, "expected"),
        ('plan "f32[1,4]"', 'plan "f64[1,4]"', lg.DTypeError, "expected"),
        ('plan "f32[1,4]"', 'plan "f32[batch,4]"', lg.FormatError, "expected numbers"),
        ('plan "f32[1,4]"', "plan", lg.FormatError, "a type for each input"),
        ("program {", "lamp {[}]\nprogram {", lg.FormatError, "closes the last one"),
        ("program {", "lamp " + "{" * 100 + "\nprogram {", lg.FormatError, "nested less deeply"),
        ("legato 1\n", "legato 1\nlamp {\n", lg.FormatError, "a closing bracket"),
        ("relu(%4)", "relu(%9)", lg.FormatError, "used before it is defined"),
        ("relu(%4)", "relu(%5)", lg.FormatError, "used before it is defined"),  # itself: a cycle
        ("f32[4,3]", "f32[4,4]", lg.FormatError, "the text says"),
    ],
)
def test_what_is_wrong_is_said(saved, tmp_path, old, new, error, match):
    path, _ = saved
    assert old in app_text(path)
    rewrite(path, tmp_path / "bad.legato", lambda text: text.replace(old, new, 1))
    with pytest.raises(error, match=re.escape(match)):
        lg.load(tmp_path / "bad.legato")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda data: data[:5], "too few"),
        (lambda data: data[:100], "truncated"),
        (lambda data: data[:-1], "truncated"),
        (lambda data: struct.pack("<Q", 1 << 62) + data[8:], "truncated"),
        (lambda data: struct.pack("<Q", 101 << 20) + data[8:] + bytes(8), "truncated"),
        (lambda data: data.replace(b'"F32"', b'"F99"', 1), "known dtype"),
        (lambda data: data.replace(b'"shape":[4,3]', b'"shape":[4,9]', 1), "needs 144 bytes"),
        (lambda data: data.replace(b'"shape":[4,3]', b'"shape":[-4,3]', 1)[:-1], "negative"),
        (
            lambda data: data.replace(b'"shape":[4,3]', b'"shape":[9223372036854775807,3]', 1),
            "fit in 64 bits",
        ),
        (
            lambda data: data.replace(b'{"__metadata__"', b'{"a":' + b"[" * 40 + b'{"__metadata__"', 1),
            "expected",
        ),
        (lambda data: data.replace(b"main", b"ma\xffn", 1), "UTF-8"),
    ],
)
def test_damage_is_said(saved, tmp_path, change, match):
    path, _ = saved
    (tmp_path / "bad.legato").write_bytes(change(path.read_bytes()))
    with pytest.raises(lg.FormatError, match=match):
        lg.load(tmp_path / "bad.legato")


# ---- what processes share --------------------------------------------------------------------------

SHARED = """
import sys, legato as lg, numpy as np
run = lg.load(sys.argv[1]).main
assert run(np.arange(2048)).shape == (2048, 2048)
print("ready", flush=True)
sys.stdin.readline()
assert run(np.arange(2048)).shape == (2048, 2048)
sums, inside = {}, False
for line in open("/proc/self/smaps"):
    words = line.split()
    if not words[0].endswith(":"):  # the head of a mapping: addresses, ..., path
        inside = line.rstrip().endswith(sys.argv[1])
    elif inside and words[-1] == "kB":
        sums[words[0]] = sums.get(words[0], 0) + int(words[1])
print(*(sums[name] for name in ("Size:", "Anonymous:", "Rss:")), flush=True)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/self/smaps")
def test_processes_share_weights(tmp_path):
    """16 MB of weights, read whole by two processes: no page of them is a process's own."""
    table = np.ones((2048, 2048), np.float32)
    weight = lg.tensor(table)
    del table
    run = lg.runner(lambda i: lg.gather(weight, i, axis=0), "i64[n]")
    path = str(tmp_path / "table.legato")
    lg.save(path, run)
    command = [sys.executable, "-c", SHARED, path]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    try:
        for child in children:
            assert child.stdout.readline() == "ready\n"
        for child in children:  # one after the other, both alive
            child.stdin.write("\n")
            child.stdin.flush()
            size, own, resident = map(int, child.stdout.readline().split())
            assert size >= 16 << 10
            assert resident >= 15 << 10  # it was read just now, and a system short of memory takes some back
            # What is of the file and no copy is the page cache's, one for all. Who else has a page mapped
            # just now, as Pss and Private tell, is up to the kernel, which unmaps pages that rest.
            assert own == 0
    finally:
        for child in children:
            child.stdin.close()
            child.stdout.close()
            child.wait(60)
