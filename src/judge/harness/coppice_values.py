"""The values that cross as data between the tests and a candidate (coppice_crossing.py), and how they are written as JSON.

Those of exactly the types below do; lists, dicts and the like are numbered, so that both sides know them again.
"""
import collections
import importlib
import sys

DEEPEST = 100
LARGEST = 1 << 1000
# Taken now: tests and candidates may put something else in its place.
references = sys.getrefcount
# The references to a container that nobody else has, by its place (coppice_crossing.py counts them).
ALONE = {}


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


class Values:
    """Writes and reads values. What is none of them is for whoever derives from this."""

    # What each side does in its own way.

    def doubt(self, text):
        """Something that is not as it would be in one process."""

    def encode_object(self, value, scope, depth):
        raise NotImplementedError

    def decode_object(self, tag, data, scope, depth):
        """What any other tag stands for."""
        raise NotImplementedError

    # Writing.

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

    # Reading.

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
        if tag in CONTAINERS.values():
            return self.decode_container(tag, rest, scope, depth)
        return self.decode_object(tag, data, scope, depth)

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
