/** They run or read something in the browser instead of going somewhere. */
const DANGEROUS_SCHEMES = ['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:'];

/** Why the URI cannot be registered as a redirect URI (RFC 6749 section 3.1.2, RFC 9700 section 2.1); undefined if it can. */
export function redirectUriFault(uri: string): string | undefined {
  if (!URL.canParse(uri) || /[\s\p{Cc}]/u.test(uri)) return 'must be an absolute URI';
  const { protocol, username, password } = new URL(uri);
  if (DANGEROUS_SCHEMES.includes(protocol)) return 'has a scheme that is not allowed';
  if (uri.includes('#')) return 'must have no fragment';
  if (uri.includes('*')) return 'must have no wildcard';
  if (username !== '' || password !== '') return 'must have no user name';
  return undefined;
}
