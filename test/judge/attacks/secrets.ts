import type { Attack } from './attack.ts';

/** What the user has and tests must not see. */
export const SECRETS: Attack[] = [
  {
    name: 'reads the environment of the judge and of all processes',
    stage: 'unittest',
    source: `
show(lambda: os.environ)
for process in sorted(name for name in os.listdir('/proc') if name.isdigit()):
    for name in ('environ', 'cmdline', 'status'):
        show(lambda: open(f'/proc/{process}/{name}').read()[-300:])
if len([name for name in os.listdir('/proc') if name.isdigit()]) > 3: reached('processes of others')`,
  },
  {
    name: 'looks for keys and tokens where they are kept',
    stage: 'shell',
    source: String.raw`
cat "$PLANTED" "$KEY" ~/.ssh/* "$HOME"/.ssh/* "$HOME/.netrc" "$HOME/.npmrc" "$HOME/.aws/credentials" "$HOME/.git-credentials" \
  "$HOME/.config/gh/hosts.yml" "$HOME/.bash_history" /etc/shadow /etc/gshadow /etc/ssh/ssh_host_*_key /etc/sudoers \
  /run/secrets/* /var/run/secrets/kubernetes.io/serviceaccount/token >&2
for file in "$HOME/.ssh" "$HOME/.config" "$HOME/.bash_history" /etc/shadow /etc/sudoers /var/lib /var/log /run/secrets; do
  [ -e "$file" ] && reached "$file"
done
find / -xdev \( -name id_ed25519 -o -name secret -o -name "$(basename "$PLANTED")" \) 2>/dev/null >&2
ps auxeww 2>/dev/null | head -c 2000 >&2
exit 0`,
  },
  {
    name: 'looks for the sockets of daemons',
    stage: 'shell',
    source: String.raw`
for file in /run/dbus/system_bus_socket /var/run/docker.sock /run/docker.sock /run/containerd/containerd.sock /run/podman/podman.sock \
  /run/user /tmp/.X11-unix /run/systemd/private /run/snapd.socket /run/udev /tmp/vscode-ipc*.sock "$SSH_AUTH_SOCK" "$XDG_RUNTIME_DIR"; do
  [ -n "$file" ] && [ -e "$file" ] && reached "$file"
done
[ -n "$DBUS_SESSION_BUS_ADDRESS$DISPLAY$SSH_AUTH_SOCK$VSCODE_IPC_HOOK_CLI" ] && reached 'addresses of daemons'
exit 0`,
  },
  {
    name: 'looks for other slots, snapshots and workspaces',
    stage: 'unittest',
    source: `
found = set()
for folder, folders, files in os.walk(os.path.dirname(OUTSIDE)):
    if folder.count('/') > 8 or folder == WORKSPACE: folders.clear()
    found.update(os.path.join(folder, name) for name in files)
strange = [path for path in found if '/harness/' not in path and not path.startswith(WORKSPACE + '/')]
if strange: reached(str(strange[:5]))`,
  },
  {
    name: 'attaches the shared memory of other processes',
    stage: 'unittest',
    source: `
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(SEGMENT, 0, 0)
if segment >= 0: print(ctypes.string_at(libc.shmat(segment, None, 0), 36))
print(open('/proc/sysvipc/shm').read())
for name in os.listdir('/dev/shm'): reached('/dev/shm/' + name)`,
  },
  {
    name: 'reads the secret from Node',
    stage: 'node',
    source: `
for (const path of [SECRET, KEY, PLANTED, '/proc/1/environ', '/proc/' + JUDGE + '/environ', '/proc/self/root' + SECRET]) show(() => fs.readFileSync(path));
show(() => JSON.stringify(process.env));
show(() => execFileSync('/bin/sh', ['-c', 'cat ' + SECRET + ' ' + PLANTED]));`,
  },
];
