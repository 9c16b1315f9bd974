// The npm library `@dev-aces/robokassa` through the life of its payments, against the emulator.
// It has an option for the address, `url`. It asks nothing itself: it makes links and checks notices.
import { createRequire } from 'node:module';

import { Buyer, check, custom, errorNumber, lives } from './scene.mjs';

const { Robokassa } = createRequire(import.meta.url)('@dev-aces/robokassa');

const digests = ['md5', 'ripemd160', 'sha1', 'sha256', 'sha384', 'sha512'];
const loginOf = (digest) => `aces-${digest}`;

function library(login, emulator, more) {
  const url = emulator && `${emulator.url}/Merchant/Index.aspx`;
  const hashAlgorithm = login.slice('aces-'.length);
  const passwords = { password1: 'password1', password2: 'password2' };
  return new Robokassa({ merchantLogin: login, ...passwords, hashAlgorithm, url, ...more });
}

const rehearsing = { isTest: true, password1: 'test_password1', password2: 'test_password2' };

// Which shop it is stands in a field of its own, as all of them share the address.
function handle({ fields }, answer) {
  const genuine = library(fields.Shp_shop, undefined, fields.IsTest === '1' ? rehearsing : {}).checkPayment(fields);
  answer.end(genuine ? `OK${fields.InvId}` : 'bad sign');
}

async function paidInEveryDigest({ emulator, shop }) {
  for (const [index, digest] of digests.entries()) {
    const [order, login] = [100 + index, loginOf(digest)];
    const link = library(login, emulator).generatePaymentUrl({
      invId: order, outSum: 500.5, description: 'Чай & мёд', email: 'buyer@example.com', culture: 'en',
      userParameters: { Shp_shop: login, Shp_item: 'red shoes', shp_Size: 'ы+ %', Shp_empty: '' },
    });
    await new Buyer().goesToPay(digest, link);
    await emulator.chooses(login, order, 'paid');
    await emulator.seesAccepted(login, order);
    const [{ fields }] = shop.heard('/result', order);
    const sent = custom(fields);
    check(`${digest}: custom fields come back`,
      sent.Shp_item === 'red shoes' && sent.shp_Size === 'ы+ %' && sent.Shp_empty === '', sent);
    check(`${digest}: sum, fee, method and address`, fields.OutSum === '500.500000' && fields.Fee === '17.520000'
      && fields.PaymentMethod === 'BankCard' && fields.EMail === 'buyer@example.com', fields);
  }
}

async function withReceipt({ emulator, shop }) {
  const login = loginOf('md5');
  // The library signs the JSON as it is and sends it encoded once.
  const receipt = {
    sno: 'usn_income',
    items: [
      {
        name: 'Чай «Ассам» & мёд', quantity: 2, sum: 200.5, tax: 'vat10',
        payment_method: 'full_payment', payment_object: 'commodity',
      },
      {
        name: 'Delivery: 100%', quantity: 1, cost: 50, tax: 'none',
        payment_method: 'full_prepayment', payment_object: 'service',
      },
    ],
  };
  const order = { outSum: '250.50', description: 'Tea', userIp: '203.0.113.7', userParameters: { Shp_shop: login } };
  const right = library(login, emulator).generatePaymentUrl({ ...order, invId: 150, receipt });
  await new Buyer().goesToPay('receipt', right);
  await emulator.chooses(login, 150, 'paid');
  await emulator.seesAccepted(login, 150);
  check('receipt: paid in whole', shop.heard('/result', 150)[0].fields.OutSum === '250.500000');
  const wrong = library(login, emulator).generatePaymentUrl({ ...order, outSum: '250.49', invId: 151, receipt });
  const end = await new Buyer().opens(wrong);
  check('receipt: another total is refused', errorNumber(end) !== undefined, end.address);
}

async function refusedAndForged({ emulator, shop }) {
  const login = loginOf('md5');
  const link = (invId) => library(login, emulator)
    .generatePaymentUrl({ invId, outSum: 5, description: 'Tea', userParameters: { Shp_shop: login } });
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
  check('forged: the library does not believe it', notice.last_answer.body === 'bad sign', notice);

  await new Buyer().goesToPay('twice', link(202));
  await emulator.chooses(login, 202, 'notified_twice');
  await shop.hears('/result', 202, 2);
  const [first, second] = shop.heard('/result', 202);
  check('twice: the same notice', first.body === second.body, [first.body, second.body]);

  await new Buyer().goesToPay('late', link(203));
  await emulator.chooses(login, 203, 'paid_late');
  await emulator.seesAccepted(login, 203);
}

async function rehearsed({ emulator, shop }) {
  const login = loginOf('sha512');
  const link = library(login, emulator, rehearsing)
    .generatePaymentUrl({ invId: 210, outSum: 14260, description: 'Tea', userParameters: { Shp_shop: login } });
  await new Buyer().goesToPay('rehearsal', link);
  await emulator.chooses(login, 210, 'paid');
  await emulator.seesAccepted(login, 210);
  const [{ fields }] = shop.heard('/result', 210);
  check('rehearsal: says so, and the sum is as sent', fields.IsTest === '1' && fields.OutSum === '14260.00', fields);
}

async function numberedByTheService({ emulator }) {
  const login = loginOf('sha1');
  const order = { outSum: 1, description: 'Tea', userParameters: { Shp_shop: login } };
  const link = library(login, emulator).generatePaymentUrl(order);
  await new Buyer().goesToPay('no number', link);
  const { inv_id: number } = await emulator.payment(login);
  check('no number: the service gives one', number > 0, number);
  await emulator.chooses(login, number, 'paid');
  await emulator.seesAccepted(login, number);
}

async function wrongPassword({ emulator }) {
  const stranger = library(loginOf('md5'), emulator, { password1: 'of-nobody' });
  const end = await new Buyer().opens(stranger.generatePaymentUrl({ invId: 400, outSum: 1, description: 'Tea' }));
  check('a wrong password: error 29', errorNumber(end) === 29, errorNumber(end));
  check('a wrong password: no payment', (await emulator.payment(loginOf('md5'), 400)) === undefined);
}

async function pricedInDollars({ emulator, shop }) {
  const login = loginOf('sha256');
  const link = library(login, emulator).generatePaymentUrl({
    invId: 300, outSum: 10, outSumCurrency: 'USD', description: 'Tea', userParameters: { Shp_shop: login },
  });
  await new Buyer().goesToPay('dollars', link);
  await emulator.chooses(login, 300, 'paid');
  await emulator.seesAccepted(login, 300);
  const [{ fields }] = shop.heard('/result', 300);
  check('dollars: the notice is in roubles', fields.OutSum === '900.000000', fields.OutSum);
}

await lives({
  accounts: digests.map((digest) => ({ login: loginOf(digest), algorithm: digest, rates: { USD: '90.00' } })),
  handle,
  parts: [
    paidInEveryDigest, withReceipt, refusedAndForged, rehearsed, numberedByTheService, wrongPassword, pricedInDollars,
  ],
});
