import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    {
      name: 'svg-as-text',
      enforce: 'pre',
      async load(id) {
        const path = id.split('?')[0];
        return path.endsWith('.svg')
          ? `export default ${JSON.stringify(await readFile(path, 'utf8'))}`
          : undefined;
      }
    }
  ],
  test: {
    environment: 'jsdom',
    include: ['test/**/*.spec.{ts,tsx}'],
    setupFiles: ['test/browser.ts'],
    server: {
      deps: {
        inline: [
          /@jupyter/,
          /@lumino/,
          /@microsoft/,
          /@rjsf/,
          /exenv-es6/,
          /yjs/
        ]
      }
    }
  }
});
