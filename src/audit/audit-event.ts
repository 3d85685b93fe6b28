/** What happened, as it is written to the audit trail. */
export interface AuditEvent {
  readonly at: Date;
  readonly requestId: string;
  /** What was done or tried. */
  readonly action: 'token.issue' | 'org.create' | 'org.update' | 'user.create' | 'client.create' | 'client.update';
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
