# SPDX-License-Identifier: Apache-2.0
"""Apps: runners by name, and the file that holds them."""

import os

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport uint32_t

from legato.core.context cimport context
from legato.core.engine cimport (
    LG_ABI,
    lg_app_close,
    lg_app_lane,
    lg_app_lane_name,
    lg_app_model,
    lg_app_model_count,
    lg_app_model_name,
    lg_app_open,
    lg_app_roles,
    lg_app_save,
    lg_app_t,
    lg_app_unit_name,
    lg_bind_t,
    lg_error_t,
    lg_lane_release,
    lg_lane_t,
    lg_model_t,
    lg_open_desc_t,
    lg_save_desc_t,
    lg_text_t,
)
from legato.core.errors cimport check
from legato.core.executor cimport RuleTable
from legato.core.lane cimport Lane, wrap_lane
from legato.core.program cimport Program
from legato.core.run cimport Runner, open_runner
from legato.core.spec cimport take_text

from legato.core.errors import ArgumentError, DTypeError, NotFoundError
from legato.core.executor import Executor
from legato.core.prices import load as load_prices
from legato.core.run import runner
from legato.core.unit import unit as find_unit


class App:
    """Runners by name: ``app.name``, ``app["name"]``. Callable itself when there is one; those that
    a choice is between do not count.

    Parameters
    ----------
    runners : dict of str to Runner
    lanes : dict of str to Lane, optional
    units : dict of str to Unit, optional
        Those that a file declares, beside those that the runners use.
    """

    def __init__(self, runners, *, lanes=None, units=None):
        self._runners = dict(runners)
        self._lanes = dict(lanes or {})
        self._units = dict(units or {})

    @property
    def lanes(self):
        """dict of str to Lane: the lanes that the runners use, by the names that a file has for them."""
        result = dict(self._lanes)
        for item in self._runners.values():
            for key, lane in _lanes_used(item):
                result.setdefault(key, lane)
        return result

    @property
    def units(self):
        """dict of str to Unit: the units that their ops hold."""
        import json

        result = dict(self._units)
        for line in self.roles:
            if line.startswith("unit "):
                name = json.JSONDecoder().raw_decode(line, len("unit "))[0]
                result.setdefault(name, find_unit(name))
        return result

    def __getattr__(self, name):
        if name.startswith("_") or name not in self._runners:
            raise AttributeError(f"there is no model {name!r}; there are {', '.join(self._runners)}")
        return self._runners[name]

    def __getitem__(self, name):
        if name not in self._runners:
            raise NotFoundError(f"there is no model {name!r}; there are {', '.join(self._runners)}")
        return self._runners[name]

    def __iter__(self):
        return iter(self._runners)

    def __len__(self):
        return len(self._runners)

    def __dir__(self):
        return [*super().__dir__(), *self._runners]

    def __call__(self, *args, **kwargs):
        names = [name for name in self._runners if not self._is_alternative(name)]
        if len(names) != 1:
            raise ArgumentError(f"the app has {len(self)} models: {', '.join(self._runners)}; call one")
        return self._runners[names[0]](*args, **kwargs)

    def _is_alternative(self, name):
        # Of a choice that was saved: "voice.0" of "voice".
        whole, _, number = name.rpartition(".")
        return number.isdigit() and whole in self._runners and len(self._runners[whole].alternatives) > 0

    @property
    def roles(self):
        """list of str: the lanes and units that a file of the app declares, as it has them."""
        return _roles(list(self._runners.values()))

    def __repr__(self):
        return f"<legato.App of {', '.join(self._runners)}>"


