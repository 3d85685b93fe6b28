import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { Configuration } from '../config/configuration';
import { ChangeCache } from '../database/change-cache';
import { Changes } from '../database/changes';
import { ServiceDefinitionEntity } from './service-definition.entity';

@Injectable()
export class ServiceDefinitionStore {
  private readonly cache: ChangeCache<ServiceDefinitionEntity>;

  constructor(
    @InjectRepository(ServiceDefinitionEntity) private readonly definitions: Repository<ServiceDefinitionEntity>,
    changes: Changes,
    { cacheEntries }: Configuration,
  ) {
    this.cache = new ChangeCache(changes, {
      entries: cacheEntries,
      keyOf: ({ id }) => id,
      restsOn: ({ id }) => [`service:${id}`],
    });
  }

  findAll(ids: readonly string[]): Promise<ServiceDefinitionEntity[]> {
    return this.cache.getAll(ids, (unknown) => this.definitions.findBy({ id: In(unknown) }));
  }
}
