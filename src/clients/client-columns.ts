import type { ClientRegistration } from './client-registration';
import type { ClientEntity } from './client.entity';

/** The columns of a client, from the shape in which it is registered. */
export function clientColumns(
  client: ClientRegistration,
  orgId: string,
): Omit<ClientEntity, 'createdAt' | 'updatedAt' | 'disabledAt'> {
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
