import { Injectable } from '@nestjs/common';
import type { Person } from '@gatehouse/grant-sdk';
import { grantedScopes } from '../auth/granted-scopes';
import { SubjectResolver } from '../auth/subject-resolver';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Member } from '../users/person';
import type { AuthorizationRequest } from './authorization-request';

/** Who logs in, for which org, and with what: all that a client would get. */
export interface Login {
  readonly member: Member;
  readonly scopes: readonly string[];
}

/** Works out what a client would get by the login of a user. */
@Injectable()
export class LoginScope {
  constructor(private readonly subjects: SubjectResolver) {}

  /** @throws {GatehouseError} `access_denied` when the user has no part in the org; `invalid_scope` */
  async of(person: Person, { client, dialect, orgId, scope }: AuthorizationRequest): Promise<Login> {
    const decision = { subject: { kind: 'user' as const, id: person.id }, orgId: orgId ?? person.defaultOrgId };
    const { subject } = await this.subjects.resolve(decision, client).catch(refuseOrg);
    if (subject.kind !== 'user') throw new Error('A user resolves to a user.');
    return { member: subject.member, scopes: grantedScopes({}, subject, client, scope, dialect) };
  }
}

/** The user is known, so that "not found" would be the wrong thing to say; which of the two it is stays unsaid. */
function refuseOrg(error: unknown): never {
  if (error instanceof GatehouseError && error.code === 'org_not_found') {
    throw new GatehouseError('access_denied', 'The user has no part in this organization.', { detail: error.detail });
  }
  throw error;
}
