import type { Configuration } from './config/configuration';
import { DOCS_PATH } from './openapi/openapi';
import type { FirstStartResult } from './seed/first-start';

const DEMO_CLIENT = 'demo-client';
const UNKNOWN_SECRET = '<the secret printed at the first start>';

/** What a person sees who starts the service: where things are, and lines to paste. Secrets only when just generated. */
export function welcome(
  { issuers, firstStart }: Configuration,
  { administrator, generatedSecrets }: FirstStartResult,
): string {
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
  for (const [client, secret] of generatedSecrets)
    lines.push(`  secret of ${client}: ${secret}   (shown only now; keep it)`);
  if (firstStart.demo && firstStart.seedFile === undefined) {
    lines.push(...tokenLines(base, generatedSecrets.get(DEMO_CLIENT)));
  }
  return [...lines, ''].join('\n');
}

function tokenLines(base: string, secret: string | undefined): string[] {
  const curl = `  curl -s -u '${DEMO_CLIENT}:${secret ?? UNKNOWN_SECRET}' -d grant_type=client_credentials ${base}`;
  return [
    '',
    'A token, in each dialect:',
    `${curl}/oauth2/token`,
    `${curl}/csp/gateway/am/api/auth/token`,
    `${curl}/SAAS/auth/oauthtoken`,
  ];
}
