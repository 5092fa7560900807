import * as vscode from 'vscode';
import type { FunctionPlace } from '../../syntax/syntax.ts';

/** A function that can grow, as a code lens or a list has it. */
export interface GrowChoice {
  uri: vscode.Uri;
  place: FunctionPlace;
  symbol: string;
}

/** Commands can be given anything, by key bindings too. */
export function isGrowChoice(value: unknown): value is GrowChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, place, symbol } = value as Partial<GrowChoice>;
  return uri instanceof vscode.Uri && typeof place === 'object' && typeof symbol === 'string';
}
