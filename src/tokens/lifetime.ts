const LARGEST_INT32 = 2_147_483_647;

/**
 * A lifetime that a client asks for. Only a lower one than its own counts; whatever is no positive int32 in plain
 * decimal digits counts as not asked for, as with the Cloud Services.
 * @param own seconds
 * @returns seconds
 */
export function lifetimeSeconds(asked: string | undefined, own: number): number {
  if (asked === undefined || !/^\d{1,10}$/.test(asked)) return own;
  const seconds = Number(asked);
  return seconds > 0 && seconds <= LARGEST_INT32 && seconds < own ? seconds : own;
}
