import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import type { GatehouseError } from '../errors/gatehouse-error';
import { logFailure } from '../errors/log-failure';
import type { Issuance } from '../tokens/issuance';
import { subjectName } from '../tokens/subject-name';
import type { TokenRequest } from './token-request';

/** What a token request has shown so far. */
export interface TokenFacts {
  grantType?: string | undefined;
  /** Claimed, until the client is authenticated. */
  clientId?: string | undefined;
}

/** Writes each decision about a token to the audit trail, and returns only after the commit. */
@Injectable()
export class TokenAudit {
  private readonly logger = new Logger('TokenEndpoint');

  constructor(private readonly log: AuditLog) {}

  issued(request: TokenRequest, facts: TokenFacts, issuance: Issuance): Promise<void> {
    return this.log.append({
      ...common(request, facts),
      outcome: 'allowed',
      subject: subjectName(issuance),
      orgId: issuance.org.id,
      jti: issuance.jti,
    });
  }

  /** Nothing is decided while the database is away: such an error goes to the log only. */
  async refused(request: TokenRequest, facts: TokenFacts, error: GatehouseError): Promise<void> {
    if (error.code === 'unavailable') return;
    if (error.code === 'server_error') logFailure(this.logger, request.id, error);
    await this.log.append({ ...common(request, facts), outcome: 'refused', error: error.code, reason: error.detail });
  }
}

function common(request: TokenRequest, facts: TokenFacts) {
  return {
    at: new Date(),
    requestId: request.id,
    action: 'token.issue' as const,
    dialect: request.dialect.name,
    grantType: facts.grantType,
    clientId: facts.clientId,
    address: request.address,
  };
}
