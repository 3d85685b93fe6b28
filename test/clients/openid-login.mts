// Logs in and out with openid-client at each issuer, in each way in which the client can authenticate, with every check
// that the library has.
// Takes ISSUERS, CLIENT_ID, CLIENT_SECRET (empty: a public client) and VISITOR, the module of the person before the
// browser, from the environment.
import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client';

const { ISSUERS = '', CLIENT_ID: id = '', CLIENT_SECRET: secret = '', VISITOR = '' } = process.env;
const { Visitor } = (await import(VISITOR)) as typeof import('../harness/visitor.js');

const REDIRECT_URI = 'https://app.example/callback';
const GOODBYE = 'https://app.example/goodbye';
const MAX_AGE = 300;

/** What ada fills in: at the login, and where she is asked for consent. */
const FILLED_IN: Record<string, string>[] = [{ username: 'ada', password: 'ada-password' }, { decision: 'allow' }];

type Browser = InstanceType<typeof Visitor>;

/** Where an authorization request leads the browser, and what has to be true of that place. */
async function authorize(config: Configuration, browser: Browser, parameters: Record<string, string> = {}) {
  const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
  const url = buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  });
  let visit = await browser.open(url.href);
  for (const fields of FILLED_IN) {
    if (visit.leftTo === undefined) visit = await browser.submit(visit, fields);
  }
  if (visit.leftTo === undefined) throw new Error(`The browser did not come back:\n${visit.text}`);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return { callback: visit.leftTo, checks };
}

async function logInAndOut(issuer: URL, authentication: ClientAuth): Promise<void> {
  const config = await discovery(issuer, id, secret || undefined, authentication);
  enableNonRepudiationChecks(config); // verifies the signatures of ID tokens that come over TLS, too
  const browser = new Visitor(issuer.origin);

  const { callback, checks } = await authorize(config, browser, { max_age: String(MAX_AGE) });
  const tokens = await authorizationCodeGrant(config, callback, { ...checks, maxAge: MAX_AGE });
  const { sub } = tokens.claims() ?? {};
  const { refresh_token: refreshToken, id_token: idToken } = tokens;
  if (sub === undefined || refreshToken === undefined || idToken === undefined) throw new Error('A token is missing.');

  const { given_name: name } = await fetchUserInfo(config, tokens.access_token, sub);
  if (name !== 'Ada') throw new Error(`Userinfo says that ${String(name)} logged in.`);

  const refreshed = await refreshTokenGrant(config, refreshToken);
  await fetchUserInfo(config, refreshed.access_token, sub);

  const isActive = async () => (await tokenIntrospection(config, refreshed.access_token)).active;
  if (secret !== '' && !(await isActive())) throw new Error('Introspection knows nothing of a good token.');
  await tokenRevocation(config, refreshed.access_token);
  if (secret !== '' && (await isActive())) throw new Error('A token that was revoked is still active.');

  const silent = await authorize(config, browser, { prompt: 'none' });
  await authorizationCodeGrant(config, silent.callback, silent.checks);

  const goodbye = { id_token_hint: idToken, post_logout_redirect_uri: GOODBYE, state: 'bye' };
  const left = await browser.open(buildEndSessionUrl(config, goodbye).href);
  if (left.leftTo?.href !== `${GOODBYE}?state=bye`) throw new Error(`The logout led to ${left.leftTo?.href}.`);

  const late = await authorize(config, browser, { prompt: 'none' });
  const error = await authorizationCodeGrant(config, late.callback, late.checks).catch((caught: unknown) => caught);
  if (!(error instanceof AuthorizationResponseError) || error.error !== 'login_required') throw error;
}

const authentications = secret === '' ? [None()] : [ClientSecretBasic(secret), ClientSecretPost(secret)];
for (const issuer of ISSUERS.split(' ')) {
  for (const authentication of authentications) await logInAndOut(new URL(issuer), authentication);
}
