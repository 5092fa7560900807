"""Puts itself in the place of the candidate's module, in the tests of unittest and pytest (coppice_standin.py)."""
import atexit
import os
import sys
import types

import coppice_records
import coppice_shared
from coppice_crossing import Lost
from coppice_objects import Proxy, ProxyClass
from coppice_standin import StandIn

ROOT = os.path.realpath(os.getcwd()) + os.sep


def is_of_workspace(module):
    file = getattr(sys.modules.get(module), '__file__', None)
    return type(file) is str and os.path.realpath(file).startswith(ROOT) and 'site-packages' not in file


class StandInModule(types.ModuleType):
    """What is not a function or a class of the candidate's is asked for each time: it may have changed."""

    def __getattr__(self, name):
        return peer.ask('get', None, name=name)

    def __setattr__(self, name, value):
        if name in vars(self) or name[:2] == '__' or isinstance(value, types.ModuleType):
            super().__setattr__(name, value)
        if name[:2] != '__' and not isinstance(value, types.ModuleType):
            peer.doubt(f'{name} of the candidate is replaced')
            peer.ask('set', None, (value,), name=name)

    def __delattr__(self, name):
        if name in vars(self):
            super().__delattr__(name)
        peer.doubt(f'{name} of the candidate is removed')
        peer.ask('delete', None, name=name)


class ModuleStandIn(StandIn):
    def __init__(self):
        super().__init__()
        self.module = None
        self.public = []
        self.others = []
        atexit.register(self.end)

    def is_of_tests(self, module):
        return is_of_workspace(module)

    def load(self, module):
        if self.module is not None:
            self.doubt('it is loaded under two names')
            raise ImportError(f'{self.module.__name__} is loaded already')
        if coppice_records.key is None:
            raise ImportError('the tests are run in more than one process')
        self.module = module
        self.loading = True
        try:
            classes, functions, public, others = self.ask('load', None, (list(sys.path),), name=module.__name__)
        except BaseException as error:
            self.note('unloaded', f'{type(error).__name__}: {error}')
            raise ImportError(f'the candidate could not be loaded: {error}') from None
        finally:
            self.loading = False
        self.others = others
        names = {name: kind for name, kind in classes}
        names.update((name, self.stand_in(module.__name__, name, *more)) for name, *more in functions)
        vars(module).update((name, part) for name, part in names.items() if name[:2] != '__')
        vars(module)['__all__'] = self.public = list(public)
        module.__class__ = StandInModule
        self.note('loaded', module.__name__)

    def end(self):
        if self.module is None:
            return
        sources = coppice_shared.sources(name for name in list(sys.modules) if is_of_workspace(name) and name != self.module.__name__)
        for name in sorted(set(sources) & {name for name in self.others if type(name) is str}):
            if coppice_shared.does_something(sources[name]):
                self.doubt(f'the tests and the candidate both use {name}')
        for name in coppice_shared.shadowed(sources, self.public):
            if self.is_theirs(name):
                self.note('decided', f'{name}, which is not the usual one,')
        self.conclude(sources, self.module.__name__)

    def is_theirs(self, name):
        try:
            value = getattr(self.module, name)
        except (AttributeError, Lost):
            return False
        return type(value) in (types.FunctionType, ProxyClass) or isinstance(value, Proxy)


peer = ModuleStandIn()
