// What the npm clients are run against: the emulator, a shop that listens, and a buyer with a browser's manners.
// The program is named by OPENKASSA_BINARY. The first thing that is wrong ends the script with a line that says what.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const patienceMs = 30_000;
let passed = 0;

class Wrong extends Error {}

/** Says that one thing is right; the first wrong one ends the script. */
export function check(what, right, seen) {
  if (!right) throw new Wrong(seen === undefined ? what : `${what}; seen: ${JSON.stringify(seen)}`);
  passed += 1;
  console.log(`ok     ${what}`);
}

/** The first answer of `probe` that is not false. */
export async function until(what, probe) {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const answer = await probe();
    if (answer) return answer;
    await pause(50);
  }
  throw new Wrong(`${what}, within ${patienceMs / 1_000} s`);
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Custom parameters of a call to the shop, sorted by name. */
export function custom(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => /^shp/i.test(name)).sort());
}

/** The number of an error page, as its title says it; undefined for any other page. */
export function errorNumber({ page }) {
  const number = /<title>[^<]* – (\d+) – /.exec(page)?.[1];
  return number && Number(number);
}

/**
 * What differs between the services: where notices go and which field of them has the order's number, what the emulator is
 * told and asked by, and what a shop answers.
 */
const services = {
  robokassa: {
    notices: '/result',
    order: 'InvId',
    options: (shop) => ['--result-url', `${shop}/result`, '--success-url', `${shop}/success`, '--fail-url', `${shop}/fail`],
    accounts: (accounts) => accounts,
    question: (login, order) => `login=${login}${order === undefined ? '' : `&inv_id=${order}`}`,
    answer: (order) => `OK${order}`,
  },
  interkassa: {
    notices: '/interaction',
    order: 'ik_pm_no',
    options: () => [],
    // Checkouts have addresses of their own; these are where the shop listens.
    accounts: (accounts, shop) => accounts.map((account) => ({
      interaction_url: `${shop}/interaction`, success_url: `${shop}/success`, pending_url: `${shop}/pending`,
      fail_url: `${shop}/fail`, ...account,
    })),
    question: (checkout, order) => `checkout=${checkout}${order === undefined ? '' : `&pm_no=${order}`}`,
    answer: () => 'OK',
  },
};

