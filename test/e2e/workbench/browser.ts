import { type Browser, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser that set-up found or brought; `COPPICE_BROWSER` names it. */
export function launchBrowser(): Promise<Browser> {
  const { executable, env } = JSON.parse(process.env.COPPICE_BROWSER ?? '{}') as {
    executable?: string;
    env?: Record<string, string>;
  };
  if (!executable) throw new Error('There is no browser. Run the end-to-end tests with: npm run test:e2e');
  return chromium.launch({ executablePath: executable, args: FLAGS, env: { ...process.env, ...env } as never });
}

/** A page that reaches this machine and nothing else. */
export async function localPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  await page.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  return page;
}
