// The cabinet's pages: every one in both themes and all widths, with and without scripts; the way from
// signing in to a refund by keyboard alone; what the pages weigh.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { copyWithoutScripts, findings, launch, open, show, watch } from './browser.mjs';
import { paid, places, signIn } from './cabinet.mjs';
import { Program } from './program.mjs';

const FIRST_BYTES_MAX = 60 * 1024;
const NEXT_BYTES_MAX = 20 * 1024;
const looks = ['light', 'dark'].flatMap((theme) => [320, 390, 1280].map((width) => ({ theme, width })));

const pictures =
  process.env.OPENKASSA_PICTURES ?? fileURLToPath(new URL('../../target/pictures', import.meta.url));

let program, browser, payment, shop;

before(async () => {
  program = await Program.demo();
  browser = await launch();
  mkdirSync(pictures, { recursive: true });
  const buyer = await open(browser, {});
  await paid(program, buyer, { Email: 'buyer@example.com' });
  await buyer.context().close();
  const page = await open(browser, {});
  await signIn(program, page, '/cabinet/payments?state=paid');
  payment = await page.locator('tbody a').first().getAttribute('href');
  await page.goto(program.ready.url + '/cabinet/shops');
  shop = await page.locator('tbody a').first().getAttribute('href');
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** What the brief asks of every page and axe does not check. */
function faults(page) {
  return page.evaluate(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`scrolls sideways: ${root.scrollWidth} px`);
    if (document.querySelectorAll('h1').length !== 1) found.push('not exactly one h1');
    if (!document.title.includes(' – ')) found.push(`title: ${document.title}`);
    for (const target of document.querySelectorAll('main button, main summary, main input:not([type=hidden]), main select, main a.row, main a.button')) {
      const { width, height } = target.getBoundingClientRect();
      if (width > 0 && height < 24) found.push(`a target of ${height} px: ${target.outerHTML.slice(0, 80)}`);
    }
    return found;
  });
}

for (const scripts of [true, false]) {
  test(`no page has findings in any theme or width, scripts ${scripts ? 'on' : 'off'}`, async () => {
    const page = await open(browser, { scripts });
    await signIn(program, page);
    for (const place of places(payment, shop)) {
      await page.goto(program.ready.url + place.path);
      const readable = scripts ? page : await copyWithoutScripts(browser, page);
      for (const look of looks) {
        await show(page, look);
        const file = ['cabinet', place.name, look.theme, look.width, ...(scripts ? [] : ['no-scripts'])].join('-');
        await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true });
        if (readable !== page) await show(readable, look);
        assert.deepEqual([...(await findings(readable)), ...(await faults(page))], [], file);
      }
      if (readable !== page) await readable.context().close();
    }
    await page.context().close();
  });
}

test('the page where people sign in has no findings, empty or with a wrong password', async () => {
  const page = await open(browser, {});
  await page.goto(program.ready.url + '/cabinet');
  for (const state of ['empty', 'wrong']) {
    if (state === 'wrong') {
      for (const name of ['organisation', 'login', 'password']) await page.locator(`[name=${name}]`).fill('wrong');
      await Promise.all([page.waitForEvent('load'), page.locator('main form button.primary').click()]);
    }
    for (const look of looks) {
      await show(page, look);
      const file = ['cabinet-sign-in', state, look.theme, look.width].join('-');
      await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true });
      assert.deepEqual([...(await findings(page)), ...(await faults(page))], [], file);
    }
  }
  await page.context().close();
});