/** A shop on a free port. `handle(call, answer)` answers its ResultURL; `answer` is Node's own. */
class Shop {
  constructor(handle, service) {
    this.calls = [];
    this.service = service;
    this.server = createServer(async (request, answer) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { pathname, searchParams } = new URL(request.url, 'http://shop');
      const body = Buffer.concat(chunks).toString();
      const fields = Object.fromEntries(request.method === 'GET' ? searchParams : new URLSearchParams(body));
      const call = { method: request.method, path: pathname, fields, body };
      if (pathname === service.notices) await handle(call, answer);
      else answer.end('welcome');
      // Only now, so that a call that is seen has been judged.
      this.calls.push(call);
    });
  }

  async opens() {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  /** The calls of one path about this order. */
  heard(path, order) {
    return this.calls.filter((call) => call.path === path && call.fields[this.service.order] === String(order));
  }

  /** Waits for so many of them; the last one. */
  hears(path, order, times = 1) {
    return until(`order ${order}: ${times} at ${path}`, () => this.heard(path, order)[times - 1]);
  }

  closes() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A browser without scripts: follows redirects and keeps cookies. */
export class Buyer {
  cookies = new Map();

  /** The address where the browser ends, and the page there. */
  async opens(address, form) {
    const headers = { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') };
    const how = form && { method: 'POST', body: form };
    const answer = await fetch(address, {
      ...how, headers, redirect: 'manual', signal: AbortSignal.timeout(patienceMs),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split('=');
      this.cookies.set(name, value);
    }
    const next = answer.headers.get('location');
    if (next) return this.opens(new URL(next, address));
    return { address: String(address), page: await answer.text() };
  }

  /** Opens the shop's link, which must lead to the payment page. */
  async goesToPay(what, address) {
    const end = await this.opens(address);
    check(`${what}: the link leads to the payment page`, end.address.includes('/pay/pay_'), errorNumber(end));
  }

  /** Presses the button that leads back to the shop. */
  async returns(emulator, payment) {
    const { page } = await this.opens(`${emulator.url}/pay/${payment}`);
    check('the payment page leads back to the shop', page.includes(`/pay/${payment}/back`));
    return this.opens(`${emulator.url}/pay/${payment}/back`);
  }
}

/** `openkassa emulate` as a process of its own. */
class Emulator {
  constructor(name) {
    this.name = name;
    this.service = services[name];
  }

  async starts(shop, accounts) {
    this.folder = mkdtempSync(join(tmpdir(), 'openkassa-clients-'));
    const listed = join(this.folder, 'accounts.json');
    const log = join(this.folder, 'log');
    writeFileSync(listed, JSON.stringify(this.service.accounts(accounts, shop.url)));
    const options = ['emulate', this.name, '--json', '--listen', '127.0.0.1:0', '--accounts', listed];
    options.push(...this.service.options(shop.url));
    // The program's own settings may stand in the environment too; here it has none.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OPENKASSA_')));
    const program = process.env.OPENKASSA_BINARY ?? 'openkassa';
    this.process = spawn(program, options, { env, stdio: ['ignore', 'pipe', openSync(log, 'w')] });
    const fault = (error) => writeFileSync(log, String(error));
    this.ended = new Promise((end) => this.process.once('exit', end).once('error', (error) => end(fault(error))));
    const lines = createInterface({ input: this.process.stdout });
    const first = once(lines, 'line').then(([line]) => line);
    const tooLate = pause(patienceMs, undefined, { ref: false });
    const line = await Promise.race([first, this.ended.then(() => undefined), tooLate]);
    check('the emulator starts', typeof line === 'string', readFileSync(log, 'utf8'));
    this.url = JSON.parse(line).url;
  }

  async ends() {
    if (!this.process) return;
    this.process.kill('SIGTERM');
    const late = pause(patienceMs, 'late', { ref: false });
    if ((await Promise.race([this.ended, late])) === 'late') this.process.kill('SIGKILL');
    rmSync(this.folder, { recursive: true });
  }

  async asks(path, body) {
    const how = body && { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(this.url + path, { ...how, signal: AbortSignal.timeout(patienceMs) });
    if (!answer.ok) throw new Wrong(`the emulator answers ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** The newest payment of this shop; of this number, unless the service gives the number. */
  async payment(login, order) {
    return (await this.asks(`/emulator/payments?${this.service.question(login, order)}`))[0];
  }

  /** Brings the outcome about; the payment's identifier. */
  async chooses(login, order, outcome) {
    const payment = await this.payment(login, order);
    check(`order ${order}: the payment is there`, payment !== undefined);
    await this.asks(`/emulator/payments/${payment.id}/outcome`, { outcome });
    return payment.id;
  }

  /** Waits for this state of the payment and this one of its notice. */
  async sees(login, order, state, notice) {
    const what = `order ${order}: state ${state}, notice ${notice}`;
    const payment = await until(what, async () => {
      const seen = await this.payment(login, order);
      return seen.state === state && seen.notice.state === notice && seen;
    });
    check(what, true);
    return payment;
  }

  /** The shop was told, its library believed it, and the aggregator took its answer. */
  async seesAccepted(login, order) {
    const { notice } = await this.sees(login, order, 'paid', 'accepted');
    check(`order ${order}: the shop's answer`, same(notice.last_answer, { body: this.service.answer(order), status: 200 }), notice);
  }
}

/** Runs the parts of a life one after the other and says how many checks there were. */
export async function lives({ service = 'robokassa', accounts, handle, parts }) {
  const shop = new Shop(handle, services[service]);
  const emulator = new Emulator(service);
  try {
    await shop.opens();
    await emulator.starts(shop, accounts);
    for (const part of parts) await part({ emulator, shop });
    console.log(`${passed} passed, 0 failed`);
  } catch (fault) {
    console.log(fault instanceof Wrong ? `WRONG  ${fault.message}` : `WRONG  ${fault.stack}`);
    console.log(`${passed} passed, 1 failed`);
    process.exitCode = 1;
  } finally {
    await emulator.ends();
    shop.closes();
  }
}
