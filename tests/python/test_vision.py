# SPDX-License-Identifier: Apache-2.0
"""What the samples of vision ops do not reach: programs, files, and regions of absurd size."""

import numpy as np
import pytest

import legato as lg

X = np.arange(2 * 5 * 6, dtype=np.float32).reshape(1, 2, 5, 6)


def test_lists_of_numbers_survive_text_and_file(tmp_path):
    """Attributes that are lists of numbers print, parse and are stored exactly."""

    def net(x):
        y = lg.resize(x, scale_factor=(1.3, 0.7), mode="linear")
        return lg.image_normalize(y, mean=(0.1, 1e-7), std=0.3, layout="nchw")

    program = lg.record(net, lg.tensor(X))
    assert "scale_factor=[1.3,0.7]" in str(program)
    path = tmp_path / "net.legato"
    lg.save(path, lg.runner(program))
    assert np.array_equal(lg.load(path)(X).numpy(), net(X).numpy())


def test_regions_of_absurd_size_cost_no_more_than_the_image():
    far = np.array([[-1e12, -1e12, 1e12, 1e12], [1e30, 0, 1e31, 5], [np.nan, 0, 1, 1]], np.float32)
    first = np.zeros(3, np.int64)
    for mode in ("avg", "max"):
        y = lg.roi_align(X, far, first, output_height=2, output_width=2, mode=mode).numpy()
        assert y.shape == (3, 2, 2, 2)
        assert not np.any(np.isnan(y[:2]))
    assert np.all(lg.crop_and_resize(X, far, first, (2, 2), extrapolation_value=7.0).numpy() == 7)


@pytest.mark.parametrize("mode", ["linear", "nearest", "cubic"])
@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
def test_places_that_are_no_numbers(mode, padding_mode):
    """They read inside x, whatever comes out."""
    grid = np.array([np.nan, np.inf, -np.inf, 3e38, -3e38, 1e15, -1e15, 2.0], np.float32).reshape(1, 2, 2, 2)
    y = lg.grid_sample(X, grid, mode=mode, padding_mode=padding_mode).numpy()
    assert y.shape == (1, 2, 2, 2)
    if padding_mode == "zeros":
        assert np.all(y == 0)


def test_what_lies_outside_does_not_touch_what_lies_inside():
    """A border of NaN far from the place counts neither as zero padding nor by a weight of 0."""
    x = np.full((1, 1, 3, 3), np.nan, np.float32)
    x[..., 2, 2] = 5
    grid = np.array([1.0, 1.0], np.float32).reshape(1, 1, 1, 2)
    y = lg.grid_sample(x, grid).numpy()  # a corner: one element and three zeros
    assert np.allclose(y, 1.25)
