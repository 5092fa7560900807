import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import type { Gpu } from '../../run/shelf/describe.ts';
import type { Unfinished } from '../../run/shelf/downloads.ts';
import { EMBEDDED_MODEL } from '../../run/shelf/embedded-model.ts';
import type { ShelvedModel } from '../../run/shelf/shelf.ts';
import type { Context } from '../context.ts';
import type { Options } from '../grow/options.ts';
import { readSettings } from '../settings.ts';

/** What is on this machine, looked up when it is asked for. */
export interface Shelved {
  models: ShelvedModel[];
  unfinished: Unfinished[];
  /** Undefined where the setting names nothing of the shelf. */
  inUse: ShelvedModel | undefined;
}

/** The models on this machine, and when they may have changed. */
export class Shelf implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  #gpu: Gpu | undefined;
  readonly #settingsListener: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
    this.#settingsListener = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('coppice.model')) this.refresh();
    });
  }

  async look(): Promise<Shelved> {
    const { findModel, listModels } = await import('../../run/shelf/shelf.ts');
    const { unfinishedDownloads } = await import('../../run/shelf/downloads.ts');
    const [models, unfinished] = await Promise.all([listModels(), unfinishedDownloads()]);
    const name = this.#options.remembered.model ?? readSettings().modelPath ?? EMBEDDED_MODEL;
    return { models, unfinished, inUse: findModel(models, name) ?? models.find(({ path }) => path === name) };
  }

  /** The GPU, which is asked once: the answer waits for whatever grows. Undefined where there is none or it can't be asked. */
  async gpu({ services, log }: Pick<Context, 'services' | 'log'>): Promise<Gpu | undefined> {
    const { gpuInUse } = await import('../../run/shelf/describe.ts');
    this.#gpu ??= await gpuInUse(services.engine).catch((error: unknown) => {
      log.warn(`the GPU could not be looked at: ${CoppiceError.wrap(error).message}`);
      return undefined;
    });
    return this.#gpu;
  }

  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#settingsListener.dispose();
    this.#changed.dispose();
  }
}

/** What the setting says of a model: its name, but where only its path is certain to be its own. */
export function settingOf({ name, path, source }: ShelvedModel): string | undefined {
  if (source === 'embedded') return name === EMBEDDED_MODEL ? undefined : name;
  return source === 'added' ? path : name;
}
