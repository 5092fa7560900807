import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Sampling } from '../../src/core/candidate.ts';
import type { CandidateText } from '../../src/core/protocol.ts';
import { EngineClient } from '../../src/run/engine-client.ts';
import { grow } from '../../src/run/grow.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { softwareAdapterEnvironment } from '../../src/run/software-adapter.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { type Problem, writeWorkspace } from '../sprout/problem.ts';

/** How the candidates were drawn: from the file alone, without a test in the prompt. */
export interface SampleSettings {
  model: string;
  n: number;
  maxTokens: number;
  sampling: Sampling;
}

export interface ProblemSamples {
  id: string;
  /** Equal texts are there once; the log-probability is of one of them. */
  candidates: (CandidateText & { count: number })[];
}

export interface Samples {
  settings: SampleSettings;
  problems: ProblemSamples[];
}

/** Reads what `writeSamples` wrote: gzipped lines of JSON, the settings first. */
export async function readSamples(file: string): Promise<Samples> {
  const [settings, ...problems] = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n');
  return { settings: JSON.parse(settings!), problems: problems.map((line) => JSON.parse(line)) };
}

export async function writeSamples(file: string, { settings, problems }: Samples): Promise<void> {
  const lines = [settings, ...problems].map((line) => `${JSON.stringify(line)}\n`);
  await writeFile(file, gzipSync(lines.join(''), { level: 9 }));
}

/** Draws candidates as `coppice grow` does where a workspace has no tests. */
export async function sample(
  problems: Problem[],
  settings: SampleSettings,
  note: (text: string) => void,
): Promise<Samples> {
  const syntax = await Syntax.load();
  const engine = new EngineClient({ env: softwareAdapterEnvironment() });
  const judge = new JudgeClient();
  const samples: ProblemSamples[] = [];
  try {
    for (const problem of problems) {
      const workspace = await mkdtemp(join(tmpdir(), 'coppice-bench-'));
      try {
        await writeWorkspace(workspace, { ...problem, testPath: 'unused.txt', testContent: '' });
        const { ranking } = await grow(
          {
            ...{ workspace, file: problem.path, place: { symbol: problem.symbol }, tests: { kind: 'none' } },
            ...{ overlays: [], candidates: settings.n, maxTokens: settings.maxTokens, sampling: settings.sampling },
            ...{ model: settings.model, reproducible: true, allowUnsandboxed: false },
          },
          { syntax, engine, judge },
        );
        const candidates = ranking.map(({ id, text, count, logprob, tokens }) => ({
          ...{ id, text, count, logprob: logprob!, tokens: tokens! },
        }));
        candidates.sort((a, b) => (a.id < b.id ? -1 : 1));
        samples.push({ id: problem.id, candidates });
        note(`${samples.length}/${problems.length} ${problem.id}: ${candidates.length} different texts`);
      } finally {
        await rm(workspace, { recursive: true, force: true });
      }
    }
  } finally {
    await Promise.all([engine.dispose(), judge.dispose()]);
  }
  return { settings, problems: samples };
}
