# SPDX-License-Identifier: Apache-2.0
"""legato.nn against PyTorch's stored outputs (regenerate.py): eager, recorded, saved and loaded."""

import sys
from pathlib import Path

import numpy as np
import pytest

import legato as lg

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))

from models import MODELS  # noqa: E402


def stored(name):
    tensors = lg.nn.load_file(FOLDER / f"{name}.safetensors")
    state = {key.removeprefix("model."): t for key, t in tensors.items() if key.startswith("model.")}
    return state, tensors["input"], tensors["output"].numpy()


@pytest.fixture(params=MODELS)
def case(request):
    state, x, y = stored(request.param)
    model = MODELS[request.param][0](lg.nn)
    model.load_state_dict(state)
    return request.param, model, state, x, y


def close(given, wanted):
    np.testing.assert_allclose(given.numpy(), wanted, rtol=2e-5, atol=2e-6)


def test_eager_recorded_saved_loaded(case, tmp_path):
    _, model, _, x, y = case
    close(model(x), y)
    run = lg.runner(model, x)
    close(run(x), y)
    lg.save(tmp_path / "model.legato", run)
    close(lg.load(tmp_path / "model.legato")(x), y)


def test_state_dict_has_the_keys_and_shapes(case):
    _, model, state, _, _ = case
    mine = model.state_dict()
    assert {k: (v.shape, v.dtype) for k, v in mine.items()} == {
        k: (v.shape, v.dtype) for k, v in state.items()
    }


@pytest.mark.full
@pytest.mark.parametrize("name", MODELS)
def test_live_pytorch(name):
    torch = pytest.importorskip("torch")
    from regenerate import trained

    from models import example

    theirs, x = trained(name), example(name)
    mine = MODELS[name][0](lg.nn)
    mine.load_state_dict(theirs.state_dict())
    assert list(mine.state_dict()) == list(theirs.state_dict())
    with torch.no_grad():
        close(mine(x), theirs(torch.from_numpy(x)).numpy())
