/** Has the candidate where no test is, and answers what the tests ask of it (coppice-crossing.cjs). */
const { isModuleNamespaceObject, isPromise } = require('node:util').types;
const { Peer, Lost, ERRORS } = require('./coppice-crossing.cjs');

const MOST_PRINTED = 1 << 20;
const MOST_DOUBTS = 20;
const sourceOf = Function.prototype.call.bind(Function.prototype.toString);

class Worker extends Peer {
  #doubts = [];
  #printed = '';
  #load;
  #module;
  #exported = [];

  /** @param load gives what the module of the candidate exports, as the tests would have it */
  constructor(load) {
    super();
    this.#load = load;
  }

  doubt(text) {
    if (this.#doubts.length < MOST_DOUBTS) this.#doubts.push(text);
  }

  print(text) {
    if (this.#printed.length < MOST_PRINTED) this.#printed += text;
    return true;
  }

  attach(message) {
    if (this.#exported.some((each) => !this.#isSame(each))) this.doubt('an export changes');
    message.doubts = this.#doubts;
    message.printed = this.#printed.slice(0, MOST_PRINTED);
    this.#doubts = [];
    this.#printed = '';
  }

  #isSame([name, value]) {
    try {
      return Object.is(this.#module[name], value);
    } catch {
      return false;
    }
  }

  perform(what, number, args, property) {
    if (what === 'load') return this.#exports();
    const { value, owner } = this.given(number);
    return Reflect.apply(value, property === undefined ? undefined : owner, args);
  }

  async #exports() {
    const found = await this.#load();
    const isPlain = typeof found === 'object' && found !== null && isObjects(Object.getPrototypeOf(found));
    const isModule = isModuleNamespaceObject(found) || found?.[Symbol.toStringTag] === 'Module';
    if (!isPlain && !isModule) return ['single', false, [described(['default', found])]];
    this.#module = found;
    this.#exported = Object.entries(found).filter(([name]) => name !== 'module.exports');
    return [isModule ? 'module' : 'object', found.__esModule === true, this.#exported.map(described)];
  }
}

/** Whether it is what plain objects have, be it in another realm: jest makes `exports` in its own. */
function isObjects(prototype) {
  return prototype !== null && Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty');
}

/** A name, and its value or what its class is. */
function described([name, value]) {
  if (typeof value !== 'function' || !/^class\b/.test(sourceOf(value))) return [name, 'value', value];
  const base = Object.keys(ERRORS).findLast((each) => value.prototype instanceof ERRORS[each]);
  return base === undefined ? [name, 'class'] : [name, 'error', value.name, base];
}

/**
 * Answers until the tests have ended.
 *
 * @param {() => unknown} load
 */
async function serve(load) {
  const worker = new Worker(load);
  for (const stream of [process.stdout, process.stderr]) stream.write = (text) => worker.print(String(text));
  try {
    for (;;) {
      const request = worker.receive();
      const began = worker.begin(request);
      worker.send(began.reply ?? (await replyTo(worker, request, began)));
    }
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
  }
}

async function replyTo(worker, request, began) {
  let [act, later] = [began.act, false];
  try {
    const value = act();
    if (isPromise(value)) {
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
  return later ? { ...reply, later } : reply;
}

/** Tests that stand for the worker find it there, in the realm that they are in. */
globalThis[Symbol.for('coppice.serve')] = serve;
