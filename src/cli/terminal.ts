import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/**
 * Where the command line writes: results on standard output, progress on standard error. Under `--json` standard
 * output carries the one JSON object and nothing else.
 */
export class Terminal {
  readonly json: boolean;
  readonly #out: NodeJS.WriteStream;
  readonly #err: NodeJS.WriteStream;
  readonly #outColour: boolean;
  readonly #errColour: boolean;
  #statusShown = false;

  constructor(json: boolean, out = process.stdout, err = process.stderr, environment = process.env) {
    this.json = json;
    this.#out = out;
    this.#err = err;
    // no-color.org: any value that is not empty.
    const colour = !environment.NO_COLOR;
    this.#outColour = colour && out.isTTY;
    this.#errColour = colour && err.isTTY;
    // A reader that has seen enough, such as `head`, closes the pipe.
    out.on('error', () => {});
  }

  /** Columns of standard output; 100 where it is not a terminal. */
  get width(): number {
    return this.#out.isTTY ? this.#out.columns : 100;
  }

  /** A result, for people or for programs. */
  print(text: string): void {
    this.#clearStatus();
    this.#out.write(`${text}\n`);
  }

  /** A line that stays, on standard error. */
  note(text: string): void {
    this.#clearStatus();
    this.#err.write(`${text}\n`);
  }

  /** The line that says what is going on; the next one replaces it. Nothing where nobody watches. */
  status(text: string): void {
    if (!this.#err.isTTY) return;
    this.#statusShown = true;
    const line = text.slice(0, Math.max(20, this.#err.columns - 1));
    this.#err.write(`\r\x1b[2K${this.#errColour ? styleText('dim', line) : line}`);
  }

  /** What the user says to a question of yes or no; no where nobody is there to ask. */
  async confirm(question: string): Promise<boolean> {
    if (!process.stdin.isTTY || !this.#err.isTTY) return false;
    this.#clearStatus();
    const asking = createInterface({ input: process.stdin, output: this.#err });
    try {
      return /^y(es)?$/i.test((await asking.question(`${question} [y/N] `)).trim());
    } finally {
      asking.close();
    }
  }

  /** Styles text for standard output where that shows colours. */
  paint(style: Style, text: string): string {
    return this.#outColour ? styleText(style, text) : text;
  }

  /** Styles text for standard error where that shows colours. */
  paintNote(style: Style, text: string): string {
    return this.#errColour ? styleText(style, text) : text;
  }

  #clearStatus(): void {
    if (!this.#statusShown) return;
    this.#err.write('\r\x1b[2K');
    this.#statusShown = false;
  }
}
