// Makes the pictures of the documentation: the method list, and the main pages of the cabinet.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { launch, open } from './browser.mjs';
import { Program } from './program.mjs';
import { paid, signIn } from './cabinet.mjs';
import { start } from './states.mjs';

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });

const program = await Program.demo();
const browser = await launch();
try {
  const page = await open(browser, { locale: 'en-GB' });
  await start(program, page, { changes: { Culture: 'en', Description: 'Red shoes, size 38' } });
  await page.screenshot({ path: `${folder}checkout.png` });
  for (const Description of ['Red shoes, size 38', 'Oolong tea, 200 g', 'A month of lessons']) {
    const buyer = await open(browser, { locale: 'en-GB' });
    await paid(program, buyer, { Culture: 'en', Description, Email: 'buyer@example.com' });
    await buyer.context().close();
  }
  await signIn(program, page);
  await page.screenshot({ path: `${folder}cabinet-overview.png` });
  await page.goto(`${program.ready.url}/cabinet/payments`);
  await page.screenshot({ path: `${folder}cabinet-payments.png` });
  await page.goto(program.ready.url + (await page.locator('tbody a').nth(0).getAttribute('href')));
  await page.screenshot({ path: `${folder}cabinet-payment.png` });
} finally {
  await browser.close();
  await program.stop();
}
