import fc from 'fast-check';
import { issuedAtOf, newTokenId } from './token-id';

describe('newTokenId', () => {
  it('is a UUID of version 7 that tells its moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (now) => {
        const id = newTokenId(now);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(issuedAtOf(id, 0).getTime()).toBe(now);
      }),
    );
  });

  it('is never the same', () => expect(new Set(Array.from({ length: 1_000 }, () => newTokenId(1))).size).toBe(1_000));
});

describe('issuedAtOf', () => {
  it.each(['57c0c5c5-4f5e-4a55-9f0a-0b7f2d1d2e3f', 'anything', ''])('falls back on iat for the id %p', (jti) =>
    expect(issuedAtOf(jti, 1_795_000_000)).toEqual(new Date(1_795_000_000_000)),
  );
});
