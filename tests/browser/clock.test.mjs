// The bar that moves the clock of an installation for tests: without scripts, in both themes, narrow and wide.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { copyWithoutScripts, faultsOfForm, findings, launch, looks, open, show, stateOf } from './browser.mjs';
import { Program } from './program.mjs';
import { start } from './states.mjs';

const pictures =
  process.env.OPENKASSA_PICTURES ?? fileURLToPath(new URL('../../target/pictures', import.meta.url));

let program, browser;

before(async () => {
  program = await Program.demo();
  browser = await launch();
  mkdirSync(pictures, { recursive: true });
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** Looks at a page in every theme and width, and returns what is wrong with it. */
async function wrongWith(page, name) {
  const wrong = [];
  const readable = await copyWithoutScripts(browser, page);
  for (const look of looks) {
    await show(page, look);
    await show(readable, look);
    const file = `${name}-${look.theme}-${look.width}-no-scripts`;
    await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true });
    wrong.push(...(await findings(readable)), ...(await faultsOfForm(page)));
  }
  await readable.context().close();
  return wrong;
}

test('a buyer’s page moves the clock past its end, and the front page shows the new time', async () => {
  const page = await open(browser, { scripts: false });
  await start(program, page);
  assert.deepEqual(await wrongWith(page, 'clock-closed'), []);
  await page.click('.clock > summary');
  assert.deepEqual(await wrongWith(page, 'clock-open'), []);
  await page.click('.clock button[value="1w"]');
  // Its time is over then, and the page of a payment that has ended stands at another address.
  await page.waitForURL('**/*?clock=moved');
  await Promise.all([page.waitForEvent('load'), page.click('.clock button[value="1h"]')]);
  await page.waitForURL('**/*?clock=moved');
  assert.equal(await stateOf(page), 'expired');
  assert.deepEqual(await wrongWith(page, 'clock-moved'), []);
  assert.equal((await program.run('clock', 'show')).offset_s, 7 * 86_400 + 3_600);

  await page.goto(program.ready.url);
  await page.click('.clock > summary');
  assert.deepEqual(await wrongWith(page, 'clock-front'), []);
  await page.fill('.clock input[name="to"]', '2020-01-01T00:00');
  await page.press('.clock input[name="to"]', 'Enter');
  await page.waitForURL('**/?clock=past');
  assert.equal((await program.run('clock', 'show')).offset_s, 7 * 86_400 + 3_600);
  await page.context().close();
});
