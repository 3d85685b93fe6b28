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
   * where a login goes on, `invalid_refresh_token`, or `invalid_grant` when it was begun at our own pages just now
   */
  async resolve(
    { subject, orgId, session, interactive }: GrantDecision,
    client: Client,
  ): Promise<{ subject: IssuedSubject; org: Org }> {
    if (subject.kind === 'user') {
      const member = await this.users.findMember(subject.id, orgId);
      if (member === undefined) {
        const because = `user ${subject.id} has no part in org ${orgId}, or one of them is disabled`;
        if (session?.kind === 'continue') throw loginOver('invalid_refresh_token', because);
        throw interactive ? loginOver('invalid_grant', because) : notFound(because);
      }
      return { subject: { kind: 'user', member }, org: member.org };
    }
    if (orgId === client.org.id) return { subject, org: client.org };
    const org = client.allowedOrgs.includes(orgId) ? await this.orgs.find(orgId) : undefined;
    if (org === undefined) throw notFound(`org ${orgId} is not open to ${client.id}, or is disabled or gone`);
    return { subject, org };
  }
}

/** Who refreshes or redeems a code named no org that could be found or not: what it had has ended. */
function loginOver(code: 'invalid_refresh_token' | 'invalid_grant', detail: string): GatehouseError {
  const message = code === 'invalid_grant' ? 'The login has ended.' : 'Invalid refresh token.';
  return new GatehouseError(code, message, { detail });
}

function notFound(detail: string): GatehouseError {
  return new GatehouseError('org_not_found', 'The organization was not found.', { detail });
}
