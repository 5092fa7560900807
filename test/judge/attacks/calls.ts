import type { Attack } from './attack.ts';

/**
 * Calls that the kernel would let any process make, inside of its namespaces and without rights: what stops them is the filter.
 * Each does what the call is for, where that can be done at all.
 */
export const CALLS: Attack[] = [
  {
    name: 'traces a process of its own and changes it',
    stage: 'c',
    source: `
static volatile long value = 1;
int child = fork();
if (child == 0) { while (value == 1) pause(); _exit(0); }
if (ptrace(PTRACE_ATTACH, child, 0, 0) == 0) {
  waitpid(child, 0, 0);
  ATTEMPT(ptrace(PTRACE_POKEDATA, child, (void *)&value, 2L));
  ptrace(PTRACE_DETACH, child, 0, 0);
} else perror("attach");
ATTEMPT(ptrace(PTRACE_SEIZE, child, 0, 0));
ATTEMPT(ptrace(PTRACE_TRACEME, 0, 0, 0));
kill(child, SIGKILL);`,
  },
  {
    name: 'reads, writes and compares processes of its own',
    stage: 'c',
    source: `
static long value = 1;
int child = fork();
if (child == 0) { pause(); _exit(0); }
long seen = 0;
struct { void *at; size_t size; } here = { &seen, sizeof seen }, there = { &value, sizeof value };
ATTEMPT(syscall(SYS_process_vm_readv, child, &here, 1L, &there, 1L, 0L));
ATTEMPT(syscall(SYS_process_vm_writev, child, &here, 1L, &there, 1L, 0L));
ATTEMPT(syscall(SYS_kcmp, getpid(), child, 0, 1, 1));
int handle = syscall(SYS_pidfd_open, child, 0);
ATTEMPT(syscall(SYS_pidfd_getfd, handle, 1, 0));
kill(child, SIGKILL);`,
  },
  {
    name: 'reads and writes by a ring that no filter looks into',
    stage: 'c',
    source: `
uint32_t settings[30] = { 0 };
int ring = syscall(SYS_io_uring_setup, 8, settings);
if (ring >= 0) reached("a ring"); else perror("setup");
ATTEMPT(syscall(SYS_io_uring_register, ring, 8, 0, 0));
ATTEMPT(syscall(SYS_io_uring_enter, ring, 0, 0, 0, 0, 0));`,
  },
  {
    name: 'keeps something in the key rings of the kernel',
    stage: 'unittest',
    source: `
add, ask, control = {'x86_64': (248, 249, 250), 'aarch64': (217, 218, 219)}[os.uname().machine]
for ring in (-1, -2, -3, -4, -5):
    key = libc.syscall(add, b'user', b'coppice', b'kept', 4, ring)
    if key > 0: reached(f'a key in ring {ring}')
    if libc.syscall(control, 0, ring, 0) > 0: reached(f'ring {ring}')
if libc.syscall(control, 1, b'coppice') > 0: reached('a ring that others may join')
if libc.syscall(ask, b'user', b'coppice', None, -3) > 0: reached('a key of others')
if open('/proc/keys').read().count('coppice') if os.path.exists('/proc/keys') else 0: reached('the list of keys')`,
  },
  {
    name: 'makes rings, keys and traces in tests of pytest',
    stage: 'pytest',
    source: `
arm = os.uname().machine == 'aarch64'
settings = ctypes.create_string_buffer(120)
if libc.syscall(425, 8, settings) >= 0: reached('a ring')
if libc.syscall(219 if arm else 250, 0, -3, 1) > 0: reached('a key ring')
if libc.ptrace(0, 0, 0, 0) == 0: reached('being traced')
if libc.syscall(282 if arm else 323, 0x801) >= 0: reached('page faults')
if libc.unshare(0x10000000) == 0: reached('a namespace of users')`,
  },
  {
    name: 'handles page faults itself, to stop the kernel where it likes',
    stage: 'c',
    source: `
ATTEMPT(syscall(SYS_userfaultfd, O_CLOEXEC));
ATTEMPT(syscall(SYS_userfaultfd, O_CLOEXEC | 1));`,
  },
  {
    name: 'types into a terminal of its own, which would be that of another',
    stage: 'unittest',
    source: String.raw`
import fcntl, pty, termios
try:
    server, client = pty.openpty()
except OSError as error:
    print(error)
else:
    fcntl.ioctl(client, 0x5413, b'\0' * 8)
    os.setsid() if os.getpid() != os.getsid(0) else None
    try:
        fcntl.ioctl(client, termios.TIOCSCTTY, 0)
    except OSError as error:
        print(error)
    attempt('typing', lambda: fcntl.ioctl(client, termios.TIOCSTI, b'x'))
    attempt('a line discipline', lambda: fcntl.ioctl(client, termios.TIOCSETD, struct.pack('i', 0)))
    attempt('typing with bits above', lambda: libc.ioctl(client, ctypes.c_ulong(0x700000000 + termios.TIOCSTI), b'x') and 1 / 0)`,
  },
  {
    name: 'opens sockets of every family that reaches into the kernel or past the machine',
    stage: 'unittest',
    source: `
for family in range(3, 46):
    if family in (10, 16): continue
    for kind in (1, 2, 3, 5):
        attempt(f'family {family}, {kind}', lambda: socket.socket(family, kind, 0).close())
for protocol in range(1, 23):
    attempt(f'netlink {protocol}', lambda: socket.socket(16, 3, protocol).close())
arm = os.uname().machine == 'aarch64'
if libc.syscall(198 if arm else 41, ctypes.c_ulong(0x500000000 + 38), 5, 0) >= 0: reached('a family with bits above')`,
  },
  {
    name: 'becomes another personality',
    stage: 'c',
    source: `
unsigned long kinds[] = { 0x0008, 0x100000, 0x400000, 0x20000, 0x4000000, 0x700000008 };
for (int i = 0; i < 6; i++) ATTEMPT(syscall(SYS_personality, kinds[i]));`,
  },
  {
    name: 'finds files by their handles',
    stage: 'c',
    source: `
struct { uint32_t bytes; int kind; char handle[128]; } file = { 128, 0 };
int mount_id;
ATTEMPT(syscall(SYS_name_to_handle_at, AT_FDCWD, ".", &file, &mount_id, 0));
ATTEMPT(syscall(SYS_fanotify_init, 0x200, 0));`,
  },
  {
    name: 'calls the kernel by its other interfaces',
    stage: 'c',
    source: `
#ifdef __x86_64__
ATTEMPT(syscall(0x40000000 + SYS_getpid));
int child = fork();
if (child == 0) {
  long answer;
  __asm__ volatile ("int $0x80" : "=a"(answer) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
  if (answer > 0) reached("the interface of 32 bits");
  _exit(0);
}
int status;
waitpid(child, &status, 0);
if (WIFEXITED(status) && WEXITSTATUS(status) == 0) fprintf(stderr, "it went on\\n");
#endif
for (long number = 470; number < 600; number++) {
  long answer = syscall(number, 0L, 0L, 0L, 0L, 0L, 0L);
  if (answer >= 0 || errno != ENOSYS) reached("a call that is newer than the filter");
}`,
  },
];
