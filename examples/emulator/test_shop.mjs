// A shop's own test against the emulator. Node 18 or newer and nothing else:
//
//     OPENKASSA=target/release/openkassa node --test examples/emulator/test_shop.mjs
//
// Put your own shop in the place of `shop`: the emulator only needs the address of its ResultURL.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const [login, password1, password2] = ['my-shop', 'password1', 'password2'];
const signature = (...slots) => createHash('md5').update(slots.join(':')).digest('hex');

// The shop under test: it believes a notice only if the signature is right.
const paid = new Set();
const shop = createServer(async (request, answer) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const fields = new URLSearchParams(Buffer.concat(chunks).toString());
  const [sum, number, sent] = ['OutSum', 'InvId', 'SignatureValue'].map((name) => fields.get(name));
  const genuine = sent.toLowerCase() === signature(sum, number, password2);
  if (genuine) paid.add(number);
  answer.end(genuine ? `OK${number}` : 'bad sign');
});

let emulator;
let url;

before(async () => {
  await once(shop.listen(0, '127.0.0.1'), 'listening');
  const result = `http://127.0.0.1:${shop.address().port}/result`;
  const options = ['emulate', 'robokassa', '--json', '--listen', '127.0.0.1:0', '--result-url', result];
  emulator = spawn(process.env.OPENKASSA ?? 'openkassa', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  // The first line says where it listens, as soon as it does.
  const [line] = await once(createInterface({ input: emulator.stdout }), 'line');
  url = JSON.parse(line).url;
});

after(async () => {
  emulator.kill('SIGTERM');
  await once(emulator, 'exit');
  shop.close();
  shop.closeAllConnections();
});

const payment = async (number) => {
  const answer = await fetch(`${url}/emulator/payments?login=${login}&inv_id=${number}`);
  return (await answer.json())[0];
};

// Sends a buyer to the payment page, as the shop's checkout does; the payment's id.
const start = async (number, sum = '100.00') => {
  const query = new URLSearchParams({ MerchantLogin: login, OutSum: sum, InvId: number });
  query.set('SignatureValue', signature(login, sum, number, password1));
  await (await fetch(`${url}/Merchant/Index.aspx?${query}`)).text();
  return (await payment(number)).id;
};

const choose = async (id, outcome) => {
  const answer = await fetch(`${url}/emulator/payments/${id}/outcome`, {
    method: 'POST',
    body: JSON.stringify({ outcome }),
  });
  assert.equal(answer.status, 200, await answer.text());
};

// Waits until something is true of the notice.
const notice = async (number, isSo) => {
  for (let tries = 0; tries < 100; tries += 1) {
    const { notice: seen } = await payment(number);
    if (isSo(seen)) return seen;
    await pause(100);
  }
  throw new Error(`the notice of order ${number} is ${JSON.stringify((await payment(number)).notice)}`);
};

test('a paid order is marked as paid', async () => {
  await choose(await start('1'), 'paid');
  const seen = await notice('1', ({ state }) => state === 'accepted');
  assert.deepEqual(seen.last_answer, { status: 200, body: 'OK1' });
  assert.ok(paid.has('1'));
});

test('a refused order is not', async () => {
  await choose(await start('2'), 'refused');
  assert.equal((await payment('2')).notice.state, 'none');
  assert.ok(!paid.has('2'));
});

test('a forged notice is not believed', async () => {
  await choose(await start('3'), 'bad_signature');
  const seen = await notice('3', ({ state }) => state === 'repeating');
  assert.equal(seen.last_answer.body, 'bad sign');
  assert.ok(!paid.has('3'));
});

test('a notice that comes twice does no harm', async () => {
  await choose(await start('4'), 'notified_twice');
  const seen = await notice('4', ({ tries }) => tries === 2);
  assert.equal(seen.state, 'accepted');
});
