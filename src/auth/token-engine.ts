import { Injectable } from '@nestjs/common';
import type { GrantDecision } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';
import type { Form } from '../grants/form';
import { IssuanceCommit } from '../tokens/issuance-commit';
import { type IssuedTokens, TokenIssuer } from '../tokens/token-issuer';
import { IssuanceNarrowing } from './issuance-narrowing';
import { issuedEvent, type TokenFacts } from './token-audit';
import type { TokenRequest } from './token-request';

/** Carries out what was decided: narrow, sign, commit. All that can go wrong after a "yes" goes wrong here. */
@Injectable()
export class TokenEngine {
  constructor(
    private readonly narrowing: IssuanceNarrowing,
    private readonly issuer: TokenIssuer,
    private readonly committer: IssuanceCommit,
  ) {}

  /** Resolves once the issuance is committed; if the commit fails, the signed tokens are thrown away. */
  async issue(
    decision: GrantDecision,
    form: Form,
    client: Client,
    request: TokenRequest,
    facts: TokenFacts,
  ): Promise<IssuedTokens> {
    const issuance = await this.narrowing.narrow(decision, form, client, request.dialect);
    const tokens = await this.issuer.issue(issuance);
    await this.committer.commit(
      issuance,
      decision.consume ?? [],
      issuedEvent(request, facts, issuance, decision.reason),
      request.receivedAt,
    );
    return tokens;
  }
}
