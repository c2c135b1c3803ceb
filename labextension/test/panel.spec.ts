import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';

import { EnvironmentPanel } from '../src/panel';

test('the panel is a named region that the sidebar can show by its icon', () => {
  const panel = new EnvironmentPanel(nullTranslator);

  expect(panel.id).toBe('jupyter-envs-panel');
  expect(panel.node.getAttribute('role')).toBe('region');
  expect(panel.node.getAttribute('aria-label')).toBe('Environment');
  expect(panel.title.caption).toBe('Environment');
  expect(panel.title.icon).toHaveProperty('name', 'jupyter-envs:environment');
  panel.dispose();
});
