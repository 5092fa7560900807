import { basename } from 'node:path/posix';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { DEFAULT_SAMPLING } from '../../core/candidate.ts';
import { CoppiceError } from '../../core/errors.ts';
import { languageOf } from '../../core/language.ts';
import type { Decision } from '../../core/rank/decision.ts';
import type { GrowRequest } from '../../run/grow.ts';
import { EMBEDDED_MODEL } from '../../run/shelf/embedded-model.ts';
import type { FunctionPlace, Syntax } from '../../syntax/syntax.ts';
import type { Context } from '../context.ts';
import { FunctionBody } from '../function-body.ts';
import { CANDIDATES_VIEW } from '../panel/candidates-view.ts';
import { isRunNode } from '../panel/run-node.ts';
import { withoutIcons } from '../quick-pick.ts';
import { Run } from '../runs/run.ts';
import { showWaysOut } from '../ways-out.ts';
import { overlaysOf, projectOf } from '../workspace.ts';
import { editorDefinitions } from './editor-definitions.ts';
import type { GrowChoice } from './grow-choice.ts';
import { growEditor, tell } from './grow-place.ts';
import { hiddenFiles } from './recent-edits.ts';

/** A function longer than this is better written in parts. */
const MAX_TOKENS = 256;
const STATUS_MS = 5000;

/** Where to grow, and what differs from the settings. */
export interface Wish {
  document: vscode.TextDocument;
  place: FunctionPlace;
  /** What the user says of the function beside the file. */
  problem?: string;
  seed?: number;
  withoutTests?: boolean;
  /** What the user has said of the function. */
  said?: readonly Decision[];
  /** Lines of a candidate that every body begins with. */
  start?: string;
  /** Ids of pieces of the prompt that are left out. */
  without?: readonly string[];
  /** Where it is a program for a problem: its samples decide, in a folder that nothing else is in. */
  samples?: Pick<GrowRequest, 'tests' | 'examples' | 'workspace'>;
}

/** Of a row of the panel, or what a page was drawn for. */
export function runOf(node: unknown): Run | undefined {
  if (isRunNode(node)) return node.run;
  return node instanceof Run ? node : undefined;
}

export async function growHere(context: Context): Promise<void> {
  const editor = await growEditor();
  if (editor) await growAt(context, { document: editor.document, place: cursorOf(editor) });
}

/** A function that a code lens or a list names. */
export async function growChoice(context: Context, { uri, place }: GrowChoice): Promise<void> {
  const document = await documentAt(uri);
  if (document) await growAt(context, { document, place });
}

/**
 * The same function once more: with other random numbers, or with the same and another prompt, which then makes the difference.
 *
 * @param start lines of a candidate that every body begins with
 */
export async function growAgain(
  context: Context,
  run: Run | undefined,
  start: string | undefined = run?.request.start,
): Promise<void> {
  if (!run) return growHere(context);
  const { target, request, decisions } = run;
  const document = await documentAt(target.uri);
  if (!document) return;
  const { problem, sampling, tests, examples, workspace } = request;
  await growAt(context, {
    ...{ document, place: placeOf(run, document), without: run.without },
    seed: sampling.seed + (run.isSwitched ? 0 : 1),
    ...(problem === undefined ? {} : { problem }),
    ...(start ? { start } : {}),
    ...(tests.kind === 'samples' ? { samples: { tests, workspace, ...(examples ? { examples } : {}) } } : {}),
    said: target.current(document) ? decisions : [],
  });
}

/** A document that may be gone since it was looked at. */
async function documentAt(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    void tell({ why: vscode.l10n.t('{0} can not be opened any more.', vscode.workspace.asRelativePath(uri)) });
    return undefined;
  }
}

/** Where the function of a run is now. Where it is not as it was, its name is the best guess. */
function placeOf({ target }: Run, document: vscode.TextDocument): FunctionPlace {
  const start = target.current(document)?.range.start;
  if (!start) return { symbol: target.symbol };
  // The end of the header: where the body is empty, its own place may be outside of the function.
  const { line, character } = document.positionAt(document.offsetAt(start) - 1);
  return { line: line + 1, column: character + 1 };
}

export function cursorOf({ selection }: vscode.TextEditor): FunctionPlace {
  return { line: selection.active.line + 1, column: selection.active.character + 1 };
}

/** Grows when the runs before it are over. Never rejects: what goes wrong is shown. */
export async function growAt(context: Context, wish: Wish): Promise<void> {
  try {
    await growInTurn(context, wish);
    context.state.succeeded();
  } catch (thrown) {
    const error = CoppiceError.wrap(thrown);
    context.state.failed(error.code, wish.document.uri);
    context.log.error(`${error.code}: ${error.message}`, error.cause ?? '');
    if (error.code === 'cancelled') return;
    // The notification waits for the user, the command need not.
    void showWaysOut(error, wish.document.uri, (changes) => growAt(context, { ...wish, ...changes }));
  }
}

