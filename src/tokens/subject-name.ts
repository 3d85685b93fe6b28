import type { Issuance } from './issuance';

/** How the csp dialect's `sub`, every `act` and the audit trail name a subject. A client has no domain. */
export function subjectName({ subject, client }: Pick<Issuance, 'subject' | 'client'>): string {
  return subject.kind === 'client' ? clientName(client.id) : userName(subject.member.person);
}

export function clientName(clientId: string): string {
  return `:${clientId}`;
}

export function userName({ domain, id }: { domain: string; id: string }): string {
  return `${domain}:${id}`;
}
