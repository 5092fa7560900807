"""Tells the judge, on descriptor 3, what the tests do: one JSON object a line, behind the key of this run.

The judge sends the key on the same descriptor and drops every line without it: a program that writes reports to whatever
it finds open is not believed.
"""
import json
import os

RECORDS = 3
key = None


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
    line = f'{key} {json.dumps(fields)}\n'.encode('utf-8', 'backslashreplace')
    while line:
        line = line[os.write(RECORDS, line):]
