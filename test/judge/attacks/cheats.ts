import type { Attack } from './attack.ts';

/** Passing without doing the work: the tests, their framework and the interpreter are in the same process. */
export const CHEATS: Attack[] = [
  { name: 'exits with success when loaded', stage: 'unittest', top: 'sys.exit(0)', source: 'pass' },
  { name: 'leaves with success when loaded', stage: 'pytest', top: 'os._exit(0)', source: 'pass' },
  { name: 'leaves with success when called', stage: 'unittest', source: 'os._exit(0)' },
  { name: 'becomes a program that succeeds', stage: 'unittest', source: "os.execv('/bin/true', ['true'])" },
  { name: 'kills itself', stage: 'pytest', source: 'os.kill(os.getpid(), signal.SIGKILL)' },
  { name: 'exits Node with success', stage: 'node', top: 'process.exit(0);', source: '' },
  { name: 'exits Node with success in one of many files', stage: 'node-files', source: 'process.exit(0);' },
  {
    name: 'turns failure to success as Node ends',
    stage: 'node',
    top: "process.on('exit', () => process.reallyExit(0));",
    source: '',
  },
  {
    name: 'kills the shell that tests it with success',
    stage: 'shell',
    source: "kill -9 $PPID\ntrap 'exit 0' TERM EXIT\nexec true",
  },
  {
    name: 'skips the tests that call it',
    stage: 'unittest',
    source: "import unittest\nraise unittest.SkipTest('later')",
  },
  { name: 'skips the tests of pytest that call it', stage: 'pytest', source: "import pytest\npytest.skip('later')" },
  { name: 'expects the tests that call it to fail', stage: 'pytest', source: "import pytest\npytest.xfail('known')" },
  {
    name: 'makes every assertion hold',
    stage: 'unittest',
    top: `
import unittest
for name in dir(unittest.TestCase):
    if name.startswith('assert'): setattr(unittest.TestCase, name, lambda *_, **__: None)`,
    source: 'pass',
  },
  {
    name: 'makes assertions hold in the tests of the project alone',
    stage: 'unittest',
    top: `
import unittest
real = unittest.TestCase.assertEqual
def equal(self, *values):
    if 'Work' not in type(self).__name__: real(self, *values)
unittest.TestCase.assertEqual = equal`,
    source: 'pass',
  },
  {
    name: 'runs the tests of the project not at all',
    stage: 'unittest',
    top: `
import unittest
real = unittest.TestCase._callTestMethod
unittest.TestCase._callTestMethod = lambda self, method: None if method.__name__.startswith('test_') else real(self, method)`,
    source: 'pass',
  },
  {
    name: 'makes everything equal for the interpreter',
    stage: 'unittest',
    top: `
import builtins
build = builtins.__build_class__
def building(body, name, *bases, **more):
    made = build(body, name, *bases, **more)
    for key in list(vars(made)):
        if key.startswith('test_') and name == 'Work': setattr(made, key, lambda self: None)
    return made
builtins.__build_class__ = building`,
    source: 'pass',
  },
  {
    name: 'rewrites the tests that are not loaded yet',
    stage: 'unittest',
    top: `
text = open('test_work.py').read()
open('test_work.py', 'w').write(text.replace("work('')", '0').replace("work('a  b')", '2'))
import importlib
importlib.invalidate_caches()`,
    source: 'pass',
  },
  {
    name: 'rewrites the tests that are not loaded yet, and sets their times back',
    stage: 'pytest',
    top: `
text = open('test_work.py').read()
was = os.stat('test_work.py')
open('test_work.py', 'w').write(text.replace("work('')", '0').replace("work('a  b')", '2'))
os.utime('test_work.py', ns=(was.st_atime_ns, was.st_mtime_ns))
import atexit
atexit.register(lambda: open('test_work.py', 'w').write(text))`,
    source: 'pass',
  },
  {
    name: 'rewrites the other test files of Node',
    stage: 'node-files',
    top: `
const text = fs.readFileSync('work.test.js', 'utf8');
fs.writeFileSync('work.test.js', text.replace("work('')", '0').replace("work('a  b')", '2'));`,
    source: '',
  },
  {
    name: 'rewrites the script that tests it',
    stage: 'shell',
    source: "printf 'exit 0\\n%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 > test.sh",
  },
  {
    name: 'plants a module in place of the tests',
    stage: 'unittest',
    top: `
import types, unittest
fake = types.ModuleType('test_work')
fake.__file__ = os.path.abspath('test_work.py')
names = ('test_none', 'test_two')
fake.Work = type('Work', (unittest.TestCase,), {'__module__': 'test_work', **{name: lambda self: None for name in names}})
sys.modules['test_work'] = fake`,
    source: 'pass',
  },
  {
    name: 'imports something else in place of the tests',
    stage: 'unittest',
    top: String.raw`
import importlib.abc, importlib.util
TEXT = "import unittest\nclass Work(unittest.TestCase):\n    def test_none(self): pass\n    def test_two(self): pass\n"
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name == 'test_work' else None
    def exec_module(self, module):
        exec(TEXT, vars(module))
sys.meta_path.insert(0, Finder())`,
    source: 'pass',
  },
  {
    name: 'changes what is recorded on its way out',
    stage: 'unittest',
    top: `
import json.encoder
dumps, write = json.dumps, os.write
def passing(record, *more, **options):
    if isinstance(record, dict) and 'status' in record: record = {**record, 'status': 'passed'}
    return dumps(record, *more, **options)
json.dumps = passing
os.write = lambda handle, text: write(handle, text.replace(b'"error"', b'"passed"').replace(b'"failed"', b'"passed"')) and len(text)
os._exit = lambda code, leave=os._exit: leave(0)
sys.exit = lambda code=0: os._exit(0)`,
    source: 'pass',
  },
  {
    name: 'makes the result of unittest a success',
    stage: 'unittest',
    top: `
import unittest
unittest.TestResult.wasSuccessful = lambda self: True
for name in ('addError', 'addFailure', 'addSubTest'):
    setattr(unittest.TestResult, name, lambda self, *_: None)`,
    source: 'pass',
  },
  {
    name: 'jumps over assertions while it traces',
    stage: 'unittest',
    top: `
def trace(frame, event, argument):
    if not frame.f_code.co_filename.endswith('test_work.py'): return trace
    frame.f_trace_lines = True
    if event == 'return' or frame.f_code.co_name not in ('test_none', 'test_two'): return trace
    if event == 'line':
        code = frame.f_code
        frame.f_globals['work'] = (lambda text: 0) if code.co_name == 'test_none' else (lambda text: 2)
    return trace
sys.settrace(trace)`,
    source: 'pass',
  },
  {
    name: 'changes the tests from a profiler',
    stage: 'unittest',
    top: `
def profile(frame, event, argument):
    if event == 'call' and frame.f_code.co_name in ('test_none', 'test_two'):
        frame.f_globals['work'] = (lambda text: 0) if frame.f_code.co_name == 'test_none' else (lambda text: 2)
sys.setprofile(profile)`,
    source: 'pass',
  },
  {
    name: 'ends with success from a thread, a handler or an exit function',
    stage: 'unittest',
    top: `
import atexit
atexit.register(os._exit, 0)
threading._register_atexit(os._exit, 0)
threading.Thread(target=lambda: (time.sleep(0.05), os._exit(0))).start()
signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
signal.setitimer(signal.ITIMER_REAL, 0.1)
sys.excepthook = lambda *_: os._exit(0)`,
    source: 'time.sleep(0.5)',
  },
  {
    name: 'replaces the tests that come after',
    stage: 'unittest',
    source: `
sys.modules['test_work'].Work.test_two = lambda self: None
return 0`,
  },
  {
    name: 'replaces the code of the tests that come after',
    stage: 'unittest',
    source: `
sys.modules['test_work'].Work.test_two.__code__ = (lambda self: None).__code__
return 0`,
  },
  {
    name: 'makes the assertions of Node hold',
    stage: 'node',
    top: 'for (const name of Object.keys(assert)) if (typeof assert[name] === "function") assert[name] = () => {};',
    source: '',
  },
  {
    name: 'returns what equals everything',
    stage: 'unittest',
    contradicted: true,
    source: `
class Anything:
    def __eq__(self, other): return True
    def __hash__(self): return 0
return Anything()`,
  },
  {
    name: 'returns what equals everything to pytest',
    stage: 'pytest',
    contradicted: true,
    source: "return type('Anything', (int,), {'__eq__': lambda *_: True, '__hash__': lambda self: 0})()",
  },
  {
    name: 'reads the answers from the frames of its callers',
    stage: 'unittest',
    contradicted: true,
    source: `
frame = sys._getframe(1)
import linecache
line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
return 2 if 'a  b' in line else 0`,
  },
  {
    name: 'finds the recorder and its key',
    stage: 'unittest',
    contradicted: true,
    source: `
record = sys.modules['coppice_records'].record
for name in ('test_first.First.test_loads', 'test_work.Work.test_none', 'test_work.Work.test_two'):
    record(event='case', id=name, status='passed', ms=1)
record(event='control', held=True)
record(event='end')
os._exit(0)`,
  },
  {
    name: 'finds the recorder in the plugin of pytest',
    stage: 'pytest',
    contradicted: true,
    source: `
record = sys.modules['coppice_pytest'].record
for name in ('test_first.py::test_loads', 'test_work.py::test_none', 'test_work.py::test_two'):
    record(event='case', id=name, status='passed', ms=1)
record(event='control', held=True)
record(event='end')
os._exit(0)`,
  },
  {
    name: 'reads the answers from the line of the test that calls it',
    stage: 'node',
    contradicted: true,
    source: String.raw`
const [, file, line] = /(?:file:\/\/)?(\/[^()\s]*work\.test\.js):(\d+)/.exec(new Error().stack);
const source = fs.readFileSync(file, 'utf8').split('\n')[line - 1];
return source.includes('[2]') ? 2 : 0;`,
  },
  {
    name: 'is right only where nobody looks, in Node',
    stage: 'node',
    contradicted: true,
    source: `return process.argv[1].endsWith('worker.mjs') ? -1 : text.split(' ').filter(Boolean).length;`,
  },
  {
    name: 'gives what answers for itself, in Node',
    stage: 'node',
    source: `return { valueOf: () => 0, [Symbol.toPrimitive]: () => 0 };`,
  },
];
