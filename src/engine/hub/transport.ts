import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { type Dispatcher, EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';
import { retryAfter, Transient } from './patience.ts';

const HUB = 'https://huggingface.co';
const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface TransportOptions {
  environment?: NodeJS.ProcessEnv;
  /** How long a server may say nothing. */
  silenceMs?: number;
}

/** An answer, and the headers with which the hub itself passed on to another server. */
export interface Answer {
  response: Response;
  first: Response['headers'];
}

/**
 * Requests to the hub and to where it redirects. From the environment, as other tools for the hub have it: HF_ENDPOINT names
 * a mirror, HF_TOKEN or what `hf auth login` wrote is the token, HTTPS_PROXY and NO_PROXY the way out.
 */
export class Transport {
  readonly endpoint: URL;
  readonly #token: string | undefined;
  readonly #dispatcher: Dispatcher;

  private constructor(endpoint: URL, token: string | undefined, dispatcher: Dispatcher) {
    this.endpoint = endpoint;
    this.#token = token;
    this.#dispatcher = dispatcher;
  }

  /** @throws CoppiceError `hub-unreachable` where the environment rules requests out */
  static async open({ environment = process.env, silenceMs = 60_000 }: TransportOptions = {}): Promise<Transport> {
    if (/^(1|on|yes|true)$/i.test(environment.HF_HUB_OFFLINE ?? '')) {
      throw new CoppiceError(
        'hub-unreachable',
        said`HF_HUB_OFFLINE forbids downloads.`,
        said`Unset it to download a model.`,
      );
    }
    const address = environment.HF_ENDPOINT || HUB;
    const endpoint = URL.canParse(address) ? new URL(address) : undefined;
    if (!endpoint || !/^https?:$/.test(endpoint.protocol)) {
      const remedy = said`Give it as https://HOST, or unset it.`;
      throw new CoppiceError(
        'hub-unreachable',
        said`HF_ENDPOINT is "${address.slice(0, 200)}", which is no address.`,
        remedy,
      );
    }
    return new Transport(endpoint, await findToken(environment), proxied(environment, silenceMs));
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /**
   * A successful answer to GET. Only the hub gets the token, and what it answers may not lead from https to http.
   * @throws Transient where another try may help, CoppiceError `hub-denied`, `model-not-found` or `hub-invalid`
   */
  async get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
    let first: Response['headers'] | undefined;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const response = await this.#ask(url, headers, signal);
      first ??= response.headers;
      if (!REDIRECTS.includes(response.status)) {
        // A range that the server doesn't have is for the caller to mend.
        if (response.ok || (response.status === 416 && 'range' in headers)) return { response, first };
        await response.body?.cancel();
        throw this.#refusal(url, response);
      }
      await response.body?.cancel();
      url = nextOf(url, response.headers.get('location'));
    }
    throw invalid(said`${this.endpoint.host} redirects more than ${MOST_REDIRECTS} times.`);
  }

  async dispose(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #ask(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const authorization = this.#mayHaveToken(url) ? { authorization: `Bearer ${this.#token}` } : {};
    const all = { 'user-agent': 'coppice', ...headers, ...authorization };
    try {
      return await fetch(url, { headers: all, redirect: 'manual', signal, dispatcher: this.#dispatcher });
    } catch (error) {
      throw interrupted(url, error);
    }
  }

  /** In plain text a token would be read on the way. */
  #mayHaveToken(url: URL): boolean {
    const isPrivate = url.protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
    return this.#token !== undefined && url.origin === this.endpoint.origin && isPrivate;
  }

  #refusal(url: URL, { status, headers }: Response): Error {
    const refused = headers.get('x-error-code');
    if (status === 408 || status === 429 || status >= 500) {
      const failure = new CoppiceError(
        'hub-unreachable',
        status === 429
          ? said`${url.host} has had too many requests.`
          : said`${url.host} is in trouble (status ${status}).`,
        said`Try again later: what is here is kept.`,
      );
      const afterMs = retryAfter(headers.get('retry-after'));
      return new Transient(failure, afterMs === undefined ? {} : { afterMs });
    }
    if (status === 404 || (status === 401 && refused === 'RepoNotFound' && this.hasToken)) {
      return new CoppiceError(
        'model-not-found',
        notAt(url),
        said`Check the name: OWNER/MODEL as the hub shows it, perhaps with :Q4_K_M or /FILE.gguf behind it.`,
      );
    }
    if (status === 401 || status === 403) return this.#denial(url, refused);
    return invalid(said`${url.host} answered with status ${status} at ${url.pathname.slice(0, 200)}.`);
  }

  /** The hub answers 401 for what does not exist too, so as not to tell what does. */
  #denial(url: URL, refused: string | null): CoppiceError {
    const { model } = partsOf(url);
    const page = `${this.endpoint.origin}/${model}`;
    if (refused === 'GatedRepo' || this.hasToken) {
      return new CoppiceError(
        'hub-denied',
        said`${model} is gated: its owners let in who accepts their terms.`,
        this.hasToken
          ? said`Sign in, accept its terms at ${page}, and use a token of an account that has.`
          : said`Sign in, accept its terms at ${page}, and set HF_TOKEN to a token of that account.`,
      );
    }
    return new CoppiceError(
      'hub-denied',
      said`There is no ${model}, or it is gated or private.`,
      said`Check the name. If it is right, accept its terms at ${page} and set HF_TOKEN.`,
    );
  }
}

