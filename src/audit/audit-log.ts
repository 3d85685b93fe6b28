import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isServiceAway } from '../errors/service-away';
import type { AuditEvent } from './audit-event';

/** Most events in one statement: bounds the memory and time of a group. */
const LARGEST_GROUP = 500;

/** A failure that took so long was a timeout: those who wait have spent the time as well, and would wait for two. */
const SLOW_MS = 1_000;

/** SQL that appends the events of a JSON array. */
const append = (events: string): string => `
  INSERT INTO audit_events (at, request_id, action, outcome, error, reason, dialect, grant_type, client_id, subject,
                            actor, org_id, jti, family, address)
  SELECT at, request_id, action, outcome, error, reason, dialect, grant_type, client_id, subject,
         actor, org_id, jti, family, address
  FROM json_to_recordset(${events}) AS event (
    at timestamptz, request_id text, action text, outcome text, error text, reason text, dialect text, grant_type text,
    client_id text, subject text, actor text, org_id text, jti text, family text, address text)`;

const APPEND = append('$1');

interface Waiting {
  readonly row: object;
  readonly committed: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Appends to the audit trail. Events that arrive while a commit is under way share the next one: under load a commit
 * costs each request little, and still each waits for its own.
 */
@Injectable()
export class AuditLog {
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(private readonly dataSource: DataSource) {}

  /** Resolves once the event is committed. */
  append(event: AuditEvent): Promise<void> {
    return new Promise((committed, failed) => {
      this.waiting.push({ row: toRow(event), committed, failed });
      if (!this.writing) void this.writeAll();
    });
  }

  /** Appends within a transaction, so that the event stands or falls with the rest of it. */
  async appendIn(transaction: EntityManager, event: AuditEvent): Promise<void> {
    await transaction.query(APPEND, [JSON.stringify([toRow(event)])]);
  }

  /**
   * Changes something and appends the event in one statement: by itself it needs no transaction around it.
   * @param done SQL of common table expressions, of which that named `done` has a row if the change was made; its
   * parameters are the `values`
   * @returns false: nothing was changed, and there is no event
   */
  async appendIfDone(
    db: Pick<EntityManager, 'query'>,
    done: string,
    values: readonly unknown[],
    event: AuditEvent,
  ): Promise<boolean> {
    const appended = await db.query<unknown[]>(
      `WITH ${done} ${append(`$${values.length + 1}`)} WHERE EXISTS (SELECT FROM done) RETURNING 1`,
      [...values, JSON.stringify([toRow(event)])],
    );
    return appended.length > 0;
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) await this.writeGroup(this.waiting.splice(0, LARGEST_GROUP));
    this.writing = false;
  }

  private async writeGroup(group: readonly Waiting[]): Promise<void> {
    const began = performance.now();
    try {
      await this.dataSource.query(APPEND, [JSON.stringify(group.map(({ row }) => row))]);
      for (const { committed } of group) committed();
    } catch (error) {
      const alike = isServiceAway(error) && performance.now() - began > SLOW_MS ? this.waiting.splice(0) : [];
      for (const { failed } of [...group, ...alike]) failed(error);
    }
  }
}

function toRow(event: AuditEvent): object {
  return {
    at: event.at,
    request_id: event.requestId,
    action: event.action,
    outcome: event.outcome,
    error: event.error,
    reason: storable(event.reason, LONGEST_TEXT),
    dialect: event.dialect,
    grant_type: name(event.grantType),
    client_id: name(event.clientId),
    subject: name(event.subject),
    actor: name(event.actor),
    org_id: name(event.orgId),
    jti: name(event.jti),
    family: name(event.family),
    address: event.address,
  };
}

const LONGEST_TEXT = 1_000;

/** An entry of an index has less than 2,704 bytes, and a character up to four. */
const LONGEST_NAME = 300;

function name(text: string | undefined): string | undefined {
  return storable(text, LONGEST_NAME);
}

/** One event with text that PostgreSQL cannot hold would fail the whole group. */
function storable(text: string | undefined, longest: number): string | undefined {
  return text?.slice(0, longest).toWellFormed().replaceAll('\0', '\u{FFFD}');
}
