import { DIALECTS } from '../harness/dialects';
import { post, send } from '../harness/http';
import { AUTHORIZE_PATHS, LOGIN_WORLD, USERINFO_PATHS } from '../harness/login-world';
import { type Service, startService } from '../harness/service';
import { JWKS_PATHS } from '../harness/tokens';

const ORIGIN = { Origin: 'https://app.example' };

describe('an application in a browser, on another origin', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
  });
  afterAll(() => service?.stop());

  const allowed = async (path: string, init: RequestInit = {}) =>
    (await send(service.url + path, { ...init, headers: { ...ORIGIN, ...init.headers } })).headers.get(
      'access-control-allow-origin',
    );

  it.each([
    ...DIALECTS.map(({ path }) => path),
    ...Object.values(USERINFO_PATHS),
    ...Object.values(JWKS_PATHS),
    '/oauth2/revoke',
    '/csp/gateway/am/api/auth/token-public-key',
    '/csp/gateway/am/api/auth/api-tokens/authorize',
    '/csp/gateway/am/api/auth/revoke',
    '/.well-known/openid-configuration',
    '/SAAS/auth/.well-known/openid-configuration',
    '/csp/gateway/am/api/.well-known/openid-configuration',
  ])('may call %s', async (path) => {
    expect(await allowed(path)).toBe('*');
    const preflight = await send(service.url + path, {
      method: 'OPTIONS',
      headers: {
        ...ORIGIN,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each([...Object.values(AUTHORIZE_PATHS), '/oauth2/logout', '/oauth2/introspect', '/docs', '/health/live'])(
    'may not read %s',
    async (path) => expect(await allowed(path)).toBeNull(),
  );

  it('can read why it was refused, and under which number', async () => {
    const { headers } = await post(`${service.url}/oauth2/token`, { headers: ORIGIN });
    expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id');
  });
});
