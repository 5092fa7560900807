import type { Interruption } from './report.ts';
import type { Said } from './said.ts';
import { inEnglish, type Translate } from './translate.ts';

/** The limit that ended tests, in words. */
export function limitName(limit: Interruption, t: Translate = inEnglish): string {
  switch (limit) {
    case 'wall-clock':
      return t('wall-clock');
    case 'cpu':
      return t('cpu');
    case 'memory':
      return t('memory');
    case 'processes':
      return t('processes');
    case 'disk':
      return t('disk');
    case 'output':
      return t('output');
    case 'cancelled':
      return t('cancelled');
  }
}

/** The same as a text that has not been said in any language yet. */
export function limitSaid(limit: Interruption): Said {
  return { template: limitName(limit), values: [] };
}
