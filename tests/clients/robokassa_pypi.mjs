// The PyPI library `robokassa`, asked through a small Python program beside this file.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const name = 'PyPI robokassa';

const program = fileURLToPath(new URL('robokassa_pypi.py', import.meta.url));
const python = process.env.OPENKASSA_PYTHON ?? 'python3';

function ask(what, question) {
  return new Promise((answer, fail) => {
    const child = execFile(python, [program, what], { timeout: 60_000 }, (fault, out, log) =>
      fault ? fail(new Error(`${what}: ${fault.message}\n${log}`)) : answer(JSON.parse(out)),
    );
    child.stdin.end(JSON.stringify(question));
  });
}

/** The address that the buyer is sent to. `sum` is text with two decimals. */
export async function link(shop, aggregator, order) {
  return (await ask('link', { shop, aggregator, ...order })).url;
}

/** Whether the library believes a call to ResultURL. */
export async function believesResult(shop, aggregator, fields) {
  return (await ask('result', { shop, aggregator, fields })).believed;
}

/** Whether the library believes a call to SuccessURL. */
export async function believesSuccess(shop, aggregator, fields) {
  return (await ask('success', { shop, aggregator, fields })).believed;
}

/** Where an order stands, by the library's own request to OpStateExt. */
export async function state(shop, aggregator, order) {
  return ask('state', { shop, aggregator, order });
}
