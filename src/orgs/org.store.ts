import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Org } from '@gatehouse/grant-sdk';
import { IsNull, Repository } from 'typeorm';
import { Configuration } from '../config/configuration';
import { ChangeCache } from '../database/change-cache';
import { Changes } from '../database/changes';
import { OrgEntity } from './org.entity';

/** How an org shows itself to people. */
export interface Brand {
  readonly displayName: string;
  /** URL of an image. */
  readonly logo: string | null;
}

@Injectable()
export class OrgStore {
  private readonly cache: ChangeCache<Org>;

  constructor(
    @InjectRepository(OrgEntity) private readonly orgs: Repository<OrgEntity>,
    changes: Changes,
    { cacheEntries }: Configuration,
  ) {
    this.cache = new ChangeCache(changes, {
      entries: cacheEntries,
      keyOf: ({ id }) => id,
      restsOn: ({ id }) => [`org:${id}`],
    });
  }

  /** The org, or undefined when it does not exist or is disabled. */
  async find(id: string): Promise<Org | undefined> {
    return this.cache.get(id, async () => {
      const org = await this.orgs.findOne({
        where: { id, disabledAt: IsNull() },
        select: { id: true, name: true },
      });
      return org ?? undefined;
    });
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
