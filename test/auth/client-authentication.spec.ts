import { DIALECTS } from '../harness/dialects';
import { errorName, expectErrorShape } from '../harness/error-shape';
import { type Answer, basic, post } from '../harness/http';
import { type Service, startService } from '../harness/service';

/** Each breaks a client or server that encodes once too often or too rarely. */
const ODD_SECRETS = ['a+b', 'a b', '100%', 'p%41q', 'p%2Bq', 'a:b:c', '/path/?&=x&', 'é€😀', '+ % : / é &', '=='];

const CLIENT = { org: 'acme', grantTypes: ['client_credentials'] };
const WORLD = JSON.stringify({
  orgs: [
    { id: 'acme', name: 'ACME' },
    { id: 'closed', name: 'Closed' },
  ],
  clients: [
    { ...CLIENT, id: 'worker', secret: 'worker-secret' },
    { ...CLIENT, id: 'disabled', secret: 'worker-secret' },
    { ...CLIENT, id: 'orphan', secret: 'worker-secret', org: 'closed' },
    { ...CLIENT, id: 'expired', secret: 'worker-secret' },
    { id: 'browser', org: 'acme', publicClient: true, grantTypes: ['authorization_code'] },
    ...ODD_SECRETS.map((secret, index) => ({ ...CLIENT, id: `odd-${index}`, secret })),
  ],
});

