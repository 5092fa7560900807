/** What a user does, in the real workbench on the packaged extension. Screenshots go to `out/`. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { HubServer } from '../engine/hub/hub-server.ts';
import { RUN_LIMIT_MS, START_LIMIT_MS } from './limits.ts';
import { launchBrowser } from './workbench/browser.ts';
import { scratchProject, scratchWorkspace } from './workbench/scratch.ts';
import { installExtension, type ServerOptions, WorkbenchServer } from './workbench/server.ts';
import { accessibilityProblems, hasTheme, webviewWith } from './workbench/webview.ts';
import { Workbench } from './workbench/workbench.ts';

const VSIX = resolve(`coppice-${process.platform}-${process.arch}.vsix`);
/** One that right and wrong candidates pass. */
const WEAK_TEST = `import unittest

from words import initials


class Initials(unittest.TestCase):
    def test_empty_name(self):
        self.assertEqual(initials(""), "")
`;

/** A function of which the tests keep a run at work until it is cancelled, however fast the machine is. */
const SLOW = {
  'slow.py': `def count_vowels(text: str) -> int:
    """Count the vowels (a, e, i, o, u) in text, upper and lower case."""
`,
  'tests/test_slow.py': `import time
import unittest

from slow import count_vowels


class CountVowels(unittest.TestCase):
    def test_counts_each_vowel(self):
        time.sleep(5)
        self.assertEqual(count_vowels("education"), 5)
`,
};

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
    opened = scratchProject('python'),
  ): Promise<void> {
    const project = await opened;
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

  const withSlowTests = (name: string, use: (workbench: Workbench) => Promise<void>) =>
    withWorkbench(name, {}, use, scratchProject('python', SLOW));

  test('candidates grow, are tested and ranked; the best becomes ghost text and can be compared and accepted', () =>
    withWorkbench('grow', {}, async (workbench, folder) => {
      await workbench.openFile('words.py');
      await workbench.goTo(5, 1);
      await workbench.runCommand('Coppice: Grow Candidates');
      const run = workbench.row('count_vowels');
      await run.waitFor();
      await workbench.row(/^(Growing|Testing)|Passes|Fails|Does not parse/).waitFor({ timeout: RUN_LIMIT_MS });
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
      await workbench.cursorAt(6, 5);
      await workbench.ghostText.waitFor();
      await workbench.page.keyboard.press('Tab');
      // Ghost text is made of lines too, so the cursor has to be elsewhere.
      await workbench.goTo(1, 1);
      await workbench.line(/^\s+return\s/).waitFor();
      await workbench.page.keyboard.press('Control+z');
      await workbench.page.keyboard.press('Control+z');
      await workbench.goTo(1, 1);
      await workbench.line(/^\s+return\s/).waitFor({ state: 'detached' });

      await workbench.row(/^1 · /).click();
      await workbench.tab(/count_vowels: candidate \d+/).waitFor();
      await workbench.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
      await workbench.screenshot('diff');

      await workbench.rowAction(/^1 · /, 'Accept Candidate');
      // The comparison has that line too.
      await workbench.page.locator('.tabs-container .tab.active.dirty', { hasText: /^\s*words\.py/ }).waitFor();
      await workbench.line(/^\s+return\s/).waitFor();
      await workbench.screenshot('accepted');
      assert.doesNotMatch(await readFile(join(folder, 'words.py'), 'utf8'), /return/, 'only the buffer has changed');
    }));

  test('where candidates differ on an input one click says which is right; it can be taken back, and saved as a test', () =>
    withWorkbench(
      'decide',
      {},
      async (workbench, folder) => {
        const file = join(folder, 'tests', 'test_words.py');
        const before = await readFile(file, 'utf8');
        await workbench.openFile('words.py');
        await workbench.goTo(9, 1);
        await workbench.runCommand('Coppice: Grow Candidates');
        await workbench.row(/initials.*of 32 passed · unittest/).waitFor({ timeout: RUN_LIMIT_MS });
        const question = workbench.row(/What should initials\(.*\) give\?\s*'A\.' or 'A'/s);
        await question.waitFor();
        await workbench.screenshot('question');
        await question.hover();
        await workbench.page.locator('.workbench-hover table').waitFor();
        await workbench.screenshot('side-by-side');
        await workbench.page.mouse.move(0, 0);

        // The test asks only for the empty name, and most candidates put a full stop after each letter.
        const best = await workbench.row(/^1 · /).innerText();
        await workbench.row(/^'A'/).click();
        await workbench.row(/gives 'A'.*you said/s).waitFor();
        await workbench.row(/ruled out/).waitFor();
        await workbench.rowBecomes(/^1 · /, (said) => said !== best);
        await workbench.row(/initials.*\d+ of 32 as you said/s).waitFor();
        await workbench.screenshot('decided');
        await workbench.hoverUntil(/^1 · /, /a\ssecond\srun\ssaid\sthe\ssame/);
        await workbench.screenshot('second-run');
        await workbench.goTo(10, 1);
        await workbench.ghostText.waitFor();
        assert.doesNotMatch(await workbench.ghostText.innerText(), /['"]\.['"]|\}\./);
        await workbench.screenshot('ghost-text');

        await workbench.rowAction(/gives 'A'.*you said/s, 'Take Back What You Said');
        await question.waitFor();
        await workbench.rowBecomes(/^1 · /, (said) => said === best);

        // By the keyboard alone, and with another spelling of the value.
        await workbench.runCommand('Coppice: Say Which Output Is Right...');
        await workbench.choose(/None of these/);
        await workbench.type('print()');
        await workbench.page.getByText('This is no literal').waitFor();
        await workbench.screenshot('typing');
        await workbench.type('"A"');
        await workbench.row(/gives 'A'.*you said/s).waitFor();
        await workbench.page.keyboard.press('Escape');

        await workbench.rowAction(/gives 'A'.*you said/s, 'Save as Test');
        await workbench.line(/assertEqual\(initials\("a"\),."A"\)/).waitFor();
        await workbench.screenshot('saved-as-test');
        assert.equal(await readFile(file, 'utf8'), before, 'nothing is written');
        await workbench.page.keyboard.press('Control+z');
        await workbench.line(/assertEqual\(initials\("a"\),."A"\)/).waitFor({ state: 'detached' });
      },
      scratchProject('python', { 'tests/test_words.py': WEAK_TEST }),
    ));

  test('functions that are not written offer to grow; runs wait for each other, and say when their context has changed', () =>
    withSlowTests('ways', async (workbench) => {
      const { page } = workbench;
      const lens = (title: string) => page.locator('.codelens-decoration a', { hasText: title });
      // The others wait for it until it is cancelled.
      await workbench.openFile('slow.py');
      await workbench.goTo(1, 1);
      await workbench.runCommand('Coppice: Grow with Options...');
      await workbench.choose(/Candidates\s*32 · as in the settings/);
      await workbench.type('0');
      await page.getByText('A whole number from 1 to 1024').waitFor();
      await workbench.type('1024');
      await workbench.choice('Candidates1024 · for this workspace').waitFor();
      await workbench.screenshot('options');
      await workbench.choose('Grow Candidates');
      await workbench.row('count_vowels').waitFor();

      await workbench.openFile('words.py');
      await lens('Grow candidates').nth(2).waitFor();
      await workbench.screenshot('lenses');
      await workbench.goTo(9, 1);
      await workbench.runCommand('Coppice: Grow with Options...');
      await workbench.choose(/Candidates\s*1024 · for this workspace/);
      await workbench.type('8');
      await workbench.choice('Candidates8 · for this workspace').waitFor();
      await workbench.choose('Grow Candidates');
      await workbench.row(/initials.*waiting, next/).waitFor();
      await lens('Grow candidates').nth(2).click();
      await workbench.row(/group_by_first_letter.*waiting, number 2 in line/).waitFor();
      await workbench.screenshot('waiting');
      await workbench.rowAction(/group_by_first_letter/, 'Cancel Growing');
      await workbench.row(/group_by_first_letter/).waitFor({ state: 'detached' });
      await workbench.goTo(1, 1);
      await workbench.runCommand('Coppice: Grow Candidates');
      await page.getByRole('button', { name: 'Choose a Function...' }).click();
      await workbench.choose('group_by_first_letter');
      await workbench.row(/group_by_first_letter/).waitFor();
      await workbench.runCommand('Coppice: Cancel Growing');
      await workbench.choose(/^group_by_first_letter/);
      await workbench.row(/group_by_first_letter/).waitFor({ state: 'detached' });
      await workbench.rowAction(/count_vowels/, 'Cancel Growing');
      await workbench.row(/initials.*of 8 passed/).waitFor({ timeout: RUN_LIMIT_MS });

      await workbench.goTo(1, 1);
      await page.keyboard.type('# A note.');
      await page.keyboard.press('Enter');
      await workbench.row(/initials.*the context changed since/).waitFor();
      await workbench.hoverUntil(/^initials/, /changed\ssince:\swords\.py/);
      await workbench.screenshot('changed');
      await workbench.goTo(10, 14);
      await page.keyboard.type('other, ');
      await workbench.rowAction(/^1 · /, 'Accept Candidate');
      await page
        .getByText(/initials has changed since this candidate grew/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Grow Again' }).first().waitFor();
      await workbench.screenshot('refused');
      await page.keyboard.press('Control+z');

      await workbench.openFile('test_words.py');
      await lens('Grow what this tests').first().waitFor();
      await workbench.screenshot('tests');
      await workbench.openFile('words.py');
      await page.locator('.view-line', { hasText: 'def group_by_first_letter' }).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'More Ways to Grow' }).hover();
      const fromDescription = page.getByRole('menuitem', { name: 'Grow from a Description...' });
      await fromDescription.waitFor();
      await workbench.screenshot('menu');
      await fromDescription.click();
      await workbench.type('words keep their order');
      await workbench.row(/^group_by_first_letter/).waitFor();
      await workbench.hoverUntil(/^group_by_first_letter/, /described\sas:\swords\skeep\stheir\sorder/);
      await workbench.screenshot('described');
    }));

  test('rows of the panel lead to the tests that failed, to all that pass and to new candidates, in any theme', () =>
    withWorkbench('panel', {}, async (workbench) => {
      await workbench.openFile('words.py');
      await workbench.goTo(13, 1);
      await workbench.runCommand('Coppice: Grow Candidates');
      await workbench.row(/group_by_first_letter.*of 32 passed/).waitFor({ timeout: RUN_LIMIT_MS });
      await workbench.row(/^1 · /).waitFor();
      for (const spoken of await workbench.spokenRows()) assert.match(spoken, /\w+ \w+.*\./);

      await workbench.row(/^Fails/).click();
      const failing = workbench.page.locator('.monaco-list-row[aria-label^="Candidate"][aria-label*="Fails"]').first();
      await failing.waitFor();
      await failing.locator('.monaco-tl-twistie').click();
      const failed = workbench.row(/≠/);
      await failed.waitFor();
      await workbench.rowAction(/≠/, 'Show What the Test Said');
      await workbench.tab(/second value ↔ first value/).waitFor();
      for (const theme of ['Light Modern', 'Dark Modern', 'Dark High Contrast', 'Light High Contrast']) {
        await workbench.useTheme(theme);
        await workbench.screenshot(theme.toLowerCase().replaceAll(' ', '-'));
      }
      await workbench.useTheme('Dark Modern');

      await workbench.rowAction(/^1 · /, 'Run the Tests Again');
      await workbench.page.getByText('candidate 1 did the same again').waitFor({ timeout: RUN_LIMIT_MS });
      await workbench.rowAction(/^group_by_first_letter/, 'Compare All That Pass');
      await workbench.tab(/different candidates that pass/).waitFor();
      await workbench.page.locator('.multiDiffEntry .view-line').first().waitFor();
      await workbench.page.locator('.multiDiffEntry', { hasText: 'candidate 1 · words.py' }).first().waitFor();
      await workbench.screenshot('all-that-pass');

      const best = await workbench.row(/^1 · /).innerText();
      await workbench.rowAction(/^1 · /, 'Dismiss Candidate');
      await workbench.row(/^1 · /).waitFor({ state: 'detached' });
      await workbench.runCommand('Coppice: Show Dismissed');
      await workbench.rowBecomes(/^1 · /, (said) => said === best);

      // The slowest come first, and rows that do not fit are not there.
      await workbench.page.setViewportSize({ width: 1360, height: 2400 });
      await workbench.runCommand('Developer: Show Running Extensions');
      const extension = workbench.page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'Coppice' });
      const time = extension.locator('.activation-time', { hasText: /\d+\s*ms/ });
      await time.waitFor();
      await workbench.screenshot('running-extensions');
      const milliseconds = (said: string) => Number(/(\d+)\s*ms/.exec(said)?.[1]);
      const ours = milliseconds(await time.innerText());
      const all = await workbench.page.locator('.runtime-extensions-editor .activation-time').allInnerTexts();
      const slowest = Math.max(...all.map(milliseconds).filter((each) => !Number.isNaN(each)));
      console.log(`activation: ${ours} ms (wanted 50 ms; the slowest extension of this start: ${slowest} ms)`);
      // On the clock of a busy start all take long, so the bound is what VS Code's own extensions take in the same one.
      assert.ok(ours < slowest, `${ours} ms`);
    }));

  test('each folder of a workspace keeps what was chosen to run its tests', () =>
    withWorkbench(
      'tests',
      {},
      async (workbench, file) => {
        const settings = async (name: string) =>
          JSON.parse(await readFile(join(dirname(file), name, '.vscode', 'settings.json'), 'utf8'));
        await workbench.openFile('words.py');
        await workbench.goTo(5, 1);
        await workbench.runCommand('Coppice: Choose Tests...');
        await workbench.page.getByText('Tests of python').waitFor();
        await workbench.page.locator('.quick-input-list', { hasText: 'tests/test_words.py' }).waitFor();
        await workbench.choice(/^Automatic\s*unittest · current/).waitFor();
        await workbench.screenshot('found');
        await workbench.choose(/A command/);
        await workbench.type('python3 -m unittest -q');
        await workbench.page.getByText('Tests of python: python3 -m unittest -q').waitFor();

        await workbench.openFile('numbers.ts');
        await workbench.goTo(5, 1);
        await workbench.runCommand('Coppice: Choose Tests...');
        await workbench.page.getByText('Tests of typescript').waitFor();
        await workbench.page.locator('.quick-input-list', { hasText: 'test/numbers.test.ts' }).waitFor();
        await workbench.choice(/^Automatic\s*node:test · current/).waitFor();
        await workbench.choose(/No tests/);
        await workbench.page.getByText('Tests of typescript: no tests').waitFor();
        assert.deepEqual(await settings('python'), { 'coppice.tests.command': 'python3 -m unittest -q' });
        assert.deepEqual(await settings('typescript'), { 'coppice.tests.framework': 'none' });

        await workbench.openFile('words.py');
        await workbench.goTo(5, 1);
        await workbench.runCommand('Coppice: Grow Candidates');
        await workbench.row(/count_vowels.*of 32 passed · python3 -m unittest -q/).waitFor({ timeout: RUN_LIMIT_MS });
        await workbench.screenshot('chosen');
      },
      scratchWorkspace(),
    ));

  test('a model is chosen among those that are here and those that can be downloaded, and one of the hub is fetched', async () => {
    const sprout = resolve('models/sprout');
    const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];
    const files = await Promise.all(names.map(async (name) => [name, await readFile(join(sprout, name))] as const));
    const hub = await HubServer.open(Object.fromEntries(files));
    const env = { HF_ENDPOINT: hub.endpoint, COPPICE_CACHE: join(profile, 'cache') };
    try {
      await withWorkbench('models', { env }, async (workbench) => {
        await workbench.openView('Models');
        await workbench.row(/sprout.*in use · .*comes with Coppice/).waitFor();
        await workbench.runCommand('Coppice: Choose a Model...');
        await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'knows little' }).waitFor();
        const choices = (await workbench.choices()).join('\n');
        assert.match(
          choices,
          /sprout[\s\S]*in use[\s\S]*qwen2\.5-coder-0\.5b[\s\S]*fills in the middle[\s\S]*Apache-2\.0/,
        );
        await workbench.screenshot('choices');
        await workbench.page.locator('.quick-input-widget input.input').fill('another one');
        await workbench.choose(/Another one of the hub/);
        await workbench.type('someone/small-coder');
        await workbench.row(/someone\/small-coder.*in use · .*downloaded/).waitFor({ timeout: START_LIMIT_MS });
        await workbench.screenshot('downloaded');
        await workbench.rowAction(/^someone/, 'Verify Model');
        await workbench.page.getByText('all 4 files are as they should be').first().waitFor();
        await workbench.rowAction(/^sprout/, 'Use This Model');
        await workbench.row(/sprout.*in use/).waitFor();
        await workbench.rowAction(/^someone/, 'Remove Model');
        await workbench.page.getByRole('button', { name: 'Delete' }).click();
        await workbench.row(/someone/).waitFor({ state: 'detached' });
      });
    } finally {
      hub.dispose();
    }
  });

  test('the prompt tree is drawn while candidates grow, is used by the keyboard alone, and regrows without a piece', () =>
    withWorkbench('tree', {}, async (workbench) => {
      const { page } = workbench;
      const { keyboard } = page;
      await workbench.openFile('words.py');
      await workbench.openPanel();
      await workbench.runCommand('Coppice: Open the Prompt Tree');
      const frame = await webviewWith(page, 'body[data-place="editor"]');
      await frame.getByRole('button', { name: 'Grow Candidates' }).waitFor();
      assert.deepEqual(await accessibilityProblems(frame), []);
      await workbench.openFile('words.py');
      await workbench.goTo(13, 1);
      await workbench.runCommand('Coppice: Grow Candidates');
      await workbench.row('group_by_first_letter').waitFor();
      await workbench.runCommand('Coppice: Open the Prompt Tree');
      await page.locator('.tabs-container .tab.active', { hasText: 'Prompt Tree' }).waitFor();
      const tree = await webviewWith(page, 'body[data-place="editor"]');
      await tree.locator('.shoot').first().waitFor({ timeout: RUN_LIMIT_MS });
      await workbench.screenshot('growing');
      await tree
        .getByText(/\d+ of 32 passed/)
        .first()
        .waitFor({ timeout: RUN_LIMIT_MS });
      await tree.locator('.shoot.passed').first().waitFor();
      await tree.locator('.shoot.failed').first().waitFor();
      await workbench.screenshot('ranked');
      assert.deepEqual(await accessibilityProblems(tree), []);

      const focusIsOn = async (label: RegExp) => {
        let focused = '';
        await workbench.until(
          async () => {
            focused = await tree.evaluate('document.activeElement?.getAttribute("aria-label") ?? ""');
            return label.test(focused);
          },
          () => `${label} has no focus, but ${focused}`,
        );
      };
      const tabTo = async (selector: string) => {
        for (let presses = 0; presses < 30; presses++) {
          if (await tree.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
          await keyboard.press('Tab');
        }
        assert.fail(`Tab never got to ${selector}`);
      };
      // Tab gets to the tree once, at its stem; arrows go on from there.
      await tabTo('[role=treeitem]');
      await focusIsOn(/^Stem\. \d+ tokens\. 32 candidates\. [\d,]+ tokens saved by sharing/);
      await keyboard.press('ArrowRight');
      await focusIsOn(/^Piece of the prompt: tests, tests\/test_words\.py/);
      await keyboard.press('ArrowLeft');
      await focusIsOn(/^Stem/);
      await keyboard.press('End');
      await focusIsOn(/^c\d+, /);
      await workbench.screenshot('shoot');
      await keyboard.press('Enter');
      await workbench.tab(/group_by_first_letter: candidate \d+/).waitFor();

      // The tests are switched off, and the run is repeated without them.
      await workbench.runCommand('Coppice: Open the Prompt Tree');
      const again = await webviewWith(page, 'body[data-place="editor"] .shoot');
      await again.locator('#pieces input:not(:disabled)').first().focus();
      await keyboard.press('Space');
      await again.getByRole('button', { name: 'Grow Again with This Prompt' }).waitFor();
      await workbench.screenshot('switched-off');
      await again.getByRole('button', { name: 'Grow Again with This Prompt' }).focus();
      await keyboard.press('Enter');
      await again.getByText('left out: switched off').waitFor({ timeout: RUN_LIMIT_MS });
      await again
        .getByText(/\d+ of 32 passed/)
        .first()
        .waitFor({ timeout: RUN_LIMIT_MS });
      await workbench.screenshot('without-tests');

      for (const theme of ['Dark Modern', 'Light Modern', 'Dark High Contrast', 'Light High Contrast']) {
        await workbench.useTheme(theme);
        await again.locator('.shoot.passed').first().waitFor();
        await hasTheme(again, theme);
        await workbench.screenshot(theme.toLowerCase().replaceAll(' ', '-'));
        assert.deepEqual(await accessibilityProblems(again), [], theme);
      }
    }));

  test('a folder that is closed under a run leaves no process behind', { skip: process.platform !== 'linux' }, () =>
    withSlowTests('closed', async (workbench) => {
      await workbench.openFile('slow.py');
      await workbench.openPanel();
      await workbench.goTo(1, 1);
      await workbench.runCommand('Coppice: Grow Candidates');
      await workbench.row(/^(Growing|Testing)/).waitFor({ timeout: RUN_LIMIT_MS });
      const running = await processesOf(extensions);
      await workbench.runCommand('Workspaces: Close Workspace');
      await ended(running, extensions);
    }),
  );

  const onLinux = { skip: process.platform !== 'linux' };
  test(
    'trust that is taken back under a run loses nothing that was accepted, and leaves no process behind',
    onLinux,
    () =>
      withWorkbench(
        'trust',
        { trust: true, settings: { 'coppice.candidates.count': 256 } },
        async (workbench, folder) => {
          const { page } = workbench;
          const restricted = page.getByText('Restricted Mode', { exact: true });
          const give = async () => {
            await workbench.runCommand('Workspaces: Manage Workspace Trust');
            await page.getByRole('button', { name: 'Trust', exact: true }).click();
            await restricted.waitFor({ state: 'detached' });
            const about = page.locator('.monaco-modal-editor-block');
            await about.getByRole('button', { name: /^Close/ }).click();
            await about.waitFor({ state: 'hidden' });
          };
          // A folder is trusted as long as it is in a list. The window loads anew when it is taken out of that.
          const takeBack = async () => {
            await workbench.runCommand('Workspaces: Manage Workspace Trust');
            const folder = page.locator('.workspace-trust-editor .monaco-list-row').first();
            await folder.hover();
            const loaded = page.waitForEvent('load');
            await folder.getByRole('button', { name: 'Delete Path' }).click();
            await loaded;
            await restricted.waitFor();
          };
          const welcome = page.getByRole('button', { name: 'Manage Workspace Trust' });
          await restricted.waitFor();
          await give();
          await workbench.openFile('words.py');
          await workbench.goTo(5, 1);
          await workbench.runCommand('Coppice: Grow Candidates');
          await workbench.row(/^Passes/).waitFor({ timeout: RUN_LIMIT_MS });
          await workbench.rowAction(/^1 · /, 'Accept Candidate');
          await workbench.line(/^\s+return\s/).waitFor();
          // The window loads anew, and in its first second what is not saved is in that window alone: the browser asks.
          await workbench.runCommand('File: Save');
          await workbench.until(
            async () => /return/.test(await readFile(join(folder, 'words.py'), 'utf8')),
            () => 'It was not saved.',
          );
          const running = await processesOf(extensions);

          await takeBack();
          await workbench.runCommand('Coppice: Focus on Candidates View');
          await welcome.waitFor();
          await workbench.screenshot('taken-back');
          assert.deepEqual(await workbench.rows(), []);
          await ended(running, extensions);
          await workbench.openFile('words.py');
          await workbench.line(/^\s+return\s/).waitFor();

          await give();
          await welcome.waitFor({ state: 'detached' });
          await workbench.screenshot('given-again');
        },
      ),
  );

  test('in German the palette, the walkthrough, an error with its way out and the panel are German', () =>
    withWorkbench(
      'german',
      { language: 'de', settings: { 'coppice.model.path': 'eiche', 'coppice.candidates.count': 8 } },
      async (workbench) => {
        await workbench.openPanel();
        await workbench.runCommand('Coppice: Einführung öffnen');
        await workbench.page.getByText('Erste Schritte mit Coppice').first().waitFor();
        await workbench.page.getByText('Ein Modell auf diesem Computer schreibt viele Fassungen').waitFor();
        await workbench.screenshot('walkthrough');

        await workbench.openFile('words.py');
        await workbench.page.getByText('Den Cursor in eine Funktion einer Python-').waitFor();
        await workbench.goTo(13, 1);
        await workbench.runCommand('Coppice: Kandidaten wachsen lassen');
        const problem = workbench.page.locator('.notification-list-item', {
          hasText:
            /Es gibt kein Modell „eiche“\. Einen Modellordner oder eine \.gguf-Datei nennen oder eines aus dem Regal: /,
        });
        // It comes in from below, and the mouse waits for it.
        await problem.hover();
        await workbench.screenshot('error');

        await problem.getByText('Modell auswählen...').click();
        await workbench.choose(/sprout/);
        await workbench.row(/group_by_first_letter.*\d+ von 8 bestanden/s).waitFor({ timeout: RUN_LIMIT_MS });
        await workbench.hoverUntil(/^1 · /, /besteht\s\d+\svon\s\d+\sTests/);
        await workbench.screenshot('ranked');
        assert.match(
          (await workbench.rows()).join('\n'),
          /Besteht (alle \d+ Tests|\d+ von \d+ Tests nicht)|Kein gültiger Code/,
        );
      },
    ));

  test('in a workspace that is not trusted candidates grow, and no test is run', () =>
    withWorkbench('untrusted', { trust: true }, async (workbench) => {
      await workbench.page.getByText('Restricted Mode', { exact: true }).waitFor();
      await workbench.openPanel();
      await workbench.page.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
      await workbench.screenshot('restricted');
      await workbench.openFile('words.py');
      await workbench.goTo(5, 1);
      await workbench.runCommand('Coppice: Grow Candidates');
      await workbench.row(/count_vowels.*not tested/).waitFor({ timeout: RUN_LIMIT_MS });
      await workbench.page.getByText('Tests do not run in a workspace that is not trusted.').waitFor();
      assert.doesNotMatch((await workbench.rows()).join('\n'), /Passes|Fails/);
      await workbench.screenshot('ranked');
    }));
});

/** The command lines of the engines and judges that run from the installed extension, by their ids. */
async function processesOf(extensions: string): Promise<Map<string, string>> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = ids.map(async (id) => [id, await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')] as const);
  const ours = (await Promise.all(lines)).filter(
    ([, line]) => line.includes(`${extensions}/coppice.`) && /(engine|judge)\.mjs/.test(line),
  );
  return new Map(ours);
}

/** Waits for the end of an engine and a judge. */
async function ended(running: Map<string, string>, extensions: string): Promise<void> {
  for (const name of ['engine.mjs', 'judge.mjs']) assert.ok([...running.values()].some((line) => line.includes(name)));
  const deadline = performance.now() + START_LIMIT_MS;
  let left = [...running.keys()];
  while (left.length > 0 && performance.now() < deadline) {
    await delay(100);
    const now = await processesOf(extensions);
    left = left.filter((id) => now.has(id));
  }
  assert.deepEqual(left, []);
}
