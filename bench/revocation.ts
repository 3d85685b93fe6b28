import path from 'node:path';
import { parseArgs } from 'node:util';
import { Caller } from './lib/caller';
import { figuresOf, shown } from './lib/figures';
import { startPostgres } from './lib/postgres';
import { startReplica } from './lib/replica';
import { say } from './lib/say';

/** How long after the answer to a revocation at one replica the other says that the token is inactive. */
export async function revocation(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string', default: '1000' } } });
  const postgres = await startPostgres();
  const database = { databaseUrl: await postgres.create('revocation'), folder: path.join(postgres.folder, 'service') };
  const one = await startReplica(database);
  const other = await startReplica(database);
  const [here, there] = [new Caller(one.url, 1), new Caller(other.url, 1)];
  try {
    const delays: number[] = [];
    for (let round = 0; round < Number(values.rounds); round++) delays.push(await delay(here, there));
    say(`inactive at the other replica: ${shown(figuresOf(delays))}`);
    say(`later than a second: ${delays.filter((ms) => ms >= 1_000).length}`);
  } finally {
    for (const caller of [here, there]) caller.close();
    await Promise.all([one.stop(), other.stop()]);
    await postgres.stop();
  }
}

async function delay(here: Caller, there: Caller): Promise<number> {
  const { access_token: token = '' } = await here.token('elliptic', { grant_type: 'client_credentials' });
  if (!(await there.isActive('elliptic', token))) throw new Error('A new token is inactive.');
  await here.revoke('elliptic', token);
  const revokedAt = performance.now();
  while (await there.isActive('elliptic', token)) continue;
  return performance.now() - revokedAt;
}
