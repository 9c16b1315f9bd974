// The npm library `node-robokassa` through the life of its payments, against the emulator.
// It has an option for the address, `paymentUrlTemplate`. Its handler for ResultURL is written for Express: what it
// uses of Express is put around Node's own request and answer here.
import { createRequire } from 'node:module';

import { Buyer, check, custom, errorNumber, lives } from './scene.mjs';

const { RobokassaHelper } = createRequire(import.meta.url)('node-robokassa');

const digests = ['md5', 'ripemd160', 'sha1', 'sha256', 'sha384', 'sha512'];
const loginOf = (digest) => `node-${digest}`;
const digestOf = (login) => login.slice('node-'.length);

function library(login, emulator, more) {
  return new RobokassaHelper({
    merchantLogin: login,
    hashingAlgorithm: digestOf(login),
    password1: 'password1',
    password2: 'password2',
    ...(emulator && { paymentUrlTemplate: `${emulator.url}/Merchant/Index.aspx` }),
    ...more,
  });
}

const rehearsing = { testMode: true, password1: 'test_password1', password2: 'test_password2' };
const delivered = [];

// Which shop it is stands in a field of its own, as all of them share the address.
function handle(call, answer) {
  const helper = library(call.fields.Shp_shop, undefined, call.fields.IsTest === '1' ? rehearsing : {});
  const express = {
    status(code) {
      answer.statusCode = code;
      return express;
    },
    send: (text) => answer.end(text),
  };
  return new Promise((done) => {
    answer.once('finish', done);
    helper.handleResultUrlRequest({ body: call.fields, query: call.fields }, express, (values, userData) => {
      delivered.push({ ...values, userData });
    }, { requestMethod: call.method });
  });
}

async function paidInEveryDigest({ emulator }) {
  for (const [index, digest] of digests.entries()) {
    const [order, login] = [100 + index, loginOf(digest)];
    const link = library(login, emulator).generatePaymentUrl(100.17, 'Чай & мёд', {
      invId: order, email: 'buyer@example.com', userData: { shop: login, productId: '1337', username: 'Вася' },
    });
    await new Buyer().goesToPay(digest, link);
    await emulator.chooses(login, order, 'paid');
    await emulator.seesAccepted(login, order);
    const { outSum, invId, userData } = delivered.at(-1);
    check(`${digest}: the library delivers what was paid`,
      Number(outSum) === 100.17 && invId === String(order), [outSum, invId]);
    check(`${digest}: and the shop's own fields`,
      userData.productId === '1337' && userData.username === 'Вася' && userData.shop === login, userData);
  }
}

async function paidByGet({ emulator, shop }) {
  const login = 'node-md5-get';
  const helper = new RobokassaHelper({
    merchantLogin: login, password1: 'password1', password2: 'password2',
    paymentUrlTemplate: `${emulator.url}/Merchant/Index.aspx`,
  });
  const link = helper.generatePaymentUrl(3, 'Tea', { invId: 150, userData: { shop: 'node-md5' } });
  await new Buyer().goesToPay('by GET', link);
  await emulator.chooses(login, 150, 'paid');
  await emulator.seesAccepted(login, 150);
  check('by GET: the notice came so', shop.heard('/result', 150)[0].method === 'GET');
}

async function refusedAndForged({ emulator, shop }) {
  const login = loginOf('md5');
  const link = (invId) => library(login, emulator).generatePaymentUrl(5, 'Tea', { invId, userData: { shop: login } });
  const buyer = new Buyer();
  await buyer.goesToPay('refused', link(200));
  const payment = await emulator.chooses(login, 200, 'refused');
  await emulator.sees(login, 200, 'cancelled', 'none');
  await buyer.returns(emulator, payment);
  await shop.hears('/fail', 200);
  check('refused: the shop is told nothing', shop.heard('/result', 200).length === 0);

  await new Buyer().goesToPay('forged', link(201));
  await emulator.chooses(login, 201, 'bad_signature');
  const { notice } = await emulator.sees(login, 201, 'paid', 'repeating');
  check('forged: the library does not believe it',
    notice.last_answer.status === 400 && notice.last_answer.body === 'Incorrect signature value', notice);
  await emulator.asks('/api/v1/clock', { advance: '5m' });
  await emulator.seesAccepted(login, 201);

  await new Buyer().goesToPay('twice', link(202));
  await emulator.chooses(login, 202, 'notified_twice');
  await shop.hears('/result', 202, 2);
  const [first, second] = shop.heard('/result', 202);
  check('twice: the same notice', first.body === second.body, [first.body, second.body]);
}

async function rehearsed({ emulator, shop }) {
  const login = loginOf('sha256');
  const helper = library(login, emulator, rehearsing);
  const link = helper.generatePaymentUrl(14260, 'Tea', { invId: 210, userData: { shop: login } });
  await new Buyer().goesToPay('rehearsal', link);
  await emulator.chooses(login, 210, 'paid');
  await emulator.seesAccepted(login, 210);
  const [{ fields }] = shop.heard('/result', 210);
  check('rehearsal: says so, and the sum is as sent', fields.IsTest === '1' && fields.OutSum === '14260', fields);
}

async function numberedByTheService({ emulator, shop }) {
  const login = loginOf('sha512');
  const link = library(login, emulator).generatePaymentUrl(12.5, 'Tea', { userData: { shop: login, item: 'a b' } });
  await new Buyer().goesToPay('no number', link);
  const { inv_id: order } = await emulator.payment(login);
  check('no number: the service gives one', order > 0, order);
  await emulator.chooses(login, order, 'paid');
  await emulator.seesAccepted(login, order);
  check('no number: fields come back', custom(shop.heard('/result', order)[0].fields).Shp_item === 'a b');
}

async function wrongPassword({ emulator }) {
  const helper = library(loginOf('md5'), emulator, { password1: 'of-nobody' });
  const end = await new Buyer().opens(helper.generatePaymentUrl(1, 'Tea', { invId: 400 }));
  check('a wrong password: error 29', errorNumber(end) === 29, errorNumber(end));
  check('a wrong password: no payment', (await emulator.payment(loginOf('md5'), 400)) === undefined);
  const mixed = library(loginOf('md5'), emulator, { testMode: true });
  const live = await new Buyer().opens(mixed.generatePaymentUrl(1, 'Tea', { invId: 401 }));
  check('a live password in test mode: error 29', errorNumber(live) === 29, errorNumber(live));
}

async function pricedInDollars({ emulator, shop }) {
  const login = loginOf('sha1');
  const link = library(login, emulator).generatePaymentUrl('10.00', 'Tea', {
    invId: 300, outSumCurrency: 'USD', userData: { shop: login },
  });
  await new Buyer().goesToPay('dollars', link);
  await emulator.chooses(login, 300, 'paid');
  await emulator.seesAccepted(login, 300);
  const [{ fields }] = shop.heard('/result', 300);
  check('dollars: the notice is in roubles', fields.OutSum === '900.000000', fields.OutSum);
}

const accounts = digests.map((digest) => ({ login: loginOf(digest), algorithm: digest, rates: { USD: '90.00' } }));
await lives({
  accounts: [...accounts, { login: 'node-md5-get', result_method: 'GET' }],
  handle,
  parts: [
    paidInEveryDigest, paidByGet, refusedAndForged, rehearsed, numberedByTheService, wrongPassword, pricedInDollars,
  ],
});
