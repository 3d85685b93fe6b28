import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Person } from '@gatehouse/grant-sdk';
import { AuditLog } from '../audit/audit-log';
import { AuditedDecision, decisionEvent, type TokenFacts } from '../auth/token-audit';
import { type BrowserSession, BrowserSessions } from '../browser-sessions/browser-sessions';
import { UnitOfWork } from '../database/unit-of-work';
import { GatehouseError } from '../errors/gatehouse-error';
import { RequestLimits } from '../throttling/request-limits';
import { Families } from '../tokens/families';
import { holdUser } from '../tokens/parties';
import { userName } from '../tokens/subject-name';
import { type AccountName, PasswordAuthenticator } from '../users/password-authenticator';
import { UserStore } from '../users/user.store';
import type { BrowserRequest } from './browser-request';

/** What failed logins of an address are counted as, beside the account. */
const LOGIN_PAGE = 'the login page';

interface Attempt {
  readonly names: readonly AccountName[];
  readonly password: string;
  readonly present: BrowserSession | undefined;
  readonly clientId: string;
}

/** Logs a person in with a password, and gives the browser its session. */
@Injectable()
export class PasswordLogin {
  constructor(
    private readonly passwords: PasswordAuthenticator,
    private readonly limits: RequestLimits,
    private readonly sessions: BrowserSessions,
    private readonly families: Families,
    private readonly users: UserStore,
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
    private readonly audited: AuditedDecision,
  ) {}

  /**
   * @returns what the browser's cookie is to hold, once the session and its event are committed
   * @throws {GatehouseError} `invalid_grant`, `conflict` or `too_many_requests`, once that is in the audit trail
   */
  logIn({ names, password, present, clientId }: Attempt, request: BrowserRequest): Promise<string> {
    return this.audited.run('session.begin', request, async (facts) => {
      facts.clientId = clientId;
      await this.limits.checkFailedAuthentications(request.address, LOGIN_PAGE);
      const person = await this.authenticate(names, password, request.address);
      return this.begin(person, present, request, facts);
    });
  }

  private async authenticate(names: readonly AccountName[], password: string, address: string): Promise<Person> {
    try {
      return await this.passwords.authenticate(names, password);
    } catch (error) {
      const wrong = error instanceof GatehouseError && error.code === 'invalid_grant';
      if (wrong) await this.limits.countFailedAuthentication(address, LOGIN_PAGE);
      throw error;
    }
  }

  private begin(
    person: Person,
    present: BrowserSession | undefined,
    request: BrowserRequest,
    facts: TokenFacts,
  ): Promise<string> {
    return this.work.run(async (transaction) => {
      if (!(await holdUser(transaction, person.id, request.receivedAt))) throw changedMeanwhile();
      if (present !== undefined && present.userId !== person.id) {
        await this.endOther(transaction, present, request, facts);
      }
      const secret = await this.sessions.begin(transaction, person.id, present);
      await this.audit.appendIn(transaction, {
        ...decisionEvent('session.begin', request, facts),
        outcome: 'allowed',
        subject: userName(person),
      });
      return secret;
    });
  }

  /** Who was logged in with this browser before would find no page any more that logs out. */
  private async endOther(
    transaction: EntityManager,
    { id, userId }: BrowserSession,
    request: BrowserRequest,
    facts: TokenFacts,
  ): Promise<void> {
    const reason = 'someone else logged in with this browser';
    const person = await this.users.find(userId);
    await this.families.endOfBrowserSession(transaction, id, reason);
    await this.audit.appendIn(transaction, {
      ...decisionEvent('session.end', request, facts),
      outcome: 'allowed',
      subject: person === undefined ? userId : userName(person),
      reason,
    });
  }
}

/** For the person it is as if it had come a moment later. */
function changedMeanwhile(): GatehouseError {
  const detail = 'the password was changed, or the user disabled or revoked, meanwhile';
  return new GatehouseError('invalid_grant', 'The user name or password is not right.', { detail });
}
