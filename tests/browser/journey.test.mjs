// The first payment, made by shops' own libraries in a real browser, followed to the last kopeck.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as devAces from '../clients/dev_aces.mjs';
import * as pypi from '../clients/robokassa_pypi.mjs';
import { choose, decideAtProvider, goToProvider, launch, open, press, reach } from './browser.mjs';
import { Program, kopecks, waitUntil } from './program.mjs';
import { openShop } from './shop.mjs';

const SUM = '1290.00';
const PART = '290.00';

let program, browser, shop, client;

before(async () => {
  program = await Program.demo();
  browser = await launch();
  shop = await openShop((fields) => client.believesResult(program.shop, program.ready.url, fields));
  await program.setAddresses(shop.addresses);
});

after(async () => {
  await browser?.close();
  await shop?.close();
  await program?.stop();
});

/** Opens the library's link and pays by card; returns when the buyer is back at the shop. */
async function pay(order, look) {
  const url = await client.link(program.shop, program.ready.url, { order, sum: SUM, description: 'Красные туфли' });
  const page = await open(browser, look);
  await page.goto(url);
  await reach(page, true, 'choose');
  await choose(page, 'bank_card');
  await goToProvider(page, look.scripts, program.ready.simulators.yookassa);
  await decideAtProvider(page, 'pay');
  if (look.scripts) {
    // The page notices by itself and goes back by itself.
    await page.waitForURL(`${shop.addresses.success}**`, { timeout: 60_000 });
  } else {
    await reach(page, look.scripts, 'paid');
    await press(page, page.locator('main a.primary'));
    await page.waitForURL(`${shop.addresses.success}**`);
  }
  await page.context().close();
}

const cases = [
  { client: devAces, order: 910_001, look: { theme: 'light', width: 1280, scripts: true } },
  { client: pypi, order: 910_002, look: { theme: 'dark', width: 320, scripts: true } },
  { client: devAces, order: 910_003, look: { theme: 'light', width: 320, scripts: false } },
];

for (const example of cases) {
  test(`${example.client.name} is paid and refunded in part, scripts ${example.look.scripts ? 'on' : 'off'}`, async () => {
    client = example.client;
    const { order } = example;
    const before = await program.balance();
    await pay(order, example.look);

    const notices = shop.notices.filter(({ fields }) => fields.InvId === String(order));
    assert.deepEqual(notices.map(({ believed }) => believed), [true], 'one notice, believed by the library');
    const back = shop.returns.find(({ fields }) => fields.InvId === String(order));
    assert.equal(back.path, '/success');
    assert.ok(await pypi.believesSuccess(program.shop, program.ready.url, back.fields), 'the way back is signed');
    const { state } = await pypi.state(program.shop, program.ready.url, order);
    assert.equal(state, 100);

    const paid = await program.payment(order);
    assert.equal(paid.state, 'paid');
    const fee = kopecks(paid.fee);
    assert.ok(fee > 0, 'the demo has a tariff');
    assert.equal((await program.balance()) - before, kopecks(SUM) - fee, 'the sum less the fee');

    await program.run('payment', 'refund', paid.payment, '--amount', PART);
    const refunded = await waitUntil('the refund', async () => {
      const payment = await program.payment(order);
      return payment.refunds.some((refund) => refund.state === 'returned') && payment;
    });
    assert.equal(refunded.refunded, PART);
    // The demo's tariff returns the fee with the money: its share of the refunded sum, half-up.
    const feeBack = Number((2n * BigInt(fee) * BigInt(kopecks(PART)) + BigInt(kopecks(SUM))) / (2n * BigInt(kopecks(SUM))));
    assert.equal((await program.balance()) - before, kopecks(SUM) - fee - kopecks(PART) + feeBack);

    const books = await program.run('books', 'check');
    assert.equal(books.green, true, JSON.stringify(books));
  });
}
