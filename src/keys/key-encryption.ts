import { Injectable } from '@nestjs/common';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from 'jose';
import { Configuration } from '../config/configuration';
import { OperatorError } from '../errors/operator-error';
import { deriveKey, readMasterKey } from './master-key';

interface SealingKey {
  /** Says which key it is, and nothing about it. */
  readonly kid: string;
  readonly key: Uint8Array;
}

/**
 * Encrypts what must not lie open in the database: JWE compact, `dir` with A256GCM (RFC 7518 section 4.5). The header
 * says by its `kid` which key sealed it. KEY_ENCRYPTION_KEY seals and opens, KEY_DECRYPTION_KEY only opens.
 */
@Injectable()
export class KeyEncryption {
  private readonly present: SealingKey;
  private readonly keys: readonly SealingKey[];

  constructor({ keyEncryptionKey, keyDecryptionKey, dataDir }: Configuration) {
    this.present = sealingKey(readMasterKey(keyEncryptionKey, dataDir));
    this.keys = [this.present, ...(keyDecryptionKey === undefined ? [] : [sealingKey(keyDecryptionKey)])];
  }

  /** Names the key that seals. */
  get presentKid(): string {
    return this.present.kid;
  }

  seal(text: string): Promise<string> {
    const { kid, key } = this.present;
    return new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid }).encrypt(key);
  }

  /** Is it sealed as {@link seal} would now? Not so what has no `kid`. */
  isSealedByPresent(sealed: string): boolean {
    return decodeProtectedHeader(sealed).kid === this.present.kid;
  }

  /** @throws {OperatorError} when `sealed` was encrypted under a key that this process does not have */
  async open(sealed: string): Promise<string> {
    const { kid } = decodeProtectedHeader(sealed);
    // Only what was sealed by versions that knew one key says nothing.
    const candidates = kid === undefined ? this.keys : this.keys.filter((one) => one.kid === kid);
    for (const { key } of candidates) {
      const text = await opened(sealed, key);
      if (text !== undefined) return text;
    }
    throw new OperatorError(
      'KEY_ENCRYPTION_KEY (or the key file in DATA_DIR) is not the one that encrypted the keys in this database. ' +
        'If it was changed, set KEY_DECRYPTION_KEY to the one before: see docs/operations.md.',
    );
  }
}

function sealingKey(masterKey: string): SealingKey {
  return {
    kid: Buffer.from(deriveKey(masterKey, 'key encryption id').subarray(0, 16)).toString('base64url'),
    key: deriveKey(masterKey, 'key encryption'),
  };
}

/** Undefined: another key sealed it. */
async function opened(sealed: string, key: Uint8Array): Promise<string | undefined> {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return Buffer.from(plaintext).toString();
  } catch (error) {
    if (error instanceof errors.JWEDecryptionFailed) return undefined;
    throw error;
  }
}
