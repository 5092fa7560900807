"""Calls one function of the candidate on inputs of ours and tells, call by call, what came of it.

What it gives back is written down in one way only: equal values have equal texts, and no text names an address.
"""
import ast
import asyncio
import hashlib
import inspect
import json
import os
import re
import signal
import sys

import coppice_records
from coppice_modules import import_function
from coppice_records import record

ROOT, PATH, SYMBOL = sys.argv[1:4]
# By the processor and by the clock: a busy machine makes nothing late, and nothing sleeps for long.
CALL_CPU, CALL_WALL = 0.25, 1.5
# After so many calls that do not end the rest is not tried.
MOST_LATE = 3
LONGEST, KEPT = 300, 200
MOST_PARTS, DEEPEST = 2000, 20

if coppice_records.key is None:
    coppice_records.read_key()


class Late(BaseException):
    pass


def late(*_):
    raise Late()


class Writer:
    """Writes one value; `parts` bounds how much of it is looked at."""

    def __init__(self):
        self.parts = 0

    def write(self, value, depth=0):
        self.parts += 1
        if self.parts > MOST_PARTS or depth > DEEPEST:
            return '...'
        inner = lambda part: self.write(part, depth + 1)
        if value is None or isinstance(value, bool):
            return repr(value)
        if isinstance(value, int):
            return repr(int(value)) if value.bit_length() < 2000 else f'a number of {value.bit_length()} bits'
        if isinstance(value, float):
            # 3.0 == 3, and the last digits are the order of a sum.
            return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else format(float(value), '.9g')
        if isinstance(value, (str, bytes, bytearray)):
            if len(value) <= 10_000:
                return repr(value)
            data = value.encode('utf-8', 'surrogatepass') if isinstance(value, str) else bytes(value)
            return f'{value[:KEPT]!r}... ({len(value)} long, {hashlib.sha256(data).hexdigest()[:8]})'
        if isinstance(value, tuple):
            return '(' + ', '.join(map(inner, value)) + (',)' if len(value) == 1 else ')')
        if isinstance(value, list):
            return '[' + ', '.join(map(inner, value)) + ']'
        if isinstance(value, (set, frozenset)):
            return '{' + ', '.join(sorted(map(inner, value))) + '}' if value else 'set()'
        if isinstance(value, dict):
            return '{' + ', '.join(sorted(f'{inner(key)}: {inner(of)}' for key, of in value.items())) + '}'
        if hasattr(type(value), '__next__'):
            return 'iter([' + ', '.join(map(inner, self.taken(value))) + '])'
        if type(value).__repr__ is object.__repr__:
            return type(value).__name__ + inner(getattr(value, '__dict__', {}))
        return without_addresses(repr(value))

    def taken(self, iterator):
        for value in iterator:
            if self.parts > MOST_PARTS:
                return
            yield value


def without_addresses(text):
    return re.sub(r'\b0x[0-9a-f]{4,}\b', '0x', text)


def bounded(text):
    if len(text) <= LONGEST:
        return text
    digest = hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]
    return f'{text[:KEPT]}... ({len(text)} long, {digest})'


def literal(text):
    return bounded(Writer().write(ast.literal_eval(text)))


def called(function, texts):
    """What the call comes to, in words, and the value that it came to, if it did."""
    arguments = [ast.literal_eval(text) for text in texts]
    before = Writer().write(arguments)
    signal.signal(signal.SIGALRM, late)
    signal.signal(signal.SIGPROF, late)
    # Again and again: the first may come where it is caught.
    signal.setitimer(signal.ITIMER_PROF, CALL_CPU, 0.05)
    signal.setitimer(signal.ITIMER_REAL, CALL_WALL, 0.05)
    try:
        result = function(*arguments)
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
        value = text = bounded(Writer().write(result))
        after = Writer().write(arguments)
        if after != before:
            text += f' and leaves its arguments as {after}'
        return bounded(text), value
    except Late:
        return None, None
    except BaseException as error:
        return bounded(f'raises {type(error).__name__}: {without_addresses(str(error))}'.removesuffix(': ')), None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def safely(function, texts):
    try:
        return called(function, texts)
    except BaseException as error:
        # A signal that came late, or an error that can't be told.
        return (None if isinstance(error, Late) else 'raises an error that says nothing'), None


with open(os.path.join(os.path.dirname(__file__), 'inputs.json')) as file:
    inputs = json.load(file)
function = import_function(ROOT, PATH, SYMBOL)
record(event='callable')
unended = 0
for number, (arguments, expected, generated) in enumerate(inputs):
    if unended == MOST_LATE:
        break
    text, value = safely(function, arguments)
    unended += text is None
    more = {} if expected is None else {'expected': literal(expected)}
    if generated:
        more['agrees'] = ''.join('1' if literal(said) == value else '0' for said in generated)
    record(event='output', number=number, text=text, clean=value is not None, **more)
record(event='end')
# Threads that the candidate has left behind are not waited for.
os._exit(0)
