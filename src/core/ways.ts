import { said, type Way } from './said.ts';

/** What remedies send to. On the command line that is an option or a command of it; the editor has commands of its own. */

export const DOCTOR: Way = { cli: '`coppice doctor`', editor: said`"Coppice: Doctor"` };

/** The models on this machine. */
export const SHELF: Way = { cli: '`coppice models list`', editor: said`"Coppice: Choose a Model..."` };

/** What runs the tests. */
export const TEST_CHOICE: Way = { cli: '--tests', editor: said`"Coppice: Choose Tests..."` };

export const FUNCTION_CHOICE: Way = {
  cli: 'Name one with --symbol',
  editor: said`Put the cursor in one of these functions`,
};

export const PROGRAM_CHOICE: Way = {
  cli: 'Say it with --run, for example --run "ruby {file}"',
  editor: said`Take a program in Python, JavaScript, TypeScript, C or C++`,
};

export function download(model: string): Way {
  return { cli: `\`coppice models pull ${model}\``, editor: said`"Coppice: Download a Model..."` };
}

export function removal(model: string): Way {
  return { cli: `\`coppice models remove ${model}\``, editor: said`"Remove Model" in the Models view` };
}
