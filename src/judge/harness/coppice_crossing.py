"""What crosses between the tests and a candidate that are in processes of their own: JSON behind its length, on descriptor 4.

Values of exactly the types below cross as data, and lists, dicts and the like have their new contents after a call. Everything
else stays where it is: the other side gets a proxy that asks. Only one side runs at a time; while it waits for an answer it
answers itself what the other side asks.
"""
import json
import os
import struct
import threading

from coppice_exceptions import Exceptions
from coppice_values import ALONE, Scope, Uncrossable, references

WIRE = 4
ENDED = 'ended'
MOST_BYTES = 8 << 20
MOST_NESTED = 50
# Taken now: tests and candidates may put something else in their place.
dumps, loads, read, write = json.dumps, json.loads, os.read, os.write
NONSENSE = (TypeError, ValueError, LookupError, AttributeError, RecursionError, OverflowError, MemoryError, ArithmeticError)


class Lost(RuntimeError):
    """The other side has ended, or what it says makes no sense."""


class Peer(Exceptions):
    """One of the two sides."""

    def __init__(self):
        super().__init__()
        self.nested = 0
        self.lock = threading.RLock()

    # What each side does in its own way.

    def perform(self, what, target, name, args, named):
        raise NotImplementedError

    def attach(self, message):
        """Adds what the other side is to know by the way."""

    def attached(self, message):
        pass

    def lose(self, why):
        """The error for whoever asks from now on."""
        return Lost(why)

    def get(self, proxy, name):
        return self.ask('get', proxy, name=name)

    def special(self, name, proxy, args):
        return self.ask('special', proxy, args, name=name)

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

    # Asking and answering.

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


measuring = Measuring()
measuring.told(measuring.perform('call', fresh, None, [], {}), Scope())
ALONE.update(measuring.counts)
