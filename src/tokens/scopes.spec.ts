import fc from 'fast-check';
import { narrowScopes } from './scopes';

const CLIENT = ['openid', 'profile', 'csp:org_member'];

interface Case {
  readonly asked: string | undefined;
  readonly clientScopes: readonly string[];
  readonly ceiling?: readonly string[] | undefined;
  readonly unknown: 'refuse' | 'ignore';
}

/** A client whose subject has all that the client may have. */
function narrowTo({ asked, clientScopes, ceiling, unknown }: Case): string[] {
  return narrowScopes({
    asked,
    available: clientScopes,
    clientAllows: (scope) => clientScopes.includes(scope),
    unknown,
    grantAllows: (scope) => ceiling === undefined || ceiling.includes(scope),
    beyondGrant: 'ignore',
  });
}

describe('narrowScopes', () => {
  const narrow = (asked?: string, ceiling?: string[]) =>
    narrowTo({ asked, clientScopes: CLIENT, ceiling, unknown: 'refuse' });

  it('gives all of the client when none is asked', () => expect(narrow()).toEqual(CLIENT));

  it('gives those asked, once each, in the order of the client', () => {
    expect(narrow('csp:org_member openid  openid')).toEqual(['openid', 'csp:org_member']);
  });

  it('gives none beyond the ceiling of the grant', () => {
    expect(narrow(undefined, ['profile', 'root'])).toEqual(['profile']);
    expect(narrow('openid profile', ['profile', 'root'])).toEqual(['profile']);
    expect(narrow('openid', [])).toEqual([]);
  });

  it.each(['root', 'openid root', 'OPENID', 'openid\tprofile', 'openid,profile', 'openid\u00A0profile', '*'])(
    'refuses "%s", or ignores it where the dialect does',
    (asked) => {
      expect(() => narrow(asked)).toThrow(expect.objectContaining({ code: 'invalid_scope' }) as Error);
      const ignoring = narrowTo({ asked, clientScopes: CLIENT, unknown: 'ignore' });
      expect(ignoring).toEqual(asked === 'openid root' ? ['openid'] : []);
    },
  );

  it('tells only the audit trail which scopes the client lacks, without control characters', () => {
    expect(() => narrow('root bell\u0007')).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('root') as string,
        detail: 'the client lacks 2 of the scopes asked for: root',
      }) as Error,
    );
  });

  const scope = fc.constantFrom<string>('a', 'b', 'c', 'd', 'A', '__proto__', 'constructor');
  const scopes = fc.array(scope);
  const asked = fc.option(
    scopes.map((some) => some.join(' ')),
    { nil: undefined },
  );
  const ceiling = fc.option(scopes, { nil: undefined });

  it('is client ∩ ceiling ∩ asked, without repeats', () => {
    fc.assert(
      fc.property(asked, scopes, ceiling, (text, clientScopes, most) => {
        const result = narrowTo({ asked: text, clientScopes, ceiling: most, unknown: 'ignore' });
        const wanted = text === undefined ? clientScopes : text.split(' ');
        const allowed = new Set(
          clientScopes.filter((name) => wanted.includes(name) && (most ?? wanted).includes(name)),
        );
        expect(result).toHaveLength(allowed.size);
        expect(new Set(result)).toEqual(allowed);
      }),
    );
  });

  it('gives the same in either dialect, or refuses because the client lacks one that is asked for', () => {
    fc.assert(
      fc.property(asked, scopes, ceiling, (text, clientScopes, most) => {
        const request = { asked: text, clientScopes, ceiling: most };
        const lacks = (text ?? '').split(' ').some((name) => name !== '' && !clientScopes.includes(name));
        const strict = () => narrowTo({ ...request, unknown: 'refuse' });
        if (lacks) expect(strict).toThrow('not among those of the client');
        else expect(strict()).toEqual(narrowTo({ ...request, unknown: 'ignore' }));
      }),
    );
  });

  it('never gives a scope that the subject lacks, and refuses to widen what was granted at a login', () => {
    const narrowing = {
      available: ['openid', 'csp:org_member'],
      clientAllows: () => true,
      unknown: 'refuse' as const,
      grantAllows: (scope: string) => scope !== 'csp:org_member',
    };
    expect(narrowScopes({ ...narrowing, asked: 'openid csp:org_owner', beyondGrant: 'ignore' })).toEqual(['openid']);
    expect(() => narrowScopes({ ...narrowing, asked: 'csp:org_member', beyondGrant: 'refuse' })).toThrow(
      expect.objectContaining({ code: 'invalid_scope' }) as Error,
    );
  });
});
