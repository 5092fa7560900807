import type { Sampling, StopRules } from '../core/candidate.ts';
import { CoppiceError, cancelled } from '../core/errors.ts';
import type {
  CompletePrompt,
  CompleteResult,
  EngineEvent,
  EngineProbe,
  EngineRequest,
  EngineResults,
  GrowResult,
  ModelInfo,
  PulledModel,
  Tier,
  WeightType,
} from '../core/protocol.ts';
import { said } from '../core/said.ts';
import { Syntax } from '../syntax/syntax.ts';
import { chatPrompt } from './chat-prompt.ts';
import type { DecodeEvents, DecodeResult } from './decoder.ts';
import { digestFile } from './digest.ts';
import { measureRates } from './fast/rates.ts';
import { fastSelfTest } from './fast/self-test.ts';
import { TuningStore } from './fast/store.ts';
import { tuningLines } from './fast/tune.ts';
import { Gpu } from './gpu/gpu.ts';
import { selfTest } from './gpu/self-test.ts';
import { GrowthFollower } from './growth-follower.ts';
import { LoadedModel } from './loaded-model.ts';
import { Owed } from './sample/owed.ts';
import { StopChecker } from './sample/stop.ts';
import { leavesOf, planTree, type TokenLeaf, tokenizeTree } from './token-tree.ts';
import { kvBytesPerToken, parseConfigValues } from './weights/config.ts';
import { type ModelSource, readModel, readTokenizer } from './weights/model-source.ts';
import type { Tokenizer } from './weights/tokenizer.ts';

/** Between two words on how far a download is. */
const PROGRESS_MS = 100;

interface CallContext {
  signal: AbortSignal;
  emit(event: EngineEvent): void;
}

type Request<K extends EngineRequest['kind']> = Extract<EngineRequest, { kind: K }>;

/** The engine's process: one GPU, one loaded model, one piece of GPU work at a time. */
export class Engine {
  #gpu: Promise<Gpu> | undefined;
  #model: LoadedModel | undefined;
  #source: ModelSource | undefined;
  /** The end of the queue of GPU work. */
  #turn: Promise<unknown> = Promise.resolve();

  async handle(request: EngineRequest, context: CallContext): Promise<EngineResults[EngineRequest['kind']]> {
    switch (request.kind) {
      case 'probe':
        return this.#inTurn(context.signal, () => this.#probe(request.selfTest));
      case 'inspect':
        return this.#inspect(request, context);
      case 'support':
        return supportOf(request.config);
      case 'digest':
        return digestFile(request.path, request.algorithm, context.signal);
      case 'pull':
        return this.#pull(request, context);
      case 'tokenize': {
        const tokenizer = await this.#anyTokenizerOf(request.model);
        const ids = tokenizer.encode(request.text, request.special);
        return { ids, pieces: tokenizer.pieces(ids) };
      }
      case 'plan': {
        const source = await this.#read(request.model);
        return planTree(request.tree, requireTokenizer(source), source.dialect);
      }
      case 'grow':
        return this.#inTurn(context.signal, () => this.#grow(request, context));
      case 'complete':
        return this.#inTurn(context.signal, () => this.#complete(request, context));
    }
  }

  async #probe(wantsSelfTest: boolean): Promise<EngineProbe> {
    const adapters = await Gpu.list();
    try {
      const gpu = await this.#openGpu();
      const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = gpu.device.limits;
      return {
        adapters,
        chosen: {
          ...gpu.info,
          ...{ tier: gpu.tier, arithmetic: gpu.arithmetic },
          maxBufferBytes: maxBufferSize,
          maxBindingBytes: maxStorageBufferBindingSize,
          workgroupMemoryBytes: maxComputeWorkgroupStorageSize,
        },
        ...(wantsSelfTest ? await this.#try(gpu) : { selfTest: [] }),
      };
    } catch (error) {
      await this.#recover();
      const { code, message, remedy } = CoppiceError.wrap(error);
      return { adapters, selfTest: [], problem: { code, message, remedy } };
    }
  }

