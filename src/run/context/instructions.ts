import type { Excerpt } from '../../core/prompt/context.ts';
import { cutEnd } from '../../core/prompt/cut.ts';
import type { PromptFiles } from './prompt-files.ts';

/** Our own first; the others are what editors and agents have agreed on. The first one that is there is taken. */
export const INSTRUCTION_FILES = ['.coppice/instructions.md', 'AGENTS.md', '.github/copilot-instructions.md'];

/** About 500 tokens. What is said first in such a file matters most, and much of it is for agents that run commands. */
const MOST_CHARACTERS = 2000;

/** What the workspace says of how its code is written. */
export async function instructions(files: PromptFiles): Promise<Excerpt[]> {
  const { t } = files;
  for (const path of INSTRUCTION_FILES) {
    const text = await files.text(path);
    if (!text?.trim()) continue;
    const about = { path, title: t('instructions of the workspace'), start: 0, end: text.length, cuttable: true };
    return [{ worth: 'instructions', ...about, ...cutEnd(text, MOST_CHARACTERS, t) }];
  }
  return [];
}
