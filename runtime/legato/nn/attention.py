# SPDX-License-Identifier: Apache-2.0
"""Attention over several heads, and the encoder layers made of it."""

import copy
from typing import Any

import legato as lg
from legato.nn.linear import Dropout, Linear
from legato.nn.module import Module, ModuleList, Parameter
from legato.nn.norm import LayerNorm
from legato.nn.weights import uniform


def _summand(mask, dtype):
    # What a mask adds to scores: PyTorch's bool masks say where attention is not allowed.
    mask = lg.asarray(mask)
    if mask.dtype == lg.bool:
        zero, never = lg.full((), 0.0, dtype=dtype), lg.full((), float("-inf"), dtype=dtype)
        return lg.where(mask, never, zero)
    return mask


class MultiheadAttention(Module):
    """Attention of queries to keys and values, split into heads; parameters in PyTorch's layout.

    Examples
    --------
    >>> import legato as lg
    >>> attention = lg.nn.MultiheadAttention(8, num_heads=2, batch_first=True)
    >>> x = lg.zeros((1, 5, 8))
    >>> y, weights = attention(x, x, x)
    >>> y.shape, weights.shape
    ((1, 5, 8), (1, 5, 5))
    """

    def __init__(
        self,
        embed_dim,
        num_heads,
        dropout=0.0,
        bias=True,
        add_bias_kv=False,
        add_zero_attn=False,
        kdim=None,
        vdim=None,
        batch_first=False,
    ):
        super().__init__()
        if embed_dim % num_heads:
            raise lg.ArgumentError(f"num_heads is {num_heads}; it has to divide embed_dim {embed_dim}")
        if add_bias_kv or add_zero_attn:
            raise lg.UnsupportedError("MultiheadAttention: add_bias_kv and add_zero_attn are not supported")
        self.embed_dim, self.num_heads, self.batch_first = embed_dim, num_heads, batch_first
        self.kdim, self.vdim = kdim or embed_dim, vdim or embed_dim
        self._packed = self.kdim == self.vdim == embed_dim
        bound = embed_dim**-0.5
        if self._packed:
            self.in_proj_weight = Parameter(uniform((3 * embed_dim, embed_dim), bound))
        else:
            self.q_proj_weight = Parameter(uniform((embed_dim, embed_dim), bound))
            self.k_proj_weight = Parameter(uniform((embed_dim, self.kdim), bound))
            self.v_proj_weight = Parameter(uniform((embed_dim, self.vdim), bound))
        self.register_parameter("in_proj_bias", lg.zeros(3 * embed_dim) if bias else None)
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias)

    def _project(self, query, key, value):
        width, bias = self.embed_dim, self.in_proj_bias
        weights: list[Any]
        if self._packed and query is key and key is value:
            return lg.split(lg.linear(query, self.in_proj_weight, bias), num_outputs=3, axis=-1)
        if self._packed:
            packed: Any = self.in_proj_weight
            weights = [packed[i * width : (i + 1) * width] for i in range(3)]
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        biases = [None if bias is None else bias[i * width : (i + 1) * width] for i in range(3)]
        return [lg.linear(x, w, b) for x, w, b in zip((query, key, value), weights, biases, strict=True)]

    def _heads(self, x):
        # (N, T, E) to (N, heads, T, E / heads)
        x = lg.reshape(x, shape=(x.shape[0], x.shape[1], self.num_heads, -1))
        return lg.transpose(x, axes=(0, 2, 1, 3))

    def forward(
        self,
        query,
        key,
        value,
        key_padding_mask=None,
        need_weights=True,
        attn_mask=None,
        average_attn_weights=True,
        is_causal=False,
    ):
        """Return the output and, unless ``need_weights`` is False, the weights. Masks as PyTorch has them.

        ``is_causal`` is a hint there and needs ``attn_mask``; here it makes the mask when there is none.
        """
        inputs = [query, key, value]
        same = query is key and key is value
        inputs = [lg.asarray(x) for x in inputs]
        batched = len(inputs[0].shape) == 3
        if not batched:
            inputs = [lg.unsqueeze(x, axis=0) for x in inputs]
        elif not self.batch_first:
            inputs = [lg.transpose(x, axes=(1, 0, 2)) for x in inputs]
        inputs = inputs[:1] * 3 if same else inputs
        q, k, v = [self._heads(x) for x in self._project(*inputs)]
        batch, _, length, width = q.shape
        mask = None
        if attn_mask is not None:
            mask = _summand(attn_mask, q.dtype)
            if len(mask.shape) == 3:
                mask = lg.reshape(mask, shape=(batch, self.num_heads, *mask.shape[1:]))
        if key_padding_mask is not None:
            padding = lg.reshape(_summand(key_padding_mask, q.dtype), shape=(batch, 1, 1, -1))
            mask = padding if mask is None else mask + padding
        causal = is_causal and attn_mask is None
        if need_weights:
            scores = lg.matmul(q * width**-0.5, lg.transpose(k, axes=(0, 1, 3, 2)))
            if causal:
                never = lg.full((length, k.shape[2]), float("-inf"), dtype=scores.dtype)
                scores = scores + lg.trilu(never, upper=True, k=1)
            weights = lg.softmax(scores if mask is None else scores + mask, axis=-1)
            y = lg.matmul(weights, v)
        else:
            y = lg.scaled_dot_product_attention(q, k, v, mask, is_causal=causal)
        y = lg.transpose(y, axes=(0, 2, 1, 3))
        y = self.out_proj(lg.reshape(y, shape=(batch, length, self.embed_dim)))
        if not batched:
            y = lg.squeeze(y, axis=0)
        elif not self.batch_first:
            y = lg.transpose(y, axes=(1, 0, 2))
        if not need_weights:
            return y, None
        weights = lg.mean(weights, axis=1) if average_attn_weights else weights
        return y, weights if batched else lg.squeeze(weights, axis=0)


class TransformerEncoderLayer(Module):
    """Self-attention and two dense layers, each with a residual and a layer norm."""

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation="relu",
        layer_norm_eps=1e-05,
        batch_first=False,
        norm_first=False,
        bias=True,
    ):
        super().__init__()
        if isinstance(activation, str) and activation not in ("relu", "gelu"):
            raise lg.ArgumentError(f"activation is {activation!r}, expected 'relu', 'gelu' or a function")
        self.self_attn = MultiheadAttention(d_model, nhead, bias=bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias)
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.norm_first = norm_first
        self.activation = {"relu": lg.relu, "gelu": lg.gelu}.get(activation, activation)

    def _attend(self, x, mask, padding, is_causal):
        return self.self_attn(x, x, x, padding, False, mask, is_causal=is_causal)[0]

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        x = lg.asarray(src)
        if self.norm_first:
            x = x + self._attend(self.norm1(x), src_mask, src_key_padding_mask, is_causal)
            return x + self.linear2(self.activation(self.linear1(self.norm2(x))))
        x = self.norm1(x + self._attend(x, src_mask, src_key_padding_mask, is_causal))
        return self.norm2(x + self.linear2(self.activation(self.linear1(x))))


class TransformerEncoder(Module):
    """Copies of an encoder layer, one after the other."""

    def __init__(self, encoder_layer, num_layers, norm=None):
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=False):
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)
