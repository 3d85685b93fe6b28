import { Grant, type GrantContext, type GrantDecision, type TokenGrant } from '@gatehouse/grant-sdk';
import { Module } from '@nestjs/common';
import { ValidateBy } from 'class-validator';

export const SPY_GRANT = 'urn:test:spy';

/** What happened to the spying grant, in order. */
export const spied: ('validated' | 'decided')[] = [];

class SpyParameters {
  @ValidateBy({
    name: 'isOpenSesame',
    validator: {
      validate: (value) => {
        spied.push('validated');
        return value === 'open sesame';
      },
      defaultMessage: () => 'word is not the right one',
    },
  })
  word!: string;
}

@Grant({ type: SPY_GRANT, params: SpyParameters, summary: 'Notes that it was asked.', publicClients: false })
class SpyGrant implements TokenGrant<SpyParameters> {
  decide({ client }: GrantContext<SpyParameters>): GrantDecision {
    spied.push('decided');
    return { subject: { kind: 'client' }, orgId: client.org.id };
  }
}

/** An extension such as a team would write. */
@Module({ providers: [SpyGrant] })
export class SpyModule {}
