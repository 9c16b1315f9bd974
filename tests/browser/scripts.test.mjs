// A shop's own page with our scripts on it: a form, a payment in a window over the page, a code for bank apps.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { decideAtProvider, launch, open } from './browser.mjs';
import { Program, waitUntil } from './program.mjs';
import { openShop } from './shop.mjs';

let program, browser, shop, pages, origin;
let body = '';

before(async () => {
  program = await Program.demo();
  browser = await launch();
  shop = await openShop(async () => true);
  await program.setAddresses(shop.addresses);
  pages = createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(`<!doctype html><html lang="ru"><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>${body}</html>`);
  });
  await new Promise((listening) => pages.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${pages.address().port}`;
});

after(async () => {
  pages?.closeAllConnections();
  pages?.close();
  await browser?.close();
  await shop?.close();
  await program?.stop();
});

const signature = (sum, order) =>
  createHash('sha256').update(`${program.shop.login}:${sum}:${order}:${program.shop.password1}`).digest('hex');

/** The shop's page with this in it. */
async function visit(html) {
  body = html;
  const page = await open(browser, {});
  await page.goto(origin);
  return page;
}

const script = (path) => `<script src="${program.ready.url}/Merchant/${path}"></script>`;

test('a form with a fixed sum leads to the payment page', async () => {
  const values = { MerchantLogin: program.shop.login, OutSum: '100.00', InvoiceID: '920001', Description: 'Чай' };
  const query = new URLSearchParams({ ...values, Culture: 'ru', SignatureValue: signature('100.00', 920001) });
  const page = await visit(script(`PaymentForm/FormL.js?${query}`.replaceAll('&', '&amp;')));
  const form = page.locator('form[data-robokassa=L]');
  assert.match(await form.innerText(), /Чай[^]*100\.00[^]*Оплатить/);
  await form.locator('button').click();
  await page.waitForURL(`${program.ready.url}/pay/**`);
  assert.equal(await page.locator('main').getAttribute('data-state'), 'choose');
  await page.context().close();
});

test('a form with an open sum takes what the buyer enters, in a frame as well', async () => {
  for (const [place, order] of [['js', 920002], ['if', 920003]]) {
    const values = { MerchantLogin: program.shop.login, InvoiceID: String(order), DefaultSum: '100.26' };
    const query = new URLSearchParams({ ...values, SignatureValue: signature('', order) });
    const path = `PaymentForm/FormFLS.${place}?${query}`.replaceAll('&', '&amp;');
    const frame = `<iframe src="${program.ready.url}/Merchant/${path}"></iframe>`;
    const page = await visit(place === 'js' ? script(path) : frame);
    const where = place === 'js' ? page : page.frameLocator('iframe');
    await where.locator('input[name=DefaultSum]').fill('55.5');
    await where.locator('button').click();
    await page.waitForURL(`${program.ready.url}/pay/**`);
    assert.equal((await program.payment(order)).amount, '55.50');
    await page.context().close();
  }
});

test('a payment in a window over the page is paid, and the whole window goes back to the shop', async () => {
  const page = await visit(script('bundle/robokassa_iframe.js'));
  const options = { MerchantLogin: program.shop.login, OutSum: '100.00', InvId: 920004, Culture: 'ru' };
  options.SignatureValue = signature('100.00', 920004);
  await page.evaluate((given) => void window.Robokassa.StartPayment(given), options);
  const inside = await waitUntil('the payment page in the frame', async () =>
    page.frames().find((frame) => frame.url().startsWith(`${program.ready.url}/pay/`)),
  );
  await inside.waitForSelector('main[data-state=choose]');
  await inside.locator('button[name=method][value=bank_card], a[href$="method=bank_card"]').first().click();
  const provider = new URL(program.ready.simulators.yookassa).origin;
  // The page in the frame asks the shop's page to go there: providers do not let themselves be framed.
  await page.waitForURL((address) => address.origin === provider, { timeout: 60_000 });
  await decideAtProvider(page, 'pay');
  await page.waitForURL(`${shop.addresses.success}**`, { timeout: 60_000 });
  assert.equal((await program.payment(920004)).state, 'paid');
  await page.context().close();
});

test('buttons and a widget are rendered for the methods that are named', async () => {
  const page = await visit(`<div id="place"></div>${script('bundle/robokassa_iframe.js')}`);
  const options = { MrchLogin: program.shop.login, OutSum: '100.00', InvId: 920005, Settings: '' };
  options.SignatureValue = signature('100.00', 920005);
  options.Settings = JSON.stringify({ PaymentMethods: ['BankCard', 'SBP'], Mode: 'modal' });
  await page.evaluate((given) => void window.Robokassa.Render(given, 'place'), options);
  assert.deepEqual(await page.locator('#place button').allInnerTexts(), ['Банковская карта', 'СБП']);
  await page.locator('#place button').nth(1).click();
  await page.frameLocator('dialog iframe').locator('main[data-state=form], main[data-state=choose]').waitFor();
  options.Settings = { PaymentMethods: ['BankCard'], Mode: 'widget' };
  await page.evaluate((given) => void window.Robokassa.Render(given, 'place'), options);
  await page.frameLocator('#place iframe').locator('main').waitFor();
  await page.context().close();
});

test('a code for bank apps is drawn, and its link is told', async () => {
  const page = await visit(`<div id="qr"></div>${script('bundle/robokassa-iframe-badge.js')}`);
  const options = { merchantLogin: program.shop.login, outSum: '100.00', invId: 920006, paymentMethod: 'SBP' };
  Object.assign(options, { email: 'buyer@shop.example', qrContainerId: 'qr', qrContainerSize: 200 });
  options.signature = signature('100.00', 920006);
  const link = await page.evaluate(
    (given) => new Promise((told) => window.Robokassa.pay.startOp({ ...given, onpaymentlink: told })),
    options,
  );
  assert.match(link, /^https?:/);
  assert.equal(await page.locator('#qr img').evaluate((picture) => picture.decode().then(() => picture.width)), 200);
  const refused = await page.evaluate(
    (given) => window.Robokassa.pay.startOp({ ...given, signature: '00' }).catch((fault) => fault.code),
    options,
  );
  assert.equal(refused, 29);
  await page.context().close();
});

test('the elements of the badge say what their attributes say', async () => {
  const element = '<robokassa-badge merchantLogin="demo" outSum="1000" paymentMethod="Podeli"></robokassa-badge>';
  const page = await visit(`${element}${script('bundle/robokassa-iframe-badge.js')}`);
  assert.equal(await page.locator('robokassa-badge').evaluate((badge) => badge.shadowRoot.textContent), 'Podeli · 1000');
  await page.evaluate(() => window.initRobokassaGraphs('Podeli'));
  await page.context().close();
});
