import * as vscode from 'vscode';
import type { CoppiceError } from '../core/errors.ts';
import { languageOf } from '../core/language.ts';
import { type FunctionPlace, Syntax } from '../syntax/syntax.ts';
import { textOf } from './documents.ts';
import { errorWords } from './error-words.ts';
import { withoutIcons } from './quick-pick.ts';
import { allowUnsandboxedHere } from './settings.ts';

const { t } = vscode.l10n;

interface Way {
  title: string;
  go(): unknown;
}

/** What the user has agreed to, or chosen. */
interface Changes {
  withoutTests?: boolean;
  place?: FunctionPlace;
}

/**
 * One notification for what the user must act on, with the ways out as buttons.
 *
 * @param retry starts the run again with what the user has agreed to or chosen
 */
export async function showWaysOut(
  error: CoppiceError,
  scope: vscode.Uri,
  retry: (changes: Changes) => Promise<void>,
): Promise<void> {
  const ways = await waysOut(error, scope, retry);
  const titles = ways.map(({ title }) => title);
  const chosen = await vscode.window.showErrorMessage(errorWords(error), ...titles);
  await ways.find(({ title }) => title === chosen)?.go();
}

async function waysOut(
  error: CoppiceError,
  scope: vscode.Uri,
  retry: (changes: Changes) => Promise<void>,
): Promise<Way[]> {
  const showLog = { title: t('Show Log'), go: () => vscode.commands.executeCommand('coppice.log.show') };
  const doctor = { title: t('Run the Doctor'), go: () => vscode.commands.executeCommand('coppice.doctor.show') };
  const withoutTests = { title: t('Grow Without Tests'), go: () => retry({ withoutTests: true }) };
  const settings = (key: string, title: string) => ({
    title,
    go: () => vscode.commands.executeCommand('workbench.action.openSettings', key),
  });
  switch (error.code) {
    case 'usage':
    case 'file-not-found':
    case 'language-unsupported':
    case 'prompt-too-long':
    case 'problem-invalid':
    case 'problem-unsupported':
      return [];
    case 'symbol-not-found': {
      const symbols = await functionsIn(scope);
      const choose = { title: t('Choose a Function...'), go: () => chooseFunction(symbols, retry) };
      return symbols.length > 0 ? [choose] : [];
    }
    case 'tests-not-found':
    case 'tests-broken':
      return [{ title: t('Choose Tests...'), go: () => chooseTests(scope, retry) }, withoutTests];
    case 'sandbox-missing':
      return [{ title: t('Run Without a Sandbox...'), go: () => consent(scope, retry) }, withoutTests, doctor];
    case 'runtime-missing':
      return [settings('coppice.node.path', t('Set Node Path')), doctor];
    case 'model-not-found':
    case 'model-invalid':
    case 'model-unsupported':
    case 'tokenizer-invalid':
    case 'tokenizer-mismatch':
      return [{ title: t('Choose a Model...'), go: () => chooseModel(retry) }, doctor];
    default:
      return [doctor, showLog];
  }
}

/** The names of the functions of a file, first of those that are yet to be written. */
async function functionsIn(file: vscode.Uri): Promise<string[]> {
  const language = languageOf(file.path);
  if (!language) return [];
  const text = textOf(await vscode.workspace.openTextDocument(file));
  const functions = (await Syntax.load()).functions(language, text);
  return functions.toSorted((a, b) => Number(b.isStub) - Number(a.isStub)).map(({ qualifiedName }) => qualifiedName);
}

async function chooseFunction(symbols: string[], retry: (changes: Changes) => Promise<void>): Promise<void> {
  const items = symbols.map((symbol) => ({ label: withoutIcons(symbol), symbol }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Choose a Function'),
    placeHolder: t('For which function should candidates grow?'),
  });
  if (chosen) await retry({ place: { symbol: chosen.symbol } });
}

async function chooseTests(scope: vscode.Uri, retry: (changes: object) => Promise<void>): Promise<void> {
  if (await vscode.commands.executeCommand('coppice.tests.choose', scope)) await retry({});
}

async function chooseModel(retry: (changes: object) => Promise<void>): Promise<void> {
  if (await vscode.commands.executeCommand('coppice.model.choose')) await retry({});
}

async function consent(scope: vscode.Uri, retry: (changes: object) => Promise<void>): Promise<void> {
  const agree = t('Run Without a Sandbox');
  const detail = t(
    'Generated code will run with your permissions: it can read and change your files and use the network. This is remembered for this workspace (coppice.tests.allowUnsandboxed).',
  );
  const question = t('Run tests on generated code without isolation?');
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, agree);
  if (answer !== agree) return;
  await allowUnsandboxedHere(scope);
  await retry({});
}
