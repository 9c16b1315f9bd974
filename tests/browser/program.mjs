// The real program in a folder of its own: started, asked by its command line, stopped.
import { execFile, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const READY_WITHIN_MS = 60_000;

const binary =
  process.env.OPENKASSA_BINARY ?? fileURLToPath(new URL('../../target/debug/openkassa', import.meta.url));

// What this test itself is told by the environment is nothing that the program knows.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OPENKASSA_')));

/** A running program. `ready` is the object that it printed when everything listened. */
export class Program {
  static async demo() {
    const program = await Program.start('demo');
    // New shops sign with SHA-256; the line does not repeat what is the same for all.
    program.shop = { digest: 'sha256', ...program.ready.shop };
    return program;
  }

  static emulator() {
    return Program.start('emulate', 'robokassa');
  }

  static async start(...command) {
    const program = new Program();
    program.folder = mkdtempSync(join(tmpdir(), 'openkassa-'));
    program.data = join(program.folder, 'data');
    program.logFile = join(program.folder, 'log');
    const places = ['--listen', '127.0.0.1:0', '--data', program.data, '--json'];
    program.child = spawn(binary, [...command, ...places], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    program.child.stderr.pipe(createWriteStream(program.logFile));
    process.once('exit', () => program.child.kill('SIGKILL'));
    try {
      program.ready = JSON.parse(await program.firstLine());
    } catch (fault) {
      throw new Error(`${binary} ${command.join(' ')}: ${fault.message}\n${program.log()}`);
    }
    // Everything after the first line is read and dropped: a full pipe would stop the program.
    program.child.stdout.resume();
    return program;
  }

  firstLine() {
    return new Promise((line, fail) => {
      const late = setTimeout(() => fail(new Error('not ready in time')), READY_WITHIN_MS);
      const settle = (end, value) => {
        clearTimeout(late);
        end(value);
      };
      createInterface({ input: this.child.stdout }).once('line', (text) => settle(line, text));
      this.child.once('error', (fault) => settle(fail, fault));
      this.child.once('exit', (code) => settle(fail, new Error(`ended with ${code} before it was ready`)));
    });
  }

  /** Runs a command of the program on the same data and returns the JSON it prints. */
  run(...arguments_) {
    const all = [...arguments_, '--data', this.data, '--json'];
    return new Promise((printed, fail) => {
      execFile(binary, all, { env, timeout: 60_000 }, (fault, out, log) =>
        fault ? fail(new Error(`openkassa ${all.join(' ')}: ${fault.message}\n${log}`)) : printed(JSON.parse(out)),
      );
    });
  }

  /** Where the shop is told of payments and where its buyers come back to. */
  setAddresses({ result, success, fail }) {
    return this.run('shop', 'set-addresses', this.shop.login, '--result', result, '--success', success, '--fail', fail);
  }

  /** The payment of an order of the demo's shop. */
  async payment(order) {
    const { payments } = await this.run('payment', 'list', '--shop', this.shop.login);
    const found = payments.find((payment) => payment.order === String(order));
    return this.run('payment', 'show', found.payment);
  }

  /** Kopecks of the demo's seller, pending and available together. */
  async balance() {
    const { balances } = await this.run('seller', 'show', '--shop', this.shop.login);
    return ['pending', 'available'].map((account) => kopecks(balances.RUB[account])).reduce((a, b) => a + b);
  }

  log() {
    try {
      return readFileSync(this.logFile, 'utf8').split('\n').slice(-60).join('\n');
    } catch {
      return '(no log)';
    }
  }

  stop() {
    return new Promise((ended) => {
      const gone = () => {
        rmSync(this.folder, { recursive: true, force: true });
        ended();
      };
      if (this.child.exitCode !== null || this.child.signalCode !== null) return gone();
      this.child.once('exit', gone);
      this.child.kill('SIGKILL');
    });
  }
}

/** "1290.50" as a whole number of kopecks. */
export function kopecks(sum) {
  const [, sign, whole, part] = /^(-?)(\d+)\.(\d{2})$/.exec(sum) ?? [];
  if (whole === undefined) throw new Error(`not a sum in roubles: ${sum}`);
  return Number(`${sign}${whole}${part}`);
}

/** Looks again and again until `look` gives something; the message names what was waited for. */
export async function waitUntil(what, look, limitMs = 30_000) {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((again) => setTimeout(again, 50));
  }
}
