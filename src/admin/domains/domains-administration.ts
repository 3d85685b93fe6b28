import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import type { z } from 'zod';
import { GatehouseError } from '../../errors/gatehouse-error';
import { DomainEntity } from '../../users/domain.entity';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { type Conditional, requireMatch } from '../entity-tag';
import { insertNew } from '../insert-new';
import { parsed } from '../json-body';
import { requireOrg } from '../known-org';
import { mergePatch } from '../merge-patch';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';
import { domainSettings, type newDomain, type ShownDomain, showDomain } from './domain.shape';

/** Domains, for those who administer the platform. */
@Injectable()
export class DomainsAdministration {
  constructor(
    @InjectRepository(DomainEntity) private readonly domains: Repository<DomainEntity>,
    private readonly administration: Administration,
  ) {}

  /** By name; a filter finds parts of name, display name and org. */
  list(query: ListQuery, path: string): Promise<PageOf<ShownDomain>> {
    const rows = this.domains.createQueryBuilder('domain');
    if (query.filter !== undefined) {
      rows.where('(domain.name ILIKE :filter OR domain.displayName ILIKE :filter OR domain.orgId ILIKE :filter)', {
        filter: containing(query.filter),
      });
    }
    return pageOf({ rows, key: 'domain.name', keyOf: ({ name }) => name, show: showDomain, path, query });
  }

  /** @throws {GatehouseError} `not_found` */
  async find(name: string): Promise<ShownDomain> {
    return showDomain(present(await this.domains.findOneBy({ name })));
  }

  /** @throws {GatehouseError} `invalid_request` for an org that is not there, `state_conflict` for a domain that is */
  create({ name, displayName = name, org }: z.output<typeof newDomain>, by: Administrator): Promise<ShownDomain> {
    return this.administration.change(by, async (transaction, record) => {
      await requireOrg(transaction, org);
      await insertNew(transaction, DomainEntity, { name, displayName, orgId: org }, `domain ${name}`);
      await record({ action: 'domain.create', orgId: org, reason: name });
      return shown(transaction, name);
    });
  }

  /**
   * @param patch a merge patch of the domain's settings
   * @throws {GatehouseError} `not_found`, `invalid_request`, `precondition_failed`
   */
  change(name: string, patch: unknown, request: Conditional, by: Administrator): Promise<ShownDomain> {
    return this.administration.change(by, async (transaction, record) => {
      const kept = await locked(transaction, name, request);
      const { displayName, orgId: org } = kept;
      const settings = parsed(mergePatch({ displayName, org }, patch), domainSettings);
      await requireOrg(transaction, settings.org);
      const columns = { displayName: settings.displayName ?? name, orgId: settings.org };
      await transaction.update(DomainEntity, { name }, columns);
      const moved = settings.org === org ? '' : `, moved from org ${org}`;
      await record({ action: 'domain.update', orgId: settings.org, reason: `${name}${moved}` });
      return shown(transaction, name);
    });
  }

  /**
   * @throws {GatehouseError} `not_found`, `precondition_failed`; `state_conflict` while there are users in it
   */
  delete(name: string, request: Conditional, by: Administrator): Promise<void> {
    return this.administration.change(by, async (transaction, record) => {
      const { orgId } = await locked(transaction, name, request);
      // The lock has waited for users who were being created, and keeps out further ones.
      if (await transaction.existsBy(UserEntity, { domain: name })) {
        throw new GatehouseError('state_conflict', 'There are still users in this domain.');
      }
      await transaction.delete(DomainEntity, { name });
      await record({ action: 'domain.delete', orgId, reason: name });
    });
  }
}

async function shown(transaction: EntityManager, name: string): Promise<ShownDomain> {
  return showDomain(await transaction.findOneByOrFail(DomainEntity, { name }));
}

async function locked(transaction: EntityManager, name: string, request: Conditional): Promise<DomainEntity> {
  const lock = { mode: 'pessimistic_write' } as const;
  const domain = present(await transaction.findOne(DomainEntity, { where: { name }, lock }));
  requireMatch(request, showDomain(domain));
  return domain;
}

function present(domain: DomainEntity | null): DomainEntity {
  if (domain === null) throw new GatehouseError('not_found', 'There is no such thing, or it is not yours.');
  return domain;
}
