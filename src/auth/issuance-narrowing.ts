import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { GrantDecision } from '@gatehouse/grant-sdk';
import { scopeNames } from '../clients/allowed-scopes';
import type { Client } from '../clients/client';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import type { Issuance } from '../tokens/issuance';
import { lifetimeSeconds } from '../tokens/lifetime';
import { narrowScopes } from '../tokens/scopes';
import type { Dialect } from './dialect';

/** Turns a decision into what is issued: never more than the client has, the request asks for and the grant allows. */
@Injectable()
export class IssuanceNarrowing {
  /** @throws {GatehouseError} `invalid_scope`, or `invalid_grant` when what the grant rests on ends this second */
  narrow(decision: GrantDecision, form: Form, client: Client, dialect: Dialect): Issuance {
    const issuedAt = Math.floor(Date.now() / 1_000);
    return {
      dialect: dialect.name,
      issuer: dialect.issuer,
      client,
      subject: decision.subject,
      org: decision.org,
      scopes: narrowScopes({
        asked: form.get('scope'),
        clientScopes: scopeNames(client.allowedScopes),
        ceiling: decision.scopes,
        unknown: dialect.unknownScope,
      }),
      audience: dialect.audience,
      jti: randomUUID(),
      issuedAt,
      expiresAt: expiry(
        issuedAt,
        lifetimeSeconds(form.get('accessTokenValiditySeconds'), client.accessTokenTtl),
        decision,
      ),
    };
  }
}

/** Seconds since 1970. */
function expiry(issuedAt: number, lifetime: number, { expiresNoLaterThan }: GrantDecision): number {
  const latest = expiresNoLaterThan === undefined ? Infinity : Math.floor(expiresNoLaterThan.getTime() / 1_000);
  const expiresAt = Math.min(issuedAt + lifetime, latest);
  if (expiresAt <= issuedAt) throw new GatehouseError('invalid_grant', 'What was presented has expired.');
  return expiresAt;
}
