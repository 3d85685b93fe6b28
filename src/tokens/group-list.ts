import type { Group } from '../users/person';

/** The groups that an ID token lists, and how many there are in all. */
export interface GroupList {
  readonly listed: readonly Group[];
  readonly total: number;
}

/**
 * The first groups by name, as many as the cap allows.
 * @param asked what the request says, which can only lower the cap of the client; no whole number counts as nothing
 */
export function capGroups(groups: readonly Group[], clientCap: number | null, asked: string | undefined): GroupList {
  const caps = [clientCap, asked !== undefined && /^\d{1,9}$/.test(asked) ? Number(asked) : null];
  const cap = Math.min(...caps.filter((limit) => limit !== null), Infinity);
  return { listed: groups.slice(0, cap), total: groups.length };
}