def runners(*, executor=None, **named):
    """Make an app: runners under names.

    Parameters
    ----------
    executor : Executor, optional
        Decides how all of them run, where they have no opinion of their own: a runner is planned anew with it
        around its own executors. So they share its lanes and units.
    **named : Runner or Program
        The runners by name.

    Returns
    -------
    App

    Raises
    ------
    ArgumentError
        Two lanes of one name are used: a file knows them by name.

    Examples
    --------
    >>> import legato as lg
    >>> app = lg.runners(
    ...     double=lg.runner(lambda x: x + x, "f32[2]"), square=lg.runner(lambda x: x * x, "f32[2]")
    ... )
    >>> app.square(app.double([1.0, 2.0])).tolist()
    [4.0, 16.0]
    >>> lane = lg.Lane("pair", workers=2)
    >>> app = lg.runners(double=lg.record(lambda x: x + x, "f32[2]"), executor=lg.on(lane))
    >>> app.lanes["pair"] is lane
    True
    """
    if executor is not None and not isinstance(executor, Executor):
        raise DTypeError(f"runners: executor is {type(executor).__name__}, expected an Executor")
    for name, item in named.items():
        if isinstance(item, Program):
            named[name] = runner(item, executor=executor)
        elif not isinstance(item, Runner):
            raise DTypeError(f"runners: {name} is {type(item).__name__}, expected a Runner or a Program")
        elif executor is not None:
            named[name] = (<Runner>item).with_outer((executor,))
    if not named:
        raise ArgumentError("runners: give at least one runner by name")
    return _make_app(named)


cdef list _roles(list runners):
    cdef lg_text_t *text
    cdef lg_error_t err
    cdef lg_model_t **models = <lg_model_t **>PyMem_Calloc(len(runners), sizeof(void *))
    try:
        if models == NULL:
            raise MemoryError()
        for i, item in enumerate(runners):
            models[i] = (<Runner>item)._h
        check(lg_app_roles(models, len(runners), &text, &err), &err)
    finally:
        PyMem_Free(models)
    return take_text(text).splitlines()


cdef object _make_app(dict named):
    lanes = {}
    for item in named.values():
        for key, lane in _lanes_used(item):
            if lanes.setdefault(key, lane) is not lane:
                known = f"two lanes are called {key!r}; a file knows them by name"
                raise ArgumentError(f"{known}, give them names of their own")
    return App(named)


cdef list _lanes_used(Runner item):
    # Pairs of name and Lane: that rules may name, and where executors placed ops.
    cdef list result = [(key.decode(), lane) for key, lane in item.lanes.items()]
    if item.policy is not None:
        result += [(lane.name, lane) for lane in item.policy.entries.values() if isinstance(lane, Lane)]
    return result


def save(path, app, *, portable=False, prepack=False):
    """Write runners to a ``.legato`` file.

    The file is a safetensors file that holds programs, weights, rules, the lanes (as they were asked for)
    and units that they name, which passes are off, and for which shapes there are plans; :func:`load` opens
    it, and ``lg_app_open`` in C. Weights that runners share are
    written once. It appears whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
    app : Runner, App or dict of str to Runner
        A single runner is saved under the name ``main``.
    portable : bool, default False
        Nothing in the file tells what ran before: the shapes are those that were asked for by ``run.plan``.
        Two files of the same programs, weights and options are then the same byte for byte.
    prepack : bool, default False
        Write weights a second time, in the layouts that kernels of this machine want for the shapes that
        there are plans for: opening the file takes no time for that, and processes share the memory.
        Elsewhere they are left aside. The file grows by ``run.plan().packed``. Not with ``portable``.

    Raises
    ------
    OSError
        The file cannot be written.
    ArgumentError
        A name has other characters than letters, digits, ``_``, ``.`` and ``-``; both options are set.

    Examples
    --------
    >>> import legato as lg, os, tempfile
    >>> run = lg.runner(lambda x: lg.tanh(x), "f32[2]")
    >>> file = os.path.join(tempfile.mkdtemp(), "tanh.legato")
    >>> lg.save(file, run)
    >>> lg.load(file)(lg.tensor([0.0, 0.0])).tolist()
    [0.0, 0.0]
    """
    cdef lg_error_t err
    cdef const char **names
    cdef lg_model_t **models
    cdef size_t count
    cdef lg_save_desc_t desc
    desc.size = sizeof(lg_save_desc_t)
    desc.abi = LG_ABI
    desc.portable = bool(portable)
    desc.prepack = bool(prepack)
    if isinstance(app, Runner):
        app = {"main": app}
    items = {name: app[name] for name in app} if isinstance(app, (dict, App)) else None
    if not items or not all(isinstance(item, Runner) for item in items.values()):
        raise DTypeError("save: expected a Runner, an App, or a dict of names to Runners")
    encoded = [str(name).encode() for name in items]
    runners = list(items.values())
    count = len(runners)
    names = <const char **>PyMem_Calloc(count, sizeof(void *))
    models = <lg_model_t **>PyMem_Calloc(count, sizeof(void *))
    try:
        if names == NULL or models == NULL:
            raise MemoryError()
        for i in range(count):
            names[i] = <const char *>encoded[i]
            models[i] = (<Runner>runners[i])._h
        target = os.fsencode(path)
        check(lg_app_save(target, names, models, count, &desc, &err), &err)
    finally:
        PyMem_Free(names)
        PyMem_Free(models)


