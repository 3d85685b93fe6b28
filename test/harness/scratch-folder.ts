import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** An empty folder of the test's own. */
export function scratchFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gatehouse-scratch-'));
  fs.chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user, who must get in
  return folder;
}

export function removeFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
