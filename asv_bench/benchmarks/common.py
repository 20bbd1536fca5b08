# SPDX-License-Identifier: Apache-2.0
"""The exact programs that all benchmarks run. Append, do not change: old results must stay comparable."""

import numpy as np

import legato as lg

try:
    import torch
except ImportError:
    torch = None

# What statements see: `x` a NumPy array, `x_lg` and `x_torch` the same as tensors.
NAMES = {"lg": lg, "np": np, "torch": torch}
rng = np.random.default_rng(1)


def normal(*shape):
    return rng.standard_normal(shape, dtype=np.float32)


def operands(**arrays):
    for name, array in arrays.items():
        NAMES[name] = array
        NAMES[f"{name}_lg"] = lg.tensor(array)
        NAMES[f"{name}_torch"] = torch.tensor(array) if torch else None


operands(a=normal(16), b=normal(16), o=normal(16), z=np.zeros(16, np.float32), p=normal(8, 8), q=normal(8, 8))
operands(x=normal(10**6), y=normal(10**6), r=normal(10**6), s=normal(64), t=normal(64))
operands(u=normal(256, 256), v=normal(256, 256), w=normal(256, 256))
operands(image=normal(1, 64, 28, 28), filters=normal(64, 64, 3, 3), row=normal(256))
operands(yes=rng.random((256, 256)) < 0.5, no=rng.random((256, 256)) < 0.5, index=rng.integers(0, 256, 256))
operands(m=rng.integers(0, 256, (256, 256)), n=rng.integers(0, 32, (256, 256)))
operands(
    places=rng.uniform(-1, 1, (1, 28, 28, 2)).astype(np.float32),
    theta=normal(4, 2, 3),
    rois=np.sort(rng.uniform(0, 28, (16, 2, 2)), axis=1).reshape(16, 4).astype(np.float32),
    boxes=np.sort(rng.uniform(0, 1, (16, 2, 2)), axis=1).reshape(16, 4).astype(np.float32),
    first=np.zeros(16, np.int64),
    many=rng.uniform(0, 1, (1, 1000, 4)).astype(np.float32),
    chances=rng.uniform(0, 1, (1, 2, 1000)).astype(np.float32),
    pixels=rng.integers(0, 256, (1, 224, 224, 3), np.uint8),
    columns=normal(1, 72, 784),
)
operands(u8=rng.integers(0, 256, (128, 384), np.uint8), i8=rng.integers(-128, 128, (384, 384), np.int8))
operands(qimage=rng.integers(0, 256, (1, 64, 28, 28), np.uint8), izero=np.int8(0))
operands(qfilters=rng.integers(-128, 128, (64, 64, 3, 3), np.int8))
operands(frames=normal(256, 512), scale=np.float32(0.02), zero=np.uint8(128))
NAMES["c0"], NAMES["c1"] = np.float32(np.sqrt(2 / np.pi)), np.float32(0.044715)

# ---- beside NumPy ------------------------------------------------------------------------------------
# fmt: off

