const THINGS = [
  ...(['org', 'domain', 'user', 'group', 'service_definition', 'client', 'trusted_issuer'] as const),
  ...(['api_token', 'client_secret', 'membership'] as const),
];

/** Of something that is administered. */
const CHANGES = ['create', 'update', 'delete'] as const;

/** All that the trail tells of. */
export const AUDIT_ACTIONS = [
  ...([
    'token.issue',
    'token.introspect',
    'token.revoke',
    'code.issue',
    'session.begin',
    'session.end',
    'consent.give',
    'form.refuse',
    'family.end',
    'login.end',
    'access.revoke',
    'request.limit',
    'access.refuse',
    'person.export',
    'person.erase',
    'key.create',
    'key.rotate',
    'key.delete',
    'key.reseal',
    'retention.drop',
    'audit.drop',
  ] as const),
  ...THINGS.flatMap((thing) => CHANGES.map((change) => `${thing}.${change}` as const)),
];

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What happened, as it is written to the audit trail. */
export interface AuditEvent {
  readonly at: Date;
  readonly requestId: string;
  /** What was done or tried. */
  readonly action: AuditAction;
  readonly outcome: 'allowed' | 'refused';
  /** The catalogue's code of a refusal. */
  readonly error?: string | undefined;
  /** The full reason. Never a secret. */
  readonly reason?: string | undefined;
  readonly dialect?: string | undefined;
  readonly grantType?: string | undefined;
  readonly clientId?: string | undefined;
  /** As in the token's `sub`. */
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly orgId?: string | undefined;
  readonly jti?: string | undefined;
  readonly family?: string | undefined;
  readonly address?: string | undefined;
}
