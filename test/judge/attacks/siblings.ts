import type { Attack } from './attack.ts';

/** What one candidate could leave for another, or do to it. */
export const SIBLINGS: Attack[] = [
  {
    name: 'leaves files for the next candidate',
    stage: 'unittest',
    twice: true,
    source: `
paths = [folder + '/left' for folder in ('.', 'notes', '/tmp', '/dev/shm', '/var/tmp', os.environ['HOME'])]
for path in paths:
    if os.path.exists(path): reached(path)
for path in paths: open(path, 'w').close()`,
  },
  {
    name: 'leaves shared memory, queues and semaphores',
    stage: 'unittest',
    twice: true,
    source: `
for kind in ('shm', 'sem', 'msg'):
    if len(open('/proc/sysvipc/' + kind).readlines()) > 1: reached(kind)
libc.shmget(4711, 4096, 0o1666)
libc.semget(4711, 1, 0o1666)
libc.msgget(4711, 0o1666)
from multiprocessing import shared_memory
try:
    shared_memory.SharedMemory('left', create=True, size=4096)
except FileExistsError:
    reached('shared memory by name')
queue = ctypes.CDLL('librt.so.1', use_errno=True).mq_open
if queue(b'/left', os.O_RDWR) >= 0: reached('a queue')
queue(b'/left', os.O_RDWR | os.O_CREAT, 0o600, None)`,
  },
  {
    name: 'leaves keys in the keyring of its user',
    stage: 'unittest',
    twice: true,
    source: `
add, keyctl = 248, 250
if os.uname().machine != 'x86_64': add, keyctl = 217, 219
for ring in (-3, -4, -5):
    if libc.syscall(keyctl, 10, ring, b'user', b'coppice-left', 0) >= 0: reached(f'a key in {ring}')
    libc.syscall(add, b'user', b'coppice-left', b'x', 1, ring)`,
  },
  {
    name: 'leaves a process that rewrites what the next one is tested by',
    stage: 'unittest',
    twice: true,
    source: `
if os.path.exists('/tmp/here'): reached('the process of the one before')
open('/tmp/here', 'w').close()
os.makedirs('kept', exist_ok=True)
handle = os.open('.', os.O_RDONLY)
if os.fork() == 0:
    os.setsid()
    os.closerange(0, 3)
    while True:
        for name in ('work.py', 'test_work.py'):
            try:
                file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, dir_fd=handle)
                os.write(file, b'raise SystemExit')
            except OSError:
                pass
        time.sleep(0.001)`,
  },
  {
    name: 'leaves a listener with an abstract name and a port',
    stage: 'unittest',
    twice: true,
    source: String.raw`
names = [(socket.AF_UNIX, '\0coppice-left'), (socket.AF_INET, ('127.0.0.1', 47110))]
for family, name in names:
    peer = socket.socket(family)
    if peer.connect_ex(name) == 0: reached(str(name))
listeners = [socket.socket(family) for family, _ in names]
for listener, (_, name) in zip(listeners, names):
    try:
        listener.bind(name)
        listener.listen()
    except OSError as error:
        print(error)
if os.fork() == 0:
    os.setsid()
    time.sleep(60)`,
  },
  {
    name: 'goes for the server that it was forked from',
    stage: 'unittest',
    source: String.raw`
for process in range(1, 200):
    try:
        if 'coppice-forks' in open(f'/proc/{process}/comm').read(): reached('the server')
    except OSError:
        pass
for handle in range(4, 64):
    try:
        os.write(handle, b'{"ended": 0}\n')
    except OSError:
        pass
for handle in range(3):
    for text in (b'{"ended": 0}\n', b'{"marked": true}\n'):
        try:
            os.write(handle, text)
        except OSError:
            pass
os.setpgid(0, 0)
libc.prctl(1, 0)
libc.prctl(4, 0)`,
  },
  {
    name: 'leaves settings of interpreters for the next candidate',
    stage: 'unittest',
    twice: true,
    source: String.raw`
import site
places = {'.', 'src', os.environ['HOME'], site.getusersitepackages(), *site.getsitepackages(), os.path.dirname(os.__file__)}
for place in places:
    for name in ('sitecustomize.py', 'usercustomize.py', 'left.pth', 'json.py', 'unittest.py', 'conftest.py', 'pytest.ini'):
        path = os.path.join(place, name)
        try:
            os.makedirs(place, exist_ok=True)
            if os.path.exists(path) and 'left by' in open(path).read(): reached(path)
            open(path, 'a').write('import os; os._exit(0)  # left by a candidate\n')
        except OSError as error:
            print(error)`,
  },
  {
    name: 'leaves hooks, settings and packages of Node',
    stage: 'node',
    twice: true,
    source: `
for (const path of ['.git/hooks/post-checkout', '.npmrc', '.noderc', 'node_modules/node:test/index.js', 'package.json', WORKSPACE + '/.git/hooks/pre-commit', process.env.HOME + '/.npmrc']) {
  try {
    if (fs.existsSync(path) && String(fs.readFileSync(path)).includes('left by')) reached(path);
    fs.mkdirSync(path.slice(0, path.lastIndexOf('/')) || '.', { recursive: true });
    fs.writeFileSync(path, '{"name": "left by a candidate"}');
  } catch (error) {
    console.log(error.code);
  }
}
process.env.NODE_OPTIONS = '--import ./left.mjs';`,
  },
];
