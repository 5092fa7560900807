import { inEnglish, type Translate } from './translate.ts';

/** A text of ours with what it was made from, so that it can be said in another language. Plain data: it crosses processes. */
export interface Said {
  /** `There is no model file {0}.` */
  template: string;
  /** What fills it in; a text of ours among them is said in the same language. */
  values: (string | number | Said | Way)[];
}

/** Where a text is read. */
export type Surface = 'cli' | 'editor';

/** What is reached in another way in the editor than on the command line, as a text names it. */
export type Way = { [surface in Surface]: string | Said };

/** A whole sentence, or a phrase that stands by itself: said`There is no model file ${path}.` */
export function said(parts: TemplateStringsArray, ...values: Said['values']): Said {
  return { template: parts.reduce((template, part, i) => `${template}{${i - 1}}${part}`), values };
}

/** A member in English, with what it was made from beside it where that is a text of ours. */
export function withSource<K extends string>(
  key: K,
  text: string | Said,
): Record<K, string> & { said?: Record<K, Said> } {
  const member = { [key]: inWords(text) } as Record<K, string>;
  return typeof text === 'string' ? member : { ...member, said: { [key]: text } as Record<K, Said> };
}

/** What is a string already stays as it is. */
export function inWords(text: string | Said, t: Translate = inEnglish, surface: Surface = 'cli'): string {
  if (typeof text === 'string') return text;
  const filled = text.values.map((value) => {
    if (typeof value !== 'object') return value;
    return inWords('template' in value ? value : value[surface], t, surface);
  });
  return t(text.template, ...filled);
}
