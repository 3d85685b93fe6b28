import { isDeepStrictEqual } from 'node:util';

/** So that one long value leaves room for the others: an audit event cuts its reason off. */
const LONGEST_VALUE = 120;

/** Of a list. */
const MOST_VALUES = 6;

/**
 * What a change has changed, for the audit trail.
 * @param telling the fields of which the values are told, too, in the order in which they are: those that give or take a
 * power, and nothing secret or personal. Of all others only the name is.
 */
export function changesInWords<Thing extends object>(
  before: Thing,
  after: Thing,
  telling: readonly (keyof Thing & string)[],
): string {
  const names = new Set<string>([...telling, ...Object.keys(before), ...Object.keys(after)]);
  const changes = [...names].flatMap((name) => {
    const [old, now]: unknown[] = [Reflect.get(before, name), Reflect.get(after, name)];
    if (isDeepStrictEqual(old, now)) return [];
    return telling.some((told) => told === name) ? `${name} ${inWords(old, now)}` : name;
  });
  return `changed: ${changes.length === 0 ? 'nothing' : changes.join(', ')}`;
}

/** Of a list or a structure what is added and what is gone: the rest would hide it. */
function inWords(before: unknown, after: unknown): string {
  if (typeof before !== 'object' || typeof after !== 'object') return `= ${text(after)}`;
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const added = now.filter((one) => !old.includes(one)).map((one) => `+${shortened(one)}`);
  const gone = old.filter((one) => !now.includes(one)).map((one) => `-${shortened(one)}`);
  const changes = [...added, ...gone];
  const more = changes.length > MOST_VALUES ? [`and ${changes.length - MOST_VALUES} more`] : [];
  return changes.length === 0 ? 'in another order' : [...changes.slice(0, MOST_VALUES), ...more].join(' ');
}

/** What a structure says, each with the names that lead to it; of lists the places do not count. */
function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}${text(value)}`];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => leavesOf(one, path));
  const named = Object.entries(value);
  return named.flatMap(([name, part]: [string, unknown]) => leavesOf(part, `${path}${name}=`));
}

function text(value: unknown): string {
  return shortened(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none'));
}

function shortened(words: string): string {
  return words.length > LONGEST_VALUE ? `${words.slice(0, LONGEST_VALUE)}…` : words;
}
