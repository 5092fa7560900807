import { l10n } from 'vscode';

export function candidateCount(count: number): string {
  return count === 1 ? l10n.t('1 candidate') : l10n.t('{0} candidates', count);
}

/** How much of the file a candidate changes, as diffs count it: `+4 −1`. */
export function changeWords({ added, removed }: { added: number; removed: number }): string {
  return [added > 0 || removed === 0 ? `+${added}` : '', removed > 0 ? `−${removed}` : ''].filter(Boolean).join(' ');
}

/** The same as a screen reader says it. */
export function spokenChange({ added, removed }: { added: number; removed: number }): string {
  return l10n.t('Lines added: {0}, removed: {1}.', added, removed);
}

/** The first line that does something; a comment tells candidates of one strategy not apart. */
export function firstLine(body: string): string {
  const lines = body.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !/^(#|\/\/|\/?\*)/.test(line)) ?? l10n.t('(empty)');
}
