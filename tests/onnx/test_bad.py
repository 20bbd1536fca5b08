# SPDX-License-Identifier: Apache-2.0
"""Models that contradict themselves, or use what legato lacks: each has its documented error."""

from __future__ import annotations

import numpy as np
import pytest

import legato as lg

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402


def model(text: str, opset: int = 18, more: str = ""):
    return onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["": {opset}{more}]> {text}')


def graph(nodes, initializers=(), opset=18, shape=(2,)):
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    g = helper.make_graph(nodes, "g", [x], [y], list(initializers))
    return helper.make_model(g, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def test_unsupported_nodes_are_listed_together() -> None:
    nodes = [
        helper.make_node("Nonsense", ["x"], ["a"], name="first"),
        helper.make_node("Relu", ["a"], ["b"], name="fine"),
        helper.make_node("Cast", ["b"], ["c"], name="second", to=TensorProto.STRING),
        helper.make_node("Pad", ["c", "p"], ["y"], name="third", mode="nowhere"),
    ]
    pads = numpy_helper.from_array(np.zeros(2, np.int64), "p")
    with pytest.raises(lg.UnsupportedError) as caught:
        lg.from_onnx(graph(nodes, [pads]))
    text = str(caught.value)
    assert "3 nodes" in text
    assert "Nonsense-18 \"first\": opset 18 of domain 'ai.onnx' has no such operator" in text
    assert 'Cast-13 "second": to=STRING' in text
    assert 'Pad-18 "third": mode=nowhere' in text
    assert "Relu" not in text


def test_unsupported_inside_of_graphs_and_functions() -> None:
    text = """
    g (float[2] x, bool c) => (float[2] y) {
        a = If (c) <then_branch = t () => (float[2] u) { u = Nonsense(x) },
                    else_branch = e () => (float[2] v) { v = Identity(x) }>
        y = local.f (a)
    }
    <domain: "local", opset_import: ["": 18]>
    f (p) => (q) { q = Elsewhere(p) }
    """
    with pytest.raises(lg.UnsupportedError, match=r"(?s)2 nodes.*Nonsense.*Elsewhere.*in function 'f'"):
        lg.from_onnx(model(text, more=', "local": 1'))


def test_unknown_domain() -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"], name="n", domain="nowhere")]
    with pytest.raises(lg.UnsupportedError, match="imports no opset of domain 'nowhere'"):
        lg.from_onnx(graph(nodes))


@pytest.mark.parametrize("opset", [28, 1000, 5])
def test_opset_out_of_range(opset: int) -> None:
    nodes = [helper.make_node("BatchNormalization", ["x"] * 5, ["y"])]
    with pytest.raises(lg.UnsupportedError, match=f"of opset {opset}, legato imports opsets 7 to 27"):
        lg.from_onnx(graph(nodes, opset=opset))


def test_cycle() -> None:
    nodes = [
        helper.make_node("Add", ["x", "b"], ["a"], name="one"),
        helper.make_node("Relu", ["a"], ["b"], name="two"),
        helper.make_node("Relu", ["x"], ["y"]),
    ]
    with pytest.raises(lg.FormatError, match="cycle: Add 'one', Relu 'two'"):
        lg.from_onnx(graph(nodes))


def test_any_order_will_do() -> None:
    nodes = [helper.make_node("Relu", ["a"], ["y"]), helper.make_node("Neg", ["x"], ["a"])]
    run = lg.runner(lg.from_onnx(graph(nodes)))
    assert run(np.array([1, -2], np.float32)).tolist() == [0.0, 2.0]


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([("Add", ["x", "w"], ["y"])], "Add 'y' reads 'w', which no input, initializer or node defines"),
        ([("Relu", ["x"], ["z"])], "output 'y' is not defined"),
        ([("Relu", ["x"], ["y"]), ("Neg", ["x"], ["y"])], "Neg 'y' defines 'y', which is already defined"),
        ([("Relu", ["x"], ["x"]), ("Relu", ["x"], ["y"])], "defines 'x', which is already defined"),
    ],
)
def test_names(nodes, message) -> None:
    with pytest.raises(lg.FormatError, match=message):
        lg.from_onnx(graph([helper.make_node(*node) for node in nodes]))


def test_too_few_inputs_and_attributes() -> None:
    for node in [helper.make_node("Add", ["x"], ["y"]), helper.make_node("Concat", ["x", "x"], ["y"])]:
        with pytest.raises(lg.FormatError, match=node.op_type):
            lg.from_onnx(graph([node]))


def test_recursion() -> None:
    text = """
    g (float[2] x) => (float[2] y) { y = local.f (x) }
    <domain: "local", opset_import: ["": 18, "local": 1]>
    f (p) => (q) { q = local.f (p) }
    """
    with pytest.raises(lg.FormatError, match="more than 32 deep"):
        lg.from_onnx(model(text, more=', "local": 1'))


def test_no_model(tmp_path) -> None:
    path = tmp_path / "m.onnx"
    with pytest.raises(lg.FileError, match="cannot read"):
        lg.from_onnx(path)
    for data in (b"", b"\x00" * 64, b"no model", b"\xff" * 1000):
        path.write_bytes(data)
        with pytest.raises(lg.FormatError):
            lg.from_onnx(path)
        with pytest.raises(lg.FormatError):
            lg.from_onnx(data)
    with pytest.raises(lg.DTypeError, match="expected a path, bytes or a ModelProto, got int"):
        lg.from_onnx(3)


