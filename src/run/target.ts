import { CoppiceError } from '../core/errors.ts';
import type { FunctionContext } from '../core/prompt/grow-tree.ts';
import { type Said, said } from '../core/said.ts';
import { FUNCTION_CHOICE } from '../core/ways.ts';
import { type FunctionRegion, headerOf, replaceBody } from '../syntax/region.ts';
import type { FunctionPlace, Syntax } from '../syntax/syntax.ts';
import type { SourceFile } from './source-file.ts';

/** The function that a run fills in. */
export interface Target {
  source: SourceFile;
  region: FunctionRegion;
}

/**
 * Finds the function. Without a place it is the only function of the file that does nothing yet. Throws
 * `symbol-not-found` with the names to choose from.
 */
export function findTarget(syntax: Syntax, source: SourceFile, place?: FunctionPlace): Target {
  const { language, text } = source;
  if (place) {
    const region = syntax.findFunction(language, text, place);
    if (region) return { source, region };
    const message =
      'symbol' in place
        ? said`There is no function "${place.symbol}" in ${source.path}.`
        : said`There is no function at ${place.line}:${place.column} in ${source.path}.`;
    throw notFound(message, syntax.functions(language, text));
  }
  const functions = syntax.functions(language, text);
  const stubs = functions.filter((region) => region.isStub);
  if (stubs.length === 1) return { source, region: stubs[0]! };
  const message =
    stubs.length === 0
      ? said`Every function of ${source.path} has a body already.`
      : said`${source.path} has ${stubs.length} functions without a body.`;
  throw notFound(message, stubs.length === 0 ? functions : stubs);
}

function notFound(message: Said, choices: FunctionRegion[]): CoppiceError {
  const names = choices.map((region) => region.qualifiedName).slice(0, 12);
  const remedy =
    names.length === 0 ? said`Name a file with a function in it.` : said`${FUNCTION_CHOICE}: ${names.join(', ')}.`;
  return new CoppiceError('symbol-not-found', message, remedy);
}

/** The function taken apart for the prompt. */
export function contextOf({ source, region }: Target): FunctionContext {
  const { text, language, path } = source;
  return {
    language,
    path,
    symbol: region.name,
    before: text.slice(0, region.leadingStart),
    comments: text.slice(region.leadingStart, region.start),
    header: headerOf(text, region),
    after: region.after + text.slice(region.bodyEnd),
    indent: region.indent,
    bodyIndent: region.bodyIndent,
  };
}

/** The body as it goes into the file: trailing white space says nothing about a candidate, so equal ones stay equal. */
export function bodyOf(candidateText: string): string {
  const body = candidateText.trimEnd();
  return body === '' ? '' : `${body}\n`;
}

/** The whole file with a body in place. */
export function fileWith({ source, region }: Target, body: string): string {
  return source.asWritten(replaceBody(source.text, region, body));
}
