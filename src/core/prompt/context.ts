import { inEnglish, type Translate } from '../translate.ts';
import { cutEnd } from './cut.ts';
import type { ContextPiece, LeftOut } from './piece.ts';

/** What part of another file is worth, the best first. */
export const WORTH = ['signature', 'instructions', 'tests', 'sibling', 'indirect', 'recent'] as const;
export type Worth = (typeof WORTH)[number];

/** Part of another file that may help to write the function. */
export interface Excerpt {
  worth: Worth;
  /** Relative to the workspace, forward slashes. */
  path: string;
  /** What it is, in a few words. */
  title: string;
  /** Where it stands in the file. */
  start: number;
  end: number;
  text: string;
  /** What can stand for it where it is too long, with what that lacks. */
  shorter?: { text: string; cut: string };
  /** What `text` lacks already. */
  cut?: string;
  /** It makes sense without its last lines. */
  cuttable?: boolean;
}

/** Other files get a quarter of the prompt at most: the function's own file and its tests say more. */
const CONTEXT_SHARE = 1 / 4;
/** A model reads as well as it is large: one token of other files for so many parameters. */
const PARAMETERS_PER_TOKEN = 100_000;
/** Where there is not room for a definition or two the model is better left with what it was trained on. */
const LEAST_TOKENS = 256;

/** How many tokens of other files a model is shown, of `room` tokens in all: none where it is very small. */
export function contextTokens({ parameters }: { parameters: number }, room: number): number {
  const tokens = Math.floor(Math.min(room * CONTEXT_SHARE, parameters / PARAMETERS_PER_TOKEN));
  return tokens < LEAST_TOKENS ? 0 : tokens;
}

/** A piece of a few lines says too little to be read. */
const LEAST_CHARACTERS = 160;
/** What a file costs besides its text: separators and a line break. */
const FILE_CHARACTERS = 8;

/**
 * The parts of other files that fit into a prompt, the worthiest taken first. They become one piece a file: instructions first,
 * since they change least, then files in the order of their paths, so that the next function of the folder finds much of them in
 * the KV store.
 *
 * @param characters room for them, in UTF-16 code units
 * @param without ids of pieces that are switched off
 */
export function chooseContext(
  excerpts: readonly Excerpt[],
  characters: number,
  without: readonly string[] = [],
  t: Translate = inEnglish,
): { pieces: ContextPiece[]; leftOut: LeftOut[] } {
  const files = new Map<string, { excerpts: Excerpt[]; taken: Excerpt[]; missed: Excerpt[] }>();
  for (const excerpt of excerpts) {
    const file = files.get(idOf(excerpt)) ?? { excerpts: [], taken: [], missed: [] };
    file.excerpts.push(excerpt);
    files.set(idOf(excerpt), file);
  }
  let left = characters;
  for (const excerpt of [...excerpts].sort((a, b) => WORTH.indexOf(a.worth) - WORTH.indexOf(b.worth))) {
    const file = files.get(idOf(excerpt))!;
    if (without.includes(idOf(excerpt)) || file.taken.some((taken) => overlaps(taken, excerpt))) continue;
    const cost = file.taken.length > 0 ? 1 : excerpt.path.length + FILE_CHARACTERS;
    const fitting = fittedInto(excerpt, left - cost, t);
    if (!fitting) {
      file.missed.push(excerpt);
      continue;
    }
    file.taken.push(fitting);
    left -= cost + fitting.text.length;
  }
  const pieces: ContextPiece[] = [];
  const leftOut: LeftOut[] = [];
  const isInstructions = ({ worth }: Excerpt) => worth === 'instructions';
  const inOrder = [...files].sort(
    (
      [
        a,
        {
          excerpts: [one],
        },
      ],
      [
        b,
        {
          excerpts: [other],
        },
      ],
    ) => Number(isInstructions(other!)) - Number(isInstructions(one!)) || (a < b ? -1 : 1),
  );
  for (const [id, file] of inOrder) {
    const { path, worth } = file.excerpts[0]!;
    const about = { role: roleOf(worth), id, path };
    if (file.taken.length > 0) pieces.push({ ...about, ...joined(file.taken, file.missed, t) });
    else {
      const why = without.includes(id)
        ? t('switched off')
        : t('no room: what is worth more fills the share of other files');
      leftOut.push({ ...about, title: titleOf(file.excerpts), why });
    }
  }
  return { pieces, leftOut };
}

function roleOf(worth: Worth): 'repository' | 'recent' {
  return worth === 'recent' ? 'recent' : 'repository';
}

function idOf({ worth, path }: Excerpt): string {
  return worth === 'recent' ? `recent:${path}` : `file:${path}`;
}

function overlaps(a: Excerpt, b: Excerpt): boolean {
  return a.start < b.end && b.start < a.end;
}

function fittedInto(excerpt: Excerpt, characters: number, t: Translate): Excerpt | undefined {
  if (excerpt.text.length <= characters) return excerpt;
  const { shorter } = excerpt;
  if (shorter && shorter.text.length <= characters) return { ...excerpt, ...shorter };
  if (!excerpt.cuttable || characters < LEAST_CHARACTERS) return undefined;
  const { text, cut } = cutEnd(excerpt.text, characters, t);
  return { ...excerpt, text, cut: [excerpt.cut, cut].filter((part) => part !== undefined).join('; ') };
}

function joined(taken: Excerpt[], missed: Excerpt[], t: Translate): Pick<ContextPiece, 'title' | 'text' | 'cut'> {
  const inOrder = taken.sort((a, b) => a.start - b.start);
  const cuts = [
    ...inOrder.flatMap(({ title, cut }) => (cut ? [inOrder.length > 1 ? `${title}: ${cut}` : cut] : [])),
    ...missed.map(({ title }) => t('{0}: no room', title)),
  ];
  return {
    title: titleOf(inOrder),
    text: inOrder.map(({ text }) => (text.endsWith('\n') ? text : `${text}\n`)).join('\n'),
    ...(cuts.length > 0 ? { cut: cuts.join('; ') } : {}),
  };
}

function titleOf(excerpts: Excerpt[]): string {
  return [...new Set(excerpts.map(({ title }) => title))].join(', ');
}
