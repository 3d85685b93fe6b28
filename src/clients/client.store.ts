import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { ClientLookup } from '@gatehouse/grant-sdk';
import { Repository } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';
import { API_TOKEN_CLIENT } from './api-token-client';
import type { Client, ClientSecret } from './client';
import { ClientEntity } from './client.entity';
import { ClientSecretEntity } from './client-secret.entity';

interface EnabledClient {
  readonly client: Client;
  /** Those that have not expired. */
  readonly secrets: readonly ClientSecret[];
}

@Injectable()
export class ClientStore implements ClientLookup {
  constructor(@InjectRepository(ClientEntity) private readonly clients: Repository<ClientEntity>) {}

  /** The client, or undefined when it is unknown, or it or its org is disabled. That of API tokens is always there. */
  async find(id: string): Promise<Client | undefined> {
    if (id === API_TOKEN_CLIENT.id) return API_TOKEN_CLIENT;
    return (await this.findEnabled(id))?.client;
  }

  /** The client with its secrets, in one query; undefined when it is unknown, or it or its org is disabled. */
  async findEnabled(id: string): Promise<EnabledClient | undefined> {
    const client = await this.clients
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
    return client !== null && isJoined(client) ? { client, secrets: client.secrets } : undefined;
  }
}

function isJoined(client: ClientEntity): client is ClientEntity & { org: OrgEntity; secrets: ClientSecretEntity[] } {
  return 'org' in client && 'secrets' in client;
}
