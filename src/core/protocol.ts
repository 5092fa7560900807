/**
 * Every message between the processes. Requests are unions keyed by `kind`; a `...Results` interface names the answer
 * of each. The transport is `channel.ts`. Token ids, texts and numbers cross; tensors never do.
 */

import type { Candidate, Sampling, StopReason, StopRules } from './candidate.ts';
import type { Comparison } from './compare-output.ts';
import type { Conversation } from './conversation.ts';
import type { GeneratedTest } from './generated-test.ts';
import type { DialectName } from './prompt/dialects.ts';
import type { PromptTree } from './prompt/tree.ts';
import type { Confirmation, Isolation, OtherTestsReport, Output, Report } from './report.ts';
import type { Said } from './said.ts';

// --- Engine -----------------------------------------------------------------------------------------------------

export type EngineRequest =
  | { kind: 'probe'; selfTest: boolean }
  /** `model` is the path of a folder in Hugging Face layout, or of a GGUF file, everywhere below. */
  | { kind: 'inspect'; model: string; load: boolean }
  /** Whether the engine has the architecture that values of a `config.json` describe. */
  | { kind: 'support'; config: Record<string, unknown> }
  /** Downloads a model into a folder of its own within `folder`; one that is there, from the same commit, is left as it is. */
  | { kind: 'pull'; model: RemoteModel; folder: string }
  /** The hash of a file, in hexadecimal; `git` is SHA-1 with a header, as git names blobs. */
  | { kind: 'digest'; path: string; algorithm: 'sha256' | 'git' }
  | { kind: 'tokenize'; model: string; text: string; special: boolean }
  /** Tokenises a prompt tree without decoding. */
  | { kind: 'plan'; model: string; tree: PromptTree }
  /**
   * `reproducible` asks for the same text whatever grows beside a candidate; it costs speed where few grow. Without `weights`
   * they are kept as the file has them.
   */
  | {
      kind: 'grow';
      model: string;
      weights?: WeightType;
      tree: PromptTree;
      sampling: Sampling;
      stop: StopRules;
      reproducible: boolean;
      /** Whether `growth` is told too. */
      follow?: boolean;
    }
  | {
      kind: 'complete';
      model: string;
      weights?: WeightType;
      prompt: CompletePrompt;
      n: number;
      sampling: Sampling;
      stop: StopRules;
      /** How many of the most likely tokens to report at each step; 0 for none. */
      logprobs: number;
      /** The last token of a text is drawn anew, since the text may end in the middle of a longer one; default: it is not. */
      heal?: boolean;
    };

/** A text or ids as they are to be continued, or a conversation that the model's chat template makes such a text of. */
export type CompletePrompt =
  | { kind: 'text'; text: string }
  | { kind: 'ids'; ids: number[] }
  | { kind: 'chat'; conversation: Conversation };

export interface EngineResults {
  probe: EngineProbe;
  inspect: ModelInfo;
  support: { reason: string | null; kvBytesPerToken: number };
  pull: PulledModel;
  digest: string;
  tokenize: { ids: number[]; pieces: string[] };
  plan: TreePlan;
  grow: GrowResult;
  complete: CompleteResult;
}

export type EngineEvent =
  /** Bytes of all the files of the model. */
  | { kind: 'downloading'; file: string; done: number; total: number }
  | { kind: 'loading'; done: number; total: number }
  | { kind: 'prefill'; done: number; total: number }
  /** One decode step is done: `live` candidates still grow. */
  | { kind: 'step'; step: number; live: number; tokens: number }
  | ({ kind: 'growth' } & Growth)
  | { kind: 'tuning'; done: number; total: number }
  /** A sentence that a user should read. */
  | { kind: 'note'; text: string }
  | { kind: 'candidate'; candidate: Candidate };

