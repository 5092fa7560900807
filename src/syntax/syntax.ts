import { setImmediate as turn } from 'node:timers/promises';
import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import type { Value } from '../core/inputs/value.ts';
import type { Language } from '../core/language.ts';
import type { UnboundName } from '../core/needed-imports.ts';
import { pythonImportPlace, unboundEcmascriptNames, unboundPythonNames } from './bindings.ts';
import {
  ecmascriptCalls,
  ecmascriptParameters,
  type LiteralCall,
  pythonCalls,
  pythonParameters,
  type WrittenParameter,
} from './calls.ts';
import { type CommentBlock, commentBlocks } from './comments.ts';
import {
  type Definition,
  ecmascriptDefinitions,
  type Mention,
  mentionsIn,
  pythonDefinitions,
  type Scope,
  scopesAt,
} from './definitions.ts';
import { ecmascriptBodyEnd, ecmascriptFunctions, type FramedHeader, frameHeader } from './ecmascript.ts';
import {
  type Expectation,
  ecmascriptAssertion,
  ecmascriptExpectation,
  onlyExpression,
  pythonAssertion,
  pythonExpectation,
} from './expectations.ts';
import { loadParsers, type Parsers } from './grammars.ts';
import { ecmascriptImportedNames, type ImportedName, pythonImportedNames } from './imported-names.ts';
import { ecmascriptValue, pythonValue } from './literals.ts';
import { type Outline, outlineOf } from './outline.ts';
import { pythonBodyEnd, pythonFunctions } from './python.ts';
import { type FunctionRegion, lineEnd } from './region.ts';
import { Slice } from './slice.ts';
import { ecmascriptStatementLines, pythonStatementLines } from './statement-lines.ts';
import { statementsOf } from './statements.ts';
import { ecmascriptTestCases, pythonTestCases, type TestCaseRange } from './test-cases.ts';

/** A function by name (`push` or `Stack.push`), or the innermost one around a position (both numbers 1-based). */
export type FunctionPlace = { symbol: string } | { line: number; column: number };

/**
 * What Coppice knows about source text, through tree-sitter. All calls but `outline` and `faults` are synchronous; text is taken as it is
 * in memory, offsets are UTF-16 code units. Source of the grammars: `@vscode/tree-sitter-wasm`.
 */
export class Syntax {
  static #loading: Promise<Syntax> | undefined;
  readonly #parsers: Parsers;
  #framed: { language: Language; header: string; frame: FramedHeader | undefined } | undefined;

  private constructor(parsers: Parsers) {
    this.#parsers = parsers;
  }

  /** The one instance of this process. Rejects with `internal` when the grammars are missing. */
  static load(): Promise<Syntax> {
    Syntax.#loading ??= loadParsers().then((parsers) => new Syntax(parsers));
    return Syntax.#loading;
  }