def test_cut_and_flipped_files_end_in_an_error_or_a_program() -> None:
    weights = numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(2, 3), "w")
    data = bytearray(graph([helper.make_node("MatMul", ["x", "w"], ["y"])], [weights]).SerializeToString())
    random = np.random.default_rng(1)
    for i in range(len(data)):
        flipped = bytearray(data)
        flipped[i] ^= int(random.integers(1, 256))
        for bad in (bytes(data[:i]), bytes(flipped)):
            try:
                lg.from_onnx(bad)
            except lg.LegatoError:
                continue


# ---- tensors -----------------------------------------------------------------------------------------


def with_tensor(change):
    tensor = numpy_helper.from_array(np.ones(2, np.float32), "w")
    change(tensor)
    return graph([helper.make_node("Add", ["x", "w"], ["y"])], [tensor])


def test_data_of_the_wrong_size() -> None:
    def grow(tensor):
        tensor.dims[0] = 2**40

    def huge(tensor):
        tensor.dims[0] = 2**62
        tensor.dims.append(2**62)

    def negative(tensor):
        tensor.dims[0] = -2

    def fields(tensor):
        tensor.ClearField("raw_data")
        tensor.float_data.extend([1.0])
        tensor.dims[0] = 2**40

    for change in (grow, huge, negative, fields):
        with pytest.raises(lg.FormatError, match="tensor 'w'"):
            lg.from_onnx(with_tensor(change))


def test_types_that_are_not_supported() -> None:
    def strings(tensor):
        tensor.CopyFrom(helper.make_tensor("w", TensorProto.STRING, [2], [b"a", b"b"]))

    def unknown(tensor):
        tensor.data_type = 99

    with pytest.raises(lg.UnsupportedError, match="STRING"):
        lg.from_onnx(with_tensor(strings))
    with pytest.raises(lg.LegatoError, match="99"):
        lg.from_onnx(with_tensor(unknown))


def test_hostile_sizes() -> None:
    shape = numpy_helper.from_array(np.array([2**40, 2**20], np.int64), "s")
    for nodes in (
        [helper.make_node("ConstantOfShape", ["s"], ["y"])],
        [helper.make_node("Reshape", ["x", "s"], ["y"])],
        [helper.make_node("Expand", ["x", "s"], ["a"]), helper.make_node("Relu", ["a"], ["y"])],
    ):
        with pytest.raises(lg.LegatoError):
            lg.from_onnx(graph(nodes, [shape]))


# ---- external data -----------------------------------------------------------------------------------


@pytest.fixture
def external(tmp_path):
    tensor = numpy_helper.from_array(np.arange(2, dtype=np.float32), "w")
    proto = graph([helper.make_node("Add", ["x", "w"], ["y"])], [tensor])
    path = tmp_path / "m.onnx"
    onnx.save(proto, path, save_as_external_data=True, location="m.data", size_threshold=0)
    return path


def test_external_data(external) -> None:
    run = lg.runner(lg.from_onnx(external))
    assert run(np.ones(2, np.float32)).tolist() == [1.0, 2.0]


def test_external_data_without_a_folder(external) -> None:
    with pytest.raises(lg.ArgumentError, match="import the model by path"):
        lg.from_onnx(external.read_bytes())


def test_broken_external_data(external) -> None:
    def change(**entries):
        proto = onnx.load(external, load_external_data=False)
        del proto.graph.initializer[0].external_data[:]
        for key, value in ({"location": "m.data"} | entries).items():
            proto.graph.initializer[0].external_data.add(key=key, value=str(value))
        external.write_bytes(proto.SerializeToString())
        return lg.from_onnx(external)

    outside = external.parent.parent / "secret"
    outside.write_bytes(b"12345678")
    (external.parent / "link").symlink_to(outside)
    for location in ("/etc/passwd", "../secret", "link", ""):
        with pytest.raises(lg.FormatError, match="folder"):
            change(location=location)
    with pytest.raises(lg.FileError, match="is missing"):
        change(location="gone")
    for entries in ({"offset": 2**60}, {"offset": -8}, {"length": 4}, {"offset": "x"}):
        with pytest.raises(lg.FormatError, match="external data|offset"):
            change(**entries)
    (external.parent / "m.data").write_bytes(b"123")
    with pytest.raises(lg.FormatError, match="has 3 bytes"):
        change()


# ---- arguments ---------------------------------------------------------------------------------------


def test_arguments() -> None:
    m = model("g (float[N, 3, ?] x) => (float[N, 3, ?] y) { y = Relu(x) }")
    with pytest.raises(lg.NotFoundError, match=r"dims names 'M', the model has \['N', 'd0'\]"):
        lg.from_onnx(m, dims={"M": 1})
    with pytest.raises(lg.NotFoundError, match="values names 'z', the model's inputs are 'x'"):
        lg.from_onnx(m, values={"z": 1})
    with pytest.raises(lg.NotFoundError, match="shapes names 'z'"):
        lg.from_onnx(m, shapes={"z": (1, 2)})
    with pytest.raises(lg.ShapeError, match="has 3 axes"):
        lg.from_onnx(m, shapes={"x": (1, 2)})


def test_attribute_of_another_kind() -> None:
    for node in (
        helper.make_node("Cast", ["x"], ["y"], to=1.5),
        helper.make_node("Softmax", ["x"], ["y"], axis="last"),
    ):
        with pytest.raises(lg.FormatError, match="is of kind (FLOAT|STRING), expected INT"):
            lg.from_onnx(graph([node]))
