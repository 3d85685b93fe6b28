/** They run or read something in the browser instead of going somewhere. */
const DANGEROUS_SCHEMES = ['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:'];

/** Native apps listen on whatever port is free (RFC 8252 section 7.3). `localhost` may be someone else's (section 8.3). */
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(?=[/?]|$)/;

/** Is the URI one of those registered? Compared as text (RFC 9700 section 4.1.3); only a loopback's port may differ. */
export function isRegisteredRedirectUri(uri: string, registered: readonly string[]): boolean {
  return URL.canParse(uri) && registered.some((one) => one === uri || withoutPort(one) === withoutPort(uri));
}

function withoutPort(uri: string): string {
  return uri.replace(LOOPBACK, '$1');
}

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
