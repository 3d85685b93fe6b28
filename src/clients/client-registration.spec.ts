import { clientRegistrationSchema } from './client-registration';

const allowedScopesOf = (allowedScopes: unknown) =>
  clientRegistrationSchema.parse({ id: 'app', allowedScopes }).allowedScopes;

describe('clientRegistrationSchema', () => {
  it('takes roles and permissions as names or with resources', () => {
    expect(
      allowedScopesOf({
        generalScopes: ['openid'],
        organizationScopes: { roles: ['org_owner', { name: 'org_member' }], permissions: ['csp:org.read'] },
        servicesScopes: [
          { serviceDefinitionId: 'tmc', roles: [{ name: 'tmc:admin', resources: ['a'] }] },
          { serviceDefinitionId: 'vra', allPermissions: true },
        ],
      }),
    ).toEqual({
      generalScopes: ['openid'],
      organizationScopes: { roles: [{ name: 'org_owner' }, { name: 'org_member' }, { name: 'csp:org.read' }] },
      servicesScopes: [
        { serviceDefinitionId: 'tmc', roles: [{ name: 'tmc:admin', resources: ['a'] }] },
        { serviceDefinitionId: 'vra', roles: [], allRoles: true },
      ],
    });
  });

  it('allows nothing by default', () => {
    expect(clientRegistrationSchema.parse({ id: 'app' }).allowedScopes).toEqual({
      generalScopes: [],
      organizationScopes: { roles: [] },
      servicesScopes: [],
    });
  });

  it('is what a stored client has when it is applied again', () => {
    const { allowedScopes } = clientRegistrationSchema.parse({ id: 'app', allowedScopes: { servicesScopes: [] } });
    expect(allowedScopesOf(JSON.parse(JSON.stringify(allowedScopes)))).toEqual(allowedScopes);
  });
});
