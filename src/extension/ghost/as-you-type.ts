import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { languageOf } from '../../core/language.ts';
import type { Continuations, Ready } from '../../run/continuations.ts';
import type { EngineClient } from '../../run/engine-client.ts';
import { EMBEDDED_MODEL } from '../../run/shelf/embedded-model.ts';
import type { Context } from '../context.ts';
import { relativePath } from '../documents.ts';
import { readSettings } from '../settings.ts';
import { projectOf } from '../workspace.ts';

/** Who types on is not asked for. */
const PAUSE_MS = 150;
/** What went wrong with the engine is not tried again with every key. */
const RETRY_MS = 60_000;

type Parts = Pick<Context, 'log' | 'services' | 'runs' | 'options' | 'state'>;

/** The model on the GPU, or on its way there. */
interface Loaded {
  engine: EngineClient;
  model: string;
  /** Absent while it loads. */
  ready?: Ready;
}

/**
 * A few short candidates at the cursor while someone types, where the user has switched that on. No tests are run for them: the
 * file must parse no worse, and nothing around is repeated. One piece of work at a time, never beside a run, and off the GPU with
 * the next key.
 */
export class AsYouType implements vscode.Disposable {
  readonly #parts: Parts;
  readonly #listeners: vscode.Disposable;
  #loaded: Loaded | undefined;
  #retryAt = 0;
  #current: { document: vscode.TextDocument; abort: AbortController } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && document === this.#current?.document) this.#stop();
      }),
      // The GPU is a run's as soon as there is one.
      parts.runs.onDidChange(() => this.#isBusy && this.#stop()),
      parts.services.onDidChangeEngine((ended) => {
        // Who starts it again wants it to be tried.
        if (ended) this.#failed();
        else this.#retryAt = 0;
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('coppice')) return;
        this.#retryAt = 0;
        this.#stop();
      }),
    );
  }

  /** What may be written at the cursor, the best first; nothing where `token` is cancelled. Never rejects. */
  async offer(
    document: vscode.TextDocument,
    cursor: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<string[]> {
    const language = languageOf(document.uri.path);
    if (!language || !readSettings(document.uri).asYouType || this.#isBusy) return [];
    this.#stop();
    const abort = new AbortController();
    const current = { document, abort };
    this.#current = current;
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      if (token.isCancellationRequested) return [];
      await delay(PAUSE_MS, undefined, { signal: abort.signal });
      const ready = this.#ready(document);
      if (!ready) return [];
      const { services } = this.#parts;
      const { continuations } = await import('../../run/continuations.ts');
      const before = document.getText(new vscode.Range(new vscode.Position(0, 0), cursor)).replaceAll('\r\n', '\n');
      const request = {
        ...{ language, path: relativePath(projectOf(document.uri), document.uri) },
        ...{ text: document.getText().replaceAll('\r\n', '\n'), offset: before.length },
      };
      const onLoading = () => {
        this.#loaded = undefined;
      };
      const parts = { syntax: await services.syntax(), engine: services.engine, ready };
      const result = await continuations(request, parts, { signal: abort.signal, onLoading });
      this.#tell(result, ready);
      return result.texts;
    } catch (thrown) {
      if (!abort.signal.aborted) this.#parts.log.warn(`as you type: ${CoppiceError.wrap(thrown).message}`);
      return [];
    } finally {
      listener.dispose();
      if (this.#current === current) this.#current = undefined;
    }
  }

  dispose(): void {
    this.#stop();
    this.#listeners.dispose();
  }

  get #isBusy(): boolean {
    const { going, waiting } = this.#parts.runs;
    return going !== undefined || waiting.length > 0;
  }

  #stop(): void {
    this.#current?.abort.abort();
    this.#current = undefined;
  }

  #failed(): void {
    this.#loaded = undefined;
    this.#retryAt = performance.now() + RETRY_MS;
  }

  /** The model that runs grow with, once it is on the GPU. It is loaded without being waited for. */
  #ready(document: vscode.TextDocument): Ready | undefined {
    const { engine } = this.#parts.services;
    const model = this.#parts.options.settingsFor(document.uri).modelPath ?? EMBEDDED_MODEL;
    if (this.#loaded?.engine === engine && this.#loaded.model === model) return this.#loaded.ready;
    if (performance.now() < this.#retryAt) return undefined;
    const loaded: Loaded = { engine, model };
    this.#loaded = loaded;
    void this.#load(loaded);
    return undefined;
  }

  async #load(loaded: Loaded): Promise<void> {
    const { log, state } = this.#parts;
    const start = performance.now();
    try {
      const { makeReady } = await import('../../run/continuations.ts');
      const { resolveModel } = await import('../../run/shelf/shelf.ts');
      loaded.ready = await makeReady(loaded.engine, await resolveModel(loaded.model));
      log.info(`as you type: ${loaded.ready.model.name} is ready after ${Math.round(performance.now() - start)} ms`);
    } catch (thrown) {
      const error = CoppiceError.wrap(thrown);
      if (this.#loaded === loaded) this.#failed();
      log.warn(`as you type: ${error.code}: ${error.message}`);
      state.failed(error.code);
    }
  }

  #tell({ texts, grown, ms }: Continuations, { budgetMs }: Ready): void {
    this.#parts.log.debug(
      `as you type: ${texts.length} of ${grown} candidates after ${Math.round(ms)} ms of ${budgetMs} ms`,
    );
  }
}
