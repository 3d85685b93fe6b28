import { Injectable, Logger } from '@nestjs/common';
import type { AuditAction, AuditEvent } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import type { GatehouseError } from '../errors/gatehouse-error';
import { toGatehouseError } from '../errors/to-gatehouse-error';
import { logFailure } from '../errors/log-failure';
import type { Issuance } from '../tokens/issuance';
import { subjectName } from '../tokens/subject-name';
import type { TokenRequest } from './token-request';

/** A request on which something is decided. */
export type DecidedRequest = Pick<TokenRequest, 'id' | 'dialect' | 'address'>;

/** What a request has shown so far. */
export interface TokenFacts {
  grantType?: string | undefined;
  /** Claimed, until the client is authenticated. */
  clientId?: string | undefined;
  /** Where the caller behind a trusted proxy is. */
  addressBehind?: string | undefined;
  /** Whom it is about: as in the token's `sub`. */
  subject?: string | undefined;
  orgId?: string | undefined;
  /** The login. */
  family?: string | undefined;
}

/** Sees to it that a refusal is in the audit trail, committed, before the caller hears of it. */
@Injectable()
export class AuditedDecision {
  private readonly logger = new Logger('Decisions');

  constructor(private readonly log: AuditLog) {}

  /**
   * @param decide is given the facts to fill in as it finds them, for the event of a refusal
   * @throws {GatehouseError} whatever `decide` threw
   */
  async run<T>(action: AuditAction, request: DecidedRequest, decide: (facts: TokenFacts) => Promise<T>): Promise<T> {
    const facts: TokenFacts = {};
    try {
      return await decide(facts);
    } catch (thrown) {
      const error = toGatehouseError(thrown);
      await this.refused(action, request, facts, error);
      throw error;
    }
  }

  /** Nothing is decided while the database is away: such an error goes to the log only. */
  private async refused(
    action: AuditAction,
    request: DecidedRequest,
    facts: TokenFacts,
    error: GatehouseError,
  ): Promise<void> {
    if (error.code === 'unavailable') return;
    logFailure(this.logger, request.id, error);
    await this.log.append({
      ...decisionEvent(action, request, facts),
      outcome: 'refused',
      error: error.code,
      reason: error.detail,
      subject: facts.subject,
      orgId: facts.orgId,
      family: facts.family,
    });
  }
}

/** The event of an issued token; its commit is the issuance's own. */
export function issuedEvent(
  request: TokenRequest,
  facts: TokenFacts,
  issuance: Issuance,
  reason: string | undefined,
): AuditEvent {
  return {
    ...decisionEvent('token.issue', request, facts),
    outcome: 'allowed',
    reason,
    subject: subjectName(issuance),
    actor: issuance.actor?.sub,
    orgId: issuance.org.id,
    jti: issuance.jti,
    family: issuance.session?.id,
  };
}

/** What every event about a request says. */
export function decisionEvent(action: AuditAction, request: DecidedRequest, facts: TokenFacts) {
  return {
    at: new Date(),
    requestId: request.id,
    action,
    dialect: request.dialect.name,
    grantType: facts.grantType,
    clientId: facts.clientId,
    address: facts.addressBehind ?? request.address,
  };
}
