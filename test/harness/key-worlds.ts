import { randomUUID } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { KeyRing } from '../../src/keys/key-ring';
import { KeyRotation, type Rotation } from '../../src/keys/key-rotation';
import type { SigningAlg } from '../../src/keys/signing-alg';
import type { Service } from './service';
import { askForToken } from './tokens';

/** A client for each of two algorithms. */
export const KEY_WORLD = `
orgs: [{ id: acme, name: ACME }]
clients:
  - { id: rsa, org: acme, secret: s, grantTypes: [client_credentials], accessTokenTTL: 1200 }
  - { id: elliptic, org: acme, secret: s, grantTypes: [client_credentials], accessTokenTTL: 1200, signingAlg: ES256 }
`;

export function rotate({ app }: Service, alg?: SigningAlg, force = false): Promise<Rotation[]> {
  return app.get(KeyRotation).rotate({ requestId: randomUUID(), actor: 'test' }, { alg, force });
}

/** Lets every replica see what is in the database now. */
export async function lookAgain(...services: readonly Service[]): Promise<void> {
  for (const { app } of services) await app.get(KeyRing).refresh();
}

export async function tokenOf(service: Service, client: 'rsa' | 'elliptic' = 'rsa'): Promise<string> {
  const { json } = await askForToken(service.url, client, 's');
  return String(json.access_token);
}

export function kidOf(token: string): string {
  return String(decodeProtectedHeader(token).kid);
}

/** The key of `alg` in each state; of those that retire, any. */
export async function keysOf({ database }: Service, alg: SigningAlg): Promise<Record<string, string>> {
  const rows = await database.query<{ state: string; kid: string }>(
    'SELECT state, kid FROM signing_keys WHERE alg = $1',
    [alg],
  );
  return Object.fromEntries(rows.map(({ state, kid }) => [state, kid]));
}

/** As if the next keys had been published for long. */
export async function publishedLongAgo({ database }: Service): Promise<void> {
  await database.query(`UPDATE signing_keys SET created_at = created_at - interval '1 day' WHERE state = 'next'`);
}

/** What the audit trail says of keys: `action: reason`, in order. */
export async function keyEvents({ database }: Service): Promise<string[]> {
  const rows = await database.query<{ event: string }>(
    `SELECT action || ': ' || reason AS event FROM audit_events WHERE action LIKE 'key.%' ORDER BY id`,
  );
  return rows.map(({ event }) => event);
}
