/**
 * Puts itself in the place of the candidate's module, in the tests of node:test: it is loaded before them and writes a module
 * whose names ask the worker (coppice-worker.mjs).
 *
 * The tests decide in this process, which never runs what the candidate is made of. Where a function of its own would decide, and
 * where the tests do what is not the same from one process to another, is told to the judge.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const { Peer, ENDED, ERRORS } = require('./coppice-crossing.cjs');
const records = require('./coppice-records.cjs');

const [MOST_NOTES, LONGEST_NOTE] = [5, 200];
const HARMLESS = /^(node:)?(test|assert|assert\/strict|util|path|url|events|buffer)$/;
const DOUBTFUL = [
  [/\bmock\b/, 'mocks'],
  [/\b(process|globalThis|performance)\b/, 'what a process has for itself'],
  [/\b(set(Timeout|Interval|Immediate)|queueMicrotask|Date\.now|new Date\(\))/, 'the clock'],
  [/\brequire\s*\(|\bimport\s*\(/, 'modules that are loaded on the way'],
  [/\b(instanceof|WeakMap|WeakSet|Symbol|Proxy|eval)\b/, 'what only objects of one process have'],
  [/\bprototype\b|__proto__/, 'prototypes'],
];
/** Methods of what is usual: in place of these a function of the candidate's could be told what the tests expect. */
const USUAL = new Set(
  [Object, Array, String, Number, Boolean, Map, Set, Date, RegExp, Promise, Function, BigInt].flatMap((kind) =>
    Object.getOwnPropertyNames(kind.prototype),
  ),
);
const { COPPICE_ROOT: root, COPPICE_FILES: listed, COPPICE_CANDIDATE: path } = process.env;
const record = records.claimRecords();
// The reporter is loaded after this, and asks for it too.
records.claimRecords = () => record;

class StandIn extends Peer {
  #said = new Set();
  #lost;
  #errors = new Map();

  note(event, text) {
    const line = `${event} ${text}`;
    if (this.#said.has(line) || this.#said.size > 4 * MOST_NOTES) return;
    this.#said.add(line);
    record({ event, text: `${text}`.slice(0, LONGEST_NOTE) });
  }

  doubt(text) {
    this.note('doubt', text);
  }

  lose(why) {
    this.#lost = why;
    this.note(why === ENDED ? 'lost' : 'nonsense', why);
    return new Error(`the process of the candidate ${why}`);
  }

  ask(...request) {
    if (this.#lost !== undefined) throw new Error(`the process of the candidate ${this.#lost}`);
    try {
      return super.ask(...request);
    } catch (error) {
      if (error?.constructor?.name === 'Uncrossable') this.doubt(error.message);
      throw error;
    }
  }

  attached(message) {
    for (const text of message.doubts ?? []) this.doubt(`${text}`);
    if (message.later) this.doubt('it is asynchronous');
    if (typeof message.printed === 'string' && message.printed !== '') process.stdout.write(message.printed);
  }

  perform(what, number, args) {
    if (what !== 'call') throw new TypeError('that is not to be had from here');
    return this.given(number).value(...args);
  }

  standIn(number, name, length, property) {
    const made = super.standIn(number, name, length);
    if (property === undefined || !USUAL.has(property)) return made;
    return (...args) => {
      this.note('decided', property);
      return made(...args);
    };
  }

  errorClass(name) {
    return this.#errors.get(name);
  }

  /** What the module of the candidate gives to the tests, by name. */
  load() {
    let told;
    try {
      told = this.ask('load');
    } catch (error) {
      this.note('unloaded', `${error?.name}: ${error?.message}`);
      return { failure: error };
    }
    const [shape, found] = told;
    const names = {};
    for (const [name, kind, value, base] of found) {
      names[name] =
        kind === 'value' ? value : kind === 'error' ? this.#errorClass(name, value, base) : this.#class(name);
    }
    this.note('loaded', path);
    return { names, shape };
  }

  #errorClass(exported, name, base) {
    if (!Object.hasOwn(ERRORS, base)) throw new TypeError('no error');
    const peer = this;
    const Base = ERRORS[base];
    const made = {
      [name]: class extends Base {
        constructor(...args) {
          super(...args);
          peer.doubt(`the tests make a ${exported} themselves`);
        }
      },
    }[name];
    this.#errors.set(name, { class: made, base });
    return made;
  }

  /** Objects of it do not cross: only its name does. */
  #class(name) {
    const refuse = () => {
      this.doubt(`a ${name} does not cross`);
      throw new TypeError(`a ${name} does not cross`);
    };
    return new Proxy(class {}, {
      construct: refuse,
      get: (of, key) => (key === 'prototype' || typeof key === 'symbol' ? of[key] : refuse()),
    });
  }
}

function moduleText({ names, shape, failure }) {
  const from = "globalThis[Symbol.for('coppice.standin')]";
  if (failure) return `throw new Error(${JSON.stringify(`the candidate could not be loaded: ${failure.message}`)});\n`;
  if (shape !== 'module') return `module.exports = ${from}${shape === 'single' ? '.default' : ''};\n`;
  const lines = Object.keys(names).map((name, at) =>
    name === 'default'
      ? `export default ${from}.default;`
      : `const v${at} = ${from}[${JSON.stringify(name)}];\nexport { v${at} as ${name} };`,
  );
  return `${lines.join('\n')}\nexport {};\n`;
}

if (isMainThread && listed !== undefined) {
  delete process.env.COPPICE_CANDIDATE;
  const peer = new StandIn();
  const found = peer.load();
  globalThis[Symbol.for('coppice.standin')] = found.names;
  const text = readFileSync(`${root}/${listed}`, 'utf8');
  writeFileSync(`${root}/${path}`, moduleText(found));
  process.on('exit', () => {
    peer.look();
    for (const [, name] of text.matchAll(/\bfrom\s*['"]([^'"]+)['"]/g)) {
      const isCandidate = path.replace(/\.[^.]+$/, '').endsWith(name.replace(/^(\.*\/)+/, '').replace(/\.[^.]+$/, ''));
      if (!HARMLESS.test(name) && !isCandidate) peer.doubt(`the tests use ${name}`);
    }
    for (const [pattern, what] of DOUBTFUL) if (pattern.test(text)) peer.doubt(`the tests use ${what}`);
    peer.note('told', '');
  });
}
