import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, MoreThan, Not, Repository } from 'typeorm';
import type { z } from 'zod';
import type { Caller } from '../../access/caller';
import type { ClientColumns } from '../../clients/client-columns';
import { ClientSecretEntity } from '../../clients/client-secret.entity';
import { ClientSecretUsage } from '../../clients/client-secret-usage';
import { generateSecret } from '../../clients/generate-secret';
import { GatehouseError } from '../../errors/gatehouse-error';
import { CredentialHasher } from '../../keys/credential-hasher';
import { Administration, type Administrator, type ChangeEvent } from '../administration';
import { ClientPrivileges } from './client-privileges';
import { type ClientKey, findClient, lockClient } from './client-row';
import { type rotatedSecret, type ShownSecret, showSecret } from './client-secret.shape';

/** Each of them is compared with at every token request. */
const MOST_SECRETS = 50;

type MadeSecret = ShownSecret & { readonly secret: string };

/** The secrets of clients. The newest has no expiry: whatever is added gives one to all before it. */
@Injectable()
export class ClientSecrets {
  constructor(
    @InjectRepository(ClientSecretEntity) private readonly secrets: Repository<ClientSecretEntity>,
    private readonly administration: Administration,
    private readonly privileges: ClientPrivileges,
    private readonly hasher: CredentialHasher,
    private readonly usage: ClientSecretUsage,
  ) {}

  /**
   * Those that work, the newest first.
   * @throws {GatehouseError} `not_found`, `state_conflict` while the client is being deleted
   */
  async list(key: ClientKey): Promise<ShownSecret[]> {
    await this.usage.write();
    const { id: clientId } = await findClient(this.secrets.manager, key);
    const secrets = await this.secrets.find({
      where: [
        { clientId, expiresAt: IsNull() },
        { clientId, expiresAt: MoreThan(new Date()) },
      ],
      order: { expiresAt: { direction: 'DESC', nulls: 'FIRST' }, createdAt: 'DESC' },
    });
    return secrets.map(showSecret);
  }

  /**
   * Adds a secret; those of before live on for a while.
   * @throws {GatehouseError} `not_found`; `state_conflict` for a public client, or one that has very many; `insufficient_scope`
   */
  rotate(key: ClientKey, wanted: z.output<typeof rotatedSecret>, by: Administrator): Promise<MadeSecret> {
    return this.administration.change(by, async (transaction, record) => {
      const { id, orgId } = await this.lockConfidential(transaction, key, by.caller);
      await transaction.query('DELETE FROM client_secrets WHERE client_id = $1 AND expires_at <= now()', [id]);
      if ((await transaction.countBy(ClientSecretEntity, { clientId: id })) >= MOST_SECRETS) {
        throw new GatehouseError('state_conflict', `The client has ${MOST_SECRETS} secrets. End the overlap, or wait.`);
      }
      await transaction.query(
        'UPDATE client_secrets SET expires_at = LEAST(expires_at, $2::timestamptz) WHERE client_id = $1',
        [id, new Date(Date.now() + wanted.secretRotationExpirationInSeconds * 1_000)],
      );
      const made = await this.add(transaction, id, wanted.newClientSecret);
      await record({ action: 'client_secret.create', clientId: id, orgId, reason: `secret ${made.id}` });
      return made;
    });
  }

  /**
   * From now on the client has this secret only.
   * @param secret absent: generated
   * @throws {GatehouseError} `not_found`; `state_conflict` for a public client; `insufficient_scope`
   */
  replace(key: ClientKey, secret: string | undefined, by: Administrator): Promise<MadeSecret> {
    return this.administration.change(by, async (transaction, record) => {
      const client = await lockClient(transaction, key);
      return this.replaceIn(transaction, client, secret, by, record);
    });
  }

  /** {@link replace} for a client that the transaction has locked. */
  async replaceIn(
    transaction: EntityManager,
    client: ClientColumns,
    secret: string | undefined,
    by: Administrator,
    record: (event: ChangeEvent) => Promise<void>,
  ): Promise<MadeSecret> {
    this.requireConfidential(client, by.caller);
    await transaction.delete(ClientSecretEntity, { clientId: client.id });
    const made = await this.add(transaction, client.id, secret);
    const { id: clientId, orgId } = client;
    await record({ action: 'client_secret.update', clientId, orgId, reason: `secret ${made.id} replaces all` });
    return made;
  }

  /**
   * Only the newest stays.
   * @throws {GatehouseError} `not_found`; `state_conflict` for a public client; `insufficient_scope`
   */
  endOverlap(key: ClientKey, by: Administrator): Promise<void> {
    return this.administration.change(by, async (transaction, record) => {
      const { id, orgId } = await this.lockConfidential(transaction, key, by.caller);
      await transaction.delete(ClientSecretEntity, { clientId: id, expiresAt: Not(IsNull()) });
      await record({ action: 'client_secret.delete', clientId: id, orgId, reason: 'all but the newest' });
    });
  }

  /** Adds a secret to those that the client has. */
  async add(transaction: EntityManager, clientId: string, secret = generateSecret()): Promise<MadeSecret> {
    const row = { clientId, hash: this.hasher.hash(secret), createdAt: new Date() };
    const { id } = await transaction.save(ClientSecretEntity, row);
    return { ...showSecret(await transaction.findOneByOrFail(ClientSecretEntity, { id })), secret };
  }

  private async lockConfidential(transaction: EntityManager, key: ClientKey, caller: Caller): Promise<ClientColumns> {
    const client = await lockClient(transaction, key);
    this.requireConfidential(client, caller);
    return client;
  }

  private requireConfidential(client: ClientColumns, caller: Caller): void {
    if (client.publicClient) throw new GatehouseError('state_conflict', 'A public client has no secret.');
    this.privileges.requireForSecret(caller, client);
  }
}
