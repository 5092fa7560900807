import * as vscode from 'vscode';

/** Only real files: diffs, notebook cells, the source control input and output panels have other schemes. */
export const DOCUMENTS: vscode.DocumentSelector = [
  { scheme: 'file', language: 'python' },
  { scheme: 'file', language: 'typescript' },
  { scheme: 'file', language: 'typescriptreact' },
  { scheme: 'file', language: 'javascript' },
  { scheme: 'file', language: 'javascriptreact' },
];

/** Relative to the workspace, with forward slashes. */
export function relativePath(workspace: string, uri: vscode.Uri): string {
  const root = vscode.Uri.file(workspace).path.replace(/\/$/, '');
  return uri.path.startsWith(`${root}/`) ? uri.path.slice(root.length + 1) : uri.path;
}

/** With `\n` line breaks. */
export function textOf(document: vscode.TextDocument): string {
  return document.getText().replaceAll('\r\n', '\n');
}
