# SPDX-License-Identifier: Apache-2.0
"""Dense layers, embeddings, and modules without weights that shape data."""

import legato as lg
from legato.nn.module import Module, Parameter
from legato.nn.weights import uniform


class Identity(Module):
    """Gives its argument back; takes any arguments when made."""

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, x):
        return x


class _Dropout(Module):
    # Inference: nothing is dropped.
    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self.p, self.inplace = p, inplace

    def forward(self, x):
        return x

    def extra_repr(self):
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """Gives its argument back: modules infer."""


class Dropout1d(_Dropout):
    """Gives its argument back: modules infer."""


class Dropout2d(_Dropout):
    """Gives its argument back: modules infer."""


class Dropout3d(_Dropout):
    """Gives its argument back: modules infer."""


class AlphaDropout(_Dropout):
    """Gives its argument back: modules infer."""


class Flatten(Module):
    """Makes one axis of several, as :func:`legato.flatten`; from axis 1 on when nothing is said."""

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x):
        return lg.flatten(x, start_axis=self.start_dim, end_axis=self.end_dim)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Linear(Module):
    """``x @ weight.T + bias``, with weight (out_features, in_features).

    Examples
    --------
    >>> import legato as lg
    >>> lg.nn.Linear(3, 5)(lg.zeros((2, 7, 3))).shape
    (2, 7, 5)
    """

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        bound = max(in_features, 1) ** -0.5
        self.weight = Parameter(uniform((out_features, in_features), bound))
        self.register_parameter("bias", uniform((out_features,), bound) if bias else None)

    def forward(self, x):
        return lg.linear(x, self.weight, self.bias)

    def extra_repr(self):
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
        )


class Embedding(Module):
    """Rows of ``weight`` (num_embeddings, embedding_dim) by number."""

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None):
        super().__init__()
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.weight = Parameter(uniform((num_embeddings, embedding_dim), 1.0))

    @classmethod
    def from_pretrained(cls, embeddings, freeze=True, padding_idx=None):
        """Make one with given rows."""
        embeddings = lg.asarray(embeddings)
        rows, width = embeddings.shape
        result = cls(rows, width, padding_idx=padding_idx)
        result.register_parameter("weight", embeddings)
        return result

    def forward(self, index):
        return lg.gather(self.weight, index, axis=0)

    def extra_repr(self):
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
