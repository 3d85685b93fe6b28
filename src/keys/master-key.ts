import { hkdfSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const FILE_NAME = 'key-encryption-key';

/** The configured key, or the one that `dataDir` holds; makes the latter at the first start. */
export function readMasterKey(configured: string | undefined, dataDir: string): string {
  return configured ?? keptIn(path.join(dataDir, FILE_NAME));
}

/** 256 bits for one purpose, so that no two purposes share a key (RFC 5869). */
export function deriveKey(masterKey: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', `gatehouse ${purpose}`, 32));
}

function keptIn(file: string): string {
  if (!fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const draft = `${file}.${randomBytes(4).toString('hex')}`;
    fs.writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    try {
      // Unlike a rename this fails when another process was first: then its key counts.
      fs.linkSync(draft, file);
    } catch (error) {
      if (!fs.existsSync(file)) throw error;
    } finally {
      fs.rmSync(draft);
    }
  }
  return fs.readFileSync(file, 'utf8').trim();
}
