import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Handle, Kernel32 } from './kernel32.ts';

const [GENERIC_READ, GENERIC_WRITE] = [0x8000_0000, 0x4000_0000];
const [FILE_SHARE_READ, FILE_SHARE_WRITE] = [0x1, 0x2];
const OPEN_EXISTING = 3;

/** A pipe both ways: an end for the judge, and one that a program is given. */
export interface Pipe {
  near: Socket;
  /** Open in every program that is started with it; the judge closes its own. */
  far: Handle;
}

/** Rejects with what Windows or Node says where there can be none. */
export async function makePipe(kernel: Kernel32): Promise<Pipe> {
  const name = `\\\\.\\pipe\\coppice-${randomUUID()}`;
  const server = createServer();
  try {
    server.listen(name);
    await once(server, 'listening');
    const connection = once(server, 'connection');
    const far = openFile(kernel, name);
    const [near] = (await connection) as [Socket];
    return { near, far };
  } finally {
    server.close();
  }
}

/** What reads as an empty file and forgets what is written. */
export function openNothing(kernel: Kernel32): Handle {
  return openFile(kernel, 'NUL');
}

function openFile(kernel: Kernel32, name: string): Handle {
  const security = kernel.pack('SECURITY_ATTRIBUTES', {
    nLength: kernel.sizeOf('SECURITY_ATTRIBUTES'),
    bInheritHandle: 1,
  });
  const share = FILE_SHARE_READ | FILE_SHARE_WRITE;
  return kernel.call('CreateFileW', name, GENERIC_READ | GENERIC_WRITE, share, security, OPEN_EXISTING, 0, null);
}
