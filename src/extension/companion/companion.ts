import * as vscode from 'vscode';
import type { ContestProblem } from '../../core/contest/problem.ts';
import type { Context } from '../context.ts';
import type { CompanionListener } from './listener.ts';

const ENABLED = 'coppice.companion.enabled';
/** Problems of one contest come one after the other. */
const GATHER_MS = 400;
/** More than a contest has. */
const MOST_WAITING = 50;

/** Listens for problems while the setting says so, and offers what comes. */
export function registerCompanion(context: Pick<Context, 'log'>): vscode.Disposable {
  const inbox = new Inbox(context);
  const companion = new Companion(context, inbox);
  return vscode.Disposable.from(
    companion,
    inbox,
    vscode.commands.registerCommand('coppice.problem.open', () => inbox.open()),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(ENABLED) && companion.follow()),
    // Another window may have been closed meanwhile.
    vscode.window.onDidChangeWindowState(({ focused }) => focused && companion.follow()),
  );
}

/** The listener of this window, where it has one: of several windows only one can have it. */
class Companion implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #inbox: Inbox;
  #listener: Promise<CompanionListener | undefined> | undefined;
  #hasSaidBusy = false;

  constructor({ log }: Pick<Context, 'log'>, inbox: Inbox) {
    this.#log = log;
    this.#inbox = inbox;
    this.follow();
  }

  /** Does what the setting says now. */
  follow(): void {
    const isWanted = vscode.workspace.getConfiguration().get(ENABLED) === true;
    if (isWanted) this.#listener ??= this.#start();
    else this.dispose();
  }

  dispose(): void {
    const listening = this.#listener;
    this.#listener = undefined;
    this.#hasSaidBusy = false;
    void listening?.then((listener) => listener?.dispose());
  }

  async #start(): Promise<CompanionListener | undefined> {
    const { COMPANION_PORT, CompanionListener } = await import('./listener.ts');
    try {
      const listener = await CompanionListener.start(
        (problem) => this.#inbox.put(problem),
        (why) => this.#log.warn(`a request to the port of Competitive Companion was refused: ${why}`),
      );
      this.#log.info(`listening for problems of Competitive Companion on 127.0.0.1:${COMPANION_PORT}`);
      return listener;
    } catch (error) {
      this.#listener = undefined;
      if (!this.#hasSaidBusy) {
        const isBusy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        this.#log.warn(
          'problems of Competitive Companion do not come to this window:',
          isBusy ? 'another window or program listens already' : error,
        );
      }
      this.#hasSaidBusy = true;
      return undefined;
    }
  }
}

/** Problems that came and have not been opened. */
class Inbox implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  #waiting: ContestProblem[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isOffering = false;

  constructor({ log }: Pick<Context, 'log'>) {
    this.#log = log;
  }

  put(problem: ContestProblem): void {
    this.#log.info(`a problem came: ${problem.name}, ${problem.samples.length} samples`);
    if (this.#waiting.length === MOST_WAITING) {
      this.#log.warn(`${problem.name} is left out: ${MOST_WAITING} problems are waiting to be opened`);
      return;
    }
    this.#waiting.push(problem);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#offer(), GATHER_MS);
  }

  /** Opens all that wait. */
  async open(): Promise<void> {
    const problems = this.#waiting;
    this.#waiting = [];
    if (problems.length === 0) return offerSetting();
    const { openProblems } = await import('./problem-documents.ts');
    const isOpen = await openProblems(problems);
    // They can be opened once a folder is.
    if (!isOpen) this.#waiting = [...problems, ...this.#waiting].slice(0, MOST_WAITING);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  async #offer(): Promise<void> {
    const offered = [...this.#waiting];
    const [first, ...more] = offered;
    if (!first || this.#isOffering) return;
    this.#isOffering = true;
    const [open, ignore] = [vscode.l10n.t('Open'), vscode.l10n.t('Ignore')];
    const message =
      more.length === 0
        ? vscode.l10n.t('{0} has come from Competitive Companion.', first.name)
        : vscode.l10n.t('{0} problems have come from Competitive Companion.', offered.length);
    const chosen = await vscode.window.showInformationMessage(message, open, ignore);
    this.#isOffering = false;
    if (chosen === open) await this.open();
    // One that is closed can still be opened from the command palette.
    else if (chosen === ignore) this.#waiting = this.#waiting.filter((problem) => !offered.includes(problem));
    if (this.#waiting.some((problem) => !offered.includes(problem))) await this.#offer();
  }
}

async function offerSetting(): Promise<void> {
  const settings = vscode.l10n.t('Open Settings');
  const message = vscode.l10n.t(
    'No problem has come from Competitive Companion. It is listened to where a setting says so.',
  );
  const chosen = await vscode.window.showInformationMessage(message, settings);
  if (chosen === settings) await vscode.commands.executeCommand('workbench.action.openSettings', ENABLED);
}
