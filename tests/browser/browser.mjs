// Debian's Chromium, and what a buyer does in it on the payment page and at the provider.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

import { waitUntil } from './program.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Without these Chromium calls home at every start, which a test must not. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
}

/** Both themes on the narrowest and a wide screen. */
export const looks = ['light', 'dark'].flatMap((theme) => [320, 1280].map((width) => ({ theme, width })));

/** A new buyer's window. */
export async function open(browser, { theme = 'light', width = 1280, scripts = true, locale = 'ru-RU' }) {
  const context = await browser.newContext({
    viewport: size(width),
    colorScheme: theme,
    javaScriptEnabled: scripts,
    reducedMotion: 'reduce',
    locale,
  });
  return context.newPage();
}

/** Shows the page that is open in another theme and width. */
export async function show(page, { theme, width }) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.setViewportSize(size(width));
}

function size(width) {
  return { width, height: width < 600 ? 720 : 900 };
}

/** `data-state` of the payment page, none on other pages or between two pages. */
export async function stateOf(page) {
  try {
    return await page.evaluate(() => document.querySelector('main[data-state]')?.dataset.state ?? null);
  } catch {
    // The page was left while it was being asked.
    return null;
  }
}

/** Presses something that leads to another page, and waits for that page. */
export async function press(page, control) {
  await Promise.all([page.waitForEvent('load'), control.click()]);
}

/** Looks at the payment page, again and again without scripts, until it shows one of these states. */
export async function reach(page, scripts, ...wanted) {
  return waitUntil(`one of the states ${wanted}`, async () => {
    const state = await stateOf(page);
    if (wanted.includes(state)) return state;
    if (!scripts && state !== null) await page.reload();
    return null;
  });
}

/** Chooses a method of the list, opening the groups that are folded, and sends its form if it has one. */
export async function choose(page, method, filled = {}) {
  const rows = `a[href$="method=${method}"], button[name=method][value="${method}"]`;
  const row = page.locator('main').locator(rows).first();
  if (!(await row.isVisible())) {
    await page.locator('main details', { has: page.locator(rows) }).locator('summary').first().click();
  }
  await press(page, row);
  if ((await stateOf(page)) !== 'form') return;
  for (const [field, value] of Object.entries(filled)) await page.locator(`[name="${field}"]`).fill(value);
  await press(page, page.locator('main form[action$="/start"] button.primary'));
}

/** From a chosen method to the provider's own page: with scripts by itself, without them by the link. */
export async function goToProvider(page, scripts, provider) {
  const { origin } = new URL(provider);
  const there = (address) => address.origin === origin;
  if (!scripts) {
    await reach(page, scripts, 'redirect');
    await press(page, page.locator('main a[data-go]'));
  }
  await page.waitForURL(there, { timeout: 60_000 });
}

/** Presses a button of the simulator's page. */
export function decideAtProvider(page, outcome) {
  return press(page, page.locator(`button[name=outcome][value=${outcome}]`).first());
}

/** What axe-core finds wrong, one line a finding; empty is good. */
export async function findings(page) {
  // Evaluated by the debugger, so that the page's own policy does not have to allow it.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}`));
}

/** A copy, with nothing to run in it, of a page that is shown without scripts: axe cannot run in the page itself. */
export async function copyWithoutScripts(browser, page) {
  const body = (await page.content()).replace(/<script[^]*?<\/script>|<\/?noscript[^>]*>/g, '');
  const copy = await open(browser, {});
  const answer = { contentType: 'text/html; charset=utf-8', body };
  const kept = { document: (route) => route.fulfill(answer), stylesheet: (route) => route.continue() };
  await copy.route('**/*', (route) => (kept[route.request().resourceType()] ?? ((other) => other.abort()))(route));
  await copy.goto(page.url());
  return copy;
}

/** What the design brief asks of every page and axe does not check, one line a fault. */
export async function faultsOfForm(page) {
  return page.evaluate(() => {
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} px`);
    if (!root.lang) faults.push('no language');
    if (document.querySelectorAll('h1').length !== 1) faults.push('not exactly one h1');
    if (!document.title.includes(' – ')) faults.push(`title names neither subject nor place: ${document.title}`);
    // Links inside a sentence may be as high as their line.
    for (const target of document.querySelectorAll('main button, main summary, main input:not([type=hidden]):not([type=radio]), main a.row, main a.button')) {
      const { width, height } = target.getBoundingClientRect();
      if (width > 0 && height < 44) faults.push(`a target of ${height} px: ${target.outerHTML.slice(0, 80)}`);
    }
    return faults;
  });
}

/** Remembers every answer that a page causes, with the bytes that crossed the wire. */
export function watch(page) {
  const answers = [];
  page.on('requestfinished', async (request) => {
    const answer = (async () => {
      const { responseBodySize } = await request.sizes();
      return { url: request.url(), kind: request.resourceType(), bytes: responseBodySize };
    })();
    answers.push(answer.catch(() => null));
  });
  return async () => (await Promise.all(answers)).filter((answer) => answer !== null);
}
