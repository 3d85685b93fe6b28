import { ACCESS_TOKEN_TYPE, ACCOUNT_TYPE } from './tokens/token-type';

/** The secrets of the demonstration world, as a shell is to see them. */
export interface CurlSecrets {
  readonly client: string;
  readonly service: string;
  readonly password: string;
  readonly apiToken: string;
  readonly issuerKeyFile: string;
}

interface CurlLine {
  readonly title: string;
  readonly line: string;
}

/** For each grant a line that works as it stands: those that exchange a token obtain it within the line. */
export function grantCurls(base: string, secrets: CurlSecrets): CurlLine[] {
  const csp = `${base}/csp/gateway/am/api/auth/token`;
  const oauth = `${base}/oauth2/token`;
  const identityManager = `${base}/SAAS/auth/oauthtoken`;
  const asClient = `curl -s -u 'demo-client:${secrets.client}'`;
  const asService = `curl -s -u 'demo-service:${secrets.service}'`;
  const login = (username: string, url = csp) =>
    `${asClient} -d grant_type=password -d domain=acme.example -d username=${username} -d 'password=${secrets.password}' ${url}`;
  const member = (name: string, line: string) => `"$(${line} | sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/')"`;
  const subject = `-d subject_token=${member('access_token', login('ada'))} -d subject_token_type=${ACCESS_TOKEN_TYPE}`;
  const assertion = `"$(node examples/sign-assertion.mjs ${quoted(secrets.issuerKeyFile)} ada ${base})"`;
  const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
  return [
    { title: 'client_credentials, oauth:', line: `${asClient} -d grant_type=client_credentials ${oauth}` },
    { title: 'client_credentials, csp:', line: `${asClient} -d grant_type=client_credentials ${csp}` },
    {
      title: 'client_credentials, identity-manager:',
      line: `${asClient} -d grant_type=client_credentials ${identityManager}`,
    },
    {
      title: 'API token:',
      line: `curl -s -d 'api_token=${secrets.apiToken}' ${base}/csp/gateway/am/api/auth/api-tokens/authorize`,
    },
    { title: 'password:', line: login('ada') },
    {
      title: 'refresh_token:',
      line: `${asClient} -d grant_type=refresh_token -d refresh_token=${member('refresh_token', login('ada'))} ${csp}`,
    },
    { title: 'context_switch:', line: `${asClient} -d grant_type=context_switch ${subject} -d orgId=beta ${csp}` },
    { title: 'client_delegate:', line: `${asService} -d grant_type=client_delegate ${subject} ${csp}` },
    { title: 'client_exchange:', line: `${asService} -d grant_type=client_exchange ${subject} ${csp}` },
    {
      title: 'audience_exchange:',
      line: `${asClient} -d grant_type=audience_exchange ${subject} -d target_audience=demo-service ${csp}`,
    },
    {
      title: 'impersonate_user:',
      line:
        `${asClient} -d grant_type=impersonate_user -d subject_token=ada@acme.example -d subject_token_type=${ACCOUNT_TYPE}` +
        ` -d actor_token=${member('access_token', login('support'))} -d actor_token_type=${ACCESS_TOKEN_TYPE} -d reason=demo ${csp}`,
    },
    {
      title: 'jwt-bearer:',
      line: `${asClient} -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer -d assertion=${assertion} ${oauth}`,
    },
    {
      title: 'token-exchange:',
      line:
        `${asClient} -d grant_type=${exchange} -d subject_token=${member('access_token', login('ada', oauth))}` +
        ` -d subject_token_type=${ACCESS_TOKEN_TYPE} -d scope=openid ${oauth}`,
    },
  ];
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
