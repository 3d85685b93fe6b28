import { CompactEncrypt, decodeProtectedHeader } from 'jose';
import { readConfiguration } from '../config/configuration';
import { KeyEncryption } from './key-encryption';
import { deriveKey } from './master-key';

const [OLD, NEW, OTHER] = ['old', 'new', 'other'].map((name) => `${name} key of the tests: never use it elsewhere`);

function keyEncryption(present = '', other = ''): KeyEncryption {
  return new KeyEncryption(readConfiguration({ KEY_ENCRYPTION_KEY: present, KEY_DECRYPTION_KEY: other }));
}

/** As versions sealed that knew one key. */
function sealedWithoutKid(text: string, masterKey = ''): Promise<string> {
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(deriveKey(masterKey, 'key encryption'));
}

describe('KeyEncryption', () => {
  it('seals with the present key and opens with both', async () => {
    const sealed = await keyEncryption(NEW, OLD).seal('secret');
    expect(await keyEncryption(OLD, NEW).open(sealed)).toBe('secret');
    expect(await keyEncryption(NEW).open(sealed)).toBe('secret');
    await expect(keyEncryption(OLD).open(sealed)).rejects.toThrow(/^KEY_ENCRYPTION_KEY .* KEY_DECRYPTION_KEY to the/);
    await expect(keyEncryption(OLD, OTHER).open(sealed)).rejects.toThrow(/is not the one/);
  });

  it('opens what does not say which key sealed it with each that it has', async () => {
    const sealed = await sealedWithoutKid('secret', OLD);
    expect(await keyEncryption(NEW, OLD).open(sealed)).toBe('secret');
    expect(await keyEncryption(OLD, NEW).open(sealed)).toBe('secret');
    await expect(keyEncryption(NEW, OTHER).open(sealed)).rejects.toThrow(/is not the one/);
  });

  it('says which key sealed, and nothing of the key', async () => {
    const one = keyEncryption(OLD, NEW);
    const { kid } = decodeProtectedHeader(await one.seal('secret'));
    expect(kid).toBe(one.presentKid);
    expect(kid).toMatch(/^[\w-]{22}$/);
    expect(kid).not.toBe(keyEncryption(NEW).presentKid);
    const key = Buffer.from(deriveKey(OLD ?? '', 'key encryption')).toString('base64url');
    expect(key).not.toContain(kid);
  });

  it('knows what it would seal otherwise now', async () => {
    const present = keyEncryption(NEW, OLD);
    expect(present.isSealedByPresent(await present.seal('secret'))).toBe(true);
    expect(present.isSealedByPresent(await keyEncryption(OLD).seal('secret'))).toBe(false);
    expect(present.isSealedByPresent(await sealedWithoutKid('secret', NEW))).toBe(false);
  });

  it('opens nothing that was changed, or that it did not seal', async () => {
    const sealed = await keyEncryption(NEW).seal('secret');
    await expect(keyEncryption(NEW).open(`${sealed.slice(0, -2)}AA`)).rejects.toThrow();
    await expect(keyEncryption(NEW).open('no JWE')).rejects.toThrow();
  });
});
