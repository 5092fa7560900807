import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { languageOf } from '../../core/language.ts';
import type { TestPlan } from '../../core/protocol.ts';
import type { Context } from '../context.ts';
import { relativePath } from '../documents.ts';
import { isRunNode } from '../panel/run-node.ts';
import { withoutIcons } from '../quick-pick.ts';
import { chooseTestsIn, FRAMEWORKS, readSettings, type TestChoice } from '../settings.ts';
import { overlaysOf, projectOf } from '../workspace.ts';
import { planFiles, planName } from './test-words.ts';

const { t } = vscode.l10n;

/** What the choice is about: the file, or at least the folder, and the function where there is one. */
interface Scope {
  folder: vscode.WorkspaceFolder;
  file?: vscode.Uri;
  symbol?: string;
}

interface TestItem extends vscode.QuickPickItem {
  /** `command` is yet to be typed; absent in a separator. */
  choice?: TestChoice | 'command';
}

/** @param node a row of a run, or a file. True where something was chosen. */
export async function chooseTests(context: Context, node: unknown): Promise<boolean> {
  const scope = isRunNode(node)
    ? scopeOf(node.run.target.uri, node.run.target.symbol)
    : await scopeHere(context, node instanceof vscode.Uri ? node : undefined);
  return scope ? choose(context, scope) : false;
}

async function choose(context: Context, scope: Scope): Promise<boolean> {
  const { folder } = scope;
  const current = readSettings(scope.file ?? folder.uri).tests;
  const chosen = await vscode.window.showQuickPick(items(context, scope, current), {
    title: t('Tests of {0}', folder.name),
    placeHolder: t('What should run the tests on candidates? It is kept in the settings of this folder.'),
    matchOnDetail: true,
  });
  if (!chosen) return false;
  const choice = chosen.choice === 'command' ? await typeCommand(folder, current) : chosen.choice;
  if (!choice) return false;
  await chooseTestsIn(folder.uri, choice);
  vscode.window.setStatusBarMessage(withoutIcons(t('Tests of {0}: {1}', folder.name, planName(choice))), 5000);
  return true;
}

async function items(context: Context, scope: Scope, current: TestChoice): Promise<TestItem[]> {
  const plans = await plansFor(context, scope);
  const [first, ...others] = plans;
  const about = scope.symbol ?? (scope.file && vscode.workspace.asRelativePath(scope.file));
  const found = first ? withoutIcons(planName(first)) : about === undefined ? '' : t('no tests mention {0}', about);
  const frameworks = others.flatMap((plan): TestItem[] => {
    const framework = FRAMEWORKS.find((name) => name === plan.kind);
    return framework ? [item(planName(plan), '', planFiles(plan), { kind: 'auto', framework })] : [];
  });
  // The one that is found automatically can be chosen by name too, so that it stays.
  const fixed = FRAMEWORKS.find((name) => name === first?.kind);
  if (first && fixed) {
    frameworks.unshift(item(planName(first), '', planFiles(first), { kind: 'auto', framework: fixed }));
  }
  const isListed = frameworks.some(({ choice }) => isSame(choice, current));
  if (current.kind === 'auto' && current.framework !== undefined && !isListed) {
    frameworks.push(
      item(planName(current), '', about === undefined ? '' : t('does not run the tests of {0}', about), current),
    );
  }
  const separator = (label: string): TestItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const command = current.kind === 'command' ? withoutIcons(current.command) : '';
  const all = [
    item(t('Automatic'), found, first ? planFiles(first) : '', { kind: 'auto' }),
    ...(frameworks.length > 0 ? [separator(t('frameworks that can run them here')), ...frameworks] : []),
    separator(t('other')),
    item(t('A command...'), command, t('A shell command that runs the tests; exit code 0 means passed'), 'command'),
    item(t('No tests'), '', t('Candidates are only compared with each other, on inputs that Coppice makes'), {
      kind: 'none',
    }),
  ];
  return all.map((each) => {
    const { choice, description } = each;
    const isCurrent = choice === 'command' ? current.kind === 'command' : isSame(choice, current);
    return isCurrent ? { ...each, description: [description, t('current')].filter(Boolean).join(' · ') } : each;
  });
}

function item(label: string, description: string, detail: string, choice: TestChoice | 'command'): TestItem {
  return { label, description, ...(detail === '' ? {} : { detail }), choice };
}

function isSame(one: TestItem['choice'], two: TestChoice): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}

/** Looked for only where the user trusts the workspace: what interpreters it has can't be told without running them. */
async function plansFor({ services, log }: Context, { file, symbol }: Scope): Promise<TestPlan[]> {
  if (!file || !vscode.workspace.isTrusted) return [];
  const document = await vscode.workspace.openTextDocument(file);
  const workspace = projectOf(file);
  const options = {
    ...{ workspace, path: relativePath(workspace, file), overlays: overlaysOf(workspace, document) },
    ...(symbol === undefined ? {} : { symbol }),
    ...{ tests: { kind: 'auto' as const }, allowUnsandboxed: false },
  };
  try {
    return await services.judge.call({ kind: 'plans', options });
  } catch (error) {
    log.warn(`the tests could not be looked for: ${CoppiceError.wrap(error).message}`);
    return [];
  }
}

async function typeCommand(folder: vscode.WorkspaceFolder, current: TestChoice): Promise<TestChoice | undefined> {
  const command = await vscode.window.showInputBox({
    title: t('Test command of {0}', folder.name),
    prompt: t('It runs in a private copy of the project, in a sandbox. Exit code 0 means passed.'),
    placeHolder: 'make check',
    value: current.kind === 'command' ? current.command : '',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? t('Write a shell command.') : undefined),
  });
  return command === undefined ? undefined : { kind: 'command', command: command.trim() };
}

/** The file that is open, or a folder that the user picks. */
async function scopeHere({ services }: Context, named: vscode.Uri | undefined): Promise<Scope | undefined> {
  if (named) return scopeOf(named);
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme === 'file' && vscode.workspace.getWorkspaceFolder(editor.document.uri)) {
    const { document, selection } = editor;
    const language = languageOf(document.uri.path);
    const place = { line: selection.active.line + 1, column: selection.active.character + 1 };
    const region = language && (await services.syntax()).findFunction(language, document.getText(), place);
    return scopeOf(document.uri, region?.qualifiedName);
  }
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) return offerFolder();
  const folder = folders.length === 1 ? folders[0] : await vscode.window.showWorkspaceFolderPick();
  return folder && { folder };
}

function scopeOf(file: vscode.Uri, symbol?: string): Scope | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(file);
  if (!folder) return offerFolder();
  const isSource = languageOf(file.path) !== undefined;
  return { folder, ...(isSource ? { file } : {}), ...(symbol === undefined ? {} : { symbol }) };
}

function offerFolder(): undefined {
  const open = t('Open Folder');
  void vscode.window
    .showInformationMessage(t('Open a folder first: how its tests are run is kept in its settings.'), open)
    .then((chosen) => chosen && vscode.commands.executeCommand('vscode.openFolder'));
}