/** What a request to the hub is about: a model, its list at some revision, or one of its files. */
function partsOf({ pathname }: URL): { model: string; rest: string[] } {
  const [, owner = '', name = '', ...rest] = pathname.replace(/^\/api\/models/, '').split('/');
  return { model: `${owner}/${name}`.slice(0, 200), rest };
}

/** That it is not there. */
function notAt(url: URL): Said {
  const { model, rest } = partsOf(url);
  const [kind, revision = '', ...file] = rest;
  if (kind === 'resolve')
    return said`${url.host} has no ${decodeURIComponent(file.join('/')).slice(0, 200)} of ${model}.`;
  if (kind === 'revision' && revision !== 'main') return said`${url.host} has no ${model} at revision ${revision}.`;
  return said`${url.host} has no ${model}.`;
}

/** An answer that makes no sense. */
export function invalid(message: Said, cause?: unknown): CoppiceError {
  const remedy = said`If there is a proxy, a sign-in page or a mirror (HF_ENDPOINT) in between, check it; otherwise report this.`;
  return new CoppiceError('hub-invalid', message, remedy, cause);
}

/** A connection that could not be made or broke, by what can be done about it. */
export function interrupted(url: URL, error: unknown): Error {
  if (error instanceof Error && error.name === 'AbortError') return error;
  const causes = [error, (error as { cause?: unknown })?.cause].filter((cause) => cause instanceof Error);
  const code = causes.map((cause) => (cause as NodeJS.ErrnoException).code).find((found) => found !== undefined) ?? '';
  const message = causes.at(-1)?.message ?? String(error);
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME/.test(code)) {
    return new CoppiceError(
      'hub-unreachable',
      said`The certificate of ${url.host} is not trusted here: ${message}.`,
      said`If a proxy signs with its own certificate, name that in NODE_EXTRA_CA_CERTS.`,
      error,
    );
  }
  const isLookup = code === 'ENOTFOUND' || code === 'EAI_AGAIN';
  const failure = new CoppiceError(
    'hub-unreachable',
    isLookup
      ? said`${url.host} was not found: this machine seems to be offline.`
      : said`${url.host} can't be reached: ${message}.`,
    said`Check the connection; behind a proxy set HTTPS_PROXY, for a mirror HF_ENDPOINT. What was downloaded is kept.`,
    error,
  );
  return new Transient(failure);
}

function nextOf(from: URL, location: string | null): URL {
  const to = location !== null && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isWorse = from.protocol === 'https:' && to?.protocol !== 'https:';
  if (to && /^https?:$/.test(to.protocol) && !isWorse) return to;
  throw invalid(
    location === null
      ? said`${from.host} redirects to nowhere.`
      : said`${from.host} redirects to ${location.slice(0, 200)}.`,
  );
}

async function findToken(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const cache = environment.XDG_CACHE_HOME ?? join(environment.HOME ?? homedir(), '.cache');
  const path = environment.HF_TOKEN_PATH ?? join(environment.HF_HOME ?? join(cache, 'huggingface'), 'token');
  const token = (environment.HF_TOKEN || (await readFile(path, 'utf8').catch(() => ''))).trim();
  return /^[\x21-\x7e]{1,512}$/.test(token) ? token : undefined;
}

function proxied(environment: NodeJS.ProcessEnv, silenceMs: number): Dispatcher {
  const proxy = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const [http, https, none] = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].map(proxy);
  // What the machine's administrator trusts, Node would leave out. Older versions can't say.
  const ca = tls.getCACertificates
    ? [...tls.getCACertificates('default'), ...tls.getCACertificates('system')]
    : undefined;
  const trust = ca ? { ca } : {};
  try {
    return new EnvHttpProxyAgent({
      httpProxy: http ?? '',
      httpsProxy: https ?? http ?? '',
      noProxy: none ?? '',
      ...{ headersTimeout: silenceMs, bodyTimeout: silenceMs },
      ...{ connect: { timeout: silenceMs, ...trust }, requestTls: trust, proxyTls: trust },
    });
  } catch (error) {
    const message = said`No proxy can be used as ${https ?? http ?? ''} says.`;
    throw new CoppiceError('hub-unreachable', message, said`Give HTTPS_PROXY as http://HOST:PORT.`, error);
  }
}