  /** Every kernel against a reference; of the fast tier also what it reaches, and the variants that runs were tuned to. */
  async #try(gpu: Gpu): Promise<Pick<EngineProbe, 'selfTest' | 'fast'>> {
    const portable = await selfTest(gpu);
    if (gpu.tier !== 'fast') return { selfTest: portable };
    const tests = [...portable, ...(await fastSelfTest(gpu))];
    const store = new TuningStore(gpu);
    const { ways, ...now } = await measureRates(gpu);
    await store.add(new Map(), now);
    const { measured, best } = await store.read();
    return { selfTest: tests, fast: { now, best: best ?? now, variants: [...ways, ...tuningLines(measured)] } };
  }

  async #inspect({ model, load }: Request<'inspect'>, context: CallContext): Promise<ModelInfo> {
    // What is only looked at does not take the place of the model that candidates grow with.
    const source = load || this.#source?.path === model ? await this.#read(model) : await readModel(model);
    if (load) await this.#inTurn(context.signal, () => this.#load(source, 'f16', context));
    return source.info;
  }

  /** Nothing of the hub is loaded before something is to be downloaded. */
  async #pull({ model, folder }: Request<'pull'>, { signal, emit }: CallContext): Promise<PulledModel> {
    const { pull } = await import('./hub/pull.ts');
    let told = 0;
    const onProgress = (file: string, done: number, total: number) => {
      const now = performance.now();
      if (now - told < PROGRESS_MS && done < total) return;
      told = now;
      emit({ kind: 'downloading', file, done, total });
    };
    return pull(model, folder, { signal, onProgress });
  }

  async #grow(request: Request<'grow'>, context: CallContext): Promise<GrowResult> {
    const source = await this.#read(request.model);
    const leaves = leavesOf(tokenizeTree(request.tree, requireTokenizer(source), source.dialect));
    const follower = request.follow
      ? new GrowthFollower(requireTokenizer(source), (growth) => context.emit({ kind: 'growth', ...growth }))
      : undefined;
    const { result, loadMs, gpu, tier } = await this.#decode(source, leaves, request, 0, context, {
      onSampled: (sampled) => follower?.take(sampled),
      onCandidate: ({ steps: _, ...candidate }) => context.emit({ kind: 'candidate', candidate }),
    });
    follower?.tell();
    return {
      candidates: result.candidates.map(({ steps: _, ...candidate }) => candidate),
      gpuAdapter: gpu.info,
      tier,
      prompt: result.prompt,
      decoded: result.decoded,
      timings: { loadMs, prefillMs: result.prefillMs, decodeMs: result.decodeMs },
    };
  }

  async #complete(request: Request<'complete'>, context: CallContext): Promise<CompleteResult> {
    const source = await this.#read(request.model);
    const ids = await promptIds(request.prompt, source, context.signal);
    if (ids.some((id) => !Number.isInteger(id) || id < 0 || id >= source.config.vocabulary)) {
      throw new CoppiceError(
        'usage',
        said`The prompt has ids outside the vocabulary.`,
        said`Give ids from 0 to ${source.config.vocabulary - 1}.`,
      );
    }
    const taken = request.heal && request.prompt.kind === 'text' ? takenBack(ids, source, request.stop) : undefined;
    const leaves = [{ spans: [ids], path: [], candidates: request.n, ...taken }];
    const { sampling, stop, weights } = request;
    const asked = { sampling, stop, reproducible: true, ...(weights ? { weights } : {}) };
    const { result, loadMs, gpu } = await this.#decode(source, leaves, asked, request.logprobs, context);
    return {
      prompt: { ids },
      choices: result.candidates.map(({ tokens, text, steps, stop }) => {
        if (!taken) return { ids: tokens, text, logprobs: steps, stop };
        // Most often the token comes back that was taken.
        const isSame = tokens[0] === ids.at(-1);
        const from = isSame ? 1 : 0;
        const [added, logprobs] = [tokens.slice(from), steps.slice(from)];
        return { ids: added, text, logprobs, stop, ...(isSame ? {} : { healed: true as const }) };
      }),
      gpuAdapter: gpu.info,
      timings: { loadMs, prefillMs: result.prefillMs, decodeMs: result.decodeMs },
    };
  }

  async #decode(
    source: ModelSource,
    leaves: TokenLeaf[],
    request: { sampling: Sampling; stop: StopRules; reproducible: boolean; weights?: WeightType },
    logprobs: number,
    { signal, emit }: CallContext,
    events: DecodeEvents = {},
  ): Promise<{ result: DecodeResult; loadMs: number; gpu: Gpu; tier: Tier }> {
    const start = performance.now();
    const model = await this.#load(source, request.weights ?? 'f16', { signal, emit });
    const loadMs = performance.now() - start;
    const candidates = leaves.reduce((sum, leaf) => sum + leaf.candidates, 0);
    await model.tune(candidates, { signal, onProgress: (done, total) => emit({ kind: 'tuning', done, total }) });
    const { sampling, stop: rules, reproducible } = request;
    const stop = new StopChecker(rules, source.endTokens, source.tokenizer, await Syntax.load());
    const result = await model.decoder.decode(
      { leaves, sampling, maxTokens: rules.maxTokens, stop, logprobs, reproducible },
      signal,
      {
        onPrefill: (done, total) => emit({ kind: 'prefill', done, total }),
        onStep: (step, live, tokens) => emit({ kind: 'step', step, live, tokens }),
        ...events,
      },
    );
    return { result, loadMs, gpu: await this.#openGpu(), tier: model.tier };
  }

  async #load(source: ModelSource, weights: WeightType, { signal, emit }: CallContext): Promise<LoadedModel> {
    if (this.#model?.source === source && this.#model.weights === weights) return this.#model;
    this.#model?.dispose();
    this.#model = undefined;
    this.#model = await LoadedModel.load(await this.#openGpu(), source, {
      signal,
      onProgress: (done, total) => emit({ kind: 'loading', done, total }),
      onNote: (text) => emit({ kind: 'note', text }),
      weights,
    });
    return this.#model;
  }

  async #read(path: string): Promise<ModelSource> {
    if (this.#source?.path !== path) this.#source = await readModel(path);
    return this.#source;
  }

  /** Also of a model that cannot be run here. */
  async #anyTokenizerOf(path: string): Promise<Tokenizer> {
    try {
      return await this.#tokenizerOf(path);
    } catch (error) {
      const tokenizer = CoppiceError.wrap(error).code === 'model-unsupported' ? await readTokenizer(path) : undefined;
      if (tokenizer) return tokenizer;
      throw error;
    }
  }

  async #tokenizerOf(path: string): Promise<Tokenizer> {
    return requireTokenizer(await this.#read(path));
  }

  #openGpu(): Promise<Gpu> {
    this.#gpu ??= openGpu().catch((error: unknown) => {
      this.#gpu = undefined;
      throw error;
    });
    return this.#gpu;
  }

  /** After a fault of the GPU nothing on it can be trusted: the next request starts afresh. */
  async #recover(): Promise<void> {
    const gpu = await this.#gpu?.catch(() => undefined);
    if (!gpu?.failed) return;
    this.#model?.dispose();
    this.#model = undefined;
    gpu.dispose();
    this.#gpu = undefined;
  }

  /** GPU work runs one piece after the other; a piece whose caller gave up before its turn never starts. */
  #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      if (signal.aborted) throw cancelled();
      // A device that was lost while nothing ran is nobody's failure.
      await this.#recover();
      try {
        return await work();
      } catch (error) {
        await this.#recover();
        throw error;
      }
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

