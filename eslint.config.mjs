import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import prettierRecommended from 'eslint-plugin-prettier/recommended';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default defineConfig([
  {
    ignores: [
      '**/node_modules',
      '**/*.js',
      '**/*.d.ts',
      '**/lib',
      '.make',
      '.venv',
      'dist',
      'jupyter_envs/labextension',
      'labextension/src/_wire.ts'
    ]
  },
  js.configs.recommended,
  tseslint.configs.recommended,
  { plugins: { jupyter: jupyterPlugin } },
  jupyterPlugin.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mts'],
    languageOptions: {
      globals: { ...globals.browser, ...globals.es2015, ...globals.node },
      parserOptions: {
        project: ['labextension/test/tsconfig.json', 'ui-tests/tsconfig.json'],
        sourceType: 'module'
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports' }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { ignoreVoid: true }
      ],
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
      'prefer-arrow-callback': 'error'
    }
  },
  {
    // Plain Playwright: the helpers of Galata are not there, and nothing is shown to people.
    files: ['ui-tests/**'],
    rules: {
      'jupyter/galata-prefer-sidebar-activity-helper': 'off',
      'jupyter/no-untranslated-string': 'off'
    }
  },
  {
    // All of it is at work from the first notebook on.
    files: ['labextension/src/index.ts'],
    rules: { 'jupyter/prefer-lazy-imports': 'off' }
  },
  prettierRecommended
]);
