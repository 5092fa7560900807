import { listFiles, modelInfo } from '@huggingface/hub';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { type Patience, patiently } from './patience.ts';
import { interrupted, invalid, type Transport } from './transport.ts';

/** A file of a repository, as the hub lists it. */
export interface RemoteFile {
  /** Within the repository. */
  path: string;
  bytes: number;
  /** SHA-256 where the content is kept outside of git; `git`: SHA-1 over git's header and the content. */
  hash: { algorithm: 'sha256' | 'git'; hex: string };
}

/** A repository at one commit. */
export interface Repository {
  name: string;
  /** The commit. */
  revision: string;
  files: RemoteFile[];
  licence?: string;
}

/** No real model comes near; a server that says more is broken or hostile. */
const LIMITS = { files: 20_000, bytes: 2 ** 43, answer: 16 * 2 ** 20, path: 500, licence: 80 };

/** `OWNER/MODEL`, as the hub allows names. */
export function isRepositoryName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/.test(name) && !/\.\.|--/.test(name);
}

/**
 * What a repository holds at its newest commit, or at that of a revision.
 * @throws CoppiceError `hub-unreachable`, `hub-denied`, `hub-invalid` or `model-not-found`
 */
export async function readRepository(
  transport: Transport,
  { repository: name, revision = 'main' }: { repository: string; revision?: string },
  patience: Patience,
  signal: AbortSignal,
): Promise<Repository> {
  // The token is left to our own fetch: the package would send it wherever the next page is said to be.
  const asked = {
    hubUrl: transport.endpoint.href.replace(/\/$/, ''),
    fetch: boundedFetch(transport, patience, signal),
  };
  try {
    const info = await modelInfo({ name, revision, additionalFields: ['sha', 'cardData'], ...asked });
    if (!/^[0-9a-f]{40}$/.test(info.sha)) throw invalid(said`The hub names no commit of ${name}.`);
    const files: RemoteFile[] = [];
    for await (const entry of listFiles({ repo: name, revision: info.sha, recursive: true, ...asked })) {
      if (entry?.type === 'file') files.push(checked(entry));
      if (files.length > LIMITS.files) throw invalid(said`${name} has more than ${LIMITS.files} files.`);
    }
    const card: { license?: unknown } | undefined = info.cardData;
    const licence = typeof card?.license === 'string' ? card.license.slice(0, LIMITS.licence) : undefined;
    return { name, revision: info.sha, files, ...(licence === undefined ? {} : { licence }) };
  } catch (error) {
    if (error instanceof CoppiceError || (error as Error).name === 'AbortError') throw error;
    throw invalid(said`What ${transport.endpoint.host} says of ${name} makes no sense.`, error);
  }
}

/** Where a file of a repository is, at exactly the commit that was read. */
export function addressOf(transport: Transport, { name, revision }: Repository, { path }: RemoteFile): URL {
  const base = transport.endpoint.href.replace(/\/$/, '');
  return new URL(`${base}/${name}/resolve/${revision}/${path.split('/').map(encodeURIComponent).join('/')}`);
}

/** A fetch for answers that are read whole: tried again, never longer than is sensible. */
function boundedFetch(transport: Transport, patience: Patience, signal: AbortSignal): typeof fetch {
  return (address) =>
    patiently(
      async () => {
        const url = new URL(String(address));
        const { response } = await transport.get(url, { accept: 'application/json' }, signal);
        const pieces: Uint8Array[] = [];
        let bytes = 0;
        try {
          for await (const piece of response.body ?? []) {
            bytes += piece.length;
            if (bytes > LIMITS.answer) throw invalid(said`${url.host} answers with more than ${LIMITS.answer} bytes.`);
            pieces.push(piece);
          }
        } catch (error) {
          throw error instanceof CoppiceError ? error : interrupted(url, error);
        }
        return new Response(Buffer.concat(pieces), { headers: { link: response.headers.get('link') ?? '' } });
      },
      patience,
      signal,
    );
}

/** An entry of the list, which may say anything. */
function checked(entry: {
  path: unknown;
  size: unknown;
  oid?: unknown;
  lfs?: { oid?: unknown; size?: unknown };
}): RemoteFile {
  const path = typeof entry.path === 'string' && entry.path.length <= LIMITS.path ? entry.path : '';
  const shown = JSON.stringify(path.slice(0, 80));
  const isOutside = path === '' || /[\\:]|\p{Cc}/u.test(path) || path.split('/').some((part) => /^\.{0,2}$/.test(part));
  if (isOutside) throw invalid(said`The hub lists a file with a name that no file can have here: ${shown}.`);
  const bytes = entry.lfs?.size ?? entry.size;
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0 || bytes > LIMITS.bytes) {
    throw invalid(said`The hub gives no size for ${shown}.`);
  }
  const hex = entry.lfs ? entry.lfs.oid : entry.oid;
  if (typeof hex !== 'string' || !(entry.lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(hex)) {
    throw invalid(said`The hub gives no hash for ${shown}.`);
  }
  return { path, bytes, hash: { algorithm: entry.lfs ? 'sha256' : 'git', hex } };
}