/** As Go's url.QueryEscape. */
function escape(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

describe('client authentication', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
    await service.database.query(`UPDATE clients SET disabled_at = now() WHERE id = 'disabled'`);
    await service.database.query(`UPDATE orgs SET disabled_at = now() WHERE id = 'closed'`);
    await service.database.query(
      `UPDATE client_secrets SET expires_at = now() - interval '1 second' WHERE client_id = 'expired'`,
    );
  });
  afterAll(() => service?.stop());

  describe.each(DIALECTS)('$dialect', ({ dialect, path }) => {
    function tryWith(headers: Record<string, string>, form: Record<string, string> = {}): Promise<Answer> {
      return post(service.url + path, {
        form: { grant_type: 'client_credentials', ...form },
        headers: { 'X-Request-Id': 'same', ...headers },
      });
    }

    function expectRefusal(answer: Answer, error: 'invalid_client' | 'invalid_request' | 'unauthorized_client'): void {
      const challenged = error === 'invalid_client' && dialect !== 'csp';
      expect(answer.status).toBe(challenged ? 401 : 400);
      expectErrorShape(answer, dialect);
      expect(errorName(answer, dialect)).toBe(error);
      expect(answer.headers.get('www-authenticate') ?? 'none').toMatch(challenged ? /^Basic realm=/ : /^none$/);
    }

    it.each(ODD_SECRETS.map((secret, index) => ({ id: `odd-${index}`, secret })))(
      'takes the secret "$secret" raw, escaped and in the body',
      async ({ id, secret }) => {
        const answers = await Promise.all([
          tryWith(basic(id, secret)),
          tryWith(basic(escape(id), escape(secret))),
          tryWith({}, { client_id: id, client_secret: secret }),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      },
    );

    it('does not decode a secret in the body twice', async () => {
      expectRefusal(await tryWith({}, { client_id: 'odd-0', client_secret: escape('a+b') }), 'invalid_client');
    });

    it.each(['basic', 'BASIC', 'Basic '])('knows the scheme as %s', async (scheme) => {
      const { Authorization: header = '' } = basic('worker', 'worker-secret');
      expect((await tryWith({ Authorization: header.replace('Basic', scheme) })).status).toBe(200);
    });

    it.each([
      ['no secret', {}],
      ['an empty secret', { client_secret: '' }],
    ])('takes a body that also names the client, with %s', async (_, rest) => {
      const answer = await tryWith(basic('worker', 'worker-secret'), { client_id: 'worker', ...rest });
      expect(answer.status).toBe(200);
    });

    it('refuses a body that names another client than the header', async () => {
      expectRefusal(await tryWith(basic('worker', 'worker-secret'), { client_id: 'odd-0' }), 'invalid_request');
    });

    it.each(['worker-secret', 'another'])('refuses a header with a body that has the secret %s', async (secret) => {
      const both = { client_id: 'worker', client_secret: secret };
      expectRefusal(await tryWith(basic('worker', 'worker-secret'), both), 'invalid_request');
    });

    it('refuses with the same bytes whatever is wrong with the client or its secret', async () => {
      const wrong = [
        ['worker', 'wrong'],
        ['worker', ''],
        ['worker', 'worker-secret '],
        ['worker', 'Worker-Secret'],
        ['nobody', 'worker-secret'],
        ['not an id!', 'worker-secret'],
        ['nul\0', 'worker-secret'],
        ['disabled', 'worker-secret'],
        ['orphan', 'worker-secret'],
        ['expired', 'worker-secret'],
        ['browser', 'worker-secret'],
      ] as const;
      const answers = await Promise.all([
        ...wrong.map(([id, secret]) => tryWith(basic(id, secret))),
        ...wrong
          .filter(([id]) => !id.includes('\0')) // refused as a malformed parameter before the client is looked at
          .map(([id, secret]) => tryWith({}, { client_id: id, client_secret: secret })),
      ]);
      answers.forEach((answer) => expectRefusal(answer, 'invalid_client'));
      const bytes = answers.map(({ status, headers, text }) => {
        const rest = [...headers].filter(([name]) => name !== 'date');
        return JSON.stringify([status, rest, text]);
      });
      expect(new Set(bytes).size).toBe(1);
    });

    it.each([
      ['no base64', 'Basic ***'],
      ['base64 with rubbish behind it', 'Basic d29ya2VyOndvcmtlci1zZWNyZXQ= x'],
      ['no colon', `Basic ${Buffer.from('worker').toString('base64')}`],
      ['no id', `Basic ${Buffer.from(':worker-secret').toString('base64')}`],
      ['nothing behind the scheme', 'Basic'],
      ['the scheme Bearer', 'Bearer d29ya2VyOndvcmtlci1zZWNyZXQ='],
      ['an empty header', ''],
    ])('refuses an Authorization header with %s, also when the body has good credentials', async (_, header) => {
      expectRefusal(await tryWith({ Authorization: header }), 'invalid_client');
      const good = { client_id: 'worker', client_secret: 'worker-secret' };
      expect((await tryWith({ Authorization: header }, good)).status).toBeGreaterThanOrEqual(400);
    });

    it('refuses a request without any credentials', async () => {
      expectRefusal(await tryWith({}), 'invalid_client');
      expectRefusal(await tryWith({}, { client_secret: 'worker-secret' }), 'invalid_client');
    });

    it('takes a public client by its id alone, and then only for what public clients may do', async () => {
      // Past authentication, since the answer is about the grant.
      expectRefusal(await tryWith(basic('browser', '')), 'unauthorized_client');
      expectRefusal(await tryWith({}, { client_id: 'browser' }), 'unauthorized_client');
      expectRefusal(await tryWith({}, { client_id: 'browser', client_secret: '' }), 'unauthorized_client');
    });

    it('never repeats a secret', async () => {
      const answers = await Promise.all([
        tryWith(basic('worker', 'hunter2-wrong')),
        tryWith(basic('hunter2-as-id!', 'x')),
        tryWith(basic('worker', 'hunter2-wrong'), { client_secret: 'hunter2-too' }),
        tryWith({ Authorization: 'Bearer hunter2' }),
      ]);
      for (const { status, text } of answers) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(text).not.toContain('hunter2');
      }
    });
  });

  it('stores no secret in the audit trail, not even one in the wrong place', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'pass word!', client_secret: 'pass word!' };
    await post(`${service.url}/oauth2/token`, { form });
    const leaks = await service.database.query(
      `SELECT * FROM audit_events AS event WHERE event::text ~ 'worker-secret|hunter2|pass word'`,
    );
    expect(leaks).toEqual([]);
  });
});
