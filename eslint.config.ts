import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/', '.rowferry/', 'src/**/assembly/', 'src/web/*.js'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `return callback(error)` in a void function is the idiom of Node's streams.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  // What runs as it is written: no types tell of a name that is not there.
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: readonly('Buffer URL console fetch performance process setTimeout') },
    rules: { 'no-undef': 'error', 'no-unused-vars': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
  {
    files: ['examples/*/public/*.js'],
    languageOptions: { globals: readonly('EventSource FormData document location') },
  },
  // They are read and copied by people who log as they please.
  { files: ['examples/**'], rules: { 'no-console': 'off' } },
);

function readonly(names: string): Record<string, 'readonly'> {
  return Object.fromEntries(names.split(' ').map((name) => [name, 'readonly']));
}
