const SCOPES = { generalScopes: ['openid', 'profile'], organizationScopes: { allRoles: true } };

/** Whose logins fill the database; the first of them logs in while it is measured. */
export const USERS = Array.from({ length: 100 }, (_, number) => `user-${number}`);

export const PASSWORD = 'the password of the benches';

/** The tokens of `static` stay, those of `rotate` rotate; `rsa` and `elliptic` log nobody in. */
export const WORLD = {
  orgs: [{ id: 'acme', name: 'ACME' }],
  domains: [{ name: 'acme.example', org: 'acme' }],
  users: USERS.map((username, number) => ({
    ...{ id: username, domain: 'acme.example', username, email: `${username}@acme.example`, defaultOrg: 'acme' },
    ...(number === 0 ? { password: PASSWORD } : {}),
    memberships: [{ org: 'acme', roles: ['org_member'] }],
  })),
  clients: [
    client('static', ['password', 'refresh_token'], { signingAlg: 'ES256' }),
    client('rotate', ['password', 'refresh_token'], { signingAlg: 'ES256', refreshTokenPolicy: 'rotate' }),
    client('elliptic', ['client_credentials'], { signingAlg: 'ES256' }),
    client('rsa', ['client_credentials']),
  ],
};

function client(id: string, grantTypes: string[], differences: object = {}): object {
  return { id, org: 'acme', secret: `${id}-secret`, grantTypes, allowedScopes: SCOPES, ...differences };
}
