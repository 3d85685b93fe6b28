import { randomBytes, randomUUID } from 'node:crypto';
import { newLoginId } from '@gatehouse/grant-sdk';
import { loginIdOf, refreshTokenOf } from './refresh-token';

describe('a refresh token', () => {
  it('names its login', () => {
    const id = newLoginId(new Date());
    const token = refreshTokenOf(id, randomBytes(32));
    expect(token).toMatch(/^[A-Za-z0-9_-]{64}$/);
    expect(loginIdOf(token)).toBe(id);
  });

  it.each([
    ['one of an older version', randomBytes(32).toString('base64url')],
    ['64 characters at random whose version is another', refreshTokenOf(randomUUID(), randomBytes(32))],
    ['other characters', '='.repeat(64)],
    ['nothing', ''],
  ])('names none if it is %s', (_what, token) => expect(loginIdOf(token)).toBeUndefined());
});
