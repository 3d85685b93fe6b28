import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isServiceAway } from '../errors/service-away';
import type { AuditEvent } from './audit-event';

/** Most events in one statement: bounds the memory and time of a group. */
const LARGEST_GROUP = 500;

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
    try {
      await this.dataSource.query(APPEND, [JSON.stringify(group.map(({ row }) => row))]);
      for (const { committed } of group) committed();
    } catch (error) {
      // Those who wait have spent time on this one: should another take as long to fail, they would wait for two.
      const alike = isServiceAway(error) ? this.waiting.splice(0) : [];
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
    reason: storable(event.reason),
    dialect: event.dialect,
    grant_type: storable(event.grantType),
    client_id: storable(event.clientId),
    subject: event.subject,
    actor: event.actor,
    org_id: event.orgId,
    jti: event.jti,
    family: event.family,
    address: event.address,
  };
}

const LONGEST_TEXT = 1_000;

/** One event with text that PostgreSQL cannot hold would fail the whole group. */
function storable(text: string | undefined): string | undefined {
  return text?.slice(0, LONGEST_TEXT).toWellFormed().replaceAll('\0', '\u{FFFD}');
}
