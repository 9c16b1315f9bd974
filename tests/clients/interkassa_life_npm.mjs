// The npm library `interkassa-node` through the life of its payments, against the emulator.
// It makes links to the service's own host, which has no option; only that is changed here. It asks no API, so what a shop
// would ask besides is asked here by hand.
import { createRequire } from 'node:module';

import { Buyer, check, errorNumber, lives, until } from './scene.mjs';

const interkassa = createRequire(import.meta.url)('interkassa-node');

const checkout = '5cc1ee513d1eaf94728b4567';
const keys = { secret_key: 'sign-key-fake', test_key: 'test-key-fake', api_key: 'api-key-fake' };
const [account, user] = ['52e7f883e4ae1a2406000000', '52e7f883e4ae1a2406000001'];

/** The library's link, with the service's host exchanged. */
function link(emulator, fields, key = keys.secret_key) {
  const order = { ik_co_id: checkout, ik_cur: 'UAH', ik_desc: 'Чай & мёд', ...fields };
  return interkassa(order, key, true).url.replace('https://sci.interkassa.com', emulator.url);
}

/** Whether the library signs these fields as they are signed. */
function believes(fields, key) {
  // The library takes the signature out of what it is given, so it is given a copy.
  return fields.ik_sign !== undefined && interkassa({ ...fields }, key, true).signature === fields.ik_sign;
}

const keyOf = (fields) => (fields.ik_pw_via === 'test_interkassa_test_xts' ? keys.test_key : keys.secret_key);

function handle(call, answer) {
  const genuine = call.fields.ik_co_id === checkout && believes(call.fields, keyOf(call.fields));
  answer.statusCode = genuine ? 200 : 403;
  answer.end(genuine ? 'OK' : 'bad sign');
}

/** The status and the envelope of the API's answer. */
async function asked(emulator, path, form, name = user) {
  const headers = {
    authorization: `Basic ${Buffer.from(`${name}:${keys.api_key}`).toString('base64')}`,
    'ik-api-account-id': account,
  };
  const how = form && { method: 'POST', body: new URLSearchParams(form) };
  const answer = await fetch(`${emulator.url}/v1/${path}`, { headers, ...how });
  return { status: answer.status, envelope: await answer.json() };
}

/** The data of an answer that must be a success. */
async function api(emulator, path, form, name) {
  const { status, envelope } = await asked(emulator, path, form, name);
  check(`API ${path.split('?')[0]}`, status === 200 && envelope.code === 0, envelope);
  return envelope.data;
}

async function paid({ emulator, shop }) {
  const buyer = new Buyer();
  const fields = { ik_am: '150.50', ik_pm_no: 'ID_100', ik_x_item: 'red shoes', ik_x_size: '' };
  await buyer.goesToPay('paid', link(emulator, fields));
  const payment = await emulator.chooses(checkout, 'ID_100', 'paid');
  await emulator.seesAccepted(checkout, 'ID_100');
  const [{ fields: told }] = shop.heard('/interaction', 'ID_100');
  check('paid: the notice is about the order', told.ik_inv_st === 'success' && told.ik_am === '150.50'
    && told.ik_cur === 'UAH' && told.ik_x_item === 'red shoes' && told.ik_x_size === '', told);
  check('paid: only fields of the protocol', Object.keys(told).every((name) => name.startsWith('ik_')), told);
  await buyer.returns(emulator, payment);
  const { fields: back } = await shop.hears('/success', 'ID_100');
  check('paid: the return is not signed', back.ik_sign === undefined && back.ik_inv_st === 'success', back);
}

async function rehearsed({ emulator, shop }) {
  const fields = { ik_am: '5', ik_pm_no: 'ID_200', ik_pw_via: 'test_interkassa_test_xts' };
  await new Buyer().goesToPay('rehearsed', link(emulator, fields));
  await emulator.chooses(checkout, 'ID_200', 'paid');
  await emulator.seesAccepted(checkout, 'ID_200');
  const [{ fields: told }] = shop.heard('/interaction', 'ID_200');
  check('rehearsed: signed with the test key', believes(told, keys.test_key) && !believes(told, keys.secret_key), told);
}

