import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateSigningKey } from '../keys/key-pair';
import { readWorldFile } from './read-world';
import type { World } from './world.schema';

/** The demonstration world, beside this file also in the build. */
export const DEMO_FILE = path.join(__dirname, 'demo.yaml');

/** In the data folder: the private key of the demonstration's trusted issuer. */
export const ISSUER_KEY_FILE = 'demo-issuer.jwk';

/** By which it is known that the demonstration world is there. */
export const DEMO_CLIENT = 'demo-client';

export const DEMO_ISSUER = 'https://issuer.demo.example';

/** What of the demonstration is made anew for each database. */
export interface DemoSecrets {
  readonly world: World;
  /** Of every user. */
  readonly password: string;
  /** Of ada, in acme. */
  readonly apiToken: string;
}

/** The world for an empty database: with a password for its people, and an issuer whose key the operator has. */
export async function demoWorldWithSecrets(dataDir: string): Promise<DemoSecrets> {
  const world = await readWorldFile(DEMO_FILE);
  const password = randomBytes(12).toString('base64url');
  const apiToken = randomBytes(32).toString('base64url');
  const { publicJwk, privateJwk, kid } = await generateSigningKey('ES256');
  await mkdir(dataDir, { recursive: true });
  await writeFile(path.join(dataDir, ISSUER_KEY_FILE), JSON.stringify({ ...privateJwk, kid, alg: 'ES256' }), {
    mode: 0o600,
  });
  const issuer = {
    issuer: DEMO_ISSUER,
    org: 'acme',
    jwks: { keys: [{ ...publicJwk, kty: publicJwk.kty ?? '' }] },
    allowPrivateAddress: false,
    subjectClaim: 'sub',
  };
  return {
    world: {
      ...world,
      users: world.users.map((user) => ({ ...user, password })),
      trustedIssuers: [issuer],
      apiTokens: [{ user: 'acme.example\\ada', org: 'acme', name: 'demo', token: apiToken }],
    },
    password,
    apiToken,
  };
}
