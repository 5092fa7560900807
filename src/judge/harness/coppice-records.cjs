/**
 * Tells the judge, on descriptor 3, what the tests do: one JSON object a line, behind the key of this run.
 *
 * The judge sends the key on the same descriptor and drops every line without it: a program that writes reports to whatever
 * it finds open is not believed. Everything used to write is taken hold of before a candidate is loaded.
 */
const { readSync, writeSync } = require('node:fs');

const RECORDS = 3;
const { stringify } = JSON;
const { from } = Buffer;
let claimed = false;
let key;

/** In a fork, which is told its key by its server and not on that descriptor. */
exports.useKey = (text) => {
  key ??= text;
};

/**
 * The function that writes records, `{ event: 'start' | 'case' | 'control' | 'end', ... }`, as tests/record.ts reads them. Only
 * who asks first gets it: the harness, and not what it loads.
 */
exports.claimRecords = () => {
  if (claimed) throw new Error('The records have their writer.');
  claimed = true;
  key ??= readKey();
  return (fields) => {
    // Without a prototype, since `JSON.stringify` would call a `toJSON` that it finds there.
    const line = from(`${key} ${stringify({ __proto__: null, ...fields })}\n`);
    for (let at = 0; at < line.length; ) at += writeSync(RECORDS, line, at, line.length - at);
  };
};

/** The key of this run, for a process that gives it to those that it starts: it is there to be read once. */
exports.readKey = readKey;

function readKey() {
  const letter = Buffer.alloc(1);
  let text = '';
  while (readSync(RECORDS, letter) === 1 && letter[0] !== 10) text += letter.toString('latin1');
  return text;
}
