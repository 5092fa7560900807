"""What crosses between the tests and a candidate that are in processes of their own: JSON behind its length, on descriptor 4.

Values of exactly the types below cross as data, and lists, dicts and the like have their new contents after a call. Everything
else stays where it is: the other side gets a proxy that asks. Only one side runs at a time; while it waits for an answer it
answers itself what the other side asks.
"""
import builtins
import collections
import importlib
import json
import os
import struct
import sys
import threading
import types
import weakref

WIRE = 4
ENDED = 'ended'
MOST_BYTES = 8 << 20
DEEPEST, MOST_NESTED, MOST_OBJECTS, LONGEST_NAME = 100, 50, 100_000, 200
LARGEST = 1 << 1000
# Taken now: tests and candidates may put something else in their place.
dumps, loads, read, write, references = json.dumps, json.loads, os.read, os.write, sys.getrefcount

BINARY = ('add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'divmod', 'pow', 'matmul', 'and', 'or', 'xor', 'lshift', 'rshift')
ARITHMETIC = frozenset(f'__{side}{name}__' for name in BINARY for side in ('', 'r', 'i'))
COMPARING = frozenset(f'__{name}__' for name in ('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'contains', 'bool'))
TOLD = ('__str__', '__repr__', '__format__')
SPECIALS = ARITHMETIC | COMPARING | frozenset(TOLD) | frozenset(
    f'__{name}__'
    for name in (
        *('len', 'iter', 'next', 'reversed', 'getitem', 'setitem', 'delitem', 'call', 'enter', 'exit', 'hash'),
        *('int', 'float', 'complex', 'index', 'round', 'abs', 'neg', 'pos', 'invert', 'bytes'),
    )
)
CONSTANTS = {'NotImplemented': NotImplemented, 'Ellipsis': Ellipsis}


def with_zone(parts, zone):
    return (*parts, zone) if zone is None or type(zone).__name__ == 'timezone' else None


# Immutable values: the module of the type, and what it is made from; None where it is more than that.
VALUES = {
    'complex': ('builtins', lambda value: (value.real, value.imag)),
    'range': ('builtins', lambda value: (value.start, value.stop, value.step)),
    'slice': ('builtins', lambda value: (value.start, value.stop, value.step)),
    'Decimal': ('decimal', lambda value: (str(value),)),
    'Fraction': ('fractions', lambda value: (value.numerator, value.denominator)),
    'date': ('datetime', lambda value: (value.year, value.month, value.day)),
    'time': ('datetime', lambda value: with_zone((value.hour, value.minute, value.second, value.microsecond), value.tzinfo)),
    'datetime': (
        'datetime',
        lambda value: with_zone(
            (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond), value.tzinfo
        ),
    ),
    'timedelta': ('datetime', lambda value: (value.days, value.seconds, value.microseconds)),
    'timezone': ('datetime', lambda value: value.__getinitargs__()),
    'UUID': ('uuid', lambda value: (str(value),)),
}
SEQUENCES = {'list': list, 'set': set, 'deque': collections.deque}
MAPPINGS = {
    'dict': dict,
    'Counter': collections.Counter,
    'OrderedDict': collections.OrderedDict,
    'defaultdict': collections.defaultdict,
}
CONTAINERS = {kind: tag for tag, kind in {**SEQUENCES, **MAPPINGS, 'bytearray': bytearray}.items()}


NONSENSE = (TypeError, ValueError, LookupError, AttributeError, RecursionError, OverflowError, MemoryError, ArithmeticError)


class Lost(RuntimeError):
    """The other side has ended, or what it says makes no sense."""


class Uncrossable(TypeError):
    pass


class Scope:
    """The mutable containers that a request and its reply have in common: both sides number them in the order they come."""

    def __init__(self):
        self.objects = []
        self.numbers = {}

    def add(self, value):
        self.numbers[id(value)] = len(self.objects)
        self.objects.append(value)
        return value


def special(name):
    def method(self, *args):
        return peer_of(self).special(name, self, args)

    method.__name__ = name
    return method


def call(self, *args, **named):
    return peer_of(self).ask('call', self, args, named)


def peer_of(proxy):
    return type(proxy)._coppice_peer


class ProxyClass(type):
    """Of the proxies for the objects of one class of the other side, for which it stands where that class has a name here."""

    def __call__(cls, *args, **named):
        if '_coppice_number' not in vars(cls):
            raise TypeError(f'{cls.__name__} is derived from what is not here')
        return cls._coppice_peer.ask('call', cls, args, named)

    def __getattr__(cls, name):
        return cls._coppice_peer.get(cls, name)

    def __setattr__(cls, name, value):
        cls._coppice_peer.ask('set', cls, (value,), name=name)

    def __getitem__(cls, key):
        return cls._coppice_peer.special('__getitem__', cls, (key,))

    def __iter__(cls):
        return cls._coppice_peer.special('__iter__', cls, ())

    def __len__(cls):
        return cls._coppice_peer.special('__len__', cls, ())

    def __bool__(cls):
        return True


class Proxy(metaclass=ProxyClass):
    __slots__ = ('_coppice_own', '__weakref__')

    def __init_subclass__(cls, **named):
        if '_coppice_number' not in vars(cls):
            cls._coppice_peer.doubt(f'a class is derived from {cls.__mro__[1].__name__}')

    def __getattr__(self, name):
        return peer_of(self).get(self, name)

    def __setattr__(self, name, value):
        peer_of(self).ask('set', self, (value,), name=name)

    def __delattr__(self, name):
        peer_of(self).ask('delete', self, name=name)

    def __reduce_ex__(self, protocol):
        peer_of(self).doubt(f'a {type(self).__name__} is copied')
        raise TypeError(f'a {type(self).__name__} is not here, and so can not be copied')

    def __del__(self):
        peer_of(self).freed.add(self._coppice_own)


def specials_of(kind):
    parts = {}
    for base in reversed(kind.__mro__):
        if base is not object:
            parts.update((name, part) for name, part in vars(base).items() if name in SPECIALS)
    names = {name for name, part in parts.items() if part is not None}
    return sorted(names | set(TOLD) | ({'__bool__'} if '__len__' in names else set()))


def is_encodable(text):
    try:
        text.encode()
        return True
    except UnicodeEncodeError:
        return False


def known_type(name):
    """A type whose values cross; None where there is none of this name."""
    found = SEQUENCES.get(name) or MAPPINGS.get(name)
    return getattr(importlib.import_module(VALUES[name][0]), name) if name in VALUES else found


def named_builtin(value):
    name = getattr(value, '__name__', None)
    return name if type(name) is str and getattr(builtins, name, None) is value else None


class Peer:
    def __init__(self):
        # Objects of this side that the other has proxies for, and the other way round.
        self.objects = {}
        self.numbers = {}
        self.next = 0
        self.proxies = weakref.WeakValueDictionary()
        # Classes of theirs, by number and by name.
        self.classes = {}
        self.named = {}
        self.described = set()
        self.freed = set()
        self.nested = 0
        self.lock = threading.RLock()

    # What each side does in its own way.

    def doubt(self, text):
        """Something that is not as it would be in one process."""

    def offer(self, value):
        """Before an object of this side is told of; may refuse."""

    def perform(self, what, target, name, args, named):
        raise NotImplementedError

    def attach(self, message):
        """Adds what the other side is to know by the way."""

    def attached(self, message):
        pass

    def error_class(self, names):
        raise NotImplementedError

    def decode_module(self, name):
        raise NotImplementedError

    def lose(self, why):
        """The error for whoever asks from now on."""
        return Lost(why)

    def get(self, proxy, name):
        return self.ask('get', proxy, name=name)

    def special(self, name, proxy, args):
        return self.ask('special', proxy, args, name=name)

    def bases_of(self, names, namespace):
        """What a class of the other side derives from, here."""
        return (Proxy,)

    # The wire.

    def send(self, message):
        self.attach(message)
        data = dumps(message, separators=(',', ':')).encode('ascii')
        if len(data) > MOST_BYTES:
            raise Uncrossable(f'{len(data)} bytes are too many')
        data = struct.pack('>I', len(data)) + data
        try:
            while data:
                data = data[write(WIRE, data):]
        except OSError:
            raise Lost(ENDED) from None

    def take(self, size):
        parts = []
        while size:
            try:
                part = read(WIRE, min(size, 1 << 20))
            except OSError:
                part = b''
            if not part:
                raise Lost(ENDED)
            parts.append(part)
            size -= len(part)
        return b''.join(parts)

    def receive(self):
        (size,) = struct.unpack('>I', self.take(4))
        if size > MOST_BYTES:
            raise Lost('says too much')
        message = loads(self.take(size))
        for number in message.pop('free'):
            self.forget(number)
        self.attached(message)
        return message

    def ask(self, what, target=None, args=(), named={}, name=None):
        with self.lock:
            if self.nested >= MOST_NESTED:
                raise RecursionError('calls back and forth are nested too deep')
            scope = Scope()
            message = {'ask': what, 'name': name, 'free': self.leaving()}
            try:
                message['of'] = self.encode(target, scope)
                message['args'] = [self.encode(each, scope, 'argument') for each in args]
                message['named'] = [[key, self.encode(each, scope, 'argument')] for key, each in named.items()]
                sent = len(scope.objects)
                self.send(message)
            except Lost as error:
                raise self.lose(str(error)) from None
            except Exception as error:
                self.doubt(str(error) if isinstance(error, Uncrossable) else f'a {type(error).__name__} on the way')
                raise
            self.nested += 1
            try:
                reply = self.reply()
                value = self.decode(reply['value'], scope) if 'value' in reply else None
                error = self.decode_error(reply['error'], scope) if 'value' not in reply else None
                for number, contents in reply['after']:
                    if not 0 <= number < sent:
                        raise ValueError(number)
                    self.refill(scope.objects[number], contents, scope)
            except Uncrossable as error:
                self.doubt(str(error))
                raise
            except NONSENSE as wrong:
                raise self.lose(f'says what makes no sense: {type(wrong).__name__}') from None
            except Lost as error:
                raise self.lose(str(error)) from None
            finally:
                self.nested -= 1
            if error is not None:
                try:
                    raise error
                finally:
                    # It holds this frame, and with it what was asked with.
                    del error
            return value

    def reply(self):
        while True:
            message = self.receive()
            if 'ask' not in message:
                return message
            self.answer(message)

    def answer(self, request):
        scope = Scope()
        args, named, kept = [], {}, None
        self.nested += 1
        try:
            target = self.decode(request['of'], scope)
            args = [self.decode(each, scope) for each in request['args']]
            named = {key: self.decode(each, scope) for key, each in request['named']}
            arrived = len(scope.objects)
            before = [dumps(self.contents(each, scope)) for each in scope.objects]
            kept = held(scope, arrived)
            reply = self.told(self.perform(request['ask'], target, request['name'], args, named), scope)
        except Lost:
            raise
        except BaseException as error:
            if isinstance(error, Uncrossable):
                self.doubt(str(error))
            reply = {'free': self.leaving(), 'error': self.encode_error(error, scope)}
        finally:
            self.nested -= 1
        if kept is None:
            reply['after'] = []
        else:
            after = [self.contents(each, scope) for each in scope.objects[:arrived]]
            reply['after'] = [[number, now] for number, now in enumerate(after) if dumps(now) != before[number]]
            del after
            if any(now > count for now, count in zip(held(scope, arrived), kept)):
                self.doubt('a list, dict or set of the tests is kept beyond the call')
        try:
            self.send(reply)
        except Uncrossable as error:
            self.doubt(str(error))
            self.send({'free': [], 'error': self.encode_error(error, Scope()), 'after': []})

    def told(self, value, scope):
        return {'free': self.leaving(), 'value': self.encode(value, scope, 'result')}

    def leaving(self):
        """Objects of theirs that are not in use here any more: asked before a message is made, which may give one back."""
        leaving, self.freed = sorted(self.freed), set()
        return leaving

    # Values.

    def encode(self, value, scope, place='value', depth=0):
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if kind is str:
            return value if is_encodable(value) else ['str', value.encode('utf-8', 'surrogatepass').hex()]
        if kind is int:
            return value if -LARGEST < value < LARGEST else ['int', hex(value)]
        if depth > DEEPEST:
            raise Uncrossable('a value is nested too deep')
        if kind is bytes:
            return ['bytes', value.hex()]
        if kind is tuple or kind is frozenset:
            return [kind.__name__, self.items(value, scope, place, depth)]
        tag = CONTAINERS.get(kind)
        if tag is not None:
            number = scope.numbers.get(id(value))
            if number is not None:
                return ['same', number]
            if self.shares(value, place):
                self.doubt('a list, dict or set is handed out that is in use elsewhere')
            return self.encode_container(tag, value, scope, place, depth)
        if kind.__name__ in VALUES and known_type(kind.__name__) is kind:
            parts = VALUES[kind.__name__][1](value)
            if parts is not None:
                return ['made', kind.__name__, self.items(parts, scope, 'argument', depth)]
        return self.encode_object(value, scope, depth)

    def shares(self, value, place):
        return place in ALONE and references(value) > ALONE[place]

    def encode_container(self, tag, value, scope, place, depth):
        scope.add(value)
        more = []
        if tag == 'deque':
            more = [value.maxlen]
        elif tag == 'defaultdict':
            more = [self.encode(value.default_factory, scope, 'argument', depth + 1)]
        return [tag, self.contents(value, scope, place, depth), *more]

    def contents(self, value, scope, place='argument', depth=0):
        if type(value) is bytearray:
            return value.hex()
        if isinstance(value, dict):
            inner = place if place == 'argument' else 'entry'
            return [
                [self.encode(key, scope, 'argument', depth + 1), self.encode(value[key], scope, inner, depth + 1)] for key in value
            ]
        return self.items(value, scope, place, depth)

    def items(self, value, scope, place, depth):
        inner = place if place == 'argument' else 'item'
        return [self.encode(each, scope, inner, depth + 1) for each in value]

    def encode_object(self, value, scope, depth):
        kind = type(value)
        if issubclass(kind, Proxy):
            return ['yours', value._coppice_own]
        if kind is ProxyClass:
            return ['yours', value._coppice_number]
        if kind is types.TracebackType:
            return None
        for name, constant in CONSTANTS.items():
            if value is constant:
                return ['builtin', name]
        if issubclass(kind, types.ModuleType):
            return ['module', value.__name__]
        if isinstance(value, type):
            name = named_builtin(value)
            if name:
                return ['builtin', name]
            if known_type(value.__name__) is value:
                return ['known', value.__name__]
            self.offer(value)
            return self.encode_class(value)
        if issubclass(kind, BaseException):
            return self.encode_error(value, scope, depth + 1)
        self.offer(value)
        return ['mine', self.number_of(value), self.encode_class(kind)]

    def encode_class(self, kind):
        number = self.number_of(kind)
        if number in self.described:
            return ['class', number]
        self.described.add(number)
        bases = [[base.__module__, base.__qualname__] for base in kind.__mro__[1:-1]]
        doc = kind.__doc__ if type(kind.__doc__) is str and is_encodable(kind.__doc__) else None
        return ['class', number, [kind.__module__, kind.__qualname__, specials_of(kind), doc, bases]]

    def number_of(self, value):
        number = self.numbers.get(id(value))
        if number is None:
            if len(self.objects) >= MOST_OBJECTS:
                raise Uncrossable('too many objects are in use')
            number = self.next
            self.next += 1
            self.objects[number] = value
            self.numbers[id(value)] = number
        return number

    def decode(self, data, scope, depth=0):
        if data is None or type(data) in (bool, int, str):
            return data
        if type(data) is float:
            if data == data:
                return data
            # Which one it is matters: in one process a list that holds it equals itself.
            self.doubt('a NaN crosses')
            return float('nan')
        if type(data) is not list or depth > DEEPEST + 3:
            raise ValueError('no value')
        tag, *rest = data
        if tag == 'str':
            return bytes.fromhex(rest[0]).decode('utf-8', 'surrogatepass')
        if tag == 'int':
            return int(rest[0], 16)
        if tag == 'bytes':
            return bytes.fromhex(rest[0])
        if tag == 'tuple':
            return tuple([self.decode(each, scope, depth + 1) for each in rest[0]])
        if tag == 'frozenset':
            return frozenset([self.decode(each, scope, depth + 1) for each in rest[0]])
        if tag == 'same':
            if rest[0] < 0:
                raise ValueError('no container')
            return scope.objects[rest[0]]
        if tag == 'made':
            return known_type(rest[0])(*[self.decode(each, scope, depth + 1) for each in rest[1]])
        if tag == 'known':
            return known_type(rest[0])
        if tag == 'yours':
            return self.given(rest[0])
        if tag == 'mine':
            return self.proxy(rest[0], self.decode_class(*rest[1][1:]))
        if tag == 'class':
            return self.decode_class(*rest)
        if tag == 'builtin':
            return self.decode_builtin(rest[0])
        if tag == 'module':
            return self.decode_module(rest[0])
        if tag == 'error':
            return self.decode_error(data, scope, depth + 1)
        return self.decode_container(tag, rest, scope, depth)

    def decode_container(self, tag, rest, scope, depth):
        if tag == 'bytearray':
            value = scope.add(bytearray())
        elif tag == 'deque':
            value = scope.add(collections.deque(maxlen=rest[1]))
        elif tag == 'defaultdict':
            value = scope.add(collections.defaultdict())
            value.default_factory = self.decode(rest[1], scope, depth + 1)
        else:
            value = scope.add((SEQUENCES.get(tag) or MAPPINGS[tag])())
        self.refill(value, rest[0], scope, depth)
        return value

    def refill(self, value, contents, scope, depth=0):
        kind = type(value)
        if kind is bytearray:
            value[:] = bytes.fromhex(contents)
        elif CONTAINERS[kind] in MAPPINGS:
            pairs = [(self.decode(key, scope, depth + 1), self.decode(each, scope, depth + 1)) for key, each in contents]
            value.clear()
            for key, each in pairs:
                value[key] = each
        else:
            items = [self.decode(each, scope, depth + 1) for each in contents]
            if kind is list:
                value[:] = items
                return
            value.clear()
            for each in items:
                (value.add if kind is set else value.append)(each)
            if kind is set and list(value) != items:
                self.doubt('a set has its members in another order')

    def given(self, number):
        """An object that the other side was told of."""
        return self.objects[number]

    def forget(self, number):
        self.numbers.pop(id(self.objects.pop(number, None)), None)

    def decode_builtin(self, name):
        if name in CONSTANTS:
            return CONSTANTS[name]
        value = getattr(builtins, name)
        if not isinstance(value, type):
            raise ValueError(name)
        return value

    def decode_class(self, number, info=None):
        if number in self.classes:
            return self.classes[number]
        module, qualname, specials, doc, bases = info
        if len(self.classes) >= MOST_OBJECTS or type(number) is not int or len(qualname) > LONGEST_NAME:
            raise ValueError('no class')
        namespace = {'__module__': str(module), '__qualname__': str(qualname), '__doc__': doc}
        found = self.bases_of(bases, namespace)
        name = qualname.rpartition('.')[2]
        if issubclass(found[0], BaseException):
            made = type(name, found, namespace)
        else:
            parts = {each: special(each) for each in specials if each in SPECIALS}
            if '__call__' in parts:
                parts['__call__'] = call
            if '__eq__' in parts and '__hash__' not in parts:
                parts['__hash__'] = None
            more = {'__slots__': (), '_coppice_number': number, '_coppice_peer': self}
            made = type.__new__(ProxyClass, name, found, {**namespace, **parts, **more})
        self.classes[number] = made
        if module != 'builtins':
            self.named[module, qualname] = made
        return made

    def proxy(self, number, kind):
        known = self.proxies.get(number)
        if known is not None and type(known) is kind:
            return known
        if type(number) is not int or not issubclass(kind, Proxy):
            raise ValueError('no object')
        made = object.__new__(kind)
        object.__setattr__(made, '_coppice_own', number)
        self.freed.discard(number)
        self.proxies[number] = made
        return made

    # Exceptions.

    def encode_error(self, error, scope, depth=0):
        kind = type(error)
        original = vars(error).get('_coppice_original')
        if original is not None:
            return ['error', original]
        known = [base for base in kind.__mro__ if issubclass(base, BaseException) and base is not Uncrossable]
        names = [[base.__module__, base.__qualname__] for base in known]
        try:
            text = str(error)[:10_000]
            text = text if is_encodable(text) else ascii(text)
        except Exception:
            text = ''
        try:
            given = error.args
            if isinstance(error, OSError) and error.filename is not None and len(given) == 2:
                given = (*given, error.filename)
            args = [self.encode(each, scope, 'argument', depth + 1) for each in given]
            state = [[key, self.encode(each, scope, 'argument', depth + 1)] for key, each in vars(error).items() if key[:9] != '_coppice_']
            cause = error.__cause__
            caused = None if cause is None or depth > 3 else self.encode_error(cause, scope, depth + 1)
        except Uncrossable:
            self.doubt(f'a {kind.__name__} holds what does not cross')
            args, state, caused = [text], [], None
        return ['error', self.keep(error), names, args, state, text, caused]

    def keep(self, error):
        """A number for an exception that may come back; None where it may not."""

    def decode_error(self, data, scope, depth=0):
        tag, original, *rest = data
        if tag != 'error':
            raise ValueError('no exception')
        if not rest:
            error = self.objects[original]
            if not isinstance(error, BaseException):
                raise ValueError('no exception')
            return error
        names, args, state, text, cause = rest
        args = [self.decode(each, scope, depth + 1) for each in args]
        state = {key: self.decode(each, scope, depth + 1) for key, each in state}
        kind = self.error_class(names)
        error = self.make_error(kind, args)
        for key, value in state.items():
            if type(key) is str and key[:2] != '__':
                error.__dict__[key] = value
        error.__dict__['_coppice_text'] = str(text)
        if original is not None:
            error.__dict__['_coppice_original'] = original
        if cause is not None and depth < 5:
            error.__cause__ = self.decode_error(cause, scope, depth + 1)
        return error

    def make_error(self, kind, args):
        if kind.__module__ == 'builtins':
            try:
                return kind(*args)
            except Exception:
                pass
        error = kind.__new__(kind, *args)
        error.args = tuple(args)
        return error


def class_in(module, qualname):
    found = sys.modules.get(module)
    for part in qualname.split('.'):
        found = vars(found).get(part) if found is not None and hasattr(found, '__dict__') else None
    return found if isinstance(found, type) else None


def held(scope, count):
    return [references(each) for each in scope.objects[:count]]


class Measuring(Peer):
    """Counts the references to containers that nobody else has, by their place; the interpreter has its own among them."""

    def __init__(self):
        super().__init__()
        self.counts = {}

    def shares(self, value, place):
        self.counts[place] = max(self.counts.get(place, 0), references(value))
        return False

    def perform(self, what, target, name, args, named):
        return target(*args, **named)


def fresh():
    return [[], ([],), {1: [], 2: []}]


ALONE = {}
measuring = Measuring()
measuring.told(measuring.perform('call', fresh, None, [], {}), Scope())
ALONE.update(measuring.counts)
