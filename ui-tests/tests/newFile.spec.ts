/** A folder without a file gets one. */

import { expect, test } from './lab';
import {
  bar,
  build,
  expectState,
  kernelName,
  notebook,
  openFile,
  openPanel,
  expectGoodLook,
  PYTHON3,
  read,
  runCell,
  write
} from './steps';

test('the imports of notebooks become an environment file', async ({
  lab,
  page
}) => {
  await write(lab, 'bare/plot.ipynb', notebook('import wcwidth', PYTHON3));
  await openFile(page, 'bare/plot.ipynb');
  const panel = await openPanel(page);
  await expect(panel).toContainText('No environment file here or above.');

  await panel.getByRole('button', { name: 'New Environment File…' }).click();
  await expectGoodLook(page, 'new-file');
  await panel.getByLabel('The imports of the notebooks here').check();
  await panel.getByRole('button', { name: 'Show Draft' }).click();
  const text = panel.getByLabel('Text');
  await expect(text).toHaveValue(/- wcwidth/);
  await expect(panel.getByLabel('File', { exact: true })).toHaveValue(
    'bare/environment.yml'
  );
  await expectGoodLook(page, 'draft');
  await expect(read(lab, 'bare/environment.yml')).rejects.toThrow('ENOENT');

  await text.fill(`${await text.inputValue()}# mine\n`);
  await panel.getByRole('button', { name: 'Create File' }).click();
  await expectState(panel, 'Not built yet');
  expect(String(await read(lab, 'bare/environment.yml'))).toContain('# mine');

  await build(panel);
  // The notebook ran no cell on the kernel that it was opened with.
  await expect(bar(page)).toBeHidden();
  await expect(kernelName(page)).toContainText('bare / ');
  await runCell(page);
  await expect(page.locator('.jp-InputPrompt').first()).toHaveText('[1]:');
});

test('a Python version and packages become an environment file', async ({
  lab,
  page
}) => {
  await write(lab, 'listed/readme.txt', 'Nothing here yet.\n');
  await openFile(page, 'listed/readme.txt');
  const panel = await openPanel(page);

  await panel.getByRole('button', { name: 'New Environment File…' }).click();
  await panel.getByLabel('A Python version and packages').check();
  await panel.getByLabel('Python version', { exact: true }).fill('3.11');
  await panel.getByLabel('Packages, one a line').fill('numpy >=2\nsix');
  await panel.getByRole('button', { name: 'Show Draft' }).click();
  await expect(panel.getByLabel('Text')).toHaveValue(
    /- python ?=3\.11\n\s+- numpy ?>=2\n\s+- six/
  );

  await panel.getByRole('button', { name: 'Discard' }).click();
  await expect(panel).toContainText('No environment file here or above.');
});

test('requirements.txt becomes an environment file, and nothing is overwritten', async ({
  lab,
  page
}) => {
  await write(lab, 'pinned/requirements.txt', 'six==1.16.0\n');
  await openFile(page, 'pinned/requirements.txt');
  const panel = await openPanel(page);

  await panel.getByRole('button', { name: 'New Environment File…' }).click();
  await panel.getByLabel('The file requirements.txt').check();
  await panel.getByRole('button', { name: 'Show Draft' }).click();
  await expect(panel.getByLabel('Text')).toHaveValue(/six/);
  await write(lab, 'pinned/environment.yml', 'name: theirs\n');
  await panel.getByRole('button', { name: 'Create File' }).click();

  await expect(panel.getByRole('alert')).toContainText('is there already');
  expect(String(await read(lab, 'pinned/environment.yml'))).toBe(
    'name: theirs\n'
  );
});
