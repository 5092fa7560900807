import * as vscode from 'vscode';
import { type Overlay, workspaceOf } from '../run/source-file.ts';
import { relativePath } from './documents.ts';

/**
 * The folder that the tests of a file run in: the nearest project around it, as long as that lies within the folder
 * that is open; nothing outside of that one has been shown to the user, let alone trusted.
 */
export function projectOf(uri: vscode.Uri): string {
  const project = workspaceOf(uri.fsPath);
  const open = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  if (open === undefined) return project;
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project)) ? project : open;
}

/**
 * The unsaved buffers of a project, those of files that are not there yet among them, and `document` in any case: it is what
 * the user sees.
 */
export function overlaysOf(project: string, document: vscode.TextDocument): Overlay[] {
  const root = vscode.Uri.file(project).path;
  const isUnsaved = ({ uri, isDirty }: vscode.TextDocument) =>
    uri.scheme === 'untitled' || (uri.scheme === 'file' && (isDirty || uri.toString() === document.uri.toString()));
  return vscode.workspace.textDocuments
    .filter(isUnsaved)
    .filter(({ uri }) => uri.path.startsWith(`${root}/`))
    .map((buffer) => ({ path: relativePath(project, buffer.uri), text: buffer.getText() }));
}
