import type { CATALOGUE } from '../../src/errors/catalogue';

/** docs/errors.md, from the table that every answer is made from. */
export function errorsPage(catalogue: typeof CATALOGUE): string {
  const rows = Object.entries(catalogue).map(
    ([code, { meaning, remedy, oauth, csp }]) =>
      `| \`${code}\` | ${oauth[0]} \`${oauth[1]}\` | ${csp[0]} \`${csp[1]}\` | ${meaning} | ${remedy} |`,
  );
  return `# Errors

<!-- Generated from src/errors/catalogue.ts by npm run generate. -->

Every error of the API is JSON with an \`X-Request-Id\`. The caller gets a terse reason; the audit event under that request id has the
full one. The login pages tell a person the message and the request id. The oauth and identity-manager dialects answer \`{error, error_description}\` (RFC 6749 section 5.2), the csp
dialect a CspErrorResponse whose \`errorCode\` is the name below and whose \`cspErrorCode\` never changes its meaning.

| name | oauth, identity-manager | csp | when | what to do |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
