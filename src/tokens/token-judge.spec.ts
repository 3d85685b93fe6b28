import { setImmediate as turn } from 'node:timers/promises';
import type { PresentedToken } from '@gatehouse/grant-sdk';
import type { DataSource } from 'typeorm';
import { TokenJudge } from './token-judge';

const at = new Date('2026-11-22T10:00:00Z');

function aToken(differences: Partial<PresentedToken> = {}): PresentedToken {
  const times = { issuedAt: at, expiresAt: at, authTime: at };
  return {
    ...{ jti: 'good', clientId: 'shop', orgId: 'acme', subject: { kind: 'user', id: 'ada' }, scopes: [], ...times },
    ...differences,
  };
}

interface Asked {
  readonly place: number;
  readonly jti: string;
  readonly client: string | null;
  readonly person: string | null;
}

/** Statements that end when the test says so. What is asked about `bad…` has a fault. */
class Statements {
  readonly begun: { asked: Asked[]; end: () => void; fail: (error: Error) => void }[] = [];

  readonly judge = new TokenJudge({
    query: (_sql: string, [rows]: [string]) => this.query(rows),
  } as unknown as DataSource);

  private query(rows: string): Promise<object[]> {
    const asked = JSON.parse(rows) as Asked[];
    return new Promise((resolve, reject) => {
      const answer = asked.map(({ place, jti }) => ({ place, fault: jti.startsWith('bad') ? `${jti} is bad` : null }));
      this.begun.push({ asked, end: () => resolve(answer.reverse()), fail: reject });
    });
  }

  get sizes(): number[] {
    return this.begun.map(({ asked }) => asked.length);
  }
}

describe('the judge of tokens', () => {
  let statements: Statements;
  beforeEach(() => (statements = new Statements()));

  const ask = (jti: string) => statements.judge.faultOf(aToken({ jti }));
  const endAll = async () => {
    for (let next = 0; next < statements.begun.length; next++) {
      statements.begun[next]?.end();
      await turn();
    }
  };

  it('asks at once while nothing is under way', async () => {
    const fault = ask('good');
    expect(statements.sizes).toEqual([1]);
    await endAll();
    expect(await fault).toBeUndefined();
  });

  it('has tokens that come meanwhile share the next statement, each with its own answer', async () => {
    const faults = ['good-1', 'bad-2', 'good-3', 'bad-4', 'good-5'].map(ask);
    expect(statements.sizes).toEqual([1, 1]);
    await endAll();
    expect(statements.sizes).toEqual([1, 1, 3]);
    expect(await Promise.all(faults)).toEqual([undefined, 'bad-2 is bad', undefined, 'bad-4 is bad', undefined]);
  });

  it('never has a token join a statement that has begun', async () => {
    void ask('first');
    void ask('second');
    const late = ask('late');
    expect(statements.begun.flatMap(({ asked }) => asked.map(({ jti }) => jti))).toEqual(['first', 'second']);
    await endAll();
    expect(await late).toBeUndefined();
  });

  it('asks about 500 tokens at most in one statement', async () => {
    const faults = Array.from({ length: 1_203 }, (_, index) => ask(`good-${index}`));
    await endAll();
    await Promise.all(faults);
    expect(statements.sizes).toEqual([1, 1, 500, 500, 201]);
  });

  it('fails a group whose statement fails, and goes on', async () => {
    const faults = ['one', 'two', 'three', 'four'].map((jti) => ask(jti).catch((error: Error) => error.message));
    statements.begun[0]?.fail(new Error('no such column'));
    await turn();
    statements.begun[1]?.end();
    await turn();
    statements.begun[2]?.fail(new Error('no such column again'));
    const again = 'no such column again';
    expect(await Promise.all(faults)).toEqual(['no such column', undefined, again, again]);
    const later = ask('later');
    await endAll();
    expect(await later).toBeUndefined();
  });

  it('leaves those alone that wait when the database is away for one connection', async () => {
    const faults = ['one', 'two', 'three'].map((jti) => ask(jti).catch((error: Error) => error.message));
    statements.begun[0]?.fail(new Error('Connection terminated unexpectedly'));
    await endAll();
    expect(await Promise.all(faults)).toEqual(['Connection terminated unexpectedly', undefined, undefined]);
  });

  it('fails those that wait, too, when the database took long to be away: none waits for two timeouts', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const faults = ['one', 'two', 'three', 'four'].map((jti) => ask(jti).catch((error: Error) => error.message));
    clock.mockReturnValue(3_000);
    statements.begun[0]?.fail(new Error('Query read timeout'));
    await turn();
    expect(statements.sizes).toEqual([1, 1]);
    const later = ask('later');
    expect(statements.sizes).toEqual([1, 1, 1]);
    await endAll();
    clock.mockRestore();
    const away = 'Query read timeout';
    expect(await Promise.all([...faults, later])).toEqual([away, undefined, away, away, undefined]);
  });

  it('takes none for good of which nothing is said', async () => {
    const judge = new TokenJudge({ query: () => Promise.resolve([]) } as unknown as DataSource);
    await expect(judge.faultOf(aToken())).rejects.toThrow('not judged');
  });

  it.each<[string, Partial<PresentedToken>]>([
    ['a login that is no UUID', { session: 'none' }],
    ['NUL', { jti: 'a\0b' }],
    ['half a surrogate pair', { orgId: '\ud800' }],
    ['a time that is none', { expiresAt: new Date(Number.NaN) }],
    ['a year that PostgreSQL spells otherwise', { issuedAt: new Date(8e15) }],
  ])('refuses a token with %s without asking', async (_what, differences) => {
    expect(await statements.judge.faultOf(aToken(differences))).toEqual(expect.any(String));
    expect(statements.sizes).toEqual([]);
  });

  it('looks for no client of API tokens, and for no user of a client', () => {
    void statements.judge.faultOf(aToken({ clientId: 'csp:api-token' }));
    void statements.judge.faultOf(aToken({ subject: { kind: 'client', id: 'shop' } }));
    expect(statements.begun.map(({ asked }) => asked)).toMatchObject([
      [{ client: null, person: 'ada' }],
      [{ client: 'shop', person: null }],
    ]);
  });
});
