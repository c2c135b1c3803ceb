/** Opening a notebook starts the right kernel, asks nothing and changes nothing. */

import type { Page } from '@playwright/test';

import { expect, type ILab, test } from './lab';
import {
  bar,
  build,
  expectAccessible,
  expectNoDialog,
  kernelName,
  notebook,
  openFile,
  openPanel,
  expectGoodLook,
  PYTHON3,
  read,
  runCell,
  SMALL,
  write
} from './steps';
const NAMED = {
  python3: PYTHON3,
  nothing: {},
  'an unknown kernel': {
    kernelspec: {
      display_name: 'Python (elsewhere)',
      language: 'python',
      name: 'elsewhere-python'
    },
    language_info: { name: 'python', version: '3.6.1' }
  }
};

for (const [named, metadata] of Object.entries(NAMED)) {
  test(`in a built project, a notebook that names ${named} opens on its kernel`, async ({
    lab,
    page
  }) => {
    await ensureBuilt(lab, page);
    const path = `term/${named.replaceAll(' ', '-')}.ipynb`;
    await write(lab, path, notebook('6 * 7', metadata));
    const before = await read(lab, path);

    await openFile(page, path);
    await expect(kernelName(page)).toContainText('term / small');
    await expect(idle(page)).toBeVisible();
    await expectNoDialog(page);
    await close(page);
    expect(await read(lab, path)).toEqual(before);

    await openFile(page, path);
    await expect(await runCell(page)).toHaveText('42');
    await expectNoDialog(page);
  });
}

test('in a project that was never built, no kernel starts and no dialog shows', async ({
  lab,
  page
}) => {
  await write(lab, 'fresh/environment.yml', SMALL);
  const paths = ['fresh/named.ipynb', 'fresh/bare.ipynb'];
  await write(lab, paths[0], notebook('1', NAMED['an unknown kernel']));
  await write(lab, paths[1], notebook('1'));

  for (const path of paths) {
    const before = await read(lab, path);
    await openFile(page, path);
    await expect(bar(page)).toContainText('declared, but not built yet');
    await expect(kernelName(page)).toHaveText('No Kernel');
    await expectAccessible(page);
    await close(page);
    expect(await read(lab, path)).toEqual(before);
  }

  await openFile(page, paths[0]);
  await runCell(page);
  await expect(bar(page)).toContainText('No cell was run.');
  await expectNoDialog(page);
  await expectGoodLook(page, 'unbuilt');
  expect((await sessions(lab)).map(({ path }) => path)).not.toContain(paths[0]);
});

test('a kernel chosen by hand wins and is remembered outside the notebook', async ({
  lab,
  page
}) => {
  await ensureBuilt(lab, page);
  const path = 'term/chosen.ipynb';
  await write(lab, path, notebook('1'));
  const before = await read(lab, path);

  await openFile(page, path);
  await expect(kernelName(page)).toContainText('term / small');
  await kernelName(page).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').selectOption({
    label: 'Python 3 (ipykernel)'
  });
  await dialog.getByRole('button', { name: 'Select Kernel' }).click();
  await expect(kernelName(page)).toHaveText('Python 3 (ipykernel)');
  await expect(idle(page)).toBeVisible();
  await close(page);
  await shutDownKernels(lab);
  expect(await read(lab, path)).toEqual(before);

  await lab.open(page);
  await openFile(page, path);
  await expect(kernelName(page)).toHaveText('Python 3 (ipykernel)');
});

test('a notebook that has run cells is asked before it moves to a new kernel', async ({
  lab,
  page
}) => {
  await write(lab, 'late/early.ipynb', notebook('40 + 2', PYTHON3));
  await openFile(page, 'late/early.ipynb');
  await expect(idle(page)).toBeVisible();
  await expect(await runCell(page)).toHaveText('42');
  await write(lab, 'late/environment.yml', SMALL);
  const panel = await openPanel(page);
  await build(panel);

  await expect(bar(page)).toContainText('Switch from Python 3 (ipykernel)');
  await expectGoodLook(page, 'switch');
  await bar(page).getByRole('button', { name: 'Switch Kernel' }).click();
  await expect(kernelName(page)).toContainText('late / small');
  await expect(bar(page)).toBeHidden();
});

async function ensureBuilt(lab: ILab, page: Page): Promise<void> {
  await write(lab, 'term/environment.yml', SMALL);
  await openFile(page, 'term/environment.yml');
  const panel = await openPanel(page);
  const buildButton = panel.getByRole('button', { name: /^(Build|Rebuild)$/ });
  if ((await buildButton.textContent()) === 'Build') {
    await build(panel);
  }
}

/** Said once the kernel has answered, which is when JupyterLab writes in the notebook. */
function idle(page: Page) {
  return page.getByText(/ \| Idle$/);
}

/** Closes what is in front, which must ask nothing. */
async function close(page: Page): Promise<void> {
  await expect(page.locator('.lm-TabBar-tab.jp-mod-current')).not.toHaveClass(
    /jp-mod-dirty/
  );
  await page.keyboard.press('Alt+w');
  await expect(page.locator('.jp-NotebookPanel')).toHaveCount(0);
  await expectNoDialog(page);
}

interface ISession {
  path: string;
  kernel: { id: string };
}

async function sessions(lab: ILab): Promise<ISession[]> {
  const answer = await fetch(`${lab.url}api/sessions?token=${lab.token}`);
  return answer.json() as Promise<ISession[]>;
}

async function shutDownKernels(lab: ILab): Promise<void> {
  for (const { kernel } of await sessions(lab)) {
    await fetch(`${lab.url}api/kernels/${kernel.id}`, {
      method: 'DELETE',
      headers: { Authorization: `token ${lab.token}` }
    });
  }
}
