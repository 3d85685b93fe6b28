// Discovers the issuers and gets tokens with openid-client, in each of its ways to authenticate, and verifies them.
// Takes GATEHOUSE_URL, CLIENT_ID and CLIENT_SECRET from the environment.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  allowInsecureRequests,
  type ClientAuth,
  clientCredentialsGrant,
  ClientSecretBasic,
  ClientSecretPost,
  discovery,
} from 'openid-client';

const { GATEHOUSE_URL: base = '', CLIENT_ID: id = '', CLIENT_SECRET: secret = '' } = process.env;

const issuers = [
  { issuer: base, algorithm: 'oidc', clientClaim: 'client_id' },
  { issuer: base, algorithm: 'oauth2', clientClaim: 'client_id' },
  { issuer: `${base}/SAAS/auth`, algorithm: 'oidc', clientClaim: 'cid' },
] as const;
const authentications: readonly ClientAuth[] = [ClientSecretBasic(secret), ClientSecretPost(secret)];

for (const { issuer, algorithm, clientClaim } of issuers) {
  for (const authentication of authentications) {
    const execute = [allowInsecureRequests];
    const config = await discovery(new URL(issuer), id, secret, authentication, { algorithm, execute });
    const tokens = await clientCredentialsGrant(config);
    const { jwks_uri: jwksUri = '' } = config.serverMetadata();
    const { payload } = await jwtVerify(tokens.access_token, createRemoteJWKSet(new URL(jwksUri)), { issuer });
    if (payload[clientClaim] !== id) throw new Error(`${issuer}: the token is not for ${id}.`);
    if (tokens.expiresIn() === undefined) throw new Error(`${issuer}: the token does not say when it expires.`);
  }
}