/** Where the fast tier has passed its self-test before, its commands are no longer checked as they are recorded. */
async function openGpu(): Promise<Gpu> {
  const gpu = await Gpu.open();
  if (gpu.tier !== 'fast' || !(await new TuningStore(gpu).isProven())) return gpu;
  gpu.dispose();
  return Gpu.open({ trusted: true });
}

function supportOf(config: Record<string, unknown>): EngineResults['support'] {
  try {
    return { reason: null, kvBytesPerToken: kvBytesPerToken(parseConfigValues(config)) };
  } catch (error) {
    return { reason: CoppiceError.wrap(error).message, kvBytesPerToken: 0 };
  }
}

function promptIds(prompt: CompletePrompt, source: ModelSource, signal: AbortSignal): number[] | Promise<number[]> {
  switch (prompt.kind) {
    case 'ids':
      return prompt.ids;
    case 'text':
      return requireTokenizer(source).encodePrompt(prompt.text);
    case 'chat':
      return chatPrompt(prompt.conversation, source.chat, requireTokenizer(source), signal);
  }
}

/** A prompt without its last token, which is drawn anew; undefined where it must stay or there is no room for that. */
function takenBack(ids: number[], source: ModelSource, { maxTokens }: StopRules) {
  const { vocabulary, maxPositions } = source.config;
  const taken = Owed.from(ids, requireTokenizer(source), vocabulary);
  if (!taken || taken.ids.length + taken.owed.mostTokens + maxTokens > maxPositions) return undefined;
  return { spans: [taken.ids], owed: taken.owed };
}

function requireTokenizer({ tokenizer, path }: ModelSource): Tokenizer {
  if (tokenizer) return tokenizer;
  throw new CoppiceError(
    'tokenizer-invalid',
    said`The model ${path} has no tokenizer.`,
    said`Put its tokenizer.json beside it, or choose another model; a prompt of token ids needs none.`,
  );
}
