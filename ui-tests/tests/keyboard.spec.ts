/** All of it by keyboard alone. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, test } from './lab';
import {
  build,
  built,
  expectAccessible,
  expectState,
  notebook,
  openFile,
  openPanel,
  SMALL,
  write
} from './steps';

test('review, agree, cancel and build need no mouse', async ({ lab, page }) => {
  await write(lab, 'keys/environment.yml', SMALL);
  await write(lab, 'keys/a.ipynb', notebook('1'));
  await openFile(page, 'keys/a.ipynb');
  const panel = page.getByRole('region', { name: 'Environment', exact: true });

  await command(page, 'Show Environment');
  await expect(panel).toBeVisible();
  await tabTo(page, 'Build');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Agree and Build');
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('progressbar')).toBeVisible();
  // What had the focus is gone; the focus is not.
  await expect(panel.locator(':focus')).toHaveCount(1);
  await tabTo(page, 'Cancel');
  await page.keyboard.press('Enter');
  await expect(panel.getByText('Cancelled, nothing was changed')).toBeVisible();

  await command(page, 'Build Environment');
  await built(panel);
  await expectState(panel, 'In sync');
  await tabTo(page, 'Packages they bring along');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Filter packages');
  await page.keyboard.type('ipython');
  await expect(panel.getByText(/^\d+ packages?$/).last()).toBeVisible();
  await expect(
    panel.getByRole('rowheader', { name: 'jedi', exact: true })
  ).toBeHidden();
  await expectAccessible(page);
});

test('the terminal opens inside the environment, and the environment can be removed', async ({
  lab,
  page
}) => {
  await write(lab, 'gone/environment.yml', SMALL);
  await openFile(page, 'gone/environment.yml');
  const panel = await openPanel(page);
  await build(panel);

  await command(page, 'Open Terminal in Environment');
  const terminal = page.locator('.jp-Terminal .xterm-helper-textarea');
  await expect(terminal).toBeAttached();
  await page.waitForTimeout(1500);
  await terminal.focus();
  await page.keyboard.type('echo at=$CONDA_PREFIX > where.txt\n');
  await expect
    .poll(async () => fileText(lab.root, 'gone/where.txt'))
    .toContain(`at=${lab.store}`);

  await remove();
  await expect(panel.getByRole('alert')).toContainText('are running');
  await page
    .getByRole('main')
    .getByRole('tab', { name: /^Terminal/ })
    .click();
  await terminal.focus();
  await page.keyboard.type('exit\n');
  // The shell takes a moment to end, and the environment to go.
  await expect(async () => {
    if (await panel.getByRole('button', { name: 'Remove…' }).isVisible()) {
      await remove();
    }
    await expectState(panel, 'Not built yet', 5000);
  }).toPass({ timeout: 60_000 });

  async function remove(): Promise<void> {
    await openFile(page, 'gone/environment.yml');
    await openPanel(page);
    await panel.getByRole('button', { name: 'Remove…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Remove' }).click();
  }
});

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+Shift+c');
  const search = page.locator('.lm-CommandPalette-input');
  await search.fill(name);
  await expect(
    page.locator('.lm-CommandPalette-item.lm-mod-active')
  ).toContainText(name);
  await page.keyboard.press('Enter');
}

/** Moves by Tab until what has the focus carries the name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator('#jupyter-envs-panel :focus');
    const label = (await focused.count())
      ? await focused.evaluate(
          element =>
            element.getAttribute('aria-label') ?? element.textContent ?? ''
        )
      : '';
    if (label === name) {
      return;
    }
  }
  throw new Error(`Tab does not reach ${name}`);
}

async function fileText(root: string, path: string): Promise<string> {
  return readFile(join(root, path), 'utf8').catch(() => '');
}
