// Makes the picture of the README: the method list, light, as a desktop buyer sees it first.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { launch, open } from './browser.mjs';
import { Program } from './program.mjs';
import { start } from './states.mjs';

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });

const program = await Program.demo();
const browser = await launch();
try {
  const page = await open(browser, { locale: 'en-GB' });
  await start(program, page, { changes: { Culture: 'en', Description: 'Red shoes, size 38' } });
  await page.screenshot({ path: `${folder}checkout.png` });
} finally {
  await browser.close();
  await program.stop();
}
