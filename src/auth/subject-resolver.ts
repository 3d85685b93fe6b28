import { Injectable } from '@nestjs/common';
import type { GrantDecision, Org } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';
import { GatehouseError } from '../errors/gatehouse-error';
import { OrgStore } from '../orgs/org.store';
import type { IssuedSubject } from '../tokens/issuance';
import { UserStore } from '../users/user.store';

/** Finds what a decision names, so that no grant can forget to look whether it is still there and enabled. */
@Injectable()
export class SubjectResolver {
  constructor(
    private readonly orgs: OrgStore,
    private readonly users: UserStore,
  ) {}

  /**
   * @throws {GatehouseError} `org_not_found`: one answer for an unknown org and for one that is closed to the subject;
   * `invalid_refresh_token` instead where a login goes on
   */
  async resolve(
    { subject, orgId, session }: GrantDecision,
    client: Client,
  ): Promise<{ subject: IssuedSubject; org: Org }> {
    if (subject.kind === 'user') {
      const member = await this.users.findMember(subject.id, orgId);
      if (member === undefined) {
        const because = `user ${subject.id} has no part in org ${orgId}, or one of them is disabled`;
        throw session?.kind === 'continue' ? loginOver(because) : notFound(because);
      }
      return { subject: { kind: 'user', member }, org: member.org };
    }
    if (orgId === client.org.id) return { subject, org: client.org };
    const org = client.allowedOrgs.includes(orgId) ? await this.orgs.find(orgId) : undefined;
    if (org === undefined) throw notFound(`org ${orgId} is not open to ${client.id}, or is disabled or gone`);
    return { subject, org };
  }
}

/** Who refreshes named no org that could be found or not: what it had has ended. */
function loginOver(detail: string): GatehouseError {
  return new GatehouseError('invalid_refresh_token', 'Invalid refresh token.', { detail });
}

function notFound(detail: string): GatehouseError {
  return new GatehouseError('org_not_found', 'The organization was not found.', { detail });
}
