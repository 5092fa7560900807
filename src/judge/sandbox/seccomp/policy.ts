import { type Architecture, type CallName, NEWEST_CALL, numberOf } from './calls.ts';

/** Numbers of Linux, which are not those of the system that this may run on. */
export const EPERM = 1;
export const EINVAL = 22;
export const ENOSYS = 38;
export const EAFNOSUPPORT = 97;

/** What the kernel does with a call: it runs it, returns this error, or kills the process with SIGSYS. */
export type Answer = 'allow' | 'kill' | { error: number };

/**
 * About an argument. Of most the kernel reads the lower 32 bits, whatever stands above them; of a size it reads all 64, and what
 * its upper half is has a condition of its own.
 */
export type Condition = { argument: number; half?: 'upper' /** Bits that count. */; mask?: number } & (
  | { in: readonly number[] }
  | { notIn: readonly number[] }
  | { above: number }
);

export interface Rule {
  calls: readonly CallName[];
  error: number;
  /** All of them hold; absent for whatever the arguments are. */
  when?: readonly Condition[];
}

/** NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET of `linux/sched.h`. */
const NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
/** Only `unshare` takes it: for `clone` the bit is part of a signal's number. */
const TIME_NAMESPACE = 0x80;
const [UNIX, INET, INET6, NETLINK, ROUTE] = [1, 2, 10, 16, 0];
const [KIND_OF_FILE, CHARACTER_DEVICE, BLOCK_DEVICE] = [0o170000, 0o020000, 0o060000];
const [TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD] = [0x5412, 0x541c, 0x541d, 0x5423];
const [LINUX, QUERY] = [0, 0xffffffff];
/** Of a segment of System V's shared memory: a namespace has 4096, which are then no more than what fits into /dev/shm. */
const LARGEST_SEGMENT = 64 * 1024;

/**
 * What tests never need and attacks do. A process without rights, as tests are, is refused most of this by the kernel anyhow;
 * behind the filter it does not even get to the code that decides so, where the holes have been.
 */
export const RULES: readonly Rule[] = [
  {
    // Debuggers' own suites need these, and LeakSanitizer, which the limit of memory keeps out already.
    calls: ['ptrace', 'process_vm_readv', 'process_vm_writev', 'kcmp', 'pidfd_getfd'],
    error: EPERM,
  },
  { calls: ['bpf', 'perf_event_open', 'userfaultfd', 'add_key', 'request_key', 'keyctl'], error: EPERM },
  // As a kernel answers that was built without it: libuv and the runtimes of Rust then use what they used before.
  { calls: ['io_uring_setup', 'io_uring_enter', 'io_uring_register'], error: ENOSYS },
  // Programs that change their root in tests must be root; tests are not.
  { calls: ['mount', 'umount2', 'pivot_root', 'chroot', 'open_tree', 'open_tree_attr', 'move_mount'], error: EPERM },
  { calls: ['fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr', 'setns'], error: EPERM },
  // Samba and others give a thread a working directory of its own with it, which is left to them.
  { calls: ['unshare'], error: EPERM, when: [{ argument: 0, mask: NAMESPACES | TIME_NAMESPACE, notIn: [0] }] },
  { calls: ['clone'], error: EPERM, when: [{ argument: 0, mask: NAMESPACES, notIn: [0] }] },
  // Its flags lie in memory, where no filter can look. C libraries and Go fall back to `clone`.
  { calls: ['clone3'], error: ENOSYS },
  { calls: ['open_by_handle_at', 'name_to_handle_at', 'fanotify_init', 'fanotify_mark'], error: EPERM },
  { calls: ['mknod'], error: EPERM, when: [device(1)] },
  { calls: ['mknodat'], error: EPERM, when: [device(2)] },
  {
    calls: ['socket'],
    error: EAFNOSUPPORT,
    when: [{ argument: 0, notIn: [UNIX, INET, INET6, NETLINK] }],
  },
  {
    // C libraries ask over it for the addresses of the machine.
    calls: ['socket'],
    error: EAFNOSUPPORT,
    when: [
      { argument: 0, in: [NETLINK] },
      { argument: 2, notIn: [ROUTE] },
    ],
  },
  { calls: ['socketpair'], error: EAFNOSUPPORT, when: [{ argument: 0, notIn: [UNIX] }] },
  // Typing into a terminal, taking its console over, and loading a line discipline.
  { calls: ['ioctl'], error: EPERM, when: [{ argument: 1, in: [TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD] }] },
  { calls: ['personality'], error: EPERM, when: [{ argument: 0, notIn: [LINUX, QUERY] }] },
  { calls: ['kexec_load', 'kexec_file_load', 'init_module', 'finit_module', 'delete_module'], error: EPERM },
  { calls: ['reboot', 'swapon', 'swapoff', 'acct', 'quotactl', 'quotactl_fd', 'syslog', 'vhangup'], error: EPERM },
  { calls: ['settimeofday', 'clock_settime', 'adjtimex', 'clock_adjtime'], error: EPERM },
  { calls: ['sethostname', 'setdomainname', 'iopl', 'ioperm', 'modify_ldt'], error: EPERM },
  { calls: ['lookup_dcookie', 'uselib'], error: ENOSYS },
  // One that nobody has attached is no process's memory. Databases have a small one to find each other; what is large they map.
  { calls: ['shmget'], error: EINVAL, when: [{ argument: 1, above: LARGEST_SEGMENT }] },
  { calls: ['shmget'], error: EINVAL, when: [{ argument: 1, half: 'upper', notIn: [0] }] },
];

/**
 * What these rules say of a call. One that is newer than the tables is answered as by a kernel that is as old as they are;
 * the numbers of x32, a second interface to the same kernel on x86-64, lie above them all. A program for another architecture
 * is killed, since it would find its own calls under other numbers.
 *
 * @param isNative whether the call was made by the interface of this architecture
 * @param args 64 bits each
 */
export function answerTo(
  architecture: Architecture,
  call: { isNative: boolean; number: number; args: readonly bigint[] },
): Answer {
  if (!call.isNative) return 'kill';
  if (call.number > NEWEST_CALL) return { error: ENOSYS };
  const rule = RULES.find(({ calls, when = [] }) => {
    if (!calls.some((name) => numberOf(name, architecture) === call.number)) return false;
    return when.every((condition) => {
      const whole = call.args[condition.argument] ?? 0n;
      const half = Number((condition.half === 'upper' ? whole >> 32n : whole) & 0xffffffffn);
      const value = (half & (condition.mask ?? 0xffffffff)) >>> 0;
      if ('above' in condition) return value > condition.above;
      return 'in' in condition ? condition.in.includes(value) : !condition.notIn.includes(value);
    });
  });
  return rule ? { error: rule.error } : 'allow';
}

function device(argument: number): Condition {
  return { argument, mask: KIND_OF_FILE, in: [CHARACTER_DEVICE, BLOCK_DEVICE] };
}
