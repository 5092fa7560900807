import type { Attack } from './attack.ts';

/** Out of the slot, by every way that a path can take. */
export const FILES: Attack[] = [
  {
    name: 'reads files by their absolute paths',
    stage: 'unittest',
    source: 'for path in (SECRET, KEY, PLANTED): show(lambda: open(path).read())',
  },
  {
    name: 'reads a file through the folders above its own',
    stage: 'unittest',
    source: `
for depth in range(1, 12):
    show(lambda: open('../' * depth + SECRET[1:]).read())
show(lambda: open(os.path.join(WORKSPACE, '..', os.path.basename(OUTSIDE), 'secret')).read())`,
  },
  {
    name: 'puts symbolic links in place of its own file and of folders',
    stage: 'unittest',
    source: `
for name in ('work.py', 'test_work.py', 'notes/keep.txt'):
    os.remove(name)
    os.symlink(SECRET, name)
os.rename('notes', 'away')
os.symlink(OUTSIDE, 'notes')
show(lambda: open('work.py').read())
attempt('write through a link', lambda: open('notes/' + ESCAPE, 'w'))`,
  },
  {
    name: 'makes hard links to files outside',
    stage: 'unittest',
    source: `
for path in (SECRET, PLANTED, '/etc/passwd', '/usr/bin/env', f'/proc/{JUDGE}/exe'):
    for follow in (True, False):
        attempt('link ' + path, lambda: os.link(path, 'linked', follow_symlinks=follow))`,
  },
  {
    name: 'renames the folders above its own',
    stage: 'unittest',
    source: `
above = WORKSPACE
while above != '/':
    attempt('rename ' + above, lambda: os.rename(above, above + ESCAPE))
    attempt('exchange ' + above, lambda: libc.renameat2(-100, above.encode(), -100, b'notes', 2) and 1 / 0)
    above = os.path.dirname(above)`,
  },
  {
    name: 'walks through the root and the folders of processes',
    stage: 'unittest',
    source: `
for process in ['self', 'thread-self', '1', str(os.getppid()), str(JUDGE), str(VICTIM)]:
    for way in ('root', 'cwd', 'cwd/../../../..', 'root/proc/1/root'):
        for path in (SECRET, PLANTED):
            show(lambda: open(f'/proc/{process}/{way}{path}').read())`,
  },
  {
    name: 'walks from every descriptor that it inherits',
    stage: 'unittest',
    source: `
for handle in range(256):
    try:
        kind = os.readlink(f'/proc/self/fd/{handle}')
    except OSError:
        continue
    if kind.startswith('/') and not kind.startswith(('/dev/', '/proc/')): reached('descriptor ' + kind)
    for path in (SECRET, PLANTED):
        try:
            print(os.read(os.open('../../../../../..' + path, os.O_RDONLY, dir_fd=handle), 99))
        except OSError:
            pass`,
  },
  {
    name: 'opens files by their handles, past any path',
    stage: 'c',
    source: `
struct { struct file_handle head; unsigned char bytes[64]; } handle = { .head.handle_bytes = 64 };
int mount, folder = open(".", O_RDONLY);
if (name_to_handle_at(folder, "", &handle.head, &mount, AT_EMPTY_PATH)) perror("name");
ATTEMPT(open_by_handle_at(folder, &handle.head, O_RDONLY));
for (uint32_t inode = 1; inode < 16; inode++) {
  handle.head.handle_bytes = 8; handle.head.handle_type = 1;
  memcpy(handle.bytes, &inode, 4); memset(handle.bytes + 4, 0, 4);
  if (open_by_handle_at(folder, &handle.head, O_RDONLY) >= 0) reached("a handle");
}`,
  },
  {
    name: 'makes device nodes',
    stage: 'unittest',
    source: `
for kind, major, minor in ((0o060000, 254, 0), (0o060000, 8, 0), (0o020000, 1, 1), (0o020000, 10, 232)):
    for folder in ('.', '/tmp', '/dev/shm', '/dev'):
        attempt(f'node {major}:{minor}', lambda: os.mknod(folder + '/node', kind | 0o666, os.makedev(major, minor)))`,
  },
  {
    name: 'opens the devices of the machine',
    stage: 'shell',
    source: `
for device in mem kmem port kmsg fuse kvm net/tun vda sda nvme0n1 loop0 loop-control mapper/control vhost-vsock uinput snapshot; do
  [ -e /dev/$device ] && reached "/dev/$device"
done
exit 0`,
  },
  {
    name: 'writes to packages that are shared read-only',
    stage: 'node',
    source: `
const shared = 'node_modules/one/index.js';
attempt('write', () => fs.writeFileSync(shared, 'module.exports = 2;'));
attempt('chmod', () => fs.chmodSync(shared, 0o777));
attempt('chown', () => fs.chownSync(shared, 1, 1));
attempt('times', () => fs.utimesSync(shared, 1, 1));
attempt('unlink', () => fs.unlinkSync(shared));
attempt('create', () => fs.writeFileSync('node_modules/' + ESCAPE, ''));
attempt('rename', () => fs.renameSync('node_modules', 'away'));
attempt('link', () => fs.linkSync(shared, 'mine.js'));
attempt('remove', () => fs.rmSync('node_modules', { recursive: true }));`,
  },
  {
    name: 'leaves a program that runs as its owner',
    stage: 'unittest',
    twice: true,
    source: `
import shutil
if os.path.exists('sh') or os.path.exists('/tmp/sh'): reached('the program of the one before')
for folder in ('.', '/tmp', '/dev/shm'):
    shutil.copy('/bin/sh', folder + '/sh')
    os.chmod(folder + '/sh', 0o6755)
    print(subprocess.run([folder + '/sh', '-pc', f'cat {SECRET} {PLANTED}'], capture_output=True, text=True))`,
  },
  {
    name: 'changes rights and owners outside',
    stage: 'shell',
    source: `
attempt chmod 777 "$OUTSIDE" "$SECRET" "$PLANTED" "$HOME"
attempt chown 1:1 "$SECRET"
attempt chmod 4777 /bin/sh /usr/bin/env
attempt touch /usr/bin/env /etc/passwd
attempt chattr +i work.sh
exit 0`,
  },
  {
    name: 'writes to every folder of the system',
    stage: 'shell',
    source: String.raw`
for folder in / /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /usr /usr/local /var \
  "$OUTSIDE" "$HOME" "$WORKSPACE/.." /usr/lib/python3 /usr/local/bin /var/spool/cron /etc/cron.d; do
  mkdir -p "$folder" 2>/dev/null
  echo x 2>/dev/null > "$folder/$ESCAPE"
done
exit 0`,
  },
  {
    name: 'writes to files through descriptors that were opened to read',
    stage: 'unittest',
    source: `
for path in ('/usr/bin/env', '/proc/self/exe', '/etc/passwd', '/lib64/ld-linux-x86-64.so.2', json.__file__):
    attempt('write ' + path, lambda: open(path, 'r+b'))
    handle = os.open(path, os.O_RDONLY)
    attempt('again ' + path, lambda: os.open(f'/proc/self/fd/{handle}', os.O_RDWR))
    attempt('truncate ' + path, lambda: os.truncate(path, 0))
attempt('name a nameless file', lambda: os.link(f"/proc/self/fd/{os.open('.', os.O_TMPFILE | os.O_RDWR)}", OUTSIDE + '/' + ESCAPE))`,
  },
  {
    name: 'changes its root and climbs out of it',
    stage: 'c',
    source: `
mkdir("jail", 0755);
int here = open(".", O_RDONLY);
ATTEMPT(chroot("jail"));
fchdir(here);
for (int i = 0; i < 64; i++) chdir("..");
char text[64] = "";
int file = open(&SECRET[1], O_RDONLY);
if (file >= 0 && read(file, text, 63) > 0) fputs(text, stderr);`,
  },
  {
    name: 'makes its folders hard to enter',
    stage: 'unittest',
    source: `
os.chmod('notes', 0)
os.chmod('.', 0)`,
  },
  {
    name: 'leaves times and attributes of folders',
    stage: 'unittest',
    twice: true,
    reaches: 'only copying all that is in a folder would give it new ones',
    source: `
try:
    print(os.getxattr('notes', 'user.coppice'))
    reached('the attribute of the one before')
except OSError:
    pass
if os.stat('notes').st_mtime == 1: reached('the time of the one before')
try:
    os.setxattr('notes', 'user.coppice', b'1')
except OSError as error:
    print(error)
os.utime('notes', (1, 1))`,
  },
];
