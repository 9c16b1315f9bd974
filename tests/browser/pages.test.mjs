// Every state of the payment page in both themes, narrow and wide, with and without scripts.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { copyWithoutScripts, faultsOfForm, findings, launch, looks, open, show, watch } from './browser.mjs';
import { Program } from './program.mjs';
import { arrive, start, states } from './states.mjs';

const LIST_BYTES_MAX = 14 * 1024;
const SCRIPT_BYTES_MAX = 6 * 1024;
const ALL_BYTES_MAX = 50 * 1024;

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

/** The paid page goes back to the shop by itself; here it must stay to be looked at. */
async function stay(page) {
  const shop = new URL(program.ready.example_shop).origin;
  const leaves = (url) => url.origin === shop || url.pathname.endsWith('/back');
  await page.route(leaves, (route) => route.abort('aborted'));
}

for (const place of states) {
  for (const scripts of [true, false]) {
    test(`${place.name} has no findings in any theme or width, scripts ${scripts ? 'on' : 'off'}`, async () => {
      const page = await open(browser, { scripts });
      await stay(page);
      try {
        await arrive(program, page, scripts, place);
        const readable = scripts ? page : await copyWithoutScripts(browser, page);
        for (const look of looks) {
          await show(page, look);
          const file = [place.name, look.theme, look.width, ...(scripts ? [] : ['no-scripts'])].join('-');
          await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true });
          if (readable !== page) await show(readable, look);
          assert.deepEqual([...(await findings(readable)), ...(await faultsOfForm(page))], [], file);
        }
        if (readable !== page) await readable.context().close();
      } finally {
        await place.after?.(program);
        await page.context().close();
      }
    });
  }
}

test('the method list is one request of 14 KB, and nobody else is asked', async () => {
  const page = await open(browser, {});
  const answers = watch(page);
  await start(program, page);
  await page.waitForLoadState('networkidle');
  const all = await answers();
  const here = new URL(program.ready.url).origin;
  assert.deepEqual(all.filter(({ url }) => new URL(url).origin !== here).map(({ url }) => url), []);
  // The link itself may answer with a redirect, which is a document without a page.
  const [document] = all.filter(({ kind }) => kind === 'document').slice(-1);
  assert.ok(document.bytes <= LIST_BYTES_MAX, `the page weighs ${document.bytes} bytes`);
  const others = all.filter(({ kind }) => kind !== 'document');
  const needed = others.filter(({ kind }) => !['script', 'fetch', 'xhr'].includes(kind));
  assert.deepEqual(needed.map(({ url }) => url), [], 'styles and logos stand in the page');
  const scripts = others.filter(({ kind }) => kind === 'script').reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(scripts <= SCRIPT_BYTES_MAX, `the script weighs ${scripts} bytes`);
  const everything = all.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(everything <= ALL_BYTES_MAX, `everything weighs ${everything} bytes`);
  console.log(`page ${document.bytes} bytes, script ${scripts} bytes`);
  await page.context().close();
});
