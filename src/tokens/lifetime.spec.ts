import fc from 'fast-check';
import { lifetimeSeconds } from './lifetime';

const LARGEST_INT32 = 2_147_483_647;
const own = fc.integer({ min: 1, max: LARGEST_INT32 });

describe('lifetimeSeconds', () => {
  it.each([
    ['60', 60],
    ['1', 1],
    ['0060', 60],
    ['599', 599],
  ])('grants a lower one: %s', (asked, seconds) => expect(lifetimeSeconds(asked, 600)).toBe(seconds));

  it.each(['', '0', '000', '-1', '+60', '60.0', '6e1', '0x10', ' 60', '60 ', '60\n', '١٢', 'NaN', 'Infinity', 'null'])(
    'takes "%s" for not asked',
    (asked) => expect(lifetimeSeconds(asked, 600)).toBe(600),
  );

  it.each([undefined, '600', '601', '2147483648', '4294967356', '9999999999', '99999999999999999999'])(
    'gives the own one for %s',
    (asked) => expect(lifetimeSeconds(asked, 600)).toBe(600),
  );

  it('knows no number past int32, even where the own one is the largest', () => {
    expect(lifetimeSeconds('2147483646', LARGEST_INT32)).toBe(2_147_483_646);
    expect(lifetimeSeconds('2147483648', LARGEST_INT32)).toBe(LARGEST_INT32);
  });

  it('is never longer than the own one, and always a positive integer, whatever is asked', () => {
    const numberLike = fc.string({ unit: fc.constantFrom(...'0123456789-+.eExXNa ') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), numberLike, fc.maxSafeInteger().map(String)), own, (asked, seconds) => {
        const lifetime = lifetimeSeconds(asked, seconds);
        expect(lifetime).toBeLessThanOrEqual(seconds);
        expect(lifetime).toBeGreaterThanOrEqual(1);
        expect(Number.isInteger(lifetime)).toBe(true);
      }),
    );
  });

  it('is the lower of both when a valid one is asked', () => {
    fc.assert(
      fc.property(own, own, (asked, seconds) => {
        expect(lifetimeSeconds(String(asked), seconds)).toBe(Math.min(asked, seconds));
      }),
    );
  });
});
