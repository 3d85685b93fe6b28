import { z } from 'zod';
import type { AuditEventEntity } from '../../audit/audit-event.entity';
import { CATALOGUE, type ErrorCode } from '../../errors/catalogue';
import { asked } from './asked';
import { shownAuditEvent, showAuditEvent } from './audit-event.shape';

/** What became of a request, as it is shown. */
export const explanation = z.object({
  requestId: z.string(),
  summary: z.string().describe('What was asked and what became of it, in words.'),
  events: z
    .array(
      shownAuditEvent.extend({
        asked: z.string().describe('What was asked for, in words.'),
        meaning: z.string().nullable().describe('Of the error.'),
        remedy: z.string().nullable().describe('What the caller can do about it.'),
      }),
    )
    .describe('In the order in which they happened.'),
});

export type Explanation = z.output<typeof explanation>;

/** @param events of one request, in order; at least one */
export function explain(requestId: string, events: readonly AuditEventEntity[]): Explanation {
  return {
    requestId,
    summary: events.map(sentence).join(' '),
    events: events.map((event) => {
      const { meaning, remedy } = entryOf(event.error) ?? { meaning: null, remedy: null };
      return { ...showAuditEvent(event), asked: asked(event), meaning, remedy };
    }),
  };
}

function sentence(event: AuditEventEntity): string {
  const { at, outcome, error, reason } = event;
  const what = `${at.toISOString()}: ${who(event)} asked ${asked(event)}.`;
  const why = reason === null ? '' : ` In full: ${reason}.`;
  if (outcome === 'allowed') return `${what} It was done.${why}`;
  const entry = entryOf(error);
  const told = entry === undefined ? '' : ` ${entry.meaning}`;
  const advice = entry === undefined ? '' : ` What to do: ${entry.remedy}`;
  return `${what} It was refused with ${error ?? 'no code'}.${told}${why}${advice}`.replaceAll('..', '.');
}

function who({ clientId, subject, actor, address }: AuditEventEntity): string {
  const parts = [
    clientId === null ? undefined : `client ${clientId}`,
    actor === null ? undefined : `${actor} as the one who acts`,
    subject === null ? undefined : `for ${subject}`,
    address === null ? undefined : `from ${address}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? 'someone' : parts.join(', ');
}

function entryOf(code: string | null): { readonly meaning: string; readonly remedy: string } | undefined {
  return code !== null && isErrorCode(code) ? CATALOGUE[code] : undefined;
}

/** The trail keeps codes of older versions, too. */
function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CATALOGUE, code);
}
