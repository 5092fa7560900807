import * as vscode from 'vscode';
import { languageOf } from '../../core/language.ts';
import type { Context } from '../context.ts';
import { type GrowChoice, isGrowChoice } from '../grow/grow-choice.ts';
import { growEditor, tell } from '../grow/grow-place.ts';
import { withoutIcons } from '../quick-pick.ts';
import type { Outlines } from './outlines.ts';
import { type DocumentTest, testsOf } from './tests-of.ts';

interface ChoiceItem extends vscode.QuickPickItem {
  choice: GrowChoice;
}

/** What the Testing view has of a test, whatever extension it is of. What came of it is not told to extensions. */
type TestRow = Pick<vscode.TestItem, 'uri' | 'range' | 'label'>;

/** *Grow What This Tests*: from a code lens, from a row of the Testing view, or of the test at the cursor. */
export function registerGrowTested(context: Context, outlines: Outlines): vscode.Disposable {
  return vscode.commands.registerCommand('coppice.candidates.growTested', async (given?: unknown) => {
    const choices = Array.isArray(given)
      ? given.filter(isGrowChoice)
      : await (isTestRow(given) ? choicesOfRow(context, outlines, given) : choicesHere(context, outlines));
    const choice = choices && (await choose(choices));
    if (choice) await (await import('../grow/grow.ts')).growChoice(context, choice);
  });
}

function isTestRow(value: unknown): value is TestRow {
  return (
    typeof value === 'object' && value !== null && !(value instanceof vscode.Uri) && 'uri' in value && 'label' in value
  );
}

/** Of a row that stands for several tests: what any of them is about. */
async function choicesOfRow(
  { runs }: Context,
  outlines: Outlines,
  { uri, range, label }: TestRow,
): Promise<GrowChoice[] | undefined> {
  const document = uri && languageOf(uri.path) ? await vscode.workspace.openTextDocument(uri) : undefined;
  if (!document) {
    void tell({ why: vscode.l10n.t('Candidates grow for tests in Python, TypeScript and JavaScript.') });
    return undefined;
  }
  const tests = await testsOf(document, outlines, runs.all);
  const from = document.offsetAt(range?.start ?? new vscode.Position(0, 0));
  const to = range ? document.offsetAt(range.end) : document.getText().length;
  return aboutOf(
    tests.filter(({ start, end }) => start <= to && from < end),
    label,
  );
}

async function choicesHere({ runs }: Context, outlines: Outlines): Promise<GrowChoice[] | undefined> {
  const editor = await growEditor();
  if (!editor) return undefined;
  const { document, selection } = editor;
  const cursor = document.offsetAt(selection.active);
  const test = (await testsOf(document, outlines, runs.all)).findLast(
    ({ start, end }) => start <= cursor && cursor < end,
  );
  if (test) return aboutOf([test], test.name);
  void tell({ why: vscode.l10n.t('Put the cursor in a test: what it is about grows.') });
  return undefined;
}

/** Each function once, and only those that are yet to be written where there are some. */
function aboutOf(tests: readonly DocumentTest[], name: string): GrowChoice[] | undefined {
  const named = new Map<string, DocumentTest['functions'][number]>();
  for (const each of tests.flatMap(({ functions }) => functions)) named.set(`${each.uri} ${each.symbol}`, each);
  const all = [...named.values()];
  const unwritten = all.filter(({ isStub }) => isStub);
  if (all.length > 0) return unwritten.length > 0 ? unwritten : all;
  void tell({
    why: vscode.l10n.t(
      'Nothing tells what {0} is about: it names no function of this project that its file imports.',
      name,
    ),
  });
  return undefined;
}

async function choose(choices: readonly GrowChoice[]): Promise<GrowChoice | undefined> {
  if (choices.length <= 1) return choices[0];
  const items = choices.map((choice): ChoiceItem => {
    const description = vscode.workspace.asRelativePath(choice.uri);
    return { label: withoutIcons(choice.symbol), description, choice };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Grow What This Tests'),
    placeHolder: vscode.l10n.t('The test is about several functions. Which one should grow?'),
  });
  return chosen?.choice;
}
