import { Grant, type GrantContext, type GrantDecision, type TokenGrant } from '@gatehouse/grant-sdk';
import { Module } from '@nestjs/common';
import { IsNotEmpty, IsNumberString } from 'class-validator';

export const TICKET_GRANT = 'urn:test:ticket';

class TicketParameters {
  @IsNotEmpty()
  ticket!: string;

  /** Until when it is to be known as used, by this request. */
  @IsNumberString()
  hours!: string;
}

@Grant({ type: TICKET_GRANT, params: TicketParameters, summary: 'Takes a ticket once.', publicClients: false })
class TicketGrant implements TokenGrant<TicketParameters> {
  decide({ params: { ticket, hours }, client }: GrantContext<TicketParameters>): GrantDecision {
    const until = new Date(Date.now() + Number(hours) * 3_600_000);
    return { subject: { kind: 'client' }, orgId: client.org.id, consume: [{ kind: 'ticket', id: ticket, until }] };
  }
}

/** A grant whose parallel requests differ in how long they have something known as used. */
@Module({ providers: [TicketGrant] })
export class TicketModule {}
