/** Loads the candidate where no test is, and answers what the tests ask of it (coppice-crossing.cjs). */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import crossing from './coppice-crossing.cjs';

const { Peer, Lost, ERRORS } = crossing;
const MOST_PRINTED = 1 << 20;
const MOST_DOUBTS = 20;
const [, , root, path] = process.argv;
const sourceOf = Function.prototype.call.bind(Function.prototype.toString);
const leave = process.reallyExit.bind(process);

class Worker extends Peer {
  #doubts = [];
  #printed = '';

  doubt(text) {
    if (this.#doubts.length < MOST_DOUBTS) this.#doubts.push(text);
  }

  print(text) {
    if (this.#printed.length < MOST_PRINTED) this.#printed += text;
    return true;
  }

  attach(message) {
    message.doubts = this.#doubts;
    message.printed = this.#printed.slice(0, MOST_PRINTED);
    this.#doubts = [];
    this.#printed = '';
  }

  perform(what, number, args, property) {
    if (what === 'load') return load();
    const { value, owner } = this.given(number);
    return Reflect.apply(value, property === undefined ? undefined : owner, args);
  }
}

async function load() {
  const file = realpathSync(`${root}/${path}`);
  const found = await import(pathToFileURL(file).href);
  const common = createRequire(import.meta.url).cache[file]?.exports;
  if (common === undefined) return ['module', Object.entries(found).map(described)];
  const isPlain = typeof common === 'object' && common !== null && Object.getPrototypeOf(common) === Object.prototype;
  return isPlain ? ['object', Object.entries(common).map(described)] : ['single', [described(['default', common])]];
}

/** A name, and its value or what its class is. */
function described([name, value]) {
  if (typeof value !== 'function' || !/^class\b/.test(sourceOf(value))) return [name, 'value', value];
  const base = Object.keys(ERRORS).findLast((each) => value.prototype instanceof ERRORS[each]);
  return base === undefined ? [name, 'class'] : [name, 'error', value.name, base];
}

const worker = new Worker();
for (const stream of [process.stdout, process.stderr]) stream.write = (text) => worker.print(String(text));
process.chdir(root);
try {
  for (;;) {
    const request = worker.receive();
    const began = worker.begin(request);
    if (began.reply) {
      worker.send(began.reply);
      continue;
    }
    let [act, later] = [began.act, false];
    try {
      const value = act();
      if (value instanceof Promise) {
        later = request.ask !== 'load';
        const settled = await value;
        act = () => settled;
      } else act = () => value;
    } catch (error) {
      act = () => {
        throw error;
      };
    }
    const reply = worker.end(began, act);
    worker.send(later ? { ...reply, later } : reply);
  }
} catch (error) {
  leave(error instanceof Lost ? 0 : 1);
}
