# SPDX-License-Identifier: Apache-2.0
"""Recording: paths, names of weights and ops, programs in programs, the builder."""

import numpy as np
import pytest

import legato as lg


@pytest.fixture
def layer():
    """A function of two named weights, and its NumPy twin."""
    w = np.arange(6, dtype=np.float32).reshape(2, 3)
    b = np.float32([1, 2, 3])
    tw, tb = lg.tensor(w), lg.tensor(b)

    def f(x):
        with lg.path("layer"):
            y = x @ lg.name_weight(tw, "layer.weight")
            with lg.path("act.0"):
                return lg.relu(y + lg.name_weight(tb, "layer.bias"))

    return f, lambda x: np.maximum(x @ w + b, 0)


def test_paths_and_names(layer):
    f, _ = layer
    program = lg.record(f, "f32[4,2]")
    assert program.ops == [("matmul#0", "layer"), ("add#0", "layer.act.0"), ("relu#0", "layer.act.0")]
    assert list(program.weights) == ["layer.weight", "layer.bias"]
    assert 'weight %1 @"layer.weight" : f32[2,3]' in str(program)
    assert 'add(%3, %2) at "layer.act.0"' in str(program)


def test_paths_and_names_do_nothing_outside(layer):
    f, oracle = layer
    x = np.ones((4, 2), np.float32)
    np.testing.assert_allclose(f(lg.tensor(x)).numpy(), oracle(x))


def test_path_ends_with_an_error():
    def f(x):
        try:
            with lg.path("a"):
                raise ValueError
        except ValueError:
            return lg.tanh(x)

    assert lg.record(f, "f32[2]").ops == [("tanh#0", "")]
    with pytest.raises(lg.DTypeError, match="path: expected str"):
        lg.path(3)


def test_names_given_to_record():
    w, v = lg.tensor([1.0, 2.0]), lg.tensor([[1.0, 2.0], [3.0, 4.0]])
    turned = v.T  # the strided view of it is another weight, dense in the program
    program = lg.record(lambda x: (x + w) @ v @ turned, "f32[2]", names={"w": w, "v": v, "v.T": turned})
    assert list(program.weights) == ["w", "v", "v.T"]
    np.testing.assert_allclose(
        lg.runner(program)([0.0, 1.0]).numpy(), np.float32([1, 3]) @ v.numpy() @ v.numpy().T
    )


def test_a_strided_weight_is_copied_once():
    v = lg.tensor([[1.0, 2.0], [3.0, 4.0]]).T
    program = lg.record(lambda x: x @ v @ v @ v, "f32[2]")
    assert len(program.weights) == 1


def test_numbers_survive_the_text():
    text = """program {
  input %0 "x" : f32[2]
  %1 = tanh#7(%0) : f32[2]
  %2 = tanh(%1) : f32[2]
  %3 = tanh#3(%2) : f32[2]
  %4 = relu(%3) : f32[2]
  output "y" %4
}
"""
    program = lg.Program.parse(text)
    assert [name for name, _ in program.ops] == ["tanh#7", "tanh#8", "tanh#3", "relu#0"]
    assert str(program) == text
    with pytest.raises(lg.FormatError, match="number of an op"):
        lg.Program.parse(text.replace("#7", "#x"))
    with pytest.raises(lg.FormatError, match="number of an op"):
        lg.Program.parse(text.replace("#7", "#99999999999"))


def test_program_in_a_program(layer):
    f, oracle = layer
    inner = lg.record(f, "f32[4,2]")

    def outer(x):
        with lg.path("net"):
            return {"y": inner(x * 2.0), "z": inner(x=x)}

    program = lg.record(outer, "f32[4,2]")
    assert program.ops[1] == ("matmul#0", "net.layer")
    assert list(program.weights) == ["w0", "net.layer.weight", "net.layer.bias"]  # shared by both
    x = np.random.default_rng(3).standard_normal((4, 2)).astype(np.float32)
    result = lg.runner(program)(x)
    np.testing.assert_allclose(result["y"].numpy(), oracle(2 * x), rtol=1e-6)
    np.testing.assert_allclose(result["z"].numpy(), oracle(x), rtol=1e-6)


