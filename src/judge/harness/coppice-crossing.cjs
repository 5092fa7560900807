/**
 * What crosses between the tests and a candidate that are in processes of their own, for Node: JSON behind its length, on
 * descriptor 4, as for Python (coppice_crossing.py).
 *
 * Plain values cross as data, and arrays, objects, maps and sets have their new contents after a call. Functions stay where they
 * are: the other side gets one that asks. Nothing else crosses. Only one side runs at a time; while it waits for an answer it
 * answers itself what the other side asks.
 */
const { readSync, writeSync } = require('node:fs');
const { isNativeError } = require('node:util').types;

const WIRE = 4;
const ENDED = 'ended';
const [MOST_BYTES, MOST_NESTED, MOST_FUNCTIONS, MOST_HANDED, DEEPEST] = [8 << 20, 50, 100_000, 200, 100];
// Taken now: a candidate may put something else in their place.
const { stringify, parse } = JSON;
const { getPrototypeOf, getOwnPropertyDescriptors, getOwnPropertySymbols, isFrozen, defineProperty } = Object;
const ERRORS = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
/** What every function has of its own. */
const OF_FUNCTIONS = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);
const BYTES = Object.fromEntries(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ]
    .concat([BigInt64Array, BigUint64Array, Buffer])
    .map((kind) => [kind.name === 'Buffer' || kind === Buffer ? 'Buffer' : kind.name, kind]),
);

/** The other side has ended, or what it says makes no sense. */
class Lost extends Error {}
class Uncrossable extends TypeError {}

/** What a request and its reply have in common: both sides number it in the order it comes. */
class Scope {
  objects = [];
  numbers = new Map();

  add(value) {
    this.numbers.set(value, this.objects.length);
    this.objects.push(value);
    return value;
  }
}

class Peer {
  /** Functions of this side that the other was told of, with the object that each was found in. */
  #mine = [];
  #numbers = new Map();
  #theirs = new Map();
  /** Functions of theirs, by what stands for them here. */
  #proxies = new Map();
  /** What has crossed before, with what it held then: who changes it later changes only this side's. */
  #handed = new Map();
  #nested = 0;

  // What each side does in its own way.

  /** Something that is not as it would be in one process. */
  doubt() {}
  /** Adds what the other side is to know by the way. */
  attach() {}
  attached() {}
  perform() {
    throw new Error('not here');
  }
  /** The error for whoever asks from now on. */
  lose(why) {
    return new Lost(why);
  }
  /** A class of errors by its name, beside those of the language. */
  errorClass() {}
  /** @param property where it was found in an object, if it was */
  standIn(number, name, length, property) {
    const peer = this;
    const made = function (...args) {
      if (new.target) peer.refuse('what is no class makes objects');
      return peer.ask('call', number, args, property);
    };
    defineProperty(made, 'name', { value: name, configurable: true });
    return defineProperty(made, 'length', { value: length, configurable: true });
  }
  /** Whether who has a function as this property of an object lets it decide. */
  decides() {
    return false;
  }
  /** A function that decides, once more for each place that it is found in. */
  deciding(made) {
    return made;
  }

  refuse(why) {
    this.doubt(why);
    throw new Uncrossable(why);
  }

  // The wire.

  send(message) {
    this.attach(message);
    const text = Buffer.from(stringify(message));
    if (text.length > MOST_BYTES) throw new Uncrossable(`${text.length} bytes are too many`);
    const data = Buffer.concat([Buffer.alloc(4), text]);
    data.writeUInt32BE(text.length);
    try {
      for (let at = 0; at < data.length; ) at += writeSync(WIRE, data, at, data.length - at);
    } catch {
      throw new Lost(ENDED);
    }
  }

