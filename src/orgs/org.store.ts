import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Org } from '@gatehouse/grant-sdk';
import { IsNull, Repository } from 'typeorm';
import { OrgEntity } from './org.entity';

export type EnabledOrg = Org & Pick<OrgEntity, 'tokensValidFrom'>;

/** How an org shows itself to people. */
export interface Brand {
  readonly displayName: string;
  /** URL of an image. */
  readonly logo: string | null;
}

@Injectable()
export class OrgStore {
  constructor(@InjectRepository(OrgEntity) private readonly orgs: Repository<OrgEntity>) {}

  /** The org, or undefined when it does not exist or is disabled. */
  async find(id: string): Promise<EnabledOrg | undefined> {
    const org = await this.orgs.findOneBy({ id, disabledAt: IsNull() });
    return org ?? undefined;
  }

  /** Of an org that is not disabled. */
  async brandOf(id: string): Promise<Brand | undefined> {
    const brand = await this.orgs.findOne({
      where: { id, disabledAt: IsNull() },
      select: { displayName: true, logo: true },
    });
    return brand ?? undefined;
  }
}
