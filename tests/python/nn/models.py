# SPDX-License-Identifier: Apache-2.0
"""The models that legato.nn and PyTorch both make: `make(nn)` with either namespace."""

import numpy as np


def mlp(nn):
    layers = [nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 8), nn.GELU(), nn.Linear(8, 4), nn.Softmax(dim=-1)]
    return nn.Sequential(*layers)


def cnn(nn):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.SiLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=4),
        nn.BatchNorm2d(8),
        nn.LeakyReLU(0.1),
        nn.ConvTranspose2d(8, 4, 2, stride=2),
        nn.GroupNorm(2, 4),
        nn.AdaptiveAvgPool2d((3, 2)),
        nn.Flatten(),
        nn.Linear(24, 5),
    )


class First:
    """Mixed into a module: the first of what it returns."""

    def forward(self, *args, **kwargs):
        return super().forward(*args, **kwargs)[0]


def lstm(nn):
    return type("LSTM", (First, nn.LSTM), {})(6, 5, num_layers=2, bidirectional=True, batch_first=True)


def gru(nn):
    return type("GRU", (First, nn.GRU), {})(6, 5, num_layers=2, batch_first=True)


def encoder(nn):
    layer = nn.TransformerEncoderLayer(16, 4, dim_feedforward=24, batch_first=True, activation="gelu")
    return nn.TransformerEncoder(layer, num_layers=2, norm=nn.LayerNorm(16))


MODELS = {
    "mlp": (mlp, (3, 12)),
    "cnn": (cnn, (2, 3, 16, 12)),
    "lstm": (lstm, (2, 7, 6)),
    "gru": (gru, (2, 7, 6)),
    "encoder": (encoder, (2, 5, 16)),
}


def example(name):
    return np.random.default_rng(len(name)).standard_normal(MODELS[name][1]).astype(np.float32)
