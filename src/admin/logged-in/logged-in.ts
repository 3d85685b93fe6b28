import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Person } from '@gatehouse/grant-sdk';
import { IsNull, Repository } from 'typeorm';
import { z } from 'zod';
import type { Caller } from '../../access/caller';
import { GatehouseError } from '../../errors/gatehouse-error';
import { OrgEntity } from '../../orgs/org.entity';
import { MembershipEntity } from '../../users/membership.entity';
import { UserStore } from '../../users/user.store';

export const shownPerson = z.object({
  userId: z.string(),
  username: z.string(),
  domain: z.string(),
  email: z.string(),
  acct: z.string().describe('The e-mail address, as tokens say it.'),
  firstName: z.string(),
  lastName: z.string(),
  defaultOrgId: z.string(),
  orgId: z.string().describe('The organization that the token is for.'),
  permissions: z.array(z.string()).describe('What the token may there, as its perms say it.'),
});

/** Tells callers who they are. */
@Injectable()
export class LoggedIn {
  constructor(
    private readonly users: UserStore,
    @InjectRepository(OrgEntity) private readonly allOrgs: Repository<OrgEntity>,
  ) {}

  /** @throws {GatehouseError} `insufficient_scope` when the token is that of a client */
  async person(caller: Caller): Promise<z.output<typeof shownPerson>> {
    const { id, username, domain, email, givenName, familyName, defaultOrgId } = await this.userOf(caller);
    return {
      userId: id,
      username,
      domain,
      email,
      acct: email,
      firstName: givenName,
      lastName: familyName,
      defaultOrgId,
      orgId: caller.token.orgId,
      permissions: [...caller.permissions],
    };
  }

  /** Those that are not disabled, by id. */
  async orgs(caller: Caller): Promise<OrgEntity[]> {
    const { id } = await this.userOf(caller);
    return this.allOrgs
      .createQueryBuilder('org')
      .innerJoin(MembershipEntity, 'membership', 'membership.orgId = org.id AND membership.userId = :id', { id })
      .where('org.disabledAt IS NULL')
      .orderBy('org.id')
      .getMany();
  }

  /** @throws {GatehouseError} `org_not_found` when it is disabled */
  async defaultOrg(caller: Caller): Promise<OrgEntity> {
    const { defaultOrgId } = await this.userOf(caller);
    const org = await this.allOrgs.findOneBy({ id: defaultOrgId, disabledAt: IsNull() });
    if (org === null) throw new GatehouseError('org_not_found', 'The organization was not found.');
    return org;
  }

  private async userOf({ token }: Caller): Promise<Person> {
    if (token.subject.kind !== 'user') {
      throw new GatehouseError('insufficient_scope', 'The access token is not that of a user.');
    }
    const person = await this.users.find(token.subject.id);
    if (person !== undefined) return person;
    throw new GatehouseError('invalid_token', 'The access token is not valid.', {
      detail: `user ${token.subject.id} was disabled while it asked`,
    });
  }
}