async function forgedAndTwice({ emulator, shop }) {
  await new Buyer().goesToPay('forged', link(emulator, { ik_am: '5', ik_pm_no: 'ID_300' }));
  await emulator.chooses(checkout, 'ID_300', 'bad_signature');
  const { notice } = await emulator.sees(checkout, 'ID_300', 'paid', 'repeating');
  check('forged: the library does not believe it', notice.last_answer.body === 'bad sign', notice);
  await new Buyer().goesToPay('twice', link(emulator, { ik_am: '5', ik_pm_no: 'ID_301' }));
  await emulator.chooses(checkout, 'ID_301', 'notified_twice');
  await shop.hears('/interaction', 'ID_301', 2);
  const [first, second] = shop.heard('/interaction', 'ID_301');
  check('twice: the same notice', first.body === second.body, [first.body, second.body]);
}

async function refused({ emulator, shop }) {
  const buyer = new Buyer();
  await buyer.goesToPay('refused', link(emulator, { ik_am: '5', ik_pm_no: 'ID_400' }));
  const payment = await emulator.chooses(checkout, 'ID_400', 'refused');
  await until('refused: the end', async () => (await emulator.payment(checkout, 'ID_400')).state === 'cancelled');
  await buyer.returns(emulator, payment);
  const { fields } = await shop.hears('/fail', 'ID_400');
  check('refused: the buyer returns without a sale', fields.ik_inv_st === 'canceled', fields);
  const told = shop.heard('/interaction', 'ID_400').map(({ fields: notice }) => notice.ik_inv_st);
  check('refused: no success is told', !told.includes('success'), told);
}

async function wrongKey({ emulator }) {
  const end = await new Buyer().opens(link(emulator, { ik_am: '5', ik_pm_no: 'ID_500' }, 'of-nobody'));
  check('a wrong key: error 1023', errorNumber(end) === 1023, errorNumber(end));
  check('a wrong key: no payment', (await emulator.payment(checkout, 'ID_500')) === undefined);
}

async function askedOverTheApi({ emulator }) {
  const accounts = await api(emulator, 'account', undefined, account);
  check('API: the business account', accounts[account].tp === 'b', accounts);
  const checkouts = await api(emulator, 'checkout');
  const payways = Object.values(checkouts[checkout].paysystemInputPayways);
  check('API: payways of the checkout', payways.includes('test_interkassa_test_xts'), payways);
  const invoices = Object.values(await api(emulator, `co-invoice?checkoutId=${checkout}`));
  const invoice = invoices.find(({ paymentNo }) => paymentNo === 'ID_100');
  check('API: the invoice is credited', invoice.state === 7 && invoice.coAmount === 150.5, invoice);
  const { refund } = await api(emulator, 'refund', { id: invoice.id, amount: '50.50', merchantOrderId: 'R_1' });
  check('API: a part goes back', refund.amount === 50.5 && refund.currency === 'UAH', refund);

  await emulator.asks('/api/v1/clock', { advance: '1h' });
  const [purse] = Object.values(await api(emulator, 'purse?currency=UAH'));
  check('API: the purse has money', Number(purse.balance) > 50, purse);
  const ways = Object.values(await api(emulator, `paysystem-output-payway?purseId=${purse.id}`));
  const card = ways.find(({ prm }) => prm[0].al === 'card');
  const wanted = { amount: '50', purseId: purse.id, paywayId: card.id, 'details[card]': card.prm[0].ex, paymentNo: 'P_1' };
  const computed = await api(emulator, 'withdraw', { ...wanted, action: 'calc' });
  check('API: computing moves nothing', computed.withdraw.id === null, computed);
  const made = await api(emulator, 'withdraw', { ...wanted, action: 'process' });
  const done = await until('the withdrawal', async () => {
    const { envelope } = await asked(emulator, 'withdraw?paymentNo=P_1');
    return envelope.data[0].state === 8 && envelope.data[0];
  });
  check('API: the withdrawal is done', done.id === made.withdraw.id, done);
}

await lives({
  service: 'interkassa',
  accounts: [{
    checkout, account_id: account, user_id: user, algorithm: 'MD5', currencies: ['UAH', 'USD'], ...keys,
    // A browser without scripts would have to press a button that posts.
    success_method: 'GET', fail_method: 'GET',
  }],
  handle,
  parts: [paid, rehearsed, forgedAndTwice, refused, wrongKey, askedOverTheApi],
});
