import { Injectable } from '@nestjs/common';
import type { Person } from '@gatehouse/grant-sdk';
import { AuditedDecision } from '../auth/token-audit';
import { type BrowserSession, BrowserSessions } from '../browser-sessions/browser-sessions';
import { GatehouseError } from '../errors/gatehouse-error';
import { toGatehouseError } from '../errors/to-gatehouse-error';
import { IdTokenReader } from '../tokens/id-token-reader';
import { LoginNames } from '../users/login-name';
import { UserStore } from '../users/user.store';
import { type AuthorizationRequest, AuthorizationRequestReader, type RedirectTarget } from './authorization-request';
import { errorResponse } from './authorization-response';
import type { BrowserAnswer, BrowserRequest, SubmittedForm } from './browser-request';
import { CodeIssuer } from './code-issuer';
import { ConsentPage } from './consent-page';
import { Consents } from './consents';
import { LoginScope } from './login';
import { type LastTry, LoginPages } from './login-pages';
import { ownUrl } from './own-url';
import { PasswordLogin } from './password-login';

interface Present {
  readonly session: BrowserSession;
  readonly person: Person;
}

/**
 * The way of a login in a browser, from a client's request to the code. Every page is shown at the client's own request,
 * which its URL holds: nothing is kept between two pages but the browser's session.
 */
@Injectable()
export class AuthorizationEndpoint {
  constructor(
    private readonly requests: AuthorizationRequestReader,
    private readonly sessions: BrowserSessions,
    private readonly users: UserStore,
    private readonly pages: LoginPages,
    private readonly names: LoginNames,
    private readonly passwords: PasswordLogin,
    private readonly logins: LoginScope,
    private readonly consents: Consents,
    private readonly consentPage: ConsentPage,
    private readonly codes: CodeIssuer,
    private readonly idTokens: IdTokenReader,
    private readonly audited: AuditedDecision,
  ) {}

  /**
   * A client sends the browser here.
   * @throws {GatehouseError} while it is not known where else to say what is wrong
   */
  open(request: BrowserRequest): Promise<BrowserAnswer> {
    return this.answer(request, async (authorization) => {
      const present = await this.present(request);
      const isWanted = await this.isWanted(authorization, present);
      if (present === undefined || !isWanted || mustProveAgain(authorization, present.session)) {
        if (authorization.prompt.includes('none')) throw loginRequired();
        return { kind: 'page', page: await this.pages.logIn(authorization, request) };
      }
      if (authorization.prompt.includes('select_account')) {
        return { kind: 'page', page: await this.pages.chooseAccount(authorization, request, present.person) };
      }
      return this.consentOrCode(authorization, present, request);
    });
  }

  /** One of the forms of our pages came back. */
  submit(request: SubmittedForm): Promise<BrowserAnswer> {
    return this.answer(request, (authorization) => {
      switch (request.form.get('step')) {
        case 'login':
          return this.logIn(authorization, request);
        case 'consent':
          return this.decideConsent(authorization, request);
        default:
          throw new GatehouseError('invalid_request', 'The form is none of ours.');
      }
    });
  }

  /** Whatever is wrong once the client is known to own the redirect URI, the client is told there. */
  private async answer(
    request: BrowserRequest,
    decide: (authorization: AuthorizationRequest) => Promise<BrowserAnswer>,
  ): Promise<BrowserAnswer> {
    let target: RedirectTarget | undefined;
    try {
      return await this.audited.run('code.issue', request, async (facts) => {
        target = await this.requests.target(request.dialect, request.query, facts);
        return decide(this.requests.read(target));
      });
    } catch (error) {
      if (target === undefined) throw error;
      return { kind: 'redirect', to: errorResponse(target, toGatehouseError(error)) };
    }
  }

