// Seconds until the launcher of JupyterLab can be used, as JSON: `page.mjs ROUNDS URL…`.
// The pages are opened in turn, each in a browser profile of its own.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const installed = process.env.CHROMIUM ?? '/usr/bin/chromium';
const require = createRequire(`${import.meta.dirname}/../ui-tests/`);
const { chromium } = require('@playwright/test');

const [rounds, ...urls] = process.argv.slice(2);
const seconds = urls.map(() => []);
const browser = await chromium.launch({
  executablePath: existsSync(installed) ? installed : undefined,
  args: ['--no-sandbox', '--disable-gpu']
});

async function opened(url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const began = performance.now();
  await page.goto(url);
  await page.locator('.jp-LauncherCard').first().waitFor({ timeout: 120_000 });
  const ended = performance.now();
  await context.close();
  return (ended - began) / 1000;
}

await opened(urls[0]);
for (let round = 0; round < Number(rounds); round++) {
  for (const [index, url] of urls.entries()) {
    seconds[index].push(await opened(url));
  }
}
await browser.close();
process.stdout.write(JSON.stringify(seconds));
