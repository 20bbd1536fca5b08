# SPDX-License-Identifier: Apache-2.0
"""Writes the files that mutations start from: small, and between them all that a file may hold."""

import json
import struct
from pathlib import Path

import numpy as np

import legato as lg


def array(*shape):
    return lg.tensor(np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape))


W, B, FILTERS, SCALE = array(4, 3), array(3), array(2, 3, 3, 3), array(2)


def dense(x):
    return lg.softmax(lg.relu(lg.add(lg.matmul(x, W), B)), axis=1)


def image(x):
    y = lg.conv(x, FILTERS, padding=1)
    y = lg.batch_norm(y, SCALE, SCALE, SCALE, lg.abs(SCALE))
    return lg.max_pool(lg.relu(y), kernel_size=2)


def shapes(x):
    y = lg.reshape(lg.transpose(x, (1, 0)), (-1,))
    y = lg.concat([y, lg.cast(lg.argmax(x, axis=1), dtype="f32")], axis=0)
    return lg.flip(lg.pad(y, (1, 2)), axis=[0])


def attention(q, k, v):
    return lg.layer_norm(lg.scaled_dot_product_attention(q, k, v), array(4), array(4))


def many(x):
    values, places = lg.top_k(x, 2)
    return lg.gather(array(5, 2), places, axis=0), lg.where(values > 0.0, values, -values)


def counting():
    h = lg.state("h", ("n", 3))

    def f(x):
        h.set(h.value * 0.5 + x)
        return lg.sigmoid(h.value)

    return f


def control(x):
    kept = lg.compress(x, x > 0.0)
    y = lg.cond(lg.sum(kept) > 1.0, lambda v: lg.tanh(v) * W[0, 0], lambda v: -v, kept)
    count, total = lg.while_loop(
        lambda i, v: i < 3, lambda i, v: (i + 1, v * 0.5 + lg.sum(y)), lg.tensor(0), x
    )
    return y, total, count


def newer(path: Path, target: Path) -> None:
    """Adds what only a later version knows."""
    data = path.read_bytes()
    (count,) = struct.unpack("<Q", data[:8])
    fields = json.loads(data[8 : 8 + count])
    text = fields["__metadata__"]["legato.app"]
    text = text.replace("legato 1\n", 'legato 1\nlane "tiny" { role [1, (2)] }\nsignal "battery" 1.0\n')
    text = text.replace(
        "program {", 'rule op="add" when="x" cost=-1.5 to="cpu:0"\nblob "b" { "}" }\nprogram {'
    )
    fields["__metadata__"]["legato.app"] = text
    fields["extra"] = {"dtype": "I64", "shape": [0], "data_offsets": [0, 0], "more": [None, True, {"a": 1.5}]}
    header = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    header += b" " * (-(len(header) + 8) % 64)
    target.write_bytes(struct.pack("<Q", len(header)) + header + data[8 + count :])


def write(folder: Path) -> int:
    for old in folder.glob("*.legato"):
        old.unlink()
    fixed = lg.runner(dense, "f32[2,4]")
    open_ = lg.runner(dense, "f32[batch,4]", passes={"fuse": False})
    open_.plan("f32[2,4]")
    open_.plan("f32[1,4]")
    rules = lg.Rules([lg.Rule(op="matmul", to="cpu:0"), lg.Rule(path="*", op="conv", to="cpu:0")])
    apps = {
        "dense": fixed,
        "symbols": open_,
        "image": lg.runner(image, "f32[1,3,4,4]", executor=rules),
        "shapes": lg.runner(shapes, "f32[n,3]"),
        "attention": lg.runner(attention, "f32[1,2,3,4]", "f32[1,2,3,4]", "f32[1,2,3,4]"),
        "many": lg.runner(many, "f32[2,4]"),
        "control": lg.runner(control, "f32[n]"),
        "app": lg.runners(one=fixed, two=open_, three=lg.runner(lambda x: lg.tanh(x), "f64[]")),
    }
    apps["state"] = lg.runner(counting(), "f32[n,3]")
    apps["shapes"].plan("f32[2,3]")
    apps["state"].plan("f32[2,3]")
    lane, other = lg.Lane("pair", workers=2, spin_us=20), lg.Lane("all", core_class="performance", workers=1)
    unit = lg.Unit("bus", 2)
    held = lg.Rules([lg.Rule(op="conv", hold=unit), lg.Rule(op="relu#0", to="cpu:0")], lane=other)
    apps["roles"] = lg.runners(
        one=lg.runner(dense, "f32[batch,4]", executor=lg.on(lane)),
        two=lg.runner(image, "f32[1,3,4,4]", executor=held),
        three=lg.runner(lg.tanh, "f32[2]", executor=lg.on(lg.Lane.default())),
    )
    for name, app in apps.items():
        lg.save(folder / f"{name}.legato", app, portable=True)
    lg.save(folder / "packed.legato", open_, prepack=True)
    battery = lg.signal("battery", 1.0)
    either = lg.choose(lambda: (battery < 0.2) | ~(lg.this_run.slack_us > 500), "cpu:0", "cpu:0")
    chosen = lg.runner(dense, "f32[batch,4]", executor=lg.Rules([lg.Rule(op="add", to=either)]))
    chosen.plan("f32[2,4]")
    condition = lambda x: (battery // 0.5).min(x.shape[0] - 1) * lg.this_run.priority  # noqa: E731
    app = lg.runners(voice=lg.choose(condition, chosen, open_, chosen), two=open_)
    lg.save(folder / "choices.legato", app, portable=True)
    newer(folder / "app.legato", folder / "newer.legato")
    return 0
