# SPDX-License-Identifier: Apache-2.0
"""Networks of random weights, each as a program and as the same ONNX model: for whole-model ratios.

A `Twin` records an op and writes the node of the same meaning in one step, so both sides compute the same.
The shapes are those of the networks that the names say.
"""

import math

import numpy as np

import legato as lg

try:
    import onnx
    from onnx import helper, numpy_helper
except ImportError:
    onnx = None

# As MobileNetV2 has them: expansion, channels, repeats, stride.
INVERTED = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


class Twin:
    """A network under construction; values are pairs of a recorded tensor and a name."""

    def __init__(self, **inputs):
        self.rng = np.random.default_rng(0)
        self.builder = lg.Builder()
        self.nodes, self.weights = [], []
        self.shapes = inputs
        self.inputs = {
            name: (self.builder.input(name, spec_of(shape)), name) for name, shape in inputs.items()
        }

    def weight(self, *shape):
        """Return random numbers that keep the size of what they multiply."""
        scale = 1 / math.sqrt(np.prod(shape[1:])) if len(shape) > 1 else 0.1
        return self.constant((self.rng.standard_normal(shape) * scale).astype(np.float32))

    def constant(self, array):
        array = np.asarray(array)
        name = f"w{len(self.weights)}"
        self.weights.append((name, array))
        return self.builder.weight(name, lg.tensor(array)), name

    def op(self, tensor, kind, *operands, **attributes):
        """Pair a recorded result with the node `kind` of these operands."""
        name = f"v{len(self.nodes)}"
        self.nodes.append((kind, [operand[1] for operand in operands], name, attributes))
        return tensor, name

    def conv(self, x, into, out, size, stride=1, groups=1):
        w, b, pad = self.weight(out, into // groups, size, size), self.weight(out), size // 2
        y = lg.conv(x[0], w[0], b[0], stride=stride, padding=pad, groups=groups)
        return self.op(
            y, "Conv", x, w, b,
            kernel_shape=[size, size], strides=[stride] * 2, pads=[pad] * 4, group=groups,
        )  # fmt: skip

    def linear(self, x, into, out):
        w, b = self.weight(out, into), self.weight(out)
        return self.op(lg.linear(x[0], w[0], b[0]), "Gemm", x, w, b, transB=1)

    def dense(self, x, into, out):
        """Matmul and add, as transformers are exported."""
        w, b = self.weight(into, out), self.weight(out)
        y = self.op(lg.matmul(x[0], w[0]), "MatMul", x, w)
        return self.op(lg.add(y[0], b[0]), "Add", y, b)

    def relu(self, x):
        return self.op(lg.relu(x[0]), "Relu", x)

    def relu6(self, x):
        low, high = self.constant(np.float32(0)), self.constant(np.float32(6))
        return self.op(lg.clip(x[0], low[0], high[0]), "Clip", x, low, high)

    def add(self, a, b):
        return self.op(lg.add(a[0], b[0]), "Add", a, b)

    def gelu(self, x):
        """The form with erf, as exporters write it."""
        root, one, half = (self.constant(np.float32(v)) for v in (math.sqrt(2), 1, 0.5))
        y = self.op(lg.div(x[0], root[0]), "Div", x, root)
        y = self.op(lg.erf(y[0]), "Erf", y)
        y = self.op(lg.add(y[0], one[0]), "Add", y, one)
        y = self.op(lg.mul(x[0], y[0]), "Mul", x, y)
        return self.op(lg.mul(y[0], half[0]), "Mul", y, half)

    def layer_norm(self, x, width):
        w, b = self.weight(width), self.weight(width)
        y = lg.layer_norm(x[0], w[0], b[0], eps=1e-12)
        return self.op(y, "LayerNormalization", x, w, b, axis=-1, epsilon=1e-12)

    def heads(self, x, shape, axes):
        y = self.op(lg.reshape(x[0], shape), "Reshape", x, self.shape(shape))
        return self.op(lg.transpose(y[0], axes), "Transpose", y, perm=list(axes))

    def shape(self, shape):
        name = f"w{len(self.weights)}"
        self.weights.append((name, np.array(shape, np.int64)))
        return None, name

    def pool(self, x):
        return self.op(
            lg.max_pool(x[0], 3, stride=2, padding=1), "MaxPool", x,
            kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4,
        )  # fmt: skip

    def mean(self, x):
        y = self.op(lg.global_avg_pool(x[0]), "GlobalAveragePool", x)
        return self.op(lg.flatten(y[0], start_axis=1), "Flatten", y)

    def program(self, y):
        self.builder.output("y", y[0])
        self.result = y[1]
        return self.builder.build()

    def model(self):
        """Return the ONNX model, serialized; None without the package."""
        if onnx is None:
            return None
        ends = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, s) for n, s in self.shapes.items()]
        graph = helper.make_graph(
            [helper.make_node(kind, ins, [out], **more) for kind, ins, out, more in self.nodes],
            "network",
            ends,
            [helper.make_tensor_value_info(self.result, onnx.TensorProto.FLOAT, None)],
            [numpy_helper.from_array(array, name) for name, array in self.weights],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        return model.SerializeToString()

    def arguments(self):
        rng = np.random.default_rng(1)
        return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in self.shapes.items()}


