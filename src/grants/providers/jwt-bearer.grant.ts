import { createHash } from 'node:crypto';
import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
import { PickType } from '@nestjs/swagger';
import { AssertionVerifier } from '../../trust/assertion-verifier';
import { UserStore } from '../../users/user.store';
import { TokenParameters } from '../token-parameters';

class JwtBearerParameters extends PickType(TokenParameters, ['assertion']) {}

/** A trusted issuer's signed word that someone is a user: RFC 7523 section 2.1. */
@Grant({
  type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  params: JwtBearerParameters,
  summary: 'The user whom a trusted issuer asserts in a signed JWT.',
  example: { assertion: '…' },
  publicClients: false,
  dialects: ['identity-manager', 'oauth'],
})
export class JwtBearerGrant implements TokenGrant<JwtBearerParameters> {
  constructor(
    private readonly assertions: AssertionVerifier,
    private readonly users: UserStore,
  ) {}

  async decide({ params }: GrantContext<JwtBearerParameters>): Promise<GrantDecision> {
    const { issuer, subject, jti, expiresAt } = await this.assertions.verify(params.assertion);
    const users = await this.users.findMembersNamed(subject, issuer.orgId);
    const [user, ...others] = users;
    if (user === undefined || others.length > 0) {
      throw new GrantRefusal(
        'invalid_grant',
        'The assertion is not valid.',
        `${users.length} members of ${issuer.orgId} are meant by the asserted name`,
      );
    }
    return {
      subject: { kind: 'user', id: user.id },
      orgId: issuer.orgId,
      session: { kind: 'begin' },
      consume: [{ kind: 'assertion', id: fingerprint(`${issuer.issuer} ${jti}`), until: expiresAt }],
    };
  }
}

/** An issuer may choose a `jti` of any length and characters. */
function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
