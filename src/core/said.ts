import { inEnglish, type Translate } from './translate.ts';

/** A text of ours with what it was made from, so that it can be said in another language. Plain data: it crosses processes. */
export interface Said {
  /** `There is no model file {0}.` */
  template: string;
  /** What fills it in; a text of ours among them is said in the same language. */
  values: (string | number | Said)[];
}

/** A whole sentence, or a phrase that stands by itself: said`There is no model file ${path}.` */
export function said(parts: TemplateStringsArray, ...values: Said['values']): Said {
  return { template: parts.reduce((template, part, i) => `${template}{${i - 1}}${part}`), values };
}

/** What is a string already stays as it is. */
export function inWords(text: string | Said, t: Translate = inEnglish): string {
  if (typeof text === 'string') return text;
  return t(text.template, ...text.values.map((value) => (typeof value === 'object' ? inWords(value, t) : value)));
}
