/**
 * Puts itself in the place of the candidate's module, in the tests of frameworks for Node: before these it writes a module whose
 * names ask the worker (coppice-serve.cjs).
 *
 * The tests decide in this process, which never runs what the candidate is made of. Where a function of its own would decide, and
 * where the tests do what is not the same from one process to another, is told to the judge.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { Peer, Uncrossable, ENDED, ERRORS } = require('./coppice-crossing.cjs');

const [MOST_NOTES, LONGEST_NOTE] = [5, 200];
const HARMLESS =
  /^((node:)?(test|assert|assert\/strict|util|path|url|events|buffer)|vitest|@jest\/globals|expect|mocha|chai)$/;
const IMPORT = /\bfrom\s*['"]([^'"]+)['"]/g;
const REQUIRE = /^(?:const|let|var)\s[^=;]*=\s*require\(\s*['"]([^'"]+)['"]\s*\)/gm;
const DOUBTFUL = [
  [/\bmock\b/, 'mocks'],
  [/\b(jest|vi|vitest)\.(?!fn\b)/, 'what the framework puts in the place of something'],
  [/\b(process|global|globalThis|performance|console)\b/, 'what a process has for itself'],
  [/\b(set(Timeout|Interval|Immediate)|queueMicrotask|Date\.now|new Date\(\))/, 'the clock'],
  [/\brequire\s*\(|\bimport\s*\(/, 'modules that are loaded on the way'],
  [/\b(instanceof|WeakMap|WeakSet|Symbol|Proxy|eval)\b/, 'what only objects of one process have'],
  [/\bprototype\b|__proto__/, 'prototypes'],
];
/** Methods of what is usual: in place of these a function of the candidate's could be told what the tests expect. */
const USUAL = new Set([
  ...['asymmetricMatch', 'isEqualNode', 'toAsymmetricMatcher', 'equals', 'toJSON'],
  ...[Object, Array, String, Number, Boolean, Map, Set, Date, RegExp, Promise, Function, BigInt].flatMap((kind) =>
    Object.getOwnPropertyNames(kind.prototype),
  ),
]);
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** Of an export by such a name a framework would ask whether it is what is expected. */
const MATCHES = new Set(['asymmetricMatch', 'isEqualNode']);
/** Where the module that is written finds its names. */
const NAMES = Symbol.for('coppice.standin');

class StandIn extends Peer {
  #said = new Map();
  #lost;
  #errors = new Map();
  #record;
  #root;
  #path;
  #tests;
  #names = {};
  #before = {};

  /**
   * @param record tells the judge
   * @param root the workspace
   * @param path the file of the candidate
   * @param files of the tests
   */
  constructor(record, root, path, files) {
    super();
    this.#record = record;
    this.#root = root;
    this.#path = path;
    this.#tests = files.map((file) => readFileSync(`${root}/${file}`, 'utf8'));
  }

  /** Before the tests are loaded. */
  open() {
    const found = this.#load();
    this.#names = found.names ?? {};
    this.#before = { ...this.#names };
    globalThis[NAMES] = this.#names;
    writeFileSync(`${this.#root}/${this.#path}`, moduleText(found, /\.[cm]?tsx?$/.test(this.#path)));
  }

  /** Once the tests have ended. */
  close() {
    this.look();
    const isChanged = (name) => this.#names[name] !== this.#before[name];
    if (Object.keys({ ...this.#before, ...this.#names }).some(isChanged)) this.doubt('an export is replaced');
    for (const text of this.#tests) this.#doubtTests(text);
    this.note('told', '');
  }

  #doubtTests(text) {
    const rest = text.replace(REQUIRE, '');
    for (const [, name] of [...text.matchAll(IMPORT), ...text.matchAll(REQUIRE)]) {
      const stem = name.replace(/^(\.*\/)+/, '').replace(/\.[^.]+$/, '');
      const isCandidate = this.#path.replace(/\.[^.]+$/, '').endsWith(stem);
      if (!HARMLESS.test(name) && !isCandidate) this.doubt(`the tests use ${name}`);
    }
    for (const [pattern, what] of DOUBTFUL) if (pattern.test(rest)) this.doubt(`the tests use ${what}`);
  }

  note(event, text) {
    const said = this.#said.get(event) ?? new Set();
    if (said.size >= MOST_NOTES || said.has(text)) return;
    this.#said.set(event, said.add(text));
    this.#record({ event, text: `${text}`.slice(0, LONGEST_NOTE) });
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
      if (error instanceof Uncrossable) this.doubt(error.message);
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

  decides(property) {
    return USUAL.has(property);
  }

  deciding(made, property) {
    return (...args) => {
      this.note('decided', property);
      return made(...args);
    };
  }

  errorClass(name) {
    return this.#errors.get(name);
  }

  /** What the module of the candidate gives to the tests, by name. */
  #load() {
    try {
      const [shape, isModule, found] = this.ask('load');
      const names = {};
      const define = (name, value, more) => Object.defineProperty(names, name, { value, writable: true, ...more });
      for (const parts of found) define(`${parts[0]}`, this.#named(parts), { enumerable: true, configurable: true });
      // As compilers mark what they made of a module.
      if (isModule) define('__esModule', true);
      this.note('loaded', this.#path);
      return { names, shape };
    } catch (error) {
      this.note('unloaded', `${error?.name}: ${error?.message}`);
      return { failure: error };
    }
  }

  #named([given, kind, value, base]) {
    const name = `${given}`;
    // It becomes a part of a program that runs here.
    if (!IDENTIFIER.test(name)) throw new TypeError('a name is none');
    if (kind === 'error') return this.#errorClass(name, value, base);
    if (kind === 'class') return this.#class(name);
    return MATCHES.has(name) && typeof value === 'function' ? this.deciding(value, name) : value;
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

/** @param isTyped whether it is compiled, so that types are looked for */
function moduleText({ names, shape, failure }, isTyped) {
  const from = "globalThis[Symbol.for('coppice.standin')]";
  if (failure) return `throw new Error(${JSON.stringify(`the candidate could not be loaded: ${failure.message}`)});\n`;
  if (shape !== 'module' && !(isTyped && names.__esModule)) {
    return `// @ts-nocheck\nmodule.exports = ${from}${shape === 'single' ? '.default' : ''};\n`;
  }
  const lines = Object.keys(names).map((name, at) =>
    name === 'default'
      ? `export default ${from}.default;`
      : `const v${at} = ${from}[${JSON.stringify(name)}];\nexport { v${at} as ${name} };`,
  );
  return `// @ts-nocheck\n${lines.join('\n')}\nexport {};\n`;
}

module.exports = { StandIn };
