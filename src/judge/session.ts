import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CoppiceError } from '../core/errors.ts';
import { type Language, languageOf } from '../core/language.ts';
import type {
  CandidateText,
  JudgeEvent,
  JudgeOptions,
  JudgeRequest,
  JudgeResults,
  ProgramRun,
} from '../core/protocol.ts';
import { confirmationOf } from '../core/rank/confirmation.ts';
import type { Output, Report } from '../core/report.ts';
import { type Said, said } from '../core/said.ts';
import { TEST_CHOICE } from '../core/ways.ts';
import { Syntax } from '../syntax/syntax.ts';
import { IsolatedTests } from './isolated/isolated-tests.ts';
import { Executor } from './outputs/executor.ts';
import { Observers } from './outputs/observers.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { discoverOthers, discoverTests, projectOf, readerOf } from './tests/discovery.ts';
import { frameworkFor } from './tests/families.ts';
import { guardedFiles } from './tests/guarded.ts';
import { OtherTests } from './tests/other-tests.ts';
import { unparsableReport, untestedReport } from './tests/report.ts';
import { type TestRun, TestRunner } from './tests/runner.ts';
import { discard } from './workspace/discard.ts';
import { pathInside, workspaceRoot } from './workspace/path.ts';
import { SlotPool } from './workspace/slot-pool.ts';
import { takeSnapshot } from './workspace/snapshot.ts';

const LEAST_TIMEOUT_MS = 2_000;
const MOST_TIMEOUT_MS = 30_000;
/** How many times longer than the untouched workspace a candidate may take. */
const TIMEOUT_FACTOR = 5;

/** The tests, and how a text that passes them is looked at once more. */
interface Tests {
  runner: TestRunner;
  isolated: IsolatedTests;
  others: OtherTests;
}

type Opened = Omit<JudgeResults['open'], 'session'>;

interface Subject {
  path: string;
  /** Its text with unsaved changes, before any candidate. */
  original: string;
  language: Language | undefined;
}

export interface SessionContext {
  signal: AbortSignal;
  emit(event: JudgeEvent): void;
}

/**
 * One workspace, opened for judging candidates of one file, and what the tests said of it untouched. `dispose` ends its runs and
 * removes its folder.
 */
export class Session {
  readonly id = randomUUID();
  readonly opened: Opened;
  readonly #folder: string;
  readonly #subject: Subject;
  readonly #syntax: Syntax;
  /** Absent when no tests were asked for. */
  readonly #tests: Tests | undefined;
  readonly #observers: Observers;
  readonly #executor: Executor;
  readonly #closing = new AbortController();
  /** By the hash of the text: what passes may be asked about once more. */
  readonly #passed = new Map<string, Report>();

  private constructor(
    folder: string,
    subject: Subject,
    syntax: Syntax,
    tests: Tests | undefined,
    observing: { observers: Observers; executor: Executor },
    opened: Opened,
  ) {
    this.#folder = folder;
    this.#subject = subject;
    this.#syntax = syntax;
    this.#tests = tests;
    this.#observers = observing.observers;
    this.#executor = observing.executor;
    this.opened = opened;
  }

