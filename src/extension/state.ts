import * as vscode from 'vscode';
import { CoppiceError, type ErrorCode } from '../core/errors.ts';
import { languageOf } from '../core/language.ts';
import type { EngineProbe } from '../core/protocol.ts';
import { EMBEDDED_MODEL } from '../run/shelf/embedded-model.ts';
import type { Context } from './context.ts';
import { readSettings } from './settings.ts';

/** What the empty panel says; `viewsWelcome` in package.json has the words and the button of each. */
export type PanelState = 'broken' | 'ended' | 'restricted' | 'no-folder' | 'no-tests' | 'ready';

/** What it adds where nothing is in the way of growing. */
export type Note = 'software' | 'sprout';

/** What `when` clauses in package.json can ask for, each as `coppice.<key>`. */
export interface Keys {
  state: PanelState;
  note: Note | undefined;
  growing: boolean;
  asking: boolean;
  decided: boolean;
  dismissed: boolean;
  /** A run has finished in this window. */
  grown: boolean;
}

/** With these nothing grows anywhere until something on this machine changes. */
const ENGINE_PROBLEMS: readonly ErrorCode[] = ['gpu-missing', 'gpu-self-test', 'engine-crashed', 'runtime-missing'];

/** The only place that sets context keys. They follow the parts that know; what nobody has looked at yet is not said. */
export class State implements vscode.Disposable {
  readonly #context: Pick<Context, 'services' | 'runs' | 'options'>;
  readonly #listeners: vscode.Disposable;
  #keys: Partial<Keys> = {};
  #looking: Promise<void> | undefined;
  #problem: ErrorCode | undefined;
  #engineEnded = false;
  #onSoftware = false;
  #grown = false;
  /** The file that no tests were found for. */
  #untested: string | undefined;

  constructor(context: Pick<Context, 'services' | 'runs' | 'options' | 'shelf'>) {
    this.#context = context;
    const update = () => this.#update();
    this.#listeners = vscode.Disposable.from(
      context.runs.onDidChange(update),
      context.shelf.onDidChange(update),
      context.services.onDidChangeEngine((ended) => {
        this.#engineEnded = ended !== undefined;
        update();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
      vscode.workspace.onDidChangeWorkspaceFolders(update),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('coppice.tests')) this.#untested = undefined;
        if (change.affectsConfiguration('coppice.node') && this.#problem !== undefined) void this.lookAgain();
        update();
      }),
    );
    update();
  }

  /** The keys as they were set last. */
  get keys(): Partial<Readonly<Keys>> {
    return this.#keys;
  }

  /** Asks the engine about the GPU, once; it starts for that. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look();
    return this.#looking;
  }

  /** See `look`. */
  lookAgain(): Promise<void> {
    this.#looking = undefined;
    return this.look();
  }

  /** Takes in what the engine says of the GPU, with or without its self-test. */
  learn({ chosen, selfTest }: EngineProbe): void {
    this.#onSoftware = chosen?.software === true;
    const computes = selfTest.every(({ ok }) => ok);
    this.#problem = !chosen ? 'gpu-missing' : computes ? undefined : 'gpu-self-test';
    this.#update();
  }

  /** Candidates have grown. */
  succeeded(): void {
    this.#problem = undefined;
    this.#untested = undefined;
    this.#grown = true;
    this.#update();
  }

  /** Nothing has grown, in a file where it was about one. */
  failed(code: ErrorCode, file?: vscode.Uri): void {
    // What else goes wrong may do so before the engine is asked.
    if (ENGINE_PROBLEMS.includes(code)) this.#problem = code;
    this.#untested = code === 'tests-not-found' ? file?.toString() : undefined;
    this.#update();
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  async #look(): Promise<void> {
    try {
      this.learn(await this.#context.services.engine.call({ kind: 'probe', selfTest: false }));
    } catch (error) {
      this.failed(CoppiceError.wrap(error).code);
    }
  }

  #update(): void {
    const { newest, going, waiting } = this.#context.runs;
    const state = this.#state();
    const keys: Keys = {
      ...{ state, note: state === 'ready' ? this.#note() : undefined },
      growing: going !== undefined || waiting.length > 0,
      asking: newest?.question !== undefined,
      decided: (newest?.decisions.length ?? 0) > 0,
      dismissed: this.#context.runs.hasDismissed,
      grown: this.#grown,
    };
    for (const [key, value] of Object.entries(keys)) {
      // What was never set is as good as false.
      if ((this.#keys[key as keyof Keys] || undefined) !== (value || undefined))
        vscode.commands.executeCommand('setContext', `coppice.${key}`, value);
    }
    this.#keys = keys;
  }

  #state(): PanelState {
    const file = vscode.window.activeTextEditor?.document.uri;
    const canGrow = file?.scheme === 'file' && languageOf(file.path) !== undefined;
    if (this.#problem !== undefined) return 'broken';
    if (this.#engineEnded) return 'ended';
    if (!vscode.workspace.isTrusted) return 'restricted';
    // A file alone is enough to grow in.
    if (!vscode.workspace.workspaceFolders?.length && !canGrow) return 'no-folder';
    return file && file.toString() === this.#untested ? 'no-tests' : 'ready';
  }

  #note(): Note | undefined {
    if (this.#onSoftware) return 'software';
    const model = this.#context.options.remembered.model ?? readSettings().modelPath ?? EMBEDDED_MODEL;
    return model === EMBEDDED_MODEL ? 'sprout' : undefined;
  }
}
