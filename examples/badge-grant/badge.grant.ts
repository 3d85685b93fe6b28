import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
import { Matches } from 'class-validator';
import { BadgeStore } from './badge.store';

class BadgeParameters {
  @Matches(/^[0-9]{8}$/, { message: '$property must be eight digits' })
  badge!: string;
}

/** A door reader (the client) shows the badge that was held to it, and gets a token that opens what the badge opens. */
@Grant({
  type: 'urn:acme:params:oauth:grant-type:badge',
  params: BadgeParameters,
  summary: 'A door reader, with what the badge that was held to it may do.',
  example: { badge: '11111111' },
  publicClients: false,
})
export class BadgeGrant implements TokenGrant<BadgeParameters> {
  constructor(private readonly badges: BadgeStore) {}

  async decide({ params }: GrantContext<BadgeParameters>): Promise<GrantDecision> {
    const badge = await this.badges.find(params.badge);
    if (badge === undefined) throw notValid('there is no such badge');
    if (badge.lostOn !== undefined) throw notValid(`${badge.id} was reported lost on ${badge.lostOn}`);

    // The service looks further by itself: whether the org is open to this client, and which scopes it may have.
    return {
      subject: { kind: 'client' },
      orgId: badge.orgId,
      scopes: badge.scopes,
      expiresNoLaterThan: badge.expiresAt,
    };
  }
}

/** The caller learns no more than this; the detail goes to the audit trail. */
function notValid(detail: string): GrantRefusal {
  return new GrantRefusal('invalid_grant', 'The badge is not valid.', detail);
}
