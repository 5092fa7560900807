import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const LIMIT_MS = 20_000;

/** The page within a webview, by an element that only this page has; VS Code puts it into two frames. */
export async function webviewWith(page: Page, selector: string): Promise<Frame> {
  const deadline = performance.now() + LIMIT_MS;
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
