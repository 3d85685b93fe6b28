import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { ServiceDefinitionEntity } from './service-definition.entity';

@Injectable()
export class ServiceDefinitionStore {
  constructor(
    @InjectRepository(ServiceDefinitionEntity) private readonly definitions: Repository<ServiceDefinitionEntity>,
  ) {}

  findAll(ids: readonly string[]): Promise<ServiceDefinitionEntity[]> {
    return this.definitions.findBy({ id: In(ids) });
  }
}
