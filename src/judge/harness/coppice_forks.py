"""The fork server: process/fork-server.ts speaks with it on descriptor 4.

It loads the test framework once; each fork is the second process of a process-id namespace of its own, with fresh /tmp,
/dev/shm and /proc, and no right left that the server has. The workspace is the only thing that forks have in common, and
the judge restores it between them.

  server  waits for  init, the first process of the new namespaces  waits for  the tests
"""
import atexit
import base64
import ctypes
import gc
import json
import os
import random
import re
import resource
import runpy
import signal
import site
import sys
import threading
import time
import types

import coppice_records

UID, GID, FILTER, ROOT, KIND, NAME = int(sys.argv[1]), int(sys.argv[2]), base64.b64decode(sys.argv[3]), *sys.argv[4:7]
BEFORE_KIND, ARGUMENTS = sys.argv[:5], sys.argv[7:]
CONTROL = 4
NEW_MOUNTS, NEW_USER, NEW_IPC, NEW_PIDS = 0x00020000, 0x10000000, 0x08000000, 0x20000000
READONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, PRIVATE, RECURSIVE = 1, 2, 4, 8, 32, 4096, 1 << 18, 16384
SET_DEATH_SIGNAL, SET_DUMPABLE, SET_NAME, SET_SECCOMP, DROP_BOUND, NO_NEW_PRIVILEGES, AMBIENT = 1, 4, 15, 22, 24, 38, 47
CLEAR_ALL, BY_FILTER, INSTRUCTION_BYTES = 4, 2, 8
TEMPORARY = (('/tmp', 'size=256m,mode=1777'), ('/dev/shm', 'size=256m,mode=1777'))
# A namespace that a fork has left is gone a little later.
ATTEMPTS, PAUSE = 200, 0.005

# A candidate may have replaced it in the end.
is_instance = isinstance
libc = ctypes.CDLL(None, use_errno=True)


class Header(ctypes.Structure):
    _fields_ = [('version', ctypes.c_uint32), ('pid', ctypes.c_int)]


class Sets(ctypes.Structure):
    _fields_ = [('effective', ctypes.c_uint32), ('permitted', ctypes.c_uint32), ('inheritable', ctypes.c_uint32)]


class Program(ctypes.Structure):
    _fields_ = [('count', ctypes.c_ushort), ('instructions', ctypes.c_char_p)]


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def mount(source, target, kind, flags, data=None):
    texts = [None if text is None else text.encode() for text in (source, target, kind, data)]
    check(libc.mount(*texts[:3], ctypes.c_ulong(flags), texts[3]), 'mount ' + target)


def refresh(place, options):
    """Mounts empty memory there. What is mounted below, as a workspace in /tmp, is so again."""
    below = [(point, os.open(point, os.O_PATH)) for point in POINTS if point.startswith(place + '/')]
    mount('tmpfs', place, 'tmpfs', NOSUID | NODEV, options)
    for point, handle in below:
        if os.path.isdir(f'/proc/self/fd/{handle}'):
            os.makedirs(point, exist_ok=True)
        elif not os.path.exists(point):
            os.makedirs(os.path.dirname(point), exist_ok=True)
            os.close(os.open(point, os.O_CREAT | os.O_WRONLY, 0o600))
        mount(f'/proc/self/fd/{handle}', point, None, BIND)
        os.close(handle)


def mount_points():
    with open('/proc/self/mountinfo') as mounts:
        return [re.sub(r'\\([0-7]{3})', octal, line.split(' ')[4]) for line in mounts]


def octal(match):
    return chr(int(match.group(1), 8))


# None comes later: nobody but forks can mount anything, and each in a namespace of its own.
POINTS = mount_points()


