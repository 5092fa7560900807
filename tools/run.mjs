#!/usr/bin/env node
/**
 * `node tools/run.mjs TASK [...]`: sets up what is missing, then runs the task of tasks.ts under Node 24. It is how every npm
 * script starts, so that each works in a fresh clone.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runScript } from './setup/problem.mjs';
import { checkout, setUp } from './setup.mjs';

/** The tasks that run the judge on real test frameworks. */
const FRAMEWORK_TASKS = ['test', 'test:integration'];
/** The tasks that drive the real editor. */
const WORKBENCH_TASKS = ['test', 'test:e2e'];

await runScript(async () => {
  const [task = '', ...args] = process.argv.slice(2);
  const { node, env } = await setUp({
    workbench: WORKBENCH_TASKS.includes(task),
    frameworks: FRAMEWORK_TASKS.includes(task),
  });
  const tasks = join(checkout, 'tools', 'tasks.ts');
  const child = spawn(node, [tasks, task, ...args], { cwd: checkout, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
});
