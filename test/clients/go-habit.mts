// What golang.org/x/oauth2 does, in its own order: id and secret form-escaped in a Basic header and, if that fails in
// whatever way, the same request again with both in the body.
// Takes GATEHOUSE_URL, CLIENT_ID and CLIENT_SECRET from the environment; HEADER_SECRET is sent in the header instead.
const { GATEHOUSE_URL: base = '', CLIENT_ID: id = '', CLIENT_SECRET: secret = '' } = process.env;
const { HEADER_SECRET: headerSecret = secret } = process.env;

/** Go's url.QueryEscape. */
function queryEscape(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1).replaceAll('*', '%2A').replaceAll('%7E', '~');
}

async function post(path: string, form: Record<string, string>, headers: Record<string, string>): Promise<Response> {
  return fetch(base + path, { method: 'POST', body: new URLSearchParams(form), headers });
}

for (const path of ['/csp/gateway/am/api/auth/token', '/SAAS/auth/oauthtoken', '/oauth2/token']) {
  const pair = `${queryEscape(id)}:${queryEscape(headerSecret)}`;
  const form = { grant_type: 'client_credentials' };
  let answer = await post(path, form, { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
  if (!answer.ok) {
    console.log(`${path}: once more`);
    answer = await post(path, { ...form, client_id: id, client_secret: secret }, {});
  }
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const { access_token: token } = (await answer.json()) as { access_token?: unknown };
  if (typeof token !== 'string') throw new Error(`${path}: no token`);
}
