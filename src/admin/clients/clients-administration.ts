import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { clientColumns, type ClientColumns } from '../../clients/client-columns';
import { ClientEntity } from '../../clients/client.entity';
import { ClientSecretEntity } from '../../clients/client-secret.entity';
import { GatehouseError } from '../../errors/gatehouse-error';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { changesInWords } from '../changes-in-words';
import { Deletions } from '../deletions';
import { Endings } from '../endings';
import { type Conditional, requireMatch } from '../entity-tag';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';
import { ClientPrivileges } from './client-privileges';
import { type ClientKey, findClient, holdOrg, lockClient, requireOrg } from './client-row';
import { ClientSecrets } from './client-secrets';
import { type NewClient, type ShownClient, showClient, TOLD_OF_CHANGES } from './client.shape';
import { settingsFor } from './settings-for';

/** A new client, and the secret of one that is not public. */
export interface Registered<Client> {
  readonly client: Client;
  readonly once: { readonly secret?: string };
}

interface ClientChange {
  /** What the client shall be, from what it is. */
  readonly wanted: (present: ShownClient) => unknown;
  /** To have instead of all others. */
  readonly secret?: string | undefined;
  /** How the caller sees the client: If-Match is about that. */
  readonly seenAs?: (present: ShownClient) => object;
  /** What the caller calls fields that it names otherwise. */
  readonly fields?: Readonly<Record<string, string>>;
}

const asItIs = (present: ShownClient): object => present;

/** OAuth clients, for those who administer them. */
@Injectable()
export class ClientsAdministration {
  constructor(
    @InjectRepository(ClientEntity) private readonly clients: Repository<ClientEntity>,
    private readonly administration: Administration,
    private readonly privileges: ClientPrivileges,
    private readonly secrets: ClientSecrets,
    private readonly endings: Endings,
    private readonly deletions: Deletions,
  ) {}

  /**
   * By id; a filter finds parts of id and display name.
   * @throws {GatehouseError} `not_found` for an unknown org
   */
  async list(orgId: string, query: ListQuery, path: string): Promise<PageOf<ShownClient>> {
    await requireOrg(this.clients.manager, orgId);
    const rows = this.clients
      .createQueryBuilder('client')
      .where('client.orgId = :orgId AND client.deletingSince IS NULL', { orgId });
    if (query.filter !== undefined) {
      rows.andWhere('(client.id ILIKE :filter OR client.displayName ILIKE :filter)', {
        filter: containing(query.filter),
      });
    }
    return pageOf({ rows, key: 'client.id', keyOf: ({ id }) => id, show: showClient, path, query });
  }

  /** @throws {GatehouseError} `not_found`, `state_conflict` while it is being deleted */
  async find(key: ClientKey): Promise<ShownClient> {
    return showClient(await findClient(this.clients.manager, key));
  }

  /**
   * @throws {GatehouseError} `state_conflict` when the id is a client's or user's, `insufficient_scope`, `invalid_request`
   */
  create(orgId: string, client: NewClient, by: Administrator): Promise<Registered<ShownClient>> {
    const id = client.id ?? randomUUID();
    return this.administration.change(by, async (transaction, record) => {
      await holdOrg(transaction, orgId);
      const columns = clientColumns({ ...client, id }, orgId);
      this.privileges.requireFor(by.caller, columns);
      await insert(transaction, { ...columns, disabledAt: client.disabled ? new Date() : null });
      const secret = client.publicClient ? undefined : await this.secrets.add(transaction, id, client.secret);
      await record({ action: 'client.create', clientId: id, orgId });
      const shown = showClient(await transaction.findOneByOrFail(ClientEntity, { id }));
      return { client: shown, once: secret === undefined ? {} : { secret: secret.secret } };
    });
  }

  /**
   * @throws {GatehouseError} `not_found`, `invalid_request`, `insufficient_scope`, `precondition_failed`, `state_conflict`
   */
  change(
    key: ClientKey,
    { wanted, secret, seenAs = asItIs, fields = {} }: ClientChange,
    request: Conditional,
    by: Administrator,
  ): Promise<ShownClient> {
    return this.administration.change(by, async (transaction, record) => {
      const kept = await lockClient(transaction, key);
      const present = showClient(kept);
      requireMatch(request, seenAs(present));
      const { id, orgId } = kept;
      const { disabled, ...settings } = settingsFor(present, wanted(present), fields);
      const columns = clientColumns({ ...settings, id }, orgId);
      this.privileges.requireFor(by.caller, columns, kept);
      const disabledAt = disabled ? (kept.disabledAt ?? new Date()) : null;
      await transaction.update(ClientEntity, { id }, { ...columns, disabledAt });
      if (disabled !== (kept.disabledAt !== null)) await this.endings.ofClient(transaction, id);
      if (columns.publicClient) await transaction.delete(ClientSecretEntity, { clientId: id });
      const changed = showClient(await transaction.findOneByOrFail(ClientEntity, { id }));
      const reason = changesInWords(present, changed, TOLD_OF_CHANGES);
      await record({ action: 'client.update', clientId: id, orgId, reason });
      if (secret !== undefined) await this.secrets.replaceIn(transaction, columns, secret, by, record);
      return changed;
    });
  }

  /**
   * Begins to delete a client: from now on it is gone for everyone; its logins follow.
   * @throws {GatehouseError} `not_found`, `precondition_failed`, `state_conflict` while that is under way
   */
  async delete(key: ClientKey, request: Conditional, by: Administrator, seenAs = asItIs): Promise<void> {
    await this.administration.change(by, async (transaction, record) => {
      const kept = await lockClient(transaction, key);
      requireMatch(request, seenAs(showClient(kept)));
      await this.endings.ofClient(transaction, kept.id);
      const now = new Date();
      await transaction.update(
        ClientEntity,
        { id: kept.id },
        { disabledAt: kept.disabledAt ?? now, deletingSince: now },
      );
      await record({ action: 'client.delete', clientId: kept.id, orgId: kept.orgId });
    });
    this.deletions.wake();
  }
}

/** @throws {GatehouseError} `state_conflict`: in a token's `sub` an id means one user or client */
async function insert(transaction: EntityManager, client: ClientColumns & { disabledAt: Date | null }): Promise<void> {
  const taken = new GatehouseError('state_conflict', `There is a client or user ${client.id} already.`);
  if (await transaction.existsBy(UserEntity, { id: client.id })) throw taken;
  const inserted = transaction.createQueryBuilder().insert().into(ClientEntity).values(client).orIgnore();
  const result = await inserted.returning('id').execute();
  const rows: unknown = result.raw;
  if (Array.isArray(rows) && rows.length === 0) throw taken;
}
