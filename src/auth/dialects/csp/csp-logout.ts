import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { GatehouseError } from '../../../errors/gatehouse-error';
import { uncachedJson } from '../../../http/http-answer';
import { send } from '../../../http/send';
import { Logout } from '../../../login/logout';
import { Families } from '../../../tokens/families';
import { IdTokenReader } from '../../../tokens/id-token-reader';
import { AuthenticatedRequest } from '../../authenticated-request';
import type { Dialect } from '../../dialect';
import { readForm } from '../../read-form';
import { AuditedDecision } from '../../token-audit';
import { toTokenRequest } from '../token-exchange';

/** How a client of the Cloud Services ends the session of an ID token. */
@Injectable()
export class CspLogout {
  constructor(
    private readonly authenticated: AuthenticatedRequest,
    private readonly idTokens: IdTokenReader,
    private readonly families: Families,
    private readonly logout: Logout,
    private readonly audited: AuditedDecision,
  ) {}

  async answer(dialect: Dialect, request: Request, response: Response): Promise<void> {
    const asked = toTokenRequest(dialect, request, response, true);
    await this.audited.run('session.end', asked, async (facts) => {
      const form = readForm(asked);
      const client = await this.authenticated.clientOf(asked, form, facts);
      const idToken = form.get('idToken');
      if (idToken === undefined) throw new GatehouseError('invalid_request', 'idToken is missing.');
      const hint = await this.idTokens.read(idToken);
      const login = hint?.login === undefined ? undefined : await this.families.find(hint.login);
      // One that an exchange gave this client tells of another client's login.
      if (hint?.clientId !== client.id || (login !== undefined && login.clientId !== client.id)) {
        throw new GatehouseError('invalid_grant', 'idToken is no ID token of a login at this client.');
      }
      if (login?.endedAt === null) await this.logout.ofLogin(login, asked, facts);
    });
    send(response, uncachedJson(200, {}));
  }
}
