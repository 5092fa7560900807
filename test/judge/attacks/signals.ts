import type { Attack } from './attack.ts';

/** Signals and the control of other processes. */
export const SIGNALS: Attack[] = [
  { name: 'kills whatever it can', stage: 'unittest', source: 'os.kill(-1, signal.SIGKILL)\ntime.sleep(0.1)' },
  {
    name: 'kills its parents, and those of others by number',
    stage: 'unittest',
    source: `
for process in (JUDGE, VICTIM, os.getppid(), 1):
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
        try:
            os.kill(process, number)
        except OSError as error:
            print(process, error)`,
  },
  {
    name: 'kills the groups around it',
    stage: 'shell',
    source: 'kill -9 -1\nkill -9 $PPID\nkill -9 1\nkill -9 0',
  },
  {
    name: 'stops everybody',
    stage: 'unittest',
    source: 'os.kill(-1, signal.SIGSTOP)\nos.kill(os.getppid(), signal.SIGSTOP)\nos.kill(1, signal.SIGSTOP)',
  },
  { name: 'stops itself', stage: 'unittest', ends: ['wall-clock'], source: 'os.kill(os.getpid(), signal.SIGSTOP)' },
  {
    name: 'stops the script that tests it',
    stage: 'shell',
    ends: ['wall-clock'],
    source: 'kill -STOP $PPID\nsleep 20',
  },
  {
    name: 'ignores every signal and goes on as a daemon',
    stage: 'unittest',
    source: `
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    os.closerange(0, 64)
    os.environ['COPPICE'] = 'left'
    os.execve('/bin/sleep', ['sleep', '60'], os.environ)`,
  },
  {
    name: 'controls a process outside',
    stage: 'c',
    source: `
ATTEMPT(ptrace(PTRACE_SEIZE, VICTIM, 0, 0));
ATTEMPT(ptrace(PTRACE_SEIZE, JUDGE, 0, 0));
ATTEMPT(syscall(SYS_pidfd_open, VICTIM, 0));
char byte; struct { void *at; size_t size; } here = { &byte, 1 }, there = { main, 1 };
ATTEMPT(syscall(SYS_process_vm_readv, JUDGE, &here, 1L, &there, 1L, 0L));
ATTEMPT(kill(VICTIM, SIGKILL));`,
  },
  {
    name: 'makes the script that tests it end with success',
    stage: 'c',
    source: `
#ifdef __x86_64__
int script = getppid();
struct user_regs_struct state;
if (ptrace(PTRACE_ATTACH, script, 0, 0)) return 1;
waitpid(script, 0, 0);
ptrace(PTRACE_GETREGS, script, 0, &state);
ptrace(PTRACE_POKETEXT, script, state.rip, 0x050fL);
state.rax = SYS_exit_group; state.orig_rax = -1; state.rdi = 0;
ptrace(PTRACE_SETREGS, script, 0, &state);
ptrace(PTRACE_DETACH, script, 0, 0);
sleep(1);
#else
execl("/bin/sh", "sh", "-c", "exit 1", (char *)0);
#endif`,
  },
  {
    name: 'makes the script that tests it end with success, by its memory in /proc',
    stage: 'c',
    source: `
#ifdef __x86_64__
char path[64], line[256];
snprintf(path, sizeof path, "/proc/%d/maps", getppid());
FILE *maps = fopen(path, "r");
snprintf(path, sizeof path, "/proc/%d/mem", getppid());
int memory = open(path, O_RDWR);
if (!maps || memory < 0) return 1;
/* exit_group(0), behind as many instructions that do nothing as there is room for. */
static unsigned char leave[] = { 0x31, 0xff, 0xb8, 0xe7, 0, 0, 0, 0x0f, 0x05 };
static unsigned char page[4096];
memset(page, 0x90, sizeof page);
memcpy(page + sizeof page - sizeof leave, leave, sizeof leave);
while (fgets(line, sizeof line, maps)) {
  unsigned long from, to; char rights[8];
  if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[2] != 'x' || strstr(line, "[v")) continue;
  for (; from < to; from += sizeof page) pwrite(memory, page, sizeof page, from);
}
return 1;
#else
return 1;
#endif`,
  },
];
