import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import type { z } from 'zod';
import { ClientEntity } from '../../clients/client.entity';
import { GatehouseError } from '../../errors/gatehouse-error';
import { ServiceDefinitionEntity } from '../../services/service-definition.entity';
import { MembershipEntity } from '../../users/membership.entity';
import { Administration, type Administrator } from '../administration';
import { type Conditional, requireMatch } from '../entity-tag';
import { insertNew } from '../insert-new';
import { parsed } from '../json-body';
import { mergePatch } from '../merge-patch';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';
import {
  type newServiceDefinition,
  serviceDefinitionSettings,
  type ShownServiceDefinition,
  showServiceDefinition,
} from './service-definitions.shape';

/** Services and the permissions of their roles, for those who administer the platform. */
@Injectable()
export class ServiceDefinitionsAdministration {
  constructor(
    @InjectRepository(ServiceDefinitionEntity) private readonly definitions: Repository<ServiceDefinitionEntity>,
    private readonly administration: Administration,
  ) {}

  /** By id; a filter finds parts of id and name. */
  list(query: ListQuery, path: string): Promise<PageOf<ShownServiceDefinition>> {
    const rows = this.definitions.createQueryBuilder('service');
    if (query.filter !== undefined) {
      rows.where('(service.id ILIKE :filter OR service.name ILIKE :filter)', { filter: containing(query.filter) });
    }
    return pageOf({ rows, key: 'service.id', keyOf: ({ id }) => id, show: showServiceDefinition, path, query });
  }

  /** @throws {GatehouseError} `not_found` */
  async find(id: string): Promise<ShownServiceDefinition> {
    return showServiceDefinition(present(await this.definitions.findOneBy({ id })));
  }

  /** @throws {GatehouseError} `state_conflict` when there is such a service */
  create(
    { id, name = id, roles }: z.output<typeof newServiceDefinition>,
    by: Administrator,
  ): Promise<ShownServiceDefinition> {
    return this.administration.change(by, async (transaction, record) => {
      await insertNew(transaction, ServiceDefinitionEntity, { id, name, roles }, `service definition ${id}`);
      await record({ action: 'service_definition.create', reason: id });
      return shown(transaction, id);
    });
  }

  /**
   * @param patch a merge patch of the settings; of a role that it takes away, those who have it keep the name
   * @throws {GatehouseError} `not_found`, `invalid_request`, `precondition_failed`
   */
  change(id: string, patch: unknown, request: Conditional, by: Administrator): Promise<ShownServiceDefinition> {
    return this.administration.change(by, async (transaction, record) => {
      const { id: _id, ...kept } = showServiceDefinition(await locked(transaction, id, request));
      const { name = id, roles } = parsed(mergePatch(kept, patch), serviceDefinitionSettings);
      await transaction.update(ServiceDefinitionEntity, { id }, { name, roles });
      await record({ action: 'service_definition.update', reason: id });
      return shown(transaction, id);
    });
  }

  /**
   * Not while someone has one of its roles: a later service of this id would find them with it.
   * @throws {GatehouseError} `not_found`, `precondition_failed`, `state_conflict`
   */
  delete(id: string, request: Conditional, by: Administrator): Promise<void> {
    return this.administration.change(by, async (transaction, record) => {
      await locked(transaction, id, request);
      if (await isHeld(transaction, id)) {
        throw new GatehouseError('state_conflict', 'Members or clients still have roles of this service.');
      }
      await transaction.delete(ServiceDefinitionEntity, { id });
      await record({ action: 'service_definition.delete', reason: id });
    });
  }
}

async function isHeld(transaction: EntityManager, id: string): Promise<boolean> {
  const named = JSON.stringify([{ serviceDefinitionId: id }]);
  const byMember = await transaction
    .createQueryBuilder(MembershipEntity, 'membership')
    .where('membership.serviceRoles @> :named', { named })
    .getExists();
  if (byMember) return true;
  return transaction
    .createQueryBuilder(ClientEntity, 'client')
    .where(`client.allowedScopes -> 'servicesScopes' @> :named`, { named })
    .getExists();
}

async function shown(transaction: EntityManager, id: string): Promise<ShownServiceDefinition> {
  return showServiceDefinition(await transaction.findOneByOrFail(ServiceDefinitionEntity, { id }));
}

async function locked(transaction: EntityManager, id: string, request: Conditional): Promise<ServiceDefinitionEntity> {
  const lock = { mode: 'pessimistic_write' } as const;
  const definition = present(await transaction.findOne(ServiceDefinitionEntity, { where: { id }, lock }));
  requireMatch(request, showServiceDefinition(definition));
  return definition;
}

function present(definition: ServiceDefinitionEntity | null): ServiceDefinitionEntity {
  if (definition === null) throw new GatehouseError('not_found', 'There is no such thing, or it is not yours.');
  return definition;
}
