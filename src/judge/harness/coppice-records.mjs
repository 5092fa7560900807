/**
 * Tells the judge, on descriptor 3, what the tests do: one JSON object a line, behind the key of this run.
 *
 * The judge sends the key on the same descriptor and drops every line without it: a program that writes reports to whatever
 * it finds open is not believed.
 */
import { readSync, writeSync } from 'node:fs';

const RECORDS = 3;
const key = readKey();

/** `{ event: 'start' | 'case' | 'end', ... }`, as tests/record.ts reads it. */
export function record(fields) {
  let line = Buffer.from(`${key} ${JSON.stringify(fields)}\n`);
  while (line.length > 0) line = line.subarray(writeSync(RECORDS, line));
}

function readKey() {
  const letter = Buffer.alloc(1);
  let text = '';
  while (readSync(RECORDS, letter) === 1 && letter[0] !== 10) text += letter.toString('latin1');
  return text;
}
