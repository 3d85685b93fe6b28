import type { Page } from './page';

/**
 * Directives of Content-Security-Policy for a page: no script, no style or image but those it has, no framing
 * (RFC 9700 section 4.16).
 */
export function contentSecurityOf({ brand, leadsTo }: Pick<Page, 'brand' | 'leadsTo'>) {
  return {
    'default-src': ["'none'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", ...(brand?.logo ? [sourceOf(brand.logo)] : [])],
    'base-uri': ["'none'"],
    // Browsers apply it to the redirects that follow a form, too.
    'form-action': ["'self'", ...(leadsTo === undefined ? [] : [sourceOf(leadsTo)])],
    'frame-ancestors': ["'none'"],
  };
}

/** The source expression that allows a URL: its origin, or its scheme where it has none that the grammar knows. */
function sourceOf(url: string): string {
  const { protocol, host } = new URL(url);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  // Content Security Policy 3 section 2.3.1 has no form for the brackets of IPv6.
  return isWeb && !host.startsWith('[') ? `${protocol}//${host}` : protocol;
}
