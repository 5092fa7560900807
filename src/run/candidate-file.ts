import { neededImports } from '../core/needed-imports.ts';
import { headerOf, indentStep } from '../syntax/region.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { bodyOf, fileWith, type Target } from './target.ts';

/** What a candidate makes of a file. It is this text that is judged, and this one that is accepted. */
export interface CandidateFile {
  /** What it adds to the function, indented as the file is. */
  body: string;
  /** The import lines that the body needs and the file lacks. */
  imports: string[];
  /** The whole file with both, with the file's line breaks. */
  text: string;
}

/** The file with what a model wrote as the function's body. */
export function candidateFile(syntax: Syntax, target: Target, written: string): CandidateFile {
  const { source, region } = target;
  const body = indentedAs(syntax, target, bodyOf(written));
  const imports = source.language === 'python' ? missingImports(syntax, target, body) : [];
  if (imports.length === 0) return { body, imports, text: fileWith(target, body) };
  const text = withImports(syntax, source.text, region.leadingStart, imports);
  const shift = text.length - source.text.length;
  const moved = { ...region, bodyStart: region.bodyStart + shift, bodyEnd: region.bodyEnd + shift };
  return { body, imports, text: fileWith({ source: { ...source, text }, region: moved }, body) };
}

/** The text of a Python file with import lines, where they are not there, before `limit`: the offset of a function. */
export function withImports(syntax: Syntax, text: string, limit: number, lines: readonly string[]): string {
  const there = new Set(text.split('\n'));
  const wanted = lines.filter((line) => !there.has(line));
  if (wanted.length === 0) return text;
  const { offset, isAfterImports } = syntax.importPlace(text, limit);
  const head = text.slice(0, offset);
  const rest = text.slice(offset);
  const above = head === '' || isAfterImports ? '' : '\n';
  const below = isAfterImports || rest.startsWith('\n') ? '' : '\n';
  return `${head}${head === '' || head.endsWith('\n') ? '' : '\n'}${above}${wanted.join('\n')}\n${below}${rest}`;
}

/** Import lines for the names of the body that the file does not bind. */
function missingImports(syntax: Syntax, target: Target, body: string): string[] {
  const { source, region } = target;
  const start = region.bodyStart + region.before.length;
  const text =
    source.text.slice(0, region.bodyStart) + region.before + body + region.after + source.text.slice(region.bodyEnd);
  return neededImports(syntax.unboundNames(source.language, text, start, start + body.length));
}

/**
 * A body with the file's kind of indentation where a model has written the other kind: tabs for spaces, or spaces for tabs. What
 * stands in strings stays as it is.
 */
function indentedAs(syntax: Syntax, { source, region }: Target, body: string): string {
  const step = indentStep(
    source.text.slice(0, region.bodyStart) + source.text.slice(region.bodyEnd),
    region.bodyIndent,
  );
  const usesTabs = region.bodyIndent.includes('\t');
  const isOther = usesTabs ? /^\t* /m : /^ *\t/m;
  if (!isOther.test(body)) return body;
  const header = headerOf(source.text, region);
  const above = header.split('\n').length - 1;
  const inStrings = syntax.linesInStrings(source.language, header + body);
  const lines = body.split('\n');
  const unit = usesTabs
    ? Math.max(
        1,
        Math.round(narrowest(lines.filter((_, index) => !inStrings.has(above + index))) / region.bodyIndent.length),
      )
    : 1;
  return lines
    .map((line, index) => {
      if (inStrings.has(above + index)) return line;
      const [indent = ''] = /^[ \t]*/.exec(line)!;
      const code = line.slice(indent.length);
      if (!usesTabs) return indent.replaceAll('\t', step) + code;
      const columns = [...indent].reduce((sum, character) => sum + (character === '\t' ? unit : 1), 0);
      return '\t'.repeat(Math.floor(columns / unit)) + ' '.repeat(columns % unit) + code;
    })
    .join('\n');
}

/** The least indentation in spaces that a line has: that of the body. */
function narrowest(lines: string[]): number {
  const widths = lines.flatMap((line) => /^( +)\S/.exec(line)?.[1]?.length ?? []);
  return Math.min(...widths, 16);
}