  /**
   * Copies the workspace and runs the baseline.
   *
   * @param folder where the session makes a folder of its own
   * @param sandbox asked for only when there is something to run
   * Throws `workspace-invalid`, `file-not-found`, `usage`, `tests-not-found`, `tests-broken`, `runtime-missing`,
   * `sandbox-missing`, `cancelled`.
   */
  static async open(
    folder: string,
    options: JudgeOptions,
    sandbox: () => Promise<Sandbox>,
    context: SessionContext,
  ): Promise<Session> {
    const workspace = workspaceRoot(options.workspace);
    const path = pathInside(workspace, options.path);
    const own = mkdtempSync(join(folder, 'session-'));
    let runner: TestRunner | undefined;
    try {
      const source = takeSnapshot(workspace, join(own, 'snapshot'), options.overlays);
      if (!source.entries.some((entry) => entry.kind === 'file' && entry.path === path)) throw notAFile(path);
      const original = readFileSync(join(source.root, path), 'utf8');
      const subject = { path, original, language: languageOf(path) };
      const syntax = await Syntax.load();
      const read = readerOf(source.root);
      const { plan, tests } = discoverTests({ ...options, workspace, path }, source, read);
      const width = Math.max(1, options.slots ?? availableParallelism() - 1);
      const forks = options.forks ?? true;
      let slots: SlotPool | undefined;
      const slotsIn = ({ mounts }: Sandbox) => {
        slots ??= new SlotPool(own, source, { width, linkShared: !mounts });
        return slots;
      };
      const laterParts = async () => {
        const chosen = await sandbox();
        return { sandbox: chosen, slots: slotsIn(chosen), forks };
      };
      const observing = {
        observers: new Observers(
          syntax,
          { ...options, ...subject, tests, tested: plan.kind !== 'none' },
          { options: { ...options, path }, folder: own, parts: laterParts },
        ),
        executor: new Executor(own, laterParts),
      };
      const project = projectOf({ workspace, path }, source, read);
      const framework = frameworkFor(plan, project);
      if (!framework) {
        const opened: Opened = { plan, sandbox: 'none', baseline: untestedReport(), timeoutMs: 0, slots: 0 };
        return new Session(own, subject, syntax, undefined, observing, opened);
      }

      const chosen = await sandbox();
      const files = source.entries.flatMap((entry) => (entry.kind === 'file' ? [entry.path] : []));
      const guarded = guardedFiles(plan, files, path);
      const parts = { sandbox: chosen, slots: slotsIn(chosen), forks };
      runner = new TestRunner({ ...parts, framework, harness: join(own, 'harness'), guarded });
      const limitMs = options.timeoutMs ?? framework.timeoutMs;
      const run = await runner.run({ timeoutMs: limitMs ?? MOST_TIMEOUT_MS, signal: context.signal });
      const broken = framework.broken(run.outcome, run.records);
      if (broken !== undefined) throw testsBroken(broken, run);
      if (run.records.ended && run.report.cases.length === 0) throw noCases(run);
      const baseline = run.report;
      context.emit({ kind: 'baseline', report: baseline });
      const timeoutMs = limitMs ?? learntTimeout(baseline);
      const others = new OtherTests(() => {
        const more =
          plan.kind === 'command' ? undefined : discoverOthers({ ...options, workspace, path }, source, read);
        const framework = more && frameworkFor(more, project);
        // Compiling the whole project once more is too much to ask of a second look.
        if (!framework || framework.build) return undefined;
        return new TestRunner({ ...parts, framework, harness: join(own, 'other-harness'), forks: false, guarded });
      });
      const planned = 'files' in plan ? plan.files : [];
      const isolated = new IsolatedTests({ ...parts, framework, folder: own, path, original, files: planned });
      return new Session(own, subject, syntax, { runner, isolated, others }, observing, {
        plan,
        sandbox: chosen.backend,
        baseline,
        timeoutMs,
        slots: width,
      });
    } catch (thrown) {
      runner?.dispose();
      discard(own);
      throw thrown;
    }
  }

  /** Judges a text. Rejects with `cancelled`. */
  async judge(candidate: CandidateText, context: SessionContext): Promise<JudgeResults['judge']> {
    const report = await this.#report(candidate, context);
    if (report.verdict === 'passed') this.#passed.set(hashOf(candidate.text), report);
    return { report };
  }

