"""Values drawn at random cross to another process and back, and are then what they were.

Arguments: the folder of the harness, a seed, how many values. Prints how many came back.
"""
import collections
import datetime
import decimal
import fractions
import os
import random
import socket
import struct
import sys
import uuid

sys.path.insert(0, sys.argv[1])
import coppice_crossing
from coppice_exceptions import class_in
from coppice_values import CONTAINERS

seed, count = int(sys.argv[2]), int(sys.argv[3])
draw = random.Random(seed)


class Side(coppice_crossing.Peer):
    def error_class(self, names):
        return class_in(*names[0])

    def perform(self, what, target, name, args, named):
        if what == 'keep':
            self.kept = args[0]
            return None
        return {'same': args[0], 'named': named, 'again': list(args), 'copy': copied(args, {})}


def copied(value, known):
    """As `copy.deepcopy`, which does not end for a Counter that holds itself."""
    if type(value) is tuple:
        return tuple(copied(each, known) for each in value)
    if type(value) not in CONTAINERS:
        return value
    if id(value) in known:
        return known[id(value)]
    if isinstance(value, (set, bytearray)):
        return known.setdefault(id(value), type(value)(value))
    if isinstance(value, collections.deque):
        made = collections.deque(maxlen=value.maxlen)
    else:
        made = type(value)(value.default_factory) if isinstance(value, collections.defaultdict) else type(value)()
    known[id(value)] = made
    if isinstance(value, dict):
        for each in value:
            made[each] = copied(value[each], known)
    else:
        made.extend(copied(each, known) for each in value)
    return made


def floating():
    return struct.unpack('<d', draw.randbytes(8))[0]


def text():
    return ''.join(chr(draw.choice((draw.randrange(128), draw.randrange(0x110000), draw.randrange(0xD800, 0xE000)))) for _ in range(draw.randrange(6)))


def zone():
    return draw.choice((None, datetime.timezone.utc, datetime.timezone(datetime.timedelta(minutes=draw.randrange(-600, 600)))))


def moment():
    return datetime.datetime(draw.randrange(1, 9999), draw.randrange(1, 13), draw.randrange(1, 29), draw.randrange(24), 3, 4, 5, zone())


SIMPLE = (
    lambda: None, lambda: True, lambda: False, lambda: ..., lambda: int, lambda: collections.Counter, lambda: decimal.Decimal,
    lambda: draw.randrange(-5, 5), lambda: draw.getrandbits(draw.randrange(1, 4000)) * draw.choice((1, -1)),
    floating, lambda: draw.choice((0.0, -0.0, 1.0, float('inf'), float('nan'))), text, lambda: draw.randbytes(3),
    lambda: complex(floating(), floating()), lambda: range(draw.randrange(9), 20, draw.randrange(1, 4)), lambda: slice(1, None),
    lambda: decimal.Decimal(draw.randrange(10**9)).scaleb(draw.randrange(-20, 20)), lambda: decimal.Decimal('-0'),
    lambda: fractions.Fraction(draw.randrange(99), draw.randrange(1, 99)), moment, lambda: moment().date(), lambda: moment().timetz(),
    lambda: datetime.timedelta(draw.randrange(99), draw.randrange(99), draw.randrange(99)), lambda: uuid.UUID(int=draw.getrandbits(128)),
)


def key(depth):
    if depth and draw.random() < 0.2:
        return draw.choice((tuple, frozenset))(key(depth - 1) for _ in range(draw.randrange(3)))
    while True:
        value = draw.choice(SIMPLE)()
        try:
            hash(value)
            return value
        except TypeError:
            pass


def value(depth, made):
    """`made` holds the containers so far, which may come again and hold themselves."""
    chance = draw.random()
    if depth == 0 or chance < 0.4:
        return draw.choice(SIMPLE)()
    if chance < 0.5 and made:
        return draw.choice(made)
    size = draw.randrange(4)
    if chance < 0.6:
        return tuple(value(depth - 1, made) for _ in range(size))
    if chance < 0.65:
        return frozenset(key(1) for _ in range(size))
    kind = draw.choice((list, list, dict, dict, set, bytearray, collections.deque, collections.Counter, collections.OrderedDict, collections.defaultdict))
    if kind is bytearray:
        return bytearray(draw.randbytes(size))
    if kind is set:
        return {key(1) for _ in range(size)}
    if kind is collections.deque:
        found = collections.deque(maxlen=draw.choice((None, 9)))
    else:
        found = kind(draw.choice((None, list, int))) if kind is collections.defaultdict else kind()
    made.append(found)
    for _ in range(size):
        if isinstance(found, dict):
            found[key(2)] = value(depth - 1, made)
        else:
            found.append(value(depth - 1, made))
    return found


def same(one, two, seen):
    """Equal in everything that can be told of them, which containers are the same one among it."""
    assert type(one) is type(two), (type(one), type(two))
    if type(one) in CONTAINERS:
        if id(one) in seen:
            assert seen[id(one)] is two, 'another container'
            return
        seen[id(one)] = two
    if isinstance(one, float):
        assert struct.pack('<d', one) == struct.pack('<d', two) or one != one and two != two, (one, two)
    elif isinstance(one, complex):
        same(one.real, two.real, seen)
        same(one.imag, two.imag, seen)
    elif isinstance(one, (list, tuple, collections.deque)):
        assert len(one) == len(two)
        assert getattr(one, 'maxlen', None) == getattr(two, 'maxlen', None)
        for a, b in zip(one, two):
            same(a, b, seen)
    elif isinstance(one, dict):
        assert getattr(one, 'default_factory', None) is getattr(two, 'default_factory', None)
        assert len(one) == len(two), (one, two)
        for (a, b), (c, d) in zip(one.items(), two.items()):
            same(a, c, seen)
            same(b, d, seen)
    elif isinstance(one, (set, frozenset)):
        assert len(one) == len(two)
        assert sorted(map(shown, one)) == sorted(map(shown, two)), (one, two)
    elif isinstance(one, decimal.Decimal):
        assert one.as_tuple() == two.as_tuple()
    else:
        assert one == two, (one, two)
        assert getattr(one, 'tzinfo', None) == getattr(two, 'tzinfo', None)


def shown(value):
    if isinstance(value, (frozenset, set)):
        return 'set ' + ' '.join(sorted(map(shown, value)))
    return ' '.join(map(shown, value)) if isinstance(value, tuple) else repr(value)


here, there = socket.socketpair()
if os.fork() == 0:
    here.close()
    coppice_crossing.WIRE = there.fileno()
    side = Side()
    try:
        while True:
            side.answer(side.receive())
    except coppice_crossing.Lost:
        os._exit(0)
there.close()
coppice_crossing.WIRE = here.fileno()
side = Side()
for number in range(count):
    given, more = value(4, []), value(2, [])
    answer = side.ask('echo', None, (given, more), {'named': given})
    same([given, given, more], [answer['same'], answer['named']['named'], answer['again'][1]], {})
    same([given, more], answer['copy'], {})
    if type(given) in CONTAINERS:
        assert answer['same'] is given, 'what was given comes back itself'
    side.ask('keep', None, (given,))
print(count)
