import { resolve } from 'node:path';
import type { Command } from 'commander';
import { shortcomings } from '../core/prompt/dialect.ts';
import { type LeftOut, OPTIONAL_ROLES } from '../core/prompt/piece.ts';
import type { PlannedNode, TreePlan } from '../core/protocol.ts';
import { assertionsFor } from '../run/generated-tests.ts';
import { buildGrowPrompt } from '../run/grow-prompt.ts';
import { EMBEDDED_MODEL } from '../run/shelf/embedded-model.ts';
import { inspectModel } from '../run/shelf/inspect.ts';
import { readSourceFile, workspaceOf } from '../run/source-file.ts';
import { findTarget } from '../run/target.ts';
import { Syntax } from '../syntax/syntax.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import {
  type ContextOptions,
  type PlaceOptions,
  placeOf,
  testsOf,
  textArgument,
  WHICH_MODEL,
  wholeNumber,
  withContext,
  withPlace,
} from './options.ts';
import type { Terminal } from './terminal.ts';

interface TreeOptions extends PlaceOptions, ContextOptions {
  problem?: string;
  workspace?: string;
  tests: string;
  n: number;
  maxTokens: number;
  generatedTests?: number;
  model: string;
}

export function treeCommand(program: Command, action: Action): void {
  const command = program
    .command('tree')
    .summary('print the prompt tree of a function')
    .description('Prints the prompt tree that `grow` would use: pieces, roles, tokens, and what was cut.')
    .argument('<file>', 'the file with the function');
  withContext(withPlace(command))
    .option('--problem <text>', 'what to write, besides what the file says; @FILE reads it from a file')
    .option('--workspace <dir>', 'the project folder (default: the nearest one above the file with a project file)')
    .option('--tests <cmd>', '"auto" shows the tests to the model, anything else does not', 'auto')
    .option('-n <n>', 'how many candidates', wholeNumber(1), 32)
    .option('--max-tokens <t>', 'the longest body, in tokens', wholeNumber(1), 192)
    .option('--generated-tests <m>', 'how many tests the model tries to write (default: as for grow)', wholeNumber(0))
    .option('--model <m>', WHICH_MODEL, EMBEDDED_MODEL)
    .option('--json', 'print one JSON object')
    .action(action(run));
}

async function run(context: CommandContext, file: string, options: TreeOptions): Promise<Outcome> {
  const { terminal, engine, judge, signal } = context;
  const workspace = resolve(options.workspace ?? workspaceOf(file));
  const source = await readSourceFile(workspace, resolve(file));
  const syntax = await Syntax.load();
  const target = findTarget(syntax, source, placeOf(options).place);
  const symbol = target.region.name;
  const judgeOptions = {
    ...{ workspace, path: source.path, symbol, tests: testsOf(options.tests), overlays: [] },
    allowUnsandboxed: false,
  };
  const [{ tests }, model] = await Promise.all([
    judge.call({ kind: 'discover', options: judgeOptions }, { signal }),
    inspectModel(engine, options.model, signal),
  ]);
  const problem = options.problem === undefined ? undefined : await textArgument(options.problem);
  const { n: candidates, maxTokens } = options;
  const about = { language: source.language, text: source.text, symbol };
  const { generatedTests } = options;
  const asking = {
    model: options.model,
    candidates,
    tests: judgeOptions.tests,
    observe: true,
    ...(generatedTests === undefined ? {} : { generatedTests }),
  };
  const assertions = assertionsFor(syntax, about, asking, tests);
  const { without, contextTokens } = options;
  const request = {
    ...{ model, target, problem, tests, candidates, maxTokens, assertions, without },
    context: { overlays: [], tokens: contextTokens },
  };
  const { plan, leftOut } = await buildGrowPrompt(syntax, engine, request, signal);
  return {
    json: { file: source.path, symbol, model: model.name, dialect: model.dialect, ...plan, leftOut },
    human: () => [outline(plan, leftOut, terminal), ...shortcomings(model.dialect)].join('\n'),
    exitCode: EXIT.found,
  };
}

function outline(plan: TreePlan, leftOut: LeftOut[], terminal: Terminal): string {
  const lines = plan.nodes.flatMap((node) => nodeLines(node, terminal));
  if (leftOut.length > 0) lines.push(terminal.paint('bold', 'left out'));
  for (const { id, title, why } of leftOut) lines.push(`  ${id} ${terminal.paint('dim', title)}: ${why}`);
  const shared = `${plan.tokens} tokens are read once; without sharing it would be ${plan.unsharedTokens}.`;
  return [...lines, '', terminal.paint('bold', shared)].join('\n');
}

function nodeLines(node: PlannedNode, terminal: Terminal): string[] {
  const indent = '  '.repeat(node.depth);
  const what = node.pieces.some(({ role }) => role === 'assertion') ? 'test' : 'candidate';
  const growing = node.candidates === 1 ? `1 ${what} grows` : `${node.candidates} ${what}s grow`;
  const grows = node.candidates > 0 ? `, ${growing} here` : '';
  const head = `${indent}${terminal.paint('bold', `node ${node.path.join('.') || 'root'}`)}: ${node.tokens} tokens${grows}`;
  const pieces = node.pieces.map((piece) => {
    const from = piece.path ? ` of ${piece.path}` : '';
    // A piece that can be switched off is named so that it can be.
    const id = piece.id !== undefined && OPTIONAL_ROLES.some((role) => role === piece.role) ? ` [${piece.id}]` : '';
    const cut = piece.cut ? terminal.paint('yellow', ` (cut: ${piece.cut})`) : '';
    const first = piece.text.trim().split('\n')[0] ?? '';
    const preview = first === '' ? '' : terminal.paint('dim', `  ${first.slice(0, 60)}`);
    const title = piece.role === 'repository' || piece.role === 'recent' ? ` (${piece.title})` : '';
    return `${indent}  ${piece.role}${from}${title}: ${piece.tokens} tokens${cut}${terminal.paint('dim', id)}${preview}`;
  });
  return [head, ...pieces];
}
