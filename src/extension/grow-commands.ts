import * as vscode from 'vscode';
import { DEFAULT_SAMPLING } from '../core/candidate.ts';
import { CoppiceError } from '../core/errors.ts';
import { languageOf } from '../core/language.ts';
import type { Decision } from '../core/rank/decision.ts';
import { type GrowRequest, grow } from '../run/grow.ts';
import { EMBEDDED_MODEL } from '../run/shelf/shelf.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { Context } from './context.ts';
import { FunctionBody } from './function-body.ts';
import { CANDIDATES_VIEW } from './panel/candidates-view.ts';
import { isRunNode } from './panel/run-node.ts';
import { showProblem } from './problem.ts';
import { Run } from './runs/run.ts';
import type { TestChoice } from './settings.ts';
import { overlaysOf, projectOf } from './workspace.ts';

/** A function longer than this is better written in parts. */
const MAX_TOKENS = 256;

/** Where to grow, and what differs from the settings. */
interface Wish {
  document: vscode.TextDocument;
  position: vscode.Position;
  seed?: number;
  withoutTests?: boolean;
  /** What the user has said of the function. */
  said?: readonly Decision[];
}

export function registerGrowCommands(context: Context): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('coppice.candidates.grow', () => growHere(context)),
    vscode.commands.registerCommand('coppice.candidates.growAgain', (node?: unknown) =>
      growAgain(context, isRunNode(node) ? node.run : context.runs.newest),
    ),
    vscode.commands.registerCommand('coppice.run.cancel', () => context.runs.going?.cancel()),
    vscode.commands.registerCommand('coppice.run.dismiss', (node?: unknown) => {
      if (isRunNode(node)) context.runs.remove(node.run);
    }),
  );
}

async function growHere(context: Context): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file' || !languageOf(editor.document.uri.path)) {
    // The notification waits for the user, the command need not.
    void offerExample();
    return;
  }
  await growAt(context, { document: editor.document, position: editor.selection.active });
}

async function offerExample(): Promise<void> {
  const open = 'Open an Example';
  const chosen = await vscode.window.showInformationMessage(
    'Open a Python, TypeScript or JavaScript file and put the cursor in the function that should grow.',
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand('coppice.example.open');
}

/** The same function once more, with other random numbers. */
async function growAgain(context: Context, run: Run | undefined): Promise<void> {
  if (!run) return growHere(context);
  const document = await vscode.workspace.openTextDocument(run.target.uri);
  const place = run.target.current(document);
  // Where the text has changed, the line is the best guess of where the function is now.
  const position = place?.range.start ?? new vscode.Position(Math.min(run.target.line, document.lineCount - 1), 0);
  const said = place ? run.decisions : [];
  await growAt(context, { document, position, seed: run.request.sampling.seed + 1, said });
}

async function growAt(context: Context, wish: Wish): Promise<void> {
  try {
    await growTarget(context, wish);
    context.state.succeeded();
  } catch (thrown) {
    const error = CoppiceError.wrap(thrown);
    context.state.failed(error.code, wish.document.uri);
    context.log.error(`${error.code}: ${error.message}`, error.cause ?? '');
    if (error.code === 'cancelled') return;
    // The notification waits for the user, the command need not.
    void showProblem(error, wish.document.uri, (changes) => growAt(context, { ...wish, ...changes }));
  }
}

async function growTarget(context: Context, wish: Wish): Promise<void> {
  const { document } = wish;
  const settings = context.options.settingsFor(document.uri);
  const workspace = projectOf(document.uri);
  const syntax = await context.services.syntax();
  const target = await FunctionBody.at(syntax, document, wish.position, workspace);
  const tests = testsFor(settings.tests, wish.withoutTests ?? false);
  const request: GrowRequest = {
    workspace,
    file: document.uri.fsPath,
    place: { line: wish.position.line + 1, column: wish.position.character + 1 },
    tests,
    overlays: overlaysOf(workspace, document),
    candidates: settings.candidates,
    maxTokens: MAX_TOKENS,
    sampling: {
      ...DEFAULT_SAMPLING,
      temperature: settings.temperature,
      seed: wish.seed ?? settings.seed ?? DEFAULT_SAMPLING.seed,
    },
    model: settings.modelPath ?? EMBEDDED_MODEL,
    reproducible: false,
    allowUnsandboxed: settings.allowUnsandboxed,
    // Where no tests are run, what the candidates give is all there is to compare.
    observe: vscode.workspace.isTrusted,
    expectations: tests.kind === 'none' ? [] : expectationsOf(syntax, target, wish.said ?? []),
  };
  const run = new Run(target, request);
  context.runs.add(run);
  const location = { viewId: CANDIDATES_VIEW };
  await vscode.window.withProgress({ location }, () => follow(context, run, request));
}

/** Nothing that a workspace brings along is run before the user trusts it. */
function testsFor(chosen: TestChoice, withoutTests: boolean): TestChoice {
  return withoutTests || !vscode.workspace.isTrusted ? { kind: 'none' } : chosen;
}

/** What the user has said holds for new candidates too, as far as it can be asked of them. */
function expectationsOf(syntax: Syntax, { uri, symbol }: FunctionBody, said: readonly Decision[]): string[] {
  const language = languageOf(uri.path);
  return said
    .map(({ input, expected }) => `${input} == ${expected}`)
    .filter((text) => language && syntax.expectation(language, text, symbol));
}

async function follow({ log, services, runs }: Context, run: Run, request: GrowRequest): Promise<void> {
  log.info(`growing ${request.candidates} candidates for ${run.target.symbol} in ${request.file}`);
  try {
    const { engine, judge } = services;
    const dependencies = { syntax: await services.syntax(), engine, judge };
    run.finish(await grow(request, dependencies, { signal: run.signal, onEvent: (event) => run.receive(event) }));
    log.info(`${run.passedCount} of ${run.candidates} candidates passed`);
  } catch (thrown) {
    const error = CoppiceError.wrap(thrown);
    run.fail(error);
    // Without a candidate there is nothing to keep: the notification says why.
    if (run.grownCount === 0) runs.remove(run);
    throw error;
  }
}
