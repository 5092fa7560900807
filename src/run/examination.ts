import { CoppiceError } from '../core/errors.ts';
import type { EngineProbe, JudgeResults } from '../core/protocol.ts';
import { inWords, type Surface, said } from '../core/said.ts';
import { inEnglish } from '../core/translate.ts';
import { removal } from '../core/ways.ts';
import type { EngineClient } from './engine-client.ts';
import { gpuMemory } from './gpu-memory.ts';
import type { JudgeClient } from './judge-client.ts';
import { findNode, type NodeRuntime } from './node-runtime.ts';
import { type DescribedModel, describeModel, type Gpu } from './shelf/describe.ts';
import { listModels } from './shelf/shelf.ts';
import { fitWords } from './shelf/words.ts';

/** Something that keeps Coppice from working fully here. */
export interface Problem {
  part: string;
  message: string;
  remedy: string;
}

/** What works on this machine: the same facts for the command line and the editor. */
export interface Examination {
  node: NodeRuntime | null;
  /** Absent when the process could not be asked; the reason is among the problems. */
  gpu: EngineProbe | null;
  judge: JudgeResults['probe'] | null;
  models: DescribedModel[];
  problems: Problem[];
}

/**
 * Tries the GPU, the kernels, the sandbox, the runtimes and the models. Rejects only when cancelled.
 *
 * @param parts `node` is the one that engine and judge were told to run on
 * @param surface where the remedies are read, in English
 */
export async function examine(
  { engine, judge, node: configured }: { engine: EngineClient; judge: JudgeClient; node?: string },
  signal: AbortSignal,
  surface: Surface = 'cli',
): Promise<Examination> {
  const problems: Problem[] = [];
  const noted =
    (part: string) =>
    (thrown: unknown): null => {
      const error = CoppiceError.wrap(thrown);
      const { code, message } = error;
      if (code === 'cancelled') throw error;
      problems.push({ part, message, remedy: inWords(error.said.remedy ?? error.remedy, inEnglish, surface) });
      return null;
    };
  const [node, gpu, judged] = await Promise.all([
    findNode('bundle', configured).catch(noted('Node')),
    engine.call({ kind: 'probe', selfTest: true }, { signal }).catch(noted('GPU')),
    judge.call({ kind: 'probe' }, { signal }).catch(noted('sandbox')),
  ]);
  const chosen = gpu?.chosen && { adapter: gpu.chosen, memoryBytes: await gpuMemory(gpu.chosen) };
  const models = await describedModels(engine, chosen ?? undefined, signal);
  return { node, gpu, judge: judged, models, problems: [...problems, ...problemsOf(gpu, judged, models, surface)] };
}

/** The models of the shelf; without the engine, which is a problem of its own, only what the shelf says of them. */
async function describedModels(
  engine: EngineClient,
  gpu: Gpu | undefined,
  signal: AbortSignal,
): Promise<DescribedModel[]> {
  const models: DescribedModel[] = [];
  for (const model of await listModels()) {
    const described = await describeModel(model, { engine, gpu, signal }).catch((error: unknown) => {
      if (CoppiceError.wrap(error).code === 'cancelled') throw error;
      return model;
    });
    models.push(described);
  }
  return models;
}

function problemsOf(
  gpu: EngineProbe | null,
  judge: JudgeResults['probe'] | null,
  models: DescribedModel[],
  surface: Surface,
): Problem[] {
  const problems: Problem[] = [];
  if (gpu?.problem) problems.push({ part: 'GPU', message: gpu.problem.message, remedy: gpu.problem.remedy });
  const broken = gpu?.selfTest.filter((test) => !test.ok).map((test) => test.kernel) ?? [];
  if (broken.length > 0) {
    problems.push({
      part: 'GPU',
      message: `These kernels compute wrongly on this GPU adapter: ${broken.join(', ')}.`,
      remedy: 'Update the graphics driver, or choose another GPU adapter.',
    });
  }
  if (judge?.sandbox.remedy) {
    problems.push({ part: 'sandbox', message: judge.sandbox.description, remedy: judge.sandbox.remedy });
  }
  for (const runtime of judge?.runtimes ?? []) {
    // The others are needed only where a project is written for them.
    if (runtime.found || !['node', 'python'].includes(runtime.name)) continue;
    const remedy = runtime.remedy ?? `Install ${runtime.name} to run tests that need it.`;
    problems.push({ part: 'runtimes', message: `${runtime.name} was not found.`, remedy });
  }
  if (models.length === 0) {
    problems.push({ part: 'models', message: 'No model is on this machine.', remedy: 'Install Coppice again.' });
  }
  for (const model of models) {
    // What other programs keep need not be for Coppice.
    if (model.problem === undefined || !['embedded', 'downloaded', 'added'].includes(model.source)) continue;
    const remedy =
      model.source === 'embedded'
        ? 'Install Coppice again.'
        : inWords(said`${removal(model.name)} takes it away.`, inEnglish, surface);
    problems.push({ part: 'models', message: `${model.name} ${fitWords(model)}`, remedy });
  }
  return problems;
}
