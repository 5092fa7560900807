/**
 * A function of a source file, cut where a candidate replaces its body. Offsets are UTF-16 code units from the start
 * of the file. The body always consists of whole lines in a candidate; `before` and `after` make room for that where
 * the file has header and body on one line.
 */
export interface FunctionRegion {
  name: string;
  /** The name within its classes and enclosing functions: `Stack.push`. */
  qualifiedName: string;
  /** The first comment line directly above the function; equals `start` when there is none. */
  leadingStart: number;
  /** The line of its first decorator, `export`, `def`, `function`, ... */
  start: number;
  /** Python: after the line of the signature or docstring. TypeScript: after the line of the opening brace. */
  headerEnd: number;
  bodyStart: number;
  /** Python: after the last body line. TypeScript: the start of the line of the closing brace. */
  bodyEnd: number;
  /** What a body needs before it: a line break, where the header shares its last line with the body. */
  before: '' | '\n';
  /** What a body needs after it: the indentation of the closing brace, where it shares its line with the body. */
  after: string;
  /** White space before the header. */
  indent: string;
  /** White space before each statement of the body. */
  bodyIndent: string;
  /**
   * The body is yet to be written: empty, `pass`, `...`, or it raises that. False where that is meant: the function is abstract,
   * an overload, or a comment says so.
   */
  isStub: boolean;
  /** The source of the Python docstring or of the JSDoc comment. */
  docstring?: string;
}

/** The function's own source up to its body, always ending with a line break. */
export function headerOf(text: string, region: FunctionRegion): string {
  return text.slice(region.start, region.headerEnd) + region.before;
}

/** The file with the function's body replaced by whole lines. */
export function replaceBody(text: string, region: FunctionRegion, body: string): string {
  const lines = body === '' || body.endsWith('\n') ? body : `${body}\n`;
  return text.slice(0, region.bodyStart) + region.before + lines + region.after + text.slice(region.bodyEnd);
}

/** The offset of the line that `offset` is on. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset just after the line that `offset` is on, its line break included. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

/** The white space at the start of the line that `offset` is on. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))![0];
}

/** The file's own indentation step, `fallback` where nothing is indented. */
export function indentStep(text: string, fallback: string): string {
  let step: string | undefined;
  for (const [, indent] of text.matchAll(/^([ \t]+)[^\s*]/gm)) {
    if (step === undefined || indent!.length < step.length) step = indent!;
  }
  return step ?? fallback;
}
