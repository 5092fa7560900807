import type { Browser, Locator, Page } from 'playwright-core';
import { START_LIMIT_MS, STEP_LIMIT_MS } from '../limits.ts';
import { localPage } from './browser.ts';
import type { WorkbenchServer } from './server.ts';

/** VS Code shows a tooltip later than half a second. */
const HOVER_MS = 1500;
/** Of one attempt at what rows may move under. */
const TRY_MS = 5000;
const LOOK_MS = 50;

/** The workbench as a user meets it: the palette, editors, and the rows of the Coppice panel. */
export class Workbench {
  readonly page: Page;
  readonly #name: string;
  #pictures = 0;

  private constructor(page: Page, name: string) {
    this.page = page;
    this.#name = name;
  }

  /** @param name begins the names of its screenshots */
  static async open(browser: Browser, server: WorkbenchServer, folder: string, name: string): Promise<Workbench> {
    const page = await localPage(browser);
    page.setDefaultTimeout(STEP_LIMIT_MS);
    await page.goto(server.page(folder));
    const workbench = new Workbench(page, name);
    const files = page.locator('.explorer-folders-view .monaco-list-row').first();
    try {
      await files.waitFor({ timeout: START_LIMIT_MS });
    } catch {
      // It was seen once, before anything of ours was asked for; the picture is for whoever finds out why.
      await workbench.screenshot('not-loaded');
      await page.reload();
      await files.waitFor({ timeout: START_LIMIT_MS });
    }
    return workbench;
  }

  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.#search(`>${title}`);
    // Rows that are there before the list has been filtered move then, and have nothing highlighted.
    await this.page.locator('.quick-input-list .monaco-list-row:has(.highlight)', { hasText: title }).first().click();
  }

  async openFile(name: string): Promise<void> {
    const named = new RegExp(`^\\s*${name.replaceAll('.', '\\.')}`);
    const tab = this.tab(named).first();
    const active = this.page.locator('.tabs-container .tab.active', { hasText: named });
    await this.#untilDone(async () => {
      // Among files that were open before, the list takes another one for the one that is named.
      if (await tab.isVisible()) await tab.click({ timeout: TRY_MS });
      else {
        await this.page.keyboard.press('Escape');
        await this.page.keyboard.press('Control+p');
        await this.#search(name);
        await this.choice(named).click({ timeout: TRY_MS });
      }
      await active.waitFor({ timeout: TRY_MS });
    });
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** Puts the cursor there, both 1-based. */
  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press('Control+g');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
    await this.cursorAt(line, column);
  }

  /** Waits until the cursor is there, both 1-based. */
  cursorAt(line: number, column: number): Promise<void> {
    return this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: name });
  }

  line(text: RegExp): Locator {
    return this.page.locator('.editor-instance .view-line', { hasText: text }).first();
  }

  get ghostText(): Locator {
    return this.page.locator('.ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text').first();
  }

  async openPanel(): Promise<void> {
    await this.page.locator('.activitybar .action-label[aria-label^="Coppice"]').first().click();
  }

  /** Opens the Coppice panel, and in it a view that is collapsed at first. */
  async openView(name: string): Promise<void> {
    await this.openPanel();
    await this.page.locator('.pane-header', { hasText: name }).click();
  }

  /** Rows of the Coppice panel. */
  row(text: string | RegExp): Locator {
    return this.#panelRows.filter({ hasText: text }).first();
  }

  rows(): Promise<string[]> {
    return this.#panelRows.allInnerTexts();
  }

  /** What a screen reader says of each row that is in view. */
  spokenRows(): Promise<string[]> {
    return this.#panelRows.evaluateAll((rows: { ariaLabel: string | null }[]) =>
      rows.map((row) => row.ariaLabel ?? ''),
    );
  }

  /** Waits until a row says something, or says something else. */
  async rowBecomes(text: string | RegExp, isRight: (said: string) => boolean): Promise<void> {
    let said = '';
    await this.until(
      async () => {
        said = await this.row(text).innerText({ timeout: TRY_MS });
        return isRight(said);
      },
      () => `The row ${text} went on to say: ${said}`,
    );
  }

  /** Looks again and again until something holds. */
  async until(holds: () => Promise<boolean>, otherwise: () => string): Promise<void> {
    await this.#untilDone(async () => {
      if (await holds()) return;
      await this.page.waitForTimeout(LOOK_MS);
      throw new Error(otherwise());
    });
  }

  /** One of what the list that a command shows has to offer. */
  choice(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  async choose(text: string | RegExp): Promise<void> {
    const row = this.choice(text);
    await row.waitFor();
    await row.click();
  }

  /** Writes into the box that a command shows, and accepts. */
  async type(text: string): Promise<void> {
    // The list of the step before has a box too.
    const widget = '.quick-input-widget:visible:not(:has(.quick-input-list:visible))';
    await this.page.locator(`${widget} input.input`).fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** What the list that a command shows has to offer. */
  choices(): Promise<string[]> {
    return this.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
  }

  /** Presses one of the buttons that a row shows under the mouse. */
  async rowAction(text: string | RegExp, action: string): Promise<void> {
    const button = this.row(text).locator(`.action-label[aria-label^="${action}"]`).first();
    await this.#untilDone(async () => {
      // The tooltip of the row where the mouse was may lie over this one, and stays while the mouse is there.
      await this.page.mouse.move(0, 0);
      await this.row(text).hover({ timeout: TRY_MS });
      await button.click({ timeout: TRY_MS });
    });
  }

  /** Looks at the tooltip of a row again and again until it says something. */
  async hoverUntil(text: string | RegExp, said: RegExp): Promise<void> {
    const deadline = performance.now() + STEP_LIMIT_MS;
    const tooltip = this.page.locator('.workbench-hover', { hasText: said });
    while ((await tooltip.count()) === 0) {
      if (performance.now() > deadline) throw new Error(`The tooltip of ${text} never said ${said}.`);
      await this.page.mouse.move(0, 0);
      await this.row(text).hover();
      await this.page.waitForTimeout(HOVER_MS);
    }
  }

  /** @param name as the list of themes has it */
  async useTheme(name: string): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    const input = this.page.locator('.quick-input-widget input[placeholder^="Select Color Theme"]');
    await input.fill(name);
    await this.choose(name);
    await input.waitFor({ state: 'hidden' });
    const [dark, contrast] = [name.startsWith('Dark'), name.includes('High Contrast')];
    const kind = contrast ? (dark ? 'hc-black' : 'hc-light') : dark ? 'vs-dark' : 'vs';
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  async screenshot(what: string): Promise<void> {
    const number = String(++this.#pictures).padStart(2, '0');
    await this.page.screenshot({ path: `test/e2e/out/${this.#name}-${number}-${what}.png` });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  get #panelRows(): Locator {
    return this.page.locator('.pane-body .customview-tree .monaco-list-row');
  }

  async #search(query: string): Promise<void> {
    await this.page.locator('.quick-input-widget input.input').fill(query);
  }

  /** Begins again where rows have moved in between. */
  async #untilDone(act: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + STEP_LIMIT_MS;
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
    }
  }
}
