import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import type { Client } from '../clients/client';
import type { Member } from '../users/person';
import { ConsentEntity } from './consent.entity';

/** What users have allowed clients. */
@Injectable()
export class Consents {
  constructor(@InjectRepository(ConsentEntity) private readonly consents: Repository<ConsentEntity>) {}

  /**
   * Need the user be asked before the client gets these scopes? Not for the org's own clients, which the org answers
   * for, as long as they can prove who they are: anyone can pose as a public client (RFC 8252 section 8.6).
   */
  async isNeeded(client: Client, { person, org }: Member, scopes: readonly string[]): Promise<boolean> {
    if (client.orgId === org.id && !client.publicClient) return false;
    const given = await this.consents.findOneBy({ userId: person.id, clientId: client.id, orgId: org.id });
    return given === null || !scopes.every((scope) => given.scopes.includes(scope));
  }

  /** Adds to what was given before. */
  async give(transaction: EntityManager, client: Client, { person, org }: Member, scopes: string[]): Promise<void> {
    await transaction.query(
      `INSERT INTO consents AS given (user_id, client_id, org_id, scopes) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, client_id, org_id)
       DO UPDATE SET scopes = ARRAY(SELECT unnest(given.scopes) UNION SELECT unnest(EXCLUDED.scopes))`,
      [person.id, client.id, org.id, scopes],
    );
  }
}
