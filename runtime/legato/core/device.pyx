# SPDX-License-Identifier: Apache-2.0
"""Devices: ``cpu:0``, and those that plugins bring."""

import os

from legato.core.context cimport context
from legato.core.engine cimport (
    lg_device_at,
    lg_device_find,
    lg_device_name,
    lg_device_t,
    lg_error_t,
    lg_plugin_load,
)
from legato.core.errors cimport check


cdef class Device:
    """A place where ops run. Get one with :func:`device` or :func:`load_plugin`.

    Attributes
    ----------
    name : str
        ``"cpu:0"``, ``"vendor.npu:0"``.

    Examples
    --------
    >>> import legato as lg
    >>> lg.device("cpu")
    legato.device('cpu:0')
    """

    def __init__(self):
        raise TypeError("get a device by name: legato.device('cpu:0')")

    @property
    def name(self):
        return lg_device_name(self._h).decode()

    def __repr__(self):
        return f"legato.device({self.name!r})"

    def __str__(self):
        return self.name

    def __eq__(self, other):
        return isinstance(other, Device) and (<Device>other)._h == self._h

    def __hash__(self):
        return hash(<size_t>self._h)

    def __reduce__(self):
        return device, (self.name,)


cdef Device _wrap(const lg_device_t *handle):
    cdef Device result = Device.__new__(Device)
    result._h = handle
    return result


def device(str name not None):
    """Find a device by name.

    Parameters
    ----------
    name : str
        ``"cpu:0"``; without ``:ordinal`` the first of its kind.

    Returns
    -------
    Device

    Raises
    ------
    NotFoundError
        There is no such device; the message lists those there are.

    Examples
    --------
    >>> import legato as lg
    >>> lg.device("cpu:0").name
    'cpu:0'
    """
    cdef const lg_device_t *handle
    cdef lg_error_t err
    cdef bytes encoded = name.encode()
    check(lg_device_find(context, encoded, &handle, &err), &err)
    return _wrap(handle)


def devices():
    """List all devices.

    Returns
    -------
    list of Device
        ``cpu:0`` first, then those of plugins in the order of loading.

    Examples
    --------
    >>> import legato as lg
    >>> lg.devices()[0]
    legato.device('cpu:0')
    """
    cdef list found = []
    cdef const lg_device_t *handle = lg_device_at(context, 0)
    while handle != NULL:
        found.append(_wrap(handle))
        handle = lg_device_at(context, <unsigned int>len(found))
    return found


def load_plugin(path):
    """Load a plugin and open its devices.

    Parameters
    ----------
    path : str or os.PathLike
        The shared library. Only this file is loaded; nothing is searched.

    Returns
    -------
    Device
        The plugin's first device.

    Raises
    ------
    OSError
        The library cannot be loaded; the message has the loader's reason.
    LegatoError
        It is no legato plugin, speaks another ABI version, or is loaded already.

    Examples
    --------
    >>> import legato as lg
    >>> npu = lg.load_plugin("vendor_npu.so")  # doctest: +SKIP
    """
    cdef const lg_device_t *first
    cdef lg_error_t err
    cdef bytes encoded = os.fsencode(os.path.abspath(path))
    check(lg_plugin_load(context, encoded, &first, &err), &err)
    return _wrap(first)
