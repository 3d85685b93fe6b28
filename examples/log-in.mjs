// Logs a person in with a browser, as an application on that person's own machine does: authorization code with PKCE
// (RFC 8252, RFC 7636). Prints what the token endpoint answers.
//
//   node examples/log-in.mjs http://localhost:3000 [client id]
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const [, , issuer = 'http://localhost:3000', clientId = 'demo-app'] = process.argv;

const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
const metadata = await discovery.json();

// The redirect URI is registered without a port: any one will do.
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const redirectUri = `http://127.0.0.1:${server.address().port}/callback`;

const state = randomBytes(16).toString('base64url');
const verifier = randomBytes(32).toString('base64url');
const authorization = new URL(metadata.authorization_endpoint);
authorization.search = new URLSearchParams({
  client_id: clientId,
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'openid profile',
  state,
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
});
console.error(`Open this in a browser:\n\n  ${authorization}\n`);

const [request, response] = await once(server, 'request');
const answer = new URL(request.url, redirectUri).searchParams;
response.end('You are logged in. This window can be closed.');
server.close();

if (answer.get('state') !== state || answer.get('iss') !== metadata.issuer) {
  throw new Error('The answer belongs to another request, or comes from another issuer.');
}
if (answer.has('error')) throw new Error(`${answer.get('error')}: ${answer.get('error_description')}`);

const tokens = await fetch(metadata.token_endpoint, {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    code: answer.get('code'),
    redirect_uri: redirectUri,
    code_verifier: verifier,
  }),
});
console.log(JSON.stringify(await tokens.json(), undefined, 2));
