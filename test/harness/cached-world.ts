import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
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

/**
 * What `work` finds while the service hears of changes all the time. Where the machine is short of breath a beat is
 * late, or the connection is lost: then it counts for nothing, whatever it found, and is done again.
 */
export async function undisturbed<T>(service: Service, work: () => Promise<T>): Promise<T> {
  for (;;) {
    await hearing(service);
    const hears = jest.spyOn(service.app.get(Changes), 'hears');
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const [outcome] = await Promise.allSettled([work()]);
    const isLate = hears.mock.results.some(({ value }) => value !== true);
    const isLost = warn.mock.calls.some(([message]) => String(message).startsWith('Changes are not heard of'));
    hears.mockRestore();
    warn.mockRestore();
    if (isLate || isLost) continue;
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }
}

/**
 * When `look` was asked, in milliseconds since `since`, the last time that it did not find `wanted`; 0 if it never did.
 * Not when it was answered: a machine that does other things as well takes its time for that, also with what is right.
 */
export async function msUntil(look: () => Promise<unknown>, wanted: unknown, since: number): Promise<number> {
  for (let last = 0; ;) {
    await nextTurn(); // what is known already must not keep the process from hearing
    const ms = performance.now() - since;
    const found = await look();
    if (Object.is(found, wanted)) return last;
    if (ms > 10_000) throw new Error(`After ${Math.round(ms)} ms it is still ${String(found)}, not ${String(wanted)}.`);
    last = ms;
  }
}
