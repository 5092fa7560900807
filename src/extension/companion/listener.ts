import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type ContestProblem, contestProblem, LONGEST_PROBLEM } from '../../core/contest/problem.ts';
import { CoppiceError } from '../../core/errors.ts';

/** Where Competitive Companion sends problems. https://github.com/jmerle/competitive-companion */
export const COMPANION_PORT = 27121;
const LOOPBACK = '127.0.0.1';

const REQUEST_MS = 10_000;
const MOST_CONNECTIONS = 16;

/** What is answered to a request that is not taken. */
interface Refusal {
  status: number;
  why: string;
}

/** Takes problems from the browser extension, and from nobody on another machine and no web page. */
export class CompanionListener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /**
   * Listens on the loopback interface alone. Rejects with what the system says, such as `EADDRINUSE`.
   *
   * @param onRefused is told why a request was not taken
   * @param port another one than usual, or 0 for any
   */
  static async start(
    onProblem: (problem: ContestProblem) => void,
    onRefused: (why: string) => void = () => {},
    port = COMPANION_PORT,
  ): Promise<CompanionListener> {
    const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS });
    server.maxConnections = MOST_CONNECTIONS;
    const listener = new CompanionListener(server);
    server.on('request', async (request, response) => {
      const refusal = refusalOf(request, listener.port) ?? (await take(request, onProblem));
      if (refusal) onRefused(`${refusal.status}: ${refusal.why}`);
      answer(response, refusal);
    });
    server.listen({ host: LOOPBACK, port, exclusive: true });
    await once(server, 'listening');
    server.on('error', (error) => onRefused(String(error)));
    return listener;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  dispose(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Why a request is not looked at any further. */
function refusalOf({ method, url, headers }: IncomingMessage, port: number): Refusal | undefined {
  // A page whose name was made to lead to this machine says its own name here.
  if (![`localhost:${port}`, `${LOOPBACK}:${port}`].includes(headers.host ?? '')) {
    return { status: 403, why: `it is meant for ${headers.host}` };
  }
  // Browsers say where a request of a page comes from; that of a browser extension comes from itself, or from nowhere.
  const { origin } = headers;
  if (origin !== undefined && !/^[a-z-]+-extension:\/\/[\w-]+$/.test(origin)) {
    return { status: 403, why: `it comes from the page ${origin}` };
  }
  if (method !== 'POST') return { status: 405, why: `it is a ${method}` };
  if (url !== '/') return { status: 404, why: `there is no ${url}` };
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) return { status: 415, why: 'it is not JSON' };
  if (Number(headers['content-length'] ?? 0) > LONGEST_PROBLEM) return { status: 413, why: 'it is too long' };
  return undefined;
}

/** Hands the problem on, or says why there is none. */
async function take(
  request: IncomingMessage,
  onProblem: (problem: ContestProblem) => void,
): Promise<Refusal | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Who sends too much is still told so.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > LONGEST_PROBLEM) return { status: 413, why: 'it is too long' };
      chunks.push(chunk);
    }
    onProblem(contestProblem(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    return undefined;
  } catch (error) {
    return { status: 400, why: error instanceof CoppiceError ? error.message : 'it is not JSON' };
  }
}

function answer(response: ServerResponse, refusal: Refusal | undefined): void {
  response.writeHead(refusal?.status ?? 200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(refusal ? `Coppice does not take this: ${refusal.why}\n` : '');
}
