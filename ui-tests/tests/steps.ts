/** What people do and see, in the words of the journeys. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

import type { ILab } from './lab';

/** The smallest file that gives a Python kernel. */
export const SMALL = `name: small
channels:
  - conda-forge
dependencies:
  - python=3.11
  - ipykernel
`;

export async function write(
  lab: ILab,
  path: string,
  text: string
): Promise<void> {
  const target = join(lab.root, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}

export function read(lab: ILab, path: string): Promise<Buffer> {
  return readFile(join(lab.root, path));
}

/** The text of a notebook of one cell. */
export function notebook(source: string, metadata: object = {}): string {
  return `${JSON.stringify(
    {
      cells: [
        {
          cell_type: 'code',
          execution_count: null,
          id: 'only',
          metadata: {},
          outputs: [],
          source: [source]
        }
      ],
      metadata,
      nbformat: 4,
      nbformat_minor: 5
    },
    null,
    1
  )}\n`;
}

export const PYTHON3 = {
  kernelspec: {
    display_name: 'Python 3 (ipykernel)',
    language: 'python',
    name: 'python3'
  },
  language_info: { name: 'python' }
};

/** Opens a file of the folder by the file browser. */
export async function openFile(page: Page, path: string): Promise<void> {
  const names = path.split('/');
  const files = page.locator('#filebrowser');
  if (!(await files.isVisible())) {
    await page.getByRole('tab', { name: /^File Browser/ }).click();
  }
  await page.locator('.jp-BreadCrumbs-home').click();
  for (const name of names) {
    await files.getByText(name, { exact: true }).dblclick();
  }
  await expect(
    page.getByRole('main').getByRole('tab', { name: names.at(-1) })
  ).toBeVisible();
}

export async function openPanel(page: Page): Promise<Locator> {
  const panel = page.getByRole('region', { name: 'Environment', exact: true });
  if (!(await panel.isVisible())) {
    await page.getByRole('tab', { name: 'Environment', exact: true }).click();
  }
  await expect(panel).toBeVisible();
  return panel;
}

/** Builds what the panel shows, agreeing to the file. */
export async function build(panel: Locator): Promise<void> {
  await panel.getByRole('button', { name: 'Build', exact: true }).click();
  await panel.getByRole('button', { name: 'Agree and Build' }).click();
  await built(panel);
}

export async function built(panel: Locator): Promise<void> {
  await expect(panel.getByText(/^Built in/)).toBeVisible({ timeout: 90_000 });
}

/** Waits until the head of the panel says so. */
export async function expectState(
  panel: Locator,
  sentence: string | RegExp,
  timeout?: number
): Promise<void> {
  const said = panel.getByText(sentence, { exact: true }).first();
  await expect(said).toBeVisible({ timeout });
}

/** The bar between a notebook's toolbar and its cells. */
export function bar(page: Page): Locator {
  return page.getByRole('group', { name: 'Environment of this notebook' });
}

/** The button in the notebook's toolbar that names its kernel. */
export function kernelName(page: Page): Locator {
  return page.locator('.jp-NotebookPanel:visible .jp-KernelName');
}

/** Runs the only cell of the notebook in front. */
export async function runCell(page: Page): Promise<Locator> {
  const panel = page.locator('.jp-NotebookPanel:visible');
  await panel.locator('.jp-Cell .jp-InputArea-editor').first().click();
  await page.keyboard.press('Control+Enter');
  return panel.locator('.jp-OutputArea-output').first();
}

export async function expectNoDialog(page: Page): Promise<void> {
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

/** Nothing of ours may stand in the way of a screen reader or of weak eyes. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const part of PARTS) {
    if ((await page.locator(part).count()) > 0) {
      const { violations } = await new AxeBuilder({ page })
        .include(part)
        .analyze();
      expect(violations).toEqual([]);
    }
  }
}

const PARTS = [
  '#jupyter-envs-panel',
  '.jp-Envs-notebookBar',
  '.jp-Envs-badge',
  '.jp-Envs-statusItem'
];

/** In both themes: accessible, and a picture of the window for people to look at. */
export async function expectGoodLook(page: Page, name: string): Promise<void> {
  for (const theme of ['JupyterLab Dark', 'JupyterLab Light']) {
    await page.evaluate(
      theme =>
        window.jupyterapp.commands.execute('apputils:change-theme', { theme }),
      theme
    );
    const colour = theme.split(' ')[1].toLowerCase();
    await expect(page.locator('body')).toHaveAttribute(
      'data-jp-theme-name',
      theme
    );
    await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
    await page.screenshot({ path: `screenshots/${name}-${colour}.png` });
    await expectAccessible(page);
  }
}

declare global {
  interface Window {
    jupyterapp: {
      commands: { execute(id: string, args: object): Promise<void> };
    };
  }
}
