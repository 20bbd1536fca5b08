# SPDX-License-Identifier: Apache-2.0
"""Einstein summation, as the ops that it is made of.

There is no kernel of its own: a recorded program holds the transposes, products and sums, so that it runs
from C and from files like any other, each on its best kernel.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from legato import _ops as ops
from legato.core.convert import asarray
from legato.core.errors import ArgumentError, ShapeError
from legato.core.tensor import Tensor

# An axis is a letter, or a number that counts the axes of an ellipsis from the right.
Label = str | int


def einsum(equation: str, *operands: Tensor) -> Tensor:
    """Sum products of elements over named axes.

    Parameters
    ----------
    equation : str
        One word of letters for each operand, a letter for each axis, with commas in between: axes with the
        same letter go together. ``...`` stands for further axes, which broadcast. Behind ``->`` the axes of
        the result; what is missing there is summed over. Without ``->`` the result has the axes of ``...``
        and those named once, in alphabetical order. A letter twice in one word takes the diagonal.
    *operands : Tensor
        As many as there are words. Axes of extent 1 broadcast.

    Returns
    -------
    Tensor
        Of the dtype of the operands.

    Raises
    ------
    ArgumentError
        The equation is not of this form.
    ShapeError
        An operand has another number of axes than its word, or extents of one letter differ.

    Notes
    -----
    Products are matrix products where something is summed over. More than two operands are taken in the
    order of the smallest intermediate results. Source: NumPy einsum; ONNX Einsum-12.

    Examples
    --------
    >>> import legato as lg
    >>> lg.einsum("ij,jk->ki", lg.tensor([[1.0, 2.0]]), lg.tensor([[3.0, 4.0], [5.0, 6.0]])).tolist()
    [[13.0], [16.0]]
    >>> lg.einsum("ii", lg.tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    5.0
    """
    tensors = [x if isinstance(x, Tensor) else asarray(x) for x in operands]
    words, result = _parse(equation, [len(x.shape) for x in tensors])
    extents: dict[Label, int] = {}
    for word, x in zip(words, tensors, strict=True):
        for label, extent in zip(word, x.shape, strict=True):
            known = extents.setdefault(label, extent)
            if known != extent and 1 not in (known, extent):
                raise ShapeError(
                    f"einsum: axis {_name(label)!r} has extents {known} and {extent} in {equation!r}"
                )
            extents[label] = extent if known == 1 else known
    terms = [_diagonal(x, list(word)) for x, word in zip(tensors, words, strict=True)]
    # Axes of extent 1 that broadcast count as absent.
    terms = [
        _squeeze(x, word, [k for k in word if x.shape[word.index(k)] != extents[k]]) for x, word in terms
    ]
    while len(terms) > 1:
        i, j = _next_pair(terms, result, extents)
        right, left = terms.pop(j), terms.pop(i)
        rest = set(result).union(*(word for _, word in terms))
        terms.insert(i, _product(left, right, rest, extents))
    x, word = terms[0]
    x, word = _sum(x, word, [label for label in word if label not in result])
    order = [word.index(label) for label in result]
    return ops.transpose(x, order) if order != sorted(order) else x


def _name(label: Label) -> str:
    return label if isinstance(label, str) else "..."


# ---- the equation ------------------------------------------------------------------------------------


def _parse(equation: str, ranks: Sequence[int]) -> tuple[list[list[Label]], list[Label]]:
    """Return the labels of the axes of each operand, and of the result."""
    if not isinstance(equation, str):
        raise ArgumentError(f"einsum: the equation is {equation!r}, expected a text such as 'ij,jk->ik'")
    text = re.sub(r"\s", "", equation)
    left, arrow, right = text.partition("->")
    texts = left.split(",")
    for word in [*texts, right]:
        if not re.fullmatch(r"[A-Za-z]*(\.\.\.)?[A-Za-z]*", word):
            raise ArgumentError(
                f"einsum: {word!r} in {equation!r} is not made of letters and at most one '...'"
            )
    if len(texts) != len(ranks):
        raise ArgumentError(f"einsum: {equation!r} names {len(texts)} operands, {len(ranks)} are given")
    words = []
    for i, (word, rank) in enumerate(zip(texts, ranks, strict=True)):
        letters = len(word.replace("...", ""))
        if rank < letters or (rank > letters and "..." not in word):
            raise ShapeError(
                f"einsum: operand {i} has rank {rank}, {word!r} in {equation!r} names {letters} axes"
            )
        words.append(_labels(word, rank - letters))
    dots = max((label for word in words for label in word if isinstance(label, int)), default=0)
    if not arrow:
        counts: dict[str, int] = {}
        for letter in left.replace("...", "").replace(",", ""):
            counts[letter] = counts.get(letter, 0) + 1
        right = "..." + "".join(sorted(letter for letter, count in counts.items() if count == 1))
    result = _labels(right, dots)
    for label in result:
        if result.count(label) > 1:
            raise ArgumentError(f"einsum: the result of {equation!r} names axis {_name(label)!r} twice")
        if not any(label in word for word in words):
            raise ArgumentError(
                f"einsum: the result of {equation!r} names axis {_name(label)!r}, no operand does"
            )
    return words, result


def _labels(word: str, dots: int) -> list[Label]:
    before, ellipsis, after = word.partition("...")
    return [*before, *range(dots, 0, -1), *after] if ellipsis else list(before)


# ---- one operand -------------------------------------------------------------------------------------

Term = tuple[Tensor, list[Label]]


def _diagonal(x: Tensor, word: list[Label]) -> Term:
    """Make one axis of those with the same label."""
    for label in dict.fromkeys(word):
        while word.count(label) > 1:
            first = word.index(label)
            second = word.index(label, first + 1)
            if x.shape[first] != x.shape[second]:
                one = first if x.shape[first] == 1 else second
                x, word = ops.squeeze(x, one), word[:one] + word[one + 1 :]
                continue
            others = [i for i in range(len(word)) if i not in (first, second)]
            extent = x.shape[first]
            x = ops.transpose(x, [*others, first, second])
            x = ops.reshape(x, [*(x.shape[: len(others)]), extent * extent])
            axis = len(others)
            x = ops.slice(x, [0], [extent * extent], axes=[axis], steps=[extent + 1])
            word = [*(word[i] for i in others), label]
    return x, word


def _squeeze(x: Tensor, word: list[Label], away: list[Label]) -> Term:
    if away:
        x = ops.squeeze(x, [word.index(label) for label in away])
    return x, [label for label in word if label not in away]


def _sum(x: Tensor, word: list[Label], away: list[Label]) -> Term:
    if away:
        dtype = x.dtype
        x = ops.sum(x, axis=[word.index(label) for label in away])
        x = x.astype(dtype) if x.dtype != dtype else x
    return x, [label for label in word if label not in away]


# ---- two operands ------------------------------------------------------------------------------------


def _next_pair(terms: list[Term], result: list[Label], extents: dict[Label, int]) -> tuple[int, int]:
    """Return the pair whose product is smallest, the first of equals."""
    if len(terms) == 2:
        return 0, 1
    best: tuple[float, int, int] = (math.inf, 0, 1)
    for i in range(len(terms)):
        for j in range(i + 1, len(terms)):
            rest = set(result).union(*(word for k, (_, word) in enumerate(terms) if k not in (i, j)))
            kept = (set(terms[i][1]) | set(terms[j][1])) & rest
            size = math.prod(extents[label] for label in kept)
            best = min(best, (size, i, j))
    return best[1], best[2]


def _arrange(x: Tensor, word: list[Label], groups: list[list[Label]], extents: dict[Label, int]) -> Tensor:
    """Bring axes into the order of the groups, and make one axis of each but the first group."""
    order = [word.index(label) for group in groups for label in group]
    if order != sorted(order):
        x = ops.transpose(x, order)
    if any(len(group) != 1 for group in groups[1:]):
        sizes = [math.prod(extents[label] for label in group) for group in groups[1:]]
        x = ops.reshape(x, [*(extents[label] for label in groups[0]), *sizes])
    return x


def _product(left: Term, right: Term, rest: set[Label], extents: dict[Label, int]) -> Term:
    (a, a_word), (b, b_word) = left, right
    # What only one of them has and nobody wants.
    a, a_word = _sum(a, a_word, [k for k in a_word if k not in b_word and k not in rest])
    b, b_word = _sum(b, b_word, [k for k in b_word if k not in a_word and k not in rest])
    batch = [k for k in a_word if k in b_word and k in rest]
    summed = [k for k in a_word if k in b_word and k not in rest]
    rows = [k for k in a_word if k not in b_word]
    columns = [k for k in b_word if k not in a_word]
    word = [*batch, *rows, *columns]
    if not summed:
        a = _arrange(a, a_word, [batch + rows], extents)
        b = _arrange(b, b_word, [batch + columns], extents)
        if columns:
            a = ops.unsqueeze(a, list(range(len(batch + rows), len(word))))
        if rows and batch:
            b = ops.unsqueeze(b, list(range(len(batch), len(batch + rows))))
        return ops.mul(a, b), word
    a = _arrange(a, a_word, [batch, rows, summed], extents)
    b = _arrange(b, b_word, [batch, summed, columns], extents)
    y = ops.matmul(a, b)
    if len(rows) != 1 or len(columns) != 1:
        y = ops.reshape(y, [extents[label] for label in word])
    return y, word
