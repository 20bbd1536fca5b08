# SPDX-License-Identifier: Apache-2.0
"""Writes <model>.safetensors: PyTorch's weights, an input and its output. Run it as a script."""

from pathlib import Path

import torch
from safetensors.numpy import save_file

from models import MODELS, example

FOLDER = Path(__file__).parent


def trained(name):
    """A PyTorch model with numbers in all of its state, running statistics included."""
    torch.manual_seed(7)
    model = MODELS[name][0](torch.nn).eval()
    for key, tensor in model.state_dict().items():
        if key.endswith("running_var"):
            tensor.uniform_(0.5, 2.0)
        elif key.endswith("running_mean"):
            tensor.normal_(0, 0.5)
    for parameter in model.parameters():
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter, 0.5, 0.3)
    return model


def main():
    for name in MODELS:
        model, x = trained(name), example(name)
        with torch.no_grad():
            y = model(torch.from_numpy(x)).contiguous().numpy()
        state = {f"model.{key}": tensor.detach().numpy() for key, tensor in model.state_dict().items()}
        save_file({**state, "input": x, "output": y}, FOLDER / f"{name}.safetensors")


if __name__ == "__main__":
    main()
