/** To look at what a build would cost is not to build. */

import { expect, test } from './lab';
import {
  expectState,
  openFile,
  openPanel,
  expectGoodLook,
  read,
  SMALL,
  write
} from './steps';

test('a review shows the cost of a build and builds nothing', async ({
  lab,
  page
}) => {
  await write(lab, 'looked/environment.yml', `${SMALL}  - numpy\n`);
  await openFile(page, 'looked/environment.yml');
  const panel = await openPanel(page);
  await expectState(panel, 'Not built yet');

  await panel.getByRole('button', { name: 'Review' }).click();
  await panel.getByRole('button', { name: 'Agree and Review' }).click();
  const plan = panel.getByRole('region', { name: 'What a build would do' });
  await expect(plan).toContainText(
    /\d+ packages? to fetch, [\d.,]+ MB; [\d.,]+ MB of disk/
  );
  await plan.getByText(/^Added \(\d+\)/).click();
  await expect(plan).toContainText(/python 3\.11/);
  await expectGoodLook(page, 'review');

  await expectState(panel, 'Not built yet');
  await expect(read(lab, 'looked/conda-lock.yml')).rejects.toThrow('ENOENT');
  await plan.getByRole('button', { name: 'Close Review' }).click();
  await expect(plan).toBeHidden();
});

test('what cannot be solved is told in words, with a way to the line', async ({
  lab,
  page
}) => {
  await write(lab, 'typo/environment.yml', SMALL.replace('ipykernel', 'nunpy'));
  await openFile(page, 'typo/environment.yml');
  const panel = await openPanel(page);

  await panel.getByRole('button', { name: 'Build', exact: true }).click();
  await panel.getByRole('button', { name: 'Agree and Build' }).click();
  await expect(panel.getByRole('alert')).toContainText('nunpy');
  await expectState(panel, 'Not built yet');
  await expectGoodLook(page, 'failed');
});

test('a file that cannot be read says where', async ({ lab, page }) => {
  await write(lab, 'torn/environment.yml', 'name: torn\ndependencies: [a\n');
  await openFile(page, 'torn/environment.yml');
  const panel = await openPanel(page);

  await expectState(panel, 'The environment file cannot be read');
  await expect(panel.getByRole('alert')).toContainText('line');
  await panel.getByRole('button', { name: 'Open the File' }).click();
  await expectGoodLook(page, 'invalid');
});
