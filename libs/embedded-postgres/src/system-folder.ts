import fs from 'node:fs';
import path from 'node:path';

const SYSTEM_FOLDER = '/var/lib/embedded-postgres';

/** A place that every account can enter, for root only: used when the project lies where no other account may look. */
export function systemPath(name: string): string {
  return path.join(SYSTEM_FOLDER, name);
}

export function ensureSystemFolder(): void {
  fs.mkdirSync(SYSTEM_FOLDER, { recursive: true });
  // mkdir's own mode would be narrowed by a strict umask.
  fs.chmodSync(SYSTEM_FOLDER, 0o755);
}