# Title; statements of legato, NumPy and PyTorch; the largest share of NumPy's time that is allowed.
SMALL = [
    ("add(a, b)  f32[16]", "lg.add(a_lg, b_lg)", "np.add(a, b)", "torch.add(a_torch, b_torch)", 0.30),
    ("a + b  f32[16]", "a_lg + b_lg", "a + b", "a_torch + b_torch", 0.30),
    ("add(a, b, out=o)  f32[16]", "lg.add(a_lg, b_lg, out=o_lg)", "np.add(a, b, out=o)",
     "torch.add(a_torch, b_torch, out=o_torch)", 0.30),
    ("relu  f32[16]", "lg.relu(a_lg)", "np.maximum(a, z)", "torch.relu(a_torch)", 0.30),
    ("matmul  f32[8,8]", "lg.matmul(p_lg, q_lg)", "np.matmul(p, q)", "torch.matmul(p_torch, q_torch)", 0.30),
    ("softmax  f32[16]", "lg.softmax(a_lg)", "(e := np.exp(a - a.max())) / e.sum()",
     "torch.softmax(a_torch, -1)", 0.30),
    ("slice x[2:10]  f32[16]", "a_lg[2:10]", "a[2:10]", "a_torch[2:10]", 0.80),
    ("reshape (4, 4)  f32[16]", "a_lg.reshape(4, 4)", "a.reshape(4, 4)", "a_torch.reshape(4, 4)", 0.80),
]
# One of every computing kind, attributes included: title, legato, NumPy.
operands(positive=np.abs(NAMES["a"]) + 1, choice=NAMES["a"] > 0, w8=normal(8))
KINDS = [
    ("exp", "lg.exp(a_lg)", "np.exp(a)"),
    ("log", "lg.log(positive_lg)", "np.log(positive)"),
    ("sin", "lg.sin(a_lg)", "np.sin(a)"),
    ("sqrt", "lg.sqrt(positive_lg)", "np.sqrt(positive)"),
    ("floor", "lg.floor(a_lg)", "np.floor(a)"),
    ("sigmoid", "lg.sigmoid(a_lg)", "1 / (1 + np.exp(-a))"),
    ("gelu(approximate=tanh)", "lg.gelu(a_lg, approximate='tanh')",
     "a * (0.5 + 0.5 * np.tanh(c0 * (a + c1 * a * a * a)))"),
    ("leaky_relu(0.2)", "lg.leaky_relu(a_lg, negative_slope=0.2)", "np.where(a > 0, a, a * 0.2)"),
    ("clip(-1, 1)", "lg.clip(a_lg, -1.0, 1.0)", "np.clip(a, -1, 1)"),
    ("a * 2.0", "a_lg * 2.0", "a * 2.0"),
    ("a < b", "a_lg < b_lg", "a < b"),
    ("a ** 2", "a_lg ** 2", "a ** 2"),
    ("fmod", "lg.fmod(a_lg, b_lg)", "np.fmod(a, b)"),
    ("where", "lg.where(choice_lg, a_lg, b_lg)", "np.where(choice, a, b)"),
    ("cast to f64", "lg.cast(a_lg, lg.f64)", "a.astype(np.float64)"),
    ("logical_not", "lg.logical_not(choice_lg)", "np.logical_not(choice)"),
    ("sum(axis=-1)", "lg.sum(p_lg, axis=-1)", "np.sum(p, axis=-1)"),
    ("mean(axis=0, keepdims)", "lg.mean(p_lg, axis=0, keepdims=True)", "np.mean(p, axis=0, keepdims=True)"),
    ("max(axis=1)", "lg.max(p_lg, axis=1)", "np.max(p, axis=1)"),
    ("argmax(axis=1)", "lg.argmax(p_lg, axis=1)", "np.argmax(p, axis=1)"),
    ("var(axis=1)", "lg.var(p_lg, axis=1)", "np.var(p, axis=1, ddof=1)"),
    ("l2(axis=1)", "lg.l2(p_lg, axis=1)", "np.linalg.norm(p, axis=1)"),
    ("any(axis=0)", "lg.any(choice_lg, axis=0)", "np.any(choice, axis=0)"),
    ("cumsum(1)", "lg.cumsum(p_lg, 1)", "np.cumsum(p, 1)"),
    ("log_softmax(axis=0)", "lg.log_softmax(p_lg, axis=0)", "(e := p - p.max(0)) - np.log(np.exp(e).sum(0))"),
    ("layer_norm", "lg.layer_norm(p_lg, w8_lg, w8_lg)",
     "(p - p.mean(-1, keepdims=True)) / np.sqrt(p.var(-1, keepdims=True) + 1e-5) * w8 + w8"),
    ("rms_norm", "lg.rms_norm(p_lg, w8_lg)", "p / np.sqrt((p * p).mean(-1, keepdims=True) + 1e-5) * w8"),
    ("linear", "lg.linear(p_lg, q_lg, w8_lg)", "p @ q.T + w8"),
    ("top_k(3)", "lg.top_k(p_lg, 3)", "np.sort(p)[:, :-4:-1], np.argsort(p)[:, :-4:-1]"),
    ("sort, values and indices", "lg.sort(p_lg)", "np.sort(p), np.argsort(p)"),
    ("argsort", "lg.argsort(p_lg)", "np.argsort(p)"),
    ("pad", "lg.pad(p_lg, (1, 1, 1, 1))", "np.pad(p, 1)"),
    ("one_hot", "lg.one_hot(first_lg, 8)", "np.eye(8, dtype=np.float32)[first]"),
]
# Over either axis of f32[256, 1024]: title, legato, PyTorch; {} is the axis. `ones` are near 1, so a product
# of 1024 of them is no zero.
operands(wide=normal(256, 1024), wide_yes=rng.random((256, 1024)) < 0.5)
operands(ones=np.exp(0.01 * normal(256, 1024)))
REDUCTIONS = [
    ("sum", "lg.sum(wide_lg, axis={})", "torch.sum(wide_torch, {})"),
    ("mean", "lg.mean(wide_lg, axis={})", "torch.mean(wide_torch, {})"),
    ("prod", "lg.prod(ones_lg, axis={})", "torch.prod(ones_torch, {})"),
    ("max", "lg.max(wide_lg, axis={})", "torch.amax(wide_torch, {})"),
    ("min", "lg.min(wide_lg, axis={})", "torch.amin(wide_torch, {})"),
    ("argmax", "lg.argmax(wide_lg, axis={})", "torch.argmax(wide_torch, {})"),
    ("l1", "lg.l1(wide_lg, axis={})", "torch.linalg.vector_norm(wide_torch, 1, {})"),
    ("l2", "lg.l2(wide_lg, axis={})", "torch.linalg.vector_norm(wide_torch, 2, {})"),
    ("var", "lg.var(wide_lg, axis={})", "torch.var(wide_torch, {})"),
    ("log_sum_exp", "lg.log_sum_exp(wide_lg, axis={})", "torch.logsumexp(wide_torch, {})"),
    ("any", "lg.any(wide_yes_lg, axis={})", "torch.any(wide_yes_torch, {})"),
    ("cumsum", "lg.cumsum(wide_lg, {})", "torch.cumsum(wide_torch, {})"),
    ("softmax", "lg.softmax(wide_lg, axis={})", "torch.softmax(wide_torch, {})"),
    ("log_softmax", "lg.log_softmax(wide_lg, axis={})", "torch.log_softmax(wide_torch, {})"),
]
# Bound by memory, f32[1e6]; the last item: bytes moved per element.
MEMORY = [
    ("add", "lg.add(x_lg, y_lg, out=r_lg)", "np.add(x, y, out=r)",
     "torch.add(x_torch, y_torch, out=r_torch)", 12),
    ("mul", "lg.mul(x_lg, y_lg, out=r_lg)", "np.multiply(x, y, out=r)",
     "torch.mul(x_torch, y_torch, out=r_torch)", 12),
    ("relu", "lg.relu(x_lg, out=r_lg)", "np.maximum(x, 0, out=r)",
     "torch.clamp_min(x_torch, 0, out=r_torch)", 8),
    ("abs", "lg.abs(x_lg, out=r_lg)", "np.abs(x, out=r)", "torch.abs(x_torch, out=r_torch)", 8),
]
# Moves of f32[1e6], `g` its rows in any order; `grid` and so on are shapes of `x`.
operands(grid=NAMES["x"].reshape(1000, 1000), g=rng.permutation(1000))
operands(turned=normal(1000, 1000), image4=NAMES["x"].reshape(10, 40, 50, 50), nhwc=normal(10, 50, 50, 40))
operands(heads=NAMES["x"].reshape(10, 125, 10, 80), swapped=normal(10, 10, 125, 80))
MOVES = [
    ("transpose (1000, 1000)", "lg.transpose(grid_lg, (1, 0), out=turned_lg)", "np.copyto(turned, grid.T)",
     "turned_torch.copy_(grid_torch.T)"),
    ("transpose NCHW to NHWC", "lg.transpose(image4_lg, (0, 2, 3, 1), out=nhwc_lg)",
     "np.copyto(nhwc, image4.transpose(0, 2, 3, 1))", "nhwc_torch.copy_(image4_torch.permute(0, 2, 3, 1))"),
    ("transpose heads of 80", "lg.transpose(heads_lg, (0, 2, 1, 3), out=swapped_lg)",
     "np.copyto(swapped, heads.transpose(0, 2, 1, 3))",
     "swapped_torch.copy_(heads_torch.permute(0, 2, 1, 3))"),
    ("concat of two halves", "lg.concat([grid_lg[:500], grid_lg[500:]], out=turned_lg)",
     "np.concatenate([grid[:500], grid[500:]], out=turned)",
     "torch.cat([grid_torch[:500], grid_torch[500:]], out=turned_torch)"),
    ("gather rows", "lg.gather(grid_lg, g_lg, out=turned_lg)", "np.take(grid, g, axis=0, out=turned)",
     "torch.index_select(grid_torch, 0, g_torch, out=turned_torch)"),
]
# Transposes of other sizes, beside a copy of theirs. In L2 a copy by `rep movsb`
# need not fetch the lines it writes; rows 4 KiB apart share one set of L1 (kernels/cpu/move/transpose.c).
operands(small=normal(256, 1024), small_to=normal(1024, 256), small_copy=normal(256, 1024))
operands(even=normal(1024, 1024), even_to=normal(1024, 1024), even_copy=normal(1024, 1024))
operands(maps=normal(1, 64, 56, 56), maps_to=normal(1, 56, 56, 64), maps_copy=normal(1, 64, 56, 56))
TURNS = [
    ("transpose (256, 1024)", "small", "(1, 0)"),
    ("transpose (1024, 1024)", "even", "(1, 0)"),
    ("transpose NCHW to NHWC (1, 64, 56, 56)", "maps", "(0, 2, 3, 1)"),
]
# Bound by arithmetic, f32[1e6], results in new memory. NumPy's gelu keeps one temporary alive at a time: with
# two of them (0.5 * x * (1 + ...)) it took ten times as long where fresh pages are dear.
MATH = [
    ("exp", "lg.exp(x_lg)", "np.exp(x)", "torch.exp(x_torch)", 1 / 2),
    ("tanh", "lg.tanh(x_lg)", "np.tanh(x)", "torch.tanh(x_torch)", 1 / 1.3),
    ("sigmoid", "lg.sigmoid(x_lg)", "1 / (1 + np.exp(-x))", "torch.sigmoid(x_torch)", 1 / 3),
    ("silu", "lg.silu(x_lg)", "x / (1 + np.exp(-x))", "torch.nn.functional.silu(x_torch)", 1 / 3),
    ("gelu(approximate=tanh)", "lg.gelu(x_lg, approximate='tanh')",
     "x * (0.5 + 0.5 * np.tanh(c0 * (x + c1 * x * x * x)))",
     "torch.nn.functional.gelu(x_torch, approximate='tanh')", 1 / 3),
]


