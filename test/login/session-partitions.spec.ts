import pg from 'pg';
import { sessionOf } from '../harness/browser-sessions';
import { authorizeUrl, LOGIN_WORLD, logInAt, newPkce, redeem } from '../harness/login-world';
import { untilSomebodyWaits } from '../harness/lock-waits';
import { type Service, startService } from '../harness/service';
import { Visitor } from '../harness/visitor';

describe('a session that moves to another partition', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
  });
  afterAll(() => service?.stop());

  it('has a login that begins meanwhile try again, with the same code', async () => {
    const visitor = new Visitor(service.url);
    const pkce = newPkce();
    const { leftTo } = await logInAt(visitor, authorizeUrl({}, pkce));
    const exchange = () =>
      redeem(service, leftTo?.searchParams.get('code') ?? '', { parameters: { code_verifier: pkce.verifier } });
    const { id } = (await sessionOf(service, visitor)) ?? {};
    const mover = new pg.Client(service.database.url);
    await mover.connect();
    await mover.query('BEGIN');
    await mover.query(`UPDATE browser_sessions SET expires_at = expires_at + interval '1 day' WHERE id = $1`, [id]);
    const early = exchange();
    await untilSomebodyWaits(service.database);
    await mover.query('COMMIT');
    await mover.end();
    expect(await early).toMatchObject({ status: 503, json: { error: 'temporarily_unavailable' } });
    expect((await early).headers.get('retry-after')).toBe('2');
    expect(await exchange()).toMatchObject({ status: 200 });
  });
});
