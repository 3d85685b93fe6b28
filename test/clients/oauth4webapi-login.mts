// Logs in with oauth4webapi at each issuer, in each way in which the client can authenticate, with every check that the
// library has, the one of the signatures included.
// Takes ISSUERS, CLIENT_ID, CLIENT_SECRET (empty: a public client) and VISITOR, the module of the person before the
// browser, from the environment.
import {
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  discoveryRequest,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  getValidatedIdTokenClaims,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  processRefreshTokenResponse,
  processUserInfoResponse,
  refreshTokenGrantRequest,
  userInfoRequest,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from 'oauth4webapi';

const { ISSUERS = '', CLIENT_ID: id = '', CLIENT_SECRET: secret = '', VISITOR = '' } = process.env;
const { Visitor } = (await import(VISITOR)) as typeof import('../harness/visitor.js');

const REDIRECT_URI = 'https://app.example/callback';
const MAX_AGE = 300;

/** What ada fills in: at the login, and where she is asked for consent. */
const FILLED_IN: Record<string, string>[] = [{ username: 'ada', password: 'ada-password' }, { decision: 'allow' }];

const client: Client = { client_id: id, require_auth_time: true };

/** What the two ways of discovery tell, which is the same. */
async function discover(issuer: URL): Promise<AuthorizationServer> {
  const read = async (algorithm: 'oidc' | 'oauth2') =>
    processDiscoveryResponse(issuer, await discoveryRequest(issuer, { algorithm }));
  const [server, other] = [await read('oidc'), await read('oauth2')];
  if (JSON.stringify(server) !== JSON.stringify(other)) throw new Error('The two discovery documents differ.');
  if (server.authorization_response_iss_parameter_supported !== true) throw new Error('iss would not be checked.');
  return server;
}

async function logIn(issuer: URL, authentication: ClientAuth): Promise<void> {
  const server = await discover(issuer);
  const [verifier, state, nonce] = [generateRandomCodeVerifier(), generateRandomState(), generateRandomNonce()];
  const request = new URL(server.authorization_endpoint ?? '');
  request.search = new URLSearchParams({
    client_id: id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    max_age: String(MAX_AGE),
    state,
    nonce,
  }).toString();
  const browser = new Visitor(issuer.origin);
  let visit = await browser.open(request.href);
  for (const fields of FILLED_IN) {
    if (visit.leftTo === undefined) visit = await browser.submit(visit, fields);
  }
  if (visit.leftTo === undefined) throw new Error(`The browser did not come back:\n${visit.text}`);

  const callback = validateAuthResponse(server, client, visit.leftTo, state);
  const answer = await authorizationCodeGrantRequest(server, client, authentication, callback, REDIRECT_URI, verifier);
  const checks = { expectedNonce: nonce, maxAge: MAX_AGE, requireIdToken: true };
  const tokens = await processAuthorizationCodeResponse(server, client, answer, checks);
  await validateApplicationLevelSignature(server, answer);
  const { sub } = getValidatedIdTokenClaims(tokens) ?? {};
  if (sub === undefined || tokens.refresh_token === undefined) throw new Error('A token is missing.');
  await readUserinfo(server, tokens.access_token, sub);

  const refreshAnswer = await refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token);
  const refreshed = await processRefreshTokenResponse(server, client, refreshAnswer);
  await validateApplicationLevelSignature(server, refreshAnswer);
  await readUserinfo(server, refreshed.access_token, sub);
}

async function readUserinfo(server: AuthorizationServer, accessToken: string, sub: string): Promise<void> {
  const answer = await userInfoRequest(server, client, accessToken);
  const { given_name: name } = await processUserInfoResponse(server, client, sub, answer);
  if (name !== 'Ada') throw new Error(`Userinfo says that ${name} logged in.`);
}

const authentications = secret === '' ? [None()] : [ClientSecretBasic(secret), ClientSecretPost(secret)];
for (const issuer of ISSUERS.split(' ')) {
  for (const authentication of authentications) await logIn(new URL(issuer), authentication);
}
