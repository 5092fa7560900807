import type { Node } from '@vscode/tree-sitter-wasm';

/** What an exception says that stands for code to come. */
const TO_COME = /NotImplemented|\bnot\s+(yet\s+)?(implemented|written|done)|unimplemented|(["'`])later\3/i;
const NOTE = /\b(TODO|FIXME)\b/;
/** What a comment says where doing nothing is all there is to do. */
const ON_PURPOSE = /\b(no-?op|nothing|intentional|deliberate|on purpose|ignore)/i;

/** Whether a `raise` or `throw` only says that the function is yet to be written. */
export function saysToCome(statement: Node): boolean {
  return TO_COME.test(statement.text) || NOTE.test(statement.text);
}

/** Whether comments say that a function is meant to do nothing. */
export function isOnPurpose(comments: string): boolean {
  return ON_PURPOSE.test(comments);
}
