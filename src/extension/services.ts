import * as vscode from 'vscode';
import type { CoppiceError } from '../core/errors.ts';
import { EngineClient } from '../run/engine-client.ts';
import { JudgeClient } from '../run/judge-client.ts';
import type { ServiceOptions } from '../run/service.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { readSettings } from './settings.ts';

interface Processes {
  engine: EngineClient;
  judge: JudgeClient;
}

/** The engine, the judge and the grammars. Each starts with its first use; the processes restart by themselves. */
export class Services implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #settingsListener: vscode.Disposable;
  readonly #engineChanged = new vscode.EventEmitter<CoppiceError | undefined>();
  #processes: Processes | undefined;
  /** Fires with an error when the engine has ended by itself, and without one when it has started or was stopped. */
  readonly onDidChangeEngine = this.#engineChanged.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#settingsListener = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('coppice.node')) this.stop();
    });
  }

  get engine(): EngineClient {
    return this.#current.engine;
  }

  get judge(): JudgeClient {
    return this.#current.judge;
  }

  /** Rejects with `internal` when the installation is incomplete. */
  async syntax(): Promise<Syntax> {
    return (await import('../syntax/syntax.ts')).Syntax.load();
  }

  /** An engine for work that must not wait for the GPU's, nor hold it up. Whoever asks for it disposes of it. */
  separateEngine(env: NodeJS.ProcessEnv): EngineClient {
    return new EngineClient({ ...this.#options('download'), env });
  }

  dispose(): void {
    this.#settingsListener.dispose();
    this.#engineChanged.dispose();
    this.stop();
  }

  /** Ends the processes. What needs them next starts new ones. */
  stop(): void {
    const stopped = this.#processes;
    this.#processes = undefined;
    this.#engineChanged.fire(undefined);
    for (const process of [stopped?.engine, stopped?.judge]) {
      process?.dispose().catch((error) => this.#log.error(String(error)));
    }
  }

  get #current(): Processes {
    this.#processes ??= this.#create();
    return this.#processes;
  }

  #create(): Processes {
    return {
      engine: new EngineClient({
        ...this.#options('engine'),
        onChange: (ended) => this.#engineChanged.fire(ended),
      }),
      judge: new JudgeClient(this.#options('judge')),
    };
  }

  #options(name: string): ServiceOptions {
    const node = readSettings().nodePath;
    return {
      ...(node === undefined ? {} : { node }),
      onLog: (text) => this.#log.info(`${name}: ${text.trimEnd()}`),
    };
  }
}
