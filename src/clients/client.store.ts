import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { ClientLookup } from '@gatehouse/grant-sdk';
import { Repository } from 'typeorm';
import { Configuration } from '../config/configuration';
import { ChangeCache } from '../database/change-cache';
import { Changes } from '../database/changes';
import { OrgEntity } from '../orgs/org.entity';
import { API_TOKEN_CLIENT } from './api-token-client';
import type { Client, ClientSecret } from './client';
import { ClientEntity } from './client.entity';
import { ClientSecretEntity } from './client-secret.entity';

export interface EnabledClient {
  readonly client: Client;
  /** Those that have not expired. */
  readonly secrets: readonly ClientSecret[];
}

@Injectable()
export class ClientStore implements ClientLookup {
  private readonly cache: ChangeCache<EnabledClient>;

  constructor(
    @InjectRepository(ClientEntity) private readonly clients: Repository<ClientEntity>,
    changes: Changes,
    { cacheEntries }: Configuration,
  ) {
    this.cache = new ChangeCache(changes, {
      entries: cacheEntries,
      keyOf: ({ client }) => client.id,
      restsOn: ({ client }) => [`client:${client.id}`, `org:${client.org.id}`],
    });
  }

  /** The client, or undefined when it is unknown, or it or its org is disabled. That of API tokens is always there. */
  async find(id: string): Promise<Client | undefined> {
    if (id === API_TOKEN_CLIENT.id) return API_TOKEN_CLIENT;
    return (await this.cache.get(id, () => this.read(id)))?.client;
  }

  /** What is known of the client without a look into the database; undefined: nothing. */
  recall(id: string): EnabledClient | undefined {
    const known = this.cache.recall(id);
    return known && { ...known, secrets: known.secrets.filter(isUnexpired) };
  }

  /**
   * The client with its secrets as they are now, always in one query; undefined when it is unknown, or it or its org is
   * disabled.
   */
  findEnabled(id: string): Promise<EnabledClient | undefined> {
    return this.cache.readNow(() => this.read(id));
  }

  private async read(id: string): Promise<EnabledClient | undefined> {
    const found = await this.clients
      .createQueryBuilder('client')
      .innerJoinAndMapOne('client.org', OrgEntity, 'org', 'org.id = client.orgId AND org.disabledAt IS NULL')
      .leftJoinAndMapMany(
        'client.secrets',
        ClientSecretEntity,
        'secret',
        'secret.clientId = client.id AND (secret.expiresAt IS NULL OR secret.expiresAt > now())',
      )
      .where('client.id = :id AND client.disabledAt IS NULL', { id })
      .getOne();
    if (found === null || !isJoined(found)) return undefined;
    const { org, secrets, ...client } = found;
    return {
      // Without the logo, which may be large.
      client: { ...client, org: { id: org.id, name: org.name } },
      secrets: secrets.map(({ id, hash, expiresAt }) => ({ id, hash, expiresAt })),
    };
  }
}

function isUnexpired({ expiresAt }: ClientSecret): boolean {
  return expiresAt === null || expiresAt.getTime() > Date.now();
}

function isJoined(client: ClientEntity): client is ClientEntity & { org: OrgEntity; secrets: ClientSecretEntity[] } {
  return 'org' in client && 'secrets' in client;
}
