import { AxeBuilder } from '@axe-core/playwright';

import { expect, test } from './lab';

test('the sidebar opens the Environment panel', async ({ page }) => {
  await page.getByRole('tab', { name: 'Environment' }).click();

  await expect(page.getByRole('region', { name: 'Environment' })).toBeVisible();
  await page.screenshot({ path: 'screenshots/panel.png' });
});

test('the panel can be used without seeing it', async ({ page }) => {
  await page.getByRole('tab', { name: 'Environment' }).click();
  await expect(page.getByRole('region', { name: 'Environment' })).toBeVisible();

  const { violations } = await new AxeBuilder({ page })
    .include('#jupyter-envs-panel')
    .analyze();

  expect(violations).toEqual([]);
});

test('the server answers nobody without its token', async ({
  lab,
  request
}) => {
  const answer = await request.get(`${lab.url}api/contents`);

  expect(answer.status()).toBe(403);
});
