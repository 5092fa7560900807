"""Loads the candidate where no test is, and answers what the tests ask of it (coppice_crossing.py).

In a process of its own, or in a fork of a server that has loaded this (coppice_pairs.py).
"""
import importlib
import io
import os
import sys
import tempfile
import types

from coppice_crossing import WIRE, Lost, Peer
from coppice_exceptions import class_in

MOST_PRINTED = 1 << 20
MOST_DOUBTS = 20
COROUTINE = 0x80
PROGRAM = 'program'


class Printed(io.BytesIO):
    """Keeps the beginning."""

    def write(self, data):
        return super().write(data) if self.tell() < MOST_PRINTED else len(data)


class Worker(Peer):
    def __init__(self):
        super().__init__()
        self.doubts = []
        self.streams = {}
        self.module = None

    def doubt(self, text):
        if len(self.doubts) < MOST_DOUBTS:
            self.doubts.append(text)

    def attach(self, message):
        message['doubts'], self.doubts = self.doubts, []
        for name, stream in self.streams.items():
            message[name] = stream.buffer.getvalue()[:MOST_PRINTED].decode('utf-8', 'replace')
            stream.buffer.seek(0)
            stream.buffer.truncate()

    def perform(self, what, target, name, args, named):
        if what == 'load':
            return self.load(name, *args)
        if what == 'run':
            return self.run(*args)
        if target is None:
            target = self.module
        if what == 'call':
            return target(*args, **named)
        if what == 'get':
            return getattr(target, name)
        if what == 'set':
            return setattr(target, name, args[0])
        if what == 'delete':
            return delattr(target, name)
        if what == 'special':
            return special(name, target, args)
        import asyncio

        return asyncio.run(target(*args, **named))

    def load(self, name, path):
        sys.path[:] = path
        module = importlib.import_module(name)
        self.module = module
        classes, functions = self.parts()
        public = getattr(module, '__all__', None) or [key for key in vars(module) if key[0] != '_']
        others = [each for each in sys.modules if each != name]
        return [classes, functions, list(public), others]

    def run(self, text):
        """A program that is no file, as coppice_program.py runs it."""
        code = compile(text + '\n', PROGRAM, 'exec', dont_inherit=True)
        os.chdir(tempfile.mkdtemp())
        sys.argv, sys.stdin = [PROGRAM], open(os.devnull, 'w')
        self.module = sys.modules[PROGRAM] = types.ModuleType(PROGRAM)
        exec(code, vars(self.module))
        return [*self.parts(), code.co_flags]

    def parts(self):
        """The classes and functions that the candidate has a name for."""
        own = [(key, value) for key, value in vars(self.module).items() if key[:2] != '__']
        functions = [
            (key, value, value.__doc__, bool(value.__code__.co_flags & COROUTINE))
            for key, value in own
            if isinstance(value, types.FunctionType)
        ]
        classes = [(key, value) for key, value in own if isinstance(value, type) and value.__module__ == self.module.__name__]
        return classes, functions

    def decode_module(self, name):
        return importlib.import_module(name)

    def error_class(self, names):
        for module, qualname in names:
            found = class_in(module, qualname)
            if found is not None:
                return found
        return Exception


def special(name, target, args):
    if name == '__bool__':
        return bool(target)
    if isinstance(target, type) and name == '__getitem__':
        return target[args[0]]
    method = getattr(type(target), name, None)
    if method is None:
        raise TypeError(f"'{type(target).__name__}' object has no {name}")
    return method(target, *args)


def serve(folder):
    """Answers for as long as there are tests, from this folder. Never returns."""
    worker = Worker()
    worker.streams = {name: io.TextIOWrapper(Printed(), 'utf-8', 'replace', write_through=True) for name in ('out', 'err')}
    sys.stdout, sys.stderr = worker.streams.values()
    os.set_inheritable(WIRE, False)
    os.chdir(folder)
    sys.argv = ['']
    try:
        while True:
            request = worker.receive()
            try:
                worker.answer(request)
            except Lost:
                raise
            except Exception as error:
                # A mistake of ours, and none of the candidate's.
                worker.doubt(f'a {type(error).__name__} on the way')
                worker.send({'free': [], 'error': ['error', None, [['builtins', 'RuntimeError']], [], [], '', None], 'after': []})
    except Lost:
        os._exit(0)


if __name__ == '__main__':
    serve(sys.argv[1])
