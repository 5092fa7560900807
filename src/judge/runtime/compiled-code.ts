import {
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import zlib from 'node:zlib';

/** Where Node looks for the folder. */
const VARIABLE = 'NODE_COMPILE_CACHE';
/** In the slot, for the run on the untouched workspace: the slot is restored after it. */
const LEFT_IN_SLOT = '.coppice-compiled';
const MAX_FILES = 10_000;
const MAX_FILE_BYTES = 8 * 1024 ** 2;
/** Longer texts are left to Node. */
const MAX_TEXT_BYTES = 512 * 1024;

/** An entry starts with five numbers: a magic one, bytes of the source and of what it became, checksums of both. */
const HEADER_BYTES = 20;

/** An entry of the file that candidates replace: the source with its types stripped, and a note of where it is from. */
interface Stripped {
  name: string;
  magic: number;
  note: string;
}

/**
 * What Node compiled in the run on the untouched workspace, shown read-only to the runs of candidates, so that test files and
 * packages are not compiled again: Node's own compile cache, which it checks against the sources.
 *
 * A candidate's own text is new each time. Loading what strips the types of TypeScript takes Node 28 ms, more than its start
 * (measured with 24.21), so that the judge does it once for all and writes the entry that Node would. Only entries that it
 * could have written for the untouched file are written: another format is left to Node, which says the same, later.
 */
export class CompiledCode {
  readonly #folder: string;
  /** The folder in it that Node named after its version and user. */
  #version: string | undefined;
  #stripped: Stripped[] | undefined;

  /** @param folder of its own */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** For the run on the untouched workspace, which is to leave its code in the slot. @param root the slot, as the tests see it */
  static environment(root: string): Record<string, string> {
    return { [VARIABLE]: join(root, LEFT_IN_SLOT) };
  }

  /** Takes what the run on the untouched workspace left in its slot. */
  learn(slot: string): void {
    const left = join(slot, LEFT_IN_SLOT);
    const [version, ...more] = foldersIn(left);
    if (version === undefined || more.length > 0) return;
    this.#version = version;
    mkdirSync(this.#learnt, { recursive: true });
    for (const name of filesIn(join(left, version))) copyFileSync(join(left, version, name), join(this.#learnt, name));
  }

  /**
   * The code for one candidate; undefined where nothing was learnt.
   *
   * @param slot its name: what is in its folder is no business of candidates in other slots
   * @param original the text that candidates replace
   */
  prepare(
    slot: string,
    text: string,
    original: () => string,
  ): { folder: string; env: Record<string, string> } | undefined {
    if (this.#version === undefined) return undefined;
    this.#stripped ??= this.#strippedFrom(original());
    const folder = join(this.#folder, slot);
    const own = join(folder, this.#version);
    if (mkdirSync(own, { recursive: true }) !== undefined) {
      for (const name of readdirSync(this.#learnt)) linkSync(join(this.#learnt, name), join(own, name));
    }
    const bare = this.#stripped.length === 0 ? undefined : strip(text);
    for (const { name, magic, note } of this.#stripped) {
      rmSync(join(own, name), { force: true });
      if (bare !== undefined) writeFileSync(join(own, name), entryOf(magic, text, bare + note));
    }
    return { folder, env: { [VARIABLE]: folder } };
  }

  get #learnt(): string {
    return join(this.#folder, 'learnt', this.#version ?? '');
  }

  #strippedFrom(original: string): Stripped[] {
    const bare = strip(original);
    if (bare === undefined) return [];
    return readdirSync(this.#learnt).flatMap((name) => {
      const stripped = strippedIn(readFileSync(join(this.#learnt, name)), original, bare);
      return stripped ? [{ name, ...stripped }] : [];
    });
  }
}

function strippedIn(entry: Buffer, text: string, bare: string): Omit<Stripped, 'name'> | undefined {
  if (entry.length < HEADER_BYTES) return undefined;
  const became = entry.toString('utf8', HEADER_BYTES);
  if (!became.startsWith(bare)) return undefined;
  const magic = entry.readUInt32LE(0);
  return entryOf(magic, text, became).equals(entry) ? { magic, note: became.slice(bare.length) } : undefined;
}

function entryOf(magic: number, text: string, became: string): Buffer {
  const [source, body] = [Buffer.from(text), Buffer.from(became)];
  const header = new Uint32Array([magic, source.length, body.length, zlib.crc32(source), zlib.crc32(body)]);
  return Buffer.concat([Buffer.from(header.buffer), body]);
}

/** Undefined where Node here can't, or the text holds what can't be stripped. */
function strip(text: string): string | undefined {
  if (module.stripTypeScriptTypes === undefined || text.length > MAX_TEXT_BYTES) return undefined;
  const { emitWarning } = process;
  // That it is experimental is no news for whoever waits for a verdict.
  process.emitWarning = () => {};
  try {
    return module.stripTypeScriptTypes(text);
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** None where something else than a folder is there. */
function foldersIn(folder: string): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => name);
}

/** What tests left there may be anything: only plain files count, and not too many. */
function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .slice(0, MAX_FILES)
    .filter((name) => {
      const found = lstatSync(join(folder, name));
      return found.isFile() && found.size <= MAX_FILE_BYTES;
    });
}
