/** The panel follows what is in front, and nobody looks in without the token. */

import { expect, test } from './lab';
import {
  expectAccessible,
  expectState,
  notebook,
  openFile,
  openPanel,
  expectGoodLook,
  SMALL,
  write
} from './steps';

test('the panel follows the file in front, else the folder', async ({
  lab,
  page
}) => {
  await write(lab, 'one/environment.yml', SMALL.replace('small', 'first'));
  await write(lab, 'one/deep/a.ipynb', notebook('1'));
  await write(lab, 'two/environment.yml', SMALL.replace('small', 'second'));
  await write(
    lab,
    'two/environment-gpu.yml',
    `${SMALL.replace('small', 'gpu')}  - versions-demo\n`
  );
  const panel = await openPanel(page);
  await expect(panel).toContainText('No environment file here or above.');
  await expectGoodLook(page, 'no-file');

  await openFile(page, 'one/deep/a.ipynb');
  await openPanel(page);
  await expect(
    panel.getByRole('heading', { name: 'one / first' })
  ).toBeVisible();

  await openFile(page, 'two/environment.yml');
  await openPanel(page);
  await expect(
    panel.getByRole('heading', { name: 'two / second' })
  ).toBeVisible();
  await panel
    .getByLabel('Environment file')
    .selectOption('environment-gpu.yml');
  await expect(panel.getByRole('heading', { name: 'two / gpu' })).toBeVisible();
  await expect(panel).toContainText('versions-demo');
  await expectState(panel, 'Not built yet');
  await expectAccessible(page);

  await page.getByRole('main').getByRole('tab', { name: 'a.ipynb' }).click();
  await expect(
    panel.getByRole('heading', { name: 'one / first' })
  ).toBeVisible();
});

test('the file browser, the badge and the status bar lead to the panel', async ({
  lab,
  page
}) => {
  await write(lab, 'ways/environment-gpu.yml', SMALL);
  await write(lab, 'ways/environment.yml', SMALL);
  await write(lab, 'ways/notes.yml', SMALL);
  await write(lab, 'ways/a.ipynb', notebook('1'));
  await openFile(page, 'ways/a.ipynb');
  const panel = page.getByRole('region', { name: 'Environment', exact: true });

  await page.getByRole('button', { name: 'Environment Not built' }).click();
  await expect(panel).toBeVisible();

  await openFile(page, 'ways/a.ipynb');
  await expect(panel).toBeHidden();
  await page
    .getByRole('button', { name: 'Environment: Not built yet' })
    .click();
  await expect(panel).toBeVisible();

  await openFile(page, 'ways/a.ipynb');
  const files = page.locator('#filebrowser');
  const item = page.getByRole('menuitem', { name: 'Build Environment' });
  await files.getByText('notes.yml').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeVisible();
  await expect(item).toBeHidden();
  await page.keyboard.press('Escape');
  await files.getByText('environment-gpu.yml').click({ button: 'right' });
  await item.click();
  await expect(panel.getByLabel('Environment file')).toHaveValue(
    'ways/environment-gpu.yml'
  );
  await expect(
    panel.getByRole('button', { name: 'Agree and Build' })
  ).toBeVisible();
});

test('the server answers nobody without its token', async ({
  lab,
  request
}) => {
  for (const path of ['api/contents', 'jupyter-envs/environment?path=']) {
    const answer = await request.get(`${lab.url}${path}`);
    expect(answer.status()).toBe(403);
  }
});
