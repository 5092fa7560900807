/**
 * Calls one function of the candidate on inputs of ours and tells, call by call, what came of it: equal values have equal
 * texts. The counterpart of coppice_outputs.py.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { claimRecords } from './coppice-records.cjs';

const record = claimRecords();
const [root, path, symbol] = process.argv.slice(2);
const CALL_MS = 400;
const CALL_WALL_MS = 1500;
/** After so many calls that do not end the rest is not tried. */
const MOST_LATE = 3;
const [LONGEST, KEPT] = [300, 200];
const [MOST_PARTS, DEEPEST] = [2000, 20];

const late = Symbol('late');
const { isInteger } = Number;
const { stringify } = JSON;

class Writer {
  parts = 0;

  write(value, depth = 0) {
    if (++this.parts > MOST_PARTS || depth > DEEPEST) return '...';
    const inner = (part) => this.write(part, depth + 1);
    switch (typeof value) {
      case 'string':
        return value.length <= 10_000
          ? quoted(value)
          : `${quoted(value.slice(0, KEPT))}... (${value.length} long, ${digest(value)})`;
      case 'number':
        // The last digits are the order of a sum.
        return Object.is(value, -0) ? '-0' : isInteger(value) ? String(value) : String(Number(value.toPrecision(9)));
      case 'bigint':
        return value.toString().length <= 600 ? `${value}n` : 'a long bigint';
      case 'function':
        return `function ${value.name}`;
      case 'object':
        return value === null ? 'null' : this.object(value, inner);
      default:
        return String(value);
    }
  }

  object(value, inner) {
    if (Array.isArray(value)) return `[${Array.from(this.taken(value), inner).join(', ')}]`;
    if (value instanceof Set) return `Set {${[...this.taken(value)].map(inner).sort().join(', ')}}`;
    if (value instanceof Map) {
      const entries = [...this.taken(value)].map(([key, of]) => `${inner(key)} => ${inner(of)}`);
      return `Map {${entries.sort().join(', ')}}`;
    }
    if (value instanceof Date) return `Date ${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()}`;
    if (value instanceof RegExp) return String(value);
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (typeof value.next === 'function') return `iter [${[...this.taken(value)].map(inner).join(', ')}]`;
    const name = Object.getPrototypeOf(value)?.constructor?.name;
    const fields = Object.keys(value)
      .sort()
      .map((key) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)}: ${inner(value[key])}`);
    return `${name === undefined || name === 'Object' ? '' : `${name} `}{${fields.join(', ')}}`;
  }

  *taken(values) {
    for (const value of values) {
      if (this.parts > MOST_PARTS) return;
      yield value;
    }
  }
}

function quoted(text) {
  return `'${stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function bounded(text) {
  return text.length <= LONGEST ? text : `${text.slice(0, KEPT)}... (${text.length} long, ${digest(text)})`;
}

/** Runs synchronous work that is ended after a while, also out of an endless loop. */
const limited = (() => {
  const script = new vm.Script('globalThis[Symbol.for("coppice.work")]()');
  return (work) => {
    Object.defineProperty(globalThis, Symbol.for('coppice.work'), { value: work, configurable: true });
    try {
      return script.runInThisContext({ timeout: CALL_MS });
    } catch (error) {
      throw error?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? late : error;
    }
  };
})();

function literal(source) {
  return bounded(new Writer().write(vm.runInThisContext(`(${source})`)));
}

async function called(target, source) {
  // A value of its own for every call.
  const given = vm.runInThisContext(`[${source.join(', ')}]`);
  const before = new Writer().write(given);
  let timer;
  try {
    let result = limited(() => target(...given));
    if (typeof result?.then === 'function') {
      const clock = new Promise((_, reject) => {
        timer = setTimeout(() => reject(late), CALL_WALL_MS);
      });
      result = await Promise.race([result, clock]);
    }
    const value = bounded(limited(() => new Writer().write(result)));
    const after = limited(() => new Writer().write(given));
    return { text: after === before ? value : bounded(`${value} and leaves its arguments as ${after}`), value };
  } catch (error) {
    return { text: error === late ? null : raised(error) };
  } finally {
    clearTimeout(timer);
  }
}

function raised(error) {
  try {
    const words = error instanceof Error ? [error.name, error.message] : [new Writer().write(error)];
    return bounded(`throws ${words.filter(Boolean).join(': ')}`);
  } catch {
    return 'throws an error that says nothing';
  }
}

const inputs = JSON.parse(readFileSync(new URL('inputs.json', import.meta.url), 'utf8'));
const module = await import(pathToFileURL(`${root}/${path}`).href);
const target =
  module[symbol] ?? module.default?.[symbol] ?? (module.default?.name === symbol ? module.default : undefined);
if (typeof target === 'function') {
  record({ event: 'callable' });
  let unended = 0;
  for (const [number, [source, expected, generated]] of inputs.entries()) {
    if (unended === MOST_LATE) break;
    const { text, value } = await called(target, source);
    if (text === null) unended++;
    record({
      ...{ event: 'output', number, text, clean: value !== undefined },
      ...(expected === null ? {} : { expected: literal(expected) }),
      agrees: generated.map((said) => (literal(said) === value ? '1' : '0')).join(''),
    });
  }
  record({ event: 'end' });
}
process.exit(0);