def chain(add, mul, tanh, s, t, length):
    """`length` ops in turn, a multiple of three."""
    for _ in range(length // 3):
        s = tanh(mul(add(s, t), t))
    return s


def chain_program(length):
    """A recorded chain of that many ops, to plan."""
    return lg.record(
        lambda s: chain(lg.add, lg.mul, lg.tanh, s, NAMES["t_lg"], length + 2), "f32[64]"
    )


# ---- every op ----------------------------------------------------------------------------------------

# On 256 x 256 elements, or what its name says. A new op needs a line: ops.py raises for one without.
UNARY = (
    "abs neg sqrt exp log tanh erf sigmoid relu leaky_relu gelu silu is_nan sign floor ceil round trunc "
    "rsqrt reciprocal is_inf elu selu celu hard_sigmoid hard_swish mish softplus softsign expm1 log1p "
    "sin cos tan asin acos atan sinh cosh asinh acosh atanh threshold_relu"
)
BINARY = (
    "add sub mul div pow maximum minimum equal less greater "
    "not_equal less_equal greater_equal mod fmod prelu"
)
BITS = "bitwise_and bitwise_or bitwise_xor bit_shift"
REDUCE = "prod min argmin l1 l2 sum_square log_sum log_sum_exp var"
OPS = {name: f"lg.{name}(u_lg)" for name in UNARY.split()} | {
    name: f"lg.{name}(u_lg, v_lg)" for name in BINARY.split()
} | {
    name: f"lg.{name}(m_lg, n_lg)" for name in BITS.split()
} | {
    "bitwise_not": "lg.bitwise_not(m_lg)",
    "logical_or": "lg.logical_or(yes_lg, no_lg)",
    "logical_xor": "lg.logical_xor(yes_lg, no_lg)",
    "clip": "lg.clip(u_lg, -1.0, 1.0)",
    "cast": "lg.cast(u_lg, lg.f16)",
    "logical_not": "lg.logical_not(yes_lg)",
    "logical_and": "lg.logical_and(yes_lg, no_lg)",
    "where": "lg.where(yes_lg, u_lg, v_lg)",
    "sum": "lg.sum(u_lg, axis=-1)",
    "mean": "lg.mean(u_lg, axis=0)",
    "max": "lg.max(u_lg, axis=-1)",
    "argmax": "lg.argmax(u_lg, axis=-1)",
    "softmax": "lg.softmax(u_lg)",
    "layer_norm": "lg.layer_norm(u_lg, row_lg, row_lg)",
    "matmul": "lg.matmul(u_lg, v_lg)",
    "linear": "lg.linear(u_lg, v_lg, row_lg)",
    "conv": "lg.conv(image_lg, filters_lg, padding=1)",
    "fused_conv": 'lg.fused_conv(image_lg, filters_lg, padding=1, activation="relu")',
    "chain": "lg.chain([u_lg, v_lg], [17, 6], [0, 2], [1, -1], [-1, -1])",
    "fused_linear": 'lg.fused_linear(u_lg, v_lg, row_lg, activation="gelu")',
    "fused_matmul": 'lg.fused_matmul(u_lg, v_lg, None, u_lg, activation="tanh")',
    "max_pool": "lg.max_pool(image_lg, 2)",
    "avg_pool": "lg.avg_pool(image_lg, 2)",
    "reshape": "lg.reshape(u_lg, (128, 512))",
    "transpose": "lg.transpose(u_lg)",
    "expand": "lg.expand(row_lg, (256, 256))",
    "squeeze": "lg.squeeze(image_lg)",
    "unsqueeze": "lg.unsqueeze(u_lg, 0)",
    "flatten": "lg.flatten(u_lg)",
    "slice": "lg.slice(u_lg, 2, 10)",
    "concat": "lg.concat([u_lg, v_lg])",
    "pad": "lg.pad(u_lg, (1, 1, 1, 1))",
    "gather": "lg.gather(u_lg, index_lg)",
    "full": "lg.full((256, 256), 1.0)",
    "arange": "lg.arange(0, 65536, 1)",
} | {
    name: f"lg.{name}(u_lg, axis=1)" for name in REDUCE.split()
} | {
    "any": "lg.any(yes_lg, axis=1)",
    "all": "lg.all(yes_lg, axis=1)",
    "cumsum": "lg.cumsum(u_lg, 1)",
    "log_softmax": "lg.log_softmax(u_lg)",
    "global_avg_pool": "lg.global_avg_pool(image_lg)",
    "tile": "lg.tile(u_lg, (2, 2))",
    "flip": "lg.flip(u_lg)",
    "roll": "lg.roll(u_lg, (3, 5), (0, 1))",
    "trilu": "lg.trilu(u_lg)",
    "one_hot": "lg.one_hot(index_lg, 256)",
    "depth_to_space": "lg.depth_to_space(image_lg, 2)",
    "space_to_depth": "lg.space_to_depth(image_lg, 2)",
    "eye": "lg.eye(256)",
    "identity": "lg.identity(u_lg)",
    "bitcast": "lg.bitcast(u_lg, lg.i32)",
    "gather_elements": "lg.gather_elements(u_lg, lg.expand(index_lg, (256, 256)), axis=1)",
    "global_max_pool": "lg.global_max_pool(image_lg)",
    "conv_transpose": "lg.conv_transpose(image_lg, filters_lg, stride=2, padding=1)",
    "lp_pool": "lg.lp_pool(image_lg, 2, 2)",
    "resize": "lg.resize(image_lg, scale_factor=2.0, mode='linear')",
    "grid_sample": "lg.grid_sample(image_lg, places_lg)",
    "affine_grid": "lg.affine_grid(theta_lg, (4, 1, 64, 64))",
    "roi_align": "lg.roi_align(image_lg, rois_lg, first_lg, output_height=7, output_width=7)",
    "crop_and_resize": "lg.crop_and_resize(image_lg, boxes_lg, first_lg, (7, 7))",
    "image_normalize": "lg.image_normalize(pixels_lg, mean=(0.5, 0.4, 0.3), std=0.25)",
    "col2im": "lg.col2im(columns_lg, (28, 28), (3, 3), padding=1)",
    "max_pool_with_indices": "lg.max_pool_with_indices(image_lg, 2)",
    "max_unpool": "lg.max_unpool(*lg.max_pool_with_indices(image_lg, 2), 2)",
    "adaptive_avg_pool": "lg.adaptive_avg_pool(image_lg, 7)",
    "adaptive_max_pool": "lg.adaptive_max_pool(image_lg, 7)",
    "non_max_suppression":
        "lg.non_max_suppression(many_lg, chances_lg, max_output_boxes_per_class=50, iou_threshold=0.5)",
    "non_max_suppression_padded":
        "lg.non_max_suppression_padded("
        "many_lg, chances_lg, max_output_boxes_per_class=50, iou_threshold=0.5)",
    "global_lp_pool": "lg.global_lp_pool(image_lg)",
    "batch_norm": "lg.batch_norm(u_lg, row_lg, lg.abs(row_lg))",
    "instance_norm": "lg.instance_norm(image_lg)",
    "group_norm": "lg.group_norm(image_lg, num_groups=8)",
    "rms_norm": "lg.rms_norm(u_lg, row_lg)",
    "lp_norm": "lg.lp_norm(u_lg)",
    "lrn": "lg.lrn(image_lg, 5)",
    "lstm": "lg.lstm(row_lg.reshape(2, 1, 128), lg.full((1, 512, 128), 0.1), lg.full((1, 512, 128), 0.1))",
    "gru": "lg.gru(row_lg.reshape(2, 1, 128), lg.full((1, 384, 128), 0.1), lg.full((1, 384, 128), 0.1))",
    "rnn": "lg.rnn(row_lg.reshape(2, 1, 128), lg.full((1, 128, 128), 0.1), lg.full((1, 128, 128), 0.1))",
    "scaled_dot_product_attention": "lg.scaled_dot_product_attention(image_lg, image_lg, image_lg)",
    "quantize": "lg.quantize(u_lg, scale_lg, zero_lg)",
    "dequantize": "lg.dequantize(u8_lg, scale_lg, zero_lg)",
    "matmul_integer": "lg.matmul_integer(u8_lg, i8_lg, zero_lg)",
    "dynamic_quantize": "lg.dynamic_quantize(u_lg).y",
    "qlinear_matmul":
        "lg.qlinear_matmul(u8_lg, scale_lg, zero_lg, i8_lg, scale_lg, izero_lg, scale_lg, zero_lg)",
    "conv_integer": "lg.conv_integer(qimage_lg, qfilters_lg, zero_lg, padding=1)",
    "qlinear_conv": "lg.qlinear_conv("
                    "qimage_lg, scale_lg, zero_lg, qfilters_lg, scale_lg, izero_lg, scale_lg, "
    "zero_lg, padding=1)",
    "dft": "lg.dft(lg.unsqueeze(frames_lg, -1), onesided=True)",
    "stft": "lg.stft(frames_lg, frame_step=160, frame_length=400)",
    "hann_window": "lg.hann_window(512)",
    "hamming_window": "lg.hamming_window(512)",
    "blackman_window": "lg.blackman_window(512)",
    "mel_weight_matrix": "lg.mel_weight_matrix(80, 512, 16000, 20.0, 7600.0)",
}
# fmt: on
ALIASES = {
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "permute",
}


def op_names():
    """The ops of the installed package, which may be older than this file."""
    from legato import _ops

    names = set(_ops.__all__) - ALIASES
    missing = names - set(OPS)
    if missing:
        raise LookupError(f"no benchmark in asv_bench/benchmarks/common.py for: {', '.join(sorted(missing))}")
    return sorted(names)


OPS["split"] = "lg.split(m_lg, num_outputs=4)"
OPS |= {
    "stack": "lg.stack([u_lg, v_lg])",
    "top_k": "lg.top_k(u_lg, 8)",
    "sort": "lg.sort(u_lg)",
    "argsort": "lg.argsort(u_lg)",
    "gather_nd": "lg.gather_nd(u_lg, lg.reshape(index_lg, (-1, 1)))",
    "scatter_elements": "lg.scatter_elements(u_lg, lg.argsort(u_lg, axis=0), v_lg)",
    "scatter_nd": "lg.scatter_nd(u_lg, [[0], [3]], lg.slice(v_lg, (0,), (2,)))",
    "reverse_sequence": "lg.reverse_sequence(u_lg, lg.full((256,), 200))",
    "non_zero": "lg.non_zero(u_lg)",
    "compress": "lg.compress(u_lg, lg.greater(lg.slice(index_lg, (0,), (16,)), 3), axis=0)",
    "unique": "lg.unique(index_lg)",
    "shape": "lg.shape(u_lg)",
    "size": "lg.size(u_lg)",
}


def function(statement):
    """A statement as a callable without arguments."""
    return eval(f"lambda: {statement}", NAMES)
