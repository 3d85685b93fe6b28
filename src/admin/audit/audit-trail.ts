import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type SelectQueryBuilder } from 'typeorm';
import type { z } from 'zod';
import { AuditEventEntity } from '../../audit/audit-event.entity';
import { GatehouseError } from '../../errors/gatehouse-error';
import { readAuditCursor, writeAuditCursor } from './audit-cursor';
import { type auditPage, type AuditQuery, showAuditEvent } from './audit-event.shape';
import { type Explanation, explain } from './explanation';

/** Filters that have an index, the most telling first: one of them leads to the events, the others sift these. */
const INDEXED = ['requestId', 'subject', 'clientId', 'orgId'] as const;
const SIFTING = ['action', 'outcome', 'grantType', 'actor', 'family', ...INDEXED] as const;

/** Most events that one page sifts, whatever is asked for and however long the trail is. */
const MOST_SIFTED = 5_000;

/** More events than one request can have, but for ids that a caller sends again and again. */
const MOST_EXPLAINED = 100;

/** The audit trail, for those who look something up in it. */
@Injectable()
export class AuditTrail {
  constructor(@InjectRepository(AuditEventEntity) private readonly events: Repository<AuditEventEntity>) {}

  /**
   * Newest first.
   * @param path of the list, for the links
   * @param orgId whose events may be seen; absent: everyone's
   * @throws {GatehouseError} `invalid_request` for a cursor that is none of ours
   */
  async search(asked: AuditQuery, path: string, orgId = asked.orgId): Promise<z.output<typeof auditPage>> {
    const query = { ...asked, orgId };
    const [leading] = INDEXED.filter((name) => query[name] !== undefined);
    const sifting = SIFTING.filter((name) => name !== leading && query[name] !== undefined);
    const reached = this.reached(query, leading);
    const ids = await this.sifted(reached, query, sifting);
    const found = await this.events.find({ where: { id: In(ids) }, order: { at: 'DESC', id: 'DESC' } });
    const results = found.slice(0, query.limit);
    const last = found.length > query.limit ? results.at(-1) : await this.lastSifted(reached, sifting.length);
    return {
      results: results.map(showAuditEvent),
      totalResults: null,
      nextLink: last === undefined ? null : link(path, asked, writeAuditCursor(last)),
      prevLink: null,
    };
  }

  /**
   * What became of a request, in words.
   * @throws {GatehouseError} `not_found`
   */
  async explain(requestId: string): Promise<Explanation> {
    const events = await this.events.find({
      where: { requestId },
      order: { at: 'DESC', id: 'DESC' },
      take: MOST_EXPLAINED,
    });
    if (events.length === 0) throw new GatehouseError('not_found', 'The audit trail has no event of this request.');
    return explain(requestId, events.reverse());
  }

  /** The events that the page may be of, before they are sifted. */
  private reached(query: AuditQuery, leading: (typeof INDEXED)[number] | undefined) {
    const rows = this.events.createQueryBuilder('reached').where('TRUE');
    if (leading !== undefined) rows.andWhere(`reached.${leading} = :leading`, { leading: query[leading] });
    if (query.from !== undefined) rows.andWhere('reached.at >= :from', { from: query.from });
    if (query.to !== undefined) rows.andWhere('reached.at < :to', { to: query.to });
    if (query.cursor !== undefined)
      rows.andWhere('(reached.at, reached.id) < (:at, :id)', readAuditCursor(query.cursor));
    return rows.orderBy('reached.at', 'DESC').addOrderBy('reached.id', 'DESC');
  }

  /** One more than a page holds. The inner query is cut off before it is sifted, so that no plan can look at more. */
  private async sifted(
    reached: SelectQueryBuilder<AuditEventEntity>,
    query: AuditQuery,
    sifting: readonly (typeof SIFTING)[number][],
  ): Promise<string[]> {
    const page = query.limit + 1;
    const looked = reached.clone().select('reached.id', 'id').addSelect('reached.at', 'at');
    for (const name of sifting) looked.addSelect(`reached.${name}`, name);
    looked.limit(sifting.length === 0 ? page : MOST_SIFTED);
    const rows = this.events.manager
      .createQueryBuilder()
      .select('looked.id', 'id')
      .from(`(${looked.getQuery()})`, 'looked')
      .setParameters(looked.getParameters())
      .orderBy('looked.at', 'DESC')
      .addOrderBy('looked.id', 'DESC')
      .limit(page);
    for (const name of sifting) rows.andWhere(`looked."${name}" = :${name}`, { [name]: query[name] });
    return (await rows.getRawMany<{ id: string }>()).map(({ id }) => id);
  }

  /** How far a page has looked that found too little; undefined: at everything. */
  private async lastSifted(reached: SelectQueryBuilder<AuditEventEntity>, sifting: number) {
    if (sifting === 0) return undefined;
    return (
      (await reached
        .clone()
        .offset(MOST_SIFTED - 1)
        .limit(1)
        .getOne()) ?? undefined
    );
  }
}

function link(path: string, { cursor: _cursor, from, to, ...query }: AuditQuery, cursor: string): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, from: from?.toISOString(), to: to?.toISOString(), cursor })) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return `${path}?${parameters.toString()}`;
}
