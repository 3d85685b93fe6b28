import { Injectable } from '@nestjs/common';
import type { Actor, PresentedToken } from '@gatehouse/grant-sdk';
import { DataSource } from 'typeorm';
import { API_TOKEN_CLIENT } from '../clients/api-token-client';
import { UUID } from '../database/field-rules';
import { isServiceAway } from '../errors/service-away';
import { FAULTS, FAULTS_WITH_ACTORS } from './token-faults';

/** Most tokens in one statement: bounds the time of a group. */
const LARGEST_GROUP = 500;

/** A failure that took so long was a timeout: those who wait have spent the time as well, and would wait for two. */
const SLOW_MS = 1_000;

/** One more than one, so that a token that comes just too late for a statement does not wait for the whole of it. */
const STATEMENTS_AT_ONCE = 2;

interface Row {
  readonly jti: string;
  readonly until: Date;
  readonly family: string | null;
  readonly client: string | null;
  readonly org: string;
  readonly person: string | null;
  readonly issued: Date;
  /** Ids. */
  readonly acting_clients: readonly string[];
  readonly acting_people: readonly string[];
}

interface Waiting {
  readonly row: Row;
  readonly judged: (fault: string | undefined) => void;
  readonly failed: (error: unknown) => void;
}

interface Judgement {
  readonly place: number;
  readonly fault: string | null;
}

/**
 * Judges what became of tokens since they were issued. Nothing is cached: what is committed counts from then on, on every
 * replica, and without the database there is no judgement. Tokens that come while statements are under way share the
 * next one, so that under load a judgement costs each request little.
 */
@Injectable()
export class TokenJudge {
  private waiting: Waiting[] = [];
  private statements = 0;

  constructor(private readonly dataSource: DataSource) {}

  /** Why a token does not count any more; undefined: it does. */
  async faultOf(token: PresentedToken): Promise<string | undefined> {
    if (token.session !== undefined && !UUID.test(token.session)) return 'its login has ended';
    if (!isAskable(token)) return 'it names what cannot be';
    return new Promise((judged, failed) => {
      this.waiting.push({ row: toRow(token), judged, failed });
      if (this.statements < STATEMENTS_AT_ONCE) void this.judgeAll();
    });
  }

  private async judgeAll(): Promise<void> {
    this.statements++;
    while (this.waiting.length > 0) await this.judgeGroup(this.waiting.splice(0, LARGEST_GROUP));
    this.statements--;
  }

  private async judgeGroup(group: readonly Waiting[]): Promise<void> {
    const began = performance.now();
    try {
      const rows = group.map(({ row }, place) => ({ ...row, place }));
      const isActedIn = rows.some((row) => row.acting_clients.length + row.acting_people.length > 0);
      const judgements = await this.dataSource.query<Judgement[]>(isActedIn ? FAULTS_WITH_ACTORS : FAULTS, [
        JSON.stringify(rows),
        rows.flatMap(({ family }) => family ?? []),
        rows.map(({ jti }) => jti),
        rows.map(({ until }) => until),
      ]);
      const faults = new Map(judgements.map(({ place, fault }) => [place, fault]));
      group.forEach(({ judged, failed }, place) => {
        const fault = faults.get(place);
        // Not judged is not good.
        if (fault === undefined) failed(new Error('A token was not judged.'));
        else judged(fault ?? undefined);
      });
    } catch (error) {
      const alike = isServiceAway(error) && performance.now() - began > SLOW_MS ? this.waiting.splice(0) : [];
      for (const { failed } of [...group, ...alike]) failed(error);
    }
  }
}

function toRow({ jti, expiresAt, session, clientId, orgId, subject, issuedAt, actor }: PresentedToken): Row {
  const acting = actorsOf(actor);
  return {
    jti,
    until: expiresAt,
    family: session ?? null,
    client: clientId === API_TOKEN_CLIENT.id ? null : clientId,
    org: orgId,
    person: subject.kind === 'user' ? subject.id : null,
    issued: issuedAt,
    acting_clients: acting.filter(isClientName).map((name) => name.slice(1)),
    acting_people: acting.filter((name) => !isClientName(name)).map((name) => name.slice(name.lastIndexOf(':') + 1)),
  };
}

/** Names as in the csp dialect's `sub`, the innermost last. */
function actorsOf(actor: Actor | undefined): string[] {
  return actor === undefined ? [] : [actor.sub, ...actorsOf(actor.act)];
}

function isClientName(name: string): boolean {
  return name.startsWith(':');
}

/** What PostgreSQL cannot read would fail the whole group. */
function isAskable({ jti, clientId, orgId, subject, issuedAt, expiresAt, actor }: PresentedToken): boolean {
  const readable = (text: string) => text.isWellFormed() && !text.includes('\0');
  return (
    [jti, clientId, orgId, subject.id, ...actorsOf(actor)].every(readable) && [issuedAt, expiresAt].every(isWritable)
  );
}

/** In the years that both spell alike. */
function isWritable(date: Date): boolean {
  return /^(?!0000)\d{4}-/.test(Number.isNaN(date.getTime()) ? '' : date.toISOString());
}
