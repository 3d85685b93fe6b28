import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { orgPermission } from '../../services/permission-names';
import { userName } from '../../tokens/subject-name';
import { MembershipEntity } from '../../users/membership.entity';
import { Administration, type Administrator } from '../administration';
import { type Conditional, requireMatch } from '../entity-tag';
import { foundMember, lockedMember } from './found-member';
import { requireKnownServiceRoles, sameServiceRole } from './known-service-roles';
import { inWords, type Roles, type rolesChange, showRoles } from './membership.shape';
import { requireOtherOwner } from './owners-left';
import { isOperator, isOwner, judgeRoles } from './role-judge';

/** What members may. */
@Injectable()
export class RoleAdministration {
  constructor(
    private readonly administration: Administration,
    @InjectEntityManager() private readonly manager: EntityManager,
  ) {}

  /** @throws {GatehouseError} `not_found` */
  async find(orgId: string, userId: string): Promise<Roles> {
    return showRoles((await foundMember(this.manager, orgId, userId)).membership);
  }

  /**
   * What the member has from now on; its logins go on with it.
   * @param next given what it has
   * @throws {GatehouseError} `not_found`, `invalid_request`, `insufficient_scope`, `precondition_failed`, `state_conflict`
   */
  change(
    orgId: string,
    userId: string,
    next: (present: Roles) => Roles,
    request: Conditional,
    by: Administrator,
  ): Promise<Roles> {
    return this.administration.change(by, async (transaction, record) => {
      const { user, membership } = await lockedMember(transaction, orgId, userId);
      const present = showRoles(membership);
      requireMatch(request, present);
      const { serviceRoles, ...wanted } = next(present);
      const roles = [...new Set(wanted.roles)];
      judgeRoles(by.caller, present.roles, roles);
      await requireKnownServiceRoles(transaction, serviceRoles, present.serviceRoles);
      const losesOwner = isOwner(present.roles) && !isOwner(roles) && user.disabledAt === null;
      if (losesOwner && !isOperator(by.caller)) await requireOtherOwner(transaction, userId, [orgId]);
      await transaction.update(MembershipEntity, { userId, orgId }, { roles, serviceRoles });
      await record({
        action: 'membership.update',
        orgId,
        subject: userName(user),
        reason: inWords({ roles, serviceRoles }),
      });
      return showRoles((await foundMember(transaction, orgId, userId)).membership);
    });
  }
}

/** What has all that `present` has and the change adds, and nothing that it removes. */
export function changedRoles(present: Roles, change: z.output<typeof rolesChange>): Roles {
  const removed = change.rolesToRemove.map(orgPermission);
  const touched = [...change.serviceRolesToAdd, ...change.serviceRolesToRemove];
  return {
    roles: [...present.roles.filter((role) => !removed.includes(orgPermission(role))), ...change.rolesToAdd],
    serviceRoles: [
      ...present.serviceRoles.filter((role) => !touched.some((one) => sameServiceRole(one, role))),
      ...change.serviceRolesToAdd,
    ],
  };
}
