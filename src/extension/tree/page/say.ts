import type { PageWords } from '../page-words.ts';

export type Say = (key: keyof PageWords, ...values: (string | number)[]) => string;

/** Fills words in; numbers are written as the user's language has them. */
export function sayIn(words: PageWords, language: string): Say {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return (key, ...values) =>
    words[key].replace(/\{(\d)\}/g, (_, at: string) => {
      const value = values[Number(at)];
      return typeof value === 'number' ? numbers.format(value) : (value ?? '');
    });
}
