import type { Uri } from 'vscode';

/** A text of a candidate's as plain words within Markdown, also in a table. */
export function inTable(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&');
}

export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** The name by which a code block knows the language of a file. */
export function codeLanguage({ path }: Uri): string {
  return path.endsWith('.py') ? 'python' : 'typescript';
}
