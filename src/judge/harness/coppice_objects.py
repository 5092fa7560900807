"""Objects that stay where they are: the other side gets a proxy, which asks for whatever is done with it (coppice_crossing.py)."""
import builtins
import types
import weakref

from coppice_values import Uncrossable, Values, is_encodable, known_type

MOST_OBJECTS, LONGEST_NAME = 100_000, 200

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


def module_of_equality(kind):
    return next(base.__module__ for base in kind.__mro__ if '__eq__' in vars(base))


def named_builtin(value):
    name = getattr(value, '__name__', None)
    return name if type(name) is str and getattr(builtins, name, None) is value else None


class Objects(Values):
    """Knows the objects of this side that the other has proxies for, and the other way round."""

    def __init__(self):
        self.objects = {}
        self.numbers = {}
        self.next = 0
        self.proxies = weakref.WeakValueDictionary()
        # Classes of theirs, by number and by name.
        self.classes = {}
        self.named = {}
        self.described = set()
        self.freed = set()

    # What each side does in its own way.

    def offer(self, value):
        """Before an object of this side is told of; may refuse."""

    def decode_module(self, name):
        raise NotImplementedError

    def encode_error(self, error, scope, depth=0):
        raise NotImplementedError

    def bases_of(self, names, namespace):
        """What a class of the other side derives from, here."""
        return (Proxy,)

    # Objects of this side.

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
        return ['class', number, [kind.__module__, kind.__qualname__, specials_of(kind), doc, bases, module_of_equality(kind)]]

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

    def given(self, number):
        """An object that the other side was told of."""
        return self.objects[number]

    def forget(self, number):
        self.numbers.pop(id(self.objects.pop(number, None)), None)

    # Objects of the other side.

    def decode_object(self, tag, data, scope, depth):
        _, *rest = data
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
        raise ValueError('no value')

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
        module, qualname, specials, doc, bases, equality = info
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
            more = {'__slots__': (), '_coppice_number': number, '_coppice_peer': self, '_coppice_equality': equality}
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

    def leaving(self):
        """Objects of theirs that are not in use here any more: asked before a message is made, which may give one back."""
        leaving, self.freed = sorted(self.freed), set()
        return leaving
