// Every state of the payment page, and how a buyer gets there. Nothing is set from inside.
import * as devAces from '../clients/dev_aces.mjs';
import { choose, decideAtProvider, goToProvider, reach } from './browser.mjs';

const PHONE = '+7 900 000-00-00';

let order = 920_000;

/** Opens the link of a new order. */
export async function start(program, page, { shop = program.shop, changes = {} } = {}) {
  order += 1;
  const question = { order, sum: '1290.00', description: 'Красные туфли, 38' };
  const url = new URL(await devAces.link(shop, program.ready.url, question));
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  await page.goto(url.href);
}

async function weather(program, rules) {
  const answer = await fetch(new URL('/control/faults', program.ready.simulators.yookassa), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules }),
  });
  if (!answer.ok) throw new Error(`faults: ${answer.status} ${await answer.text()}`);
}

/** A payment by card, on the provider's page; returns its address here. */
async function toProvider(program, page, scripts) {
  await start(program, page);
  const { href } = new URL(page.url());
  await choose(page, 'bank_card');
  await goToProvider(page, scripts, program.ready.simulators.yookassa);
  return href;
}

async function decided(program, page, scripts, outcome) {
  await toProvider(program, page, scripts);
  await decideAtProvider(page, outcome);
}

/**
 * Name of the picture → the way there. Each ends on the page whose `data-state` is `state`; `error` is
 * the number of a page that has no state. `after` puts right what the way has put wrong.
 */
export const states = [
  { name: 'choose', state: 'choose', go: (program, page) => start(program, page) },
  {
    name: 'form',
    state: 'form',
    go: async (program, page) => {
      await start(program, page);
      const address = new URL(page.url());
      address.search = '?method=mobile_balance';
      await page.goto(address.href);
    },
  },
  {
    name: 'redirect',
    state: 'redirect',
    go: async (program, page, scripts) => {
      // Whoever comes back from the provider undecided is not sent there again.
      await page.goto(await toProvider(program, page, scripts));
    },
  },
  {
    name: 'qr',
    state: 'qr',
    go: async (program, page) => {
      await start(program, page);
      await choose(page, 'sbp');
    },
  },
  {
    name: 'external',
    state: 'external',
    go: async (program, page) => {
      await start(program, page);
      await choose(page, 'mobile_balance', { phone: PHONE });
    },
  },
  {
    name: 'checking',
    state: 'checking',
    go: async (program, page) => {
      await weather(program, [{ on: 'create_payment', fault: 'lost_answer', per_mille: 1000 }]);
      await start(program, page);
      await choose(page, 'bank_card');
    },
    after: (program) => weather(program, []),
  },
  { name: 'paid', state: 'paid', go: (program, page, scripts) => decided(program, page, scripts, 'pay') },
  { name: 'failed', state: 'failed', go: (program, page, scripts) => decided(program, page, scripts, 'decline') },
  {
    name: 'expired',
    state: 'expired',
    go: async (program, page) => {
      const soon = new Date(Date.now() + 3_000).toISOString();
      await start(program, page, { changes: { ExpirationDate: soon } });
      // A list is never loaded again under the buyer's hands: whoever looks again sees that time is over.
      await reach(page, false, 'expired');
    },
  },
  {
    name: 'outcome',
    state: 'outcome',
    go: async (program, page) => {
      const { test_password1, test_password2 } = program.shop;
      const shop = { ...program.shop, password1: test_password1, password2: test_password2, isTest: true };
      await start(program, page, { shop });
      await choose(page, 'bank_card');
    },
  },
  {
    name: 'error-29',
    error: '29',
    go: (program, page) => start(program, page, { changes: { OutSum: '1.00' } }),
  },
];

/** Goes to a state and waits until the page shows it. */
export async function arrive(program, page, scripts, { state, error, go }) {
  await go(program, page, scripts);
  if (state) await reach(page, scripts, state);
  else await page.locator(`main[data-error="${error}"]`).waitFor();
}