def load(path, *, strict=False, bind=None):
    """Open a ``.legato`` file.

    The file is mapped, its weights are not copied, and processes that open it share them. It is not trusted:
    everything in it is checked.

    Lanes that the file names are roles: each gets the lane that ``bind`` has for it, else one is made where
    this machine can honour what the role asks for. Such lanes end with the last runner of the app. Units are
    found by name, and made where there is none.

    Parameters
    ----------
    path : str or os.PathLike
    strict : bool, default False
        Inputs whose shapes the file has no plan for are an error instead of being planned when they come.
    bind : dict of str to Lane, optional
        Lanes for the roles of the file, by name; ``"*"`` stands for any run of characters in a name.

    Returns
    -------
    App
        Runners by name, with ``lanes`` and ``units``; callable itself when there is one.

    Raises
    ------
    OSError
        The file cannot be opened.
    FormatError
        It is no ``.legato`` file, or damaged; the message says what is wrong and where.
    NotFoundError
        A rule in it names a device that is not there (load its plugin first), or a program an op that is not
        registered; lanes that this machine cannot make and nobody gave (the message lists them); a name in
        ``bind`` that the file has no lane for.
    AlreadyExistsError
        There is a unit of a name in the file, with another capacity.
    UnsupportedError
        The file requires what this version does not have.

    Examples
    --------
    >>> import legato as lg, os, tempfile
    >>> run = lg.runner(lambda x: lg.tanh(x), "f32[n]")
    >>> plan = run.plan("f32[2]")
    >>> file = os.path.join(tempfile.mkdtemp(), "tanh.legato")
    >>> lg.save(file, run)
    >>> lg.load(file, strict=True).main.signatures
    [((2,),)]
    """
    load_prices()
    cdef lg_error_t err
    cdef lg_open_desc_t desc
    cdef lg_app_t *app
    cdef lg_model_t *model
    cdef lg_lane_t *lane
    cdef const char *name
    desc.size = sizeof(lg_open_desc_t)
    desc.abi = LG_ABI
    desc.context = context
    desc.plugins = NULL
    desc.plugin_count = 0
    desc.strict = bool(strict)
    cdef RuleTable table = _binds(bind)
    desc.binds = <const lg_bind_t *>table.binds
    desc.bind_count = len(table.lanes)
    encoded = os.fsencode(path)
    check(lg_app_open(encoded, &desc, &app, &err), &err)
    try:
        lanes, runners = {}, {}
        while (name := lg_app_lane_name(app, <uint32_t>len(lanes))) != NULL:
            check(lg_app_lane(app, name, &lane, &err), &err)
            try:
                lanes[name.decode()] = wrap_lane(lane)
            finally:
                lg_lane_release(lane)
        for i in range(lg_app_model_count(app)):
            check(lg_app_model(app, lg_app_model_name(app, i), &model, &err), &err)
            runners[lg_app_model_name(app, i).decode()] = open_runner(model)
        units = {}
        while (name := lg_app_unit_name(app, <uint32_t>len(units))) != NULL:
            units[name.decode()] = find_unit(name.decode())
    finally:
        with nogil:
            lg_app_close(app)
    return App(runners, lanes=lanes, units=units)


cdef RuleTable _binds(object bind):
    if bind is None:
        bind = {}
    if not isinstance(bind, dict):
        raise DTypeError(f"load: bind is {type(bind).__name__}, expected a dict of names to Lanes")
    for name, lane in bind.items():
        if not isinstance(name, str) or not isinstance(lane, Lane):
            raise DTypeError(f"load: bind has {name!r:.100}: {lane!r:.100}, expected a name and a Lane")
    return RuleTable([], None, bind)
