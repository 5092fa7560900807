"""doctest, with a result for every docstring as soon as it is there.

The examples are those of the original file, which lies beside this one: a candidate is a whole file, and would bring examples that
suit it. They run in the module as the candidate wrote it.
"""
import ast
import doctest
import importlib
import os
import sys
import time
import traceback

import coppice_records
from coppice_modules import module_name
from coppice_records import record

if coppice_records.key is None:
    coppice_records.read_key()

root, file = sys.argv[1], sys.argv[2]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'original.txt'), encoding='utf-8') as original:
    source = original.read()


def docstrings(node, name):
    """Every docstring with the name of what it documents, and the line where it begins."""
    text = ast.get_docstring(node, clean=False)
    if text is not None:
        yield name, text, node.body[0].value
    for child in node.body:
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from docstrings(child, f'{name}.{child.name}' if name else child.name)


def tests(module):
    parser = doctest.DocTestParser()
    for name, text, constant in docstrings(ast.parse(source), ''):
        found = parser.get_doctest(text, {}, name or module, file, constant.lineno - 1)
        if found.examples:
            yield found


class Recorder(doctest.DocTestRunner):
    def __init__(self):
        super().__init__(checker=doctest.OutputChecker(), verbose=False)
        self.problem = None

    def report_start(self, out, test, example):
        pass

    def report_success(self, out, test, example, got):
        pass

    def report_failure(self, out, test, example, got):
        message = f'{example.source.strip()}\nexpected {example.want.strip() or "nothing"}\ngot {got.strip() or "nothing"}'
        self.note('failed', test, example, message)

    def report_unexpected_exception(self, out, test, example, exc_info):
        message = ''.join(traceback.format_exception_only(*exc_info[:2])).strip()
        self.note('error', test, example, f'{example.source.strip()}\n{message}')

    def note(self, status, test, example, message):
        if self.problem is None:
            line = test.lineno + example.lineno + 1
            self.problem = {'status': status, 'message': message, 'file': file, 'line': line}


def run(test):
    recorder = Recorder()
    skipped = all(example.options.get(doctest.SKIP) for example in test.examples)
    result = recorder.run(test, out=lambda text: None)
    if recorder.problem is not None:
        return recorder.problem
    if result.failed:
        return {'status': 'failed'}
    return {'status': 'skipped' if skipped else 'passed'}


CONTROL = '''
>>> 1 + 1
3
'''
RAISING = '''
>>> int('x')
0
'''
QUIET = '''
>>> None
nothing
'''


def control_holds():
    """Examples that must fail do so: nobody has changed what a failure is."""
    parser = doctest.DocTestParser()
    for text in (CONTROL, RAISING, QUIET):
        test = parser.get_doctest(text, {}, 'control', file, 0)
        if run(test)['status'] not in ('failed', 'error'):
            return False
    return True


sys.argv = [file]
sys.path[0] = root
name = module_name(root, file)
failed = False
# Before the candidate is loaded, which could change how examples are found.
examples = list(tests(name))
try:
    module = importlib.import_module(name)
except (Exception, SystemExit) as error:
    failed = True
    message = ''.join(traceback.format_exception_only(type(error), error)).strip().replace(root + os.sep, '')
    record(event='case', id=name, status='error', ms=0, message=message, file=file)
else:
    for test in examples:
        case = test.name if test.name == name else f'{name}.{test.name}'
        record(event='start', id=case)
        began = time.perf_counter()
        # As in `python -m doctest`, each docstring begins with what the module has.
        test.globs = {**module.__dict__, '__name__': '__main__'}
        outcome = run(test)
        failed = failed or outcome['status'] in ('failed', 'error')
        record(event='case', id=case, ms=(time.perf_counter() - began) * 1000, **outcome)
record(event='control', held=control_holds())
record(event='end')
sys.exit(1 if failed else 0)
