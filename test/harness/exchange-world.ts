import type { JWTPayload } from 'jose';
import { DIALECTS, type DialectName } from './dialects';
import { errorMessage, errorName, expectErrorShape } from './error-shape';
import { type Answer, basic, post } from './http';
import { type Service, startService } from './service';
import { verifyToken } from './tokens';

export const CSP_ISSUER = 'https://csp.test';
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
export const ID_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:id_token';
export const ACCOUNT_TYPE = 'urn:vmware:params:oauth:token-type:acct';
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const DAY = 24 * 3_600;

/** What ada may at `app` in acme. */
export const ADA_IN_ACME = 'openid profile csp:org_owner external/tmc/tmc:admin';

const PASSWORD = 'correct horse battery staple';
const EXCHANGES = `client_delegate, client_exchange, context_switch, impersonate_user, audience_exchange, "${TOKEN_EXCHANGE}"`;
const SCOPES = JSON.stringify({
  generalScopes: ['openid', 'profile'],
  organizationScopes: { roles: [{ name: 'org_member' }, { name: 'org_owner' }] },
  servicesScopes: [{ serviceDefinitionId: 'tmc', roles: [{ name: 'tmc:admin' }, { name: 'tmc:viewer' }] }],
});

/**
 * `app` logs users in and lets `service` act for them, which lets `second`; nobody lets `stranger`; `bare` has no
 * exchange switched on. `service` has a scope that no login at `app` has, and lacks the role tmc:admin.
 */
const WORLD = `
orgs: [{ id: acme, name: ACME }, { id: beta, name: BETA }, { id: closed, name: Closed }]
domains: [{ name: acme.example, org: acme }, { name: beta.example, org: beta }]
serviceDefinitions:
  - { id: tmc, roles: [{ name: "tmc:admin" }, { name: "tmc:viewer" }] }
groups: [{ id: engineering, name: Engineering, org: acme }]
users:
  - id: ada
    domain: acme.example
    username: ada
    email: Ada@acme.example
    password: ${PASSWORD}
    defaultOrg: acme
    groups: [engineering]
    memberships:
      - { org: acme, roles: [org_owner], serviceRoles: [{ serviceDefinitionId: tmc, role: "tmc:admin" }] }
      - { org: beta, roles: [org_member], serviceRoles: [{ serviceDefinitionId: tmc, role: "tmc:viewer" }] }
  - { id: bob, domain: beta.example, username: bob, email: bob@beta.example, password: ${PASSWORD}, defaultOrg: beta }
  - { id: dora, domain: acme.example, username: dora, email: dora@acme.example, defaultOrg: acme, disabled: true }
  - { id: twin-one, domain: acme.example, username: twin, email: twin@acme.example, defaultOrg: acme }
  - { id: twin-two, domain: beta.example, username: twin, email: TWIN@acme.example, defaultOrg: beta }
  - id: support
    domain: acme.example
    username: support
    email: support@acme.example
    password: ${PASSWORD}
    defaultOrg: acme
    platformPermissions: ["csp:platform_impersonator"]
  - id: operator
    domain: acme.example
    username: operator
    email: operator@acme.example
    password: ${PASSWORD}
    defaultOrg: acme
    platformPermissions: ["csp:platform_operator"]
clients:
  - id: app
    org: acme
    secret: app-secret
    grantTypes: [client_credentials, password, refresh_token, ${EXCHANGES}]
    accessTokenTTL: 7200
    allowedScopes: ${SCOPES}
    allowedActorsClientDelegate: [service, rotating]
    allowedActorsClientExchange: [service]
  - id: service
    org: acme
    secret: service-secret
    grantTypes: [client_credentials, password, refresh_token, ${EXCHANGES}]
    accessTokenTTL: 3600
    allowedScopes:
      generalScopes: [openid, profile, auditing]
      organizationScopes: { roles: [{ name: org_member }, { name: org_owner }] }
      servicesScopes: [{ serviceDefinitionId: tmc, roles: [{ name: "tmc:viewer" }] }]
    allowedActorsClientDelegate: [second]
    allowedActorsClientExchange: [second]
    allowedActorsAudienceExchange: [app]
  - { id: second, org: beta, secret: second-secret, grantTypes: [refresh_token, ${EXCHANGES}], allowedScopes: ${SCOPES} }
  - { id: stranger, org: acme, secret: stranger-secret, grantTypes: [${EXCHANGES}], allowedScopes: ${SCOPES} }
  - { id: bare, org: acme, secret: bare-secret, grantTypes: [password], allowedScopes: ${SCOPES} }
  - id: rotating
    org: acme
    secret: rotating-secret
    grantTypes: [password, refresh_token, client_delegate]
    refreshTokenPolicy: rotate
    allowedScopes: ${SCOPES}
    allowedActorsClientDelegate: [service]
  - id: target
    org: beta
    secret: target-secret
    allowedActorsAudienceExchange: [app, service]
`;

