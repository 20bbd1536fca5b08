# SPDX-License-Identifier: Apache-2.0
"""Each layer against PyTorch's, live: outputs, state dicts, and what goes wrong."""

import numpy as np
import pytest

import legato as lg

nn = lg.nn
CASES = [
    ("Linear", (5, 3), {}, [(4, 5)]),
    ("Linear", (5, 3), {"bias": False}, [(5,)]),
    ("Conv1d", (4, 6, 3), {"padding": 1, "groups": 2}, [(2, 4, 9), (4, 9)]),
    ("Conv2d", (3, 6, (3, 2)), {"stride": 2, "dilation": (1, 2)}, [(2, 3, 9, 8), (3, 9, 8)]),
    ("Conv2d", (3, 6, (4, 3)), {"padding": "same"}, [(2, 3, 9, 8)]),
    ("Conv2d", (3, 6, 3), {"padding": 2, "padding_mode": "reflect"}, [(2, 3, 5, 6)]),
    ("Conv2d", (3, 6, 3), {"padding": 1, "padding_mode": "circular"}, [(2, 3, 5, 6)]),
    ("Conv2d", (3, 6, 3), {"padding": 1, "padding_mode": "replicate"}, [(2, 3, 5, 6)]),
    ("Conv3d", (2, 3, 2), {"bias": False}, [(1, 2, 4, 4, 3)]),
    ("ConvTranspose1d", (4, 6, 3), {"stride": 2, "output_padding": 1}, [(2, 4, 5), (4, 5)]),
    ("ConvTranspose2d", (4, 6, 3), {"stride": 2, "padding": 1, "groups": 2}, [(2, 4, 5, 4)]),
    ("ConvTranspose3d", (2, 3, 2), {}, [(1, 2, 3, 3, 2)]),
    ("BatchNorm1d", (6,), {}, [(4, 6), (4, 6, 3)]),
    ("BatchNorm2d", (6,), {"eps": 1e-3}, [(2, 6, 3, 4)]),
    ("BatchNorm3d", (6,), {"affine": False}, [(2, 6, 3, 4, 2)]),
    ("LayerNorm", ((3, 4),), {}, [(5, 3, 4)]),
    ("LayerNorm", (4,), {"elementwise_affine": False}, [(5, 4)]),
    ("RMSNorm", (4,), {}, [(5, 3, 4)]),
    ("RMSNorm", ((3, 4),), {"eps": 1e-3}, [(5, 3, 4)]),
    ("GroupNorm", (3, 6), {}, [(2, 6, 5), (2, 6, 3, 4)]),
    ("InstanceNorm1d", (6,), {}, [(2, 6, 5)]),
    ("InstanceNorm2d", (6,), {"affine": True}, [(2, 6, 5, 4)]),
    ("InstanceNorm3d", (6,), {"track_running_stats": True}, [(2, 6, 5, 4, 2)]),
    ("LSTM", (5, 4), {}, [(7, 2, 5), (7, 5)]),
    ("LSTM", (5, 4), {"num_layers": 2, "bidirectional": True, "batch_first": True}, [(2, 7, 5)]),
    ("GRU", (5, 4), {"bidirectional": True, "bias": False}, [(7, 2, 5), (1, 1, 5)]),
    ("RNN", (5, 4), {"num_layers": 3, "nonlinearity": "relu"}, [(7, 2, 5)]),
    ("RNN", (5, 4), {}, [(7, 2, 5)]),
    ("MaxPool1d", (3,), {"padding": 1}, [(2, 3, 9), (3, 9)]),
    ("MaxPool2d", (3,), {"stride": 2, "ceil_mode": True}, [(2, 3, 9, 8)]),
    ("MaxPool3d", (2,), {"dilation": 2}, [(1, 2, 5, 5, 5)]),
    ("AvgPool1d", (3,), {}, [(2, 3, 9)]),
    ("AvgPool2d", ((2, 3),), {"padding": 1, "count_include_pad": False}, [(2, 3, 9, 8)]),
    ("AvgPool3d", (2,), {}, [(1, 2, 5, 5, 5)]),
    ("AdaptiveAvgPool1d", (4,), {}, [(2, 3, 9)]),
    ("AdaptiveAvgPool2d", (1,), {}, [(2, 3, 9, 8), (3, 9, 8)]),
    ("AdaptiveAvgPool2d", ((4, None),), {}, [(2, 3, 9, 8)]),
    ("AdaptiveMaxPool2d", ((5, 3),), {}, [(2, 3, 9, 8)]),
    ("AdaptiveMaxPool1d", (4,), {}, [(3, 9)]),
    ("AdaptiveAvgPool3d", ((2, None, 3),), {}, [(1, 2, 5, 4, 7)]),
    ("ReLU", (), {}, [(3, 4)]),
    ("ReLU6", (), {}, [(3, 4)]),
    ("Hardtanh", (-0.5, 0.7), {}, [(3, 4)]),
    ("Hardsigmoid", (), {}, [(3, 4)]),
    ("Hardswish", (), {}, [(3, 4)]),
    ("Sigmoid", (), {}, [(3, 4)]),
    ("Tanh", (), {}, [(3, 4)]),
    ("SiLU", (), {}, [(3, 4)]),
    ("Mish", (), {}, [(3, 4)]),
    ("SELU", (), {}, [(3, 4)]),
    ("ELU", (0.5,), {}, [(3, 4)]),
    ("CELU", (0.5,), {}, [(3, 4)]),
    ("GELU", (), {}, [(3, 4)]),
    ("GELU", (), {"approximate": "tanh"}, [(3, 4)]),
    ("LeakyReLU", (0.2,), {}, [(3, 4)]),
    ("PReLU", (), {}, [(3, 4)]),
    ("PReLU", (3,), {}, [(2, 3, 4)]),
    ("Softplus", (), {"beta": 2.0}, [(3, 4)]),
    ("Softsign", (), {}, [(3, 4)]),
    ("Softmax", (), {"dim": 0}, [(3, 4)]),
    ("LogSoftmax", (), {"dim": 1}, [(3, 4)]),
    ("Flatten", (), {}, [(2, 3, 4)]),
    ("Flatten", (0, 1), {}, [(2, 3, 4)]),
    ("Dropout", (0.9,), {}, [(2, 3)]),
    ("Dropout2d", (), {}, [(2, 3, 4, 4)]),
    ("Identity", (1, 2), {}, [(2, 3)]),
    ("ZeroPad2d", ((1, 2, 3, 4),), {}, [(2, 3, 4, 5)]),
    ("Upsample", (), {"scale_factor": 2}, [(2, 3, 4, 5)]),
    ("Upsample", ((8, 15),), {}, [(2, 3, 4, 5)]),
    ("Upsample", (), {"scale_factor": 1.5}, [(2, 3, 4, 5)]),
    ("Upsample", ((7,),), {"mode": "nearest-exact"}, [(2, 3, 4)]),
    ("Upsample", ((3, 7),), {"mode": "nearest"}, [(2, 3, 4, 5)]),
    ("Upsample", (), {"scale_factor": 2.5, "mode": "linear"}, [(2, 3, 5)]),
    ("Upsample", (), {"scale_factor": (2, 0.6), "mode": "bilinear"}, [(2, 3, 4, 5)]),
    ("Upsample", ((9, 3),), {"mode": "bilinear", "align_corners": True}, [(2, 3, 4, 5)]),
    ("Upsample", (7,), {"mode": "bicubic"}, [(2, 3, 4, 5)]),
    ("Upsample", (), {"scale_factor": 2, "mode": "bicubic", "align_corners": True}, [(1, 2, 4, 5)]),
    ("Upsample", (), {"scale_factor": 2, "mode": "trilinear"}, [(1, 2, 3, 4, 2)]),
]


