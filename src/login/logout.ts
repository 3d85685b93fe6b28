import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { type DecidedRequest, decisionEvent, type TokenFacts } from '../auth/token-audit';
import { type BrowserSession, BrowserSessions } from '../browser-sessions/browser-sessions';
import { UnitOfWork } from '../database/unit-of-work';
import { Families } from '../tokens/families';
import type { FamilyEntity } from '../tokens/family.entity';
import { lockParty } from '../tokens/parties';
import { userName } from '../tokens/subject-name';
import { UserEntity } from '../users/user.entity';
import { UserStore } from '../users/user.store';

const BECAUSE = 'the user logged out';

/** Ends logins because the user wants it so. */
@Injectable()
export class Logout {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sessions: BrowserSessions,
    private readonly families: Families,
    private readonly users: UserStore,
    private readonly audit: AuditLog,
  ) {}

  /** Ends a browser's session and what began in it, at every client. */
  async ofBrowser(
    session: Pick<BrowserSession, 'id' | 'userId'>,
    request: DecidedRequest,
    facts: TokenFacts,
  ): Promise<void> {
    const event = await this.event(session.userId, BECAUSE, request, facts);
    await this.work.run(async (transaction) => {
      await this.sessions.end(transaction, session.id);
      await this.families.endOfBrowserSession(transaction, session.id, BECAUSE);
      await this.audit.appendIn(transaction, event);
    });
  }

  /** Ends every session and every login of a user. */
  async everywhere(
    { userId }: Pick<BrowserSession, 'userId'>,
    request: DecidedRequest,
    facts: TokenFacts,
  ): Promise<void> {
    const because = 'the user logged out everywhere';
    const event = await this.event(userId, because, request, facts);
    await this.work.run(async (transaction) => {
      await lockParty(transaction, `user ${userId}`);
      await this.sessions.endAllOf(transaction, userId);
      await this.families.endAllOf(transaction, { userId }, because);
      await transaction.update(UserEntity, { id: userId }, { loginsValidFrom: new Date() });
      await this.audit.appendIn(transaction, event);
    });
  }

  /** Ends a login, with the browser's session that it began in, if it did. */
  async ofLogin(login: FamilyEntity, request: DecidedRequest, facts: TokenFacts): Promise<void> {
    const { id, userId, browserSessionId } = login;
    if (browserSessionId !== null) return this.ofBrowser({ id: browserSessionId, userId }, request, facts);
    const event = await this.event(userId, BECAUSE, request, facts);
    await this.work.run(async (transaction) => {
      await this.families.endOne(transaction, id, BECAUSE);
      await this.audit.appendIn(transaction, { ...event, family: id });
    });
  }

  private async event(userId: string, reason: string, request: DecidedRequest, facts: TokenFacts) {
    const person = await this.users.find(userId);
    const subject = person === undefined ? userId : userName(person);
    return { ...decisionEvent('session.end', request, facts), outcome: 'allowed' as const, subject, reason };
  }
}