export interface Issued {
  readonly body: Record<string, unknown>;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly claims: JWTPayload;
  /** The login that the token belongs to. */
  readonly family: string;
}

export interface Login extends Issued {
  readonly idToken: string;
}

interface LoginOptions {
  readonly client?: string;
  readonly dialect?: DialectName;
  readonly form?: Record<string, string>;
}

interface AuditRow extends Record<string, unknown> {
  readonly outcome: string;
  readonly error: string | null;
  readonly reason: string | null;
}

interface FamilyRow {
  readonly parent_id: string | null;
  readonly client_id: string;
  readonly seconds: number;
  readonly expires_at: Date;
}

export interface Refusal {
  readonly status: number;
  /** As the body names it. */
  readonly error: string;
  /** As the audit event names it; absent: the same. */
  readonly code?: string;
  readonly reason: RegExp;
  /** Whether the caller is told the whole reason. */
  readonly told?: boolean;
}

/** A service with the world above. */
export class ExchangeWorld {
  private constructor(readonly service: Service) {}

  static async start(env: Record<string, string> = {}): Promise<ExchangeWorld> {
    return new ExchangeWorld(await startService({ world: WORLD, env: { CSP_ISSUER, ...env } }));
  }

  stop(): Promise<void> {
    return this.service.stop();
  }

  ask(
    client: string,
    form: Record<string, string>,
    dialect: DialectName = 'csp',
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const path = DIALECTS.find((one) => one.dialect === dialect)?.path;
    return post(`${this.service.url}${path}`, { form, headers: { ...basic(client, `${client}-secret`), ...headers } });
  }

  async login(username: string, { client = 'app', dialect = 'csp', form = {} }: LoginOptions = {}): Promise<Login> {
    const all = { grant_type: 'password', username, password: PASSWORD, ...form };
    const issued = await this.issued(await this.ask(client, all, dialect), dialect);
    return { ...issued, idToken: String(issued.body.id_token) };
  }

  refresh(client: string, refreshToken: string, dialect: DialectName = 'csp'): Promise<Answer> {
    return this.ask(client, { grant_type: 'refresh_token', refresh_token: refreshToken }, dialect);
  }

  delegate(client: string, subjectToken: string, form: Record<string, string> = {}): Promise<Answer> {
    const token = { subject_token: subjectToken, subject_token_type: ACCESS_TOKEN_TYPE };
    return this.ask(client, { grant_type: 'client_delegate', ...token, ...form });
  }

  /** What the answer holds, verified with the keys that the dialect publishes. */
  async issued(answer: Answer, dialect: DialectName = 'csp'): Promise<Issued> {
    expect(answer).toMatchObject({ status: 200 });
    const body = answer.json;
    const accessToken = String(body.access_token);
    const { payload: claims } = await verifyToken(this.service.url, accessToken, dialect);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(body.expires_in).toBe((claims.exp ?? 0) - (claims.iat ?? 0));
    return { body, accessToken, refreshToken: String(body.refresh_token), claims, family: String(claims.sid) };
  }

  events({ headers }: Answer): Promise<AuditRow[]> {
    const id = headers.get('x-request-id');
    return this.service.database.query<AuditRow>('SELECT * FROM audit_events WHERE request_id = $1', [id]);
  }

  async expectRefused(
    answer: Answer,
    { status, error, code = error, reason, told = false }: Refusal,
    dialect: DialectName = 'csp',
  ): Promise<void> {
    expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({ status, error });
    expectErrorShape(answer, dialect);
    const events = await this.events(answer);
    expect(events).toMatchObject([{ action: 'token.issue', outcome: 'refused', dialect, error: code, jti: null }]);
    expect(events[0]?.reason).toMatch(reason);
    if (!told) expect(errorMessage(answer, dialect)).not.toMatch(reason);
  }

  async family(id: string): Promise<FamilyRow> {
    const rows = await this.service.database.query<FamilyRow>(
      'SELECT *, extract(epoch FROM expires_at - created_at)::int AS seconds FROM families WHERE id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    return rows[0] as FamilyRow;
  }

  /** As Families ends a login: with its children. */
  async endLogin(family: string): Promise<void> {
    await this.service.database.query(
      "UPDATE families SET ended_at = now(), end_reason = 'test' WHERE id = $1 OR parent_id = $1",
      [family],
    );
  }

  /** Does something while a user or client is disabled. */
  async whileDisabled(table: 'users' | 'clients', id: string, act: () => Promise<void>): Promise<void> {
    await this.service.database.query(`UPDATE ${table} SET disabled_at = now() WHERE id = $1`, [id]);
    try {
      await act();
    } finally {
      await this.service.database.query(`UPDATE ${table} SET disabled_at = NULL WHERE id = $1`, [id]);
    }
  }
}
