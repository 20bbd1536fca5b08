# SPDX-License-Identifier: Apache-2.0
"""Executors that group ops into blocks: what is of different blocks stays apart."""

import random

import numpy as np
import pytest

import legato as lg

N = 65536


class Blocks(lg.Executor):
    """Asks a function about each op."""

    def __init__(self, of):
        self.of, self.asked = of, []

    def block(self, ops):
        self.asked.append([op.name for op in ops])
        return [self.of(op) for op in ops]


def chain(x):
    for i in range(6):
        with lg.path(f"half{i // 3}"):
            x = (lg.tanh, lg.neg, lg.abs)[i % 3](x)
    return x


def dense(x):
    for i in range(2):
        w = lg.tensor(np.full((64, 64), 0.01 * (i + 1), np.float32))
        with lg.path(f"layer{i}"):
            y = x @ w
        with lg.path(f"end{i}"):
            x = lg.relu(y)
    return x


def rows(run):
    return [(row.op, row.block) for row in run.plan().rows]


def test_blocks_are_fused_by_themselves():
    assert rows(lg.runner(chain, f"f32[{N}]")) == [("chain", None)]
    by_path = Blocks(lambda op: op.path)
    run = lg.runner(chain, f"f32[{N}]", executor=by_path)
    assert rows(run) == [("chain", "half0"), ("chain", "half1")]
    assert by_path.asked == [["tanh", "neg", "abs"] * 2]
    assert "in block half1" in str(run.plan())
    x = np.linspace(-3, 3, N, dtype=np.float32)
    np.testing.assert_allclose(run(x), lg.runner(chain, f"f32[{N}]")(x).numpy(), rtol=1e-6)


def test_an_end_in_another_block_is_no_end():
    assert [op for op, _ in rows(lg.runner(dense, "f32[64,64]"))] == ["fused_matmul", "fused_matmul"]
    layer = lg.runner(dense, "f32[64,64]", executor=Blocks(lambda op: op.path[-1]))
    assert rows(layer) == [("fused_matmul", "0"), ("fused_matmul", "1")]
    apart = lg.runner(dense, "f32[64,64]", executor=Blocks(lambda op: op.path))
    assert [op for op, _ in rows(apart)] == ["matmul", "relu", "matmul", "relu"]
    x = np.random.default_rng(1).standard_normal((64, 64)).astype(np.float32)
    np.testing.assert_array_equal(apart(x).numpy(), layer(x).numpy())


def test_ops_without_a_block_are_one_more():
    some = lg.runner(chain, f"f32[{N}]", executor=Blocks(lambda op: 7 if op.path == "half0" else None))
    assert rows(some) == [("chain", "7"), ("chain", None)]
    nobody = lg.runner(chain, f"f32[{N}]", executor=Blocks(lambda op: None))
    assert rows(nobody) == [("chain", None)]


def test_the_inner_one_is_asked_first():
    inner = Blocks(lambda op: "inner" if op.name == "tanh" else None)
    with lg.using(Blocks(lambda op: "outer")):
        run = lg.runner(chain, f"f32[{N}]", executor=inner)
    assert {source[0].partition("#")[0]: row.block for row in run.plan().rows for source in row.sources} == {
        "tanh": "inner",
        "neg": "outer",
        "abs": "outer",
    }


@pytest.mark.parametrize("seed", range(12))
def test_random_blocks_stay_apart_and_keep_results(seed):
    rng = random.Random(seed)

    def net(x):
        values = [x]
        for _ in range(30):
            a, b = rng.choice(values), rng.choice(values)
            kind = rng.randrange(8)
            if kind == 0:
                y = a @ lg.tensor(np.eye(32, dtype=np.float32) * 0.5)
            elif kind == 1:
                y = lg.reshape(lg.reshape(a, (32 * 32,)), (32, 32))
            elif kind == 2:
                y = lg.transpose(lg.transpose(a))
            elif kind == 3:
                y = lg.sigmoid(a) * a
            else:
                y = rng.choice([lg.add, lg.sub, lg.maximum])(a, rng.choice([lg.tanh, lg.relu, lg.neg])(b))
            values.append(y)
        return values[-1], values[rng.randrange(len(values))]

    program = lg.record(net, "f32[32,32]")
    names = {}

    def of(op):
        return rng.choice(["a", "b", None])

    class Remember(lg.Executor):
        def block(self, ops):
            given = [of(op) for op in ops]
            names.update(zip(range(len(ops)), given, strict=True))
            return given

    run = lg.runner(program, executor=Remember())
    order = {op: i for i, op in enumerate(program.ops)}
    for row in run.plan().rows:
        assert {names[order[source]] for source in row.sources} == {row.block}, row
    x = np.random.default_rng(seed).standard_normal((32, 32)).astype(np.float32)
    for mine, plain in zip(run(x), lg.runner(program)(x), strict=True):
        np.testing.assert_allclose(mine.numpy(), plain.numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("answer", ["ab", [1], [None] * 7, 3, [True] * 6, [1.5] * 6, [("a",)] * 6], ids=repr)
def test_what_block_gets_wrong(answer):
    class Odd(lg.Executor):
        def block(self, ops):
            return answer

    with pytest.raises(lg.DTypeError, match=r"Odd\.block gives"):
        lg.runner(chain, f"f32[{N}]", executor=Odd())


def test_what_block_raises_ends_planning():
    class Refuses(lg.Executor):
        def block(self, ops):
            raise LookupError("no blocks today")

    with pytest.raises(LookupError, match="no blocks today"):
        lg.runner(chain, f"f32[{N}]", executor=Refuses())


def test_files_refuse_blocks(tmp_path):
    run = lg.runner(chain, f"f32[{N}]", executor=Blocks(lambda op: op.path))
    with pytest.raises(lg.UnsupportedError, match="blocks that its executor made"):
        lg.save(tmp_path / "m.legato", run)


def test_blocks_of_a_part():
    ends = Blocks(lambda op: op.name)
    run = lg.runner(
        lambda x: lg.while_loop(lambda x: lg.max(x) > 1.0, lambda x: lg.neg(lg.neg(lg.tanh(x))), x),
        f"f32[{N}]",
        executor=ends,
    )
    assert [(row.op, row.block) for row in run.plan().parts[0].inner["body"].rows] == [
        ("tanh", "tanh"),
        ("chain", "neg"),
    ]
