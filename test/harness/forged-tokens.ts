import { setTimeout as sleep } from 'node:timers/promises';
import { decodeProtectedHeader, exportSPKI, generateKeyPair, importSPKI, SignJWT } from 'jose';
import type { ExchangeWorld, Login } from './exchange-world';
import { get } from './http';

interface ForgedToken {
  readonly name: string;
  /** @param login of the same user, as it is really */
  readonly make: (login: Login, world: ExchangeWorld) => string | Promise<string>;
  /** In the audit event. */
  readonly reason: RegExp;
}

/** Of base64url. The last character of a signature has two or four bits too many: they are 0. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What no grant may take for an access token. */
export const FORGED_TOKENS: readonly ForgedToken[] = [
  { name: 'garbage', make: () => 'garbage', reason: /Invalid Compact JWS/ },
  { name: 'a refresh token', make: ({ refreshToken }) => refreshToken, reason: /Invalid Compact JWS/ },
  { name: 'an ID token', make: ({ idToken }) => idToken, reason: /it is no access token/ },
  {
    name: 'a token with another payload',
    make: ({ accessToken, claims }) => {
      const [header, , signature] = accessToken.split('.');
      return `${header}.${encode({ ...claims, scope: 'openid root' })}.${signature}`;
    },
    reason: /signature verification failed/,
  },
  {
    name: 'a token with padding behind its signature',
    make: ({ accessToken }) => `${accessToken}==`,
    reason: /not spelled as base64url wants/,
  },
  {
    name: 'a token whose signature has other last bits, which nobody reads',
    make: ({ accessToken }) => `${accessToken.slice(0, -1)}${ALPHABET[ALPHABET.indexOf(accessToken.slice(-1)) + 1]}`,
    reason: /not spelled as base64url wants/,
  },
  {
    name: 'a token of a foreign key under our key id',
    make: async ({ accessToken, claims }) => {
      const { kid = '' } = decodeProtectedHeader(accessToken);
      const { privateKey } = await generateKeyPair('RS256');
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey);
    },
    reason: /signature verification failed/,
  },
  {
    name: 'a token of a foreign key',
    make: async ({ claims }) => {
      const { privateKey } = await generateKeyPair('RS256');
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'foreign' }).sign(privateKey);
    },
    reason: /no applicable key found/,
  },
  {
    name: 'a token with alg none',
    make: ({ accessToken, claims }) => {
      const header = { ...decodeProtectedHeader(accessToken), alg: 'none' };
      return `${encode(header)}.${encode(claims)}.`;
    },
    reason: /"alg" .*not allowed/,
  },
  {
    name: 'a token whose HMAC key is our public key',
    make: async ({ accessToken, claims }, { service }) => {
      const { kid = '' } = decodeProtectedHeader(accessToken);
      const { value } = (await get(`${service.url}/csp/gateway/am/api/auth/token-public-key`)).json;
      const publicKey = await importSPKI(String(value), 'RS256', { extractable: true });
      const secret = new TextEncoder().encode(await exportSPKI(publicKey));
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
    },
    reason: /"alg" .*not allowed/,
  },
  {
    name: 'an expired token',
    make: async ({ claims }, world) => {
      const form = { accessTokenValiditySeconds: '1' };
      const { accessToken } = await world.login(String(claims.username), { form });
      await sleep(1_150);
      return accessToken;
    },
    reason: /"exp" claim timestamp check failed/,
  },
];

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
