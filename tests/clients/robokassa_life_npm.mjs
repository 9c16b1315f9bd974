// The npm library `robokassa` through the life of its payments, against the emulator.
// It has an option for the address, `url`. It asks nothing itself: it makes links and checks what comes back.
import { createRequire } from 'node:module';

import { Buyer, check, custom, errorNumber, lives } from './scene.mjs';

const Robokassa = createRequire(import.meta.url)('robokassa');

const digests = ['md5', 'ripemd160', 'sha1', 'sha256', 'sha384', 'sha512'];
const loginOf = (digest) => `npm-${digest}`;
const digestOf = (login) => login.slice('npm-'.length);

function library(login, url = 'https://auth.robokassa.ru/Merchant/Index.aspx') {
  return new Robokassa({ login, password1: 'password1', password2: 'password2', hash: digestOf(login), url });
}

const at = (emulator, digest) => library(loginOf(digest), `${emulator.url}/Merchant/Index.aspx`);

// Which shop it is stands in a field of its own, as all of them share the address.
function handle(call, answer) {
  // The library takes the custom fields out of what it is given, so it is given a copy.
  const genuine = library(call.fields.shp_shop).checkPayment({ ...call.fields });
  answer.end(genuine ? `OK${call.fields.InvId}` : 'bad sign');
}

async function paidInEveryDigest({ emulator, shop }) {
  for (const [index, digest] of digests.entries()) {
    const [order, login, buyer] = [100 + index, loginOf(digest), new Buyer()];
    const robokassa = at(emulator, digest);
    const link = robokassa.merchantUrl({
      id: order, summ: 500, description: 'Чай & мёд', lang: 'ru', _item: 'red shoes', _shop: login, _size: '',
    });
    await buyer.goesToPay(digest, link);
    const payment = await emulator.chooses(login, order, 'paid');
    await emulator.seesAccepted(login, order);
    const sent = custom(shop.heard('/result', order)[0].fields);
    check(`${digest}: custom fields come back`,
      sent.shp_shop === login && sent.shp_item === 'red shoes' && sent.shp_size === '', sent);
    await buyer.returns(emulator, payment);
    const { fields } = await shop.hears('/success', order);
    check(`${digest}: the library believes the buyer's return`, robokassa.checkPayment({ ...fields }, true), fields);
    check(`${digest}: and not as a notice`, !robokassa.checkPayment({ ...fields }), fields);
  }
}

async function refusedAndForged({ emulator, shop }) {
  const [login, robokassa] = [loginOf('md5'), at(emulator, 'md5')];
  const buyer = new Buyer();
  await buyer.goesToPay('refused', robokassa.merchantUrl({ id: 200, summ: '5.00', description: 'Tea', _shop: login }));
  const payment = await emulator.chooses(login, 200, 'refused');
  await emulator.sees(login, 200, 'cancelled', 'none');
  await buyer.returns(emulator, payment);
  await shop.hears('/fail', 200);
  check('refused: the shop is told nothing', shop.heard('/result', 200).length === 0);

  const forged = robokassa.merchantUrl({ id: 201, summ: '5.00', description: 'Tea', _shop: login });
  await new Buyer().goesToPay('forged', forged);
  await emulator.chooses(login, 201, 'bad_signature');
  const { notice } = await emulator.sees(login, 201, 'paid', 'repeating');
  check('forged: the library does not believe it', notice.last_answer.body === 'bad sign', notice);

  const twice = robokassa.merchantUrl({ id: 202, summ: '5.00', description: 'Tea', _shop: login });
  await new Buyer().goesToPay('twice', twice);
  await emulator.chooses(login, 202, 'notified_twice');
  await shop.hears('/result', 202, 2);
  const [first, second] = shop.heard('/result', 202);
  check('twice: the same notice', first.body === second.body, [first.body, second.body]);
}

async function numberedByTheService({ emulator }) {
  const login = loginOf('sha1');
  const link = at(emulator, 'sha1').merchantUrl({ summ: 12.5, description: 'Tea', _shop: login });
  await new Buyer().goesToPay('no number', link);
  const { inv_id: order } = await emulator.payment(login);
  check('no number: the service gives one', order > 0, order);
  await emulator.chooses(login, order, 'paid');
  await emulator.seesAccepted(login, order);
}

async function pricedInDollars({ emulator, shop }) {
  const login = loginOf('sha256');
  const order = { id: 300, summ: '10.00', currency: 'USD', description: 'Tea', _shop: login };
  await new Buyer().goesToPay('dollars', at(emulator, 'sha256').merchantUrl(order));
  await emulator.chooses(login, 300, 'paid');
  await emulator.seesAccepted(login, 300);
  const [{ fields }] = shop.heard('/result', 300);
  check('dollars: the notice is in roubles', fields.OutSum === '900.000000', fields.OutSum);
}

// The library signs its fields in the order in which they are given, and sorts them where it checks.
async function fieldsInAnyOrder({ emulator }) {
  const login = loginOf('md5');
  const link = at(emulator, 'md5').merchantUrl({ id: 250, summ: 5, description: 'Tea', _shop: login, _item: 'shoes' });
  await new Buyer().goesToPay('fields in any order', link);
  await emulator.chooses(login, 250, 'paid');
  await emulator.seesAccepted(login, 250);
}

async function wrongPassword({ emulator }) {
  const url = `${emulator.url}/Merchant/Index.aspx`;
  const robokassa = new Robokassa({ login: loginOf('md5'), password1: 'of-nobody', password2: 'password2', url });
  const end = await new Buyer().opens(robokassa.merchantUrl({ id: 400, summ: 1, description: 'Tea' }));
  check('a wrong password: error 29', errorNumber(end) === 29, errorNumber(end));
  check('a wrong password: no payment', (await emulator.payment(loginOf('md5'), 400)) === undefined);
}

await lives({
  accounts: digests.map((digest) => ({ login: loginOf(digest), algorithm: digest, rates: { USD: '90.00' } })),
  handle,
  parts: [paidInEveryDigest, refusedAndForged, numberedByTheService, wrongPassword, fieldsInAnyOrder, pricedInDollars],
});