/** What candidates have sampled since it was told last, several steps in one. */
export interface Growth {
  grown: {
    /** The candidate's number. */
    index: number;
    /** How many of its tokens come before these. */
    from: number;
    tokens: number[];
    /** See `Candidate`. */
    logprob: number;
  }[];
  /** The text of each token that has not been told before in this run. Bytes that are no whole character are U+FFFD. */
  words: [id: number, text: string][];
}

export interface GpuAdapterInfo {
  vendor: string;
  device: string;
  description: string;
  backend: string;
  /** A software adapter runs on the CPU. */
  software: boolean;
}

export type Tier = 'portable' | 'fast';

/** What products of the fast tier are made with. Weights are f16 and sums f32 with all of them. */
export type Arithmetic = 'f16 with tensor cores' | 'f16 without tensor cores' | 'f32, of f16 weights';

/**
 * How the matrices of a model are kept on the GPU; int8 and int4 have a scale for each group of 32 weights, w8a8 is int8 with a
 * scale for each row. Of up to four tokens they are multiplied by activations that are int8 themselves, with a scale for each
 * group; of more, w8a8 likewise with a scale for each token, the others by f16.
 */
export const WEIGHT_TYPES = ['f16', 'int8', 'int4', 'w8a8'] as const;
export type WeightType = (typeof WEIGHT_TYPES)[number];

/** What matrix products reach: 10^12 operations a second with many rows, terabytes a second of weights with one. */
export interface ProductRates {
  teraflops: number;
  terabytes: number;
}

export interface EngineProbe {
  adapters: GpuAdapterInfo[];
  /** The adapter in use, with what it allows. */
  chosen?: GpuAdapterInfo & {
    tier: Tier;
    /** Of the fast tier. */
    arithmetic: Arithmetic;
    maxBufferBytes: number;
    maxBindingBytes: number;
    workgroupMemoryBytes: number;
  };
  /** One line a kernel: its largest relative error against the CPU reference. */
  selfTest: { kernel: string; ok: boolean; error: number; tolerance: number }[];
  /** The fast tier's products on this adapter, where it has that tier and was tried. */
  fast?: {
    now: ProductRates;
    /** Of this adapter with this driver, ever. */
    best: ProductRates;
    /** The kernel variants that were chosen, one line each. */
    variants: string[];
  };
  /** Why there is no adapter in use. */
  problem?: { code: string; message: string; remedy: string };
}

/** A model on the hub: a repository's safetensors, or one of its GGUF files by path or by quantization. */
export interface RemoteModel {
  /** `OWNER/MODEL`. */
  repository: string;
  /** A branch, tag or commit; by default the newest commit. */
  revision?: string;
  file?: string;
  quantization?: string;
}

export interface PulledModel {
  /** A folder in Hugging Face layout, or a GGUF file. */
  path: string;
  /** The commit it is from. */
  revision: string;
  bytes: number;
  /** False where it was there before. */
  downloaded: boolean;
  licence?: string;
}

export interface ModelInfo {
  name: string;
  /** A folder in Hugging Face layout, or a GGUF file. */
  path: string;
  architecture: string;
  parameters: number;
  layers: number;
  width: number;
  vocabulary: number;
  maxPositions: number;
  bytes: number;
  dtype: string;
  hasTokenizer: boolean;
  /** How prompts are spelled for it, by the special tokens of its tokenizer. */
  dialect: DialectName;
  /** What keys and values take in f16. */
  kvBytesPerToken: number;
  /** As the file itself says. */
  licence?: string;
}

/** One node of the tokenised prompt tree, in pre-order. */
export interface PlannedNode {
  depth: number;
  /** Child positions from the root. */
  path: number[];
  pieces: { role: string; id?: string; title?: string; path?: string; tokens: number; text: string; cut?: string }[];
  tokens: number;
  candidates: number;
  descendants: number;
}

export interface TreePlan {
  nodes: PlannedNode[];
  /** Tokens prefilled once. */
  tokens: number;
  /** Tokens every candidate would read without sharing. */
  unsharedTokens: number;
}

