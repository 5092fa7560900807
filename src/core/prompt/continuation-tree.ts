import type { Window } from '../continuation/window.ts';
import { dialectNamed, fillsMiddle } from './dialect.ts';
import type { DialectName } from './dialects.ts';
import type { ContextPiece, Role } from './piece.ts';
import { withoutSecrets } from './secrets.ts';
import type { PromptTree } from './tree.ts';

/** The prompt of a few short candidates at a cursor: what is around it in its file, in the order of the dialect. */
export function continuationTree(
  window: Window,
  options: { path: string; dialect: DialectName; candidates: number },
): PromptTree {
  const { path, candidates } = options;
  const dialect = dialectNamed(options.dialect);
  const piece = (role: Role, title: string, text: string): ContextPiece => ({ role, id: role, title, path, text });
  const pieces: Partial<Record<Role, ContextPiece>> = {
    ...(dialect.templates.system === undefined ? {} : { system: piece('system', 'the beginning', '') }),
    prefix: piece('prefix', 'the file before the line', withoutSecrets(window.before).text),
    problem: piece('problem', 'the line', window.line),
    suffix: piece('suffix', 'the file after the cursor', fillsMiddle(dialect) ? withoutSecrets(window.after).text : ''),
  };
  return { pieces: dialect.order.flatMap((role) => pieces[role] ?? []), children: [], candidates };
}
