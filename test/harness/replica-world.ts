import { ACCESS_TOKEN_TYPE, TOKEN_EXCHANGE } from './inspection';

export { ACCESS_TOKEN_TYPE, TOKEN_EXCHANGE };

const SCOPES = {
  generalScopes: ['openid', 'profile'],
  organizationScopes: { allRoles: true, roles: [{ name: 'platform_operator' }] },
};

/**
 * The operator does what has to be done, ada is who is logged in, `console` her client; `inspector` introspects all
 * tokens, `worker` and `elliptic` log nobody in, the tokens of `roller` rotate. And of each name in `names` a user, a client that logs users in, one with a secret, an org with a client.
 */
export function replicaWorld(names: readonly string[]): object {
  return {
    orgs: [{ id: 'home', name: 'HOME' }, ...names.map((name) => ({ id: `${name}-org`, name: `${name} org` }))],
    domains: [{ name: 'home.example', org: 'home' }],
    users: [
      user('operator', { platformPermissions: ['csp:platform_operator'] }),
      user('ada'),
      ...names.map((name) => user(`${name}-user`)),
    ],
    clients: [
      client('console', 'home', { grantTypes: ['password', 'refresh_token', TOKEN_EXCHANGE] }),
      client('worker', 'home', { grantTypes: ['client_credentials'] }),
      client('elliptic', 'home', { grantTypes: ['client_credentials'], signingAlg: 'ES256' }),
      client('roller', 'home', { grantTypes: ['password', 'refresh_token'], refreshTokenPolicy: 'rotate' }),
      client('inspector', 'home', { allowedScopes: { generalScopes: ['introspect'] } }),
      ...names.flatMap((name) => [
        client(`${name}-client`, 'home', {
          grantTypes: ['password', 'refresh_token', 'client_credentials', TOKEN_EXCHANGE],
        }),
        client(`${name}-keyed`, 'home', { grantTypes: ['client_credentials'] }),
        client(`${name}-orgs`, `${name}-org`, { grantTypes: ['client_credentials'] }),
      ]),
    ],
  };
}

function user(username: string, differences: object = {}): object {
  return {
    id: `u-${username}`,
    domain: 'home.example',
    username,
    email: `${username}@home.example`,
    password: `${username}-password`,
    defaultOrg: 'home',
    memberships: [{ org: 'home', roles: [username === 'ada' ? 'org_owner' : 'org_member'] }],
    ...differences,
  };
}

function client(id: string, org: string, differences: object): object {
  return { id, org, secret: `${id}-secret`, allowedScopes: SCOPES, ...differences };
}
