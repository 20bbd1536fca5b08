# SPDX-License-Identifier: Apache-2.0
"""Symbolic extents: what a program prints, reads back, and becomes for numbers."""

import numpy as np
import pytest

import legato as lg
from support import ROOT


def net(x):
    w = lg.tensor(np.ones((8, 3, 3, 3), np.float32))
    with lg.path("stem"):
        y = lg.relu(lg.conv(x, w, stride=2, padding=1))
    return {
        "rows": y.reshape(-1, 8),
        "twice": lg.concat([x, x], axis=2),
        "again": lg.relu(y),
        "pool": lg.global_avg_pool(y),
        "less": x[:, :, 1:, :1],
    }


def weights_of(program, rng=None):
    return {name: np.ones(type.shape, np.float32) for name, type in program.weights.items()}


def test_golden_and_read_back():
    program = lg.record(net, "f32[batch,3,h,2*w+1]")
    assert program.symbols == ["batch", "h", "w"]
    text = str(program)
    assert text == (ROOT / "tests" / "golden" / "symbols.program").read_text()
    assert str(lg.Program.parse(text, weights_of(program))) == text


@pytest.mark.parametrize(("batch", "h", "w"), [(1, 1, 0), (2, 10, 5), (3, 33, 8)])
def test_specialized_equals_recorded(batch, h, w):
    program = lg.record(net, "f32[batch,3,h,2*w+1]")
    spec = f"f32[{batch},3,{h},{2 * w + 1}]"
    fixed = program.specialize(spec)
    assert str(fixed) == str(lg.record(net, spec))
    assert fixed.symbols == []
    assert fixed.structure is dict
    x = np.random.default_rng(1).standard_normal((batch, 3, h, 2 * w + 1)).astype(np.float32)
    for name, value in lg.runner(fixed)(x).items():
        np.testing.assert_array_equal(value.numpy(), net(lg.tensor(x))[name].numpy())


def test_a_program_without_symbols_is_specialized_already():
    program = lg.record(lambda x: x + x, "f32[3]")
    assert str(program.specialize("f32[3]")) == str(program)
    with pytest.raises(lg.ShapeError, match=r"input 'x' is f32\[4\], expected f32\[3\]"):
        program.specialize("f32[4]")


@pytest.mark.parametrize(
    ("specs", "message"),
    [
        (["f32[2,3]", "f32[3,3]"], r"input 'b' is f32\[3,3\], expected f32\[n,d1\]; n is 2 by input 'a'"),
        (["f64[2,3]", "f32[2,3]"], r"input 'a' is f64\[2,3\], expected f32\[n,d0\]"),
        (["f32[2]", "f32[2,3]"], r"input 'a' is f32\[2\], expected f32\[n,d0\]"),
        (["f32[2,3]"], "1 types given, the program has 2 inputs"),
        (["f32[n,3]", "f32[n,3]"], "an extent that is no number"),
    ],
)
def test_types_that_do_not_fit(specs, message):
    program = lg.record(lambda a, b: lg.concat([a, b], axis=1), "f32[n,?]", "f32[n,p2o.0]")
    assert program.outputs["output"].shape == ("n", "d0+d1")
    with pytest.raises(lg.LegatoError, match=message):
        program.specialize(*specs)


def test_symbols_follow_from_several_inputs():
    program = lg.record(lambda a, b: (a, b), "f32[n+m]", "f32[m-1]")
    assert program.specialize("f32[9]", "f32[3]").outputs["output0"].shape == (9,)
    with pytest.raises(lg.ShapeError, match="expected f32"):
        program.specialize("f32[3]", "f32[9]")  # n would be negative


def test_foreign_names():
    program = lg.record(
        lambda a, b, c, d: (a, b, c, d), "f32[p2o.0,?]", "f32[p2o.0,-1]", "f32[d0,x]", "f32[unk__5,-x+1000]"
    )
    shapes = [spec.shape for spec in program.inputs.values()]
    assert shapes == [("d0", "d1"), ("d0", "d2"), ("d0", "x"), ("unk__5", "-x+1000")]
    assert str(lg.Program.parse(str(program))) == str(program)


@pytest.mark.parametrize(
    "text", ["f32[2x]", "f32[a b*]", "f32[a*b]", "f32[+]", "f32[a+]", "f32[2*3]", "f32[()]", "f32[a,]"]
)
def test_bad_specs(text):
    with pytest.raises(lg.LegatoError, match="spec"):
        lg.spec(text)


