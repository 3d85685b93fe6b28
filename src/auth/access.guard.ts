import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { PresentedToken } from '@gatehouse/grant-sdk';
import type { Request, Response } from 'express';
import { judgeAccess } from '../access/access-judge';
import { accessRuleOf } from '../access/access.decorator';
import { type Caller, rememberCaller } from '../access/caller';
import { AuditLog } from '../audit/audit-log';
import { allowsScope } from '../clients/allowed-scopes';
import { ClientStore } from '../clients/client.store';
import { GatehouseError } from '../errors/gatehouse-error';
import { pathOf } from '../http/access-log';
import { requestIdOf } from '../http/request-id';
import { clientName, userName } from '../tokens/subject-name';
import { UserStore } from '../users/user.store';
import { BearerAuthenticator } from './bearer-authenticator';
import { takesTokenInForm, tokenInForm } from './token-in-form';

/** The header in which clients of the Cloud Services may send an access token, too. */
const CSP_TOKEN_HEADER = 'csp-auth-token';

/** Lets through who a route is declared for, and nobody to a route that is not declared. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly bearer: BearerAuthenticator,
    private readonly users: UserStore,
    private readonly clients: ClientStore,
    private readonly audit: AuditLog,
  ) {}

  /** @throws {GatehouseError} `invalid_token`, `invalid_request`, `insufficient_scope`, `not_found`, once that is in the audit trail */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = accessRuleOf(context.getHandler(), context.getClass());
    if (rule === undefined) return false;
    if (rule === 'everyone' || rule === 'clients') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    let caller: Caller | undefined;
    try {
      caller = await this.callerOf(await this.tokenOf(request, context.getHandler()));
      rememberCaller(request, caller);
      if (rule !== 'tokens' && request.method !== 'GET') refuseActors(caller);
      const { orgId } = request.params;
      if (rule !== 'tokens') judgeAccess(rule, caller, typeof orgId === 'string' ? orgId : undefined);
      return true;
    } catch (error) {
      if (error instanceof GatehouseError) await this.record(error, caller, request, requestIdOf(response));
      throw error;
    }
  }

  private async record(error: GatehouseError, caller: Caller | undefined, request: Request, requestId: string) {
    await this.audit.append({
      at: new Date(),
      requestId,
      action: 'access.refuse',
      outcome: 'refused',
      error: error.code,
      reason: `${request.method} ${pathOf(request)}: ${error.detail}`,
      clientId: caller?.token.clientId,
      actor: caller?.name,
      orgId: caller?.token.orgId,
      address: request.ip,
    });
  }

  private tokenOf(request: Request, handler: object): Promise<PresentedToken> {
    const inForm = takesTokenInForm(handler) ? tokenInForm(request) : undefined;
    const bare = pathOf(request).startsWith('/csp/') ? request.headers[CSP_TOKEN_HEADER] : inForm;
    return this.bearer.authenticate(request.headers.authorization, typeof bare === 'string' ? bare : undefined);
  }

  /** What was taken away since the token was issued counts no more. */
  private async callerOf(token: PresentedToken): Promise<Caller> {
    if (token.subject.kind === 'client') {
      const client = await this.clients.find(token.subject.id);
      if (client === undefined) throw gone('its client is disabled or gone');
      const permissions = token.scopes.filter((scope) => allowsScope(client.allowedScopes, scope));
      return { token, permissions, name: clientName(client.id) };
    }
    const member = await this.users.findMember(token.subject.id, token.orgId);
    if (member === undefined) throw gone('its user has no part in the org any more');
    const permissions = token.scopes.filter((scope) => member.permissions.includes(scope));
    return { token, permissions, name: userName(member.person) };
  }
}

/** Whoever acts for a user does so for the user's work, not to change who may what: the trail would name the wrong one. */
function refuseActors({ token, name }: Caller): void {
  if (token.actor === undefined) return;
  throw new GatehouseError('insufficient_scope', 'Nobody who acts for a user administers as that user.', {
    detail: `${token.actor.sub} acts for ${name}`,
  });
}

function gone(detail: string): GatehouseError {
  return new GatehouseError('invalid_token', 'The access token is not valid.', { detail });
}
