// Every state of the payment page, and how a buyer gets there. Nothing is set from inside.
import * as devAces from '../clients/dev_aces.mjs';
import { choose, decideAtProvider, goToProvider, stateOf } from './browser.mjs';
import { waitUntil } from './program.mjs';

let order = 920_000;

async function start(program, page, changes = {}) {
  order += 1;
  const question = { order, sum: '1290.00', description: 'Красные туфли, 38' };
  const url = new URL(await devAces.link(program.shop, program.ready.url, question));
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  await page.goto(url.href);
}

async function reach(page, state) {
  await waitUntil(`the state ${state}`, async () => {
    if ((await stateOf(page)) === state) return true;
    await page.reload();
    return false;
  });
}

async function weather(program, faults) {
  const url = new URL('/control/faults', program.ready.simulators.yookassa);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  if (!answer.ok) throw new Error(`faults: ${answer.status} ${await answer.text()}`);
}

async function toProvider(program, page) {
  await start(program, page);
  await choose(page, 'bank_card');
  await goToProvider(page, program.ready.simulators.yookassa);
}

/** Name of the picture → the way there. Each ends on the page whose `data-state` is `state`. */
export const states = [
  { name: 'choose', state: 'choose', go: start },
  {
    name: 'form-phone',
    state: 'form',
    go: async (program, page) => {
      await start(program, page);
      await page.goto(`${new URL(page.url()).origin}${new URL(page.url()).pathname}?method=mobile_balance`);
    },
  },
  {
    name: 'waiting-qr',
    state: 'waiting',
    go: async (program, page) => {
      await start(program, page);
      await choose(page, 'sbp');
      await reach(page, 'waiting');
    },
  },
  {
    name: 'checking',
    state: 'checking',
    go: async (program, page) => {
      await weather(program, { lost_answer: { next: 1 } });
      await start(program, page);
      await choose(page, 'bank_card');
      await reach(page, 'checking');
    },
  },
  {
    name: 'paid',
    state: 'paid',
    go: async (program, page) => {
      await toProvider(program, page);
      await decideAtProvider(page, 'pay');
      await reach(page, 'paid');
    },
  },
  {
    name: 'failed',
    state: 'failed',
    go: async (program, page) => {
      await toProvider(program, page);
      await decideAtProvider(page, 'decline');
      await reach(page, 'failed');
    },
  },
  {
    name: 'expired',
    state: 'expired',
    go: async (program, page) => {
      await start(program, page, { ExpirationDate: new Date(Date.now() + 3_000).toISOString() });
      await reach(page, 'expired');
    },
  },
  {
    name: 'error-signature',
    state: 'error',
    go: (program, page) => start(program, page, { OutSum: '1.00' }),
  },
];
