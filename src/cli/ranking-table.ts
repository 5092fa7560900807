import type { RankedCandidate } from '../run/run-result.ts';
import type { Terminal } from './terminal.ts';

const SHOWN = 10;

/** The best candidates, one a line, and how many more there are. */
export function rankingTable(ranking: RankedCandidate[], terminal: Terminal): string {
  const head = ['#', 'id', 'tests', 'cluster', 'count', 'logprob', 'lines', 'change'];
  const rows = ranking
    .slice(0, SHOWN)
    .map((entry) => [
      String(entry.rank),
      entry.id,
      verdictText(entry),
      String(entry.cluster),
      `x${entry.count}`,
      entry.logprob === null || !entry.tokens ? '-' : (entry.logprob / entry.tokens).toFixed(2),
      String(entry.changedLines),
      firstChange(entry.diff),
    ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: string[], style: (column: number, cell: string) => string) => {
    const padded = cells.map((cell, column) => (column < cells.length - 1 ? cell.padEnd(widths[column]!) : cell));
    const used = padded.slice(0, -1).join('  ').length + 2;
    padded[padded.length - 1] = shorten(padded.at(-1)!, terminal.width - used);
    return padded.map((cell, column) => style(column, cell)).join('  ');
  };
  const lines = rows.map((cells, index) =>
    line(cells, (column, cell) => (column === 2 ? terminal.paint(verdictColour(ranking[index]!), cell) : cell)),
  );
  const more = ranking.length - rows.length;
  return [
    terminal.paint(
      'dim',
      line(head, (_, cell) => cell),
    ),
    ...lines,
    ...(more > 0 ? [terminal.paint('dim', `and ${more} more`)] : []),
  ].join('\n');
}

/** A unified diff with colours. */
export function colouredDiff(diff: string, terminal: Terminal): string {
  const colour = (line: string) => {
    if (line.startsWith('+++') || line.startsWith('---')) return terminal.paint('bold', line);
    if (line.startsWith('@@')) return terminal.paint('cyan', line);
    if (line.startsWith('+')) return terminal.paint('green', line);
    return line.startsWith('-') ? terminal.paint('red', line) : line;
  };
  return diff.trimEnd().split('\n').map(colour).join('\n');
}

function verdictText({ report }: RankedCandidate): string {
  switch (report.verdict) {
    case 'untested':
      return 'not run';
    case 'unparsable':
      return 'no parse';
    case 'passed':
    case 'failed':
    case 'error': {
      const total = report.passed + report.failed + report.errors;
      const isContradicted = report.isolation?.kind === 'contradicted';
      const note = report.timedOut ? ' timeout' : isContradicted ? ' contradicted' : '';
      return total === 0 ? `${report.verdict}${note}` : `${report.passed}/${total}${note}`;
    }
  }
}

function verdictColour({ report }: RankedCandidate): 'green' | 'yellow' | 'red' | 'dim' {
  if (report.isolation?.kind === 'contradicted') return 'red';
  if (report.verdict === 'passed') return 'green';
  if (report.verdict === 'unparsable' || report.verdict === 'untested') return 'dim';
  return report.passed > 0 ? 'yellow' : 'red';
}

function firstChange(diff: string): string {
  const added = diff.split('\n').find((line) => line.startsWith('+') && !line.startsWith('+++') && line.trim() !== '+');
  return added?.slice(1).trim() ?? '';
}

function shorten(text: string, width: number): string {
  return text.length <= Math.max(width, 12) ? text : `${text.slice(0, Math.max(width, 12) - 1)}…`;
}
