"""unittest, with a result for every case as soon as it is there.

A test folder without `__init__.py` goes on the path and its files are imported by their bare names, as `unittest discover`
does; the workspace and its `src` are importable either way.
"""
import importlib.abc
import importlib.util
import os
import sys
import time
import traceback
import unittest

import coppice_guard
import coppice_records
from coppice_modules import module_name
from coppice_records import record

root = sys.argv[1]
if coppice_records.key is None:
    coppice_records.read_key()


def relative(file):
    return os.path.relpath(file, root).replace(os.sep, '/')


def describe(error, file):
    kind, value, trace = error
    message = ''.join(traceback.format_exception_only(kind, value)).strip()
    place = {}
    for frame in traceback.extract_tb(trace):
        if file and os.path.realpath(frame.filename) == os.path.realpath(file):
            place = {'file': relative(file), 'line': frame.lineno}
    return {'message': message, **place}


def file_of(test):
    module = sys.modules.get(type(test).__module__)
    return getattr(module, '__file__', None)


class Recorder(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.expect()

    def expect(self):
        # It has passed when that is said of it: a test can also end without a word.
        self.outcome = ('error', {'message': 'ended without a result'})
        self.told = False
        self.began = time.perf_counter()

    def startTest(self, test):
        super().startTest(test)
        check(test)
        self.expect()
        record(event='start', id=test.id())

    def stopTest(self, test):
        super().stopTest(test)
        check(test)
        status, details = self.outcome
        ms = (time.perf_counter() - self.began) * 1000
        record(event='case', id=test.id(), status=status, ms=ms, **details)
        # Python 3.12.1 does not say that a test starts which it skips.
        self.expect()

    def note(self, test, status, details):
        if isinstance(test, unittest.TestCase):
            if not self.told or (self.outcome[0] == 'skipped' and status != 'passed'):
                self.told = True
                self.outcome = (status, details)
        else:
            # setUpClass and its like fail outside of any case.
            record(event='case', id=test.id(), status=status, ms=0, **details)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, 'passed', {})

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.note(test, 'passed', {})

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, 'error', describe(err, file_of(test)))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, 'failed', describe(err, file_of(test)))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            details = describe(err, file_of(test))
            details['message'] = subtest._subDescription() + ' ' + details['message']
            self.note(test, 'failed' if issubclass(err[0], test.failureException) else 'error', details)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, 'skipped', {'message': reason})

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, 'failed', {'message': 'passed, and was expected to fail'})


# unittest cuts tracebacks where its own frames begin, and the one below is among them.
__unittest = True
call_method = unittest.TestCase._callTestMethod


def call_and_look(test, method):
    try:
        call_method(test, method)
    except unittest.case._ShouldStop:
        # unittest raises it to itself where a subtest has failed. A test that ends with it otherwise would pass.
        if not test._outcome.success or test._outcome.expectedFailure:
            raise
        raise AssertionError('ended as only a failed subtest does') from None


unittest.TestCase._callTestMethod = call_and_look
guard = coppice_guard.Guard('unittest.case', 'unittest.suite', 'unittest.result', 'unittest.loader', 'unittest.async_case')
# By test: its function and the code of it, as they were loaded.
methods = {}


def method_of(test):
    method = getattr(type(test), getattr(test, '_testMethodName', ''), None)
    return method, getattr(method, '__code__', None)


def remember(tests):
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            remember(test)
        else:
            methods[test] = method_of(test)


def check(test):
    guard.held = guard.holds() and methods.get(test, method_of(test)) == method_of(test)


class Control(unittest.TestCase):
    def equal(self):
        self.assertEqual(1, 2)

    def true(self):
        self.assertTrue(False)

    def member(self):
        self.assertIn(1, [])

    def raises(self):
        with self.assertRaises(ValueError):
            pass

    def plain(self):
        assert [1] == [2]


def control_holds():
    """Tests that must fail do so: nobody has changed what a failure is."""
    for name in ('equal', 'true', 'member', 'raises', 'plain'):
        result = unittest.TestResult()
        Control(name).run(result)
        if len(result.failures) != 1:
            return False
    return True


class Sources(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The test files as they are before the first of them, and with it the candidate, is loaded."""

    def __init__(self):
        self.files = {}
        self.loaded = {}

    def add(self, name, file):
        path = os.path.join(root, file)
        try:
            with open(path, 'rb') as source:
                self.files[name] = path, source.read()
        except OSError:
            pass

    def find_spec(self, name, path, target=None):
        if name in self.files:
            return importlib.util.spec_from_file_location(name, self.files[name][0], loader=self)

    def exec_module(self, module):
        self.loaded[module.__name__] = module
        path, text = self.files[module.__name__]
        exec(compile(text, path, 'exec', dont_inherit=True), vars(module))

    def load(self, name):
        if name not in self.loaded and name in self.files:
            # Whatever is there in its place.
            sys.modules.pop(name, None)
            if sys.meta_path[0] is not self:
                sys.meta_path.insert(0, self)
        module = importlib.import_module(name)
        return self.loaded.get(name, module)


sys.argv = [sys.argv[0]]  + sys.argv[2:]
files = sys.argv[1:]
sys.path[0] = root
if os.path.isdir(os.path.join(root, 'src')):
    sys.path.insert(1, os.path.join(root, 'src'))

sources = Sources()
names = [module_name(root, file) for file in files]
for name, file in zip(names, files):
    sources.add(name, file)
sys.meta_path.insert(0, sources)

suite = unittest.TestSuite()
failed = False
for name, file in zip(names, files):
    try:
        suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(sources.load(name)))
    except (Exception, SystemExit):
        failed = True
        details = describe(sys.exc_info(), os.path.join(root, file))
        record(event='case', id=name, status='error', ms=0, **details)

remember(suite)
result = Recorder()
suite.run(result)
record(event='control', held=control_holds() and guard.holds())
record(event='end')
sys.exit(0 if result.wasSuccessful() and not failed else 1)
