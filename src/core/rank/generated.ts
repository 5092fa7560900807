import type { GeneratedTest } from '../generated-test.ts';
import type { Report } from '../report.ts';

/** Tests that a model wrote, as they came out. Nobody has checked them. */
export interface GeneratedTests {
  verified: false;
  /** How many were written, before those that are no call of literals with a literal, and those there twice, were left out. */
  written: number;
  /** Candidates that were run on them: those that survive the project's tests. */
  ran: number;
  /** Whether the ranking listens to them. */
  counted: boolean;
  tests: (GeneratedTest & {
    /** Candidates that agree with it. */
    agree: number;
  })[];
}

/** What some candidate has to agree with for the tests to count: this many, and this share of them. */
const LEAST = { tests: 3, share: 1 / 3 };

/**
 * Whether tests that a model wrote look like tests. Those of a weak model are mostly wrong, and CodeT's score then prefers a
 * wrong candidate that one of them happens to agree with (`npm run bench -- selection`).
 */
export function areCounted(entries: readonly { report: Report }[]): boolean {
  return entries.some(({ report }) => {
    const { asked, agreed } = generatedOutcomes(report) ?? { asked: [], agreed: [] };
    return agreed.length >= LEAST.tests && agreed.length >= LEAST.share * asked.length;
  });
}

/** Each test that an entry was asked, in one text, and those that it agrees with; undefined where it was asked none. */
export function generatedOutcomes({ outputs = [] }: Report): { asked: string[]; agreed: string[] } | undefined {
  const all = outputs.flatMap(({ input, generated = [] }) => generated.map((outcome) => ({ input, ...outcome })));
  const texts = (list: typeof all) => list.map(({ input, expected }) => JSON.stringify([input, expected]));
  return all.length === 0 ? undefined : { asked: texts(all), agreed: texts(all.filter(({ agrees }) => agrees)) };
}

/**
 * The tests with how many candidates agree, the most agreed first. Where no candidate was run on them they are listed as given.
 *
 * @param written how many there were before `given` was left
 */
export function generatedTests(
  entries: readonly { count: number; report: Report }[],
  given: readonly GeneratedTest[],
  written: number,
): GeneratedTests | null {
  if (written === 0) return null;
  const isAsked = entries.some(({ report }) => generatedOutcomes(report));
  const agree = new Map(isAsked ? [] : given.map(({ input, expected }) => [JSON.stringify([input, expected]), 0]));
  let ran = 0;
  for (const { count, report } of entries) {
    const outcomes = generatedOutcomes(report);
    if (!outcomes) continue;
    ran += count;
    const agreed = new Set(outcomes.agreed);
    for (const text of outcomes.asked) agree.set(text, (agree.get(text) ?? 0) + (agreed.has(text) ? count : 0));
  }
  const tests = [...agree].map(([text, agree]) => {
    const [input, expected] = JSON.parse(text) as [string, string];
    return { input, expected, agree };
  });
  return {
    verified: false,
    written,
    ran,
    counted: areCounted(entries),
    tests: tests.toSorted((a, b) => b.agree - a.agree),
  };
}