def pair(name, args, kwargs):
    torch = pytest.importorskip("torch")
    torch.manual_seed(3)
    theirs = getattr(torch.nn, name)(*args, **kwargs).eval()
    for key, tensor in theirs.state_dict().items():
        if key.endswith("running_var"):
            tensor.uniform_(0.5, 2)
        elif tensor.is_floating_point():
            tensor.normal_(0.2, 0.5)
    mine = getattr(nn, name)(*args, **kwargs)
    mine.load_state_dict(theirs.state_dict())
    return torch, mine, theirs


def flat(value):
    if isinstance(value, tuple):
        return [leaf for item in value for leaf in flat(item)]
    return [] if value is None else [value.numpy()]


def compare(mine, theirs):
    mine, theirs = flat(mine), flat(theirs)
    assert len(mine) == len(theirs)
    for a, b in zip(mine, theirs, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=3e-5, atol=5e-6)


@pytest.mark.filterwarnings("ignore:Using padding='same'")  # PyTorch, of even windows
@pytest.mark.parametrize(
    ("name", "args", "kwargs", "shapes"), CASES, ids=lambda v: str(v) if isinstance(v, str) else ""
)
def test_layer(name, args, kwargs, shapes):
    torch, mine, theirs = pair(name, args, kwargs)
    assert list(mine.state_dict()) == list(theirs.state_dict())
    rng = np.random.default_rng(5)
    for shape in shapes:
        x = rng.standard_normal(shape).astype(np.float32)
        with torch.no_grad():
            wanted = theirs(torch.from_numpy(x))
        compare(mine(lg.asarray(x)), wanted)
        compare(lg.runner(lambda v: flat_tensors(mine(v)), x)(x), tuple(flat_torch(wanted)))


def flat_tensors(value):
    return (
        tuple(leaf for item in value for leaf in flat_tensors(item)) if isinstance(value, tuple) else (value,)
    )


def flat_torch(value):
    return [leaf for item in value for leaf in flat_torch(item)] if isinstance(value, tuple) else [value]


def test_embedding():
    torch, mine, theirs = pair("Embedding", (7, 3), {"padding_idx": 0})
    index = np.array([[1, 0, 6], [2, 2, 5]])
    compare(mine(index), theirs(torch.from_numpy(index)).detach())
    compare(nn.Embedding.from_pretrained(np.eye(3, dtype=np.float32))([2, 0]), torch.eye(3)[[2, 0]])


