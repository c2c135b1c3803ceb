import { existsSync } from 'node:fs';

import { defineConfig } from '@playwright/test';

const installed = process.env.CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'tests',
  forbidOnly: !!process.env.CI,
  outputDir: 'test-results',
  reporter: [
    ['list'],
    ['junit', { outputFile: process.env.JUNIT ?? 'test-results/junit.xml' }]
  ],
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // A server, a browser and a build share the machine.
  workers: 1,
  use: {
    actionTimeout: 20_000,
    launchOptions: {
      // Without one on the machine, Playwright starts the browser it downloads itself.
      executablePath: existsSync(installed) ? installed : undefined,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--force-color-profile=srgb',
        '--font-render-hinting=none'
      ]
    },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    viewport: { width: 1280, height: 800 }
  }
});