def isolate(hidden=None):
    """As the first process of a namespace: everything fresh, then all rights away."""
    check(libc.unshare(NEW_MOUNTS | NEW_IPC), 'unshare')
    mount(None, '/', None, PRIVATE | RECURSIVE)
    for place, options in TEMPORARY:
        refresh(place, options)
    os.mkdir('/tmp/home')
    if hidden:
        mount('tmpfs', hidden, 'tmpfs', NOSUID | NODEV, 'size=1m,mode=755')
    mount('proc', '/proc', 'proc', NOSUID | NODEV | NOEXEC)
    # Namespaces of users that may still be made: one for each that becomes the user who runs the tests.
    with open('/proc/sys/user/max_user_namespaces', 'w') as most:
        most.write('0' if os.getuid() == UID else '2' if KIND == 'pair' else '1')
    # Where memory runs out, the kernel ends tests and not the user's programs.
    with open('/proc/self/oom_score_adj', 'w') as score:
        score.write('1000')
    writable = os.open('/proc', os.O_PATH | os.O_DIRECTORY)
    # By its files a process changes the memory of others, and for one that is root outside, the machine's settings.
    mount('/proc', '/proc', None, BIND)
    mount(None, '/proc', None, REMOUNT | BIND | READONLY | NOSUID | NODEV | NOEXEC)
    if os.getuid() != UID:
        become_user(writable)
    os.close(writable)
    for capability in range(64):
        if libc.prctl(DROP_BOUND, capability, 0, 0, 0) != 0:
            break
    libc.prctl(AMBIENT, CLEAR_ALL, 0, 0, 0)
    check(libc.capset(ctypes.byref(Header(0x20080522, 0)), (Sets * 2)()), 'capset')
    check(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), 'no new privileges')
    check(libc.prctl(SET_DUMPABLE, 1, 0, 0, 0), 'dumpable')
    if FILTER:
        program = Program(len(FILTER) // INSTRUCTION_BYTES, FILTER)
        check(libc.prctl(SET_SECCOMP, BY_FILTER, ctypes.byref(program), 0, 0), 'seccomp filter')
    with open('/proc/self/status') as status:
        lines = dict(line.split(':\t', 1) for line in status.read().splitlines() if ':\t' in line)
    kept = [name for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb') if int(lines.get(name, '0'), 16) != 0]
    if kept or lines.get('NoNewPrivs', '1') != '1':
        raise OSError('rights are left: ' + ' '.join(kept))
    if FILTER and lines.get('Seccomp', '2') != '2':
        raise OSError('calls are not filtered')


def become_user(proc):
    inside = os.getuid(), os.getgid()
    for attempt in range(ATTEMPTS):
        if libc.unshare(NEW_USER) == 0:
            break
        if attempt == ATTEMPTS - 1:
            check(1, 'unshare user')
        time.sleep(PAUSE)
    for name, text in (('setgroups', 'deny'), ('uid_map', f'{UID} {inside[0]} 1'), ('gid_map', f'{GID} {inside[1]} 1')):
        handle = os.open('self/' + name, os.O_WRONLY, dir_fd=proc)
        try:
            os.write(handle, text.encode())
        except OSError as error:
            raise OSError(error.errno, f'{error.strerror}: {text}', name) from None
        finally:
            os.close(handle)


def limit(limits):
    for name, value in limits.items():
        most = resource.getrlimit(getattr(resource, name))[1]
        if most != resource.RLIM_INFINITY:
            value = min(value, most)
        resource.setrlimit(getattr(resource, name), (value, value))


def code_of(status):
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def wait_for(pid):
    """Its exit code; orphans that come to this process are reaped on the way."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            return code_of(status)


def fork(limits):
    """The exit code of a fork that ran to its end. Returns None in the fork itself, isolated."""
    # The server stays where it is: its next child, and no other, is the first of a namespace.
    own = os.open('/proc/self/ns/pid', os.O_RDONLY)
    check(libc.unshare(NEW_PIDS), 'unshare')
    init = os.fork()
    if init:
        check(libc.setns(own, NEW_PIDS), 'setns')
        os.close(own)
        return wait_for(init)
    try:
        libc.prctl(SET_NAME, b'python', 0, 0, 0)
        os.close(own)
        if KIND == 'pair':
            fork_worker(limits)
        else:
            os.close(CONTROL)
        isolate()
        libc.prctl(SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        tests = os.fork()
        if tests:
            os._exit(wait_for(tests))
        limit(limits)
        return None
    except BaseException as error:
        # Without the word that it has entered, the judge takes no outcome of it.
        os.write(2, repr(error).encode())
        os._exit(70)


def fork_worker(limits):
    """The other one of a pair, below this process, with which it ends: each gets an end of their line in place of CONTROL."""
    import socket

    here, there = socket.socketpair()
    own = os.open('/proc/self/ns/pid', os.O_RDONLY)
    check(libc.unshare(NEW_PIDS), 'unshare')
    init = os.fork()
    if init:
        check(libc.setns(own, NEW_PIDS), 'setns')
        os.close(own)
        os.dup2(here.fileno(), CONTROL)
        here.close()
        there.close()
        return
    try:
        os.dup2(there.fileno(), CONTROL)
        # It can't tell the judge anything: what it knows of this run's key is of no use to it.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2, coppice_records.RECORDS):
            os.dup2(nowhere, number)
        os.closerange(CONTROL + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        os.chdir('/')
        isolate(hidden=ROOT)
        libc.prctl(SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        worker = os.fork()
        if worker:
            os._exit(wait_for(worker))
        limit(limits)
        random.seed()
        import coppice_worker

        coppice_worker.serve('/tmp')
    finally:
        os._exit(70)


def say(**message):
    os.write(CONTROL, json.dumps(message).encode() + b'\n')


PROJECT = os.path.realpath(ROOT) + os.sep
# Installed for Python itself, which may be in the workspace.
INSTALLED = [os.path.realpath(path) + os.sep for path in {sys.prefix, sys.exec_prefix, *site.getsitepackages()}]


def is_of_project(path):
    path = os.path.realpath(path)
    return path.startswith(PROJECT) and not any(path.startswith(folder) for folder in INSTALLED)


def refuse_stale():
    """A module of the project that is loaded already would be the same in every fork, whatever the candidate is."""
    for name, module in list(sys.modules.items()):
        if is_of_project(getattr(module, '__file__', None) or os.devnull):
            sys.exit('loaded before the fork: ' + name)


def start_over():
    os.execv(sys.executable, [sys.executable, *BEFORE_KIND, 'early', NAME, *ARGUMENTS])


def serve():
    """Returns in each fork."""
    libc.prctl(SET_NAME, b'coppice-forks', 0, 0, 0)
    refuse_stale()
    gc.collect()
    gc.freeze()
    buffer = b''
    say(ready=True)
    while True:
        while b'\n' not in buffer:
            more = os.read(CONTROL, 65536)
            if not more:
                os._exit(0)
            buffer += more
        line, buffer = buffer.split(b'\n', 1)
        request = json.loads(line)
        if 'limits' in request:
            code = fork(request['limits'])
            if code is None:
                # The word of process/limits.ts.
                os.write(coppice_records.RECORDS, b'entered\n')
                coppice_records.use_key(request['key'])
                random.seed()
                return
            say(ended=code)
        else:
            for number in (1, 2, 3):
                os.write(number, request['mark'].encode())
            say(marked=True)


def run_module():
    sys.path[0] = ROOT
    runpy.run_module(NAME, run_name='__main__', alter_sys=True)


def run_script(code):
    main = types.ModuleType('__main__')
    main.__file__ = NAME
    sys.modules['__main__'] = main
    exec(code, vars(main))


def finish(run):
    """As the interpreter ends, but for taking itself apart, which is half of the work of a quick test."""
    try:
        os.chdir(ROOT)
        sys.argv = [NAME, *ARGUMENTS]
        run()
        code = 0
    except SystemExit as end:
        code = 0 if end.code is None else end.code
        if not is_instance(code, int):
            print(code, file=sys.stderr)
            code = 1
    except KeyboardInterrupt:
        sys.excepthook(*sys.exc_info())
        # The interpreter ends itself by the signal.
        code = 128 + signal.SIGINT
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            code = code or 120
    os._exit(code & 255)


if KIND in ('module', 'early'):
    import coppice_pytest_ahead, coppice_pytest_session

    look_at_tests = coppice_pytest_ahead.load(ROOT, ARGUMENTS)
    ahead = coppice_pytest_session.Ahead(serve, start_over, is_of_project) if KIND == 'module' else None
    # The plugin asks for it where what is left to read may be the project's own code.
    sys.modules['coppice_forks'] = sys.modules['__main__']
    finish(run_module)
else:
    import importlib.abc, importlib.util, traceback, unittest, coppice_guard
    for name in os.environ.pop('COPPICE_LOAD', '').split():
        importlib.import_module(name)
    with open(NAME, 'rb') as file:
        script = compile(file.read(), NAME, 'exec', dont_inherit=True)
    serve()
    finish(lambda: run_script(script))
