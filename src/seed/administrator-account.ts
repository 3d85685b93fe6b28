import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import { MembershipEntity } from '../users/membership.entity';
import { PasswordHasher } from '../users/password-hasher';
import { UserEntity, usernameKey } from '../users/user.entity';

/** Id of the platform's org, and name of its domain. */
export const PLATFORM = 'platform';

const OPERATOR = 'csp:platform_operator';

export function generatePassword(): string {
  return randomBytes(15).toString('base64url');
}

interface Granted {
  readonly username: string;
  readonly password: string;
  readonly reason: string;
  /** Who does it, as audit events name it. */
  readonly actor?: string;
}

/** The account with which someone administers the platform. */
@Injectable()
export class AdministratorAccount {
  constructor(
    private readonly passwords: PasswordHasher,
    private readonly audit: AuditLog,
  ) {}

  /** Makes the account, or gives it back what it had: the password, its permissions, its membership. */
  async grant(transaction: EntityManager, { username, password, reason, actor }: Granted): Promise<void> {
    const key = { domain: PLATFORM, usernameKey: usernameKey(username) };
    const kept = await transaction.findOneBy(UserEntity, key);
    const passwordHash = await this.passwords.hash(password);
    const userId = kept?.id ?? randomUUID();
    if (kept === null) {
      await transaction.insert(UserEntity, {
        id: userId,
        ...key,
        username,
        email: '',
        emailKey: '',
        givenName: '',
        familyName: '',
        passwordHash,
        defaultOrgId: PLATFORM,
        platformPermissions: [OPERATOR],
      });
    } else {
      const platformPermissions = [...new Set([...kept.platformPermissions, OPERATOR])];
      await transaction.update(UserEntity, { id: userId }, { passwordHash, platformPermissions, disabledAt: null });
    }
    await transaction.upsert(
      MembershipEntity,
      { userId, orgId: PLATFORM, roles: ['org_owner'], serviceRoles: [] },
      { conflictPaths: ['userId', 'orgId'] },
    );
    await this.audit.appendIn(transaction, {
      at: new Date(),
      requestId: randomUUID(),
      action: kept === null ? 'user.create' : 'user.update',
      outcome: 'allowed',
      subject: `${PLATFORM}:${userId}`,
      orgId: PLATFORM,
      reason,
      actor,
    });
  }
}
