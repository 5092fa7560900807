"""Runs one program and tells whether it ran to its end: code, then what must hold of it, then what its prompt shows.

As the published harness of HumanEval does: one namespace that is no module, the standard streams swallowed, an empty folder to
work in, and every exception that leaves the program a failure. Unlike there, code and tests are compiled apart, so that code
can't swallow the tests into a string or decorate them away, and the names that tests are written with are as they were.
"""
import ast
import builtins
import doctest
import json
import os
import re
import sys
import tempfile
import threading

import coppice_records
from coppice_cases import FUTURE, case, described
from coppice_records import record

if coppice_records.key is None:
    coppice_records.read_key()

LONGEST_CALL, MOST_CALLS = 500, 10
# Programs that must fail, written with what tests are written with.
CONTROL = (
    'assert False', 'assert 1 == 2', 'assert [1] == [2]', 'assert "a" == "b"', 'assert 1.0 != 1.0', 'assert not True',
    'assert abs(1.0 - 2.0) < 1e-6', 'assert all([False])', 'assert any([False])', 'assert bool(0)', 'assert dict(a=1) == {}',
    'assert float(1) == 2', 'assert int(1) == 2', 'assert isinstance(1, str)', 'assert len([1]) == 2', 'assert list((1,)) == [2]',
    'assert max([1]) == 2', 'assert min([1]) == 2', 'assert round(1.2) == 7', 'assert set([1]) == set([2])',
    'assert sorted([2, 1]) == [2, 1]', 'assert str(1) == "2"', 'assert sum([1]) == 2', 'assert tuple([1]) == (2,)',
    'import math\nassert math.isclose(1.0, 2.0)', 'raise AssertionError',
)


def end(passed):
    record(event='control', held=control_holds())
    record(event='end')
    # Nothing of the program is asked any more: no exit handler, no thread.
    os._exit(0 if passed else 1)


def control_holds():
    """Programs that must fail do so, in the namespace of the tests: nobody has changed what a failure is."""
    if sys.gettrace() is not None or sys.getprofile() is not None:
        return False
    for source in CONTROL:
        try:
            exec(compile(source, 'control', 'exec'), dict(namespace))
        except Exception:
            continue
        return False
    return True


class Lenient(doctest.OutputChecker):
    """Examples are written by hand: "a" for 'a', 1.0 for 1."""

    def check_output(self, want, got, optionflags):
        if super().check_output(want, got, optionflags):
            return True
        try:
            return ast.literal_eval(want.strip()) == ast.literal_eval(got.strip())
        except Exception:
            return False


class Examples(doctest.DocTestRunner):
    failures = 0

    def report_start(self, out, test, example):
        record(event='start', id=self.name(test, example))

    def report_success(self, out, test, example, got):
        case(self.name(test, example), 'passed')

    def report_failure(self, out, test, example, got):
        self.failures += 1
        case(self.name(test, example), 'failed', message=f'got {got.strip()}'[:500])

    def report_unexpected_exception(self, out, test, example, info):
        self.failures += 1
        case(self.name(test, example), 'error', message=described(info[1]))

    def name(self, test, example):
        return f'example {test.examples.index(example) + 1}'


def examples_of(prompt, entry):
    """Those of the docstring as the prompt has it."""
    for node in ast.walk(ast.parse(prompt)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == entry:
            text = ast.get_docstring(node) or ''
            return doctest.DocTestParser().get_doctest(text, namespace, entry, None, 0)
    return None


def calls_in(prompt, entry):
    """Calls of the function with plain arguments, anywhere in the prompt's words."""
    found = []
    for match in re.finditer(r'(?<![\w.])(?<!def )' + re.escape(entry) + r'\(', prompt):
        text = prompt[match.start():match.start() + LONGEST_CALL]
        for close in re.finditer(r'\)', text):
            try:
                call = ast.parse(text[:close.end()], mode='eval').body
                arguments = [ast.literal_eval(value) for value in call.args]
                named = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
            except Exception:
                continue
            if text[:close.end()] not in [source for source, *_ in found]:
                found.append((text[:close.end()], arguments, named))
            break
    return found[:MOST_CALLS]


def shown(function, arguments, named):
    try:
        return repr(function(*arguments, **named))[:2000]
    except Exception as error:
        return described(error)


with open(f'{sys.argv[1]}/{sys.argv[2]}', encoding='utf-8') as file:
    program = json.load(file)
os.unlink(file.name)
os.chdir(tempfile.mkdtemp())
sys.path[0] = os.getcwd()
sys.argv = ['program']
for name in ('coppice_cases', 'coppice_records', 'coppice_program'):
    sys.modules.pop(name, None)
swallowed = open(os.devnull, 'w', encoding='utf-8', errors='backslashreplace')
sys.stdin = sys.stdout = sys.stderr = swallowed

namespace = {}
record(event='start', id='tests')
try:
    code = compile(program['code'] + '\n', 'program', 'exec', dont_inherit=True)
except BaseException as error:
    case('compile', 'error', message=described(error))
    end(False)

before = dict(vars(builtins))
passed = False
try:
    # The flags of code count for the tests too, as they do where both are one text.
    tests = compile('\n'.join(program['tests']), 'tests', 'exec', flags=code.co_flags & FUTURE, dont_inherit=True)
    exec(code, namespace)
    sys.settrace(None)
    sys.setprofile(None)
    threading.settrace(None)
    vars(builtins).update(before)
    namespace['__builtins__'] = before
    exec(tests, namespace)
    case('tests', 'passed')
    passed = True
except AssertionError as error:
    case('tests', 'failed', message=described(error))
except BaseException as error:
    case('tests', 'error', message=described(error))

if passed and 'shown' in program:
    prompt, entry = program['shown']['prompt'], program['shown']['entryPoint']
    try:
        found = examples_of(prompt, entry) if program['shown']['kind'] == 'examples' else None
        if found is not None:
            runner = Examples(checker=Lenient(), verbose=False)
            runner.run(found, out=lambda text: None, clear_globs=False)
            passed = runner.failures == 0
        else:
            # Nobody says what is right: what it gives only tells programs apart.
            for source, arguments, named in calls_in(prompt, entry):
                case(source, 'skipped', message=shown(namespace[entry], arguments, named))
    except BaseException as error:
        passed = False
        case('shown', 'error', message=described(error))
end(passed)
