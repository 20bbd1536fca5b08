# SPDX-License-Identifier: Apache-2.0
"""Activations as modules."""

import legato as lg
from legato.nn.module import Module, Parameter


def _simple(name, op):
    # A module without parameters around an op of one argument.
    def __init__(self, inplace=False):
        Module.__init__(self)

    def forward(self, x):
        return op(x)

    doc = f"``legato.{op.__name__}`` as a module."
    return type(
        name, (Module,), {"__init__": __init__, "forward": forward, "__doc__": doc, "__module__": __name__}
    )


ReLU = _simple("ReLU", lg.relu)
Sigmoid = _simple("Sigmoid", lg.sigmoid)
Tanh = _simple("Tanh", lg.tanh)
SiLU = _simple("SiLU", lg.silu)
Mish = _simple("Mish", lg.mish)
SELU = _simple("SELU", lg.selu)
Softsign = _simple("Softsign", lg.softsign)
Hardswish = _simple("Hardswish", lg.hard_swish)


class Hardsigmoid(Module):
    """``clip(x / 6 + 1 / 2, 0, 1)``."""

    def __init__(self, inplace=False):
        super().__init__()

    def forward(self, x):
        return lg.hard_sigmoid(x, alpha=1 / 6, beta=0.5)


class ReLU6(Module):
    """``clip(x, 0, 6)``."""

    def __init__(self, inplace=False):
        super().__init__()

    def forward(self, x):
        return lg.clip(x, 0.0, 6.0)


class Hardtanh(Module):
    """``clip(x, min_val, max_val)``."""

    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False):
        super().__init__()
        self.min_val, self.max_val = float(min_val), float(max_val)

    def forward(self, x):
        return lg.clip(x, self.min_val, self.max_val)

    def extra_repr(self):
        return f"min_val={self.min_val}, max_val={self.max_val}"


class GELU(Module):
    """Gaussian error linear unit; ``approximate="tanh"`` for the polynomial in tanh."""

    def __init__(self, approximate="none"):
        super().__init__()
        self.approximate = approximate

    def forward(self, x):
        return lg.gelu(x, approximate=self.approximate)

    def extra_repr(self):
        return f"approximate={self.approximate!r}"


class LeakyReLU(Module):
    """``x`` where it is positive, else ``negative_slope * x``."""

    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__()
        self.negative_slope = negative_slope

    def forward(self, x):
        return lg.leaky_relu(x, negative_slope=self.negative_slope)

    def extra_repr(self):
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """``x`` where it is positive, else ``alpha * (exp(x) - 1)``."""

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self.alpha = alpha

    def forward(self, x):
        return lg.elu(x, alpha=self.alpha)

    def extra_repr(self):
        return f"alpha={self.alpha}"


class CELU(ELU):
    """``max(0, x) + min(0, alpha * (exp(x / alpha) - 1))``."""

    def forward(self, x):
        return lg.celu(x, alpha=self.alpha)


class Softplus(Module):
    """``log(1 + exp(beta * x)) / beta``."""

    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, x):
        return lg.softplus(x) if self.beta == 1.0 else lg.softplus(x * float(self.beta)) / float(self.beta)

    def extra_repr(self):
        return f"beta={self.beta}, threshold={self.threshold}"


class PReLU(Module):
    """``x`` where it is positive, else ``weight * x``, with one weight or one for each channel."""

    def __init__(self, num_parameters=1, init=0.25):
        super().__init__()
        self.num_parameters = num_parameters
        self.weight = Parameter(lg.full((num_parameters,), float(init)))

    def forward(self, x):
        rank = len(x.shape)
        many = self.num_parameters > 1 and rank > 1
        return lg.prelu(x, lg.reshape(self.weight, shape=(-1, *(1,) * (rank - 2))) if many else self.weight)

    def extra_repr(self):
        return f"num_parameters={self.num_parameters}"


class Softmax(Module):
    """Softmax over an axis."""

    def __init__(self, dim=-1):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return lg.softmax(x, axis=self.dim)

    def extra_repr(self):
        return f"dim={self.dim}"


class LogSoftmax(Softmax):
    """Logarithm of the softmax over an axis."""

    def forward(self, x):
        return lg.log_softmax(x, axis=self.dim)
