import { CoppiceError } from '../../../core/errors.ts';
import { type Said, said } from '../../../core/said.ts';

/** The metadata of a GGUF file, which nobody has checked: values are asked for by key and kind. */
export class Metadata {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly file: string;

  constructor(values: ReadonlyMap<string, unknown>, file: string) {
    this.#values = values;
    this.file = file;
  }

  text(key: string): string | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.invalid(said`${this.file} has ${key} that is not a text.`);
    return value;
  }

  number(key: string): number | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw this.invalid(said`${this.file} has ${key} that is not a number.`);
    return value;
  }

  flag(key: string): boolean | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw this.invalid(said`${this.file} has ${key} that is not a yes or no.`);
    return value;
  }

  texts(key: string): string[] | undefined {
    return this.#list(
      key,
      (item) => typeof item === 'string',
      said`${this.file} has ${key} that is not a list of texts.`,
    );
  }

  numbers(key: string): number[] | undefined {
    return this.#list(
      key,
      (item) => typeof item === 'number',
      said`${this.file} has ${key} that is not a list of numbers.`,
    );
  }

  invalid(message: Said, cause?: unknown): CoppiceError {
    return new CoppiceError('model-invalid', message, said`Download the model again, or choose another one.`, cause);
  }

  #list<T>(key: string, is: (item: unknown) => boolean, otherwise: Said): T[] | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(is)) throw this.invalid(otherwise);
    return value as T[];
  }
}
