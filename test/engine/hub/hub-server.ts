import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const gitHash = (data: Buffer) => createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');

/** Files of more bytes are kept outside of git, on the other server. */
const LARGE = 1000;
/** Entries of a page of the list: few, so that there are several. */
const PAGE = 3;

export interface Seen {
  server: 'hub' | 'store';
  path: string;
  range: string | undefined;
  authorization: string | undefined;
}

/** Answers instead of the server, where it returns true. */
export type Fault = (seen: Seen, response: ServerResponse, data: Buffer | undefined) => boolean | undefined;

/**
 * A hub on this machine with one repository, `someone/small-coder`: the list of its files, and their content, of large ones
 * on a second server that the first one redirects to.
 */
export class HubServer {
  readonly seen: Seen[] = [];
  readonly files: Map<string, Buffer>;
  revision = randomBytes(20).toString('hex');
  card: Record<string, unknown> = { license: 'apache-2.0' };
  fault: Fault = () => false;
  /** Changes the list of files before it is sent. */
  edit: (entries: Record<string, unknown>[]) => unknown = (entries) => entries;
  readonly #hub = createServer((request, response) => this.#answer('hub', request, response));
  readonly #store = createServer((request, response) => this.#answer('store', request, response));

  private constructor(files: Record<string, Buffer | string>) {
    this.files = new Map(Object.entries(files).map(([path, data]) => [path, Buffer.from(data)]));
  }

  static async open(files: Record<string, Buffer | string>): Promise<HubServer> {
    const server = new HubServer(files);
    for (const each of [server.#hub, server.#store]) {
      each.listen(0, '127.0.0.1');
      await once(each, 'listening');
    }
    return server;
  }

  dispose(): void {
    for (const each of [this.#hub, this.#store]) {
      each.close();
      each.closeAllConnections();
    }
  }

  get endpoint(): string {
    return originOf(this.#hub);
  }

  get storeOrigin(): string {
    return originOf(this.#store);
  }

  /** Requests for content, in order. */
  get downloads(): Seen[] {
    return this.seen.filter(({ path }) => path.startsWith('/store/') || path.includes('/resolve/'));
  }

  /** Another commit, in which a file has another content. */
  commit(path: string, data: Buffer): void {
    this.files.set(path, data);
    this.revision = randomBytes(20).toString('hex');
  }

  #answer(server: Seen['server'], request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { range, authorization } = request.headers;
    const seen: Seen = { server, path: decodeURIComponent(url.pathname), range, authorization };
    this.seen.push(seen);
    const data = this.#dataAt(seen.path);
    if (this.fault(seen, response, data)) return;
    if (seen.path === '/api/models/someone/small-coder/revision/main') this.#info(response);
    else if (seen.path === `/api/models/someone/small-coder/tree/${this.revision}`) this.#list(url, response);
    else if (!data) fail(response, 404, 'EntryNotFound');
    else if (server === 'store' || data.length <= LARGE) send(response, data, range);
    else this.#redirect(response, data);
  }

  #redirect(response: ServerResponse, data: Buffer): void {
    const headers = {
      location: `${this.storeOrigin}/store/${sha256(data)}?signature=x`,
      'x-linked-etag': `"${sha256(data)}"`,
      'x-linked-size': data.length,
      'x-repo-commit': this.revision,
    };
    response.writeHead(302, headers).end('Found. Redirecting');
  }

  #dataAt(path: string): Buffer | undefined {
    const stored = /^\/store\/([0-9a-f]{64})$/.exec(path)?.[1];
    if (stored) return [...this.files.values()].find((data) => sha256(data) === stored);
    const [, revision, name] = /^\/someone\/small-coder\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(path) ?? [];
    return revision === this.revision ? this.files.get(name ?? '') : undefined;
  }

  #info(response: ServerResponse): void {
    const [id, sha, cardData] = ['someone/small-coder', this.revision, this.card];
    const rest = {
      _id: 'x',
      private: false,
      gated: false,
      downloads: 1,
      likes: 1,
      lastModified: '2026-01-01T00:00:00Z',
    };
    json(response, { id, sha, cardData, ...rest });
  }

  #list(url: URL, response: ServerResponse): void {
    const entries = [...this.files].map(([path, data]) => ({
      ...{ type: 'file', path, size: data.length, oid: gitHash(data) },
      ...(data.length > LARGE ? { lfs: { oid: sha256(data), size: data.length, pointerSize: 130 } } : {}),
    }));
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const edited = this.edit([{ type: 'directory', path: 'figures', size: 0, oid: '0' }, ...entries]);
    const link = `<${this.endpoint}${url.pathname}?recursive=true&cursor=${from + PAGE}>; rel="next"`;
    if (!Array.isArray(edited)) json(response, edited);
    else json(response, edited.slice(from, from + PAGE), from + PAGE < edited.length ? { link } : {});
  }
}

export function fail(
  response: ServerResponse,
  status: number,
  code?: string,
  headers: Record<string, string> = {},
): true {
  response.writeHead(status, { ...(code ? { 'x-error-code': code } : {}), ...headers }).end('{"error":"no"}');
  return true;
}

/** Sends the first `bytes` of what was asked for, then breaks the connection. */
export function cut(response: ServerResponse, data: Buffer, range: string | undefined, bytes: number): true {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': data.length - from,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${data.length - 1}/${data.length}` } : {}),
  });
  response.write(data.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 5));
  return true;
}

function send(response: ServerResponse, data: Buffer, range: string | undefined): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (range === undefined) {
    response.writeHead(200, { 'content-length': data.length }).end(data);
  } else if (from >= data.length) {
    response.writeHead(416, { 'content-range': `bytes */${data.length}` }).end();
  } else {
    const headers = { 'content-range': `bytes ${from}-${data.length - 1}/${data.length}` };
    response.writeHead(206, { ...headers, 'content-length': data.length - from }).end(data.subarray(from));
  }
}

function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
