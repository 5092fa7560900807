import { type Rest, restOf } from './rest.ts';

/** A text that may be written, and where the cursor is in what is there of it. */
export interface Choice {
  id: string;
  whole: string;
}

export interface Offer extends Rest {
  id: string;
}

/**
 * What each of some texts, the best first, would add at a cursor, equal additions once. A text that is there as it is ends the
 * list: those behind it are no better.
 */
export function offersAt(choices: readonly Choice[], before: string, after: string): Offer[] {
  const offers: Offer[] = [];
  const now = (before + after).trimEnd();
  for (const { id, whole } of choices) {
    if (whole.trimEnd() === now) break;
    const rest = restOf(whole, before, after);
    if (rest && !offers.some(({ text }) => text === rest.text)) offers.push({ id, ...rest });
  }
  return offers;
}

/** Puts what was offered before in the order that it was offered in, with what is new behind it: nobody loses their place. */
export function inOrderOf<T extends { id: string }>(offers: readonly T[], before: readonly string[]): T[] {
  const known = before.flatMap((id) => offers.find((offer) => offer.id === id) ?? []);
  return [...known, ...offers.filter((offer) => !known.includes(offer))];
}

/** Whether a text holds a merge that has not been decided: what is to come of it is not for a candidate to say. */
export function hasConflict(text: string): boolean {
  return /^(<{7}|>{7})( |\r?$)/m.test(text);
}
