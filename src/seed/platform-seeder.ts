import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import { Configuration } from '../config/configuration';
import { ClientEntity } from '../clients/client.entity';
import { swaggerClient } from '../openapi/swagger-client';
import { OrgEntity } from '../orgs/org.entity';
import { DomainEntity } from '../users/domain.entity';
import { AdministratorAccount, generatePassword, PLATFORM } from './administrator-account';

export interface FirstAdministrator {
  readonly domain: string;
  readonly username: string;
  /** Only when it was generated just now: nobody else knows it. */
  readonly generatedPassword: string | undefined;
}

/** Makes what an empty database lacks to be administered: the platform's org, and someone who may. */
@Injectable()
export class PlatformSeeder {
  constructor(
    private readonly administrator: AdministratorAccount,
    private readonly audit: AuditLog,
    private readonly configuration: Configuration,
  ) {}

  /** Sees to it that people can log in to Swagger UI where it is now. */
  async registerSwaggerUi(transaction: EntityManager): Promise<void> {
    const wanted = swaggerClient(this.configuration, PLATFORM);
    const kept = await transaction.findOneBy(ClientEntity, { id: wanted.id });
    const [uri = ''] = wanted.redirectUris;
    if (kept?.redirectUris.includes(uri)) return;
    if (kept === null) await transaction.insert(ClientEntity, wanted);
    else await transaction.update(ClientEntity, { id: kept.id }, { redirectUris: [...kept.redirectUris, uri] });
    await this.audit.appendIn(transaction, {
      at: new Date(),
      requestId: randomUUID(),
      action: kept === null ? 'client.create' : 'client.update',
      outcome: 'allowed',
      reason: `Swagger UI is at ${uri}`,
      clientId: wanted.id,
      orgId: PLATFORM,
    });
  }

  /** The first administrator, or undefined when the platform was there already. */
  async createIfMissing(transaction: EntityManager): Promise<FirstAdministrator | undefined> {
    const { adminUsername, adminPassword } = this.configuration.firstStart;
    if (await transaction.existsBy(OrgEntity, { id: PLATFORM })) return undefined;
    const password = adminPassword ?? generatePassword();
    await transaction.insert(OrgEntity, { id: PLATFORM, name: PLATFORM, displayName: 'Gatehouse platform' });
    await transaction.insert(DomainEntity, { name: PLATFORM, displayName: 'Gatehouse platform', orgId: PLATFORM });
    const event = { at: new Date(), requestId: randomUUID(), outcome: 'allowed', reason: 'first start' } as const;
    await this.audit.appendIn(transaction, { ...event, action: 'org.create', orgId: PLATFORM });
    await this.administrator.grant(transaction, { username: adminUsername, password, reason: event.reason });
    return {
      domain: PLATFORM,
      username: adminUsername,
      generatedPassword: adminPassword === undefined ? password : undefined,
    };
  }
}
