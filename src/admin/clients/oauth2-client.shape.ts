import { z } from 'zod';
import { chosenSecret } from './client-secret.shape';
import type { ShownClient } from './client.shape';

const LARGEST_MINUTES = Math.ceil(2_147_483_647 / 60);

const minutes = z.int().min(1).max(LARGEST_MINUTES).nullish().describe('Minutes.');
const words = z.string().max(16_384).nullish();

/**
 * The OAuth client of the Identity Manager. What it has beside these fields (tokenLength, refreshTokenIdleTTL,
 * displayUserGrant, internalSystemClient, activationToken, inheritanceAllowed, returnFailureResponse, resourceUuid,
 * strData) means nothing here and is ignored, as that system ignores what it does not know.
 */
export const oauth2Client = z.object({
  clientId: z.string(),
  secret: chosenSecret.nullish().describe('In plain. Absent: generated for a new client, else as it was.'),
  rememberAs: z.string().nullish().describe('The display name.'),
  redirectUri: words.describe('Redirect URIs, with commas between them.'),
  scope: words.describe('General scopes, with spaces between them. Roles are kept as they are.'),
  authGrantTypes: words.describe('Grants, with spaces between them.'),
  tokenType: z.literal('Bearer').nullish(),
  accessTokenTTL: minutes,
  refreshTokenTTL: minutes,
});

export type OAuth2Client = z.output<typeof oauth2Client>;

export const shownOAuth2Client = z.object({
  clientId: z.string(),
  rememberAs: z.string(),
  redirectUri: z.string(),
  scope: z.string(),
  authGrantTypes: z.string(),
  tokenType: z.literal('Bearer'),
  accessTokenTTL: z.int().describe('Minutes, rounded up.'),
  refreshTokenTTL: z.int().describe('Minutes, rounded up.'),
});

export type ShownOAuth2Client = z.output<typeof shownOAuth2Client>;

/** The same fault has another name here. */
export const OAUTH2_CLIENT_FIELDS: Readonly<Record<string, string>> = {
  id: 'clientId',
  displayName: 'rememberAs',
  redirectUris: 'redirectUri',
  allowedScopes: 'scope',
  grantTypes: 'authGrantTypes',
};

/** A client as the Identity Manager shows it. */
export function showOAuth2Client(client: ShownClient): ShownOAuth2Client {
  return {
    clientId: client.id,
    rememberAs: client.displayName,
    redirectUri: client.redirectUris.join(','),
    scope: client.allowedScopes.generalScopes.join(' '),
    authGrantTypes: client.grantTypes.join(' '),
    tokenType: 'Bearer',
    accessTokenTTL: Math.ceil(client.accessTokenTTL / 60),
    refreshTokenTTL: Math.ceil(client.refreshTokenTTL / 60),
  };
}

/**
 * The client that this one means, in the shape of the Cloud Services; for their rules to judge.
 * @param present as it is now. What this shape cannot say stays: what is sent back as it was read changes nothing.
 */
export function clientOf(wanted: OAuth2Client, present?: ShownClient): Record<string, unknown> {
  const shown = present && showOAuth2Client(present);
  const secondsOf = (field: 'accessTokenTTL' | 'refreshTokenTTL') => {
    const value = wanted[field] ?? undefined;
    return value !== undefined && value === shown?.[field] ? present?.[field] : value && value * 60;
  };
  return {
    ...present,
    id: wanted.clientId,
    displayName: wanted.rememberAs ?? '',
    redirectUris: wanted.redirectUri === shown?.redirectUri ? present?.redirectUris : urisOf(wanted.redirectUri),
    grantTypes: wordsOf(wanted.authGrantTypes),
    allowedScopes: { ...present?.allowedScopes, generalScopes: wordsOf(wanted.scope) },
    accessTokenTTL: secondsOf('accessTokenTTL'),
    refreshTokenTTL: secondsOf('refreshTokenTTL'),
  };
}

function wordsOf(list: string | null | undefined): string[] {
  return (list ?? '').split(/\s+/).filter((word) => word !== '');
}

/** A comma may also stand in a URI: it ends one where another begins. */
function urisOf(list: string | null | undefined): string[] {
  const uris = (list ?? '').split(/,(?=\s*[a-z][a-z0-9+.-]*:)/i).map((uri) => uri.trim());
  return uris.filter((uri) => uri !== '');
}
