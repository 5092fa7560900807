import * as vscode from 'vscode';
import { fileStem, frameFor, PROGRAM_LANGUAGES, type ProgramLanguage } from '../../core/contest/frame.ts';
import { type ContestProblem, contestProblem, LONGEST_PROBLEM, problemText } from '../../core/contest/problem.ts';
import { languageOf } from '../../core/language.ts';

/** What the name of the file with a problem's samples ends with; it begins as that of the program beside it. */
const SAMPLES = '.samples.json';

const LABELS: Record<ProgramLanguage, string> = {
  ...{ python: 'Python', javascript: 'JavaScript', typescript: 'TypeScript' },
};

/**
 * Opens each problem as two documents that are not saved: a program that is not written yet, and its samples beside it. Nothing is
 * on disk before the user saves them. False where there is no folder that they could belong to.
 */
export async function openProblems(problems: readonly ContestProblem[]): Promise<boolean> {
  const folder = folderHere();
  if (!folder) {
    void offerFolder();
    return false;
  }
  const language = languageHere() ?? (await chooseLanguage());
  if (!language) return false;
  for (const problem of problems) await openProblem(problem, folder, language);
  return true;
}

/**
 * The problem of a program: the samples beside it, as they are in the editor or else on disk. Undefined where there are none.
 * Rejects with `problem-invalid` or `problem-unsupported`.
 */
export async function problemOf(program: vscode.Uri): Promise<ContestProblem | undefined> {
  const document = await openedSamples(program);
  if (!document) return undefined;
  const text = document.getText();
  if (text.length > LONGEST_PROBLEM) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // It says what is wrong with it.
    value = text;
  }
  return contestProblem(value);
}

/** Adds a sample to those of a program, as one edit that is not saved. */
export async function addSample(program: vscode.Uri, sample: { input: string; output: string }): Promise<void> {
  const [document, problem] = [await openedSamples(program), await problemOf(program)];
  if (!document || !problem) return;
  const edit = new vscode.WorkspaceEdit();
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  edit.replace(document.uri, whole, problemText({ ...problem, samples: [...problem.samples, sample] }));
  if (await vscode.workspace.applyEdit(edit)) await vscode.window.showTextDocument(document, { preview: false });
}

async function openProblem(problem: ContestProblem, folder: vscode.Uri, language: ProgramLanguage): Promise<void> {
  const frame = frameFor(problem, language);
  const extension = frame.path.slice(frame.path.lastIndexOf('.'));
  const stem = await freeStem(folder, fileStem(problem), [extension, SAMPLES]);
  // VS Code knows where they belong, and asks before it writes there.
  const untitled = (ending: string) => vscode.Uri.joinPath(folder, `${stem}${ending}`).with({ scheme: 'untitled' });
  await filled(untitled(SAMPLES), problemText(problem), vscode.ViewColumn.Beside);
  const program = await filled(untitled(extension), frame.text, vscode.ViewColumn.Active);
  const line = frame.text.split('\n').findIndex((text) => text.includes(`${frame.symbol}(`));
  program.selection = new vscode.Selection(line + 1, 0, line + 1, 0);
}

async function filled(uri: vscode.Uri, text: string, viewColumn: vscode.ViewColumn): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  const preserveFocus = viewColumn === vscode.ViewColumn.Beside;
  return vscode.window.showTextDocument(document, { preview: false, viewColumn, preserveFocus });
}

/** A name that no file has, and no document. */
async function freeStem(folder: vscode.Uri, wanted: string, endings: string[]): Promise<string> {
  for (let number = 1; ; number++) {
    const stem = number === 1 ? wanted : `${wanted}-${number}`;
    const taken = await Promise.all(endings.map((ending) => isThere(vscode.Uri.joinPath(folder, stem + ending))));
    if (!taken.includes(true)) return stem;
  }
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  if (vscode.workspace.textDocuments.some((document) => document.uri.path === uri.path)) return true;
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

async function openedSamples(program: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const path = program.path.replace(/\.[^./]+$/, SAMPLES);
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.path === path && !uri.scheme.startsWith('git'));
  if (open) return open;
  const saved = vscode.Uri.file(program.fsPath).with({ path });
  return (await isThere(saved)) ? vscode.workspace.openTextDocument(saved) : undefined;
}

/** That of the file that is open, or else the first of the workspace. */
function folderHere(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file' && vscode.workspace.getWorkspaceFolder(uri)) return vscode.Uri.joinPath(uri, '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

/** That of the file that is open. */
function languageHere(): ProgramLanguage | undefined {
  const language = languageOf(vscode.window.activeTextEditor?.document.uri.path ?? '');
  return PROGRAM_LANGUAGES.find((name) => name === language);
}

async function chooseLanguage(): Promise<ProgramLanguage | undefined> {
  const items = PROGRAM_LANGUAGES.map((language) => ({ label: LABELS[language], language }));
  const placeHolder = vscode.l10n.t('Which language do you solve it in?');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.language;
}

async function offerFolder(): Promise<void> {
  const open = vscode.l10n.t('Open Folder');
  const message = vscode.l10n.t('Open a folder first: the problem gets a program and its samples there.');
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await vscode.commands.executeCommand('vscode.openFolder');
  }
}
