"""Puts itself in the place of the candidate's module: names that ask the worker, which is where the candidate is.

The tests decide in this process, which never runs what the candidate is made of. What it answers is data; where its own code
would have decided (an `__eq__` that is told the expected value), and where the tests do what is not the same from one process
to another, is told to the judge.
"""
import atexit
import builtins
import importlib
import os
import sys
import types

import coppice_records
import coppice_shared
from coppice_crossing import ENDED, Lost, Peer
from coppice_exceptions import class_in
from coppice_objects import ARITHMETIC, COMPARING, SPECIALS, Proxy, ProxyClass
from coppice_values import Uncrossable

MOST_NOTES, LONGEST_NOTE = 5, 200
NAMED = ('__name__', '__qualname__', '__module__', '__doc__')
# What `functools.wraps` looks for.
WRAPPED = ('__annotations__', '__annotate__', '__dict__', '__type_params__')
# Whoever controls these decides what has passed.
FRAMEWORKS = ('unittest', 'pytest', '_pytest', 'pluggy', 'doctest', 'hypothesis', 'coppice')
UNTOLD = (('abc', 'ABC'), ('typing', 'Generic'), ('typing', 'Protocol'))
BEYOND = (SystemExit, KeyboardInterrupt, GeneratorExit, BaseException)
ROOT = os.path.realpath(os.getcwd()) + os.sep


def is_of_framework(module):
    package = module.partition('.')[0]
    return package in FRAMEWORKS or package.startswith('coppice_')


def is_of_workspace(module):
    file = getattr(sys.modules.get(module), '__file__', None)
    return type(file) is str and os.path.realpath(file).startswith(ROOT) and 'site-packages' not in file


def text_of(error):
    text = vars(error).get('_coppice_text')
    return BaseException.__str__(error) if text is None else text


def made_here(error, *args, **named):
    peer.doubt(f'the tests make a {type(error).__name__} themselves')
    BaseException.__init__(error, *args)


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


def is_guarded(kind):
    if issubclass(kind, (types.FrameType, types.TracebackType, types.CodeType)):
        return True
    return any(is_of_framework(base.__module__) for base in kind.__mro__)


