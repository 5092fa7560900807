import type { Attack } from './attack.ts';

/** The kernel itself: /proc, namespaces, mounts and the calls that only administrators and attackers make. */
export const KERNEL: Attack[] = [
  {
    name: 'opens the memory of other processes',
    stage: 'unittest',
    source: `
for process in (JUDGE, VICTIM):
    for name in ('mem', 'maps', 'environ', 'fd', 'map_files', 'stack'):
        attempt(f'{process} {name}', lambda: os.listdir(f'/proc/{process}/{name}') if name in ('fd', 'map_files') else open(f'/proc/{process}/{name}', 'rb').read(1))`,
  },
  {
    name: 'opens settings of the machine to write',
    stage: 'shell',
    source: String.raw`
for file in /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sys/kernel/modprobe /proc/sys/vm/overcommit_memory \
  /proc/sys/fs/binfmt_misc/register /proc/sys/net/ipv4/ip_forward /proc/sysrq-trigger /proc/irq/default_smp_affinity \
  /sys/kernel/uevent_helper /sys/power/state /sys/fs/cgroup/cgroup.procs /proc/sys/user/max_user_namespaces \
  /proc/acpi/wakeup /proc/mtrr /proc/scsi/scsi /proc/timer_list; do
  ( : >> "$file" ) 2>/dev/null && reached "$file"
done
exit 0`,
  },
  {
    name: 'reads the memory of the kernel',
    stage: 'shell',
    source: `
for file in /proc/kcore /proc/kmsg /dev/mem /sys/kernel/debug/tracing/trace /sys/firmware/dmi/tables/DMI /boot/System.map; do
  ( head -c 1 "$file" ) >/dev/null 2>&1 && reached "$file"
done
if grep -qv '^0000000000000000 ' /proc/kallsyms 2>/dev/null; then reached 'addresses of the kernel'; fi
exit 0`,
  },
  {
    name: 'asks to be spared when memory runs out',
    stage: 'unittest',
    source: `
for process in os.listdir('/proc'):
    if process.isdigit() or process == 'self':
        attempt('spare ' + process, lambda: put(f'/proc/{process}/oom_score_adj', '-1000'))
attempt('priority', lambda: os.nice(-5))
attempt('real time', lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
attempt('limits', lambda: __import__('resource').setrlimit(7, (1 << 20, 1 << 20)))`,
  },
  {
    name: 'rewrites who it is',
    stage: 'unittest',
    source: `
for name in ('uid_map', 'gid_map', 'setgroups'):
    attempt(name, lambda: put('/proc/self/' + name, '0 0 1'))
for call in (os.setuid, os.setgid, os.seteuid):
    for number in (1, 65534, 1000):
        attempt(f'{call.__name__} {number}', lambda: call(number))
attempt('groups', lambda: os.setgroups([0, 6]))
caps = [line for line in open('/proc/self/status') if line.startswith('Cap') and int(line.split()[1], 16)]
if caps: reached(str(caps))`,
  },
  {
    name: 'makes a namespace of users and mounts in it',
    stage: 'c',
    source: `
if (unshare(CLONE_NEWUSER) == 0) {
  reached("a namespace of users");
  ATTEMPT(unshare(CLONE_NEWNS));
  ATTEMPT(mount("tmpfs", "/tmp", "tmpfs", 0, ""));
  ATTEMPT(mount("proc", "/proc", "proc", 0, ""));
}`,
  },
  {
    name: 'makes namespaces of every other kind',
    stage: 'c',
    source: `
int kinds[] = { CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP, 0x80 };
for (int i = 0; i < 7; i++) {
  ATTEMPT(unshare(kinds[i]));
  if (i < 6) ATTEMPT(syscall(SYS_clone, kinds[i] | SIGCHLD, 0, 0, 0, 0));
}`,
  },
  {
    name: 'makes a namespace of users by the newest call',
    stage: 'c',
    source: `
struct clone_args wanted = { .flags = CLONE_NEWUSER | CLONE_NEWNS, .exit_signal = SIGCHLD };
long child = syscall(SYS_clone3, &wanted, sizeof wanted);
if (child == 0) _exit(0);
if (child > 0) reached("clone3 with a namespace of users"); else perror("clone3");
child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
if (child == 0) _exit(0);
if (child > 0) reached("clone with a namespace of users"); else perror("clone");`,
  },
  {
    name: 'nests namespaces through the programs of the system',
    stage: 'shell',
    source: `
attempt unshare --user --map-root-user true
attempt unshare --user --map-root-user --mount --pid --fork mount -t tmpfs tmpfs /tmp
attempt unshare --net true
command -v bwrap >/dev/null && attempt bwrap --bind / / true
attempt nsenter --target 1 --all true
exit 0`,
  },
  {
    name: 'mounts, and makes what is read-only writable',
    stage: 'c',
    source: `
mkdir("place", 0755);
ATTEMPT(mount("tmpfs", "place", "tmpfs", 0, ""));
ATTEMPT(mount("/", "place", 0, MS_BIND | MS_REC, 0));
ATTEMPT(mount("proc", "place", "proc", 0, ""));
ATTEMPT(mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0));
ATTEMPT(mount(0, "/usr", 0, MS_REMOUNT | MS_BIND, 0));
ATTEMPT(mount(0, "/", 0, MS_SHARED | MS_REC, 0));
ATTEMPT(mount("/dev/vda", "place", "ext4", 0, ""));
ATTEMPT(umount2("/proc", MNT_DETACH));
ATTEMPT(umount2("/proc/sys", MNT_DETACH));
ATTEMPT(umount2("/tmp", MNT_DETACH));
ATTEMPT(umount2(WORKSPACE, MNT_DETACH));
ATTEMPT(syscall(SYS_pivot_root, ".", "place"));`,
  },
  {
    name: 'mounts by the newer calls',
    stage: 'c',
    source: `
ATTEMPT(syscall(430, "tmpfs", 0));
ATTEMPT(syscall(428, AT_FDCWD, "/usr", 1 | 0x8000));
int root = open("/", O_RDONLY);
ATTEMPT(syscall(429, root, "", AT_FDCWD, "place", 4));
struct { uint64_t set, clear, spread, user; } change = { 0, 1, 0, 0 };
ATTEMPT(syscall(442, AT_FDCWD, "/usr", 0, &change, sizeof change));
ATTEMPT(syscall(433, AT_FDCWD, "/usr", 0));`,
  },
  {
    name: 'enters the namespaces of other processes',
    stage: 'c',
    source: `
const char *kinds[] = { "mnt", "net", "pid", "user", "ipc", "uts", "cgroup", "pid_for_children" };
char path[64];
int processes[] = { 1, getppid(), JUDGE, VICTIM };
for (int p = 0; p < 4; p++) for (int k = 0; k < 8; k++) {
  snprintf(path, sizeof path, "/proc/%d/ns/%s", processes[p], kinds[k]);
  int space = open(path, O_RDONLY);
  if (space >= 0 && setns(space, 0) == 0) reached(path);
}
int handle = syscall(SYS_pidfd_open, 1, 0);
ATTEMPT(setns(handle, CLONE_NEWNS));`,
  },
  {
    name: 'makes the calls of an administrator',
    stage: 'c',
    source: `
struct timespec now; struct timeval moment;
clock_gettime(CLOCK_REALTIME, &now); gettimeofday(&moment, 0);
ATTEMPT(clock_settime(CLOCK_REALTIME, &now));
ATTEMPT(settimeofday(&moment, 0));
ATTEMPT(sethostname("coppice", 7));
ATTEMPT(syscall(SYS_setdomainname, "coppice", 7));
ATTEMPT(syscall(SYS_swapon, "work.c", 0));
ATTEMPT(syscall(SYS_acct, "work.c"));
ATTEMPT(syscall(SYS_kexec_load, 0L, 0L, 0L, 0L));
ATTEMPT(syscall(SYS_init_module, "", 0L, ""));
ATTEMPT(syscall(SYS_finit_module, open("work.c", O_RDONLY), "", 0));
ATTEMPT(syscall(SYS_delete_module, "none", O_NONBLOCK));
ATTEMPT(syscall(SYS_quotactl, 0x800001, "/dev/vda", 0, 0));
ATTEMPT(syscall(SYS_syslog, 3, malloc(64), 64));
ATTEMPT(syscall(SYS_vhangup));
#ifdef SYS_iopl
ATTEMPT(syscall(SYS_iopl, 3));
ATTEMPT(syscall(SYS_ioperm, 0x80, 1, 1));
#endif`,
  },
  {
    name: 'asks for the parts of the kernel that attacks begin with',
    stage: 'c',
    source: `
uint64_t exit_program[] = { 0xb7, 0x95 };
struct { uint32_t kind, count; uint64_t code, license, rest[14]; } program = { 1, 2, (uint64_t)exit_program, (uint64_t)"GPL" };
ATTEMPT(syscall(SYS_bpf, 5, &program, sizeof program));
struct { uint32_t type, size; uint64_t config, rest[12]; } event = { 1, 112 };
ATTEMPT(syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
ATTEMPT(syscall(SYS_userfaultfd, 0));
ATTEMPT(syscall(SYS_fanotify_init, 0, 0));
ATTEMPT(syscall(SYS_lookup_dcookie, 0, malloc(64), 64));`,
  },
  {
    name: 'types into the terminal of the judge',
    stage: 'unittest',
    source: `
import fcntl, termios
for path in ('/dev/tty', '/dev/console', '/dev/tty0', '/dev/pts/0'):
    attempt('terminal ' + path, lambda: fcntl.ioctl(os.open(path, os.O_RDWR), termios.TIOCSTI, b'x'))
for handle in range(8):
    attempt(f'type {handle}', lambda: fcntl.ioctl(handle, termios.TIOCSTI, b'x'))`,
  },
];
