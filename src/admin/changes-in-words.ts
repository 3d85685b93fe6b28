import { isDeepStrictEqual } from 'node:util';

/** So that one long value leaves room for the others: an audit event cuts its reason off. */
const LONGEST_VALUE = 300;

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

/** Of a list what is added and what is gone: the rest would hide it. */
function inWords(before: unknown, after: unknown): string {
  if (!Array.isArray(before) || !Array.isArray(after)) return `= ${text(after)}`;
  const added = after.filter((one) => !before.includes(one)).map((one) => `+${text(one)}`);
  const gone = before.filter((one) => !after.includes(one)).map((one) => `-${text(one)}`);
  return added.length + gone.length === 0 ? 'in another order' : shortened([...added, ...gone].join(' '));
}

function text(value: unknown): string {
  return shortened(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none'));
}

function shortened(words: string): string {
  return words.length > LONGEST_VALUE ? `${words.slice(0, LONGEST_VALUE)}…` : words;
}