class StandIn(Peer):
    """The side of the tests: what comes from the other is data, and what it may do here is little."""

    def __init__(self):
        super().__init__()
        self.notes = {}
        self.lost = None
        self.functions = {}
        self.exported = set()
        self.asked = set()
        self.loading = False
        self.module = None
        self.public = []
        self.others = []
        self.offered = set()
        atexit.register(self.end)

    # What the judge is told.

    def note(self, event, text):
        said = self.notes.setdefault(event, set())
        if len(said) < MOST_NOTES and text not in said:
            said.add(text)
            coppice_records.record(event=event, text=ascii(text)[1:-1][:LONGEST_NOTE])

    def doubt(self, text):
        if not self.loading:
            self.note('doubt', text)

    def lose(self, why):
        self.lost = why
        self.note('lost' if why == ENDED else 'nonsense', why)
        return Lost(f'the process of the candidate {why}')

    def end(self):
        if self.module is None:
            return
        sources = coppice_shared.sources(name for name in list(sys.modules) if is_of_workspace(name) and name != self.module.__name__)
        for name in sorted(set(sources) & {name for name in self.others if type(name) is str}):
            if coppice_shared.does_something(sources[name]):
                self.doubt(f'the tests and the candidate both use {name}')
        for text in coppice_shared.reasons(sources, self.module.__name__):
            self.doubt(text)
        words = coppice_shared.words(sources)
        for kind, name in sorted(self.asked):
            if kind not in words:
                self.note('decided', f'{kind}.{name}')
        for name in coppice_shared.shadowed(sources, self.public):
            if self.is_theirs(name):
                self.note('decided', f'{name}, which is not the usual one,')
        self.note('told', '')

    def is_theirs(self, name):
        try:
            value = getattr(self.module, name)
        except (AttributeError, Lost):
            return False
        return type(value) in (types.FunctionType, ProxyClass) or isinstance(value, Proxy)

    # Asking.

    def ask(self, what, target=None, args=(), named={}, name=None):
        if self.lost is not None:
            raise Lost(f'the process of the candidate {self.lost}')
        return super().ask(what, target, args, named, name)

    def attached(self, message):
        for text in message.pop('doubts', []):
            self.doubt(str(text))
        for name, stream in (('out', sys.stdout), ('err', sys.stderr)):
            text = message.pop(name, '')
            if type(text) is str and text:
                stream.write(text)

    def get(self, proxy, name):
        value = super().get(proxy, name)
        kind = proxy if type(proxy) is ProxyClass else type(proxy)
        if name[:2] == '__' and name not in NAMED:
            self.doubt(f'{name} of a {kind.__name__} is looked at')
        if isinstance(value, Proxy) and '__call__' in vars(type(value)):
            # A method of what the tests do not name may be asked in place of one of str or list, and told what they expect.
            if self.is_exported(kind):
                self.asked.add((kind.__name__, name))
            else:
                self.note('decided', f'{kind.__name__}.{name}')
        return value

    def special(self, name, proxy, args):
        if name in COMPARING or name in ARITHMETIC:
            self.note('decided', f'{type(proxy).__name__}.{name}')
        value = super().special(name, proxy, args)
        if name == '__exit__' and value:
            # What failed in its block does not fail the test.
            self.note('decided', f'{type(proxy).__name__}.{name}')
        return value

    def is_exported(self, kind):
        return kind in self.exported

    # What the candidate's process tells of.

    def proxy(self, number, kind):
        made = super().proxy(number, kind)
        # What can be called or gone through is here what it is there.
        if not {'__call__', '__next__'} & set(vars(kind)):
            if not self.is_exported(kind):
                self.doubt(f'a {kind.__name__} does not cross')
            elif '_coppice_more' in vars(kind):
                self.doubt(f'{kind.__name__} is a {vars(kind)["_coppice_more"]}')
        return made

    def decode_class(self, number, info=None):
        made = super().decode_class(number, info)
        if self.loading:
            self.exported.add(made)
        return made

    def bases_of(self, names, namespace):
        known = []
        for module, qualname in names:
            base = self.named.get((module, qualname))
            if base is None and module == 'builtins' and issubclass(getattr(builtins, qualname), BaseException):
                base = getattr(builtins, qualname)
            if base is not None and not any(issubclass(each, base) for each in known):
                known.append(base)
            elif base is None and (module, qualname) not in UNTOLD:
                namespace.setdefault('_coppice_more', str(qualname))
        errors = [base for base in known if issubclass(base, BaseException)]
        if errors:
            namespace.update(__init__=made_here, __str__=text_of)
        return tuple(errors or known or [Proxy])

    def decode_module(self, name):
        if coppice_shared.is_harmless(name, set()) and not is_of_framework(name):
            return importlib.import_module(name)
        self.doubt(f'the module {name} is looked at')
        if name in sys.modules and not is_of_framework(name):
            return sys.modules[name]
        raise Uncrossable(f'the module {name} is not here')

    def error_class(self, names):
        for at, (module, qualname) in enumerate(names):
            found = self.named.get((module, qualname)) or class_in(module, qualname)
            if found is None or is_of_framework(found.__module__) or not (issubclass(found, Exception) or found in BEYOND):
                continue
            if at > 0 or found in (MemoryError, RecursionError):
                self.doubt(f'a {names[0][1]} does not cross')
            return found
        raise ValueError('no exception')

    def make_error(self, kind, args):
        if kind not in self.exported:
            return super().make_error(kind, args)
        error = kind.__new__(kind, *args)
        error.args = tuple(args)
        return error

    # The candidate's module.

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
        names.update((name, self.stand_in(name, proxy, doc, is_async)) for name, proxy, doc, is_async in functions)
        vars(module).update((name, part) for name, part in names.items() if name[:2] != '__')
        vars(module)['__all__'] = self.public = list(public)
        module.__class__ = StandInModule
        self.note('loaded', module.__name__)

    def stand_in(self, name, proxy, doc, is_async):
        if is_async:
            async def function(*args, **named):
                self.doubt(f'{name} is asynchronous')
                return self.ask('await', proxy, args, named)
        else:
            def function(*args, **named):
                return self.ask('call', proxy, args, named)
        function.__name__ = function.__qualname__ = name
        function.__module__, function.__doc__ = self.module.__name__, doc
        self.functions[function] = proxy
        return function

    # What is asked of the tests.

    def offer(self, value):
        kind = type(value)
        # A mock may be called, but not made: it can be made to equal everything.
        kinds = [] if kind.__module__ == 'unittest.mock' else [kind]
        kinds.append(value if isinstance(value, type) else type(getattr(value, '__self__', None)))
        is_function = kind is types.FunctionType
        if any(map(is_guarded, kinds)) or (is_function and is_of_framework(str(value.__module__))):
            raise Uncrossable(f'a {kind.__name__} does not cross')
        if isinstance(value, type) or not (callable(value) or hasattr(kind, '__next__')):
            self.doubt(f'a {kind.__name__} of the tests does not cross')
        if is_function and value.__name__.startswith('test'):
            # It may be run, or not.
            self.note('decided', f'use of {value.__name__}')
        self.offered.add(id(value))

    def given(self, number):
        value = super().given(number)
        # Its class has a number too, and is not to be called.
        if id(value) not in self.offered:
            raise ValueError('no object')
        return value

    def forget(self, number):
        self.offered.discard(id(self.objects.get(number)))
        super().forget(number)

    def perform(self, what, target, name, args, named):
        if id(target) not in self.offered:
            raise AttributeError('that is not to be had from here')
        if what == 'call' and callable(target):
            return target(*args, **named)
        if what == 'special' and name in SPECIALS:
            return getattr(type(target), name)(target, *args)
        if what in ('get', 'set', 'delete') and self.is_open(target, name):
            if what == 'get':
                return getattr(target, name)
            if what == 'delete':
                return delattr(target, name)
            if callable(args[0]) or isinstance(args[0], Proxy):
                self.note('decided', f'{type(target).__name__}.{name}')
            return setattr(target, name, args[0])
        if what == 'get' and name not in WRAPPED:
            self.doubt(f'{name} of a {type(target).__name__} of the tests is looked at')
        raise AttributeError(f'{name} is not to be had from here')

    def is_open(self, target, name):
        if name in NAMED:
            return callable(target)
        return name[:1] != '_' and is_of_workspace(type(target).__module__)

    def keep(self, error):
        self.offered.add(id(error))
        return self.number_of(error)

    def encode_object(self, value, scope, depth):
        known = self.functions.get(value) if type(value) is types.FunctionType else None
        return super().encode_object(value if known is None else known, scope, depth)


peer = StandIn()
