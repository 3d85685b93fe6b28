import fc from 'fast-check';
import { capGroups } from './group-list';

const group = (name: string) => ({ id: `id-${name}`, name });
const THREE = ['a', 'b', 'c'].map(group);

describe('capGroups', () => {
  it('lists all without a cap', () => {
    expect(capGroups(THREE, null, undefined)).toEqual({ listed: THREE, total: 3 });
  });

  it.each([
    ['of the client', 2, undefined, 2],
    ['of the request', null, '1', 1],
    ['of the request, if lower', 2, '1', 1],
    ['of the client, if the request asks for more', 2, '3', 2],
    ['that is none at all', 0, undefined, 0],
    ['of the request that is none at all', 2, '0', 0],
    ['above what there is', 7, '5', 3],
  ] as const)('keeps to a cap %s', (_, client, asked, listed) => {
    expect(capGroups(THREE, client, asked)).toEqual({ listed: THREE.slice(0, listed), total: 3 });
  });

  it.each(['', '-1', '1.5', '1e0', 'NaN', ' 1', '1 ', '+1', '0x1', '٢', '9999999999'])('takes %j for no cap', (asked) =>
    expect(capGroups(THREE, 2, asked).listed).toHaveLength(2),
  );

  const cap = fc.option(fc.nat({ max: 12 }), { nil: null });
  const asked = fc.option(fc.oneof(fc.nat({ max: 12 }).map(String), fc.integer().map(String), fc.string()), {
    nil: undefined,
  });

  it('lists the first ones, never more than either cap, and always tells how many there are', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 10 }), cap, asked, (names, clientCap, text) => {
        const groups = names.map(group);
        const { listed, total } = capGroups(groups, clientCap, text);
        expect(total).toBe(groups.length);
        expect(listed).toEqual(groups.slice(0, listed.length));
        expect(listed.length).toBeLessThanOrEqual(clientCap ?? Infinity);
        if (text !== undefined && /^\d{1,9}$/.test(text)) expect(listed.length).toBeLessThanOrEqual(Number(text));
        else expect(listed).toHaveLength(Math.min(groups.length, clientCap ?? Infinity));
      }),
    );
  });
});
