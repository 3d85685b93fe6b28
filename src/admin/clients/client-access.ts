import type { AccessRule } from '../../access/access.decorator';

export const READS_CLIENTS: AccessRule = {
  roles: ['org_owner', 'org_admin', 'developer'],
  platform: ['platform_operator', 'platform_auditor'],
};

export const WRITES_CLIENTS: AccessRule = {
  roles: ['org_owner', 'org_admin', 'developer'],
  platform: ['platform_operator'],
};
