import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { ClientEntity } from '../../clients/client.entity';
import { GatehouseError } from '../../errors/gatehouse-error';
import { userName } from '../../tokens/subject-name';
import { accountColumns } from '../../users/account';
import { DomainEntity } from '../../users/domain.entity';
import { PasswordHasher } from '../../users/password-hasher';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { Endings } from '../endings';
import { OrgsAdministration } from '../orgs/orgs-administration';
import { foundMember, isOfOrg, lockedUser, noSuchThing } from './found-member';
import { inWords } from './membership.shape';
import { insertMember } from './new-member';
import { isOperator, judgeRoles } from './role-judge';
import { unlessTaken } from '../unless-taken';
import { type addedMember, type newUser, type ShownUser, showUser } from './user.shape';

/** Makes people members of an org. */
@Injectable()
export class MemberAdministration {
  constructor(
    private readonly administration: Administration,
    private readonly passwords: PasswordHasher,
    private readonly orgs: OrgsAdministration,
    private readonly endings: Endings,
  ) {}

  /** @throws {GatehouseError} `not_found`, `state_conflict`, `invalid_request`, `insufficient_scope` */
  async create(orgId: string, user: z.output<typeof newUser>, by: Administrator): Promise<ShownUser> {
    await this.orgs.find(orgId);
    judgeRoles(by.caller, [], user.roles);
    const { id = randomUUID(), domain, password } = user;
    // Before the transaction, whose locks others wait for: it is slow.
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    return this.administration.change(by, async (transaction, record) => {
      await requireDomain(transaction, domain, orgId);
      // In a token's `sub` an id means a user or a client, never both.
      if (await transaction.existsBy(ClientEntity, { id })) throw taken();
      const columns = { id, domain, ...accountColumns(user), passwordHash, defaultOrgId: orgId };
      const { message } = taken();
      await unlessTaken(message, transaction.insert(UserEntity, { ...columns, platformPermissions: [] }));
      await insertMember(transaction, { ...user, userId: id, orgId });
      await record({ action: 'user.create', orgId, subject: userName({ domain, id }), reason: inWords(user) });
      return shown(transaction, orgId, id);
    });
  }

  /** @throws {GatehouseError} `not_found`, `state_conflict`, `invalid_request`, `insufficient_scope` */
  async add(orgId: string, member: z.output<typeof addedMember>, by: Administrator): Promise<ShownUser> {
    await this.orgs.find(orgId);
    judgeRoles(by.caller, [], member.roles);
    const { userId } = member;
    return this.administration.change(by, async (transaction, record) => {
      const user = await lockedUser(transaction, userId);
      // People of other orgs are none of an administrator's business, not even that they are there.
      const visible = user !== null && (isOperator(by.caller) || (await isOfOrg(transaction, user, orgId)));
      if (!visible) throw noSuchThing();
      await insertMember(transaction, { ...member, orgId });
      // What it had if it was a member before, and of which a replica did not hear in time that it was one no more.
      await this.endings.ofMember(transaction, userId, orgId);
      await record({ action: 'membership.create', orgId, subject: userName(user), reason: inWords(member) });
      return shown(transaction, orgId, userId);
    });
  }
}

async function shown(transaction: EntityManager, orgId: string, userId: string): Promise<ShownUser> {
  const { user, membership } = await foundMember(transaction, orgId, userId);
  return showUser(user, membership);
}

async function requireDomain(transaction: EntityManager, name: string, orgId: string): Promise<void> {
  if (await transaction.existsBy(DomainEntity, { name, orgId })) return;
  throw new GatehouseError('invalid_request', 'domain: the organization has no such domain.');
}

function taken(): GatehouseError {
  return new GatehouseError('state_conflict', 'The id or the user name is taken.');
}
