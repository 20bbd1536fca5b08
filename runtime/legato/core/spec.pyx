# SPDX-License-Identifier: Apache-2.0
"""Specs: the types of inputs, as text or as an example has them."""

import re

from libc.stdint cimport int64_t, uint32_t

from legato.core.engine cimport (
    LG_MAX_RANK,
    lg_dtype_name,
    lg_dtype_parse,
    lg_dtype_t,
    lg_error_t,
    lg_program_extent,
    lg_program_t,
    lg_program_value_type,
    lg_text_bytes,
    lg_text_chars,
    lg_text_release,
    lg_text_t,
    lg_value_t,
    lg_view_init,
    lg_view_t,
)
from legato.core.errors cimport check
from legato.core.tensor cimport Tensor

from legato.core.convert import asarray
from legato.core.dtype import dtype as to_dtype
from legato.core.errors import FormatError, ShapeError

_SPEC = re.compile(r"\s*(\w+)\s*\[([^\]]*)\]\s*\Z")
# Sums of products of a number and a name, or a name of another tool.
_EXTENT = re.compile(
    r"-?{0}([+-]{0})*\Z|\?\Z|-1\Z|[A-Za-z_][\w.:/]*\Z".format(r"(\d+(\*[A-Za-z_]\w*)?|[A-Za-z_]\w*(\*\d+)?)"),
    re.ASCII,
)


cdef str take_text(void *handle):
    # The text's characters, and its release.
    cdef lg_text_t *text = <lg_text_t *>handle
    try:
        return lg_text_chars(text)[: lg_text_bytes(text)].decode()
    finally:
        lg_text_release(text)


cdef class Spec:
    """The type of an input: dtype and shape. Make one with :func:`spec`.

    Examples
    --------
    >>> import legato as lg
    >>> s = lg.spec("f32[8,64]")
    >>> s.shape, s.dtype
    ((8, 64), legato.f32)
    """

    def __init__(self):
        raise TypeError("make a spec with legato.spec('f32[8,64]')")

    @property
    def shape(self):
        """tuple of int or str: the extents; those that are not fixed are expressions like ``"2*w+1"``."""
        return self.extents

    @property
    def dtype(self):
        return to_dtype(str(self).partition("[")[0])

    @property
    def is_symbolic(self):
        """bool: whether an extent is not fixed."""
        return self.symbolic

    def __str__(self):
        name = lg_dtype_name(<lg_dtype_t>self._view.dtype).decode()
        return f"{name}[{','.join([str(extent) for extent in self.extents])}]"

    def __repr__(self):
        return f"legato.spec({str(self)!r})"

    def __eq__(self, other):
        return isinstance(other, Spec) and str(self) == str(other)

    def __hash__(self):
        return hash(str(self))

    def __reduce__(self):
        return spec, (str(self),)


cdef Spec wrap_spec(const lg_view_t *view):
    cdef Spec result = Spec.__new__(Spec)
    result._view = view[0]
    result._view.data = NULL
    result.extents = tuple([view.shape[i] for i in range(view.rank)])
    return result


cdef Spec value_spec(lg_program_t *program, lg_value_t value):
    # The type of a value of a program.
    cdef const char *text
    cdef Spec result = wrap_spec(lg_program_value_type(program, value))
    cdef list extents = list(result.extents)
    for i in range(len(extents)):
        text = lg_program_extent(program, value, <uint32_t>i)
        if text != NULL:
            extents[i] = text.decode()
            result.symbolic = True
    result.extents = tuple(extents)
    return result


def spec(text not None):
    """Describe an input.

    Parameters
    ----------
    text : str or Tensor or array
        ``"f32[8,64]"``: dtype and extents; ``"f32[]"`` is a scalar. An array or tensor stands for its type.
        An extent may be an affine expression over names: ``"f32[batch,2*w+1]"``; such an input takes any
        extents that fit. Names of other tools (``?``, ``-1``, ``p2o.0``) become ``d0``, ``d1``, ...

    Returns
    -------
    Spec

    Raises
    ------
    FormatError
        The text is not of that form.

    Examples
    --------
    >>> import legato as lg
    >>> lg.spec("i64[3]")
    legato.spec('i64[3]')
    >>> lg.spec("f32[batch,2*w+1]").shape
    ('batch', '2*w+1')
    """
    cdef lg_view_t view
    cdef lg_error_t err
    cdef int64_t shape[LG_MAX_RANK]
    cdef int rank = 0
    cdef Spec result
    if isinstance(text, Spec):
        return text
    if not isinstance(text, str):
        return wrap_spec(&(<Tensor>asarray(text))._h.view)
    match = _SPEC.match(text)
    name = match[1].encode() if match else b""
    if match is None or lg_dtype_parse(name) == 0:
        raise FormatError(f"spec {text!r} is not of the form 'f32[8,64]'")
    extents = ["".join(part.split()) for part in match[2].split(",")] if match[2].strip() else []
    if len(extents) > LG_MAX_RANK:
        raise ShapeError(f"spec {text!r} has {len(extents)} extents, at most {LG_MAX_RANK} are possible")
    for extent in extents:
        shape[rank] = 1
        if extent.isascii() and extent.isdecimal():
            if int(extent) >= 2**63:
                raise ShapeError(f"spec {text!r}: extent {extent} does not fit in 64 bits")
            shape[rank] = int(extent)
            extents[rank] = int(extent)
        elif not _EXTENT.match(extent) or (extent != "-1" and extent[1:].isdecimal() and extent[0] == "-"):
            raise FormatError(f"spec {text!r}: extent {extent!r} is no number, name or sum like 2*w+1")
        rank += 1
    check(lg_view_init(&view, lg_dtype_parse(name), <uint32_t>rank, shape, &err), &err)
    result = wrap_spec(&view)
    result.extents = tuple(extents)
    result.symbolic = any([isinstance(extent, str) for extent in extents])
    return result
