import * as vscode from 'vscode';
import { readSettings, type Settings } from '../settings.ts';

/** What can be asked for beside the settings, for the workspace that is open. */
export interface GrowOptions {
  candidates?: number;
  temperature?: number;
  seed?: number;
  /** A model of the shelf by its name, or where it is. */
  model?: string;
}

const KEY = 'grow.options';
export const MOST_CANDIDATES = 1024;
export const HIGHEST_TEMPERATURE = 2;
export const HIGHEST_SEED = 2 ** 32 - 1;

/** The settings that an option stands in for. */
const SETTING_OF = {
  candidates: 'coppice.candidates.count',
  temperature: 'coppice.candidates.temperature',
  model: 'coppice.model.path',
} as const;

/** Options that are remembered for this workspace. The settings stay the defaults, and a setting changed later wins. */
export class Options implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #listener: vscode.Disposable;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#listener = vscode.workspace.onDidChangeConfiguration((change) => {
      const left = { ...this.remembered };
      const isChanged = (option: keyof typeof SETTING_OF) =>
        left[option] !== undefined && change.affectsConfiguration(SETTING_OF[option]);
      const changed = (['candidates', 'temperature', 'model'] as const).filter(isChanged);
      for (const option of changed) delete left[option];
      if (changed.length > 0) void this.remember(left);
    });
  }

  /** What was kept may be of another version, so each is checked. */
  get remembered(): GrowOptions {
    const kept = this.#memory.get<Record<string, unknown>>(KEY, {});
    const { candidates, temperature, seed, model } = kept;
    const number = (value: unknown, from: number, to: number): value is number =>
      typeof value === 'number' && value >= from && value <= to;
    return {
      ...(number(candidates, 1, MOST_CANDIDATES) ? { candidates: Math.round(candidates) } : {}),
      ...(number(temperature, 0, HIGHEST_TEMPERATURE) ? { temperature } : {}),
      ...(number(seed, 0, HIGHEST_SEED) ? { seed: Math.round(seed) } : {}),
      ...(typeof model === 'string' && model !== '' ? { model } : {}),
    };
  }

  async remember(options: GrowOptions): Promise<void> {
    const isNone = Object.keys(options).length === 0;
    if (isNone && this.#memory.get(KEY) === undefined) return;
    await this.#memory.update(KEY, isNone ? undefined : options);
  }

  /** The model of the settings is used from now on. */
  async forgetModel(): Promise<void> {
    const { model, ...left } = this.remembered;
    if (model !== undefined) await this.remember(left);
  }

  /** The settings with what is remembered in their place. */
  settingsFor(scope: vscode.Uri): Settings & Pick<GrowOptions, 'seed'> {
    const settings = readSettings(scope);
    const { candidates, temperature, seed, model } = this.remembered;
    return {
      ...settings,
      candidates: candidates ?? settings.candidates,
      temperature: temperature ?? settings.temperature,
      // What is remembered was chosen by the user, as a setting of a workspace need not be.
      modelPath: model ?? settings.modelPath,
      ...(seed === undefined ? {} : { seed }),
    };
  }

  dispose(): void {
    this.#listener.dispose();
  }
}