def test_initial_states():
    torch, mine, theirs = pair("LSTM", (5, 4), {"num_layers": 2})
    rng = np.random.default_rng(0)
    x, h, c = (rng.standard_normal(s).astype(np.float32) for s in ((3, 2, 5), (2, 2, 4), (2, 2, 4)))
    with torch.no_grad():
        wanted = theirs(torch.from_numpy(x), (torch.from_numpy(h), torch.from_numpy(c)))
    compare(mine(x, (h, c)), wanted)
    with pytest.raises(lg.ShapeError, match="h_0"):
        mine(x, (h[:1], c))
    with pytest.raises(lg.ShapeError, match="expected 2 or 3 axes"):
        mine(x[..., :4])


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("kwargs", [{}, {"kdim": 6, "vdim": 10}, {"bias": False}])
def test_attention(batch_first, kwargs):
    torch, mine, theirs = pair("MultiheadAttention", (8, 2), {"batch_first": batch_first, **kwargs})
    assert list(mine.state_dict()) == list(theirs.state_dict())
    rng = np.random.default_rng(1)
    q = rng.standard_normal((3, 4, 8)).astype(np.float32)
    keys = (3, 5) if batch_first else (5, 4)
    q = q if batch_first else q.reshape(3, 4, 8)
    k = rng.standard_normal((*keys, kwargs.get("kdim", 8))).astype(np.float32)
    v = rng.standard_normal((*keys, kwargs.get("vdim", 8))).astype(np.float32)
    batch, length = (3, 4) if batch_first else (4, 3)
    causal = np.triu(np.ones((length, 5), bool), 1)
    padding = np.arange(5)[None] >= np.array([5, 4, 3, 2])[:batch, None]
    bias = rng.standard_normal((batch * 2, length, 5)).astype(np.float32)
    for masks in ({}, {"attn_mask": causal}, {"key_padding_mask": padding}, {"attn_mask": bias},
                  {"need_weights": False}, {"average_attn_weights": False}):  # fmt: skip
        with torch.no_grad():
            tensors = {n: torch.from_numpy(m) if isinstance(m, np.ndarray) else m for n, m in masks.items()}
            wanted = theirs(torch.from_numpy(q), torch.from_numpy(k), torch.from_numpy(v), **tensors)
        compare(mine(q, k, v, **masks), wanted)


@pytest.mark.parametrize("norm_first", [False, True])
def test_encoder_layer(norm_first):
    kwargs = {"dim_feedforward": 12, "batch_first": True, "norm_first": norm_first}
    torch, mine, theirs = pair("TransformerEncoderLayer", (8, 2), kwargs)
    assert list(mine.state_dict()) == list(theirs.state_dict())
    x = np.random.default_rng(0).standard_normal((2, 5, 8)).astype(np.float32)
    mask = np.triu(np.full((5, 5), -np.inf, np.float32), 1)
    with torch.no_grad():
        wanted = theirs(torch.from_numpy(x), src_mask=torch.from_numpy(mask))
    compare(mine(x, src_mask=mask), wanted)
    compare(mine(x, is_causal=True), wanted)


def test_wrong_arguments():
    for make, error in [
        (lambda: nn.Conv2d(3, 4, 1, groups=2), lg.ArgumentError),
        (lambda: nn.Conv2d(2, 2, 1, padding_mode="odd"), lg.ArgumentError),
        (lambda: nn.Conv2d(2, 2, 1, padding="odd"), lg.ArgumentError),
        (lambda: nn.GroupNorm(2, 3), lg.ArgumentError),
        (lambda: nn.MultiheadAttention(5, 2), lg.ArgumentError),
        (lambda: nn.MultiheadAttention(4, 2, add_zero_attn=True), lg.UnsupportedError),
        (lambda: nn.MaxPool2d(2, return_indices=True), lg.UnsupportedError),
        (lambda: nn.Upsample(scale_factor=2, mode="area"), lg.ArgumentError),
        (lambda: nn.Upsample(scale_factor=2, align_corners=True), lg.ArgumentError),
        (lambda: nn.Upsample(scale_factor=2, mode="bilinear")(lg.zeros((1, 1, 2))), lg.ShapeError),
        (lambda: nn.Upsample(scale_factor=2)(lg.zeros((1, 2))), lg.ShapeError),
        (lambda: nn.Upsample(scale_factor=(2, 3))(lg.zeros((1, 1, 2))), lg.LegatoError),
        (lambda: nn.BatchNorm2d(3)(lg.zeros((1, 2, 2, 2))), lg.ShapeError),
        (lambda: nn.LayerNorm(3)(lg.zeros((1, 2))), lg.ShapeError),
        (lambda: nn.RNN(2, 2, nonlinearity="odd"), lg.ArgumentError),
        (lambda: nn.Module()(1), NotImplementedError),
    ]:
        with pytest.raises(error):
            make()
