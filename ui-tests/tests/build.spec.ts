/** The main journey: from a file to a kernel, and on when the file changes. */

import { expect, test } from './lab';
import {
  bar,
  built,
  expectNoDialog,
  expectState,
  kernelName,
  notebook,
  openFile,
  openPanel,
  expectGoodLook,
  PYTHON3,
  runCell,
  SMALL,
  write
} from './steps';

test('a notebook gets the environment that its project declares', async ({
  lab,
  page
}) => {
  await write(lab, 'course/environment.yml', SMALL);
  await write(
    lab,
    'course/where.ipynb',
    notebook('import sys; print(sys.prefix)', PYTHON3)
  );

  await openFile(page, 'course/where.ipynb');
  await expect(bar(page)).toContainText('declared, but not built yet');
  await expectNoDialog(page);
  await expect(kernelName(page)).toHaveText('No Kernel');

  await bar(page).getByRole('button', { name: 'Build' }).click();
  const panel = await openPanel(page);
  await expect(panel).toContainText('conda-forge');
  await expect(panel).toContainText('python=3.11');
  await expectGoodLook(page, 'consent');
  await panel.getByRole('button', { name: 'Agree and Build' }).click();
  await expectState(panel, /^Building: /);
  await expect(panel.getByRole('progressbar')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Cancel' })).toBeVisible();
  await panel.getByText('Log', { exact: true }).click();
  await expect(panel.getByLabel('Lines of the log')).not.toHaveText(
    'No lines yet'
  );
  await expectGoodLook(page, 'building');
  await built(panel);

  await expectState(panel, 'In sync');
  await expect(bar(page)).toBeHidden();
  await expect(kernelName(page)).toContainText('course / small');
  const output = await runCell(page);
  await expect(output).toContainText(lab.store);
  await expectGoodLook(page, 'in-sync');

  await test.step('an edit of the file is seen within a second', async () => {
    await openFile(page, 'course/environment.yml');
    await openPanel(page);
    await page.locator('.jp-FileEditor .cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('  - versions-demo>=2\n');
    await page.keyboard.press('Control+s');
    const saved = Date.now();
    await expectState(panel, 'Out of sync: 1 missing');
    expect(Date.now() - saved).toBeLessThan(1000);
    await expectGoodLook(page, 'out-of-sync');
  });

  await test.step('a rebuild leaves the kernel alone and offers a restart', async () => {
    await panel.getByRole('button', { name: 'Rebuild' }).click();
    await panel.getByRole('button', { name: 'Agree and Build' }).click();
    await built(panel);
    await expectState(panel, 'In sync, 1 kernel to restart');
    await expectGoodLook(page, 'kernel-behind');
    await page
      .getByRole('main')
      .getByRole('tab', { name: 'where.ipynb' })
      .click();
    await expect(await runCell(page)).toContainText('/1-');
    await panel.getByRole('button', { name: /^Restart the kernel of/ }).click();
    await expectState(panel, 'In sync');
    await expect(await runCell(page)).toContainText('/2-');
  });
});