test('an address is tried and a signature is checked without findings', async () => {
  const page = await open(browser, {});
  await signIn(program, page, shop);
  await Promise.all([page.waitForEvent('load'), page.locator('button[value=result]').click()]);
  await page.locator('#trials ~ .notice').waitFor();
  const { login, password2 } = program.shop;
  const tried = [['shop-tried', 'shop'], ['check-found', 'check']];
  for (const [name, place] of tried) {
    if (place === 'check') {
      await page.goto(program.ready.url + '/cabinet/check');
      await page.locator('[name=text]').fill(`MerchantLogin=${login}&OutSum=10.00&InvId=7&SignatureValue=${'0'.repeat(64)}&Shp_x=${password2}`);
      await Promise.all([page.waitForEvent('load'), page.locator('main form button.primary').click()]);
      assert.ok(!(await page.locator('section').innerText()).includes(password2), 'a password is shown');
    }
    for (const look of looks) {
      await show(page, look);
      const file = ['cabinet', name, look.theme, look.width].join('-');
      await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true });
      assert.deepEqual([...(await findings(page)), ...(await faults(page))], [], file);
    }
  }
  await page.context().close();
});

/** Presses Tab until what has the focus fits. */
async function tabTo(page, what) {
  for (let tabs = 0; tabs < 60; tabs += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((what) => document.activeElement.matches(what), what)) return;
  }
  assert.fail(`${what} cannot be reached by Tab`);
}

async function enter(page) {
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

test('somebody with a keyboard signs in, finds a payment and refunds a part of it', async () => {
  const page = await open(browser, {});
  const { organisation, login, password } = program.ready.person;
  await page.goto(`${program.ready.url}/cabinet`);
  for (const [name, text] of [['organisation', organisation], ['login', login], ['password', password]]) {
    await tabTo(page, `[name=${name}]`);
    await page.keyboard.type(text);
  }
  await enter(page);
  await tabTo(page, '#find');
  await page.keyboard.type('buyer@example.com');
  await enter(page);
  await tabTo(page, 'tbody a');
  await enter(page);
  assert.match(page.url(), /\/cabinet\/payments\/pay_/);
  await tabTo(page, 'main a.row[href$="/refund"]');
  await enter(page);
  await tabTo(page, '#amount');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('290,00');
  await enter(page);
  assert.match(await page.locator('main .sum').textContent(), /290,00/);
  await tabTo(page, 'main form[method=post] .primary');
  await enter(page);
  assert.match(await page.locator('main .notice').textContent(), /290,00/);
  await page.context().close();
});

test('a refund whose form is sent twice is made once', async () => {
  const page = await open(browser, {});
  await signIn(program, page, `${payment}/refund?amount=10`);
  const form = await page.evaluate(() => Object.fromEntries(new FormData(document.querySelector('main form'))));
  const answers = [];
  for (let time = 0; time < 2; time += 1) {
    const answer = await page.request.post(`${program.ready.url}${payment}/refund`, { form, maxRedirects: 0 });
    answers.push(answer.status());
  }
  assert.deepEqual(answers, [303, 303]);
  await page.goto(program.ready.url + payment);
  const refunds = await page.locator('section[aria-labelledby=refunds] li').allTextContents();
  assert.equal(refunds.filter((text) => /(^|\D)10,00/.test(text)).length, 1, refunds.join('\n'));
  await page.context().close();
});

test('the first page and those after it keep to their weights', async () => {
  const page = await open(browser, {});
  await signIn(program, page);
  for (const { name, path } of places(payment, shop)) {
    const fresh = await page.context().newPage();
    const answers = watch(fresh);
    await fresh.goto(program.ready.url + path, { waitUntil: 'networkidle' });
    const all = await answers();
    const bytes = all.reduce((sum, answer) => sum + answer.bytes, 0);
    const own = all.filter((answer) => answer.kind === 'document').reduce((sum, answer) => sum + answer.bytes, 0);
    assert.ok(bytes <= FIRST_BYTES_MAX, `${name}: ${bytes}`);
    assert.ok(own <= NEXT_BYTES_MAX, `${name}: ${own}`);
    assert.ok(all.every((answer) => answer.url.startsWith(program.ready.url) || answer.url.startsWith('data:')), name);
    await fresh.close();
  }
  await page.context().close();
});
