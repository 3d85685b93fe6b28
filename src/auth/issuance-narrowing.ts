import { Injectable } from '@nestjs/common';
import { type GrantDecision, latestEndOf } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import { isPermission } from '../services/permission-names';
import { capGroups, type GroupList } from '../tokens/group-list';
import type { Issuance, IssuedSubject } from '../tokens/issuance';
import { lifetimeSeconds } from '../tokens/lifetime';
import { RefreshSuccessor } from '../tokens/refresh-successor';
import { planSession, type SessionPlan } from '../tokens/session-plan';
import { newTokenId } from '../tokens/token-id';
import { UserStore } from '../users/user.store';
import type { Dialect } from './dialect';
import { grantedScopes } from './granted-scopes';
import { ResourceNarrowing } from './resource-narrowing';
import { SubjectResolver } from './subject-resolver';

/** Turns a decision into what is issued: never more than the client has, the subject has, the request asks for and the grant allows. */
@Injectable()
export class IssuanceNarrowing {
  constructor(
    private readonly subjects: SubjectResolver,
    private readonly resources: ResourceNarrowing,
    private readonly successors: RefreshSuccessor,
    private readonly users: UserStore,
  ) {}

  /**
   * @throws {GatehouseError} `invalid_scope`; `org_not_found`, `invalid_grant` or `invalid_refresh_token` when the subject
   * has no part in the org or what the grant rests on has ended
   */
  async narrow(decision: GrantDecision, form: Form, client: Client, dialect: Dialect): Promise<Issuance> {
    const { subject, org } = await this.subjects.resolve(decision, client);
    const loginScopes = grantedScopes(decision, subject, client, form.get('scope'), dialect);
    const resourceScopes = await this.resources.narrow(form, subject, client, loginScopes);
    const issuedAt = Math.floor(Date.now() / 1_000);
    const issue = whatToIssue(decision, subject, loginScopes, dialect);
    const session = decision.session && this.plan(decision.session, form, client);
    return {
      dialect: dialect.name,
      issuer: dialect.issuer,
      userinfoEndpoint: dialect.userinfoEndpoint,
      client,
      subject,
      actor: decision.actor,
      org,
      scopes: resourceScopes === undefined ? loginScopes : loginScopes.filter((scope) => !isPermission(scope)),
      loginScopes,
      resourceScopes,
      audience: decision.audience ?? dialect.audience,
      jti: newTokenId(),
      idTokenJti: newTokenId(),
      issuedAt,
      expiresAt: expiry(issuedAt, form.get('accessTokenValiditySeconds'), client, decision, session),
      authTime: decision.authTime === undefined ? issuedAt : Math.floor(decision.authTime.getTime() / 1_000),
      session,
      issue,
      nonce: decision.nonce,
      exchange: decision.exchange ?? false,
      groups: issue === 'access_token' ? undefined : await this.groups(subject, client, form),
    };
  }

  private plan(session: NonNullable<GrantDecision['session']>, form: Form, client: Client) {
    return planSession({
      session,
      client,
      asked: form.get('refreshTokenValiditySeconds'),
      successorOf: (refreshToken, loginId) => this.successors.of(refreshToken, loginId),
    });
  }

  private async groups(subject: IssuedSubject, client: Client, form: Form): Promise<GroupList | undefined> {
    if (subject.kind === 'client') return undefined;
    const groups = await this.users.groupsOf(subject.member.person.id);
    return capGroups(groups, client.maxGroupsInIdToken, form.get('maxGroupsInIdToken'));
  }
}

/** Seconds since 1970. */
function expiry(
  issuedAt: number,
  asked: string | undefined,
  client: Client,
  { longestSeconds = Infinity, expiresNoLaterThan }: GrantDecision,
  session: SessionPlan | undefined,
): number {
  const lifetime = lifetimeSeconds(asked, Math.min(client.accessTokenTtl, longestSeconds));
  // The client's tokens may have lived for less when the login began, and past that end it is forgotten.
  const ends = [expiresNoLaterThan, session && latestEndOf(session.id)].flatMap((end) => end ?? []);
  const latest = Math.floor(Math.min(...ends.map((end) => end.getTime())) / 1_000);
  const expiresAt = Math.min(issuedAt + lifetime, latest);
  if (expiresAt <= issuedAt) throw new GatehouseError('invalid_grant', 'What was presented has expired.');
  return expiresAt;
}

/** An ID token tells the client who logged in at it, so there is one only with a login of its own. */
function whatToIssue(
  { issue = 'access_token', session, actor, interactive = false }: GrantDecision,
  subject: IssuedSubject,
  scopes: readonly string[],
  { idTokenUnasked }: Dialect,
): Issuance['issue'] {
  if (issue === 'id_token') return 'id_token';
  const ownLogin = session?.kind === 'continue' || (session?.kind === 'begin' && session.parent === undefined);
  const wanted = ownLogin && actor === undefined && subject.kind === 'user';
  const asked = scopes.includes('openid') || (interactive && idTokenUnasked);
  return wanted && asked ? 'access_token and id_token' : 'access_token';
}
