import type { Client } from './client';

const ACCESS_TOKEN_SECONDS = 1_800;

/** Stands where a token of an API token names its client. Not registered: nobody can authenticate as it. */
export const API_TOKEN_CLIENT: Client = {
  id: 'csp:api-token',
  org: { id: 'platform', name: 'platform' },
  orgId: 'platform',
  displayName: 'API tokens',
  description: '',
  grantTypes: [],
  redirectUris: [],
  postLogoutRedirectUris: [],
  accessTokenTtl: ACCESS_TOKEN_SECONDS,
  refreshTokenTtl: ACCESS_TOKEN_SECONDS,
  // All that the user may: the API token's own scopes narrow it.
  allowedScopes: {
    generalScopes: ['openid'],
    organizationScopes: { allRoles: true },
    servicesScopes: [],
    allServices: true,
  },
  allowedOrgs: [],
  allowedActorsClientDelegate: [],
  allowedActorsClientExchange: [],
  allowedActorsAudienceExchange: [],
  forcePkce: false,
  publicClient: false,
  maxGroupsInIdToken: null,
  refreshTokenPolicy: 'static',
  trustedProxy: false,
  signingAlg: 'RS256',
};