async function growInTurn(context: Context, wish: Wish): Promise<void> {
  const { runs } = context;
  const asked = await prepare(context, wish);
  const same = runs.all.find((run) => !run.isOver && isSame(run, asked));
  if (same) {
    const message = vscode.l10n.t('Candidates for {0} are on their way already', same.target.symbol);
    vscode.window.setStatusBarMessage(withoutIcons(message), STATUS_MS);
    return;
  }
  const run = new Run(asked.target, asked.request, Object.keys(context.options.remembered).length > 0);
  runs.add(run);
  const work = async () => {
    if (run.isWaiting) {
      // What came before it may have changed the file; what was asked for stays.
      const { target, request } = await prepare(context, { ...wish, place: placeOf(run, wish.document) });
      run.begin(target, { ...run.request, place: request.place!, overlays: request.overlays });
    }
    await follow(context, run);
  };
  try {
    const location = { viewId: CANDIDATES_VIEW };
    await vscode.window.withProgress({ location }, () => runs.inTurn(run, work));
  } catch (thrown) {
    const error = CoppiceError.wrap(thrown);
    run.fail(error);
    // Without a candidate there is nothing to keep: the notification says why.
    if (run.grownCount === 0) runs.remove(run);
    throw error;
  }
}

/** Whether a run is for the same function and would give the same candidates. */
function isSame({ target, request }: Run, asked: Asked): boolean {
  const { place: _, ...rest } = request;
  const { place: __, ...others } = asked.request;
  return target.symbol === asked.target.symbol && isDeepStrictEqual(rest, others);
}

interface Asked {
  target: FunctionBody;
  request: GrowRequest;
}

/** The function and what is asked for, as the file is now. */
async function prepare(context: Context, wish: Wish): Promise<Asked> {
  const { document, place, problem } = wish;
  const settings = context.options.settingsFor(document.uri);
  const workspace = projectOf(document.uri);
  const syntax = await context.services.syntax();
  const target = await FunctionBody.at(syntax, document, place, workspace);
  const tests = testsFor(wish.samples?.tests ?? settings.tests, wish.withoutTests ?? false);
  const request: GrowRequest = {
    ...(wish.samples ? alone(document, wish.samples) : amongOthers(context, document, workspace)),
    place,
    ...(problem === undefined ? {} : { problem }),
    ...(wish.start ? { start: wish.start } : {}),
    tests,
    candidates: settings.candidates,
    maxTokens: MAX_TOKENS,
    sampling: {
      ...DEFAULT_SAMPLING,
      temperature: settings.temperature,
      seed: wish.seed ?? settings.seed ?? DEFAULT_SAMPLING.seed,
    },
    model: settings.modelPath ?? EMBEDDED_MODEL,
    reproducible: false,
    without: wish.without ?? [],
    follow: true,
    allowUnsandboxed: settings.allowUnsandboxed,
    // Where no tests are run, what the candidates give is all there is to compare.
    observe: vscode.workspace.isTrusted,
    expectations: tests.kind === 'none' ? [] : expectationsOf(syntax, target, wish.said ?? []),
  };
  return { target, request };
}

function amongOthers({ edits }: Context, document: vscode.TextDocument, workspace: string) {
  return {
    ...{ workspace, file: document.uri.fsPath, overlays: overlaysOf(workspace, document) },
    ...{ excluded: hiddenFiles(document.uri), recent: edits.within(workspace) },
  };
}

/** The samples, which say what is right, may lie beside the program: there they are not. */
function alone(document: vscode.TextDocument, { workspace, examples }: NonNullable<Wish['samples']>) {
  const path = basename(document.uri.path);
  const overlays = [{ path, text: document.getText() }];
  return { workspace, file: path, overlays, ...(examples ? { examples } : {}) };
}

/** Nothing that a workspace brings along is run before the user trusts it. */
function testsFor(chosen: GrowRequest['tests'], withoutTests: boolean): GrowRequest['tests'] {
  return withoutTests || !vscode.workspace.isTrusted ? { kind: 'none' } : chosen;
}

/** What the user has said holds for new candidates too, as far as it can be asked of them. */
function expectationsOf(syntax: Syntax, { uri, symbol }: FunctionBody, said: readonly Decision[]): string[] {
  const language = languageOf(uri.path);
  return said
    .map(({ input, expected }) => `${input} == ${expected}`)
    .filter((text) => language && syntax.expectation(language, text, symbol));
}

async function follow({ log, services }: Context, run: Run): Promise<void> {
  const { request } = run;
  log.info(`growing ${request.candidates} candidates for ${run.target.symbol} in ${request.file}`);
  const { grow } = await import('../../run/grow.ts');
  const { engine, judge } = services;
  const finder = editorDefinitions(request.workspace);
  const dependencies = { syntax: await services.syntax(), engine, judge, finder, t: vscode.l10n.t };
  run.finish(await grow(request, dependencies, { signal: run.signal, onEvent: (event) => run.receive(event) }));
  log.info(`${run.passedCount} of ${run.candidates} candidates passed`);
}
