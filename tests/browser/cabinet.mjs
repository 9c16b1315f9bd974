// The cabinet in a browser: signing in, and the pages that every test of it looks at.
import { press } from './browser.mjs';
import { start } from './states.mjs';
import { decideAtProvider, goToProvider, choose, reach } from './browser.mjs';

/** Signs in as the demo's administrator, by keyboard or not. */
export async function signIn(program, page, next = '/cabinet') {
  const { organisation, login, password } = program.ready.person;
  await page.goto(program.ready.url + next);
  await page.locator('[name=organisation]').fill(organisation);
  await page.locator('[name=login]').fill(login);
  await page.locator('[name=password]').fill(password);
  await press(page, page.locator('main form button.primary'));
}

/** A payment that a buyer has made with the simulated provider. */
export async function paid(program, browserPage, changes = {}) {
  await start(program, browserPage, { changes });
  await choose(browserPage, 'bank_card');
  await goToProvider(browserPage, true, program.ready.simulators.yookassa);
  await decideAtProvider(browserPage, 'pay');
  await reach(browserPage, true, 'paid');
}

/** Every page of the cabinet, by name; `payment` is the address of a paid payment, `shop` of a shop's settings. */
export function places(payment, shop) {
  return [
    { name: 'overview', path: '/cabinet' },
    { name: 'payments', path: '/cabinet/payments' },
    { name: 'payments-filtered', path: '/cabinet/payments?state=paid&least=1&q=buyer' },
    { name: 'payments-none', path: '/cabinet/payments?q=nobody@' },
    { name: 'payment', path: payment },
    { name: 'refund', path: `${payment}/refund` },
    { name: 'refund-wrong', path: `${payment}/refund?amount=99999999` },
    { name: 'refund-confirm', path: `${payment}/refund?amount=10` },
    { name: 'balance', path: '/cabinet/balance' },
    { name: 'balance-pending', path: '/cabinet/balance?account=pending' },
    { name: 'link', path: '/cabinet/link' },
    { name: 'shops', path: '/cabinet/shops' },
    { name: 'shop', path: shop },
    { name: 'shop-passwords', path: `${shop}/passwords?of=test` },
    { name: 'notices', path: '/cabinet/notices' },
    { name: 'notices-none', path: '/cabinet/notices?state=refused' },
    { name: 'check', path: '/cabinet/check' },
    { name: 'sessions', path: '/cabinet/sessions' },
    { name: 'missing', path: '/cabinet/payments/pay_00000000000000000000000000' },
    { name: 'gallery', path: '/gallery' },
    { name: 'gallery-mirrored', path: '/gallery?lang=mirrored' },
  ];
}
