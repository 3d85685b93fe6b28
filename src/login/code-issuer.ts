import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { decisionEvent } from '../auth/token-audit';
import { AuthorizationCodes } from '../authorization-codes/authorization-codes';
import { type BrowserSession, BrowserSessions } from '../browser-sessions/browser-sessions';
import { UnitOfWork } from '../database/unit-of-work';
import { GatehouseError } from '../errors/gatehouse-error';
import { holdParties } from '../tokens/parties';
import { userName } from '../tokens/subject-name';
import type { AuthorizationRequest } from './authorization-request';
import { codeResponse } from './authorization-response';
import type { BrowserRequest } from './browser-request';
import { Consents } from './consents';
import type { Login } from './login';

/** Ends a login well: with a code for the client. */
@Injectable()
export class CodeIssuer {
  constructor(
    private readonly work: UnitOfWork,
    private readonly codes: AuthorizationCodes,
    private readonly sessions: BrowserSessions,
    private readonly consents: Consents,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param consented the scopes that the user has agreed to just now, to be remembered
   * @returns the URL that brings the code to the client, once the code and its event are committed
   * @throws {GatehouseError} `login_required` when the user has logged out meanwhile, or has lost what it had
   */
  issue(
    authorization: AuthorizationRequest,
    session: BrowserSession,
    { member, scopes }: Login,
    request: BrowserRequest,
    consented?: readonly string[],
  ): Promise<string> {
    const { client } = authorization;
    const event = (action: 'code.issue' | 'consent.give') => ({
      ...decisionEvent(action, request, { clientId: client.id }),
      outcome: 'allowed' as const,
      subject: userName(member.person),
      orgId: member.org.id,
    });
    return this.work.run(async (transaction) => {
      const parties = { userId: member.person.id, orgId: member.org.id, clientId: client.id };
      const held = { ...parties, ownerId: client.org.id };
      const isUntouched = await holdParties(transaction, held, request.receivedAt);
      if (!isUntouched || !(await this.sessions.holdOpen(transaction, session.id))) {
        throw new GatehouseError('login_required', 'The user has logged out.');
      }
      if (consented !== undefined) {
        await this.consents.give(transaction, client, member, [...consented]);
        await this.audit.appendIn(transaction, { ...event('consent.give'), reason: consented.join(' ') });
      }
      const code = {
        ...parties,
        browserSessionId: session.id,
        redirectUri: authorization.redirectUri,
        codeChallenge: authorization.codeChallenge ?? null,
        scopes: [...scopes],
        nonce: authorization.nonce ?? null,
        authTime: session.authTime,
      };
      // The last access token outlives the login.
      const longest = client.refreshTokenTtl + client.accessTokenTtl;
      const { secret, loginId } = await this.codes.issue(transaction, code, longest);
      await this.audit.appendIn(transaction, { ...event('code.issue'), family: loginId });
      return codeResponse(authorization, secret);
    });
  }
}
