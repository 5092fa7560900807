import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { languageOf } from '../../core/language.ts';

/** Why nothing can grow where the user is, with the way out. */
export interface Obstacle {
  why: string;
  way?: { title: string; go(): unknown };
}

/** The editor that a command would grow in. Where it can't, the user is told why, and gets undefined. */
export async function growEditor(): Promise<vscode.TextEditor | undefined> {
  const obstacle = await obstacleHere();
  if (!obstacle) return vscode.window.activeTextEditor;
  // The notification waits for the user, the command need not.
  void tell(obstacle);
  return undefined;
}

/** What is in the way of growing in the active editor. */
export async function obstacleHere(): Promise<Obstacle | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (vscode.window.activeNotebookEditor && (!editor || editor.document.uri.scheme === 'vscode-notebook-cell')) {
    return { why: vscode.l10n.t('Candidates do not grow in notebooks: no tests run on their cells.') };
  }
  const document = editor?.document;
  if (document && isCompared(document.uri)) return comparison(document.uri);
  if (document?.isUntitled && isKnown(document)) {
    return {
      why: vscode.l10n.t('Save this file first: candidates are tested as part of a project on disk.'),
      way: { title: vscode.l10n.t('Save'), go: () => document.save() },
    };
  }
  if (document?.uri.scheme !== 'file' || !languageOf(document.uri.path)) {
    return {
      why: vscode.l10n.t(
        'Open a Python, TypeScript or JavaScript file and put the cursor in the function that should grow.',
      ),
      way: {
        title: vscode.l10n.t('Open an Example'),
        go: () => vscode.commands.executeCommand('coppice.example.open'),
      },
    };
  }
  if (await isReadOnly(document.uri)) {
    return { why: vscode.l10n.t('{0} is read-only, so no candidate could be accepted.', nameOf(document.uri)) };
  }
  return undefined;
}

export async function tell({ why, way }: Obstacle): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(why, ...(way ? [way.title] : []));
  if (way && chosen === way.title) await way.go();
}

function isKnown({ languageId }: vscode.TextDocument): boolean {
  return /^(python|typescript|javascript)(react)?$/.test(languageId);
}

function isCompared(uri: vscode.Uri): boolean {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputTextDiff)) return false;
  return [input.original, input.modified].some((side) => side.toString() === uri.toString());
}

/** Both sides of a comparison are about one file, by its path. */
function comparison(uri: vscode.Uri): Obstacle {
  const file = vscode.Uri.file(uri.path);
  return {
    why: vscode.l10n.t('This is a comparison. Candidates grow in the editor of {0} itself.', nameOf(file)),
    way: { title: vscode.l10n.t('Open File'), go: () => vscode.window.showTextDocument(file, { preview: false }) },
  };
}

/** By its permissions. What a setting makes read-only is not told to extensions. */
async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  const found = await stat(uri.fsPath).catch(() => undefined);
  return found !== undefined && (found.mode & 0o222) === 0;
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