  #take(size) {
    const data = Buffer.alloc(size);
    for (let at = 0; at < size; ) {
      let read = 0;
      try {
        read = readSync(WIRE, data, at, size - at);
      } catch {}
      if (read === 0) throw new Lost(ENDED);
      at += read;
    }
    return data;
  }

  receive() {
    const size = this.#take(4).readUInt32BE();
    if (size > MOST_BYTES) throw new Lost('says too much');
    let message;
    try {
      message = parse(this.#take(size).toString());
    } catch (error) {
      throw error instanceof Lost ? error : new Lost('says what is no JSON');
    }
    if (typeof message !== 'object' || message === null) throw new Lost('says what is no message');
    this.attached(message);
    return message;
  }

  // Asking and answering.

  ask(what, target, args = [], name) {
    if (this.#nested >= MOST_NESTED) throw new RangeError('calls back and forth are nested too deep');
    this.look();
    const scope = new Scope();
    const request = {
      ask: what,
      of: target,
      args: args.map((each) => this.encode(each, scope)),
      ...(name === undefined ? {} : { name }),
    };
    const sent = scope.objects.length;
    let [reply, value, thrown] = [];
    this.#nested++;
    try {
      this.send(request);
      for (reply = this.receive(); 'ask' in reply; reply = this.receive()) this.send(this.answer(reply));
      if ('value' in reply) value = this.decode(reply.value, scope);
      else thrown = { error: this.decode(reply.thrown, scope) };
      for (const [number, contents] of reply.after) {
        if (!(number >= 0 && number < sent)) throw new TypeError('no such argument');
        this.#refill(scope.objects[number], contents, scope, 0);
      }
    } catch (error) {
      if (error instanceof Uncrossable) throw error;
      throw this.lose(error instanceof Lost ? error.message : `says what makes no sense: ${error?.name}`);
    } finally {
      this.#nested--;
    }
    this.#keep(scope);
    if (reply.later) return thrown ? Promise.reject(thrown.error) : Promise.resolve(value);
    if (thrown) throw thrown.error;
    return value;
  }

  /** The reply to a request, which is performed now. */
  answer(request) {
    const began = this.begin(request);
    if (began.reply) return began.reply;
    return this.end(began, () => began.act());
  }

  begin(request) {
    const scope = new Scope();
    this.#nested++;
    try {
      const args = request.args.map((each) => this.decode(each, scope));
      const arrived = scope.objects.length;
      const before = scope.objects.map((each) => stringify(this.#contents(each, scope, 0)));
      return { scope, arrived, before, act: () => this.perform(request.ask, request.of, args, request.name) };
    } catch (error) {
      return { reply: { thrown: this.encode(error, scope), after: [] } };
    } finally {
      this.#nested--;
    }
  }

  end({ scope, arrived, before }, act) {
    this.#nested++;
    let reply;
    try {
      reply = { value: this.encode(act(), scope) };
    } catch (error) {
      if (error instanceof Lost) throw error;
      if (error instanceof Uncrossable) this.doubt(error.message);
      reply = { thrown: this.encode(error, scope) };
    } finally {
      this.#nested--;
    }
    try {
      const after = scope.objects.slice(0, arrived).map((each) => this.#contents(each, scope, 0));
      reply.after = [...after.entries()].filter(([number, now]) => stringify(now) !== before[number]);
    } catch (error) {
      this.doubt(error.message);
      reply = { thrown: this.encode(new TypeError(error.message), new Scope()), after: [] };
    }
    this.look(scope);
    this.#keep(scope);
    return reply;
  }

  /** Doubts where something that crossed before has changed on this side alone. */
  look(scope) {
    for (const [value, before] of this.#handed) {
      if (scope?.numbers.has(value)) continue;
      if (this.#shown(value) !== before) {
        this.doubt('what has crossed is changed later');
        this.#handed.delete(value);
      }
    }
  }

  #keep(scope) {
    for (const value of scope.objects) {
      this.#handed.delete(value);
      this.#handed.set(value, this.#shown(value));
    }
    for (const value of this.#handed.keys()) {
      if (this.#handed.size <= MOST_HANDED) break;
      this.#handed.delete(value);
    }
  }

  #shown(value) {
    const scope = new Scope();
    scope.quiet = true;
    scope.add(value);
    try {
      return stringify(this.#contents(value, scope, 0));
    } catch {
      return 'what does not cross';
    }
  }

  // Writing.

  encode(value, scope, depth = 0) {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ['number', Object.is(value, -0) ? '-0' : `${value}`];
      case 'undefined':
        return ['undefined'];
      case 'bigint':
        return ['bigint', `${value}`];
      case 'function':
        return this.#encodeFunction(value, scope);
      case 'symbol':
        throw new Uncrossable('a symbol does not cross');
    }
    if (value === null) return null;
    if (depth > DEEPEST) throw new Uncrossable('a value is nested too deep');
    const number = scope.numbers.get(value);
    if (number !== undefined) return ['same', number];
    if (value instanceof Error || isNativeError(value)) return this.#encodeError(value, scope, depth);
    const kind = kindOf(value);
    if (kind === 'date') return ['date', value.getTime()];
    if (kind === 'regexp') return ['regexp', value.source, value.flags];
    if (!scope.quiet && this.#handed.has(value)) this.doubt('a value crosses twice that is the same');
    if (isFrozen(value) && kind !== 'bytes') this.doubt('a frozen object crosses');
    scope.add(value);
    const contents = this.#contents(value, scope, depth);
    return kind === 'bytes' ? ['bytes', typeOf(value), contents] : [kind, contents];
  }

  #contents(value, scope, depth) {
    const inner = (each) => this.encode(each, scope, depth + 1);
    switch (kindOf(value)) {
      case 'array':
        return Array.from({ length: value.length }, (_, at) => (at in value ? inner(value[at]) : ['hole']));
      case 'map':
        return [...Map.prototype.entries.call(value)].map(([key, each]) => [inner(key), inner(each)]);
      case 'set':
        return [...Set.prototype.values.call(value)].map(inner);
      case 'bytes':
        return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    }
    if (getOwnPropertySymbols(value).length > 0) this.doubt('a symbol does not cross');
    const found = [];
    for (const [name, { value: each, get, enumerable }] of Object.entries(getOwnPropertyDescriptors(value))) {
      if (get || !enumerable) this.doubt('an object with more than values crosses');
      if (typeof each === 'function') {
        this.doubt('an object with functions crosses');
        found.push([name, this.#encodeFunction(each, scope, value, name)]);
      } else if (enumerable) found.push([name, inner(get ? value[name] : each)]);
    }
    return found;
  }

  #encodeFunction(value, _scope, owner, property) {
    const theirs = this.#proxies.get(value);
    if (theirs !== undefined) return ['yours', theirs];
    // What stands in for a function in a test has many, which are for the test alone.
    const isPlain = value._isMockFunction || Reflect.ownKeys(value).every((key) => OF_FUNCTIONS.has(key));
    if (!isPlain) this.doubt('a function with properties crosses');
    let number = this.#numbers.get(value);
    if (number === undefined) {
      if (this.#mine.length >= MOST_FUNCTIONS) throw new Uncrossable('too many functions are in use');
      number = this.#mine.push({ value, owner }) - 1;
      this.#numbers.set(value, number);
    }
    return ['function', number, `${value.name}`.slice(0, 200), Number(value.length) || 0, property ?? null];
  }

  #encodeError(error, scope, depth) {
    scope.add(error);
    const names = [];
    for (let at = getPrototypeOf(error); at && names.length < 20; at = getPrototypeOf(at))
      names.push(`${at.constructor?.name}`);
    const own = Object.entries(getOwnPropertyDescriptors(error)).filter(
      ([name]) => name !== 'stack' && name !== 'message',
    );
    const inner = (name, value) =>
      typeof value === 'function'
        ? this.#encodeFunction(value, scope, error, name)
        : this.encode(value, scope, depth + 1);
    const state = own.map(([name, { value }]) => [name, inner(name, value)]);
    return ['error', names, `${error.message}`, `${error.name}`, state];
  }

  /** A function of this side that the other asks to call. */
  given(number) {
    const found = Number.isInteger(number) ? this.#mine[number] : undefined;
    if (!found) throw new TypeError('no function');
    return found;
  }

  // Reading.

  /** @param place the property that has it, where it is one: what the other side says of that is not relied on */
  decode(data, scope, depth = 0, place = undefined) {
    if (data === null || typeof data !== 'object') return data;
    if (!Array.isArray(data) || depth > DEEPEST + 3) throw new TypeError('no value');
    const [tag, first, ...rest] = data;
    switch (tag) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(first);
      case 'bigint':
        return BigInt(first);
      case 'date':
        return new Date(first ?? Number.NaN);
      case 'regexp':
        return new RegExp(first, rest[0]);
      case 'same':
        if (!(first >= 0 && first < scope.objects.length)) throw new TypeError('no object');
        return scope.objects[first];
      case 'yours':
        return this.given(first).value;
      case 'function':
        return this.#proxy(first, rest, place);
      case 'error':
        return this.#decodeError(first, rest, scope, depth);
      case 'array':
        return this.#refill(scope.add([]), first, scope, depth);
      case 'object':
        return this.#refill(scope.add({}), first, scope, depth);
      case 'bare':
        return this.#refill(scope.add(Object.create(null)), first, scope, depth);
      case 'map':
        return this.#refill(scope.add(new Map()), first, scope, depth);
      case 'set':
        return this.#refill(scope.add(new Set()), first, scope, depth);
      case 'bytes': {
        const bytes = Buffer.from(rest[0], 'base64');
        if (first === 'Buffer') return scope.add(bytes);
        const kind = Object.hasOwn(BYTES, first) ? BYTES[first] : undefined;
        if (!kind) throw new TypeError('no bytes');
        return scope.add(new kind(new Uint8Array(bytes).buffer));
      }
      default:
        throw new TypeError('no value');
    }
  }

  #refill(value, contents, scope, depth) {
    const inner = (each, place) => this.decode(each, scope, depth + 1, place);
    const put = (name, each, place) =>
      defineProperty(value, name, { value: inner(each, place), writable: true, enumerable: true, configurable: true });
    switch (kindOf(value)) {
      case 'array':
        value.length = 0;
        value.length = contents.length;
        for (const [at, each] of contents.entries()) if (each?.[0] !== 'hole') put(at, each);
        return value;
      case 'map':
        value.clear();
        for (const [key, each] of contents) value.set(inner(key), inner(each));
        return value;
      case 'set':
        value.clear();
        for (const each of contents) value.add(inner(each));
        return value;
      case 'bytes':
        Buffer.from(value.buffer, value.byteOffset, value.byteLength).set(Buffer.from(contents, 'base64'));
        return value;
      default:
        for (const name of Object.keys(value)) delete value[name];
        for (const [name, each] of contents) put(`${name}`, each, `${name}`);
        return value;
    }
  }

  #proxy(number, [name, length, property], place) {
    if (place !== undefined && this.decides(place)) {
      const made = this.deciding(this.#proxy(number, [name, length, property]), place);
      this.#proxies.set(made, number);
      return made;
    }
    const known = this.#theirs.get(number);
    if (known) return known;
    if (!Number.isInteger(number) || this.#theirs.size >= MOST_FUNCTIONS) throw new TypeError('no function');
    const made = this.standIn(number, `${name}`, Number(length) || 0, property === null ? undefined : `${property}`);
    this.#theirs.set(number, made);
    this.#proxies.set(made, number);
    return made;
  }

  #decodeError(names, [message, name, state], scope, depth) {
    const found = names.find((each) => this.errorClass(each) ?? Object.hasOwn(ERRORS, each));
    if (found === undefined) throw new TypeError('no error');
    if (found !== names[0]) this.doubt(`a ${names[0]} does not cross`);
    const own = this.errorClass(found);
    const error = scope.add(new ERRORS[own ? own.base : found](`${message}`));
    if (own) Object.setPrototypeOf(error, own.class.prototype);
    const define = (key, value) =>
      defineProperty(error, key, { value, writable: true, configurable: true, enumerable: key !== 'cause' });
    for (const [key, each] of state)
      if (key !== 'stack') define(`${key}`, this.decode(each, scope, depth + 1, `${key}`));
    if (error.name !== name) defineProperty(error, 'name', { value: `${name}`, writable: true, configurable: true });
    return error;
  }
}

function kindOf(value) {
  const prototype = getPrototypeOf(value);
  if (Array.isArray(value) && prototype === Array.prototype) return 'array';
  if (prototype === Object.prototype) return 'object';
  if (prototype === null) return 'bare';
  if (prototype === Map.prototype) return 'map';
  if (prototype === Set.prototype) return 'set';
  if (prototype === Date.prototype) return 'date';
  if (prototype === RegExp.prototype) return 'regexp';
  if (typeOf(value) !== undefined) return 'bytes';
  throw new Uncrossable(`a ${prototype.constructor?.name || 'thing without a name'} does not cross`);
}

function typeOf(value) {
  const prototype = getPrototypeOf(value);
  return Object.keys(BYTES).find((name) => BYTES[name].prototype === prototype);
}

module.exports = { Peer, Lost, Uncrossable, ENDED, ERRORS };
