import path from 'node:path';
import type { Configuration } from './config/configuration';
import { type CurlSecrets, grantCurls } from './grant-curls';
import { DOCS_PATH } from './openapi/swagger-client';
import { ISSUER_KEY_FILE } from './seed/demo-world';
import type { FirstStartResult } from './seed/first-start';

/** What a person sees who starts the service: where things are, and lines to paste. Secrets only when just generated. */
export function welcome({ issuers, dataDir }: Configuration, result: FirstStartResult): string {
  const { administrator, generatedSecrets, demo } = result;
  const base = issuers.oauth;
  const lines = [
    '',
    'Gatehouse',
    '',
    `  Swagger UI   ${base}/${DOCS_PATH}`,
    `  Discovery    ${base}/.well-known/openid-configuration`,
  ];
  if (administrator !== undefined) {
    const { domain, username, generatedPassword } = administrator;
    lines.push('', `First administrator: ${username}, domain ${domain}`);
    if (generatedPassword !== undefined) lines.push(`  password ${generatedPassword}   (shown only now; keep it)`);
  }
  if (demo !== undefined)
    lines.push(`  password of ada, bob and support: ${demo.password}   (shown only now; keep it)`);
  if (demo !== undefined) lines.push(`  API token of ada: ${demo.apiToken}   (shown only now; keep it)`);
  for (const [client, secret] of generatedSecrets) {
    lines.push(`  secret of ${client}: ${secret}   (shown only now; keep it)`);
  }
  if (result.hasDemo) {
    lines.push('', 'Log in with a browser:', `  node examples/log-in.mjs ${base}`);
    for (const { title, line } of grantCurls(base, secretsOf(result, dataDir))) lines.push('', title, `  ${line}`);
  }
  return [...lines, ''].join('\n');
}

/** On later starts nobody but the operator knows them. */
function secretsOf({ generatedSecrets, demo }: FirstStartResult, dataDir: string): CurlSecrets {
  const printed = (what: string) => `<${what} printed at the first start>`;
  return {
    client: generatedSecrets.get('demo-client') ?? printed('the secret of demo-client'),
    service: generatedSecrets.get('demo-service') ?? printed('the secret of demo-service'),
    password: demo?.password ?? printed('the password'),
    apiToken: demo?.apiToken ?? printed('the API token'),
    issuerKeyFile: path.join(dataDir, ISSUER_KEY_FILE),
  };
}
