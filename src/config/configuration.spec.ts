import { ConfigurationError, readConfiguration } from './configuration';

const KEY = 'q3Jx0mRr8sZ1kWc7uYv5tLb2nPd9hFgA4eSoI6iE_xM';

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

describe('readConfiguration', () => {
  it('needs nothing for a first try', () => {
    const configuration = readConfiguration({});
    expect(configuration.production).toBe(false);
    expect(configuration.http).toMatchObject({ host: '127.0.0.1', port: 3000 });
    expect(configuration.issuers).toEqual({
      oauth: 'http://localhost:3000',
      csp: 'http://localhost:3000',
      identityManager: 'http://localhost:3000/SAAS/auth',
    });
    expect(configuration.firstStart.demo).toBe(true);
  });

  it('derives the issuers of the dialects from ISSUER, without its trailing slash', () => {
    const { issuers } = readConfiguration({
      ISSUER: 'https://id.acme.example/',
      CSP_ISSUER: 'https://gaz.acme.example',
    });
    expect(issuers).toEqual({
      oauth: 'https://id.acme.example',
      csp: 'https://gaz.acme.example',
      identityManager: 'https://id.acme.example/SAAS/auth',
    });
  });

  it('names every fault at once and repeats no value', () => {
    const faults = faultsOf({
      NODE_ENV: 'production',
      PORT: 'eighty-secret',
      ISSUER: 'ftp://secret.example',
      TRUSTED_PROXIES: '10.0.0.0/99',
      KEY_ENCRYPTION_KEY: 'secret',
      LOG_LEVEL: 'secret',
    });
    for (const name of ['PORT', 'ISSUER', 'TRUSTED_PROXIES', 'KEY_ENCRYPTION_KEY', 'LOG_LEVEL', 'DATABASE_URL']) {
      expect(faults).toContainEqual(expect.stringMatching(new RegExp(`^${name}: `)));
    }
    expect(faults.join('\n')).not.toMatch(/secret|10\.0\.0\.0/);
  });

  it('refuses production without a database or key of its own, or with the demonstration world', () => {
    expect(faultsOf({ NODE_ENV: 'production', DEMO: 'true' })).toEqual([
      expect.stringMatching(/^DATABASE_URL: /),
      expect.stringMatching(/^KEY_ENCRYPTION_KEY: /),
      expect.stringMatching(/^DEMO: /),
    ]);
    expect(faultsOf({ NODE_ENV: 'production', DATABASE_URL: 'postgres://u:p@db/x', KEY_ENCRYPTION_KEY: KEY })).toEqual(
      [],
    );
  });

  it.each(['0'.repeat(44), 'change-me-'.repeat(4)])('refuses the guessable key %s', (key) => {
    expect(faultsOf({ KEY_ENCRYPTION_KEY: key })).toEqual([expect.stringMatching(/^KEY_ENCRYPTION_KEY: is too easy/)]);
  });

  it.each(['postgres://u:p@h/d', 'postgresql://h:5432/d', 'postgres://u:p@/d?host=%2Ftmp%2Fs&port=5432'])(
    'takes the database %s',
    (url) => expect(readConfiguration({ DATABASE_URL: url }).database.url).toBe(url),
  );

  it('counts an empty variable as absent', () => {
    expect(readConfiguration({ DATABASE_URL: '', PORT: '' }).http.port).toBe(3000);
  });

  it('cannot be changed afterwards', () => {
    const { http } = readConfiguration({});
    expect(() => Object.assign(http, { port: 1 })).toThrow(TypeError);
  });
});
