"""Stands in for the candidate where the tests are: names that ask the worker, which is where the candidate is.

The tests decide in this process, which never runs what the candidate is made of. What it answers is data; where its own code
would have decided (an `__eq__` that is told the expected value), and where the tests do what is not the same from one process
to another, is told to the judge.
"""
import builtins
import importlib
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
PLAIN = (type(None), bool, int, float, complex, str, bytes)
DEEPEST = 5
BEYOND = (SystemExit, KeyboardInterrupt, GeneratorExit, BaseException)


def is_of_framework(module):
    package = module.partition('.')[0]
    return package in FRAMEWORKS or package.startswith('coppice_')


def text_of(error):
    text = vars(error).get('_coppice_text')
    return BaseException.__str__(error) if text is None else text


def made_here(peer):
    def made(error, *args, **named):
        peer.doubt(f'the tests make a {type(error).__name__} themselves')
        BaseException.__init__(error, *args)

    return made


def is_plain(value, depth=DEEPEST):
    kind = type(value)
    if kind is dict:
        value = [*value, *value.values()]
    elif kind not in (list, tuple, set, frozenset):
        return kind in PLAIN
    return depth > 0 and all(is_plain(each, depth - 1) for each in value)


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
        self.claiming = set()
        self.loading = False
        self.offered = set()

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

    def conclude(self, sources, candidate):
        """Tells what only the texts of the tests show, and that nothing more comes."""
        for text in coppice_shared.reasons(sources, candidate):
            self.doubt(text)
        words = coppice_shared.words(sources)
        for kind, name in sorted(self.asked):
            if kind not in words:
                self.note('decided', f'{kind}.{name}')
        # Whether these are of the project is not known here.
        for kind in self.claiming:
            if vars(kind).get('_coppice_equality') == candidate and kind.__name__ not in words:
                self.note('claims', kind.__name__)
        self.note('told', '')

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
        if name == '__eq__' and value is True and is_plain(args[0]):
            self.claiming.add(type(proxy))
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
            namespace.update(__init__=made_here(self), __str__=text_of)
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

    # The candidate's functions.

    def stand_in(self, module, name, proxy, doc, is_async):
        if is_async:
            async def function(*args, **named):
                self.doubt(f'{name} is asynchronous')
                return self.ask('await', proxy, args, named)
        else:
            def function(*args, **named):
                return self.ask('call', proxy, args, named)
        function.__name__ = function.__qualname__ = name
        function.__module__, function.__doc__ = module, doc
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
        return name[:1] != '_' and self.is_of_tests(type(target).__module__)

    def is_of_tests(self, module):
        """Whether the tests, or what they share with the candidate, have a class of this module."""
        raise NotImplementedError

    def keep(self, error):
        self.offered.add(id(error))
        return self.number_of(error)

    def encode_object(self, value, scope, depth):
        known = self.functions.get(value) if type(value) is types.FunctionType else None
        return super().encode_object(value if known is None else known, scope, depth)

