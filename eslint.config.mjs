import eslint from '@eslint/js';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom: a folder sees the rows below its own and its neighbours in its row, never a row above.
 * ARCHITECTURE.md explains the rows.
 */
const rows = [
  ['seed', 'openapi', 'health', 'retention'],
  ['auth/dialects'],
  ['admin', 'login'],
  ['auth'],
  ['grants'],
  ['tokens'],
  [
    'access',
    'api-tokens',
    'audit',
    'authorization-codes',
    'browser-sessions',
    'clients',
    'keys',
    'orgs',
    'services',
    'throttling',
    'trust',
    'users',
  ],
  ['database'],
  ['http'],
  ['config'],
  ['errors', 'logging'],
];

const layering = rows.flatMap((row, index) =>
  row.map((folder) => {
    const above = rows.slice(0, index).flat();
    return {
      files: [`src/${folder}/**/*.ts`],
      // auth/dialects lies inside auth: its files obey their own row only.
      ignores: rows
        .flat()
        .filter((other) => other.startsWith(`${folder}/`))
        .map((other) => `src/${other}/**`),
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: `^(\\.\\./)+(src/)?(${[...above, 'main', 'app', 'app\\.module', 'extensions'].join('|')})(/|$)`,
                message: `src/${folder} may not import upwards (see the rows in eslint.config.mjs).`,
              },
              ...(folder === 'auth'
                ? [{ regex: '^(\\./|\\.\\./auth/)dialects(/|$)', message: 'src/auth may not import its dialects.' }]
                : []),
            ],
          },
        ],
      },
    };
  }),
);

export default tseslint.config(
  { ignores: ['dist', 'libs/*/dist', 'coverage', 'data', 'examples/*.mjs', '*.config.*js'] },
  eslint.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })] },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.name='forwardRef']",
          message: 'Two modules that need each other hold a third.',
        },
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'src/config is the only reader of the environment.',
        },
      ],
    },
  },
  ...layering,
  {
    files: ['libs/grant-sdk/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(\\.\\./){2,}', message: 'The SDK is published alone: it imports nothing of ours.' }] },
      ],
    },
  },
  {
    files: ['src/main.ts', 'ormconfig.ts', 'src/cli/main.ts', 'test/**', 'libs/embedded-postgres/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
