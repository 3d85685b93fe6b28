import { z } from 'zod';
import { clientRegistrationOf } from '../../clients/client-columns';
import { clientShape, obeyClientRules } from '../../clients/client-registration';
import type { ClientEntity } from '../../clients/client.entity';
import { chosenSecret } from './client-secret.shape';

const disabled = z.boolean().default(false).describe('Ends whatever the client has; enabling revives nothing.');

/** A client as someone registers it. */
export const newClient = clientShape
  .extend({
    id: clientShape.shape.id.optional().describe('Absent: a new UUID. Never the id of a user.'),
    secret: chosenSecret.optional(),
    disabled,
  })
  .superRefine(obeyClientRules);

export type NewClient = z.output<typeof newClient>;

/** What can be changed of a client. Its secrets have a path of their own. */
export const clientSettingsShape = clientShape.omit({ id: true, secret: true }).extend({ disabled });

/** As it was read and sent back: what nobody can change may be there, as it is. */
export const changedClient = clientSettingsShape
  .extend({ id: z.string().optional(), orgId: z.string().optional(), createdAt: z.string().optional() })
  .superRefine(obeyClientRules);

const shownScopes = clientShape.shape.allowedScopes.unwrap().extend({
  allServices: z
    .boolean()
    .optional()
    .describe('All roles of every service. Nobody can register it: Swagger UI has it.'),
});

/** A client as it is shown: never with a secret. */
export const shownClient = clientSettingsShape.extend({
  allowedScopes: shownScopes,
  id: z.string(),
  orgId: z.string(),
  createdAt: z.iso.datetime(),
});

/** The answer that registers it: the only one with its secret. */
export const registeredClient = shownClient.extend({
  secret: z.string().optional().describe('In plain, this once. A public client has none.'),
});

export type ShownClient = ReturnType<typeof showClient>;

export function showClient(client: ClientEntity) {
  return {
    ...clientRegistrationOf(client),
    orgId: client.orgId,
    disabled: client.disabledAt !== null,
    createdAt: client.createdAt.toISOString(),
  };
}

/** Of what a change tells the values in the audit trail, too: what a client may, and where the codes of its users go. */
export const TOLD_OF_CHANGES = [
  ...(['disabled', 'publicClient', 'trustedProxy', 'forcePkce', 'grantTypes', 'redirectUris'] as const),
  ...(['postLogoutRedirectUris', 'allowedScopes', 'allowedOrgs'] as const),
  ...(['allowedActorsClientDelegate', 'allowedActorsClientExchange', 'allowedActorsAudienceExchange'] as const),
  ...(['refreshTokenPolicy', 'accessTokenTTL', 'refreshTokenTTL', 'signingAlg'] as const),
];
