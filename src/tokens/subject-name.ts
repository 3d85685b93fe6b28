import type { Issuance } from './issuance';

/** How the audit trail names the subject: as the csp dialect's `sub` does, so that one search finds all dialects. */
export function subjectName({ client }: Pick<Issuance, 'client'>): string {
  return `:${client.id}`;
}
