import { Injectable } from '@nestjs/common';
import type { Person } from '@gatehouse/grant-sdk';
import { urlencodedParameters } from '../auth/parameters';
import { toForm } from '../auth/read-form';
import { AuditedDecision, type TokenFacts } from '../auth/token-audit';
import { type BrowserSession, BrowserSessions } from '../browser-sessions/browser-sessions';
import type { Client } from '../clients/client';
import { ClientStore } from '../clients/client.store';
import { isRegisteredRedirectUri } from '../clients/redirect-uri';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import { Families } from '../tokens/families';
import type { FamilyEntity } from '../tokens/family.entity';
import { IdTokenReader } from '../tokens/id-token-reader';
import { UserStore } from '../users/user.store';
import type { BrowserAnswer, BrowserRequest, SubmittedForm } from './browser-request';
import { accountName, clientNameOf } from './login-pages';
import { Logout } from './logout';
import { ownUrl } from './own-url';

/** A logout that someone asks for, checked. */
interface LogoutRequest {
  readonly form: Form;
  readonly client: Client | undefined;
  /** The login that the ID token is of; undefined: there is no such token, or its login has ended. */
  readonly login: FamilyEntity | undefined;
  /** Where to go afterwards. */
  readonly returnTo: string | undefined;
}

/** Logging out in a browser: OpenID Connect RP-Initiated Logout 1.0. */
@Injectable()
export class LogoutEndpoint {
  constructor(
    private readonly sessions: BrowserSessions,
    private readonly users: UserStore,
    private readonly clients: ClientStore,
    private readonly families: Families,
    private readonly idTokens: IdTokenReader,
    private readonly logout: Logout,
    private readonly audited: AuditedDecision,
  ) {}

  /**
   * With an ID token of the browser's own user there is nothing to ask (section 2). Without one, anyone's link could
   * have led here.
   * @throws {GatehouseError} `invalid_request`; then nothing is ended
   */
  open(request: BrowserRequest): Promise<BrowserAnswer> {
    return this.audited.run('session.end', request, (facts) => this.openAudited(request, facts));
  }

  /**
   * The user has decided.
   * @throws {GatehouseError} `invalid_request`
   */
  submit(request: SubmittedForm): Promise<BrowserAnswer> {
    return this.audited.run('session.end', request, (facts) => this.submitAudited(request, facts));
  }

  private async openAudited(request: BrowserRequest, facts: TokenFacts): Promise<BrowserAnswer> {
    const asked = await this.read(request, facts);
    const session = await this.present(request);
    if (session !== undefined && !isOf(session, asked.login)) {
      const person = await this.users.find(session.userId);
      if (person !== undefined) return this.confirm(asked, person, request);
    }
    if (asked.login !== undefined) await this.logout.ofLogin(asked.login, request, facts);
    if (session !== undefined && session.id !== asked.login?.browserSessionId) {
      await this.logout.ofBrowser(session, request, facts);
    }
    return loggedOut(asked);
  }

  private async submitAudited(request: SubmittedForm, facts: TokenFacts): Promise<BrowserAnswer> {
    const asked = await this.read(request, facts);
    const session = await this.present(request);
    const everywhere = request.form.get('step') === 'logout-everywhere';
    if (session !== undefined && everywhere) await this.logout.everywhere(session, request, facts);
    if (session !== undefined && !everywhere) await this.logout.ofBrowser(session, request, facts);
    return loggedOut(asked, everywhere);
  }

  private async read({ query }: BrowserRequest, facts: TokenFacts): Promise<LogoutRequest> {
    const form = toForm(urlencodedParameters(query));
    const hint = await this.hintOf(form);
    const named = form.get('client_id');
    if (hint !== undefined && named !== undefined && hint.clientId !== named) {
      throw new GatehouseError('invalid_request', 'id_token_hint was not issued to this client_id.');
    }
    const clientId = hint?.clientId ?? named;
    const client = clientId === undefined ? undefined : await this.clients.find(clientId);
    facts.clientId = client?.id;
    const family = hint?.login === undefined ? undefined : await this.families.find(hint.login);
    // One that an exchange gave tells of another client's login.
    const login = family?.endedAt === null && family.clientId === clientId ? family : undefined;
    return { form, client, login, returnTo: returnTo(form, client) };
  }

  private async hintOf(form: Form) {
    const idToken = form.get('id_token_hint');
    if (idToken === undefined) return undefined;
    const hint = await this.idTokens.read(idToken);
    if (hint === undefined)
      throw new GatehouseError('invalid_request', 'id_token_hint is no ID token of this service.');
    return hint;
  }

  private async present({ sessionSecret }: BrowserRequest): Promise<BrowserSession | undefined> {
    return sessionSecret === undefined ? undefined : this.sessions.find(sessionSecret);
  }

  private confirm({ form, client, returnTo: leadsTo }: LogoutRequest, person: Person, { path }: BrowserRequest) {
    return {
      kind: 'page' as const,
      page: {
        name: 'logout' as const,
        model: {
          account: accountName(person),
          clientName: client && clientNameOf({ client }),
          // The token has done its part, and would stand in the browser's history.
          action: ownUrl(path, form, { id_token_hint: undefined, client_id: client?.id }),
        },
        leadsTo,
      },
    };
  }
}

/** Is the login one of the session's user, begun in this session or in none? */
function isOf(session: BrowserSession, login: FamilyEntity | undefined): boolean {
  if (login?.userId !== session.userId) return false;
  return login.browserSessionId === null || login.browserSessionId === session.id;
}

/** @throws {GatehouseError} `invalid_request` unless the client has registered it */
function returnTo(form: Form, client: Client | undefined): string | undefined {
  const uri = form.get('post_logout_redirect_uri');
  if (uri === undefined) return undefined;
  if (client === undefined || !isRegisteredRedirectUri(uri, client.postLogoutRedirectUris)) {
    throw new GatehouseError(
      'invalid_request',
      'The address to return to is not one that the application has registered.',
      {
        detail: `post_logout_redirect_uri is not registered for ${client?.id ?? 'the client, which is not known'}`,
      },
    );
  }
  const state = form.get('state');
  if (state === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
}

function loggedOut({ returnTo: to }: LogoutRequest, everywhere = false): BrowserAnswer {
  if (to !== undefined) return { kind: 'redirect', to, session: null };
  return { kind: 'page', page: { name: 'signed-out', model: { everywhere } }, session: null };
}
