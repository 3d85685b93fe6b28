import { decodeJwt } from 'jose';
import { eventsOf, logIn, PEOPLE_WORLD, refresh } from '../harness/people';
import type { Answer } from '../harness/http';
import { type Service, startService } from '../harness/service';

const roller = { client: 'roller' } as const;
const tokenOf = ({ json }: Answer) => String(json.refresh_token);
const loginOf = ({ json }: Answer) => String(decodeJwt(String(json.access_token)).sid);

describe("a refresh token whose client's rotate no more", () => {
  let service: Service;

  beforeEach(async () => {
    service = await startService({ world: PEOPLE_WORLD });
  });
  afterEach(() => service?.stop());

  const policy = (name: 'static' | 'rotate') =>
    service.database.query("UPDATE clients SET refresh_token_policy = $1 WHERE id = 'roller'", [name]);

  it('has its successor if it was redeemed just before, which then stays', async () => {
    const login = await logIn(service, {}, roller);
    const successor = tokenOf(await refresh(service, tokenOf(login), {}, roller));
    await policy('static');
    const repeats = await Promise.all(Array.from({ length: 5 }, () => refresh(service, tokenOf(login), {}, roller)));
    expect(repeats.map(tokenOf)).toEqual(Array(5).fill(successor));
    for (let turn = 0; turn < 2; turn++) expect(tokenOf(await refresh(service, successor, {}, roller))).toBe(successor);
  });

  it('ends the login, once, if it was redeemed long ago: it may be stolen', async () => {
    const login = await logIn(service, {}, roller);
    const successor = tokenOf(await refresh(service, tokenOf(login), {}, roller));
    await policy('static');
    await service.database.query(
      "UPDATE refresh_tokens SET consumed_at = consumed_at - interval '1 minute' WHERE family_id = $1",
      [loginOf(login)],
    );
    const replays = await Promise.all(Array.from({ length: 5 }, () => refresh(service, tokenOf(login), {}, roller)));
    expect(replays.map(({ status }) => status)).toEqual(Array(5).fill(400));
    expect((await refresh(service, successor, {}, roller)).status).toBe(400);
    const ends = 'SELECT 1 FROM audit_events WHERE family = $1 AND action = $2';
    expect(await service.database.query(ends, [loginOf(login), 'family.end'])).toHaveLength(1);
  });

  it('begins to rotate when it is redeemed after the change to that', async () => {
    await policy('static');
    const login = await logIn(service, {}, roller);
    expect(tokenOf(await refresh(service, tokenOf(login), {}, roller))).toBe(tokenOf(login));
    await policy('rotate');
    expect(tokenOf(await refresh(service, tokenOf(login), {}, roller))).not.toBe(tokenOf(login));
  });

  it('tells the audit trail whose it was, when it is refused', async () => {
    const login = await logIn(service, {}, roller);
    await refresh(service, tokenOf(login), {}, roller);
    await service.database.query(
      "UPDATE refresh_tokens SET consumed_at = consumed_at - interval '1 minute' WHERE family_id = $1",
      [loginOf(login)],
    );
    const whose = { subject: 'acme.example:u-ada', org_id: 'acme', family: loginOf(login), client_id: 'roller' };
    const about = { ...whose, dialect: 'oauth', grant_type: 'refresh_token' };
    const theft = await refresh(service, tokenOf(login), {}, roller);
    expect(await eventsOf(service.database, theft)).toMatchObject([
      { action: 'family.end', outcome: 'allowed', ...about },
      { action: 'token.issue', outcome: 'refused', ...about },
    ]);
    const later = await refresh(service, tokenOf(login), {}, roller);
    expect(await eventsOf(service.database, later)).toMatchObject([
      { action: 'token.issue', outcome: 'refused', ...about },
    ]);
  });
});
