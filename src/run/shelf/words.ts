import { inWords } from '../../core/said.ts';
import { inEnglish, type Translate } from '../../core/translate.ts';
import type { DescribedModel, Need } from './describe.ts';
import type { PullProgress } from './pull.ts';
import type { ShelvedModel } from './shelf.ts';

/** Where a model is from. */
export function sourceWords(source: ShelvedModel['source'], t: Translate = inEnglish): string {
  switch (source) {
    case 'embedded':
      return t('comes with Coppice');
    case 'downloaded':
      return t('downloaded');
    case 'added':
      return t('added');
    case 'huggingface':
      return t('Hugging Face cache');
    case 'ollama':
      return 'Ollama';
    case 'lmstudio':
      return 'LM Studio';
  }
}

export function sizeWords(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** What a row says beside a model's name: first what must not be cut off. */
export function rowWords({ bytes, source }: ShelvedModel, inUse: boolean, t: Translate = inEnglish): string {
  return [...(inUse ? [t('in use')] : []), sizeWords(bytes), sourceWords(source, t)].join(' · ');
}

/** What a model takes of the GPU's memory. */
export function needWords({ memoryBytes, fits }: Need, t: Translate = inEnglish): string {
  const size = sizeWords(memoryBytes);
  return fits === false ? t('needs {0}, too much for the GPU', size) : t('needs {0}', size);
}

/** How well a model suits Coppice. */
export function fitWords(
  { fillsIn, problem, said }: Pick<DescribedModel, 'fillsIn' | 'problem' | 'said'>,
  t: Translate = inEnglish,
): string {
  if (problem !== undefined) return t('does not work here: {0}', inWords(said?.problem ?? problem, t));
  return fillsIn ? t('fills in the middle') : t('continues only');
}

/** A model in one line. */
export function modelWords(model: DescribedModel, t: Translate = inEnglish): string {
  const known = model.problem !== undefined || model.fillsIn !== undefined;
  const facts = [sourceWords(model.source, t), ...(model.need ? [needWords(model.need, t)] : [])];
  return t('{0} at {1}: {2}', model.name, model.path, [...facts, ...(known ? [fitWords(model, t)] : [])].join(', '));
}

/** How far a download is. */
export function progressWords(
  { done, total, bytesPerSecond, secondsLeft }: PullProgress,
  t: Translate = inEnglish,
): string {
  const part = t('{0} of {1}', sizeWords(done), sizeWords(total));
  if (bytesPerSecond === undefined || secondsLeft === undefined) return part;
  return t('{0}, {1} MB/s, {2} left', part, (bytesPerSecond / 1e6).toFixed(1), durationWords(secondsLeft));
}

function durationWords(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
