import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work';
import { isServiceAway } from '../errors/service-away';

/** A replica that ended half way leaves the rest to whoever looks next. */
const LOOK_EVERY_MS = 30_000;

/** Rows that one transaction deletes at most: it must not hold locks for long. */
const BATCH = 1_000;

const ACTORS = [
  'allowed_actors_client_delegate',
  'allowed_actors_client_exchange',
  'allowed_actors_audience_exchange',
] as const;

/**
 * Deletes what clients and orgs that are being deleted still have, batch by batch, and in the end themselves. One
 * replica at a time; the audit trail keeps its events.
 */
@Injectable()
export class Deletions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Deletions.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(private readonly work: UnitOfWork) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), LOOK_EVERY_MS).unref();
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** There is, or may be, something to delete. */
  wake(): void {
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  private async run(): Promise<void> {
    try {
      while (!this.stopping && (await this.work.runAlone('deletions', deleteBatch)));
    } catch (error) {
      if (error instanceof Error && isServiceAway(error)) return;
      this.logger.error({ msg: 'a deletion failed', stack: error instanceof Error ? error.stack : undefined });
    }
  }
}

/** False: nothing is left to delete. */
async function deleteBatch(transaction: EntityManager): Promise<boolean> {
  const [client] = await transaction.query<{ id: string }[]>(
    'SELECT id FROM clients WHERE deleting_since IS NOT NULL LIMIT 1',
  );
  if (client !== undefined) {
    if (await deleteSome(transaction, 'families', 'client_id = $1', client.id)) return true;
    await forget(transaction, ACTORS, client.id);
    await transaction.query('DELETE FROM clients WHERE id = $1', [client.id]);
    return true;
  }
  const [org] = await transaction.query<{ id: string }[]>(
    'SELECT id FROM orgs WHERE deleting_since IS NOT NULL LIMIT 1',
  );
  if (org === undefined) return false;
  for (const table of ['families', 'authorization_codes', 'api_tokens', 'trusted_issuers', 'groups']) {
    if (await deleteSome(transaction, table, 'org_id = $1', org.id)) return true;
  }
  if (await deleteSome(transaction, 'users', 'domain IN (SELECT name FROM domains WHERE org_id = $1)', org.id))
    return true;
  await giveOtherDefaultOrg(transaction, org.id);
  await forget(transaction, ['allowed_orgs'], org.id);
  await transaction.query('DELETE FROM domains WHERE org_id = $1', [org.id]);
  await transaction.query('DELETE FROM orgs WHERE id = $1', [org.id]);
  return true;
}

/** What other clients trust must not be whoever gets the id next. @param columns from this file only */
async function forget(transaction: EntityManager, columns: readonly string[], id: string): Promise<void> {
  for (const column of columns) {
    await transaction.query(`UPDATE clients SET ${column} = array_remove(${column}, $1) WHERE $1 = ANY (${column})`, [
      id,
    ]);
  }
}

/** @param table and condition from this file only; the condition's $1 is `value` */
async function deleteSome(
  transaction: EntityManager,
  table: string,
  condition: string,
  value: string,
): Promise<boolean> {
  const [, deleted] = await transaction.query<[unknown[], number]>(
    // Two partitions of a table may have the same ctid.
    `DELETE FROM ${table} WHERE (tableoid, ctid) IN
       (SELECT tableoid, ctid FROM ${table} WHERE ${condition} LIMIT ${BATCH})`,
    [value],
  );
  return deleted > 0;
}

/** People of other domains keep their accounts: with the org of another membership, or that of their domain. */
async function giveOtherDefaultOrg(transaction: EntityManager, orgId: string): Promise<void> {
  await transaction.query(
    `UPDATE users SET default_org_id = COALESCE(
       (SELECT min(org_id) FROM memberships WHERE user_id = users.id AND org_id <> $1),
       (SELECT org_id FROM domains WHERE name = users.domain))
     WHERE default_org_id = $1`,
    [orgId],
  );
}
