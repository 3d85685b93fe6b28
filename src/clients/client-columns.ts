import type { ClientRegistration } from './client-registration';
import type { ClientEntity } from './client.entity';

/** What a client is registered with. */
export type ClientColumns = Omit<
  ClientEntity,
  'createdAt' | 'updatedAt' | 'disabledAt' | 'tokensValidFrom' | 'deletingSince'
>;

/** The columns of a client, from the shape in which it is registered. */
export function clientColumns(client: ClientRegistration, orgId: string): ClientColumns {
  return {
    id: client.id,
    orgId,
    displayName: client.displayName,
    description: client.description,
    grantTypes: client.grantTypes,
    redirectUris: client.redirectUris,
    postLogoutRedirectUris: client.postLogoutRedirectUris,
    accessTokenTtl: client.accessTokenTTL,
    refreshTokenTtl: client.refreshTokenTTL,
    allowedScopes: client.allowedScopes,
    allowedOrgs: client.allowedOrgs,
    allowedActorsClientDelegate: client.allowedActorsClientDelegate,
    allowedActorsClientExchange: client.allowedActorsClientExchange,
    allowedActorsAudienceExchange: client.allowedActorsAudienceExchange,
    forcePkce: client.forcePkce || client.publicClient,
    publicClient: client.publicClient,
    maxGroupsInIdToken: client.maxGroupsInIdToken ?? null,
    refreshTokenPolicy: client.refreshTokenPolicy ?? (client.publicClient ? 'rotate' : 'static'),
    trustedProxy: client.trustedProxy,
    signingAlg: client.signingAlg,
  };
}

/** The shape in which a client is registered, from its columns: what {@link clientColumns} makes the same columns of. */
export function clientRegistrationOf(client: ClientColumns) {
  const { id, displayName, description, grantTypes, redirectUris, postLogoutRedirectUris, allowedScopes } = client;
  const { allowedOrgs, allowedActorsClientDelegate, allowedActorsClientExchange } = client;
  const { allowedActorsAudienceExchange, forcePkce, publicClient, maxGroupsInIdToken } = client;
  return {
    id,
    displayName,
    description,
    grantTypes,
    redirectUris,
    postLogoutRedirectUris,
    accessTokenTTL: client.accessTokenTtl,
    refreshTokenTTL: client.refreshTokenTtl,
    allowedScopes,
    allowedOrgs,
    allowedActorsClientDelegate,
    allowedActorsClientExchange,
    allowedActorsAudienceExchange,
    forcePkce,
    publicClient,
    ...(maxGroupsInIdToken === null ? {} : { maxGroupsInIdToken }),
    refreshTokenPolicy: client.refreshTokenPolicy,
    trustedProxy: client.trustedProxy,
    signingAlg: client.signingAlg,
  };
}
