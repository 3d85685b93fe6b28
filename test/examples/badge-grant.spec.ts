import fs from 'node:fs';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { BadgeModule } from '../../examples/badge-grant/badge.module';
import { DIALECTS } from '../harness/dialects';
import { basic, get, post } from '../harness/http';
import { type Service, startService } from '../harness/service';

const ROOT = path.join(__dirname, '../..');
const EXAMPLE = 'examples/badge-grant';
const GRANT = 'urn:acme:params:oauth:grant-type:badge';

function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), 'utf8');
}

describe('the badge grant of docs/custom-grants.md', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ extensions: [BadgeModule], world: read(`${EXAMPLE}/world.yaml`) });
  });
  afterAll(() => service?.stop());

  function ask(tokenPath: string, form: Record<string, string>, requestId = 'badge') {
    return post(service.url + tokenPath, {
      form: { grant_type: GRANT, ...form },
      headers: { ...basic('door-reader', 'only-for-trying-out'), 'X-Request-Id': requestId },
    });
  }

  it('is shown file by file in the guide', () => {
    const blocks = [...read('docs/custom-grants.md').matchAll(/^```(?:ts|yaml)\n(.*?)^```$/gms)].map(
      ([, code]) => code,
    );
    const files = fs.readdirSync(path.join(ROOT, EXAMPLE)).map((name) => read(`${EXAMPLE}/${name}`));
    expect([...blocks].sort()).toEqual(files.sort());
  });

  it.each([
    '/.well-known/openid-configuration',
    '/csp/gateway/am/api/.well-known/openid-configuration',
    '/SAAS/auth/.well-known/openid-configuration',
  ])('is announced at %s', async (discovery) => {
    expect((await get(service.url + discovery)).json.grant_types_supported).toContain(GRANT);
  });

  describe.each(DIALECTS)('$dialect', ({ dialect, path: tokenPath }) => {
    it('gives a token for a badge, with what badge and reader both may', async () => {
      const answer = await ask(tokenPath, { badge: '11111111' });
      expect(answer).toMatchObject({ status: 200, json: { expires_in: 600, scope: 'doors:list doors:open' } });
      const claims = decodeJwt(String(answer.json.access_token));
      const orgClaim = { csp: claims.context, 'identity-manager': claims.prn, oauth: claims.org_id }[dialect];
      expect(orgClaim).toBe(dialect === 'identity-manager' ? 'door-reader@ACME' : 'acme');
    });

    it('narrows to the scope asked for', async () => {
      expect((await ask(tokenPath, { badge: '11111111', scope: 'doors:open' })).json.scope).toBe('doors:open');
    });

    it.each([
      ['an unknown badge', '00000000', 'there is no such badge'],
      ['a lost badge', '22222222', 'badge-2 was reported lost on 2025-03-01'],
    ])('refuses %s in the same words, and records why', async (_what, badge, reason) => {
      const requestId = `${dialect}-${badge}`;
      const { status, json } = await ask(tokenPath, { badge }, requestId);
      expect({ status, json }).toEqual(refusal(dialect, requestId, 'invalid_grant', 'The badge is not valid.'));
      const events = await service.database.query('SELECT * FROM audit_events WHERE request_id = $1', [requestId]);
      expect(events).toMatchObject([{ outcome: 'refused', error: 'invalid_grant', reason, grant_type: GRANT }]);
    });

    it("refuses another org's badge without asking the grant to look", async () => {
      const { status, json } = await ask(tokenPath, { badge: '44444444' });
      expect(status).toBe(dialect === 'csp' ? 404 : 400);
      expect(json).toMatchObject(dialect === 'csp' ? { errorCode: 'org_not_found' } : { error: 'invalid_request' });
    });

    it('refuses an expired badge', async () => {
      const { status, json } = await ask(tokenPath, { badge: '33333333' });
      expect({ status, json }).toEqual(refusal(dialect, 'badge', 'invalid_grant', 'What was presented has expired.'));
    });

    it.each<Record<string, string>>([{}, { badge: '' }, { badge: 'x' }, { badge: '111111111' }])(
      'refuses the parameters %j',
      async (form) => {
        const { status, json } = await ask(tokenPath, form);
        expect({ status, json }).toEqual(refusal(dialect, 'badge', 'invalid_request', 'badge must be eight digits.'));
      },
    );
  });
});

function refusal(dialect: (typeof DIALECTS)[number]['dialect'], requestId: string, code: string, message: string) {
  if (dialect !== 'csp') return { status: 400, json: { error: code, error_description: message } };
  const cspErrorCode = code === 'invalid_grant' ? '540.120' : '540.100';
  const json = {
    cspErrorCode,
    errorCode: code,
    message: `${code}: ${message}`,
    requestId,
    moduleCode: 540,
    statusCode: 400,
  };
  return { status: 400, json };
}
