import { revalidate } from './revalidate';

const ANSWER = { status: 200, headers: { 'Cache-Control': 'no-cache' }, body: 'the body' };

describe('revalidate', () => {
  it.each([
    ['"a"', '"a"'],
    ['"a"', 'W/"a"'],
    ['"a"', '"b" , W/"a",'],
    ['"a"', '"b""a"'],
    ['"a,b"', '"c", "a,b"'],
    ['"*"', '"*"'],
    ['"a"', ' * '],
  ])('finds %s in %s', (etag, held) => {
    expect(revalidate(ANSWER, etag, held)).toEqual({
      status: 304,
      headers: { ...ANSWER.headers, ETag: etag },
      body: '',
    });
  });

  it.each([
    ['"a"', undefined],
    ['"a"', ''],
    ['"a"', 'a'],
    ['"a"', '"b, *, c"'],
    ['"a"', '"b", *'],
    ['"a"', '"b,"a",c"'],
    ['"*"', '"b"'],
  ])('does not find %s in %s', (etag, held) => {
    expect(revalidate(ANSWER, etag, held)).toEqual({ ...ANSWER, headers: { ...ANSWER.headers, ETag: etag } });
  });
});
