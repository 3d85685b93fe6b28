import { askToken, CODE_WORLD, expectRefused, LoggedInBrowser } from '../harness/codes';
import { DIALECTS } from '../harness/dialects';
import { basic } from '../harness/http';
import { type Asking, newPkce, REDIRECT_URI, redeem } from '../harness/login-world';
import { type Service, startService } from '../harness/service';

const LOOPBACK = 'http://127.0.0.1:8400/callback';

describe('authorization_code refuses', () => {
  let service: Service;
  let browser: LoggedInBrowser;

  beforeAll(async () => {
    service = await startService({ world: CODE_WORLD });
    browser = await LoggedInBrowser.open(service);
  });
  afterAll(() => service?.stop());

  describe.each(DIALECTS)('in $dialect', ({ dialect }) => {
    /** A code with a challenge, and how to redeem it: rightly, unless told. */
    async function granted(asking: Asking = {}) {
      const pkce = newPkce();
      const { client = 'web', parameters = {} } = asking;
      const code = await browser.code({ ...asking, dialect }, pkce);
      const right: Asking['parameters'] = {
        code_verifier: pkce.verifier,
        redirect_uri: parameters.redirect_uri ?? REDIRECT_URI,
      };
      return {
        code,
        pkce,
        redeem: (wrong: Asking['parameters'] = {}, by = client) =>
          redeem(service, code, { client: by, dialect, parameters: { ...right, ...wrong } }),
      };
    }

    it('a code that does not exist', async () => {
      const answer = await redeem(service, newPkce().verifier, { dialect });
      await expectRefused(service, answer, dialect, { reason: /^there is no such code$/ });
    });

    it.each([undefined, ''])('a request whose code is %p', async (code) => {
      const answer = await redeem(service, '', { dialect, parameters: { code } });
      await expectRefused(service, answer, dialect, { error: 'invalid_request', reason: /^code is missing\.$/ });
    });

    it('a code of another server, as long as a JWT may be', async () => {
      const answer = await redeem(service, 'x'.repeat(16_384), { dialect });
      await expectRefused(service, answer, dialect, { reason: /^there is no such code$/ });
    });

    const elsewhere = /^the redirect URI is not the one it was sent to$/;
    const uriMissing = { error: 'invalid_request', reason: /^redirect_uri is missing\.$/ };
    const wrongVerifier = /^the code verifier is wrong$/;
    const verifierMissing = /^the code verifier is missing$/;

    it.each([
      ['redirect URI with a slash more', { redirect_uri: `${REDIRECT_URI}/` }, { reason: elsewhere }],
      ['redirect URI with a query', { redirect_uri: `${REDIRECT_URI}?a=b` }, { reason: elsewhere }],
      ['redirect URI in other letter case', { redirect_uri: REDIRECT_URI.toUpperCase() }, { reason: elsewhere }],
      ['port', { redirect_uri: 'https://app.example:8443/callback' }, { reason: elsewhere }],
      ['default port', { redirect_uri: 'https://app.example:443/callback' }, { reason: elsewhere }],
      ['site', { redirect_uri: 'https://evil.example/callback' }, { reason: elsewhere }],
      ['redirect URI, none,', { redirect_uri: undefined }, uriMissing],
      ['redirect URI, an empty one,', { redirect_uri: '' }, uriMissing],
      ['code verifier', { code_verifier: newPkce().verifier }, { reason: wrongVerifier }],
      ['code verifier, none,', { code_verifier: undefined }, { reason: verifierMissing }],
      ['code verifier, an empty one,', { code_verifier: '' }, { reason: verifierMissing }],
      ['code verifier that is too short', { code_verifier: 'a'.repeat(42) }, { reason: wrongVerifier }],
      ['code verifier of other characters', { code_verifier: 'ä='.repeat(32) }, { reason: wrongVerifier }],
      [
        'code verifier that is too long',
        { code_verifier: 'a'.repeat(129) },
        { error: 'invalid_request', reason: /^code_verifier is longer than 128 characters\.$/ },
      ],
    ])('another %s, and still takes the right one', async (_what, wrong, refusal) => {
      const grant = await granted();
      await expectRefused(service, await grant.redeem(wrong), dialect, refusal);
      expect(await grant.redeem()).toMatchObject({ status: 200 });
    });

    it('the challenge in place of its verifier', async () => {
      const { pkce, redeem: redeemIt } = await granted();
      const answer = await redeemIt({ code_verifier: pkce.challenge });
      await expectRefused(service, answer, dialect, { reason: wrongVerifier });
      expect(await redeemIt()).toMatchObject({ status: 200 });
    });

    it.each([LOOPBACK, 'http://[::1]:8400/callback'])('another port than that of %s', async (uri) => {
      const grant = await granted({ client: 'spa', parameters: { redirect_uri: uri } });
      for (const other of [uri.replace('8400', '8401'), uri.replace(':8400', '')]) {
        await expectRefused(service, await grant.redeem({ redirect_uri: other }), dialect, { reason: elsewhere });
      }
      expect(await grant.redeem()).toMatchObject({ status: 200 });
    });

    it('another client, which does not use up the code', async () => {
      const grant = await granted();
      for (const by of ['partner', 'spa']) {
        const reason = /^it was given to client web$/;
        await expectRefused(service, await grant.redeem({}, by), dialect, { reason });
      }
      expect(await grant.redeem()).toMatchObject({ status: 200 });
    });

    it('a verifier where there was no challenge, and still takes the code without', async () => {
      const code = await browser.code({ dialect });
      const answer = await redeem(service, code, { dialect, parameters: { code_verifier: newPkce().verifier } });
      const reason = /^there is a code verifier, but there was no challenge$/;
      await expectRefused(service, answer, dialect, { reason });
      expect(await redeem(service, code, { dialect })).toMatchObject({ status: 200 });
    });

    it('the right verifier after five wrong ones, but not after four', async () => {
      const [four, five] = [await granted(), await granted()];
      const wrong = { code_verifier: newPkce().verifier };
      for (let tries = 0; tries < 4; tries++) {
        for (const grant of [four, five]) {
          await expectRefused(service, await grant.redeem(wrong), dialect, { reason: wrongVerifier });
        }
      }
      await expectRefused(service, await five.redeem(wrong), dialect, { reason: wrongVerifier });
      const reason = /^too many wrong code verifiers were tried with it$/;
      await expectRefused(service, await five.redeem(), dialect, { reason });
      expect(await four.redeem()).toMatchObject({ status: 200 });
    });

    it.each([
      ['half a minute before it is over', 30, 200],
      ['when it is over', 0, 400],
    ])('a code that has expired: %s', async (_when, seconds, status) => {
      const nonce = newPkce().verifier;
      const grant = await granted({ parameters: { nonce } });
      const [left] = await service.database.query<{ seconds: number }>(
        'SELECT extract(epoch FROM expires_at - now())::float AS seconds FROM authorization_codes WHERE nonce = $1',
        [nonce],
      );
      expect(left?.seconds).toBeGreaterThan(30); // of 60, on a slow machine
      expect(left?.seconds).toBeLessThanOrEqual(60);
      await service.database.query(
        'UPDATE authorization_codes SET expires_at = now() + make_interval(secs => $2) WHERE nonce = $1',
        [nonce, seconds],
      );
      const answer = await grant.redeem();
      expect(answer.status).toBe(status);
      if (status === 400) await expectRefused(service, answer, dialect, { reason: /^it has expired$/ });
    });

    const client = (id: string, secret: string) => ({ client_id: id, client_secret: secret });
    const unproven = { error: 'invalid_client', status: dialect === 'csp' ? 400 : 401 };

    it.each([
      {
        who: 'a public client with a header that has a secret, but not with its id in the body',
        id: 'spa',
        wrong: { headers: basic('spa', 'a-secret') },
        right: { form: { client_id: 'spa' } },
        reason: /^a public client has no secret, but sent one$/,
      },
      {
        who: 'a public client with a secret in the body, but not with a header without one',
        id: 'spa',
        wrong: { form: client('spa', 'a-secret') },
        right: { headers: basic('spa', '') },
        reason: /^a public client has no secret, but sent one$/,
      },
      {
        who: 'a client with a wrong secret in the header, but not with the right one in the body',
        id: 'web',
        wrong: { headers: basic('web', 'wrong') },
        right: { form: client('web', 'web-secret') },
        reason: /^the secret is wrong or expired$/,
      },
      {
        who: 'a client with a wrong secret, but not with the right one',
        id: 'web',
        wrong: { headers: basic('web', 'wrong') },
        right: { headers: basic('web', 'web-secret') },
        reason: /^the secret is wrong or expired$/,
      },
      {
        who: 'a client that leaves out its secret, but not one that sends it',
        id: 'web',
        wrong: { form: { client_id: 'web' } },
        right: { headers: basic('web', 'web-secret') },
        reason: /^the client sent no secret$/,
      },
    ])('$who', async ({ id, wrong, right, reason }) => {
      const { code, pkce } = await granted({ client: id });
      const form = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT_URI,
        code_verifier: pkce.verifier,
      };
      const refused = await askToken(service, dialect, { ...form, ...wrong.form }, wrong.headers);
      await expectRefused(service, refused, dialect, { ...unproven, reason });
      const given = await askToken(service, dialect, { ...form, ...right.form }, right.headers);
      expect(given).toMatchObject({ status: 200 });
    });

    it('a scope that the client lacks, which does not use up the code', async () => {
      const grant = await granted();
      const answer = await grant.redeem({ scope: 'openid root' });
      if (dialect === 'identity-manager')
        return expect(answer).toMatchObject({ status: 200, json: { scope: 'openid' } });
      const reason = /^the client lacks 1 of the scopes asked for: root$/;
      await expectRefused(service, answer, dialect, { error: 'invalid_scope', reason });
      expect(await grant.redeem({ scope: 'openid' })).toMatchObject({ status: 200, json: { scope: 'openid' } });
    });
  });
});