  private async logIn(authorization: AuthorizationRequest, request: SubmittedForm): Promise<BrowserAnswer> {
    const { form } = request;
    const username = form.get('username') ?? '';
    const domain = await this.pages.presumedDomain(authorization);
    const attempt = {
      names: await this.names.read(username, domain?.name),
      password: form.get('password') ?? '',
      present: (await this.present(request))?.session,
      clientId: authorization.client.id,
    };
    try {
      const session = await this.passwords.logIn(attempt, request);
      return { kind: 'redirect', to: withoutLoginPrompts(authorization, request), session };
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined) throw error;
      return { kind: 'page', page: await this.pages.logIn(authorization, request, { username, ...fault }) };
    }
  }

  private async consentOrCode(
    authorization: AuthorizationRequest,
    { session, person }: Present,
    request: BrowserRequest,
  ): Promise<BrowserAnswer> {
    const { client, prompt } = authorization;
    const login = await this.logins.of(person, authorization);
    const ask = prompt.includes('consent') || (await this.consents.isNeeded(client, login.member, login.scopes));
    if (!ask) return { kind: 'redirect', to: await this.codes.issue(authorization, session, login, request) };
    if (prompt.includes('none')) {
      throw new GatehouseError('consent_required', 'The user has not agreed to this yet.');
    }
    return { kind: 'page', page: await this.consentPage.of(authorization, login, request) };
  }

  private async decideConsent(authorization: AuthorizationRequest, request: SubmittedForm): Promise<BrowserAnswer> {
    const present = await this.present(request);
    if (present === undefined) return { kind: 'page', page: await this.pages.logIn(authorization, request) };
    if (request.form.get('decision') !== 'allow') {
      throw new GatehouseError('access_denied', 'The user refused.');
    }
    const login = await this.logins.of(present.person, authorization);
    // What came to the user's roles since the page was made was not shown on it.
    const shown = (request.form.get('scope') ?? '').split(' ');
    const scopes = login.scopes.filter((scope) => shown.includes(scope));
    const agreed = { ...login, scopes };
    return {
      kind: 'redirect',
      to: await this.codes.issue(authorization, present.session, agreed, request, scopes),
    };
  }

  /** Is it the user whom the client means by an ID token of before? */
  private async isWanted({ idTokenHint }: AuthorizationRequest, present: Present | undefined): Promise<boolean> {
    if (idTokenHint === undefined) return true;
    const hint = await this.idTokens.read(idTokenHint);
    if (hint === undefined)
      throw new GatehouseError('invalid_request', 'id_token_hint is no ID token of this service.');
    return hint.userId === present?.person.id;
  }

  private async present({ sessionSecret }: BrowserRequest): Promise<Present | undefined> {
    const session = sessionSecret === undefined ? undefined : await this.sessions.find(sessionSecret);
    const person = session && (await this.users.find(session.userId));
    return session && person && { session, person };
  }
}

/** OpenID Connect Core section 3.1.2.1. */
function mustProveAgain({ prompt, maxAge }: AuthorizationRequest, { authTime }: BrowserSession): boolean {
  if (prompt.includes('login')) return true;
  return maxAge !== undefined && Date.now() - authTime.getTime() > maxAge * 1_000;
}

/** Once the user has proved who it is, the same request asks for no more of that. */
function withoutLoginPrompts({ form, prompt }: AuthorizationRequest, { path }: BrowserRequest): string {
  const left = prompt.filter((value) => value !== 'login' && value !== 'select_account');
  return ownUrl(path, form, {
    max_age: undefined,
    id_token_hint: undefined,
    prompt: left.length === 0 ? undefined : left.join(' '),
  });
}

function loginRequired(): GatehouseError {
  return new GatehouseError('login_required', 'The user is not logged in, or has to log in again.');
}

/** What the user can mend on the login page. */
function faultOf(error: unknown): Pick<LastTry, 'fault' | 'status' | 'retryAfterSeconds'> | undefined {
  if (!(error instanceof GatehouseError)) return undefined;
  switch (error.code) {
    case 'invalid_grant':
      return { fault: 'The user name or password is not right.', status: 401 };
    case 'conflict':
      return {
        fault: 'Several domains have a user of this name. Put yours before it, as in domain\\name.',
        status: 409,
      };
    case 'too_many_requests':
      return { fault: error.message, status: 429, retryAfterSeconds: error.retryAfterSeconds };
    default:
      return undefined;
  }
}