  /** True when the whole text is free of syntax errors as far as the grammar sees. */
  parses(language: Language, text: string): boolean {
    return this.#visit(language, text, (root) => {
      if (root.hasError) return false;
      // The Python grammar accepts a suite without statements, Python does not.
      return (
        language !== 'python' ||
        root.descendantsOfType('block').every((block) => block && statementsOf(block).length > 0)
      );
    });
  }

  /** Every function with a body, in the order of the source. */
  functions(language: Language, text: string): FunctionRegion[] {
    return this.#visit(language, text, (root) =>
      Array.from(language === 'python' ? pythonFunctions(root, text) : ecmascriptFunctions(root, text)),
    );
  }

  /**
   * What a file consists of, for whoever shares a thread with others: a long text is parsed a little at a time. Undefined when
   * `signal` aborts meanwhile.
   */
  outline(language: Language, text: string, signal?: AbortSignal): Promise<Outline | undefined> {
    return this.#visitInSlices(language, text, signal, (root) => outlineOf(language, root, text));
  }

  /**
   * How many places the grammar finds wrong in a text, none where it parses; what is left out counts like what is too much. A
   * long text is parsed a little at a time. Undefined when `signal` aborts meanwhile.
   */
  faults(language: Language, text: string, signal?: AbortSignal): Promise<number | undefined> {
    return this.#visitInSlices(language, text, signal, faultsIn);
  }

  /** The function at a place; undefined when there is none. Comments and decorators above it count as its own. */
  findFunction(language: Language, text: string, at: FunctionPlace): FunctionRegion | undefined {
    const functions = this.functions(language, text);
    if ('symbol' in at) {
      return (
        functions.find((region) => region.qualifiedName === at.symbol) ??
        functions.find((region) => region.name === at.symbol)
      );
    }
    const offset = offsetOf(text, at.line, at.column);
    const around = functions.filter(
      (region) => region.leadingStart <= offset && offset <= lastOffset(language, text, region),
    );
    return around.reduce<FunctionRegion | undefined>(
      (inner, region) => (inner && inner.start >= region.start ? inner : region),
      undefined,
    );
  }

  /** The test cases of a test file and the groups they are in, outer ones first. */
  testCases(language: Language, text: string): TestCaseRange[] {
    return this.#visit(language, text, (root) =>
      language === 'python' ? pythonTestCases(root, text) : ecmascriptTestCases(root, text),
    );
  }

  /** The comments of a file, in its order. */
  comments(language: Language, text: string): CommentBlock[] {
    return this.#visit(language, text, (root) => commentBlocks(root, text));
  }

  /** What a file defines at its own level, in the order of the source. */
  definitions(language: Language, text: string): Definition[] {
    return this.#visit(language, text, (root) =>
      language === 'python' ? pythonDefinitions(root, text) : ecmascriptDefinitions(root, text),
    );
  }

  /** The names that a file imports or hands on. */
  importedNames(language: Language, text: string): ImportedName[] {
    return this.#visit(language, text, (root) =>
      language === 'python' ? pythonImportedNames(root) : ecmascriptImportedNames(root),
    );
  }

  /** The names of a stretch of a file that nothing in the file binds; those of the language itself are among them. */
  unboundNames(language: Language, text: string, start: number, end: number): UnboundName[] {
    return this.#visit(language, text, (root) =>
      language === 'python' ? unboundPythonNames(root, start, end) : unboundEcmascriptNames(root, start, end),
    );
  }

  /** Where a line of imports goes in a Python file, before `limit`. */
  importPlace(text: string, limit: number): { offset: number; isAfterImports: boolean } {
    return this.#visit('python', text, (root) => pythonImportPlace(root, text, limit));
  }

  /** The lines, from 0, that begin within a string or a template: their white space is part of it. */
  linesInStrings(language: Language, text: string): Set<number> {
    const types = language === 'python' ? ['string'] : ['template_string', 'string', 'jsx_text', 'comment'];
    return this.#visit(language, text, (root) => {
      const strings = root.descendantsOfType(types).flatMap((node) => node ?? []);
      const lines = strings.flatMap(({ startPosition, endPosition }) =>
        Array.from({ length: endPosition.row - startPosition.row }, (_, below) => startPosition.row + 1 + below),
      );
      return new Set(lines);
    });
  }

  /** The names that each of some stretches of a file uses. */
  mentions(language: Language, text: string, ranges: readonly { start: number; end: number }[]): Mention[] {
    return this.#visit(language, text, (root) => ranges.flatMap(({ start, end }) => mentionsIn(root, start, end)));
  }

  /** The classes around an offset, outer ones first. */
  scopes(language: Language, text: string, offset: number): Scope[] {
    return this.#visit(language, text, (root) => scopesAt(root, text, offset));
  }

  /** The parameters of a function that can be called by its name alone; undefined where there is none. */
  parameters(language: Language, text: string, name: string): WrittenParameter[] | undefined {
    return this.#visit(language, text, (root) =>
      language === 'python' ? pythonParameters(root, name) : ecmascriptParameters(root, name),
    );
  }

  /** The calls of a function with nothing but literals, in the order of the source. */
  calls(language: Language, text: string, name: string): LiteralCall[] {
    return this.#visit(language, text, (root) =>
      language === 'python' ? pythonCalls(root, name) : ecmascriptCalls(root, name),
    );
  }

  /** What `f(1) == 2` says of a function; undefined where a text is anything else. */
  expectation(language: Language, text: string, name: string): Expectation | undefined {
    return this.#visit(language, text, (root) =>
      language === 'python' ? pythonExpectation(root, name) : ecmascriptExpectation(root, name),
    );
  }

  /** What `assert f(1) == 2` or `assert.deepEqual(f(1), 2)` says of a function; undefined where a text is anything else. */
  assertion(language: Language, text: string, name: string): Expectation | undefined {
    return this.#visit(language, text, (root) =>
      language === 'python' ? pythonAssertion(root, name) : ecmascriptAssertion(root, name),
    );
  }

  /** The value that a text is a literal of; undefined where a text is anything else, or more. */
  literal(language: Language, text: string): Value | undefined {
    if (text.trim() === '') return undefined;
    return this.#visit(language, `(${text})`, (root) => {
      const expression = onlyExpression(root);
      return expression && (language === 'python' ? pythonValue(expression) : ecmascriptValue(expression));
    });
  }

  /**
   * The offset in `body`, sampled so far, where the function is certainly over, whatever may follow; undefined while
   * it may go on. `header` is the function's source up to its first body line. The text before the offset is whole
   * lines of the body, without the closing brace and without blank lines after it. Costs one parse of the function
   * (about 0.1 ms) when a line or brace is there that could end it, and nothing otherwise.
   */
  bodyEnd(language: Language, header: string, body: string): number | undefined {
    if (language === 'python') {
      return pythonBodyEnd(header, body, (text) => this.#visit(language, text, (root) => !root.hasError));
    }
    if (!body.includes('}')) return undefined;
    const visit = <R>(text: string, read: (root: Node) => R) => this.#visit(language, text, read);
    if (this.#framed?.header !== header || this.#framed.language !== language) {
      this.#framed = { language, header, frame: frameHeader(header, visit) };
    }
    const { frame } = this.#framed;
    return frame && ecmascriptBodyEnd(header, body, frame, visit);
  }

  /**
   * The offsets in a body of the lines, after the first, that a statement begins on: what comes before such a line can be kept and
   * the rest be written anew. In Python these are statements at any depth; elsewhere those of the function itself, since a brace
   * that is left open has no end that `bodyEnd` would find.
   */
  statementLines(language: Language, header: string, body: string): number[] {
    const visit = <R>(text: string, read: (root: Node) => R) => this.#visit(language, text, read);
    return language === 'python'
      ? pythonStatementLines(header, body, visit)
      : ecmascriptStatementLines(header, body, visit);
  }

  async #visitInSlices<R>(
    language: Language,
    text: string,
    signal: AbortSignal | undefined,
    read: (root: Node) => R | Promise<R>,
  ): Promise<R | undefined> {
    const parser = this.#parsers.own(language);
    let tree: Tree | null = null;
    try {
      while (!signal?.aborted) {
        const slice = new Slice();
        // Where it was interrupted, the same call goes on.
        tree = parser.parse(text, null, { progressCallback: () => slice.isOver });
        await turn();
        if (tree) return await read(tree.rootNode);
      }
      return undefined;
    } finally {
      tree?.delete();
      parser.delete();
    }
  }

  #visit<R>(language: Language, text: string, read: (root: Node) => R): R {
    const tree = this.#parsers.shared[language].parse(text)!;
    try {
      return read(tree.rootNode);
    } finally {
      // The tree lives in WASM memory, which nothing collects.
      tree.delete();
    }
  }
}

/** Only where something is wrong below a node is it looked into. */
function faultsIn(node: Node): number {
  if (node.isError || node.isMissing) return 1;
  if (!node.hasError) return 0;
  return node.children.reduce((sum, child) => sum + (child ? faultsIn(child) : 0), 0);
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let above = 1; above < line; above++) {
    const newline = text.indexOf('\n', start);
    if (newline < 0) return text.length;
    start = newline + 1;
  }
  const newline = text.indexOf('\n', start);
  return Math.min(start + column - 1, newline < 0 ? text.length : newline);
}

/** The last cursor offset that still is in the function. */
function lastOffset(language: Language, text: string, region: FunctionRegion): number {
  let end = lineEnd(text, region.bodyEnd);
  if (language === 'python') {
    end = region.bodyEnd;
    // The empty line under a signature or docstring is where its author is about to write.
    const next = text.slice(end, lineEnd(text, end));
    const isEmpty = region.bodyStart === region.bodyEnd;
    if ((region.isStub || isEmpty) && next.trim() === '') end += next.length;
  }
  return text[end - 1] === '\n' ? end - 1 : end;
}
