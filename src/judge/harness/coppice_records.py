"""Tells the judge, on descriptor 3, what the tests do: one JSON object a line, behind the key of this run.

The judge sends the key on the same descriptor and drops every line without it: a program that writes reports to whatever
it finds open is not believed.
"""
import os
from json.encoder import encode_basestring_ascii as quoted

RECORDS = 3
key = None
# Taken now: what a candidate puts in its place later is not called.
write = os.write


def read_key():
    global key
    letters = b''
    while not letters.endswith(b'\n'):
        letter = os.read(RECORDS, 1)
        if not letter:
            raise OSError('the judge is gone')
        letters += letter
    use_key(letters.decode().strip())


def use_key(text):
    global key
    key = text
    os.set_inheritable(RECORDS, False)


def record(**fields):
    pairs = ', '.join([f'{quoted(name)}: {value_of(value)}' for name, value in fields.items()])
    line = f'{key} {{{pairs}}}\n'.encode('ascii')
    while line:
        line = line[write(RECORDS, line):]


def value_of(value):
    """As JSON, by nothing that can be replaced: the classes of the json module can."""
    if value is None:
        return 'null'
    if value is True or value is False:
        return 'true' if value else 'false'
    return quoted(value) if type(value) is str else repr(value) if type(value) in (int, float) else quoted(str(value))
