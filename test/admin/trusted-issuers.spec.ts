import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { type AssertionKeys, assertionKeys } from '../harness/assertions';
import { type Answer, get } from '../harness/http';
import { answerJson, type KeyServer, startKeyServer } from '../harness/key-server';
import { ask, eventsOf, JWT_BEARER, reasonOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const ISSUERS = '/admin/trusted-issuers';
const PARTNER = 'https://idp.partner.test/realms/acme?x=ö';
const KEYS_URI = 'https://keys.partner.test/jwks';

const pathOf = (issuer: string) => `${ISSUERS}/${Buffer.from(issuer).toString('base64url')}`;

describe('trusted issuers', () => {
  let service: Service;
  let operator: ApiUser;
  let auditor: ApiUser;
  let keys: AssertionKeys;
  let server: KeyServer;

  beforeAll(async () => {
    keys = await assertionKeys();
    server = await startKeyServer({ '/jwks': answerJson({ keys: [keys.publicJwk] }) });
    service = await startService({ world: ADMIN_WORLD.replace('grantTypes: [', `grantTypes: ["${JWT_BEARER}", `) });
    operator = new ApiUser(service, 'operator');
    auditor = new ApiUser(service, 'auditor');
  });
  afterAll(async () => {
    await service?.stop();
    await server?.stop();
  });

  const assert = async (iss: string) =>
    ask(
      service.url,
      { grant_type: JWT_BEARER, assertion: await keys.sign({ iss, sub: 'u-member' }) },
      { client: 'console' },
    );
  const refused = (answer: Answer, message: RegExp) =>
    expect({ status: answer.status, message: answer.json.error_description }).toEqual({
      status: 400,
      message: expect.stringMatching(message) as string,
    });

  it('are believed from when they are made until they are deleted, each change with its event', async () => {
    expect((await assert(PARTNER)).status).toBe(400);
    const issuer = { issuer: PARTNER, org: 'acme', jwks: { keys: [keys.publicJwk] } };
    const created = await operator.post(ISSUERS, issuer);
    const shown = { ...issuer, jwksUri: null, allowPrivateAddress: false, subjectClaim: 'sub' };
    expect(created).toMatchObject({ status: 201, json: shown });
    const path = `${ISSUERS}/${String(created.json.id)}`;
    expect(path).toBe(pathOf(PARTNER));
    const read = await auditor.get(path);
    expect({ status: read.status, json: read.json }).toEqual({ status: 200, json: created.json });
    expect((await assert(PARTNER)).status).toBe(200);
    const changed = await operator.patch(path, { subjectClaim: 'mail' });
    expect(changed).toMatchObject({ status: 200, json: { ...shown, subjectClaim: 'mail' } });
    expect((await assert(PARTNER)).status).toBe(400);
    const elsewhere = await operator.patch(path, { jwks: null, jwksUri: KEYS_URI });
    expect(elsewhere).toMatchObject({ status: 200, json: { jwks: null, jwksUri: KEYS_URI } });
    const deleted = await operator.delete(path);
    expect(deleted.status).toBe(204);
    expect((await operator.get(path)).status).toBe(404);
    for (const [answer, verb] of [
      [created, 'create'],
      [changed, 'update'],
      [deleted, 'delete'],
    ] as const) {
      expect(await eventsOf(service.database, answer)).toMatchObject([
        { action: `trusted_issuer.${verb}`, org_id: 'acme', reason: PARTNER },
      ]);
    }
  });

  it('have their keys at a private address only when that is said', async () => {
    const { port } = new URL(server.url);
    const make = (issuer: string, host: string, rest: object = {}) =>
      operator.post(ISSUERS, { issuer, org: 'acme', jwksUri: `http://${host}:${port}/jwks`, ...rest });
    for (const host of ['127.0.0.1', '0x7f000001', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254']) {
      refused(await make('private', host), /jwksUri: is a private address/);
    }
    // Where a name leads is known when it is called, and not before.
    expect((await make('named', 'localhost')).status).toBe(201);
    const answer = await assert('named');
    expect(answer.status).toBe(400);
    expect(await reasonOf(service.database, answer)).toContain('private');
    expect(server.asked).toEqual([]);
    expect((await make('allowed', '127.0.0.1', { allowPrivateAddress: true })).status).toBe(201);
    expect((await assert('allowed')).status).toBe(200);
    refused(await operator.patch(pathOf('allowed'), { allowPrivateAddress: false }), /private address/);
  });

  it.each<[string, object, RegExp]>([
    ['no keys', {}, /needs jwks or jwksUri/],
    ['keys in two places', { jwks: { keys: [{ kty: 'EC' }] }, jwksUri: KEYS_URI }, /not both/],
    ['a private key', { jwks: { keys: [{ kty: 'EC', d: 'do-not-tell' }] } }, /jwks\.keys\.0: must be a public key/],
    ['a secret key', { jwks: { keys: [{ kty: 'oct', k: 'do-not-tell' }] } }, /must be a public key/],
    ['no key in its keys', { jwks: { keys: [] } }, /jwks\.keys/],
    ['a URL of another kind', { jwksUri: 'file:///etc/passwd' }, /jwksUri/],
    ['a URL with a password', { jwksUri: 'https://me:do-not-tell@keys.test/' }, /without credentials/],
    ['an org that is not there', { jwksUri: KEYS_URI, org: 'nowhere' }, /there is no org nowhere/],
    ['an unknown field', { jwksUri: KEYS_URI, colour: 'red' }, /colour/],
  ])('are not made with %s', async (_, fields, message) => {
    const answer = await operator.post(ISSUERS, { issuer: 'faulty', org: 'acme', ...fields });
    refused(answer, message);
    expect(answer.text).not.toContain('do-not-tell');
  });

  it('are not made twice, also by parallel requests', async () => {
    const issuer = { issuer: 'once', org: 'acme', jwksUri: KEYS_URI };
    const answers = await Promise.all(Array.from({ length: 4 }, () => operator.post(ISSUERS, issuer)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('are changed over the state that was read, or not at all', async () => {
    const headers = { 'If-Match': '"stale"' };
    expect((await operator.patch(pathOf('once'), { subjectClaim: 'x' }, headers)).status).toBe(412);
    expect((await operator.delete(pathOf('once'), headers)).status).toBe(412);
    const fresh = { 'If-Match': (await operator.get(pathOf('once'))).headers.get('etag') ?? '' };
    expect((await operator.patch(pathOf('once'), { org: 'beta' }, fresh)).status).toBe(200);
  });

  it.each(['b25jZQ==', 'b25j%5A', 'not*base64', Buffer.from('a\0b').toString('base64url'), '%2F', 'A'])(
    'are found by their own id, and not by %s',
    async (id) => expect((await operator.get(`${ISSUERS}/${id}`)).status).toBe(404),
  );

  it('are listed page by page', async () => {
    const first = await auditor.get(`${ISSUERS}?limit=2`);
    const second = await auditor.get(String(first.json.nextLink));
    const issuers = [first, second].flatMap(({ json }) => json.results as { issuer: string }[]);
    expect(issuers.map(({ issuer }) => issuer)).toEqual(['allowed', 'named', 'once']);
    expect((await auditor.get(`${ISSUERS}?filter=beta`)).json).toMatchObject({ totalResults: 1 });
  });

  it('are for the operators of the platform to change, and for its auditors to read', async () => {
    const owner = new ApiUser(service, 'owner');
    expect((await owner.get(ISSUERS)).status).toBe(403);
    for (const user of [owner, auditor]) {
      expect((await user.post(ISSUERS, { issuer: 'x', org: 'acme', jwksUri: KEYS_URI })).status).toBe(403);
      expect((await user.patch(pathOf('once'), { org: 'acme' })).status).toBe(403);
      expect((await user.delete(pathOf('once'))).status).toBe(403);
    }
    expect((await get(service.url + ISSUERS)).status).toBe(401);
  });
});
