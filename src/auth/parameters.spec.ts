import fc from 'fast-check';
import { GatehouseError } from '../errors/gatehouse-error';
import { jsonParameters, urlencodedParameters } from './parameters';

/** The code that it refuses with; fails the test when it does not. */
function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof GatehouseError) return error.code;
    throw error;
  }
  throw new Error('It was taken.');
}

const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());

describe('urlencodedParameters', () => {
  it('keeps order and repeats', () => {
    expect(urlencodedParameters('b=1&a=2&b=3')).toEqual([
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ]);
  });

  it.each([
    ['', []],
    ['&&', []],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=a', [['', 'a']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['a=%2B%26%3D%25', [['a', '+&=%']]],
    ['a=%C3%A9%F0%9F%98%80', [['a', 'é😀']]],
    ['%5F%5Fproto%5F%5F=x', [['__proto__', 'x']]],
  ])('reads %s', (text, parameters) => expect(urlencodedParameters(text)).toEqual(parameters));

  it.each(['a=%', 'a=%4', 'a=%ZZ', 'a=%FF', 'a=%ED%A0%80', 'a=%C0%AF', 'a=%F5%80%80%80', '%FF=a', 'a=1&b=%E9'])(
    'refuses %s',
    (text) => expect(refusalOf(() => urlencodedParameters(text))).toBe('invalid_request'),
  );

  it('reads back whatever URLSearchParams writes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed, wellFormed)), (pairs) => {
        const written = new URLSearchParams(pairs).toString();
        expect(urlencodedParameters(written)).toEqual(pairs);
      }),
    );
  });

  it('reads any text or refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '=', '&', '%', '+', '4', 'F', '\0', 'é') }), (text) => {
        try {
          for (const [name, value] of urlencodedParameters(text)) expect((name + value).isWellFormed()).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' });
        }
      }),
    );
  });
});

describe('jsonParameters', () => {
  it('takes numbers and booleans as their text, and null as empty', () => {
    expect(jsonParameters('{"a":"b","c":60,"d":true,"e":null,"f":""}')).toEqual([
      ['a', 'b'],
      ['c', '60'],
      ['d', 'true'],
      ['e', ''],
      ['f', ''],
    ]);
  });

  it('refuses a name that is repeated, and no other', () => {
    const name = fc.constantFrom('a', 'b', '\\u0061', ':', '\\"', '\\\\', '{', '}', '__proto__', '');
    const value = fc.constantFrom('1', '""', '":"', '"{"', '"\\":\\\\"', 'null');
    const gap = fc.constantFrom('', ' ', '\n\t');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 5 }), gap, (members, space) => {
        const text = `{${members.map(([key, one]) => `${space}"${key}"${space}:${space}${one}`).join(`${space},`)}}`;
        const names = members.map(([key]) => JSON.parse(`"${key}"`) as string);
        if (new Set(names).size < names.length) {
          expect(refusalOf(() => jsonParameters(text))).toBe('invalid_request');
        } else {
          expect(jsonParameters(text).map(([key]) => key)).toEqual(names);
        }
      }),
    );
  });

  it('looks at no name within the one structure', () => {
    const text = '{"servicesPermissionsScopesDto":{"a":[{"b":{},"c":":{"}],"servicesPermissionsScopesDto":{}},"b":1}';
    expect(jsonParameters(text)).toHaveLength(2);
  });

  it('takes the one structure as its JSON', () => {
    expect(jsonParameters('{"servicesPermissionsScopesDto": { "a": [1] }}')).toEqual([
      ['servicesPermissionsScopesDto', '{"a":[1]}'],
    ]);
  });

  it('sees a member named __proto__ instead of obeying it', () => {
    expect(jsonParameters('{"__proto__":"x"}')).toEqual([['__proto__', 'x']]);
  });

  it.each([
    '',
    '{',
    'null',
    '1',
    '"a"',
    '[]',
    '{"a":{}}',
    '{"a":[]}',
    '{"servicesPermissionsScopesDto":[]}',
    '{"a":"\\ud800"}',
    '{"a":"\\udc00\\ud800"}',
  ])('refuses %s', (text) => expect(refusalOf(() => jsonParameters(text))).toBe('invalid_request'));

  it('repeats nothing of what it refuses', () => {
    expect(() => jsonParameters('{"password":"hunter2"')).toThrow(/^(?!.*hunter2)/s);
  });
});
