import type { Attack } from './attack.ts';

/** More than its share: of processes, memory, disk, descriptors and time. */
export const RESOURCES: Attack[] = [
  {
    name: 'is a fork bomb in Python',
    stage: 'unittest',
    ends: ['processes', 'wall-clock'],
    source: `
while True:
    try:
        os.fork()
    except OSError:
        pass`,
  },
  { name: 'is a fork bomb in a shell', stage: 'shell', source: 'bomb() { bomb | bomb & bomb; }\nbomb' },
  {
    name: 'is a fork bomb in C that changes its group and its session',
    stage: 'c',
    ends: ['processes', 'wall-clock'],
    source: 'for (;;) { if (fork() == 0) setsid(); }',
  },
  {
    name: 'starts threads without end',
    stage: 'unittest',
    source: `
started = []
try:
    while len(started) < 5000:
        started.append(threading.Thread(target=time.sleep, args=(0.3,), daemon=True))
        started[-1].start()
except RuntimeError as error:
    print(len(started), error)
if len(started) == 5000: reached('5,000 threads')`,
  },
  {
    name: 'allocates in one process',
    stage: 'unittest',
    source: 'block = bytearray(4 << 30)\nfor at in range(0, len(block), 4096): block[at] = 1\nreached("4 GiB")',
  },
  {
    name: 'allocates in many processes',
    stage: 'c',
    // A busy machine may not give them so much in the time that they have.
    ends: ['memory', 'wall-clock'],
    source: `
for (int i = 0; i < 12; i++) if (fork() == 0) {
  size_t bytes = 400 << 20;
  char *block = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block != MAP_FAILED) memset(block, 1, bytes);
  sleep(20);
  _exit(0);
}
sleep(20);`,
  },
  {
    name: 'allocates outside of the heap of Node',
    stage: 'node',
    source: `
const blocks = [];
while (blocks.length < 64) blocks.push(Buffer.alloc(128 << 20, 1));
reached('8 GiB');`,
  },
  {
    name: 'keeps memory in files without a name',
    stage: 'unittest',
    ends: ['memory'],
    source: `
files = []
for _ in range(12):
    files.append(os.memfd_create('kept'))
    os.posix_fallocate(files[-1], 0, 250 << 20)
time.sleep(20)`,
  },
  {
    name: 'keeps memory in shared segments that nobody has attached',
    stage: 'unittest',
    source: `
libc.shmat.restype = ctypes.c_void_p
kept = 0
for _ in range(48):
    segment = libc.shmget(0, 64 << 20, 0o1600)
    if segment < 0: break
    place = libc.shmat(segment, None, 0)
    ctypes.memset(place, 1, 64 << 20)
    libc.shmdt(ctypes.c_void_p(place))
    kept += 1
time.sleep(0.2)
if kept == 48: reached('3 GiB')`,
  },
  {
    name: 'writes one huge file',
    stage: 'unittest',
    source: `
block = b'x' * (1 << 22)
with open('huge', 'wb') as file:
    for _ in range(256): file.write(block)
reached('1 GiB')`,
  },
  {
    name: 'fills the disk with large files',
    stage: 'unittest',
    ends: ['disk'],
    source: `
for n in range(14):
    handle = os.open(f'large{n}', os.O_CREAT | os.O_WRONLY)
    os.posix_fallocate(handle, 0, 200 << 20)
    if n % 2: os.remove(f'large{n}')
time.sleep(20)`,
  },
  {
    name: 'makes thousands of small files and deep folders',
    stage: 'unittest',
    source: `
for n in range(3000): open(f'small{n}', 'w').close()
for _ in range(1500):
    os.mkdir('d' * 100)
    os.chdir('d' * 100)`,
  },
  {
    name: 'makes sparse files as large as it may',
    stage: 'unittest',
    source: `
for n in range(200):
    with open(f'sparse{n}', 'wb') as file: file.truncate(255 << 20)
attempt('a sparse terabyte', lambda: open('vast', 'wb').truncate(1 << 40))`,
  },
  {
    name: 'fills the temporary folders',
    stage: 'unittest',
    twice: true,
    source: `
block = b'x' * (1 << 22)
for folder in ('/tmp', '/dev/shm'):
    if os.path.exists(folder + '/full'): reached('the file of the one before')
    try:
        with open(folder + '/full', 'wb') as file:
            for _ in range(63): file.write(block)
        with open(folder + '/more', 'wb') as file:
            for _ in range(63): file.write(block)
    except OSError as error:
        print(error)
    else:
        reached('500 MiB in ' + folder)`,
  },
  {
    name: 'uses up descriptors and watches of folders',
    stage: 'unittest',
    source: `
handles = []
try:
    while len(handles) < 5000: handles.append(os.open('/dev/null', os.O_RDONLY))
    reached('5,000 descriptors')
except OSError as error:
    print(len(handles), error)
for handle in handles: os.close(handle)
while len(handles) < 20000 and libc.inotify_init() >= 0: handles.append(0)
time.sleep(0.2)`,
  },
  {
    name: 'keeps every core busy with threads that outlive the tests',
    stage: 'c',
    source: `
for (int i = 0; i < 8; i++) if (fork() == 0) { for (volatile long n = 0; n < 400000000L; n++) {} _exit(0); }`,
  },
  {
    name: 'floods the descriptor of the records',
    stage: 'unittest',
    ends: ['output'],
    source: String.raw`
block = b'{"event":"end"}\n' * 65536
for _ in range(64): os.write(3, block)`,
  },
];
