/** A line of what the bench found. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