  /**
   * What a text gives for inputs of ours and those of tests that a model wrote; undefined where it can't be asked. Rejects as
   * `open` does, and with `cancelled`.
   */
  async observe(
    { text, generated = [] }: Extract<JudgeRequest, { kind: 'observe' }>,
    context: SessionContext,
  ): Promise<Output[] | undefined> {
    if (this.#subject.language && !this.#syntax.parses(this.#subject.language, text)) return undefined;
    return this.#observers.observe(text, generated, context.signal);
  }

  /** What a program writes for each input. Rejects as `open` does, and with `cancelled`. */
  execute(request: Extract<JudgeRequest, { kind: 'execute' }>, context: SessionContext): Promise<ProgramRun[]> {
    const signal = AbortSignal.any([context.signal, this.#closing.signal]);
    return this.#executor.execute(this.#subject.path, request, signal);
  }

  /**
   * What a second run says of a text that was judged, its tests apart from it, and the project's other tests. Rejects as `judge`
   * does, and with `usage` where there are no tests.
   */
  async confirm(text: string, context: SessionContext): Promise<JudgeResults['confirm']> {
    if (!this.#tests) throw noTests();
    const { runner, isolated, others } = this.#tests;
    const first = await this.#first(text, context);
    const signal = AbortSignal.any([context.signal, this.#closing.signal]);
    const change = { path: this.#subject.path, text };
    const { timeoutMs, baseline } = this.opened;
    const { report: again } = await runner.run({ change, timeoutMs, baseline, signal });
    const confirmation = confirmationOf(first, again);
    // What differs from run to run would differ there too, and say nothing.
    const isRepeated = confirmation.kind === 'repeated';
    const isolation = isRepeated ? await isolated.run(text, first, { timeoutMs, baseline, signal }) : null;
    return { confirmation, isolation, others: (await others.run(change, signal)) ?? null };
  }

  /** What the tests say of a text that was judged, with the text in a process of its own. Rejects as `confirm` does. */
  async isolate(text: string, context: SessionContext): Promise<JudgeResults['isolate']> {
    if (!this.#tests) throw noTests();
    const first = await this.#first(text, context);
    const signal = AbortSignal.any([context.signal, this.#closing.signal]);
    const { timeoutMs, baseline } = this.opened;
    return { isolation: await this.#tests.isolated.run(text, first, { timeoutMs, baseline, signal }) };
  }

  dispose(): void {
    this.#closing.abort();
    this.#tests?.runner.dispose();
    this.#tests?.isolated.dispose();
    this.#tests?.others.dispose();
    this.#observers.dispose();
    discard(this.#folder);
  }

  async #first(text: string, context: SessionContext): Promise<Report> {
    return this.#passed.get(hashOf(text)) ?? (await this.#report({ id: 'first', text }, context));
  }

  async #report(candidate: CandidateText, context: SessionContext): Promise<Report> {
    const { path, language } = this.#subject;
    if (language && !this.#syntax.parses(language, candidate.text)) return unparsableReport();
    if (!this.#tests) return untestedReport();
    const { report } = await this.#tests.runner.run({
      change: { path, text: candidate.text },
      timeoutMs: this.opened.timeoutMs,
      baseline: this.opened.baseline,
      signal: AbortSignal.any([context.signal, this.#closing.signal]),
      onStart: () => context.emit({ kind: 'started', id: candidate.id }),
    });
    return report;
  }
}

/** A baseline that was ended by its limit has shown that the tests need all the time there is. */
function learntTimeout(baseline: Report): number {
  if (baseline.timedOut) return MOST_TIMEOUT_MS;
  return Math.round(Math.min(MOST_TIMEOUT_MS, Math.max(LEAST_TIMEOUT_MS, TIMEOUT_FACTOR * baseline.durationMs)));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function notAFile(path: string): CoppiceError {
  return new CoppiceError(
    'file-not-found',
    said`${path} is not a file of the workspace that candidates can replace.`,
    said`Name an existing source file of the workspace, outside of installed packages.`,
  );
}

function testsBroken(why: Said, run: TestRun): CoppiceError {
  return new CoppiceError(
    'tests-broken',
    said`The tests could not be run on the untouched workspace: ${why}.`,
    said`Run them by hand, and repair them or name another test command with ${TEST_CHOICE}.`,
    run.report.output,
  );
}

function noTests(): CoppiceError {
  return new CoppiceError('usage', said`There are no tests to run again.`, said`Open the workspace with tests.`);
}

function noCases(run: TestRun): CoppiceError {
  return new CoppiceError(
    'tests-not-found',
    said`The test files were run and hold no test case.`,
    said`Write a test case, name a test command with ${TEST_CHOICE}, or turn tests off.`,
    run.report.output,
  );
}