export interface GrowTimings {
  loadMs: number;
  prefillMs: number;
  decodeMs: number;
}

export interface GrowResult {
  candidates: Candidate[];
  gpuAdapter: GpuAdapterInfo;
  tier: Tier;
  prompt: { tokens: number; nodes: number; reusedTokens: number };
  decoded: { tokens: number; steps: number };
  timings: GrowTimings;
}

export interface TokenLogprob {
  id: number;
  logprob: number;
}

export interface CompleteResult {
  prompt: { ids: number[] };
  choices: {
    ids: number[];
    text: string;
    logprobs: (TokenLogprob & { top: TokenLogprob[] })[];
    stop: StopReason;
    /** Its first ids write the text of the prompt's last one and more: they stand in the place of that. */
    healed?: true;
  }[];
  gpuAdapter: GpuAdapterInfo;
  timings: GrowTimings;
}

// --- Judge ------------------------------------------------------------------------------------------------------

export type SandboxBackend = 'bubblewrap' | 'namespaces' | 'seatbelt' | 'container' | 'job-object' | 'none';

export interface SandboxProbe {
  /** What the judge will use; with `job-object` and `none` it refuses unless the user consented. */
  backend: SandboxBackend;
  /** In words: what isolates, and what does not. */
  description: string;
  tried: { backend: SandboxBackend; ok: boolean; detail: string }[];
  /** What this machine is inside of, with its article; absent where it seems to be a machine of its own. */
  inside?: string;
  /** What is contained, each seen by really trying it in a sandboxed process. */
  checks: { name: string; ok: boolean; detail: string }[];
  /** Whether tests run in forks, by what runs them, and what that means; absent where nothing is run. */
  forks?: { runtime: string; ok: boolean; detail: string }[];
  remedy?: string;
  /** What the texts were made from, where they are shown in the editor. */
  said?: { description?: Said; remedy?: Said };
}

export interface RuntimeProbe {
  name: 'node' | 'python' | 'pytest' | 'go' | 'cargo' | 'maven' | 'gradle' | 'cmake';
  found: boolean;
  version?: string;
  path?: string;
  /** What it can't do, or another does, where it is found. */
  note?: string;
  /** Where it is not found, or can't do everything. */
  remedy?: string;
}

/** The test frameworks whose cases are told apart. */
export type FrameworkName =
  | 'pytest'
  | 'unittest'
  | 'doctest'
  | 'node-test'
  | 'vitest'
  | 'jest'
  | 'mocha'
  | 'go'
  | 'cargo'
  | 'maven'
  | 'gradle'
  | 'ctest'
  | 'program';

/** What a program reads on standard input, and what it should write on standard output. */
export interface Sample {
  input: string;
  output: string;
}

/** What one run of a whole program may use. */
export interface ProgramLimits {
  /** Of processor time, where the system tells that, else by the clock; by default 2 s. */
  timeLimitMs?: number;
  /** By default what any tests may use. */
  memoryLimitMb?: number;
}

/** The file is a whole program, and is run once for each sample. */
export interface SampleTests extends ProgramLimits {
  samples: Sample[];
  /** By default `tokens`. A checker is a shell command that gets three files behind it: input, output, answer. */
  compare?: Comparison | { kind: 'checker'; command: string };
  /** A shell command that starts the program, with `{file}` for its path; by default what its ending says. */
  run?: string;
}

/** What a program did with one input. */
export interface ProgramRun {
  output: string;
  /** Why it gave no answer: a limit, an exit code, a compiler's word. */
  error?: string;
  /** What that was made from. */
  said?: { error: Said };
  ms: number;
}

/** How tests are run: files by their framework, or a shell command, which passes or fails as a whole. */
export type TestPlan =
  | { kind: FrameworkName; files: string[] }
  | { kind: 'command'; command: string }
  | ({ kind: 'samples' } & SampleTests)
  | { kind: 'none' };

