import { Injectable } from '@nestjs/common';

export interface Badge {
  /** For people and for the audit trail; the code on the chip is for neither. */
  readonly id: string;
  readonly orgId: string;
  /** What the holder may do. */
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
  readonly lostOn?: string;
}

const LATER = new Date('2099-12-31T23:59:59Z');

/** Badges by the code on their chip. In memory, because this is an example: a real store asks the team's own system. */
@Injectable()
export class BadgeStore {
  private readonly badges = new Map<string, Badge>([
    ['11111111', { id: 'badge-1', orgId: 'acme', scopes: ['doors:list', 'doors:open'], expiresAt: LATER }],
    ['22222222', { id: 'badge-2', orgId: 'acme', scopes: ['doors:list'], expiresAt: LATER, lostOn: '2025-03-01' }],
    ['33333333', { id: 'badge-3', orgId: 'acme', scopes: ['doors:list'], expiresAt: new Date('2025-01-31T00:00:00Z') }],
    ['44444444', { id: 'badge-4', orgId: 'globex', scopes: ['doors:list'], expiresAt: LATER }],
  ]);

  find(code: string): Promise<Badge | undefined> {
    return Promise.resolve(this.badges.get(code));
  }
}
