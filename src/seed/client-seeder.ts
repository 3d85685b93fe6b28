import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { clientColumns } from '../clients/client-columns';
import { ClientEntity } from '../clients/client.entity';
import { ClientSecretEntity } from '../clients/client-secret.entity';
import { generateSecret } from '../clients/generate-secret';
import { CredentialHasher } from '../keys/credential-hasher';
import { differences, type Seeding } from './seeding';
import type { World } from './world.schema';

type SeedClient = World['clients'][number];

@Injectable()
export class ClientSeeder {
  constructor(private readonly hasher: CredentialHasher) {}

  async seed(clients: World['clients'], seeding: Seeding): Promise<void> {
    for (const client of clients) {
      const kept = await seeding.transaction.findOneBy(ClientEntity, { id: client.id });
      if (kept === null) await this.create(client, seeding);
      else await this.compare(client, kept, seeding);
    }
  }

  private async create(client: SeedClient, { transaction, report, audit }: Seeding): Promise<void> {
    await transaction.insert(ClientEntity, clientColumns(client, client.org));
    if (!client.publicClient) {
      const secret = client.secret ?? generateSecret();
      await this.addSecret(transaction, client.id, secret);
      if (client.secret === undefined) report.generatedSecrets.set(client.id, secret);
    }
    await audit({ action: 'client.create', clientId: client.id, orgId: client.org });
    report.created.push(`client ${client.id}`);
  }

  private async compare(client: SeedClient, kept: ClientEntity, seeding: Seeding): Promise<void> {
    const { transaction, update, report, audit } = seeding;
    const columns = clientColumns(client, client.org);
    const newSecret = await this.secretIfNew(transaction, client);
    const differing = [...differences(kept, columns).map(fieldName), ...(newSecret === undefined ? [] : ['secret'])];
    if (differing.length === 0) return;
    if (!update) {
      report.different.push(`client ${client.id}: ${differing.join(', ')}`);
      return;
    }
    await transaction.save(ClientEntity, columns);
    if (newSecret !== undefined) {
      await transaction.delete(ClientSecretEntity, { clientId: client.id });
      await this.addSecret(transaction, client.id, newSecret);
    }
    await audit({ action: 'client.update', clientId: client.id, orgId: client.org, changed: differing });
    report.changed.push(`client ${client.id}: ${differing.join(', ')}`);
  }

  /** The file's secret, if the client does not have it. */
  private async secretIfNew(transaction: EntityManager, { id, secret }: SeedClient): Promise<string | undefined> {
    if (secret === undefined) return undefined;
    const known = await transaction.existsBy(ClientSecretEntity, { clientId: id, hash: this.hasher.hash(secret) });
    return known ? undefined : secret;
  }

  private async addSecret(transaction: EntityManager, clientId: string, secret: string): Promise<void> {
    await transaction.insert(ClientSecretEntity, { clientId, hash: this.hasher.hash(secret) });
  }
}

/** As the file spells it. */
function fieldName(column: string): string {
  return column.replace(/Ttl$/, 'TTL').replace(/^orgId$/, 'org');
}