export interface JudgeOptions {
  /** Absolute path of the workspace folder. */
  workspace: string;
  /** The file that candidates replace, relative to the workspace, forward slashes. */
  path: string;
  /**
   * `auto` finds tests that mention the symbol or the file, and what runs them; a framework that is named runs those of its own
   * languages. Otherwise it is said what to run. `program`: the file is a `Program` of eval/problem.ts, which holds its own
   * tests.
   */
  tests:
    | { kind: 'auto'; framework?: FrameworkName }
    | { kind: 'program' }
    | Extract<TestPlan, { kind: 'command' | 'samples' | 'none' }>;
  symbol?: string;
  /** Unsaved editor buffers: they replace files of the workspace in the slots. */
  overlays: { path: string; text: string }[];
  /** How many candidates are judged at once; default: the cores less one, at least 1. */
  slots?: number;
  /** False starts the interpreter and the test framework anew for every candidate, where forks of one would do. */
  forks?: boolean;
  /** Wall clock for one candidate; default: learnt from the baseline run, at least 2 s, at most 30 s. */
  timeoutMs?: number;
  /** The user agreed, for this workspace, to run tests without isolation. */
  allowUnsandboxed: boolean;
  /** What the user says that the function gives, as `f(1) == 2`: `observe` tries these too. */
  expectations?: string[];
  /** False keeps to our own generators where the project's Python has Hypothesis, so that inputs are the same on any machine. */
  hypothesis?: boolean;
}

export type JudgeRequest =
  | { kind: 'probe' }
  /** Finds the tests without running anything; the text of test files that mention the symbol serves the prompt. */
  | { kind: 'discover'; options: JudgeOptions }
  /** The ways in which the tests that concern the file can be run here, without running anything. */
  | { kind: 'plans'; options: JudgeOptions }
  /** Makes the slots and runs the baseline. */
  | { kind: 'open'; options: JudgeOptions }
  | { kind: 'judge'; session: string; candidate: CandidateText }
  /**
   * Runs a text on inputs of our own, and on those of tests that a model wrote; with the same tests they are the same ones for
   * every text of the session, whatever the project's tests are.
   */
  | { kind: 'observe'; session: string; text: string; generated?: readonly GeneratedTest[] }
  /**
   * Runs a text, a whole program, once on each input, whatever the session's tests are. With `asArgument` it finds its input in an
   * argument as well.
   */
  | {
      kind: 'execute';
      session: string;
      text: string;
      inputs: string[];
      program: ProgramLimits & { run?: string; asArgument?: boolean };
    }
  /** Runs a text that was judged once more, then with the tests in a sandbox of their own, and on the project's other tests. */
  | { kind: 'confirm'; session: string; text: string }
  /** Runs a text that was judged with the tests in a sandbox of their own, and nothing else. */
  | { kind: 'isolate'; session: string; text: string }
  | { kind: 'close'; session: string };

export interface CandidateText {
  id: string;
  /** The whole new content of the file. */
  text: string;
  logprob?: number;
  tokens?: number;
}

export interface JudgeResults {
  probe: { sandbox: SandboxProbe; runtimes: RuntimeProbe[] };
  discover: { plan: TestPlan; tests: { path: string; text: string }[] };
  /** What `auto` takes comes first; empty where no tests concern the file. */
  plans: TestPlan[];
  open: {
    session: string;
    plan: TestPlan;
    sandbox: SandboxBackend;
    baseline: Report;
    timeoutMs: number;
    slots: number;
  };
  judge: { report: Report };
  /** Null where the function can't be called on inputs of our own. */
  observe: { outputs: Output[] | null };
  execute: { runs: ProgramRun[] };
  /** `isolation` is null where a second run did not say the same. */
  confirm: { confirmation: Confirmation; isolation: Isolation | null; others: OtherTestsReport | null };
  isolate: { isolation: Isolation };
  close: null;
}

export type JudgeEvent = { kind: 'baseline'; report: Report } | { kind: 'started'; id: string };
