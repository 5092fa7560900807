import * as vscode from 'vscode';
import { languageOf } from '../../core/language.ts';
import type { Outline } from '../../syntax/outline.ts';
import type { Services } from '../services.ts';

/** Longer files are written by machines, or slow in the editor anyway. */
const MOST_CHARACTERS = 150_000;
/** Files of the project that are remembered; the oldest are forgotten. */
const MOST_FILES = 200;

interface Known {
  /** The version of a document, or when a file was changed. */
  stamp: string;
  outline: Promise<Outline | undefined>;
}

/** What files consist of, told once for each version of them. */
export class Outlines {
  readonly #services: Services;
  readonly #known = new Map<string, Known>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Undefined for a file that is too long, or in no language that Coppice knows. Rejects where the grammars are missing. */
  ofDocument(document: vscode.TextDocument): Promise<Outline | undefined> {
    return this.#of(document.uri, `version ${document.version}`, () => document.getText());
  }

  /** The same of a file that need not be open; undefined where there is none. */
  async ofFile(uri: vscode.Uri): Promise<Outline | undefined> {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open) return this.ofDocument(open);
    try {
      const { mtime, size, type } = await vscode.workspace.fs.stat(uri);
      if ((type & vscode.FileType.File) === 0 || size > MOST_CHARACTERS) return undefined;
      const read = async () => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return await this.#of(uri, `changed ${mtime}`, read);
    } catch {
      return undefined;
    }
  }

  #of(uri: vscode.Uri, stamp: string, read: () => string | Promise<string>): Promise<Outline | undefined> {
    const key = uri.toString();
    const known = this.#known.get(key);
    if (known?.stamp === stamp) return known.outline;
    this.#known.delete(key);
    const outline = this.#read(uri, read);
    this.#known.set(key, { stamp, outline });
    outline.catch(() => this.#known.delete(key));
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_FILES && oldest !== undefined) this.#known.delete(oldest);
    return outline;
  }

  async #read(uri: vscode.Uri, read: () => string | Promise<string>): Promise<Outline | undefined> {
    const language = languageOf(uri.path);
    const text = await read();
    if (!language || text.length > MOST_CHARACTERS) return undefined;
    return (await this.#services.syntax()).outline(language, text);
  }
}
