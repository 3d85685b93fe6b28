import { Foundation1763780000000 } from './1763780000000-foundation';
import { Logins1763790000000 } from './1763790000000-logins';
import { BrowserLogins1763800000000 } from './1763800000000-browser-logins';
import { Administration1763810000000 } from './1763810000000-administration';
import { KeyRotation1763820000000 } from './1763820000000-key-rotation';
import { AuditChain1763830000000 } from './1763830000000-audit-chain';
import { RevokedTokens1763840000000 } from './1763840000000-revoked-tokens';
import { ChangeNotifications1763850000000 } from './1763850000000-change-notifications';
import { KeyCustody1763855000000 } from './1763855000000-key-custody';
import { MembershipTokensValidFrom1763860000000 } from './1763860000000-membership-tokens-valid-from';
import { Partitions1763870000000 } from './1763870000000-partitions';
import { LoginPartitions1763880000000 } from './1763880000000-login-partitions';
import { LoginBeginnings1763885000000 } from './1763885000000-login-beginnings';
import { ActingLogins1763890000000 } from './1763890000000-acting-logins';

/** In the order in which they run. A merged migration is never edited. */
export const MIGRATIONS = [
  Foundation1763780000000,
  Logins1763790000000,
  BrowserLogins1763800000000,
  Administration1763810000000,
  KeyRotation1763820000000,
  AuditChain1763830000000,
  RevokedTokens1763840000000,
  ChangeNotifications1763850000000,
  KeyCustody1763855000000,
  MembershipTokensValidFrom1763860000000,
  Partitions1763870000000,
  LoginPartitions1763880000000,
  LoginBeginnings1763885000000,
  ActingLogins1763890000000,
];
