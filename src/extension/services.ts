import * as vscode from 'vscode';
import { EngineClient } from '../run/engine-client.ts';
import { JudgeClient } from '../run/judge-client.ts';
import { Syntax } from '../syntax/syntax.ts';
import { readSettings } from './settings.ts';

interface Processes {
  engine: EngineClient;
  judge: JudgeClient;
}

/** The engine, the judge and the grammars. Each starts with its first use; the processes restart by themselves. */
export class Services implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #settingsListener: vscode.Disposable;
  #processes: Processes | undefined;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#settingsListener = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('coppice.node')) this.#stop();
    });
  }

  get engine(): EngineClient {
    return this.#current.engine;
  }

  get judge(): JudgeClient {
    return this.#current.judge;
  }

  /** Rejects with `internal` when the installation is incomplete. */
  syntax(): Promise<Syntax> {
    return Syntax.load();
  }

  dispose(): void {
    this.#settingsListener.dispose();
    this.#stop();
  }

  get #current(): Processes {
    this.#processes ??= this.#create();
    return this.#processes;
  }

  #create(): Processes {
    const node = readSettings().nodePath;
    const options = (name: string) => ({
      ...(node === undefined ? {} : { node }),
      onLog: (text: string) => this.#log.info(`${name}: ${text.trimEnd()}`),
    });
    return {
      engine: new EngineClient(options('engine')),
      judge: new JudgeClient(options('judge')),
    };
  }

  #stop(): void {
    const stopped = this.#processes;
    this.#processes = undefined;
    for (const process of [stopped?.engine, stopped?.judge]) {
      process?.dispose().catch((error) => this.#log.error(String(error)));
    }
  }
}
