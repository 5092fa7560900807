import { join } from 'node:path';
import { languageOf } from '../core/language.ts';
import type { CaseResult, Report } from '../core/report.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { type Overlay, readText } from './source-file.ts';

/**
 * Which cases say something about a candidate for one function. In a module with several unwritten functions the tests
 * of the others fail whatever the candidate does; counting them would make a right candidate look wrong. A case is left
 * out when it failed before, fails in the same way now, and its source does not mention the function. All else counts.
 */
export class TestScope {
  /** By the ids of cases that are left out while they say this. */
  readonly #others: Map<string, string>;

  private constructor(others: Map<string, string>) {
    this.#others = others;
  }

  /** Everything counts. */
  static whole(): TestScope {
    return new TestScope(new Map());
  }

  /** Reads the sources of the cases that failed before. */
  static async around(
    symbol: string,
    baseline: Report,
    workspace: { folder: string; overlays: Overlay[] },
    syntax: Syntax,
  ): Promise<TestScope> {
    const texts = new Map<string, string>();
    const failing = baseline.cases.filter(failed);
    for (const file of new Set(failing.flatMap((result) => result.file ?? []))) {
      const overlay = workspace.overlays.find(({ path }) => path === file);
      const text = overlay?.text ?? (await readText(join(workspace.folder, file)).catch(() => undefined));
      if (text !== undefined) texts.set(file, text);
    }
    const others = failing.filter((result) => mentions(symbol, result, texts, syntax) === false);
    return new TestScope(new Map(others.map((result) => [result.id, outcome(result)])));
  }

  /** A report without the cases that say nothing here. */
  narrow(report: Report): Report {
    // A run that was ended by a limit never got to them, or says so of them.
    const cases = report.cases.filter((result) =>
      report.interrupted ? !this.#others.has(result.id) : this.#others.get(result.id) !== outcome(result),
    );
    const left = report.cases.length - cases.length;
    if (left === 0) return report;
    const failures = cases.filter((result) => result.status === 'failed').length;
    const errors = cases.filter((result) => result.status === 'error').length;
    const passes = report.verdict === 'failed' && failures + errors === 0 && report.passed > 0 && !report.interrupted;
    const verdict = passes ? 'passed' : report.verdict;
    return { ...report, verdict, failed: failures, errors, cases, outOfScope: left };
  }
}

/** A text mentions a symbol where it stands as a whole identifier. */
export function mention(symbol: string): RegExp {
  return new RegExp(`(?<![\\w$])${symbol.replaceAll('$', '\\$')}(?![\\w$])`);
}

/** Undefined when the source of the case can't be told. */
function mentions(
  symbol: string,
  { file, line }: CaseResult,
  texts: Map<string, string>,
  syntax: Syntax,
): boolean | undefined {
  const text = file === undefined ? undefined : texts.get(file);
  const language = file === undefined ? undefined : languageOf(file);
  if (text === undefined || language === undefined || line === undefined) return undefined;
  const offset = text.split('\n', line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  const source = syntax
    .testCases(language, text)
    .findLast(({ kind, start, end }) => kind === 'case' && start <= offset && offset < end);
  return source && mention(symbol).test(text.slice(source.start, source.end));
}

function failed({ status }: CaseResult): boolean {
  return status === 'failed' || status === 'error';
}

function outcome({ status, message }: CaseResult): string {
  return `${status}: ${message ?? ''}`;
}
