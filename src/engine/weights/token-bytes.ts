import type { AddedToken, TokenizerParts } from './tokenizer-definition.ts';

/** GPT-2's letters for bytes: the printable ones stand for themselves, the others follow from U+0100 on. */
const BYTE_OF = new Map<string, number>();
for (let byte = 0, next = 256; byte < 256; byte++) {
  const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  BYTE_OF.set(String.fromCodePoint(isPrintable ? byte : next++), byte);
}

/** The bytes that each token of a vocabulary writes. A character may be spread over several tokens. */
export class TokenBytes {
  readonly #spelling: TokenizerParts['spelling'];
  readonly #names = new Map<number, string>();
  /** Tokens that write what they are called. */
  readonly #literal = new Set<number>();
  readonly #read = new Map<number, Buffer>();
  /** One more than the greatest id. */
  readonly size: number;

  constructor(spelling: TokenizerParts['spelling'], vocabulary: Record<string, number>, added: AddedToken[]) {
    this.#spelling = spelling;
    for (const [name, id] of Object.entries(vocabulary)) this.#names.set(id, name);
    for (const { id, content } of added) {
      this.#names.set(id, content);
      this.#literal.add(id);
    }
    let size = 0;
    for (const id of this.#names.keys()) size = Math.max(size, id + 1);
    this.size = size;
  }

  /** Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: number[]): string {
    const bytes = Buffer.concat(ids.map((id) => this.of(id)));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  /** What a token writes; nothing, where no token has the id. */
  of(id: number): Buffer {
    let bytes = this.#read.get(id);
    if (!bytes) {
      bytes = this.#bytesOf(this.#names.get(id) ?? '', this.#literal.has(id));
      this.#read.set(id, bytes);
    }
    return bytes;
  }

  #bytesOf(name: string, isLiteral: boolean): Buffer {
    if (isLiteral) return Buffer.from(name);
    if (this.#spelling === 'letters') {
      return Buffer.concat([...name].map((letter) => toBytes(BYTE_OF.get(letter) ?? letter)));
    }
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(name)?.[1];
    return toBytes(byte === undefined ? name.replaceAll('▁', ' ') : Number.parseInt(byte, 16));
  }
}

const toBytes = (written: number | string) => (typeof written === 'number' ? Buffer.of(written) : Buffer.from(written));
