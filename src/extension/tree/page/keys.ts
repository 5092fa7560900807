import type { Placed } from '../layout.ts';

/** Where a key leads from one item of a tree, as the pattern of trees has it (WAI-ARIA Authoring Practices); undefined for other keys. */
export function keyTarget(placed: readonly Placed[], from: Placed, key: string): Placed | undefined {
  const at = placed.indexOf(from);
  switch (key) {
    case 'ArrowDown':
      return placed[at + 1];
    case 'ArrowUp':
      return placed[at - 1];
    case 'ArrowRight': {
      const next = placed[at + 1];
      return next && next.level > from.level ? next : undefined;
    }
    case 'ArrowLeft':
      return placed.slice(0, at).findLast(({ level }) => level < from.level);
    case 'Home':
      return placed[0];
    case 'End':
      return placed.at(-1);
    default:
      return undefined;
  }
}
