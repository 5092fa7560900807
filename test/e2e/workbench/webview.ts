import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';
import { STEP_LIMIT_MS } from '../limits.ts';

/** The page within a webview, by an element that only this page has; VS Code puts it into two frames. */
export async function webviewWith(page: Page, selector: string): Promise<Frame> {
  const deadline = performance.now() + STEP_LIMIT_MS;
  while (performance.now() < deadline) {
    for (const frame of page.frames()) {
      // A frame may go while it is looked at.
      const found = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (found > 0) return frame;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`No webview has ${selector}.`);
}

/** Waits until a page has the colours of a theme, as the list of themes has its name. */
export function hasTheme(frame: Frame, name: string): Promise<void> {
  return frame.locator(`body[data-vscode-theme-name="${name}"]`).waitFor();
}

/** What axe-core finds wrong with a page, each with the elements that it is about. */
export async function accessibilityProblems(frame: Frame): Promise<string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await frame.evaluate(axe);
  const violations = await frame.evaluate(async () => {
    type Result = { violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[] };
    const { axe } = globalThis as unknown as { axe: { run(context: unknown): Promise<Result> } };
    return (await axe.run((globalThis as unknown as { document: unknown }).document)).violations;
  });
  return violations.map(({ id, help, nodes }) => {
    const [first] = nodes;
    return `${id}: ${help} (${nodes.length} elements, first ${first?.html.slice(0, 200)}: ${first?.failureSummary})`;
  });
}
