import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Org } from '@gatehouse/grant-sdk';
import { IsNull, Repository } from 'typeorm';
import { OrgEntity } from './org.entity';

@Injectable()
export class OrgStore {
  constructor(@InjectRepository(OrgEntity) private readonly orgs: Repository<OrgEntity>) {}

  /** The org, or undefined when it does not exist or is disabled. */
  async find(id: string): Promise<Org | undefined> {
    const org = await this.orgs.findOneBy({ id, disabledAt: IsNull() });
    return org ?? undefined;
  }
}