def test_runner_in_a_program(layer):
    f, oracle = layer
    run = lg.runner(f, "f32[4,2]")
    x = np.ones((4, 2), np.float32)
    np.testing.assert_allclose(lg.runner(lambda x: run(x), "f32[4,2]")(x).numpy(), oracle(x))


def test_inner_weight_names_that_are_taken():
    one = lg.record(lambda x: x + lg.tensor([1.0, 1.0]), "f32[2]")
    two = lg.record(lambda x: x * lg.tensor([3.0, 3.0]), "f32[2]")
    program = lg.record(lambda x: two(one(x)) + lg.tensor([5.0, 5.0]), "f32[2]")
    assert list(program.weights) == ["w0", "w0.2", "w1"]
    assert lg.runner(program)([1.0, 2.0]).tolist() == [11.0, 14.0]


def test_inner_programs_with_several_outputs():
    inner = lg.record(lambda x: {"a": x + x, "b": x * x}, "f32[2]")
    assert lg.runner(lambda x: inner(x)["b"] - inner(x)["a"], "f32[2]")([3.0, 5.0]).tolist() == [3.0, 15.0]
    pair = lg.record(lambda x: (x + x, x), "f32[2]")
    assert lg.runner(lambda x: pair(x).output0, "f32[2]")([3.0, 5.0]).tolist() == [6.0, 10.0]


def test_programs_are_called_with_what_fits(layer):
    f, _ = layer
    program = lg.record(f, "f32[4,2]")
    with pytest.raises(lg.ArgumentError, match="make a legato.runner of it"):
        program(lg.tensor([[1.0, 2.0]]))
    with pytest.raises(lg.DTypeError, match=r"input 'x' is f64\[4,2\], expected f32\[4,2\]"):
        lg.record(program, "f64[4,2]")
    with pytest.raises(lg.ShapeError, match="matmul"):
        lg.record(program, "f32[4,3]")
    with pytest.raises(lg.ArgumentError, match="no input 'q'"):
        lg.record(lambda x: program(q=x), "f32[4,2]")


def test_builder():
    b = lg.Builder()
    x = b.input("x", "f32[2,3]")
    w = b.weight("w", np.ones((3, 2), np.float32))
    assert b.weight("again", lg.tensor([1.0])) is not w
    with b.path("head"):
        y = x @ w
    with b, lg.path("tail"):
        y = y + lg.full((2, 2), 1.0)
    b.output("y", y)
    b.output("x", x)
    program = b.build()
    assert program.ops == [("matmul#0", "head"), ("full#0", "tail"), ("add#0", "tail")]
    result = lg.runner(program)(np.ones((2, 3), np.float32))
    assert result.y.tolist() == [[4.0, 4.0], [4.0, 4.0]]
    assert result.x.shape == (2, 3)
    with pytest.raises(lg.ArgumentError, match="recording is over"):
        x + x
    with pytest.raises(lg.ArgumentError, match="recording is over"):
        b.build()


def test_builder_refuses():
    b = lg.Builder()
    x = b.input("x", "f32[2]")
    with pytest.raises(lg.AlreadyExistsError, match="an input 'x' already"):
        b.input("x", "f32[2]")
    with pytest.raises(lg.ArgumentError, match="needs elements"):
        b.weight("w", x)
    with pytest.raises(lg.DTypeError, match="expected a Tensor"):
        b.output("y", 3)
    with pytest.raises(lg.ArgumentError, match="at least one output"):
        b.build()
    other = lg.Builder().input("z", "f32[2]")
    with pytest.raises(lg.ArgumentError, match="used in another"):
        x + other
