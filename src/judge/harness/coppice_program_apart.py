"""Runs the tests of one program whose code is in another process (coppice_worker.py), and tells whether they come to their end.

As coppice_program.py does, but for the code: here are only names that ask for it, those that the tests use. What comes with the
tests, as the prompt of HumanEval with functions of its own, is run here, so that the code can't put something else in its place.
"""
import ast
import builtins
import json
import os
import sys
import tempfile

import coppice_records
import coppice_shared
from coppice_cases import FUTURE, case, described
from coppice_records import record
from coppice_standin import StandIn

if coppice_records.key is None:
    coppice_records.read_key()

TESTS = 'tests'


class ProgramStandIn(StandIn):
    def is_of_tests(self, module):
        return module == TESTS

    def run(self, code):
        """What the code has names for, and the flags that it was compiled with."""
        self.loading = True
        try:
            classes, functions, flags = self.ask('run', None, (code,))
        finally:
            self.loading = False
        names = dict(classes)
        names.update((name, self.stand_in('program', name, *more)) for name, *more in functions)
        self.note('loaded', 'program')
        return names, flags


def given_by(prompt):
    """What stands in the prompt, where it is a program by itself or but for the body of its last function."""
    for text in (prompt, prompt + '\n    pass\n'):
        try:
            found = {'__name__': TESTS}
            exec(compile(text, 'prompt', 'exec', dont_inherit=True), found)
            return found
        except SyntaxError:
            continue
    return {'__name__': TESTS}


def used_by(tests, context):
    return {node.id for node in ast.walk(tests) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def names_for(tests, names, prompt, entry):
    """The names of the tests: what comes with them, what is usual, and the rest from the code."""
    found = given_by(prompt)
    used = used_by(tests, ast.Load)
    for name in used & set(names):
        if name == entry or not (name in found or hasattr(builtins, name)):
            found[name] = names[name]
    if entry in names:
        found[entry] = names[entry]
    for name in {*used, entry} - used_by(tests, ast.Store) - set(names):
        if name and (name == entry or not (name in found or hasattr(builtins, name))):
            try:
                found[name] = peer.ask('get', None, name=name)
            except AttributeError:
                found.pop(name, None)
    return found


def end(passed):
    peer.conclude({TESTS: text}, 'program')
    record(event='control', held=True)
    record(event='end')
    os._exit(0 if passed else 1)


with open(f'{sys.argv[1]}/{sys.argv[2]}', encoding='utf-8') as file:
    program = json.load(file)
os.unlink(file.name)
os.chdir(tempfile.mkdtemp())
sys.path[0] = os.getcwd()
sys.argv = ['program']
sys.stdin = sys.stdout = sys.stderr = open(os.devnull, 'w', encoding='utf-8', errors='backslashreplace')

peer = ProgramStandIn()
text = '\n'.join(program['tests'])
context = program.get('context', {})
record(event='start', id=TESTS)
passed = False
try:
    names, flags = peer.run(program['code'])
    found = names_for(ast.parse(text), names, context.get('prompt', ''), context.get('entryPoint', ''))
    exec(compile(text, TESTS, 'exec', flags=flags & FUTURE, dont_inherit=True), found)
    case(TESTS, 'passed')
    passed = True
except AssertionError as error:
    case(TESTS, 'failed', message=described(error))
except BaseException as error:
    case(TESTS, 'error', message=described(error))
end(passed)
