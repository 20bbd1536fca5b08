# SPDX-License-Identifier: Apache-2.0
"""Module: registration, state, hooks, copies, paths; and safetensors files, good and hostile."""

import copy
import json
import subprocess
import sys

import numpy as np
import pytest

import legato as lg

nn = lg.nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.gain = nn.Parameter([2.0])
        self.register_buffer("step", lg.tensor([1.0]))
        self.register_buffer("scratch", lg.tensor([0.0]), persistent=False)
        self.note = "plain"

    def forward(self, x):
        return self.fc(x) * self.gain + self.step


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(), Block()])
        self.head = nn.Sequential(nn.Linear(3, 2), nn.ReLU())

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


KEYS = [f"blocks.{i}.{n}" for i in (0, 1) for n in ("gain", "step", "fc.weight", "fc.bias")]
KEYS += ["head.0.weight", "head.0.bias"]


def test_names():
    net = Net()
    assert list(net.state_dict()) == KEYS
    assert [n for n, _ in net.named_buffers()][:2] == ["blocks.0.step", "blocks.0.scratch"]
    assert [n for n, _ in net.named_modules()][:4] == ["", "blocks", "blocks.0", "blocks.0.fc"]
    assert [n for n, _ in net.named_children()] == ["blocks", "head"]
    assert len(list(net.parameters())) == 8
    assert net.get_submodule("blocks.1.fc") is net.blocks[1].fc
    assert net.blocks[0].note == "plain" and "gain" in dir(net.blocks[0])


def test_attributes():
    block = Block()
    block.gain = lg.tensor([3.0])
    assert block.state_dict()["gain"].tolist() == [3.0]
    block.fc = nn.Linear(3, 4)
    assert block.state_dict()["fc.weight"].shape == (4, 3)
    with pytest.raises(lg.DTypeError):
        block.fc = 3
    del block.gain
    with pytest.raises(AttributeError, match="no attribute 'gain'"):
        block.gain  # noqa: B018
    with pytest.raises(lg.ArgumentError, match="without dots"):
        block.add_module("a.b", nn.Identity())
    with pytest.raises(lg.DTypeError):
        block.add_module("a", 3)

    class Early(nn.Module):
        def __init__(self):
            self.fc = nn.Linear(1, 1)

    with pytest.raises(lg.ArgumentError, match="super"):
        Early()


def test_load_state_dict():
    net = Net()
    state = {key: np.full(tensor.shape, 0.5) for key, tensor in net.state_dict().items()}  # f64: cast
    assert net.load_state_dict(state) == ([], [])
    assert net.blocks[0].fc.weight.dtype == lg.f32
    # fc: 0.5, times gain plus step: 0.75; fc: 1.625, 1.3125; head: 3 * 0.5 * 1.3125 + 0.5
    assert net(lg.zeros(3)).tolist() == [2.46875] * 2
    before = net.state_dict()
    bad = dict(state, extra=np.zeros(1))
    bad.pop("head.0.bias")
    bad["blocks.0.gain"] = np.zeros(2)
    with pytest.raises(lg.ArgumentError) as caught:
        net.load_state_dict(bad)
    text = str(caught.value)
    assert "missing keys: head.0.bias" in text and "unexpected keys: extra" in text
    assert "blocks.0.gain has shape (2,), expected (1,)" in text
    assert all(
        a is b for a, b in zip(before.values(), net.state_dict().values(), strict=True)
    )  # all or nothing
    bad["blocks.0.gain"] = np.zeros(1)
    assert net.load_state_dict(bad, strict=False) == (["head.0.bias"], ["extra"])
    with pytest.raises(lg.ArgumentError, match="head.0.bias"):
        net.load_state_dict(dict(state, **{"head.0.bias": "text"}))


def test_hooks_and_apply():
    net, seen = Net(), []
    pre = net.head.register_forward_pre_hook(lambda m, args: (args[0] * 0.0,))
    post = net.head.register_forward_hook(lambda m, args, y: seen.append(type(m).__name__) or y + 1.0)
    base = lg.relu(net.head[0].bias) + 1.0
    assert net(lg.ones(3)).tolist() == base.tolist() and seen == ["Sequential"]
    pre.remove(), post.remove()
    net(lg.ones(3))
    assert seen == ["Sequential"]
    order = []
    net.apply(lambda m: order.append(type(m).__name__))
    assert order[-1] == "Net" and order[0] == "Linear"
    assert net.train().training and not net.eval().head.training and net.requires_grad_(False) is net


def test_to_and_copies():
    net = Net()
    twin = copy.deepcopy(net)
    twin.load_state_dict({k: lg.zeros(t.shape) for k, t in twin.state_dict().items()})
    assert net.blocks[0].gain.tolist() == [2.0] and twin.blocks[0].gain.tolist() == [0.0]
    assert twin.blocks[0].fc is not net.blocks[0].fc
    net.to("f64")
    assert {t.dtype for t in net.parameters()} == {lg.f64}
    with pytest.raises(lg.DTypeError):
        net.to(lg.i32)
    shared = nn.Linear(2, 2)
    tied = nn.Sequential(shared, shared)
    assert len(list(tied.parameters())) == 2 and len(tied.state_dict()) == 4


