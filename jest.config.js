const swc = (parser) => [
  '@swc/jest',
  {
    jsc: {
      parser,
      target: 'es2023',
      keepClassNames: true,
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    },
    module: { type: 'commonjs' },
  },
];

// Published as ES modules only. Jest on Node 20 cannot load those, so swc turns them into CommonJS as well.
// A package that fails with "Must use import to load ES Module" belongs in this list.
const esmOnly = ['@nestjs', 'jose', '@standard-schema', 'file-type', 'load-esm', 'openid-client', 'oauth4webapi'];

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/libs', '<rootDir>/test'],
  testRegex: '\\.spec\\.ts$',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/libs/.*/dist/'],
  globalSetup: '<rootDir>/test/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/global-teardown.ts',
  testTimeout: 90_000,
  // Jest would leave one core idle, and these tests wait more than they compute.
  maxWorkers: 3,
  moduleNameMapper: {
    '^@gatehouse/grant-sdk$': '<rootDir>/libs/grant-sdk/src',
    '^@gatehouse/embedded-postgres$': '<rootDir>/libs/embedded-postgres/src',
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  transform: {
    '\\.ts$': swc({ syntax: 'typescript', decorators: true }),
    '\\.[cm]?js$': swc({ syntax: 'ecmascript' }),
  },
};
