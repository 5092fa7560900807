import type { DescribedModel, Need } from './describe.ts';
import type { PullProgress } from './pull.ts';
import type { ShelvedModel } from './shelf.ts';

const SOURCES: Record<ShelvedModel['source'], string> = {
  embedded: 'comes with Coppice',
  downloaded: 'downloaded',
  added: 'added',
  huggingface: 'Hugging Face cache',
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
};

/** Where a model is from. */
export function sourceWords(source: ShelvedModel['source']): string {
  return SOURCES[source];
}

export function sizeWords(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** What a row says beside a model's name: first what must not be cut off. */
export function rowWords({ bytes, source }: ShelvedModel, inUse: boolean): string {
  return [...(inUse ? ['in use'] : []), sizeWords(bytes), sourceWords(source)].join(' · ');
}

/** What a model takes of the GPU's memory. */
export function needWords({ memoryBytes, fits }: Need): string {
  return `needs ${sizeWords(memoryBytes)}${fits === false ? ', too much for the GPU' : ''}`;
}

/** How well a model suits Coppice. */
export function fitWords({ fillsIn, problem }: Pick<DescribedModel, 'fillsIn' | 'problem'>): string {
  if (problem !== undefined) return `does not work here: ${problem}`;
  return fillsIn ? 'fills in the middle' : 'continues only';
}

/** A model in one line. */
export function modelWords(model: DescribedModel): string {
  const known = model.problem !== undefined || model.fillsIn !== undefined;
  const facts = [sourceWords(model.source), ...(model.need ? [needWords(model.need)] : [])];
  return `${model.name} at ${model.path}: ${[...facts, ...(known ? [fitWords(model)] : [])].join(', ')}`;
}

/** How far a download is. */
export function progressWords({ done, total, bytesPerSecond, secondsLeft }: PullProgress): string {
  const part = `${sizeWords(done)} of ${sizeWords(total)}`;
  if (bytesPerSecond === undefined || secondsLeft === undefined) return part;
  return `${part}, ${(bytesPerSecond / 1e6).toFixed(1)} MB/s, ${durationWords(secondsLeft)} left`;
}

function durationWords(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
