import { expectCallerError } from '../harness/error-shape';
import { type Answer, basic, send } from '../harness/http';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs:
  - { id: acme, name: ACME }
clients:
  - { id: worker, org: acme, secret: worker-secret, grantTypes: [client_credentials] }
`;

const PATH = '/csp/gateway/am/api/auth/authorize';
const JSON_TYPE = 'application/json';

/** The members of an object that is all right without them. */
function withMembers(members: string): string {
  return `{"grant_type":"client_credentials",${members}}`;
}

function scopesOf(service: string): string {
  return `{"servicesScopes":[{"serviceDefinitionId":${service},"permissions":[{"permissionId":"x"}]}]}`;
}

function nested(open: string, close: string, depth: number): string {
  return open.repeat(depth) + close.repeat(depth);
}

describe('JSON at the older name of the token endpoint', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
  });
  afterAll(() => service?.stop());

  function sendJson(body: string | Uint8Array, contentType = JSON_TYPE): Promise<Answer> {
    const headers = { 'Content-Type': contentType, ...basic('worker', 'worker-secret') };
    return send(service.url + PATH, { method: 'POST', headers, body });
  }

  it.each([
    ['text', withMembers('"orgId":"acme"')],
    ['numbers, booleans and null', withMembers('"accessTokenValiditySeconds":60,"x":true,"orgId":null')],
    ['a structure where one is meant to be', withMembers('"servicesPermissionsScopesDto":{"servicesScopes":[]}')],
    ['characters beyond the first plane', withMembers('"x":"\\ud83d\\ude00"')],
    ['a byte order mark', Buffer.from(`\uFEFF${withMembers('"x":1')}`)],
    [
      'a shallow structure',
      withMembers(`"servicesPermissionsScopesDto":{"servicesScopes":[],"a":${nested('[', ']', 20)}}`),
    ],
  ])('is taken: %s', async (_, body) => {
    expect((await sendJson(body)).status).toBe(200);
  });

  it('honours its values', async () => {
    expect((await sendJson(withMembers('"accessTokenValiditySeconds":60'))).json.expires_in).toBe(60);
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['an array', '[{"grant_type":"client_credentials"}]'],
    ['text alone', '"grant_type=client_credentials"'],
    ['a form', 'grant_type=client_credentials'],
    ['a lone surrogate', withMembers('"x":"\\ud800"')],
    ['a lone surrogate in a name', withMembers('"\\udfff":"x"')],
    ['a lone surrogate in the client id', withMembers('"client_id":"\\ud800"')],
    ['an encoded lone surrogate', Buffer.from(withMembers('"x":"\xED\xA0\x80"'), 'latin1')],
    ['bytes that are no UTF-8', Buffer.from(withMembers('"x":"\xFF"'), 'latin1')],
    ['NUL', withMembers('"x":"a\\u0000b"')],
    ['NUL in a name', withMembers('"org\\u0000Id":"acme"')],
    ['NUL in the structure', withMembers(`"servicesPermissionsScopesDto":${scopesOf('"t\\u0000"')}`)],
    ['a lone surrogate in the structure', withMembers(`"servicesPermissionsScopesDto":${scopesOf('"\\ud800"')}`)],
    ['NUL in JSON text', withMembers(`"allowed_resource_scope":${JSON.stringify(scopesOf('"t\\u0000"'))}`)],
    ['__proto__', withMembers('"__proto__":"x"')],
    ['__proto__ with an object', withMembers('"__proto__":{"admin":true}')],
    ['constructor', withMembers('"constructor":"x"')],
    ['an object for a text', withMembers('"x":{"a":"b"}')],
    ['an array for a text', withMembers('"x":["a"]')],
    ['an array for the structure', withMembers('"servicesPermissionsScopesDto":[]')],
    ['a grant_type that is an array', '{"grant_type":["client_credentials"]}'],
    ['a repeated member', '{"grant_type":"password","grant_type":"client_credentials"}'],
    ['a repeated member, once escaped', withMembers('"x":1,"\\u0078":1')],
    ['10,000 members', `{${Array.from({ length: 10_000 }, (_, index) => `"${index}":1`).join(',')}}`],
    ['65 members', withMembers(Array.from({ length: 64 }, (_, index) => `"x${index}":1`).join(','))],
    ['1 MiB', withMembers(`"x":"${'a'.repeat(1_048_576)}"`)],
    ['deep arrays', nested('[', ']', 30_000)],
    ['deep objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a deep array for a text', withMembers(`"x":${nested('[', ']', 30_000)}`)],
    ['a deep structure', withMembers(`"servicesPermissionsScopesDto":{"a":${nested('[', ']', 30_000)}}`)],
    [
      'a deep structure of objects',
      withMembers(`"servicesPermissionsScopesDto":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    ],
  ])('is refused: %s', async (_, body) => {
    const answer = await sendJson(body);
    expectCallerError(answer, 'csp');
    expect([400, 413]).toContain(answer.status);
  });

  it.each([
    ['another charset', `${JSON_TYPE}; charset=latin1`],
    ['a type that only ends in +json', 'application/x+json'],
    ['text/json', 'text/json'],
  ])('is refused: %s', async (_, contentType) => {
    const answer = await sendJson(withMembers('"x":1'), contentType);
    expectCallerError(answer, 'csp');
    expect(answer.status).toBe(415);
  });

  it('pollutes no prototype', async () => {
    await sendJson(withMembers('"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}'));
    expect('polluted' in {}).toBe(false);
  });
});
