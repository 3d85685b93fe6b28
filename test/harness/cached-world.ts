import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Changes } from '../../src/database/changes';
import type { Service } from './service';
import { PEOPLE_WORLD } from './people';
import { askForToken } from './tokens';

/** `worker` and `fast` ask for tokens in their own names. */
export const CACHED_WORLD = `${PEOPLE_WORLD}
${[
  clientLine('worker', { allowedScopes: { generalScopes: ['openid', 'profile'] } }),
  clientLine('fast', { signingAlg: 'ES256' }),
  clientLine('overlapping', {}),
].join('\n')}
`;

/** JSON is YAML, too. */
function clientLine(id: string, differences: object): string {
  const client = { id, org: 'acme', secret: `${id}-secret`, grantTypes: ['client_credentials'], ...differences };
  return `  - ${JSON.stringify(client)}`;
}

/** Until the service believes what it keeps in memory. */
export async function hearing(...services: readonly Service[]): Promise<void> {
  for (const { app } of services) while (!app.get(Changes).hears()) await sleep(5);
}

/** What a client gets that asks in its own name: the scope of the token, or the status. */
export async function scopeOf({ url }: Service, client: string, secret = `${client}-secret`): Promise<unknown> {
  const { status, json } = await askForToken(url, client, secret);
  return status === 200 ? json.scope : status;
}

/** How many milliseconds it takes from `since` until `look` finds `wanted`, which it goes on to find. */
export async function msUntil(look: () => Promise<unknown>, wanted: unknown, since: number): Promise<number> {
  for (;;) {
    await nextTurn(); // what is known already must not keep the process from hearing
    const found = await look();
    const ms = performance.now() - since;
    if (Object.is(found, wanted)) return ms;
    if (ms > 5_000) throw new Error(`After ${Math.round(ms)} ms it is still ${String(found)}, not ${String(wanted)}.`);
  }
}
