import fc from 'fast-check';
import type { GatehouseError } from '../errors/gatehouse-error';
import { presentedCredentials } from './presented-credentials';

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function form(parameters: Record<string, string> = {}): Map<string, string> {
  return new Map(Object.entries(parameters));
}

function refusalOf(authorization: string | undefined, parameters: Record<string, string> = {}): unknown {
  try {
    presentedCredentials(authorization, form(parameters));
  } catch (error) {
    return (error as GatehouseError).code;
  }
  return 'taken';
}

describe('presentedCredentials', () => {
  it('reads id and secret of the body when there is no header', () => {
    expect(presentedCredentials(undefined, form({ client_id: 'a', client_secret: 'p%41+' }))).toEqual([
      { id: 'a', secret: 'p%41+' },
    ]);
    expect(presentedCredentials(undefined, form({ client_id: 'a' }))).toEqual([{ id: 'a', secret: '' }]);
  });

  it.each([
    ['a:b', [{ id: 'a', secret: 'b' }]],
    ['a:', [{ id: 'a', secret: '' }]],
    ['a:b:c', [{ id: 'a', secret: 'b:c' }]],
    ['a::', [{ id: 'a', secret: ':' }]],
    ['a:é😀', [{ id: 'a', secret: 'é😀' }]],
  ])('reads the header %s in one way', (credentials, readings) =>
    expect(presentedCredentials(basic(credentials), form())).toEqual(readings),
  );

  it.each([
    ['a:p%41q', ['p%41q', 'pAq']],
    ['a:p+q', ['p+q', 'p q']],
    ['a:p%2Bq', ['p%2Bq', 'p+q']],
    ['a:p%3Aq', ['p%3Aq', 'p:q']],
    ['a:100%', ['100%']],
    ['a:%FF', ['%FF']],
  ])('reads the secret of the header %s raw, then form-decoded if it can be', (credentials, secrets) => {
    expect(presentedCredentials(basic(credentials), form()).map(({ secret }) => secret)).toEqual(secrets);
  });

  it('splits before it decodes, so that an encoded colon stays in the id', () => {
    expect(presentedCredentials(basic('a%3Ab:c'), form())).toEqual([
      { id: 'a%3Ab', secret: 'c' },
      { id: 'a:b', secret: 'c' },
    ]);
  });

  it('reads what is no UTF-8 as Latin-1', () => {
    const header = `Basic ${Buffer.from('a:caf\u00e9', 'latin1').toString('base64')}`;
    expect(presentedCredentials(header, form())).toEqual([{ id: 'a', secret: 'caf\u00e9' }]);
  });

  it('keeps the readings that the client_id of the body agrees with', () => {
    expect(presentedCredentials(basic('a%5Fb:c%20'), form({ client_id: 'a_b' }))).toEqual([
      { id: 'a_b', secret: 'c ' },
    ]);
    expect(presentedCredentials(basic('a:c%20'), form({ client_id: 'a' }))).toHaveLength(2);
    expect(refusalOf(basic('a:b'), { client_id: 'A' })).toBe('invalid_request');
  });

  it('refuses two secrets, even the same twice', () => {
    expect(refusalOf(basic('a:b'), { client_id: 'a', client_secret: 'b' })).toBe('invalid_request');
    expect(refusalOf(basic('a:'), { client_secret: 'b' })).toBe('invalid_request');
  });

  it.each([
    undefined,
    '',
    'Basic',
    'Basic ',
    'Bearer YTpi',
    'BasicYTpi',
    'Basic YTpi x',
    'Basic YTpi===',
    'Basic Y=pi',
    'Basic YTpi, Basic YTpi',
    basic('no colon'),
    basic(':b'),
    `x${basic('a:b')}`,
  ])('finds no credentials in the header %s', (header) => expect(refusalOf(header)).toBe('invalid_client'));

  it('never falls back from a bad header to the body', () => {
    expect(refusalOf('Bearer YTpi', { client_id: 'a' })).toBe('invalid_client');
  });

  it('takes as fast as it refuses what is long', () => {
    const times = Array.from({ length: 3 }, () => {
      const started = performance.now();
      expect(refusalOf(`Basic ${' '.repeat(15_000)}!`)).toBe('invalid_client');
      expect(refusalOf(`Basic ${'A'.repeat(15_000)}!`)).toBe('invalid_client');
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(1_000); // a busy machine only ever adds
  });

  it('has whatever was sent among its readings, raw or escaped', () => {
    const text = fc.string({ unit: 'binary' }).filter((sent) => sent.isWellFormed());
    const id = text.filter((sent) => sent !== '' && !sent.includes(':'));
    const escape = (sent: string) => new URLSearchParams([['', sent]]).toString().slice(1);
    fc.assert(
      fc.property(id, text, (sentId, secret) => {
        const sent = { id: sentId, secret };
        expect(presentedCredentials(basic(`${sentId}:${secret}`), form())[0]).toEqual(sent);
        expect(presentedCredentials(basic(`${escape(sentId)}:${escape(secret)}`), form())).toContainEqual(sent);
      }),
    );
  });
});
