import fc from 'fast-check';
import { type AllowedScopes, allowsScope, scopeNames } from './allowed-scopes';

const NONE: AllowedScopes = { generalScopes: [], organizationScopes: {}, servicesScopes: [] };

describe('scopeNames', () => {
  it('names general scopes, roles of the org and roles of services, in this order', () => {
    const allowed: AllowedScopes = {
      generalScopes: ['openid'],
      organizationScopes: { allRoles: true, roles: [{ name: 'org_member' }, { name: 'csp:org_owner' }] },
      servicesScopes: [
        { serviceDefinitionId: 'tmc', roles: [{ name: 'tmc:admin', resources: ['one'] }] },
        { serviceDefinitionId: 'log', allRoles: true },
      ],
    };
    expect(scopeNames(allowed)).toEqual(['openid', 'csp:org_member', 'csp:org_owner', 'external/tmc/tmc:admin']);
  });
});

describe('allowsScope', () => {
  it.each(['openid', 'csp:org_member', 'external/tmc/tmc:admin', ''])(
    'allows no %j where nothing is declared',
    (scope) => expect(allowsScope(NONE, scope)).toBe(false),
  );

  it('allows all roles of the org, and nothing else, with allRoles', () => {
    const allowed = { ...NONE, organizationScopes: { allRoles: true } };
    expect(allowsScope(allowed, 'csp:org_owner')).toBe(true);
    for (const other of ['openid', 'org_owner', 'external/tmc/tmc:admin', 'external/csp:/a']) {
      expect(allowsScope(allowed, other)).toBe(false);
    }
  });

  it('allows no platform permission because of all roles of the org', () => {
    const allowed = { ...NONE, organizationScopes: { allRoles: true } };
    for (const name of ['operator', 'impersonator', 'auditor']) {
      expect({ name, allowed: allowsScope(allowed, `csp:platform_${name}`) }).toEqual({ name, allowed: false });
    }
  });

  it('allows all roles of that service only', () => {
    const allowed = { ...NONE, servicesScopes: [{ serviceDefinitionId: 'tmc', allRoles: true }] };
    expect(allowsScope(allowed, 'external/tmc/tmc:admin')).toBe(true);
    for (const other of ['external/tmc2/a', 'external/tm/a', 'external/tmc', 'tmc/tmc:admin', 'csp:org_member']) {
      expect(allowsScope(allowed, other)).toBe(false);
    }
  });

  it('allows all services, but no role of an org, with allServices', () => {
    const allowed = { ...NONE, allServices: true };
    expect(allowsScope(allowed, 'external/any/thing')).toBe(true);
    expect(allowsScope(allowed, 'csp:org_member')).toBe(false);
    expect(allowsScope(allowed, 'openid')).toBe(false);
  });

  const word = fc.constantFrom('a', 'b', 'a/b', 'org_owner', '__proto__', 'constructor');
  const roles = fc.option(fc.array(fc.record({ name: word })), { nil: undefined });
  const all = fc.option(fc.boolean(), { nil: undefined });
  const scopes: fc.Arbitrary<AllowedScopes> = fc.record({
    generalScopes: fc.array(word),
    organizationScopes: fc.record({ allRoles: all, roles }),
    servicesScopes: fc.array(fc.record({ serviceDefinitionId: word, allRoles: all, roles })),
  });
  const asked = fc.oneof(
    word,
    word.map((name) => `csp:${name}`),
    fc.tuple(word, word).map(([service, name]) => `external/${service}/${name}`),
  );

  it('allows what it names, and beyond that only what all roles of its org or service cover', () => {
    fc.assert(
      fc.property(scopes, asked, (allowed, scope) => {
        const named = scopeNames(allowed).includes(scope);
        const ofOrg = scope.startsWith('csp:') && allowed.organizationScopes.allRoles === true;
        const ofService = allowed.servicesScopes.some(
          ({ serviceDefinitionId, allRoles }) =>
            allRoles === true && scope.startsWith(`external/${serviceDefinitionId}/`),
        );
        expect(allowsScope(allowed, scope)).toBe(named || ofOrg || ofService);
      }),
    );
  });

  it('allows nothing that it does not without all roles', () => {
    fc.assert(
      fc.property(scopes, (allowed) => {
        for (const scope of scopeNames(allowed)) expect(allowsScope(allowed, scope)).toBe(true);
      }),
    );
  });
});
