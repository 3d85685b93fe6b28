import { DIALECTS } from '../harness/dialects';
import { logIn, PEOPLE_WORLD, reasonOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const LIMIT = 5;
const WRONG = { username: 'ada', password: 'wrong' };
const UNKNOWN = { username: 'nobody', password: 'wrong' };
/** With the domain in the name. */
const NAMED = ['ada', 'nobody'].map((name) => ({ domain: '', username: `acme.example\\${name}`, password: 'wrong' }));
const DISABLED = { username: 'eve', password: 'eve-password' };

// It measures time, on machines that others use as well.
jest.retryTimes(2);

describe('a login that fails', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: PEOPLE_WORLD });
  });
  afterAll(() => service?.stop());

  it.each(DIALECTS)('is the same whatever was wrong, in $dialect', async ({ dialect }) => {
    const requestId = `same-${dialect}`;
    const answers = [];
    for (const form of [
      WRONG,
      UNKNOWN,
      DISABLED,
      { ...DISABLED, password: 'wrong' },
      { domain: 'no.example' },
      ...NAMED,
    ]) {
      answers.push(await logIn(service, form, { dialect, requestId }));
    }
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(400));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const headers = answers.map((answer) => [...answer.headers].filter(([name]) => name !== 'date'));
    expect(new Set(headers.map((list) => JSON.stringify(list))).size).toBe(1);
  });

  it('says why in the audit trail only', async () => {
    const reasons = [];
    for (const form of [WRONG, UNKNOWN, DISABLED])
      reasons.push(await reasonOf(service.database, await logIn(service, form)));
    expect(reasons).toEqual(['the password is wrong', 'there is no such user', 'the user is disabled']);
  });

  it('takes the same time whatever was wrong', async () => {
    const kinds = [WRONG, UNKNOWN, DISABLED, ...NAMED].map((form) => ({ form, times: [] as number[] }));
    for (let round = 0; round < 60; round++) {
      for (const { form, times } of kinds) {
        const began = performance.now();
        expect((await logIn(service, form)).status).toBe(400);
        times.push(performance.now() - began);
      }
    }
    const medians = kinds.map(({ times }) => median(times));
    expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(1.5);
  });
});

describe('an account after too many wrong passwords', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: PEOPLE_WORLD, env: { FAILED_PASSWORD_LIMIT: String(LIMIT) } });
  });
  afterAll(() => service?.stop());

  const fail = (form: Record<string, string>, times: number) =>
    Promise.all(Array.from({ length: times }, () => logIn(service, { ...form, password: 'wrong' })));

  /** Milliseconds of the quickest of some logins of each, in turn: noise only ever adds. */
  async function quickest(...forms: Record<string, string>[]): Promise<number[]> {
    const times = forms.map(() => Infinity);
    for (let turn = 0; turn < 10; turn++) {
      for (const [index, form] of forms.entries()) {
        const began = performance.now();
        await logIn(service, form);
        times[index] = Math.min(times[index] ?? Infinity, performance.now() - began);
      }
    }
    return times;
  }

  it('is locked: the right password gets the very answer of a wrong one, in the same time', async () => {
    const carl = { username: 'carl', password: 'carl-password' };
    await fail(carl, LIMIT - 1);
    expect((await logIn(service, carl)).status).toBe(200);
    await fail(carl, 1);
    const requestId = 'locked';
    const locked = await logIn(service, carl, { requestId });
    expect(await reasonOf(service.database, requestId)).toBe(
      'the account is locked for a while after too many wrong passwords',
    );
    const unknown = await logIn(service, UNKNOWN, { requestId });
    expect(locked.status).toBe(400);
    expect(locked.text).toBe(unknown.text);
    // A lock that is found before the hash would take a tenth.
    const [ofLocked = 0, ofUnknown = 0] = await quickest(carl, UNKNOWN);
    expect(ofLocked).toBeGreaterThan(ofUnknown / 3);
  });

  it('is locked in every dialect', async () => {
    const dora = { username: 'dora', password: 'dora-password' };
    await fail(dora, LIMIT);
    for (const { dialect } of DIALECTS) expect((await logIn(service, dora, { dialect })).status).toBe(400);
  });

  it('is locked however its name is written', async () => {
    await fail({ username: 'Finn', domain: 'beta.example' }, LIMIT);
    for (const username of ['finn', 'FINN', 'ﬁnn']) {
      const form = { username, domain: 'beta.example', password: 'finn-password' };
      expect((await logIn(service, form)).status).toBe(400);
    }
  });

  it('is locked with and without its domain', async () => {
    const bob = { username: 'bob', password: 'bob-password' };
    await fail({ ...bob, domain: 'beta.example' }, LIMIT);
    const answer = await logIn(service, { ...bob, domain: '' });
    expect(answer.json).toMatchObject({ error: 'invalid_grant' });
  });

  it('leaves others alone', async () => {
    await fail({ username: 'carl' }, LIMIT);
    expect((await logIn(service)).status).toBe(200);
  });

  it('is locked for guesses that come at once, too', async () => {
    const guess = (password: string) => logIn(service, { username: 'gwen', password });
    const wrong = Array.from({ length: 12 }, () => guess('wrong'));
    const right = guess('gwen-password');
    const reasons = await Promise.all((await Promise.all(wrong)).map((answer) => reasonOf(service.database, answer)));
    expect(reasons.filter((reason) => reason === 'the password is wrong')).toHaveLength(LIMIT);
    expect((await right).status).toBe(400);
  });
});

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
