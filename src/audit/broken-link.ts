import { LARGEST_SEAL } from './audit-sealer';
import type { AuditDrop } from './audit-drops';
import type { CheckedLink, Fault, Link } from './chain-check';
import type { LeftEvents } from './left-events';

/** The first link of the chain that does not hold. */
export interface BrokenLink {
  readonly intact: false;
  readonly seal: string;
  /** Ids of the first and the last event that it covers. */
  readonly events: readonly [string, string] | null;
  /** The event that is missing or was changed, where that can be told. */
  readonly event: string | null;
  readonly fault: string;
}

const FAULTS: Readonly<Record<Fault, (link: CheckedLink) => string>> = {
  missing: () => 'The seal is missing.',
  unlinked: () => 'It does not hold the hash of the seal before it.',
  rehashed: () => 'Its hash was changed.',
  count: ({ sealed, found }) => `Events sealed: ${sealed}, events found: ${found > LARGEST_SEAL ? 'more' : found}.`,
  changed: () => 'One of its events was changed, or the seal itself.',
  unlawful: () => 'The event is marked as that of an erased person, and names nobody whose erasure is in the trail.',
};

/** @param before the link that still holds */
export function brokenLink(before: Link, link: CheckedLink & { readonly fault: Fault }): BrokenLink {
  const { fault } = link;
  const ofAnEvent = fault === 'count' || fault === 'changed' || fault === 'unlawful';
  return {
    intact: false,
    seal: fault === 'missing' ? String(BigInt(before.id) + 1n) : link.id,
    events: [link.firstEvent, link.lastEvent],
    event: ofAnEvent ? link.event : null,
    fault: FAULTS[fault](link),
  };
}

/** @param found in the place of what the drop left; not the same */
export function brokenRest({ seal, left }: AuditDrop, found: LeftEvents): BrokenLink {
  const fault =
    found.events === left.events
      ? 'One of the events that the last drop left was changed.'
      : `Events that the last drop left: ${left.events}, events found: ${found.events}.`;
  return { intact: false, seal: seal.id, events: ['1', seal.lastEvent], event: toBlame(left, found), fault };
}

/** Only the first one is known by its id. */
function toBlame({ first, events }: LeftEvents, found: LeftEvents): string | null {
  if (first === found.first) return events === 1 && found.events === 1 ? first : null;
  if (first === null || found.first === null) return first ?? found.first;
  return BigInt(first) < BigInt(found.first) ? first : found.first;
}

/**
 * @param id of a seal that somebody has kept the hash of
 * @param dropped whether it is older than what is still there
 */
export function lostSeal(id: string, dropped = false): BrokenLink {
  const fault = dropped
    ? 'Its events, or the seal itself, were dropped by retention: a newer one is needed.'
    : 'No seal has this number and this hash.';
  return { intact: false, seal: id, events: null, event: null, fault };
}
