import { latestEndOf, newLoginId } from './login-id';

describe('newLoginId', () => {
  it('tells until when the login is kept, to the millisecond', () => {
    const end = new Date('2031-02-03T04:05:06.789Z');
    expect(latestEndOf(newLoginId(end))).toEqual(end);
  });

  it('sorts by that time, as text and so as bytes', () => {
    const ids = [1, 60_000, 86_400_000].map((later) => newLoginId(new Date(1_800_000_000_000 + later)));
    expect([...ids].sort()).toEqual(ids);
  });

  it('is another one each time', () => {
    const end = new Date();
    expect(new Set(Array.from({ length: 1_000 }, () => newLoginId(end))).size).toBe(1_000);
  });

  it('takes a time that no clock will see', () => {
    expect(latestEndOf(newLoginId(new Date(8_640_000_000_000_000)))).toEqual(expect.any(Date));
  });
});

describe('latestEndOf', () => {
  it.each(['b1c9f5a0-6f0e-4d6a-9d0c-2f3a4b5c6d7e', '', 'x', '019a8e1c-7a00-7000-8000-000000000000'])(
    'knows nothing of %p',
    (id) => expect(latestEndOf(id)).toBeUndefined(),
  );
});
