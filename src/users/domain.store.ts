import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';
import { DomainEntity } from './domain.entity';

@Injectable()
export class DomainStore {
  constructor(@InjectRepository(DomainEntity) private readonly domains: Repository<DomainEntity>) {}

  /** The domain by its name in whatever case, or undefined when there is none or its org is disabled. */
  async find(name: string): Promise<DomainEntity | undefined> {
    return (await this.ofEnabledOrgs().andWhere('lower(domain.name) = lower(:name)', { name }).getOne()) ?? undefined;
  }

  /** By display name. */
  all(): Promise<DomainEntity[]> {
    return this.ofEnabledOrgs().getMany();
  }

  /** Those of the orgs that are not disabled, by display name. */
  ofOrgs(orgIds: readonly string[]): Promise<DomainEntity[]> {
    return this.ofEnabledOrgs().andWhere('domain.orgId IN (:...orgIds)', { orgIds }).getMany();
  }

  private ofEnabledOrgs() {
    return this.domains
      .createQueryBuilder('domain')
      .innerJoin(OrgEntity, 'org', 'org.id = domain.orgId')
      .where('org.disabledAt IS NULL')
      .orderBy('domain.displayName')
      .addOrderBy('domain.name');
  }
}
