import { basename, extname } from 'node:path/posix';
import * as vscode from 'vscode';
import { type ContestProblem, sampleTests } from '../../core/contest/problem.ts';
import { inWords } from '../../core/said.ts';
import { type StressDifference, type StressProgram, type StressResult, stress } from '../../run/stress.ts';
import type { Context } from '../context.ts';
import { readSettings } from '../settings.ts';
import { STRESS_SCHEME } from './problem-commands.ts';
import { addSample, problemOf } from './problem-documents.ts';

const PROGRAMS = '**/*.{py,js,mjs,cjs,ts,mts,c,cc,cpp,cxx}';
const MOST_LISTED = 500;
const TRIES = 500;
const TIME_MS = 60_000;
/** Differences that can still be opened. */
const KEPT = 8;

interface Stressed {
  solution: vscode.Uri;
  reference: vscode.Uri;
  generator?: vscode.Uri;
  problem?: ContestProblem;
  seed: number;
}

/**
 * Looks for the smallest input on which the program that is open and another one differ, and shows both outputs.
 *
 * @param texts what is shown, by its address
 * @param named the other program, where it need not be asked for
 */
export async function stressHere(
  context: Context,
  texts: Map<string, string>,
  named?: { reference: vscode.Uri },
): Promise<void> {
  if (!vscode.workspace.isTrusted) return void offerTrust();
  const stressed = await choose(named?.reference);
  if (stressed) await run(context, stressed, texts);
}

async function choose(named: vscode.Uri | undefined): Promise<Stressed | undefined> {
  const solution = vscode.window.activeTextEditor?.document.uri;
  if (!solution) return undefined;
  const name = basename(solution.path);
  const reference =
    named ??
    (await chooseProgram(solution, vscode.l10n.t('Which program gives the right answers that {0} should give?', name)));
  if (!reference) return undefined;
  const problem = await problemOf(solution);
  if (problem) return { solution, reference, problem, seed: 1 };
  const about = vscode.l10n.t('Which program writes an input for the number in its argument?');
  const generator = await chooseProgram(solution, about);
  return generator && { solution, reference, generator, seed: 1 };
}

async function chooseProgram(besides: vscode.Uri, placeHolder: string): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles(PROGRAMS, '**/node_modules/**', MOST_LISTED);
  const unsaved = vscode.workspace.textDocuments.flatMap(({ uri }) =>
    uri.scheme === 'untitled' && extname(uri.path) !== '' && !uri.path.endsWith('.json') ? [uri] : [],
  );
  const items = [...unsaved, ...files]
    .filter((uri) => uri.toString() !== besides.toString())
    .map((uri) => ({ label: basename(uri.path), description: vscode.workspace.asRelativePath(uri), uri }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.uri;
}

async function run(context: Context, stressed: Stressed, texts: Map<string, string>): Promise<void> {
  const { solution, reference, generator, problem, seed } = stressed;
  const { timeLimitMs, memoryLimitMb } = problem ? sampleTests(problem) : {};
  const request = {
    ...{ solution: await programOf(solution), reference: await programOf(reference) },
    ...(generator ? { generator: await programOf(generator) } : {}),
    ...(problem ? { problem } : {}),
    ...{ tries: TRIES, timeMs: TIME_MS, seed, allowUnsandboxed: readSettings(solution).allowUnsandboxed },
    limits: {
      ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
      ...(memoryLimitMb === undefined ? {} : { memoryLimitMb }),
    },
  };
  const title = vscode.l10n.t('Stress testing {0}', request.solution.name);
  const location = vscode.ProgressLocation.Notification;
  const result = await vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
    const calling = new AbortController();
    token.onCancellationRequested(() => calling.abort());
    const onEvent = (event: { tried: number }) =>
      progress.report({ message: vscode.l10n.t('{0} inputs', event.tried) });
    return stress(request, context.services.judge, { signal: calling.signal, onEvent });
  });
  context.log.info(
    `stress tested ${request.solution.name}: ${result.run.tried} inputs, ${result.difference?.why ?? 'no difference'}`,
  );
  if (result.difference) await show(result.difference, result.run, stressed, texts);
  else void offerMore(context, result.run, stressed, texts);
}

/** The outputs side by side, each below the input. */
async function show(
  difference: StressDifference,
  { id, solution, reference }: StressResult['run'],
  stressed: Stressed,
  texts: Map<string, string>,
): Promise<void> {
  const side = (name: string, output: string) => {
    const uri = vscode.Uri.from({ scheme: STRESS_SCHEME, path: `/${name}.txt`, query: id });
    texts.set(uri.toString(), `${difference.input.trimEnd()}\n\n${name}:\n${output.trimEnd()}\n`);
    return uri;
  };
  const right = side(reference, difference.expected);
  const given = side(solution, difference.output === '' ? whyOf(difference) : difference.output);
  for (const old of [...texts.keys()].slice(0, -2 * KEPT)) texts.delete(old);
  const title = vscode.l10n.t('{0} and {1} differ', reference, solution);
  await vscode.commands.executeCommand('vscode.diff', right, given, title, { preview: true });
  void offerSample(difference, stressed, title);
}

/** The command need not wait for the user. */
async function offerSample(difference: StressDifference, { solution, problem }: Stressed, title: string) {
  if (!problem) return;
  const add = vscode.l10n.t('Add to Samples');
  if ((await vscode.window.showInformationMessage(`${title}: ${whyOf(difference)}`, add)) !== add) return;
  await addSample(solution, { input: difference.input, output: difference.expected });
}

function whyOf({ why, said }: StressDifference): string {
  return inWords(said?.why ?? why, vscode.l10n.t);
}

async function offerMore(
  context: Context,
  { tried, solution, reference }: StressResult['run'],
  stressed: Stressed,
  texts: Map<string, string>,
): Promise<void> {
  const more = vscode.l10n.t('Try Others');
  const message = vscode.l10n.t('{0} and {1} agree on {2} inputs.', solution, reference, tried);
  if ((await vscode.window.showInformationMessage(message, more)) !== more) return;
  await run(context, { ...stressed, seed: stressed.seed + tried }, texts).catch((error) =>
    context.log.error(String(error)),
  );
}

/** As it is in the editor. */
async function programOf(uri: vscode.Uri): Promise<StressProgram> {
  const document = await vscode.workspace.openTextDocument(uri);
  return { name: basename(uri.path), text: document.getText(), extension: extname(uri.path) };
}

async function offerTrust(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t('Programs do not run in a workspace that is not trusted.');
  if ((await vscode.window.showInformationMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}
