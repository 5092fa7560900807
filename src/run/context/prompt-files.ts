import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { holdsSecret, isSecretPath } from '../../core/prompt/secrets.ts';
import { inEnglish, type Translate } from '../../core/translate.ts';
import type { Overlay } from '../source-file.ts';
import { IgnoreRules } from './ignore-rules.ts';

/** A file as it may be shown to a model, or why it may not. */
export type PromptFile = { kind: 'text'; path: string; text: string } | { kind: 'refused'; path: string; why: string };

/** Context is cut out of files; larger ones are data or generated, and cost time to parse. */
const MOST_BYTES = 128 * 1024;
/** Of one run: a workspace must not be able to keep it busy. */
const MOST_FILES = 200;

export interface PromptFilesOptions {
  overlays?: readonly Overlay[];
  /** Patterns of files that the user has hidden in the editor, as .gitignore has them. */
  excluded?: readonly string[];
  /** For what is said of files. */
  t?: Translate;
}

/**
 * The one place where files are read to be shown to a model, besides the function's own and its tests. What is ignored, looks
 * like a secret, lies outside of the workspace, is too large or is not text never gets past it.
 */
export class PromptFiles {
  readonly workspace: string;
  /** For what is said of files. */
  readonly t: Translate;
  readonly #overlays: Map<string, string>;
  readonly #ignored: IgnoreRules;
  readonly #files = new Map<string, Promise<PromptFile | undefined>>();
  #root: Promise<string> | undefined;
  #count = 0;

  constructor(workspace: string, { overlays = [], excluded = [], t = inEnglish }: PromptFilesOptions = {}) {
    this.workspace = workspace;
    this.t = t;
    this.#overlays = new Map(overlays.map(({ path, text }) => [path, text]));
    this.#ignored = new IgnoreRules(workspace, excluded);
  }

  /** Undefined where there is no such file. `path` is relative to the workspace, with forward slashes. */
  read(path: string): Promise<PromptFile | undefined> {
    const known = this.#files.get(path);
    if (known) return known;
    const file = this.#read(path);
    this.#files.set(path, file);
    return file;
  }

  /** The files that were asked for and are not shown, in the order of their paths. */
  async refusals(): Promise<{ path: string; why: string }[]> {
    const files = await Promise.all(this.#files.values());
    return files
      .flatMap((file) => (file?.kind === 'refused' ? [{ path: file.path, why: file.why }] : []))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The text of a file that may be shown. */
  async text(path: string): Promise<string | undefined> {
    const file = await this.read(path);
    return file?.kind === 'text' ? file.text : undefined;
  }

  /** Why a file is never shown, by its path alone; undefined where it may be. */
  async refusal(path: string): Promise<string | undefined> {
    const { t } = this;
    if (!isPlain(path)) return t('it is outside of the workspace');
    if (isSecretPath(path)) return t('its name is that of a file with secrets');
    const rule = await this.#ignored.find(path);
    return rule === undefined ? undefined : t('it is ignored by {0}', rule);
  }

  async #read(path: string): Promise<PromptFile | undefined> {
    const { t } = this;
    if (!isPlain(path)) return refused(path, t('it is outside of the workspace'));
    const overlay = this.#overlays.get(path);
    const absolute = join(this.workspace, path);
    const found = overlay === undefined ? await stat(absolute).catch(() => undefined) : undefined;
    if (overlay === undefined && !found?.isFile()) return undefined;
    const why = await this.refusal(path);
    if (why !== undefined) return refused(path, why);
    if (found && found.size > MOST_BYTES) return refused(path, t('it is larger than {0} KiB', MOST_BYTES / 1024));
    if (++this.#count > MOST_FILES) return refused(path, t('too many files have been read already'));
    if (overlay === undefined && !(await this.#isInside(absolute, path))) {
      return refused(path, t('it is a link that leads outside of the workspace, or to a file with secrets'));
    }
    const raw = overlay ?? (await readFile(absolute, 'utf8').catch(() => undefined));
    if (raw === undefined) return undefined;
    if (raw.length > MOST_BYTES) return refused(path, t('it is larger than {0} KiB', MOST_BYTES / 1024));
    if (raw.includes('\0')) return refused(path, t('it is not text'));
    const text = raw.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
    if (holdsSecret(text)) return refused(path, t('it holds something that looks like a secret'));
    return { kind: 'text', path, text };
  }

  async #isInside(absolute: string, path: string): Promise<boolean> {
    this.#root ??= realpath(this.workspace);
    const inside = relative(await this.#root, await realpath(absolute));
    if (inside.startsWith('..') || isAbsolute(inside)) return false;
    const real = inside.split(sep).join('/');
    return real === path || (!isSecretPath(real) && (await this.#ignored.find(real)) === undefined);
  }
}

async function refused(path: string, why: string): Promise<PromptFile> {
  return { kind: 'refused', path, why };
}

/** Relative, and without a way up. */
function isPlain(path: string): boolean {
  return path !== '' && !isAbsolute(path) && !path.includes('\0') && !path.split('/').includes('..');
}
