import { Injectable } from '@nestjs/common';
import type { Client } from '../clients/client';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import { servicePermission } from '../services/permission-names';
import { ServiceDefinitionStore } from '../services/service-definition.store';
import type { IssuedSubject, ServiceScope } from '../tokens/issuance';
import { narrowResourceScopes, readResourceScopes } from '../tokens/resource-scopes';
import type { ServiceRole } from '../users/membership.entity';

/** Narrows a token to permissions on resources, if the request asks for it. */
@Injectable()
export class ResourceNarrowing {
  constructor(private readonly definitions: ServiceDefinitionStore) {}

  /**
   * @param scopes what the token may carry
   * @throws {GatehouseError} `invalid_request`; `invalid_scope` when one is asked for that is not held
   */
  async narrow(
    form: Form,
    subject: IssuedSubject,
    client: Client,
    scopes: readonly string[],
  ): Promise<ServiceScope[] | undefined> {
    const asked = askedFor(form);
    if (asked === undefined) return undefined;
    const roles = rolesOf(subject, client).filter(({ serviceDefinitionId, role }) =>
      scopes.includes(servicePermission(serviceDefinitionId, role)),
    );
    const definitions = await this.definitions.findAll(asked.map(({ serviceDefinitionId }) => serviceDefinitionId));
    return narrowResourceScopes(asked, roles, definitions);
  }
}

/** Both names mean the same object. */
function askedFor(form: Form): ServiceScope[] | undefined {
  const given = ['allowed_resource_scope', 'servicesPermissionsScopesDto'].flatMap((name) => {
    const json = form.get(name);
    return json === undefined ? [] : [readResourceScopes(name, json)];
  });
  if (given.length > 1) {
    throw new GatehouseError(
      'invalid_request',
      'Send allowed_resource_scope or servicesPermissionsScopesDto, not both.',
    );
  }
  return given[0];
}

/** The roles of the subject; those of a user only on the resources on which the client may carry them. */
function rolesOf(subject: IssuedSubject, { allowedScopes }: Client): ServiceRole[] {
  const ofClient = allowedScopes.servicesScopes.flatMap(({ serviceDefinitionId, roles = [] }) =>
    roles.map(({ name, resources }) => ({ serviceDefinitionId, role: name, resources })),
  );
  if (subject.kind === 'client') return ofClient;
  return subject.member.serviceRoles.map((held) => {
    const limit = ofClient.find(
      (one) => one.serviceDefinitionId === held.serviceDefinitionId && one.role === held.role,
    );
    return { ...held, resources: intersection(held.resources, limit?.resources) };
  });
}

/** Of two lists of resources, where none, or `*` in it, stands for all. */
function intersection(one: readonly string[] | undefined, other: readonly string[] | undefined) {
  if (one === undefined || one.includes('*')) return other;
  if (other === undefined || other.includes('*')) return one;
  return one.filter((resource) => other.includes(resource));
}
