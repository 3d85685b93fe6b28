import { z } from 'zod';
import type { AuditEventEntity } from '../../audit/audit-event.entity';
import { GatehouseError } from '../../errors/gatehouse-error';

/** The event before which a page goes on: by time, and among those of the same millisecond by id. */
const cursorShape = z.tuple([z.iso.datetime(), z.string().regex(/^\d{1,18}$/)]);

export interface AuditEdge {
  readonly at: Date;
  readonly id: string;
}

export function writeAuditCursor({ at, id }: Pick<AuditEventEntity, 'at' | 'id'>): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url');
}

/** @throws {GatehouseError} `invalid_request` for a cursor that is none of ours */
export function readAuditCursor(cursor: string): AuditEdge {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    value = undefined;
  }
  const { success, data } = cursorShape.safeParse(value);
  if (!success) throw new GatehouseError('invalid_request', 'cursor: is not one that a list has given.');
  return { at: new Date(data[0]), id: data[1] };
}
