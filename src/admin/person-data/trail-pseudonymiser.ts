import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';
import { KEEPS_DIGEST } from '../../audit/event-digests';
import type { KnownNames } from './known-names';

/** Events that one statement looks at: reasons are texts that no index finds, and a statement has seconds. */
const BATCH = 20_000;

/** Replaces the names of one person in the audit trail. What happened stays. */
@Injectable()
export class TrailPseudonymiser {
  constructor(@InjectEntityManager() private readonly manager: EntityManager) {}

  /**
   * Goes through the whole trail in batches, each committed by itself: whoever is interrupted begins again.
   * @returns how many events named the person
   */
  async replace({ subjects, anywhere, amongItsOwn }: KnownNames, pseudonym: string): Promise<number> {
    const [range] = await this.manager.query<{ first: string | null; last: string | null }[]>(
      'SELECT min(id) AS first, max(id) AS last FROM audit_events',
    );
    const last = Number(range?.last ?? -1);
    let replaced = 0;
    for (let from = Number(range?.first ?? 0); from <= last; from += BATCH) {
      const [, count] = await this.manager.query<[unknown[], number]>(
        `UPDATE audit_events SET
           subject = CASE WHEN subject = ANY($3) THEN $4 ELSE subject END,
           actor = CASE WHEN actor = ANY($3) THEN $4 ELSE actor END,
           reason = regexp_replace(reason, CASE WHEN subject = ANY($3) OR actor = ANY($3) THEN $6 ELSE $5 END, $4, 'gi'),
           ${KEEPS_DIGEST}
         WHERE id >= $1 AND id < $2 AND (subject = ANY($3) OR actor = ANY($3) OR reason ~* $5)`,
        [from, from + BATCH, subjects, pseudonym, anyOf(anywhere), anyOf([...anywhere, ...amongItsOwn])],
      );
      replaced += count;
    }
    return replaced;
  }
}

/** A regular expression of PostgreSQL that finds the texts where they are whole names, the longest first. */
function anyOf(texts: readonly string[]): string {
  const longestFirst = [...new Set(texts)].sort((one, other) => other.length - one.length);
  const literal = longestFirst.map((text) => text.replace(/[!-/:-@[-`{-~]/g, '\\$&'));
  return `(?<![[:alnum:]_])(?:${literal.join('|')})(?![[:alnum:]_])`;
}