def test_what_holds_for_some_numbers_only():
    with pytest.raises(lg.ShapeError, match=r"do not broadcast.*\(for n=64, m=96\)"):
        lg.record(lambda a, b: a + b, "f32[n]", "f32[m]")
    with pytest.raises(lg.ShapeError, match="write those extents that are fixed as numbers"):
        lg.record(lambda a: a.reshape(2, 32), "f32[n]")


def test_the_text_is_not_trusted():
    good = str(lg.record(lambda a: a + a, "f32[n,2]"))
    for bad, message in [
        ("f32[m,2]", r"line 3: add gives f32\[n,2\], the text says f32\[m,2\]"),
        ("f32[64,2]", r"the text says f32\[64,2\]"),
        ("f32[n+n,2]", "the text says"),
        ("f32[2]", "the text says"),
    ]:
        lines = good.splitlines()
        lines[2] = lines[2].replace("f32[n,2]", bad)
        with pytest.raises(lg.FormatError, match=message):
            lg.Program.parse("\n".join(lines))
    for bad in [
        "f32[n*n]",
        "f32[n,]",
        "f32[n",
        "f32[1n]",
        "f32[" + "n" * 5000 + "]",
        "f32[n+9223372036854775807]",
    ]:
        with pytest.raises(lg.LegatoError):
            lg.Program.parse(f'program {{ input %0 "x" : {bad} output "y" %0 }}')
    many = "".join(f'input %{i} "x{i}" : f32[n{i}]\n' for i in range(17))
    with pytest.raises(lg.LegatoError, match="at most 16 symbols"):
        lg.Program.parse(f'program {{ {many} output "y" %0 }}')
    with pytest.raises(lg.FormatError, match="weight 'w' has an extent that is no number"):
        lg.Program.parse('program { weight %0 @"w" : f32[n] output "y" %0 }', {"w": [1.0]})


def test_attributes_from_weights():
    text = """program {
  input %0 "x" : f32[n,4]
  weight %1 @"shape" : i64[2]
  weight %2 @"axis" : i32[]
  %3 = reshape(%0) {shape=%1} : f32[2*n,2]
  %4 = softmax(%3) {axis=%2} : f32[2*n,2]
  output "y" %4
}
"""
    weights = {"shape": np.int64([-1, 2]), "axis": np.int32(1)}
    program = lg.Program.parse(text, weights)
    assert str(program) == text
    assert str(program.specialize("f32[3,4]")) == (
        """program {
  input %0 "x" : f32[3,4]
  %1 = reshape(%0) {shape=[-1,2]} : f32[6,2]
  %2 = softmax(%1) {axis=1} : f32[6,2]
  output "y" %2
}
"""
    )
    # Without symbols such an attribute is a constant at once.
    fixed = text.replace('"x" : f32[n,4]', '"x" : f32[3,4]').replace("f32[2*n,2]", "f32[6,2]")
    assert "{shape=[-1,2]}" in str(lg.Program.parse(fixed, weights))
    for bad, message in [
        (text.replace("shape=%1", "shape=%0"), "shape comes from a tensor f32"),
        (text.replace("axis=%2", "axis=%1"), "expected one element"),
        (text.replace("shape=%1", "shape=%9"), "used before it is defined"),
        (text.replace("axis=%2", "axes=%2"), "no attribute 'axes'"),
    ]:
        with pytest.raises(lg.LegatoError, match=message):
            lg.Program.parse(bad, weights)


def test_attributes_from_data():
    text = """program { input %0 "x" : f32[4] input %1 "s" : i64[1]
              %2 = reshape(%0) {shape=%1} : f32[u0] output "y" %2 }"""
    assert lg.runner(lg.Program.parse(text))(np.zeros(4, np.float32), [4]).shape == (4,)
    with pytest.raises(lg.FormatError, match=r"reshape gives f32\[u0\], the text says f32\[4\]"):
        lg.Program.parse(text.replace("u0", "4"))
    with pytest.raises(lg.UnsupportedError, match="how many shape there are is only known when"):
        lg.Program.parse(text.replace("i64[1]", "i64[n]").replace("u0", "u0,u1"))
    text = """program { input %0 "x" : f32[4] input %1 "s" : i64[]
              %2 = softmax(%0) {axis=%1} : f32[4] output "y" %2 }"""
    with pytest.raises(lg.UnsupportedError, match="axis depends on data"):
        lg.Program.parse(text)
