import { Injectable } from '@nestjs/common';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { Configuration } from '../config/configuration';
import { OperatorError } from '../errors/operator-error';
import { deriveKey, readMasterKey } from './master-key';

/** Encrypts what must not lie open in the database: JWE compact, `dir` with A256GCM (RFC 7518 section 4.5). */
@Injectable()
export class KeyEncryption {
  private readonly key: Uint8Array;

  constructor(configuration: Configuration) {
    this.key = deriveKey(readMasterKey(configuration.keyEncryptionKey, configuration.dataDir), 'key encryption');
  }

  seal(text: string): Promise<string> {
    return new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(this.key);
  }

  /** @throws {Error} that tells the operator when `sealed` was encrypted under another key */
  async open(sealed: string): Promise<string> {
    try {
      const { plaintext } = await compactDecrypt(sealed, this.key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return Buffer.from(plaintext).toString();
    } catch (error) {
      if (!(error instanceof errors.JWEDecryptionFailed)) throw error;
      throw new OperatorError(
        'KEY_ENCRYPTION_KEY (or the key file in DATA_DIR) is not the one that encrypted the keys in this database.',
        { cause: error },
      );
    }
  }
}