def test_repr():
    text = repr(Net())
    assert text.startswith(
        "Net(\n  (blocks): ModuleList(\n    (0): Block(\n      (fc): Linear(in_features=3, "
    )
    assert text.endswith("    (1): ReLU()\n  )\n)")
    assert repr(nn.Conv2d(3, 8, 3, padding=1, bias=False)) == (
        "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)"
    )


def test_paths_and_names_in_programs():
    net = Net()
    program = lg.record(net, "f32[1,3]")
    paths = [path for _, path in program.ops]
    assert paths[0] == "blocks.0.fc" and paths[1] == "blocks.0" and paths[-1] == "head.1"
    assert set(KEYS) == set(program.weights)
    outer = lg.record(lambda x: net(x) + 1.0, "f32[1,3]")
    assert outer.ops[0][1] == "blocks.0.fc"
    nested = lg.record(lambda x: with_path(net, x), "f32[1,3]")
    assert nested.ops[0][1] == "model.blocks.0.fc"


def test_two_networks_in_one_recording():
    one, two = Net(), Net()
    run = lg.runner(lambda x: one(x) + two(x) + one(x), "f32[1,3]")
    x = lg.ones((1, 3))
    np.testing.assert_allclose(run(x).numpy(), (one(x) * 2.0 + two(x)).numpy(), rtol=1e-6)
    names = set(lg.record(lambda x: one(x) + two(x), "f32[1,3]").weights)
    assert len(names) == 2 * len(KEYS) and set(KEYS) < names


def with_path(net, x):
    with lg.path("model"):
        return net(x)


def test_import_is_lazy():
    code = "import sys, legato; assert 'legato.nn' not in sys.modules; assert legato.nn.Linear"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# ---- safetensors -------------------------------------------------------------------------------------


def write(path, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def test_load_file(tmp_path):
    path = tmp_path / "w.safetensors"
    values = np.array([1.5, -2.0], np.float32)
    half = (values.view(np.uint32) >> 16).astype(np.uint16)
    write(
        path,
        {"__metadata__": {"format": "pt"}, "a": entry(), "b": entry("BF16", (2,), (8, 12)),
         "c": entry("I64", (), (12, 20)), "odd": entry("F32", (1,), (20, 24)),
         "none": entry("F16", (0, 3), (24, 24))},
        values.tobytes() + half.tobytes() + np.int64(7).tobytes() + np.float32(9).tobytes(),
    )  # fmt: skip
    got = lg.nn.load_file(path)
    assert got["a"].tolist() == [1.5, -2.0] and got["b"].dtype == lg.bf16
    assert lg.cast(got["b"], dtype="f32").tolist() == [1.5, -2.0]
    assert got["c"].item() == 7 and got["odd"].tolist() == [9.0] and got["none"].shape == (0, 3)
    module = nn.Module()
    module.register_parameter("a", lg.zeros(2))
    assert module.load_state_dict(path, strict=False).unexpected_keys == ["b", "c", "odd", "none"]
    assert module.a.tolist() == [1.5, -2.0]


def test_a_legato_file_is_one(tmp_path):
    net = nn.Linear(3, 2)
    lg.save(tmp_path / "m.legato", lg.runner(net, "f32[1,3]"))
    other = nn.Linear(3, 2)
    other.load_state_dict(tmp_path / "m.legato")
    assert other.weight.tolist() == net.weight.tolist()


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (b"", lg.FormatError),
        (b"[1]", lg.FormatError),
        (b"{" * 3000, lg.FormatError),
        (b"\xff\xfe", lg.FormatError),
        ({"a": 3}, lg.FormatError),
        ({"a": {"dtype": "F32"}}, lg.FormatError),
        ({"a": entry(offsets=(0, 9))}, lg.FormatError),
        ({"a": entry(offsets=(8, 0))}, lg.FormatError),
        ({"a": entry(offsets=(-8, 0))}, lg.FormatError),
        ({"a": entry(offsets=(4, 12))}, lg.FormatError),
        ({"a": entry(shape=(3,))}, lg.FormatError),
        ({"a": entry(shape=(-2,))}, lg.FormatError),
        ({"a": entry(shape=(2**62, 2**62))}, lg.FormatError),
        ({"a": entry(shape=("x",))}, lg.FormatError),
        ({"a": entry(shape=(True,), offsets=(0, 4))}, lg.FormatError),
        ({"a": entry("F8_E4M3", (8,))}, lg.UnsupportedError),
    ],
)
def test_hostile_files(tmp_path, header, error):
    path = tmp_path / "w.safetensors"
    write(path, header, bytes(8))
    with pytest.raises(error):
        lg.nn.load_file(path)


def test_broken_files(tmp_path):
    path = tmp_path / "w.safetensors"
    for content in (b"", b"abc", (2**63).to_bytes(8, "little"), (100).to_bytes(8, "little") + b"{}"):
        path.write_bytes(content)
        with pytest.raises(lg.FormatError):
            lg.nn.load_file(path)
    with pytest.raises(lg.FileError):
        lg.nn.load_file(tmp_path / "nothing")
