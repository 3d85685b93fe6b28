import { z } from 'zod';
import { AUDIT_ACTIONS } from '../../audit/audit-event';
import type { AuditEventEntity } from '../../audit/audit-event.entity';
import { moment } from '../../database/field-rules';

const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 200;

const exactly = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !text.includes('\0'), 'contains NUL');

/** What the list of audit events takes in its query. All that is given has to be true of an event. */
export const auditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LARGEST_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().max(2_048).optional(),
  requestId: exactly.optional(),
  action: z.enum(AUDIT_ACTIONS).optional(),
  outcome: z.enum(['allowed', 'refused']).optional(),
  clientId: exactly.optional(),
  subject: exactly.optional().describe('Whom it is about: <domain>:<user id>, or :<client id> of a client.'),
  actor: exactly
    .optional()
    .describe('Who did it, where that is another: <domain>:<user id>, :<client id>, command line of <account>.'),
  family: exactly.optional().describe('The login, by its id.'),
  orgId: exactly.optional(),
  grantType: exactly.optional(),
  from: moment.optional().describe('Not before this moment (ISO 8601).'),
  to: moment.optional().describe('Before this moment (ISO 8601).'),
});

export type AuditQuery = z.output<typeof auditQuery>;

const text = z.string().nullable();

/** An audit event as it is shown. */
export const shownAuditEvent = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  requestId: z.string(),
  action: z.string(),
  outcome: z.enum(['allowed', 'refused']),
  error: text.describe('Code of the errors page.'),
  reason: text.describe('The full one: more than the caller was told.'),
  dialect: text,
  grantType: text,
  clientId: text.describe('Claimed, where the client was not authenticated.'),
  subject: text,
  actor: text,
  orgId: text,
  jti: text,
  family: text.describe('The login.'),
  address: text,
});

export type ShownAuditEvent = z.output<typeof shownAuditEvent>;

export function showAuditEvent({ at, ...event }: AuditEventEntity): ShownAuditEvent {
  return { ...event, at: at.toISOString() };
}

export const auditPage = z.object({
  results: z.array(shownAuditEvent),
  totalResults: z.null().describe('The trail is too long to be counted for each page.'),
  nextLink: z
    .string()
    .nullable()
    .describe('Older events. A page may be short, even empty, and have a next one: it tells how far was looked.'),
  prevLink: z.null().describe('Newer events are at the start of the list.'),
});
