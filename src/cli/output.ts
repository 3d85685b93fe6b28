/** Prints one thing: as JSON, or a line for each of its members. */
export function printThing(thing: object, json: boolean): void {
  write(
    json
      ? JSON.stringify(thing)
      : Object.entries(thing)
          .map(([name, value]) => `${name}: ${text(value)}`)
          .join('\n'),
  );
}

/** Prints a list: a JSON text for each thing, or a table of some members. */
export function printList<T extends object>(
  things: readonly T[],
  members: readonly (keyof T & string)[],
  json: boolean,
): void {
  if (json) return write(things.map((thing) => JSON.stringify(thing)).join('\n'));
  const rows = [members.map(String), ...things.map((thing) => members.map((member) => text(thing[member])))];
  const widths = members.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  write(
    rows
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n'),
  );
}

function write(output: string): void {
  if (output !== '') process.stdout.write(`${output}\n`);
}

function text(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
