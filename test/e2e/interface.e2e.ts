/** What a user does, in the real workbench on the packaged extension. Screenshots go to `out/`. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './workbench/browser.ts';
import { scratchProject } from './workbench/scratch.ts';
import { installExtension, type ServerOptions, WorkbenchServer } from './workbench/server.ts';
import { Workbench } from './workbench/workbench.ts';

const VSIX = resolve(`coppice-${process.platform}-${process.arch}.vsix`);
/** How long a run may take on a software adapter. */
const RUN_LIMIT_MS = 150_000;

describe('Coppice in the workbench', () => {
  let profile: string;
  let browser: Browser;
  let extensions: string;

  before(async () => {
    profile = await mkdtemp(join(tmpdir(), 'coppice-profile-'));
    extensions = join(profile, 'extensions');
    await mkdir('test/e2e/out', { recursive: true });
    await installExtension(VSIX, extensions);
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  async function withWorkbench(
    name: string,
    options: ServerOptions,
    use: (workbench: Workbench, folder: string) => Promise<void>,
  ): Promise<void> {
    const project = await scratchProject('python');
    const server = await WorkbenchServer.start({ extensions, ...options });
    try {
      const workbench = await Workbench.open(browser, server, project.folder, name);
      try {
        await use(workbench, project.folder);
      } catch (error) {
        await workbench.screenshot('failure');
        throw error;
      } finally {
        await workbench.close();
      }
    } finally {
      await server.dispose();
      await project.dispose();
    }
  }

  test('candidates grow, are tested and ranked; the best becomes ghost text and can be compared and accepted', () =>
    withWorkbench('grow', {}, async (workbench, folder) => {
      await workbench.openFile('words.py');
      await workbench.goTo(5, 1);
      await workbench.runCommand('Coppice: Grow Candidates');
      const run = workbench.row('count_vowels');
      await run.waitFor();
      await workbench.row(/Waiting for tests|Passes|Fails|Does not parse/).waitFor({ timeout: RUN_LIMIT_MS });
      await workbench.screenshot('growing');

      await workbench.row(/count_vowels.*of 32 passed/).waitFor({ timeout: RUN_LIMIT_MS });
      const ranking = await workbench.rows();
      assert.match(ranking.join('\n'), /Passes all \d+ tests/);
      await workbench.screenshot('ranked');

      await workbench.goTo(1, 1);
      assert.equal(await workbench.ghostText.count(), 0);
      await workbench.goTo(6, 1);
      await workbench.ghostText.waitFor();
      await workbench.screenshot('ghost-text');
      // The first Tab indents, as ever in an empty line; the ghost text goes on from there.
      await workbench.page.keyboard.press('Tab');
      await workbench.ghostText.waitFor();
      await workbench.page.keyboard.press('Tab');
      await workbench.line(/^\s+return\s/).waitFor();
      await workbench.page.keyboard.press('Control+z');
      await workbench.page.keyboard.press('Control+z');
      await workbench.line(/^\s+return\s/).waitFor({ state: 'detached' });

      await workbench.row(/^1 · /).click();
      await workbench.tab(/count_vowels: candidate \d+/).waitFor();
      await workbench.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
      await workbench.screenshot('diff');

      await workbench.rowAction(/^1 · /, 'Accept Candidate');
      await workbench.line(/^\s+return\s/).waitFor();
      await workbench.screenshot('accepted');
      assert.doesNotMatch(await readFile(join(folder, 'words.py'), 'utf8'), /return/, 'only the buffer has changed');
    }));

  test('in a workspace that is not trusted candidates grow, and no test is run', () =>
    withWorkbench('untrusted', { trust: true }, async (workbench) => {
      await workbench.page.getByText('Restricted Mode', { exact: true }).waitFor();
      await workbench.openFile('words.py');
      await workbench.goTo(5, 1);
      await workbench.runCommand('Coppice: Grow Candidates');
      await workbench.row(/count_vowels.*not tested/).waitFor({ timeout: RUN_LIMIT_MS });
      await workbench.page.getByText('Tests do not run in a workspace that is not trusted.').waitFor();
      assert.doesNotMatch((await workbench.rows()).join('\n'), /Passes|Fails/);
      await workbench.screenshot('ranked');
    }));
});
