# SPDX-License-Identifier: Apache-2.0
"""PyTorch modules through both of its exporters, where PyTorch is installed."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

import legato as lg

pytest.importorskip("onnx")
torch = pytest.importorskip("torch", reason="PyTorch is not installed")
nn = torch.nn

pytestmark = [pytest.mark.full, pytest.mark.filterwarnings("ignore")]


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)

    def forward(self, image):
        return torch.relu(self.norm(self.conv(image)) + image)


class TwoInputs(nn.Module):
    def forward(self, left, right):
        return left @ right, torch.softmax(left, -1)


MODULES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "mlp": (nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 4)), (torch.randn(3, 8),)),
    "cnn": (
        nn.Sequential(Residual(), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)),
        (torch.randn(2, 4, 8, 8),),
    ),
    "two": (TwoInputs(), (torch.randn(2, 3), torch.randn(3, 5))),
    "norm": (nn.Sequential(nn.LayerNorm(8), nn.SiLU(), nn.GroupNorm(2, 6)), (torch.randn(2, 6, 8),)),
}


@pytest.fixture(params=["dynamo", "torchscript"])
def exporter(request, monkeypatch):
    if request.param == "dynamo":
        pytest.importorskip("onnxscript", reason="onnxscript is not installed")
    else:
        find = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *rest: None if name == "onnxscript" else find(name, *rest),
        )


@pytest.mark.parametrize("name", MODULES)
def test_module(name: str, exporter) -> None:
    torch.manual_seed(0)
    module, examples = MODULES[name]
    module.train()
    program = lg.from_torch(module, *examples)
    assert module.training
    module.eval()
    with torch.no_grad():
        wanted = module(*examples)
    results = lg.runner(program)(*(x.numpy() for x in examples))
    results, wanted = ((y,) if not isinstance(y, tuple) else y for y in (results, wanted))
    for result, want in zip(results, wanted, strict=True):
        np.testing.assert_allclose(result.numpy(), want.numpy(), rtol=1e-4, atol=1e-5)


def test_names(exporter) -> None:
    program = lg.from_torch(Residual(), torch.randn(1, 4, 8, 8))
    assert list(program.inputs) == ["image"]


def test_what_cannot_be_exported() -> None:
    class Bad(nn.Module):
        def forward(self, x):
            return object()  # with a branch on data, whether it can depends on the exporter

    with pytest.raises(lg.UnsupportedError, match="PyTorch cannot export Bad"):
        lg.from_torch(Bad(), torch.ones(2))
    with pytest.raises(lg.DTypeError, match="expected a torch.nn.Module, got int"):
        lg.from_torch(3)
