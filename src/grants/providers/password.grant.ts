import { Grant, type GrantContext, type GrantDecision, type TokenGrant } from '@gatehouse/grant-sdk';
import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { LoginNames } from '../../users/login-name';
import { PasswordAuthenticator } from '../../users/password-authenticator';
import { TokenParameters } from '../token-parameters';

class PasswordParameters extends IntersectionType(
  PickType(TokenParameters, ['username', 'password']),
  PartialType(PickType(TokenParameters, ['domain', 'orgId'])),
) {}

/** A user's name and password: RFC 6749 section 4.3. Off for every client until switched on (RFC 9700 section 2.4). */
@Grant({
  type: 'password',
  params: PasswordParameters,
  summary: 'The user whose name and password the client was told.',
  example: { username: 'ada', password: '…', domain: 'acme.example' },
  publicClients: false,
})
export class PasswordGrant implements TokenGrant<PasswordParameters> {
  constructor(
    private readonly passwords: PasswordAuthenticator,
    private readonly names: LoginNames,
  ) {}

  async decide({ params }: GrantContext<PasswordParameters>): Promise<GrantDecision> {
    const { username, password, domain } = params;
    // Most client libraries send nothing but name and password: there the name may tell the domain.
    const names = domain === undefined ? await this.names.read(username, undefined) : [{ username, domain }];
    const person = await this.passwords.authenticate(names, password);
    return {
      subject: { kind: 'user', id: person.id },
      orgId: params.orgId ?? person.defaultOrgId,
      session: { kind: 'begin' },
    };
  }
}
