// The emulator's page: payments and messages appear by themselves, outcomes are chosen with and without scripts.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { copyWithoutScripts, faultsOfForm, findings, launch, looks, open, press, show } from './browser.mjs';
import { Program, waitUntil } from './program.mjs';

const pictures =
  process.env.OPENKASSA_PICTURES ?? fileURLToPath(new URL('../../target/pictures', import.meta.url));

let program, browser;

before(async () => {
  program = await Program.emulator();
  browser = await launch();
  mkdirSync(pictures, { recursive: true });
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** A shop sends a buyer; nobody looks at the payment page. */
async function start(number) {
  const signature = createHash('md5').update(`my-shop:100.00:${number}:password1`).digest('hex');
  const query = `MerchantLogin=my-shop&OutSum=100.00&InvId=${number}&SignatureValue=${signature}`;
  const answer = await fetch(`${program.ready.url}/Merchant/Index.aspx?${query}`);
  assert.equal(answer.status, 200);
}

async function stateOf(number) {
  const answer = await fetch(`${program.ready.url}/emulator/payments?inv_id=${number}`);
  return (await answer.json())[0].state;
}

const card = (page, number) => page.locator('article', { hasText: `№ ${number}` });

test('payments and messages appear by themselves, and what is open stays open', async () => {
  const page = await open(browser, {});
  await page.goto(program.ready.url);
  await start(1);
  await card(page, 1).waitFor();
  const message = page.locator('details.message', { hasText: 'InvId=1' }).last();
  await message.locator('summary').click();
  await start(2);
  await card(page, 2).waitFor();
  assert.equal(await page.locator('details.message[open]').count(), 1);
  await press(page, card(page, 1).locator('button[value=paid]'));
  await waitUntil('the payment', async () => (await stateOf(1)) === 'paid');
  assert.equal(await card(page, 1).locator('button').count(), 0);
  await page.context().close();
});

test('without scripts the page is as good to look at and to use', async () => {
  const page = await open(browser, { scripts: false });
  await start(3);
  await page.goto(`${program.ready.url}/emulator`);
  const wrong = [];
  const readable = await copyWithoutScripts(browser, page);
  for (const look of looks) {
    await show(page, look);
    await show(readable, look);
    await page.screenshot({ path: join(pictures, `emulator-${look.theme}-${look.width}.png`), fullPage: true });
    wrong.push(...(await findings(readable)), ...(await faultsOfForm(page)));
  }
  await readable.context().close();
  assert.deepEqual(wrong, []);
  await press(page, card(page, 3).locator('button[value=expired]'));
  assert.equal(await stateOf(3), 'expired');
  await press(page, page.locator('[data-reload]'));
  await card(page, 3).locator('code', { hasText: 'expired' }).first().waitFor();
  await page.context().close();
});