def spec_of(shape):
    return f"f32[{','.join(map(str, shape))}]"


def mlp():
    net = Twin(x=(1, 784))
    y = net.relu(net.linear(net.inputs["x"], 784, 256))
    y = net.relu(net.linear(y, 256, 256))
    return net, net.program(net.linear(y, 256, 10))


def mobilenet(size=224):
    net = Twin(x=(1, 3, size, size))
    y, channels = net.relu6(net.conv(net.inputs["x"], 3, 32, 3, 2)), 32
    for expansion, out, repeats, stride in INVERTED:
        for i in range(repeats):
            x, wide, step = y, channels * expansion, stride if i == 0 else 1
            y = net.relu6(net.conv(y, channels, wide, 1)) if expansion > 1 else y
            y = net.relu6(net.conv(y, wide, wide, 3, step, wide))
            y = net.conv(y, wide, out, 1)
            y = net.add(x, y) if step == 1 and channels == out else y
            channels = out
    y = net.relu6(net.conv(y, 320, 1280, 1))
    return net, net.program(net.linear(net.mean(y), 1280, 1000))


def resnet(size=224):
    net = Twin(x=(1, 3, size, size))
    y, channels = net.pool(net.relu(net.conv(net.inputs["x"], 3, 64, 7, 2))), 64
    for out in (64, 128, 256, 512):
        for i in range(2):
            stride = 2 if i == 0 and out > 64 else 1
            x = y if channels == out else net.conv(y, channels, out, 1, stride)
            y = net.conv(net.relu(net.conv(y, channels, out, 3, stride)), out, out, 3)
            y, channels = net.relu(net.add(y, x)), out
    return net, net.program(net.linear(net.mean(y), 512, 1000))


def minilm(tokens=128, layers=6, width=384, heads=12):
    net = Twin(x=(1, tokens, width), mask=(1, 1, 1, tokens))
    y, mask, each = net.inputs["x"], net.inputs["mask"], width // heads
    split = (1, tokens, heads, each)
    for _ in range(layers):
        q = net.heads(net.dense(y, width, width), split, (0, 2, 1, 3))
        k = net.heads(net.dense(y, width, width), split, (0, 2, 3, 1))
        v = net.heads(net.dense(y, width, width), split, (0, 2, 1, 3))
        root = net.constant(np.float32(math.sqrt(each)))
        a = net.op(lg.matmul(q[0], k[0]), "MatMul", q, k)
        a = net.op(lg.div(a[0], root[0]), "Div", a, root)
        a = net.add(a, mask)
        a = net.op(lg.softmax(a[0]), "Softmax", a, axis=-1)
        a = net.op(lg.matmul(a[0], v[0]), "MatMul", a, v)
        a = net.op(lg.transpose(a[0], (0, 2, 1, 3)), "Transpose", a, perm=[0, 2, 1, 3])
        a = net.op(lg.reshape(a[0], (1, tokens, width)), "Reshape", a, net.shape((1, tokens, width)))
        y = net.layer_norm(net.add(net.dense(a, width, width), y), width)
        z = net.gelu(net.dense(y, width, 4 * width))
        y = net.layer_norm(net.add(net.dense(z, 4 * width, width), y), width)
    return net, net.program(y)


# Name, how it is made, and the most that a run may take beside ONNX Runtime's, one thread each.
NETWORKS = {
    "MLP 784-256-256-10": (mlp, 1.0),
    "like MobileNetV2, 224x224": (mobilenet, 1.5),
    "like ResNet-18, 224x224": (resnet, 1.5),
    "like MiniLM-L6, 128 tokens": (minilm, 1.5),
}
