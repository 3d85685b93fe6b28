import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { orgPermission } from '../services/permission-names';
import type { Administrator } from '../admin/administration';

/** Whoever can run the command has the database and its key, and with them everything: the audit trail names the account. */
export function operator(): Administrator {
  const now = new Date();
  const requestId = randomUUID();
  const permissions = [orgPermission('platform_operator')];
  return {
    caller: {
      name: `command line of ${userInfo().username}`,
      permissions,
      token: {
        jti: requestId,
        clientId: 'command-line',
        subject: { kind: 'client', id: 'command-line' },
        orgId: 'platform',
        scopes: permissions,
        issuedAt: now,
        expiresAt: now,
        authTime: now,
      },
    },
    requestId,
    address: '',
  };
}
