import type { Attack } from './attack.ts';

/** The network by every family, only ever toward listeners of the test on loopback. */
export const NETWORK: Attack[] = [
  {
    name: 'connects over IPv4 and IPv6',
    stage: 'unittest',
    source: `
for host, port in (('127.0.0.1', TCP4), ('localhost', TCP4), ('::ffff:127.0.0.1', TCP4), ('::1', TCP6), ('127.8.8.8', TCP4)):
    show(lambda: socket.create_connection((host, port), timeout=0.5).recv(64))`,
  },
  {
    name: 'sends datagrams, and asks for a name by them',
    stage: 'unittest',
    source: String.raw`
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for host in ('127.0.0.1', '127.255.255.255'):
    try:
        sender.sendto(b'token', (host, UDP))
    except OSError as error:
        print(error)
question = b'\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07coppice\x07invalid\x00\x00\x01\x00\x01'
sender.sendto(question, ('127.0.0.1', UDP))
attempt('a name', lambda: socket.getaddrinfo('coppice.invalid', 80))`,
  },
  {
    name: 'connects to sockets by their paths and abstract names',
    stage: 'unittest',
    source: String.raw`
for name in (SOCKET, '\0' + ABSTRACT, f'/proc/{JUDGE}/root{SOCKET}', f'/proc/1/root{SOCKET}'):
    peer = socket.socket(socket.AF_UNIX)
    show(lambda: peer.connect(name) or peer.recv(64))`,
  },
  {
    name: 'looks for other interfaces and changes its own',
    stage: 'unittest',
    source: `
others = [name for _, name in socket.if_nameindex() if name not in ('lo', 'sit0', 'tunl0', 'ip6tnl0')]
if others: reached(str(others))
route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
route.bind((0, 0))
link = struct.pack('=IHHIIBxHiII', 32, 16, 5, 1, 0, 0, 0, 1, 0, 1)
route.send(link)
answer = route.recv(4096)
number = struct.unpack_from('=i', answer, 16)[0] if struct.unpack_from('=H', answer, 4)[0] == 2 else 0
reached('a change of the interface') if number == 0 else print(os.strerror(-number))`,
  },
  {
    name: 'reads and writes raw packets',
    stage: 'unittest',
    source: `
attempt('packets', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300))
attempt('raw IPv4', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt('raw IPv6', lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58))`,
  },
  {
    name: 'connects through the sockets of virtual machines, to its own machine',
    stage: 'unittest',
    source: `
local = 1
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    try:
        peer = socket.socket(socket.AF_VSOCK, kind)
        peer.settimeout(0.3)
        peer.connect((local, TCP4))
        reached('a virtual socket')
    except OSError as error:
        print(error)`,
  },
  {
    name: 'connects from Node',
    stage: 'node',
    top: String.raw`
const ask = (options) => new Promise((resolve) => {
  const socket = net.connect({ ...options, timeout: 300 });
  socket.on('data', (data) => console.log(String(data)));
  for (const name of ['close', 'error', 'timeout']) socket.on(name, resolve);
});
for (const options of [{ host: '127.0.0.1', port: TCP4 }, { host: '::1', port: TCP6 || 1 }, { path: SOCKET }, { path: '\0' + ABSTRACT }]) await ask(options);
const sender = dgram.createSocket('udp4');
await new Promise((resolve) => sender.send('token', UDP, '127.0.0.1', resolve));
sender.close();`,
    source: '',
  },
  {
    name: 'connects from a shell',
    stage: 'shell',
    source: `
bash -c 'exec 5<>/dev/tcp/127.0.0.1/'$TCP4' && cat <&5' >&2
bash -c 'echo token > /dev/udp/127.0.0.1/'$UDP
command -v curl >/dev/null && curl -s --max-time 1 "http://127.0.0.1:$TCP4/" >&2
exit 0`,
  },
  {
    name: 'listens where programs outside could connect',
    stage: 'unittest',
    source: `
for name in (OUTSIDE + '/' + ESCAPE, HOME + '/' + ESCAPE, '/run/' + ESCAPE):
    attempt('listen at ' + name, lambda: socket.socket(socket.AF_UNIX).bind(name))`,
  },
];
