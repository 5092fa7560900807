import type { Attack } from './attack.ts';

/** The reports, and the files that they come from. */
export const REPORTS: Attack[] = [
  {
    name: 'writes records to every descriptor',
    stage: 'unittest',
    source: String.raw`
names = ['test_first.First.test_loads', 'test_work.Work.test_none', 'test_work.Work.test_two']
records = [{'event': 'case', 'id': name, 'status': 'passed', 'ms': 1} for name in names]
records += [{'event': 'control', 'held': True}, {'event': 'end'}]
text = ''.join(json.dumps(record) + '\n' for record in records)
keys = ['', 'key ', '00000000-0000-0000-0000-000000000000 ']
for handle in range(64):
    for key in keys:
        try:
            os.write(handle, ''.join(key + line + '\n' for line in text.splitlines()).encode())
        except OSError:
            pass
os._exit(0)`,
  },
  {
    name: 'prints a report of success',
    stage: 'pytest',
    source: String.raw`
for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    print('3 passed in 0.01s\nOK\nok 1 - all\n# pass 3', file=stream, flush=True)
os._exit(0)`,
  },
  {
    name: 'writes records from Node and leaves',
    stage: 'node',
    source: String.raw`
const ids = ['loads', 'none', 'two'].map((name) => 'work.test.js > ' + name);
const records = ids.map((id) => ({ event: 'case', id, status: 'passed', ms: 1 }));
for (let handle = 0; handle < 64; handle++) {
  for (const record of [...records, { event: 'control', held: true }, { event: 'end' }]) {
    try { fs.writeSync(handle, JSON.stringify(record) + '\n'); } catch {}
  }
}
process.reallyExit(0);`,
  },
  {
    name: 'overwrites the harness',
    stage: 'unittest',
    source: String.raw`
for module in list(sys.modules.values()):
    path = getattr(module, '__file__', None) or ''
    if '/harness/' not in path: continue
    folder = os.path.dirname(path)
    attempt('write ' + path, lambda: open(path, 'a').write('\n'))
    attempt('chmod ' + path, lambda: os.chmod(path, 0o777))
    attempt('remove ' + path, lambda: os.remove(path))
    attempt('rename ' + folder, lambda: os.rename(folder, folder + 'x'))
    attempt('create', lambda: open(folder + '/' + ESCAPE, 'w'))`,
  },
  {
    name: 'plants plugins and settings of pytest while it runs',
    stage: 'pytest',
    top: String.raw`
for path in ('conftest.py', 'notes/conftest.py', 'pytest.ini', 'tox.ini', 'setup.cfg', 'sitecustomize.py', 'coppice_pytest.py', 'coppice_records.py'):
    open(path, 'w').write('def pytest_runtest_makereport(item, call): pass\n')
os.environ['PYTEST_ADDOPTS'] = '--collect-only'
os.environ['PYTEST_PLUGINS'] = 'conftest'
os.environ['PYTHONPATH'] = '.'`,
    source: 'pass',
  },
  {
    name: 'makes pytest report success',
    stage: 'pytest',
    top: `
import _pytest.reports
make = _pytest.reports.TestReport.from_item_and_call.__func__
def passing(cls, item, call):
    call.excinfo = None
    return make(cls, item, call)
_pytest.reports.TestReport.from_item_and_call = classmethod(passing)`,
    source: 'pass',
  },
  {
    name: 'makes pytest report success of the tests of the project alone',
    stage: 'pytest',
    top: `
import _pytest.python
run = _pytest.python.pytest_pyfunc_call
def pytest_pyfunc_call(pyfuncitem):
    return True if 'test_work' in pyfuncitem.nodeid and pyfuncitem.name.startswith('test_') else run(pyfuncitem)
_pytest.python.pytest_pyfunc_call = pytest_pyfunc_call
_pytest.python.Function.runtest = lambda self: None if self.name.startswith('test_') else pytest_pyfunc_call(self)`,
    source: 'pass',
  },
  {
    name: 'starts the harness again in its place',
    stage: 'unittest',
    source: "os.execv(sys.executable, [sys.executable, '-c', 'print(1)', *sys.orig_argv[1:]])",
  },
  {
    name: 'changes the package and its scripts',
    stage: 'node-files',
    top: `
fs.writeFileSync('package.json', '{"type": "module", "scripts": {"test": "exit 0"}, "imports": {"#x": "./x.js"}}');
fs.writeFileSync('node.config.json', '{}');
process.env.NODE_OPTIONS = '--test-only';`,
    source: '',
  },
  {
    name: 'plants hooks of git in the workspace',
    stage: 'shell',
    source: `
for folder in . "$WORKSPACE" ..; do
  mkdir -p "$folder/.git/hooks" && echo 'exit 0' > "$folder/.git/hooks/pre-commit" && chmod +x "$folder/.git/hooks/pre-commit"
done
exit 0`,
  },
];
